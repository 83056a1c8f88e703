# %% [markdown]
# # Exercises: reading digits

# %%
import math

import torch
import torch.nn.functional as F
from torch import nn

# %% exercise sevens [markdown] after="the-loss-of-a-choice" minutes=1 within=0.005
# ## Ten sevens
#
# The ten logits of a picture are all equal to 7. What is the loss? (The digit is a 3, and it does not matter.)

# %% hint [markdown]
# Which probabilities does [softmax](../digits.py#ten-numbers-become-ten-probabilities) make of ten equal numbers?

# %% hint [markdown]
# [The loss](../digits.py#the-loss-of-a-choice) is minus the natural logarithm, `math.log`, of the probability that the
# true class got.

# %% solution
sevens = torch.full((1, 10), 7.0)
answer = F.cross_entropy(sevens, torch.tensor([3])).item()

# %% also right
answer = math.log(10)

# %% wrong
#| says: That is the probability of each class. The loss is minus its logarithm.
answer = 0.1

# %% wrong
#| says: That is the logit. Softmax makes probabilities of the logits first.
answer = 7.0

# %% wrong
#| says: That is the logarithm of the logit. Softmax makes probabilities of the logits first.
answer = math.log(7)

# %% wrong
#| says: That is the logarithm to base 10. Cross-entropy takes the natural one.
answer = 1.0

# %% wrong
#| says: The sign is missing: a loss is not negative.
answer = -math.log(10)

# %% exercise letters [markdown] after="the-loss-of-a-choice" minutes=2 within=0.2
# ## A fresh network for letters
#
# A network is to read the 26 letters in place of the ten digits. Nobody has trained it yet. About which loss does it
# have?

# %% hint [markdown]
# It knows nothing yet, so its logits lie close together. [The loss of a
# choice](../digits.py#the-loss-of-a-choice) has such a row.

# %% solution
torch.manual_seed(0)
X, y = torch.rand(500, 64), torch.randint(26, (500,))
fresh = nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 26))
answer = F.cross_entropy(fresh(X), y).item()

# %% also right
answer = math.log(26)

# %% wrong
#| says: That is for ten classes. Here there are more to choose from.
answer = math.log(10)

# %% wrong
#| says: That is the probability that each letter gets. The loss is minus its logarithm.
answer = 1 / 26

# %% wrong
#| says: That is the logarithm to base 10. Cross-entropy takes the natural one.
answer = math.log10(26)

# %% wrong
#| says: That is the logarithm to base 2. Cross-entropy takes the natural one.
answer = math.log2(26)

# %% exercise squeezed_twice [markdown] after="the-loss-of-a-choice" minutes=4 within=0.01
# ## Squeezed twice
#
# Somebody puts `nn.Softmax(dim=1)` at the end of a network and trains it with `nn.CrossEntropyLoss`. That squeezes
# twice. The network chooses among *three* classes. How low can its loss get at best?

# %% hint [markdown]
# What is the best that the first softmax can put out for a row? [The loss of a
# choice](../digits.py#the-loss-of-a-choice) has it for ten classes.

# %% hint [markdown]
# It is 1 for the true class and 0 for the two others. Now the loss takes these three numbers for logits.

# %% solution
perfect = torch.eye(3)
answer = F.cross_entropy(perfect, torch.arange(3)).item()

# %% also right
answer = -math.log(math.e / (math.e + 1 + 1))

# %% wrong
#| says: That is the limit for ten classes. Here there are three.
answer = F.cross_entropy(torch.eye(10), torch.arange(10)).item()

# %% wrong
#| says: Squeezed once, it could. But the 1 and the two 0s are squeezed once more.
answer = 0.0

# %% wrong
#| says: That is for a network that knows nothing, not for the best one.
answer = math.log(3)

# %% wrong
#| says: That is the probability which the true class gets. The loss is minus its logarithm.
answer = math.e / (math.e + 2)

# %% exercise softmax [markdown] after="ten-numbers-become-ten-probabilities" minutes=8
# ## Softmax by hand
#
# Write `softmax(z)`. `z` has a row for each picture and a column for each class. Return a table of the same shape, in
# which each row adds up to 1. Logits may be as large as 1000, or as low as -1000. `torch.exp(1000)` is infinite, so
# think of what you may change in a row without changing its probabilities.


