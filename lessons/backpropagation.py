# %% [markdown]
# # Backpropagation
#
# **A network has thousands of [weights](../glossary/weight.md) and one wrong answer. Which weight is to blame,
# and by how much?** The [gradient](../glossary/gradient.md) tells. Working it out for all weights in one sweep,
# from the answer back to the [input](../glossary/input.md), is called
# [backpropagation](../glossary/backpropagation.md).
#
# After this lesson you can multiply slopes along a chain, do a [forward pass](../glossary/forward-pass.md) and
# a [backward pass](../glossary/backward-pass.md) on paper, check a gradient in two other ways, and say why one
# sweep is enough. You need [Deep networks](deep_networks.py) and [Stochastic gradient
# descent](gradient_descent.py).
#
# Here is the smallest network with two layers: one hidden [neuron](../glossary/neuron.md) with a
# [ReLU](../glossary/relu.md), and one output.
#
# $$\hat y = w_2 \max(0, w_1 x + b_1) + b_2$$


# %%
def forward(w1, b1, w2, b2, x=3.0, y=2.0):
    z = w1 * x + b1
    h = max(z, 0.0)
    y_hat = w2 * h + b2
    return z, h, y_hat, (y_hat - y) ** 2


weights = {"w1": 1.5, "b1": -0.5, "w2": -0.5, "b2": 1.0}
z, h, y_hat, loss = forward(**weights)
print(f"z = {z}, h = {h}, answer {y_hat}, loss {loss}")

# %% [markdown]
# For `x = 3` it should answer 2. It answers {{ y_hat:.0f}}, so the squared error, our
# [loss](../glossary/loss.md), is {{ loss:.0f}}. Whom do we blame? Let each weight in turn grow by 0.01, and
# watch the loss. (In the code, `weights | {…}` is a copy with one entry changed; [biases](../glossary/bias.md)
# count as weights here.)

# %%
#| label: nudges
#| fig-cap: The same nudge for each weight, and very different answers. Two weights make the loss grow, two make
#|   it shrink.
#| fig-alt: Bars to the right and left of zero, one for each weight, showing how much the loss changes if that
#|   weight grows by 0.01. w1 {{ changes["w1"]:+.3f }}, b1 {{ changes["b1"]:+.3f }}, w2
#|   {{ changes["w2"]:+.3f }}, b2 {{ changes["b2"]:+.3f }}.
import matplotlib.pyplot as plt
import pandas as pd
import torch
from torch import nn


def change(name, step):
    """How much the loss changes if one weight grows by a step."""
    nudged = weights | {name: weights[name] + step}
    return forward(**nudged)[-1] - loss


changes = {name: change(name, 0.01) for name in weights}
fig, ax = plt.subplots(figsize=(5.6, 2.8))
colors = ["C1" if value > 0 else "C0" for value in changes.values()]
bars = ax.barh(list(changes), list(changes.values()), color=colors)
ax.bar_label(bars, fmt="%+.3f", padding=4)
ax.axvline(0, color="black", linewidth=1)
ax.set(xlabel="change of the loss", xlim=(-0.31, 0.16))
ax.invert_yaxis()
ax.set_title("Nudge each weight by 0.01")

# %% [markdown]
# Divide each change by the nudge, make the nudge tiny, and you have the gradient, by *finite differences*. It
# is honest and slow: each weight costs a whole run of the network. We keep it as our first witness.

# %%
nudge = 1e-6
by_nudging = {name: change(name, nudge) / nudge for name in weights}
pd.Series(by_nudging, name="by nudging").round(3)

# %% [markdown]
# ## Slopes multiply
#
# The better way needs one rule. Let `g` act first and `f` act on its result: $f(g(x))$. Here `g` makes $2x + 1$
# and `f` squares. At `x = 1`, what does a nudge of `x` do to the end?

# %%
#| label: chain
#| fig-cap: "A nudge travels along the chain: `g` makes it twice as large, `f` about six times as large again."
#| fig-alt: Three bars below each other, left ends aligned. The nudge of x is {{ moves[0]:.2f }} wide. After g
#|   it is {{ moves[1]:.2f }} wide, twice as much. After f it is {{ moves[2]:.3f }} wide, about six times as
#|   much again.


