# %% [markdown]
# # Binary classification
#
# **How does a network answer yes or no, when all it can do is output a number?** It outputs a number between 0
# and 1, and we read it as a [probability](../glossary/probability.md). Deciding between two kinds in this way
# is called [binary classification](../glossary/binary-classification.md).
#
# After this lesson you can turn words into [labels](../glossary/label.md), train a network that says how sure
# it is, explain why nobody trains on [accuracy](../glossary/accuracy.md), choose a
# [threshold](../glossary/threshold.md), and read a [confusion matrix](../glossary/confusion-matrix.md). You
# need [What counts as wrong](loss_functions.py), [Activation functions](activations.py) and [Overfitting and
# underfitting](overfitting.py).
#
# A radar in Labrador sent pulses up into the ionosphere, a layer of charged particles high in the air. If the
# echo shows structure up there, people called it good, otherwise bad. Each echo comes as seventeen pairs of
# numbers, a real and an imaginary part for each pulse; one of them is always 0, and left out.

# %%
#| label: echoes
#| tbl-cap: A few of the {{ len(echoes) }} echoes, with five of their 33 numbers. [Where the data comes
#|   from](../data.md#ionosphere)
import matplotlib.pyplot as plt
import pandas as pd
import torch
from torch import nn
from torch.nn import functional

echoes = pd.read_csv("data/ionosphere.csv")
shown = ["real_1", "real_2", "imag_2", "real_17", "imag_17", "radar"]
echoes[shown].head()

# %%
#| label: good-and-bad
#| fig-cap: "Eight echoes of each kind: the good ones drift, the bad ones jump."
#| fig-alt: Two panels of eight lines each, over seventeen pulses. The good lines start at 1 and mostly sink
#|   slowly, with small wiggles. The bad lines jump up and down, several between -1 and 1.
fig, panels = plt.subplots(2, 1, sharex=True, figsize=(5.6, 4.6))
pulses = [f"real_{i}" for i in range(1, 18)]
for ax, kind, color in zip(panels, ["good", "bad"], ["C0", "C1"]):
    some = echoes.loc[echoes.radar == kind, pulses].head(8)
    ax.plot(range(1, 18), some.T, color=color, linewidth=1)
    ax.set(title=kind, ylim=(-1.1, 1.1), ylabel="real part")
panels[1].set(xlabel="pulse", xticks=range(1, 18, 4))
# %% [markdown]
# These sixteen are no exception: over all echoes, too, the real part changes far more from one pulse to the
# next if the echo is bad.
#
# >>> jumps = echoes[pulses].diff(axis=1).abs().mean(axis=1)
# >>> jumps.groupby(echoes.radar).mean().round(2).to_dict()
# {'bad': 0.52, 'good': 0.12}
#
# ## Words become numbers
#
# A network computes with numbers, so the words become labels: 1 for good, 0 for bad. Which of the two gets the
# 1 is up to us. It decides what the output says: the probability of *good*.

# %%
X = torch.tensor(echoes.drop(columns="radar").values, dtype=torch.float32)
y = torch.tensor((echoes.radar == "good").to_list(), dtype=torch.float32)
print(f"{len(y)} echoes, {y.mean():.1%} of them good")

# %% [markdown]
# The plain measure of success is accuracy, the share of right answers. Keep the share of good echoes in mind:
# who always says "good", and never looks, has that accuracy already. A network must beat it.
#
# One [input](../glossary/input.md) deserves a look before we train. `real_1` is either 0 or 1, and where it is
# 0, every echo is bad:
#
# >>> sorted(echoes.real_1.unique().tolist())
# [0.0, 1.0]
# >>> echoes.radar[echoes.real_1 == 0].value_counts().to_dict()
# {'bad': 38}
#
# ## From a number to a probability
#
# A [neuron](../glossary/neuron.md) may answer with any number, which is called the
# [logit](../glossary/logit.md). The [sigmoid](../glossary/sigmoid.md) squeezes it between 0 and 1:
#
# $$p = \frac{1}{1 + e^{-z}}$$
#
# A logit of 0 gives one half, undecided. The further it is from 0, the surer the answer:
#
# >>> torch.sigmoid(torch.tensor([-4.0, -1.0, 0.0, 1.0, 4.0]))
# tensor([0.0180, 0.2689, 0.5000, 0.7311, 0.9820])
#
# ## Why not train on accuracy?
#
# We want many right answers, so why not use accuracy as the [loss](../glossary/loss.md)? Take one neuron with
# one input, `real_3`. Fix its [bias](../glossary/bias.md) at -1, and vary its [weight](../glossary/weight.md).
# Look at the accuracy, and at the loss that we will use in its place.


