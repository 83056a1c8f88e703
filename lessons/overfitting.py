# %% [markdown]
# # Overfitting and underfitting
#
# **Can a network learn too much?** It can. Train it for long, and its [loss](../glossary/loss.md) on the
# examples it learns from sinks and sinks, while on examples it has never seen it gets worse. This lesson shows
# when that happens, why, and what to do.
#
# After this lesson you can read a [learning curve](../glossary/learning-curve.md), tell
# [overfitting](../glossary/overfitting.md) from [underfitting](../glossary/underfitting.md), choose a network's
# size with your eyes open, and stop training in time. You need [The full training loop](training_loop.py), and
# [Optimizers](optimizers.py) for [Adam](../glossary/adam.md), which does the training here.
#
# We begin with data of our own making, since then we know the truth behind it: a smooth curve, the *signal*. To
# each point we add *noise*, a random number with [mean](../glossary/mean.md) zero and [standard
# deviation](../glossary/standard-deviation.md) 0.5.

# %%
from itertools import pairwise

import matplotlib.pyplot as plt
import pandas as pd
import torch
from torch import nn


def signal(x):
    return torch.sin(3 * x)


def draw(num_points, target=signal):
    """Five sets of points, side by side, that differ in their noise."""
    X = torch.linspace(-2, 2, num_points).expand(5, -1)[:, :, None]
    return X, target(X) + 0.5 * torch.randn(X.shape)


torch.manual_seed(0)
X, y = draw(30)
X_val, y_val = draw(500)

# %%
#| label: signal-and-noise
#| fig-cap: Thirty points of the first set. The network gets to see the dots, and is to find the curve.
#| fig-alt: Thirty dots scattered around a smooth wave that swings between -1 and 1 for x from -2 to 2. Many
#|   dots lie half a unit and more off the wave.
grid = torch.linspace(-2, 2, 200)
fig, ax = plt.subplots()
ax.plot(grid, signal(grid), color="C2")
ax.plot(X[0, :, 0], y[0, :, 0], "o", color="C0", markersize=5)
ax.text(1.2, -0.75, "signal", color="C2", ha="right")
ax.set(xlabel="x", ylabel="y", title="Signal, and signal with noise")

# %% [markdown]
# ## Signal and noise
#
# The [signal](../glossary/signal.md) is what the next points will have in common with these. The
# [noise](../glossary/noise.md) is not: it is drawn afresh each time. So there are two sets of points. The
# thirty points that the network learns from are its [training set](../glossary/training-set.md). Five hundred
# others are the [validation set](../glossary/validation-set.md): the network never learns from them, we only
# ask how large its loss is there.
#
# How low can that loss get? Suppose a network found the signal itself. Then what it gets wrong is the noise and
# nothing else, and the [mean squared error](../glossary/mean-squared-error.md) is the mean of the squared
# noise. This is its [variance](../glossary/variance.md): the standard deviation, squared, here 0.25. We take
# the five sets in turn:

# %%
floor = ((signal(X_val) - y_val) ** 2).mean(dim=(1, 2))
print("loss of the signal itself:", [round(v, 2) for v in floor.tolist()])

# %% [markdown]
# Each is 0.25, up to the luck of the draw:
#
# >>> bool(((floor - 0.5**2).abs() < 0.06).all())
# True
#
# No training can be expected to get below this floor on new points. Below it on the *training* points is easy,
# as we shall see: learn the noise by heart.
#
# ## Learning curves
#
# Luck plays a part, so each experiment is made five times: five networks, five sets of points. They train side
# by side, in one loop. All it needs is a [dense layer](../glossary/dense-layer.md) with one more dimension in
# front: five tables of [weights](../glossary/weight.md) where `nn.Linear` has one, with the same kind of random
# start. A part of one's own is written as a class: it makes its [parameters](../glossary/parameter.md), and its
# `forward` answers.


# %%
class FiveLinear(nn.Module):
    """Five dense layers side by side, each for its own network."""

    def __init__(self, num_in, num_out):
        super().__init__()
        scale = num_in**-0.5
        weight = torch.empty(5, num_in, num_out).uniform_(-scale, scale)
        bias = torch.empty(5, 1, num_out).uniform_(-scale, scale)
        self.weight, self.bias = nn.Parameter(weight), nn.Parameter(bias)

    def forward(self, X):
        return X @ self.weight + self.bias


