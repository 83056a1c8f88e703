# %% [markdown]
# # Optimizers
#
# **Much of the code you will meet says `Adam` where these lessons said `SGD`. What does it do better, if anything?** An
# [optimizer](../glossary/optimizer.md) is the rule that turns a [gradient](../glossary/gradient.md) into a
# step. Plain [stochastic gradient descent](../glossary/stochastic-gradient-descent.md) (SGD) has the shortest
# rule, and there are landscapes in which it is very slow.
#
# After this lesson you can write five optimizers yourself, say which trouble each of them was made for, compare
# them fairly, give one good reason to try [Adam](../glossary/adam.md) first, and use
# [AdamW](../glossary/weight-decay.md) and a [learning-rate
# schedule](../glossary/learning-rate-schedule.md). You need [Stochastic gradient descent](gradient_descent.py) and [The full training
# loop](training_loop.py).
#
# Here is the kind of landscape that gives trouble: a long, narrow, slanting valley. The place on the map is two
# [weights](../glossary/weight.md). The slope of the [loss](../glossary/loss.md) changes a hundred times as fast
# across the valley as along it: the *curvature* is 100 across, and 1 along. Forty steps of SGD:

# %%
import math

import matplotlib.pyplot as plt
import pandas as pd
import torch
from torch import nn, optim


def height(w, tilt=30):
    """The loss at w (w[..., 0] is the first weight), the valley turned."""
    c, s = math.cos(math.radians(tilt)), math.sin(math.radians(tilt))
    along = c * w[..., 0] + s * w[..., 1]
    across = c * w[..., 1] - s * w[..., 0]
    return (along**2 + 100 * across**2) / 2


def start(tilt=30):
    """The point 8 before the lowest one along the valley, 1 beside it."""
    c, s = math.cos(math.radians(tilt)), math.sin(math.radians(tilt))
    return torch.tensor([-8 * c - s, c - 8 * s], dtype=torch.float64)


w = start().requires_grad_()
optimizer = optim.SGD([w], lr=0.0195)
walked = [start()]
for step in range(40):
    loss = height(w)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    walked.append(w.detach().clone())
walked = torch.stack(walked)


# %%
#| label: zigzag
#| echo: fold
#| fig-cap: SGD zigzags. Level lines of the valley, its lowest point (the cross), and forty steps. Across the valley
#|   each step goes too far; along it the steps are tiny.
#| fig-alt: Map of a narrow, slanting valley, with level lines as long thin ellipses around a cross. The path
#|   starts at the lower left, jumps to and fro between the two slopes, and in forty steps covers about
#|   {{ 100 * (1 - float(walked[-1].norm() / walked[0].norm())):.0f}} percent of the way to the cross.
def draw_valley(ax):
    x, y = torch.linspace(-9, 3, 80), torch.linspace(-5.5, 1.5, 80)
    grid = torch.stack(torch.meshgrid(x, y, indexing="xy"), dim=-1)
    levels = [1, 5, 15, 30, 60, 120, 240]
    ax.contour(x, y, height(grid), levels, colors="0.5", linewidths=0.6)
    ax.plot(0, 0, "x", color="C2", markersize=8, zorder=3)


fig, ax = plt.subplots()
draw_valley(ax)
ax.plot(*walked.T, ".-", color="C1", linewidth=1)
ax.text(-7.5, -2.8, "start", color="C1", ha="center")
ax.text(0.6, -1, "lowest", color="C2")
ax.set(xlabel="$w_1$", ylabel="$w_2$")

# %% [markdown]
# The way across sets a limit to the [learning rate](../glossary/learning-rate.md): two divided by the largest
# curvature, as [Stochastic gradient descent](gradient_descent.py#too-small-right-too-large) found. Here that is
# {{ 2 / 100 }}. Above it the zigzag grows. The way along, where the curvature is 1, could take a rate a hundred
# times as large.
#
# The points are kept in `float64`, with twice the usual digits: in `float32` a tiny weight can become exactly 0 and
# stay there, which makes one of the optimizers below look far better than it is, as [an exercise](#exercise-digits-kept) shows.
#
# ## Five rules
#
# Each of our optimizers takes a gradient `g`, a dictionary `memory`, and the learning rate, and returns the step to
# subtract. SGD remembers nothing. [Momentum](../glossary/momentum.md) keeps rolling,
# like a heavy ball: to the new gradient it adds nine tenths of its last speed. To and fro cancels out; what points
# the same way adds up.


