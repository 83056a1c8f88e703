# %% [markdown]
# # Exercises: a single neuron

# %%
import torch
from torch import nn

# %% exercise ten_grams [markdown] after="the-formula" minutes=1 within=0.01
# ## Read the line backward
#
# A neuron has the weight `w = 2.5` and the bias `b = 90`. For how many grams of sugars does it predict 115 calories?

# %% hint [markdown]
# [The formula](../single_neuron.py#the-formula) is `w * x + b`. Here you know what comes out, and look for `x`.

# %% hint [markdown]
# The bias is there without any sugars. How many of the 115 calories are left for the sugars to bring?

# %% solution
answer = (115 - 90) / 2.5

# %% wrong
#| says: The bias is there without any sugars: take it away first.
answer = 115 / 2.5

# %% wrong
#| says: Those are the calories that sugars have to bring. How many grams bring them?
answer = 115 - 90

# %% wrong
#| says: That is the prediction for 115 grams. Here 115 is the prediction itself.
answer = 2.5 * 115 + 90

# %% exercise milligrams [markdown] after="the-best-weight-and-bias" minutes=2
# ## Milligrams
#
# Give the sugars in milligrams in place of grams, so that each number in `x` is a thousand times as large. Then fit
# the line again. What happens to the best `w`, to the best `b`, and to the predictions?

# %% choices [markdown]
# - a) `w` and `b` stay as they are. The predictions become a thousand times as large.
# - b) `w` becomes a thousandth. `b` and the predictions stay.
# - c) `w` and `b` both become a thousandth. The predictions stay.
# - d) `w` becomes a thousand times as large. `b` and the predictions stay.

# %% given
import pandas as pd

cereals = pd.read_csv("data/cereals.csv")
x = torch.tensor(cereals[["sugars"]].values, dtype=torch.float32)
y = torch.tensor(cereals[["calories"]].values, dtype=torch.float32)


def fit(x, y):
    """The weight and the bias of the best line."""
    ones = torch.ones(len(x), 1)
    solution = torch.linalg.lstsq(torch.cat([x, ones], dim=1), y).solution
    return solution.flatten().tolist()


# %% hint [markdown]
# The [weight](../../glossary/weight.md) says how many calories come with one more unit of sugars. Now the unit is a
# milligram. Does one milligram bring more than one gram, or less?

# %% hint [markdown]
# The [bias](../../glossary/bias.md) is the prediction for a cereal without sugars. Is zero grams the same as zero
# milligrams? You can also compare `fit(x, y)` with `fit(1000 * x, y)`.

# %% solution
(w, b), (w_new, b_new) = fit(x, y), fit(1000 * x, y)
same_predictions = torch.allclose(w_new * 1000 * x + b_new, w * x + b)
if same_predictions and abs(b_new - b) < 0.01:
    answer = "b" if w_new < w / 500 else "d"
else:
    answer = "c" if same_predictions else "a"

# %% wrong
#| says: The calories to be met are the same, so fitting again must change a number.
answer = "a"

# %% wrong
#| says: b is the prediction for a cereal without sugars: no sugars are no sugars in any unit.
answer = "c"

# %% wrong
#| says: A milligram brings less than a gram, so its weight is smaller, not larger.
answer = "d"

# %% exercise neuron [markdown] after="several-inputs" minutes=2
# ## A neuron of your own
#
# Write `neuron(X, w, b)`. `X` is a table with a row for each example and a column for each input. `w` holds one
# weight for each input, and `b` is one number. Return one prediction for each row.


# %% starter
def neuron(X, w, b):
    """X: rows × inputs, w: inputs, b: a number. Returns one number a row."""
    return ____


# %% solution
def neuron(X, w, b):
    return X @ w + b


# %% also right
def neuron(X, w, b):
    return torch.tensor([float((row * w).sum() + b) for row in X])


# %% also right
def neuron(X, w, b):
    return (X * w).sum(dim=1) + b


# %% hint [markdown]
# In [Several inputs](../single_neuron.py#several-inputs), `@` multiplies each column by its weight and adds up.

# %% hint [markdown]
# The bias is one number for the whole sum. Where do you add it, so that it is added once?


