# %% [markdown]
# # Deep networks
#
# **A [neuron](../glossary/neuron.md) can only draw straight lines. How do many of them together draw a curve?**
# By a bend so plain that it fits in one line of Python, and by being stacked. This is where the *deep* in [deep
# learning](../glossary/deep-learning.md) comes from.
#
# After this lesson you can build a [deep network](../glossary/deep-neural-network.md) in
# [PyTorch](../glossary/pytorch.md), say what its layers are for, count its [weights](../glossary/weight.md) by
# hand, and show why a stack without a bend is no better than a single layer. You need [A single
# neuron](single_neuron.py).
#
# Concrete hardens for months. Here is one mixture, crushed at eight different ages to see how much pressure it
# bears.

# %%
#| label: curve
#| fig-cap: No straight line follows this. Strength shoots up in the first weeks, then grows slowly. [Where the
#|   data comes from](../data.md#concrete)
#| fig-alt: Strength against age for one concrete mixture, {{ len(series) }} points from 1 to 270 days, with the
#|   best straight line. The points climb steeply from {{ series.strength.min():.0f }} to
#|   {{ series.strength[series.age == 28].item():.0f }} megapascals in four weeks, then slowly to
#|   {{ series.strength.max():.0f }}. The line runs above the first points, below the middle ones, and above the
#|   last.
import matplotlib.pyplot as plt
import pandas as pd
import torch
from torch import nn

concrete = pd.read_csv("data/concrete.csv")
series = concrete[(concrete.cement == 500) & (concrete.water == 200)]
series = series[series.fine_aggregate == 613].sort_values("age")
age = torch.tensor(series.age.values, dtype=torch.float64)
strength = torch.tensor(series.strength.values)


def least_squares(features, targets):
    ones = torch.ones(len(features), 1, dtype=torch.float64)
    return torch.linalg.lstsq(
        torch.cat([features, ones], dim=1), targets, driver="gelsd"
    ).solution


w, b = least_squares(age[:, None], strength)
fig, ax = plt.subplots()
ax.plot(age, strength, "o")
ax.plot(age, w * age + b, color="C1")
ax.set(xlabel="age (days)", ylabel="strength (MPa)")
ax.set_title("Concrete does not harden in a straight line")

# %% [markdown]
# ## A bend
#
# Take a neuron's answer and replace it by zero wherever it is negative. This is the
# [rectifier](../glossary/relu.md), $\max(0, x)$, and a neuron with a rectifier behind it is a rectified linear
# unit, or ReLU. What bends a neuron's answer is called an [activation
# function](../glossary/activation-function.md); this is the most common one.


# %%
def relu(x):
    return torch.clamp(x, min=0)


relu(torch.tensor([-2.0, -0.5, 0.0, 0.5, 2.0]))

# %% [markdown]
# One rectified neuron is a hinge: flat up to a point, then a straight slope. The weight sets the slope, and
# weight and [bias](../glossary/bias.md) together set where it bends. Two hinges added up bend twice.

# %%
#| label: hinges
#| fig-cap: Two hinges, and their sum. Each hinge bends once, so the sum bends twice.
#| fig-alt: Three bent lines over x from 0 to 10. The first hinge is zero up to 2 and rises from there. The
#|   second is zero up to 5 and falls from there. Their sum is zero up to 2, rises to 5, and stays flat after 5.
x = torch.linspace(0, 10, 101)
first, second = relu(x - 2), -relu(x - 5)

fig, ax = plt.subplots()
for line, text in [
    (first, "first"),
    (second, "second"),
    (first + second, "sum"),
]:
    (drawn,) = ax.plot(x, line, linewidth=4 if text == "sum" else 2)
    ax.text(10.2, line[-1], text, va="center", color=drawn.get_color())
ax.set(xlabel="x", xlim=(0, 12), xticks=range(0, 11, 2))
ax.set_title("Hinges add up to bends")

