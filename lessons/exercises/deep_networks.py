# %% [markdown]
# # Exercises: deep networks

# %%
import torch
from torch import nn

# %% exercise two_hinges [markdown] after="a-bend" minutes=2
# ## Two hinges
#
# `relu(x)` is zero for negative `x`, and `x` for the rest. What do `relu(x) - relu(-x)` and `relu(x) + relu(-x)` look
# like? Sketch both, then draw them or print some values.

# %% choices [markdown]
# - a) The first is the straight line `x`, the second a V.
# - b) The first is a V, the second the straight line `x`.
# - c) Both are a V, one of them upside down.
# - d) Both are flat at zero on the left, and rise on the right.

# %% given
x = torch.linspace(-2, 2, 9)


def relu(x):
    return torch.clamp(x, min=0)


# %% hint [markdown]
# What is each of the two for `x = 2`, and for `x = -2`? At each of these places one of the hinges is flat, as in
# [A bend](../deep_networks.py#a-bend).

# %% solution
difference, total = relu(x) - relu(-x), relu(x) + relu(-x)
if torch.equal(difference, x) and torch.equal(total, x.abs()):
    answer = "a"
else:
    answer = "b" if torch.equal(difference, x.abs()) else "d"

# %% wrong
#| says: At x = -2 the first is 0 - 2, and the second 0 + 2. Which of them comes up on both sides?
answer = "b"

# %% wrong
#| says: Look at the first for x = 2 and for x = -2: has it the same sign at both?
answer = "c"

# %% wrong
#| says: relu(-x) is flat on the right, and rises to the left. So something happens on the left, too.
answer = "d"

# %% exercise four_hinges [markdown] after="a-bend" minutes=10
# ## Only four hinges
#
# The lesson follows eight points of the concrete curve with seven hinges. Use only four, at ages of your choice, so
# that the mean squared error stays below 0.1. Set `bends` to a list of four of the ages. Where do they have to stand?

# %% given
import pandas as pd

concrete = pd.read_csv("data/concrete.csv")
series = concrete[(concrete.cement == 500) & (concrete.water == 200)]
series = series.sort_values("age")
ages = series.age.tolist()
age = torch.tensor(series[["age"]].values, dtype=torch.float64)
strength = torch.tensor(series[["strength"]].values, dtype=torch.float64)


def error_with(bends):
    """The mean squared error of the best sum of hinges at these ages."""
    hinges = torch.relu(age - torch.tensor(bends, dtype=torch.float64))
    columns = torch.cat([hinges, torch.ones_like(age)], dim=1)
    weights = torch.linalg.lstsq(columns, strength, driver="gelsd").solution
    return ((columns @ weights - strength) ** 2).mean().item()


# %% starter
print(ages)
bends = [____]
print(error_with(bends))

# %% solution
from itertools import combinations

bends = min(combinations(ages[:-1], 4), key=error_with)
print(bends)

# %% also right
bends = [1, 3, 7, 28]

# %% hint [markdown]
# A hinge changes the slope. Look at [the curve](../deep_networks.py): where does its slope change most, and where
# hardly at all?

# %% hint [markdown]
# The first hinge has to stand at the first age: before it the sum is flat. There are only 35 ways to choose four of
# seven, so you can try all: `itertools.combinations(ages[:-1], 4)`.


# %% check
def check(answer):
    bends = answer.bends
    yield "how many bends", len(bends)
    yield "error_with(bends)", error_with(bends), 0.09


# %% wrong
#| says: Evenly spaced hinges leave the steep first weeks to a single one.
bends = [1, 90, 180, 270]

# %% wrong
#| says: In the last months the curve is nearly straight; hinges there have little to bend.
bends = [14, 28, 90, 180]

# %% wrong
#| says: Those are the first four ages. After 14 days the curve still has to bend once more.
bends = [1, 3, 7, 14]

# %% wrong
#| says: Close! Between 3 and 14 days the slope changes more than between 14 and 28.
bends = [1, 3, 14, 28]

# %% wrong
#| says: That is every age but the last; choose four of them.
bends = ages[:-1]

# %% excused
#| says: It leaves out an age where the best four hinges do not stand.
from itertools import combinations

bends = min(combinations(ages[:-2], 4), key=error_with)
print(bends)

