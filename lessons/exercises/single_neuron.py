# %% [markdown]
# # Exercises: a single neuron

# %%
import torch

# %% exercise neuron [markdown] after="several-inputs" minutes=2
# ## A neuron of your own
#
# Write `neuron(X, w, b)`. `X` is a table with a row for each example and a column for each input; `w` holds one
# weight for each input, `b` is one number. It returns one prediction for each row.


# %% starter
def neuron(X, w, b):
    return ____


# %% solution
def neuron(X, w, b):
    return X @ w + b


# %% also right
def neuron(X, w, b):
    return torch.tensor([float((row * w).sum() + b) for row in X])


# %% hint [markdown]
# In [Several inputs](../single_neuron.py#several-inputs), `@` multiplies each column by its weight and adds up.


# %% check
def check(answer):
    X, w = torch.randn(5, 3), torch.randn(3)
    yield "neuron(X, w, b=2.0)", answer.neuron(X, w, 2.0)
    X, w = torch.randn(2, 4), torch.randn(4)
    yield "neuron(X, w, b=-1.0) of 4 inputs", answer.neuron(X, w, -1.0)


# %% wrong
#| says: The bias is missing: add b after the sum.
def neuron(X, w, b):
    return X @ w


# %% wrong
#| says: The bias is added once for each input; it is added once.
def neuron(X, w, b):
    return (X * w + b).sum(dim=1)


# %% wrong
#| says: That multiplies, and does not add up: one prediction a row is a sum over its inputs.
def neuron(X, w, b):
    return X * w + b


# %% wrong
#| says: That adds up over all rows; each row has a prediction of its own.
def neuron(X, w, b):
    return (X * w).sum() + b


# %% exercise ten_grams [markdown] minutes=1 within=0.01
# ## Read the line backward
#
# With `w = 2.5` and `b = 90`, for how many grams of sugars does the neuron predict 115?

# %% solution
answer = (115 - 90) / 2.5

# %% wrong
#| says: The bias is there without any sugars: take it away first.
answer = 115 / 2.5

# %% exercise milligrams [markdown] minutes=1
# ## Milligrams
#
# Give the sugars in milligrams and fit again. What happens to `w`?

# %% choices [markdown]
# - a) It stays as it is.
# - b) It becomes a thousand times as large.
# - c) It becomes a thousandth.

# %% solution
answer = "c"

# %% wrong
#| says: The numbers for sugars are a thousand times as large, and the calories are the same.
answer = "a"

# %% wrong
#| says: A milligram brings less than a gram, so its weight is smaller.
answer = "b"