def g(x):
    return 2 * x + 1


def f(u):
    return u**2


before, after = 1.0, 1.01
moves = [after - before, g(after) - g(before), f(g(after)) - f(g(before))]

fig, ax = plt.subplots(figsize=(5.6, 2.8))
bars = ax.barh(["x", "g(x)", "f(g(x))"], moves, color=["C0", "C2", "C1"])
notes = ["", "  (× 2)", "  (× 6, nearly)"]
labels = [f"{move:.4f}{note}" for move, note in zip(moves, notes)]
ax.bar_label(bars, labels=labels, padding=4)
ax.set(xlabel="how far it moves", xlim=(0, 0.2), title="Slopes multiply")
ax.set_xticks([0, 0.05, 0.1, 0.15, 0.2])
ax.invert_yaxis()

# %% [markdown]
# The slope of `g` is 2, everywhere. The slope of $u^2$ is $2u$, a rule of calculus. Mind where we take it: not
# at `x`, but at what arrives there, `g(x)`, which is 3. So it is 6, and the slope of the chain is $6 \cdot 2$.
# With $f'$ for the slope of `f`, this is the [chain rule](../glossary/chain-rule.md):
#
# $$\frac{d}{dx} f(g(x)) = f'(g(x)) \cdot g'(x)$$
#
# >>> 2 * g(1) * 2
# 12
# >>> round((f(g(1 + 1e-6)) - f(g(1))) / 1e-6, 3)
# 12.0
#
# ## Forward, then backward
#
# Our network is a chain too, with four links: multiply and add, rectify, multiply and add, compare and square.
# Going forward we have computed the values. Now go backward. At each place we ask one question: how fast does
# the loss grow if the value *here* grows? In the code, `dz` stands for that slope at `z`, written
# $\partial L / \partial z$ in books.

# %%
x, y = 3.0, 2.0
w1, b1, w2, b2 = weights.values()

dy_hat = 2 * (y_hat - y)  # the slope of the square
dw2, db2 = dy_hat * h, dy_hat * 1  # y_hat = w2 * h + b2
dh = dy_hat * w2
dz = dh * (z > 0)  # the slope of ReLU is 1 or 0
dw1, db1 = dz * x, dz * 1  # z = w1 * x + b1

by_hand = {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}
by_hand

# %% [markdown]
# Each line but the first takes a slope from above and multiplies it by a factor of its own. Nothing is worked
# out twice: `dy_hat` serves `w2`, `b2`, and all that lies before. Here is the whole of it as a graph.

# %%
nodes = {  # place, value, slope of the loss
    "x": (0, 0, x, None),
    "z": (1.1, 0, z, dz),
    "h": (2.2, 0, h, dh),
    "ŷ": (3.3, 0, y_hat, dy_hat),
    "loss": (4.4, 0, loss, 1),
    "w1": (0.7, 1.7, w1, dw1),
    "b1": (1.5, 1.7, b1, db1),
    "w2": (2.9, 1.7, w2, dw2),
    "b2": (3.7, 1.7, b2, db2),
}
links = {  # factor on the way back, and where to write it
    ("x", "z"): (None, 0, -0.4),
    ("z", "h"): (1, 0, -0.4),
    ("h", "ŷ"): (w2, 0, -0.4),
    ("ŷ", "loss"): (dy_hat, 0, -0.4),
    ("w1", "z"): (x, -0.4, 0),
    ("b1", "z"): (1, 0.4, 0),
    ("w2", "ŷ"): (h, -0.4, 0),
    ("b2", "ŷ"): (1, 0.4, 0),
}

