# %% [markdown]
# # Reading digits
#
# **How does a network choose one out of ten, and what do its layers do with a picture on the way?** It gives
# each of the ten a [probability](../glossary/probability.md). And layer by layer it boils the picture down to
# what matters, as a distillery does.
#
# After this lesson you can turn ten numbers into ten probabilities by hand, compute the
# [loss](../glossary/loss.md) of a choice, look into the layers of a network, and see what it gets wrong. You
# need [Binary classification](binary_classification.py) and [Activation functions](activations.py).
#
# Here are digits that people wrote by hand. Each is a picture of 8 by 8 pixels, from white to black.

# %%
#| label: first
#| fig-cap: The first {{ 20 }} of {{ len(y):,}} pictures, and what they are. [Where the data comes
#|   from](../data.md#digits)
#| fig-alt: Twenty small, coarse pictures of handwritten digits in two rows of ten, the true digit above each.
#|   They run from 0 to 9, twice.
import math

import matplotlib.pyplot as plt
import pandas as pd
import torch
from sklearn.datasets import load_digits
from torch import nn

digits = load_digits()
X = torch.tensor(digits.data) / 16  # 64 pixels, from 0 to 1
y = torch.tensor(digits.target)


def draw_digits(rows, titles, across=10):
    down = -(-len(rows) // across)  # rounded up
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
# *classes*, and telling them apart is called [classification](../glossary/classification.md). All ten are about
# equally common:
#
# >>> int(y.bincount().min()), int(y.bincount().max())
# (174, 183)
#
# ## Ten numbers become ten probabilities
#
# Why not let one [neuron](../glossary/neuron.md) answer with the digit itself? Because then a 3 would lie
# between a 2 and a 4, and to take it for an 8 would be a worse mistake than to take it for a 4. Digits are
# names here, not amounts. So each class gets a neuron of its own, and answers with a number, its
# [logit](../glossary/logit.md). Then [softmax](../glossary/softmax.md) makes probabilities of them:
#
# $$p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$$
#
# By hand, for three classes. The exponential makes each number positive. Dividing by the sum makes them add up
# to one.

# %%
z = torch.tensor([2.0, 1.0, -1.0], dtype=torch.float64)
exponentials = z.exp()
p = exponentials / exponentials.sum()

steps = {"logit": z, "exponential": exponentials, "probability": p}
pd.DataFrame(steps, index=["class 0", "class 1", "class 2"]).round(3)

# %% [markdown]
# The order stays: the largest logit gets the largest probability. And only differences count.
#
# >>> torch.allclose(p, torch.softmax(z, dim=0))
# True
# >>> torch.allclose(torch.softmax(z + 5, dim=0), p)
# True
#
# ## The loss of a choice
#
# Of the ten probabilities, the loss looks at one: that of the true class. It takes the logarithm, and changes
# the sign. For many classes this is called *categorical* [cross-entropy](../glossary/cross-entropy.md):
#
# $$L = -\log p_{\mathrm{true}}$$
#
# We take three rows of logits, one for each true class, and compare with [PyTorch](../glossary/pytorch.md).

# %%
logits = torch.tensor([[2.0, 1.0, -1.0], [0.0, 4.0, 0.0], [1.0, 1.0, 1.0]])
truth = torch.tensor([0, 1, 2])
p = logits.exp() / logits.exp().sum(dim=1, keepdim=True)
p_true = p[range(3), truth]  # of each row, the entry of its true class
losses = -p_true.log()

pd.DataFrame({"probability of the truth": p_true, "loss": losses}).round(3)

# %% [markdown]
# >>> torch.allclose(losses.mean(), nn.functional.cross_entropy(logits, truth))
# True
#
# The last row knows nothing: three equal shares, and a loss of $\log 3$. With ten classes that is $\log 10$.
# Remember that number; a fresh network should start near it.
#
# >>> round(math.log(3), 3), round(math.log(10), 3)
# (1.099, 2.303)
#
# Note what went into `cross_entropy`: the *logits*. It does the softmax itself. If the network does one too,
# nothing fails, but the loss can't get low anymore. Here is a perfect answer, squeezed twice:
#
# >>> perfect = torch.eye(10)
# >>> round(nn.functional.cross_entropy(perfect, torch.arange(10)).item(), 2)
# 1.46
#
# The slope is what it was for two classes: probability minus truth, with the truth written as
# [one-hot](../glossary/one-hot.md), a 1 at the true class and 0 elsewhere.
#
# >>> z = logits.clone().requires_grad_()
# >>> nn.functional.cross_entropy(z, truth, reduction="sum").backward()
# >>> torch.allclose(z.grad, p - nn.functional.one_hot(truth, 3))
# True
#
# ## Train it
#
# Two [hidden layers](../glossary/hidden-layer.md), of 32 and 16 neurons, and ten outputs. We keep 400 pictures
# for [validation](../glossary/validation-set.md), and train with five [seeds](../glossary/seed.md).


# %%
def train(seed, order=None, num_epochs=15):
    """The model, and the rows it has not seen."""
    torch.manual_seed(seed)
    order = torch.randperm(len(y)) if order is None else order
    valid, rest = order[:400], order[400:]
    model = nn.Sequential(
        nn.Linear(64, 32),
        nn.ReLU(),
        nn.Linear(32, 16),
        nn.ReLU(),
        nn.Linear(16, 10),
    ).double()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    for _ in range(num_epochs):
        for rows in rest[torch.randperm(len(rest))].split(32):
            loss = nn.functional.cross_entropy(model(X[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model, valid


# %%
#| label: accuracies
#| tbl-cap: On {{ len(runs[0][1]) }} pictures that the network has not seen.
@torch.no_grad()
def judge(model, valid):
    logits = model(X[valid])
    right = logits.argmax(dim=1) == y[valid]
    loss = nn.functional.cross_entropy(logits, y[valid])
    sure = torch.softmax(logits, dim=1).amax(dim=1)
    scores = [right.double().mean(), loss, sure[right].mean()]
    return [float(score) for score in [*scores, sure[~right].mean()]]


runs = [train(seed) for seed in range(5)]
names = ["accuracy", "loss", "sure when right", "sure when wrong"]
table = pd.DataFrame([judge(*run) for run in runs], columns=names)
table.rename_axis("seed").round(2)

# %% [markdown]
# A guess would be right one time in ten, so the [accuracy](../glossary/accuracy.md) is good, and the loss is
# far below $\log 10$. The last two columns are the average of the largest probability. The network is less sure
# where it is wrong, with every seed. Yet even there it is more than half sure, on average over all.
#
# >>> bool((table["accuracy"] > 0.88).all() and (table["loss"] < math.log(10) / 4).all())
# True
# >>> bool((table["sure when wrong"] < table["sure when right"] - 0.1).all())
# True
# >>> bool(table["sure when wrong"].mean() > 0.5)
# True
#
# ## The distillery
#
# Now look inside. What a layer hands on is a new [representation](../glossary/representation.md) of the
# picture: first 64 pixels, then 32 numbers, then 16, and ten logits in the end. Nobody can see in 64
# dimensions. But we can look at such a cloud of points from the side where it is spread out most. These two
# directions are called *principal components*, and a matrix decomposition, `svd`, finds them. (Each could as
# well point the other way; we choose one.)


# %%
def flatten(points):
    """Points seen along the two directions in which they spread most."""
    centered = points - points.mean(dim=0)
    _, _, directions = torch.linalg.svd(centered, full_matrices=False)
    directions = directions * directions.sum(dim=1, keepdim=True).sign()
    return centered @ directions[:2].T


# how many parts of the model a picture has passed: model[:2] is the first two
stages = {"input": 0, "hidden 1": 2, "hidden 2": 4, "output": 5}
trio = torch.tensor([2, 3, 8])


@torch.no_grad()
def show_trio(model, valid, stage):
    """Where the trio's validation pictures lie at a stage, and labels."""
    rows = valid[torch.isin(y[valid], trio)]
    return flatten(model[: stages[stage]](X[rows])), y[rows]


# %% [markdown]
# We watch the 2, the 3, and the 8, which look much alike.

# %%
#| label: distillery
#| fig-cap: Three digits that the network has not seen, at four stages. First they mingle. Then equal ones
#|   gather.
#| fig-alt: Four panels in which 2s, 3s, and 8s are placed as points. At the input the three groups overlap.
#|   After hidden layers 1 and 2, and at the output, they form three groups in different corners, with a few
#|   strays between them.
fig, panels = plt.subplots(2, 2, figsize=(5.6, 5.4))
for ax, stage in zip(panels.flat, stages):
    flat, labels = show_trio(*runs[0], stage)
    for digit, color in zip(trio.tolist(), ["C0", "C2", "C1"]):
        mark = {"marker": f"${digit}$", "color": color}
        ax.scatter(*flat[labels == digit].T, s=45, linewidth=0.3, **mark)
    ax.set(title=stage, xticks=[], yticks=[])

# %% [markdown]
# One picture of one network may flatter. So ask each point, in all five networks: of its five nearest
# neighbors, how many are the same digit? After the first hidden layer more of them are than at the
# [input](../glossary/input.md), with every seed.


# %%
def share_alike(flat, labels):
    distances = torch.cdist(flat, flat).fill_diagonal_(math.inf)
    nearest = distances.topk(5, largest=False).indices
    return (labels[nearest] == labels[:, None]).double().mean().item()


alike = {s: [share_alike(*show_trio(*run, s)) for run in runs] for s in stages}
pd.DataFrame(alike).rename_axis("seed").round(2)

# %% [markdown]
# >>> all(after > before + 0.03 for before, after in zip(alike["input"], alike["hidden 1"]))
# True
# >>> all(after > before for before, after in zip(alike["hidden 1"], alike["output"]))
# False
#
# Beyond that they rise no further, and fall with most seeds. The view may be to blame: a flat picture has two
# directions, and what we see in it is a shadow. With all ten digits the shadows fall on each other even more:
#
# >>> ten = [share_alike(flatten(m[:2](X[v]).detach()), y[v]) for m, v in runs]
# >>> max(ten) < min(alike["hidden 1"])
# True
#
# So measure in all directions, and all ten. Take how far the pictures are from their common
# [mean](../glossary/mean.md), squared. Which share of it is left if we measure from the mean of their own digit
# instead? If equal digits sat in one spot, the share would be 0.


# %%
#| label: within
#| fig-cap: The share of the differences that lies between pictures of the same digit, for five networks. Each
#|   layer boils some of it away.
#| fig-alt: "Share against stage, one line for each of five seeds, close together. On average the share is
#|   {{ shares[:, 0].mean():.2f}} at the input, {{ shares[:, 1].mean():.2f}} after hidden layer 1,
#|   {{ shares[:, 2].mean():.2f}} after hidden layer 2, and {{ shares[:, 3].mean():.2f}} at the output."
def share_within(points, labels):
    total = (points - points.mean(dim=0)).square().sum()
    own_means = torch.stack(
        [points[labels == digit].mean(dim=0) for digit in range(10)]
    )
    return (points - own_means[labels]).square().sum() / total


with torch.no_grad():
    shares = torch.tensor(
        [
            [share_within(m[:n](X[v]), y[v]) for n in stages.values()]
            for m, v in runs
        ]
    )

fig, ax = plt.subplots()
ax.plot(list(stages), shares.T, "o-", color="C0", markersize=4, linewidth=1)
ax.set(ylim=(0, 0.7), ylabel="share within digits")
ax.set_title("What is left of the differences")

# %% [markdown]
# With every seed, the share falls at every layer, and the first layer does the most.
#
# >>> falls = -shares.diff(dim=1)
# >>> bool((falls > 0).all())
# True
# >>> bool((falls[:, 0] > falls[:, 1:].sum(dim=1)).all())
# True
#
# What is boiled away is what makes one 3 differ from another, perhaps slant and size. More of what stays tells
# a 3 from an 8. Nobody told the hidden layers to do so. The loss speaks only to the output, and the
# [gradient](../glossary/gradient.md) carries its word back.
#
# ## What it gets wrong
#
# Accuracy says how often, and not what. The [confusion matrix](../glossary/confusion-matrix.md) counts each
# answer for each true digit.

# %%
#| label: confusion
#| fig-cap: One network on its {{ len(valid) }} validation pictures. Rows are the truth, columns the answer;
#|   what is off the diagonal is a mistake.
#| fig-alt: Ten by ten grid of counts. The diagonal holds {{ int(counts.trace()) }} of the {{ len(valid) }}
#|   pictures, between {{ int(counts.diag().min()) }} and {{ int(counts.diag().max()) }} for each digit. The
#|   other {{ int(wrong.sum()) }} are spread over {{ int((counts > 0).sum() - (counts.diag() > 0).sum()) }} of
#|   the cells off the diagonal, most with a single count.
model, valid = runs[0]
p = torch.softmax(model(X[valid]).detach(), dim=1)
sure, answer = p.max(dim=1)
wrong = answer != y[valid]
# truth 3 and answer 5 are counted at place 35
counts = (10 * y[valid] + answer).bincount(minlength=100).reshape(10, 10)

fig, ax = plt.subplots(figsize=(5.6, 4.6))
for row, column in counts.nonzero().tolist():
    color = "C2" if row == column else "C1"
    corner = (column - 0.5, row - 0.5)
    ax.add_patch(plt.Rectangle(corner, 1, 1, color=color, alpha=0.25))
    text = int(counts[row, column])
    ax.text(column, row, text, ha="center", va="center")
ax.set(xlim=(-0.5, 9.5), ylim=(9.5, -0.5), xlabel="answer", ylabel="truth")
ax.set(xticks=range(10), yticks=range(10), title="Confusion matrix")
ax.grid(False)

# %% [markdown]
# And here are the misread ones themselves. Which would you have got?

# %%
#| label: misread
#| fig-cap: The misread digits that the network was surest of. Above each, the truth, the answer, and how sure
#|   it was.
#| fig-alt: "{{ len(worst) }} pictures of handwritten digits. Truth and answer:
#|   {{ ', '.join(titles).replace(chr(10), ' at ') }}."
worst = wrong.nonzero().squeeze(1)
worst = worst[sure[worst].argsort(descending=True)][:10]
titles = [
    f"{y[valid][i]} → {answer[i]}\n{sure[i]:.0%}" for i in worst.tolist()
]
draw_digits(valid[worst], titles, across=5)

# %% [markdown]
# Some are so smudged at 8 by 8 pixels that one can't blame the network. For others it has no excuse.
#
# ## People it has not met
#
# The validation pictures were drawn at random, so the same people wrote them who wrote the training pictures.
# In use, a network meets strangers. The data does not say who wrote what. But probably what one person wrote
# stands together. So let us hold back the *last* 400 rows instead.

# %%
from_the_end = torch.arange(len(y)).flip(0)
strangers = [judge(*train(seed, from_the_end))[0] for seed in range(5)]

comparison = {"drawn at random": table["accuracy"], "the last rows": strangers}
pd.DataFrame(comparison).rename_axis("seed").round(2)

# %% [markdown]
# The accuracy drops with every seed, and on average there are far more mistakes:
#
# >>> bool((table["accuracy"] > strangers).all())
# True
# >>> mistakes, mistakes_there = 1 - table["accuracy"].mean(), 1 - sum(strangers) / 5
# >>> bool(mistakes_there > mistakes * 4 / 3)
# True
#
# That fits with strangers, and does not prove it; the last digits may also be harder to read. Either way, a
# validation set answers the question that its choice asks. Rows at random ask: how well does the network read
# more digits like those it knows?
#
# ## What to keep
#
# - For one out of many, give each class a logit; softmax makes probabilities of them, and cross-entropy takes
#   the negative logarithm of the true one's. PyTorch does both in one, from the logits.
# - Each layer makes a new representation, in which what does not matter has been boiled down, and equal things
#   lie closer together.
# - Look at the mistakes, not at the accuracy alone, and hold back for validation what will be new in use.
#
# Our network is tiny. Large ones do the same multiplications by the billion, and have machines built for them:
# see [Why TPUs](accelerators.py).
#
# ## Exercises
#
# 1. **Predict.** Ten logits are all equal to 7. What are the probabilities, and the loss?
#
#     ??? success "Answer"
#
#         One tenth each, since only differences count. So the loss is log 10, whatever the truth.
#
#         >>> sevens = torch.full((1, 10), 7.0)
#         >>> round(nn.functional.cross_entropy(sevens, torch.tensor([3])).item(), 3)
#         2.303
#
# 2. **Predict.** What loss should a fresh network have, before any training? Check with five seeds.
#
#     ??? success "Answer"
#
#         About log 10, as it knows nothing.
#
#         >>> def fresh_loss(seed):
#         ...     model, _ = train(seed, num_epochs=0)
#         ...     return nn.functional.cross_entropy(model(X), y).item()
#         >>> all(abs(fresh_loss(seed) - math.log(10)) < 0.2 for seed in range(5))
#         True
#
# 3. **Change.** Replace the network by a single `nn.Linear(64, 10)`. How much worse is it, on average over five
#    seeds? Then draw all ten digits as the three were drawn, at each stage of one of our networks. Which can
#    you still tell apart?
# 4. **Change.** Put `nn.Softmax(dim=1)` at the end of the network, where it does not belong. Does the loss stay
#    above the limit found above?
# 5. **Build.** Shift each validation picture by one pixel with `torch.roll` on its 8 by 8 form. How many are
#    still read right? Then add shifted pictures to the training rows, and try again.
