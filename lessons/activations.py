# %% [markdown]
# # Activation functions
#
# **Why does every hidden [neuron](../glossary/neuron.md) get a bend, and which bend should it be?** The
# function that bends is called the [activation function](../glossary/activation-function.md). Together with the starting [weights](../glossary/weight.md), it decides how far a [deep
# network](../glossary/deep-neural-network.md) can pass its slopes back.
#
# After this lesson you can draw the common ones, say what goes wrong without any, measure how a
# [gradient](../glossary/gradient.md) fades layer by layer, count neurons that died, and explain why
# [softmax](../glossary/softmax.md) is not one more of them. You need [Backpropagation](backpropagation.py) and
# [The full training loop](training_loop.py).
#
# Here are four. The solid line is the function. The dashed one is its slope, which is what counts on the way
# back.

# %%
import itertools

import matplotlib.pyplot as plt
import pandas as pd
import torch
import torch.nn.functional as F
from torch import nn


def slope(function, z):
    """The slope of a function at each number in z, by autograd."""
    z = z.clone().requires_grad_()
    function(z).sum().backward()
    return z.grad


# %%
#| label: four
#| fig-cap: "Four activation functions (solid) and their slopes (dashed). Two go flat at both ends; two go on
#|   rising."
#| fig-alt: Four panels over z from -5 to 5. ReLU is zero, then rises; its slope jumps from 0 to 1. Leaky ReLU,
#|   drawn with a leak of 0.1, falls gently to the left of zero; its slope jumps from 0.1 to 1. Sigmoid rises
#|   from 0 to 1 like an S; its slope is a low hump, {{ slope(torch.sigmoid, z).max():.2f}} at most. Tanh rises
#|   from -1 to 1 like an S; its slope is a hump of height {{ slope(torch.tanh, z).max():.0f}}.
#| echo: fold
z = torch.linspace(-5, 5, 401)
functions = {
    "ReLU": nn.ReLU(),
    "leaky ReLU": nn.LeakyReLU(0.1),
    "sigmoid": nn.Sigmoid(),
    "tanh": nn.Tanh(),
}
fig, panels = plt.subplots(2, 2, figsize=(5.6, 4.4), sharex=True, sharey=True)
for ax, (name, function) in zip(panels.flat, functions.items()):
    ax.plot(z, function(z), color="C1")
    ax.plot(z, slope(function, z), color="C3", linestyle="--")
    ax.set(ylim=(-1.2, 2.2), xticks=[-5, 0, 5], title=name)
panels[0, 0].text(1.5, 1.7, "function", ha="right", color="C1")
panels[0, 0].text(5, 0.85, "slope", ha="right", va="top", color="C3")

# %% [markdown]
# - [ReLU](../glossary/relu.md), $\max(0, z)$: a gate, open or shut.
# - [Leaky ReLU](../glossary/leaky-relu.md): a gate that does not quite shut. Here the leak is 0.1;
#   [PyTorch](../glossary/pytorch.md) takes 0.01 unless told otherwise.
# - [Sigmoid](../glossary/sigmoid.md), $\sigma(z) = 1 / (1 + e^{-z})$: squeezes any number between 0 and 1.
#   (Here $e$ is the number {{ torch.e:.3f}}…, as in every exponential.) Its slope is
#   $\sigma(z)(1 - \sigma(z))$, a quarter at most.
# - [Tanh](../glossary/tanh.md): a sigmoid stretched to between -1 and 1. Its slope is at most 1.
#
# >>> s = torch.sigmoid(z)
# >>> torch.allclose(slope(torch.sigmoid, z), s * (1 - s))
# True
# >>> torch.allclose(torch.tanh(z), 2 * torch.sigmoid(2 * z) - 1, atol=1e-6)
# True
#
# ## What the bend is for
#
# You may read that an activation function is what allows [backpropagation](../glossary/backpropagation.md). It
# is not. A stack without any can be trained as well: `nn.Identity` hands its [input](../glossary/input.md) on
# unchanged, and lets each slope through. So let us train such a stack, and others with a bend, to follow a wave.