# %%
#| label: graph
#| fig-cap: In each box stand the name, the value (blue, computed from left to right), and the slope of the loss
#|   (orange, computed from right to left). Every slope is the one it comes from times the factor at the arrow.
#| fig-alt: "Graph of the network as boxes joined by arrows. In a row x, z, h, y hat, loss; above, w1 and b1
#|   lead to z, and w2 and b2 to y hat. Values: x {{ x:g}}, z {{ z:g}}, h {{ h:g}}, y hat {{ y_hat:g}}, loss
#|   {{ loss:g}}, w1 {{ w1:g}}, b1 {{ b1:g}}, w2 {{ w2:g}}, b2 {{ b2:g}}. Slopes of the loss: z {{ dz:g}}, h
#|   {{ dh:g}}, y hat {{ dy_hat:g}}, loss 1, w1 {{ dw1:g}}, b1 {{ db1:g}}, w2 {{ dw2:g}}, b2 {{ db2:g}}.
#|   Factors: loss to y hat {{ dy_hat:g}}, y hat to h {{ w2:g}}, to w2 {{ h:g}}, to b2 1; h to z 1; z to w1
#|   {{ x:g}}, to b1 1."
fig, ax = plt.subplots(figsize=(5.6, 3.9))
arrow = {"arrowstyle": "-|>", "connectionstyle": "arc3,rad=-0.15"}
for (tail, head), (factor, shift_x, shift_y) in links.items():
    start, end = nodes[tail][:2], nodes[head][:2]
    gap = 26 if shift_y else 38
    arrow |= {"shrinkA": gap, "shrinkB": gap}
    ax.annotate("", end, start, arrowprops=arrow | {"color": "C0"})
    if factor:
        ax.annotate("", start, end, arrowprops=arrow | {"color": "C1"})
        x_text = (start[0] + end[0]) / 2 + shift_x
        y_text = (start[1] + end[1]) / 2 + shift_y
        ax.text(x_text, y_text, f"× {factor:g}", ha="center", color="C1")
for name, (across, up, value, slope) in nodes.items():
    corner = (across - 0.3, up - 0.36)
    ax.add_patch(plt.Rectangle(corner, 0.6, 0.76, fill=False))
    ax.text(across, up + 0.17, name, ha="center", weight="bold")
    ax.text(across, up - 0.07, f"{value:g}", ha="center", color="C0")
    if slope:
        ax.text(across, up - 0.31, f"{slope:g}", ha="center", color="C1")
ax.axis("off")
ax.set(xlim=(-0.35, 4.75), ylim=(-0.7, 2.2))
ax.set_title("Values forward, slopes backward")

# %% [markdown]
# ## Three witnesses
#
# Now the third way. [PyTorch](../glossary/pytorch.md) keeps a record of every step of the forward pass, if a
# [tensor](../glossary/tensor.md) asks for it with `requires_grad`. Then `backward()` walks the record from its
# end. This part of PyTorch is called *autograd*.

# %%
tensors = {
    name: torch.tensor(value, dtype=torch.float64, requires_grad=True)
    for name, value in weights.items()
}
hidden = torch.relu(tensors["w1"] * x + tensors["b1"])
(tensors["w2"] * hidden + tensors["b2"] - y).square().backward()
by_autograd = {name: t.grad.item() for name, t in tensors.items()}

witnesses = {
    "by nudging": by_nudging,
    "by hand": by_hand,
    "by autograd": by_autograd,
}
pd.DataFrame(witnesses).round(3)

# %% [markdown]
# All agree, on every weight. By hand and by autograd are exactly equal; nudging comes as close as a small nudge
# can.
#
# >>> by_hand == by_autograd
# True
# >>> all(abs(by_nudging[name] - by_hand[name]) < 1e-3 for name in weights)
# True
#
# How small should the nudge be? Too large, and the loss bends away. But smaller is not always better.

# %%
#| label: step-size
#| fig-cap: The error of a finite difference, for `w2`. Larger nudges suffer from the bend of the loss, smaller
#|   ones from rounding. The best lie between.
#| fig-alt: Error of the finite difference against the size of the nudge, both logarithmic, from
#|   {{ steps[-1]:g}} to {{ steps[0]:g}}. From right to left the error falls in a straight line, is lowest at
#|   about {{ best_step:.0e}}, and rises again in a jagged line.
steps = [10.0**-k for k in range(1, 15)]
errors = [abs(change("w2", step) / step - dw2) for step in steps]
best_step = steps[errors.index(min(errors))]

fig, ax = plt.subplots()
ax.plot(steps, errors, "o-", markersize=4)
ax.text(1e-4, 1e-5, "the bend →", color="C1")
ax.text(1e-14, 1e-5, "← rounding", color="C1")
ax.set(xscale="log", yscale="log", xlabel="nudge", ylabel="error")
ax.set_title("Nudge neither too much nor too little")

