# %% [markdown]
# # A single neuron
#
# **Can one small formula predict how many calories are in a bowl of cereal?** It can try. [Neural
# networks](../glossary/neural-network.md) are built of many such formulas, and as a rule learn in the way this
# one does. It is [machine learning](../glossary/machine-learning.md), a branch of [artificial
# intelligence](../glossary/artificial-intelligence.md): a person chooses the kind of formula, and the numbers in
# it are found from data.
#
# After this lesson you can work out by hand what a [neuron](../glossary/neuron.md)
# [predicts](../glossary/prediction.md), say what its [weight](../glossary/weight.md) and its
# [bias](../glossary/bias.md) do, and train a neuron in [PyTorch](../glossary/pytorch.md). You need to know some
# Python, and the equation of a straight line.
#
# Here are breakfast cereals, measured per cup. They come as a [DataFrame](../glossary/dataframe.md), a table
# with named columns. PyTorch computes with [tensors](../glossary/tensor.md), tables of numbers alone. `float32`
# is the usual kind of number in [deep learning](../glossary/deep-learning.md). It keeps about seven digits.

# %%
#| label: cereals
#| tbl-cap: The first five of {{ len(cereals) }} cereals. Calories are those of a food label (kilocalories), the
#|   rest are grams per cup. [Where the data comes from](../data.md#cereals)
import matplotlib.pyplot as plt
import pandas as pd
import torch
from torch import nn

cereals = pd.read_csv("data/cereals.csv")
# Double brackets keep a table: one column, with a row for each cereal.
x = torch.tensor(cereals[["sugars"]].values, dtype=torch.float32)
y = torch.tensor(cereals[["calories"]].values, dtype=torch.float32)

cereals[["name", "sugars", "fiber", "protein", "calories"]].head().round(1)

# %% [markdown]
# We want to predict the calories, the [target](../glossary/target.md), from the sugars, the
# [input](../glossary/input.md), which is also called a *feature*. To predict a number from other numbers is
# called [regression](../glossary/regression.md). Do more sugars go with more calories?

# %%
#| label: scatter
#| echo: fold
#| fig-cap: Each point is a cereal. More sugars tend to come with more calories, but there is more to calories
#|   than sugars.
#| fig-alt: Scatter plot of calories against grams of sugars for {{ len(cereals) }} cereals. The points drift
#|   upward from left to right, from around {{ y[x == 0].mean():.0f }} calories without sugars to around
#|   {{ y[x > 15].mean():.0f }} for the sweetest. Two lie far above the rest, up to {{ y.max():.0f }} calories.
fig, ax = plt.subplots()
ax.scatter(x, y, s=20)
ax.set(xlabel="sugars (g per cup)", ylabel="calories")
ax.set(xticks=range(0, 21, 5), yticks=range(100, 401, 100))

# %% [markdown]
# ## The formula
#
# A neuron with one input multiplies it by a weight and adds a bias:
#
# $$\hat y = w x + b$$
#
# We write $\hat y$, "y hat", for the prediction, and $y$ for the true value. Say the weight is 2.5 and the bias
# is 90: what does the neuron predict for a cereal with 5 grams of sugars?


# %%
def neuron(x, w, b):
    return w * x + b


neuron(5, w=2.5, b=90)

# %% [markdown]
# By hand: 2.5 times 5 is {{ 2.5 * 5 }}, and 90 more makes {{ neuron(5, w=2.5, b=90) }}. What comes out of a
# neuron is also called its [activation](../glossary/activation.md). The name comes from the [nerve
# cell](../glossary/biological-neuron.md), which it resembles a little.
#
# Now draw the neuron as a line, then change one of its two numbers at a time.

# %%
#| label: weight-and-bias
#| echo: fold
#| fig-cap: The weight tilts the line. The bias lifts it.
#| fig-alt: Three straight lines of calories against sugars. The first starts at 90 and rises gently to
#|   {{ neuron(20, 2.5, 90):.0f }} at 20 grams. The second starts at 90 too but rises steeply to
#|   {{ neuron(20, 10, 90) }}, because its weight is 10. The third runs parallel to the first, {{ 150 - 90 }}
#|   higher, because its bias is 150.
grams = torch.tensor([0.0, 20.0])
fig, ax = plt.subplots()
for w, b, text, style in [
    (2.5, 90, "2.5 x + 90", "-"),
    (10, 90, "w = 10", "--"),
    (2.5, 150, "b = 150", ":"),
]:
    ax.plot(grams, neuron(grams, w, b), style, color="C1")
    ax.text(20.5, neuron(20, w, b), text, va="center", color="C1")