# %% exercise three_layers [markdown] after="train-a-network" minutes=5
# ## Three hidden layers
#
# Build `model`, a network for eight inputs with three hidden layers, of 16, 12, and 4 neurons, and one output. Each
# hidden layer is dense, with ReLU behind it. The output is one number for each row, and can be negative.

# %% starter
model = nn.Sequential(
    ____,
)

# %% solution
model = nn.Sequential(
    nn.Linear(8, 16),
    nn.ReLU(),
    nn.Linear(16, 12),
    nn.ReLU(),
    nn.Linear(12, 4),
    nn.ReLU(),
    nn.Linear(4, 1),
)


# %% also right
class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.output = nn.Linear(4, 1)
        self.first = nn.Linear(8, 16)
        self.second = nn.Linear(16, 12)
        self.third = nn.Linear(12, 4)

    def forward(self, X):
        X = torch.relu(self.first(X))
        X = torch.relu(self.second(X))
        X = torch.relu(self.third(X))
        return self.output(X)


model = Network()

# %% also right
parts = []
sizes = [8, 16, 12, 4, 1]
for i in range(4):
    parts += [nn.Linear(sizes[i], sizes[i + 1]), nn.LeakyReLU(0.0)]
model = nn.Sequential(*parts[:-1])

# %% hint [markdown]
# [Train a network](../deep_networks.py#train-a-network) builds a network with one hidden layer: `nn.Linear`, then
# `nn.ReLU()`, then another `nn.Linear`.

# %% hint [markdown]
# As many numbers as come out of one layer go into the next. How many `nn.Linear` do three hidden layers and an output
# make?


# %% check
def check(answer):
    from copy import deepcopy

    model = deepcopy(answer.model)
    X = torch.randn(40, 8)
    yield "model(X) of 40 rows: the shape", tuple(model(X).shape)
    number = sum(p.numel() for p in model.parameters() if p.requires_grad)
    yield "how many parameters the model has", number
    with torch.no_grad():
        for p in model.parameters():
            p.copy_(torch.randn(p.shape))
        parameters = {tuple(sorted(p.shape)): p for p in model.parameters()}
        H = X
        for inputs, outputs in ((8, 16), (16, 12), (12, 4), (4, 1)):
            W = parameters.get(tuple(sorted((inputs, outputs))))
            b = parameters.get((outputs,))
            if W is None or b is None:
                yield f"a layer of {outputs} for {inputs} inputs", False
                return
            Z = H @ (W if W.shape[0] == inputs else W.T) + b
            H = torch.relu(Z)
        b -= Z.mean()  # so that about half of the predictions are negative
        far = (model(X) - (Z - Z.mean())).abs().max()
        yield (
            "random weights: how far model(X) is from three hidden layers",
            far,
            0.01,
        )


# %% wrong
#| says: ReLU stands behind the output too, and cuts off all negative predictions.
model = nn.Sequential(
    nn.Linear(8, 16),
    nn.ReLU(),
    nn.Linear(16, 12),
    nn.ReLU(),
    nn.Linear(12, 4),
    nn.ReLU(),
    nn.Linear(4, 1),
    nn.ReLU(),
)

# %% wrong
#| says: There is no ReLU between the layers, and without a bend they are no more than one.
model = nn.Sequential(
    nn.Linear(8, 16), nn.Linear(16, 12), nn.Linear(12, 4), nn.Linear(4, 1)
)

# %% wrong
#| says: Behind the third hidden layer ReLU is missing.
model = nn.Sequential(
    nn.Linear(8, 16),
    nn.ReLU(),
    nn.Linear(16, 12),
    nn.ReLU(),
    nn.Linear(12, 4),
    nn.Linear(4, 1),
)

# %% wrong
#| says: Those are four hidden layers: one more than asked.
model = nn.Sequential(
    nn.Linear(8, 16),
    nn.ReLU(),
    nn.Linear(16, 12),
    nn.ReLU(),
    nn.Linear(12, 4),
    nn.ReLU(),
    nn.Linear(4, 4),
    nn.ReLU(),
    nn.Linear(4, 1),
)

# %% wrong
#| says: The last hidden layer is the output there; the neuron that adds its four up is missing.
model = nn.Sequential(
    nn.Linear(8, 16),
    nn.ReLU(),
    nn.Linear(16, 12),
    nn.ReLU(),
    nn.Linear(12, 4),
)

