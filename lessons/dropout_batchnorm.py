# %% [markdown]
# # Dropout and batch normalization
#
# **How can a network learn better when parts of it are switched off at random?** It sounds like sabotage. Yet
# [dropout](../glossary/dropout.md) is one of the most used cures for [overfitting](../glossary/overfitting.md).
# The second layer of this lesson, [batch normalization](../glossary/batch-normalization.md), can rescue a [deep
# network](../glossary/deep-neural-network.md) whose training stands still.
#
# After this lesson you can write both layers by hand, say what changes between training and prediction, and
# judge on your own data whether they help. You need [Overfitting and underfitting](overfitting.py) and, for the
# class, [The full training loop](training_loop.py).
#
# First a look at what dropout does. Here is a small network in three training steps, and at prediction. Each unit of
# its two [hidden layers](../glossary/hidden-layer.md) is removed with a [probability](../glossary/probability.md) of
# $p$. Move `p`, and move `seed` to draw again: what stays as it is?

# %%
import matplotlib.pyplot as plt
import pandas as pd
import torch
from torch import nn


# %%
#| label: removed
#| echo: fold
#| fig-cap: Each training step draws anew which units are missing, and their connections with them. At prediction,
#|   all are there.
#| fig-alt: Four drawings of the same network with three inputs, two hidden layers of six units, and one output.
#|   In the first three, {{ ", ".join(str(int((~mask).sum())) for mask in masks[:3]) }} of the twelve hidden
#|   units are gray crosses, different ones each time, and no lines lead to them. In the fourth, at prediction,
#|   all units and lines are there. The controls change the probability p, from 0.2 to 0.8, and draw again; the
#|   fourth drawing stays.
#| play: p = [0.2, 0.5, 0.8]; seed = range(8)
p = 0.5
seed = 6
torch.manual_seed(seed)
dropout = nn.Dropout(p)
masks = [dropout(torch.ones(2, 6)) > 0 for _ in range(3)]
masks.append(dropout.eval()(torch.ones(2, 6)) > 0)

fig, axes = plt.subplots(2, 2, figsize=(5.6, 4.6))
titles = [
    "training step 1",
    "training step 2",
    "training step 3",
    "prediction",
]
for ax, mask, title in zip(axes.flat, masks, titles):
    alive = [torch.ones(3), *mask.float(), torch.ones(1)]
    heights = [torch.arange(len(a)) - (len(a) - 1) / 2 for a in alive]
    lines = []
    for i in range(3):
        for j, k in (alive[i][:, None] * alive[i + 1]).nonzero().tolist():
            lines += [[i, heights[i][j]], [i + 1, heights[i + 1][k]]]
            lines.append([float("nan")] * 2)
    ax.plot(*torch.tensor(lines or [[0, 0]]).T, color="0.5", lw=0.5)
    for i, (height, on) in enumerate(zip(heights, alive)):
        x, color = [i] * len(on), "C1" if i else "C0"
        if i in (1, 2):  # a cross, seen where no unit covers it
            ax.scatter(x, height, s=30, color="0.5", marker="x", zorder=2)
        ax.scatter(x, height, s=60, color=color, alpha=on.numpy(), zorder=3)
    ax.axis("off")
    ax.set_title(title, loc="center")
off = [int((~mask).sum()) for mask in masks]
gone = ", ".join(map(str, off[:3]))
print(f"Missing of 12 units: {gone}; at prediction {off[3]}.")

# %% [markdown]
# ## Dropout by hand
#
# In each training step, dropout removes every [unit](../glossary/neuron.md) of a layer with probability
# $p$: its output is replaced by zero. Those that stay are divided by
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
# half of it were missing in training, the sums at prediction, with all units there, would be about twice as
# large as the layer is used to. Divided by $1 - p$, they are right on average. Here are the averages of a
# hundred thousand draws, for three values of $p$:

