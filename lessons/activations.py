# %% [markdown]
# # Activation functions
#
# **Why does every hidden [neuron](../glossary/neuron.md) get a bend, and which bend should it be?** The
# function that bends is called the [activation function](../glossary/activation-function.md). There are many of
# them, and which one you choose decides how far a [deep network](../glossary/deep-neural-network.md) can pass
# its slopes back.
#
# After this lesson you can draw the common ones, say what goes wrong without any, measure how a
# [gradient](../glossary/gradient.md) fades layer by layer, count neurons that died, and tell why
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
z = torch.linspace(-5, 5, 401)
functions = {
    "ReLU": nn.ReLU(),
    "leaky ReLU": nn.LeakyReLU(0.1),
    "sigmoid": nn.Sigmoid(),
    "tanh": nn.Tanh(),
}
fig, panels = plt.subplots(2, 2, figsize=(5.6, 4.4), sharex=True, sharey=True)
for ax, (name, function) in zip(panels.flat, functions.items()):
    ax.plot(z, function(z), color="C0")
    ax.plot(z, slope(function, z), color="C1", linestyle="--")
    ax.set(ylim=(-1.2, 2.2), title=name)

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
# unchanged, and lets every slope through. So let us train such a stack, and three with a bend, to follow a
# wave.


# %%
def make_stack(activation, sizes):
    layers = []
    for n_in, n_out in itertools.pairwise(sizes[:-1]):
        layers += [nn.Linear(n_in, n_out), activation()]
    return nn.Sequential(*layers, nn.Linear(*sizes[-2:])).double()


def train(model, learning_rate=0.05, num_steps=600):
    """Train with all rows in each step; return the last loss."""
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    for _ in range(num_steps):
        loss = nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.item()


x = torch.linspace(-2, 2, 101, dtype=torch.float64)[:, None]
y = torch.sin(2 * x)

# %%
#| label: wave
#| fig-cap: "Three layers each, trained alike. Without a bend they draw a line. With ReLU they draw corners,
#|   with tanh a curve."
#| fig-alt: Three panels, each with the dots of a wave and a line. Identity, the stack without a bend, draws a
#|   straight line that is off the dots nearly everywhere. ReLU draws a line with corners, tanh a smooth one;
#|   both follow the wave closely.
losses = {}
fig, panels = plt.subplots(1, 3, figsize=(5.6, 2.6), sharey=True)
for activation in [nn.Identity, nn.ReLU, nn.Tanh, nn.Sigmoid]:
    name = activation.__name__
    for seed in range(5):
        torch.manual_seed(seed)
        model = make_stack(activation, [1, 16, 16, 1])
        losses.setdefault(name, []).append(train(model))
    if name != "Sigmoid":
        ax = panels[len(losses) - 1]
        ax.plot(x[::4], y[::4], ".", color="black", markersize=4)
        ax.plot(x, model(x).detach(), color="C1")
        ax.set(xlabel="x", xticks=[-2, 0, 2], title=name)

# %%
#| label: wave-losses
#| tbl-cap: The loss after {{ 600 }} steps, for five seeds each.
table = pd.DataFrame(losses, index=pd.Index(range(5), name="seed"))
table.round(3)

# %% [markdown]
# Without a bend training works very well: with every [seed](../glossary/seed.md) it finds the best straight
# line, whose [loss](../glossary/loss.md) least squares gives us. But there it ends. The
# [depth](../glossary/depth.md) has added nothing, since [linear layers in a row are one linear
# layer](deep_networks.py#two-linear-layers-are-one). ReLU and tanh get far below:
#
# >>> columns = torch.cat([x, torch.ones_like(x)], dim=1)
# >>> best_line = columns @ torch.linalg.lstsq(columns, y).solution
# >>> best = nn.functional.mse_loss(best_line, y).item()
# >>> all(abs(loss - best) < 1e-4 for loss in losses["Identity"])
# True
# >>> bool((table[["ReLU", "Tanh"]] < best / 10).all(axis=None))
# True
#
# The sigmoid could bend, but after the same number of steps it has hardly begun to, with any seed. That calls
# for a reason.
#
# >>> bool((table["Sigmoid"] > best * 0.8).all())
# True
#
# A word on where the bend lives. In [Keras](../glossary/keras.md) a [dense layer](../glossary/dense-layer.md)
# may bring it along: `Dense(16, activation="relu")`. In PyTorch the layer is $Wx + b$ and no more, and the bend
# is an entry of its own.
#
# >>> layer = nn.Linear(1, 16).double()
# >>> bool((layer(x) < 0).any())
# True
# >>> torch.equal(nn.Sequential(layer, nn.ReLU())(x), layer(x).clamp(min=0))
# True
#
# ## Stuck at the flat end
#
# First, one neuron. It has only a [bias](../glossary/bias.md), a sigmoid behind it, and should answer 0. The
# larger its bias at the start, the more wrong it is, and the more it should have to learn.

