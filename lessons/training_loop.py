# %% [markdown]
# # The full training loop
#
# **What does a program that trains a network look like, from its first line to its last?** Two dozen lines are
# enough. Libraries hide them behind a function called `fit`; here you write them yourself, so that nothing
# about them stays a secret, and so that you can change whatever you like.
#
# After this lesson you can write a [training loop](../glossary/training-loop.md) in
# [PyTorch](../glossary/pytorch.md), measure it on data it was not trained on, find two mistakes that raise no
# error, and save what was learned to a file. You need [Stochastic gradient descent](gradient_descent.py) and
# [Backpropagation](backpropagation.py).

# %%
#| label: loop
#| fig-cap: Two loops, one inside the other. The inner one runs once for each batch, the outer one once for each
#|   epoch.
#| fig-alt: Diagram of nested boxes. The outer box is labeled for each epoch. In it lies a box labeled for each
#|   batch, with four steps from left to right, joined by arrows, forward, loss, backward, and step. Below the
#|   inner box, still in the outer one, lies a fifth step, validate.
#| echo: fold
import matplotlib.pyplot as plt

fig, ax = plt.subplots()
for place, size, color, text in [
    ((0, 0), (10, 6), "C0", "for each epoch"),
    ((0.4, 2), (9.2, 3), "C1", "for each batch"),
]:
    ax.add_patch(plt.Rectangle(place, *size, fill=False, edgecolor=color))
    ax.text(place[0] + 0.3, place[1] + size[1] - 0.6, text, color=color)
box = {"boxstyle": "round,pad=0.5", "facecolor": "none", "edgecolor": "C2"}
for i, text in enumerate(["forward", "loss", "backward", "step"]):
    x = [1.5, 3.8, 6.1, 8.4][i]
    ax.text(x, 3, text, ha="center", va="center", bbox=box)
    if i < 3:
        arrow = {"arrowstyle": "->", "color": "C2"}
        end = [3.0, 4.9, 7.6][i]
        ax.annotate("", (end + 0.1, 3), (end - 0.45, 3), arrowprops=arrow)
ax.text(5, 1, "validate", ha="center", va="center", bbox=box)
ax.axis("off")
ax.set(xlim=(-0.1, 10.1), ylim=(-0.1, 6.1), title="The training loop")
# %% [markdown]
# ## Rows to learn from, rows to check with
#
# Again we ask how much fuel a car needs on 100 miles. This time the network gets five
# [inputs](../glossary/input.md): three numbers, and two questions answered by 1 for yes and 0 for no.

# %%
#| label: inputs
#| tbl-cap: The inputs of the first three of {{ len(cars):,}} cars. [Where the data comes from](../data.md#cars)
import pandas as pd
import torch
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
# [mean](../glossary/mean.md) and the [standard deviation](../glossary/standard-deviation.md) of the training
# set alone. The validation set plays the part of cars not built yet, and nobody knows their mean.

# %%
inputs = torch.tensor(features.values, dtype=torch.float32)
gallons = torch.tensor(100 / cars.combined_mpg.values, dtype=torch.float32)