# %%
def cross_entropy(p, y):  # -log p where y is 1, -log(1 - p) where it is 0
    return -(y * p.log() + (1 - y) * (1 - p).log())


third = torch.tensor(echoes.real_3.to_list(), dtype=torch.float64)


def measure(w):
    """Accuracy and average cross-entropy of a neuron, for each weight in w."""
    p = torch.sigmoid(w[:, None] * third - 1)
    accuracy = ((p > 0.5) == (y == 1)).double().mean(dim=1)
    return accuracy, cross_entropy(p, y).mean(dim=1)


# %%
#| label: stairs
#| fig-cap: Accuracy is a staircase of flat steps and sudden jumps. Cross-entropy is smooth, and says at every
#|   weight which way is down.
#| fig-alt: Two panels over the weight from 2 to 3.4. Above, accuracy goes in level steps of uneven width, with
#|   jumps between them, mostly up, from {{ accuracy[0]:.3f }} to {{ accuracy[-1]:.3f }}. Below, cross-entropy
#|   is a smooth curve that falls, is lowest near {{ float(w[entropy.argmin()]):.1f }}, and rises gently.
w = torch.linspace(2, 3.4, 1001, dtype=torch.float64)
accuracy, entropy = measure(w)

fig, panels = plt.subplots(2, 1, sharex=True, figsize=(5.6, 4.6))
panels[0].plot(w, accuracy, color="C1", linewidth=1.5)
panels[0].set(ylabel="accuracy", title="Stairs above, a valley below")
panels[1].plot(w, entropy, color="C0")
panels[1].set(ylabel="cross-entropy", xlabel="weight")
# %% [markdown]
# On each step the slope is exactly zero: nudge the weight, and no answer changes sides. Training goes where the
# slope points, and this one points nowhere. We nudge at each of the {{ len(w):,}} weights:
#
# >>> nudged_accuracy, nudged_entropy = measure(w + 1e-6)
# >>> float((nudged_accuracy == accuracy).double().mean()) > 0.99
# True
# >>> float((nudged_entropy == entropy).double().mean()) < 0.01
# True
#
# Nor do the two agree on the best weight: in this range accuracy is highest at the right end, past the bottom
# of the valley.
#
# >>> float(w[accuracy.argmax()] - w[entropy.argmin()]) > 0.5
# True
#
# [PyTorch](../glossary/pytorch.md) does not even try. The comparison `> 0.5` has no slope to pass on:

# %%
#| error: true
weight = torch.tensor(2.0, requires_grad=True)
right = (torch.sigmoid(weight * third - 1) > 0.5) == (y == 1)
right.double().mean().backward()

# %% [markdown]
# So accuracy is a metric, to judge by, and the loss must be something else. You may read that a loss gives an
# idea of the accuracy. Only roughly: at the end of this lesson the loss rises while accuracy stays.
#
# ## Cross-entropy
#
# [Cross-entropy](../glossary/cross-entropy.md) asks: what probability did you give to what was true? It takes
# the logarithm, and changes the sign. In PyTorch it starts from the logit, which is safer. A logit of 200 makes
# a probability that rounds to 1. Were the echo bad, our formula would take the logarithm of zero:
#
# >>> logit, bad = torch.tensor(200.0), torch.tensor(0.0)
# >>> cross_entropy(torch.sigmoid(logit), bad).isfinite()
# tensor(False)
# >>> functional.binary_cross_entropy_with_logits(logit, bad)
# tensor(200.)
#
# Where both can be had, they agree. And the slope is as plain as can be: the probability minus the label.
#
# >>> z = torch.tensor([-2.0, 0.0, 3.0], requires_grad=True)
# >>> truth = torch.tensor([1.0, 0.0, 1.0])
# >>> loss = functional.binary_cross_entropy_with_logits(z, truth, reduction="sum")
# >>> torch.allclose(loss, cross_entropy(torch.sigmoid(z), truth).sum())
# True
# >>> loss.backward()
# >>> torch.allclose(z.grad, torch.sigmoid(z.detach()) - truth)
# True
#
# Behind it is a way to compare two *distributions*, the shares of each kind. The truth has one:
# {{ y.mean():.1%}} good, and the rest bad. A model that doesn't look has one too: $p$ good, and $1 - p$ bad.
# How far are they apart?

