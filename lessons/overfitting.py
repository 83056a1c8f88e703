# %% [markdown]
# # Overfitting and underfitting
#
# **Can a network learn too much?** It can. Train it for long, and its [loss](../glossary/loss.md) on the
# examples it learns from sinks and sinks, while on new examples it may get worse. This lesson shows
# when that happens, why, and what to do.
#
# After this lesson you can read a [learning curve](../glossary/learning-curve.md), recognize
# [overfitting](../glossary/overfitting.md) and [underfitting](../glossary/underfitting.md), choose a network's
# size with your eyes open, stop training in time, and use [weight decay](../glossary/weight-decay.md). You need [The full training
# loop](training_loop.py), and [Optimizers](optimizers.py) for [Adam](../glossary/adam.md).
#
# We begin with data of our own making: thirty points on a wave, with random [noise](../glossary/noise.md) added, to learn from, and
# five hundred others to check with. A network with two [hidden layers](../glossary/hidden-layer.md) learns the
# thirty, and we note both losses on the way. Which of them turns, and when?

# %%
import copy
from itertools import pairwise

import matplotlib.pyplot as plt
import pandas as pd
import torch
from torch import nn


def signal(x):
    return torch.sin(3 * x)


def draw(num_points, target=signal):
    x = torch.linspace(-2, 2, num_points)[:, None]
    return x, target(x) + 0.5 * torch.randn(num_points, 1)


def new_model():
    return nn.Sequential(
        nn.Linear(1, 64),
        nn.ReLU(),
        nn.Linear(64, 64),
        nn.ReLU(),
        nn.Linear(64, 1),
    )


loss_function = nn.MSELoss()


def evaluate(model, X, y):
    with torch.no_grad():
        return loss_function(model(X), y).item()


