# %% [markdown]
# # Dropout and batch normalization
#
# **How can a network learn better when parts of it are switched off at random?** It sounds like sabotage. Yet
# [dropout](../glossary/dropout.md) is one of the most used cures for [overfitting](../glossary/overfitting.md).
# The second layer of this lesson, [batch normalization](../glossary/batch-normalization.md), rescues networks
# that do not train at all.
#
# After this lesson you can write both layers by hand, say what changes between training and prediction, and
# judge on your own data whether they help. You need [Overfitting and underfitting](overfitting.py) and
# [Stochastic gradient descent](gradient_descent.py).
#
# First a look at what dropout does. Here is a small network in three training steps, and at prediction.

# %%
import matplotlib.pyplot as plt
import pandas as pd
import torch
from torch import nn

torch.manual_seed(6)
dropout = nn.Dropout(p=0.5)
masks = [dropout(torch.ones(2, 6)) > 0 for _ in range(3)]
masks.append(dropout.eval()(torch.ones(2, 6)) > 0)

# %%
#| label: removed
#| fig-cap: In each training step other units are missing, and their connections with them. At prediction, all
#|   are there.
#| fig-alt: Four drawings of the same network with three inputs, two hidden layers of six units, and one output.
#|   In the first three, {{ ", ".join(str(int((~mask).sum())) for mask in masks[:3]) }} of the twelve hidden
#|   units are crossed out, different ones each time, and no lines lead to them. In the fourth, at prediction,
#|   all units and lines are there.
fig, axes = plt.subplots(2, 2, figsize=(5.6, 4.6))
titles = [
    "training step 1",
    "training step 2",
    "training step 3",
    "prediction",
]
for ax, mask, title in zip(axes.flat, masks, titles):
    alive = [[True] * 3, *mask.tolist(), [True]]
    for i, column in enumerate(alive):
        for j, on in enumerate(column):
            height = j - (len(column) - 1) / 2
            style = (
                {"s": 60, "color": "C0"} if on else {"s": 30, "color": "C1"}
            )
            ax.scatter(i, height, marker="o" if on else "x", **style)
            for k, other in enumerate(alive[i - 1] if i else []):
                ends = k - (len(alive[i - 1]) - 1) / 2, height
                if on and other:
                    ax.plot([i - 1, i], ends, color="C0", lw=0.5, zorder=0)
    ax.axis("off")
    ax.set_title(title, loc="center")

# %% [markdown]
# ## Dropout by hand
#
# In each training step, dropout removes every [unit](../glossary/neuron.md) of a layer with
# [probability](../glossary/probability.md) $p$: its answer is replaced by zero. Those that stay are divided by
# $1 - p$. All of it is two lines:


# %%
def drop_units(h, p):
    keep = torch.rand(h.shape) >= p
    return h * keep / (1 - p)


torch.manual_seed(1)
h = torch.tensor([1.0, 2.0, 3.0, 4.0])
for _ in range(4):
    print(drop_units(h, p=0.5))

# %% [markdown]
# With $p = 0.5$ each number comes out as zero or doubled. Why doubled? The next layer adds up what it gets. If
# half of it were missing in training, the sums at prediction, with all units there, would be twice as large as
# the layer is used to. Divided by $1 - p$, they are right on average, for any $p$:
#
# >>> _ = torch.manual_seed(0)
# >>> for p in [0.2, 0.5, 0.8]:
# ...     average = drop_units(h.expand(100_000, 4), p).mean(dim=0)
# ...     print(p, torch.allclose(average, h, rtol=0.05))
# 0.2 True
# 0.5 True
# 0.8 True
#
# [PyTorch](../glossary/pytorch.md)'s `nn.Dropout` does the same: some numbers are gone, and all others are
# scaled.
#
# >>> many = nn.Dropout(p=0.2)(torch.ones(100_000))
# >>> sorted(set(many.tolist())), abs(float((many == 0).float().mean()) - 0.2) < 0.01
# ([0.0, 1.25], True)
#
# ## train() and eval()
#
# So a network with dropout behaves in two ways, and must be told which. `model.train()` switches the removing
# on, `model.eval()` switches it off. Here the same [input](../glossary/input.md) goes in twice, in each mode.

# %%
torch.manual_seed(0)
model = nn.Sequential(
    nn.Linear(8, 128), nn.ReLU(), nn.Dropout(p=0.5), nn.Linear(128, 1)
)
x = torch.randn(1, 8)

model.train()
print("train:", [round(model(x).item(), 3) for _ in range(2)])
model.eval()
print("eval: ", [round(model(x).item(), 3) for _ in range(2)])

