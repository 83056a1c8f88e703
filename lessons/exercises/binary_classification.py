# %% [markdown]
# # Exercises: binary classification

# %%
import pandas as pd
import torch
import torch.nn.functional as F
from torch import nn

# %% exercise undecided [markdown] after="cross-entropy" minutes=1 within=0.005
# ## Undecided
#
# The logit of an echo is 0, and the echo is good, so its label is 1. What is its cross-entropy? Give two digits
# behind the point.

# %% hint [markdown]
# First turn the logit into a probability: [From a number to a
# probability](../binary_classification.py#from-a-number-to-a-probability) says what a logit of 0 means.

# %% hint [markdown]
# [Cross-entropy](../binary_classification.py#cross-entropy) is minus the natural logarithm of the probability
# that was given to what is true: `-math.log(p)`.

# %% solution
logit, label = torch.tensor(0.0), torch.tensor(1.0)
answer = F.binary_cross_entropy_with_logits(logit, label).item()

# %% also right
answer = -torch.log(torch.tensor(0.5)).item()

# %% wrong
#| says: That is the probability. The loss is minus its logarithm.
answer = 0.5

# %% wrong
#| says: A loss of 0 is for a network that is sure and right. This one is undecided.
answer = 0.0

# %% wrong
#| says: The sign is missing: a logarithm of a probability is negative, and a loss is not.
answer = torch.log(torch.tensor(0.5)).item()

# %% wrong
#| says: That is the logarithm to base 2. Cross-entropy takes the natural one.
answer = 1.0

# %% wrong
#| says: That is the logarithm to base 10. Cross-entropy takes the natural one.
answer = -torch.log10(torch.tensor(0.5)).item()

# %% exercise accuracy [markdown] after="from-a-number-to-a-probability" minutes=4
# ## Accuracy from logits
#
# Write `accuracy(logits, y)`. Both are columns of the same shape, `(n, 1)`. `logits` holds what the network puts
# out, any number. `y` holds the labels, 1 or 0. A row is called good where its probability is more than one half.
# Return the share of rows that are called right, a number from 0 to 1.


# %% starter
def accuracy(logits, y):
    """The share of rows called right. logits and y: shape (n, 1)."""
    return ____


# %% solution
def accuracy(logits, y):
    called_good = logits > 0
    return (called_good == (y == 1)).float().mean().item()


# %% also right
def accuracy(logits, y):
    right = 0
    for p, label in zip(torch.sigmoid(logits), y):
        if (p > 0.5 and label == 1) or (p <= 0.5 and label == 0):
            right += 1
    return right / len(y)


# %% hint [markdown]
# These are logits, not probabilities. [From a number to a
# probability](../binary_classification.py#from-a-number-to-a-probability) says which logit means one half.

# %% hint [markdown]
# Decide first which rows are called good. Compare that with `y == 1`: True where a row is right. The mean of its
# `.float()` is the share.


# %% check
def check(answer):
    logits = torch.tensor([[2.0], [0.3], [-1.0], [-0.2], [0.4]])
    y = torch.tensor([[1.0], [1.0], [0.0], [1.0], [0.0]])
    yield f"accuracy({logits[:, 0].tolist()}, …)", answer.accuracy(logits, y)
    logits, y = torch.randn(37, 1), (torch.rand(37, 1) < 0.3).float()
    yield "accuracy(logits, y) of 37 rows", answer.accuracy(logits, y)
    logits, y = torch.tensor([[0.0], [-100.0]]), torch.zeros(2, 1)
    yield "accuracy([[0.0], [-100.0]], zeros)", answer.accuracy(logits, y)
    logits, y = torch.tensor([[0.2]]), torch.tensor([[1.0]])
    yield "accuracy([[0.2]], [[1.0]])", answer.accuracy(logits, y)


# %% wrong
#| says: Half is where the probability stands. These are logits: which logit makes it half?
def accuracy(logits, y):
    return ((logits > 0.5) == (y == 1)).float().mean().item()


# %% wrong
#| says: That counts the right rows. Accuracy is their share.
def accuracy(logits, y):
    return ((logits > 0) == (y == 1)).sum().item()


# %% wrong
#| says: One of the two lost its column, so each row is compared with every other: n by n.
def accuracy(logits, y):
    return ((logits.squeeze(1) > 0) == (y == 1)).float().mean().item()


# %% wrong
#| says: That looks at the good rows only. A bad row called bad is right too.
def accuracy(logits, y):
    return ((logits > 0) & (y == 1)).float().mean().item()


# %% wrong
#| says: That is the share of rows that are called good, right or wrong.
def accuracy(logits, y):
    return (logits > 0).float().mean().item()


# %% wrong
#| says: A logit is seldom exactly 1 or 0. Decide first: is the row called good or bad?
def accuracy(logits, y):
    return (logits == y).float().mean().item()


