# %% [markdown]
# # Exercises: enough statistics to read a result

# %%
import math

import pandas as pd
import torch

# %% exercise four_numbers [markdown] after="where-and-how-wide" minutes=2 within=0.01
# ## Three fives and a nine
#
# What is the standard deviation of 5, 5, 5, and 9? These four are all there is, so divide by how many they are. Two
# digits behind the point will do.

# %% hint [markdown]
# The mean is 6. Square the four distances, take their mean, and take its root: [Where, and how
# wide](../reading_results.py#where-and-how-wide).

# %% hint [markdown]
# If you ask PyTorch, say `correction=0`.

# %% solution
four = torch.tensor([5.0, 5.0, 5.0, 9.0])
answer = four.std(correction=0).item()

# %% also right
answer = math.sqrt((1 + 1 + 1 + 9) / 4)

# %% wrong
#| says: That divides by 3, one less than how many they are: PyTorch's habit. Say correction=0.
answer = 2.0

# %% wrong
#| says: That is the variance. Take its root.
answer = 3.0

# %% wrong
#| says: Distances with their signs add up to zero. Square them first.
answer = 0.0

# %% wrong
#| says: That is the mean distance without signs. The standard deviation squares them.
answer = 1.5

# %% wrong
#| says: That is the root of the sum of the squares. Take their mean first.
answer = math.sqrt(12)

# %% exercise in_milligrams [markdown] after="what-is-left-over" minutes=3
# ## Milligrams
#
# The table gives sugars in grams. Let it be milligrams: each number is a thousand times as large. What becomes of the
# standard deviation of the sugars, of their correlation with the calories, and of the R² of the best line that predicts
# calories from sugars?

# %% given
cereals = pd.read_csv("data/cereals.csv")
x = torch.tensor(cereals.sugars.values)
y = torch.tensor(cereals.calories.values)

# %% choices [markdown]
# - a) All three are a thousand times as large.
# - b) The standard deviation is a thousand times as large; the other two stay.
# - c) Standard deviation and correlation are a thousand times as large; R² stays.
# - d) All three stay.

# %% hint [markdown]
# Which of the three has a unit? [Two columns at once](../reading_results.py#two-columns-at-once) and [What is left
# over](../reading_results.py#what-is-left-over)

# %% hint [markdown]
# Compute them for `x` and for `1000 * x`.


# %% solution
def three_numbers(x, y):
    pair = torch.stack([x, y])
    columns = torch.stack([x, torch.ones_like(x)], dim=1)
    line = torch.linalg.lstsq(columns, y[:, None]).solution
    left = (y - (columns @ line)[:, 0]).var(correction=0)
    r_squared = 1 - left / y.var(correction=0)
    spread = x.std(correction=0)
    return torch.stack([spread, torch.corrcoef(pair)[0, 1], r_squared])


ratios = (three_numbers(1000 * x, y) / three_numbers(x, y)).round().tolist()
kinds = {"a": [1000] * 3, "b": [1000, 1, 1], "c": [1000, 1000, 1]}
kinds["d"] = [1] * 3
answer = next(letter for letter in kinds if kinds[letter] == ratios)

# %% wrong
#| says: A correlation lies between -1 and 1, whatever the unit.
answer = "a"

# %% wrong
#| says: The correlation is made of standardized columns, which have no unit.
answer = "c"

# %% wrong
#| says: A standard deviation is in the unit of the column.
answer = "d"

# %% exercise without_one [markdown] after="the-bell-and-when-not-to-trust-it" minutes=4 within=0.5
# ## Without Grape-Nuts
#
# One cereal has far more calories than all others: Grape-Nuts. Leave it out, and standardize the calories anew. What
# percentage of the other cereals now lies within one standard deviation of the mean? A bell has 68.

# %% given
cereals = pd.read_csv("data/cereals.csv")

# %% hint [markdown]
# `cereals[cereals.name != "Grape-Nuts"]` leaves it out. Then compute mean and standard deviation of what is left.

# %% hint [markdown]
# `standardize` and `within` stand in [One scale for everything](../reading_results.py#one-scale-for-everything) and
# [The bell, and when not to trust it](../reading_results.py#the-bell-and-when-not-to-trust-it).

