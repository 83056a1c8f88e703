# %% [markdown]
# # Stochastic gradient descent
#
# **How does a network find its [weights](../glossary/weight.md)?** For a single line there is an exact
# solution. For a [deep network](../glossary/deep-neural-network.md) no exact solution is known, so it feels its
# way downhill, step by small step. The method is called [stochastic gradient
# descent](../glossary/stochastic-gradient-descent.md), SGD for short.
#
# After this lesson you can take its three steps by hand, choose a [learning rate](../glossary/learning-rate.md),
# say what the [batch size](../glossary/batch-size.md) and shuffling do, and explain what an
# [epoch](../glossary/epoch.md) and an [iteration](../glossary/iteration.md) are.
# You need [What counts as wrong](loss_functions.py).
#
# We try it where we can check the result: on one [neuron](../glossary/neuron.md). It predicts, from the size of a
# car's engine, how many gallons of fuel the car burns on 100 miles.

# %%
import matplotlib.pyplot as plt
import pandas as pd
import torch
from torch import nn

cars = pd.read_csv("data/cars.csv")
x = torch.tensor(cars.displacement.values, dtype=torch.float32)
y = torch.tensor((100 / cars.combined_mpg).values, dtype=torch.float32)

# %%
#| label: cars
#| fig-cap: "{{ len(cars):, }} cars: larger engines burn more, roughly along a straight line. [Where the data
#|   comes from](../data.md#cars)"
#| fig-alt: Scatter plot of gallons per 100 miles against engine displacement in liters. The points rise roughly
#|   along a straight line from about {{ y[x < 1.3].mean():.0f }} gallons for the smallest engines to
#|   {{ y[x == x.max()].min():.0f }} or {{ y[x == x.max()].max():.0f }} at {{ x.max():.0f }} liters, in vertical
#|   stripes since engine sizes are round numbers.
#| echo: fold
fig, ax = plt.subplots()
ax.scatter(x, y, s=8, alpha=0.5)
ax.set(xlabel="engine size (liters)", ylabel="gallons per 100 miles")

# %% [markdown]
# Why not miles per gallon, as on the sticker? Because that scale is bent. On 100 miles, going from 10 to 11
# miles per gallon saves fifteen times as much fuel as going from 40 to 41:
#
# >>> round(100 / 10 - 100 / 11, 2), round(100 / 40 - 100 / 41, 2)
# (0.91, 0.06)
#
# A neuron draws straight lines, so we ask for gallons, which follow the engine size more closely. Their
# [correlation](../glossary/correlation.md) with it is {{ cars.displacement.corr(100 / cars.combined_mpg):.2f }},
# against {{ cars.displacement.corr(cars.combined_mpg):.2f }} for miles per gallon.
#
# ## Three steps
#
# Training repeats three steps, many times over:
#
# 1. **Sample**: take a few rows of the data.
# 2. **Measure**: let the network predict, and measure how wrong the predictions are. That number is the
#    [loss](../glossary/loss.md); ours is the [mean squared error](../glossary/mean-squared-error.md).
# 3. **Adjust**: change each weight a little in the direction that makes the loss smaller.
#
# In which direction is that? The [gradient](../glossary/gradient.md) says it: for each weight, the slope of the
# loss, or its [derivative](../glossary/derivative.md). We can work it out for one car. Its error is
# $e = \hat y - y$, and the slope of $e^2$ is $2e$: that is how hard the car pulls on the *prediction*. Now
# nudge `w`. Since $\hat y = w x + b$, the prediction moves $x$ times as far as `w` did. So the slope for `w` is
# $2e \cdot x$: **the pull on the prediction, times the [feature](../glossary/input.md)**. Nudge `b`, and the
# prediction moves exactly as far. So the slope for `b` is the pull alone.
#
# Take three cars as our sample. We start knowing nothing, with `w = 0` and `b = 0`, so the first predictions
# are 0:

# %%
sample = pd.DataFrame({"x": x[:3].tolist(), "y": y[:3].tolist()})
sample["y_hat"] = 0.0 * sample["x"] + 0.0
sample["pull"] = 2 * (sample["y_hat"] - sample["y"])
sample["pull × x"] = sample["pull"] * sample["x"]
sample.round(2)