# %% check
def check(answer):
    X, w = torch.randn(5, 3), torch.randn(3)
    yield "neuron(X, w, b=2.0)", answer.neuron(X, w, 2.0)
    X, w = torch.randn(2, 4), torch.randn(4)
    yield "neuron(X, w, b=-1.0) of 4 inputs", answer.neuron(X, w, -1.0)
    X, w = torch.randn(1, 1), torch.randn(1)
    yield "neuron(X, w, b=0.5) of one row", answer.neuron(X, w, 0.5)


# %% wrong
#| says: The bias is missing.
def neuron(X, w, b):
    return X @ w


# %% wrong
#| says: The bias is added once for each input; a neuron adds it once.
def neuron(X, w, b):
    return (X * w + b).sum(dim=1)


# %% wrong
#| says: That multiplies, and does not add up: a prediction is a sum over the inputs of its row.
def neuron(X, w, b):
    return X * w + b


# %% wrong
#| says: That adds up over all rows; each row has a prediction of its own.
def neuron(X, w, b):
    return (X * w).sum() + b


# %% wrong
#| says: The bias is added first and then multiplied by the weights; it comes last.
def neuron(X, w, b):
    return (X + b) @ w


# %% exercise leave_out [markdown] after="what-a-neuron-finds" minutes=10
# ## A nicer result
#
# The neuron with five inputs gives starch about one calorie too many for a gram, and an empty bowl less than no
# calories. Do the two cereals with the most calories cause that?
#
# Write `fit_without(table, names, number)`. It leaves out the `number` rows of the table that have the most
# `calories`. Then it fits the calories of all other rows with the columns in `names` as inputs. Return a list: the
# weights in the order of `names`, and the bias last. Then look at `fit_without(cereals, nutrients, 2)`. Is a nicer
# result a good reason to leave out rows?

# %% given
import pandas as pd

cereals = pd.read_csv("data/cereals.csv")
nutrients = ["sugars", "protein", "fat", "carbo", "fiber"]


def least_squares(X, y):
    """X: rows × inputs, y: rows × 1. A list: the weights, then the bias."""
    columns = torch.cat([X, torch.ones(len(X), 1)], dim=1)
    return torch.linalg.lstsq(columns, y).solution.flatten().tolist()


# %% starter
def fit_without(table, names, number):
    kept = ____
    X = torch.tensor(kept[names].values, dtype=torch.float32)
    y = ____
    return least_squares(X, y)


# %% solution
def fit_without(table, names, number):
    kept = table.sort_values("calories").head(len(table) - number)
    X = torch.tensor(kept[names].values, dtype=torch.float32)
    y = torch.tensor(kept[["calories"]].values, dtype=torch.float32)
    return least_squares(X, y)


# With all cereals starch gets 4.9 calories for a gram, and the bias is -26.
# Without two, they are 4.1 and -0.9. But whoever chooses rows by the result
# finds what they look for. A good reason lies in how a row was measured.


# %% also right
def fit_without(table, names, number):
    calories = torch.tensor(table["calories"].values, dtype=torch.float32)
    X = torch.tensor(table[names].values, dtype=torch.float32)
    kept = calories.argsort(descending=True)[number:]
    return least_squares(X[kept], calories[kept, None])


# %% hint [markdown]
# `table.sort_values("calories")` puts the rows with the most calories last. `table.nlargest(number, "calories")`
# picks them.

# %% hint [markdown]
# `X` and `y` come from the same rows. For `y`, double brackets keep a table of one column, as
# [at the beginning](../single_neuron.py) of the lesson: `kept[["calories"]]`.


# %% check
def check(answer):
    inputs = '["sugars", "protein", "fat", "carbo", "fiber"]'
    asked = f"fit_without(cereals, {inputs}, 17)"
    yield asked, answer.fit_without(cereals, nutrients, 17), 0.02
    some = cereals.iloc[torch.randperm(len(cereals))[:40].tolist()]
    apart = some.calories + torch.rand(40).numpy()  # no two alike
    some = some.assign(calories=apart)
    for number, names in [(9, ["fat"]), (7, ["carbo", "sugars"])]:
        came = answer.fit_without(some, names, number)
        yield f"fit_without(forty_cereals, {names}, {number})", came, 0.02


