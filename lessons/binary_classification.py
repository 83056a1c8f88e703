# %% [markdown]
# # Binary classification
#
# **How does a network decide between yes and no, when all it can do is output a number?** We squeeze the number
# until it lies between 0 and 1, and read it as a [probability](../glossary/probability.md). Deciding between two
# kinds in this way is called [binary classification](../glossary/binary-classification.md).
#
# After this lesson you can turn words into [labels](../glossary/label.md), train a network that says how sure
# it is, explain why [accuracy](../glossary/accuracy.md) can't be the [loss](../glossary/loss.md), choose a
# [threshold](../glossary/threshold.md), and judge a classifier by precision, recall and calibration. You need
# [What counts as wrong](loss_functions.py), [Activation functions](activations.py) and [Overfitting and
# underfitting](overfitting.py).
#
# A radar in Labrador sent pulses up into the ionosphere, a layer of charged particles high in the air. If the echo
# shows structure up there, it is called good, otherwise bad. What the table holds is not the echo itself, but an
# *autocorrelation*: a comparison of the signal with itself at another time. For each of seventeen pulses it has
# two numbers, the real and the imaginary part. The first imaginary part is 0 throughout, and left out.

# %%
#| label: echoes
#| tbl-cap: A few of the {{ len(echoes) }} echoes, with five of their {{ echoes.shape[1] - 1 }} numbers. [Where the data comes
#|   from](../data.md#ionosphere)
import matplotlib.pyplot as plt
import pandas as pd
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

echoes = pd.read_csv("data/ionosphere.csv")
shown = ["real_1", "real_2", "imag_2", "real_17", "imag_17", "radar"]
echoes[shown].head().round(2)

# %%
#| label: good-and-bad
#| echo: fold
#| fig-cap: "Eight echoes of each kind. The good ones drift, most of the bad ones jump."
#| fig-alt: Two panels of eight lines each, over seventeen pulse numbers. The good lines start at 1 and mostly
#|   sink slowly, with small wiggles. Most of the bad lines jump up and down, several between -1 and 1.
pulses = [f"real_{i}" for i in range(1, 18)]
fig, panels = plt.subplots(2, 1, sharex=True, figsize=(5.6, 4.6))
for ax, kind in zip(panels, ["good", "bad"]):
    some = echoes.loc[echoes.radar == kind, pulses].head(8)
    ax.plot(range(1, 18), some.T, color="C0", linewidth=1)
    ax.set(title=kind, ylim=(-1.1, 1.1), ylabel="real part")
panels[1].set(xlabel="pulse number", xticks=range(1, 18, 4))

# %% [markdown]
# ## Words become numbers
#
# A network computes with numbers, so the words become labels: 1 for good, 0 for bad. The output will then be the
# probability of *good*.

# %%
X = torch.tensor(echoes.drop(columns="radar").values, dtype=torch.float32)
y = torch.tensor((echoes.radar == "good").values, dtype=torch.float32)
y = y[:, None]  # a column, like the output of a network
print(f"X {tuple(X.shape)}, y {tuple(y.shape)}: {y.mean():.1%} good")

# %% [markdown]
# Accuracy is the share of right predictions. Keep the share of good echoes in mind: a program that says
# "good" to each echo has that accuracy already. A network must beat it.
#
# ## A rule to beat
#
# It should also beat what a person sees in the figure. Take the *jump* of an echo: how far its real part moves
# from one pulse to the next. In all {{ len(echoes) }} echoes, too, the bad ones jump far more on average:

# %%
jump = echoes[pulses].diff(axis=1).abs().mean(axis=1)
jump.groupby(echoes.radar).mean().round(2)

# %% [markdown]
# One [feature](../glossary/input.md) deserves a look as well. `real_1` is either 0 or 1, and where it is 0, the
# echo is bad:
#
# >>> sorted(echoes.real_1.unique().tolist())
# [0.0, 1.0]
# >>> echoes.radar[echoes.real_1 == 0].value_counts().to_dict()
# {'bad': 38}
#
# That gives a rule without any network: *good* if `real_1` is 1 and the jump is small. How small is chosen on
# the training echoes, since the [validation](../glossary/validation-set.md) echoes are for judging. (We
# looked at all of them before we thought of the rule, which may flatter it a little.)