# %% exercise by_hand [markdown] after="train-a-network" minutes=5
# ## The same without `nn.Sequential`
#
# Write `predict(layers, X)`. `layers` is a list of `nn.Linear`, two or more. The last is the output, the others are
# hidden layers with ReLU behind each. Return the prediction for each row of `X`, a table with one column.


# %% starter
def predict(layers, X):
    for layer in ____:
        ____
    return ____


# %% solution
def predict(layers, X):
    for layer in layers[:-1]:
        X = torch.relu(layer(X))
    return layers[-1](X)


# %% also right
def predict(layers, X):
    parts = []
    for layer in layers:
        parts += [layer, nn.ReLU()]
    return nn.Sequential(*parts[:-1])(X)


# %% also right
def predict(layers, X):
    *hidden, output = layers
    for layer in hidden:
        Z = X @ layer.weight.T + layer.bias
        X = torch.where(Z > 0, Z, 0.0)
    return output(X)


# %% hint [markdown]
# `torch.relu` bends a table of numbers, as `relu` does in [A bend](../deep_networks.py#a-bend). Call a layer with a
# table, and it returns the next one.

# %% hint [markdown]
# `layers[:-1]` are all layers but the last, `layers[-1]` is the last.


# %% check
def check(answer):
    for sizes in ([3, 5, 1], [2, 4, 4, 1], [8, 6, 5, 4, 1]):
        layers = [
            nn.Linear(sizes[i], sizes[i + 1]) for i in range(len(sizes) - 1)
        ]
        X = 3 * torch.randn(30, sizes[0])
        came = answer.predict(layers, X)
        yield f"predict(layers, X) with {len(layers) - 1} hidden", came
        came.sum().backward()
        yield "the slopes for the first layer", layers[0].weight.grad


# %% wrong
#| says: ReLU stands behind the output too, and cuts off all negative predictions.
def predict(layers, X):
    for layer in layers:
        X = torch.relu(layer(X))
    return X


# %% wrong
#| says: There is no ReLU between the layers, and without a bend they are no more than one.
def predict(layers, X):
    for layer in layers:
        X = layer(X)
    return X


# %% wrong
#| says: ReLU comes before each layer there, so it bends the inputs themselves.
def predict(layers, X):
    for layer in layers:
        X = layer(torch.relu(X))
    return X


# %% wrong
#| says: Only the first layer is bent. Each hidden layer has a ReLU of its own.
def predict(layers, X):
    X = torch.relu(layers[0](X))
    for layer in layers[1:]:
        X = layer(X)
    return X


# %% wrong
#| says: The output layer is missing: that returns what the last hidden layer gives.
def predict(layers, X):
    for layer in layers[:-1]:
        X = torch.relu(layer(X))
    return X


# %% exercise merge [markdown] after="two-linear-layers-are-one" minutes=15
# ## Two layers, merged
#
# Two `nn.Linear` behind each other, without ReLU between them, can be replaced by one. Write `merge(first, second)`.
# It returns a new `nn.Linear` that predicts what `second(first(X))` predicts, up to rounding. The two layers stay as
# they are.


# %% starter
def merge(first, second):
    one = nn.Linear(____, ____)
    with torch.no_grad():  # we set weights ourselves, no slopes are needed
        one.weight.copy_(____)
        one.bias.copy_(____)
    return one


# %% solution
def merge(first, second):
    one = nn.Linear(first.in_features, second.out_features)
    with torch.no_grad():
        one.weight.copy_(second.weight @ first.weight)
        one.bias.copy_(second.weight @ first.bias + second.bias)
    return one


# %% also right
def merge(first, second):
    inputs = first.in_features
    with torch.no_grad():
        bias = second(first(torch.zeros(inputs)))
        weight = (second(first(torch.eye(inputs))) - bias).T
    one = nn.Linear(inputs, len(bias))
    one.load_state_dict({"weight": weight, "bias": bias})
    return one


# %% hint [markdown]
# [Two linear layers are one](../deep_networks.py#two-linear-layers-are-one) works it out:
# $W_2 (W_1 x + b_1) + b_2 = (W_2 W_1) x + (W_2 b_1 + b_2)$.

# %% hint [markdown]
# `first.in_features` says how many numbers go into a layer, `second.out_features` how many come out. `first.weight`
# has a row for each neuron and a column for each input.