# %% wrong
#| says: Those are the rows with the fewest calories; leave out the ones with the most.
def fit_without(table, names, number):
    kept = table.sort_values("calories").tail(len(table) - number)
    X = torch.tensor(kept[names].values, dtype=torch.float32)
    y = torch.tensor(kept[["calories"]].values, dtype=torch.float32)
    return least_squares(X, y)


# %% wrong
#| says: That keeps the last rows out, whatever they hold; look at their calories.
def fit_without(table, names, number):
    kept = table.head(len(table) - number)
    X = torch.tensor(kept[names].values, dtype=torch.float32)
    y = torch.tensor(kept[["calories"]].values, dtype=torch.float32)
    return least_squares(X, y)


# %% wrong
#| says: All rows are still there: sorting alone leaves none out.
def fit_without(table, names, number):
    kept = table.sort_values("calories")
    X = torch.tensor(kept[names].values, dtype=torch.float32)
    y = torch.tensor(kept[["calories"]].values, dtype=torch.float32)
    return least_squares(X, y)


# %% wrong
#| says: X and y must be of the same rows; y still holds the calories of all.
def fit_without(table, names, number):
    kept = table.sort_values("calories").head(len(table) - number)
    X = torch.tensor(kept[names].values, dtype=torch.float32)
    y = torch.tensor(table[["calories"]].values, dtype=torch.float32)
    return least_squares(X, y)


# %% wrong
#| says: The rows are kept by number, and number are left out: it is the other way round.
def fit_without(table, names, number):
    kept = table.sort_values("calories").tail(number)
    X = torch.tensor(kept[names].values, dtype=torch.float32)
    y = torch.tensor(kept[["calories"]].values, dtype=torch.float32)
    return least_squares(X, y)


# %% exercise fat [markdown] after="what-a-neuron-finds" minutes=3
# ## A gram of fat
#
# Nutritionists count 9 calories for a gram of fat. Take fat as the only input, and least squares finds a weight of
# 22.4. Why so much?

# %% choices [markdown]
# - a) In these cereals a gram of fat has 22.4 calories.
# - b) Least squares does not find the best weight, since there are few cereals.
# - c) Sugars, protein, and starch come along with fat, and they are not among the inputs.

# %% given
import pandas as pd

cereals = pd.read_csv("data/cereals.csv")
nutrients = ["sugars", "protein", "fat", "carbo", "fiber"]


def fit(names):
    """The weights and the bias, which comes last."""
    X = torch.tensor(cereals[names].assign(one=1.0).values)
    y = torch.tensor(cereals[["calories"]].values)
    return torch.linalg.lstsq(X, y).solution.flatten().tolist()


# %% hint [markdown]
# At the end of [What a neuron finds](../single_neuron.py#what-a-neuron-finds), the lesson asks the same about sugars.

# %% hint [markdown]
# `cereals[nutrients].cov()["fat"] / cereals.fat.var()` says how many grams of each come with one more gram of fat.

# %% solution
along = cereals[nutrients].cov()["fat"] / cereals.fat.var()
shares = along * fit(nutrients)[:-1]  # what each of them brings
print(shares.round(1))  # fat itself brings about 9
explained = abs(shares.sum() - fit(["fat"])[0]) < 0.01
answer = "c" if explained else "b"

# %% wrong
#| says: A weight does not say what a gram contains. With five inputs, fat gets close to 9.
answer = "a"

# %% wrong
#| says: It does find the weight with the lowest error. What does that weight stand for?
answer = "b"

# %% exercise sizes [markdown] after="the-neuron-in-pytorch" minutes=3
# ## Count the inputs
#
# One neuron is to predict `strength` from all other columns of the table `concrete`. Another is to predict `calories`
# from all other columns of `cereals` that are numbers. How many inputs has each, and how many
# [parameters](../../glossary/parameter.md)?

# %% given
import pandas as pd

concrete = pd.read_csv("data/concrete.csv")
cereals = pd.read_csv("data/cereals.csv")
cereals = cereals[["name", "sugars", "fiber", "protein", "calories"]]
# Look at the tables: print(concrete.columns), print(cereals.columns)