# %% starter
def softmax(z):
    """Probabilities for each row. z: shape (rows, classes)."""
    ____


# %% solution
def softmax(z):
    shifted = z - z.max(dim=1, keepdim=True).values
    exponentials = shifted.exp()
    return exponentials / exponentials.sum(dim=1, keepdim=True)


# %% also right
def softmax(z):
    return (z - z.logsumexp(dim=1, keepdim=True)).exp()


# %% also right
def softmax(z):
    return torch.softmax(z, dim=1)


# %% hint [markdown]
# The lesson does it for one row, in [Ten numbers become ten
# probabilities](../digits.py#ten-numbers-become-ten-probabilities). For many, sum over `dim=1`; `keepdim=True` keeps
# the column, so that the division fits.

# %% hint [markdown]
# Only differences count. So you may take a number away from a whole row. Take one that leaves nothing above zero.


# %% check
def check(answer):
    yield "softmax([[2, 1, -1]])", answer.softmax(torch.tensor([[2.0, 1, -1]]))
    yield "softmax(z) of 5 × 10", answer.softmax(3 * torch.randn(5, 10))
    yield "softmax(z) of 4 × 4", answer.softmax(torch.randn(4, 4))
    z = torch.tensor([[1000.0, 999.0, -1000.0], [-1000.0, -1001.0, -1002.0]])
    yield "softmax(z) of logits up to ±1000", answer.softmax(z)
    z = torch.tensor([[1000.0, 0.0], [-2.0, 1.0], [-1000.0, -1000.0]])
    yield "softmax(z), one row large, one row low", answer.softmax(z)
    z = torch.randn(3, 4, requires_grad=True)
    (answer.softmax(z) ** 2).sum().backward()
    yield "softmax(z), and backward() through it: z.grad", z.grad


# %% wrong
#| says: That sums over the pictures. Each row has probabilities of its own.
def softmax(z):
    return torch.softmax(z, dim=0)


# %% wrong
#| says: exp(1000) is infinite. Take a number away from each row first.
def softmax(z):
    exponentials = z.exp()
    return exponentials / exponentials.sum(dim=1, keepdim=True)


# %% wrong
#| says: Without the exponential, negative logits make negative shares.
def softmax(z):
    return z / z.sum(dim=1, keepdim=True)


# %% wrong
#| says: That is the sigmoid of each number by itself: the rows do not add up to 1.
def softmax(z):
    return torch.sigmoid(z)


# %% wrong
#| says: One largest number for the whole table: low rows then round to zero. Take each row's.
def softmax(z):
    exponentials = (z - z.max()).exp()
    return exponentials / exponentials.sum(dim=1, keepdim=True)


# %% wrong
#| says: That divides by the sum of the whole table. Each row has to add up to 1.
def softmax(z):
    exponentials = (z - z.max(dim=1, keepdim=True).values).exp()
    return exponentials / exponentials.sum()


# %% wrong
#| says: Those are the logarithms of the probabilities.
def softmax(z):
    return F.log_softmax(z, dim=1)


# %% exercise loss_of_a_choice [markdown] after="the-loss-of-a-choice" minutes=10
# ## The loss, by hand
#
# Write `cross_entropy(logits, y)`. `logits` has a row for each picture and a column for each class; `y` has the true
# class of each row, as whole numbers: shape `(n,)`. Return the mean loss over the rows, a tensor of one number, through
# which `backward()` works. Logits may be as large as ±100.


# %% starter
def cross_entropy(logits, y):
    """The mean loss. logits: shape (n, classes), y: shape (n,)."""
    return ____


# %% solution
def cross_entropy(logits, y):
    log_p = torch.log_softmax(logits, dim=1)
    return -log_p[range(len(y)), y].mean()


# %% also right
def cross_entropy(logits, y):
    one_hot = F.one_hot(y, logits.shape[1])
    true_logits = (logits * one_hot).sum(dim=1)
    return (logits.logsumexp(dim=1) - true_logits).mean()


# %% also right
def cross_entropy(logits, y):
    return nn.CrossEntropyLoss()(logits, y)


# %% hint [markdown]
# [The loss of a choice](../digits.py#the-loss-of-a-choice) picks, of each row, the entry of its true class.

