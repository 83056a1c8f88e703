# %% [markdown]
# # Optimizers
#
# **Everybody writes `Adam` where these lessons wrote `SGD`. What does it do better, if anything?** An
# [optimizer](../glossary/optimizer.md) is the rule that turns a [gradient](../glossary/gradient.md) into a
# step. Plain [stochastic gradient descent](../glossary/stochastic-gradient-descent.md) has the shortest rule,
# and there are landscapes in which it is hopelessly slow.
#
# After this lesson you can write five optimizers yourself, say which trouble each of them was made for, tune
# them fairly against each other, and give the real reason why [Adam](../glossary/adam.md) is the usual first
# try. You need [Stochastic gradient descent](gradient_descent.py) and [The full training
# loop](training_loop.py).
#
# Here is the kind of landscape that gives trouble: a long, narrow valley. Two [weights](../glossary/weight.md),
# and a [loss](../glossary/loss.md) whose slope changes a hundred times as fast across the valley as along it:
# its *curvature* is 100 there, and 1 here.

# %%
#| label: zigzag
#| fig-cap: Level lines of the valley, the lowest point (the cross), and forty steps of SGD. Across the valley
#|   each step goes too far; along it the steps are tiny.
#| fig-alt: Map of a narrow, slanting valley, with level lines as long thin ellipses around a cross. The path
#|   starts at the lower left, jumps to and fro between the two slopes, and in forty steps covers about
#|   {{ 100 * (1 - float(walked[-1].norm() / walked[0].norm())):.0f}} percent of the way to the cross.
import math

import matplotlib.pyplot as plt
import pandas as pd
import torch
from torch import nn, optim


def valley(tilt):
    """Curvatures of 1 along and 100 across, turned; and a start."""
    c, s = math.cos(math.radians(tilt)), math.sin(math.radians(tilt))
    turn = torch.tensor([[c, s], [-s, c]])  # turns by the angle
    A = turn.T @ torch.diag(torch.tensor([1.0, 100.0])) @ turn
    return A, torch.tensor([-8.0, 1.0]) @ turn


def height(w, A):
    return ((w @ A) * w).sum(dim=-1) / 2


def draw_valley(ax, A):
    x, y = torch.linspace(-9, 3, 80), torch.linspace(-5.5, 1.5, 80)
    grid = torch.cartesian_prod(x, y)
    levels = [1, 5, 15, 30, 60, 120, 240]
    z = height(grid, A).view(80, 80).T
    ax.contour(x, y, z, levels=levels, colors="C5", linewidths=0.6)
    ax.plot(0, 0, "+", color="black")


A, w = valley(tilt=30)
walked = [w]
for _ in range(40):
    w = w - 0.0195 * (w @ A)  # the gradient is w @ A
    walked.append(w)
walked = torch.stack(walked)

fig, ax = plt.subplots()
draw_valley(ax, A)
ax.plot(*walked.T, ".-", color="C1", linewidth=1)
ax.set(xlabel="$w_1$", ylabel="$w_2$", title="SGD zigzags")

# %% [markdown]
# The way across sets a limit to the [learning rate](../glossary/learning-rate.md): two divided by the largest
# curvature, as [Stochastic gradient descent](gradient_descent.py#too-small-right-too-large) found, here 0.02.
# Above it the zigzag grows. The way along could bear a rate a hundred times as large.
#
# >>> curvatures = torch.linalg.eigvalsh(A)
# >>> [round(2 / float(curvature), 3) for curvature in curvatures]
# [2.0, 0.02]
#
# ## Five rules
#
# All our optimizers have the same form: they take a gradient `g`, a notebook `memory`, and the rate, and return
# the step to subtract. SGD remembers nothing. [Momentum](../glossary/momentum.md) keeps rolling, like a heavy
# ball: to the new gradient it adds nine tenths of its last movement. To and fro cancels out, and what always
# points the same way adds up.


# %%
def sgd(g, memory, rate):
    return rate * g