# %% starter
concrete_inputs = ____
concrete_parameters = ____
cereals_inputs = ____
cereals_parameters = ____

# %% solution
concrete_inputs = len(concrete.drop(columns="strength").columns)
concrete_parameters = concrete_inputs + 1  # a weight each, and one bias
cereals_inputs = len(cereals.drop(columns=["name", "calories"]).columns)
cereals_parameters = cereals_inputs + 1

# %% also right
concrete_inputs, cereals_inputs = 8, 3
layers = nn.Linear(concrete_inputs, 1), nn.Linear(cereals_inputs, 1)
concrete_parameters, cereals_parameters = (
    sum(parameter.numel() for parameter in layer.parameters())
    for layer in layers
)

# %% hint [markdown]
# The column that is predicted is the [target](../../glossary/target.md), and no input. A name is no number.

# %% hint [markdown]
# In [The neuron in PyTorch](../single_neuron.py#the-neuron-in-pytorch), five inputs make six parameters. Why one more?


# %% check
def check(answer):
    for name, table in (("concrete", concrete), ("cereals", cereals)):
        inputs = getattr(answer, f"{name}_inputs")
        yield f"{name}_inputs", inputs
        numbers = table.select_dtypes("number").iloc[:4, :-1].values
        batch = torch.tensor(numbers, dtype=torch.float32)
        predicted = nn.Linear(inputs, 1)(batch)
        yield (
            f"four rows through nn.Linear({name}_inputs, 1): the shape",
            tuple(predicted.shape),
        )
        yield f"{name}_parameters", getattr(answer, f"{name}_parameters")


# %% wrong
#| says: The target is counted too; it is what the neuron predicts, not what goes in.
concrete_inputs, concrete_parameters = 9, 10
cereals_inputs, cereals_parameters = 4, 5

# %% wrong
#| says: The weights are counted, and not the bias, which is a parameter too.
concrete_inputs, concrete_parameters = 8, 8
cereals_inputs, cereals_parameters = 3, 3

# %% wrong
#| says: The name of a cereal is no number, and can't be multiplied by a weight.
concrete_inputs, concrete_parameters = 8, 9
cereals_inputs, cereals_parameters = 4, 5

# %% wrong
#| says: There is one bias for the neuron, not one for each input.
concrete_inputs, concrete_parameters = 8, 16
cereals_inputs, cereals_parameters = 3, 6

# %% wrong
#| says: Those are the rows and columns of the tables; an input is a column that is not the target.
concrete_inputs, concrete_parameters = len(concrete), 9
cereals_inputs, cereals_parameters = len(cereals), 5

# %% exercise linear_model [markdown] after="the-neuron-in-pytorch" minutes=3
# ## A linear model
#
# Make `model`, a neuron with seven inputs, in any way you like. Called with a table of seven columns, it returns a
# table with one column: for each row one prediction, which can be any number, positive or negative. All its weights
# and its bias can be trained.

# %% starter
model = ____

# %% solution
model = nn.Linear(in_features=7, out_features=1)


# %% also right
class Neuron(nn.Module):
    def __init__(self):
        super().__init__()
        self.b = nn.Parameter(torch.zeros(1))
        self.w = nn.Parameter(torch.randn(7))

    def forward(self, X):
        return (X @ self.w + self.b)[:, None]


model = Neuron()

# %% also right
model = nn.Sequential(nn.Linear(7, 1))

# %% hint [markdown]
# [The neuron in PyTorch](../single_neuron.py#the-neuron-in-pytorch) has five inputs. What do you have to change?


# %% check
def check(answer):
    from copy import deepcopy

    model = deepcopy(answer.model)
    parameters = [p for p in model.parameters() if p.requires_grad]
    X = torch.randn(6, 7)
    yield "model(X) of 6 rows: the shape", tuple(model(X).shape)
    number = sum(p.numel() for p in parameters)
    yield "how many numbers can be trained", number
    with torch.no_grad():
        for p in parameters:
            p.fill_(0.5)
        yield "model(X) with 0.5 for weights and bias", model(X)
        yield "the same for one row", model(X[:1])
    slopes = torch.autograd.grad(model(X).sum(), parameters)
    flat = torch.cat([slope.flatten() for slope in slopes])
    yield "how the predictions depend on each of them", flat.sort().values