# %%
def rule(rows, limit):
    """True for the echoes that the rule calls good."""
    jumps = torch.tensor(jump.values[rows])[:, None]
    return (jumps < limit) & (X[rows, :1] == 1)  # :1 keeps a column


def best_limit(rows):
    """The limit, out of 51, with the most right predictions on these rows."""
    limits = torch.linspace(0.1, 0.6, 51)
    rights = [(rule(rows, c) == (y[rows] == 1)).sum() for c in limits]
    return limits[torch.stack(rights).argmax()]


# %% [markdown]
# ## Train it
#
# The [training loop](../glossary/training-loop.md) is the one you know. New is the loss,
# `nn.BCEWithLogitsLoss`. It takes the plain output of the last [neuron](../glossary/neuron.md), which may be
# any number and is called the [logit](../glossary/logit.md). What it does with it comes below.

# %%
loss_function = nn.BCEWithLogitsLoss()


def one_neuron(num_features):
    return nn.Linear(num_features, 1)


def network(num_features):
    return nn.Sequential(
        nn.Linear(num_features, 16), nn.ReLU(), nn.Linear(16, 1)
    )


def train(make_model, X, seed, num_epochs=20, learning_rate=0.01):
    """Train on all echoes but 100; keep what later sections look at."""
    torch.manual_seed(seed)
    order = torch.randperm(len(y))
    valid, rest = order[:100], order[100:]
    data = TensorDataset(X[rest], y[rest])
    loader = DataLoader(data, batch_size=32, shuffle=True)
    model = make_model(X.shape[1])
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    logits, train_losses = [], []
    for epoch in range(num_epochs):
        for X_batch, y_batch in loader:
            y_hat = model(X_batch)
            loss = loss_function(y_hat, y_batch)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            logits.append(model(X[valid]))
            train_losses.append(loss_function(model(X[rest]), y[rest]))
    run = {"model": model, "valid": valid, "rest": rest}
    return run | {"logits": logits, "train losses": train_losses}


def accuracy_of(yes, truth):
    return (yes == (truth == 1)).float().mean().item()


# %% [markdown]
# With a hundred echoes to judge by, luck counts. So we repeat everything with five
# [seeds](../glossary/seed.md): the split, the starting [weights](../glossary/weight.md), the order of the
# [batches](../glossary/mini-batch.md). A single neuron gets a larger
# [learning rate](../glossary/learning-rate.md), since at 0.01 it is not done after 20 epochs. One more neuron
# gets our jump as a feature beside the others.

# %%
#| label: accuracies
#| tbl-cap: Accuracy on {{ len(runs[0]["valid"]) }} validation echoes, for five seeds.
with_jump = torch.cat([X, torch.tensor(jump.values).float()[:, None]], dim=1)
runs = [train(network, X, seed) for seed in range(5)]
rows = []
for seed, run in enumerate(runs):
    valid, rest = run["valid"], run["rest"]
    neuron = train(one_neuron, X, seed, learning_rate=0.05)
    helped = train(one_neuron, with_jump, seed, learning_rate=0.05)
    scores = {
        "always good": y[valid].mean().item(),
        "one neuron": accuracy_of(neuron["logits"][-1] > 0, y[valid]),
        "rule": accuracy_of(rule(valid, best_limit(rest)), y[valid]),
        "neuron and jump": accuracy_of(helped["logits"][-1] > 0, y[valid]),
        "network": accuracy_of(run["logits"][-1] > 0, y[valid]),
    }
    rows.append(scores)
table = pd.DataFrame(rows).rename_axis("seed")
table.round(2)

