# %% [markdown]
# # Deep networks
#
# **A [neuron](../glossary/neuron.md) can only draw straight lines. How do many of them together draw a curve?**
# By a bend so plain that it fits in one line of Python, and by being stacked. The stack is what *deep* means in
# [deep learning](../glossary/deep-learning.md).
#
# After this lesson you can build a [deep network](../glossary/deep-neural-network.md) in
# [PyTorch](../glossary/pytorch.md), train it, say what its layers are for, count its
# [weights](../glossary/weight.md) by hand, and show why a stack without a bend is no better than a single layer.
# You need [A single neuron](single_neuron.py).
#
# Concrete hardens for months. Here is one mixture. Samples of it were crushed at different ages, to see how much
# pressure they bear, in megapascals (MPa).

# %%
import matplotlib.pyplot as plt
import pandas as pd
import torch
from torch import nn

concrete = pd.read_csv("data/concrete.csv")
series = concrete[(concrete.cement == 500) & (concrete.water == 200)]
series = series.sort_values("age")
age = torch.tensor(series[["age"]].values, dtype=torch.float32)
strength = torch.tensor(series[["strength"]].values, dtype=torch.float32)


def least_squares(X, y):
    columns = torch.cat([X, torch.ones(len(X), 1)], dim=1)
    solution = torch.linalg.lstsq(columns, y, driver="gels").solution
    return solution[:-1], solution[-1]  # weights, bias


# %%
#| label: curve
#| echo: fold
#| fig-cap: No straight line follows this. Strength shoots up in the first weeks, then grows slowly. [Where the
#|   data comes from](../data.md#concrete)
#| fig-alt: Strength against age for one concrete mixture, {{ len(series) }} points from 1 to 270 days, with the
#|   best straight line. The points climb steeply from {{ series.strength.min():.0f }} to
#|   {{ series.strength[series.age == 28].item():.0f }} megapascals in four weeks, then slowly to
#|   {{ series.strength.max():.0f }}. The line runs above the first points, below the middle ones, and above the
#|   last.
w, b = least_squares(age, strength)
fig, ax = plt.subplots()
ax.plot(age, strength, "o")
ax.plot(age, age @ w + b, color="C1")
ax.text(165, 43, "best straight line", color="C1")
ax.set(xlabel="age (days)", ylabel="strength (MPa)")

# %% [markdown]
# ## A bend
#
# Take what a neuron computes and replace it by zero wherever it is negative. This is the
# [rectifier](../glossary/relu.md), $\max(0, x)$, and a neuron with a rectifier behind it is a rectified linear
# unit, or ReLU. A function that bends what a neuron computes is called an [activation
# function](../glossary/activation-function.md). This is the plainest of them, and very common.


# %%
def relu(x):
    return torch.clamp(x, min=0)


relu(torch.tensor([-2.0, -0.5, 0.0, 0.5, 2.0]))

# %% [markdown]
# One rectified neuron is a *hinge*: flat on one side of a point, a straight slope on the other. Its weight sets the
# slope, and weight and [bias](../glossary/bias.md) together set where it bends. The next neuron adds hinges up, each
# with a weight of its own. A negative weight turns a hinge upside down. Two hinges added up bend twice:

# %%
x = torch.linspace(0, 10, 101)
first = relu(x - 2)
second = -relu(x - 5)  # the next neuron's weight is -1

# %%
#| label: hinges
#| echo: fold
#| fig-cap: Two hinges, and their sum. Each hinge bends once, so the sum bends twice.
#| fig-alt: Three bent lines over x from 0 to 10. The first hinge is zero up to 2 and rises from there. The
#|   second is zero up to 5 and falls from there. Their sum is zero up to 2, rises to 5, and stays flat after 5.
fig, ax = plt.subplots()
for line, text, style in [
    (first, "first", "--"),
    (second, "second", ":"),
    (first + second, "sum", "-"),
]:
    width = 4 if text == "sum" else 2
    ax.plot(x, line, style, linewidth=width, color="C1")
    ax.text(10.2, line[-1], text, va="center", color="C1")