# %%
#| label: distance
#| fig-cap: Cross-entropy is lowest where the model's distribution equals the true one. What it has above that
#|   is how far the two are apart.
#| fig-alt: Cross-entropy against the probability p that a model gives to good for every echo. The curve is a
#|   bowl, lowest at {{ share:.2f }}, the share of good echoes, with {{ floor:.2f }} there. A level dashed line
#|   marks this floor, and an upright arrow at 0.2 spans the gap between floor and curve.
share = y.double().mean()
p = torch.linspace(0.02, 0.98, 481, dtype=torch.float64)
average = cross_entropy(p, share)  # for that share of echoes y is 1
floor = cross_entropy(share, share)

fig, ax = plt.subplots()
ax.plot(p, average)
ax.axhline(floor, color="C2", linestyle="--")
ax.plot(share, floor, "o", color="C2")
ax.text(share, floor - 0.15, "share of good", ha="center", color="C2")
gap = {"arrowstyle": "<->", "color": "C1"}
ax.annotate(
    "",
    (0.2, floor),
    (0.2, cross_entropy(0 * p + 0.2, share)[0]),
    arrowprops=gap,
)
ax.text(0.18, 0.85, "distance", ha="right", color="C1")
ax.set(xlabel="p, for every echo", ylabel="cross-entropy", ylim=(0.3, 2))
ax.set_title("How far from the truth?")

# %% [markdown]
# The floor is the truth's own *entropy*, what nobody can get rid of without looking at the echo. The rest is a
# distance: zero if both are equal, and larger the more they differ. (Not quite a distance, as it depends on
# which of the two is called the truth.)
#
# >>> bool((average >= floor).all()), abs(float(p[average.argmin()] - share)) < 0.01
# (True, True)
# >>> there = cross_entropy(torch.tensor(0.9), 0.5) - cross_entropy(torch.tensor(0.5), 0.5)
# >>> back = cross_entropy(torch.tensor(0.5), 0.9) - cross_entropy(torch.tensor(0.9), 0.9)
# >>> round(float(there), 2), round(float(back), 2)
# (0.51, 0.37)
#
# For a single echo the truth is certain, 1 or 0. Its own entropy is zero, and the whole loss is distance.
#
# ## Train it
#
# Now the real thing. We keep 100 echoes apart as a [validation set](../glossary/validation-set.md). The network
# ends in one neuron, without a sigmoid: the loss brings its own.


# %%
def one_neuron():
    return nn.Linear(33, 1)


def network():
    return nn.Sequential(nn.Linear(33, 16), nn.ReLU(), nn.Linear(16, 1))