# %%
def sgd(g, memory, learning_rate):
    return learning_rate * g


def momentum(g, memory, learning_rate):
    memory["speed"] = 0.9 * memory.get("speed", 0) + g
    return learning_rate * memory["speed"]


# %% [markdown]
# With the same gradient again and again it adds up to ten times the step, since
# $1 + 0.9 + 0.9^2 + \dots = 10$. Here are the first three steps and the hundredth:
#
# >>> memory = {}
# >>> steps = [momentum(1.0, memory, learning_rate=1) for _ in range(100)]
# >>> [round(steps[i], 2) for i in (0, 1, 2, 99)]
# [1.0, 1.9, 2.71, 10.0]
#
# The next two give *each weight its own rate*. They divide its gradient by the size of its past gradients. [AdaGrad](../glossary/adagrad.md) sums up the squares of all gradients so far, so its rates only shrink.
# [RMSProp](../glossary/rmsprop.md) forgets: it keeps a running [mean](../glossary/mean.md), to which each new
# square adds a hundredth. The tiny number at the end guards against division by zero.


# %%
def adagrad(g, memory, learning_rate):
    memory["sum"] = memory.get("sum", 0) + g**2
    return learning_rate * g / (memory["sum"].sqrt() + 1e-10)


def rmsprop(g, memory, learning_rate):
    memory["square"] = 0.99 * memory.get("square", 0) + 0.01 * g**2
    return learning_rate * g / (memory["square"].sqrt() + 1e-8)


# %% [markdown]
# Adam does both: a running mean of the gradients, which is momentum, divided by the root of a running mean of
# their squares, which is RMSProp. Both means begin at zero and would be too small at first, so each is divided
# by the share that it has taken in so far.


# %%
def adam(g, memory, learning_rate):
    t = memory["t"] = memory.get("t", 0) + 1
    memory["mean"] = 0.9 * memory.get("mean", 0) + 0.1 * g
    memory["square"] = 0.999 * memory.get("square", 0) + 0.001 * g**2
    mean = memory["mean"] / (1 - 0.9**t)
    square = memory["square"] / (1 - 0.999**t)
    return learning_rate * mean / (square.sqrt() + 1e-8)


# %% [markdown]
# Are these the real ones? We feed the same thousand random gradients to our rule and to that of
# [PyTorch](../glossary/pytorch.md), and look for the largest difference that any weight ever has.

# %%
#| label: oracle
#| echo: fold
#| tbl-cap: The largest difference between our weights and PyTorch's in a thousand steps. All of it is rounding.
rules = [sgd, momentum, adagrad, rmsprop, adam]
names = [rule.__name__ for rule in rules]
ready_made = {
    "sgd": (optim.SGD, {}),
    "momentum": (optim.SGD, {"momentum": 0.9}),
    "adagrad": (optim.Adagrad, {}),
    "rmsprop": (optim.RMSprop, {}),
    "adam": (optim.Adam, {}),
}


def largest_difference(rule, optimizer_class, options):
    torch.manual_seed(0)
    ours = torch.zeros(20, dtype=torch.float64)
    theirs, memory, largest = ours.clone(), {}, 0.0
    optimizer = optimizer_class([theirs], lr=0.01, **options)
    for _ in range(1000):
        theirs.grad = torch.randn(20, dtype=torch.float64)
        ours = ours - rule(theirs.grad, memory, 0.01)
        optimizer.step()
        largest = max(largest, float((ours - theirs).abs().max()))
    return largest


differences = [
    largest_difference(rule, *ready_made[rule.__name__]) for rule in rules
]
pd.Series(differences, names, name="difference").map("{:.0e}".format)

# %% [markdown]
# >>> max(differences) < 1e-10
# True
#
# ## A race
#
# Each optimizer runs down the valley for 1,500 steps. It has *arrived* when the loss stays below 0.01 from then to
# the end. To be fair, each may choose its best learning rate out of 21. The
# [tensor](../glossary/tensor.md) `w` has a row for each rate, and all rows move at once.