# %% exercise sure_and_wrong [markdown] after="cross-entropy" minutes=3
# ## Sure, and wrong
#
# An echo is good. The network gives it a logit of -10: it is very sure, and it is wrong. Training follows the slope
# of the loss, the derivative with respect to the logit. One loss is cross-entropy. Another is the squared error
# between probability and label, `(p - y) ** 2`. Which of the two moves this logit?

# %% choices [markdown]
# - a) Both slopes are steep, since the mistake is large.
# - b) Cross-entropy is steep; the squared error is nearly flat.
# - c) The squared error is steep; cross-entropy is nearly flat.
# - d) Both are nearly flat, since the sigmoid is flat there.

# %% hint [markdown]
# Ask PyTorch: make the logit a tensor with `requires_grad=True`, compute one loss, call `.backward()`, and print
# `.grad`. Then do the same with the other.

# %% hint [markdown]
# For cross-entropy, [the lesson](../binary_classification.py#cross-entropy) says what the derivative is: $p - y$.
# In the squared error the slope of the sigmoid is one of the factors.

# %% solution
z = torch.tensor(-10.0, requires_grad=True)
F.binary_cross_entropy_with_logits(z, torch.tensor(1.0)).backward()
entropy_is_steep = abs(z.grad.item()) > 0.1
z.grad = None
((torch.sigmoid(z) - 1) ** 2).backward()
square_is_steep = abs(z.grad.item()) > 0.1
letters = {(True, True): "a", (True, False): "b"}
letters |= {(False, True): "c", (False, False): "d"}
answer = letters[entropy_is_steep, square_is_steep]

# %% wrong
#| says: The squared error goes through a sigmoid, which is nearly flat at -10.
answer = "a"

# %% wrong
#| says: It is the other way round. Try both with backward().
answer = "c"

# %% wrong
#| says: In one of them the logarithm makes up for the flat sigmoid: its slope is p - y.
answer = "d"

# %% exercise always_good [markdown] after="which-mistakes" minutes=2
# ## Always good
#
# A program says "good" to each echo, without a look. Of the echoes, 225 are good and 126 are bad. What are its
# precision and its recall?

# %% choices [markdown]
# - a) Precision 1, recall 0.64.
# - b) Precision 0.64, recall 1.
# - c) Both are 0.64.
# - d) Both are 1.

# %% hint [markdown]
# Fill in the four boxes of the confusion matrix first: good echoes found and missed, bad ones called good and called
# bad. [Which mistakes?](../binary_classification.py#which-mistakes) has both definitions.

# %% solution
found, missed, false_alarms = 225, 0, 126
precision, recall = found / (found + false_alarms), found / (found + missed)
pairs = {"a": (1.0, 0.64), "b": (0.64, 1.0), "c": (0.64, 0.64)}
pairs["d"] = (1.0, 1.0)
answer = next(
    letter
    for letter, pair in pairs.items()
    if pair == (round(precision, 2), round(recall, 2))
)

# %% wrong
#| says: You have them exchanged. Recall asks: how many of the good ones were found?
answer = "a"

# %% wrong
#| says: It finds every good echo, so one of the two is perfect.
answer = "c"

# %% wrong
#| says: Of those called good, 126 are bad, so one of the two is not perfect.
answer = "d"

# %% exercise precision_and_recall [markdown] after="which-mistakes" minutes=6
# ## Precision and recall
#
# Write `precision_and_recall(called_good, y)`. `called_good` has True or False for each row, `y` has the labels, 1
# or 0. Both are columns, `(n, 1)`. Return the two numbers, precision first. If no row is called good, there is
# nothing to take a share of: then precision is `nan`, "not a number", as in `float("nan")`.


# %% starter
def precision_and_recall(called_good, y):
    """Precision and recall. called_good and y: shape (n, 1)."""
    found = (____).sum()  # how many good rows are called good
    return found / ____, found / ____


# %% solution
def precision_and_recall(called_good, y):
    good = y == 1
    found = (good & called_good).sum()
    precision = found / called_good.sum()
    recall = found / good.sum()
    return precision, recall


# %% also right
def precision_and_recall(called_good, y):
    found = false_alarms = missed = 0
    for said, label in zip(called_good.flatten().tolist(), y.flatten()):
        found += int(said and label == 1)
        false_alarms += int(said and label == 0)
        missed += int(not said and label == 1)
    said_good = found + false_alarms
    precision = found / said_good if said_good else float("nan")
    return precision, found / (found + missed)


# %% hint [markdown]
# Both have the same count on top: good rows that are called good. [Which
# mistakes?](../binary_classification.py#which-mistakes) says of which rows each is a share.

# %% hint [markdown]
# Divide tensors, such as `found / called_good.sum()`. In PyTorch 0 divided by 0 is `nan` by itself; in plain Python
# it is an error.