# %% [markdown]
# In training two answers differ, since other units are missing. At prediction they are equal, and are those of
# the network without the dropout layer. It is easy to forget `eval()`, and then predictions change at random:
#
# >>> bool(model.train()(x) == model(x))
# False
# >>> bool(model.eval()(x) == model(x))
# True
# >>> without = nn.Sequential(model[0], model[1], model[3])
# >>> torch.equal(model(x), without(x))
# True
#
# Here, where only a [linear layer](../glossary/dense-layer.md) follows, the answer at prediction is the average
# of very many answers in training:
#
# >>> average = model.train()(x.expand(100_000, 8)).mean().item()
# >>> abs(average - model.eval()(x).item()) < 0.01
# True
#
# ## Dropout against the gap
#
# Does it help? We take the concrete of the last lesson ([where the data comes from](../data.md#concrete)),
# where 200 rows left a wide gap. As there, five networks train side by side, each on its own random rows, by
# [dense layers](../glossary/dense-layer.md) that hold five tables of [weights](../glossary/weight.md) in place
# of one. Everything is [standardized](../glossary/standardization.md) by the [training
# set](../glossary/training-set.md), strength too.


# %%
#| echo: fold
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


concrete = pd.read_csv("data/concrete.csv")
values = torch.tensor(concrete.values, dtype=torch.float32)


def split(num_rows):
    """Five random choices of rows, to learn and to check."""
    torch.manual_seed(0)
    sets = []
    for _ in range(5):
        rows = torch.randperm(len(values))
        learn, check = values[rows[:num_rows]], values[rows[-330:]]
        mean, spread = learn.mean(dim=0), learn.std(dim=0)
        learn, check = (learn - mean) / spread, (check - mean) / spread
        parts = learn[:, :-1], learn[:, -1:], check[:, :-1], check[:, -1:]
        sets.append(parts)
    return [torch.stack(tensors) for tensors in zip(*sets)]


# %% [markdown]
# Mind the two switches in the [training loop](../glossary/training-loop.md): `train()` before the steps,
# `eval()` before both [losses](../glossary/loss.md) are measured.


# %%
def losses(model, X, y):
    return ((model(X) - y) ** 2).mean(dim=(1, 2))