# %%
rates = torch.logspace(-4, 1, 21, dtype=torch.float64)


def race(rule, tilt=30, num_steps=1500):
    """Paths down the valley: a step, a learning rate, and two weights."""
    w, memory = start(tilt).repeat(len(rates), 1), {}
    path = [w]
    for step in range(num_steps):
        w = w.clone().requires_grad_()
        height(w, tilt).sum().backward()
        w = w.detach() - rule(w.grad, memory, rates[:, None])
        path.append(w)
    return torch.stack(path)


def arrivals(path, tilt=30):
    """For each learning rate the step of arrival."""
    too_high = ~(height(path, tilt) < 0.01)
    return [int(high.nonzero().max()) + 1 for high in too_high.T]


paths = {rule.__name__: race(rule) for rule in rules}
tilted = {name: min(arrivals(path)) for name, path in paths.items()}

# %% [markdown]
# Press *Play* to run them, and uncheck those that hide others. Beside each name stands the step at which it arrives.

# %%
#| label: race
#| echo: fold
#| fig-cap: Five go down the valley, each at its own best rate. The paths so far, and beside each name the step at
#|   which it arrives.
#| fig-alt: Map of the slanting valley with five paths of sixty steps from the lower left. SGD zigzags at first,
#|   AdaGrad jumps across once; both then creep along the middle and have covered more than half of the way.
#|   Momentum swings from side to side in waves and has nearly arrived. RMSProp has barely moved. Adam swings in
#|   waves like momentum and is near the cross. The controls move all by steps, from 0 to 100, and show or hide
#|   each.
#| play: step = range(0, 101, 5)
#| play: show_sgd = [True, False]
#| play: show_momentum = [True, False]
#| play: show_adagrad = [True, False]
#| play: show_rmsprop = [True, False]
#| play: show_adam = [True, False]
step = 60
show_sgd = True
show_momentum = True
show_adagrad = True
show_rmsprop = True
show_adam = True
shown = [show_sgd, show_momentum, show_adagrad, show_rmsprop, show_adam]
colors = ["C1", "C3", "C4", "0.3", "C0"]

fig, ax = plt.subplots(figsize=(5.6, 4.4))
draw_valley(ax)
losses = []
for i, (name, path) in enumerate(paths.items()):
    path = path[: step + 1, arrivals(path).index(tilted[name])]
    look = {"color": colors[i], "alpha": float(shown[i])}
    ax.plot(*path.T, linewidth=1.5, **look)
    ax.plot(*path[-1], "o", markersize=7, **look)
    ax.text(-0.7, -2.7 - 0.62 * i, f"{name} {tilted[name]}", **look)
    losses.append(f"{name} {height(path[-1]):.2g}")
ax.set(xlim=(-9, 3.4), ylim=(-5.6, 1.5), xlabel="$w_1$", ylabel="$w_2$")
ax.set_xticks(range(-8, 3, 4))
print(f"Loss after {step} steps:", ", ".join(losses))

# %% [markdown]
# The two with momentum win here, with {{ tilted["momentum"] }} and {{ tilted["adam"] }} steps. AdaGrad and
# RMSProp do not beat plain SGD with its {{ tilted["sgd"] }}.
#
# >>> max(tilted["momentum"], tilted["adam"]) < 0.6 * tilted["sgd"]
# True
# >>> min(tilted["adagrad"], tilted["rmsprop"]) > tilted["sgd"]
# True
#
# What went wrong for AdaGrad? A rate for each weight helps if *one weight* is steep and the other is flat. In our slanting valley both weights are mixed in each direction. Turn the valley to run along
# $w_1$:

# %%
#| label: turned
#| echo: fold
#| tbl-cap: Steps until arrival, each with its own best rate.
level_paths = {rule.__name__: race(rule, tilt=0) for rule in rules}
level = {name: min(arrivals(p, tilt=0)) for name, p in level_paths.items()}
adam_path = race(adam, num_steps=4000)
adam_longer = min(arrivals(adam_path))
pd.DataFrame({"slanting valley": tilted, "along an axis": level})