# %%
torch.manual_seed(0)
for p in [0.2, 0.5, 0.8]:
    average = drop_units(h.expand(100_000, 4), p).mean(dim=0)
    print(p, [round(value, 1) for value in average.tolist()])

# %% [markdown]
# [PyTorch](../glossary/pytorch.md)'s `nn.Dropout` does the same. With $p = 0.2$ a one becomes 0 or 1.25:
#
# >>> many = nn.Dropout(p=0.2)(torch.ones(100_000))
# >>> sorted(set(many.tolist())), round(float((many == 0).float().mean()), 2)
# ([0.0, 1.25], 0.2)
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
# In training two predictions differ, since other units are missing. After `eval()` they are equal, and are those
# of the network without the dropout layer. It is easy to forget `eval()`, and then predictions change at random.
#
# >>> without = nn.Sequential(model[0], model[1], model[3])
# >>> torch.equal(model.eval()(x), without(x))
# True
# >>> bool(model.train()(x) != model(x))
# True
#
# ## Dropout against the gap
#
# Does it help? We take the concrete of the last lesson ([where the data comes from](../data.md#concrete)), 200
# rows to learn from, with mixtures kept apart: none is both in the [training set](../glossary/training-set.md)
# and in the [validation set](../glossary/validation-set.md). Six [seeds](../glossary/seed.md) make six splits
# and six networks.

# %%
#| echo: fold
concrete = pd.read_csv("data/concrete.csv")
values = torch.tensor(concrete.values, dtype=torch.float32)
recipe = concrete.drop(columns=["age", "strength"])
mixture = torch.tensor(recipe.groupby(list(recipe)).ngroup().values)
loss_function = nn.MSELoss()


def split(seed, num_rows):
    """Rows to learn from and 330 to check with, all standardized."""
    torch.manual_seed(seed)
    torch.randperm(len(values))  # to get the splits of the last lesson
    # shuffle the mixtures; each keeps its rows together
    order = torch.randperm(int(mixture.max()) + 1)[mixture].argsort(
        stable=True
    )
    learn, check = order[:num_rows], order[-330:]
    mean, std = values[learn].mean(dim=0), values[learn].std(dim=0)
    Z = (values - mean) / std
    return Z[learn, :-1], Z[learn, -1:], Z[check, :-1], Z[check, -1:]


# %% [markdown]
# Note the two switches in the [training loop](../glossary/training-loop.md): `train()` before the steps,
# `eval()` before both [losses](../glossary/loss.md) are measured.


# %%
def evaluate(model, X, y):
    model.eval()
    with torch.no_grad():
        return loss_function(model(X), y).item()