ax.set(xlabel="sugars (g per cup)", ylabel="calories", ylim=(0, 310))
ax.set(xlim=(0, 28), xticks=range(0, 21, 5), yticks=[0, 100, 200, 300])

# %% [markdown]
# The **weight** says how much the prediction changes when the input grows by one: here, calories for each gram.
# The **bias** says what the prediction is when the input is zero: a cereal without sugars still has calories.
#
# ## The best weight and bias
#
# The numbers 2.5 and 90 were made up. Which are best for these cereals? First we need to say how wrong a line is.
# For each cereal, take the prediction minus the true calories, square the difference, and take the
# [mean](../glossary/mean.md) of the squares. This is the [mean squared
# error](../glossary/mean-squared-error.md).


# %%
def mean_squared_error(w, b):
    return float(((neuron(x, w, b) - y) ** 2).mean())


print(f"{mean_squared_error(w=2.5, b=90):.0f} squared calories")

# %% [markdown]
# Move the two numbers yourself, and watch the error. Each thin line leads from a cereal to the prediction for it.
# How low can you get?

# %%
#| label: by-hand
#| echo: fold
#| script: assets/neuron.js
#| fig-cap: "**A neuron to move.** The thin lines are what it gets wrong: the mean of their squared lengths is the
#|   error."
#| fig-alt: Calories against sugars for {{ len(cereals) }} cereals, with the line 2.5 times the sugars plus 90. A
#|   thin line leads from each point to that line. Two controls move the weight and the bias, and the mean squared
#|   error follows; at first it is {{ mean_squared_error(2.5, 90):.0f }}.
fig, ax = plt.subplots()
predicted = neuron(x, 2.5, 90)
ax.vlines(
    x.flatten(),
    y.flatten(),
    predicted.flatten(),
    color="C1",
    linewidth=0.7,
    gid="errors",
)
ax.scatter(x, y, s=12)
ends = torch.tensor([-1.0, 22.0])
ax.plot(ends, neuron(ends, 2.5, 90), color="C1", gid="line")
ax.set(xlabel="sugars (g per cup)", ylabel="calories", xlim=(-1, 22))
ax.set(ylim=(0, 470), xticks=range(0, 21, 5), yticks=range(0, 401, 100))
{
    "x": x.flatten().tolist(),
    "y": y.flatten().tolist(),
    "w": [0, 15, 0.1, 2.5],  # least, most, step, and where it begins
    "b": [0, 200, 1, 90],
}

# %% [markdown]
# For a straight line, the lowest error can be computed exactly, by a method called *least squares*. It needs a
# second column, of ones, for the bias to be multiplied by.

# %%
ones = torch.ones(len(x), 1)
# dim=1 puts the columns side by side
solution = torch.linalg.lstsq(
    torch.cat([x, ones], dim=1), y, driver="gels"
).solution
w, b = solution.flatten().tolist()
print(f"w = {w:.2f}   b = {b:.1f}")
print(f"mean squared error = {mean_squared_error(w, b):.0f}")

# %% [markdown]
# So in this data a gram of sugars comes with {{ w:.1f }} calories, about twice the 2.5 we made up. Is it the best
# line? Then each small change of `w` or of `b` must raise the error. A tenth more for `w` raises it from
# {{ mean_squared_error(w, b):.1f }} to {{ mean_squared_error(w + 0.1, b):.1f }}.
#
# >>> best = mean_squared_error(w, b)
# >>> nearby = [(w + 0.1, b), (w - 0.1, b), (w, b + 1), (w, b - 1)]
# >>> all(mean_squared_error(*near) > best for near in nearby)
# True