# %% [markdown]
# >>> errors[0] > 1000 * min(errors) and errors[-1] > 1000 * min(errors)
# True
#
# Backpropagation has neither trouble, for it nudges nothing. It multiplies exact slopes.
#
# In one place the two differ. Let `z` be exactly 0, where ReLU has a corner. Nudge `w1` up, and the slope is 3;
# nudge it down, and the slope is 0. There is no right answer at a corner. PyTorch takes 0.
#
# >>> weights_there = weights | {"b1": -4.5}
# >>> corner = forward(**weights_there)[-1]
# >>> up = forward(**weights_there | {"w1": 1.5 + 1e-6})[-1]
# >>> down = forward(**weights_there | {"w1": 1.5 - 1e-6})[-1]
# >>> round((up - corner) / 1e-6, 3), round((corner - down) / 1e-6, 3)
# (3.0, 0.0)
# >>> at_zero = torch.tensor(0.0, requires_grad=True)
# >>> torch.relu(at_zero).backward()
# >>> at_zero.grad
# tensor(0.)
#
# ## A loop over layers
#
# In a wider network a value goes to many places. Then each place sends a slope back, and they are added up. In
# `a * a`, the value `a` is used twice, and each use sends back the other factor:
#
# >>> a = torch.tensor(3.0, requires_grad=True)
# >>> (a * a).backward()
# >>> a.grad == 3 + 3
# tensor(True)
#
# Matrix products do this adding for us. So the same few lines work for a network of any size. The forward pass
# keeps all values; the backward pass goes through the layers in reverse. In the code, `@` is the matrix product
# and `.T` swaps rows and columns.


# %%
def forward_pass(model, X):
    values = [X]
    for layer in model:
        values.append(layer(values[-1]))
    return values


def backward_pass(model, values, slope):
    gradients = []
    for layer, inputs in zip(reversed(model), reversed(values[:-1])):
        if isinstance(layer, nn.ReLU):
            slope = slope * (inputs > 0)
        else:
            gradients += [slope.sum(dim=0), slope.T @ inputs]
            slope = slope @ layer.weight
    return gradients[::-1]


# %% [markdown]
# Compare line by line with our tiny network: `dz * x` has become `slope.T @ inputs`, `dz * 1` a sum over the
# rows, and `dy_hat * w2` the product `slope @ layer.weight`. Try it on a network with two [hidden
# layers](../glossary/hidden-layer.md) and 64 random rows, against autograd.


# %%
def make_model(width):
    return nn.Sequential(
        nn.Linear(8, width),
        nn.ReLU(),
        nn.Linear(width, width),
        nn.ReLU(),
        nn.Linear(width, 1),
    ).double()


torch.manual_seed(0)
X, targets = torch.randn(64, 8).double(), torch.randn(64, 1).double()
model = make_model(32)
values = forward_pass(model, X)
error = values[-1] - targets
slope = 2 * error / len(error)  # of the mean squared error
ours = backward_pass(model, values, slope)
nn.functional.mse_loss(model(X), targets).backward()
theirs = [parameter.grad for parameter in model.parameters()]

print(f"{sum(slope.numel() for slope in ours):,} slopes")

# %% [markdown]
# >>> all(torch.allclose(a, b) for a, b in zip(ours, theirs, strict=True))
# True
#
# ## Why backward?
#
# Because it is cheap. Nudging runs the network once for each weight, and once more to compare. Backpropagation
# runs it forward once and backward once, however many weights there are. PyTorch can count the multiplications
# and additions in the matrix products of each.

# %%
#| label: cost
#| fig-cap: The cost of one gradient, for networks from narrow to wide. Nudging gets out of hand;
#|   backpropagation stays close to the cost of the answer itself.
#| fig-alt: Operations against number of weights, both logarithmic, for networks of width 8 to 256, from
#|   {{ counts[0][0] }} to {{ counts[-1][0]:,}} weights. The lines for the answer alone and for backpropagation
#|   rise side by side, less than a factor of three apart. The line for nudging rises twice as steeply, and ends
#|   at about {{ counts[-1][3]:.0e}} operations.
from torch.utils.flop_counter import FlopCounterMode