# %%
def make_stack(activation, sizes):
    layers = []
    for n_in, n_out in itertools.pairwise(sizes[:-1]):
        layers += [nn.Linear(n_in, n_out), activation]
    return nn.Sequential(*layers, nn.Linear(sizes[-2], sizes[-1]))


def train(model, optimizer, num_steps=600):
    """Train with all rows in each step; return the last loss."""
    for step in range(num_steps):
        y_hat = model(X)
        loss = F.mse_loss(y_hat, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.item()


def train_stack(activation, seed, num_steps=600):
    torch.manual_seed(seed)
    model = make_stack(activation, [1, 16, 16, 1])
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    return model, train(model, optimizer, num_steps)


X = torch.linspace(-2, 2, 101)[:, None]
y = torch.sin(2 * X)

models, losses = {}, {}
for activation in [
    nn.Identity(),
    nn.ReLU(),
    nn.Tanh(),
    nn.GELU(),
    nn.Sigmoid(),
]:
    name = type(activation).__name__
    losses[name] = []
    for seed in range(3):
        models[name], loss = train_stack(activation, seed)
        losses[name].append(loss)

# %%
#| label: wave
#| fig-cap: "Three layers each, trained alike. Without a bend they draw a line. With ReLU they draw corners,
#|   with tanh a curve."
#| fig-alt: Three panels, each with the dots of a wave and a line. Identity, the stack without a bend, draws a
#|   straight line that is off the dots nearly everywhere. ReLU draws a line with corners, tanh a smooth one;
#|   both follow the wave closely.
#| echo: fold
columns = torch.cat([X, torch.ones_like(X)], dim=1)
best_line = columns @ torch.linalg.lstsq(columns, y, driver="gels").solution
best = F.mse_loss(best_line, y).item()

fig, panels = plt.subplots(1, 3, figsize=(5.6, 2.6), sharey=True)
for ax, name in zip(panels, ["Identity", "ReLU", "Tanh"]):
    ax.plot(X[::4], y[::4], ".", color="C0", markersize=6)
    ax.plot(X, models[name](X).detach(), color="C1")
    ax.set(xlabel="x", xticks=[-2, 0, 2], yticks=[-1, 0, 1], title=name)

# %%
#| label: wave-losses
#| tbl-cap: The loss after 600 steps, for three seeds each.
table = pd.DataFrame(losses).rename_axis("seed")
table.round(3)

# %% [markdown]
# Without a bend training works very well: with each of these [seeds](../glossary/seed.md) it finds the best
# straight line, whose [loss](../glossary/loss.md) is {{ best:.3f }}. But there it ends. The
# [depth](../glossary/depth.md) has added nothing, since [linear layers in a row are one linear
# layer](deep_networks.py#two-linear-layers-are-one). ReLU, tanh, and [GELU](../glossary/gelu.md) (see below) get far lower.
#
# >>> all(abs(loss - best) < 1e-4 for loss in losses["Identity"])
# True
# >>> bool((table[["ReLU", "Tanh", "GELU"]] < best / 10).all(axis=None))
# True
#
# In [Keras](../glossary/keras.md) a [dense layer](../glossary/dense-layer.md)
# may bring it along: `Dense(16, activation="relu")`. In PyTorch the layer is $Wx + b$ and no more, and the bend
# is an entry of its own.
#
# ## Why was the sigmoid slow?
#
# After 600 steps the sigmoid has hardly begun. Is it at its flat ends? Look at the numbers that reach the sigmoids
# of a fresh stack:

# %%
torch.manual_seed(0)
model = make_stack(nn.Sigmoid(), [1, 16, 16, 1])
sums = torch.cat([model[0](X), model[:3](X)]).detach().abs()
for text, number in [
    ("half are below", sums.median()),
    ("all are below", sums.max()),
]:
    print(
        f"{text} {number:.1f}, slope there {slope(torch.sigmoid, number):.2f}"
    )

# %% [markdown]
# They are not at the flat ends. Our next suspect is the slope in the middle, a quarter at most. A steeper sigmoid
# is `sigmoid(4 * z)`: it still goes from 0 to 1, and its slope in the middle is 1. Another way to this slope is to
# make the sigmoid four times as high. And ReLU divided by 4 has a slope of a quarter, like the sigmoid. An
# activation function of your own is a small module:


# %%
class Custom(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, z):
        return self.function(z)


tests = {
    "sigmoid(4 z)": Custom(lambda z: torch.sigmoid(4 * z)),
    "4 sigmoid(z)": Custom(lambda z: 4 * torch.sigmoid(z)),
    "4 sigmoid(z) - 2": Custom(lambda z: 4 * torch.sigmoid(z) - 2),
    "ReLU(z) / 4": Custom(lambda z: torch.relu(z) / 4),
}
tested = {}
for name, activation in tests.items():
    tested[name] = [train_stack(activation, seed)[1] for seed in range(3)]
pd.DataFrame(tested).rename_axis("seed").round(3)

# %% [markdown]
# The steeper sigmoid learns, and with a slope of a quarter even ReLU is slow. So the small slope is enough to make
# a network slow here. But the slope is not all. Four times as high, with values around 2, the sigmoid is slow with a
# slope of 1; moved down, so that its values lie around 0, it learns. Slow is not the same as unable: the sigmoid
# needs more steps, or an
# [optimizer](../glossary/optimizer.md) that makes them larger, such as [Adam](../glossary/adam.md).

# %%
longer, with_adam = [], []
for seed in range(2):
    longer.append(train_stack(nn.Sigmoid(), seed, num_steps=6000)[1])
    torch.manual_seed(seed)
    model = make_stack(nn.Sigmoid(), [1, 16, 16, 1])
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    with_adam.append(train(model, optimizer, num_steps=600))

print("6,000 steps:", [round(loss, 3) for loss in longer])
print("600 steps with Adam:", [round(loss, 4) for loss in with_adam])

# %% [markdown]
# >>> min(tested["ReLU(z) / 4"] + losses["Sigmoid"]) > 0.9 * best
# True
# >>> min(tested["4 sigmoid(z)"]) > best / 2 > max(tested["sigmoid(4 z)"])
# True
# >>> max(tested["4 sigmoid(z) - 2"] + longer + with_adam) < best / 10
# True
# >>> bool(slope(torch.sigmoid, sums).median() > 0.2)
# True
#
# ## Stuck at the flat end
#
# The flat ends do harm, too. Take one neuron. It has only a [bias](../glossary/bias.md), a sigmoid behind it, and
# should predict 0. The larger its bias at the start, the more wrong it is, and the more it should have to learn.

# %%
waits, paths = [], []
for start in [0.0, 5.0, 8.0]:
    b = torch.tensor(start, requires_grad=True)
    optimizer = torch.optim.SGD([b], lr=1.0)
    path = []
    for step in range(2000):
        y_hat = torch.sigmoid(b)
        loss = y_hat**2
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        path.append(y_hat.item())
    paths.append(path)
    waits.append(sum(value >= 0.5 for value in path))

print("steps until it is below one half:", waits)

# %%
#| label: stuck
#| fig-cap: The most wrong neuron learns last. Where the sigmoid is flat, there is hardly any slope to follow.
#| fig-alt: Prediction of the neuron against step, from 0 to 300, for three starting biases. From 0 it falls at
#|   once. From 5 it stays near 1 for some {{ waits[1] }} steps, and then falls. From 8 it stays at 1 to the
#|   right edge.
#| echo: fold
fig, ax = plt.subplots()
for path, style, label, place in [
    (paths[0], ":", "from b = 0", (5, 0.53)),
    (paths[1], "--", "from b = 5", (waits[1] + 10, 0.45)),
    (paths[2], "-", "from b = 8", (200, 0.93)),
]:
    ax.plot(path[:300], color="C1", linestyle=style)
    ax.text(*place, label, color="C1")
ax.set(xlabel="step", ylabel="prediction (should be 0)", ylim=(-0.03, 1.05))
ax.set(xticks=range(0, 301, 100), yticks=[0, 0.5, 1])

# %% [markdown]
# Such a neuron is called *saturated*. With the squared error, the slope of the sigmoid is a factor of its gradient,
# and the further out, the closer that factor is to zero (the loss of [Binary
# classification](binary_classification.py) is made so that the factor cancels out):
#
# >>> starts_at = torch.tensor([0.0, 5.0, 8.0])
# >>> [f"{value:.5f}" for value in slope(torch.sigmoid, starts_at)]
# ['0.25000', '0.00665', '0.00034']
#
# ## Layer by layer
#
# In a deep stack such factors multiply, one for each layer on the way back. Even at its best the sigmoid has a
# quarter to give, and ten quarters multiplied make {{ 0.25**10:.7f}}. But there is a second factor in each layer:
# its weights. So we measure both. Ten [hidden layers](../glossary/hidden-layer.md), random data, one [backward
# pass](../glossary/backward-pass.md): how large is the gradient of the weights in each layer?
#
# We do it with two starts. First with the weights that PyTorch begins with: behind $n$ inputs their [standard
# deviation](../glossary/standard-deviation.md) is $1 / \sqrt{3n}$. Then with *Kaiming*
# [initialization](../glossary/initialization.md), made for ReLU: $\sqrt{2 / n}$, more than twice as large. (The 2
# makes up for the gates that are shut.)


# %%
def start_weights(model, factor):
    """Kaiming's weights times a factor, and biases of zero."""
    for layer in model:
        if isinstance(layer, nn.Linear):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
            with torch.no_grad():
                layer.weight *= factor


def gradient_sizes(activation, seed, kaiming=None):
    """Length of the gradient of the weights, for each hidden layer."""
    torch.manual_seed(seed)
    inputs, targets = torch.randn(256, 8), torch.randn(256, 1)
    model = make_stack(activation, [8] + [32] * 10 + [1])
    if kaiming is not None:
        start_weights(model, factor=kaiming)
    F.mse_loss(model(inputs), targets).backward()
    return [layer.weight.grad.norm().item() for layer in model[:-1:2]]


# %%
#| label: layers
#| fig-cap: The gradient on its way back, from layer 10 to layer 1, five seeds each. Kaiming's weights lift both
#|   lines; ReLU's becomes nearly level, the sigmoid's still falls steeply.
#| fig-alt: "Two panels of gradient size, logarithmic, against layer 1 to 10, five lines for ReLU and five for
#|   sigmoid. Above, PyTorch's weights: from layer 10 back to layer 1 sigmoid falls to about
#|   {{ sizes['PyTorch', 'Sigmoid'][:, 0].median():.0e}}, and ReLU to about
#|   {{ sizes['PyTorch', 'ReLU'][:, 0].median():.0e}}. Below, Kaiming's weights: ReLU stays nearly level, sigmoid
#|   falls to about {{ sizes['Kaiming', 'Sigmoid'][:, 0].median():.0e}}."
#| echo: fold
sizes = {}
fig, panels = plt.subplots(2, 1, figsize=(5.6, 5.6), sharex=True, sharey=True)
for ax, start, kaiming in zip(panels, ["PyTorch", "Kaiming"], [None, 1]):
    for activation, color in [(nn.ReLU(), "C5"), (nn.Sigmoid(), "C4")]:
        runs = [gradient_sizes(activation, s, kaiming) for s in range(5)]
        name = type(activation).__name__
        sizes[start, name] = torch.tensor(runs)
        ax.plot(range(1, 11), sizes[start, name].T, color=color, linewidth=1)
        height = runs[0][3] * (20 if name == "ReLU" else 0.005)
        ax.text(4, height, name, color=color, ha="center")
    ax.set(yscale="log", ylim=(1e-11, 1e4), ylabel="gradient")
    ax.set_title(f"{start}'s weights")
panels[1].set(xlabel="layer", xticks=range(1, 11))
panels[1].set_yticks([1e-9, 1e-6, 1e-3, 1, 1e3])

# %%
#| label: left-over
#| tbl-cap: The gradient in layer 1 divided by that in layer 10, lowest and highest of five seeds.
#| echo: fold
left, ratio = {}, {}
starts = {"PyTorch's": None, "Kaiming's": 1, "Kaiming's times 6": 6}
for activation in [nn.ReLU(), nn.Tanh(), nn.Sigmoid()]:
    name = type(activation).__name__
    for start, kaiming in starts.items():
        runs = torch.tensor(
            [gradient_sizes(activation, s, kaiming) for s in range(5)]
        )
        ratio[start, name] = runs[:, 0] / runs[:, -1]
        low, high = ratio[start, name].min(), ratio[start, name].max()
        left.setdefault(name, []).append(f"{low:.1g} to {high:.1g}")

torch.manual_seed(0)
h, flat = torch.randn(256, 8), []
model = make_stack(nn.Sigmoid(), [8] + [32] * 10 + [1])
start_weights(model, factor=6)
for layer in model[:-1]:
    if isinstance(layer, nn.Sigmoid):
        flat.append((slope(torch.sigmoid, h.detach()) < 0.02).float().mean())
    h = layer(h)
saturated = float(torch.stack(flat).mean())
pd.DataFrame(left, index=pd.Index(starts, name="weights"))

# %% [markdown]
# With PyTorch's weights and the sigmoid, the first layer gets less than a millionth of what the tenth gets: a
# [vanishing gradient](../glossary/vanishing-gradient.md). With Kaiming's it gets
# {{ ratio["Kaiming's", "Sigmoid"].min() * 1e6:.0f}} to {{ ratio["Kaiming's", "Sigmoid"].max() * 1e6:.0f}}
# millionths. Does ReLU cure this? With PyTorch's weights it does not: there too the gradient
# shrinks, to {{ ratio["PyTorch's", "ReLU"].max():.3f}} at most. ReLU *with Kaiming's weights* lets much more through,
# and so does tanh.
#
# What counts is the *product*, slope times weights, layer after layer. So could larger weights save the sigmoid?
# With six times Kaiming's, a few hundredths arrive. But then, in the first of these networks, {{ saturated:.0%}} of
# the sigmoid's units sit where its slope is below 0.02: saturated before training begins. The same weights make tanh's gradient explode, and ReLU's numbers
# grow in each layer. A slope near 1 and weights that suit it keep the product near 1 without such extremes.
#
# >>> def between(start, name, low, high):
# ...     here = ratio[start, name]
# ...     return bool((here > low).all() and (here < high).all())
# >>> between("PyTorch's", "Sigmoid", 0, 1e-6)
# True
# >>> between("Kaiming's", "Sigmoid", 1e-6, 3e-5)
# True
# >>> between("PyTorch's", "ReLU", 0, 0.01)
# True
# >>> between("Kaiming's", "ReLU", 0.05, 1)
# True
# >>> between("Kaiming's", "Tanh", 0.1, 1)
# True
# >>> between("Kaiming's times 6", "Sigmoid", 0.01, 0.05)
# True
# >>> between("Kaiming's times 6", "Tanh", 100, 1000)
# True
# >>> min(gradient_sizes(nn.ReLU(), 0, kaiming=6)) > 1e12
# True
# >>> layer = nn.Linear(1024, 1024)
# >>> pytorch_std = layer.weight.std().item()
# >>> _ = nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
# >>> kaiming_std = layer.weight.std().item()
# >>> abs(pytorch_std * (3 * 1024) ** 0.5 - 1) < 0.01
# True
# >>> abs(kaiming_std * (1024 / 2) ** 0.5 - 1) < 0.01
# True
#
# ## Dead ReLUs
#
# ReLU has a trouble of its own. If a neuron's gate is shut for *every* row, its weights get no gradient at all. It
# can't come back, as long as what comes in stays the same. Such a neuron is called dead. One hidden layer of 64
# learns the wave; we count before and after training, at two [learning rates](../glossary/learning-rate.md).


# %%
def count_dead(seed, learning_rate, activation):
    """Neurons below zero for all rows, before and after, and the loss."""
    torch.manual_seed(seed)
    model = make_stack(activation, [1, 64, 1])
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    before = (model[0](X) <= 0).all(dim=0)
    loss = train(model, optimizer, num_steps=300)
    after = (model[0](X) <= 0).all(dim=0)
    returned = int((before & ~after).sum())
    return int(before.sum()), int(after.sum()), returned, loss


# %%
#| label: dead
#| tbl-cap: Dead neurons among 64, for five seeds. The last two columns are the losses.
#| echo: fold
slow = [count_dead(seed, 0.05, nn.ReLU()) for seed in range(5)]
fast = [count_dead(seed, 0.13, nn.ReLU()) for seed in range(5)]
leaky = [count_dead(seed, 0.13, nn.LeakyReLU()) for seed in range(5)]
deaths = pd.DataFrame(
    {
        "at the start": [run[0] for run in slow],
        "rate 0.05": [run[1] for run in slow],
        "rate 0.13": [run[1] for run in fast],
        "loss, 0.05": [run[3] for run in slow],
        "loss, 0.13": [run[3] for run in fast],
    },
    index=pd.Index(range(5), name="seed"),
)
deaths.round(3)

# %% [markdown]
# With each of these seeds some are dead before training begins: their bend happens to lie outside the data. None
# of them came back. At the lower rate no other died in these five runs. At the higher one, large steps threw many
# out of the data.
#
# >>> at_start = deaths["at the start"]
# >>> bool((at_start > 0).all() and (deaths["rate 0.05"] == at_start).all())
# True
# >>> bool((deaths["rate 0.13"] > at_start + 10).all())
# True
# >>> all(run[2] == 0 for run in slow + fast)
# True
#
# How bad is it? Less than the word suggests. At the lower rate the wave is learned all the same, by those that
# live. At the higher rate, {{ (deaths["loss, 0.13"] > best / 2).sum() }} of the five runs end above half the
# loss of the straight line, and the others reach {{ deaths["loss, 0.13"].nsmallest(3).max():.3f}} or less, with up to
# {{ deaths.nsmallest(3, "loss, 0.13")["rate 0.13"].max() }} dead. So the dead alone do not spoil a run. Nor does a
# leaky ReLU save it, where a hundredth of the slope gets through: with it,
# {{ sum(run[3] > best / 2 for run in leaky) }} of five end as high. The rate is too high for both.
#
# >>> bool((deaths["loss, 0.05"] < best / 5).all())
# True
# >>> any(run[3] > best / 2 for run in leaky)
# True
# >>> bool(deaths["loss, 0.13"].nsmallest(3).max() < best / 20)
# True
#
# ## Rounded relatives: GELU and SiLU
#
# Many large networks of today, language models above all, use a ReLU with a round corner:
# GELU or SiLU, also called swish. SiLU is $z \cdot \sigma(z)$. To the left of zero both dip a little below it, so
# some slope gets through where ReLU is shut.

# %%
#| label: rounded
#| fig-cap: ReLU and two rounded relatives, and their slopes. Far from zero all three are alike.
#| fig-alt: Two panels over z from -5 to 5. Above, ReLU has a corner at zero; GELU and SiLU are round there and
#|   dip below zero to its left, SiLU deeper, to {{ F.silu(z).min():.2f}}. Below, their slopes. ReLU's jumps from
#|   0 to 1; the two others rise smoothly, from a little below 0 to a little above 1.
#| echo: fold
fig, panels = plt.subplots(2, 1, figsize=(5.6, 5), sharex=True)
for function, name, style, above, below in [
    (F.relu, "ReLU", "-", (-4.2, 0.2), (-0.9, 0.75)),
    (F.gelu, "GELU", "--", (-1.1, 0.8), (1.2, 1.35)),
    (F.silu, "SiLU", ":", (-2.4, -0.5), (3.7, 1.3)),
]:
    panels[0].plot(z, function(z), color="C1", linestyle=style)
    panels[1].plot(z, slope(function, z), color="C3", linestyle=style)
    panels[0].text(*above, name, ha="center", va="center", color="C1")
    panels[1].text(*below, name, ha="center", va="center", color="C3")
panels[0].plot([-1, -0.75], [0.6, -0.17], color="C1", linewidth=0.8)
panels[0].set(ylim=(-0.8, 2.2), yticks=[0, 1, 2], title="function")
panels[1].set(ylim=(-0.3, 1.6), yticks=[0, 1], title="slope")

# %% [markdown]
# On the wave (see the table above), GELU ended between {{ min(losses["GELU"]):.3f}} and {{ max(losses["GELU"]):.3f}}, ReLU between
# {{ min(losses["ReLU"]):.3f}} and {{ max(losses["ReLU"]):.3f}}: no clear winner here. In PyTorch you change one
# word, `nn.GELU()` or `nn.SiLU()`.
#
# >>> torch.allclose(F.silu(z), z * torch.sigmoid(z), atol=1e-6)
# True
# >>> F.gelu(z).min().item() < 0 > F.silu(z).min().item()
# True
#
# ## Softmax is something else
#
# In many lists softmax comes next, as one more choice for a hidden layer. But it can't be drawn like the others.
# Those take one number and return one. Softmax takes a whole list of numbers, and returns shares that add up to
# one (below the line stands the sum over all of them):
#
# $$\mathrm{softmax}(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$$


# %%
def shares(numbers):
    exponentials = numbers.exp()
    return [round(s, 2) for s in (exponentials / exponentials.sum()).tolist()]


before, after = torch.tensor([2.0, 1.0, 0.0]), torch.tensor([2.0, 3.0, 0.0])
print(shares(before), shares(after))

# %%
#| label: softmax
#| fig-cap: Softmax looks at all the numbers. Only the second was raised, from 1 to 3, and all three shares changed.
#| fig-alt: "Bars for three numbers in pairs, before and after. Numbers 2, 1, 0 give the shares
#|   {{ shares(before) }}. Numbers 2, 3, 0 give {{ shares(after) }}."
#| echo: fold
fig, ax = plt.subplots(figsize=(5.6, 2.9))
for shift, numbers, text, alpha in [
    (-0.2, before, "before", 0.5),
    (0.2, after, "after", 1),
]:
    places = [i + shift for i in range(3)]
    bars = ax.bar(places, shares(numbers), width=0.38, color="C1", alpha=alpha)
    labels = [str(share) for share in shares(numbers)]
    labels[0] += f"\n{text}"
    ax.bar_label(bars, labels=labels)
ax.set(ylabel="share", ylim=(0, 1))
ax.set_xticks(range(3), ["2", "1, then 3", "0"])
ax.set_yticks([0, 0.5, 1])

# %% [markdown]
# >>> torch.softmax(torch.tensor([-7.3]), dim=0)
# tensor([1.])
#
# A single number gets the whole share, whatever it is, so for one neuron softmax says nothing. Its place is the
# *output*, where one of several kinds is to be chosen and the shares are read as
# [probabilities](../glossary/probability.md). You meet it again in [Reading digits](digits.py).
#
# ## What to keep
#
# - Without a bend a stack can be trained, but depth adds nothing; the bend is what makes layers worth stacking.
# - On the way back each layer multiplies the gradient by its slope *and* its weights. The product should stay
#   near 1: a sigmoid's slope of a quarter makes learning slow, and a saturated or dead neuron hardly
#   learns or not at all.
# - Start with ReLU or GELU in hidden layers, and keep sigmoid and softmax for the output.
#
# A good gradient is half of training. What to do with it, better than plain steps, is the subject of
# [Optimizers](optimizers.py).
