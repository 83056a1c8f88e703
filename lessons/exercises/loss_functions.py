# %% [markdown]
# # Exercises: what counts as wrong

# %%
import torch
import torch.nn.functional as F
from torch import nn

# %% exercise three_errors [markdown] after="from-many-errors-to-one-number" minutes=1
# ## Three errors
#
# A model is off by 3, by -4, and by 0. Work out the [mean absolute error](../../glossary/mean-absolute-error.md) and
# the [mean squared error](../../glossary/mean-squared-error.md), by hand or with code.

# %% starter
mae = ____
mse = ____

# %% solution
errors = torch.tensor([3.0, -4.0, 0.0])
mae = errors.abs().mean().item()  # 7 / 3
mse = (errors**2).mean().item()  # 25 / 3

# %% also right
mae = (3 + 4 + 0) / 3
mse = (3 * 3 + 4 * 4 + 0 * 0) / 3

# %% hint [markdown]
# For the first, drop the signs; for the second, square. Then take the [mean](../../glossary/mean.md), as in
# [From many errors to one number](../loss_functions.py#from-many-errors-to-one-number).


# %% check
def check(answer):
    yield "mae", answer.mae, 0.01
    yield "mse", answer.mse, 0.01


# %% wrong
#| says: In the MAE the errors cancel. Drop the sign of each before you add.
mae, mse = (3 - 4) / 3, 25 / 3

# %% wrong
#| says: Those are sums. Both are means: divide by the number of examples.
mae, mse = 7.0, 25.0

# %% wrong
#| says: An error of zero is an example too: there are three.
mae, mse = 7 / 2, 25 / 2

# %% wrong
#| says: That is the root of the mean squared error. Here the mean itself is asked.
mae, mse = 7 / 3, (25 / 3) ** 0.5

# %% wrong
#| says: First square each error, then take the mean; not the other way round.
mae, mse = 7 / 3, (7 / 3) ** 2

# %% excused
#| says: Without its sign, or squared, an error of 4 is an error of -4.
errors = torch.tensor([3.0, +4.0, 0.0])
mae = errors.abs().mean().item()
mse = (errors**2).mean().item()

# %% exercise huber [markdown] after="from-many-errors-to-one-number" minutes=10
# ## The Huber loss
#
# Write `huber(y_hat, y, delta)`, the mean of the [Huber loss](../../glossary/huber-loss.md) over all rows. `y_hat`
# and `y` are tensors of the same shape, and `delta` is a positive number. Do it without PyTorch's own Huber loss.
# The check also looks at the slopes that `backward()` finds.


# %% starter
def huber(y_hat, y, delta):
    error = y_hat - y
    near = ____  # what an error up to delta costs
    far = ____  # what a larger one costs
    return torch.where(error.abs() <= delta, near, far).mean()


# %% solution
def huber(y_hat, y, delta):
    error = y_hat - y
    near = error**2 / 2
    far = delta * (error.abs() - delta / 2)
    return torch.where(error.abs() <= delta, near, far).mean()


# %% also right
def huber(y_hat, y, delta):
    size = (y_hat - y).abs()
    near = size.clamp(max=delta)
    return (near * (size - near / 2)).mean()


# %% also right
def huber(y_hat, y, delta):
    return F.smooth_l1_loss(y_hat, y, beta=delta) * delta


# %% hint [markdown]
# The formula stands in [From many errors to one number](../loss_functions.py#from-many-errors-to-one-number):
# $\frac{1}{2} e^2$ near, $\delta (|e| - \frac{1}{2} \delta)$ far.

# %% hint [markdown]
# At `|error| = delta` the two parts have the same value and the same slope. Try yours with an error of 20 and a
# `delta` of 20: is `near` equal to `far`?


# %% check
def check(answer):
    for rows, delta in ((8, 1.0), (5, 0.5), (30, 20.0)):
        y = 10 * torch.randn(rows, 1)
        y_hat = y + 2 * delta * torch.randn(rows, 1)
        y_hat[0] = y[0] - 3 * delta  # one that is far below
        y_hat.requires_grad_()
        loss = answer.huber(y_hat, y, delta)
        yield f"huber(y_hat, y, {delta}) of {rows} rows", loss
        loss.backward()
        yield "y_hat.grad after backward()", y_hat.grad, 1e-3 * delta / rows
    zero = torch.zeros(2, 1)
    yield "huber without any error", answer.huber(zero, zero.clone(), 1.0)