# %% hint [markdown]
# The logarithm of a probability that has rounded to 0 is infinite. `torch.log_softmax` computes both in one, safely.


# %% check
def check(answer):
    logits = torch.tensor([[2.0, 1.0, -1.0], [0.0, 4.0, 0.0]])
    y = torch.tensor([0, 2])
    asked = f"cross_entropy({logits.tolist()}, {y.tolist()})"
    yield asked, answer.cross_entropy(logits, y)
    for num_rows, num_classes in ((7, 10), (4, 4), (1, 3)):
        logits = torch.randn(num_rows, num_classes).requires_grad_()
        y = torch.randint(num_classes, (num_rows,))
        asked = f"cross_entropy(logits, y) of {num_rows} × {num_classes}"
        loss = answer.cross_entropy(logits, y)
        yield asked, loss
        loss.backward()
        yield asked + ", and backward(): logits.grad", logits.grad
    logits = torch.tensor([[100.0, -100.0, 0.0], [0.0, 100.0, 0.0]])
    asked = "cross_entropy(logits, y) of logits of ±100"
    logits.requires_grad_()
    loss = answer.cross_entropy(logits, torch.tensor([1, 1]))
    yield asked, loss
    loss.backward()
    yield asked + ", and backward(): logits.grad", logits.grad


# %% wrong
#| says: That squeezes twice: F.cross_entropy does the softmax itself.
def cross_entropy(logits, y):
    return F.cross_entropy(torch.softmax(logits, dim=1), y)


# %% wrong
#| says: logits[:, y] takes whole columns, for every row. Take one entry of each row.
def cross_entropy(logits, y):
    return -torch.log_softmax(logits, dim=1)[:, y].mean()


# %% wrong
#| says: A probability rounds to 0, and its logarithm is infinite. Take log_softmax.
def cross_entropy(logits, y):
    p = torch.softmax(logits, dim=1)
    return -p[range(len(y)), y].log().mean()


# %% wrong
#| says: That is the sum over the rows; the mean is asked for.
def cross_entropy(logits, y):
    return -torch.log_softmax(logits, dim=1)[range(len(y)), y].sum()


# %% wrong
#| says: The sign is missing: the logarithm of a probability is negative, a loss is not.
def cross_entropy(logits, y):
    return torch.log_softmax(logits, dim=1)[range(len(y)), y].mean()


# %% wrong
#| says: That divides by the number of all entries. The mean goes over the rows.
def cross_entropy(logits, y):
    one_hot = F.one_hot(y, logits.shape[1])
    return -(torch.log_softmax(logits, dim=1) * one_hot).mean()


# %% wrong
#| says: The softmax is over the pictures. Each row has probabilities of its own.
def cross_entropy(logits, y):
    return -torch.log_softmax(logits, dim=0)[range(len(y)), y].mean()


# %% exercise nearest_mean [markdown] after="two-methods-without-hidden-layers" minutes=8
# ## The nearest mean
#
# Here is one more yardstick without a network. For each digit compute the mean of its known pictures. A new picture is
# given to the digit whose mean is closest. Write `nearest_mean(X_new, X_known, y_known, num_classes)`. `X_known` has a
# picture in each row, `y_known` the class of each, from 0 to `num_classes - 1`. Each class has at least one picture.
# Return a class for each row of `X_new`, as whole numbers: shape `(n,)`.


# %% starter
def nearest_mean(X_new, X_known, y_known, num_classes):
    means = torch.stack([____ for c in range(num_classes)])
    return torch.cdist(X_new, means).argmin(____)


# %% solution
def nearest_mean(X_new, X_known, y_known, num_classes):
    means = torch.stack(
        [X_known[y_known == c].mean(dim=0) for c in range(num_classes)]
    )
    return torch.cdist(X_new, means).argmin(dim=1)


# %% also right
def nearest_mean(X_new, X_known, y_known, num_classes):
    one_hot = F.one_hot(y_known, num_classes).float()
    means = one_hot.T @ X_known / one_hot.sum(dim=0)[:, None]
    answers = []
    for x in X_new:
        squares = ((means - x) ** 2).sum(dim=1)
        answers.append(int(squares.argmin()))
    return torch.tensor(answers)


# %% hint [markdown]
# `X_known[y_known == 3]` are the known pictures of a 3. Their mean over `dim=0` is a picture again.