# %% [markdown]
# The gradient of the whole [batch](../glossary/mini-batch.md) is the [mean](../glossary/mean.md) of the last two
# columns: {{ sample["pull × x"].mean():.1f }} for `w` and {{ sample["pull"].mean():.1f }} for `b`. Here are the loss and
# its gradient as functions, and one step with them.


# %%
def mse(w, b, x, y):
    return ((w * x + b - y) ** 2).mean()


def gradient(w, b, x, y):
    pull = 2 * (w * x + b - y)
    return (pull * x).mean(), pull.mean()


w, b = 0.0, 0.0
dw, db = gradient(w, b, x[:3], y[:3])
before = mse(w, b, x[:3], y[:3])

w, b = w - 0.01 * dw, b - 0.01 * db
after = mse(w, b, x[:3], y[:3])
print(f"gradient {dw:.1f} and {db:.1f}, so now w = {w:.2f} and b = {b:.2f}")
print(f"loss {before:.1f} before, {after:.1f} after")

# %% [markdown]
# Both slopes are negative: the loss *falls* when `w` and `b` grow. So we go against the gradient, and both grow.
# The factor 0.01 is the learning rate.
#
# >>> bool(after < before and dw < 0 and db < 0)
# True
# >>> by_table = torch.tensor(sample["pull × x"].mean(), dtype=torch.float32)
# >>> bool(torch.isclose(dw, by_table))
# True
#
# [PyTorch](../glossary/pytorch.md) works out gradients by itself, and gets the same:
#
# >>> weights = torch.zeros(2, requires_grad=True)
# >>> mse(weights[0], weights[1], x[:3], y[:3]).backward()
# >>> weights.grad
# tensor([-40.1307, -10.4295])
# >>> torch.stack([dw, db])
# tensor([-40.1307, -10.4295])
#
# ## A line finds its place
#
# Now repeat. For a start we leave out the sampling and use all cars in each step, which makes it plain
# [gradient descent](../glossary/gradient-descent.md). The learning rate is 0.05.


# %%
def descend(x, learning_rate, num_steps, w=0.0, b=0.0):
    """Weights and loss, at the start and after each step with all cars."""
    history = [(w, b, float(mse(w, b, x, y)))]
    for _ in range(num_steps):
        dw, db = gradient(w, b, x, y)
        w = float(w - learning_rate * dw)
        b = float(b - learning_rate * db)
        history.append((w, b, float(mse(w, b, x, y))))
    return history


history = descend(x, learning_rate=0.05, num_steps=600)

# %%
#| label: settling
#| fig-cap: The line after 0, 1, 2, and 600 steps. The first step goes too far, the second comes back, and the
#|   rest turn the line into place.
#| fig-alt: The points of the cars with four lines. At step 0 the line lies flat at zero. At step 1 it is
#|   far too steep, and rises to {{ history[1][0] * 8 + history[1][1]:.0f }} gallons at 8 liters. At step 2 it has come
#|   down to {{ history[2][0] * 8 + history[2][1]:.0f }}, but is still too steep. At step 600
#|   it runs along their middle.
#| echo: fold
engine = torch.tensor([0.0, 8.0])
fig, ax = plt.subplots()
spots = torch.stack([x, y], dim=1).unique(dim=0)  # cars alike: one dot
ax.scatter(*spots.T, s=6, alpha=0.25)
for step, style in zip([0, 1, 2, 600], [":", "-.", "--", "-"]):
    w, b, _ = history[step]
    ax.plot(engine, w * engine + b, color="C1", linestyle=style)
    ax.text(8.1, w * 8 + b, f"step {step}", va="center", color="C1")
ax.set(xlabel="engine size (liters)", ylabel="gallons per 100 miles")
ax.set(xlim=(0, 10.4), xticks=range(0, 9, 2), yticks=[0, 5, 10])

# %% [markdown]
# Has it arrived? Least squares gives the exact solution. We count the steps until both numbers are right to a
# thousandth.


# %%
def least_squares(x):
    columns = torch.stack([x, torch.ones_like(x)], dim=1)
    return torch.linalg.lstsq(columns, y, driver="gels").solution.tolist()


def arrival(history, exact):
    """The first step at which w and b are both right to a thousandth."""
    for step, (w, b, _) in enumerate(history):
        if abs(w - exact[0]) < 0.001 and abs(b - exact[1]) < 0.001:
            return step