ax.set(xlabel="x", xlim=(0, 12.4), xticks=range(0, 11, 2))
ax.set_yticks([-5, 0, 5])

# %% [markdown]
# How many bends does the concrete need? With a hinge at each age but the last, we can meet every point: between two
# ages the sum is a straight piece, and at each age the next hinge changes its slope. We choose where the hinges
# bend, and least squares finds the weight of each. `age - bends` is a table of differences, with a row for each age
# and a column for each hinge.

# %%
bends = age[:-1].flatten()
hinges = relu(age - bends).double()  # alike, so solved in 64 bits
w, b = least_squares(hinges, strength.double())
y_hat = hinges @ w + b

met = {
    "true": strength.flatten().tolist(),
    "predicted": y_hat.flatten().tolist(),
}
pd.DataFrame(met, index=series.age).round(2)

# %% [markdown]
# And fewer hinges? They can stand at some of the ages only. We try all choices, and for each number keep the one with
# the smallest [mean squared error](../glossary/mean-squared-error.md).

# %%
#| echo: fold
from itertools import combinations


def fit(ages):
    places = torch.tensor(ages)
    bent = relu(age - places).double()
    w, b = least_squares(bent, strength.double())
    line = bent @ w + b
    return float(((line - strength) ** 2).mean()), places, line


fits = []
for n in range(8):
    tried = map(fit, combinations(bends.tolist(), n))
    fits.append(min(tried, key=lambda found: found[0]))

# %%
#| label: sum-of-hinges
#| echo: fold
#| fig-cap: "{{ len(bends) }} hinges, lines that bend once, one at each age but the last, add up to a line through
#|   every point. A circle marks where a hinge bends, the first one where the line begins. Take hinges
#|   away: how few are nearly as good?"
#| fig-alt: The strength of concrete against age. A line made of straight pieces goes through all
#|   {{ len(series) }} points, steep at first, nearly flat at the end. A control takes hinges away. With two, the line
#|   has a steep piece and a flat one; with none, it is level.
#| play: number_of_hinges = range(8)
number_of_hinges = 7
mean_squared_error, places, line = fits[number_of_hinges]
fig, ax = plt.subplots()
ax.plot(age, strength, "o", zorder=3)
ax.plot(age, line, color="C1")  # it bends at these ages only
sizes = [140 if day in places else 0 for day in age]
ax.scatter(age, line, sizes, facecolors="none", edgecolors="C1")
ax.text(270, 28, "sum of the hinges", color="C1", ha="right")
ax.set(xlabel="age (days)", ylabel="strength (MPa)")
ax.set(ylim=(5, 65), yticks=[20, 40, 60], xticks=[0, 100, 200])
print(f"mean squared error {mean_squared_error:.2f}")

# %% [markdown]
# With seven hinges the [predictions](../glossary/prediction.md) meet every point, and with four they nearly do. And we have built a network by hand. The hinges are
# a [hidden layer](../glossary/hidden-layer.md): a row of neurons whose outputs are not the prediction, but go into
# the last neuron, which adds them up.
#
# >>> torch.allclose(y_hat, strength.double(), atol=0.01)
# True
# >>> errors = [found[0] for found in fits]
# >>> errors[:5] == sorted(errors[:5], reverse=True) and max(errors[4:]) < 0.1
# True
#
# ## Layers
#
# Neurons that share the same [inputs](../glossary/input.md) form a layer. If each of them sees every input, the
# layer is called [dense](../glossary/dense-layer.md), or fully connected. In PyTorch it is `nn.Linear`, which holds
# the weights of all its neurons as one table, with a row for each neuron and a column for each input.