# %% solution
others = cereals[cereals.name != "Grape-Nuts"]
calories = torch.tensor(others.calories.values)
z = (calories - calories.mean()) / calories.std(correction=0)
answer = 100 * (z.abs() < 1).double().mean().item()

# %% also right
others = cereals.calories.drop(cereals.calories.idxmax())
inside = (others - others.mean()).abs() < others.std(ddof=0)
answer = 100 * inside.mean()

# %% wrong
#| says: Grape-Nuts is still in there.
calories = torch.tensor(cereals.calories.values)
z = (calories - calories.mean()) / calories.std(correction=0)
answer = 100 * (z.abs() < 1).double().mean().item()

# %% wrong
#| says: Mean and standard deviation are those of all cereals. Compute them anew.
calories = torch.tensor(cereals.calories.values)
z = (calories - calories.mean()) / calories.std(correction=0)
others = z[torch.tensor((cereals.name != "Grape-Nuts").values)]
answer = 100 * (others.abs() < 1).double().mean().item()

# %% wrong
#| says: That is the share of a bell. Measure the share of the cereals.
answer = 100 * math.erf(1 / math.sqrt(2))

# %% wrong
#| says: That is a share. The question is for a percentage: a hundred times that.
others = cereals[cereals.name != "Grape-Nuts"]
calories = torch.tensor(others.calories.values)
z = (calories - calories.mean()) / calories.std(correction=0)
answer = (z.abs() < 1).double().mean().item()

# %% exercise r_squared [markdown] after="what-is-left-over" minutes=6
# ## R² for any model
#
# Write `r_squared(y_hat, y)`: `y_hat` has the predictions of any model, `y` the true values, both columns, `(n, 1)`.
# Take the mean of the squared residuals, and divide it by the mean of the squared distances of `y` from its own mean.
# One minus that is R². It is 1 for a perfect model, 0 for one that predicts the mean each time, and less than 0 for a
# worse one.


# %% starter
def r_squared(y_hat, y):
    """One number. y_hat and y: shape (n, 1)."""
    return ____


# %% solution
def r_squared(y_hat, y):
    left = ((y - y_hat) ** 2).mean()
    whole = ((y - y.mean()) ** 2).mean()
    return 1 - left / whole


# %% also right
def r_squared(y_hat, y):
    of_model = torch.nn.functional.mse_loss(y_hat, y)
    return 1 - of_model.item() / y.var(correction=0).item()


# %% hint [markdown]
# [What is left over](../reading_results.py#what-is-left-over) takes the variance of the residuals. For the best line
# their mean is zero, so it is the same there.


# %% check
def check(answer):
    y = torch.tensor([[1.0], [2.0], [3.0], [6.0]])
    y_hat = torch.tensor([[1.0], [2.0], [4.0], [6.0]])
    yield "r_squared([1, 2, 4, 6], [1, 2, 3, 6])", answer.r_squared(y_hat, y)
    for num_rows in (30, 7):
        y = 3 * torch.randn(num_rows, 1) + 5
        y_hat = 0.5 * y + torch.randn(num_rows, 1) + 2
        asked = f"r_squared(y_hat, y) of {num_rows} rows"
        yield asked, answer.r_squared(y_hat, y)
        asked += ", all predictions 10 too high"
        yield asked, answer.r_squared(y_hat + 10, y)
    mean = y.mean() + 0 * y
    yield "r_squared(the mean each time, y)", answer.r_squared(mean, y)


# %% wrong
#| says: The variance of the residuals forgives an error that all rows share. Square them.
def r_squared(y_hat, y):
    left = (y - y_hat).var(correction=0)
    return 1 - left / y.var(correction=0)


# %% wrong
#| says: That is the correlation, squared: the same for the best line only.
def r_squared(y_hat, y):
    return torch.corrcoef(torch.cat([y_hat, y], dim=1).T)[0, 1] ** 2


# %% wrong
#| says: It divides by the variance of the predictions. The true values are the measure.
def r_squared(y_hat, y):
    return 1 - ((y - y_hat) ** 2).mean() / y_hat.var(correction=0)