def count_operations(width):
    """Weights, then operations of an answer, by backprop, by nudging."""
    model = make_model(width)
    number = sum(parameter.numel() for parameter in model.parameters())
    with FlopCounterMode(display=False) as answer:
        loss = nn.functional.mse_loss(model(X), targets)
    with FlopCounterMode(display=False) as backward:
        loss.backward()
    once = answer.get_total_flops()
    both = once + backward.get_total_flops()
    return number, once, both, (number + 1) * once


counts = [count_operations(width) for width in [8, 16, 32, 64, 128, 256]]
number, once, both, nudging = zip(*counts)

fig, ax = plt.subplots()
for line, text in [
    (once, "answer alone"),
    (both, "backpropagation"),
    (nudging, "nudging"),
]:
    (drawn,) = ax.plot(number, line, "o-", markersize=4)
    side, up = ("left", 0.3) if line is once else ("right", 2)
    color = drawn.get_color()
    ax.text(number[3], line[3] * up, text, color=color, ha=side)
ax.set(xscale="log", yscale="log", xlabel="weights", ylabel="operations")
ax.set_title("One sweep is enough")

# %% [markdown]
# Forward and backward together cost less than three times the answer alone, at each
# [width](../glossary/width.md) here. Nudging the widest costs more than 20,000 times as much as
# backpropagation:
#
# >>> all(b < 3 * a for a, b in zip(once, both))
# True
# >>> nudging[-1] > 20_000 * both[-1]
# True
#
# The price is memory. All values of the forward pass have to be kept until the backward pass has used them.
#
# ## What to keep
#
# - The slope of a chain is the product of its slopes, each taken at the value that arrives there.
# - Forward computes and keeps the values; backward multiplies slopes from the loss to the input, and adds them
#   where ways meet.
# - One sweep gives the slope of the loss for every weight, at less than three times the cost of an answer.
#
# Backpropagation finds the gradient, and no more. What is done with it, [batch](../glossary/mini-batch.md)
# after batch, is [The full training loop](training_loop.py).
#
# ## Exercises
#
# 1. **Predict.** In the tiny network, set `b1` to -7 and leave the rest. Which of the four slopes are zero?
#    Work it out on paper before you run it.
#
#     ??? success "Answer"
#
#         All but that of `b2`. Now `z` is negative, so ReLU is closed: `h` is 0, and so is the slope of `w2`. Nothing gets
#         through ReLU on the way back either.
#
#         >>> shut = weights | {"b1": -7.0}
#         >>> start = forward(**shut)[-1]
#         >>> ends = [forward(**shut | {name: shut[name] + 1e-6})[-1] for name in shut]
#         >>> [round((end - start) / 1e-6, 3) for end in ends]
#         [0.0, 0.0, 0.0, -2.0]
#
# 2. **Predict.** What does `backward()` add to `grad` if you run forward and backward a second time, without
#    `zero_grad`? Try it with `a` above.
#
#     ??? success "Answer"
#
#         The same again. Slopes are added up, so it is now twice as large.
#
#         >>> (a * a).backward()
#         >>> a.grad
#         tensor(12.)
#
# 3. **Change.** Nudge both ways: `(change(name, step) - change(name, -step)) / (2 * step)`. How much smaller is
#    the error for `w2` at a nudge of 0.01? Can you say why?
#
#     ??? success "Answer"
#
#         Nothing but rounding is left. Along one weight the loss is a parabola here, and its bend cancels.
#
#         >>> both_ways = (change("w2", 0.01) - change("w2", -0.01)) / 0.02
#         >>> abs(both_ways - dw2) < 1e-9 < abs(change("w2", 0.01) / 0.01 - dw2)
#         True
#
# 4. **Build.** Replace ReLU in the tiny network by `torch.tanh`, whose slope is $1 - \tanh^2(z)$. Write the
#    backward pass by hand, and compare all four slopes with autograd.
# 5. **Build.** Teach `backward_pass` to go through `nn.Tanh`, and check it against autograd on a network with
#    three hidden layers.