# %%
#| label: network
#| echo: fold
#| fig-cap: A fully connected stack. Every circle in a layer takes in every circle of the layer before; each
#|   line is a weight.
#| fig-alt: Diagram of a network with three inputs at the left, two hidden layers of four neurons each, and one
#|   output at the right. Lines join every neuron to all neurons of the next layer.
names, sizes = ["inputs", "hidden", "hidden", "output"], [3, 4, 4, 1]
places = [
    [(i, row - (n - 1) / 2) for row in range(n)] for i, n in enumerate(sizes)
]

fig, ax = plt.subplots()
for i, column in enumerate(places):
    ax.scatter(*zip(*column), s=500, color="C1" if i else "C0")
    ax.text(i, -2.4, names[i], ha="center")
    for left in places[i - 1] if i else []:
        for right in column:
            ax.plot(*zip(left, right), color="#d9d9e0", linewidth=1, zorder=0)
ax.axis("off")
ax.set(xlim=(-0.4, 3.4), ylim=(-2.6, 2))

# %% [markdown]
# ## Train a network
#
# Where the hinges bend, we chose ourselves. Training can find that, too. We take all {{ len(concrete):,}} rows.
# Strength is the [target](../glossary/target.md), and there are eight inputs: seven ingredients, and the age. Inputs
# and target are [standardized](../glossary/standardization.md), to [mean](../glossary/mean.md) 0 and [standard
# deviation](../glossary/standard-deviation.md) 1.

# %%
raw = torch.tensor(
    concrete.drop(columns="strength").values, dtype=torch.float32
)
X = (raw - raw.mean(dim=0)) / raw.std(dim=0, correction=0)
y = torch.tensor(concrete[["strength"]].values, dtype=torch.float32)
y = (y - y.mean()) / y.std(correction=0)


def train(model, X, y, learning_rate=0.01, num_epochs=400):
    """Train by the recipe of lesson 1, and return R² at each epoch."""
    loss_function = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    scores = []
    for epoch in range(num_epochs):
        y_hat = model(X)  # predict
        loss = loss_function(y_hat, y)  # measure
        optimizer.zero_grad()  # clear
        loss.backward()  # find the slopes
        optimizer.step()  # step
        scores.append(1 - loss.item())
    return scores


# %% [markdown]
# The five lines are those of the first lesson, with another [optimizer](../glossary/optimizer.md):
# [Adam](../glossary/adam.md), a usual first choice. [R²](../glossary/r-squared.md) is the share of the differences
# in strength that a model accounts for. Always to predict the mean would give 0, and to be right everywhere 1. Since
# the targets are standardized, it is one minus the [loss](../glossary/loss.md).
#
# Now train a single neuron, and beside it a network with one hidden layer of 64 neurons. `nn.Sequential` puts parts
# one behind the other. The activation function is a part of its own, for a dense layer ends with $Wx + b$.

# %%
torch.manual_seed(0)
single = train(nn.Linear(8, 1), X, y)

network = nn.Sequential(
    nn.Linear(8, 64),
    nn.ReLU(),
    nn.Linear(64, 1),
)
hidden = train(network, X, y)
w, b = least_squares(X, y)
best = 1 - float(((X @ w + b - y) ** 2).mean())
print(f"a single neuron:    R² = {single[-1]:.3f}, {best:.3f} at best")
print(f"64 hidden neurons:  R² = {hidden[-1]:.3f}")

# %%
#| label: training
#| echo: fold
#| fig-cap: The single neuron is soon near its best. The network goes on learning.
#| fig-alt: R squared against the epoch for two models. The single neuron climbs to {{ single[49]:.2f }} within
#|   fifty epochs, and creeps on to {{ single[-1]:.2f }}. The network with a hidden layer lies above it from the second
#|   epoch on, and reaches {{ hidden[-1]:.2f }} after {{ len(hidden) }} epochs, still rising a little.
fig, ax = plt.subplots()
for curve, text, style in [
    (single, "a single neuron", "--"),
    (hidden, "64 hidden neurons", "-"),
]:
    ax.plot(range(1, 401), curve, style, color="C0")
    ax.text(395, curve[-1] - 0.04, text, ha="right", va="top", color="C0")