# %% check
def check(answer):
    y = torch.tensor([[1.0], [1.0], [1.0], [0.0], [0.0]])
    said = torch.tensor([[True], [False], [False], [True], [False]])
    asked = "precision_and_recall(called_good, y)"
    yield asked, answer.precision_and_recall(said, y)
    y = (torch.rand(50, 1) < 0.6).float()
    y[0], y[1] = 1.0, 0.0
    said = torch.rand(50, 1) < 0.3 + 0.4 * y
    said[:2] = True
    yield asked + " of 50 rows", answer.precision_and_recall(said, y)
    said = torch.zeros(50, 1, dtype=torch.bool)
    yield asked + ", none called", answer.precision_and_recall(said, y)


# %% wrong
#| says: You have them exchanged: precision is a share of those called good.
def precision_and_recall(called_good, y):
    found = ((y == 1) & called_good).sum()
    return found / (y == 1).sum(), found / called_good.sum()


# %% wrong
#| says: Both are shares of a part of the rows, not of all.
def precision_and_recall(called_good, y):
    found = ((y == 1) & called_good).sum()
    return found / len(y), found / len(y)


# %% wrong
#| says: The first is accuracy, which counts bad rows called bad too. Precision does not.
def precision_and_recall(called_good, y):
    good = y == 1
    accuracy = (called_good == good).float().mean()
    return accuracy, (good & called_good).sum() / good.sum()


# %% wrong
#| says: Where no row is called good, precision is nan, and not 0: nothing was wrong either.
def precision_and_recall(called_good, y):
    found = ((y == 1) & called_good).sum()
    return found / called_good.sum().clamp(min=1), found / (y == 1).sum()


# %% wrong
#| says: The second is the share of false alarms among the bad. Recall looks at the good.
def precision_and_recall(called_good, y):
    good = y == 1
    found, alarms = (good & called_good).sum(), (~good & called_good).sum()
    return found / called_good.sum(), alarms / (~good).sum()


# %% exercise turned_around [markdown] after="which-mistakes" minutes=3
# ## Turned around
#
# Let 1 stand for *bad* in place of good. Every label turns around, and so does every logit: its sign changes. The
# same network, the same mistakes. Which of these four numbers stay as they were: accuracy, cross-entropy, precision,
# recall?

# %% given
logits = torch.tensor([2.0, 0.5, -1.0, 3.0, -2.0, 0.7, -0.4, 1.5])
y = torch.tensor([1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0])


# %% choices [markdown]
# - a) All four.
# - b) Accuracy and cross-entropy; the other two change.
# - c) Accuracy alone.
# - d) None of them.

# %% hint [markdown]
# Compute all four for `logits` and `y`, and again for `-logits` and `1 - y`.

# %% hint [markdown]
# Which of the four treat the two kinds alike? [Which mistakes?](../binary_classification.py#which-mistakes)


# %% solution
def four_numbers(logits, y):
    said, good = logits > 0, y == 1
    found = (said & good).sum()
    loss = F.binary_cross_entropy_with_logits(logits, y)
    accuracy = (said == good).float().mean()
    shares = [found / said.sum(), found / good.sum()]
    return torch.stack([accuracy, loss, *shares])


same = four_numbers(logits, y).isclose(four_numbers(-logits, 1 - y)).tolist()
kinds = {"a": [True] * 4, "b": [True, True, False, False]}
kinds |= {"c": [True, False, False, False], "d": [False] * 4}
answer = next(letter for letter, kind in kinds.items() if kind == same)

# %% wrong
#| says: Precision and recall now speak of the bad ones. Compute all four.
answer = "a"

# %% wrong
#| says: What was given to the truth stays the same, so another one stays too.
answer = "c"

# %% wrong
#| says: A right answer stays right, so at least accuracy stays.
answer = "d"

# %% exercise overruled [markdown] after="which-mistakes" minutes=4
# ## A rule above the network
#
# Where `real_1` is 0, an echo is bad: so says the table. The network has not learned that as a rule. So put the rule
# above it. Write `overrule(logits, real_1, y)`, whose three arguments are columns, `(n, 1)`. An echo is called good
# where its logit is more than 0 *and* `real_1` is 1. Return two things: `called_good`, a column of True and False, and
# how many more right answers these are than those of the network alone. That number is negative if the rule does
# harm.


# %% starter
def overrule(logits, real_1, y):
    called_good = ____
    gained = ____
    return called_good, gained


# %% solution
def overrule(logits, real_1, y):
    called_good = (logits > 0) & (real_1 == 1)
    right_before = ((logits > 0) == (y == 1)).sum()
    gained = (called_good == (y == 1)).sum() - right_before
    return called_good, int(gained)


# %% also right
def overrule(logits, real_1, y):
    ruled = torch.where(real_1 == 0, -9.0, logits)
    changed = (logits > 0) & (real_1 == 0)
    gained = int(changed[y == 0].sum()) - int(changed[y == 1].sum())
    return ruled > 0, gained