# %% check
def check(answer):
    for inputs, middle, outputs in ((4, 4, 4), (8, 32, 3), (5, 2, 1)):
        first, second = nn.Linear(inputs, middle), nn.Linear(middle, outputs)
        X = 5 * torch.randn(9, inputs)
        one = answer.merge(first, second)
        called = f"merge(nn.Linear({inputs}, {middle}), "
        called += f"nn.Linear({middle}, {outputs}))"
        yield f"{called}(X)", one(X), 1e-4
        yield "second(first(X)) after that", second(first(X))
        number = sum(p.numel() for p in one.parameters())
        yield "how many parameters the new layer has", number


# %% wrong
#| says: The order matters: what the second does to a row comes after what the first does.
def merge(first, second):
    one = nn.Linear(first.in_features, second.out_features)
    with torch.no_grad():
        one.weight.copy_(first.weight @ second.weight)
        one.bias.copy_(second.weight @ first.bias + second.bias)
    return one


# %% wrong
#| says: The bias of the first layer is lost.
def merge(first, second):
    one = nn.Linear(first.in_features, second.out_features)
    with torch.no_grad():
        one.weight.copy_(second.weight @ first.weight)
        one.bias.copy_(second.bias)
    return one


# %% wrong
#| says: The bias of the first layer goes through the second, too, before it is added.
def merge(first, second):
    one = nn.Linear(first.in_features, second.out_features)
    with torch.no_grad():
        one.weight.copy_(second.weight @ first.weight)
        one.bias.copy_(first.bias + second.bias)
    return one


# %% wrong
#| says: * multiplies entry by entry. The matrix product is @.
def merge(first, second):
    one = nn.Linear(first.in_features, second.out_features)
    with torch.no_grad():
        one.weight.copy_(second.weight * first.weight)
        one.bias.copy_(second.weight @ first.bias + second.bias)
    return one


# %% wrong
#| says: The weights of the two layers can't be added: the second multiplies what the first has multiplied.
def merge(first, second):
    one = nn.Linear(first.in_features, second.out_features)
    with torch.no_grad():
        one.weight.copy_(second.weight + first.weight)
        one.bias.copy_(second.bias + first.bias)
    return one


# %% exercise r_squared [markdown] after="wide-and-deep" minutes=5
# ## R² of rows that were held back
#
# Hold back some rows, and their targets do not have the mean 0 and the variance 1 of the whole table. So one minus the
# loss is not their [R²](../../glossary/r-squared.md) any more: it has to be compared with the error of always
# predicting the mean of these rows.
#
# Write `r_squared(y_hat, y)` for predictions and targets, two tables with one column. Return one number: 1 if all
# predictions are right, 0 if the model is no better than the mean of `y`, less if it is worse.


# %% starter
def r_squared(y_hat, y):
    """y_hat and y: rows × 1. Returns a number."""
    ____
    return 1 - ____ / ____


# %% solution
def r_squared(y_hat, y):
    error = ((y_hat - y) ** 2).mean()
    error_of_mean = ((y - y.mean()) ** 2).mean()
    return (1 - error / error_of_mean).item()


# %% also right
def r_squared(y_hat, y):
    loss_function = nn.MSELoss(reduction="sum")
    always = torch.full_like(y, y.mean().item())
    return 1 - float(loss_function(y_hat, y) / loss_function(always, y))


# %% also right
def r_squared(y_hat, y):
    return 1 - nn.MSELoss()(y_hat, y) / y.var(correction=0)


# %% hint [markdown]
# The error is the mean squared error of the predictions. What is the mean squared error of a model that predicts
# `y.mean()` for each row?

# %% hint [markdown]
# R² is the share of the differences that a model accounts for. One divided by the other is the share that it does
# **not** account for.


# %% check
def check(answer):
    y = 2 * torch.randn(12, 1) + 5
    y_hat = y + torch.randn(12, 1)
    yield "r_squared(y_hat, y)", answer.r_squared(y_hat, y)
    yield "r_squared(y, y)", answer.r_squared(y.clone(), y)
    mean = y.mean().expand(12, 1).clone()
    yield "r_squared of predicting the mean", answer.r_squared(mean, y)
    bad = torch.randn(5, 1)
    y = torch.randn(5, 1) / 3 - 1
    yield "r_squared of a bad model", answer.r_squared(bad, y), 0.001