# %% wrong
#| says: Up to delta it is half the square, so that the slopes meet.
def huber(y_hat, y, delta):
    error = y_hat - y
    far = delta * (error.abs() - delta / 2)
    return torch.where(error.abs() <= delta, error**2, far).mean()


# %% wrong
#| says: The far part does not meet the near one: at an error of delta both must have the same value.
def huber(y_hat, y, delta):
    error = y_hat - y
    far = delta * error.abs()
    return torch.where(error.abs() <= delta, error**2 / 2, far).mean()


# %% wrong
#| says: The far part has the slope 1, and the near one arrives with the slope delta.
def huber(y_hat, y, delta):
    error = y_hat - y
    far = error.abs() - delta / 2
    return torch.where(error.abs() <= delta, error**2 / 2, far).mean()


# %% wrong
#| says: Near and far are swapped: small errors are the ones that are squared.
def huber(y_hat, y, delta):
    error = y_hat - y
    far = delta * (error.abs() - delta / 2)
    return torch.where(error.abs() > delta, error**2 / 2, far).mean()


# %% wrong
#| says: A large negative error is far too: compare its size, without the sign.
def huber(y_hat, y, delta):
    error = y_hat - y
    far = delta * (error.abs() - delta / 2)
    return torch.where(error <= delta, error**2 / 2, far).mean()


# %% wrong
#| says: That is the sum over the rows; take the mean.
def huber(y_hat, y, delta):
    return F.huber_loss(y_hat, y, delta=delta, reduction="sum")


# %% excused
#| says: At an error of exactly delta both parts are the same.
def huber(y_hat, y, delta):
    error = y_hat - y
    near = error**2 / 2
    far = delta * (error.abs() - delta / 2)
    return torch.where(error.abs() < delta, near, far).mean()


# %% exercise huge_delta [markdown] after="the-slope-is-the-pull" minutes=3
# ## A huge delta, and a tiny one
#
# What is the Huber loss of the 65 cereals with a `delta` of 1,000,000, and with a `delta` of 0.001? Guess, then
# compare with `nn.L1Loss()` and `nn.MSELoss()`.

# %% choices [markdown]
# - a) Huge: half the squared error. Tiny: 0.001 times the absolute error.
# - b) Huge: the absolute error. Tiny: the squared error.
# - c) Huge: the squared error. Tiny: the absolute error.
# - d) Huge: infinite. Tiny: zero.

# %% given
import pandas as pd

cereals = pd.read_csv("data/cereals.csv")
x = torch.tensor(cereals[["sugars"]].values, dtype=torch.float32)
y = torch.tensor(cereals[["calories"]].values, dtype=torch.float32)
y_hat = 2.5 * x + 90

# %% hint [markdown]
# How many of the errors are smaller than `delta` each time? Those are in the round part,
# the others in the straight one. [The picture](../loss_functions.py#from-many-errors-to-one-number) shows the two.

# %% hint [markdown]
# Both parts have a factor in front. Print `nn.HuberLoss(delta=0.001)(y_hat, y)`.

# %% solution
huge = nn.HuberLoss(delta=1e6)(y_hat, y).item()
tiny = nn.HuberLoss(delta=0.001)(y_hat, y).item()
squared, absolute = nn.MSELoss()(y_hat, y), nn.L1Loss()(y_hat, y)
if abs(huge / squared - 0.5) < 0.001:
    answer = "a" if abs(tiny / absolute - 0.001) < 1e-5 else "d"
else:
    answer = "c" if abs(huge / squared - 1) < 0.001 else "b"

# %% wrong
#| says: With a huge delta no error is beyond it: all of them are in the round part.
answer = "b"

# %% wrong
#| says: Nearly. Look at the factors in the formula, or divide one loss by the other.
answer = "c"

# %% wrong
#| says: Errors are beyond a tiny delta, and cost something there. Print both.
answer = "d"

# %% exercise best_numbers [markdown] after="what-one-outlier-does" minutes=5
# ## One number for all cereals
#
# The plainest model predicts one number for every cereal. Somebody types 4400 for the calories of Grape-Nuts, where
# 440 is right. By how much does the best single number grow, by squared and by absolute error?

# %% given
import pandas as pd

