# %% [markdown]
# # Reading digits
#
# **How does a network choose one out of ten, and what do its layers do with a picture on the way?** It gives
# each of the ten a [probability](../glossary/probability.md). What the layers do, we measure in several ways,
# and the ways do not agree.
#
# After this lesson you can train a network to choose among ten kinds, compare it with two simpler methods, turn
# ten numbers into ten probabilities by hand, compute the [loss](../glossary/loss.md) of a choice, and look into
# the layers. You need [Binary classification](binary_classification.py) and [Activation
# functions](activations.py).
#
# Here are digits that people wrote by hand. Each is a picture of 8 by 8 pixels, from white to black.

# %%
import math

import matplotlib.pyplot as plt
import pandas as pd
import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn

digits = load_digits()
X = torch.tensor(digits.data / 16, dtype=torch.float32)  # from 0 to 1
y = torch.tensor(digits.target)


# %%
#| label: first
#| echo: fold
#| fig-cap: The first {{ 20 }} of {{ len(y):,}} pictures, and what they are. [Where the data comes
#|   from](../data.md#digits)
#| fig-alt: Twenty small, coarse pictures of handwritten digits in two rows of ten, the true digit above each.
#|   They run from 0 to 9, twice.
def draw_digits(rows, titles, across=10):
    down = math.ceil(len(rows) / across)
    size = (5.6, 0.85 * down * 10 / across)
    panels = plt.subplots(down, across, figsize=size, squeeze=False)[1]
    for ax in panels.flat:
        ax.axis("off")
    for ax, row, title in zip(panels.flat, rows, titles):
        picture = X[row].reshape(8, 8).numpy()
        ax.imshow(picture, cmap="gray_r", vmin=0, vmax=1)
        ax.set_title(title, size=10, loc="center")


draw_digits(range(20), y[:20].tolist())

# %% [markdown]
# For the network a picture is a row of {{ X.shape[1] }} numbers, one for each pixel. The ten digits are ten
# *classes*, and choosing among them is called [classification](../glossary/classification.md). All ten are
# about equally common, from {{ int(y.bincount().min()) }} to {{ int(y.bincount().max()) }} pictures. We keep
# 400 pictures for [validation](../glossary/validation-set.md), anew for each of five
# [seeds](../glossary/seed.md).
#
# ## Two methods without hidden layers
#
# What is a good [accuracy](../glossary/accuracy.md)? A guess is right one time in ten, so beating that is easy.
# Here are two better yardsticks. The *nearest neighbor* learns nothing: it looks up the training picture whose
# pixels are closest, and predicts its digit. And a linear model has one layer, from 64 pixels to ten
# outputs.


# %%
def split(seed):
    torch.manual_seed(seed)
    order = torch.randperm(len(y))
    return order[:400], order[400:]  # validation rows, training rows


def nearest_neighbor(X_new, X_known, y_known):
    """For each new row the label of the known row that is closest to it."""
    return y_known[torch.cdist(X_new, X_known).argmin(dim=1)]


def linear():
    return nn.Linear(64, 10)


def network():
    return nn.Sequential(
        nn.Linear(64, 64),
        nn.ReLU(),
        nn.Linear(64, 32),
        nn.ReLU(),
        nn.Linear(32, 10),
    )


# %% [markdown]
# ## Train it
#
# The loss is `nn.CrossEntropyLoss`, which the next sections open. It wants a row of ten outputs for each picture,
# and the true class as a plain whole number, so `y` does not become a column this time. The prediction is the class
# with the largest output. (The [batches](../glossary/mini-batch.md) are shuffled rows in pieces of 64: for pictures
# this small that is faster than a `DataLoader`, and the same.) The linear model gets a larger [learning
# rate](../glossary/learning-rate.md), since at 0.01 it is slow.

# %%
loss_function = nn.CrossEntropyLoss()