# %%
#| label: fit
#| echo: fold
#| fig-cap: The made-up line runs below most cereals; the fitted one runs through their mean, the ring.
#| fig-alt: The scatter plot of calories against sugars with two lines. The made-up line, from 90 to
#|   {{ neuron(20, 2.5, 90):.0f }} calories, runs below {{ int((y > neuron(x, 2.5, 90)).sum()) }} of the
#|   {{ len(y) }} points. The fitted line starts at {{ b:.0f }} and rises to {{ neuron(20, w, b):.0f }} calories
#|   at 20 grams. It passes through a ring that marks the mean sugars and the mean calories.
fig, ax = plt.subplots()
ax.scatter(x, y, s=12, alpha=0.6)
ax.plot(grams, neuron(grams, 2.5, 90), color="C1", linestyle="--")
ax.text(20.5, neuron(20, 2.5, 90), "made up", va="center", color="C1")
ax.plot(grams, neuron(grams, w, b), color="C1")
ax.text(20.5, neuron(20, w, b), "fitted", va="center", color="C1")
ax.plot(
    x.mean(), y.mean(), "o", color="C0", markersize=11, markerfacecolor="none"
)
ax.text(x.mean() - 0.4, y.mean() + 27, "mean", ha="right", color="C0")
ax.set(xlabel="sugars (g per cup)", ylabel="calories")
ax.set(xlim=(-1, 27), xticks=range(0, 21, 5), yticks=range(100, 401, 100))

# %% [markdown]
# >>> bool((y > neuron(x, 2.5, 90)).float().mean() > 0.5)
# True
# >>> abs(float(neuron(x.mean(), w, b) - y.mean())) < 0.01
# True
#
# Nutritionists count 4 calories for a gram of sugars. Why do we find {{ w:.1f }}? The data will
# answer that.
#
# ## Why a bias?
#
# Leave out the column of ones, and fit again. Without a bias the line can only turn around the origin, the
# point (0, 0).

# %%
w_alone = torch.linalg.lstsq(x, y, driver="gels").solution.item()
errors = mean_squared_error(w, b), mean_squared_error(w_alone, 0)

comparison = {
    "weight": [w, w_alone],
    "bias": [b, 0.0],
    "mean squared error": errors,
}
pd.DataFrame(comparison, index=["with bias", "without bias"]).round(1)

# %% [markdown]
# Without a bias the error is {{ errors[1] / errors[0]:.1f }} times as large. Such a neuron must predict 0
# calories for a cereal without sugars. There are {{ int((x == 0).sum()) }} of them, with
# {{ y[x == 0].mean():.0f }} calories on average. To come near the others the line has to be far too steep.
#
# >>> w_alone > 2 * w
# True
#
# ## Several inputs
#
# A neuron takes as many inputs as we like. Each has its own weight, and there is still one bias:
#
# $$\hat y = w_1 x_1 + w_2 x_2 + w_3 x_3 + b$$
#
# In the code, `@` multiplies each column by its weight, and adds up.


# %%
def fit(names):
    """Least squares with these inputs: weights, bias, mean squared error."""
    X = torch.tensor(cereals[names].values, dtype=torch.float32)
    solution = torch.linalg.lstsq(
        torch.cat([X, ones], dim=1), y, driver="gels"
    ).solution
    weights, bias = solution[:-1], solution[-1]  # all but the last, the last
    y_hat = X @ weights + bias
    error = ((y_hat - y) ** 2).mean().item()
    return weights.flatten().tolist(), bias.item(), error


# %% [markdown]
# With one input the neuron is a line. With two it is a flat plane over the two inputs. Seen from above, as on a
# hiking map, a plane shows as straight level lines at equal distances. With more inputs it can't be drawn any
# longer. It is called a *hyperplane*, and the formula stays the same.

# %%
#| label: plane
#| echo: fold
#| fig-cap: A neuron with two inputs is a plane. Seen from above, its level lines are straight and evenly spaced.
#|   The dots are cereals, in the color of their true calories.
#| fig-alt: Map of sugars against protein. Color and straight, parallel, evenly spaced level lines show the
#|   calories that a neuron with these two inputs predicts, rising from about {{ plane[0, 0]:.0f }} at the lower
#|   left to {{ plane[-1, -1]:.0f }} at the upper right. Dots mark the cereals in the color of their true
#|   calories; {{ int((cereals.protein < 6.25).sum()) }} of {{ len(cereals) }} lie in the lower half, and where the neuron is right they have the color of the map.
plane_weights, plane_bias, plane_error = fit(["sugars", "protein"])
sugars = torch.linspace(0, 21, 50)
protein = torch.linspace(0, 12.5, 50)
across, up = torch.meshgrid(sugars, protein, indexing="xy")
plane = plane_weights[0] * across + plane_weights[1] * up + plane_bias

fig, ax = plt.subplots()
steps = range(50, 451, 50)
levels = ax.contourf(sugars, protein, plane, levels=steps)
ax.scatter(
    cereals.sugars,
    cereals.protein,
    c=cereals.calories,
    cmap=levels.cmap,
    norm=levels.norm,
    s=22,
    edgecolors="white",
    linewidth=0.8,
    clip_on=False,
)
fig.colorbar(levels, label="calories", ticks=steps[::2])
ax.set(xlabel="sugars (g per cup)", ylabel="protein (g per cup)")
ax.set_yticks(range(0, 13, 4))