def momentum(g, memory, rate):
    memory["speed"] = 0.9 * memory.get("speed", 0) + g
    return rate * memory["speed"]


# %% [markdown]
# How far does it add up? With the same gradient again and again, to ten times the step, since
# $1 + 0.9 + 0.9^2 + \dots = 10$. So expect it to want a lower rate than SGD:
#
# >>> memory = {}
# >>> steps = [momentum(1.0, memory, rate=1) for _ in range(100)]
# >>> [round(steps[i], 2) for i in (0, 1, 2, 99)]
# [1.0, 1.9, 2.71, 10.0]
#
# The next two give *each weight its own rate*. They divide its gradient by the size that its gradients have
# had. [AdaGrad](../glossary/adagrad.md) sums up the squares of all gradients so far, so its rates only shrink.
# [RMSProp](../glossary/rmsprop.md) forgets: it keeps a running [mean](../glossary/mean.md), of which each new
# square makes up a hundredth. The tiny number at the end guards against division by zero.


# %%
def adagrad(g, memory, rate):
    memory["sum"] = memory.get("sum", 0) + g**2
    return rate * g / (memory["sum"].sqrt() + 1e-10)


def rmsprop(g, memory, rate):
    memory["square"] = 0.99 * memory.get("square", 0) + 0.01 * g**2
    return rate * g / (memory["square"].sqrt() + 1e-8)


# %% [markdown]
# Adam does both: a running mean of the gradients, which is momentum, divided by the root of a running mean of
# their squares, which is RMSProp. Both means begin at zero and would be too small at first, so each is divided
# by the share that it has taken in so far.


# %%
def adam(g, memory, rate):
    t = memory["t"] = memory.get("t", 0) + 1
    memory["mean"] = 0.9 * memory.get("mean", 0) + 0.1 * g
    memory["square"] = 0.999 * memory.get("square", 0) + 0.001 * g**2
    mean = memory["mean"] / (1 - 0.9**t)
    square = memory["square"] / (1 - 0.999**t)
    return rate * mean / (square.sqrt() + 1e-8)


# %% [markdown]
# Are these the real ones? We feed the same thousand random gradients to our rule and to that of
# [PyTorch](../glossary/pytorch.md), and look for the largest difference that any weight ever has.

# %%
#| label: oracle
#| tbl-cap: The largest difference between our weights and PyTorch's in a thousand steps.
originals = {
    sgd: lambda w: optim.SGD(w, lr=0.01),
    momentum: lambda w: optim.SGD(w, lr=0.01, momentum=0.9),
    adagrad: lambda w: optim.Adagrad(w, lr=0.01),
    rmsprop: lambda w: optim.RMSprop(w, lr=0.01),
    adam: lambda w: optim.Adam(w, lr=0.01),
}


def largest_difference(rule, original):
    torch.manual_seed(0)
    ours = torch.zeros(20, dtype=torch.float64)
    theirs, memory, largest = ours.clone(), {}, 0.0
    optimizer = original([theirs])
    for _ in range(1000):
        theirs.grad = torch.randn(20, dtype=torch.float64)
        ours = ours - rule(theirs.grad, memory, rate=0.01)
        optimizer.step()
        largest = max(largest, float((ours - theirs).abs().max()))
    return largest


names = [rule.__name__ for rule in originals]
differences = [largest_difference(*pair) for pair in originals.items()]
pd.Series(differences, names, name="difference").map("{:.0e}".format)

# %% [markdown]
# Nothing but rounding:
#
# >>> max(differences) < 1e-10
# True
#
# ## A race
#
# Each runs down the valley with its own best rate: the one that brings it soonest, and for good, below a height
# of 0.01. To find it we try 21 rates from 0.0001 to 10, all at once: a [tensor](../glossary/tensor.md) of as
# many points, each with its own rate.


# %%
rates = torch.logspace(-4, 1, 21)


