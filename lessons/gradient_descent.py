# %% [markdown]
# # Stochastic gradient descent
#
# **How does a network find its [weights](../glossary/weight.md)?** For a single line there is an exact
# solution. For a [deep network](../glossary/deep-neural-network.md) there is none, so it feels its way
# downhill, step by small step. The method is called [stochastic gradient
# descent](../glossary/stochastic-gradient-descent.md), SGD for short, and nearly every network in use was
# trained by it or by one of its relatives.
#
# After this lesson you can name its three steps and take them by hand, choose a [learning
# rate](../glossary/learning-rate.md), say what the [batch size](../glossary/batch-size.md) does, and tell an
# [epoch](../glossary/epoch.md) from an [iteration](../glossary/iteration.md). You need [A single
# neuron](single_neuron.py).
#
# We try it where we can check the result: on one [neuron](../glossary/neuron.md). It is to tell from the size
# of a car's engine how much fuel the car needs. Here are the cars of the model year 2021, with the gallons they
# burn on 100 miles.

# %%
#| label: cars
#| fig-cap: "{{ len(cars):, }} cars: larger engines burn more, roughly along a straight line. [Where the data
#|   comes from](../data.md#cars)"
#| fig-alt: Scatter plot of gallons per 100 miles against engine displacement in liters. The points rise roughly
#|   along a straight line from about 3 gallons at 1 liter to about {{ y.max():.0f }} at 8 liters, in vertical
#|   stripes since engine sizes are round numbers.
import matplotlib.pyplot as plt
import pandas as pd
import torch
from torch import nn

cars = pd.read_csv("data/cars.csv")
x = torch.tensor(cars.displacement.values)
y = torch.tensor((100 / cars.combined_mpg).values)

fig, ax = plt.subplots()
ax.scatter(x, y, s=8, alpha=0.5)
ax.set(
    xlabel="engine size (liters)",
    ylabel="gallons per 100 miles",
    title="Larger engines burn more",
)

# %% [markdown]
# Why not miles per gallon, as on the sticker? Because that scale is bent. On 100 miles, a car that does 11
# miles per gallon instead of 10 saves fifteen times as much fuel as one that does 41 instead of 40:
#
# >>> round(100 / 10 - 100 / 11, 2), round(100 / 40 - 100 / 41, 2)
# (0.91, 0.06)
#
# A neuron draws straight lines, so we give it a straight question. As
# [correlations](../glossary/correlation.md) show, gallons follow the engine more closely:
#
# >>> round(float(cars.displacement.corr(cars.combined_mpg)), 2)
# -0.7
# >>> round(float(cars.displacement.corr(100 / cars.combined_mpg)), 2)
# 0.83
#
# ## Three steps
#
# Training repeats three steps, many times over:
#
# 1. **Sample**: take a few rows of the data.
# 2. **Measure**: let the network answer, and measure how wrong the answers are. That number is the
#    [loss](../glossary/loss.md); ours is the [mean squared error](../glossary/mean-squared-error.md).
# 3. **Adjust**: change each weight a little in the direction that makes the loss smaller.
#
# In which direction is that? The [gradient](../glossary/gradient.md) tells: for each weight, how fast the loss
# grows when that weight grows. For a line and the mean squared error the rules of calculus give it in one line
# each:


# %%
def loss(w, b, x, y):
    return ((w * x + b - y) ** 2).mean(dim=-1)


def gradient(w, b, x, y):
    error = w * x + b - y
    return 2 * (error * x).mean(dim=-1), 2 * error.mean(dim=-1)


# %% [markdown]
# Now the three steps by hand, once. We start knowing nothing, with `w = 0` and `b = 0`, and take three cars as
# our sample: engines of {{ x[0]:.1f}}, {{ x[1]:.1f}}, and {{ x[2]:.1f}} liters, which burn {{ y[0]:.2f}},
# {{ y[1]:.2f}}, and {{ y[2]:.2f}} gallons. The first answer is 0 for each, so the errors are these numbers with
# a minus.

# %%
sample = [0, 1, 2]
w, b = 0.0, 0.0
dw, db = gradient(w, b, x[sample], y[sample])
before = loss(w, b, x[sample], y[sample])

w, b = w - 0.01 * dw, b - 0.01 * db
after = loss(w, b, x[sample], y[sample])
print(f"gradient {dw:.1f} and {db:.1f}, so now w = {w:.2f} and b = {b:.2f}")
print(f"loss {before:.1f} before, {after:.1f} after")

