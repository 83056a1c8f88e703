# %% [markdown]
# # Backpropagation
#
# **A network has thousands of [weights](../glossary/weight.md) and one wrong prediction. Which weight had what
# part in the error?** The [gradient](../glossary/gradient.md) answers that. Working it out for all weights in one
# sweep, from the prediction back to the [inputs](../glossary/input.md), is called
# [backpropagation](../glossary/backpropagation.md).
#
# After this lesson you can multiply slopes along a chain, do a [forward pass](../glossary/forward-pass.md) and
# a [backward pass](../glossary/backward-pass.md) on paper, write both for whole layers, check a gradient in two
# other ways, and say why one sweep is enough. You need [Deep networks](deep_networks.py) and [Stochastic
# gradient descent](gradient_descent.py).
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
print(f"z = {z}, h = {h}, y_hat = {y_hat}, loss = {loss}")


def change(name, step):
    """How much the loss changes if one weight grows by a step."""
    nudged = weights | {name: weights[name] + step}
    return forward(**nudged)[-1] - loss


changes = {name: change(name, 0.01) for name in weights}

# %% [markdown]
# For `x = 3` it should predict 2. It predicts {{ y_hat:.0f}}, so the squared error, our
# [loss](../glossary/loss.md), is {{ loss:.0f}}. The function `change` lets one weight grow by a small step and
# says how the loss changes. (`weights | {…}` is a copy with one entry changed.
# [Biases](../glossary/bias.md) count as weights here.)

# %%
#| label: nudges
#| fig-cap: The same nudge for each weight, by 0.01, and very different results. Two weights make the loss grow,
#|   two make it shrink.
#| fig-alt: Bars to the right and left of zero, one for each weight, showing how much the loss changes if that
#|   weight grows by 0.01. w1 {{ changes["w1"]:+.3f }}, b1 {{ changes["b1"]:+.3f }}, w2
#|   {{ changes["w2"]:+.3f }}, b2 {{ changes["b2"]:+.3f }}.
#| echo: fold
import matplotlib.pyplot as plt
import pandas as pd
import torch
import torch.nn.functional as F
from torch import nn

fig, ax = plt.subplots(figsize=(5.6, 2.8))
bars = ax.barh(list(changes), list(changes.values()), color="C4")
ax.bar_label(bars, fmt="%+.3f", padding=4)
ax.axvline(0, color="black", linewidth=1)
ax.set(xlabel="change of the loss", xlim=(-0.32, 0.19))
ax.set_xticks([-0.3, -0.2, -0.1, 0, 0.1])
ax.invert_yaxis()

# %% [markdown]
# Divide each change by the nudge, make the nudge tiny, and you have each weight's
# [derivative](../glossary/derivative.md), by *finite differences*. This is simple and slow: each weight costs a
# whole run of the network. It is our first witness.

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
def g(x):
    return 2 * x + 1


def f(u):
    return u**2


before, after = 1.0, 1.01
moves = [after - before, g(after) - g(before), f(g(after)) - f(g(before))]

# %%
#| label: chain
#| fig-cap: "Slopes multiply. A nudge travels along the chain: `g` makes it twice as large, `f` about six times as
#|   large again."
#| fig-alt: Three bars below each other, left ends aligned. The nudge of x is {{ moves[0]:.2f }} wide. After g
#|   it is {{ moves[1]:.2f }} wide, twice as much. After f it is {{ moves[2]:.3f }} wide, about six times as
#|   much again.
#| echo: fold
fig, ax = plt.subplots(figsize=(5.6, 2.8))
bars = ax.barh(["x", "g(x)", "f(g(x))"], moves, color="C4")
notes = ["", "  (× 2)", "  (× 6, nearly)"]
labels = [f"{move:.4f}{note}" for move, note in zip(moves, notes)]
ax.bar_label(bars, labels=labels, padding=4)
ax.set(xlabel="how far it moves", xlim=(0, 0.22), xticks=[0, 0.1, 0.2])
ax.invert_yaxis()

# %% [markdown]
# The slope of `g` is 2 at each place. The slope of $u^2$ is $2u$, a rule of calculus. Mind where we take it: not
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
w1, w2 = weights["w1"], weights["w2"]