ax.set(xlabel="epoch", ylabel="R² on the rows trained on", ylim=(0, 1.05))
ax.set_xticks(range(0, 401, 100))

# %% [markdown]
# Least squares gives the best that a single neuron can do. Your first network does far better.
#
# >>> abs(single[-1] - best) < 0.002 and single[49] > 0.95 * best
# True
# >>> hidden[-1] > best + 0.3
# True
# >>> all(hidden[epoch] > single[epoch] for epoch in range(1, 400))
# True
#
# Change a number and train again. How does it go with a tenth of the [learning
# rate](../glossary/learning-rate.md), or with ten times as much? With ten times as many epochs?
#
# ## Two linear layers are one
#
# What if we leave out the bend? The first layer computes $W_1 x + b_1$, where $W_1$ is its table of weights, a
# *matrix*. The second multiplies that by $W_2$ and adds $b_2$. Tables multiply out as numbers do, if their order is
# kept: $W_2 (W_1 x + b_1) + b_2$ is the same as $(W_2 W_1) x + (W_2 b_1 + b_2)$. That is again one linear layer.
# In shapes: $W_1$ has 64 rows and 8 columns, $W_2$ 1 and 64, and their product 1 and 8. Check it with numbers:

# %%
layer_1, layer_2 = nn.Linear(8, 64), nn.Linear(64, 1)
one = nn.Linear(8, 1)
with torch.no_grad():  # we set weights ourselves, no slopes are needed
    one.weight.copy_(layer_2.weight @ layer_1.weight)
    one.bias.copy_(layer_2.weight @ layer_1.bias + layer_2.bias)
    difference = (layer_2(layer_1(X)) - one(X)).abs().max()

print(f"largest difference of two predictions: {difference:.7f}")

# %% [markdown]
# That is rounding: `float32` keeps about seven digits. So without a bend, [depth](../glossary/depth.md) buys nothing
# in what a network can draw. You may read that an activation function is what *allows* training. In fact a stack
# without one can be trained as well. What it can't do is bend.
#
# >>> bool(difference < 1e-6)
# True
#
# ## Wide and deep
#
# More neurons in a layer make a network *wider*; more layers make it *deeper*. Which helps? We train five models,
# each from three [random starts](../glossary/seed.md), since luck plays a part. 32-32 means two hidden layers of 32.


# %%
def make(sizes, bend=True):
    """A stack of dense layers, for example 8 inputs, 64 hidden, 1 output."""
    parts = [nn.Linear(sizes[0], sizes[1])]
    for i in range(1, len(sizes) - 1):
        if bend:
            parts.append(nn.ReLU())
        parts.append(nn.Linear(sizes[i], sizes[i + 1]))
    return nn.Sequential(*parts)


kinds = {
    "32-32, no ReLU": ([8, 32, 32, 1], False),
    "8": ([8, 8, 1], True),
    "64": ([8, 64, 1], True),
    "138": ([8, 138, 1], True),  # about as many weights as 32-32
    "32-32": ([8, 32, 32, 1], True),
}
scores = {}
for name, (sizes, bend) in kinds.items():
    scores[name] = []
    for seed in range(3):
        torch.manual_seed(seed)
        scores[name].append(train(make(sizes, bend), X, y)[-1])

table = pd.DataFrame(scores).T
means = table.mean(axis=1)
table.agg(["min", "max"], axis=1).round(3)

# %%
#| label: width
#| echo: fold
#| fig-cap: Two hidden layers without a bend are as good as the best single neuron. With the bend, a few hidden
#|   neurons help, and more help more. Each dot is a model trained from another random start.
#| fig-alt: R squared on the rows trained on, for five models, three dots each. A vertical line marks the best single
#|   neuron, {{ best:.2f }}. Two hidden layers of 32 without ReLU stand on that line. With ReLU, 8 hidden neurons
#|   reach {{ means["8"]:.2f }}, 64 reach {{ means["64"]:.2f }}, 138 in one layer
#|   {{ means["138"]:.2f }}, and 32-32 in two layers {{ means["32-32"]:.2f }}.
fig, ax = plt.subplots()
for i, name in enumerate(scores):
    ax.plot(scores[name], [i] * 3, "o", color="C0", alpha=0.6)