def train(model, optimizer, points, num_steps):
    """Both losses after 1, 2, …, 10, 20, 30, … steps."""
    X, y, X_valid, y_valid = points
    history = {}
    for step in range(1, num_steps + 1):
        y_hat = model(X)
        loss = loss_function(y_hat, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step < 10 or step % 10 == 0:
            both = evaluate(model, X, y), evaluate(model, X_valid, y_valid)
            history[step] = both
    return pd.DataFrame(history, index=["training", "validation"]).T


torch.manual_seed(0)
points = *draw(30), *draw(500)
model = new_model()
optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
history = train(model, optimizer, points, num_steps=1000)

# %%
#| label: learning-curves
#| echo: fold
#| fig-cap: "One curve turns. In the learning curve of one network the training loss keeps falling. The validation
#|   loss falls, turns, and climbs. Note the axis: each mark is ten times the one before."
#| fig-alt: Loss against training step, from 1 to 1000 on a logarithmic axis. Both curves fall at first, from
#|   {{ history["training"].iloc[0]:.2f}} in training and {{ history["validation"].iloc[0]:.2f}} in validation. The
#|   training curve goes on falling, to
#|   {{ history["training"].iloc[-1]:.2f}}. The validation curve is lowest after
#|   {{ history["validation"].idxmin() }} steps, at {{ history["validation"].min():.2f}}, then climbs to
#|   {{ history["validation"].iloc[-1]:.2f}}.
fig, ax = plt.subplots()
ax.plot(history["validation"], color="C1")
ax.plot(history["training"], color="C0")
best = history["validation"].idxmin()
ax.plot(best, history["validation"].min(), "o", color="C1")
ax.text(1050, history["validation"].iloc[-1], "validation", color="C1")
ax.text(1050, history["training"].iloc[-1], "training", color="C0")
ax.text(1.2 * best, 0.3, "best step", color="C1")
ax.set(xlabel="step", ylabel="loss", xscale="log", xlim=(1, 14000))
ax.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1000"])
ax.set(ylim=(0, 0.8))

# %% [markdown]
# After {{ history["validation"].idxmin() }} steps the validation loss is at its lowest. From there on, the
# network gets better at the thirty points and worse at the others. This is overfitting. Before, when both losses
# are still high and falling, it is underfitting: it has not yet caught the wave.
#
# ## Signal and noise
#
# What does it learn when it learns too much? Each point is made of two parts. The
# [signal](../glossary/signal.md), here the wave, is what the next points will have in common with these. The
# noise is not: it is drawn afresh for each point, with
# [mean](../glossary/mean.md) 0 and [standard deviation](../glossary/standard-deviation.md) 0.5.

# %%
#| label: signal-and-noise
#| echo: fold
#| fig-cap: Signal, and signal with noise. The network gets to see the thirty dots, and is to find the curve.
#| fig-alt: Thirty dots scattered around a smooth wave that swings between -1 and 1 for x from -2 to 2. Some
#|   dots lie half a unit and more off the wave.
grid = torch.linspace(-2, 2, 200)[:, None]
fig, ax = plt.subplots()
ax.plot(grid, signal(grid), color="C2")
ax.plot(points[0], points[1], "o", color="C0", markersize=5)
ax.text(1.2, -0.75, "signal", color="C2", ha="right")
ax.set(xlabel="x", ylabel="y")

# %% [markdown]
# Now train the same network again, and note its predictions on the way. Look at three of them first: too early, at
# the best step, and too late.

# %%
torch.manual_seed(0)
points = *draw(30), *draw(500)
net = new_model()
optimizer = torch.optim.Adam(net.parameters(), lr=0.003)
steps = sorted({1, 5, *range(10, 100, 10), *range(100, 1001, 100), best})
fits = {}
for before, after in pairwise([0, *steps]):
    train(net, optimizer, points, after - before)
    fits[after] = net(grid).detach()


# %%
#| label: fits
#| echo: fold
#| fig-cap: The same network after 10 steps, at its best step, and after 1000. Late in training it zigzags from
#|   dot to dot.
#| fig-alt: Three panels with the thirty dots, the signal's wave as a dashed line, and the network's predictions
#|   as a full line. After 10 steps the line is a shallow wave near zero. At the best step it follows the wave roughly. After
#|   1000 steps it leaves the wave and zigzags from dot to dot.
def draw_fit(ax, step):
    ax.plot(grid, signal(grid), color="C2", linestyle="--")
    ax.plot(points[0], points[1], "o", color="C0", markersize=4)
    ax.plot(grid, fits[step], color="C1")
    ax.set(ylabel="y", ylim=(-2, 2), xticks=range(-2, 3))


fig, axes = plt.subplots(3, 1, sharex=True, sharey=True, figsize=(5.6, 6.4))
for ax, step in zip(axes, [10, best, 1000]):
    draw_fit(ax, step)
    ax.set_title(f"After {step} steps")
axes[0].text(1.3, 0.2, "signal", color="C2")
axes[0].text(0.45, -0.55, "network", color="C1", ha="center")
axes[2].set(xlabel="x")

# %% [markdown]
# And here are the fit and both losses together. Move through the training: what does the line do where the
# validation loss turns?

# %%
#| label: through-training
#| echo: fold
#| fig-cap: Where the validation loss turns, the line begins to leave the wave for the dots. The network's predictions
#|   after some steps, and below them both losses, with a mark at the same step.
#| fig-alt: Two panels. Above, the thirty dots, the signal's wave, and the network's predictions after
#|   {{ best }} steps, which follow the wave roughly. Below, both losses on a logarithmic axis of steps, with a
#|   mark where the validation loss is lowest. The control moves from step 1 to step 1000; on the way the line grows
#|   from nearly flat to a wave, then to a zigzag, while the training loss falls and the validation loss turns.
#| play: step = steps
step = best
fig, axes = plt.subplots(
    2, 1, figsize=(5.6, 5.4), gridspec_kw={"height_ratios": [3, 2]}
)
draw_fit(axes[0], step)
axes[0].text(-1.05, 0.9, "signal", color="C2")
axes[0].text(1, 1.2, "network", color="C1")
axes[0].set(xlabel="x")
for name, color in [("validation", "C1"), ("training", "C0")]:
    axes[1].plot(history[name], color=color)
    axes[1].plot(step, history[name][step], "o", color=color)
    axes[1].text(1200, history[name].iloc[-1], name, color=color, va="center")
axes[1].axvline(step, color="0.5", linewidth=1)
axes[1].set(xlabel="step", ylabel="loss", xscale="log", xlim=(0.9, 14000))
axes[1].set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1000"])
axes[1].minorticks_off()
axes[1].set(ylim=(0, 0.8), yticks=[0, 0.4, 0.8])
both = "training loss {training:.2f}, validation loss {validation:.2f}"
print(f"Step {step}:", both.format(**history.loc[step]))

# %% [markdown]
# It is the same run, so the losses belong to these fits:
#
# >>> torch.equal(fits[1000], model(grid).detach())
# True
#
# And where the validation loss turns, the line is about as near to the wave as it gets:
#
# >>> def from_wave(step):
# ...     return ((fits[step] - signal(grid)) ** 2).mean().item()
# >>> from_wave(best) < 1.1 * min(map(from_wave, steps))
# True
# >>> from_wave(1000) > 1.5 * from_wave(best)
# True
#
# How low can the validation loss get? Suppose a network found the signal itself. Then its errors are the noise
# and nothing else, and the [mean squared error](../glossary/mean-squared-error.md) is the mean of the squared
# noise: its [variance](../glossary/variance.md), the standard deviation squared, here 0.25. This is the *floor*.
# No training can be expected to get below it on new points. On the *training* points that is easy: learn the
# noise by heart.
#
# One network is no proof. Here are five, each with its own points and its own random start:

# %%
histories, floors = [history], [evaluate(signal, *points[2:])]
for seed in range(1, 5):
    torch.manual_seed(seed)
    points = *draw(30), *draw(500)
    model = new_model()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    histories.append(train(model, optimizer, points, num_steps=1000))
    floors.append(evaluate(signal, *points[2:]))

# %%
#| label: endings
#| echo: fold
#| tbl-cap: For each of the five networks, the loss of the signal itself on the validation points, the best step,
#|   the lowest validation loss, and both losses after 1000 steps.
rows = [
    {
        "floor": floor,
        "best step": h["validation"].idxmin(),
        "lowest validation": h["validation"].min(),
        "late validation": h["validation"].iloc[-1],
        "late training": h["training"].iloc[-1],
    }
    for h, floor in zip(histories, floors)
]
endings = pd.DataFrame(rows)
endings.round(2)

# %% [markdown]
# In all five, the training loss ends below the floor, and the validation loss stays above it and ends higher
# than it was at its best, by
# {{ 100 * (endings["late validation"] / endings["lowest validation"] - 1).min():.0f }} to
# {{ 100 * (endings["late validation"] / endings["lowest validation"] - 1).max():.0f }} percent. The best step
# differs a lot from set to set.
#
# >>> bool((endings["late training"] < endings["floor"]).all())
# True
# >>> bool((endings["lowest validation"] > endings["floor"]).all())
# True
# >>> climbs = endings["late validation"] / endings["lowest validation"]
# >>> bool((climbs > 1.03).all())
# True
#
# Some texts say that overfitting keeps *the loss* from being as low as it could be. Ask which one: it is the
# **validation** loss that suffers, while the training loss is lower than before.
#
# ## Wider or deeper
#
# How easily a network overfits has to do with its [capacity](../glossary/capacity.md), the range of shapes it
# can take. Two ways to raise it: [wider](../glossary/width.md) means more units in the existing layers, with the
# same [inputs](../glossary/input.md); [deeper](../glossary/depth.md) means more layers. We try both on two
# signals, our wave and the straight line $0.5 x$. For which network is each signal's validation loss lowest?


# %%
def build(*sizes):
    layers = []
    for num_in, num_out in pairwise(sizes):
        layers += [nn.Linear(num_in, num_out), nn.ReLU()]
    return nn.Sequential(*layers[:-1])  # no ReLU after the last


networks = {
    "line": (1, 1),
    "small": (1, 8, 1),
    "wider": (1, 256, 1),
    "deeper": (1, 16, 16, 16, 1),
}
targets = {"straight": lambda x: 0.5 * x, "curved": signal}
ends = {}
for shape, target in targets.items():
    for name, sizes in networks.items():
        losses = []
        for seed in range(3):
            torch.manual_seed(seed)
            points = *draw(30, target), *draw(500, target)
            model = build(*sizes)
            optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
            run = train(model, optimizer, points, num_steps=300)
            losses.append(run.iloc[-1].tolist())
        ends[shape, name] = torch.tensor(losses).T

# %%
#| label: capacity
#| echo: fold
#| fig-cap: "What more capacity does to the losses after 300 steps: rings for training, dots for validation, three of
#|   each. The dotted line is the floor."
#| fig-alt: Two panels of losses for four networks, called line, small, wider, and deeper. On the straight signal
#|   the dots for validation lie at {{ ends["straight", "line"][1].mean():.2f }} on average for the line, and at
#|   {{ ends["straight", "wider"][1].mean():.2f }} and {{ ends["straight", "deeper"][1].mean():.2f }} for the
#|   wider and the deeper network. On the curved signal they lie at {{ ends["curved", "line"][1].mean():.2f }} for
#|   the line, {{ ends["curved", "small"][1].mean():.2f }} for the small network,
#|   {{ ends["curved", "wider"][1].mean():.2f }} for the wider, and {{ ends["curved", "deeper"][1].mean():.2f }}
#|   for the deeper one, and here the line's rings are high too.
fig, axes = plt.subplots(2, 1, sharex=True, sharey=True, figsize=(5.6, 5.6))
for ax, shape in zip(axes, targets):
    for i, name in enumerate(networks):
        low, high = ends[shape, name]
        ax.plot([i - 0.12] * 3, low, "o", color="C0", markerfacecolor="none")
        ax.plot([i + 0.12] * 3, high, "o", color="C1")
    ax.axhline(0.25, color="C2", linestyle=":")
    ax.text(3.35, 0.27, "floor", color="C2")
    ax.set(ylabel="loss", title=f"{shape} signal")
axes[1].set_xticks(range(4), networks)
axes[1].set(xlim=(-1.2, 4), ylim=(0, 0.85))
axes[1].text(-0.2, 0.5, "training", color="C0", ha="right")
axes[1].text(0.2, 0.7, "validation", color="C1")

# %% [markdown]
# On the straight signal more capacity adds nothing but room for noise: the line has the lowest validation loss, and
# the wider and the deeper network end higher on each of the three sets. On the curved signal the line underfits: its validation loss is
# higher than theirs on each set, and its *training* loss is high too, at
# {{ ends["curved", "line"][0].mean():.2f }} on average. That is the mark of underfitting.
#
# >>> for name in ["wider", "deeper"]:
# ...     straight = ends["straight", name][1] > ends["straight", "line"][1]
# ...     curved = ends["curved", name][1] < ends["curved", "line"][1]
# ...     print(bool(straight.all()), bool(curved.all()))
# True True
# True True
# >>> bool((ends["curved", "line"][0] > 0.4).all())
# True
#
# Wider or deeper, then? A rule of thumb gives straight relations to the wide network, and curved ones to the
# deep. These data do not bear it out: the wider network ends lower than the deeper one on
# {{ int((ends["straight", "wider"][1] < ends["straight", "deeper"][1]).sum()) }} of the three straight sets, and on
# {{ int((ends["curved", "wider"][1] < ends["curved", "deeper"][1]).sum()) }} of the three curved ones. Three sets of
# thirty points are no law about networks, either.
#
# >>> wins = [ends[s, "wider"][1] < ends[s, "deeper"][1] for s in targets]
# >>> all(int(each.sum()) >= 2 for each in wins)
# True
#
# ## Early stopping
#
# One cure follows from the learning curve: stop at the lowest validation loss. Nobody knows beforehand when that
# is. So we keep a copy of the best [weights](../glossary/weight.md) so far, and give up after 200 steps without a new best, a number
# called the *patience*. This is [early stopping](../glossary/early-stopping.md), here on the first set.

# %%
torch.manual_seed(0)
X, y, X_valid, y_valid = *draw(30), *draw(500)
model = new_model()
optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
best_loss = float("inf")
for step in range(1, 1001):
    y_hat = model(X)
    loss = loss_function(y_hat, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    valid_loss = evaluate(model, X_valid, y_valid)
    if valid_loss < best_loss:
        best_loss, best_step = valid_loss, step
        # a copy, for training goes on in the originals
        best_weights = copy.deepcopy(model.state_dict())
    elif step - best_step >= 200:
        break

model.load_state_dict(best_weights)
print(f"stopped after {step} steps, back to {best_step}: {best_loss:.2f}")

# %% [markdown]
# With the best weights put back, its validation loss is lower than after 1000 steps on the same points:
# {{ best_loss:.2f }} against {{ histories[0]["validation"].iloc[-1]:.2f }}.
#
# >>> step < 1000 and evaluate(model, X_valid, y_valid) == best_loss
# True
# >>> bool(best_loss < 0.9 * histories[0]["validation"].iloc[-1])
# True
#
# One caution. The step was picked *because* its validation loss was low, so that number is a little too good.
# For an honest final score, keep a third set, the *test set*, by which nothing was chosen.
#
# ## Real data
#
# Now concrete, and its strength from seven ingredients and its age ([where the data comes
# from](../data.md#concrete)). There is a trap in this table: the same mixture often occurs at several ages.

# %%
concrete = pd.read_csv("data/concrete.csv")
values = torch.tensor(concrete.values, dtype=torch.float32)
recipe = concrete.drop(columns=["age", "strength"])
mixture = torch.tensor(recipe.groupby(list(recipe)).ngroup().values)
num_mixtures = int(mixture.max()) + 1
print(f"{len(concrete)} rows, {num_mixtures} different mixtures")

# %% [markdown]
# Deal the rows at random, and many validation rows have a twin in the [training
# set](../glossary/training-set.md): the same mixture at another age. So we split in two ways. Once the rows are
# dealt at random; once the *mixtures* are, so that each mixture lies on one side only. Features and strength are
# [standardized](../glossary/standardization.md) with the training set's mean and standard deviation.


# %%
def split(seed, num_rows, apart):
    torch.manual_seed(seed)
    order = torch.randperm(len(values))
    if apart:  # shuffle the mixtures; each keeps its rows together
        order = torch.randperm(num_mixtures)[mixture].argsort(stable=True)
    learn, check = order[:num_rows], order[-330:]  # training, validation
    mean, std = values[learn].mean(dim=0), values[learn].std(dim=0)
    Z = (values - mean) / std
    return Z[learn, :-1], Z[learn, -1:], Z[check, :-1], Z[check, -1:]


def train_five(num_rows, apart=True, weight_decay=0.0):
    """Histories of five networks with 128 hidden units."""
    histories = []
    for seed in range(5):
        points = split(seed, num_rows, apart)
        model = build(8, 128, 1)
        optimizer = torch.optim.AdamW(
            model.parameters(), lr=0.01, weight_decay=weight_decay
        )
        histories.append(train(model, optimizer, points, num_steps=300))
    return histories


random_rows = train_five(200, apart=False)
apart = train_five(200)
more = train_five(650)

# %%
#| label: concrete
#| echo: fold
#| fig-cap: Learning curves on 200 rows, five networks each. With mixtures kept apart, the validation loss is
#|   higher on average, and climbs further.
#| fig-alt: Two panels of learning curves over 300 steps on a logarithmic axis, five networks each. The training
#|   curves fall to nearly zero in both. At the left, rows at random, the validation curves fall, climb a little in
#|   most cases, and end between
#|   {{ min(h["validation"].iloc[-1] for h in random_rows):.2f}} and
#|   {{ max(h["validation"].iloc[-1] for h in random_rows):.2f}}. At the right, mixtures apart, they fall, turn
#|   by step {{ max(h["validation"].idxmin() for h in apart) }}, and climb, to between {{ min(h["validation"].iloc[-1] for h in apart):.2f}} and
#|   {{ max(h["validation"].iloc[-1] for h in apart):.2f}}.
fig, axes = plt.subplots(1, 2, sharey=True)
titles = ["rows at random", "mixtures apart"]
for ax, runs, title in zip(axes, [random_rows, apart], titles):
    for h in runs:
        ax.plot(h["validation"], color="C1", linewidth=1)
        ax.plot(h["training"], color="C0", linewidth=1)
    ax.set(xlabel="step", xscale="log", ylim=(0, 0.8), title=title)
    ax.set_xticks([1, 10, 100], ["1", "10", "100"])
axes[1].text(25, 0.6, "validation", color="C1")
axes[1].text(2, 0.1, "training", color="C0")
axes[0].set(ylabel="loss")


# %%
#| label: concrete-losses
#| echo: fold
#| tbl-cap: Means of five networks. A loss of 1 is about what predicting the mean strength would get.
def twins(apart):
    """Share of validation rows whose mixture is in the training set."""
    shares = []
    for seed in range(5):
        X, _, X_valid, _ = split(seed, 200, apart)
        known = {tuple(row) for row in X[:, :-1].tolist()}
        is_twin = [tuple(row) in known for row in X_valid[:, :-1].tolist()]
        shares.append(sum(is_twin) / len(is_twin))
    return sum(shares) / 5


def climb(runs):
    """The last validation loss, divided by the lowest."""
    ratios = [h["validation"].iloc[-1] / h["validation"].min() for h in runs]
    return torch.tensor(ratios)


def summary(runs):
    return {
        "late training": sum(h["training"].iloc[-1] for h in runs) / 5,
        "late validation": sum(h["validation"].iloc[-1] for h in runs) / 5,
        "lowest validation": sum(h["validation"].min() for h in runs) / 5,
    }


concrete_table = pd.DataFrame(
    {
        "200 rows at random": summary(random_rows),
        "200 rows, mixtures apart": summary(apart),
        "650 rows, mixtures apart": summary(more),
    }
).T
concrete_table.round(2)

# %% [markdown]
# The question decides the result. With rows at random,
# {{ 100 * twins(False):.0f }} percent of the validation rows have a twin among the 200, so for many rows the network
# is asked about a mixture that it has met. For new mixtures, which is what an engineer wants to know about, the
# loss is higher on average, and training on does more harm: after 300 steps it is above its lowest by
# {{ 100 * (climb(apart).min() - 1):.0f }} to {{ 100 * (climb(apart).max() - 1):.0f }} percent, and with rows at random
# by {{ 100 * (climb(random_rows).min() - 1):.0f }} to {{ 100 * (climb(random_rows).max() - 1):.0f }} percent.
#
# >>> bool((climb(apart) > 1.05).all())
# True
# >>> bool(climb(apart).mean() > climb(random_rows).mean())
# True
# >>> lowest = concrete_table["lowest validation"]
# >>> bool(lowest.iloc[1] > 1.1 * lowest.iloc[0])
# True
# >>> twins(True) == 0
# True
#
# More data, where it can be had, is a strong cure: with 650 rows the validation loss ends at
# {{ concrete_table["late validation"].iloc[2]:.2f }} in place of
# {{ concrete_table["late validation"].iloc[1]:.2f }}, and is lower on each of the five.
#
# >>> late_more, late_apart = [
# ...     [h["validation"].iloc[-1] for h in runs] for runs in (more, apart)
# ... ]
# >>> all(m < a for m, a in zip(late_more, late_apart))
# True


# %% [markdown]
# ## Weight decay
#
# To zigzag from dot to dot a network needs steep pieces. Weights make a piece steep: large ones, or many that work
# together. So make each weight a little smaller in each step: *weight decay*. It needs one more argument, and the
# [optimizer](../glossary/optimizer.md) `AdamW`, which you know from [the last
# lesson](optimizers.py#adamw-and-a-schedule). We try four strengths on the 200 rows with mixtures kept apart.

# %%
strengths = [0, 1, 3, 10]
decayed = {s: train_five(200, weight_decay=s) for s in strengths[1:]}
decayed[0] = apart
late = {
    s: torch.tensor([h.iloc[-1].tolist() for h in decayed[s]]).T
    for s in strengths
}

# %%
#| label: weight-decay
#| echo: fold
#| fig-cap: "A little weight decay helps, and too much makes the network underfit. Losses after 300 steps, with several
#|   strengths: rings for training, dots for validation, five of each; the line joins the means."
#| fig-alt: Losses against the strength of weight decay, 0, 1, 3, and 10. The rings for training rise from
#|   {{ late[0][0].mean():.2f}} to {{ late[10][0].mean():.2f}} on average. The dots for validation fall from
#|   {{ late[0][1].mean():.2f}} without decay to {{ late[1][1].mean():.2f}} and {{ late[3][1].mean():.2f}}, and
#|   rise to {{ late[10][1].mean():.2f}}.
fig, ax = plt.subplots()
for i, s in enumerate(strengths):
    ax.plot([i - 0.1] * 5, late[s][0], "o", color="C0", mfc="none")
    ax.plot([i + 0.1] * 5, late[s][1], "o", color="C1")
means = [late[s][1].mean() for s in strengths]
ax.plot([i + 0.1 for i in range(4)], means, color="C1")
ax.text(-0.3, 0.02, "training", color="C0", ha="right")
ax.text(-0.1, means[0], "validation", color="C1", ha="right")
ax.set_xticks(range(4), strengths)
ax.set(xlim=(-1.3, 3.4), ylim=(0, 0.6), xlabel="weight decay", ylabel="loss")

# %% [markdown]
# With a decay of 1, which at this [learning rate](../glossary/learning-rate.md) of 0.01 takes one percent off
# each weight in each step, the validation loss is lower on {{ int((late[1][1] < late[0][1]).sum()) }} of the five,
# and on average {{ late[1][1].mean():.2f }} in place of {{ late[0][1].mean():.2f }}, although the training loss
# is higher. With 10 the network underfits: both losses are high. So the strength has to be tried out, like the
# learning rate. Such a number, which is set and not learned, is a
# [hyperparameter](../glossary/hyperparameter.md). A method that lowers the validation loss at the cost of the
# training loss is called [regularization](../glossary/regularization.md).
#
# >>> bool(late[1][1].mean() < 0.9 * late[0][1].mean())
# True
# >>> bool((late[1][0] > late[0][0]).all()) and bool(late[10][0].mean() > 0.15)
# True
#
# ## What to keep
#
# - Overfitting: the validation loss climbs while the training loss falls, since the network learns the noise of
#   its examples. Underfitting: both losses are high.
# - A validation loss answers the question that the split asks. Keep together on one side what belongs together.
# - More data, less capacity, early stopping, and weight decay can help. How much, only the validation loss can say.
#
# Another cure works inside the network: [Dropout and batch normalization](dropout_batchnorm.py).