# %% [markdown]
# On average the single neuron reaches {{ table["one neuron"].mean():.3f}}, our rule {{ table["rule"].mean():.3f}},
# and the network {{ table["network"].mean():.3f}}. Why can a rule with two conditions keep up with a neuron with
# {{ X.shape[1] }} weights, even one trained ten times as long? The size of a jump, $|a - b|$, is not linear,
# so a single neuron can't compute it. Given the jump, the neuron reaches {{ table["neuron and jump"].mean():.3f}}.
# A [hidden layer](../glossary/hidden-layer.md) can make such features by itself: $|d|$ is what two
# [ReLUs](../glossary/relu.md) add up to. Whether this one does, we have not looked.
#
# >>> average = table.mean()
# >>> average.sort_values().index.tolist()[1:]
# ['one neuron', 'rule', 'neuron and jump', 'network']
# >>> others = table[["always good", "one neuron", "rule"]]
# >>> bool((table["network"] > others.max(axis=1)).all())
# True
# >>> scores = []
# >>> for seed in range(5):
# ...     run = train(one_neuron, X, seed, num_epochs=200, learning_rate=0.05)
# ...     scores.append(accuracy_of(run["logits"][-1] > 0, y[run["valid"]]))
# >>> longer, near_rule = sum(scores) / 5, average["rule"] + 0.01
# >>> bool(average["one neuron"] < longer < near_rule)
# True
# >>> bool(near_rule < average["neuron and jump"])
# True
# >>> d = torch.linspace(-2, 2, 9)
# >>> torch.equal(torch.relu(d) + torch.relu(-d), d.abs())
# True
#
# ## From a number to a probability
#
# The [sigmoid](../glossary/sigmoid.md) squeezes the logit $z$ between 0 and 1:
#
# $$p = \frac{1}{1 + e^{-z}}$$
#
# Here are five validation echoes of the first seed. A logit of 0 gives one half, undecided. The further
# from 0, the surer the prediction.

# %%
#| label: probabilities
z = runs[0]["logits"][-1]
columns = torch.cat([z, torch.sigmoid(z), y[runs[0]["valid"]]], dim=1)
pd.DataFrame(columns[10:15], columns=["logit", "p(good)", "y"]).round(2)

# %% [markdown]
# ## Why not train on accuracy?
#
# We want many right predictions, so why not use accuracy as the loss? Take one
# neuron with one feature, `real_3`. Fix its [bias](../glossary/bias.md) at -1, and
# vary its weight. Look at the accuracy, and at the loss that takes its place. (In
# float64: we will nudge by a millionth, near the last digit of float32.)


# %%
def cross_entropy(p, y):  # -log p where y is 1, -log(1 - p) where it is 0
    return -(y * p.log() + (1 - y) * (1 - p).log())


third = torch.tensor(echoes.real_3.values, dtype=torch.float64)[:, None]


def measure(w):
    """Accuracy and average cross-entropy of a neuron, for each weight in w."""
    p = torch.sigmoid(third * w - 1)  # one column for each weight
    accuracy = ((p > 0.5) == (y == 1)).double().mean(dim=0)
    return accuracy, cross_entropy(p, y).mean(dim=0)


# %%
#| label: stairs
#| echo: fold
#| fig-cap: Accuracy is a staircase of flat steps and sudden jumps. Cross-entropy is smooth, and says at every
#|   weight which way is down.
#| fig-alt: Two panels over the weight from 2 to 3.4. Above, accuracy goes in level steps of uneven width, with
#|   jumps between them, mostly up, from {{ accuracy[0]:.3f }} to {{ accuracy[-1]:.3f }}. Below, cross-entropy
#|   is a smooth curve that falls, is lowest near {{ float(w[entropy.argmin()]):.1f }}, and rises again.
w = torch.linspace(2, 3.4, 1001, dtype=torch.float64)
accuracy, entropy = measure(w)

fig, panels = plt.subplots(2, 1, sharex=True, figsize=(5.6, 4.6))
panels[0].plot(w, accuracy, color="C1", linewidth=1.5)
panels[0].set(ylabel="accuracy")
panels[1].plot(w, entropy, color="C1")
panels[1].set(ylabel="cross-entropy", xlabel="weight")

# %% [markdown]
# On each step the [derivative](../glossary/derivative.md) is zero: nudge the weight, and no prediction
# changes sides. Training follows the derivative, and this one points nowhere. We nudge at each of the
# {{ len(w):,}} weights, and count where the score stays exactly the same. Accuracy does at all but one, where the
# nudge crosses a jump. [Cross-entropy](../glossary/cross-entropy.md) does at none:
#
# >>> nudged_accuracy, nudged_entropy = measure(w + 1e-6)
# >>> int((nudged_accuracy == accuracy).sum())
# 1000
# >>> int((nudged_entropy == entropy).sum())
# 0
#
# Nor do the two agree on the best weight. In this range accuracy is highest from
# {{ float(w[accuracy.argmax()]):.2f}} on, and cross-entropy lowest at {{ float(w[entropy.argmin()]):.2f}}.
#
# >>> float(w[accuracy.argmax()] - w[entropy.argmin()]) > 0.5
# True
#
# [PyTorch](../glossary/pytorch.md) does not even try. The comparison `> 0.5` has no
# [gradient](../glossary/gradient.md) to pass on:

# %%
#| error: true
weight = torch.tensor(2.0, requires_grad=True)
right = (torch.sigmoid(third * weight - 1) > 0.5) == (y == 1)
right.double().mean().backward()

# %% [markdown]
# So accuracy is a metric, to judge by; the loss must be something else.
#
# ## Cross-entropy
#
# Cross-entropy asks: what probability did you give to what was true? It takes
# the [logarithm](../glossary/logarithm.md), and changes the sign. `nn.BCEWithLogitsLoss` does that from the
# logit, sigmoid included, which is safer. A logit of 200 makes a probability that rounds to 1. If the echo was
# bad, our formula takes the logarithm of zero:
#
# >>> logit, bad = torch.tensor(200.0), torch.tensor(0.0)
# >>> cross_entropy(torch.sigmoid(logit), bad).isfinite()
# tensor(False)
# >>> loss_function(logit, bad)
# tensor(200.)
#
# For smaller logits the two agree. And the derivative for one echo is $p - y$, the probability minus the label.
#
# >>> z = torch.tensor([-2.0, 0.0, 3.0], requires_grad=True)
# >>> truth = torch.tensor([1.0, 0.0, 1.0])
# >>> by_formula = cross_entropy(torch.sigmoid(z), truth).mean()
# >>> torch.allclose(loss_function(z, truth), by_formula)
# True
# >>> (3 * loss_function(z, truth)).backward()  # the sum of three losses
# >>> torch.allclose(z.grad, torch.sigmoid(z.detach()) - truth)
# True
#
# Behind it is a way to compare two *distributions*, the shares of each kind. The truth has one:
# {{ y.mean():.1%}} good, and the rest bad. A model that doesn't look at the echo has one too: $p$ good, and
# $1 - p$ bad. How far are they apart?

# %%
#| label: distance
#| echo: fold
#| fig-cap: How far from the truth? Cross-entropy is lowest where the model's distribution equals the true one. What
#|   it has above that is how far the two are apart.
#| fig-alt: Cross-entropy against the probability p that a model gives to good for every echo. The curve is a
#|   bowl, lowest at {{ share:.2f }}, the share of good echoes, with {{ floor:.2f }} there. A level dashed line
#|   marks this floor, and an upright arrow at 0.2 spans the gap between floor and curve.
share = y.double().mean()
p = torch.linspace(0.02, 0.98, 481, dtype=torch.float64)
average = cross_entropy(p, share)  # for that share of echoes y is 1
floor = cross_entropy(share, share)

fig, ax = plt.subplots()
ax.plot(p, average, color="C1")
ax.axhline(floor, color="C2", linestyle="--")
ax.plot(share, floor, "o", color="C2")
ax.text(share, floor - 0.15, "share of good", ha="center", color="C2")
ax.text(1, floor - 0.15, "floor", ha="right", color="C2")
ax.annotate(
    "",
    (0.2, floor),
    (0.2, cross_entropy(0 * p + 0.2, share)[0]),
    arrowprops={"arrowstyle": "<->", "color": "black"},
)
ax.text(0.18, 0.85, "distance", ha="right")
ax.set(xlabel="p, for every echo", ylabel="cross-entropy", ylim=(0.3, 2))

# %% [markdown]
# The floor, {{ floor:.2f}}, is the truth's own [entropy](../glossary/entropy.md). A model that doesn't look at
# the echo can't get below it. The rest is a distance of a kind: zero if both are equal, and larger the more
# they differ. For a single echo the truth is certain, 1 or 0. Its own entropy is zero, and the whole loss is
# distance.
#
# >>> bool((average >= floor).all())
# True
# >>> abs(float(p[average.argmin()] - share)) < 0.01
# True
#
# ## Which mistakes?
#
# Accuracy treats all mistakes alike, but they may not cost the same. The
# [confusion matrix](../glossary/confusion-matrix.md) counts each prediction for each kind of truth.


# %%
def confusion(logits, truth, threshold=0.5):
    """Good echoes found and missed, bad ones called good and called bad."""
    good, said_good = truth == 1, torch.sigmoid(logits) > threshold
    rows = [good & said_good, good & ~said_good]
    rows += [~good & said_good, ~good & ~said_good]
    return [int(row.sum()) for row in rows]