def run(rule, A, start, num_steps=1500):
    """The paths from one start, one path for each rate."""
    w, memory = start.repeat(len(rates), 1), {}
    path = [w]
    for _ in range(num_steps):
        w = w - rule(w @ A, memory, rates[:, None])
        path.append(w)
    return torch.stack(path)


def best_run(rule, tilt):
    """Steps needed with the best rate, that rate, and its path."""
    A, start = valley(tilt)
    path = run(rule, A, start)
    too_high = ~(height(path, A) < 0.01)
    step = torch.arange(1, len(path) + 1)[:, None]
    needed = (too_high * step).amax(dim=0)  # last step too high, plus one
    best = int(needed.argmin())
    return int(needed[best]), float(rates[best]), path[:, best]


# %%
#| label: race
#| fig-cap: The first sixty steps of each optimizer, with its own best rate, and the steps it needs to arrive.
#| fig-alt: Five small maps of the same slanting valley. SGD and AdaGrad zigzag at first, then creep along the
#|   middle and have covered more than half of the way after sixty steps. Momentum swings from side to side in
#|   waves and has arrived. RMSProp has barely moved. Adam swings in waves like momentum and is near the cross.
tilted = {rule.__name__: best_run(rule, tilt=30) for rule in originals}

fig, axes = plt.subplots(3, 2, figsize=(5.6, 6), sharex=True, sharey=True)
axes[2, 0].set(xlim=(-9, 3), ylim=(-5.5, 1.5), xticks=range(-8, 3, 2))
axes[2, 1].axis("off")
for (name, (needed, _, path)), ax in zip(tilted.items(), axes.flat):
    draw_valley(ax, A)
    ax.plot(*path[:61].T, ".-", color="C1", linewidth=1, markersize=3)
    ax.set_title(f"{name}: {needed} steps")

# %% [markdown]
# Those with momentum win, Adam among them. AdaGrad and RMSProp gain nothing on plain SGD:
#
# >>> steps = {name: result[0] for name, result in tilted.items()}
# >>> max(steps["momentum"], steps["adam"]) < 0.6 * min(steps["sgd"], steps["adagrad"], steps["rmsprop"])
# True
# >>> min(steps["adagrad"], steps["rmsprop"]) > 0.9 * steps["sgd"]
# True
# >>> tilted["momentum"][1] < tilted["sgd"][1]  # the best rates, as expected
# True
#
# RMSProp's trouble is the end. As the gradients get smaller, so does what they are divided by, so the steps do
# not get shorter near the goal. At a brisk rate it arrives, and is thrown out again:
#
# >>> heights = height(run(rmsprop, *valley(30))[:, int((rates - 0.1).abs().argmin())], A)
# >>> bool((heights[:700] < 0.01).any()), bool((heights[700:] > 0.01).any())
# (True, True)
#
# And what went wrong for AdaGrad? A rate of its own for each weight helps if *one weight* is steep and another
# one flat. Our valley is slanting, so both weights are mixed in each direction. Turn the valley to run along
# $w_1$:

# %%
#| label: turned
#| tbl-cap: Steps to arrive, each with its own best rate.
level = {rule.__name__: best_run(rule, tilt=0) for rule in originals}
counts = {
    "slanting valley": [needed for needed, _, _ in tilted.values()],
    "along an axis": [needed for needed, _, _ in level.values()],
}
pd.DataFrame(counts, index=names)

# %% [markdown]
# Now AdaGrad is there almost at once: it measures how steep each weight is, and undoes it. Adam gains as well,
# but at rates below its best one. With its best, momentum carries it there as fast in either valley. SGD and
# momentum see no difference between the two valleys, for they do not care what we call an axis.
#
# >>> level["adagrad"][0] < 10 < tilted["adagrad"][0] / 10
# True
# >>> [abs(tilted[name][0] - level[name][0]) <= 2 for name in ("sgd", "momentum")]
# [True, True]
# >>> def adam_steps(rate, tilt):
# ...     A, start = valley(tilt)
# ...     path = run(adam, A, start)[:, int((rates - rate).abs().argmin())]
# ...     return int((height(path, A) >= 0.01).nonzero().max()) + 1
# >>> 1.5 * adam_steps(0.1, tilt=0) < adam_steps(0.1, tilt=30)
# True
#
# ## On real data
#
# A smooth valley of two weights is a toy. So back to fuel economy, with the five [inputs](../glossary/input.md)
# of [The full training loop](training_loop.py). All rows are used for training, because lowering the training
# loss is all that an optimizer is asked to do. [Where the data comes from](../data.md#cars).