# %% [markdown]
# How many bends does the concrete need? With a hinge at each age but the last, we can meet every point: between
# two ages the sum is a straight piece, and at each age the next hinge changes its slope. We choose where the
# hinges bend (`age[:, None] - bends` is a table of differences, a row an age, a column a bend), and least
# squares finds how strongly each counts.

# %%
#| label: sum-of-hinges
#| fig-cap: "{{ len(bends) }} hinges, lines that bend once, one at each age but the last, add up to a line through
#|   every point."
#| fig-alt: The strength of concrete against age. A line made of straight pieces goes through all
#|   {{ len(series) }} points, steep at first, nearly flat at the end.
bends = age[:-1]
hinges = relu(age[:, None] - bends)
solution = least_squares(hinges, strength)

days = torch.linspace(1, 270, 500, dtype=torch.float64)
curve = relu(days[:, None] - bends) @ solution[:-1] + solution[-1]
fig, ax = plt.subplots()
ax.plot(age, strength, "o")
ax.plot(days, curve, color="C2")
ax.set(xlabel="age (days)", ylabel="strength (MPa)")
ax.set_title("A sum of hinges goes through every point")

# %% [markdown]
# The fit is exact:
#
# >>> torch.allclose(hinges @ solution[:-1] + solution[-1], strength)
# True
#
# And we have just built a network. The hinges are a [hidden layer](../glossary/hidden-layer.md): a row of
# neurons whose answers nobody asked for, but which the last neuron adds up. A line through every point,
# however, need not be right elsewhere: with as many freedoms as points, a network can learn even their
# measurement errors. [Overfitting and underfitting](overfitting.py) deals with that.
#
# ## Layers
#
# Neurons that share the same [inputs](../glossary/input.md) form a layer. If each of them sees every input, the
# layer is called [dense](../glossary/dense-layer.md), or fully connected. In PyTorch it is `nn.Linear`, which
# holds the weights of all its neurons as one table: a row a neuron, a column an input.

# %%
#| label: network
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
    ax.scatter(*zip(*column), s=500, color=["C0", "C2", "C2", "C1"][i])
    ax.text(i, -2.4, names[i], ha="center")
    for left in places[i - 1] if i else []:
        for right in column:
            ax.plot(*zip(left, right), color="#d9d9e0", linewidth=1, zorder=0)
ax.axis("off")
ax.set(xlim=(-0.4, 3.4), ylim=(-2.6, 2), title="A fully connected stack")

# %% [markdown]
# Now all {{ len(concrete):, }} rows: eight inputs, namely seven ingredients and the age, and strength as the
# [target](../glossary/target.md). The inputs have very different sizes, so each is first
# [standardized](../glossary/standardization.md): moved to [mean](../glossary/mean.md) zero and scaled to
# [standard deviation](../glossary/standard-deviation.md) one. How well a model does we measure by
# [R²](../glossary/r-squared.md), the share of the differences in strength that it accounts for: 1 is perfect, 0
# is no better than always answering the mean.

# %%
inputs = torch.tensor(concrete.drop(columns="strength").values)
X = (inputs - inputs.mean(dim=0)) / inputs.std(dim=0)
y = torch.tensor(concrete.strength.values)


def r_squared(features):
    """Fit one last neuron on top of the features, and say how well it does."""
    solution = least_squares(features, y)
    error = y - features @ solution[:-1] - solution[-1]
    return 1 - float((error**2).sum() / ((y - y.mean()) ** 2).sum())


linear = r_squared(X)
print(f"a single neuron: R² = {linear:.3f}")

# %% [markdown]
# ## Two linear layers are one
#
# Suppose we stack two layers and leave out the bend. The first computes $W_1 x + b_1$, where $W_1$ is its table
# of weights, a *matrix*; the second multiplies that by $W_2$ and adds $b_2$. Tables multiply out as numbers do,
# if their order is kept: $W_2 (W_1 x + b_1) + b_2 = (W_2 W_1) x + (W_2 b_1 + b_2)$. That is again one linear
# layer. Check it with numbers:

# %%
torch.manual_seed(0)
layer_1, layer_2 = nn.Linear(8, 64).double(), nn.Linear(64, 1).double()
one = nn.Linear(8, 1).double()
with torch.no_grad():
    one.weight.copy_(layer_2.weight @ layer_1.weight)
    one.bias.copy_(layer_2.weight @ layer_1.bias + layer_2.bias)

torch.allclose(layer_2(layer_1(X)), one(X))

# %% [markdown]
# So [depth](../glossary/depth.md) alone buys nothing. You may read that an activation function is what *allows*
# training; in fact a linear stack can be trained as well. What it can't do is bend.
#
# The next cell shows both halves of the story. The hidden layers are left at random; only a last neuron on top
# of them is fitted, by least squares. We compare them with and without the rectifier, at six
# [widths](../glossary/width.md), or numbers of neurons, each for five [seeds](../glossary/seed.md), since luck
# plays a part.

# %%
#| label: width
#| fig-cap: Without the rectifier, more hidden neurons change nothing. With it, they do. Each dot is one of five
#|   random hidden layers.
#| fig-alt: R squared against the number of hidden neurons, 8 to 256. Without rectifier all dots lie on a level
#|   line at {{ linear:.2f }}. With rectifier they climb, from below that line at 8 neurons to
#|   {{ bent[-1].mean():.2f }} at 256.
widths = [8, 16, 32, 64, 128, 256]


def scores(width, bend):
    """R² on top of a random hidden layer, for each of five seeds."""
    results = []
    for seed in range(5):
        torch.manual_seed(seed)
        hidden = nn.Linear(8, width).double()(X).detach()
        results.append(r_squared(relu(hidden) if bend else hidden))
    return torch.tensor(results)


straight = torch.stack([scores(width, bend=False) for width in widths])
bent = torch.stack([scores(width, bend=True) for width in widths])

fig, ax = plt.subplots()
ax.plot(widths, straight, "o-", color="C1", markersize=4)
ax.plot(widths, bent, "o", color="C2", markersize=4)
ax.plot(widths, bent.mean(dim=1), color="C2")
ax.text(256, linear + 0.02, "without rectifier", ha="right", color="C1")
ax.text(90, 0.9, "with rectifier", ha="right", color="C2")
ax.set(xscale="log", xlabel="hidden neurons", ylabel="R²")
ax.set_xticks(widths, widths, minor=False)
ax.set_xticks([], minor=True)
ax.set_title("The bend makes the difference")

# %% [markdown]
# Without the rectifier all widths and all seeds give exactly what a single neuron gives. With it, the narrowest
# do worse than a single neuron, for eight random hinges make poor inputs. But the more hinges, the better: each
# width beats the one before, on average, and from 32 on every seed beats the single neuron.
#
# >>> torch.allclose(straight, torch.tensor(linear))
# True
# >>> means = bent.mean(dim=1).tolist()
# >>> means[0] < linear and means == sorted(means)
# True
# >>> bool((bent[2:] > linear).all())
# True
#
# Making a layer wider means more neurons in it; the number of inputs stays. All these scores are for the very
# rows that were fitted, so they say what the network *can* bend itself to, its
# [capacity](../glossary/capacity.md). Whether it does as well on concrete it has not seen is another question.
#
# ## Deep
#
# Put a hidden layer behind a hidden layer, each dense, and you have a [fully connected
# network](../glossary/fully-connected-network.md). The second layer bends what is bent already. The number of
# layers is the network's [depth](../glossary/depth.md). In PyTorch a stack of layers is an `nn.Sequential`, and
# the activation function is an entry of its own: the dense layer ends with $Wx + b$.

# %%
model = nn.Sequential(
    nn.Linear(8, 32),
    nn.ReLU(),
    nn.Linear(32, 32),
    nn.ReLU(),
    nn.Linear(32, 1),
)
model(X.float())[:3]

# %% [markdown]
# The weights are random, so the answers mean nothing yet. (`grad_fn` says that PyTorch remembers how it got
# them.) How the network finds good weights is the subject of [Stochastic gradient
# descent](gradient_descent.py).
#
# How many numbers, or [parameters](../glossary/parameter.md), does it have to find? Count by hand: each neuron
# has one weight for each of its inputs, and one bias. The first layer has 32 neurons with 8 inputs each, the
# second 32 with 32, the last one with 32.