def train(width, p, num_rows=200, num_steps=500):
    """Five training losses and five validation losses after training."""
    X, y, X_val, y_val = split(num_rows)
    torch.manual_seed(0)
    model = nn.Sequential(
        *[FiveLinear(8, width), nn.ReLU(), nn.Dropout(p)],
        FiveLinear(width, 1),
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    model.train()
    for _ in range(num_steps):
        optimizer.zero_grad()
        losses(model, X, y).sum().backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        return losses(model, X, y), losses(model, X_val, y_val)


# %% [markdown]
# We try a wide [hidden layer](../glossary/hidden-layer.md) of 128 units, and a narrow one of 8. What happens to
# the gap between a ring and its dot, and what to the dots?

# %%
#| label: gap
#| fig-cap: "Rings are training losses, dots are losses on the [validation set](../glossary/validation-set.md),
#|   five each. Dropout closes the gap from below. Only the wide network gains by it."
#| fig-alt: Two panels of losses against p. At the left, 128 units, the rings rise with p from near zero, and
#|   the dots fall from {{ results[128, 0][1].mean():.2f }} without dropout to
#|   {{ results[128, 0.2][1].mean():.2f }} with p of 0.2. At the right, 8 units, rings and dots both rise with
#|   p, the dots from {{ results[8, 0][1].mean():.2f }} to {{ results[8, 0.5][1].mean():.2f }}, on average.
rates = [0, 0.2, 0.5]
results = {(w, p): train(w, p) for w in [128, 8] for p in rates}

fig, axes = plt.subplots(1, 2, sharey=True)
for ax, width in zip(axes, [128, 8]):
    for i, p in enumerate(rates):
        low, high = results[width, p]
        ax.plot([i - 0.1] * 5, low, "o", color="C0", markerfacecolor="none")
        ax.plot([i + 0.1] * 5, high, "o", color="C1")
    ax.set_xticks(range(3), rates)
    ax.set(xlabel="p", title=f"{width} units", xlim=(-0.5, 2.5))
axes[0].text(0.15, -0.005, "training", color="C0")
axes[0].text(0.3, 0.25, "validation", color="C1")
axes[0].set(ylabel="loss", ylim=(-0.02, 0.5))
# %% [markdown]
# In the wide network, dropout with $p = 0.2$ keeps its promise, for each of the five: the training loss is
# higher, for the network can't learn the rows by heart with units missing at random; the gap is smaller; and
# the validation loss, for whose sake all this is done, is lower.
#
# >>> (learn, check), (learn_drop, check_drop) = results[128, 0], results[128, 0.2]
# >>> bool((learn_drop > learn).all())
# True
# >>> bool((check_drop - learn_drop < check - learn).all())
# True
# >>> bool((check_drop < check).all())
# True
#
# In the narrow network the gap gets smaller as well. But its validation loss does not fall on average: with
# $p = 0.5$ it is clearly higher on average, and higher for at least four of the five. Eight units have no
# [capacity](../glossary/capacity.md) to spare, and to remove half of them makes an
# [underfitting](../glossary/underfitting.md) network out of one that was about right. So a small gap is not the
# aim. Look at the validation loss.
#
# >>> (learn, check), (learn_drop, check_drop) = results[8, 0], results[8, 0.5]
# >>> bool((check_drop - learn_drop).mean() < (check - learn).mean())
# True
# >>> bool(check_drop.mean() > 1.2 * check.mean()), int((check_drop > check).sum()) >= 4
# (True, True)
#
# ## Inputs that stall
#
# Now the other trouble. Until here all inputs were standardized first. What if they are not?

# %%
#| label: sizes
#| tbl-cap: Some inputs, as they come.
columns = ["cement", "water", "superplasticizer", "coarse_aggregate", "age"]
concrete[columns].agg(["mean", "std"]).T.round(1)

# %% [markdown]
# Their sizes differ by a factor of a hundred and more. In [Stochastic gradient
# descent](gradient_descent.py#too-small-right-too-large) we found a border for the [learning
# rate](../glossary/learning-rate.md): two divided by the largest curvature, which says how fast the slope
# changes. And along the direction of the smallest curvature, progress is slow. Here are both for one neuron on
# this data:


# %%
def curvatures(X):
    columns = torch.cat([X, torch.ones(len(X), 1)], dim=1).double()
    return torch.linalg.eigvalsh(2 * columns.T @ columns / len(X))


X = values[:, :-1]
Z = (X - X.mean(dim=0)) / X.std(dim=0)
for name, inputs in [("as they come", X), ("standardized", Z)]:
    c = curvatures(inputs)
    print(f"{name}: border {2 / c.max():.7f}, ratio {c.max() / c.min():,.0f}")

# %% [markdown]
# The ratio of the largest to the smallest curvature says roughly how many steps it takes. With the inputs as
# they come it is in the billions, so every learning rate that does not diverge is hopelessly slow in some
# direction.
#
# >>> ratio = [float(c.max() / c.min()) for c in (curvatures(X), curvatures(Z))]
# >>> ratio[0] > 1e9, ratio[1] < 1000
# (True, True)
#
# ## Batch normalization
#
# Standardizing the inputs is one rescue. Batch normalization is the other: a layer that standardizes whatever
# comes to it, each unit for itself, by the [mean](../glossary/mean.md) and the [standard
# deviation](../glossary/standard-deviation.md) of the present [mini-batch](../glossary/mini-batch.md). By hand,
# for four rows of two units:

# %%
h = torch.tensor([[1.0, 100.0], [2.0, 300.0], [3.0, 200.0], [6.0, 600.0]])
mean, var = h.mean(dim=0), h.var(dim=0, correction=0)
by_hand = (h - mean) / torch.sqrt(var + 1e-5)
by_hand

# %% [markdown]
# The tiny number keeps us from dividing by zero. PyTorch gets the same. It also has two
# [parameters](../glossary/parameter.md) for each unit, a factor and a shift, by which the network can learn to
# undo all this where it does harm; they begin as ones and zeros.
#
# >>> norm = nn.BatchNorm1d(2)
# >>> torch.allclose(norm(h), by_hand, atol=1e-6)
# True
# >>> norm.weight.tolist(), norm.bias.tolist()
# ([1.0, 1.0], [0.0, 0.0])
#
# But at prediction there may be no batch, only one row. So in training the layer keeps running averages of mean
# and [variance](../glossary/variance.md): a tenth of each new one, nine tenths of what was there. After
# `eval()` it uses those. That of the mean began at zero, that of the variance at one, and they have seen one
# batch:
#
# >>> torch.allclose(norm.running_mean, 0.9 * torch.zeros(2) + 0.1 * mean)
# True
#
# That makes a second reason to call `eval()`. In training the answer to a row depends on the rest of its batch:
#
# >>> other = torch.cat([h[:1], 5 * h[1:]])
# >>> torch.equal(norm.train()(h)[0], norm(other)[0])
# False
# >>> torch.equal(norm.eval()(h)[0], norm(other)[0])
# True
#
# Now the rescue. The same network of 64 units, trained with [SGD](../glossary/stochastic-gradient-descent.md)
# on 700 rows for 15 epochs: on the inputs as they come; on standardized ones; and on the inputs as they come,
# with batch normalization behind the first layer. Six learning rates, five [seeds](../glossary/seed.md). Which
# of the three find one that works?


# %%
def final_loss(kind, learning_rate, seed):
    torch.manual_seed(seed)
    order = torch.randperm(len(values))
    X, y = values[order[:700], :-1], values[order[:700], -1:]
    y = (y - y.mean()) / y.std()
    if kind == "standardized":
        X = (X - X.mean(dim=0)) / X.std(dim=0)
    layers = [nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 1)]
    if kind == "batch norm":
        layers.insert(1, nn.BatchNorm1d(64))
    model = nn.Sequential(*layers)
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    for _ in range(15):
        for rows in torch.randperm(700).split(100):
            optimizer.zero_grad()
            nn.functional.mse_loss(model(X[rows]), y[rows]).backward()
            optimizer.step()
    return nn.functional.mse_loss(model.eval()(X), y).item()