# %% wrong
#| says: That gives two predictions a row. One neuron has one.
model = nn.Linear(7, 2)

# %% wrong
#| says: The bias is missing.
model = nn.Linear(7, 1, bias=False)

# %% wrong
#| says: One number goes in there, and seven come out. It is the other way round.
model = nn.Linear(1, 7)

# %% wrong
#| says: A linear model ends with the sum. This one squeezes it, and can't predict every number.
model = nn.Sequential(nn.Linear(7, 1), nn.Sigmoid())

# %% wrong
#| says: This one cuts off all negative predictions: leave the sum as it is.
model = nn.Sequential(nn.Linear(7, 1), nn.ReLU())

# %% wrong
#| says: The predictions stand in a plain row of numbers; keep the table with one column.
model = nn.Sequential(nn.Linear(7, 1), nn.Flatten(0))

# %% exercise random_lines [markdown] after="the-neuron-in-pytorch" minutes=3 within=0.06
# ## Before training
#
# `nn.Linear(1, 1)` is a neuron with one input, and begins with a random weight and a random bias. Make a thousand of
# them. About which share of these lines rises from left to right? Answer with a number from 0 to 1.

# %% hint [markdown]
# Which of the two numbers decides whether a line rises? See
# [what w and b do](../single_neuron.py#the-formula).

# %% hint [markdown]
# Make one and look: `nn.Linear(1, 1).weight.item()`. Run it some more times. `sum(weight > 0 for weight in weights)`
# counts the positive ones in a list.

# %% solution
torch.manual_seed(0)  # the same random numbers in each run
weights = [nn.Linear(1, 1).weight.item() for _ in range(1000)]
answer = sum(weight > 0 for weight in weights) / 1000

# %% wrong
#| says: Before training the neuron knows nothing of the data: a falling line is as likely.
answer = 1

# %% wrong
#| says: Print the weight of a few. Are they all negative?
answer = 0

# %% wrong
#| says: A line rises if its weight is positive, whatever the bias is.
answer = 0.25

# %% wrong
#| says: The number of lines is asked as a share, from 0 to 1.
answer = 500

# %% exercise weights_in_and_out [markdown] after="train-it" minutes=10
# ## Read the weights, and write them
#
# Write two functions for a neuron made by `nn.Linear(inputs, 1)`.
#
# - `read(model)` returns its weights as a list with one number for each input, and its bias as one number.
# - `write(model, weights, bias)` puts such numbers in. It returns nothing. The model predicts with them from then on,
#   and it can still be trained.
#
# So one can give a neuron the solution of least squares, without any training.


# %% starter
def read(model):
    weights = ____
    bias = ____
    return weights, bias


def write(model, weights, bias):
    with torch.no_grad():  # we set the weights, no slopes are needed
        ____
        ____


# %% solution
def read(model):
    return model.weight[0].tolist(), model.bias.item()


def write(model, weights, bias):
    with torch.no_grad():
        model.weight.copy_(torch.tensor([weights]))
        model.bias.fill_(bias)


# %% also right
def read(model):
    return [float(weight) for weight in model.weight[0]], float(model.bias)


def write(model, weights, bias):
    model.weight = nn.Parameter(torch.tensor(weights).reshape(1, -1))
    model.bias = nn.Parameter(torch.tensor([bias]))


# %% also right
def read(model):
    with torch.no_grad():
        inputs = model.in_features
        bias = model(torch.zeros(inputs)).item()
        return (model(torch.eye(inputs)) - bias).flatten(), bias


def write(model, weights, bias):
    new = {"weight": torch.tensor([weights]), "bias": torch.tensor([bias])}
    model.load_state_dict(new)


# %% hint [markdown]
# `model.weight` is a table of one row. In [Train it](../single_neuron.py#train-it), `model.weight[0]` is that row.
# `tolist()` makes a list of it, and `item()` a number of a tensor that holds one.

# %% hint [markdown]
# A lesson further on sets weights too: see `copy_` in
# [Two linear layers are one](../deep_networks.py#two-linear-layers-are-one). What you copy needs the same shape, a
# table of one row: `torch.tensor([weights])`.