# %% hint [markdown]
# `torch.cdist` and `argmin` do the rest, as in `nearest_neighbor` in [Two answers without hidden
# layers](../digits.py#two-methods-without-hidden-layers).


# %% check
def check(answer):
    for num_classes, num_pixels in ((3, 4), (10, 6), (4, 1)):
        middles = 2 * torch.randn(num_classes, num_pixels)
        y_known = torch.randint(num_classes, (50,))
        y_known[:num_classes] = torch.arange(num_classes)
        y_known = y_known[torch.randperm(50)]
        X_known = middles[y_known] + torch.randn(50, num_pixels)
        y_new = torch.randint(num_classes, (20,))
        X_new = middles[y_new] + torch.randn(20, num_pixels)
        asked = f"nearest_mean(X_new, …) of {num_classes} classes"
        came = answer.nearest_mean(X_new, X_known, y_known, num_classes)
        yield asked, came


# %% wrong
#| says: That gives the class of the nearest known picture. Compute the means first.
def nearest_mean(X_new, X_known, y_known, num_classes):
    return y_known[torch.cdist(X_new, X_known).argmin(dim=1)]


# %% wrong
#| says: That is the class whose mean is furthest away.
def nearest_mean(X_new, X_known, y_known, num_classes):
    means = [X_known[y_known == c].mean(dim=0) for c in range(num_classes)]
    return torch.cdist(X_new, torch.stack(means)).argmax(dim=1)


# %% wrong
#| says: The sums are not divided: a digit with more pictures gets a longer row.
def nearest_mean(X_new, X_known, y_known, num_classes):
    means = [X_known[y_known == c].sum(dim=0) for c in range(num_classes)]
    return torch.cdist(X_new, torch.stack(means)).argmin(dim=1)


# %% wrong
#| says: argmin over dim=0 finds the closest new picture for each mean. Take the other way.
def nearest_mean(X_new, X_known, y_known, num_classes):
    means = [X_known[y_known == c].mean(dim=0) for c in range(num_classes)]
    return torch.cdist(X_new, torch.stack(means)).argmin(dim=0)


# %% wrong
#| says: The largest product is not the smallest distance: a bright mean wins too often.
def nearest_mean(X_new, X_known, y_known, num_classes):
    means = [X_known[y_known == c].mean(dim=0) for c in range(num_classes)]
    return (X_new @ torch.stack(means).T).argmax(dim=1)


# %% exercise confusion_matrix [markdown] after="what-it-gets-wrong" minutes=6
# ## A confusion matrix
#
# Write `confusion_matrix(answers, y, num_classes)`. `answers` has the class that was predicted for each picture, `y`
# the true class, both as whole numbers of shape `(n,)`. Return a square table of whole numbers: in row `i` and column
# `j` stands how many pictures of class `i` were given the answer `j`.


# %% starter
def confusion_matrix(answers, y, num_classes):
    counts = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    ____
    return counts


# %% solution
def confusion_matrix(answers, y, num_classes):
    counts = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    for row, column in zip(y, answers):
        counts[row, column] += 1
    return counts


# %% also right
def confusion_matrix(answers, y, num_classes):
    place = y * num_classes + answers
    counts = place.bincount(minlength=num_classes * num_classes)
    return counts.reshape(num_classes, num_classes)


# %% hint [markdown]
# [What it gets wrong](../digits.py#what-it-gets-wrong) counts in a loop over both at once.


# %% check
def check(answer):
    y = torch.tensor([0, 0, 0, 1, 2, 2])
    answers = torch.tensor([0, 1, 1, 1, 0, 2])
    asked = f"confusion_matrix({answers.tolist()}, {y.tolist()}, 3)"
    yield asked, answer.confusion_matrix(answers, y, 3)
    for num_rows, num_classes in ((100, 4), (30, 10)):
        y = torch.randint(num_classes - 1, (num_rows,))
        answers = torch.randint(num_classes - 1, (num_rows,))
        answers = torch.where(torch.rand(num_rows) < 0.6, y, answers)
        asked = f"confusion_matrix(answers, y, {num_classes})"
        yield asked, answer.confusion_matrix(answers, y, num_classes)