dy_hat = 2 * (y_hat - y)  # the slope of the square
dw2 = dy_hat * h  # y_hat = w2 * h + b2: pull times input
db2 = dy_hat
dh = dy_hat * w2
dz = dh * (z > 0)  # the slope of ReLU is 1 or 0
dw1 = dz * x  # z = w1 * x + b1: pull times input
db1 = dz

by_hand = {"w1": dw1, "b1": db1, "w2": dw2, "b2": db2}
by_hand

# %% [markdown]
# Each line but the first takes a slope from above and multiplies it by a factor of its own. Nothing is worked
# out twice: `dy_hat` serves `w2`, `b2`, and all that lies before. The whole as a graph; move `step` back to 0, and go
# through it step by step, forward and then backward.

# %%
#| echo: fold
nodes = {  # place, value and its step, slope of the loss and its step
    "x": ((0, 0), x, 0, None, None),
    "z": ((1.1, 0), z, 1, dz, 8),
    "h": ((2.2, 0), h, 2, dh, 7),
    "ŷ": ((3.3, 0), y_hat, 3, dy_hat, 6),
    "loss": ((4.4, 0), loss, 4, 1, 5),
    "w1": ((0.7, 1.7), w1, 0, dw1, 9),
    "b1": ((1.5, 1.7), weights["b1"], 0, db1, 9),
    "w2": ((2.9, 1.7), w2, 0, dw2, 7),
    "b2": ((3.7, 1.7), weights["b2"], 0, db2, 7),
}
steps_taken = [
    "the input and the weights are given",
    f"z = w1 · x + b1 = {w1:g} · {x:g} + ({weights['b1']:g}) = {z:g}",
    f"h = max(0, z) = {h:g}",
    f"ŷ = w2 · h + b2 = {w2:g} · {h:g} + {weights['b2']:g} = {y_hat:g}",
    f"loss = (ŷ − y)² = ({y_hat:g} − {y:g})² = {loss:g}",
    "backward: the slope of the loss for itself is 1",
    f"slope for ŷ: 1 · 2(ŷ − y) = {dy_hat:g}",
    f"slope for h: {dy_hat:g} · w2 = {dh:g}; "
    f"for w2: {dy_hat:g} · h = {dw2:g}; for b2: {dy_hat:g} · 1 = {db2:g}",
    f"slope for z: {dh:g} · 1 = {dz:g}, since z is above 0",
    f"slope for w1: {dz:g} · x = {dw1:g}; for b1: {dz:g} · 1 = {db1:g}",
]
links = {  # factor on the way back, and where to write it
    ("x", "z"): (None, 0, -0.58),
    ("z", "h"): (1, 0, -0.58),
    ("h", "ŷ"): (w2, 0, -0.58),
    ("ŷ", "loss"): (dy_hat, 0, -0.58),
    ("w1", "z"): (x, -0.4, 0),
    ("b1", "z"): (1, 0.4, 0),
    ("w2", "ŷ"): (h, -0.4, 0),
    ("b2", "ŷ"): (1, 0.4, 0),
}

# %%
#| label: graph
#| fig-cap: Values forward, slopes backward. In each box stand the name, the value (orange, computed from left to
#|   right), and the slope of the loss (purple, computed from right to left, beginning with 1 at the loss itself).
#|   Every other slope is the one it comes from times the factor at the arrow.
#| fig-alt: "Graph of the network as boxes joined by arrows. In a row x, z, h, y hat, loss; above, w1 and b1
#|   lead to z, and w2 and b2 to y hat. Values: x {{ x:g}}, z {{ z:g}}, h {{ h:g}}, y hat {{ y_hat:g}}, loss
#|   {{ loss:g}}, w1 {{ w1:g}}, b1
#|   {{ weights["b1"]:g}}, w2 {{ w2:g}}, b2 {{ weights["b2"]:g}}. Slopes of the loss: z {{ dz:g}}, h
#|   {{ dh:g}}, y hat {{ dy_hat:g}}, loss 1, w1 {{ dw1:g}}, b1 {{ db1:g}}, w2 {{ dw2:g}}, b2 {{ db2:g}}.
#|   Factors: loss to y hat {{ dy_hat:g}}, y hat to h {{ w2:g}}, to w2 {{ h:g}}, to b2 1; h to z 1; z to w1
#|   {{ x:g}}, to b1 1. A control goes through the steps: first the values appear from left to right, then the slopes from
#|   right to left."
#| echo: fold
#| play: step = range(10)
step = 9
fig, ax = plt.subplots(figsize=(5.6, 3.9))
arrow = {"arrowstyle": "-|>", "connectionstyle": "arc3,rad=-0.15"}
for (tail, head), (factor, shift_x, shift_y) in links.items():
    start, _, _, _, back = nodes[tail]
    end, _, forward_at, _, _ = nodes[head]
    gap = 26 if shift_y else 38
    arrow |= {"shrinkA": gap, "shrinkB": gap}
    there = {"color": "C1", "alpha": float(step >= forward_at)}
    ax.annotate("", end, start, arrowprops=arrow | there)
    if factor:
        there = {"color": "C3", "alpha": float(step >= back)}
        ax.annotate("", start, end, arrowprops=arrow | there)
        x_text = (start[0] + end[0]) / 2 + shift_x
        y_text = (start[1] + end[1]) / 2 + shift_y
        ax.text(x_text, y_text, f"× {factor:g}", ha="center", **there)