# %% [markdown]
# Now give it three: sugars, fiber, and protein.

# %%
three = ["sugars", "fiber", "protein"]
weights, bias, error = fit(three)
pd.Series([*weights, bias], index=[*three, "bias"], name="weight").round(1)

# %% [markdown]
# Three inputs beat one: the mean squared error falls from {{ mean_squared_error(w, b):.0f }} to
# {{ error:.0f }}. But look at the weights. Protein gets {{ weights[2]:.1f }} calories for a gram, where
# nutritionists count 4. And fiber counts **against** calories, although cereals with more fiber have more of them, not
# fewer, as their [correlation](../glossary/correlation.md) says:
#
# >>> round(float(cereals.fiber.corr(cereals.calories)), 2)
# 0.39
#
# >>> error < mean_squared_error(w, b) and weights[three.index("fiber")] < 0
# True
#
# A weight does not say what a gram *contains*. It says how the prediction changes when its own input grows **and
# the other inputs stay as they are**. And it also stands for what comes along with its input and is not among the
# inputs. Here, cereals with more protein hold more starch and more fat. The neuron can't see those, so protein
# gets the credit for them.
#
# ## What a neuron finds
#
# So let it see them. `carbo` stands for the carbohydrates other than sugars, mostly starch. For a gram,
# nutritionists count 4 calories of sugars, starch, or protein, 9 of fat, and little of fiber.

# %%
#| label: five
#| tbl-cap: Calories for each gram, as least squares finds them with one, three, and five inputs.
nutrients = ["sugars", "protein", "fat", "carbo", "fiber"]
five_weights, five_bias, five_error = fit(nutrients)

fits = {
    "one": pd.Series([w, b], index=["sugars", "bias"]),
    "three": pd.Series([*weights, bias], index=[*three, "bias"]),
    "five": pd.Series([*five_weights, five_bias], index=[*nutrients, "bias"]),
}
table = pd.DataFrame(fits, index=[*nutrients, "bias"])
table.map("{:.1f}".format).replace("nan", "")  # empty: not an input

# %% [markdown]
# >>> seen = torch.tensor(cereals[three].assign(one=1.0).values).float()
# >>> unseen = torch.tensor(cereals[["fat", "carbo"]].values).float()
# >>> come_along = torch.linalg.lstsq(seen, unseen, driver="gels").solution
# >>> with_protein = come_along[2]  # grams that come with a gram of protein
# >>> fat, carbo = with_protein
# >>> credit = fat * five_weights[2] + carbo * five_weights[3]
# >>> bool(abs(five_weights[1] + credit - weights[2]) < 0.01)
# True
# >>> bool(with_protein.min() > 0)
# True
#
# The error falls to {{ five_error:.0f }}. From a table of cereals alone, the neuron found close to 4 for sugars and
# for protein, 9 for fat, and next to nothing for fiber. But starch gets about one calorie too many, and a bowl of
# nothing would have {{ five_bias:.0f }} calories. [An exercise](#exercise-leave-out) looks into that.
#
# >>> known = {"sugars": 4, "protein": 4, "fat": 9, "carbo": 4, "fiber": 0}
# >>> found = zip(nutrients, five_weights)
# >>> off = {name: abs(weight - known[name]) for name, weight in found}
# >>> off.pop("carbo") < 1 and max(off.values()) < 0.3
# True
# >>> five_bias < 0 and five_error < error / 10
# True
#
# Now, why {{ w:.1f }} with sugars alone? See what else comes with each further gram of sugars, and what it brings at
# these weights.

# %%
# the grams of each that come with one more gram of sugars
along = cereals[nutrients].cov()["sugars"] / cereals.sugars.var()
shares = along * five_weights
pd.DataFrame({"grams": along, "calories": shares}).round(2)

# %% [markdown]
# With a gram of sugars come {{ along["fat"]:.2f }} grams of fat, worth {{ shares["fat"]:.2f }} calories, which the
# first neuron put down to sugars. The calories in the table add up to {{ shares.sum():.2f}}, its weight.
#
# >>> bool(abs(shares.sum() - w) < 0.001)
# True
# >>> shares.drop("sugars").idxmax()
# 'fat'
#
# ## The neuron in PyTorch
#
# PyTorch has the neuron ready: `nn.Linear`. You say how many numbers go in and how many come out. It begins with
# random weights, so its first predictions mean nothing. The inputs are
# [standardized](../glossary/standardization.md): each is moved to mean zero and scaled to a [standard
# deviation](../glossary/standard-deviation.md) of one. That makes training easier, as
# [an exercise](#exercise-raw-rates) shows.