def train(width, p):
    """Training and validation losses of six networks."""
    losses = []
    for seed in range(6):
        X, y, X_valid, y_valid = split(seed, 200)
        model = nn.Sequential(
            nn.Linear(8, width), nn.ReLU(), nn.Dropout(p), nn.Linear(width, 1)
        )
        optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
        model.train()
        for step in range(300):
            y_hat = model(X)
            loss = loss_function(y_hat, y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        losses.append(
            [evaluate(model, X, y), evaluate(model, X_valid, y_valid)]
        )
    return torch.tensor(losses).T


trials = [(128, 0), (128, 0.2), (128, 0.5), (8, 0), (8, 0.5)]
results = {(width, p): train(width, p) for width, p in trials}

# %% [markdown]
# We try a wide hidden layer of 128 units, and a narrow one of 8. What happens to
# the gap between a ring and its dot, and what to the dots?

# %%
#| label: gap
#| echo: fold
#| fig-cap: "Rings are training losses, dots are validation losses, six each. Dropout raises the rings. The dots
#|   of the wide network fall on average; those of the narrow one do not."
#| fig-alt: Two panels of losses against p. At the left, 128 units, the rings rise with p from near zero, and
#|   the dots fall from {{ results[128, 0][1].mean():.2f }} without dropout to
#|   {{ results[128, 0.2][1].mean():.2f }} with p of 0.2, and lie at {{ results[128, 0.5][1].mean():.2f }} with p of
#|   0.5, on average. At the right, 8 units, without dropout and with p of 0.5: the rings rise to
#|   {{ results[8, 0.5][0].mean():.2f }}, and the dots lie at {{ results[8, 0][1].mean():.2f }} and
#|   {{ results[8, 0.5][1].mean():.2f }}, on average.
fig, axes = plt.subplots(1, 2, sharey=True)
for ax, width in zip(axes, [128, 8]):
    rates = [p for w, p in results if w == width]
    for i, p in enumerate(rates):
        low, high = results[width, p]
        ax.plot([i - 0.1] * 6, low, "o", color="C0", markerfacecolor="none")
        ax.plot([i + 0.1] * 6, high, "o", color="C1")
    ax.set_xticks(range(len(rates)), rates)
    ax.set(xlabel="p", title=f"{width} units", xlim=(-0.5, len(rates) - 0.5))
axes[0].text(-0.3, 0.08, "training", color="C0")
axes[0].text(0.3, 0.43, "validation", color="C1")
axes[0].set(ylabel="loss", ylim=(-0.02, 0.5))

# %% [markdown]
# In the wide network, dropout with $p = 0.2$ helps. The training loss is higher, since rows are harder to learn by
# heart with units missing at random. The gap is smaller on average. And the validation loss, which is what counts,
# is lower for {{ int((results[128, 0.2][1] < results[128, 0][1]).sum()) }} of the six, and on average
# {{ results[128, 0.2][1].mean():.2f }} in place of {{ results[128, 0][1].mean():.2f }}.
#
# >>> learn, check = results[128, 0]
# >>> learn_drop, check_drop = results[128, 0.2]
# >>> bool((learn_drop > learn).all())
# True
# >>> bool((check_drop - learn_drop).mean() < (check - learn).mean())
# True
# >>> bool(check_drop.mean() < 0.95 * check.mean())
# True
# >>> int((check_drop < check).sum()) >= 5
# True
#
# In the narrow network with $p = 0.5$ the gap gets smaller as well. But the validation loss gains nothing:
# {{ results[8, 0.5][1].mean():.2f }} with dropout, {{ results[8, 0][1].mean():.2f }} without, on average. Eight units
# have little [capacity](../glossary/capacity.md) to spare, and with half of them gone the network is
# [underfitting](../glossary/underfitting.md): its training loss rises from {{ results[8, 0][0].mean():.2f }} to
# {{ results[8, 0.5][0].mean():.2f }}. So a small gap is not the aim. Look at the validation loss.
#
# >>> (learn, check), (learn_drop, check_drop) = results[8, 0], results[8, 0.5]
# >>> bool((check_drop - learn_drop).mean() < (check - learn).mean())
# True
# >>> bool((learn_drop > 1.5 * learn).all())
# True
# >>> bool(check_drop.mean() > 0.95 * check.mean())
# True
#
# ## A deep network that stands still
#
# Now the other trouble. Six hidden layers of 64 units, [standardized](../glossary/standardization.md) inputs,
# plain [SGD](../glossary/stochastic-gradient-descent.md): this should work. But look at what comes out of each
# layer *before* any training. Here is the spread ([standard deviation](../glossary/standard-deviation.md)) of the
# units' outputs over the rows, layer by layer:


# %%
def deep_model(norm=None):
    """Six hidden layers, each with a normalizing layer or without."""
    layers, num_in = [], 8
    for _ in range(6):
        layers.append(nn.Linear(num_in, 64))
        if norm is not None:
            layers.append(norm(64))
        layers.append(nn.ReLU())
        num_in = 64
    return nn.Sequential(*layers, nn.Linear(64, 1))


def spreads(model, h):
    """Mean spread of the units after each ReLU."""
    result = []
    for layer in model:
        h = layer(h)
        if isinstance(layer, nn.ReLU):
            result.append(round(h.std(dim=0).mean().item(), 3))
    return result


X, y, X_valid, y_valid = split(0, num_rows=650)
plain = deep_model()
spread_plain = spreads(plain, X)
spread_norm = spreads(deep_model(nn.BatchNorm1d), X)
print("plain:     ", spread_plain)
print("batch norm:", spread_norm)

# %%
#| echo: false
loss_function(plain(X), y).backward()
lengths = [p.grad.norm().item() for p in plain.parameters() if p.dim() == 2]
first_over_last = lengths[0] / lengths[-1]

# %% [markdown]
# In the plain network the differences between the mixtures fade away from layer to layer. After the sixth, all
# mixtures look nearly alike, and the [gradients](../glossary/gradient.md) fade on the way back: the first layer's is
# {{ first_over_last:.2f}} times as long as the last one's. With batch normalization the spread stays the same.
#
# >>> spread_plain[5] < 0.02 * spread_plain[0]
# True
# >>> abs(spread_norm[5] / spread_norm[0] - 1) < 0.1
# True
# >>> first_over_last < 0.2
# True
#
# ## Batch normalization by hand
#
# The layer [standardizes](../glossary/standardization.md) whatever comes to it, each unit for itself, by the
# [mean](../glossary/mean.md) and the [variance](../glossary/variance.md) of the present
# [mini-batch](../glossary/mini-batch.md). For four rows of two units:

# %%
h = torch.tensor([[1.0, 100.0], [2.0, 300.0], [3.0, 200.0], [6.0, 600.0]])
mean, var = h.mean(dim=0), h.var(dim=0, correction=0)
(h - mean) / torch.sqrt(var + 1e-5)

# %% [markdown]
# The tiny number keeps us from dividing by zero. Two things are missing. The layer has two
# [parameters](../glossary/parameter.md) for each unit, a factor and a shift, with which the network can undo all
# this where it does harm. And at prediction there may be no batch, only one row. So in training the layer keeps
# running averages of mean and variance, a tenth of each new one and nine tenths of what was there, and after
# `eval()` it uses those. Here is all of it. `register_buffer` stores numbers that belong to the model but are
# not trained.


# %%
class BatchNorm(nn.Module):
    def __init__(self, num_units):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(num_units))  # factor
        self.bias = nn.Parameter(torch.zeros(num_units))  # shift
        self.register_buffer("running_mean", torch.zeros(num_units))
        self.register_buffer("running_var", torch.ones(num_units))

    def forward(self, h):
        if self.training:
            mean, var = h.mean(dim=0), h.var(dim=0, correction=0)
            with torch.no_grad():
                self.running_mean = 0.9 * self.running_mean + 0.1 * mean
                # for the average, PyTorch divides by n - 1 in place of n
                self.running_var = 0.9 * self.running_var + 0.1 * h.var(dim=0)
        else:
            mean, var = self.running_mean, self.running_var
        h = (h - mean) / torch.sqrt(var + 1e-5)
        return self.weight * h + self.bias