# %% wrong
#| says: That is the share that is left over. R² is one minus that.
def r_squared(y_hat, y):
    return ((y - y_hat) ** 2).mean() / y.var(correction=0)


# %% wrong
#| says: It divides by one less than the number of rows, in one place and not in the other.
def r_squared(y_hat, y):
    return 1 - ((y - y_hat) ** 2).mean() / y.var()


# %% wrong
#| says: y lost its column: n minus (n, 1) is a table of n by n.
def r_squared(y_hat, y):
    y = y.squeeze(1)
    return 1 - ((y - y_hat) ** 2).mean() / y.var(correction=0)


# %% exercise interval [markdown] after="how-sure-is-one-score" minutes=4
# ## A plus and minus for a score
#
# Write `interval(right, n)`: of `n` answers, `right` are right. Return the two ends of the interval, the lower one
# first: the share of right answers, minus and plus two standard errors.


# %% starter
def interval(right, n):
    score = right / n
    return score - ____, score + ____


# %% solution
def interval(right, n):
    score = right / n
    error = (score * (1 - score) / n) ** 0.5
    return score - 2 * error, score + 2 * error


# %% also right
def interval(right, n):
    answers = torch.zeros(n)
    answers[:right] = 1.0
    error = (answers.std(correction=0) / math.sqrt(n)).item()
    middle = answers.mean().item()
    return [middle - 2 * error, middle + 2 * error]


# %% hint [markdown]
# `standard_error` is in [How sure is one score?](../reading_results.py#how-sure-is-one-score)


# %% check
def check(answer):
    for right, n in ((93, 100), (930, 1000), (1, 2), (5, 8), (37, 37)):
        yield f"interval({right}, {n})", answer.interval(right, n)
    right = int(torch.randint(20, 80, (1,)))
    yield f"interval({right}, 100)", answer.interval(right, 100)


# %% wrong
#| says: That is one standard error to either side. Two are asked for.
def interval(right, n):
    score = right / n
    error = (score * (1 - score) / n) ** 0.5
    return score - error, score + error


# %% wrong
#| says: That is the spread of single answers. The mean of n scatters less: divide by n.
def interval(right, n):
    score = right / n
    spread = (score * (1 - score)) ** 0.5
    return score - 2 * spread, score + 2 * spread


# %% wrong
#| says: The root is missing: that is a variance.
def interval(right, n):
    score = right / n
    return (
        score - 2 * score * (1 - score) / n,
        score + 2 * score * (1 - score) / n,
    )


# %% wrong
#| says: It divides by n, and not by its root.
def interval(right, n):
    score = right / n
    error = (score * (1 - score)) ** 0.5 / n
    return score - 2 * error, score + 2 * error


# %% wrong
#| says: The lower end comes first.
def interval(right, n):
    score = right / n
    error = (score * (1 - score) / n) ** 0.5
    return score + 2 * error, score - 2 * error


# %% exercise is_93_better [markdown] after="is-93-better-than-91" minutes=4
# ## Is 93 better than 91?
#
# One model has 93% right, another 91%, each on its own examples. What is the smallest of these numbers of examples, the
# same for each model, for which the difference is more than two standard errors?

# %% choices [markdown]
# - a) 100
# - b) 500
# - c) 1,000
# - d) 2,000
# - e) 10,000

# %% hint [markdown]
# The variances of the two scores add up. The standard error of the difference is the root of the sum. [Is 93 better than
# 91?](../reading_results.py#is-93-better-than-91)

# %% solution
sizes = {"a": 100, "b": 500, "c": 1000, "d": 2000, "e": 10_000}
errors = {
    letter: math.sqrt(0.93 * 0.07 / n + 0.91 * 0.09 / n)
    for letter, n in sizes.items()
}
answer = next(letter for letter in sizes if 2 * errors[letter] < 0.02)

# %% wrong
#| says: With a hundred, a single score is already plus or minus 5.
answer = "a"

# %% wrong
#| says: There the difference is less than one and a half standard errors.
answer = "b"

# %% wrong
#| says: Close. Both scores scatter, so the variances of both count.
answer = "c"

# %% wrong
#| says: That is enough, and so is a smaller one.
answer = "e"