cereals = pd.read_csv("data/cereals.csv")
y = torch.tensor(cereals[["calories"]].values, dtype=torch.float32)
spoiled = y.clone()
spoiled[(cereals.name == "Grape-Nuts").to_list()] = 4400

# %% starter
by_squared = ____
by_absolute = ____

# %% solution
by_squared = (spoiled.mean() - y.mean()).item()
by_absolute = (spoiled.median() - y.median()).item()

# %% also right
by_squared = (4400 - 440) / 65
by_absolute = 0

# %% hint [markdown]
# Which number has the lowest squared error, and which the lowest absolute error? See the end of
# [What one outlier does](../loss_functions.py#what-one-outlier-does).

# %% hint [markdown]
# One is the [mean](../../glossary/mean.md), the other the [median](../../glossary/median.md). Compare `y` and
# `spoiled`.


# %% check
def check(answer):
    yield "by_squared", answer.by_squared, 0.2
    yield "by_absolute", answer.by_absolute, 0.2


# %% wrong
#| says: The two are swapped: which of mean and median belongs to the squared error?
by_squared, by_absolute = 0, 3960 / 65

# %% wrong
#| says: That is how much one target grows. The best number is for all 65 cereals.
by_squared, by_absolute = 3960, 3960

# %% wrong
#| says: By how much the best number grows is asked; those are the best numbers themselves.
by_squared, by_absolute = spoiled.mean().item(), spoiled.median().item()

# %% wrong
#| says: Right by squared error. But a median asks which is in the middle, not how far the largest is.
by_squared, by_absolute = 3960 / 65, 3960 / 65

# %% exercise puffed_rice [markdown] after="what-one-outlier-does" minutes=5
# ## Another wrong target
#
# Now Puffed Rice gets 4400 calories. It has no sugars, so it is at the far left of the picture, and a light one: 50
# calories are right. What happens to the three lines?

# %% choices [markdown]
# - a) The squared-error line rises all along, and stays as steep as it was. The other two do not move at all.
# - b) The squared-error line falls to the right now. The other two move, but only a little.
# - c) The squared-error line gets steeper. The other two move, but only a little.
# - d) All three lines fall to the right now.

# %% given
import pandas as pd

cereals = pd.read_csv("data/cereals.csv")
x = torch.tensor(cereals[["sugars"]].values, dtype=torch.float32)
y = torch.tensor(cereals[["calories"]].values, dtype=torch.float32)
spoiled = y.clone()
spoiled[(cereals.name == "Puffed Rice").to_list()] = 4400