# %%
raw = torch.tensor(cereals[nutrients].values, dtype=torch.float32)
X = (raw - raw.mean(dim=0)) / raw.std(dim=0)  # dim=0: of each column

torch.manual_seed(0)  # the same random numbers in each run
model = nn.Linear(in_features=5, out_features=1)
comparison = {"predicted": model(X)[:3, 0].tolist(), "true": y[:3, 0].tolist()}
pd.DataFrame(comparison, index=cereals.name[:3]).round(2)

# %% [markdown]
# It holds five weights and one bias: six [parameters](../glossary/parameter.md). In
# [Keras](../glossary/keras.md) the same neuron is `layers.Dense(units=1)` behind a `keras.Input(shape=[5])`. Older
# pages write `layers.Dense(units=1, input_shape=[5])`.
#
# ## Train it
#
# Least squares works for a single neuron. Networks are trained in small steps, and so can this neuron be. Here is
# the recipe. Lessons 4 to 6 explain its five lines. For now, read the comments: *predict, measure, clear, find the
# slopes, step*.

# %%
#| label: train
loss_function = nn.MSELoss()  # the mean squared error again
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
num_epochs = 500

for epoch in range(num_epochs):
    y_hat = model(X)  # predict
    loss = loss_function(y_hat, y)  # measure how wrong that was
    optimizer.zero_grad()  # clear the slopes of the last round
    loss.backward()  # find the slopes: which way is downhill?
    optimizer.step()  # step: change each weight a little
    if epoch in (0, 10, 100, 499):
        print(f"epoch {epoch:3}   loss {loss.item():9.2f}")

# %% [markdown]
# What is measured is called a [loss](../glossary/loss.md). The *slopes*, or *derivatives*, say for each weight how
# the loss changes when that weight grows. The [optimizer](../glossary/optimizer.md) moves each weight in the
# direction in which the loss falls. How far is the slope times the [learning
# rate](../glossary/learning-rate.md), `lr`. One round with all the data is an [epoch](../glossary/epoch.md).
#
# Does training arrive where least squares does? The weights belong to standardized inputs. Divided by the standard
# deviation of its input, each is in calories per gram again:

# %%
per_gram = model.weight[0] / raw.std(dim=0)
comparison = {"trained": per_gram.tolist(), "least squares": five_weights}
pd.DataFrame(comparison, index=nutrients).round(2)

# %% [markdown]
# It does, and the loss is the same, too. You have trained a neuron.
#
# >>> torch.allclose(per_gram, torch.tensor(five_weights), atol=0.005)
# True
# >>> abs(loss.item() - five_error) < 0.01
# True
#
# ## Change a number
#
# Was 0.1 a good learning rate? Put the recipe into a function, and train a new neuron with each of four rates.
# Guess first: what will the largest one do?


# %%
def train(X, learning_rate, num_epochs=500):
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


losses = {rate: train(X, rate) for rate in [0.001, 0.01, 0.1, 0.5]}
for rate, loss in losses.items():
    print(f"learning rate {rate:5}   loss {loss:7.1f}")

# %% [markdown]
# Too small, and {{ num_epochs }} epochs are not enough. Too large, and each step overshoots, by more than the one
# before, until the numbers are too large for `float32`, and the loss is `nan`, "not a number". Now run this lesson
# at home with other rates. Where does `nan` begin? [Stochastic gradient descent](gradient_descent.py) explains it.
#
# >>> losses[0.001] > 10 * losses[0.1]
# True
# >>> losses[0.5] != losses[0.5]  # nan does not equal itself
# True
#
# ## What to keep
#
# - A neuron multiplies each input by a weight, adds them up, and adds a bias. So it draws a line, a plane, or a
#   hyperplane: nothing bent.
# - A weight says how the prediction changes with its input while the others stay. It also stands for what comes
#   along with its input and was left out.
# - Training repeats five lines: predict, measure, clear, find the slopes, step. The learning rate must be neither
#   too small nor too large.
#
# For what is bent it takes many neurons, and one more idea: see [Deep networks](deep_networks.py).