# %% exercise how_many [markdown] after="is-93-better-than-91" minutes=6 within=25
# ## How many examples?
#
# Two models are equally good: each is right with a probability of 0.92, each on its own examples. How many examples must
# each have, so that two points, 0.02, are exactly two standard errors of the difference of their scores?

# %% hint [markdown]
# The standard error of one score is $\sqrt{p (1 - p) / n}$, and variances add up: that of the difference is
# $\sqrt{2 p (1 - p) / n}$. [Is 93 better than 91?](../reading_results.py#is-93-better-than-91)

# %% hint [markdown]
# Set two of them equal to 0.02, and solve for $n$. Or try one $n$ after the other.

# %% solution
n = 1
while 2 * math.sqrt(2 * 0.92 * 0.08 / n) > 0.02:
    n += 1
answer = n

# %% also right
answer = 4 * 2 * 0.92 * 0.08 / 0.02**2

# %% wrong
#| says: That is for one model. Both scores scatter, so the variance is twice that.
answer = 4 * 0.92 * 0.08 / 0.02**2

# %% wrong
#| says: Then two points are one standard error. Two are asked for.
answer = 2 * 0.92 * 0.08 / 0.02**2

# %% wrong
#| says: Standard errors do not add up, variances do: twice the error is four times the rows.
answer = 4 * 4 * 0.92 * 0.08 / 0.02**2

# %% wrong
#| says: There two standard errors are 0.01. They are to be 0.02.
answer = 4 * 2 * 0.92 * 0.08 / 0.01**2

# %% exercise same_examples [markdown] after="is-93-better-than-91" minutes=15
# ## Judged on the same examples
#
# Two models answer the same `n` examples. Write `compare(right_a, right_b)`: both are tensors of True and False, shape
# `(n,)`, and say for each example whether model A, or B, has it right. For each example, take A minus B: 1, 0, or -1.
# Return two numbers: the mean of these differences, and its standard error, which is their standard deviation (with
# `correction=0`) divided by the root of `n`.


# %% starter
def compare(right_a, right_b):
    """Mean difference and its standard error. Both arguments: shape (n,)."""
    differences = ____
    return differences.mean(), ____


# %% solution
def compare(right_a, right_b):
    differences = right_a.float() - right_b.float()
    error = differences.std(correction=0) / len(differences) ** 0.5
    return differences.mean(), error


# %% also right
def compare(right_a, right_b):
    n = len(right_a)
    only_a = int((right_a & ~right_b).sum())
    only_b = int((right_b & ~right_a).sum())
    mean = (only_a - only_b) / n
    variance = (only_a + only_b) / n - mean**2
    return mean, math.sqrt(variance / n)


# %% hint [markdown]
# True and False can't be subtracted in PyTorch. Turn them into ones and zeros first, with `.float()`.

# %% hint [markdown]
# The differences are one sample of `n` values, like any other. [A sample is not the
# whole](../reading_results.py#a-sample-is-not-the-whole) has the standard error of their mean.


# %% check
def check(answer):
    right_a = torch.tensor([True, True, True, False])
    right_b = torch.tensor([True, False, True, False])
    asked = f"compare({right_a.tolist()}, {right_b.tolist()})"
    yield asked, answer.compare(right_a, right_b)
    for n in (100, 37):
        easy = torch.rand(n) < 0.7  # both are right there
        right_a = easy | (torch.rand(n) < 0.6)
        right_b = easy | (torch.rand(n) < 0.4)
        asked = f"compare(right_a, right_b) of {n} examples"
        yield asked, answer.compare(right_a, right_b)
        yield asked + ", exchanged", answer.compare(right_b, right_a)
    yield "compare(right_a, right_a)", answer.compare(right_a, right_a)


# %% wrong
#| says: That is for models with examples of their own. On the same ones, easy ones cancel out.
def compare(right_a, right_b):
    a, b = right_a.float(), right_b.float()
    variance = a.var(correction=0) + b.var(correction=0)
    return a.mean() - b.mean(), (variance / len(a)) ** 0.5


# %% wrong
#| says: That is the spread of single differences. Their mean scatters less.
def compare(right_a, right_b):
    differences = right_a.float() - right_b.float()
    return differences.mean(), differences.std(correction=0)