# %%
#| label: stuck
#| fig-cap: The most wrong neuron learns last. Where the sigmoid is flat, there is no slope to follow.
#| fig-alt: Answer of the neuron against step, from 0 to 300, for three starting biases. From 0 it falls at
#|   once. From 5 it stays near 1 for some {{ waits[1] }} steps, and then falls. From 8 it stays at 1 to the
#|   right edge.
fig, ax = plt.subplots()
waits = []
for start in [0.0, 5.0, 8.0]:
    b = torch.tensor(start, requires_grad=True)
    answers = []
    for _ in range(2000):
        answer = torch.sigmoid(b)
        answers.append(answer.item())
        (answer**2).backward()
        with torch.no_grad():
            b -= 1.0 * b.grad
        b.grad = None
    waits.append(sum(answer > 0.5 for answer in answers))
    (line,) = ax.plot(answers[:300])
    place = (200, 0.93) if start > 5 else (waits[-1] + 10, 0.45)
    ax.text(*place, f"from b = {start:.0f}", color=line.get_color())
ax.set(xlabel="step", ylabel="answer (should be 0)", ylim=(-0.03, 1.05))
ax.set_title("The most wrong learns last")

# %% [markdown]
# From 5 it takes {{ waits[1] }} steps to get below one half, from 8 it takes {{ waits[2]:,}}. Such a neuron is
# called *saturated*. The slope of the sigmoid there is a factor of its gradient, and the further out, the
# closer that factor is to zero:
#
# >>> [f"{value:.5f}" for value in slope(torch.sigmoid, torch.tensor([0.0, 5.0, 8.0]))]
# ['0.25000', '0.00665', '0.00034']
# >>> waits[2] > 10 * waits[1] > 100 * waits[0]
# True
#
# ## Layer by layer
#
# In a deep stack such factors multiply, one for each layer on the way back. Even at its best the sigmoid has a
# quarter to give. Ten of them leave less than a millionth:
#
# >>> 0.25**10 < 1e-6
# True
#
# We measure it. Ten [hidden layers](../glossary/hidden-layer.md), random data, one [backward
# pass](../glossary/backward-pass.md): how large is the gradient of the [weights](../glossary/weight.md) in each
# layer? We do it twice. First with the weights PyTorch starts with. Then with larger ones, *Kaiming*
# initialization, made to suit ReLU.


# %%
def gradient_sizes(activation, seed, suited):
    """Length of the gradient of the weights, for each hidden layer."""
    torch.manual_seed(seed)
    X = torch.randn(256, 8).double()
    targets = torch.randn(256, 1).double()
    model = make_stack(activation, [8] + [32] * 10 + [1])
    linear = [layer for layer in model if isinstance(layer, nn.Linear)]
    if suited:
        for layer in linear:
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)
    nn.functional.mse_loss(model(X), targets).backward()
    return [layer.weight.grad.norm().item() for layer in linear[:-1]]


# %%
#| label: layers
#| fig-cap: The gradient on its way back, from layer 10 to layer 1, five seeds each. With suited weights it gets
#|   through ReLU, and still not through the sigmoid.
#| fig-alt: "Two panels of gradient size, logarithmic, against layer 1 to 10, five lines for ReLU and five for
#|   sigmoid. Above, PyTorch's weights: from layer 10 back to layer 1 sigmoid falls to about
#|   {{ sizes[False, 'Sigmoid'][:, 0].median():.0e}}, and ReLU to about
#|   {{ sizes[False, 'ReLU'][:, 0].median():.0e}}. Below, Kaiming's weights: ReLU stays nearly level, sigmoid
#|   falls to about {{ sizes[True, 'Sigmoid'][:, 0].median():.0e}}."
sizes = {}
fig, panels = plt.subplots(2, 1, figsize=(5.6, 5.6), sharex=True, sharey=True)
for ax, suited in zip(panels, [False, True]):
    for activation, color in [(nn.ReLU, "C0"), (nn.Sigmoid, "C1")]:
        runs = [gradient_sizes(activation, s, suited) for s in range(5)]
        name = activation.__name__
        sizes[suited, name] = torch.tensor(runs)
        ax.plot(range(1, 11), sizes[suited, name].T, color=color, linewidth=1)
        height = runs[0][3] * (20 if name == "ReLU" else 0.005)
        ax.text(4, height, name, color=color, ha="center")
    ax.set(yscale="log", ylim=(1e-11, 1e4), ylabel="gradient")