for name, ((across, up), value, found, slope, back) in nodes.items():
    corner = (across - 0.3, up - 0.36)
    thick = 2.5 if step in (found, back) and step < 9 else 1
    ax.add_patch(plt.Rectangle(corner, 0.6, 0.76, fill=False, lw=thick))
    ax.text(across, up + 0.17, name, ha="center", weight="bold")
    there = {"color": "C1", "alpha": float(step >= found)}
    ax.text(across, up - 0.07, f"{value:g}", ha="center", **there)
    if slope:
        there = {"color": "C3", "alpha": float(step >= back)}
        ax.text(across, up - 0.31, f"{slope:g}", ha="center", **there)
ax.axis("off")
ax.set(xlim=(-0.35, 4.75), ylim=(-0.75, 2.15))
print(steps_taken[step])

# %% [markdown]
# ## Three witnesses
#
# Now the third way. [PyTorch](../glossary/pytorch.md) keeps a record of each step of the forward pass, if a
# [tensor](../glossary/tensor.md) asks for it with `requires_grad`. Then `backward()` walks the record from its
# end. This part of PyTorch is called *autograd*.

# %%
tensors = {}
for name, value in weights.items():
    tensors[name] = torch.tensor(value, requires_grad=True)

h_again = torch.relu(tensors["w1"] * x + tensors["b1"])
y_hat_again = tensors["w2"] * h_again + tensors["b2"]
(y_hat_again - y).square().backward()

by_autograd = {name: t.grad.item() for name, t in tensors.items()}
witnesses = {
    "by nudging": by_nudging,
    "by hand": by_hand,
    "by autograd": by_autograd,
}
pd.DataFrame(witnesses).round(3)

# %% [markdown]
# All three agree. By hand and by autograd there is no difference, since these numbers need no rounding. In
# general the two differ in the last digits.
#
# >>> by_hand == by_autograd
# True
# >>> max(abs(by_nudging[name] - by_hand[name]) for name in weights) < 1e-4
# True
#
# How small should the nudge be? Too large, and the loss bends away. But smaller is not better for ever.

# %%
#| label: step-size
#| fig-cap: Nudge neither too much nor too little. Here is the error of a finite difference, for `w2`. Larger nudges
#|   suffer from the bend of the loss, smaller ones from rounding. The best lie between.
#| fig-alt: Error of the finite difference against the size of the nudge, both logarithmic, from
#|   {{ steps[-1]:g}} to {{ steps[0]:g}}. From right to left the error falls in a straight line, is lowest at
#|   about {{ best_step:.0e}}, and rises again in a jagged line.
#| echo: fold
steps = [10.0**-k for k in range(1, 15)]
errors = [abs(change("w2", step) / step - dw2) for step in steps]
best_step = steps[errors.index(min(errors))]

fig, ax = plt.subplots()
ax.plot(steps, errors, "o-", markersize=4, color="C4")
ax.text(1e-6, 1e-4, "the bend →", ha="right")
ax.text(2e-12, 3e-3, "← rounding")
ax.set(xscale="log", yscale="log", xlabel="nudge", ylabel="error")
ax.set(xticks=[1e-12, 1e-8, 1e-4], yticks=[1e-6, 1e-3, 1])