# %% [markdown]
# Is it the real one? Both get the same twenty batches in training mode, with the same factors and shifts, and
# then one row in `eval()` mode. The largest differences:

# %%
#| echo: fold
torch.manual_seed(0)
ours, theirs = BatchNorm(64), nn.BatchNorm1d(64)
with torch.no_grad():
    ours.weight.copy_(torch.rand(64))
    ours.bias.copy_(torch.randn(64))
theirs.load_state_dict(ours.state_dict(), strict=False)
in_training = 0.0
for _ in range(20):
    batch = 5 * torch.randn(100, 64) + 3
    difference = (ours(batch) - theirs(batch)).abs().max().item()
    in_training = max(in_training, difference)
row = torch.randn(1, 64)
in_eval = (ours.eval()(row) - theirs.eval()(row)).abs().max().item()
print(f"train(): {in_training:.0e}, eval(): {in_eval:.0e}")

# %% [markdown]
# Only rounding. There is a second reason to call `eval()`, then: in training the output for one row depends on
# the other rows of its batch, and after `eval()` it does not.
#
# >>> max(in_training, in_eval) < 1e-4
# True
# >>> other = torch.cat([batch[:1], 5 * batch[1:]])
# >>> torch.equal(ours.train()(batch)[0], ours(other)[0])
# False
# >>> torch.equal(ours.eval()(batch)[0], ours(other)[0])
# True
#
# See it on the four numbers of the first unit above. Move the last row: which answers move?