ax.axvline(best, linestyle="--", color="black", linewidth=1)
ax.text(best + 0.01, 2, "best single neuron", va="center")
ax.set_yticks(range(5), [name.replace(", ", ",\n") for name in scores])
ax.invert_yaxis()
ax.set(xlabel="R² on the rows trained on", xlim=(0.55, 1))
ax.set_xticks([0.6, 0.7, 0.8, 0.9])

# %% [markdown]
# Without the bend, depth changes nothing: the stack ends where the best single neuron is. With it, eight hidden neurons
# are already far better, and [width](../glossary/width.md) helps further. Two layers of 32 beat one of 64, too. Is
# that due to depth? 32-32 has more than twice as many weights. One layer of 138 has about as many as 32-32, and reaches
# {{ means["138"]:.3f }} on average, against {{ means["32-32"]:.3f }}. So here, at this learning rate, the gain comes with more weights, and it
# matters little whether they stand in one layer or in two.
#
# >>> bool((table.loc["32-32, no ReLU"] - best).abs().max() < 0.001)
# True
# >>> lowest, highest = table.min(axis=1), table.max(axis=1)
# >>> bool(best + 0.2 < lowest["8"] and highest["8"] < lowest["64"])
# True
# >>> bool(highest["64"] < lowest["138"] and highest["64"] < lowest["32-32"])
# True
# >>> bool(abs(means["138"] - means["32-32"]) < 0.01)
# True
# >>> def count(name):
# ...     parameters = make(*kinds[name]).parameters()
# ...     return sum(parameter.numel() for parameter in parameters)
# >>> count("32-32") > 2 * count("64")
# True
# >>> abs(count("138") - count("32-32")) < 10
# True
#
# What does width look like? Take the mixture of the first figure again. We train networks with more and more hidden
# neurons on all rows, and ask each for this mixture's strength at ages from 1 day to 270. Widen the network: what
# becomes of its curve?

# %%
#| echo: fold
recipe = torch.tensor(series.drop(columns="strength").values[:1])
days = torch.linspace(1, 270, 91)
rows = recipe.float().repeat(len(days), 1)
rows[:, -1] = days  # the last column is the age
rows = (rows - raw.mean(dim=0)) / raw.std(dim=0, correction=0)

curves, reached = {}, {}
for width in [1, 2, 4, 16, 64]:
    torch.manual_seed(0)
    model = make([8, width, 1])
    reached[width] = train(model, X, y)[-1]
    with torch.no_grad():
        strengths = model(rows) * concrete.strength.std(ddof=0)
    curves[width] = strengths + concrete.strength.mean()

# %%
#| label: wider
#| echo: fold
#| fig-cap: Wider networks can bend more. The line is what a trained network predicts for one mixture, the dots are the
#|   measurements. The control changes the number of its hidden neurons.
#| fig-alt: Strength against age for one mixture, {{ len(series) }} points, with the curve that a network with 64 hidden
#|   neurons predicts. It rises steeply at first and then slowly, as the points do. A control widens the network from one
#|   hidden neuron to 64; with one, the curve is straight.
#| play: hidden_neurons = [1, 2, 4, 16, 64]
hidden_neurons = 64
fig, ax = plt.subplots()
ax.plot(age, strength, "o", zorder=3)
ax.plot(days, curves[hidden_neurons], color="C1")
ax.text(270, 28, "what the network predicts", color="C1", ha="right")
ax.set(xlabel="age (days)", ylabel="strength (MPa)")
ax.set(ylim=(5, 75), yticks=[20, 40, 60], xticks=[0, 100, 200])
print(f"R² = {reached[hidden_neurons]:.3f} on all rows")