# %% check
def check(answer):
    for inputs in (3, 1, 4):
        made = f"nn.Linear({inputs}, 1)"
        model = nn.Linear(inputs, 1)
        yield f"read({made})", answer.read(model)
        X, y = torch.randn(20, inputs), torch.randn(20, 1)
        columns = torch.cat([X, torch.ones(20, 1)], dim=1)
        best = torch.linalg.lstsq(columns, y).solution.flatten().tolist()
        nothing = answer.write(model, best[:-1], best[-1])
        yield f"write({made}, weights, bias)", nothing
        yield "model(X) after that", model(X)
        yield "read(model) after that", answer.read(model)
        trained = [p.requires_grad for p in model.parameters()]
        yield "whether weights and bias can be trained after that", trained


# %% wrong
#| says: model.weight is a table with one row; a list with one number for each input is asked.
def read(model):
    return model.weight.tolist(), model.bias.item()


def write(model, weights, bias):
    with torch.no_grad():
        model.weight.copy_(torch.tensor([weights]))
        model.bias.fill_(bias)


# %% wrong
#| says: write fills a copy of the weights; the model's own stay as they were.
def read(model):
    return model.weight[0].tolist(), model.bias.item()


def write(model, weights, bias):
    with torch.no_grad():
        model.weight.clone().copy_(torch.tensor([weights]))
        model.bias.clone().fill_(bias)


# %% wrong
#| says: write sets the weights, and leaves the old bias.
def read(model):
    return model.weight[0].tolist(), model.bias.item()


def write(model, weights, bias):
    with torch.no_grad():
        model.weight.copy_(torch.tensor([weights]))


# %% wrong
#| says: The weights stand in a column there. nn.Linear(3, 1) keeps them in a row, one column for each input.
def read(model):
    return model.weight[0].tolist(), model.bias.item()


def write(model, weights, bias):
    with torch.no_grad():
        model.weight.copy_(torch.tensor(weights)[:, None])
        model.bias.fill_(bias)


# %% wrong
#| says: After write the model predicts, but it can't be trained any more.
def read(model):
    return model.weight[0].tolist(), model.bias.item()


def write(model, weights, bias):
    model.weight = nn.Parameter(torch.tensor([weights]), requires_grad=False)
    model.bias = nn.Parameter(torch.tensor([bias]), requires_grad=False)


# %% exercise recipe [markdown] after="train-it" minutes=10
# ## The five lines
#
# Write `train(model, X, y, learning_rate, num_epochs)`. It trains the model with all rows in each epoch, by
# `nn.MSELoss` and `torch.optim.SGD`. Return a list with the loss of each epoch, as it was measured before the weights
# changed in that epoch.


# %% starter
def train(model, X, y, learning_rate, num_epochs):
    """X: rows × inputs, y: rows × 1. Returns num_epochs numbers."""
    losses = []
    ____  # make the loss function and the optimizer
    for epoch in range(num_epochs):
        ____  # predict, measure, clear, find the slopes, step
        losses.append(____)
    return losses