# %%
#| label: one-row
#| echo: fold
#| fig-cap: In training, moving one row moves all answers; after eval() it moves only its own. Rings show the
#|   answers for the inputs 1, 2, 3, and 6.
#| fig-alt: Two panels of four dots each, the outputs for the inputs 1, 2, 3, and {{ last_row }}, which rise from
#|   about {{ train_moved[0].item():.1f }} to {{ train_moved[3].item():.1f }} at the left, in training, and from
#|   about {{ eval_moved[0].item():.1f }} to {{ eval_moved[3].item():.1f }} at the right, after eval(). The control moves
#|   the last input. At the left all dots then move, some of them only a little, at the right only the last.
#| play: last_row = range(-6, 13)
last_row = 6
layer = BatchNorm(1)
for _ in range(100):  # until the running averages have settled
    layer(h[:, :1])
moved = h[:, :1].clone()
moved[3] = last_row
with torch.no_grad():
    eval_rest, eval_moved = layer.eval()(h[:, :1]), layer(moved)
    layer.train()
    train_rest, train_moved = layer(h[:, :1]), layer(moved)

fig, axes = plt.subplots(1, 2, sharey=True)
panels = [(train_rest, train_moved), (eval_rest, eval_moved)]
for ax, (before, after), name in zip(axes, panels, ["train()", "eval()"]):
    ax.plot(before, "o", color="0.5", mfc="none", markersize=10)
    ax.plot(after, "o", color="C1")
    ax.set_xticks(range(4), [1, 2, 3, last_row])
    ax.set(title=name, xlabel="input", xlim=(-0.5, 3.5), ylim=(-4.6, 4.6))
axes[0].set(ylabel="output", yticks=range(-4, 5, 2))
for name, (_, after) in zip(["train():", "eval():"], panels):
    print(name, ", ".join(f"{answer:.2f}" for answer in after.flatten()))

# %% [markdown]
# ## The rescue
#
# Now train the deep network with and without it: 15 [epochs](../glossary/epoch.md), four [learning
# rates](../glossary/learning-rate.md), three seeds, and both losses, measured after `eval()`.