panels[0].set_title("PyTorch's weights")
panels[1].set_title("Kaiming's weights")
panels[1].set(xlabel="layer", xticks=range(1, 11))

# %% [markdown]
# With the sigmoid, the first layer gets less than a millionth of what the tenth gets: a [vanishing
# gradient](../glossary/vanishing-gradient.md). But look at ReLU in the upper panel. You will read that it cures
# this; here the gradient shrinks too, to less than a hundredth, with every seed.
#
# >>> ratio = {key: size[:, 0] / size[:, -1] for key, size in sizes.items()}
# >>> bool((ratio[False, "Sigmoid"] < 1e-6).all() and (ratio[False, "ReLU"] < 1e-2).all())
# True
#
# Why? A slope passes through two things on its way back, the activation function and the *weights*. An open
# ReLU multiplies by 1. But PyTorch's weights are small. Behind $n$ inputs their [standard
# deviation](../glossary/standard-deviation.md) is $1 / \sqrt{3n}$, and Kaiming's is $\sqrt{2 / n}$, more than
# twice as large (the 2 makes up for the gates that are shut):
#
# >>> layer = nn.Linear(1024, 1024)
# >>> round(layer.weight.std().item() * (3 * 1024) ** 0.5, 2)
# 1.0
# >>> _ = nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
# >>> round(layer.weight.std().item() * (1024 / 2) ** 0.5, 2)
# 1.0
#
# With these, most of ReLU's fading is gone. The sigmoid's is not: in each layer it still takes three quarters
# of the slope, or more.
#
# >>> bool((ratio[True, "ReLU"] > 0.02).all() and (ratio[True, "Sigmoid"] < 1e-4).all())
# True
#
# So it takes both: an activation function with a slope of 1, and starting weights that suit it.
#
# ## Dead ReLUs
#
# ReLU has its own ailment. If a neuron's gate is shut for *every* row, its weights get no gradient at all. It
# can't come back, as long as what comes in stays the same. Such a neuron is called dead. One hidden layer of 64
# is to learn the wave; we count before and after training, at two [learning
# rates](../glossary/learning-rate.md).


# %%
#| label: dead
#| tbl-cap: Dead neurons among 64, for five seeds. The last two columns are the losses.
def count_dead(seed, learning_rate):
    torch.manual_seed(seed)
    model = make_stack(nn.ReLU, [1, 64, 1])
    before = (model[:2](x) == 0).all(dim=0)  # up to the first ReLU
    loss = train(model, learning_rate, num_steps=300)
    after = (model[:2](x) == 0).all(dim=0)
    assert after[before].all()  # once dead, always dead
    return int(before.sum()), int(after.sum()), loss


slow = [count_dead(seed, 0.05) for seed in range(5)]
fast = [count_dead(seed, 0.13) for seed in range(5)]
deaths = pd.DataFrame(
    {
        "at the start": [before for before, _, _ in slow],
        "rate 0.05": [after for _, after, _ in slow],
        "rate 0.13": [after for _, after, _ in fast],
        "loss, 0.05": [loss for _, _, loss in slow],
        "loss, 0.13": [loss for _, _, loss in fast],
    },
    index=pd.Index(range(5), name="seed"),
)
deaths.round(3)

# %% [markdown]
# With every seed some are dead before training begins: their bend happens to lie outside the data. The `assert`
# says that none came back. At the lower rate hardly any more die. At the higher one, large steps throw many out
# of the data:
#
# >>> bool((deaths["at the start"] > 0).all())
# True
# >>> bool((deaths["rate 0.05"] < deaths["at the start"] + 5).all())
# True
# >>> bool((deaths["rate 0.13"] > deaths["at the start"] + 10).all())
# True
#
# How bad is it? Less than the word suggests. At the lower rate the wave is learned all the same, by those that
# live. At the higher rate, {{ (deaths["loss, 0.13"] > best / 2).sum() }} of the five runs end above half the
# loss of the straight line. But the dead are not to blame for that: with a leaky ReLU, where nobody dies, the
# rate is too high as well.
#
# >>> bool((deaths["loss, 0.05"] < best / 5).all())
# True
# >>> def leaky_loss(seed):
# ...     torch.manual_seed(seed)
# ...     return train(make_stack(nn.LeakyReLU, [1, 64, 1]), 0.13, num_steps=300)
# >>> sum(leaky_loss(seed) > best / 2 for seed in range(5)) > 0
# True
#
# With a leaky ReLU no neuron is ever dead in this sense, as some slope always gets through. Whether that brings
# it back in time is another question; try it in the exercises.
#
# ## Softmax is something else
#
# In many lists softmax comes next, as one more choice for a hidden layer. But it can't be drawn like the four
# above. Those take one number and return one. Softmax takes a whole list of numbers, and returns shares that
# add up to one (below the line stands the sum over all of them):
#
# $$\mathrm{softmax}(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$$