# %% [markdown]
# Check the second number on paper: the mean of the three errors, times two.
#
# >>> round(2 * float((-y[sample]).mean()), 1) == round(float(db), 1)
# True
#
# Both parts of the gradient are negative: the loss *falls* when `w` and `b` grow. So we go against the
# gradient, which means that both grow. The factor 0.01 is the [learning rate](../glossary/learning-rate.md),
# and one step was enough to bring the loss down:
#
# >>> bool(after < before)
# True
#
# You need not trust the formula for the gradient. [PyTorch](../glossary/pytorch.md) works out gradients by
# itself, and gets the same:
#
# >>> weights = torch.zeros(2, requires_grad=True, dtype=torch.float64)
# >>> loss(weights[0], weights[1], x[sample], y[sample]).backward()
# >>> torch.allclose(weights.grad, torch.stack([dw, db]))
# True
#
# ## A line finds its place
#
# Now repeat. For a start we leave out the sampling and use all cars in each step, which makes it plain
# [gradient descent](../glossary/gradient-descent.md). The learning rate is 0.05.


# %%
def descend(learning_rate, num_steps):
    """Weights and loss, at the start and after each step with all cars."""
    w, b = 0.0, 0.0
    history = [(w, b, float(loss(w, b, x, y)))]
    for _ in range(num_steps):
        dw, db = gradient(w, b, x, y)
        w, b = float(w - learning_rate * dw), float(b - learning_rate * db)
        history.append((w, b, float(loss(w, b, x, y))))
    return history


history = descend(learning_rate=0.05, num_steps=600)

# %%
#| label: settling
#| fig-cap: The line after 0, 1, 2, and 600 steps. The first step goes too far, the second comes back, and the
#|   rest turn the line into place.
#| fig-alt: The points of the cars with four lines. At step 0 the line lies flat at zero. At step 1 it rises
#|   above the points, to {{ history[1][0] * 8 + history[1][1]:.0f }} gallons at 8 liters. At step 2 it has come
#|   down to {{ history[2][0] * 8 + history[2][1]:.0f }}, close to the points but still too steep. At step 600
#|   it runs along their middle.
engine = torch.tensor([0.0, 8.0])
fig, ax = plt.subplots()
ax.scatter(x, y, s=6, alpha=0.25)
for step, color in zip([0, 1, 2, 600], ["C5", "C4", "C1", "C2"]):
    w, b, _ = history[step]
    ax.plot(engine, w * engine + b, color=color)
    ax.text(8.1, w * 8 + b, f"step {step}", va="center", color=color)
ax.set(xlabel="engine size (liters)", ylabel="gallons per 100 miles")
ax.set(xlim=(0, 9.8), title="The line finds its place")

# %% [markdown]
# Has it arrived? The exact solution by least squares is at hand, so we compare. Six hundred steps reach it to
# two decimals:

# %%
columns = torch.stack([x, torch.ones_like(x)], dim=1)
exact_w, exact_b = torch.linalg.lstsq(columns, y).solution.tolist()
w, b, final_loss = history[-1]
print(f"by descent: w = {w:.4f}, b = {b:.4f}")
print(f"exactly:    w = {exact_w:.4f}, b = {exact_b:.4f}")

# %% [markdown]
# >>> abs(w - exact_w) < 0.005 and abs(b - exact_b) < 0.005
# True
#
# ## Too small, right, too large
#
# The learning rate is the number to get right. Here are three of them, and 100 steps with each.

# %%
#| label: learning-rates
#| fig-cap: Too small a learning rate crawls, a good one settles, too large a one runs away. The scale of the
#|   loss is logarithmic.
#| fig-alt: Loss against step number on a logarithmic scale, for three learning rates. At 0.0005 the loss sinks
#|   slowly over all 100 steps. At 0.05 it drops at once and levels out lowest. At 0.99 it shoots up from the
#|   first step and leaves the picture, past a billion by step
#|   {{ next(step for step, value in enumerate(losses) if value > 1e9) }}.
fig, ax = plt.subplots()
for rate, color, place in [
    (0.0005, "C0", (60, 9)),
    (0.05, "C2", (60, 0.1)),
    (0.99, "C1", (6, 3e7)),
]:
    losses = [entry[2] for entry in descend(rate, 100)]
    ax.plot(losses, color=color)
    ax.text(*place, rate, color=color)
ax.set(yscale="log", ylim=(0.05, 1e9), xlabel="step", ylabel="loss")
ax.set_title("Three learning rates")

# %% [markdown]
# Think of the loss as a valley. With 0.99 each step overshoots the bottom and lands higher up on the other
# side, where the slope is steeper, so the next step is larger still: training *diverges*.
#
# >>> crawling, settled, diverged = (descend(rate, 100)[-1][2] for rate in [0.0005, 0.05, 0.99])
# >>> settled < crawling < diverged
# True
# >>> diverged > 1e100
# True
#
# Where is the border? For a line it can be computed: two divided by the *curvature* of the loss, which says how
# fast its slope changes, in the direction where that is largest. (How the code finds it need not concern you.)