# %%
def train_deep(model, X, y, rate, num_epochs=15, kind=torch.optim.SGD):
    optimizer = kind(model.parameters(), lr=rate)
    model.train()
    for epoch in range(num_epochs):
        for rows in torch.randperm(len(X)).split(100):
            y_hat = model(X[rows])
            loss = loss_function(y_hat, y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


learning_rates = [0.001, 0.01, 0.1, 0.3]
ends = {"plain": {}, "batch norm": {}}
for name, norm in [("plain", None), ("batch norm", BatchNorm)]:
    for learning_rate in learning_rates:
        losses = []
        for seed in range(3):
            X, y, X_valid, y_valid = split(seed, 650)
            model = deep_model(norm)
            train_deep(model, X, y, learning_rate)
            losses.append(
                [evaluate(model, X, y), evaluate(model, X_valid, y_valid)]
            )
        ends[name][learning_rate] = torch.tensor(losses).T

# %%
#| label: rescue
#| echo: fold
#| fig-cap: "Losses of the deep network by learning rate, three seeds each: rings for training, dots for validation.
#|   Losses above 1.5, or no number at all, are drawn at 1.5."
#| fig-alt: Two panels of losses against the learning rate, from 0.001 to 0.3, logarithmic. Plain, at the left, the
#|   training losses stay at about 1 up to a rate of 0.01, and are {{ ends["plain"][0.1][0].mean():.2f }} on average
#|   at 0.1. With batch normalization, at the right, they fall from {{ ends["batch norm"][0.001][0].mean():.2f }} to
#|   {{ ends["batch norm"][0.01][0].mean():.2f }} at a rate of 0.01, and the validation losses to
#|   {{ ends["batch norm"][0.01][1].mean():.2f }}. At 0.3 training with batch normalization breaks down.
fig, axes = plt.subplots(1, 2, sharey=True)
for ax, name in zip(axes, ends):
    for learning_rate, pair in ends[name].items():
        low, high = pair.nan_to_num(nan=9.0).clamp(max=1.5)
        left, right = [learning_rate * 0.93] * 3, [learning_rate * 1.07] * 3
        ax.plot(left, low, "o", color="C0", mfc="none", markersize=5)
        ax.plot(right, high, "o", color="C1", markersize=5)
    ax.set(xscale="log", xlabel="learning rate", title=name)
    ax.set_xticks([1e-3, 1e-2, 1e-1], ["0.001", "0.01", "0.1"])
    ax.set(xlim=(4e-4, 0.5))
axes[1].text(0.0012, 1.1, "training", color="C0")
axes[1].text(0.0012, 1.3, "validation", color="C1")
axes[0].set(ylabel="loss", ylim=(0, 1.6), yticks=[0, 0.5, 1, 1.5])

# %% [markdown]
# A loss of 1 is about what predicting the mean strength would get. At a rate of 0.01 the plain network stays
# there: {{ ends["plain"][0.01][0].mean():.3f }} in training, on average. With batch normalization it is
# {{ ends["batch norm"][0.01][0].mean():.2f }}, and {{ ends["batch norm"][0.01][1].mean():.2f }} in validation
# instead of {{ ends["plain"][0.01][1].mean():.2f }}. At a rate of 0.1 the plain network learns on
# {{ int((ends["plain"][0.1][0] < 0.9).sum()) }} of three seeds, and at none of our rates does it do as well in 15
# epochs. But batch normalization is no charm against too large a rate: at 0.3 it breaks down.
#
# >>> bool((ends["plain"][0.01][0] > 0.99).all())
# True
# >>> bool((ends["batch norm"][0.01][0] < 0.15).all())
# True
# >>> pairs = ends["plain"].values()
# >>> best_plain = min(float(pair.nan_to_num(9.0)[1].mean()) for pair in pairs)
# >>> best_plain > 1.5 * float(ends["batch norm"][0.01][1].mean())
# True
# >>> bool(ends["batch norm"][0.3].isnan().any())
# True
#
# Is it the only rescue? The trouble was that the outputs fade, so anything that prevents this may help, and so
# may an [optimizer](../glossary/optimizer.md) that does not mind small gradients, or patience: five times as many
# epochs at a rate of 0.1. All others are trained for 15 epochs, at a rate of 0.01:


# %%
#| label: other-rescues
#| echo: fold
#| tbl-cap: Losses of the deep network after training in several ways, means of three seeds.
def kaiming_(model):
    """Larger starting weights, made for ReLU."""
    for layer in model:
        if isinstance(layer, nn.Linear):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)


sgd, adam = torch.optim.SGD, torch.optim.Adam
kinds = {
    "SGD, layer norm": (nn.LayerNorm, False, 0.01, 15, sgd),
    "SGD, Kaiming start": (None, True, 0.01, 15, sgd),
    "SGD, 0.1, 75 epochs": (None, False, 0.1, 75, sgd),
    "Adam": (None, False, 0.01, 15, adam),
    "Adam, batch norm": (nn.BatchNorm1d, False, 0.01, 15, adam),
}
rows = {
    "SGD": ends["plain"][0.01].mean(dim=1).tolist(),
    "SGD, batch norm": ends["batch norm"][0.01].mean(dim=1).tolist(),
}
for kind, (norm, kaiming, *how) in kinds.items():
    losses = []
    for seed in range(3):
        X, y, X_valid, y_valid = split(seed, 650)
        model = deep_model(norm)
        if kaiming:
            kaiming_(model)
        train_deep(model, X, y, *how)
        losses.append(
            [evaluate(model, X, y), evaluate(model, X_valid, y_valid)]
        )
    rows[kind] = torch.tensor(losses).mean(dim=0).tolist()
