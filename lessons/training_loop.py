# %% [markdown]
# # The full training loop
#
# **What does a program that trains a network look like, from its first line to its last?** A page of code is
# enough. Libraries hide it behind a function called `fit`. Here you write it yourself, so that you know what
# happens, and can change whatever you like.
#
# After this lesson you can write a [training loop](../glossary/training-loop.md) in
# [PyTorch](../glossary/pytorch.md) and a network of your own as a class, measure it on data it was not trained
# on, find two mistakes that raise no error, and save what was learned. You need [Stochastic gradient
# descent](gradient_descent.py) and [Backpropagation](backpropagation.py).

# %%
#| label: loop
#| fig-cap: The training loop is two loops, one inside the other. The inner one runs once for each batch, the outer
#|   one once for each epoch.
#| fig-alt: Diagram of nested boxes. The outer box is labeled for each epoch. In it lies a box labeled for each
#|   batch, with five steps from left to right, joined by arrows, predict, loss, zero_grad, backward, and step.
#|   Below the inner box, still in the outer one, lies a sixth step, validate.
#| echo: fold
import matplotlib.pyplot as plt

fig, ax = plt.subplots()
for place, size, color, text in [
    ((0, 0), (10, 6), "black", "for each epoch"),
    ((0.2, 2), (9.6, 3), "C0", "for each batch"),
]:
    ax.add_patch(plt.Rectangle(place, *size, fill=False, edgecolor=color))
    ax.text(place[0] + 0.3, place[1] + size[1] - 0.6, text, color=color)
steps = ["predict", "loss", "zero_grad", "backward", "step"]
centers = [1.15, 2.84, 4.77, 7.2, 9.1]
edges = [(1.91, 2.38), (3.3, 3.77), (5.77, 6.24), (8.16, 8.63)]
for step, center in zip(steps, centers):
    ax.text(center, 3, step, ha="center", va="center", color="C0")
for start, end in edges:
    arrow = {"arrowstyle": "->", "color": "C0", "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", (end, 3), (start, 3), arrowprops=arrow)
ax.text(5, 1, "validate", ha="center", va="center", color="C1")
ax.axis("off")
ax.set(xlim=(-0.1, 10.1), ylim=(-0.1, 6.1))

# %% [markdown]
# ## Rows to learn from, rows to check with
#
# Again we predict how much fuel a car needs on 100 miles. This time the network gets five
# [features](../glossary/input.md): three numbers, and two questions answered by 1 for yes and 0 for no.

# %%
#| label: inputs
#| tbl-cap: The features of the first three of {{ len(cars):,}} cars. [Where the data comes from](../data.md#cars)
import pandas as pd
import torch
import torch.nn.functional as F
from torch import nn

cars = pd.read_csv("data/cars.csv")
features = cars[["displacement", "cylinders", "gears"]].assign(
    turbo=cars.aspiration.str.contains("Turbo").astype(int),
    four_wheels=cars.drive.str.contains("All|4-Wheel").astype(int),
)
features.head(3)

# %% [markdown]
# A network can learn its rows by heart, so we keep a quarter of them back: the [validation
# set](../glossary/validation-set.md). Nothing is learned from it. The other rows are the [training
# set](../glossary/training-set.md). Both get [standardized](../glossary/standardization.md), with the
# [mean](../glossary/mean.md) and the [standard deviation](../glossary/standard-deviation.md) of the training set
# alone. The validation set stands for cars not built yet, and their mean is not known.

# %%
X = torch.tensor(features.values, dtype=torch.float32)
y = torch.tensor(100 / cars.combined_mpg.values, dtype=torch.float32)
y = y[:, None]  # a column: the shape of what the network predicts