# %% [markdown]
# The [training loop](../glossary/training-loop.md) is the usual one. Every tenth step it notes both losses,
# five numbers each. For `backward` the five are added up; no weight occurs in two of them, so no network
# notices the others.


# %%
def build(*sizes):
    torch.manual_seed(0)
    layers = []
    for num_in, num_out in pairwise(sizes):
        layers += [FiveLinear(num_in, num_out), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def losses(model, X, y):
    return ((model(X) - y) ** 2).mean(dim=(1, 2))


def train(model, X, y, X_val, y_val, num_steps):
    """Training and validation losses, noted every tenth step."""
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    history = []
    for step in range(num_steps + 1):
        loss = losses(model, X, y)
        if step % 10 == 0:
            with torch.no_grad():
                pair = torch.stack([loss, losses(model, X_val, y_val)])
            history.append(pair)
        optimizer.zero_grad()
        loss.sum().backward()
        optimizer.step()
    return torch.stack(history, dim=1).detach()


# %% [markdown]
# Now five networks with two [hidden layers](../glossary/hidden-layer.md) of 128
# [neurons](../glossary/neuron.md). The figure of both losses over the time of training is its learning curve.
# Look at where the two kinds part.

# %%
#| label: learning-curves
#| fig-cap: "Learning curves of five networks. Training loss keeps falling, below the floor. Validation loss
#|   falls first, then climbs."
#| fig-alt: Loss against training step, up to 1000, for five networks. All curves fall steeply in the first
#|   hundred steps. Then the five training curves go on falling, below the floor of 0.25, to
#|   {{ training[-1].mean():.2f }} on average. The five validation curves turn and climb, to
#|   {{ validation[-1].mean():.2f }} on average.
model = build(1, 128, 128, 1)
training, validation = train(model, X, y, X_val, y_val, num_steps=1000)
steps = torch.arange(0, 1001, 10)

fig, ax = plt.subplots()
ax.plot(steps, validation, color="C1", linewidth=1)
ax.plot(steps, training, color="C0", linewidth=1)
ax.axhline(0.25, color="black", linestyle=":")
ax.text(1010, validation[-1].mean(), "validation", color="C1", va="center")
ax.text(1010, training[-1].mean(), "training", color="C0", va="center")
ax.text(1010, 0.26, "floor")
ax.set(xlabel="step", ylabel="loss", ylim=(0, 0.8), xlim=(0, 1350))
ax.set(xticks=range(0, 1001, 250), title="Where the curves part")

# %%
#| label: endings
#| tbl-cap: The validation loss at its lowest, and both losses averaged over the last 200 steps, for each of the
#|   five networks.
best_step = steps[validation.argmin(dim=0)]
lowest = validation.min(dim=0).values
late = validation[-20:].mean(dim=0), training[-20:].mean(dim=0)
columns = {
    "best step": best_step,
    "lowest validation": lowest,
    "late validation": late[0],
    "late training": late[1],
}
pd.DataFrame(columns).round(2)

# %% [markdown]
# On all five, the training loss ends below the floor, which it can only do by following the noise of those
# thirty points. Meanwhile the validation loss never gets to the floor, and on each of the five it ends above
# its own lowest value, on average by more than a seventh:
#
# >>> bool((late[1] < 0.15).all())
# True
# >>> bool((lowest > floor).all())
# True
# >>> bool((late[0] > 1.05 * lowest).all()), bool((late[0] / lowest).mean() > 1.15)
# (True, True)
#
# This is overfitting. You may read that overfitting keeps the loss from being as low as it could be. Mind which
# loss: it is the **validation** loss that suffers, while the training loss is lower than ever. Before the turn,
# when both losses are still high and falling, the network is underfitting: it has not yet caught the signal.
#
# What does learned noise look like? Train the same networks again, but only up to the first one's best step,
# and draw the first of them beside its overfitted self.

# %%
#| label: fits
#| fig-cap: The first network, stopped in time and trained to the end. Late in training it zigzags from dot to
#|   dot.
#| fig-alt: The thirty dots and the signal's wave, with two answers of the network. Stopped at step
#|   {{ best_step[0] }} it follows the wave roughly. After 1000 steps it leaves the wave and zigzags through
#|   nearly every dot.
stopped = build(1, 128, 128, 1)
train(stopped, X, y, X_val, y_val, num_steps=int(best_step[0]))

fig, axes = plt.subplots(2, 1, sharex=True, figsize=(5.6, 5))
for ax, net, text in zip(axes, [stopped, model], ["in time", "too late"]):
    answers = net(grid[:, None].expand(5, -1, -1))[0, :, 0].detach()
    ax.plot(grid, signal(grid), color="C2", linestyle="--")
    ax.plot(X[0, :, 0], y[0, :, 0], "o", color="C0", markersize=4)
    ax.plot(grid, answers, color="C1")
    ax.set(ylabel="y", title=f"Stopped {text}")
axes[0].text(1.3, 0.2, "signal", color="C2")
axes[1].set(xlabel="x")
# %% [markdown]
# Since we know the signal, we can measure how far each network's answers are from it. The squared distance from
# the signal and the variance of the noise together make up the validation loss, up to chance. On average over
# the five:
#
# >>> distance = ((model(X_val) - signal(X_val)) ** 2).mean(dim=(1, 2)).detach()
# >>> abs(float((distance.mean() + 0.25) / validation[-1].mean()) - 1) < 0.1
# True
#
# ## Wider or deeper
#
# How readily a network overfits has to do with its [capacity](../glossary/capacity.md), the range of shapes it
# can take. There are two ways to raise it. [Wider](../glossary/width.md) means more units in the existing
# layers; the [inputs](../glossary/input.md) stay as they are. [Deeper](../glossary/depth.md) means more layers.
# We try both, on two signals: our wave, and the straight line $0.5 x$. Watch where each signal's dots are
# lowest.

# %%
networks = {
    "line": (1, 1),
    "small": (1, 8, 1),
    "wider": (1, 256, 1),
    "deeper": (1, 16, 16, 16, 1),
}
targets = {"straight": lambda x: 0.5 * x, "curved": signal}
ends = {}
for shape, target in targets.items():
    torch.manual_seed(3)
    points = *draw(30, target), *draw(500, target)
    for name, sizes in networks.items():
        history = train(build(*sizes), *points, num_steps=800)
        ends[shape, name] = history[:, -1]

# %%
#| label: capacity
#| fig-cap: "Losses after 800 steps: rings for training, dots for validation, five of each. The dotted line is
#|   the floor."
#| fig-alt: Two panels of losses for four networks, called line, small, wider, and deeper. Rings for training
#|   sink from left to right in both. On the straight signal the dots for validation lie lowest for the line, at
#|   {{ ends["straight", "line"][1].mean():.2f }} on average, and higher for the larger networks. On the curved
#|   signal the line's dots are far the highest, at {{ ends["curved", "line"][1].mean():.2f }}, and those of the
#|   wider and the deeper network lower.
fig, axes = plt.subplots(1, 2, sharey=True)
for ax, shape in zip(axes, targets):
    for i, name in enumerate(networks):
        low, high = ends[shape, name]
        ax.plot([i - 0.12] * 5, low, "o", color="C0", markerfacecolor="none")
        ax.plot([i + 0.12] * 5, high, "o", color="C1")
    ax.axhline(0.25, color="black", linestyle=":")
    ax.set_xticks(range(4), networks, rotation=45)
    ax.set_title(f"{shape} signal")
axes[0].set(ylabel="loss", ylim=(0, 0.85))
# %% [markdown]
# On the straight signal all that more capacity adds is room for noise: the wider and the deeper network end
# higher than the line, on each of the five sets. On the curved signal the line underfits: it is worse than
# those two, on each set, and here its *training* loss is high too, which is the mark of underfitting.
#
# >>> straight = {name: ends["straight", name][1] for name in networks}
# >>> [bool((straight[name] > straight["line"] + 0.02).all()) for name in ["wider", "deeper"]]
# [True, True]
# >>> curved = {name: ends["curved", name][1] for name in networks}
# >>> [bool((curved[name] < curved["line"]).all()) for name in ["wider", "deeper"]]
# [True, True]
# >>> bool((ends["curved", "line"][0] > 0.4).all())
# True
#
# Wider or deeper, then? The rule of thumb gives straight relations to the wide network, and curved ones to the
# deep. These data do not bear it out: on average the wider network ends a little lower on both signals. The
# difference is small, and tells of thirty noisy points, not of networks at large.
#
# >>> [-0.1 < float(scores["wider"].mean() - scores["deeper"].mean()) < 0 for scores in (straight, curved)]
# [True, True]
#
# ## Early stopping
#
# One cure follows from the learning curves: stop at the lowest validation loss. Since nobody knows beforehand
# when that is, we keep a copy of the best weights so far, and give up after 200 steps without a new best, a
# number called the *patience*. This is [early stopping](../glossary/early-stopping.md). Here it is for one
# ordinary network, on the first set.

# %%
import copy

torch.manual_seed(0)
model = nn.Sequential(
    *[nn.Linear(1, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU()],
    nn.Linear(128, 1),
)
optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
best_loss = torch.inf
for step in range(1000):
    optimizer.zero_grad()
    nn.functional.mse_loss(model(X[0]), y[0]).backward()
    optimizer.step()
    with torch.no_grad():
        loss = nn.functional.mse_loss(model(X_val[0]), y_val[0]).item()
    if loss < best_loss:
        best_loss, best_step = loss, step
        # a copy, for training goes on in the originals
        best_weights = copy.deepcopy(model.state_dict())
    elif step - best_step >= 200:
        break

model.load_state_dict(best_weights)
print(f"stopped at step {step}, back to step {best_step}: {best_loss:.3f}")

# %% [markdown]
# It stops well before 1000 steps, and with the best weights put back it does better than the overfitted network
# that was trained to the end on the same points:
#
# >>> step < 900
# True
# >>> best_loss < 0.9 * float(validation[-1, 0])
# True
#
# One caution. The step was picked *because* its validation loss was low, so that number may flatter. For an
# honest final score, keep a third set, the *test set*, by which nothing was chosen.
#
# ## Real data
#
# Now concrete, and its strength from seven ingredients and its age ([where the data comes
# from](../data.md#concrete)). As before five networks train side by side, each with its own random choice of
# 200 mixtures. Inputs and strength are [standardized](../glossary/standardization.md) by what the training set
# knows, so that a loss of 1 is about what always answering the mean would get.

# %%
concrete = pd.read_csv("data/concrete.csv")
values = torch.tensor(concrete.values, dtype=torch.float32)


def split(num_rows, noise=0.0):
    torch.manual_seed(0)
    sets = []
    for _ in range(5):
        rows = torch.randperm(len(values))
        learn, check = values[rows[:num_rows]], values[rows[-330:]]
        mean, spread = learn.mean(dim=0), learn.std(dim=0)
        learn, check = (learn - mean) / spread, (check - mean) / spread
        learn[:, -1] += noise * torch.randn(num_rows)
        sets.append(
            (learn[:, :-1], learn[:, -1:], check[:, :-1], check[:, -1:])
        )
    return [torch.stack(tensors) for tensors in zip(*sets)]


# %% [markdown]
# Three experiments: 200 rows; the same 200 rows, with noise of standard deviation 0.6 added to the strengths in
# the training set; and 700 rows. Where does the validation loss turn?

# %%
#| label: concrete
#| fig-cap: Real concrete shows a gap without a turn. With noise added, the turn is there.
#| fig-alt: Two panels of learning curves over 500 steps for five networks each. At the left, 200 rows as they
#|   are, the training curves fall to zero, and the validation curves fall to about
#|   {{ plain[1][-1].mean():.1f }} and stay there. At the right, with noise added, the validation curves fall,
#|   turn within the first hundred steps, and climb to about {{ noisy[1][-1].mean():.1f }}, while the training
#|   curves fall to nearly zero.
plain = train(build(8, 128, 1), *split(200), num_steps=500)
noisy = train(build(8, 128, 1), *split(200, noise=0.6), num_steps=500)
more = train(build(8, 128, 1), *split(700), num_steps=500)

fig, axes = plt.subplots(1, 2, sharey=True)
titles = ["200 rows", "200 rows, noise added"]
for ax, history, title in zip(axes, [plain, noisy], titles):
    for curves, color in zip(history, ["C0", "C1"]):
        ax.plot(range(0, 501, 10), curves, color=color, linewidth=1)
    top = history[1][-1].max() + 0.05
    ax.text(490, top, "validation", color="C1", ha="right")
    ax.set(xlabel="step", ylim=(0, 1), title=title)
axes[1].text(490, 0.1, "training", color="C0", ha="right")
axes[0].set(ylabel="loss")
# %%
#| label: concrete-losses
#| tbl-cap: Both losses at the end, and the lowest validation loss, averaged over the five networks.
rows = {"200 rows": plain, "200, noise added": noisy, "700 rows": more}
pd.DataFrame(
    {
        "training": [h[0][-1].mean().item() for h in rows.values()],
        "validation": [h[1][-1].mean().item() for h in rows.values()],
        "lowest": [h[1].min(dim=0)[0].mean().item() for h in rows.values()],
    },
    index=rows,
).round(3)

# %% [markdown]
# The textbook's turn does not come where we first look. With 200 rows there is a wide gap: each validation loss
# ends over ten times as high as the training loss. But a gap alone does no harm: the validation loss hardly
# climbs from its lowest. It stops falling, that is all, and early stopping would gain little.
#
# >>> bool((plain[1][-1] > 10 * plain[0][-1]).all())
# True
# >>> bool((plain[1][-1] < 1.4 * plain[1].min(dim=0).values).all())
# True
#
# Why? To climb, a network must learn something harmful, and these strengths hold little noise: with 700 rows,
# the validation loss gets to {{ more[1][-1].mean():.2f }}, and their noise is only a part of that. The noise
# that we add has a variance of 0.36. The second experiment differs from the first in nothing but that noise,
# and every one of its five curves turns.
#
# >>> round(0.6**2, 2), bool(more[1][-1].mean() < 0.15)
# (0.36, True)
# >>> bool((noisy[1][-1] > 1.2 * noisy[1].min(dim=0).values).all())
# True
#
# And the best cure of all, where it is to be had, is more data. With 700 rows the gap shrinks, on each of the
# five, since what is learned from more rows holds for more rows.
#
# >>> bool((more[1][-1] < 0.8 * plain[1][-1]).all())
# True
# >>> bool((more[1][-1] - more[0][-1] < plain[1][-1] - plain[0][-1]).all())
# True
#
# ## What to keep
#
# - Overfitting: the validation loss suffers while the training loss is lower than ever, since the network
#   learns the noise of its examples. Underfitting: both losses are still high.
# - No model can be expected to get below the noise's variance on new data; only on its own training set can it.
# - More data, the right capacity, and early stopping help; how much depends on the noise.
#
# Another cure works inside the network: [Dropout and batch normalization](dropout_batchnorm.py).
#
# ## Exercises
#
# 1. **Predict.** With noise of standard deviation 0.2 instead of 0.5, how low can the validation loss get?
#
#     ??? success "Answer"
#
#         Down to the variance of the noise, as before.
#
#         >>> round(0.2**2, 2)
#         0.04
#
# 2. **Predict.** What becomes of the gap between both losses if the training set of our wave has ten times as
#    many points? Then run `train` with `draw(10 * 30)`.
# 3. **Change.** Set the patience to 10. On how many of five [seeds](../glossary/seed.md) does the network stop
#    before it has reached a validation loss of 0.4?
# 4. **Change.** The same mixture often occurs at several ages, so some of a network's validation rows have near
#    twins in its training set. Write a `split` that keeps rows with the same seven ingredients together. Is the
#    validation loss higher then? There are this many different mixtures:
#
#     >>> len(concrete.drop(columns=["age", "strength"]).drop_duplicates())
#     427
#
# 5. **Build.** Give `train` a patience, for five networks at once: each keeps its own best weights, and
#    training ends when the last one gives up. Check: evaluated again with them, each network's validation loss
#    equals the lowest of its history.