rescues = pd.DataFrame(rows, index=["training", "validation"]).T
rescues.round(2)

# %% [markdown]
# All of them train. Larger starting [weights](../glossary/weight.md) do ([Activation functions](activations.py)
# has more on those), and so does [Adam](../glossary/adam.md), which divides by the size of the gradients. *[Layer
# norm](../glossary/layer-normalization.md)*, the one that language models use, standardizes each *row* over its
# units instead of each unit over the batch, and so acts alike in training and at prediction. Patience
# gets there, too. So batch normalization saved time here; it did not make the impossible possible. With Adam, it
# makes little difference.
#
# >>> bool((rescues["training"].iloc[1:] < 0.5).all())
# True
# >>> valid = rescues["validation"]
# >>> bool(valid["SGD, 0.1, 75 epochs"] < valid["SGD, batch norm"])
# True
# >>> bool(abs(valid["Adam, batch norm"] - valid["Adam"]) < 0.03)
# True
#
# ## Inputs that stall
#
# Batch normalization can also make up for inputs that nobody standardized. How bad are those? Along each
# direction in the space of the weights the loss of one neuron has a curvature. The largest sets the limit for
# the learning rate; the smallest decides how long it takes. For concrete as it comes, and standardized
# (`eigvalsh` finds the curvatures, which are called *eigenvalues*):


# %%
#| echo: fold
def curvature_ratio(X):
    ones = torch.ones(len(X), 1)
    columns = torch.cat([X, ones], dim=1).double()  # in float64
    found = torch.linalg.eigvalsh(2 * columns.T @ columns / len(X))
    return float(found.max() / found.min())


raw = values[:, :-1]
Z = (raw - raw.mean(dim=0)) / raw.std(dim=0)
ratio = [curvature_ratio(raw), curvature_ratio(Z)]
print(f"as they come: {ratio[0]:,.0f}, standardized: {ratio[1]:.0f}")

# %% [markdown]
# A ratio in the billions means that every rate which does not diverge is hopelessly slow in some direction.
# Now the deep network on inputs as they come, with a rate of 0.01, and the plain one also with a hundredth of it:

# %%
stalled = {}
trials = [("plain", None, 0.01), ("plain, slower", None, 0.0001)]
for name, norm, rate in [*trials, ("batch norm", BatchNorm, 0.01)]:
    X, y, X_valid, y_valid = split(0, num_rows=650)
    X_raw = X * raw.std(dim=0) + raw.mean(dim=0)
    model = deep_model(norm)
    train_deep(model, X_raw, y, rate)
    stalled[name] = evaluate(model, X_raw, y)
    print(f"{name}: training loss {stalled[name]:.2f}")

# %% [markdown]
# At the first rate the plain one ends at `nan`: its numbers grew beyond all bounds. At the lower rate it learns
# little. For inputs, standardizing is the simpler cure;
# batch normalization does it inside, where no table of data says beforehand what will come.
#
# >>> stalled["plain"] != stalled["plain"]  # nan is not equal to itself
# True
# >>> stalled["batch norm"] < 0.2 < 0.5 < stalled["plain, slower"]
# True
#
# ## What to keep
#
# - Dropout zeroes units at random in each training step, scales the others by $1/(1 - p)$, and does nothing at
#   prediction.
# - Batch normalization standardizes each unit by its batch in training, and by running averages at prediction.
#   It can speed up a deep network whose outputs fade.
# - So call `train()` before training and `eval()` before measuring; and judge both layers by the validation
#   loss.
#
# So far we have predicted numbers. Next come yes and no: [Binary classification](binary_classification.py).