exact_w, exact_b = least_squares(x)
num_steps = arrival(history, (exact_w, exact_b))
w, b, final_loss = history[-1]
print(f"exactly:         w = {exact_w:.3f}, b = {exact_b:.3f}")
print(f"after 600 steps: w = {w:.3f}, b = {b:.3f}")
print(f"right to a thousandth at step {num_steps}")

# %% [markdown]
# ## Too small, right, too large
#
# The learning rate is the first number to get right. Here are four, with 100 steps each.

# %%
#| label: learning-rates
#| fig-cap: "Four learning rates. The smallest crawls. 0.05 falls at once and then creeps on. The two largest run
#|   away, the last of them at once. The scale of the loss is logarithmic: each number is ten times the one below."
#| fig-alt: Loss against step number on a logarithmic scale, for four learning rates. At 0.0005 the loss sinks
#|   slowly over all 100 steps. At 0.05 it drops in the first steps and ends lowest. At 0.085 it rises in a
#|   straight line and leaves the picture. At 0.99 it shoots up and leaves the picture at
#|   the second step.
#| echo: fold
fig, ax = plt.subplots()
for rate, style, place in [
    (0.0005, "--", (70, 7)),
    (0.05, "-", (70, 0.8)),
    (0.085, "-.", (35, 9e3)),
    (0.99, ":", (3, 9e3)),
]:
    losses = [entry[2] for entry in descend(x, rate, 100)]
    ax.plot(losses, color="C0", linestyle=style)
    ax.text(*place, rate, color="C0")
ax.set(yscale="log", ylim=(0.3, 3e4), xlabel="step", ylabel="loss")

# %%
runaway = [loss for w, b, loss in descend(x, 0.99, 100)]
for step in [0, 1, 2, 3, 12, 13, 100]:
    print(f"rate 0.99, step {step}: loss {runaway[step]:.3g}")

# %% [markdown]
# Think of the loss as a valley. With 0.99 each step overshoots the bottom and lands higher up on the other
# side, where the slope is steeper, so the next step is larger still: training *diverges*. After
# {{ runaway.index(float("inf")) }} steps the squares add up to more than `float32` can hold, and the loss is `inf`,
# infinite. In the end it is `nan`, *not a number*. If your own training gives `nan`, look at the learning rate first.
#
# >>> import math
# >>> crawling, settled = [descend(x, r, 100)[-1][2] for r in (0.0005, 0.05)]
# >>> settled < crawling < runaway[1] < 3e4 < runaway[2]
# True
# >>> math.isnan(runaway[-1])
# True
# >>> w, b, _ = descend(x, 0.99, 13)[-1]
# >>> squares = (w * x.double() + b - y) ** 2
# >>> bool(squares.mean() < torch.finfo(torch.float32).max < squares.sum())
# True
#
# Where is the border? For a line it can be computed: two divided by the *curvature* of the loss, which says how
# fast its slope changes, in the direction where that is largest.


# %%
#| echo: fold
def border(x):
    """The learning rate above which descend runs away."""
    columns = torch.stack([x, torch.ones_like(x)], dim=1)
    curvature = 2 * columns.T @ columns / len(x)
    return 2 / float(torch.linalg.eigvalsh(curvature).max())


# %%
largest_rate = border(x)
print(f"the learning rate must stay below {largest_rate:.4f}")
for rate in [0.99 * largest_rate, 1.01 * largest_rate]:
    print(f"{rate:.4f}: loss {descend(x, rate, 600)[-1][2]:.3g}")

# %% [markdown]
# >>> rates = 0.99 * largest_rate, 1.01 * largest_rate
# >>> below, above = [descend(x, rate, 600)[-1][2] for rate in rates]
# >>> below < 0.5 and above > 1e6
# True
#
# ## The shape of the valley
#
# Why does 0.05 need {{ num_steps }} steps? The valley is long and narrow. A step that is short enough not to
# overshoot across it is far too short along it. Now [standardize](../glossary/standardization.md) the engine
# sizes: move them to mean zero, and scale them to [standard deviation](../glossary/standard-deviation.md) one.
# The valley becomes round, and the border moves to 1.