# %% [markdown]
# >>> errors[0] > 1000 * min(errors) and errors[-1] > 1000 * min(errors)
# True
#
# A finite difference takes two losses that are nearly equal, and their difference keeps few correct digits.
# Backpropagation subtracts no such pair: it multiplies and adds slopes, which mostly rounds only the last digits.
#
# In one place the two can disagree. Let `z` be exactly 0 (`b1 = -4.5`), where ReLU has a corner. Nudge `w1` up, and
# the slope is 3; nudge it down, and the slope is 0. There is no right answer at a corner. PyTorch takes 0.
#
# >>> weights_there = weights | {"b1": -4.5}
# >>> corner = forward(**weights_there)[-1]
# >>> up = forward(**weights_there | {"w1": 1.5 + 1e-6})[-1]
# >>> down = forward(**weights_there | {"w1": 1.5 - 1e-6})[-1]
# >>> round((up - corner) / 1e-6, 3), round((corner - down) / 1e-6, 3)
# (3.0, 0.0)
# >>> at_corner = torch.tensor(0.0, requires_grad=True)
# >>> torch.relu(at_corner).backward()
# >>> at_corner.grad
# tensor(0.)
#
# ## From numbers to matrices
#
# In a real network a value goes to many places. Then each place sends a slope back, and the slopes are added up.
# In `a * a`, the value `a` is used twice, and each use sends back the other factor, 3 and 3:
#
# >>> a = torch.tensor(3.0, requires_grad=True)
# >>> (a * a).backward()
# >>> a.grad
# tensor(6.)
#
# A layer has many neurons and a [batch](../glossary/mini-batch.md) has many rows. Their numbers stand in
# matrices, and matrix products do all the multiplying and adding. (`@` is the matrix product, `.T` swaps rows and
# columns.) Each line of the tiny network has its counterpart:
#
# | what | one number | a layer | shape |
# |---|---|---|---|
# | input | `x` | `X` | rows × inputs |
# | weight, bias | `w`, `b` | `W`, `b` | inputs × neurons, neurons |
# | forward | `z = x * w + b` | `Z = X @ W + b` | rows × neurons |
# | slope from above | `dz` | `dZ` | rows × neurons, like `Z` |
# | slope of a weight | `dw = x * dz` | `dW = X.T @ dZ` | inputs × neurons, like `W` |
# | slope of a bias | `db = dz` | `db = dZ.sum(dim=0)` | neurons, like `b` |
# | slope handed back | `dx = dz * w` | `dX = dZ @ W.T` | rows × inputs, like `X` |
#
# You need not learn the last three by heart. A slope has the shape of the thing it belongs to, and where the sizes
# differ, only one order of the product gives that shape. Here is a case to follow on paper, with two rows, two inputs, and two neurons:

# %%
X = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
W = torch.tensor([[2.0, 0.0], [1.0, 5.0]])
dZ = torch.tensor([[10.0, 0.0], [1.0, -1.0]])  # say this came from above
print("dW", (X.T @ dZ).tolist())
print("db", dZ.sum(dim=0).tolist())
print("dX", (dZ @ W.T).tolist())

# %% [markdown]
# Take the first number of `dW`: the weight from input 1 to neuron 1. The first row has input 1 and is pulled by
# 10; the second row has input 3 and is pulled by 1. Pull times input, added up over the rows: 1 · 10 + 3 · 1 =
# {{ 1 * 10 + 3 * 1 }}. And the first number of `dX`: input 1 of the first row went to both neurons, by weights 2
# and 0, and both send a slope back: 10 · 2 + 0 · 0 = {{ 10 * 2 }}.
#
# >>> _ = X.requires_grad_(), W.requires_grad_()
# >>> ((X @ W) * dZ).sum().backward()
# >>> torch.equal(W.grad, X.T @ dZ) and torch.equal(X.grad, dZ @ W.T)
# True
#
# ## A whole network in one expression
#
# Many books write a network with one [hidden layer](../glossary/hidden-layer.md) like this:
#
# ```python
# loss(y_true, softmax(dot(relu(dot(inputs, W1) + b1), W2) + b2))
# ```
#
# Read it from the inside out; `dot` is the matrix product. [Softmax](../glossary/softmax.md) turns the last numbers, the *scores*, into shares
# that add up to one, a share for each class to choose from. The loss is
# [cross-entropy](../glossary/cross-entropy.md), minus the logarithm of the share of the true class. We take four
# rows with three [features](../glossary/input.md), five hidden neurons, and two classes. (In 64
# bits instead of 32, nudging has digits enough.)