counts = confusion(runs[0]["logits"][-1], y[runs[0]["valid"]])

# %%
#| label: confusion
#| echo: fold
#| fig-cap: The confusion matrix of the first seed's {{ len(runs[0]["valid"]) }} validation echoes, by what they are
#|   and what the network said. The right predictions are on the diagonal.
#| fig-alt: "Four boxes in two rows and two columns. Upper row, truly good: {{ counts[0] }} said good,
#|   {{ counts[1] }} said bad. Lower row, truly bad: {{ counts[2] }} said good, {{ counts[3] }} said bad. The two boxes on the diagonal are marked right, the other two false negative and false positive."
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
        ax.text(
            middle, 0.5 - row, counts[2 * row + column], size=22, ha="center"
        )
        ax.text(middle, 0.2 - row, kinds[row][column], ha="center")
ax.set(xlim=(0, 2), ylim=(-1, 1))
ax.set_xticks([0.48, 1.48], ["said good", "said bad"])
ax.set_yticks([0.47, -0.53], ["truly\ngood", "truly\nbad"])
ax.tick_params(length=0)
ax.grid(False)
ax.spines[:].set_visible(False)

# %% [markdown]
# A bad echo taken for good is a *false positive*, a good one taken for bad a *false negative*. Two shares are
# used most:
#
# - [precision](../glossary/precision.md): of those *called* good, how many are good?
# - *recall*: of those that *are* good, how many are called good?
#
# We take the five validation sets together. (An echo may be in several of them.)

# %%
logits = torch.cat([run["logits"][-1] for run in runs])
truth = torch.cat([y[run["valid"]] for run in runs])
found, missed, false_alarms, _ = confusion(logits, truth)
print(f"{false_alarms} false positives, {missed} false negatives")
precision, recall = found / (found + false_alarms), found / (found + missed)
print(f"precision {precision:.3f}, recall {recall:.3f}")

# %% [markdown]
# Most mistakes here are false positives.
#
# >>> false_alarms > 2 * missed
# True
#
# And `real_1`, which is 0 for bad echoes only? Our rule used it. Did the network pick that up?

# %%
told, overruled = 0, 0
for run in runs:
    zeros = run["valid"][X[run["valid"], 0] == 0]
    told += len(zeros)
    overruled += int((run["model"](X[zeros]) > 0).sum())
print(f"{overruled} of {told} such validation echoes called good")

# %% [markdown]
# Not as a rule. On its training echoes the network makes no such mistake, so there the rule would have gained
# nothing. A network learns what lowers its training loss, and that need not be what you see in the table.
#
# >>> overruled > 0
# True
# >>> zeros = [run["rest"][X[run["rest"], 0] == 0] for run in runs]
# >>> [int((run["model"](X[rows]) > 0).sum()) for run, rows in zip(runs, zeros)]
# [0, 0, 0, 0, 0]
#
# ## The threshold is yours
#
# Nothing says that "good" must begin at one half. The threshold is chosen after training, by what each mistake
# costs. Move it: as one kind of mistake gets rarer, the other gets more frequent, and the loss stays.

# %%
#| label: moving-threshold
#| echo: fold
#| fig-cap: Where would you cut? The echoes of all five validation sets by the probability that the network gives to
#|   "good", the good ones upward, the bad ones downward. Green is right by this threshold, orange is a
#|   mistake. Note the axis: outward, each mark is ten times the one before.
#| fig-alt: Bars upward for good echoes and downward for bad ones, over the probability from 0 to 1, with a
#|   logarithmic axis of counts. Most good echoes lie near 1, most bad ones near 0. A line at {{ threshold }} parts
#|   them into {{ missed }} false negatives and {{ found }} right at the top, and {{ rejected }} right and
#|   {{ false_alarms }} false positives at the bottom. The control moves the line.
#| play: threshold = [k / 20 for k in range(1, 20)]
threshold = 0.5
found, missed, false_alarms, rejected = confusion(logits, truth, threshold)
p = torch.sigmoid(logits)
middles = torch.arange(20) / 20 + 0.025
said_good = middles > threshold

fig, ax = plt.subplots(figsize=(5.6, 4.2))
for kind, sign in [(1, 1), (0, -1)]:
    colors = ["C2" if good == kind else "C1" for good in said_good]
    heights = sign * torch.histc(p[truth == kind], 20, 0, 1)
    ax.bar(middles, heights, width=0.04, color=colors)