# %%
z = (x - x.mean()) / x.std(correction=0)
exact_z = least_squares(z)
for rate in [0.05, 0.1, 0.5]:
    print(f"{rate}: {arrival(descend(z, rate, 600), exact_z)} steps")
print(f"border: {border(z):.2f}")

# %%
#| label: valley
#| fig-cap: "The loss as a map: on each gray line it has the same height, and the cross is the lowest place. Left,
#|   the raw engine sizes, with a learning rate of 0.05: the path jumps across a narrow valley and then creeps
#|   along it. Right, standardized, with a rate of 0.5: one step is enough."
#| fig-alt: "Two contour maps of the loss over w and b, each with the path of gradient descent. Left, long narrow
#|   ellipses; the path overshoots, comes back, and then creeps along the valley, and after 100 steps it is not
#|   yet at the cross that marks the lowest place. Right, circles; the path goes in one straight step from the
#|   start to the cross."
#| echo: fold
fig, panels = plt.subplots(1, 2, figsize=(5.6, 3.2))
maps = [
    (x, 0.05, 100, (-0.1, 1.7), (-0.6, 3.2), (exact_w, exact_b), "raw"),
    (z, 0.5, 1, (-2.5, 4.5), (-0.7, 6.5), exact_z, "standardized"),
]
for ax, (feature, rate, steps, ws, bs, best, title) in zip(panels, maps):
    across, up = torch.linspace(*ws, 28), torch.linspace(*bs, 28)
    heights = [[mse(v, u, feature, y).item() for v in across] for u in up]
    levels = [0.42 + 0.05 * 2.2**k for k in range(7)]
    ax.contour(across, up, heights, levels, colors="gray", linewidths=0.8)
    path = torch.tensor(descend(feature, rate, steps))
    ax.plot(
        path[:, 0], path[:, 1], "o-", color="C1", markersize=3, linewidth=1
    )
    ax.plot(*best, "x", color="C2", markersize=9, markeredgewidth=2)
    ax.set(xlim=ws, ylim=bs, xlabel="w", ylabel="b")
    ax.set_title(title)
    ax.locator_params(nbins=4)
    ax.grid(False)

# %% [markdown]
# {{ num_steps }} steps have become one. So a learning rate is not too large in itself, only for its data and its
# network.
#
# >>> arrival(descend(z, 0.5, 600), exact_z), round(border(z), 3), num_steps
# (1, 1.0, 523)
#
# ## Why stochastic?
#
# *Stochastic* means by chance, and the sampling brings chance in. A batch of a few rows gives only an estimate of
# the gradient, but a cheap one. How good is it? Draw a thousand batches of each size, and see how much the
# gradient of `w` scatters.

# %%
batch_sizes = [1, 4, 16, 64, 256]
noise = []
for seed in range(5):
    torch.manual_seed(seed)
    scatter = {}
    for n in batch_sizes:
        batches = [torch.randperm(len(x))[:n] for _ in range(1000)]
        slopes = [gradient(0, 0, x[rows], y[rows])[0] for rows in batches]
        scatter[n] = float(torch.stack(slopes).std())
    noise.append(scatter)
pd.DataFrame(noise).rename_axis("seed").round(1)

# %%
#| label: noise
#| fig-cap: Four times as many rows make the gradient about half as noisy. Dots are measured with five seeds; the
#|   line falls as one over the square root of the batch size.
#| fig-alt: Noise of the gradient against batch size, 1 to 256, both on logarithmic scales. The measured dots
#|   for five seeds lie on top of each other. They follow a straight falling line, from about
#|   {{ noise[0][1]:.0f }} at batch size 1 to {{ noise[0][256]:.1f }} at 256, where they lie a little below it.
#| echo: fold
one_row = float((2 * -y * x).std())  # each car's own gradient at w = b = 0
fig, ax = plt.subplots()
ax.plot(batch_sizes, [one_row / n**0.5 for n in batch_sizes], color="C2")
ax.text(5, 12, "as 1 / √(batch size)", color="C2")
for scatter in noise:
    ax.plot(scatter.keys(), scatter.values(), "o", color="C0", markersize=5)