# %%
def cross_entropy(y_true, shares):
    # of each row, the share of its true class
    return -shares[range(len(y_true)), y_true].log().mean()


def network_loss(W1, b1, W2, b2):
    H = torch.relu(inputs @ W1 + b1)
    return cross_entropy(y_true, torch.softmax(H @ W2 + b2, dim=1))


torch.manual_seed(0)
inputs = torch.randn(4, 3, dtype=torch.float64)
y_true = torch.tensor([0, 1, 1, 0])
W1 = torch.randn(3, 5, dtype=torch.float64)
b1 = torch.randn(5, dtype=torch.float64)
W2 = torch.randn(5, 2, dtype=torch.float64)
b2 = torch.randn(2, dtype=torch.float64)
print(f"loss {network_loss(W1, b1, W2, b2):.3f}")

# %% [markdown]
# Now by hand. Softmax and cross-entropy together have a slope that is short: for each score, its share minus 1 if its
# class is the true one, minus 0 if not. (The loss of a row is $\log \sum_j e^{s_j} - s_{true}$.
# The slope of the first part for $s_j$ is exactly the share of $j$.) All other lines are from the table.

# %%
Z = inputs @ W1 + b1
H = torch.relu(Z)
shares = torch.softmax(H @ W2 + b2, dim=1)

dscores = (shares - F.one_hot(y_true, 2)) / 4  # a mean over four rows
dW2 = H.T @ dscores
db2 = dscores.sum(dim=0)
dH = dscores @ W2.T
dZ = dH * (Z > 0)
dW1 = inputs.T @ dZ
db1 = dZ.sum(dim=0)

# %% [markdown]
# And the other two witnesses: nudge each of the {{ sum(t.numel() for t in (W1, b1, W2, b2)) }} numbers up and
# down, and let autograd do it.


# %%
def nudge_each(values):
    slopes = torch.zeros_like(values)
    for i in range(values.numel()):  # view(-1): all numbers in one row
        kept = values.view(-1)[i].item()
        values.view(-1)[i] = kept + 1e-6
        up = network_loss(W1, b1, W2, b2)
        values.view(-1)[i] = kept - 1e-6
        down = network_loss(W1, b1, W2, b2)
        values.view(-1)[i] = kept
        slopes.view(-1)[i] = (up - down) / 2e-6
    return slopes


by_nudges = [nudge_each(values) for values in (W1, b1, W2, b2)]
for values in (W1, b1, W2, b2):
    values.requires_grad_()
network_loss(W1, b1, W2, b2).backward()

table = pd.DataFrame({"shape": [(3, 5), (5,), (5, 2), (2,)]})
table.index = ["W1", "b1", "W2", "b2"]
by_hands = [dW1, db1, dW2, db2]
by_autograds = [W1.grad, b1.grad, W2.grad, b2.grad]
for name, others in [("nudging", by_nudges), ("autograd", by_autograds)]:
    off = [(a - b).abs().max() for a, b in zip(by_hands, others)]
    table[f"hand from {name}"] = [f"{value:.0g}" for value in off]
table