# %% [markdown]
# Now AdaGrad is there almost at once: it measures how steep each weight is, and undoes it. SGD and momentum see
# no difference, since their rules do not depend on what we call an axis. RMSProp gains nothing. Its trouble is
# the end: as the gradients get smaller, so does what they are divided by, and its steps do not get shorter near
# the goal. At a rate of 0.1 it gets below 0.01, and is thrown out again later, in either valley. Even Adam is:
# make the run 4,000 steps long, and its best rate carries it out again. The best of those that stay needs
# {{ adam_longer }} steps, hardly fewer than SGD. So who wins depends on where the race ends.
#
# >>> level["adagrad"] < 10 < tilted["adagrad"] / 10
# True
# >>> level["rmsprop"] > 0.9 * tilted["rmsprop"]
# True
# >>> all(tilted[name] == level[name] for name in ("sgd", "momentum"))
# True
# >>> # in float32 the steep weight becomes exactly 0, and stays there
# >>> w, memory = start(tilt=0).float(), {}
# >>> for _ in range(20):
# ...     w = w - rmsprop(w * torch.tensor([1.0, 100.0]), memory, 0.1)
# >>> float(w[1]) == 0
# True
# >>> k = int((rates - 0.1).abs().argmin())
# >>> both = [
# ...     height(paths["rmsprop"][:, k]),
# ...     height(level_paths["rmsprop"][:, k], tilt=0),
# ... ]
# >>> all(heights[:700].min() < 0.01 < heights[700:].max() for heights in both)
# True
# >>> best = arrivals(paths["adam"]).index(tilted["adam"])
# >>> bool(height(adam_path[1500:, best]).max() > 0.01)
# True
# >>> tilted["momentum"] < tilted["adam"] + 10 < adam_longer
# True
#
# ## On real data
#
# Now fuel economy, with the five [features](../glossary/input.md)
# of [The full training loop](training_loop.py), and one [hidden layer](../glossary/hidden-layer.md). All rows
# are used for training, since an optimizer is only asked to lower the training loss. [Where the
# data comes from](../data.md#cars).

# %%
#| echo: fold
cars = pd.read_csv("data/cars.csv")
features = cars[["displacement", "cylinders", "gears"]].assign(
    turbo=cars.aspiration.str.contains("Turbo").astype(int),
    four_wheels=cars.drive.str.contains("All|4-Wheel").astype(int),
)
inputs = torch.tensor(features.values, dtype=torch.float32)
X = (inputs - inputs.mean(dim=0)) / inputs.std(dim=0)
gallons = torch.tensor(100 / cars[["combined_mpg"]].values).float()

# %% [markdown]
# The loop is the one you know. The result is the share of the differences between cars that the network leaves
# unexplained: the [mean squared error](../glossary/mean-squared-error.md), divided
# by the [variance](../glossary/variance.md) of the [targets](../glossary/target.md). It is $1 - R^2$, and has no
# unit.


# %%
loss_function = nn.MSELoss()


def train_epoch(model, optimizer, y):
    for rows in torch.randperm(len(X)).split(64):
        y_hat = model(X[rows])
        loss = loss_function(y_hat, y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def unexplained(model, y):
    with torch.no_grad():
        return float(loss_function(model(X), y) / y.var(correction=0))


def new_model(seed):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Linear(5, 32), nn.ReLU(), nn.Linear(32, 1))


# %% [markdown]
# Each optimizer gets several learning rates and [seeds](../glossary/seed.md). `**options` passes on extra
# settings, such as `momentum=0.9`.

# %%
grid = [10 ** (k / 2) for k in range(-6, 1)]


def share_left(name, learning_rate, seed, miles=100, num_epochs=5):
    """Share of the variance left after training; 100 at most."""
    model = new_model(seed)
    optimizer_class, options = ready_made[name]
    optimizer = optimizer_class(
        model.parameters(), lr=learning_rate, **options
    )
    for epoch in range(num_epochs):
        train_epoch(model, optimizer, gallons * miles / 100)
    share = unexplained(model, gallons * miles / 100)
    return 100.0 if math.isnan(share) else min(share, 100.0)


def sweep(name, miles):
    """Shares left, a row for each learning rate, a column for each seed."""
    rows = [[share_left(name, r, s, miles) for s in range(3)] for r in grid]
    return torch.tensor(rows)


tuning = {(name, 100): sweep(name, 100) for name in names}