# %%
by_hand = (8 + 1) * 32 + (32 + 1) * 32 + (32 + 1) * 1
by_pytorch = sum(parameter.numel() for parameter in model.parameters())
by_hand, by_pytorch

# %% [markdown]
# Is it deep? A network with at least two hidden layers is commonly called a [deep neural
# network](../glossary/deep-neural-network.md). This one has three layers with weights, of which two are hidden.
#
# >>> layers = [entry for entry in model if isinstance(entry, nn.Linear)]
# >>> len(layers), len(layers) - 1
# (3, 2)
#
# Mind how people count. Most leave the inputs out, since nothing is computed there; then a network of ten
# layers has nine hidden ones and an output. Some count the inputs as a layer too; then it has eight. When you
# read "ten layers", look which count is meant. Here the inputs are never counted.
#
# ## What to keep
#
# - The rectifier bends a neuron's straight line into a hinge, and a sum of hinges can follow any curve as
#   closely as you like, given enough of them.
# - Without an activation function, a stack of layers is no more than one layer.
# - Width is the number of neurons in a layer, depth the number of layers; a dense layer with $m$ inputs and $n$
#   neurons has $(m + 1) \cdot n$ parameters.
#
# The weights of our network are still random. Before they can become better, we need to say how wrong its
# answers are, and there is more than one way to say it: see [What counts as wrong](loss_functions.py).
#
# ## Exercises
#
# 1. **Predict.** What do `relu(x) - relu(-x)` and `relu(x) + relu(-x)` look like? Sketch both, then draw them.
#
#     ??? success "Answer"
#
#         The first is the straight line `x` again, for one hinge is flat where the other slopes. The second has
#         the shape of a V, which is `x` without its sign.
#
#         >>> x = torch.linspace(-2, 2, 9)
#         >>> torch.equal(relu(x) - relu(-x), x), torch.equal(relu(x) + relu(-x), x.abs())
#         (True, True)
#
# 2. **Predict.** How many parameters has a stack of 8 inputs, one hidden layer of 64, and one output? Is that
#    more or fewer than the model above? Check with PyTorch.
#
#     ??? success "Answer"
#
#         Fewer. Each of the 64 has eight weights and a bias, and the output has 64 weights and a bias. The
#         model above has {{ by_hand:,}} parameters.
#
#         >>> (8 + 1) * 64 + (64 + 1) * 1
#         641
#         >>> stack = nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 1))
#         >>> sum(parameter.numel() for parameter in stack.parameters())
#         641
#
# 3. **Change.** Leave out the second `nn.ReLU()`. By which single `nn.Linear` could you replace the two layers
#    around it? Multiply their weights, as above, and compare the answers.
# 4. **Change.** Use only four hinges for the concrete curve, at ages of your choice. Where do you put them?
# 5. **Build.** Stack a second random hidden layer of 64, with rectifier, on the first, and fit the last neuron
#    on top. Is R² higher than with one layer of 64, on each of five seeds?
#
#     ??? success "Answer"
#
#         No, on none: what is random twice over tells less. A second layer has to be trained.
#
#         >>> def random_layers(depth, seed):
#         ...     torch.manual_seed(seed)
#         ...     hidden = X
#         ...     for _ in range(depth):
#         ...         layer = nn.Linear(hidden.shape[1], 64).double()
#         ...         hidden = relu(layer(hidden)).detach()
#         ...     return hidden
#         >>> def r_squared(hidden):
#         ...     ones = torch.ones(len(hidden), 1)
#         ...     answers = torch.cat([hidden, ones], dim=1) @ least_squares(hidden, y)
#         ...     return 1 - float(((answers - y) ** 2).sum() / ((y - y.mean()) ** 2).sum())
#         >>> any(r_squared(random_layers(2, s)) > r_squared(random_layers(1, s)) for s in range(5))
#         False
#