# %% wrong
#| says: Rows and columns are exchanged: the truth goes down, the answer goes across.
def confusion_matrix(answers, y, num_classes):
    counts = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    for row, column in zip(answers, y):
        counts[row, column] += 1
    return counts


# %% wrong
#| says: With lists of places, += counts a place that occurs many times only once.
def confusion_matrix(answers, y, num_classes):
    counts = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    counts[y, answers] += 1
    return counts


# %% wrong
#| says: The right answers are missing; they belong on the diagonal.
def confusion_matrix(answers, y, num_classes):
    counts = torch.zeros(num_classes, num_classes, dtype=torch.int64)
    for row, column in zip(y, answers):
        if row != column:
            counts[row, column] += 1
    return counts


# %% wrong
#| says: The table is as large as the classes that occur. Take num_classes.
def confusion_matrix(answers, y, num_classes):
    size = int(max(answers.max(), y.max())) + 1
    counts = torch.zeros(size, size, dtype=torch.int64)
    for row, column in zip(y, answers):
        counts[row, column] += 1
    return counts


# %% wrong
#| says: Those are shares of the pictures. Counts are asked for.
def confusion_matrix(answers, y, num_classes):
    counts = torch.zeros(num_classes, num_classes)
    for row, column in zip(y, answers):
        counts[row, column] += 1
    return counts / len(y)


# %% exercise move [markdown] after="one-pixel-to-the-side" minutes=10
# ## Move the pictures
#
# Write `move(X, right, down)`. Each row of `X` is a picture of 8 by 8 pixels, row after row from its top: shape
# `(n, 64)`. Return the pictures moved by `right` pixels to the right and by `down` pixels down, again with shape
# `(n, 64)`. Negative numbers move to the left and up. What leaves the picture is lost, and zeros come in on the other
# side.


# %% starter
def move(X, right, down):
    pictures = X.reshape(-1, 8, 8)  # picture, row, column
    moved = F.pad(pictures, ____)
    return moved.flatten(1)


# %% solution
def move(X, right, down):
    pictures = X.reshape(-1, 8, 8)
    return F.pad(pictures, (right, -right, down, -down)).flatten(1)


# %% also right
def move(X, right, down):
    moved = torch.zeros_like(X).reshape(-1, 8, 8)
    for row in range(8):
        for column in range(8):
            i, j = row - down, column - right
            if 0 <= i < 8 and 0 <= j < 8:
                moved[:, row, column] = X[:, 8 * i + j]
    return moved.reshape(len(X), 64)


# %% hint [markdown]
# `shift` in [One pixel to the side](../digits.py#one-pixel-to-the-side) moves to the right: `F.pad` adds a column at
# the left and, with a negative number, takes one away at the right.

# %% hint [markdown]
# `F.pad` takes its numbers from the last dimension backward: left, right, then top, bottom.


# %% check
def check(answer):
    X = torch.zeros(1, 64)
    X[0, 8 * 2 + 5] = 1.0
    for right, down in ((1, 0), (0, 1), (-1, 0)):
        came = answer.move(X, right, down).reshape(8, 8).nonzero().tolist()
        asked = (
            f"where a dot in row 2, column 5 is after move(X, {right}, {down})"
        )
        yield asked, came
    X = torch.rand(3, 64)
    for right, down in ((0, 0), (2, 0), (0, -1), (-3, 2), (8, 0)):
        yield f"move(X, {right}, {down})", answer.move(X, right, down)


# %% wrong
#| says: torch.roll brings what left on one side back in on the other. Zeros come in.
def move(X, right, down):
    return X.reshape(-1, 8, 8).roll((down, right), dims=(1, 2)).flatten(1)


# %% wrong
#| says: Right and down are exchanged: a picture has rows first, then columns.
def move(X, right, down):
    pictures = X.reshape(-1, 8, 8)
    return F.pad(pictures, (down, -down, right, -right)).flatten(1)


# %% wrong
#| says: That moves the other way: to the left and up.
def move(X, right, down):
    pictures = X.reshape(-1, 8, 8)
    return F.pad(pictures, (-right, right, -down, down)).flatten(1)


# %% wrong
#| says: In a row of 64 pixels a move to the right wraps into the next line. Reshape first.
def move(X, right, down):
    steps = 8 * down + right
    return F.pad(X, (steps, -steps))