def train(make_model, seed, num_epochs=20):
    """The validation rows, the trained model, its logits after each epoch."""
    torch.manual_seed(seed)
    valid, rest = torch.randperm(len(y)).split([100, len(y) - 100])
    model, logits = make_model(), []
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(num_epochs):
        for rows in rest[torch.randperm(len(rest))].split(32):
            loss = functional.binary_cross_entropy_with_logits(
                model(X[rows]).squeeze(), y[rows]
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        logits.append(model(X[valid]).squeeze().detach())
    return valid, model, logits


# %% [markdown]
# With a hundred echoes to judge by, luck counts. So we repeat everything with five
# [seeds](../glossary/seed.md): the split, the starting weights, the order of the
# [batches](../glossary/mini-batch.md).


# %%
#| label: accuracies
#| tbl-cap: Accuracy on {{ len(runs[0][0]) }} validation echoes after 20 epochs, for five seeds.
def accuracy_of(logits, valid):
    return float(((logits > 0) == (y[valid] == 1)).double().mean())


runs = [train(network, seed) for seed in range(5)]
lines = [train(one_neuron, seed) for seed in range(5)]
table = pd.DataFrame(
    {
        "always good": [float(y[valid].mean()) for valid, *_ in runs],
        "one neuron": [accuracy_of(z[-1], valid) for valid, _, z in lines],
        "network": [accuracy_of(z[-1], valid) for valid, _, z in runs],
    },
    index=pd.Index(range(5), name="seed"),
)
table.round(2)

# %% [markdown]
# A logit above 0 is a probability above one half, so the sigmoid isn't even needed to count right answers. Both
# beat the one who never looks, and the [hidden layer](../glossary/hidden-layer.md) helps with every seed:
#
# >>> bool((table["one neuron"] > table["always good"] + 0.1).all())
# True
# >>> bool((table["network"] > table["one neuron"]).all())
# True
#
# ## Which mistakes?
#
# Accuracy treats all mistakes alike. Whoever uses the radar may not. The confusion matrix counts each kind of
# answer for each kind of truth.


# %%
def confusion(logits, valid, threshold=0.5):
    """Counts in rows by truth, good and bad; in columns by answer."""
    good, said_good = y[valid] == 1, torch.sigmoid(logits) > threshold
    return [
        [int((truth & answer).sum()) for answer in (said_good, ~said_good)]
        for truth in (good, ~good)
    ]


valid, model, logits = runs[0]
counts = confusion(logits[-1], valid)
counts

# %%
#| label: confusion
#| fig-cap: The first seed's {{ len(valid) }} validation echoes, by what they are and what the network said. The
#|   right answers are on the diagonal.
#| fig-alt: "Four boxes in two rows and two columns. Upper row, truly good: {{ counts[0][0] }} said good,
#|   {{ counts[0][1] }} said bad. Lower row, truly bad: {{ counts[1][0] }} said good, {{ counts[1][1] }} said
#|   bad. The two boxes on the diagonal are marked right, the other two false negative and false positive."
fig, ax = plt.subplots()
kinds = [["right", "false negative"], ["false positive", "right"]]
for row in range(2):
    for column in range(2):
        color = "C2" if row == column else "C1"
        box = plt.Rectangle(
            (column, -row), 0.96, 0.94, color=color, alpha=0.25
        )
        ax.add_patch(box)
        middle = column + 0.48
        ax.text(middle, 0.5 - row, counts[row][column], size=22, ha="center")
        ax.text(middle, 0.2 - row, kinds[row][column], ha="center")
ax.set(xlim=(0, 2), ylim=(-1, 1), title="Confusion matrix")
ax.set_xticks([0.48, 1.48], ["said good", "said bad"])
ax.set_yticks([0.47, -0.53], ["truly\ngood", "truly\nbad"])
ax.tick_params(length=0)
ax.grid(False)
ax.spines[:].set_visible(False)

# %% [markdown]
# A bad echo taken for good is a *false positive*, a good one taken for bad a *false negative*. Over the five
# seeds together there are more than twice as many of the first. A likely reason: bad echoes are the rarer kind,
# and they differ more among themselves.
#
# >>> pairs = [confusion(z[-1], valid) for valid, _, z in runs]
# >>> sum(bad[0] for good, bad in pairs) > 2 * sum(good[1] for good, bad in pairs)
# True
# >>> bool(X[y == 0].std(dim=0).mean() > X[y == 1].std(dim=0).mean())
# True
#
# Remember `real_1`, which is 0 for bad echoes only? A person would make it a rule. The network did not:

# %%
told, overruled = 0, 0
for valid, model, logits in runs:
    sure_bad = X[valid, 0] == 0
    told += int(sure_bad.sum())
    overruled += int((sure_bad & (logits[-1] > 0)).sum())
print(f"{overruled} of {told} such validation echoes taken for good")

# %% [markdown]
# It weighs this input against 32 others, since on its training echoes that was enough: nearly all of those with
# a 0 it gets right. A network learns what lowers its loss, not what you see in the table.
#
# >>> overruled > 0
# True
# >>> right, number = 0, 0
# >>> for valid, model, _ in runs:
# ...     trained = torch.ones(len(y), dtype=torch.bool)
# ...     trained[valid] = False
# ...     z = model(X[trained & (X[:, 0] == 0)])
# ...     right, number = right + int((z < 0).sum()), number + len(z)
# >>> right / number > 0.95
# True
#
# ## The threshold is yours
#
# Nobody says that "good" must begin at one half. The threshold is chosen after training, by what each mistake
# costs.

# %%
#| label: thresholds
#| tbl-cap: Mistakes on all five validation sets together, for five thresholds.
rows = []
for threshold in [0.1, 0.3, 0.5, 0.7, 0.9]:
    pairs = [confusion(z[-1], valid, threshold) for valid, _, z in runs]
    false_positives = sum(pair[1][0] for pair in pairs)
    rows.append([threshold, false_positives, sum(p[0][1] for p in pairs)])
names = ["threshold", "false positives", "false negatives"]
thresholds = pd.DataFrame(rows, columns=names).set_index("threshold")
thresholds

# %% [markdown]
# A higher threshold trades false positives for false negatives. If a bad echo would spoil your study, ask for
# 0.9. If good echoes are precious, 0.1 will do.
#
# >>> bool(thresholds["false positives"].is_monotonic_decreasing)
# True
# >>> bool(thresholds["false negatives"].is_monotonic_increasing)
# True
#
# ## Loss and accuracy part ways
#
# What if we train on, for 100 [epochs](../glossary/epoch.md)? Look at the loss and at the accuracy, both on the
# validation echoes.

# %%
#| label: long-run
#| fig-cap: Trained on, the network gets about as many answers right, but the loss climbs on most seeds. Thin
#|   lines are seeds, thick ones their average.
#| fig-alt: Two panels over 100 epochs, with five thin lines and a thick mean each. Above, validation accuracy
#|   rises within ten epochs and stays at about {{ accuracies[19:].mean():.2f}}. Below, validation loss falls to
#|   about {{ losses.mean(dim=1).min():.2f }}, then its mean climbs to {{ losses.mean(dim=1)[-1]:.2f }} and the
#|   seeds spread widely.
entropy_of = functional.binary_cross_entropy_with_logits
long_runs = [train(network, seed, num_epochs=100) for seed in range(5)]
accuracies = torch.tensor(
    [[accuracy_of(z, valid) for z in zs] for valid, _, zs in long_runs]
).T
losses = torch.tensor(
    [
        [float(entropy_of(z, y[valid])) for z in zs]
        for valid, _, zs in long_runs
    ]
).T

fig, panels = plt.subplots(2, 1, sharex=True, figsize=(5.6, 4.6))
for ax, curves, color in zip(panels, [accuracies, losses], ["C1", "C0"]):
    ax.plot(curves, color=color, linewidth=0.8, alpha=0.6)
    ax.plot(curves.mean(dim=1), color=color, linewidth=3)
panels[0].set(
    ylabel="accuracy", ylim=(0.7, 1), title="Just as right, but too sure"
)
panels[1].set(ylabel="loss", xlabel="epoch", ylim=(0, 0.7))

# %% [markdown]
# The network is [overfitting](../glossary/overfitting.md), and accuracy doesn't see it. It makes about as many
# mistakes as before, but it has become surer of its mistakes: their logits are further from 0. Cross-entropy
# punishes that, accuracy can't. The loss need not climb on every seed.
#
# >>> mean_loss, mean_right = losses.mean(dim=1), accuracies.mean(dim=1)
# >>> bool(mean_loss[-1] > 1.3 * mean_loss[19]), bool((mean_right[-1] - mean_right[19]).abs() < 0.03)
# (True, True)
# >>> int((losses[-1] > losses[19]).sum()) >= 3
# True
# >>> def size_of_mistakes(epoch):
# ...     return torch.cat([
# ...         z[epoch][(z[epoch] > 0) != (y[valid] == 1)].abs() for valid, _, z in long_runs
# ...     ]).mean()
# >>> bool(size_of_mistakes(99) > 1.5 * size_of_mistakes(19))
# True
#
# So if you want to read the output as a probability, watch the loss, and [stop
# early](../glossary/early-stopping.md).
#
# ## What to keep
#
# - Accuracy is for people: its slope is zero almost everywhere. Train on cross-entropy, which has a slope
#   everywhere.
# - Let the network output a logit, use `binary_cross_entropy_with_logits`, and take the sigmoid when you want
#   the probability.
# - Compare accuracy with that of always giving the commoner answer, look at both kinds of mistake, and choose
#   the threshold to fit what they cost.
#
# With more than two kinds, the sigmoid gives way to [softmax](../glossary/softmax.md): [Reading
# digits](digits.py).
#
# ## Exercises
#
# 1. **Predict.** A logit is 0 and the echo is good. What is the loss?
#
#     ??? success "Answer"
#
#         The probability is one half, so the loss is $-\log \frac{1}{2}$, about 0.69.
#
#         >>> round(float(entropy_of(torch.tensor(0.0), torch.tensor(1.0))), 2)
#         0.69
#
# 2. **Predict.** In the confusion matrix of "always good", which boxes are zero? Check with
#    `confusion(torch.full((100,), 9.0), valid)`.
# 3. **Change.** Let 1 stand for bad. Which numbers in the lesson change, and which do not? Accuracy should stay
#    about the same.
# 4. **Change.** Use the [mean squared error](../glossary/mean-squared-error.md) between probability and label
#    as the loss. Is accuracy lower on each of five seeds?
# 5. **Build.** Add the rule to the network: where `real_1` is 0, the answer is bad. By how many answers does it
#    gain? It should be the number the lesson printed.
#
#     ??? success "Answer"
#
#         Every one of those mistakes becomes a right answer, and nothing else changes.
#
#         >>> gained = 0
#         >>> for valid, _, logits in runs:
#         ...     ruled = torch.where(X[valid, 0] == 0, -9.0, logits[-1])
#         ...     gained += round(100 * (accuracy_of(ruled, valid) - accuracy_of(logits[-1], valid)))
#         >>> gained == overruled
#         True