# %%
#| label: rates
#| echo: fold
#| fig-cap: "The right rate differs more than the best result: what {{ len(grid) }} learning rates leave unexplained
#|   after five epochs. The lines are means of three seeds, and the dots are the seeds. Lower is better."
#| fig-alt: Five panels of the share left unexplained against the learning rate from {{ grid[0]:.1g}} to 1, both
#|   logarithmic, one panel for each optimizer. The curves are high at the left, fall, and
#|   most rise again at the right. Their lowest means lie between
#|   {{ min(float(t.mean(dim=1).min()) for t in tuning.values()):.2f}} and
#|   {{ max(float(t.mean(dim=1).min()) for t in tuning.values()):.2f}}, but at different rates.
fig, axes = plt.subplots(5, 1, figsize=(5.6, 7), sharex=True, sharey=True)
for name, ax in zip(names, axes):
    shares = tuning[name, 100]
    ax.plot(grid, shares, ".", color="C0")
    ax.plot(grid, shares.mean(dim=1), color="C0")
    ax.set_title(name)
ax.set(xscale="log", yscale="log", ylim=(0.15, 1.2), xlabel="learning rate")
ax.set_xticks([1e-3, 1e-2, 1e-1, 1], ["0.001", "0.01", "0.1", "1"])
ax.set_yticks([0.2, 0.5, 1], ["0.2", "0.5", "1"])
ax.set_yticks([], minor=True)

# %% [markdown]
# Now take the best rate of each, and race again with five *other* seeds; those that helped to choose would
# flatter the winner.

# %%
#| label: tuned
#| echo: fold
#| tbl-cap: The share left unexplained by the best rate of each, for five new seeds.
rows = []
for name in names:
    best = grid[int(tuning[name, 100].mean(dim=1).argmin())]
    new = [share_left(name, best, seed) for seed in range(3, 8)]
    rows.append([best, sum(new) / 5, min(new), max(new)])

tuned = pd.DataFrame(rows, names, ["best rate", "mean", "lowest", "highest"])
tuned.round(3)

# %% [markdown]
# Tuned, they end rather close together: {{ tuned["mean"].min():.2f }} to {{ tuned["mean"].max():.2f }} on average,
# momentum lowest and SGD highest. And the worst optimizer with its best rate is far better than the best one with
# a bad rate. PyTorch's own default
# for Adam, 0.001, was too low here, for training as short as ours: it left between
# {{ tuning["adam", 100][0].min():.0f }} and {{ tuning["adam", 100][0].max():.0f }} times the variance.
#
# >>> bool(tuned["mean"].max() - tuned["mean"].min() < 0.06)
# True
# >>> tuned["mean"].idxmin(), tuned["mean"].idxmax()
# ('momentum', 'sgd')
# >>> worst = min(shares.mean(dim=1).max() for shares in tuning.values())
# >>> bool(worst > 2 * tuned["mean"].max())
# True
# >>> math.isclose(grid[0], 0.001)
# True
#
# ## Why Adam first?
#
# If Adam does not end lowest, why try it first? Change the *problem* in a harmless way: ask for the same
# consumption in gallons per 10 miles, and per 1,000 miles. The targets shrink or grow tenfold, and nothing else is
# different. We call a rate *working* if each of the three seeds leaves less than 0.35.

# %%
works, best_rates = {}, {}
for name in names:
    tuning[name, 10] = sweep(name, 10)
    tuning[name, 1000] = sweep(name, 1000)
    for miles in (10, 100, 1000):
        shares = tuning[name, miles]
        good = shares.max(dim=1).values < 0.35
        works[name, miles] = {r for r, g in zip(grid, good) if g}
        best_rates[name, miles] = grid[int(shares.mean(dim=1).argmin())]
shared = {
    name: works[name, 10] & works[name, 100] & works[name, 1000]
    for name in names
}