# %% hint [markdown]
# `&` takes two columns of True and False, and is True where both are. Put each comparison into parentheses.

# %% hint [markdown]
# Count the right answers twice: once with `called_good`, once with `logits > 0`. [Which
# mistakes?](../binary_classification.py#which-mistakes) counts such echoes.


# %% check
def check(answer):
    logits = torch.tensor([[1.0], [2.0], [-1.0], [3.0], [-2.0], [0.5]])
    real_1 = torch.tensor([[1.0], [0.0], [0.0], [0.0], [1.0], [0.0]])
    y = torch.tensor([[1.0], [0.0], [0.0], [0.0], [1.0], [0.0]])
    yield "overrule(logits, real_1, y)", answer.overrule(logits, real_1, y)
    for num_rows in (40, 7):
        logits = torch.randn(num_rows, 1)
        real_1 = (torch.rand(num_rows, 1) < 0.5).float()
        y = (torch.rand(num_rows, 1) < 0.7).float()
        asked = f"overrule(logits, real_1, y) of {num_rows} rows"
        yield asked, answer.overrule(logits, real_1, y)
    logits[:], real_1[:], y[:] = 0.0, 1.0, 1.0
    asked = "overrule(logits, …) where all logits are 0"
    yield asked, answer.overrule(logits, real_1, y)


# %% wrong
#| says: That lets real_1 alone decide. A 1 in real_1 leaves the decision to the network.
def overrule(logits, real_1, y):
    called_good = real_1 == 1
    before = ((logits > 0) == (y == 1)).sum()
    return called_good, int((called_good == (y == 1)).sum() - before)


# %% wrong
#| says: Both have to say good: or lets one of the two do.
def overrule(logits, real_1, y):
    called_good = (logits > 0) | (real_1 == 1)
    before = ((logits > 0) == (y == 1)).sum()
    return called_good, int((called_good == (y == 1)).sum() - before)


# %% wrong
#| says: That counts the answers that changed. A changed answer can be wrong now.
def overrule(logits, real_1, y):
    called_good = (logits > 0) & (real_1 == 1)
    return called_good, int((called_good != (logits > 0)).sum())


# %% wrong
#| says: That is how many are right now. The gain is against the network alone.
def overrule(logits, real_1, y):
    called_good = (logits > 0) & (real_1 == 1)
    return called_good, int((called_good == (y == 1)).sum())


# %% wrong
#| says: That is the loss, with its sign turned: the new count minus the old one.
def overrule(logits, real_1, y):
    called_good = (logits > 0) & (real_1 == 1)
    before = ((logits > 0) == (y == 1)).sum()
    return called_good, int(before - (called_good == (y == 1)).sum())


# %% exercise threshold_for_recall [markdown] after="the-threshold-is-yours" minutes=12
# ## A threshold for a recall
#
# Good echoes are precious: a share of them, such as 0.9, has to be found. Write `threshold_for_recall(p, y, recall)`.
# `p` has a probability for each row, `y` the labels, 1 or 0; both are columns, `(n, 1)`. Here a row is called good
# where `p >= threshold`. Return the *highest* threshold that still finds at least the share `recall` of the good
# rows. (The highest, since it calls the fewest bad rows good.)


# %% starter
def threshold_for_recall(p, y, recall):
    ____


# %% solution
def threshold_for_recall(p, y, recall):
    of_good = p[y == 1].sort(descending=True).values
    found = torch.arange(1, len(of_good) + 1) / len(of_good)
    return of_good[found >= recall][0].item()


# %% also right
def threshold_for_recall(p, y, recall):
    best = 0.0
    for threshold in p.flatten().tolist():
        called_good = p >= threshold
        share = (called_good & (y == 1)).sum() / (y == 1).sum()
        if share >= recall:
            best = max(best, threshold)
    return best


# %% hint [markdown]
# What happens between two neighboring probabilities does not matter. So it is enough to try each probability in `p`
# as a threshold.

# %% hint [markdown]
# For each threshold compute the recall, as in [The threshold is
# yours](../binary_classification.py#the-threshold-is-yours). Keep the highest threshold with enough recall.

# %% hint [markdown]
# Or without trying: look at the good rows alone, `p[y == 1]`, sorted with the largest first. With the first of them as
# threshold, one good row is found; with the second, two.