# %% wrong
#| says: down moves pictures up and down the table there: its first dimension is the pictures.
def move(X, right, down):
    moved = F.pad(X.reshape(-1, 8, 8), (right, -right))
    return moved.roll(down, dims=0).flatten(1)


# %% wrong
#| says: It only moves to the right; down is not used yet.
def move(X, right, down):
    return F.pad(X.reshape(-1, 8, 8), (right, -right)).flatten(1)


# %% exercise which_move [markdown] after="one-pixel-to-the-side" minutes=8
# ## Which move does it survive?
#
# A network is trained on the digits, and on copies of them moved by one pixel to the right and to the left. Now the
# validation pictures are moved by one pixel: to the left, up, or down. Which moves does it survive, in that it still
# reads at least 85% right?

# %% given
from sklearn.datasets import load_digits

digits = load_digits()
X = torch.tensor(digits.data / 16, dtype=torch.float32)
y = torch.tensor(digits.target)

# %% choices [markdown]
# - a) All three: it has learned that a moved digit is the same digit.
# - b) To the left, and not up or down.
# - c) Up and down too, and not to the left.
# - d) None of the three.

# %% hint [markdown]
# [One pixel to the side](../digits.py#one-pixel-to-the-side) says what the network without copies learned: pixels, or
# shapes?

# %% hint [markdown]
# Run it: train as the lesson does there, and move the validation pictures with `move` of another exercise.


# %% solution
def move(X, right, down):
    pictures = X.reshape(-1, 8, 8)
    return F.pad(pictures, (right, -right, down, -down)).flatten(1)


torch.manual_seed(0)
order = torch.randperm(len(y))
valid, rest = order[:400], order[400:]
X_more = torch.cat([move(X[rest], right, 0) for right in (0, 1, -1)])
y_more = y[rest].repeat(3)
model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
optimizer = torch.optim.SGD(model.parameters(), lr=0.3, momentum=0.9)
loss_function = nn.CrossEntropyLoss()
for epoch in range(6):
    for rows in torch.randperm(len(y_more)).split(512):
        y_hat = model(X_more[rows])
        loss = loss_function(y_hat, y_more[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

survives = []
for right, down in ((-1, 0), (0, -1), (0, 1)):
    answers = model(move(X[valid], right, down)).argmax(dim=1)
    survives.append(bool((answers == y[valid]).float().mean() > 0.85))
letters = {(True, True, True): "a", (True, False, False): "b"}
letters |= {(False, True, True): "c", (False, False, False): "d"}
answer = letters.get(tuple(survives), "")

# %% wrong
#| says: It was shown two kinds of moves. Run it with the third and the fourth.
answer = "a"

# %% wrong
#| says: Which moves were among its training pictures?
answer = "c"

# %% wrong
#| says: One of the three was among its training pictures. Run it.
answer = "d"

# %% exercise one_wide_layer [markdown] after="train-it" minutes=3 within=0.5
# ## One wide layer
#
# Take a single hidden layer in place of the two, with twice as many neurons as a picture has pixels, and a ReLU. How
# many parameters does this network for digits have?

# %% hint [markdown]
# The hidden layer has 64 inputs and 128 neurons; the last layer has 128 inputs and a neuron for each digit. Each neuron
# has a weight for each of its inputs, and a bias. [Train it](../digits.py#train-it)

# %% solution
model = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 10))
answer = sum(p.numel() for p in model.parameters())

# %% also right
answer = 64 * 128 + 128 + 128 * 10 + 10

# %% wrong
#| says: Those are the weights. Each neuron has a bias as well.
answer = 64 * 128 + 128 * 10

# %% wrong
#| says: The last layer is missing: ten neurons, with 128 inputs each.
answer = 64 * 128 + 128

# %% wrong
#| says: The last layer has a neuron for each of the ten digits.
answer = 64 * 128 + 128 + 128 + 1

# %% wrong
#| says: That is the hidden layer with 64 neurons. Twice as many are asked for.
answer = 64 * 64 + 64 + 64 * 10 + 10

# %% exercise split_by_writer [markdown] after="people-it-has-not-met" minutes=8
# ## People it has not met
#
# Suppose the data said who wrote each digit. Then a validation set of strangers is possible: no writer stands on both
# sides. Write `split_by_writer(writers, num_valid)`. `writers` has the number of the writer of each picture, shape
# `(n,)`; writers may have any numbers, in any order. Choose `num_valid` of the writers *at random*, and return two
# tensors of row numbers: the training rows, and the validation rows, which are all the pictures of the chosen writers.