# %%
#| label: units
#| echo: fold
#| fig-cap: Change the unit, and you change which rates work. The target is gallons per 10, 100, or 1,000 miles.
#|   Full dots are rates that work in all three units.
#| fig-alt: Working learning rates of five optimizers as rows of dots on a logarithmic axis, three rows for each,
#|   for 10, 100, and 1,000 miles. For SGD and momentum the three rows lie further left for more miles, for
#|   AdaGrad and RMSProp further right. For Adam they lie nearly above each other and share
#|   {{ len(shared['adam']) }} rates, {{ min(shared['adam']):.2g}} and {{ max(shared['adam']):.2g}}.
fig, ax = plt.subplots(figsize=(5.6, 6))
for row, name in enumerate(names):
    for i, miles in enumerate([10, 100, 1000]):
        for r in works[name, miles]:
            face = "C0" if r in shared[name] else "none"
            ax.plot(r, 4 * row + i, "o", color="C0", mfc=face, markersize=5)
        ax.text(1.6, 4 * row + i, f"{miles:,} miles", va="center")
    ax.text(4e-4, 4 * row + 1, name, va="center", ha="right")
ax.set(xscale="log", xlim=(1e-5, 90), ylim=(19, -1), xlabel="learning rate")
ax.set_yticks([])
ax.spines.left.set_visible(False)
ax.set_xticks([1e-3, 1e-2, 1e-1, 1], ["0.001", "0.01", "0.1", "1"])
ax.set_xticks([], minor=True)

# %%
#| label: best-rates
#| echo: fold
#| tbl-cap: The best learning rate out of {{ len(grid) }} for each unit, and how many rates work in all three.
best_table = pd.DataFrame(
    [[best_rates[name, m] for m in (10, 100, 1000)] for name in names],
    index=names,
    columns=["10 miles", "100 miles", "1,000 miles"],
)


def share_at(limit, name):
    """How many rates leave less than a limit with each seed and unit."""
    highest = [tuning[name, m].max(dim=1).values for m in (10, 100, 1000)]
    return int((torch.stack(highest) < limit).all(dim=0).sum())


looser = {name: share_at(0.5, name) for name in names}
best_table.assign(shared=[len(shared[n]) for n in names]).round(3)

# %% [markdown]
# For SGD the best rate falls a hundredfold from the first unit to the last, and no rate of ours works in all
# three. For Adam it moves by one step of our grid at most, and {{ len(shared["adam"]) }} rates work in all of them.
#
# >>> best_rates["sgd", 10] / best_rates["sgd", 1000] > 99
# True
# >>> of_adam = [best_rates["adam", miles] for miles in (10, 100, 1000)]
# >>> max(of_adam) / min(of_adam) < 4  # a step of the grid is 3.2
# True
# >>> not shared["sgd"] and len(shared["adam"]) >= 2
# True
#
# Why? Make a gradient a hundred times as large, and SGD takes a step a hundred times as long. Adam divides by
# the size of the gradients, so the hundred cancels out. The steps for gradients of 0.3 and 30:
#
# >>> def two_steps(rule):
# ...     small, large = [
# ...         rule(torch.tensor(g), {}, 0.01).item() for g in (0.3, 30.0)
# ...     ]
# ...     return [round(small, 4), round(large, 4)]
# >>> two_steps(sgd), two_steps(adam)
# ([0.003, 0.3], [0.01, 0.01])
#
# Dividing is not all: AdaGrad and RMSProp divide as well, and share no rate here. With steps of a fixed size,
# larger targets need larger steps to be reached in time, and smaller targets need finer ones. And the limit of 0.35
# was our choice. At 0.5, Adam shares {{ looser["adam"] }} rates, AdaGrad {{ looser["adagrad"] }}, RMSProp
# {{ looser["rmsprop"] }}, momentum {{ looser["momentum"] }}, and SGD {{ looser["sgd"] }}.
#
# >>> not shared["momentum"] and not shared["adagrad"] and not shared["rmsprop"]
# True
# >>> all(share_at(0.35, n) == len(shared[n]) for n in names), looser["sgd"]
# (True, 0)
#
# That is one good reason to try Adam first: here, the first guess at a rate was more likely to work.
#
# ## AdamW, and a schedule
#
# *Weight decay* makes each weight a little smaller in each step; [the next lesson](overfitting.py#weight-decay) shows what it is good for. The classic way adds a
# multiple of the weight to its gradient. But Adam divides the gradient by its size, and so divides the decay
# too. *AdamW* shrinks the weight directly. Here are two weights of 1, whose gradients point to and fro, tiny
# for the first and huge for the second:


# %%
def after_decay(optimizer_class, weight_decay=0.1):
    w = torch.ones(2, requires_grad=True)
    optimizer = optimizer_class([w], lr=0.01, weight_decay=weight_decay)
    for step in range(100):
        w.grad = torch.tensor([0.01, 100.0]) * (-1) ** step
        optimizer.step()
    return [round(value, 2) for value in w.tolist()]


print("no decay:", after_decay(optim.Adam, weight_decay=0))
print("Adam:    ", after_decay(optim.Adam))
print("AdamW:   ", after_decay(optim.AdamW))

# %% [markdown]
# AdamW shrinks both alike: each step multiplies a weight by $1 - 0.01 \cdot 0.1$, and a hundred of them by
# {{ 0.999**100:.2f}}. (The steps to and fro take off the rest.) In Adam the second weight ends as without decay,
# and the first loses more than three quarters. So use weight decay with AdamW.
#
# >>> tiny, huge = after_decay(optim.Adam)
# >>> tiny < 0.25 and huge == after_decay(optim.Adam, 0)[1]
# True
#
# A learning-rate schedule begins with long steps, to get far, and ends
# with short ones, to settle. A scheduler changes the optimizer's rate each time its `step()` is called, here
# once per [epoch](../glossary/epoch.md), from 0.1 down to 0 along half a wave of the cosine.


# %%
def curve(learning_rate, cosine, seed, num_epochs=20):
    """Share left unexplained after each epoch of Adam."""
    model = new_model(seed)
    optimizer = optim.Adam(model.parameters(), lr=learning_rate)
    scheduler = optim.lr_scheduler.CosineAnnealingLR(optimizer, num_epochs)
    shares = []
    for epoch in range(num_epochs):
        train_epoch(model, optimizer, gallons)
        if cosine:
            scheduler.step()
        shares.append(unexplained(model, gallons))
    return shares


constant = torch.tensor([curve(0.1, False, seed) for seed in range(5)])
lower = torch.tensor([curve(0.01, False, seed) for seed in range(5)])
cosine = torch.tensor([curve(0.1, True, seed) for seed in range(5)])

# %%
#| label: schedule
#| echo: fold
#| fig-cap: Training with Adam, five seeds each. With a constant rate of 0.1 the loss keeps jumping. With the
#|   schedule it settles.
#| fig-alt: Two panels of the share left unexplained against the epoch, five curves each. At the left, with a
#|   constant rate, the curves jump up and down to the end, where they lie between
#|   {{ constant[:, -1].min():.2f}} and {{ constant[:, -1].max():.2f}}. At the right, with the schedule, they
#|   jump at first, then become smooth and end between {{ cosine[:, -1].min():.2f}} and
#|   {{ cosine[:, -1].max():.2f}}.
fig, axes = plt.subplots(1, 2, sharey=True)
for ax, shares, title in zip(
    axes, [constant, cosine], ["constant rate", "cosine schedule"]
):
    ax.plot(range(1, 21), shares.T, color="C0", linewidth=1)
    ax.set(xlabel="epoch", ylim=(0.1, 0.5), xticks=[1, 10, 20], title=title)
axes[0].set(ylabel="share left unexplained")

# %% [markdown]
# The schedule ends lower on each of the five seeds: {{ cosine[:, -1].mean():.2f }} on average, against
# {{ constant[:, -1].mean():.2f }} with the constant rate of 0.1, and {{ lower[:, -1].mean():.2f }} with a
# constant 0.01.
#
# >>> bool((cosine[:, -1] < torch.minimum(constant[:, -1], lower[:, -1])).all())
# True
#
# ## What to keep
#
# - Momentum adds up steps that agree and cancels those that do not; AdaGrad and RMSProp give each weight its
#   own rate; Adam does both.
# - Tuned well, plain SGD came close to Adam here. Compare optimizers only with their own best rates.
# - Adam is a good first try: here its learning rate hardly depended on the scale of the targets. AdamW adds
#   weight decay, and a schedule lets training settle.
#
# All of them do nothing but lower the training loss. What if that is low, and the network is of no use on new
# data? This is [overfitting](../glossary/overfitting.md), and the next lesson is about it: [Overfitting and
# underfitting](overfitting.py).