# %% check
def check(answer):
    p = torch.tensor([[0.9], [0.8], [0.7], [0.6], [0.5], [0.4], [0.3]])
    y = torch.tensor([[1.0], [0.0], [1.0], [1.0], [0.0], [1.0], [0.0]])
    for recall in (0.75, 0.6, 1.0):
        asked = f"threshold_for_recall(p, y, {recall})"
        yield asked, answer.threshold_for_recall(p, y, recall)
    y = (torch.rand(60, 1) < 0.4).float()
    y[:3] = 1.0
    p = torch.sigmoid(torch.randn(60, 1) + y)
    for recall in (0.0613, 0.5113, 0.9137):
        asked = f"threshold_for_recall(p, y, {recall}) of 60 rows"
        yield asked, answer.threshold_for_recall(p, y, recall)
    p = torch.tensor([[0.4], [0.4], [0.2], [0.6]])
    y = torch.tensor([[1.0], [1.0], [1.0], [0.0]])
    asked = "threshold_for_recall([0.4, 0.4, 0.2, 0.6], [1, 1, 1, 0], 0.5)"
    yield asked, answer.threshold_for_recall(p, y, 0.5)


# %% wrong
#| says: That finds the share of all rows. Recall is a share of the good ones.
def threshold_for_recall(p, y, recall):
    every = p.flatten().sort(descending=True).values
    found = torch.arange(1, len(every) + 1) / len(every)
    return every[found >= recall][0].item()


# %% wrong
#| says: That is the lowest such threshold: it finds all, and calls the most bad rows good.
def threshold_for_recall(p, y, recall):
    return p[y == 1].min().item()


# %% wrong
#| says: One good row too few is found where the share falls between two rows: round up.
def threshold_for_recall(p, y, recall):
    of_good = p[y == 1].sort(descending=True).values
    count = max(1, int(recall * len(of_good)))
    return of_good[count - 1].item()


# %% wrong
#| says: One more good row than needed is found: a higher threshold would do.
def threshold_for_recall(p, y, recall):
    of_good = p[y == 1].sort(descending=True).values
    found = torch.arange(1, len(of_good) + 1) / len(of_good)
    enough = of_good[found >= recall]
    return enough[min(1, len(enough) - 1)].item()


# %% wrong
#| says: That is precision: of those called good, how many are good. Recall is asked for.
def threshold_for_recall(p, y, recall):
    best = p.max().item()
    for threshold in p.flatten().tolist():
        said = p >= threshold
        if (said & (y == 1)).sum() / said.sum() >= recall:
            best = min(best, threshold)
    return best


# %% wrong
#| says: The quantile lies between two rows; the higher of the two misses one row too many.
def threshold_for_recall(p, y, recall):
    return p[y == 1].quantile(1 - recall).item()


# %% exercise cross_entropy [markdown] after="cross-entropy" minutes=15
# ## Cross-entropy that never breaks
#
# Write `cross_entropy(z, y)`: `z` has a logit for each row, `y` its label, 1 or 0. Return the mean cross-entropy over
# all rows, a tensor of one number. It has to be right for logits from -100 to 100, and so does its slope, since your
# function will be called and then `.backward()`. `-torch.log(torch.sigmoid(z))` gives `inf` at -100, and a slope of
# `nan`.
#
# You may use `nn.BCEWithLogitsLoss`, which has it all. But try without: it is one line of school mathematics.


# %% starter
def cross_entropy(z, y):
    losses = ____  # one for each row
    return losses.mean()


# %% solution
def cross_entropy(z, y):
    losses = F.softplus(z) - z * y
    return losses.mean()


# %% also right
def cross_entropy(z, y):
    losses = z.clamp(min=0) - z * y + torch.log1p(torch.exp(-z.abs()))
    return losses.mean()


# %% also right
def cross_entropy(z, y):
    return nn.BCEWithLogitsLoss()(z, y)


# %% also right
def cross_entropy(z, y):
    return -(y * F.logsigmoid(z) + (1 - y) * F.logsigmoid(-z)).mean()


# %% hint [markdown]
# For a label of 0, the loss is $-\log(1 - p)$ with $p = 1 / (1 + e^{-z})$. Put the one into the other and simplify: it
# is $\log(1 + e^z)$. Do the same for a label of 1. [Cross-entropy](../binary_classification.py#cross-entropy)

# %% hint [markdown]
# Both together: $\log(1 + e^z) - z y$. What is left is that $e^{100}$ is too large for float32. `F.softplus` computes
# $\log(1 + e^z)$ safely.

# %% hint [markdown]
# Without it: for a large `z`, $\log(1 + e^z)$ is `z` plus $\log(1 + e^{-z})$. `torch.log1p(x)` is $\log(1 + x)$.


# %% check
def check(answer):
    z = torch.tensor([[-1.0], [0.5], [3.0], [-2.0]])
    y = torch.tensor([[1.0], [0.0], [1.0], [0.0]])
    yield "cross_entropy(z, y)", answer.cross_entropy(z, y)
    z, y = 3 * torch.randn(33, 1), (torch.rand(33, 1) < 0.5).float()
    yield "cross_entropy(z, y) of 33 rows", answer.cross_entropy(z, y)
    for size in (1.0, 20.0, 100.0):
        for label in (1.0, 0.0):
            z = torch.tensor([[size], [-size]], requires_grad=True)
            loss = answer.cross_entropy(z, torch.full((2, 1), label))
            asked = f"cross_entropy([[{size}], [-{size}]], y) for y = {label}"
            yield asked, loss
            loss.backward()
            yield asked + ", and backward(): z.grad", z.grad