# %% wrong
#| says: That is one minus the loss. The rows' own variance is not 1, so divide by it.
def r_squared(y_hat, y):
    error = ((y_hat - y) ** 2).mean()
    return (1 - error).item()


# %% wrong
#| says: That is the share that is not accounted for: 0 if all predictions are right.
def r_squared(y_hat, y):
    error = ((y_hat - y) ** 2).mean()
    return (error / ((y - y.mean()) ** 2).mean()).item()


# %% wrong
#| says: Compare with the mean of the targets, not with that of the predictions.
def r_squared(y_hat, y):
    error = ((y_hat - y) ** 2).mean()
    return (1 - error / ((y - y_hat.mean()) ** 2).mean()).item()


# %% wrong
#| says: y.var() divides by one row less than there are. Take the mean of the squares for both errors.
def r_squared(y_hat, y):
    error = ((y_hat - y) ** 2).mean()
    return (1 - error / y.var()).item()


# %% wrong
#| says: The errors are not squared.
def r_squared(y_hat, y):
    error = (y_hat - y).abs().mean()
    return (1 - error / (y - y.mean()).abs().mean()).item()


# %% wrong
#| says: The mean is taken for zero. On rows that were held back it is not.
def r_squared(y_hat, y):
    error = ((y_hat - y) ** 2).mean()
    return (1 - error / (y**2).mean()).item()


# %% exercise held_back [markdown] after="wide-and-deep" minutes=10
# ## As good on other rows?
#
# Hold back every fourth row of the concrete, and train 32 hidden neurons on the others, from two random starts. (To
# save time, only a third of the rows is taken for all of this.)
# How does R² on the rows that were held back compare?

# %% choices [markdown]
# - a) It is as high as on the rows trained on.
# - b) It is lower, but still far above the best single neuron.
# - c) It is lower than that of the best single neuron.
# - d) It is higher than on the rows trained on.

# %% given
import pandas as pd

concrete = pd.read_csv("data/concrete.csv")
table = torch.tensor(concrete.values, dtype=torch.float32)
table = (table - table.mean(dim=0)) / table.std(dim=0, correction=0)
table = table[::3]  # every third row, so that training takes no time
X, y = table[:, :-1], table[:, -1:]
held_back = torch.arange(len(X)) % 4 == 0  # True, False, False, False, ...


def train(model, X, y, learning_rate=0.05, num_epochs=30):
    loss_function = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    for epoch in range(num_epochs):
        y_hat = model(X)
        loss = loss_function(y_hat, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def r_squared(model, X, y):
    with torch.no_grad():
        error = nn.MSELoss()(model(X), y)
    return 1 - (error / y.var(correction=0)).item()


def best_single_neuron():
    """R² of least squares, on the rows that were held back."""
    columns = torch.cat([X, torch.ones(len(X), 1)], dim=1)
    solution = torch.linalg.lstsq(columns[~held_back], y[~held_back]).solution
    error = ((columns[held_back] @ solution - y[held_back]) ** 2).mean()
    return 1 - (error / y[held_back].var(correction=0)).item()


# %% hint [markdown]
# `X[held_back]` are the rows that were held back, `X[~held_back]` the others. Build the network as in
# [Train a network](../deep_networks.py#train-a-network), train it, and print `r_squared` for both.

# %% hint [markdown]
# The network has seen the targets of the rows it was trained on. It could bend itself to these very rows, by chance
# and all.

# %% solution
gaps, above = [], []
for seed in range(2):
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 1))
    train(model, X[~held_back], y[~held_back])
    on_trained = r_squared(model, X[~held_back], y[~held_back])
    on_held_back = r_squared(model, X[held_back], y[held_back])
    print(f"trained on {on_trained:.2f}, held back {on_held_back:.2f}")
    gaps.append(on_trained - on_held_back)
    above.append(on_held_back - best_single_neuron())
if min(gaps) > 0.02:
    answer = "b" if min(above) > 0.1 else "c"
else:
    answer = "d" if max(gaps) < 0 else "a"

# %% wrong
#| says: Run it: on both starts there is a gap.
answer = "a"

# %% wrong
#| says: Lower than on the rows trained on, yes. But print best_single_neuron() beside it.
answer = "c"