ax.axhline(0, color="0.5", linewidth=1)
ax.plot([threshold] * 2, [-600, 600], color="0.3")
ax.text(0, 900, f"{missed} false negatives")
ax.text(1, 900, f"{found} right", ha="right")
ax.text(0, -900, f"{rejected} right", va="top")
ax.text(1, -900, f"{false_alarms} false positives", ha="right", va="top")
ax.set_yscale("symlog", linthresh=1)
ax.set_yticks([-100, -10, -1, 1, 10, 100], [100, 10, 1, 1, 10, 100])
ax.set(ylim=(-3000, 3000), xlim=(-0.02, 1.02), xlabel="p(good)")
ax.set(ylabel="bad ← echoes → good")
ax.minorticks_off()
precision, recall = found / (found + false_alarms), found / (found + missed)
loss = loss_function(logits, truth).item()
print(f"precision {precision:.3f}, recall {recall:.3f}, loss {loss:.3f}")

# %%
#| label: thresholds
#| tbl-cap: All five validation sets together, for five thresholds.
rows = []
for threshold in [0.1, 0.3, 0.5, 0.7, 0.9]:
    found, missed, false_alarms, _ = confusion(logits, truth, threshold)
    precision, recall = (
        found / (found + false_alarms),
        found / (found + missed),
    )
    loss = loss_function(logits, truth).item()
    rows.append([threshold, false_alarms, missed, precision, recall, loss])
names = ["threshold", "false positives", "false negatives"]
names += ["precision", "recall", "loss"]
thresholds = pd.DataFrame(rows, columns=names).set_index("threshold")
thresholds.round(2)

# %% [markdown]
# A higher threshold trades false positives for false negatives: here precision rises and recall falls. (Precision
# may slip on a short step, as from 0.6 to 0.65 in the figure; recall never rises.) If a bad
# echo would spoil your study, ask for 0.9. If good echoes are precious, 0.1 will do. Choose it on validation
# rows. The threshold does not touch the loss, which is computed from the probabilities themselves.
#
# >>> thresholds["precision"].is_monotonic_increasing
# True
# >>> thresholds["recall"].is_monotonic_decreasing
# True
# >>> def precision_at(threshold):
# ...     found, _, false_alarms, _ = confusion(logits, truth, threshold)
# ...     return found / (found + false_alarms)
# >>> precision_at(0.65) < precision_at(0.6)
# True
# >>> bool((thresholds["loss"] == thresholds["loss"][0.5]).all())
# True
#
# ## Is 90% really 90%?
#
# If the output is to be a probability, then of all echoes that get about 0.9, nine in ten should be good. A
# model of which this holds is *calibrated*. The check of [calibration](../glossary/calibration.md) takes four
# rows:


# %%
#| label: calibration
#| tbl-cap: What was predicted, and what was true, on the five validation sets together.
def calibration(logits):
    p = torch.sigmoid(logits)
    rows = []
    for low, high in [(0, 0.1), (0.1, 0.5), (0.5, 0.9), (0.9, 1)]:
        inside = (p > low) & (p <= high)
        means = [p[inside].mean().item(), truth[inside].mean().item()]
        rows.append([f"{low} to {high}", int(inside.sum()), *means])
    names = ["p between", "echoes", "predicted", "truly good"]
    return pd.DataFrame(rows, columns=names).set_index("p between").round(2)


calibrated = calibration(logits)
calibrated

# %% [markdown]
# The middle rows hold few echoes. In the last, the network predicts {{ calibrated["predicted"].iloc[-1]}} on
# average, and {{ calibrated["truly good"].iloc[-1]}} are good: close, if a little too sure.
#
# >>> gap_early = (calibrated["predicted"] - calibrated["truly good"]).iloc[-1]
# >>> bool(0 < gap_early < 0.04)
# True
#
# ## Loss and accuracy part ways
#
# What if the network trains on, for 100 [epochs](../glossary/epoch.md)?