# %% wrong
#| says: The probability rounds to 0 or 1, and log(0) is infinite. Start from the logit.
def cross_entropy(z, y):
    p = torch.sigmoid(z)
    return -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()


# %% wrong
#| says: A limit on p makes the value finite, but too small, and its slope zero.
def cross_entropy(z, y):
    p = torch.sigmoid(z).clamp(1e-7, 1 - 1e-7)
    return -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()


# %% wrong
#| says: This one is cut off at 100, and jumps there when p rounds to 1. Start from the logit.
def cross_entropy(z, y):
    return F.binary_cross_entropy(torch.sigmoid(z), y)


# %% wrong
#| says: The rows labeled 0 are missing: they lose -log(1 - p).
def cross_entropy(z, y):
    return -(y * F.logsigmoid(z)).mean()


# %% wrong
#| says: That is the sum over the rows; the mean is asked for.
def cross_entropy(z, y):
    return (F.softplus(z) - z * y).sum()


# %% wrong
#| says: The labels are turned around: this is small where the network is wrong.
def cross_entropy(z, y):
    return (F.softplus(z) - z * (1 - y)).mean()


# %% wrong
#| says: Right in value, and e to the power of 100 is too large for float32.
def cross_entropy(z, y):
    return (torch.log(1 + torch.exp(z)) - z * y).mean()


# %% exercise from_a_drawing [markdown] after="train-it" minutes=8
# ## A network from a drawing
#
# Write `make_network(num_features)`, which builds and returns this network:
#
#     num_features inputs
#       → Linear, 16 outputs → batch normalization → ReLU
#       → Linear, 32 outputs → ReLU → dropout, drops 30%
#       → Linear, 1 output: the logit
#
# It will be trained with `nn.BCEWithLogitsLoss`. [Dropout](../dropout_batchnorm.py) and batch normalization are the
# layers of that lesson.


# %% starter
def make_network(num_features):
    return nn.Sequential(
        nn.Linear(num_features, 16),
        ____,
    )


# %% solution
def make_network(num_features):
    return nn.Sequential(
        nn.Linear(num_features, 16),
        nn.BatchNorm1d(16),
        nn.ReLU(),
        nn.Linear(16, 32),
        nn.ReLU(),
        nn.Dropout(0.3),
        nn.Linear(32, 1),
    )


# %% also right
class Net(nn.Module):
    def __init__(self, num_features):
        super().__init__()
        self.output = nn.Linear(32, 1)
        self.hidden2 = nn.Linear(16, 32)
        self.hidden1 = nn.Linear(num_features, 16)
        self.norm = nn.BatchNorm1d(16)

    def forward(self, X):
        h = F.relu(self.norm(self.hidden1(X)))
        h = F.dropout(F.relu(self.hidden2(h)), 0.3, self.training)
        return self.output(h)


make_network = Net

# %% hint [markdown]
# Each arrow is one entry of `nn.Sequential`. The number of inputs of a layer is the number of outputs of the one
# before it.

# %% hint [markdown]
# `nn.BatchNorm1d` wants to know how many columns come in. `nn.Dropout` wants the share that it drops. What
# [the loss](../binary_classification.py#train-it) takes decides how the network ends.


# %% check
def check(answer):
    X = 2 * torch.randn(6, 5)
    for num_features in (5, 3):
        model = answer.make_network(num_features)
        shapes = sorted(list(p.shape) for p in model.parameters())
        yield f"the weights of make_network({num_features})", shapes
    model = answer.make_network(5)
    with torch.no_grad():
        for p in model.parameters():  # by shape: in whatever order they are
            drawn = torch.Generator().manual_seed(p.numel())
            p.copy_(0.5 * torch.randn(p.shape, generator=drawn))
            if p.dim() == 1:
                p.fill_(0.2)
    asked = "model = make_network(5), all its weights set; "
    model.eval()
    with torch.no_grad():
        yield asked + "model.eval(); model(X)", model(X)
        model.train()
        many = model(X.repeat(2000, 1))
        asked += "model.train(); "
        yield asked + "model(X), mean of many", many.mean(), 0.08
        yield asked + "model(X), how it varies", many.std(), 0.08
        model.eval()
        yield asked + "model(X); model.eval(); model(X)", model(X), 0.01
        again = [torch.equal(model(X), model(X)) for _ in range(3)]
        yield "whether model.eval() predicts the same twice", all(again)


# %% wrong
#| says: The loss has a sigmoid of its own, so the network must end in the plain logit.
def make_network(num_features):
    return nn.Sequential(
        nn.Linear(num_features, 16),
        nn.BatchNorm1d(16),
        nn.ReLU(),
        nn.Linear(16, 32),
        nn.ReLU(),
        nn.Dropout(0.3),
        nn.Linear(32, 1),
        nn.Sigmoid(),
    )