# %% [markdown]
# The last two columns say how far the slopes by hand are from the others, at most: all agree to rounding.
# (`nn.Linear` keeps its weights as neurons × inputs, so in its own code the `.T` stands elsewhere.)
#
# >>> all(torch.allclose(a, b) for a, b in zip(by_hands, by_autograds))
# True
# >>> all(torch.allclose(a, b, atol=1e-7) for a, b in zip(by_hands, by_nudges))
# True
# >>> [tuple(slopes.shape) for slopes in by_hands] == table["shape"].tolist()
# True
# >>> scores = H @ W2 + b2
# >>> theirs = F.cross_entropy(scores, y_true)
# >>> torch.allclose(network_loss(W1, b1, W2, b2), theirs)
# True
#
# ## Why backward?
#
# The chain rule is a product, and a product can be multiplied from either end. In the tiny network, for `w1`:
#
# >>> # from the front: what does w1 do to z, to h, to y_hat, to the loss?
# >>> ((x * 1) * w2) * dy_hat
# 9.0
# >>> # from the back: what do y_hat, h, z, and w1 do to the loss?
# >>> ((dy_hat * w2) * 1) * x
# 9.0
#
# From the front, one sweep says what *one* weight does to all that follows. The next weight needs a sweep of its
# own. From the back, one sweep says what *all* weights do to *one* number at the end. A network has many weights
# and one loss. So we go backward: a single sweep for all.
#
# Nudging, too, runs the network once for each weight, and once more to compare with. PyTorch can count the
# multiplications and additions in the matrix products of both passes.

# %%
#| label: cost
#| fig-cap: One sweep is enough. Here is the cost of one gradient, for networks from narrow to wide. Nudging gets
#|   out of hand; backpropagation stays at less than three times the cost of the prediction itself.
#| fig-alt: Operations against number of weights, both logarithmic, for networks of width 8 to 256, from
#|   {{ counts[0][0] }} to {{ counts[-1][0]:,}} weights. The lines for the prediction alone and for backpropagation
#|   rise side by side, less than a factor of three apart. The line for nudging rises twice as steeply, and ends
#|   at about {{ counts[-1][3]:.0e}} operations.
#| echo: fold
from torch.utils.flop_counter import FlopCounterMode


def make_model(width):
    return nn.Sequential(
        nn.Linear(8, width),
        nn.ReLU(),
        nn.Linear(width, width),
        nn.ReLU(),
        nn.Linear(width, 1),
    )


def count_operations(width):
    """Weights, then operations of a prediction, by backprop, by nudging."""
    model = make_model(width)
    number = sum(parameter.numel() for parameter in model.parameters())
    with FlopCounterMode(display=False) as predicting:
        batch_loss = F.mse_loss(model(torch.zeros(64, 8)), torch.zeros(64, 1))
    with FlopCounterMode(display=False) as backward:
        batch_loss.backward()
    once = predicting.get_total_flops()
    both = once + backward.get_total_flops()
    return number, once, both, (number + 1) * once


counts = [count_operations(width) for width in [8, 16, 32, 64, 128, 256]]
number, once, both, nudging = zip(*counts)

fig, ax = plt.subplots()
for line, text, color, side, up in [
    (once, "prediction alone", "C1", "left", 0.25),
    (both, "backpropagation", "C3", "right", 2),
    (nudging, "nudging", "C4", "right", 2),
]:
    ax.plot(number, line, "o-", markersize=4, color=color)
    ax.text(number[3], line[3] * up, text, color=color, ha=side)
ax.set(xscale="log", yscale="log", xlabel="weights", ylabel="operations")
ax.set_yticks([1e4, 1e6, 1e8, 1e10, 1e12])

# %% [markdown]
# Forward and backward together cost {{ min(b / a for a, b in zip(once, both)):.1f}} to
# {{ max(b / a for a, b in zip(once, both)):.2f}} times the arithmetic of the prediction alone, from the narrowest
# to the widest. Nudging costs {{ nudging[0] / both[0]:.0f}} times as much as backpropagation in the narrowest
# network here, and {{ nudging[-1] / both[-1]:,.0f}} times in the widest.
#
# >>> all(2.4 < b / a < 3 for a, b in zip(once, both))
# True
# >>> ratios = [b / a for a, b in zip(once, both)]
# >>> ratios == sorted(ratios)
# True
#
# The price is memory. The values of the forward pass have to be kept until the backward pass has used them.
#
# ## What to keep
#
# - The slope of a chain is the product of its slopes, each taken at the value that arrives there.
# - Forward computes and keeps the values; backward multiplies slopes from the loss to the input, and adds them
#   where ways meet. For a layer: `dW = X.T @ dZ`, `dX = dZ @ W.T`.
# - There is one loss and there are many weights, so one sweep from the back serves them all, for about three
#   times the arithmetic of a prediction.
#
# Backpropagation finds the gradient, and no more. What is done with it, batch after batch, is [The full training
# loop](training_loop.py).