def train(make_model, X, y, seed, num_epochs=30, learning_rate=0.01):
    torch.manual_seed(seed)
    model = make_model()
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    for epoch in range(num_epochs):
        for rows in torch.randperm(len(y)).split(64):
            y_hat = model(X[rows])
            loss = loss_function(y_hat, y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model


@torch.no_grad()
def predict(model, X):
    return model(X).argmax(dim=1)


def accuracy(predicted, y):
    return (predicted == y).float().mean().item()


# %%
#| label: accuracies
#| tbl-cap: Accuracy on 400 pictures that were not trained on, and in the last column on those that were.
splits = [split(seed) for seed in range(5)]
models, lines, rows = [], [], []
for seed, (valid, rest) in enumerate(splits):
    lines.append(train(linear, X[rest], y[rest], seed, learning_rate=0.05))
    models.append(train(network, X[rest], y[rest], seed))
    found = nearest_neighbor(X[valid], X[rest], y[rest])
    scores = {
        "nearest neighbor": accuracy(found, y[valid]),
        "linear": accuracy(predict(lines[seed], X[valid]), y[valid]),
        "network": accuracy(predict(models[seed], X[valid]), y[valid]),
        "network, training": accuracy(predict(models[seed], X[rest]), y[rest]),
    }
    rows.append(scores)
table = pd.DataFrame(rows).rename_axis("seed")
table.round(3)

# %% [markdown]
# The network is trained out: it reads {{ table["network, training"].mean():.2%}} of its training pictures
# right. On new ones it gets {{ table["network"].mean():.1%}} on average, the linear model
# {{ table["linear"].mean():.1%}}, and with {{ int((table["linear"] >= table["network"]).sum()) }} of the five
# seeds the linear model is as good or better. So the [hidden layers](../glossary/hidden-layer.md) help little
# here. And the method that learns nothing wins, with {{ table["nearest neighbor"].mean():.1%}}. It pays for
# that at each prediction: it compares with all {{ len(rest):,}} training pictures, which takes
# {{ len(rest) * 64:,}} multiplications. The network needs {{ 64 * 64 + 64 * 32 + 32 * 10:,}}.
#
# >>> average = table.mean()
# >>> bool(average["linear"] < average["network"] < average["nearest neighbor"])
# True
# >>> bool(average["network"] - average["linear"] < 0.02)
# True
# >>> bool(average["network, training"] > 0.99)
# True
#
# Do not conclude that networks are bad at pictures. Conclude that a score means little until you know what a
# simple method gets.
#
# ## Ten numbers become ten probabilities
#
# Why not let one [neuron](../glossary/neuron.md) predict the digit itself, as a number? Because then a 3 would lie
# between a 2 and a 4, and to take it for an 8 would be a worse mistake than to take it for a 4. Digits are
# names here, not amounts. So each class gets a neuron of its own, which gives a number, its
# [logit](../glossary/logit.md). Then [softmax](../glossary/softmax.md) makes probabilities of them:
#
# $$p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$$
#
# By hand, for three classes. The exponential makes each number positive. Dividing by the sum makes them add up
# to one.

# %%
z = torch.tensor([2.0, 1.0, -1.0])
exponentials = z.exp()
p = exponentials / exponentials.sum()

steps = {"logit": z, "exponential": exponentials, "probability": p}
pd.DataFrame(steps, index=["class 0", "class 1", "class 2"]).round(2)

# %% [markdown]
# The order stays: the largest logit gets the largest probability. And only differences count: add 5 to all
# three, and nothing changes.
#
# >>> torch.allclose(p, torch.softmax(z, dim=0))
# True
# >>> torch.allclose(p, torch.softmax(z + 5, dim=0))
# True
#
# ## The loss of a choice
#
# Of the ten probabilities, the loss looks at one: that of the true class. It takes the
# [logarithm](../glossary/logarithm.md), and changes the sign. For many classes this is called *categorical*
# [cross-entropy](../glossary/cross-entropy.md):
#
# $$L = -\log p_{\mathrm{true}}$$
#
# We take three rows of logits, one for each true class.

# %%
logits = torch.tensor([[2.0, 1.0, -1.0], [0.0, 4.0, 0.0], [1.0, 1.0, 1.0]])
truth = torch.tensor([0, 1, 2])
# keepdim leaves the sums a column, so each row is divided by its own
p = logits.exp() / logits.exp().sum(dim=1, keepdim=True)
p_true = p[range(3), truth]  # of each row, the entry of its true class
losses = -p_true.log()

pd.DataFrame({"p of the truth": p_true, "loss": losses}).round(2)

# %% [markdown]
# [PyTorch](../glossary/pytorch.md) returns the average of the three:
#
# >>> loss_function(logits, truth), losses.mean()
# (tensor(0.4945), tensor(0.4945))
#
# The last row knows nothing: three equal shares, and a loss of $\log 3$. With ten classes that is $\log 10$, or
# {{ math.log(10):.3f}}. Remember that number; a fresh network should start near it.
#
# Note what went into the loss: the *logits*. It does the softmax itself. If the network does one too, nothing
# fails, but the loss can't get low anymore. Here is a perfect prediction, squeezed twice:
#
# >>> perfect = torch.eye(10)
# >>> round(loss_function(perfect, torch.arange(10)).item(), 2)
# 1.46
#
# The [derivative](../glossary/derivative.md) is what it was for two classes: probability minus truth, with the
# truth written as [one-hot](../glossary/one-hot.md), a 1 at the true class and 0 elsewhere.
#
# >>> z = logits.clone().requires_grad_()
# >>> F.cross_entropy(z, truth, reduction="sum").backward()
# >>> torch.allclose(z.grad, p - F.one_hot(truth, 3))
# True
#
# ## The distillery
#
# Now look inside. What a layer hands on is a new [representation](../glossary/representation.md) of the
# picture: first 64 pixels, then 64 numbers, then 32, and ten logits in the end. It is often said that the
# layers boil the picture down to what matters, as a distillery does. Do they?
#
# A picture can't show 64 dimensions. But we can look at such a cloud of points along the two directions in
# which it spreads most, its *principal components*. We watch the 3, the 8, and the 9: of all trios, theirs are
# the mean pictures that lie closest together.
#
# >>> from itertools import combinations
# >>> means = torch.stack([X[y == digit].mean(dim=0) for digit in range(10)])
# >>> trios = list(combinations(range(10), 3))
# >>> min(trios, key=lambda trio: F.pdist(means[list(trio)]).sum())
# (3, 8, 9)

# %%
# how many parts of the model a picture has passed: model[:2] is the first two
stages = {"input": 0, "hidden 1": 2, "hidden 2": 4, "output": 5}


# %%
#| label: distillery
#| echo: fold
#| fig-cap: Three digits that the network has not seen, at four stages. At the input 3s and 9s mingle, later
#|   the groups overlap less.
#| fig-alt: Four panels in which 3s, 8s, and 9s are placed as points. At the input the 3s and 9s
#|   overlap, and the 8s reach into them. After hidden layers 1 and 2, and at the output, there are three groups
#|   in different corners, with a few strays between them.
def look_flat(points):
    """Points seen along the two directions in which they spread most."""
    centered = points - points.mean(dim=0)
    # A matrix decomposition finds the directions. Each could as well point
    # the other way; we choose one.
    _, _, directions = torch.linalg.svd(centered, full_matrices=False)
    directions = directions * directions.sum(dim=1, keepdim=True).sign()
    return centered @ directions[:2].T


valid, rest = splits[0]
rows = valid[torch.isin(y[valid], torch.tensor([3, 8, 9]))]
fig, panels = plt.subplots(2, 2, figsize=(5.6, 6.4))
for ax, (stage, depth) in zip(panels.flat, stages.items()):
    with torch.no_grad():
        flat = look_flat(models[0][:depth](X[rows]))
    for digit, color in zip([3, 8, 9], ["C3", "C4", "C5"]):
        mark = {"marker": f"${digit}$", "color": color}
        ax.scatter(*flat[y[rows] == digit].T, s=110, linewidth=0.3, **mark)
    ax.set(title=stage, xticks=[], yticks=[])

# %% [markdown]
# One picture of one network may flatter, so measure, with all ten digits and all five networks. Three
# questions, at each stage:
#
# - *Share within*: take how far the pictures are from their common [mean](../glossary/mean.md), squared. Which
#   share is left if we measure from the mean of their own digit instead? If equal digits sat in one spot, it
#   would be 0.
# - *Nearest mean*: give each validation picture to the digit whose training mean is nearest. How many are
#   right? The borders of this rule are straight.
# - *Nearest neighbor*, as above, but with this stage's numbers in place of pixels.


# %%
#| label: within
#| tbl-cap: Averages over five networks.
def look_inside(points, valid, rest):
    means = torch.stack(
        [points[rest][y[rest] == d].mean(0) for d in range(10)]
    )
    seen = points[valid]
    own = torch.stack([seen[y[valid] == d].mean(0) for d in range(10)])[
        y[valid]
    ]
    share = (seen - own).square().sum() / (seen - seen.mean(0)).square().sum()
    by_mean = torch.cdist(seen, means).argmin(dim=1)
    by_neighbor = nearest_neighbor(seen, points[rest], y[rest])
    scores = [accuracy(by_mean, y[valid]), accuracy(by_neighbor, y[valid])]
    return [share.item(), *scores]


inside = torch.zeros(5, 4, 3)  # seeds, stages, questions
for seed, (valid, rest) in enumerate(splits):
    for place, depth in enumerate(stages.values()):
        with torch.no_grad():
            points = models[seed][:depth](X)
        inside[seed, place] = torch.tensor(look_inside(points, valid, rest))
names = ["share within", "nearest mean", "nearest neighbor"]
pd.DataFrame(inside.mean(dim=0), index=list(stages), columns=names).round(3)

# %% [markdown]
# The share within falls at every layer, in each of the five networks, and most at the first. So equal digits do
# gather around a common middle. Training does that: in fresh networks the share does not fall, on average. At the
# first layer the nearest mean gains, with every network. But straight borders as such do not need the layers: the
# linear model draws its own between the pixels, and with {{ table["linear"].mean():.1%}} it reads more than the
# nearest mean does at any stage.
#
# >>> fresh = torch.zeros(5, 4)
# >>> for seed, (valid, rest) in enumerate(splits):
# ...     _ = torch.manual_seed(seed)
# ...     untrained = network()
# ...     with torch.no_grad():
# ...         for place, depth in enumerate(stages.values()):
# ...             seen = look_inside(untrained[:depth](X), valid, rest)
# ...             fresh[seed, place] = seen[0]
# >>> bool((fresh[:, 1:].mean(dim=0) > fresh[:, 0].mean()).all())
# True
# >>> share, by_mean, by_neighbor = inside.unbind(dim=2)
# >>> falls = -share.diff(dim=1)
# >>> bool((falls > 0).all() and (falls[:, 0] > falls[:, 1:].sum(dim=1)).all())
# True
# >>> bool((by_mean[:, 1] > by_mean[:, 0]).all())
# True
# >>> bool(table["linear"].mean() > by_mean.mean(dim=0).max())
# True
#
# But the layers do not make everything better. The nearest neighbor does not improve: on average it reads the
# output worse than it read the pixels. And the nearest mean gains hardly anything after the first layer.
#
# >>> bool(by_neighbor.mean(dim=0)[3] < by_neighbor.mean(dim=0)[0] - 0.005)
# True
# >>> bool(by_mean.mean(dim=0)[1:].max() - by_mean.mean(dim=0)[1] < 0.01)
# True
#
# So "the layers distill" is true by one measure and false by another. The hidden layers were asked
# for neither. The loss looks at the output only, and the [gradient](../glossary/gradient.md) carries it back.
#
# ## What it gets wrong
#
# The [confusion matrix](../glossary/confusion-matrix.md) counts each prediction for each true digit.

# %%
model, valid = models[0], splits[0][0]
p = torch.softmax(model(X[valid]).detach(), dim=1)
sure, predicted = p.max(dim=1)
wrong = predicted != y[valid]
counts = torch.zeros(10, 10, dtype=torch.int64)
for row, column in zip(y[valid], predicted):
    counts[row, column] += 1

# %%
#| label: confusion
#| echo: fold
#| fig-cap: The confusion matrix of one network on its {{ len(valid) }} validation pictures. Rows are the truth, columns the prediction;
#|   what is off the diagonal is a mistake.
#| fig-alt: Ten by ten grid of counts. The diagonal holds {{ int(counts.trace()) }} of the {{ len(valid) }}
#|   pictures, between {{ int(counts.diag().min()) }} and {{ int(counts.diag().max()) }} for each digit. The
#|   other {{ int(wrong.sum()) }} are spread over {{ int((counts > 0).sum() - (counts.diag() > 0).sum()) }} of
#|   the cells off the diagonal.
fig, ax = plt.subplots(figsize=(5.6, 4.6))
for row, column in counts.nonzero().tolist():
    color = "C2" if row == column else "C1"
    corner = (column - 0.5, row - 0.5)
    ax.add_patch(plt.Rectangle(corner, 1, 1, color=color, alpha=0.25))
    text = int(counts[row, column])
    ax.text(column, row, text, ha="center", va="center")
ax.set(xlim=(-0.5, 9.5), ylim=(9.5, -0.5), xlabel="prediction", ylabel="truth")
ax.set(xticks=range(10), yticks=range(10))
ax.grid(False)

# %% [markdown]
# And here are the misread ones themselves. Which would you have got?

# %%
#| label: misread
#| echo: fold
#| fig-cap: The misread digits that the network was surest of. Above each, the truth, the prediction, and how sure
#|   it was.
#| fig-alt: "{{ len(worst) }} pictures of handwritten digits. Truth and prediction:
#|   {{ ', '.join(titles).replace(chr(10), ' at ') }}."
worst = wrong.nonzero().squeeze(1)
worst = worst[sure[worst].argsort(descending=True)][:10]
titles = [
    f"{y[valid][i]} → {predicted[i]}\n{sure[i]:.0%}" for i in worst.tolist()
]
draw_digits(valid[worst], titles, across=5)

# %% [markdown]
# Note how sure it is. Where this network is right, its largest probability is {{ sure[~wrong].mean():.2f}} on
# average; where it is wrong, still {{ sure[wrong].mean():.2f}}.
#
# ## One pixel to the side
#
# For you, a digit that moves by one pixel is the same digit. For these models each pixel is a
# [feature](../glossary/input.md) of its own. Move the validation pictures one pixel to the right. And train one
# more network on the training pictures *and* copies of them moved to the right and to the left, which is called
# *data augmentation*.


# %%
#| label: shifted
#| tbl-cap: Accuracy on validation pictures that were moved by one pixel; in the last column, not moved.
def shift(X, pixels):
    """Pictures moved right (left if negative), with white in the gap."""
    return F.pad(X.reshape(-1, 8, 8), (pixels, -pixels)).flatten(1)


rows = []
for seed, (valid, rest) in enumerate(splits):
    more = torch.cat([X[rest], shift(X[rest], 1), shift(X[rest], -1)])
    augmented = train(network, more, y[rest].repeat(3), seed, num_epochs=10)
    X_moved = shift(X[valid], 1)
    found = nearest_neighbor(X_moved, X[rest], y[rest])
    scores = {
        "nearest neighbor": accuracy(found, y[valid]),
        "linear": accuracy(predict(lines[seed], X_moved), y[valid]),
        "network": accuracy(predict(models[seed], X_moved), y[valid]),
        "augmented": accuracy(predict(augmented, X_moved), y[valid]),
        "same, in place": accuracy(predict(augmented, X[valid]), y[valid]),
    }
    rows.append(scores)
moved = pd.DataFrame(rows).rename_axis("seed")
moved.round(2)

# %% [markdown]
# One pixel, and the network reads {{ moved["network"].mean():.0%}} right, on average. It has learned these
# pixels, not the shapes. With moved copies among its training pictures it gets
# {{ moved["augmented"].mean():.0%}}, about as many as of those in place. (Layers that treat all places alike,
# *convolutions*, are the better known way, and beyond this course.)
#
# Draw a digit for the first of the five networks, with the pointer, or with the arrow keys and the space bar. Then
# move it, and see what one pixel does to the answer. Even an empty picture gets one: the network has to choose among
# the ten digits, and has no word for "none".

# %%
#| label: draw
#| echo: fold
#| script: assets/digits.js
#| fig-cap: "**A digit to draw.** The network itself reads it, in your browser: its {{ numbers:,}} numbers came with
#|   this page, rounded to three decimals."
#| fig-alt: A picture of 8 by 8 pixels, a handwritten {{ y[shown[0]] }}, and beside it a bar for each of the ten digits,
#|   as long as the probability that the network gives it. The bar of the {{ p.argmax() }} reaches to
#|   {{ p.max():.2f }}.
shown = splits[0][0][:10]
p = torch.softmax(models[0](X[shown[0]]).detach(), dim=0)
fig, (picture, bars) = plt.subplots(1, 2, figsize=(5.6, 2.7))
ink = plt.rcParams["text.color"]
for place, shade in enumerate(X[shown[0]].tolist()):
    corner = (place % 8, place // 8)
    pixel = plt.Rectangle(corner, 1, 1, gid="pixel", alpha=shade)
    pixel.set(facecolor=ink, linewidth=0)
    picture.add_patch(pixel)
picture.set(xlim=(0, 8), ylim=(8, 0), xticks=[], yticks=[], aspect="equal")
picture.grid(False)
for bar in bars.barh(range(10), p, color="C1"):
    bar.set_gid("bar")
bars.set(xlim=(0, 1), ylim=(9.6, -0.6), yticks=range(10), xticks=[0, 0.5, 1])
bars.set(xlabel="probability")
parameters = [
    torch.round(q.double(), decimals=3) for q in models[0].parameters()
]
numbers = sum(q.numel() for q in parameters)
layers = zip(parameters[::2], parameters[1::2])
{
    "layers": [[w.tolist(), b.tolist()] for w, b in layers],
    "pictures": torch.round(X[shown].double(), decimals=2).tolist(),
}

# %% [markdown]
# Three decimals are enough: with them the network reads each validation picture as before.
#
# >>> rounded = network()
# >>> names = rounded.state_dict()
# >>> _ = rounded.load_state_dict(dict(zip(names, parameters)))
# >>> valid = splits[0][0]
# >>> a, b = predict(rounded, X[valid]), predict(models[0], X[valid])
# >>> a.equal(b)
# True
# >>> average = moved.mean()
# >>> bool(moved["network"].max() < 0.7)
# True
# >>> bool((moved["augmented"] > moved["network"] + 0.2).all())
# True
# >>> bool(abs(average["augmented"] - average["same, in place"]) < 0.03)
# True
#
# ## People it has not met
#
# The validation pictures were drawn at random, so the same people wrote them who wrote the training pictures.
# In use, a network meets strangers. The data does not say who wrote what. But probably what one person wrote
# stands together. So let us hold back the *last* 400 rows instead.

# %%
last, first = torch.arange(len(y)).split([400, len(y) - 400])
last, first = len(y) - 1 - last, len(y) - 1 - first
strangers = []
for seed in range(5):
    model = train(network, X[first], y[first], seed)
    strangers.append(accuracy(predict(model, X[last]), y[last]))
found = nearest_neighbor(X[last], X[first], y[first])

comparison = {"drawn at random": table["network"], "the last rows": strangers}
pd.DataFrame(comparison).rename_axis("seed").round(2)

# %% [markdown]
# The accuracy drops with every seed. The nearest neighbor drops too, to {{ accuracy(found, y[last]):.2f}}.
#
# >>> bool((table["network"] > strangers).all())
# True
# >>> bool(accuracy(found, y[last]) < table["nearest neighbor"].min())
# True
#
# That fits with strangers, and does not prove it; the last digits may also be harder to read. Either way, a
# validation set answers the question that its choice asks. Rows at random ask: how well does the network read
# more digits like those it knows?
#
# ## What to keep
#
# - For one out of many, give each class a logit, and train with `nn.CrossEntropyLoss`, which does the softmax
#   itself and takes the negative logarithm of the true class's probability.
# - Each layer makes a new representation. Here it gathers equal digits around a common middle, so that the
#   nearest mean gains; it does not make every comparison better.
# - Compare with the nearest neighbor and a linear model, look at the mistakes, and test on what will be new in
#   use: moved pictures, other people.
#
# Our network is tiny. Large ones do the same multiplications by the billion, and have machines built for them:
# see [Why TPUs](accelerators.py).
