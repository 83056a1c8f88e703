# %% [markdown]
# # Closing project: from your table to a judged model
#
# Take a table of your own, as a CSV file, or one of the course's. In seven steps it becomes a model that is trained,
# judged, and saved. Each step is a function, and is checked on tables that are made up for it: with missing values, with
# a column that is always the same, with few rows. Then it is tried on your own table.

# %%
import tempfile
from pathlib import Path

import pandas as pd
import torch
import torch.nn.functional as F
from torch import nn

# %% exercise first_tensors [markdown] minutes=10
# ## Step 1: from the table to tensors
#
# The line `table = pd.read_csv(...)` reads the table. Put the path of your own CSV file there, and the name of the
# column to predict into `target`; that column has to hold numbers. Or leave both as they are.
#
# Write `table_to_tensors(table, target)`, which returns three things:
#
# - `X`, in float32, with all columns of numbers but the target, in the table's order: shape `(n, k)`. A missing value
#   stays `nan`. Columns of words are left out.
# - `y`, in float32, the target as a column: shape `(n, 1)`. Rows whose target is missing are left out of both.
# - the names of the columns in `X`, as a list.

# %% given
# The table, and the column to predict. Your own file will do as well.
table = pd.read_csv("data/concrete.csv")
target = "strength"


# %% starter
def table_to_tensors(table, target):
    known = table[____]  # the rows whose target is known
    inputs = known.select_dtypes("number").drop(columns=____)
    X = torch.tensor(inputs.values, dtype=torch.float32)
    y = ____
    return X, y, list(inputs.columns)


# %% solution
def table_to_tensors(table, target):
    known = table[table[target].notna()]
    numbers = known.select_dtypes("number")
    inputs = numbers.drop(columns=target)
    X = torch.tensor(inputs.values, dtype=torch.float32)
    y = torch.tensor(numbers[[target]].values, dtype=torch.float32)
    return X, y, list(inputs.columns)


# %% also right
def table_to_tensors(table, target):
    names, columns = [], []
    known = [value == value for value in table[target]]  # nan is not itself
    for name in table.columns:
        if name != target and pd.api.types.is_numeric_dtype(table[name]):
            names.append(name)
            columns.append(torch.tensor(table[name].values[known]).float())
    y = torch.tensor(table[target].values[known]).float()
    return torch.stack(columns, dim=1), y.reshape(-1, 1), names


# %% hint [markdown]
# `table[target].notna()` is True where the target is known, and picks those rows as an index.

# %% hint [markdown]
# `.drop(columns=target)` leaves the target out of the inputs. `table[[target]]`, with two pairs of brackets, is a table
# of one column, so that its tensor is a column, too. [The full training
# loop](../training_loop.py#rows-to-learn-from-rows-to-check-with) begins in the same way.


# %% check
def check(answer):
    for num_rows in (12, 5):
        a, b, goal = torch.randn(3, num_rows).numpy()
        table = pd.DataFrame({"a": a, "words": "yes", "goal": goal, "b": b})
        table["whole"], table["same"] = range(num_rows), 1.5
        table.loc[1, "a"] = table.loc[3, "b"] = float("nan")
        asked = f"table_to_tensors(table, 'goal') of {num_rows} rows"
        X, y, names = answer.table_to_tensors(table, "goal")
        yield asked + ": names", list(names)
        yield asked + ": X", X
        yield asked + ": y", y
        yield asked + ": the types", [str(X.dtype), str(y.dtype)]
        table.loc[2, "goal"] = float("nan")
        X, y, _ = answer.table_to_tensors(table, "goal")
        yield asked + ", one target missing: X", X
        yield asked + ", one target missing: y", y
    table, target = answer.table, answer.target
    X, y, names = answer.table_to_tensors(table, target)
    known = table[target].notna().sum()
    asked = "your table: whether "
    yield asked + "each known target has its row", len(X) == len(y) == known
    yield asked + "the target is no input", target not in names
    yield asked + "no target is missing", not bool(y.isnan().any())


# %% wrong
#| says: The target is among the inputs: a leak. The model would only have to copy it.
def table_to_tensors(table, target):
    numbers = table[table[target].notna()].select_dtypes("number")
    X = torch.tensor(numbers.values, dtype=torch.float32)
    y = torch.tensor(numbers[[target]].values, dtype=torch.float32)
    return X, y, list(numbers.columns)


# %% wrong
#| says: y is a plain row of numbers; it has to be a column, (n, 1), like predictions.
def table_to_tensors(table, target):
    numbers = table[table[target].notna()].select_dtypes("number")
    inputs = numbers.drop(columns=target)
    X = torch.tensor(inputs.values, dtype=torch.float32)
    y = torch.tensor(numbers[target].values, dtype=torch.float32)
    return X, y, list(inputs.columns)


# %% wrong
#| says: Rows with a missing input were dropped too. Only the target has to be known.
def table_to_tensors(table, target):
    numbers = table.select_dtypes("number").dropna()
    inputs = numbers.drop(columns=target)
    X = torch.tensor(inputs.values, dtype=torch.float32)
    y = torch.tensor(numbers[[target]].values, dtype=torch.float32)
    return X, y, list(inputs.columns)


# %% wrong
#| says: A row without a target is still there: its loss would be nan.
def table_to_tensors(table, target):
    numbers = table.select_dtypes("number")
    inputs = numbers.drop(columns=target)
    X = torch.tensor(inputs.values, dtype=torch.float32)
    y = torch.tensor(numbers[[target]].values, dtype=torch.float32)
    return X, y, list(inputs.columns)


# %% wrong
#| says: Missing values became 0, which may be a true value. They are filled in later.
def table_to_tensors(table, target):
    numbers = table[table[target].notna()].select_dtypes("number")
    inputs = numbers.drop(columns=target).fillna(0)
    X = torch.tensor(inputs.values, dtype=torch.float32)
    y = torch.tensor(numbers[[target]].values, dtype=torch.float32)
    return X, y, list(inputs.columns)


# %% wrong
#| says: pandas has numbers of 64 bits; the network's are float32. Say dtype=torch.float32.
def table_to_tensors(table, target):
    numbers = table[table[target].notna()].select_dtypes("number")
    inputs = numbers.drop(columns=target)
    y = torch.tensor(numbers[[target]].values)
    return torch.tensor(inputs.values), y, list(inputs.columns)


# %% exercise no_twins [markdown] minutes=15
# ## Step 2: a split without twins
#
# Write `split(X, seed)`. It returns two tensors of row numbers: training rows, validation rows. Rows that are alike in
# *all* columns are twins, and stay on the same side: otherwise the validation set holds rows that the model knows. So
# draw among the *kinds* of rows: a quarter of the kinds, rounded down, but at least one, goes to validation, with all
# its rows. The same `seed` gives the same split, another seed another one. Draw from a generator of your own,
# `torch.Generator().manual_seed(seed)`, so that nobody else's random numbers change.

# %% given
# The table, and the column to predict. Your own file will do as well.
table = pd.read_csv("data/concrete.csv")
target = "strength"