def train(loss_function, x, y, num_epochs=700):
    """Train one neuron from zero; return w and b for grams of sugars."""
    X = (x - x.mean()) / x.std()
    model = nn.Linear(1, 1)
    nn.init.zeros_(model.weight)
    nn.init.zeros_(model.bias)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    for epoch in range(num_epochs):
        y_hat = model(X)
        loss = loss_function(y_hat, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    w = (model.weight / x.std()).item()
    return w, model.bias.item() - w * x.mean().item()


# %% hint [markdown]
# Try it: `train(nn.MSELoss(), x, y)` and `train(nn.MSELoss(), x, spoiled)`, then `nn.L1Loss()` and
# `nn.HuberLoss(delta=20)`.

# %% hint [markdown]
# Grape-Nuts lay above the lines before and after, so it pulled the same way as before. Where does Puffed Rice lie with
# 50 calories, and where with 4400? Its pull has [a limit](../loss_functions.py#the-slope-is-the-pull), and a sign.

# %% solution
squared = train(nn.MSELoss(), x, spoiled)[0]  # 5.3 with the right target
moved = []  # how far the weight of the other two moves
for loss_function in (nn.L1Loss(), nn.HuberLoss(delta=20)):
    w, b = train(loss_function, x, y)
    w_new, b_new = train(loss_function, x, spoiled)
    print(f"w {w:.2f}, then {w_new:.2f}; b {b:.1f}, then {b_new:.1f}")
    moved.append(w - w_new)
# 50 calories are below the lines, and 4400 above them. So the pull of this
# one cereal changes its direction, and for all its limit that is felt.
if squared < 0:
    answer = "b" if 0.05 < min(moved) <= max(moved) < 1 else "d"
else:
    answer = "c" if squared > 5.4 else "a"

# %% wrong
#| says: The pull on w is times the input, less its mean. At 0 grams, that is not nothing.
answer = "a"

# %% wrong
#| says: The line is pulled up at its left end. Which way does that turn it?
answer = "c"

# %% wrong
#| says: One pull of 65 can't turn a line whose loss has a limit for it. Train them, too.
answer = "d"

# %% exercise best_pair [markdown] after="what-one-outlier-does" minutes=25
# ## The best line by absolute error
#
# One of the lines with the lowest absolute error passes through two of the points. So it can be found exactly, without
# any training. Write `best_pair(x, y)`, for two rows of numbers: inputs and targets. Try the line through each pair
# of points with different `x`, and return `w` and `b` of the one with the lowest mean absolute error.
#
# Then compare with the line that training found for the cereals, `w = 4.08` and `b = 97.7`.


# %% starter
def best_pair(x, y):
    """x and y: tensors of one dimension, of equal length."""
    lowest, best = float("inf"), None
    for i in range(len(x)):
        for j in range(i):
            if ____:
                w = ____
                b = ____
                error = ____
                if error < lowest:
                    lowest, best = error, (w, b)
    return best


# %% solution
def best_pair(x, y):
    lowest, best = float("inf"), None
    for i in range(len(x)):
        for j in range(i):
            if x[i] != x[j]:
                w = (y[i] - y[j]) / (x[i] - x[j])
                b = y[i] - w * x[i]
                error = (w * x + b - y).abs().mean()
                if error < lowest:
                    lowest, best = error, (w, b)
    return best


# On the cereals, the best line has a mean absolute error of 31.94. That is
# a hair lower than that of the trained line.


# %% also right
def best_pair(x, y):
    i, j = torch.triu_indices(len(x), len(x), offset=1)
    apart = x[i] != x[j]
    i, j = i[apart], j[apart]
    w = (y[i] - y[j]) / (x[i] - x[j])
    b = y[i] - w * x[i]
    errors = (w[:, None] * x + b[:, None] - y).abs().mean(dim=1)
    best = errors.argmin()
    return w[best].item(), b[best].item()


# %% hint [markdown]
# The weight of the line through two points is how far it rises, divided by how far it goes: the difference of their
# `y` over the difference of their `x`. What happens if the two have the same `x`?

# %% hint [markdown]
# The line passes through point `i`, so `w * x[i] + b` is `y[i]`. Solve that for `b`.

# %% hint [markdown]
# The error of a line counts all points, as in
# [From many errors to one number](../loss_functions.py#from-many-errors-to-one-number).


# %% check
def check(answer):
    few = torch.randn(7), torch.randn(7)
    alike = torch.tensor([0.0, 0.0, 1.0, 1.0, 2.0, 3.0, 3.0, 3.0, 5.0])
    wild = 2 * alike + torch.randn(9)
    wild[2] += 40
    two = torch.tensor([4.0, -1.0]), torch.randn(2)
    for (x, y), what in [
        (few, "7 points"),
        ((alike, wild), "9 points, some x alike, one target wild"),
        (two, "2 points"),
    ]:
        w, b = answer.best_pair(x, y)
        away = (w * x + b - y).abs()
        asked = f"best_pair(x, y) of {what}: "
        yield asked + "the line's mean absolute error", away.mean()
        met = bool((away < 1e-4).sum() > 1)
        yield asked + "whether the line meets two points", met


# %% wrong
#| says: That is the line with the lowest squared error among them.
def best_pair(x, y):
    lowest, best = float("inf"), None
    for i in range(len(x)):
        for j in range(i):
            if x[i] != x[j]:
                w = (y[i] - y[j]) / (x[i] - x[j])
                b = y[i] - w * x[i]
                error = ((w * x + b - y) ** 2).mean()
                if error < lowest:
                    lowest, best = error, (w, b)
    return best


# %% wrong
#| says: The errors cancel there: drop the sign of each.
def best_pair(x, y):
    lowest, best = float("inf"), None
    for i in range(len(x)):
        for j in range(i):
            if x[i] != x[j]:
                w = (y[i] - y[j]) / (x[i] - x[j])
                b = y[i] - w * x[i]
                error = (w * x + b - y).mean().abs()
                if error < lowest:
                    lowest, best = error, (w, b)
    return best


# %% wrong
#| says: Only points that follow one another in the list are paired; try each pair.
def best_pair(x, y):
    lowest, best = float("inf"), None
    for i in range(1, len(x)):
        if x[i] != x[i - 1]:
            w = (y[i] - y[i - 1]) / (x[i] - x[i - 1])
            b = y[i] - w * x[i]
            error = (w * x + b - y).abs().mean()
            if error < lowest:
                lowest, best = error, (w, b)
    return best


# %% wrong
#| says: That is the last line tried, not the best one: is lowest ever set?
def best_pair(x, y):
    lowest, best = float("inf"), None
    for i in range(len(x)):
        for j in range(i):
            if x[i] != x[j]:
                w = (y[i] - y[j]) / (x[i] - x[j])
                b = y[i] - w * x[i]
                error = (w * x + b - y).abs().mean()
                if error < lowest:
                    best = w, b
    return best


# %% wrong
#| says: The weight is upside down: it is how far the line rises for each step to the right.
def best_pair(x, y):
    lowest, best = float("inf"), None
    for i in range(len(x)):
        for j in range(i):
            if x[i] != x[j]:
                w = (x[i] - x[j]) / (y[i] - y[j])
                b = y[i] - w * x[i]
                error = (w * x + b - y).abs().mean()
                if error < lowest:
                    lowest, best = error, (w, b)
    return best


# %% excused
#| says: Of two lines that are equally good, either is right.
def best_pair(x, y):
    lowest, best = float("inf"), None
    for i in range(len(x)):
        for j in range(i):
            if x[i] != x[j]:
                w = (y[i] - y[j]) / (x[i] - x[j])
                b = y[i] - w * x[i]
                error = (w * x + b - y).abs().mean()
                if error <= lowest:
                    lowest, best = error, (w, b)
    return best


# %% exercise yes_or_no [markdown] after="when-the-answer-is-yes-or-no" minutes=5
# ## Cross-entropy for yes and no
#
# Write `cross_entropy(p, y)`. `p` holds predicted probabilities of "yes", between 0 and 1, and `y` the truth: 1 for
# "yes", 0 for "no". Both are tensors of the same shape. Return the mean of $-\log p$ for each "yes" and
# $-\log (1 - p)$ for each "no".


# %% starter
def cross_entropy(p, y):
    loss_of_yes = ____
    loss_of_no = ____
    return (y * loss_of_yes + (1 - y) * loss_of_no).mean()


# %% solution
def cross_entropy(p, y):
    loss_of_yes = -p.log()
    loss_of_no = -(1 - p).log()
    return (y * loss_of_yes + (1 - y) * loss_of_no).mean()


# %% also right
def cross_entropy(p, y):
    return -torch.where(y == 1, p, 1 - p).log().mean()


# %% also right
def cross_entropy(p, y):
    return F.binary_cross_entropy(p, y)


# %% hint [markdown]
# `p.log()` is the natural [logarithm](../../glossary/logarithm.md) of each number in `p`. The formula stands in
# [When the answer is yes or no](../loss_functions.py#when-the-answer-is-yes-or-no).

# %% hint [markdown]
# A loss is never negative. The logarithm of a number below 1 is. Where does the minus go?


# %% check
def check(answer):
    for rows in (6, 25):
        p = torch.sigmoid(2 * torch.randn(rows, 1)).requires_grad_()
        y = (torch.rand(rows, 1) < 0.3).float()
        y[0], y[1] = 1.0, 0.0
        loss = answer.cross_entropy(p, y)
        yield f"cross_entropy(p, y) of {rows} rows", loss
        loss.backward()
        yield "p.grad after backward()", p.grad
    p = torch.tensor([0.01, 0.5, 0.99])
    yes, no = torch.ones(3), torch.zeros(3)
    yield "cross_entropy([0.01, 0.5, 0.99], yes)", answer.cross_entropy(p, yes)
    yield "cross_entropy([0.01, 0.5, 0.99], no)", answer.cross_entropy(p, no)


# %% wrong
#| says: A true "no" costs nothing there, however wrong p is.
def cross_entropy(p, y):
    return (-y * p.log()).mean()


# %% wrong
#| says: The sign is missing: the logarithm of a probability is negative, a loss is not.
def cross_entropy(p, y):
    return (y * p.log() + (1 - y) * (1 - p).log()).mean()


# %% wrong
#| says: That is the logarithm to base 10 or 2; take the natural one.
def cross_entropy(p, y):
    return -(y * p.log10() + (1 - y) * (1 - p).log10()).mean()


# %% wrong
#| says: For a "no", the probability of the truth is 1 - p, inside the logarithm.
def cross_entropy(p, y):
    return (y * -p.log() + (1 - y) * (1 + p.log())).mean()


# %% wrong
#| says: That is the sum over the rows; take the mean.
def cross_entropy(p, y):
    return -torch.where(y == 1, p, 1 - p).log().sum()


# %% exercise silent [markdown] after="when-the-answer-is-yes-or-no" minutes=10
# ## Where does the squared error pull hardest?
#
# The truth is "yes". A model computes the number `z`, its [logit](../../glossary/logit.md), and predicts the
# probability `torch.sigmoid(z)`. Its loss is the squared error `(1 - p) ** 2`. At which probability is the pull on
# `z`, the size of the slope, largest?

# %% choices [markdown]
# - a) Near 0, where the model is most wrong.
# - b) At about a third.
# - c) At one half, where the sigmoid is steepest.
# - d) Near 1, where the model is right.

# %% hint [markdown]
# Make a row of logits that ask for their slopes, `z = torch.linspace(-8, 8, 1601, requires_grad=True)`, compute the
# sum of all losses, and call `backward()`. Then `z.grad` has the slope for each of them.

# %% hint [markdown]
# The pull on `z` is the slope of the loss for `p` times the slope of the sigmoid. The first is largest near 0, and the
# second [is smallest there](../loss_functions.py#when-the-answer-is-yes-or-no).

# %% solution
z = torch.linspace(-8, 8, 1601, requires_grad=True)
p = torch.sigmoid(z)
((1 - p) ** 2).sum().backward()
strongest = p[z.grad.abs().argmax()].item()
print(f"the pull is strongest at p = {strongest:.3f}")
if strongest < 0.1:
    answer = "a"
elif strongest < 0.4:
    answer = "b"
else:
    answer = "c" if strongest < 0.6 else "d"

# %% wrong
#| says: That is how cross-entropy pulls. The squared error falls silent where the model is most wrong.
answer = "a"

# %% wrong
#| says: The sigmoid is steepest there, but the slope of the loss is still larger to the left. Measure it.
answer = "c"

# %% wrong
#| says: Where the model is right, there is nothing to pull for.
answer = "d"

# %% exercise sum_and_mean [markdown] after="loss-cost-metric" minutes=3 within=0.0002
# ## The sum in place of the mean
#
# Somebody trains a neuron on all 65 cereals with `nn.MSELoss()` and a learning rate of 0.5. You take
# `nn.MSELoss(reduction="sum")`. Which learning rate makes the same steps?

# %% given
import pandas as pd

cereals = pd.read_csv("data/cereals.csv")
sugars = torch.tensor(cereals[["sugars"]].values, dtype=torch.float32)
X = (sugars - sugars.mean()) / sugars.std()
y = torch.tensor(cereals[["calories"]].values, dtype=torch.float32)

# %% hint [markdown]
# How many times as large is the sum, and how many times as steep? See
# [Loss, cost, metric](../loss_functions.py#loss-cost-metric).

# %% hint [markdown]
# A step is the slope times the learning rate. If one of them grows, what must the other do, so that the step stays?

# %% solution
slopes = {}
for reduction in ("mean", "sum"):
    w = torch.tensor(2.5, requires_grad=True)
    nn.MSELoss(reduction=reduction)(w * X, y).backward()
    slopes[reduction] = w.grad
answer = 0.5 * (slopes["mean"] / slopes["sum"]).item()  # 0.5 / 65

# %% wrong
#| says: With the sum the slopes are larger, so the same rate makes larger steps.
answer = 0.5

# %% wrong
#| says: The slopes have grown already. The rate has to make up for it.
answer = 0.5 * 65

# %% wrong
#| says: The sum is 65 times as large and as steep; no root is needed.
answer = 0.5 / 65**0.5

# %% wrong
#| says: That is by how much the slopes differ. Start from the rate of 0.5.
answer = 1 / 65

# %% exercise within_20 [markdown] after="loss-cost-metric" minutes=5
# ## A metric that has no slope
#
# Write two functions of predictions and targets, tensors of the same shape. `share_within(y_hat, y, limit)` is a
# metric: the share of predictions whose error is at most `limit`, a number from 0 to 1. `slope_of(loss_function, y_hat,
# y)` returns the slope of a loss for each prediction, a tensor shaped like `y_hat`, and leaves `y_hat` as it is.


# %% starter
def share_within(y_hat, y, limit):
    return ____


def slope_of(loss_function, y_hat, y):
    y_hat = y_hat.clone().requires_grad_()
    ____
    return ____


# %% solution
def share_within(y_hat, y, limit):
    return ((y_hat - y).abs() <= limit).float().mean().item()


def slope_of(loss_function, y_hat, y):
    y_hat = y_hat.clone().requires_grad_()
    loss_function(y_hat, y).backward()
    return y_hat.grad


# %% also right
def share_within(y_hat, y, limit):
    near = (y - limit <= y_hat) & (y_hat <= y + limit)
    return near.sum().item() / near.numel()


def slope_of(loss_function, y_hat, y):
    y_hat = y_hat.detach().clone().requires_grad_()
    return torch.autograd.grad(loss_function(y_hat, y), y_hat)[0]


# %% hint [markdown]
# A comparison of tensors gives `True` and `False`. `.float()` makes 1 and 0 of them, and the mean of these is a share:
# see [Loss, cost, metric](../loss_functions.py#loss-cost-metric).

# %% hint [markdown]
# `backward()` on the loss puts the slopes into `.grad` of what asked for them, as in
# [The slope is the pull](../loss_functions.py#the-slope-is-the-pull).


# %% check
def check(answer):
    def lopsided(y_hat, y):  # too high is worse than too low
        return torch.where(y_hat > y, 3 * (y_hat - y) ** 2, (y - y_hat)).mean()

    y = torch.tensor([[90.0], [110.0], [150.0], [400.0], [60.0]])
    y_hat = y + torch.tensor([[20.0], [-20.0], [21.0], [-250.0], [3.0]])
    yield "share_within(y_hat, y, 20)", answer.share_within(y_hat, y, 20)
    for rows, limit in ((9, 1), (4, 0.5)):
        y, y_hat = torch.randn(rows, 1), torch.randn(rows, 1)
        asked = f"share_within of {rows} rows, limit {limit}"
        yield asked, answer.share_within(y_hat, y, limit)
        for name, loss in [
            ("nn.MSELoss()", nn.MSELoss()),
            ("nn.HuberLoss(delta=0.5)", nn.HuberLoss(delta=0.5)),
            ("another_loss", lopsided),
        ]:
            came = answer.slope_of(loss, y_hat, y)
            yield f"slope_of({name}, y_hat, y)", came


# %% wrong
#| says: A prediction that is far too low is counted as near: drop the sign of the error first.
def share_within(y_hat, y, limit):
    return (y_hat - y <= limit).float().mean().item()


def slope_of(loss_function, y_hat, y):
    y_hat = y_hat.clone().requires_grad_()
    loss_function(y_hat, y).backward()
    return y_hat.grad


# %% wrong
#| says: That is how many are within the limit; the share is asked.
def share_within(y_hat, y, limit):
    return ((y_hat - y).abs() <= limit).sum().item()


def slope_of(loss_function, y_hat, y):
    y_hat = y_hat.clone().requires_grad_()
    loss_function(y_hat, y).backward()
    return y_hat.grad


# %% wrong
#| says: An error of exactly the limit counts too: at most is asked.
def share_within(y_hat, y, limit):
    return ((y_hat - y).abs() < limit).float().mean().item()


def slope_of(loss_function, y_hat, y):
    y_hat = y_hat.clone().requires_grad_()
    loss_function(y_hat, y).backward()
    return y_hat.grad


# %% wrong
#| says: slope_of returns the loss; its slope for each prediction is asked.
def share_within(y_hat, y, limit):
    return ((y_hat - y).abs() <= limit).float().mean().item()


def slope_of(loss_function, y_hat, y):
    return loss_function(y_hat, y)


# %% wrong
#| says: That is the slope of the squared error, whatever loss is handed over.
def share_within(y_hat, y, limit):
    return ((y_hat - y).abs() <= limit).float().mean().item()


def slope_of(loss_function, y_hat, y):
    return 2 * (y_hat - y) / len(y)