# %%
cars = pd.read_csv("data/cars.csv")
features = cars[["displacement", "cylinders", "gears"]].assign(
    turbo=cars.aspiration.str.contains("Turbo").astype(int),
    four_wheels=cars.drive.str.contains("All|4-Wheel").astype(int),
)
inputs = torch.tensor(features.values, dtype=torch.float32)
X = (inputs - inputs.mean(dim=0)) / inputs.std(dim=0)
gallons = torch.tensor(100 / cars[["combined_mpg"]].values).float()

# %% [markdown]
# A fair comparison gives each optimizer many learning rates and several [seeds](../glossary/seed.md). To be
# quick we train all those networks side by side: each weight gets one more dimension, a page for each network.
# The networks know nothing of each other.


# %%
def new_networks(seeds, copies):
    """The weights of a network for each seed, the whole set repeated."""
    networks = []
    for seed in seeds:
        torch.manual_seed(seed)
        layers = nn.Linear(5, 16), nn.Linear(16, 16), nn.Linear(16, 1)
        pairs = [(layer.weight.T, layer.bias[None]) for layer in layers]
        networks.append([tensor for pair in pairs for tensor in pair])
    pages = [torch.stack(same).detach() for same in zip(*networks)]
    return [p.repeat(copies, 1, 1).requires_grad_() for p in pages]


def answer(weights, X):
    w_1, b_1, w_2, b_2, w_3, b_3 = weights
    hidden = torch.relu(X @ w_1 + b_1)
    return torch.relu(hidden @ w_2 + b_2) @ w_3 + b_3


# %% [markdown]
# The loop is the one you know, with our own rules for the step. Its result is the share of the differences
# between cars that the network leaves unexplained: the [mean squared error](../glossary/mean-squared-error.md),
# divided by the [variance](../glossary/variance.md). Such a share has no unit.


# %%
def unexplained(rule, rates, seeds, y, num_epochs=15):
    """Share left after training: a row for each rate, a column a seed."""
    weights = new_networks(seeds, copies=len(rates))
    memories = [{} for _ in weights]
    rate = torch.tensor(rates).repeat_interleave(len(seeds))[:, None, None]
    for _ in range(num_epochs):
        orders = torch.stack([torch.randperm(len(X)) for _ in seeds])
        for batch in orders.repeat(len(rates), 1).split(64, dim=1):
            error = answer(weights, X[batch]) - y[batch]
            loss = (error**2).mean(dim=(1, 2)).sum()
            gradients = torch.autograd.grad(loss, weights)
            with torch.no_grad():
                for w, g, memory in zip(weights, gradients, memories):
                    w -= rule(g, memory, rate)
    with torch.no_grad():
        share = ((answer(weights, X) - y) ** 2).mean(dim=(1, 2)) / y.var()
    return share.view(len(rates), len(seeds)).nan_to_num(math.inf)


grid = [10 ** (k / 3) for k in range(-12, 1)]
tuning = {
    rule.__name__: unexplained(rule, grid, range(5), gallons)
    for rule in originals
}

# %%
#| label: rates
#| fig-cap: "What {{ len(grid) }} learning rates leave unexplained after fifteen epochs. The lines are means of
#|   five seeds, and the dots are the seeds. Lower is better."
#| fig-alt: Five panels of the share left unexplained against the learning rate from 0.0001 to 1, both
#|   logarithmic, one panel for each optimizer. Each curve is a bowl. All bottoms lie near 0.2, but at different
#|   rates. The bowls of momentum and Adam are wide and those of SGD and RMSProp narrower.
fig, axes = plt.subplots(5, 1, figsize=(5.6, 7), sharex=True, sharey=True)
for name, ax in zip(names, axes):
    ax.plot(grid, tuning[name], ".", color="C0")
    ax.plot(grid, tuning[name].mean(dim=1), color="C0")
    ax.set_title(name, fontsize=11, weight="normal")