ax.text(3.4, 8, "measured", color="C0", ha="right")
ax.set(xscale="log", yscale="log", xlabel="batch size")
ax.set_xticks(batch_sizes, batch_sizes)
ax.set_yticks([1, 2, 5, 10, 20], [1, 2, 5, 10, 20])
ax.set_xticks([], minor=True)
ax.set_yticks([], minor=True)
ax.set(ylabel="noise of the gradient")

# %% [markdown]
# You may read that small batches "average" the data. It is the other way round: the *larger* the batch, the
# more is averaged, and the less [noise](../glossary/noise.md) is left. At 256 a little less is left than the
# line says, because a batch holds no car twice. A batch of all cars has no noise at all.
#
# >>> sizes = batch_sizes[:-1]
# >>> falls = [scatter[n] / scatter[4 * n] for scatter in noise for n in sizes]
# >>> all(1.7 < fall < 2.4 for fall in falls)
# True
# >>> all(scatter[256] < one_row / 16 for scatter in noise)
# True
#
# ## The whole loop
#
# In each epoch the cars are shuffled and cut into batches, and each batch makes one
# step, an iteration.


# %%
def train(x, y, batch_size, learning_rate=0.05, seed=0, shuffle=True):
    torch.manual_seed(seed)
    w, b, num_iterations = 0.0, 0.0, 0
    for epoch in range(10):
        order = torch.randperm(len(x)) if shuffle else torch.arange(len(x))
        for rows in order.split(batch_size):  # sample
            dw, db = gradient(w, b, x[rows], y[rows])  # measure
            w, b = w - learning_rate * dw, b - learning_rate * db  # adjust
            num_iterations += 1
    return float(w), float(b), num_iterations


w, b, num_iterations = train(x, y, batch_size=64)
print(f"w = {w:.2f}, b = {b:.2f} after {num_iterations} iterations")

# %% [markdown]
# {{ len(cars):, }} cars in batches of 64 make {{ math.ceil(len(x) / 64) }} batches, the last of them smaller, so
# 10 epochs have {{ num_iterations }} iterations.
#
# >>> num_iterations == 10 * math.ceil(len(x) / 64)
# True
#
# How does the batch size change the outcome? Luck plays a part, so we use five
# [seeds](../glossary/seed.md).

# %%
#| label: batch-sizes
#| tbl-cap: The loss on all cars after ten epochs, for five seeds each.
#| echo: fold
results = []
for batch_size, rate in [
    (16, 0.05),
    (64, 0.05),
    (1108, 0.05),
    (16, 0.01),
    (64, 0.01),
]:
    losses = []
    for seed in range(5):
        w, b, num_iterations = train(x, y, batch_size, rate, seed)
        losses.append(float(mse(w, b, x, y)))
    mean = sum(losses) / 5
    results.append(
        [batch_size, rate, num_iterations, mean, min(losses), max(losses)]
    )

names = ["batch size", "rate", "iterations", "mean loss", "lowest", "highest"]
table = pd.DataFrame(results, columns=names).round(2)
table

# %% [markdown]
# The best possible loss is {{ final_loss:.2f }}. At the rate of 0.05, batches of 16 take many steps, but where
# they end depends on luck: the noise keeps pushing the line about. All cars in one batch leave nothing to luck,
# but ten epochs are only ten steps. Batches of 64 do best. Now look at the last two rows. At a fifth of the
# rate, batches of 16 end lowest on average, and for 64 there are too few steps. The batch size and the
# learning rate are chosen together.
#
# >>> mean, spread = table["mean loss"], table["highest"] - table["lowest"]
# >>> bool(mean[1] < min(mean[0], mean[2]))
# True
# >>> bool(spread[0] > spread[1] > spread[2] == 0)
# True
# >>> bool(table["highest"][3] < table["lowest"].drop([1, 3]).min())
# True
# >>> bool(mean.idxmin() == 3 and mean[4] > mean[1])
# True
#
# Try it yourself, with all {{ len(y) }} cars and with batches of 16. Look for a learning rate that crawls, one that
# zigzags, and one that runs away. Then standardize, and look for them again. What do smaller batches add?