# %%
#| label: softmax
#| fig-cap: Only the second number was raised, from 1 to 3. All three shares changed.
#| fig-alt: "Bars for three numbers in pairs, before and after. Numbers 2, 1, 0 give the shares
#|   {{ shares(before) }}. Numbers 2, 3, 0 give {{ shares(after) }}."
before, after = torch.tensor([2.0, 1.0, 0.0]), torch.tensor([2.0, 3.0, 0.0])


def shares(numbers):
    exponentials = numbers.exp()
    return [round(s, 2) for s in (exponentials / exponentials.sum()).tolist()]


fig, ax = plt.subplots(figsize=(5.6, 2.9))
for shift, numbers, text in [(-0.2, before, "before"), (0.2, after, "after")]:
    places = [i + shift for i in range(3)]
    bars = ax.bar(places, shares(numbers), width=0.38)
    labels = [f"{share}\n{text}" for share in shares(numbers)]
    ax.bar_label(bars, labels=labels, size=9)
ax.set(ylabel="share", ylim=(0, 1), title="Softmax looks at all of them")
ax.set_xticks(range(3), ["2", "1, then 3", "0"])
ax.set_yticks([0, 0.5, 1])

# %% [markdown]
# >>> shares(after) == [round(s, 2) for s in torch.softmax(after, dim=0).tolist()]
# True
# >>> torch.softmax(torch.tensor([-7.3]), dim=0)
# tensor([1.])
#
# A single number always gets the whole share, so for one neuron softmax says nothing. Its place is the
# *output*, where one of several kinds is to be chosen and the shares are read as
# [probabilities](../glossary/probability.md). You meet it again in [Reading digits](digits.py).
#
# ## What to keep
#
# - Without a bend a stack can be trained, but depth adds nothing; the bend is what makes layers worth stacking.
# - On the way back each layer multiplies the gradient by its slope and its weights: ReLU with suited weights
#   lets it through, the sigmoid shrinks it, and a saturated or dead neuron stops it.
# - Start with ReLU in hidden layers, and keep sigmoid and softmax for the output.
#
# A good gradient is half of training. What to do with it, better than plain steps, is the subject of
# [Optimizers](optimizers.py).
#
# ## Exercises
#
# 1. **Predict.** At which `z` is the slope of the sigmoid largest, and how large is that of tanh there?
#
#     ??? success "Answer"
#
#         At 0, where tanh has four times that slope.
#
#         >>> zero = torch.tensor(0.0)
#         >>> slope(torch.sigmoid, zero).item(), slope(torch.tanh, zero).item()
#         (0.25, 1.0)
#
# 2. **Predict.** Add 100 to all three numbers in `before`. What happens to their shares?
#
#     ??? success "Answer"
#
#         Nothing. Numerator and denominator both grow by the same factor. (But `exp` of large numbers
#         overflows, so `torch.softmax` first subtracts the largest.)
#
#         >>> torch.allclose(torch.softmax(before + 100, dim=0), torch.softmax(before, dim=0), atol=1e-5)
#         True
#         >>> torch.exp(torch.tensor(1000.0))
#         tensor(inf)
#
# 3. **Change.** Measure the gradient layer by layer with `nn.Identity`, and with PyTorch's weights. It has no
#    bend; does the gradient shrink?
#
#     ??? success "Answer"
#
#         Yes, and now only the weights can be the reason.
#
#         >>> straight = [gradient_sizes(nn.Identity, seed, suited=False) for seed in range(5)]
#         >>> all(size[0] < size[-1] / 5 for size in straight)
#         True
#
# 4. **Change.** In `gradient_sizes`, multiply Kaiming's weights by 6. How much of the sigmoid's gradient is
#    left in layer 1? What does that do to ReLU?
# 5. **Build.** Count with `nn.LeakyReLU()` how many neurons are below zero for every row, before and after
#    training. Check that their weights do get a gradient, unlike those of dead ReLUs. Do they come back within
#    300 steps?