# %%
curvature = 2 * columns.T @ columns / len(x)
largest_rate = 2 / float(torch.linalg.eigvalsh(curvature).max())
print(f"the learning rate must stay below {largest_rate:.4f}")

# %% [markdown]
# A hair below the border the loss still falls, a hair above it no longer does:
#
# >>> first, *_, below = [entry[2] for entry in descend(largest_rate * 0.99, 600)]
# >>> below < first
# True
# >>> first, *_, above = [entry[2] for entry in descend(largest_rate * 1.01, 600)]
# >>> above > first
# True
#
# The border belongs to this data. If we first [standardize](../glossary/standardization.md) the engine sizes,
# which moves them to mean zero and scales them to [standard deviation](../glossary/standard-deviation.md) one,
# it lies at 1, and 0.99 no longer diverges. So a learning rate is never too large in itself, only for its data
# and its network.
#
# >>> z = (x - x.mean()) / x.std(correction=0)
# >>> columns_z = torch.stack([z, torch.ones_like(z)], dim=1)
# >>> round(2 / float(torch.linalg.eigvalsh(2 * columns_z.T @ columns_z / len(z)).max()), 6)
# 1.0
#
# ## Why stochastic?
#
# *Stochastic* means by chance, and it is the sampling that brings chance in. A few rows, a
# [mini-batch](../glossary/mini-batch.md), give only an estimate of the gradient, but a cheap one. How good is
# it? Draw many batches of each [size](../glossary/batch-size.md), and see how much the gradient scatters from
# one batch to the next.

# %%
#| label: noise
#| fig-cap: Four times as many rows make the gradient half as noisy. Dots are measured with five seeds; the line
#|   falls as one over the square root of the batch size.
#| fig-alt: Noise of the gradient against batch size, 1 to 256, both on logarithmic scales. The measured dots
#|   for five seeds lie on top of each other and follow a straight falling line, from about
#|   {{ noise[0][1]:.0f }} at batch size 1 to about {{ noise[0][256]:.1f }} at 256.
batch_sizes = [1, 4, 16, 64, 256]
noise = []
for seed in range(5):
    torch.manual_seed(seed)
    # a thousand batches of each size, a row a batch
    thousand = {n: torch.randint(len(x), (1000, n)) for n in batch_sizes}
    gradients = {n: gradient(0, 0, x[i], y[i])[0] for n, i in thousand.items()}
    noise.append({n: float(g.std()) for n, g in gradients.items()})

one_row = float((2 * -y * x).std())  # each car's own gradient at w = b = 0
fig, ax = plt.subplots()
ax.plot(batch_sizes, [one_row / n**0.5 for n in batch_sizes], color="C1")
for measured in noise:
    ax.plot(measured.keys(), measured.values(), "o", color="C0", markersize=4)
ax.set(xscale="log", yscale="log", xlabel="batch size")
ax.set_xticks(batch_sizes, batch_sizes)
ax.set_xticks([], minor=True)
ax.set(ylabel="noise of the gradient", title="Larger batches, less noise")

# %% [markdown]
# You may read that small batches "average" the data. The other way round: the *larger* the batch, the more is
# averaged, and the less [noise](../glossary/noise.md) is left. From 1 to 256 rows it shrinks to about a
# sixteenth, for each [seed](../glossary/seed.md):
#
# >>> all(14 < measured[1] / measured[256] < 18 for measured in noise)
# True
#
# ## The whole loop
#
# Now everything together. In each [epoch](../glossary/epoch.md) the cars are shuffled and cut into batches, and
# each batch makes one step, an [iteration](../glossary/iteration.md). The comments name our three steps; of the
# loss we need only its gradient.


# %%
def train(batch_size, learning_rate=0.05, num_epochs=10, seed=0):
    torch.manual_seed(seed)
    w, b, num_iterations = 0.0, 0.0, 0
    for _ in range(num_epochs):
        for rows in torch.randperm(len(x)).split(batch_size):  # sample
            dw, db = gradient(w, b, x[rows], y[rows])  # measure
            w, b = w - learning_rate * dw, b - learning_rate * db  # adjust
            num_iterations += 1
    return float(w), float(b), num_iterations


w, b, num_iterations = train(batch_size=64)
print(f"w = {w:.2f}, b = {b:.2f} after {num_iterations} iterations")