# %% wrong
#| says: nn.Dropout takes the share that is dropped, and not the share that is kept.
def make_network(num_features):
    return nn.Sequential(
        nn.Linear(num_features, 16),
        nn.BatchNorm1d(16),
        nn.ReLU(),
        nn.Linear(16, 32),
        nn.ReLU(),
        nn.Dropout(0.7),
        nn.Linear(32, 1),
    )


# %% wrong
#| says: The batch normalization is missing.
def make_network(num_features):
    return nn.Sequential(
        nn.Linear(num_features, 16),
        nn.ReLU(),
        nn.Linear(16, 32),
        nn.ReLU(),
        nn.Dropout(0.3),
        nn.Linear(32, 1),
    )


# %% wrong
#| says: An activation is missing: between two linear layers there has to be one.
def make_network(num_features):
    return nn.Sequential(
        nn.Linear(num_features, 16),
        nn.BatchNorm1d(16),
        nn.Linear(16, 32),
        nn.ReLU(),
        nn.Dropout(0.3),
        nn.Linear(32, 1),
    )


# %% wrong
#| says: In the drawing batch normalization comes before the first ReLU.
def make_network(num_features):
    return nn.Sequential(
        nn.Linear(num_features, 16),
        nn.ReLU(),
        nn.BatchNorm1d(16),
        nn.Linear(16, 32),
        nn.ReLU(),
        nn.Dropout(0.3),
        nn.Linear(32, 1),
    )


# %% wrong
#| says: The dropout is missing, or it never drops anything.
def make_network(num_features):
    return nn.Sequential(
        nn.Linear(num_features, 16),
        nn.BatchNorm1d(16),
        nn.ReLU(),
        nn.Linear(16, 32),
        nn.ReLU(),
        nn.Linear(32, 1),
    )


# %% wrong
#| says: Nothing follows the logit: a ReLU at the end takes all the negative ones away.
def make_network(num_features):
    return nn.Sequential(
        nn.Linear(num_features, 16),
        nn.BatchNorm1d(16),
        nn.ReLU(),
        nn.Linear(16, 32),
        nn.ReLU(),
        nn.Dropout(0.3),
        nn.Linear(32, 1),
        nn.ReLU(),
    )


# %% exercise agreement [markdown] after="loss-and-accuracy-part-ways" minutes=15
# ## Do loss and accuracy agree?
#
# Does a lower loss mean a higher accuracy? Measure it. Take two epochs. They *agree* if the one with the lower loss
# has the higher accuracy, and they *disagree* if it has the lower accuracy. If the two losses or the two accuracies
# are equal, the pair says nothing, and is left out.
#
# Write `agreement(losses, accuracies)`. Both are tensors with a number for each epoch. Look at all pairs of epochs.
# Return the share of pairs that agree, among those that say something.


# %% starter
def agreement(losses, accuracies):
    agree, disagree = 0, 0
    for i in range(len(losses)):
        for j in range(i):
            ____
    return agree / (agree + disagree)


# %% solution
def agreement(losses, accuracies):
    agree, disagree = 0, 0
    for i in range(len(losses)):
        for j in range(i):
            lower = losses[j] - losses[i]  # how much lower the loss is at i
            higher = accuracies[i] - accuracies[j]
            agree += bool(lower * higher > 0)
            disagree += bool(lower * higher < 0)
    return agree / (agree + disagree)


# %% also right
def agreement(losses, accuracies):
    lower = losses[:, None] < losses
    agree = (lower & (accuracies[:, None] > accuracies)).sum()
    disagree = (lower & (accuracies[:, None] < accuracies)).sum()
    return (agree / (agree + disagree)).item()


# %% hint [markdown]
# For a pair there are three cases: agree, disagree, and nothing. Write an `if` for the first, an `elif` for the
# second.

# %% hint [markdown]
# Either epoch may be the one with the lower loss. If you multiply the difference of the losses by the difference of
# the accuracies, the sign of the product tells the case. [Loss and accuracy part
# ways](../binary_classification.py#loss-and-accuracy-part-ways)


# %% check
def check(answer):
    losses = torch.tensor([0.6, 0.4, 0.3, 0.35])
    accuracies = torch.tensor([0.7, 0.8, 0.9, 0.95])
    asked = f"agreement({losses.tolist()}, {accuracies.tolist()})"
    yield asked, answer.agreement(losses, accuracies)
    for num_epochs in (12, 21):
        losses = torch.linspace(1, 0.3, num_epochs)
        losses += 0.2 * torch.randn(num_epochs)
        accuracies = (1 - losses / 2 + 0.1 * torch.randn(num_epochs)) * 20
        accuracies = accuracies.round() / 20  # so that some are equal
        losses[3] = losses[5]
        asked = f"agreement(losses, accuracies) of {num_epochs} epochs"
        yield asked, answer.agreement(losses, accuracies)