# %%
#| label: rescue
#| fig-cap: "Training loss by learning rate, five seeds each; lines join the medians. As the inputs come, no
#|   learning rate works. Both rescues do. Losses above 10, or no number at all, are drawn at 10."
#| fig-alt: Loss against learning rate, from a millionth to a tenth, both logarithmic. With the inputs as they
#|   come the loss never gets clearly below 1, and from a ten-thousandth on the line lies at the top of the
#|   picture. With standardized inputs and with batch normalization the loss falls as the learning rate grows,
#|   and reaches {{ medians["standardized"].min():.1f }} and {{ medians["batch norm"].min():.1f }}.
rates = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1]
fig, ax = plt.subplots()
ends, medians = {}, {}
for kind, color in [
    ("as they come", "C1"),
    ("standardized", "C2"),
    ("batch norm", "C0"),
]:
    runs = [[final_loss(kind, r, seed) for seed in range(5)] for r in rates]
    ends[kind] = torch.tensor(runs).nan_to_num(nan=torch.inf)
    medians[kind] = ends[kind].median(dim=1).values
    ax.plot(rates, ends[kind].clamp(max=10), "o", color=color, markersize=4)
    line = medians[kind].clamp(max=10)
    ax.plot(rates, line, color=color)
    ax.text(0.15, line[-1], kind, color=color, va="center")
ax.set(xscale="log", yscale="log", xlabel="learning rate", ylabel="loss")
ax.set(xlim=(5e-7, 8), xticks=rates)
ax.set_yticks([0.1, 0.3, 1, 3, 10], ["0.1", "0.3", "1", "3", "10"])
ax.set_title("Two rescues")

# %% [markdown]
# A loss of 1 is what always answering the average strength gets. With the inputs as they come, none of the
# learning rates does clearly better: small ones stall there or above, and 0.001 and 0.01 diverge on each seed.
# With either rescue, a learning rate of 0.01 brings the loss below one half, on each seed.
#
# >>> bool((ends["as they come"] > 0.85).all())
# True
# >>> bool((ends["as they come"][3:5] > 10).all())
# True
# >>> bool((ends["standardized"][4] < 0.5).all()), bool((ends["batch norm"][4] < 0.5).all())
# (True, True)
#
# For inputs, standardizing is the simpler rescue. Batch normalization goes further: it can stand behind any
# layer of a [deep network](../glossary/deep-neural-network.md), where no table of data tells beforehand what
# will come.
#
# ## What to keep
#
# - Dropout zeroes units at random in each training step, scales the others by $1/(1 - p)$, and does nothing at
#   prediction.
# - Batch normalization standardizes each unit by its batch in training, and by running averages at prediction.
# - So call `train()` before training and `eval()` before measuring; and judge both layers by the validation
#   loss.
#
# So far we have predicted numbers. Next come yes and no: [Binary classification](binary_classification.py).
#
# ## Exercises
#
# 1. **Predict.** By what is a unit that stays multiplied when $p = 0.75$?
#
#     ??? success "Answer"
#
#         By one divided by what is left.
#
#         >>> 1 / (1 - 0.75)
#         4.0
#
# 2. **Predict.** What does `nn.BatchNorm1d(2)` do in training mode with a batch of one row, and why? Try it.
# 3. **Change.** Call `train(128, p, num_rows=700)` with and without dropout. Does the validation loss still
#    fall on each of the five?
# 4. **Change.** Put `nn.BatchNorm1d(8)` before the first layer instead of the `nn.BatchNorm1d(64)` behind it.
#    With a learning rate of 0.01, is the loss still below one half on each seed?
# 5. **Build.** Write a class `MyDropout(nn.Module)` from `drop_units` that looks at `self.training`. Check:
#    with it as `model[2]`, after `eval()`, `model(x)` must equal `without(x)` exactly.