torch.manual_seed(0)
rows = torch.randperm(len(cars))
train, valid = rows[len(cars) // 4 :], rows[: len(cars) // 4]

mean, std = X[train].mean(dim=0), X[train].std(dim=0)
X_train, y_train = (X[train] - mean) / std, y[train]
X_valid, y_valid = (X[valid] - mean) / std, y[valid]
print(X_train.shape, y_train.shape)

# %% [markdown]
# To train on we have {{ len(X_train) }} cars: in `X_train` a row of five features for each, in `y_train` one
# [target](../glossary/target.md) for each. The targets are a column, not a plain row of numbers. Remember it; it
# will matter.
#
# >>> bool(X_train.mean(dim=0).abs().max() < 1e-5)
# True
# >>> bool(X_valid.mean(dim=0).abs().max() > 0.01)
# True
#
# ## Raw tensors
#
# We begin with a single [neuron](../glossary/neuron.md), since least squares tells us where it has to end. There
# are only [tensors](../glossary/tensor.md) here, and a comment names each box of the diagram.


# %%
def train_raw(num_epochs, batch_size=32, learning_rate=0.02):
    torch.manual_seed(0)
    w = torch.zeros(5, 1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    for epoch in range(num_epochs):
        for batch in torch.randperm(len(X_train)).split(batch_size):
            y_hat = X_train[batch] @ w + b  # predict
            loss = ((y_hat - y_train[batch]) ** 2).mean()  # loss
            w.grad = b.grad = None  # zero_grad
            loss.backward()  # backward
            with torch.no_grad():
                w -= learning_rate * w.grad  # step
                b -= learning_rate * b.grad
    return w.detach(), b.detach()


w, b = train_raw(num_epochs=20)

# %% [markdown]
# Two lines need a word. The old [gradient](../glossary/gradient.md) is thrown away, since `backward` *adds* to
# what is there. And under `torch.no_grad()` PyTorch keeps no record, since the step itself is no part of the
# network. Did it arrive
# where least squares does?

# %%
ones = torch.ones(len(X_train), 1)  # what the bias is multiplied by
columns = torch.cat([X_train, ones], dim=1)
exact = torch.linalg.lstsq(columns, y_train, driver="gels").solution

raw_loss = F.mse_loss(X_train @ w + b, y_train).item()
exact_loss = F.mse_loss(columns @ exact, y_train).item()
print(f"loss {raw_loss:.4f} after training, {exact_loss:.4f} at best")

# %% [markdown]
# That is {{ raw_loss / exact_loss - 1:.1%}} above the best that a neuron can do.
#
# >>> exact_loss < raw_loss < 1.01 * exact_loss
# True
#
# ## Ready-made parts
#
# Now we swap each part for PyTorch's own. First the [batches](../glossary/mini-batch.md). A `TensorDataset` ties
# inputs and targets together row by row, and a [DataLoader](../glossary/dataloader.md) deals them out in batches,
# shuffled anew in each [epoch](../glossary/epoch.md).

# %%
from torch.utils.data import DataLoader, TensorDataset

train_set = TensorDataset(X_train, y_train)
loader = DataLoader(train_set, batch_size=32, shuffle=True)

X_batch, y_batch = next(iter(loader))
print(X_batch.shape, y_batch.shape)
print(len(loader), "batches, the last of", len(train_set) % 32, "rows")

# %% [markdown]
# Then the network. `nn.Sequential` is enough for layers in a row. For anything else, and in most code that you
# will read, a network is a class of its own, a subclass of [nn.Module](../glossary/module.md). It has two
# methods: `__init__` makes the parts, and `forward` says how data goes through them.


# %%
class Net(nn.Module):
    def __init__(self, num_hidden=32):
        super().__init__()  # lets nn.Module set itself up
        self.hidden1 = nn.Linear(5, num_hidden)
        self.hidden2 = nn.Linear(num_hidden, num_hidden)
        self.output = nn.Linear(num_hidden, 1)

    def forward(self, X):
        h = F.relu(self.hidden1(X))
        h = F.relu(self.hidden2(h))
        return self.output(h)


torch.manual_seed(0)
model = Net()
print(model(X_train[:2]).shape, [name for name, _ in model.named_parameters()])

# %% [markdown]
# We call `model(X)`, and `nn.Module` calls our `forward`. It has also found all
# [parameters](../glossary/parameter.md) by itself, because the layers were assigned to `self`. That is how an
# [optimizer](../glossary/optimizer.md) gets them.
#
# Last, the loop. One function trains for one epoch; the other measures, and learns nothing. `nn.MSELoss` is the
# [mean squared error](../glossary/mean-squared-error.md).

# %%
device = "cpu"  # "cuda" for an NVIDIA card, "mps" on a Mac
loss_function = nn.MSELoss()


def train_epoch(model, optimizer, loader):
    """Train on each batch once; return the mean loss met on the way."""
    model.train()
    total = 0.0
    for X, y in loader:
        X, y = X.to(device), y.to(device)
        y_hat = model(X)
        loss = loss_function(y_hat, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(X)
    return total / len(loader.dataset)


def evaluate(model, X, y):
    model.eval()
    with torch.no_grad():
        return loss_function(model(X.to(device)), y.to(device)).item()


# %% [markdown]
# `.to(device)` moves numbers to the processor that is to compute with them, and the network has to be there too:
# `model.to(device)`. `train()` and `eval()` say whether the network is trained or measured. Ours does the same
# in both, but some kinds of layer do not.
#
# Is this still our raw loop? Started from zeros, and with the same batches, a neuron trained by `train_epoch`
# ends with the same [weights](../glossary/weight.md):
#
# >>> neuron = nn.Linear(5, 1)
# >>> _ = nn.init.zeros_(neuron.weight), nn.init.zeros_(neuron.bias)
# >>> optimizer = torch.optim.SGD(neuron.parameters(), lr=0.02)
# >>> _ = torch.manual_seed(0)
# >>> orders = [torch.randperm(len(train_set)).tolist() for _ in range(20)]
# >>> for order in orders:  # the sampler says in which order the rows come
# ...     in_order = DataLoader(train_set, batch_size=32, sampler=order)
# ...     _ = train_epoch(neuron, optimizer, in_order)
# >>> torch.allclose(neuron.weight, w.T, atol=1e-4)
# True
#
# ## The whole loop
#
# Only the outer loop is missing. It keeps a history: for each epoch the mean [loss](../glossary/loss.md) met on
# the way, and then, with the network as the epoch has left it, the loss on both sets.


# %%
def fit(seed, loader=loader, num_epochs=40):
    torch.manual_seed(seed)
    model = Net().to(device)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    history = []
    for epoch in range(num_epochs):
        on_the_way = train_epoch(model, optimizer, loader)
        training = evaluate(model, X_train, y_train)
        validation = evaluate(model, X_valid, y_valid)
        history.append([on_the_way, training, validation])
    names = ["on the way", "training", "validation"]
    return model, pd.DataFrame(history, columns=names)


models, histories = [], []
for seed in range(5):
    model, history = fit(seed)
    models.append(model)
    histories.append(history)

# %%
#| label: learning-curves
#| fig-cap: "Learning curves of five networks, alike but for the random weights they start from. The dashed line
#|   is the validation loss of a single neuron, fitted to the training set."
#| fig-alt: Loss against epoch on a logarithmic scale, five curves for training and five for validation. All
#|   fall steeply in the first epochs and flatten out by epoch 20. The validation curves end lowest, at about
#|   {{ end['validation'].mean():.2f}}, the training curves at about {{ end['training'].mean():.2f}}. A dashed
#|   level line at {{ neuron_valid:.2f}} lies above the ends of the validation curves.
#| echo: fold
X_ones = torch.cat([X_valid, torch.ones(len(X_valid), 1)], dim=1)
neuron_valid = F.mse_loss(X_ones @ exact, y_valid).item()
guess_mean = F.mse_loss(y_train.mean().expand(len(y_valid), 1), y_valid).item()
end = pd.DataFrame([history.tail(5).mean() for history in histories])

fig, ax = plt.subplots(figsize=(5.6, 4))
for history in histories:
    ax.plot(history["training"], color="C0", linewidth=1)
    ax.plot(history["validation"], color="C1", linewidth=1)
ax.plot([0, 39], [neuron_valid] * 2, "--", color="black", linewidth=1)
for place, text, color in [
    (neuron_valid * 1.06, "one neuron", "black"),
    (end["training"].mean() * 0.99, "training", "C0"),
    (end["validation"].mean() * 0.92, "validation", "C1"),
]:
    ax.text(40, place, text, va="center", color=color)
ax.set(yscale="log", xlim=(0, 51), xticks=range(0, 41, 10))
ax.set_yticks([0.2, 0.3, 0.5, 1], ["0.2", "0.3", "0.5", "1"])
ax.set_yticks([], minor=True)
ax.set(xlabel="epoch", ylabel="loss")

# %% [markdown]
# These are [learning curves](../glossary/learning-curve.md). All five networks end below the single neuron on the
# validation set. The first epoch does much of it: it leaves them at
# {{ min(h["validation"][0] for h in histories):.2f}} to {{ max(h["validation"][0] for h in histories):.2f}}, where
# predicting the mean would give {{ guess_mean:.2f}}. The other 39 bring them to {{ end["validation"].min():.2f}} to
# {{ end["validation"].max():.2f}}.
#
# >>> bool((end["validation"] < neuron_valid).all())
# True
# >>> bool(max(h["validation"][0] for h in histories) < guess_mean)
# True
# >>> len(histories[0]) - 1
# 39
#
# What is such a loss worth? It is in squared gallons. Its square root is in gallons, the *root mean squared
# error*. And we can look at single cars:

# %%
model = models[0]
model.eval()
with torch.no_grad():
    y_hat = model(X_valid.to(device)).cpu()

rmse = F.mse_loss(y_hat, y_valid).sqrt().item()
print(f"typical error: {rmse:.2f} gallons on 100 miles")
some = cars.iloc[valid[:4].tolist()][["maker", "model"]]
some.assign(
    gallons=y_valid[:4, 0].numpy(), predicted=y_hat[:4, 0].numpy()
).round(1)

# %% [markdown]
# Measured the same way, predicting the mean for each car is off by {{ guess_mean**0.5:.2f}} gallons.
#
# ## How new are the new cars?
#
# A car is sold in several versions, and other makers sell cars like it. In our five features, many of them are
# exactly alike. How many validation cars have such a twin among the training cars?

# %%
known = {tuple(row) for row in features.values[train].tolist()}
twins = [tuple(row) in known for row in features.values[valid].tolist()]
kinds = features.drop_duplicates().reset_index(drop=True)
print(f"{len(cars)} cars of {len(kinds)} kinds")
print(f"{sum(twins)} of {len(twins)} validation cars have a twin in training")

# %% [markdown]
# That is {{ sum(twins) / len(twins):.0%}}. So our validation loss is honest about further cars of kinds that the
# network knows. To ask about new kinds, we split by kind, so that twins stay together. For a fair comparison, we
# train on six splits of each sort:


# %%
#| label: kinds
#| tbl-cap: Validation loss of a neuron and of a network. First six splits by kind, where no validation car has a
#|   twin in the training set, then six where the cars were dealt at random.
#| echo: fold
def compare(train, valid, seed, num_epochs):
    """Training and validation loss of a neuron, then of a network."""
    mean, std = X[train].mean(dim=0), X[train].std(dim=0)
    X_train, X_valid = (X[train] - mean) / std, (X[valid] - mean) / std
    losses = []
    ones = [torch.ones(len(part), 1) for part in (train, valid)]
    A_train = torch.cat([X_train, ones[0]], dim=1)
    A_valid = torch.cat([X_valid, ones[1]], dim=1)
    fitted = torch.linalg.lstsq(A_train, y[train], driver="gels").solution
    losses.append(F.mse_loss(A_train @ fitted, y[train]).item())
    losses.append(F.mse_loss(A_valid @ fitted, y[valid]).item())
    torch.manual_seed(seed)
    model = Net()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    for epoch in range(num_epochs):
        for rows in torch.randperm(len(train)).split(32):
            y_hat = model(X_train[rows])
            loss = loss_function(y_hat, y[train[rows]])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    losses.append(evaluate(model, X_train, y[train]))
    losses.append(evaluate(model, X_valid, y[valid]))
    return losses


kind_of = features.merge(kinds.reset_index())["index"].to_numpy()

results = []
for seed in range(6):
    torch.manual_seed(seed)
    held_back = torch.randperm(len(kinds))[: len(kinds) // 4]
    mask = torch.isin(torch.tensor(kind_of), held_back)
    new = compare((~mask).nonzero()[:, 0], mask.nonzero()[:, 0], seed, 40)
    torch.manual_seed(seed + 100)
    lot = torch.randperm(len(cars))
    known = compare(lot[len(cars) // 4 :], lot[: len(cars) // 4], seed, 40)
    results.append([new[1], new[3], known[1], known[3]])
columns = ["neuron, new kinds", "network, new kinds"]
columns += ["neuron, at random", "network, at random"]
by_kind = pd.DataFrame(results, columns=columns)
wins = (by_kind.iloc[:, 1] < by_kind.iloc[:, 0]).sum()
wins_at_random = (by_kind.iloc[:, 3] < by_kind.iloc[:, 2]).sum()
by_kind.rename_axis("split").round(2)

# %% [markdown]
# Where the cars are dealt at random, the network beats the neuron in {{ wins_at_random }} of six splits; on new
# kinds, in {{ wins }} of six. So its lead is less sure there. When rows come in families, split by family.
#
# >>> bool(0 < wins < wins_at_random) and 0.9 < sum(twins) / len(twins) < 1
# True
#
# ## When validation looks better
#
# Often the validation loss lies above the training loss, since the network knows the training rows. Here it lies
# below, for all five networks. Is that a mistake? The split was drawn at random, and some cars are easier to predict
# than others. So we split the cars in twenty other ways, and train a network on each, for ten epochs.

# %%
#| label: splits
#| fig-cap: Which is lower, the split decides. Here is the validation loss minus the training loss of a network, for
#|   twenty random splits, in order. Below zero the validation set got the easier cars.
#| fig-alt: Bars for {{ len(gaps) }} splits, sorted. {{ below }} reach below zero, down to {{ min(gaps):.2f}}, and
#|   {{ len(gaps) - below }} above, up to {{ max(gaps):.2f}}.
#| echo: fold
gaps = []
neuron_gaps = []
for seed in range(1, 21):
    torch.manual_seed(seed)
    lot = torch.randperm(len(cars))
    parts = lot[len(cars) // 4 :], lot[: len(cars) // 4]
    losses = compare(*parts, seed, num_epochs=10)
    neuron_gaps.append(losses[1] - losses[0])
    gaps.append(losses[3] - losses[2])
below = sum(gap < 0 for gap in gaps)
alike = float(pd.Series(gaps).corr(pd.Series(neuron_gaps)))

fig, ax = plt.subplots(figsize=(5.6, 2.8))
ax.bar(range(1, 21), sorted(gaps), color="C1")
ax.axhline(0, color="black", linewidth=1)
ax.set(xlabel="split", ylabel="validation - training")
ax.set(xticks=[1, 5, 10, 15, 20], yticks=[-0.04, 0, 0.04])

# %% [markdown]
# The gap has either sign: {{ below }} of the twenty splits have the lower loss in validation. A single neuron,
# which can hardly learn rows by heart, has much the same gaps: the [correlation](../glossary/correlation.md) with
# the network's is {{ alike:.2f}}. So look at how the two curves *move*, rather than at which is lower.
#
# >>> bool((end["validation"] < end["training"]).all())
# True
# >>> 5 <= below <= 15 and alike > 0.6
# True
#
# ## Two slips that raise no error
#
# Forget that the targets must be a column, and PyTorch subtracts a row from a column. That makes a square table:
# each prediction is compared with the target of *each* car in the batch. It is called
# [broadcasting](../glossary/broadcasting.md). There is
# no error, but PyTorch's own losses give a warning:

# %%
y_hat = torch.zeros(32, 1)
y_row = torch.zeros(32)
print((y_hat - y_row).shape)
loss = loss_function(y_hat, y_row)

# %% [markdown]
# Learn to recognize it. A loss that you write yourself, such as `((y_hat - y) ** 2).mean()`, says nothing at all.
#
# The second slip is to leave out `zero_grad`. Then the gradients of all batches so far pile up, and no warning
# comes. What do the curves say?

# %%
#| echo: fold
import warnings

flat_set = TensorDataset(X_train, y_train.squeeze(1))  # no longer a column
flat_loader = DataLoader(flat_set, batch_size=32, shuffle=True)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # we have seen it
    wrong_model, wrong_shape = fit(0, flat_loader, num_epochs=20)

torch.manual_seed(0)
model = Net()
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
no_zero_grad = []
for epoch in range(20):
    for X_batch, y_batch in loader:
        loss = loss_function(model(X_batch), y_batch)
        loss.backward()  # zero_grad is missing
        optimizer.step()
    no_zero_grad.append(evaluate(model, X_valid, y_valid))

# %%
#| label: slips
#| fig-cap: The right loop, and two with a slip. The dashed line, "the mean", is the loss of predicting the mean for
#|   each car.
#| fig-alt: Validation loss against epoch for three loops. The right one falls to about
#|   {{ right['validation'].iloc[-1]:.1f}}. The one with targets of the wrong shape comes to lie level near
#|   {{ wrong_shape['validation'].iloc[-1]:.1f}}, close to the dashed line. The one without zero_grad jumps up
#|   and down, out of the picture at times.
#| echo: fold
right = histories[0].head(20)
fig, ax = plt.subplots()
for curve, text, height, style in [
    (right["validation"], "right", right["validation"].iloc[-1], "-"),
    (wrong_shape["validation"], "wrong shape", 0.92, "-."),
    (no_zero_grad, "no zero_grad", 1.98, ":"),
]:
    ax.plot(curve, color="C1", linestyle=style)
    ax.text(19.5, height, text, va="center", color="C1")
ax.plot([0, 19], [guess_mean] * 2, "--", color="black", linewidth=1)
ax.text(19.5, 1.45, "the mean", va="center")
ax.set(ylim=(0, 5), xlim=(0, 26.5), xticks=range(0, 20, 5))
ax.set(xlabel="epoch", ylabel="validation loss")

# %% [markdown]
# The network trained with the wrong shape learns to predict nearly the mean for each car, since that is the best
# prediction for all targets at once. The one without `zero_grad` is thrown about: its best loss in twenty epochs
# is {{ min(no_zero_grad):.1f}}. So compare each new loop with a result that needs no network: the mean, or least
# squares.
#
# >>> bool(wrong_model(X_valid).std() < 0.25 * y_valid.std())
# True
# >>> bool(abs(wrong_shape["validation"].tail(5).mean() - guess_mean) < 0.15)
# True
# >>> bool(min(no_zero_grad) > 2 * right["validation"].iloc[-1])
# True
#
# ## What compile and fit hide
#
# In [Keras](../glossary/keras.md) the whole loop is two calls. You know now what is in them:
#
# | Keras | in our loop |
# |---|---|
# | `compile(loss=…)` | `loss_function` |
# | `compile(optimizer=…)` | `optimizer` |
# | `compile(metrics=[…])` | any other measure, in `evaluate` |
# | `fit(X, y, …)` | `TensorDataset(X_train, y_train)` |
# | `batch_size=32` | `DataLoader(…, batch_size=32)` |
# | shuffling, on unless you say otherwise | `shuffle=True`, off unless you say otherwise |
# | `epochs=40` | `num_epochs=40` |
# | `validation_data=(…)` | `evaluate(model, X_valid, y_valid)` |
# | standardizing, splitting | in both, your own work |
#
# One thing it hides may mislead. The training loss that Keras reports is the mean loss met *on the way*, while
# the network was still learning; the validation loss is that of the network at the end of the epoch. In the
# first epoch they are worlds apart:

# %%
#| label: first-epochs
#| tbl-cap: The first epochs of the first network. Keras would report the first and the last column.
right.head(3).rename_axis("epoch").round(2)

# %% [markdown]
# That is a second way in which validation can look better than training.
#
# >>> all(h["on the way"][0] > 2 * h["training"][0] for h in histories)
# True
#
# ## Save it, load it
#
# What a network has learned lies in its parameters. `state_dict` gives them by name. We save them to a file, here
# in a temporary folder, along with the mean and the standard deviation: without these two numbers for each
# feature, the network can't be used.

# %%
import tempfile
from pathlib import Path

with tempfile.TemporaryDirectory() as folder:
    file = Path(folder) / "cars.pt"
    learned = {"model": models[0].state_dict(), "mean": mean, "std": std}
    torch.save(learned, file)
    loaded = torch.load(file)

fresh = Net()
fresh.load_state_dict(loaded["model"])
fresh.eval()
new_car = torch.tensor([[2.0, 4, 8, 1, 0]])  # 2 liters, turbo, two wheels
with torch.no_grad():
    prediction = fresh((new_car - loaded["mean"]) / loaded["std"])
print(f"{prediction.item():.2f} gallons on 100 miles")

# %% [markdown]
# The file holds numbers and names, not the layers: `Net` has to be there. (`torch.load` lets in nothing but such
# plain data, unless you say `weights_only=False`. Then a file may run any program, so say it only for files that
# you trust.) The loaded network predicts the same as the one that was saved:
#
# >>> torch.equal(fresh(X_valid), models[0](X_valid))
# True
#
# ## What to keep
#
# - For each batch: predict, loss, `zero_grad`, backward, step. For each epoch: validate, without learning
#   anything.
# - Everything that is computed from data and used later, even a mean, comes from the training set alone.
# - A loop can be wrong without an error. Read the warnings, and compare it with a result that you know.
#
# Between the layers stands what makes a network more than a neuron, its [activation
# function](../glossary/activation-function.md). Which there are, and what they do to the gradient, is the
# subject of [Activation functions](activations.py).