# %% wrong
#| says: It would be odd to be better on rows it has never seen. Run it.
answer = "d"

# %% exercise folds [markdown] after="what-depth-can-do" minutes=3 within=0.5
# ## Ten folds
#
# The tent is made of two ReLUs. Put the tent into itself again and again, until there are ten layers of two ReLUs.
# From how many straight pieces is the line made between 0 and 1?

# %% given
x = torch.linspace(0, 1, 2**14 + 1, dtype=torch.float64)


def tent(x):
    return 2 * torch.relu(x) - 4 * torch.relu(x - 0.5)


def count_pieces(line):
    """One more than there are bends."""
    return 1 + int((line.diff(n=2) != 0).sum())


# %% hint [markdown]
# How many pieces are there after one layer, after two, after three? See
# [What depth can do](../deep_networks.py#what-depth-can-do).

# %% solution
line = x
for layer in range(10):
    line = tent(line)
answer = count_pieces(line)

# %% wrong
#| says: Each layer does not add two pieces, it folds all that are there: the number doubles.
answer = 2 * 10

# %% wrong
#| says: That is what 20 ReLUs side by side, in one layer, make at most.
answer = 20 + 1

# %% wrong
#| says: One layer makes two pieces already. Count on from there to ten.
answer = 2**9

# %% wrong
#| says: There are two ReLUs in a layer, but the tent has one bend between 0 and 1: two pieces, not four.
answer = 4**10

# %% exercise count_parameters [markdown] after="how-many-numbers" minutes=5
# ## How many numbers?
#
# Write `count_parameters(sizes)` without PyTorch. `sizes` is a list of how many inputs, neurons in each hidden layer,
# and outputs a stack of dense layers has. For example, `[8, 64, 1]` stands for 8 inputs, one hidden layer of 64, and
# one output. Return the number of weights and biases. Guess first: has `[8, 64, 1]` more than `[8, 32, 32, 1]`?


# %% starter
def count_parameters(sizes):
    total = 0
    for i in range(len(sizes) - 1):
        total += ____
    return total


# %% solution
def count_parameters(sizes):
    total = 0
    for i in range(len(sizes) - 1):
        total += (sizes[i] + 1) * sizes[i + 1]
    return total


# %% also right
def count_parameters(sizes):
    layers = [nn.Linear(sizes[i], sizes[i + 1]) for i in range(len(sizes) - 1)]
    return sum(p.numel() for layer in layers for p in layer.parameters())


# %% also right
def count_parameters(sizes):
    weights = sum(sizes[i - 1] * sizes[i] for i in range(1, len(sizes)))
    return weights + sum(sizes[1:])


# %% hint [markdown]
# Each neuron has one weight for each of its inputs, and one bias: see
# [How many numbers?](../deep_networks.py#how-many-numbers)

# %% hint [markdown]
# In round `i`, the layer has `sizes[i]` inputs and `sizes[i + 1]` neurons.


# %% check
def check(answer):
    for sizes in ([8, 64, 1], [8, 32, 32, 1], [3, 1], [5, 7, 2, 4, 3]):
        yield f"count_parameters({sizes})", answer.count_parameters(sizes)


# %% wrong
#| says: The biases are missing: each neuron has one.
def count_parameters(sizes):
    total = 0
    for i in range(len(sizes) - 1):
        total += sizes[i] * sizes[i + 1]
    return total


# %% wrong
#| says: There is a bias for each neuron, not one for each layer.
def count_parameters(sizes):
    total = 0
    for i in range(len(sizes) - 1):
        total += sizes[i] * sizes[i + 1] + 1
    return total


# %% wrong
#| says: There is a bias for each neuron of the layer, not for each of its inputs.
def count_parameters(sizes):
    total = 0
    for i in range(len(sizes) - 1):
        total += sizes[i] * (sizes[i + 1] + 1)
    return total


# %% wrong
#| says: The inputs are no neurons: they have no bias.
def count_parameters(sizes):
    total = 0
    for i in range(len(sizes) - 1):
        total += sizes[i] * sizes[i + 1]
    return total + sum(sizes)


# %% wrong
#| says: The output layer is missing; it has weights and biases, too.
def count_parameters(sizes):
    total = 0
    for i in range(len(sizes) - 2):
        total += (sizes[i] + 1) * sizes[i + 1]
    return total