# %% wrong
#| says: That is the share that disagree: a lower loss goes with a higher accuracy.
def agreement(losses, accuracies):
    agree, disagree = 0, 0
    for i in range(len(losses)):
        for j in range(i):
            product = (losses[i] - losses[j]) * (accuracies[i] - accuracies[j])
            agree += bool(product > 0)
            disagree += bool(product < 0)
    return agree / (agree + disagree)


# %% wrong
#| says: Only neighboring epochs are compared; all pairs are asked for.
def agreement(losses, accuracies):
    products = losses.diff() * accuracies.diff()
    agree, disagree = (products < 0).sum(), (products > 0).sum()
    return (agree / (agree + disagree)).item()


# %% wrong
#| says: Pairs that are equal in something count as a disagreement. Leave them out.
def agreement(losses, accuracies):
    agree, disagree = 0, 0
    for i in range(len(losses)):
        for j in range(i):
            product = (losses[i] - losses[j]) * (accuracies[i] - accuracies[j])
            agree += bool(product < 0)
            disagree += bool(product >= 0)
    return agree / (agree + disagree)


# %% wrong
#| says: Pairs that are equal in something count as an agreement. Leave them out.
def agreement(losses, accuracies):
    agree, disagree = 0, 0
    for i in range(len(losses)):
        for j in range(i):
            product = (losses[i] - losses[j]) * (accuracies[i] - accuracies[j])
            agree += bool(product <= 0)
            disagree += bool(product > 0)
    return agree / (agree + disagree)


# %% wrong
#| says: Each pair has two ways: the earlier epoch may be the one with the lower loss.
def agreement(losses, accuracies):
    agree, disagree = 0, 0
    for i in range(len(losses)):
        for j in range(i):
            if losses[i] < losses[j]:
                agree += bool(accuracies[i] > accuracies[j])
                disagree += bool(accuracies[i] < accuracies[j])
    return agree / (agree + disagree)


# %% exercise part_ways [markdown] after="loss-and-accuracy-part-ways" minutes=6
# ## Does accuracy follow the loss?
#
# Train the network of the lesson on all echoes but 100, for 60 epochs, with three seeds, and all rows in one batch. After each epoch measure
# loss and accuracy on the 100. Then take pairs of epochs: how often does the epoch with the lower validation loss have
# the higher validation accuracy? Ask it once for the first 20 epochs, and once for the 40 after them. What do you
# expect?

# %% given
echoes = pd.read_csv("data/ionosphere.csv")
X = torch.tensor(echoes.drop(columns="radar").values, dtype=torch.float32)
y = torch.tensor((echoes.radar == "good").values, dtype=torch.float32)
y = y[:, None]

# %% choices [markdown]
# - a) In at least 8 of 10 pairs in both parts: accuracy follows the loss.
# - b) In at least 8 of 10 pairs among the first, in fewer among the later ones: it follows only while it learns.
# - c) In fewer than 8 of 10 pairs in both parts: the two have little to do with each other.

# %% hint [markdown]
# Look at the figure in [Loss and accuracy part
# ways](../binary_classification.py#loss-and-accuracy-part-ways): in which epochs do both curves move?

# %% hint [markdown]
# Run it: the function `train` of the lesson keeps the logits of each epoch, and `agreement` of another exercise
# counts the pairs.


# %% solution
def agreement(losses, accuracies):
    lower = losses[:, None] < losses
    agree = (lower & (accuracies[:, None] > accuracies)).sum()
    disagree = (lower & (accuracies[:, None] < accuracies)).sum()
    return (agree / (agree + disagree)).item()


def measure(seed):
    torch.manual_seed(seed)
    order = torch.randperm(len(y))
    valid, rest = order[:100], order[100:]
    model = nn.Sequential(nn.Linear(33, 16), nn.ReLU(), nn.Linear(16, 1))
    loss_function = nn.BCEWithLogitsLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.6, momentum=0.9)
    losses, accuracies = torch.zeros(60), torch.zeros(60)
    for epoch in range(60):
        y_hat = model(X[rest])
        loss = loss_function(y_hat, y[rest])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            z = model(X[valid])
            losses[epoch] = loss_function(z, y[valid])
            accuracies[epoch] = ((z > 0) == (y[valid] == 1)).float().mean()
    return [
        agreement(losses[part], accuracies[part])
        for part in (slice(0, 20), slice(20, 60))
    ]


first, later = torch.tensor([measure(seed) for seed in range(3)]).mean(dim=0)
answer = "a" if later > 0.8 else "b" if first > 0.8 else "c"

# %% wrong
#| says: After 20 epochs the loss climbs, and accuracy hardly moves. Run it.
answer = "a"

# %% wrong
#| says: While the network still learns, both get better from epoch to epoch. Run it.
answer = "c"