ax.set(xscale="log", yscale="log", ylim=(0.15, 1.2), xlabel="learning rate")
ax.set_yticks([0.2, 0.5, 1], ["0.2", "0.5", "1"])
ax.set_yticks([], minor=True)
title = "The right rate differs, the best result hardly"
fig.suptitle(title, x=0.02, ha="left", weight="bold", fontsize=12)
# %% [markdown]
# Now take the best rate of each, and race again with five *other* seeds; those that helped to choose would
# flatter the winner.

# %%
#| label: tuned
#| tbl-cap: The share left unexplained by the best rate of each, for five new seeds.
rows = []
for rule in originals:
    best = grid[int(tuning[rule.__name__].mean(dim=1).argmin())]
    new = unexplained(rule, [best], range(5, 10), gallons)
    rows.append([best, float(new.mean()), float(new.min()), float(new.max())])

tuned = pd.DataFrame(rows, names, ["best rate", "mean", "lowest", "highest"])
tuned.round(4)

# %% [markdown]
# Tuned, they end close together. Adam has no lead over plain SGD worth the name, and the worst optimizer with
# its best rate is far better than the best one with a bad rate.
#
# >>> bool(abs(tuned["mean"]["adam"] - tuned["mean"]["sgd"]) < 0.04)
# True
# >>> bool(tuned["mean"].max() - tuned["mean"].min() < 0.06)
# True
# >>> bool(min(shares.mean(dim=1).max() for shares in tuning.values()) > 2 * tuned["mean"].max())
# True
#
# ## Why Adam first?
#
# Perhaps it forgives more. Call a rate *working* if each of the five seeds leaves less than 0.35. How many of
# our {{ len(grid) }} work? Each is about twice the one before.


# %%
#| label: working
#| tbl-cap: How many learning rates work, and which.
def working(shares):
    return [r for r, row in zip(grid, shares) if row.max() < 0.35]


ranges = {name: working(shares) for name, shares in tuning.items()}
table = pd.DataFrame(
    {
        "working": [len(works) for works in ranges.values()],
        "from": [min(works, default=math.nan) for works in ranges.values()],
        "to": [max(works, default=math.nan) for works in ranges.values()],
    },
    index=names,
)
table.round(4)

# %% [markdown]
# Adam's range is wider than that of SGD. But so is the range of plain momentum:
#
# >>> min(len(ranges["adam"]), len(ranges["momentum"])) > len(ranges["sgd"])
# True
#
# The better reason shows only when the *problem* changes. Let us change it in the most harmless way: we ask for
# the same consumption in gallons per 10 miles, and per 1,000 miles. The [targets](../glossary/target.md) shrink
# or grow tenfold, and nothing else is different.

# %%
by_miles = {100: ranges}
for miles in (10, 1000):
    y = gallons * miles / 100
    by_miles[miles] = {
        rule.__name__: working(unexplained(rule, grid, range(5), y))
        for rule in originals
    }

# %%
#| label: units
#| fig-cap: Which rates work, when the target is gallons per 10, 100, or 1,000 miles. Those of SGD and momentum
#|   have to be found anew; those of Adam overlap.
#| fig-alt: Working learning rates of five optimizers as rows of dots on a logarithmic axis, three rows for
#|   each, for 10, 100, and 1,000 miles. For SGD and momentum the three rows lie far apart, further left for
#|   more miles. For Adam they lie nearly above each other and share {{ len(shared['adam']) }} rates around
#|   0.01.
shared = {
    name: set.intersection(*(set(d[name]) for d in by_miles.values()))
    for name in names
}
fig, ax = plt.subplots(figsize=(5.6, 5))
for row, name in enumerate(names):
    for i, miles in enumerate([10, 100, 1000]):
        works = by_miles[miles][name]
        place = [4 * row + i] * len(works)
        ax.plot(works, place, "o", color=f"C{i}", markersize=5)
        ax.text(
            1.6, 4 * row + i, f"{miles:,} miles", color=f"C{i}", va="center"
        )