# %%
#| label: long-run
#| echo: fold
#| fig-cap: About as right, but too sure. Trained on, the network gets about as many validation echoes right, but their
#|   loss climbs with each of the five seeds. Thin lines are seeds, thick ones their average.
#| fig-alt: Two panels over 100 epochs, with five thin lines and a thick mean each. Above, mean validation
#|   accuracy rises from {{ mean_right[0]:.2f }} after the first epoch to {{ mean_right[9]:.2f }} after ten and
#|   {{ mean_right[19]:.2f }} after twenty, and is {{ mean_right[99]:.2f }} in the end. Below, mean validation
#|   loss falls to {{ mean_loss.min():.2f }}, then climbs to {{ mean_loss[99]:.2f }} and the seeds spread widely.
#|   The mean training loss falls all the way to {{ mean_train[99]:.2f }}.
long_runs = [train(network, X, seed, num_epochs=100) for seed in range(5)]
accuracies, losses = torch.zeros(100, 5), torch.zeros(100, 5)
train_losses = torch.zeros(100, 5)
for seed, run in enumerate(long_runs):
    y_valid = y[run["valid"]]
    for epoch, z in enumerate(run["logits"]):
        accuracies[epoch, seed] = accuracy_of(z > 0, y_valid)
        losses[epoch, seed] = loss_function(z, y_valid)
    train_losses[:, seed] = torch.stack(run["train losses"])
mean_right, mean_loss = accuracies.mean(dim=1), losses.mean(dim=1)
mean_train = train_losses.mean(dim=1)

fig, panels = plt.subplots(2, 1, sharex=True, figsize=(5.6, 4.6))
for ax, curves in zip(panels, [accuracies, losses]):
    ax.plot(range(1, 101), curves, color="C1", linewidth=0.8, alpha=0.6)
    ax.plot(range(1, 101), curves.mean(dim=1), color="C1", linewidth=3)
panels[1].plot(range(1, 101), mean_train, color="C0", linewidth=3)
panels[1].text(100, 0.06, "training", color="C0", ha="right")
panels[0].text(100, 0.75, "validation", color="C1", ha="right")
panels[1].text(60, 0.52, "validation", color="C1", ha="right")
panels[0].set(ylabel="accuracy", ylim=(0.5, 1))
panels[1].set(ylabel="loss", xlabel="epoch", ylim=(0, 0.7))

# %% [markdown]
# The network is [overfitting](../glossary/overfitting.md): the training loss falls, the validation loss climbs.
# Accuracy hardly shows it: {{ mean_right[19]:.3f}} after 20 epochs, {{ mean_right[99]:.3f}} after 100, on
# average. But the network has become surer of its mistakes, and cross-entropy punishes that. The calibration
# shows it too:

# %%
#| tbl-cap: The same check after 100 epochs.
late = calibration(torch.cat([run["logits"][-1] for run in long_runs]))
late

# %% [markdown]
# Of the {{ late["echoes"].iloc[-1] }} echoes in the last row the network is now
# {{ late["predicted"].iloc[-1]:.0%}} sure, and {{ late["truly good"].iloc[-1]:.0%}} are good. So if you want to
# read the output as a probability, watch the loss, and [stop early](../glossary/early-stopping.md).
#
# >>> bool((mean_right[99] - mean_right[19]).abs() < 0.02)
# True
# >>> bool(mean_loss[99] > 1.3 * mean_loss[19])
# True
# >>> bool((losses[99] > losses[19]).all())
# True
# >>> bool(mean_train[99] < 0.5 * mean_train[19])
# True
# >>> def sure_of_mistakes(epoch):
# ...     z = torch.cat([run["logits"][epoch] for run in long_runs])
# ...     return z[(z > 0) != (truth == 1)].abs().mean()
# >>> bool(sure_of_mistakes(99) > 1.5 * sure_of_mistakes(19))
# True
# >>> gap = (late["predicted"] - late["truly good"]).iloc[-1]
# >>> bool(gap > 1.5 * gap_early)
# True
#
# ## What to keep
#
# - Accuracy is for people: its derivative is zero almost everywhere. Train on cross-entropy, with
#   `nn.BCEWithLogitsLoss` on the logit, and take the sigmoid when you want the probability.
# - Compare with saying what is commoner each time, and with a simple rule. A hidden layer has to earn its
#   keep.
# - Look at both kinds of mistake, choose the threshold to fit what they cost, and check that a predicted 90%
#   means nine in ten.
#
# With more than two kinds, the sigmoid gives way to [softmax](../glossary/softmax.md): [Reading
# digits](digits.py).