# %% starter
def split_by_writer(writers, num_valid):
    names = writers.unique()  # each writer once
    is_valid = torch.isin(writers, names[____])
    return ____, is_valid.nonzero().squeeze(1)


# %% solution
def split_by_writer(writers, num_valid):
    names = writers.unique()
    chosen = names[torch.randperm(len(names))[:num_valid]]
    is_valid = torch.isin(writers, chosen)
    return (~is_valid).nonzero().squeeze(1), is_valid.nonzero().squeeze(1)


# %% also right
def split_by_writer(writers, num_valid):
    names = sorted(set(writers.tolist()))
    order = torch.randperm(len(names)).tolist()
    chosen = {names[i] for i in order[:num_valid]}
    sides = [], []
    for row, writer in enumerate(writers.tolist()):
        sides[writer in chosen].append(row)
    return torch.tensor(sides[0]), torch.tensor(sides[1])


# %% hint [markdown]
# Draw among the writers, not among the pictures: `torch.randperm(len(names))` is a random order of the writers.
# [People it has not met](../digits.py#people-it-has-not-met) says why.

# %% hint [markdown]
# `torch.isin(writers, chosen)` is True where a picture's writer is among the chosen. `.nonzero().squeeze(1)` makes row
# numbers of True and False.


# %% check
def check(answer):
    for num_writers, num_valid in ((8, 2), (5, 1), (30, 10)):
        names = 100 + torch.randperm(50)[:num_writers]
        names = torch.cat([names, names[torch.randint(num_writers, (70,))]])
        writers = names[torch.randperm(len(names))]
        asked = f"split_by_writer(writers, {num_valid}): "
        sides = [answer.split_by_writer(writers, num_valid) for _ in range(9)]
        train, valid = sides[0]
        all_rows = torch.cat([train, valid]).sort().values
        yield asked + "all rows of both sides, sorted", all_rows
        on_both = torch.isin(writers[train], writers[valid]).sum()
        yield asked + "training pictures by a writer on both sides", on_both
        yield asked + "validation writers", len(writers[valid].unique())
        others = [set(writers[other].unique().tolist()) for _, other in sides]
        differ = any(other != others[0] for other in others)
        yield asked + "whether nine calls choose different writers", differ


# %% wrong
#| says: That draws among the pictures, so the same people stand on both sides.
def split_by_writer(writers, num_valid):
    order = torch.randperm(len(writers))
    share = num_valid / len(writers.unique())
    num_rows = int(share * len(writers))
    return order[num_rows:], order[:num_rows]


# %% wrong
#| says: The two sides are exchanged: training rows come first.
def split_by_writer(writers, num_valid):
    names = writers.unique()
    chosen = names[torch.randperm(len(names))[:num_valid]]
    is_valid = torch.isin(writers, chosen)
    return is_valid.nonzero().squeeze(1), (~is_valid).nonzero().squeeze(1)


# %% wrong
#| says: The same writers are chosen each time. Choose them at random.
def split_by_writer(writers, num_valid):
    is_valid = torch.isin(writers, writers.unique()[:num_valid])
    return (~is_valid).nonzero().squeeze(1), is_valid.nonzero().squeeze(1)


# %% wrong
#| says: That holds back one picture of each chosen writer; the others went to training.
def split_by_writer(writers, num_valid):
    names = writers.unique()
    chosen = names[torch.randperm(len(names))[:num_valid]]
    rows = [(writers == name).nonzero()[0, 0] for name in chosen]
    is_valid = torch.zeros(len(writers), dtype=torch.bool)
    is_valid[torch.stack(rows)] = True
    return (~is_valid).nonzero().squeeze(1), is_valid.nonzero().squeeze(1)


# %% wrong
#| says: The training rows still hold the validation pictures.
def split_by_writer(writers, num_valid):
    names = writers.unique()
    chosen = names[torch.randperm(len(names))[:num_valid]]
    is_valid = torch.isin(writers, chosen)
    return torch.arange(len(writers)), is_valid.nonzero().squeeze(1)