# %% [markdown]
# One hidden neuron bends at most once, and here not at all between the first age and the last. The line is far from
# most of the points. With each step to a wider network, R² grows.
#
# >>> list(reached.values()) == sorted(reached.values())
# True
# >>> def off(width):
# ...     return (curves[width][:, 0].diff(n=2).abs() > 1e-3).sum()
# >>> bool(off(1) == 0 and off(64) > 5)
# True
#
# Mind that these scores are for the very rows that were trained on. They say what a network *can* bend itself to, its
# [capacity](../glossary/capacity.md), and not how well it predicts. On rows that were held back it does worse here,
# as [an exercise](#exercise-held-back) shows. [Overfitting and underfitting](overfitting.py) is about that.
#
# ## What depth can do
#
# There are shapes for which depth does matter. Two hinges make a tent: up, and down again. Put the tent into itself,
# and each layer folds what the layer before has folded. The number of straight pieces doubles each time.


# %%
def tent(x):
    return 2 * relu(x) - 4 * relu(x - 0.5)


x = torch.linspace(0, 1, 1025)
folded = [tent(x)]
for layer in range(3):
    folded.append(tent(folded[-1]))

for i, line in enumerate(folded):
    pieces = 1 + int((line.diff(n=2) != 0).sum())  # one more than bends
    print(f"{2 * (i + 1)} ReLUs in {i + 1} layer(s): {pieces:2} pieces")

# %%
#| label: tents
#| echo: fold
#| fig-cap: Four layers of two ReLUs, by hand. Each layer folds the line once more.
#| fig-alt: Four panels with a line over x from 0 to 1. After one layer it is a single tent, after two layers it
#|   has two peaks, after three layers four, and after four layers eight.
fig, panels = plt.subplots(2, 2, sharex=True, sharey=True)
for i, ax in enumerate(panels.flatten()):
    ax.plot(x, folded[i], color="C1")
    ax.set(xticks=[0, 1], yticks=[0, 1])
    ax.set_title("1 layer" if i == 0 else f"{i + 1} layers")

# %% [markdown]
# Eight ReLUs side by side in one layer bend a line eight times at most. That makes {{ 8 + 1 }} pieces, against
# {{ pieces }} for four layers of two. This is what depth *can* do. Whether training finds it is another question,
# and concrete seems not to need it.
#
# ## How many numbers?
#
# Put dense layers behind each other and you have a [fully connected
# network](../glossary/fully-connected-network.md). How many numbers, or [parameters](../glossary/parameter.md), does
# training have to find in 32-32? Count by hand: each neuron has one weight for each of its inputs, and one bias. The
# first layer has 32 neurons with 8 inputs each, the second 32 with 32, the last one with 32.

# %%
model = make([8, 32, 32, 1])
by_hand = (8 + 1) * 32 + (32 + 1) * 32 + (32 + 1) * 1
by_pytorch = sum(parameter.numel() for parameter in model.parameters())
print(by_hand, by_pytorch)
model

# %% [markdown]
# Is it deep? A network with at least two hidden layers is commonly called a [deep neural
# network](../glossary/deep-neural-network.md). This one has three layers with weights, of which two are hidden.
#
# Mind how people count. Most leave the inputs out, since nothing is computed there; then a network of ten layers has
# nine hidden ones and an output. Some count the inputs as a layer too; then it has eight. Here the inputs are not
# counted.
#
# ## What to keep
#
# - The rectifier bends a neuron's straight line into a hinge. A sum of enough hinges can follow an unbroken curve as
#   closely as you like, over any stretch you choose.
# - Without an activation function, a stack of layers can draw no more than one layer.
# - Width is the number of neurons in a layer, depth the number of layers; a dense layer with $m$ inputs and $n$
#   neurons has $(m + 1) \cdot n$ parameters.
#
# The recipe measured how wrong the predictions are, by the mean of their squared errors. There are other ways, and
# the choice matters: see [What counts as wrong](loss_functions.py).