ax.set(xscale="log", xlim=(7e-5, 14), ylim=(19, -1), xlabel="learning rate")
ax.set_yticks([4 * row + 1 for row in range(5)], names)
ax.set_xticks([1e-4, 1e-3, 1e-2, 1e-1, 1])
ax.set_title("Change the unit, change the rate")

# %% [markdown]
# For SGD no rate works in all three units, nor for momentum. For Adam, 0.01 works in each of them:
#
# >>> [len(shared[name]) for name in ("sgd", "momentum")]
# [0, 0]
# >>> any(math.isclose(r, 0.01) for r in shared["adam"])
# True
#
# AdaGrad divides as well, and for it too there are rates that work in all three:
#
# >>> len(shared["adagrad"]) > 0
# True
#
# Why? Make a gradient a hundred times as large, and SGD takes a step a hundred times as long. Adam divides by
# the size of the gradients, so the hundred cancels out:
#
# >>> g = torch.tensor([0.3, -2.0])
# >>> [torch.allclose(rule(100 * g, {}, 1), rule(g, {}, 1)) for rule in (sgd, adam)]
# [False, True]
#
# An Adam rate says about how far a weight moves in a step at most, whatever the unit. So experience with one
# network carries over to the next. *That* is why Adam is tried first: not because it ends lower, but because
# the first guess is likely to work. Likely, not sure. PyTorch's own default of 0.001 was too low here, for
# training as short as ours:
#
# >>> bool((tuning["adam"][grid.index(0.001)] > 0.35).all())
# True
#
# ## What to keep
#
# - Momentum adds up steps that agree and cancels those that do not; AdaGrad and RMSProp give each weight its
#   own rate; Adam does both.
# - Tuned well, plain SGD did as well as Adam here. Compare optimizers only with their own best rates.
# - Adam is the usual first try because its learning rate hardly depends on the scale of the problem.
#
# All of them do nothing but lower the training loss. What if that is low, and the network is of no use on new
# data? This is [overfitting](../glossary/overfitting.md), and the next lesson is about it: [Overfitting and
# underfitting](overfitting.py).
#
# ## Exercises
#
# 1. **Predict.** How long is Adam's very first step for a gradient of 5, and of 0.005, with a rate of 0.1?
#
#     ??? success "Answer"
#
#         As long as the rate. Both running means hold nothing but this gradient, and $g / \sqrt{g^2}$ is 1.
#
#         >>> [round(float(adam(torch.tensor(g), {}, 0.1)), 4) for g in (5.0, 0.005)]
#         [0.1, 0.1]
#
# 2. **Predict.** With the gradient 1 in each step, how long is the hundredth step of AdaGrad, compared with its
#    first?
#
#     ??? success "Answer"
#
#         A tenth: the sum of squares has grown to 100, and its root to 10.
#
#         >>> memory = {}
#         >>> steps = [adagrad(torch.tensor(1.0), memory, 1.0) for _ in range(100)]
#         >>> round(float(steps[99]), 4)
#         0.1
#
# 3. **Change.** Tilt the valley so that it lies halfway between the axes. Which counts of steps change, and
#    which cannot?
# 4. **Change.** Set `X = inputs`, not standardized, and let `unexplained` try the grid again for SGD and for
#    Adam. Whose working rates move more?
# 5. **Build.** Write `nesterov`, which returns `rate * (g + 0.9 * memory["speed"])` after updating the speed,
#    and hold it against `optim.SGD(…, momentum=0.9, nesterov=True)` with `largest_difference`.