# %% [markdown]
# Count along: {{ len(cars):, }} cars in batches of 64 make 18 batches, the last of them smaller, so an epoch
# has 18 iterations, and 10 epochs have {{ num_iterations }}.
#
# >>> import math
# >>> math.ceil(len(x) / 64), 10 * math.ceil(len(x) / 64) == num_iterations
# (18, True)
#
# How does the batch size change the outcome? Same learning rate, same number of epochs, and five seeds each,
# since now luck plays a part.

# %%
#| label: batch-sizes
#| tbl-cap: The loss on all cars after ten epochs, for five seeds each.
results = []
for batch_size in [16, 64, len(x)]:
    runs = [train(batch_size, seed=seed) for seed in range(5)]
    losses = [float(loss(w, b, x, y)) for w, b, _ in runs]
    results.append(
        [batch_size, runs[0][2], sum(losses) / 5, min(losses), max(losses)]
    )

names = ["batch size", "iterations", "mean loss", "lowest", "highest"]
table = pd.DataFrame(results, columns=names).round(3)
table

# %% [markdown]
# The best possible loss is {{ final_loss:.3f }}. Batches of 16 take the most steps, but where they end depends
# on luck, since the noise never stops pushing the line about. With all cars in one batch there is no luck at
# all, and every seed ends in the same place; yet each epoch makes only one step, and ten steps do not get far.
# Batches of 64 are the middle way: here they end lowest on average.
#
# >>> spread = table["highest"] - table["lowest"]
# >>> bool(spread[0] > spread[1] > spread[2] == 0)
# True
# >>> int(table["mean loss"].idxmin())
# 1
#
# ## The same in PyTorch
#
# In practice nobody writes the gradient by hand. PyTorch finds it, by
# [backpropagation](../glossary/backpropagation.md) (`backward`), and an [optimizer](../glossary/optimizer.md)
# does the adjusting (`step`). The rest is the same loop.

# %%
model = nn.Linear(1, 1).double()
nn.init.zeros_(model.weight)
nn.init.zeros_(model.bias)
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)

torch.manual_seed(0)
for _ in range(10):
    for rows in torch.randperm(len(x)).split(64):
        y_hat = model(x[rows, None]).squeeze()
        batch_loss = nn.functional.mse_loss(y_hat, y[rows])
        optimizer.zero_grad()
        batch_loss.backward()
        optimizer.step()

print(f"w = {model.weight.item():.2f}, b = {model.bias.item():.2f}")

# %% [markdown]
# `zero_grad` is there because PyTorch adds each new gradient to the old one until told to forget it. The result
# is ours, up to rounding:
#
# >>> ours = torch.tensor(train(batch_size=64)[:2])
# >>> theirs = torch.tensor([model.weight.item(), model.bias.item()])
# >>> torch.allclose(ours, theirs)
# True
#
# This is a [training loop](../glossary/training-loop.md), whole but for niceties. One neuron could have been
# solved exactly. The loop does not know, and it works in the same way for a network with millions of weights,
# for which no exact solution is known.
#
# ## What to keep
#
# - Sample, measure, adjust: take a batch, compute the loss, and move each weight against its gradient.
# - The learning rate decides everything: too small crawls, too large diverges, and the border depends on the
#   data.
# - Small batches make many cheap, noisy steps; large batches make few, quiet ones.
#
# What a deep network adds is only that its gradients are longer to work out. How PyTorch does that comes next,
# in [Backpropagation](backpropagation.py).
#
# ## Exercises
#
# 1. **Predict.** How many iterations has an epoch with batches of 100? Of 1? Check with
#    `len(torch.arange(len(x)).split(100))`.
#
#     ??? success "Answer"
#
#         As many as there are batches, the last and smaller one included.
#
#         >>> [len(torch.arange(len(x)).split(size)) for size in (100, 1)]
#         [12, 1108]
#
# 2. **Predict.** Let `descend` start at `w = 10` instead of 0. Does it arrive elsewhere?
#
#     ??? success "Answer"
#
#         No. The mean squared error of a line has a single lowest place, and all ways down lead to it.
#
#         >>> w, b = 10.0, 0.0
#         >>> for _ in range(600):
#         ...     dw, db = gradient(w, b, x, y)
#         ...     w, b = float(w - 0.05 * dw), float(b - 0.05 * db)
#         >>> abs(w - exact_w) < 0.01 and abs(b - exact_b) < 0.02
#         True
#
# 3. **Change.** Measure the noise with the gradient of `b` in place of `w`. Does it fall in the same way?
# 4. **Change.** Set `x = z`, and compute the exact `w` and `b` anew. How few steps does `descend` need now to
#    come within a thousandth of both? Try several learning rates.
# 5. **Build.** Take a tenth off the learning rate of `train` after each epoch. Do batches of 16 now end closer
#    together?