# %% solution
def train(model, X, y, learning_rate, num_epochs):
    loss_function = nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    losses = []
    for epoch in range(num_epochs):
        y_hat = model(X)
        loss = loss_function(y_hat, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


# %% also right
def train(model, X, y, learning_rate, num_epochs):
    losses = []
    for epoch in range(num_epochs):
        loss = ((model(X) - y) ** 2).mean()
        slopes = torch.autograd.grad(loss, list(model.parameters()))
        with torch.no_grad():
            for parameter, slope in zip(model.parameters(), slopes):
                parameter -= learning_rate * slope
        losses.append(loss.item())
    return losses


# %% hint [markdown]
# The recipe stands in [Train it](../single_neuron.py#train-it): predict, measure, clear, find the slopes, step.

# %% hint [markdown]
# The optimizer clears and steps, and the loss finds the slopes. The slopes must be found between clearing and stepping.


# %% check
def check(answer):
    for inputs, rate in ((2, 0.1), (5, 0.03)):
        X, y = torch.randn(15, inputs), torch.randn(15, 1)
        model = nn.Linear(inputs, 1)
        losses = answer.train(model, X, y, rate, 6)
        yield f"train(nn.Linear({inputs}, 1), X, y, {rate}, 6)", losses
        yield "model(X) after that", model(X)
        more = answer.train(model, X, y, rate, 2)
        yield "two more epochs of the same model", more


# %% wrong
#| says: Each epoch adds its slopes to those of the last: the slopes are never cleared.
def train(model, X, y, learning_rate, num_epochs):
    loss_function = nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    losses = []
    for epoch in range(num_epochs):
        loss = loss_function(model(X), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


# %% wrong
#| says: The weights never change: is step() missing, or are the slopes cleared just before it?
def train(model, X, y, learning_rate, num_epochs):
    loss_function = nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    losses = []
    for epoch in range(num_epochs):
        loss = loss_function(model(X), y)
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()
        losses.append(loss.item())
    return losses


# %% wrong
#| says: step() comes before backward(), so each epoch steps with no slopes of its own.
def train(model, X, y, learning_rate, num_epochs):
    loss_function = nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    losses = []
    for epoch in range(num_epochs):
        loss = loss_function(model(X), y)
        optimizer.step()
        optimizer.zero_grad()
        loss.backward()
        losses.append(loss.item())
    return losses


# %% wrong
#| says: Those losses are measured after the step; return what was measured before it.
def train(model, X, y, learning_rate, num_epochs):
    loss_function = nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    losses = []
    for epoch in range(num_epochs):
        loss = loss_function(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss_function(model(X), y).item())
    return losses


# %% wrong
#| says: Only the last loss comes back; a list with one for each epoch is asked.
def train(model, X, y, learning_rate, num_epochs):
    loss_function = nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    for epoch in range(num_epochs):
        loss = loss_function(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.item()


# %% excused
#| says: The squared error is the same, whichever of the two is taken from the other.
def train(model, X, y, learning_rate, num_epochs):
    loss_function = nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    losses = []
    for epoch in range(num_epochs):
        y_hat = model(X)
        loss = loss_function(y, y_hat)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


# %% exercise raw_rates [markdown] after="change-a-number" minutes=3
# ## Without standardizing
#
# With standardized inputs, the learning rates 0.001, 0.01, and 0.1 all lower the loss, and 0.5 ends with `nan`. Now
# train on the inputs as they are, in grams: `train(raw, rate)`. Which of the four rates still lower the loss?

# %% choices [markdown]
# - a) The same three: 0.001, 0.01, and 0.1.
# - b) Only 0.001.
# - c) All four.
# - d) None.

# %% given
import pandas as pd

cereals = pd.read_csv("data/cereals.csv")
nutrients = ["sugars", "protein", "fat", "carbo", "fiber"]
raw = torch.tensor(cereals[nutrients].values, dtype=torch.float32)
y = torch.tensor(cereals[["calories"]].values, dtype=torch.float32)
loss_function = nn.MSELoss()


def train(X, learning_rate, num_epochs=200):
    """The loss of the last epoch."""
    torch.manual_seed(0)
    model = nn.Linear(X.shape[1], 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    for epoch in range(num_epochs):
        y_hat = model(X)
        loss = loss_function(y_hat, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.item()


# %% hint [markdown]
# Guess first, then run it: `print(train(raw, 0.1))`. `nan` means that training ran away, as in
# [Change a number](../single_neuron.py#change-a-number).

# %% hint [markdown]
# `train(raw, 0.001, num_epochs=1)` says how large the loss is before the first step.

# %% solution
before = train(raw, 0.001, num_epochs=1)  # measured before the first step
lower = [rate for rate in [0.001, 0.01, 0.1, 0.5] if train(raw, rate) < before]
answer = {3: "a", 1: "b", 4: "c", 0: "d"}[len(lower)]

# %% wrong
#| says: Try 0.01 on the raw inputs. They are larger than standardized ones, so the steps are, too.
answer = "a"

# %% wrong
#| says: 0.5 was too large before, and on larger inputs it is no better.
answer = "c"

# %% wrong
#| says: Try the smallest: its loss falls, if slowly.
answer = "d"