# %%
#| echo: fold
def walk(feature, batch_size, learning_rate):
    """Weights and loss on all cars, at the start and after each step."""
    torch.manual_seed(0)
    w, b = 0.0, 0.0
    path = [(w, b, float(mse(w, b, feature, y)))]
    for _ in range(40):
        rows = torch.randperm(len(y))[:batch_size]
        dw, db = gradient(w, b, feature[rows], y[rows])
        w, b = float(w - learning_rate * dw), float(b - learning_rate * db)
        path.append((w, b, float(mse(w, b, feature, y))))
    return path


maps = {}
for ready, feature, ws, bs in [
    (False, x, (-0.2, 1.8), (-0.6, 4.4)),
    (True, z, (-2.5, 4.5), (-1, 10)),
]:
    across, up = torch.linspace(*ws, 24), torch.linspace(*bs, 24)
    heights = [[mse(v, u, feature, y).item() for v in across] for u in up]
    maps[ready] = feature, across, up, heights

# %%
#| label: forty-steps
#| fig-cap: "Forty steps in the valley, and the loss on all cars after each. Left, the map of the loss as above, with
#|   the path of `w` and `b`, and a cross at the lowest place. Right, the loss; where it leaves the picture, it runs
#|   away."
#| fig-alt: "Left, a contour map of the loss over w and b, a long narrow valley; the path overshoots, comes back, and
#|   creeps along the valley toward a cross, which it does not reach. Right, the loss against the step, logarithmic: it
#|   falls steeply in the first steps and then slowly. Controls change the learning rate, the batch size, and whether the
#|   feature is standardized, which makes the valley round."
#| echo: fold
#| play: learning_rate = [0.001, 0.01, 0.05, 0.07, 0.1, 0.5, 0.99]; batch_size = [16, 1108]; standardized = [False, True]
learning_rate = 0.05
batch_size = 1108
standardized = False
feature, across, up, heights = maps[standardized]
path = walk(feature, batch_size, learning_rate)
seen = torch.tensor(path).nan_to_num(1e4, 1e4, -1e4).clamp(-1e4, 1e4)
best = exact_z if standardized else (exact_w, exact_b)

fig, (ax, right) = plt.subplots(1, 2, figsize=(5.6, 3.2))
levels = [0.42 + 0.05 * 2.6**k for k in range(6)]
ax.contour(across, up, heights, levels, colors="gray", linewidths=0.8)
ax.plot(seen[:, 0], seen[:, 1], color="C1", linewidth=1.5)
ax.plot(*best, "x", color="C2", markersize=9, markeredgewidth=2)
ax.set(xlim=across[[0, -1]].tolist(), ylim=up[[0, -1]].tolist())
ax.set(xticks=[0, 3] if standardized else [0, 1])
ax.set(yticks=[0, 4, 8] if standardized else [0, 2, 4])
ax.set(xlabel="w", ylabel="b")
ax.grid(False)
right.plot(seen[:, 2], color="C0")
right.set(yscale="log", ylim=(0.3, 3000), xlabel="step", ylabel="loss")
right.set(xlim=(0, 40), xticks=[0, 20, 40])
right.set_yticks([1, 10, 100, 1000], [1, 10, 100, 1000])
right.set_yticks([], minor=True)
reached = path[-1][2]
note = ", not a number: it ran away" if reached != reached else ""  # nan
print(f"loss after 40 steps {reached:.3g}{note}; lowest {final_loss:.3g}")

# %% [markdown]
# On the raw sizes with all cars, 0.001 crawls, 0.07 zigzags, and 0.1 runs away. Standardized, 0.1 arrives within the
# forty steps, 0.5 in one, and 0.99 jumps from side to side and comes down slowly. Batches of 16 add noise: with 0.5 the
# loss no longer comes to rest at the lowest, and 0.99 throws it up to more than ten times where it began: the
# border belongs to the data, and each batch has its own.
#
# >>> def end(feature, batch_size, learning_rate):
# ...     return walk(feature, batch_size, learning_rate)[-1][2]
# >>> end(x, 1108, 0.001) > 3 and end(x, 1108, 0.07) < 0.6
# True
# >>> end(x, 1108, 0.1) > 1e9 and end(z, 1108, 0.1) < final_loss + 0.001
# True
# >>> end(z, 1108, 0.99) < 0.25 * walk(z, 1108, 0.99)[1][2]
# True
# >>> losses = [loss for w, b, loss in walk(z, 16, 0.99)]
# >>> max(losses) > 10 * losses[0]
# True
# >>> noisy = [loss for w, b, loss in walk(z, 16, 0.5)]
# >>> calm = [loss for w, b, loss in walk(z, 1108, 0.5)]
# >>> max(noisy[-6:]) > 1.2 * final_loss > max(calm[1:])
# True
# >>> ws = [w for w, b, loss in walk(z, 1108, 0.99)]
# >>> sides = [w > exact_z[0] for w in ws]
# >>> all(one != other for one, other in zip(sides, sides[1:]))
# True
#
# ## Why shuffle?
#
# Suppose the rows were sorted by fuel, and we took them in that order. Cars that burn the same can stand in any
# order, so we try five:


# %%
def train_sorted(batch_size, rate, seed):
    torch.manual_seed(seed)
    mixed = torch.randperm(len(x))
    order = mixed[y[mixed].argsort(stable=True)]  # equal ones stay mixed
    w, b, _ = train(x[order], y[order], batch_size, rate, shuffle=False)
    return float(mse(w, b, x, y))


by_fuel = y.argsort(stable=True)
last = by_fuel[-64:]
print(f"border for the last 64 cars: {border(x[last]):.3f}")

runs = {}
for n, rate in [(16, 0.05), (64, 0.05), (16, 0.01), (64, 0.01)]:
    losses = [train_sorted(n, rate, seed) for seed in range(5)]
    runs[f"{n} at {rate}"] = losses
pd.DataFrame(runs).rename_axis("seed").map("{:.3g}".format)

# %% [markdown]
# Compare with the table: nearly all end worse. Each epoch ends with nothing but the thirstiest cars,
# and the line is dragged up to them. Their engines are large, so their border lies below 0.05: there, each such step
# overshoots further. A batch should look like the whole table.
#
# >>> highest = table["highest"].drop(2)
# >>> pairs = zip(runs.values(), highest)
# >>> worse = [sum(loss > top for loss in losses) for losses, top in pairs]
# >>> worse == [5, 4, 5, 5]
# True
# >>> def mean_error(line, rows):
# ...     return float((line[0] * x[rows] + line[1] - y[rows]).mean())
# >>> at_best = mean_error((exact_w, exact_b), last)
# >>> cars_sorted = x[by_fuel], y[by_fuel]
# >>> lines = [train(*cars_sorted, n, 0.01, shuffle=False) for n in (64, 16)]
# >>> all(mean_error(line, last) > at_best + 0.5 for line in lines)
# True
# >>> border(x[last]) < 0.05
# True
#
# ## The same in PyTorch
#
# In practice PyTorch finds the gradient, by [backpropagation](../glossary/backpropagation.md) (`backward`), and an [optimizer](../glossary/optimizer.md)
# does the adjusting (`step`). `nn.Linear` wants a table, with a row for each car and a column for each feature:
# `[:, None]` makes it.

# %%
X, targets = x[:, None], y[:, None]
model = nn.Linear(1, 1)
nn.init.zeros_(model.weight)
nn.init.zeros_(model.bias)
loss_function = nn.MSELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)