# %% wrong
#| says: It divides by n, and not by its root.
def compare(right_a, right_b):
    differences = right_a.float() - right_b.float()
    error = differences.std(correction=0) / len(differences)
    return differences.mean(), error


# %% wrong
#| says: The signs are lost: where B alone is right, the difference is -1.
def compare(right_a, right_b):
    differences = (right_a != right_b).float()
    error = differences.std(correction=0) / len(differences) ** 0.5
    return differences.mean(), error


# %% wrong
#| says: That is the formula for shares of right answers. These values are 1, 0, and -1.
def compare(right_a, right_b):
    mean = right_a.float().mean() - right_b.float().mean()
    return mean, (mean.abs() * (1 - mean.abs()) / len(right_a)) ** 0.5


# %% wrong
#| says: The standard deviation divides by n - 1 there; say correction=0.
def compare(right_a, right_b):
    differences = right_a.float() - right_b.float()
    return differences.mean(), differences.std() / len(differences) ** 0.5


# %% exercise correlation_matrix [markdown] after="two-columns-at-once" minutes=12
# ## All correlations at once
#
# Write `correlation_matrix(X)`: `X` has a row for each example and a column for each feature, shape `(n, k)`. Return a
# table of shape `(k, k)` with the correlation of each column with each. Standardize all columns, and you need one
# multiplication of matrices.


# %% starter
def correlation_matrix(X):
    """A table of shape (k, k). X: shape (n, k)."""
    z = ____
    return ____ @ z / ____


# %% solution
def correlation_matrix(X):
    z = (X - X.mean(dim=0)) / X.std(dim=0, correction=0)
    return z.T @ z / len(X)


# %% also right
def correlation_matrix(X):
    return torch.corrcoef(X.T)


# %% also right
def correlation_matrix(X):
    table = pd.DataFrame(X.numpy())
    return torch.tensor(table.corr().values, dtype=X.dtype)


# %% hint [markdown]
# [Two columns at once](../reading_results.py#two-columns-at-once) standardizes both, multiplies row by row, and takes
# the mean. A matrix product multiplies and adds up; what is missing to a mean?

# %% hint [markdown]
# Standardize over the rows: `X.mean(dim=0)`. For a result of `(k, k)`, the table on the left has to be turned.


# %% check
def check(answer):
    X = torch.tensor([[1.0, 2.0], [2.0, 4.0], [3.0, 7.0]])
    yield f"correlation_matrix({X.tolist()})", answer.correlation_matrix(X)
    for n, k in ((20, 3), (5, 5), (50, 2)):
        X = torch.randn(n, k) @ torch.randn(k, k) + 3
        asked = f"correlation_matrix(X) of {n} × {k}"
        yield asked, answer.correlation_matrix(X)
        yield asked + ", times 100", answer.correlation_matrix(100 * X)


# %% wrong
#| says: The columns are not divided by their spread: that is the covariance.
def correlation_matrix(X):
    z = X - X.mean(dim=0)
    return z.T @ z / len(X)


# %% wrong
#| says: The spread divides by n - 1 and the mean by n: the diagonal is not 1.
def correlation_matrix(X):
    z = (X - X.mean(dim=0)) / X.std(dim=0)
    return z.T @ z / len(X)


# %% wrong
#| says: That is the sum over the rows. A correlation is their mean.
def correlation_matrix(X):
    z = (X - X.mean(dim=0)) / X.std(dim=0, correction=0)
    return z.T @ z


# %% wrong
#| says: That compares rows with rows, n by n. Columns with columns is asked for.
def correlation_matrix(X):
    z = (X - X.mean(dim=0)) / X.std(dim=0, correction=0)
    return z @ z.T / len(X)


# %% wrong
#| says: One mean and one spread for the whole table. Each column has its own.
def correlation_matrix(X):
    z = (X - X.mean()) / X.std(correction=0)
    return z.T @ z / len(X)


# %% wrong
#| says: It divides by the number of columns. A correlation is a mean over the rows.
def correlation_matrix(X):
    z = (X - X.mean(dim=0)) / X.std(dim=0, correction=0)
    return z.T @ z / X.shape[1]