def table_to_tensors(table, target):
    known = table[table[target].notna()]
    numbers = known.select_dtypes("number")
    inputs = numbers.drop(columns=target)
    X = torch.tensor(inputs.values, dtype=torch.float32)
    y = torch.tensor(numbers[[target]].values, dtype=torch.float32)
    return X, y, list(inputs.columns)


# %% starter
def split(X, seed):
    kind_of = X.unique(dim=0, return_inverse=True)[1]  # numbers of kinds
    drawn = torch.Generator().manual_seed(seed)
    order = torch.randperm(____, generator=drawn)
    is_valid = torch.isin(kind_of, order[____])
    return ____, is_valid.nonzero().squeeze(1)


# %% solution
def split(X, seed):
    kinds, kind_of = X.unique(dim=0, return_inverse=True)
    drawn = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(kinds), generator=drawn)
    is_valid = torch.isin(kind_of, order[: max(1, len(kinds) // 4)])
    return (~is_valid).nonzero().squeeze(1), is_valid.nonzero().squeeze(1)


# %% also right
def split(X, seed):
    rows_of = {}
    for row, numbers in enumerate(X.tolist()):
        rows_of.setdefault(tuple(numbers), []).append(row)
    groups = list(rows_of.values())
    drawn = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(groups), generator=drawn).tolist()
    num_valid = max(1, len(groups) // 4)
    valid = [row for i in order[:num_valid] for row in groups[i]]
    train = [row for i in order[num_valid:] for row in groups[i]]
    return torch.tensor(train), torch.tensor(valid)


# %% excused
#| says: The larger of two numbers is the same in whatever order.
def split(X, seed):
    kinds, kind_of = X.unique(dim=0, return_inverse=True)
    drawn = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(kinds), generator=drawn)
    is_valid = torch.isin(kind_of, order[: max(len(kinds) // 4, 1)])
    return (~is_valid).nonzero().squeeze(1), is_valid.nonzero().squeeze(1)


# %% hint [markdown]
# `kinds, kind_of = X.unique(dim=0, return_inverse=True)` gives each kind of row once, and for each row of `X` the number
# of its kind.

# %% hint [markdown]
# Draw among as many numbers as there are kinds. `torch.isin` says which rows are of a drawn kind, and `.nonzero().squeeze(1)` makes row
# numbers of True and False. Why twins matter: [How new are the new
# cars?](../training_loop.py#how-new-are-the-new-cars)


# %% check
def check(answer):
    for num_kinds, num_rows in ((20, 50), (4, 9), (3, 3), (41, 60)):
        kinds = torch.randn(num_kinds, 3).round(decimals=3)
        more = torch.randint(num_kinds, (num_rows - num_kinds,))
        which = torch.cat([torch.arange(num_kinds), more])
        which = which[torch.randperm(num_rows)]
        X = kinds[which]
        train, valid = answer.split(X, 0)
        asked = f"split(X, 0) of {num_rows} rows, {num_kinds} kinds: "
        rows = torch.cat([train, valid]).sort().values
        yield asked + "all rows of both sides, sorted", rows
        twins = torch.isin(which[valid], which[train]).sum()
        yield asked + "validation rows with a twin in training", twins
        yield asked + "validation kinds", len(which[valid].unique())
        again = [answer.split(X, seed)[1] for seed in (0, 1, 2, 3, 4, 5)]
        sides = [sorted(rows.tolist()) for rows in again]
        first = sorted(valid.tolist()) == sides[0]
        yield asked + "whether the same seed gives the same", first
        differ = any(side != sides[0] for side in sides)
        yield asked + "whether other seeds give others", differ
    X = answer.table_to_tensors(answer.table, answer.target)[0]
    train, valid = answer.split(X, 0)
    known = {tuple(row) for row in X[train].tolist()}
    twins = sum(tuple(row) in known for row in X[valid].tolist())
    yield "your table: validation rows with a twin in training", twins
    both = len(train) > 0 and len(valid) > 0
    yield "your table: whether both sides have rows", both


# %% wrong
#| says: That draws among rows, so twins are torn apart: a leak. Draw among the kinds.
def split(X, seed):
    drawn = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(X), generator=drawn)
    num_valid = max(1, len(X) // 4)
    return order[num_valid:], order[:num_valid]


# %% wrong
#| says: The two sides are exchanged: training rows come first.
def split(X, seed):
    kinds, kind_of = X.unique(dim=0, return_inverse=True)
    drawn = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(kinds), generator=drawn)
    is_valid = torch.isin(kind_of, order[: max(1, len(kinds) // 4)])
    return is_valid.nonzero().squeeze(1), (~is_valid).nonzero().squeeze(1)


# %% wrong
#| says: Each call draws anew: the seed is not used.
def split(X, seed):
    kinds, kind_of = X.unique(dim=0, return_inverse=True)
    order = torch.randperm(len(kinds))
    is_valid = torch.isin(kind_of, order[: max(1, len(kinds) // 4)])
    return (~is_valid).nonzero().squeeze(1), is_valid.nonzero().squeeze(1)


# %% wrong
#| says: The kinds are not shuffled: unique sorts them, so validation gets the smallest.
def split(X, seed):
    kinds, kind_of = X.unique(dim=0, return_inverse=True)
    is_valid = kind_of < max(1, len(kinds) // 4)
    return (~is_valid).nonzero().squeeze(1), is_valid.nonzero().squeeze(1)


# %% wrong
#| says: With fewer than four kinds nothing is left for validation. Take at least one.
def split(X, seed):
    kinds, kind_of = X.unique(dim=0, return_inverse=True)
    drawn = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(kinds), generator=drawn)
    is_valid = torch.isin(kind_of, order[: len(kinds) // 4])
    return (~is_valid).nonzero().squeeze(1), is_valid.nonzero().squeeze(1)


# %% wrong
#| says: Twins were thrown away. All rows stay; they only stay together.
def split(X, seed):
    kinds, kind_of = X.unique(dim=0, return_inverse=True)
    drawn = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(kinds), generator=drawn)
    num_valid = max(1, len(kinds) // 4)
    first = [int((kind_of == kind).nonzero()[0, 0]) for kind in order]
    return torch.tensor(first[num_valid:]), torch.tensor(first[:num_valid])


# %% exercise no_leak [markdown] minutes=12
# ## Step 3: standardize without a leak
#
# Write two functions. `learn_statistics(X)` gets the training rows, with `nan` where a value is missing, and returns
# `mean` and `std`, each of shape `(k,)`: of each column, over the values that are there. The standard deviation divides by
# how many values there are. A column that is always the same, or has no value at all, gets a `std` of 1; with no value
# at all, it gets a `mean` of 0.
#
# `prepare(X, mean, std)` standardizes any rows, training or validation or new ones, with the statistics that it is
# given. Where a value is missing, it puts the mean of that column, which is 0 once it is standardized.

# %% given
# The table, and the column to predict. Your own file will do as well.
table = pd.read_csv("data/concrete.csv")
target = "strength"


def table_to_tensors(table, target):
    known = table[table[target].notna()]
    numbers = known.select_dtypes("number")
    inputs = numbers.drop(columns=target)
    X = torch.tensor(inputs.values, dtype=torch.float32)
    y = torch.tensor(numbers[[target]].values, dtype=torch.float32)
    return X, y, list(inputs.columns)


def split(X, seed):
    kinds, kind_of = X.unique(dim=0, return_inverse=True)
    drawn = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(kinds), generator=drawn)
    is_valid = torch.isin(kind_of, order[: max(1, len(kinds) // 4)])
    return (~is_valid).nonzero().squeeze(1), is_valid.nonzero().squeeze(1)


# %% starter
def learn_statistics(X):
    mean = ____
    std = ____
    return mean, std


def prepare(X, mean, std):
    return ____


# %% solution
def learn_statistics(X):
    mean = X.nanmean(dim=0).nan_to_num(0.0)
    std = ((X - mean) ** 2).nanmean(dim=0).sqrt()
    std = torch.where(std > 0, std, 1.0)  # nan is not above 0 either
    return mean, std


def prepare(X, mean, std):
    return ((X - mean) / std).nan_to_num(0.0)


# %% also right
def learn_statistics(X):
    means, stds = [], []
    for column in X.T:
        values = column[~column.isnan()]
        mean = values.mean().item() if len(values) else 0.0
        std = values.std(correction=0).item() if len(values) else 1.0
        means.append(mean)
        stds.append(1.0 if len(values.unique()) < 2 else std)
    return torch.tensor(means), torch.tensor(stds)


def prepare(X, mean, std):
    filled = torch.where(X.isnan(), mean, X)
    return (filled - mean) / std


# %% hint [markdown]
# `X.nanmean(dim=0)` is the mean over the values that are there. Of a column without any value it is `nan`, and
# `.nan_to_num(0.0)` puts 0 for `nan`.

# %% hint [markdown]
# The variance is a mean too: of `(X - mean) ** 2`. `torch.where(std > 0, std, 1.0)` puts 1 where `std` is 0 or `nan`.

# %% hint [markdown]
# `prepare` computes no mean of its own; it uses what it is given. Why: [Rows to learn from, rows to check
# with](../training_loop.py#rows-to-learn-from-rows-to-check-with)


# %% check
def check(answer):
    for num_rows in (30, 4):
        X = 3 * torch.randn(num_rows, 5) + 10
        X[:, 1] /= 100  # a small spread
        X[:, 2] = 0.5  # always the same
        X[:, 3] = float("nan")  # no value at all
        X[1, 0] = X[2, 4] = float("nan")
        mean, std = answer.learn_statistics(X)
        asked = f"learn_statistics(X) of {num_rows} rows: "
        yield asked + "mean", mean
        yield asked + "std", std
        yield (
            f"prepare(X, mean, std) of {num_rows} rows",
            answer.prepare(X, mean, std),
        )
        new = torch.randn(2, 5)
        new[0, 0] = float("nan")
        asked = "prepare of two new rows"
        yield asked, answer.prepare(new, torch.ones(5), torch.full((5,), 2.0))
    X = answer.table_to_tensors(answer.table, answer.target)[0]
    train, valid = answer.split(X, 0)
    mean, std = answer.learn_statistics(X[train])
    ready = answer.prepare(X[valid], mean, std)
    asked = "your table: whether all prepared numbers are finite"
    yield asked, bool(ready.isfinite().all())
    ready = answer.prepare(X[train], mean, std)
    centered = bool(ready.double().mean(dim=0).abs().max() < 0.01)
    yield "your table: whether the training rows have mean 0", centered


# %% wrong
#| says: A leak: prepare computes statistics of the rows it gets. It uses the given ones.
def learn_statistics(X):
    mean = X.nanmean(dim=0).nan_to_num(0.0)
    std = ((X - mean) ** 2).nanmean(dim=0).sqrt()
    return mean, torch.where(std > 0, std, 1.0)


def prepare(X, mean, std):
    mean, std = learn_statistics(X)
    return ((X - mean) / std).nan_to_num(0.0)


# %% wrong
#| says: A missing value makes the mean of its column nan. Take the values that are there.
def learn_statistics(X):
    std = X.std(dim=0, correction=0)
    return X.mean(dim=0), torch.where(std > 0, std, 1.0)


def prepare(X, mean, std):
    return ((X - mean) / std).nan_to_num(0.0)


# %% wrong
#| says: Missing values count as 0 there. Take the mean over the values that are there.
def learn_statistics(X):
    filled = X.nan_to_num(0.0)
    std = filled.std(dim=0, correction=0)
    return filled.mean(dim=0), torch.where(std > 0, std, 1.0)


def prepare(X, mean, std):
    return ((X - mean) / std).nan_to_num(0.0)


# %% wrong
#| says: A column that is always the same has a spread of 0, and 0 / 0 is nan. Put 1.
def learn_statistics(X):
    mean = X.nanmean(dim=0).nan_to_num(0.0)
    return mean, ((X - mean) ** 2).nanmean(dim=0).sqrt()


def prepare(X, mean, std):
    return ((X - mean) / std).nan_to_num(0.0)


# %% wrong
#| says: Missing values are filled with 0 before standardizing. Put the column's mean.
def learn_statistics(X):
    mean = X.nanmean(dim=0).nan_to_num(0.0)
    std = ((X - mean) ** 2).nanmean(dim=0).sqrt()
    return mean, torch.where(std > 0, std, 1.0)


def prepare(X, mean, std):
    return (X.nan_to_num(0.0) - mean) / std


# %% wrong
#| says: Missing values are still nan after prepare: one of them makes every loss nan.
def learn_statistics(X):
    mean = X.nanmean(dim=0).nan_to_num(0.0)
    std = ((X - mean) ** 2).nanmean(dim=0).sqrt()
    return mean, torch.where(std > 0, std, 1.0)


def prepare(X, mean, std):
    return (X - mean) / std


# %% exercise to_beat [markdown] minutes=8
# ## Step 4: what has to be beaten
#
# A score means little until one knows what a simple method gets. Write `baselines(X_train, y_train, X_valid)`, all
# prepared tensors. Return a dictionary of two predictions for the validation rows, each a column, `(n, 1)`: under
# `"mean"` the mean of the training targets, for each row; under `"line"` the prediction of the best linear model with a
# bias, by least squares on the training rows.

# %% given
# The table, and the column to predict. Your own file will do as well.
table = pd.read_csv("data/concrete.csv")
target = "strength"


def table_to_tensors(table, target):
    known = table[table[target].notna()]
    numbers = known.select_dtypes("number")
    inputs = numbers.drop(columns=target)
    X = torch.tensor(inputs.values, dtype=torch.float32)
    y = torch.tensor(numbers[[target]].values, dtype=torch.float32)
    return X, y, list(inputs.columns)


def split(X, seed):
    kinds, kind_of = X.unique(dim=0, return_inverse=True)
    drawn = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(kinds), generator=drawn)
    is_valid = torch.isin(kind_of, order[: max(1, len(kinds) // 4)])
    return (~is_valid).nonzero().squeeze(1), is_valid.nonzero().squeeze(1)


def learn_statistics(X):
    mean = X.nanmean(dim=0).nan_to_num(0.0)
    std = ((X - mean) ** 2).nanmean(dim=0).sqrt()
    std = torch.where(std > 0, std, 1.0)  # nan is not above 0 either
    return mean, std


def prepare(X, mean, std):
    return ((X - mean) / std).nan_to_num(0.0)


# %% starter
def baselines(X_train, y_train, X_valid):
    mean = ____
    line = ____
    return {"mean": mean, "line": line}


# %% solution
def with_ones(X):
    return torch.cat([X, torch.ones(len(X), 1)], dim=1)


def baselines(X_train, y_train, X_valid):
    mean = y_train.mean().expand(len(X_valid), 1)
    w = torch.linalg.pinv(with_ones(X_train)) @ y_train
    return {"mean": mean, "line": with_ones(X_valid) @ w}


# %% also right
def baselines(X_train, y_train, X_valid):
    ones = torch.ones(len(X_train), 1)
    A = torch.cat([ones, X_train], dim=1)
    w = torch.linalg.lstsq(A, y_train, driver="gelsd").solution
    mean = torch.full((len(X_valid), 1), y_train.mean().item())
    return {"mean": mean, "line": X_valid @ w[1:] + w[0]}


# %% excused
#| says: Two columns of ones share the bias between them; the predictions are the same.
def with_ones(X):
    return torch.cat([X, torch.ones(len(X), 2)], dim=1)


def baselines(X_train, y_train, X_valid):
    mean = y_train.mean().expand(len(X_valid), 1)
    w = torch.linalg.pinv(with_ones(X_train)) @ y_train
    return {"mean": mean, "line": with_ones(X_valid) @ w}


# %% hint [markdown]
# The bias is one more weight, on a column of ones: [Raw tensors](../training_loop.py#raw-tensors).

# %% hint [markdown]
# `torch.linalg.pinv(A) @ y_train` is the best `w` for `A @ w`. So is `torch.linalg.lstsq(A, y_train).solution`, as long
# as no column is made of others. Here one may be: say `driver="gelsd"` with it, or it may give nonsense.


# %% check
def check(answer):
    for num_rows, num_valid in ((40, 10), (12, 1)):
        X = torch.randn(num_rows, 3)
        X[:, 1] = 0.0  # a column that is always the same, prepared
        y = X @ torch.tensor([[2.0], [0.0], [-1.0]]) + 5
        y = y + torch.randn(num_rows, 1)
        X_valid = torch.randn(num_valid, 3)
        X_valid[:, 1] = 0.0
        came = answer.baselines(X, y, X_valid)
        asked = f"baselines(X_train, y_train, X_valid) of {num_rows} rows: "
        yield asked + "mean", came["mean"]
        yield asked + "line", came["line"], 0.001
    X, y, _ = answer.table_to_tensors(answer.table, answer.target)
    train = answer.split(X, 0)[0]
    mean, std = answer.learn_statistics(X[train])
    X = answer.prepare(X, mean, std)
    came = answer.baselines(X[train], y[train], X[train])
    losses = [F.mse_loss(came[name], y[train]) for name in ("line", "mean")]
    asked = "your table, training rows: whether the line beats the mean"
    yield asked, bool(losses[0] <= losses[1] * 1.001 + 1e-6)


# %% wrong
#| says: The line has no bias: add a column of ones.
def baselines(X_train, y_train, X_valid):
    mean = y_train.mean().expand(len(X_valid), 1)
    w = torch.linalg.pinv(X_train) @ y_train
    return {"mean": mean, "line": X_valid @ w}


# %% wrong
#| says: The mean has to be a column with one prediction for each validation row.
def baselines(X_train, y_train, X_valid):
    w = torch.linalg.pinv(with_ones(X_train)) @ y_train
    return {"mean": y_train.mean(), "line": with_ones(X_valid) @ w}


def with_ones(X):
    return torch.cat([X, torch.ones(len(X), 1)], dim=1)


# %% wrong
#| says: That predicts the mean in both; the line is missing.
def baselines(X_train, y_train, X_valid):
    mean = y_train.mean().expand(len(X_valid), 1)
    return {"mean": mean, "line": mean}


# %% wrong
#| says: The line was fitted by solving X.T @ X, which a column that is always 0 breaks.
def baselines(X_train, y_train, X_valid):
    mean = y_train.mean().expand(len(X_valid), 1)
    A = torch.cat([X_train, torch.ones(len(X_train), 1)], dim=1)
    w = torch.linalg.solve(A.T @ A, A.T @ y_train)
    A = torch.cat([X_valid, torch.ones(len(X_valid), 1)], dim=1)
    return {"mean": mean, "line": A @ w}


# %% wrong
#| says: The median is another baseline. Take the mean of the training targets.
def baselines(X_train, y_train, X_valid):
    w = torch.linalg.pinv(with_ones(X_train)) @ y_train
    median = y_train.median().expand(len(X_valid), 1)
    return {"mean": median, "line": with_ones(X_valid) @ w}


def with_ones(X):
    return torch.cat([X, torch.ones(len(X), 1)], dim=1)


# %% exercise train_it [markdown] minutes=10
# ## Step 5: train it
#
# Write `train(model, X, y, num_epochs, learning_rate)`. `X` and `y` are the prepared training rows; the target is
# standardized too. Train with mean squared error and `torch.optim.SGD`, in batches of 32 rows that are shuffled anew in
# each epoch; the last batch may be smaller. Put the model into training mode first, and into evaluation mode at the end.
# Nothing is returned.

# %% given
# The table, and the column to predict. Your own file will do as well.
table = pd.read_csv("data/concrete.csv")
target = "strength"


def table_to_tensors(table, target):
    known = table[table[target].notna()]
    numbers = known.select_dtypes("number")
    inputs = numbers.drop(columns=target)
    X = torch.tensor(inputs.values, dtype=torch.float32)
    y = torch.tensor(numbers[[target]].values, dtype=torch.float32)
    return X, y, list(inputs.columns)


def split(X, seed):
    kinds, kind_of = X.unique(dim=0, return_inverse=True)
    drawn = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(kinds), generator=drawn)
    is_valid = torch.isin(kind_of, order[: max(1, len(kinds) // 4)])
    return (~is_valid).nonzero().squeeze(1), is_valid.nonzero().squeeze(1)


def learn_statistics(X):
    mean = X.nanmean(dim=0).nan_to_num(0.0)
    std = ((X - mean) ** 2).nanmean(dim=0).sqrt()
    std = torch.where(std > 0, std, 1.0)  # nan is not above 0 either
    return mean, std


def prepare(X, mean, std):
    return ((X - mean) / std).nan_to_num(0.0)


def with_ones(X):
    return torch.cat([X, torch.ones(len(X), 1)], dim=1)


def baselines(X_train, y_train, X_valid):
    mean = y_train.mean().expand(len(X_valid), 1)
    w = torch.linalg.pinv(with_ones(X_train)) @ y_train
    return {"mean": mean, "line": with_ones(X_valid) @ w}


# %% starter
def train(model, X, y, num_epochs, learning_rate):
    ____
    for epoch in range(num_epochs):
        for rows in ____:  # the row numbers of one batch
            ____
    ____


# %% solution
def train(model, X, y, num_epochs, learning_rate):
    loss_function = nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    model.train()
    for epoch in range(num_epochs):
        for rows in torch.randperm(len(X)).split(32):
            y_hat = model(X[rows])
            loss = loss_function(y_hat, y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    model.eval()


# %% also right
def train(model, X, y, num_epochs, learning_rate):
    data = torch.utils.data.TensorDataset(X, y)
    loader = torch.utils.data.DataLoader(data, batch_size=32, shuffle=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    model.train()
    for epoch in range(num_epochs):
        for X_batch, y_batch in loader:
            optimizer.zero_grad()
            ((model(X_batch) - y_batch) ** 2).mean().backward()
            optimizer.step()
    model.eval()


# %% excused
#| says: A squared difference is the same from either side.
def train(model, X, y, num_epochs, learning_rate):
    loss_function = nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    model.train()
    for epoch in range(num_epochs):
        for rows in torch.randperm(len(X)).split(32):
            y_hat = model(X[rows])
            loss = loss_function(y[rows], y_hat)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    model.eval()


# %% hint [markdown]
# The five lines are those of [The whole loop](../training_loop.py#the-whole-loop). `torch.randperm(len(X)).split(32)`
# gives the row numbers of the batches, shuffled.


# %% check
def check(answer):
    class Spy(nn.Module):  # counts, and remembers in which mode it was
        def __init__(self):
            super().__init__()
            self.linear, self.seen = nn.Linear(2, 1), []

        def forward(self, X):
            self.seen.append((self.training, X.detach()[:, 0]))
            return self.linear(X)

    for num_rows in (20, 70):
        X = torch.randn(num_rows, 2)
        X[:, 0] = torch.arange(num_rows) / num_rows
        y = X @ torch.tensor([[1.0], [-2.0]]) + 0.1 * torch.randn(num_rows, 1)
        model = Spy()
        model.eval()
        answer.train(model, X, y, 3, 0.1)
        asked = f"train(model, X, y, 3, 0.1) of {num_rows} rows: "
        yield asked + "the mode at the end", model.training
        modes = {mode for mode, _ in model.seen}
        yield asked + "the modes while it trains", sorted(modes)
        sizes = [len(rows) for _, rows in model.seen]
        yield asked + "the sizes of the batches", sizes
        rows = torch.cat([torch.zeros(0), *(rows for _, rows in model.seen)])
        yield asked + "how often rows are seen", rows.sum()
        first, last = rows[:num_rows], rows[-num_rows:]
        shuffled = not torch.equal(first, last)
        yield asked + "whether each epoch is shuffled anew", shuffled
        within = 0.001 if num_rows == 20 else 0.3
        yield asked + "the weights", model.linear.weight.detach(), within
    X, y, _ = answer.table_to_tensors(answer.table, answer.target)
    X, y = X[:100], y[:100]
    X = answer.prepare(X, *answer.learn_statistics(X))
    y = answer.prepare(y, *answer.learn_statistics(y))
    model = nn.Sequential(nn.Linear(X.shape[1], 8), nn.ReLU(), nn.Linear(8, 1))
    before = F.mse_loss(model(X), y).item()
    answer.train(model, X, y, 5, 0.02)
    after = F.mse_loss(model(X), y).item()
    yield "your table: whether the loss falls", after < before


# %% wrong
#| says: zero_grad is missing: the gradients of all batches so far pile up.
def train(model, X, y, num_epochs, learning_rate):
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    model.train()
    for epoch in range(num_epochs):
        for rows in torch.randperm(len(X)).split(32):
            loss = F.mse_loss(model(X[rows]), y[rows])
            loss.backward()
            optimizer.step()
    model.eval()


# %% wrong
#| says: Nothing is learned: the step is missing.
def train(model, X, y, num_epochs, learning_rate):
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    model.train()
    for epoch in range(num_epochs):
        for rows in torch.randperm(len(X)).split(32):
            loss = F.mse_loss(model(X[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
    model.eval()


# %% wrong
#| says: The rows are shuffled once. Draw a new order in each epoch.
def train(model, X, y, num_epochs, learning_rate):
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    model.train()
    batches = torch.randperm(len(X)).split(32)
    for epoch in range(num_epochs):
        for rows in batches:
            loss = F.mse_loss(model(X[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    model.eval()


# %% wrong
#| says: The model stays in training mode: dropout would go on at prediction. Call eval().
def train(model, X, y, num_epochs, learning_rate):
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    model.train()
    for epoch in range(num_epochs):
        for rows in torch.randperm(len(X)).split(32):
            loss = F.mse_loss(model(X[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


# %% wrong
#| says: It may come in evaluation mode, and then trains in it. Call train() first.
def train(model, X, y, num_epochs, learning_rate):
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    for epoch in range(num_epochs):
        for rows in torch.randperm(len(X)).split(32):
            loss = F.mse_loss(model(X[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    model.eval()


# %% wrong
#| says: One step an epoch, with all rows at once. Batches of 32 are asked for.
def train(model, X, y, num_epochs, learning_rate):
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    model.train()
    for epoch in range(num_epochs):
        rows = torch.randperm(len(X))
        loss = F.mse_loss(model(X[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()


# %% wrong
#| says: The last, smaller batch is left out.
def train(model, X, y, num_epochs, learning_rate):
    data = torch.utils.data.TensorDataset(X, y)
    loader = torch.utils.data.DataLoader(data, 32, True, drop_last=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    model.train()
    for epoch in range(num_epochs):
        for X_batch, y_batch in loader:
            loss = F.mse_loss(model(X_batch), y_batch)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    model.eval()


# %% exercise verdict [markdown] minutes=15
# ## Step 6: judge it
#
# Is the model better than a baseline, or was it luck? Write `judge(y, y_hat, y_base)`: the true values of the validation
# rows, the predictions of the model, and those of the baseline, all columns, `(n, 1)`. How far off is each prediction,
# without its sign? The *gain* of a row is how much closer the model comes than the baseline: how far the baseline is off,
# minus how far the model is off. Return a dictionary:
#
# - `"error"`: a list of three numbers: how far off the model is on average, and the two ends of the interval, two
#   standard errors to either side, the lower one first.
# - `"gain"`: the same three for the gain, row by row, since both were judged on the same rows.
# - `"verdict"`: `"better"` if the whole interval of the gain lies above 0, `"worse"` if it lies below,
#   otherwise `"too close to call"`.
#
# A standard error is the standard deviation, as `.std()` gives it, divided by the root of `n`. With fewer than 20 rows the
# interval is no good: then return `{"verdict": "too few rows"}` alone.

# %% given
# The table, and the column to predict. Your own file will do as well.
table = pd.read_csv("data/concrete.csv")
target = "strength"


def table_to_tensors(table, target):
    known = table[table[target].notna()]
    numbers = known.select_dtypes("number")
    inputs = numbers.drop(columns=target)
    X = torch.tensor(inputs.values, dtype=torch.float32)
    y = torch.tensor(numbers[[target]].values, dtype=torch.float32)
    return X, y, list(inputs.columns)


def split(X, seed):
    kinds, kind_of = X.unique(dim=0, return_inverse=True)
    drawn = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(kinds), generator=drawn)
    is_valid = torch.isin(kind_of, order[: max(1, len(kinds) // 4)])
    return (~is_valid).nonzero().squeeze(1), is_valid.nonzero().squeeze(1)


def learn_statistics(X):
    mean = X.nanmean(dim=0).nan_to_num(0.0)
    std = ((X - mean) ** 2).nanmean(dim=0).sqrt()
    std = torch.where(std > 0, std, 1.0)  # nan is not above 0 either
    return mean, std


def prepare(X, mean, std):
    return ((X - mean) / std).nan_to_num(0.0)


def with_ones(X):
    return torch.cat([X, torch.ones(len(X), 1)], dim=1)


def baselines(X_train, y_train, X_valid):
    mean = y_train.mean().expand(len(X_valid), 1)
    w = torch.linalg.pinv(with_ones(X_train)) @ y_train
    return {"mean": mean, "line": with_ones(X_valid) @ w}


def train(model, X, y, num_epochs, learning_rate):
    loss_function = nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    model.train()
    for epoch in range(num_epochs):
        for rows in torch.randperm(len(X)).split(32):
            y_hat = model(X[rows])
            loss = loss_function(y_hat, y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    model.eval()


# %% starter
def interval(values):
    """The mean, and two standard errors to either side."""
    return ____


def judge(y, y_hat, y_base):
    ____


# %% solution
def interval(values):
    mean = values.mean().item()
    error = (values.std() / len(values) ** 0.5).item()
    return [mean, mean - 2 * error, mean + 2 * error]


def judge(y, y_hat, y_base):
    misses, of_base = (y - y_hat).abs(), (y - y_base).abs()
    if len(y) < 20:
        return {"verdict": "too few rows"}
    gain = interval(of_base - misses)
    verdict = "too close to call"
    if gain[1] > 0:
        verdict = "better"
    if gain[2] < 0:
        verdict = "worse"
    return {"error": interval(misses), "gain": gain, "verdict": verdict}


# %% also right
def judge(y, y_hat, y_base):
    n = len(y)
    if n < 20:
        return {"verdict": "too few rows"}
    off = [(y - y_hat).abs(), (y - y_base).abs()]
    told = {}
    for name, values in (("error", off[0]), ("gain", off[1] - off[0])):
        mean = values.sum() / n
        variance = ((values - mean) ** 2).sum() / (n - 1)
        reach = 2 * torch.sqrt(variance / n)
        told[name] = torch.stack([mean, mean - reach, mean + reach]).tolist()
    signs = {low > 0 for low in told["gain"][1:]}
    verdict = "too close to call"
    if signs == {True}:
        verdict = "better"
    elif max(told["gain"]) < 0:
        verdict = "worse"
    return {**told, "verdict": verdict}


# %% hint [markdown]
# First `interval(values)`: mean, minus, plus. [How sure is one
# score?](../reading_results.py#how-sure-is-one-score) and [A sample is not the
# whole](../reading_results.py#a-sample-is-not-the-whole) have the standard error.

# %% hint [markdown]
# Then call it twice: with how far the model is off, and with the gains. Look at the two ends of the second.


# %% check
def check(answer):
    y = 5 * torch.randn(60, 1)
    good, bad = y + torch.randn(60, 1), y - 3 + torch.randn(60, 1)
    for text, y_hat, y_base in (
        ("a good model against a bad one", good, bad),
        ("a bad model against a good one", bad, good),
        ("a model against itself", good, good),
        ("a model against its mirror image", good, 2 * y - good),
        ("two alike", good, y + torch.randn(60, 1)),
    ):
        told = answer.judge(y, y_hat, y_base)
        asked = f"judge(y, y_hat, y_base), {text}: "
        yield asked + "verdict", told["verdict"]
        yield asked + "error", told["error"]
        yield asked + "gain", told["gain"]
    # the gain is one standard error and a half, then two and a half
    gain = torch.randn(25, 1)
    gain = (gain - gain.mean()) / gain.std()
    for shift in (0.3, 0.5, -0.3, -0.5):
        base = 10 + (gain + shift)
        told = answer.judge(
            torch.zeros(25, 1), torch.full((25, 1), 10.0), base
        )
        asked = f"judge(...), the gain is {5 * shift} standard errors: "
        yield asked + "verdict", told["verdict"]
    for n in (19, 20, 2):
        told = answer.judge(y[:n], good[:n], bad[:n])
        yield f"judge(...) of {n} rows", told["verdict"]
        yield f"judge(...) of {n} rows: what it tells", sorted(told)
    X, y, _ = answer.table_to_tensors(answer.table, answer.target)
    train, valid = answer.split(X, 0)
    mean, std = answer.learn_statistics(X[train])
    X = answer.prepare(X, mean, std)
    base = answer.baselines(X[train], y[train], X[valid])
    told = answer.judge(y[valid], base["line"], base["mean"])
    words = {"better", "worse", "too close to call", "too few rows"}
    asked = "your table, the line against the mean: whether there is a verdict"
    yield asked, told["verdict"] in words


# %% wrong
#| says: That is one standard error to either side. Two are asked for.
def judge(y, y_hat, y_base):
    if len(y) < 20:
        return {"verdict": "too few rows"}
    told = {}
    off, of_base = (y - y_hat).abs(), (y - y_base).abs()
    for name, values in (("error", off), ("gain", of_base - off)):
        mean, error = values.mean(), values.std() / len(values) ** 0.5
        told[name] = [mean, mean - error, mean + error]
    low, high = told["gain"][1:]
    verdict = "worse" if high < 0 else "too close to call"
    return told | {"verdict": "better" if low > 0 else verdict}


# %% wrong
#| says: That is the spread of single rows. Their mean scatters less: divide by the root of n.
def judge(y, y_hat, y_base):
    if len(y) < 20:
        return {"verdict": "too few rows"}
    told = {}
    off, of_base = (y - y_hat).abs(), (y - y_base).abs()
    for name, values in (("error", off), ("gain", of_base - off)):
        mean, spread = values.mean(), values.std()
        told[name] = [mean, mean - 2 * spread, mean + 2 * spread]
    low, high = told["gain"][1:]
    verdict = "worse" if high < 0 else "too close to call"
    return told | {"verdict": "better" if low > 0 else verdict}


# %% wrong
#| says: The signs are left in: too high and too low cancel out. Take abs() first.
def judge(y, y_hat, y_base):
    if len(y) < 20:
        return {"verdict": "too few rows"}
    told = {}
    off, of_base = y - y_hat, y - y_base
    for name, values in (("error", off), ("gain", of_base - off)):
        mean, error = values.mean(), values.std() / len(values) ** 0.5
        told[name] = [mean, mean - 2 * error, mean + 2 * error]
    low, high = told["gain"][1:]
    verdict = "worse" if high < 0 else "too close to call"
    return told | {"verdict": "better" if low > 0 else verdict}


# %% wrong
#| says: The gain has the wrong sign: it is how far the baseline is off, minus the model.
def judge(y, y_hat, y_base):
    if len(y) < 20:
        return {"verdict": "too few rows"}
    told = {}
    off, of_base = (y - y_hat).abs(), (y - y_base).abs()
    for name, values in (("error", off), ("gain", off - of_base)):
        mean, error = values.mean(), values.std() / len(values) ** 0.5
        told[name] = [mean, mean - 2 * error, mean + 2 * error]
    low, high = told["gain"][1:]
    verdict = "worse" if high < 0 else "too close to call"
    return told | {"verdict": "better" if low > 0 else verdict}


# %% wrong
#| says: The mean gain alone decides there. A gain whose interval holds 0 may be luck.
def judge(y, y_hat, y_base):
    if len(y) < 20:
        return {"verdict": "too few rows"}
    told = {}
    off, of_base = (y - y_hat).abs(), (y - y_base).abs()
    for name, values in (("error", off), ("gain", of_base - off)):
        mean, error = values.mean(), values.std() / len(values) ** 0.5
        told[name] = [mean, mean - 2 * error, mean + 2 * error]
    return told | {"verdict": "better" if told["gain"][0] > 0 else "worse"}


# %% wrong
#| says: Two intervals that overlap say little: judge the gain, row by row.
def judge(y, y_hat, y_base):
    if len(y) < 20:
        return {"verdict": "too few rows"}
    ends = []
    for values in ((y - y_hat).abs(), (y - y_base).abs()):
        mean, error = values.mean(), values.std() / len(values) ** 0.5
        ends.append([mean, mean - 2 * error, mean + 2 * error])
    (own, low, high), (other, low_base, high_base) = ends
    gain = [other - own, low_base - high, high_base - low]
    verdict = "worse" if gain[2] < 0 else "too close to call"
    verdict = "better" if gain[1] > 0 else verdict
    return {"error": ends[0], "gain": gain, "verdict": verdict}


# %% wrong
#| says: With fewer than 20 rows there is another verdict: too few rows.
def judge(y, y_hat, y_base):
    told = {}
    off, of_base = (y - y_hat).abs(), (y - y_base).abs()
    for name, values in (("error", off), ("gain", of_base - off)):
        mean, error = values.mean(), values.std() / len(values) ** 0.5
        told[name] = [mean, mean - 2 * error, mean + 2 * error]
    low, high = told["gain"][1:]
    verdict = "worse" if high < 0 else "too close to call"
    return told | {"verdict": "better" if low > 0 else verdict}


# %% exercise save_it [markdown] minutes=15
# ## Step 7: save it, with its statistics
#
# A model without the means and standard deviations of its training rows is useless. Write two functions.
#
# `save(path, model, statistics)` writes one file. `statistics` is a dictionary: `"names"`, the list of input columns;
# `"mean"` and `"std"` of the inputs, shape `(k,)`; `"y_mean"` and `"y_std"` of the target, shape `(1,)`.
#
# `predict_saved(path, model, table)` reads that file. `model` is a fresh model of the same layers; give it the saved
# parameters, and put it into evaluation mode. `table` is a pandas table of new rows, without the target. Its columns may
# stand in another order, there may be more of them, and values may be missing. Return predictions in the unit of the
# target, shape `(n, 1)`, without a gradient.

# %% given
# The table, and the column to predict. Your own file will do as well.
table = pd.read_csv("data/concrete.csv")
target = "strength"


def table_to_tensors(table, target):
    known = table[table[target].notna()]
    numbers = known.select_dtypes("number")
    inputs = numbers.drop(columns=target)
    X = torch.tensor(inputs.values, dtype=torch.float32)
    y = torch.tensor(numbers[[target]].values, dtype=torch.float32)
    return X, y, list(inputs.columns)


def split(X, seed):
    kinds, kind_of = X.unique(dim=0, return_inverse=True)
    drawn = torch.Generator().manual_seed(seed)
    order = torch.randperm(len(kinds), generator=drawn)
    is_valid = torch.isin(kind_of, order[: max(1, len(kinds) // 4)])
    return (~is_valid).nonzero().squeeze(1), is_valid.nonzero().squeeze(1)


def learn_statistics(X):
    mean = X.nanmean(dim=0).nan_to_num(0.0)
    std = ((X - mean) ** 2).nanmean(dim=0).sqrt()
    std = torch.where(std > 0, std, 1.0)  # nan is not above 0 either
    return mean, std


def prepare(X, mean, std):
    return ((X - mean) / std).nan_to_num(0.0)


def with_ones(X):
    return torch.cat([X, torch.ones(len(X), 1)], dim=1)


def baselines(X_train, y_train, X_valid):
    mean = y_train.mean().expand(len(X_valid), 1)
    w = torch.linalg.pinv(with_ones(X_train)) @ y_train
    return {"mean": mean, "line": with_ones(X_valid) @ w}


def train(model, X, y, num_epochs, learning_rate):
    loss_function = nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    model.train()
    for epoch in range(num_epochs):
        for rows in torch.randperm(len(X)).split(32):
            y_hat = model(X[rows])
            loss = loss_function(y_hat, y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    model.eval()


def interval(values):
    mean = values.mean().item()
    error = (values.std() / len(values) ** 0.5).item()
    return [mean, mean - 2 * error, mean + 2 * error]


def judge(y, y_hat, y_base):
    misses, of_base = (y - y_hat).abs(), (y - y_base).abs()
    if len(y) < 20:
        return {"verdict": "too few rows"}
    gain = interval(of_base - misses)
    verdict = "too close to call"
    if gain[1] > 0:
        verdict = "better"
    if gain[2] < 0:
        verdict = "worse"
    return {"error": interval(misses), "gain": gain, "verdict": verdict}


# %% starter
def save(path, model, statistics):
    torch.save(____, path)


def predict_saved(path, model, table):
    learned = torch.load(path)
    model.load_state_dict(learned[____])
    ____


# %% solution
def save(path, model, statistics):
    torch.save({"model": model.state_dict(), **statistics}, path)


def predict_saved(path, model, table):
    learned = torch.load(path)
    model.load_state_dict(learned["model"])
    model.eval()
    X = torch.tensor(table[learned["names"]].values, dtype=torch.float32)
    X = ((X - learned["mean"]) / learned["std"]).nan_to_num(0.0)
    with torch.no_grad():
        return model(X) * learned["y_std"] + learned["y_mean"]


# %% also right
def save(path, model, statistics):
    torch.save([model.state_dict(), statistics], path)


@torch.no_grad()
def predict_saved(path, model, table):
    state, statistics = torch.load(path)
    model.load_state_dict(state)
    model.eval()
    columns = []
    for number, name in enumerate(statistics["names"]):
        column = torch.tensor(table[name].astype("float32").values)
        mean, std = statistics["mean"][number], statistics["std"][number]
        columns.append(
            (torch.where(column.isnan(), mean, column) - mean) / std
        )
    y_hat = model(torch.stack(columns, dim=1))
    return statistics["y_mean"] + y_hat * statistics["y_std"]


# %% hint [markdown]
# [Save it, load it](../training_loop.py#save-it-load-it) puts the parameters, `model.state_dict()`, and the statistics
# into one dictionary.

# %% hint [markdown]
# `table[names]` gives the columns by name, in the order of the names. Then prepare them as in step 3, predict, and undo
# the standardization of the target: times `y_std`, plus `y_mean`.


# %% check
def check(answer):
    for num_rows in (6, 1):
        layers = nn.Linear(3, 4), nn.ReLU(), nn.Dropout(0.5), nn.Linear(4, 1)
        model = nn.Sequential(*layers)
        fresh = nn.Sequential(
            nn.Linear(3, 4), nn.ReLU(), nn.Dropout(0.5), nn.Linear(4, 1)
        )
        statistics = {"names": ["a", "b", "c"], "mean": 3 * torch.randn(3)}
        statistics |= {"std": torch.rand(3) + 0.5}
        statistics |= {"y_mean": torch.tensor([40.0])}
        statistics |= {"y_std": torch.tensor([7.0])}
        c, a, b, other = (5 * torch.randn(4, num_rows)).numpy()
        new = pd.DataFrame({"c": c, "other": other, "a": a, "b": b})
        new.loc[0, "b"] = float("nan")
        new["words"] = "yes"
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.pt"
            answer.save(path, model, statistics)
            asked = f"save(path, …); predict_saved(path, …) of {num_rows} rows"
            y_hat = answer.predict_saved(path, fresh, new)
        yield asked, y_hat
        yield asked + ": whether there is a gradient", y_hat.requires_grad
        yield asked + ": whether the model is in training", fresh.training
    X, y, names = answer.table_to_tensors(answer.table, answer.target)
    mean, std = answer.learn_statistics(X)
    y_mean, y_std = answer.learn_statistics(y)
    statistics = {"names": names, "mean": mean, "std": std}
    statistics |= {"y_mean": y_mean, "y_std": y_std}
    model, fresh = nn.Linear(len(names), 1), nn.Linear(len(names), 1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.pt"
        answer.save(path, model, statistics)
        y_hat = answer.predict_saved(path, fresh, answer.table.head(9))
    asked = "your table: whether nine rows get finite predictions"
    yield (
        asked,
        y_hat.shape == (min(9, len(answer.table)), 1)
        and bool(y_hat.isfinite().all()),
    )


# %% wrong
#| says: The columns are taken as they stand in the table. Take them by name.
def save(path, model, statistics):
    torch.save({"model": model.state_dict(), **statistics}, path)


def predict_saved(path, model, table):
    learned = torch.load(path)
    model.load_state_dict(learned["model"])
    model.eval()
    columns = table[[c for c in table.columns if c in learned["names"]]]
    X = torch.tensor(columns.values, dtype=torch.float32)
    X = ((X - learned["mean"]) / learned["std"]).nan_to_num(0.0)
    with torch.no_grad():
        return model(X) * learned["y_std"] + learned["y_mean"]


# %% wrong
#| says: The prediction is still standardized. Turn it back into the unit of the target.
def save(path, model, statistics):
    torch.save({"model": model.state_dict(), **statistics}, path)


def predict_saved(path, model, table):
    learned = torch.load(path)
    model.load_state_dict(learned["model"])
    model.eval()
    X = torch.tensor(table[learned["names"]].values, dtype=torch.float32)
    X = ((X - learned["mean"]) / learned["std"]).nan_to_num(0.0)
    with torch.no_grad():
        return model(X)


# %% wrong
#| says: A leak: the new rows are standardized with their own mean. Use the saved one.
def save(path, model, statistics):
    torch.save({"model": model.state_dict(), **statistics}, path)


def predict_saved(path, model, table):
    learned = torch.load(path)
    model.load_state_dict(learned["model"])
    model.eval()
    X = torch.tensor(table[learned["names"]].values, dtype=torch.float32)
    mean, std = X.nanmean(dim=0), X.std(dim=0, correction=0)
    X = ((X - mean) / std).nan_to_num(0.0)
    with torch.no_grad():
        return model(X) * learned["y_std"] + learned["y_mean"]


# %% wrong
#| says: The model is still in training mode, so dropout drops at prediction. Call eval().
def save(path, model, statistics):
    torch.save({"model": model.state_dict(), **statistics}, path)


def predict_saved(path, model, table):
    learned = torch.load(path)
    model.load_state_dict(learned["model"])
    X = torch.tensor(table[learned["names"]].values, dtype=torch.float32)
    X = ((X - learned["mean"]) / learned["std"]).nan_to_num(0.0)
    with torch.no_grad():
        return model(X) * learned["y_std"] + learned["y_mean"]


# %% wrong
#| says: The saved parameters are not loaded: a fresh model predicts.
def save(path, model, statistics):
    torch.save({"model": model.state_dict(), **statistics}, path)


def predict_saved(path, model, table):
    learned = torch.load(path)
    model.eval()
    X = torch.tensor(table[learned["names"]].values, dtype=torch.float32)
    X = ((X - learned["mean"]) / learned["std"]).nan_to_num(0.0)
    with torch.no_grad():
        return model(X) * learned["y_std"] + learned["y_mean"]


# %% wrong
#| says: A missing value makes the prediction nan. Put the column's mean.
def save(path, model, statistics):
    torch.save({"model": model.state_dict(), **statistics}, path)


def predict_saved(path, model, table):
    learned = torch.load(path)
    model.load_state_dict(learned["model"])
    model.eval()
    X = torch.tensor(table[learned["names"]].values, dtype=torch.float32)
    X = (X - learned["mean"]) / learned["std"]
    with torch.no_grad():
        return model(X) * learned["y_std"] + learned["y_mean"]


# %% wrong
#| says: Only the parameters are saved. Without the statistics nobody can use them.
def save(path, model, statistics):
    torch.save({"model": model.state_dict()}, path)


def predict_saved(path, model, table):
    learned = torch.load(path)
    model.load_state_dict(learned["model"])
    model.eval()
    X = torch.tensor(table.select_dtypes("number").values[:, -3:])
    with torch.no_grad():
        return model(X.float().nan_to_num(0.0))