torch.manual_seed(0)
batch_losses = []
for epoch in range(10):
    for rows in torch.randperm(len(X)).split(64):
        y_hat = model(X[rows])
        loss = loss_function(y_hat, targets[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        batch_losses.append(loss.item())

print(f"w = {model.weight.item():.2f}, b = {model.bias.item():.2f}")

# %% [markdown]
# Five lines make a step: predict, measure, clear, find the slopes, step. `zero_grad` clears, because PyTorch adds
# each new gradient to the old one. The result is ours, up to rounding:
#
# >>> w, b, _ = train(x, y, batch_size=64)
# >>> theirs = torch.cat([model.weight[0], model.bias])
# >>> torch.allclose(torch.tensor([w, b]), theirs, rtol=1e-3)
# True

# %%
#| label: batch-losses
#| fig-cap: The loss that training sees, batch by batch. It is noisy, since each batch holds other cars. The
#|   thick line is the mean of 18 batches, an epoch.
#| fig-alt: Loss of each batch against iteration, from 0 to {{ len(batch_losses) }}, logarithmic. A thin jagged
#|   line falls steeply in the first few iterations, and then jumps up and down, mostly between
#|   {{ torch.tensor(batch_losses[40:]).quantile(0.1):.1f }} and
#|   {{ torch.tensor(batch_losses[40:]).quantile(0.9):.1f }}. A thick line, the mean of 18 batches, is calmer.
#| echo: fold
calm = torch.tensor(batch_losses[1:]).unfold(0, 18, 1).mean(dim=1)
fig, ax = plt.subplots(figsize=(5.6, 3))
ax.plot(batch_losses, color="C0", linewidth=0.8, alpha=0.7)
ax.plot(range(18, len(batch_losses)), calm, color="C0", linewidth=2.5)
ax.text(4, 4, "each batch", color="C0")
ax.text(90, 1, "mean of 18", color="C0")
ax.set(yscale="log", xlabel="iteration", ylabel="loss of the batch")
ax.set_yticks([0.3, 1, 3, 10, 30], [0.3, 1, 3, 10, 30])
ax.set_yticks([], minor=True)
ax.set_xticks(range(0, 151, 50))

# %% [markdown]
# This is a [training loop](../glossary/training-loop.md). All it lacks is a [validation
# set](../glossary/validation-set.md): see [The full training loop](training_loop.py).
#
# ## What a deep network adds
#
# The same loop trains a network with millions of weights. But two things change. First, its gradients are longer
# to work out; that is the next lesson. Second, the loss of a neuron has one valley, and the loss of a network
# with a [hidden layer](../glossary/hidden-layer.md) has many. The lowest place of each is a [local
# minimum](../glossary/local-minimum.md). So where you end depends on where you start:


# %%
def train_network(model):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for step in range(1000):
        y_hat = model(z[:, None])
        loss = loss_function(y_hat, targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.item()


networks, ends = [], []
for seed in range(6):
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(1, 2), nn.ReLU(), nn.Linear(2, 1))
    networks.append(model)
    ends.append(train_network(model))

print("ends at", [round(loss, 3) for loss in ends])

# %% [markdown]
# Six random starts do not end alike. The best straight line has a loss of
# {{ final_loss:.3f }}. The second network ends there: both its bends lie outside the data, so it draws a line,
# and no small change of its weights makes a better one. That is a local minimum. The last network has found a
# useful bend. The fifth predicts the mean for every car: its [ReLUs](../glossary/relu.md) are shut for all of
# them, which leaves no slope, so more steps would not help.
#
# Must the start be random? A neuron could start from zeros. This network can't: with zero weights at the output,
# every slope of the hidden layer is zero. That layer never moves, and the network ends at the mean. So networks start
# from small random numbers. How small is a question of [initialization](../glossary/initialization.md), for
# [Activation functions](activations.py#layer-by-layer).
#
# >>> zeros = nn.Sequential(nn.Linear(1, 2), nn.ReLU(), nn.Linear(2, 1))
# >>> for parameter in zeros.parameters():
# ...     _ = nn.init.zeros_(parameter)
# >>> end_of_zeros, variance = train_network(zeros), float(y.var(correction=0))
# >>> abs(end_of_zeros - variance) < 1e-4 and abs(ends[4] - variance) < 1e-4
# True
# >>> zeros[0].weight.abs().max().item() == 0
# True
# >>> bends = (-networks[1][0].bias / networks[1][0].weight[:, 0]).tolist()
# >>> abs(ends[1] - final_loss) < 1e-3 and ends[5] < final_loss - 0.005
# True
# >>> min(bends) < z.min().item() and z.max().item() < max(bends)
# True
# >>> loss_function(networks[4](z[:, None]), targets).backward()
# >>> bool((networks[4][:2](z[:, None]) == 0).all())
# True
# >>> bool((networks[4][0].weight.grad == 0).all())
# True
#
# ## What to keep
#
# - Sample, measure, adjust: take a batch, compute the loss, and move each weight against its gradient, which is
#   the pull on the prediction times the feature.
# - The learning rate decides most: too small crawls, too large diverges. Its border depends on the data, and
#   standardizing moves it.
# - Small batches make many cheap, noisy steps; large batches make few, quiet ones. Shuffle in each epoch.
#
# With layers behind layers, which weight had what share in the error? That comes next, in
# [Backpropagation](backpropagation.py).