torch.manual_seed(0)
rows = torch.randperm(len(cars))
train, valid = rows[len(cars) // 4 :], rows[: len(cars) // 4]

mean, std = inputs[train].mean(dim=0), inputs[train].std(dim=0)
X_train, X_valid = ((inputs[part] - mean) / std for part in (train, valid))
y_train, y_valid = gallons[train, None], gallons[valid, None]

# %% [markdown]
# So the training inputs have mean zero, and those for validation only about zero. That is as it should be:
#
# >>> bool(X_train.mean(dim=0).abs().max() < 1e-5), bool(X_valid.mean(dim=0).abs().max() > 0.01)
# (True, True)
#
# The index `None` makes a column of the [targets](../glossary/target.md). Remember it; it will matter.
#
# >>> X_train.shape, y_train.shape
# (torch.Size([831, 5]), torch.Size([831, 1]))
#
# ## Raw tensors
#
# We begin with a single [neuron](../glossary/neuron.md), since least squares tells where it has to end. There
# are only [tensors](../glossary/tensor.md) here, and a comment marks each box of the diagram.


# %%
def train_raw(num_epochs, batch_size=32, learning_rate=0.02):
    torch.manual_seed(0)
    w = torch.zeros(5, 1, requires_grad=True)
    b = torch.zeros(1, requires_grad=True)
    for _ in range(num_epochs):
        for batch in torch.randperm(len(X_train)).split(batch_size):
            y_hat = X_train[batch] @ w + b  # forward
            loss = ((y_hat - y_train[batch]) ** 2).mean()  # loss
            loss.backward()  # backward
            with torch.no_grad():
                for parameter in (w, b):  # step
                    parameter -= learning_rate * parameter.grad
                    parameter.grad = None
    return w.detach(), b.detach()


w, b = train_raw(num_epochs=20)

# %% [markdown]
# Two lines need a reason. Under `torch.no_grad()` PyTorch keeps no record, since the step itself is no part of
# the network. And the [gradient](../glossary/gradient.md) is thrown away afterwards, since `backward` *adds* to
# what is there. Did it arrive?

# %%
columns = torch.cat([X_train, torch.ones(len(X_train), 1)], dim=1)
exact = torch.linalg.lstsq(columns, y_train).solution


def mean_squared(y_hat, y):
    return float(((y_hat - y) ** 2).mean())


raw_loss = mean_squared(X_train @ w + b, y_train)
exact_loss = mean_squared(columns @ exact, y_train)
print(f"loss {raw_loss:.3f} after training, {exact_loss:.3f} at best")

# %% [markdown]
# That is within a twentieth of the best that a neuron can do:
#
# >>> exact_loss < raw_loss < 1.05 * exact_loss
# True
#
# ## Ready-made parts
#
# Now we swap each part for PyTorch's own. `nn.Linear` holds `w` and `b`, `nn.MSELoss` is the [mean squared
# error](../glossary/mean-squared-error.md), an [optimizer](../glossary/optimizer.md) takes the step. A
# `TensorDataset` ties inputs and targets together row by row, and a `DataLoader` deals them out in
# [batches](../glossary/mini-batch.md), shuffled anew in each [epoch](../glossary/epoch.md).

# %%
from torch.utils.data import DataLoader, TensorDataset

train_set = TensorDataset(X_train, y_train)
loader = DataLoader(train_set, batch_size=32, shuffle=True)

X_batch, y_batch = next(iter(loader))
print(X_batch.shape, y_batch.shape)
print(len(loader), "batches, the last of", len(train_set) % 32, "rows")

# %% [markdown]
# Putting them together makes two functions. The first trains for one epoch; the second measures, and learns
# nothing.


# %%
def train_epoch(model, optimizer, loss_function, loader):
    """Train on each batch once; return the mean loss met on the way."""
    model.train()
    total = 0.0
    for X, y in loader:
        loss = loss_function(model(X), y)  # forward, loss
        optimizer.zero_grad()
        loss.backward()  # backward
        optimizer.step()  # step
        total += loss.item() * len(X)
    return total / len(loader.dataset)


def evaluate(model, X, y):
    model.eval()
    with torch.no_grad():
        return mean_squared(model(X), y)


# %% [markdown]
# `train()` and `eval()` tell the network which of the two it is in for. Ours behaves the same in both, but some
# kinds of layer do not. Is all this still our raw loop? Start from zeros, deal the same batches, and compare:

# %%
neuron = nn.Linear(5, 1)
nn.init.zeros_(neuron.weight)
nn.init.zeros_(neuron.bias)
optimizer = torch.optim.SGD(neuron.parameters(), lr=0.02)

torch.manual_seed(0)
orders = [torch.randperm(len(train_set)).tolist() for _ in range(20)]
for order in orders:
    # the sampler says in which order the rows come
    same = DataLoader(train_set, batch_size=32, sampler=order)
    train_epoch(neuron, optimizer, nn.MSELoss(), same)

torch.allclose(neuron.weight, w.T, atol=1e-4)

# %% [markdown]
# ## The whole loop
#
# Only the outer loop is missing. It keeps a history: for each epoch the mean [loss](../glossary/loss.md) met on
# the way, and then, with the network as the epoch has left it, the loss on the training set and on the
# validation set.


# %%
def new_model(seed):
    torch.manual_seed(seed)
    hidden = [nn.Linear(5, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU()]
    return nn.Sequential(*hidden, nn.Linear(32, 1))


mse = nn.MSELoss()


def fit(model, optimizer, loss_function=mse, num_epochs=40):
    history = []
    for _ in range(num_epochs):
        on_the_way = train_epoch(model, optimizer, loss_function, loader)
        training = evaluate(model, X_train, y_train)
        history.append(
            [on_the_way, training, evaluate(model, X_valid, y_valid)]
        )
    return pd.DataFrame(
        history, columns=["on the way", "training", "validation"]
    )


histories = []
for seed in range(5):
    model = new_model(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    histories.append(fit(model, optimizer))

# %%
#| label: learning-curves
#| fig-cap: "Learning curves of five networks, alike but for the random weights they start from. The dashed line
#|   is the best that a single neuron does on the validation set."
#| fig-alt: Loss against epoch on a logarithmic scale, five curves for training and five for validation. All
#|   fall steeply in the first epochs and flatten out by epoch 20. The validation curves end lowest, at about
#|   {{ end['validation'].mean():.2f}}, the training curves at about {{ end['training'].mean():.2f}}. A dashed
#|   level line at {{ neuron_valid:.2f}} lies above the ends of the validation curves.
X_ones = torch.cat([X_valid, torch.ones(len(X_valid), 1)], dim=1)
neuron_valid = mean_squared(X_ones @ exact, y_valid)
end = pd.DataFrame([history.tail(5).mean() for history in histories])

fig, ax = plt.subplots()
for history in histories:
    ax.plot(history["training"], color="C0", linewidth=1)
    ax.plot(history["validation"], color="C1", linewidth=1)
ax.axhline(neuron_valid, color="black", linestyle="--", linewidth=1)
ax.text(40, end["training"].mean(), "training", va="center", color="C0")
ax.text(40, end["validation"].mean(), "validation", va="top", color="C1")
ax.text(40, neuron_valid, "one neuron", va="bottom")
ax.set(yscale="log", xlim=(0, 51), xticks=range(0, 41, 10))
ax.set_yticks([0.2, 0.3, 0.5, 1], ["0.2", "0.3", "0.5", "1"])
ax.set_yticks([], minor=True)
ax.set(xlabel="epoch", ylabel="loss", title="Learning curves")

# %% [markdown]
# These are [learning curves](../glossary/learning-curve.md). Each of the five networks beats the single neuron
# on cars it never saw. The easy part, the mean consumption, was learned before the curves begin, in the first
# epoch; the rest is slow work.
#
# >>> bool((end["validation"] < neuron_valid).all())
# True
#
# ## When validation looks better
#
# You may have read that the validation loss lies above the training loss, since the training rows are the ones
# that the network knows. Here it lies below, for all five:
#
# >>> bool((end["validation"] < end["training"]).all())
# True
#
# Is that a mistake? The split was drawn by lot, and some cars are easier to tell than others. So split the cars
# in a hundred other ways, and fit a single neuron to each.


# %%
#| label: splits
#| fig-cap: Validation loss minus training loss, for a hundred splits and a single neuron. The line marks our
#|   split.
#| fig-alt: Histogram of the validation loss minus the training loss for {{ len(gaps) }} splits. It reaches from
#|   about {{ min(gaps):.2f}} to {{ max(gaps):.2f}} with its peak near zero. A vertical line at
#|   {{ neuron_valid - exact_loss:.2f}}, our split, stands left of the middle.
def gap(seed):
    torch.manual_seed(seed)
    rows = torch.randperm(len(cars))
    A = torch.cat([inputs, torch.ones(len(cars), 1)], dim=1)
    train, valid = rows[len(cars) // 4 :], rows[: len(cars) // 4]
    fitted = torch.linalg.lstsq(A[train], gallons[train, None]).solution
    training = mean_squared(A[train] @ fitted, gallons[train, None])
    return mean_squared(A[valid] @ fitted, gallons[valid, None]) - training


gaps = [gap(seed) for seed in range(1, 101)]
fig, ax = plt.subplots()
ax.hist(gaps, bins=20, alpha=0.7)
ax.axvline(neuron_valid - exact_loss, color="C1")
ax.set(xlabel="validation loss minus training loss", ylabel="splits")
ax.set_title("Which is lower, the split decides")

# %% [markdown]
# The gap has either sign. With a neuron of six [parameters](../glossary/parameter.md) there is hardly anything
# to learn by heart, so luck decides which part got the harder cars. Look at how the two curves *move*, then,
# rather than at which is lower.
#
# >>> below = sum(difference < 0 for difference in gaps)
# >>> 20 < below < 80
# True
#
# There is more to know about these rows. Most validation cars have a twin in the training set, with the same
# five inputs, for a model is sold in several versions. Our validation loss is honest about further versions of
# such cars. It says little about an engine of a new kind.
#
# >>> known = {tuple(row) for row in features.values[train].tolist()}
# >>> twins = [tuple(row) in known for row in features.values[valid].tolist()]
# >>> sum(twins) / len(twins) > 0.9
# True
#
# ## Two slips that raise no error
#
# Leave out `zero_grad`, and the gradients of all batches so far pile up. Forget that `None` which made columns
# of the targets, and PyTorch subtracts a row from a column, which makes a square table: each answer is compared
# with the target of *every* car in the batch.
#
# >>> (torch.zeros(32, 1) - torch.zeros(32)).shape
# torch.Size([32, 32])
#
# Both slips run without a word. What do the curves say?


# %%
def careless_loss(y_hat, y):
    return ((y_hat - y.squeeze()) ** 2).mean()


model = new_model(seed=0)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
wrong_shape = fit(model, optimizer, careless_loss, num_epochs=20)

model = new_model(seed=0)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
optimizer.zero_grad = lambda: None  # now does nothing
no_zero_grad = fit(model, optimizer, num_epochs=20)

# %%
#| label: slips
#| fig-cap: The right loop, and two with a slip. The dashed line is the loss of answering the mean for every
#|   car.
#| fig-alt: Validation loss against epoch for three loops. The right one falls to about
#|   {{ right['validation'].iloc[-1]:.1f}}. The one with targets of the wrong shape comes to lie level near
#|   {{ wrong_shape['validation'].iloc[-1]:.1f}}, close to the dashed line. The one without zero_grad jumps up
#|   and down, out of the picture at times.
right = histories[0].head(20)
guess_mean = mean_squared(y_train.mean(), y_valid)
fig, ax = plt.subplots()
for history, text, y in [
    (right, "right", right["validation"].iloc[-1]),
    (wrong_shape, "wrong shape", 1.0),
    (no_zero_grad, "no zero_grad", 2.6),
]:
    (line,) = ax.plot(history["validation"])
    ax.text(19.5, y, text, va="center", color=line.get_color())
ax.axhline(guess_mean, color="black", linestyle="--", linewidth=1)
ax.set(ylim=(0, 5), xlim=(0, 26), xticks=range(0, 20, 5))
ax.set(xlabel="epoch", ylabel="validation loss", title="Two silent slips")

# %% [markdown]
# The network trained with the wrong shape learns to answer nearly the mean for every car, since that is the
# best answer to all targets at once. The one that never forgets is thrown about, and at no time comes near the
# right one.
#
# >>> bool(abs(wrong_shape["validation"].tail(5).mean() - guess_mean) < 0.3)
# True
# >>> bool(no_zero_grad["validation"].min() > 2 * right["validation"].iloc[-1])
# True
#
# Since neither raises an error, compare each new loop with an answer that needs no network: the mean, or least
# squares.
#
# ## What compile and fit hide
#
# In [Keras](../glossary/keras.md) the whole loop is two calls. Nothing in them is new to you now:
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
# That is one more reason why validation can look better than training.
#
# >>> all(history["on the way"][0] > 2 * history["training"][0] for history in histories)
# True
#
# ## Save it, load it
#
# What a network has learned lies in its parameters. `state_dict` gives them by name. We save them to a file,
# here in a temporary folder, along with the mean and the standard deviation, without which they are worth
# nothing.

# %%
import tempfile
from pathlib import Path

trained = new_model(seed=0)
optimizer = torch.optim.SGD(trained.parameters(), lr=0.01)
fit(trained, optimizer, num_epochs=5)
answers = trained(X_valid)

with tempfile.TemporaryDirectory() as folder:
    file = Path(folder) / "cars.pt"
    learned = {"model": trained.state_dict(), "mean": mean, "std": std}
    torch.save(learned, file)
    loaded = torch.load(file, weights_only=True)

print(list(loaded["model"]))

# %% [markdown]
# The file holds numbers and names, not the layers. So build the same network anew, and fill it.
# `weights_only=True` is for your safety: it lets nothing but such plain things in, while a file without this
# check may run any program.

# %%
fresh = new_model(seed=1)
before = torch.equal(fresh(X_valid), answers)
fresh.load_state_dict(loaded["model"])
after = torch.equal(fresh(X_valid), answers)
print(f"same answers before loading: {before}, after: {after}")

# %% [markdown]
# Equal to the last digit, on the same machine:
#
# >>> before, after
# (False, True)
#
# ## What to keep
#
# - For each batch: forward, loss, `zero_grad`, backward, step. For each epoch: validate, without learning
#   anything.
# - Everything that is computed from data and used later, even a mean, comes from the training set alone.
# - A loop can be wrong without an error. Compare it with an answer that you know.
#
# Between the layers stands what makes a network more than a neuron, its [activation
# function](../glossary/activation-function.md). Which there are, and what they do to the gradient, is the
# subject of [Activation functions](activations.py).
#
# ## Exercises
#
# 1. **Predict.** How many steps did each of the five networks take?
#
#     ??? success "Answer"
#
#         26 batches in each of 40 epochs.
#
#         >>> len(loader) * 40
#         1040
#
# 2. **Predict.** Why does `train_epoch` multiply `loss.item()` by `len(X)`? For two batches, of 32 rows and of
#    1, what goes wrong if you average the two losses instead?
#
#     ??? success "Answer"
#
#         The single row would count as much as the 32 others together. With losses of 1 and 34:
#
#         >>> (1 + 34) / 2, (32 * 1 + 1 * 34) / 33
#         (17.5, 2.0)
#
# 3. **Change.** Leave out the standardization, with everything else as it is. Which [learning
#    rate](../glossary/learning-rate.md) do you need now? Can it still beat the single neuron in 40 epochs?
# 4. **Change.** Move `zero_grad` to after `step`. Does anything change? Check with `torch.equal` on the
#    [weights](../glossary/weight.md) of two networks with the same [seed](../glossary/seed.md). Call
#    `torch.manual_seed` right before `fit` too, or the shuffling will differ.
# 5. **Build.** Write `keep_best`, a `fit` that remembers `state_dict` of the epoch with the lowest validation
#    loss (copy its tensors with `clone`) and loads it at the end. Check that `evaluate` gives exactly the
#    lowest number of the history.
