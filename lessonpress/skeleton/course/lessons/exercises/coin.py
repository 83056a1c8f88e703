# %% exercise share [markdown] after="after-each-throw" minutes=3
# ## The share of heads
#
# Write `share(throws)`, which returns the relative frequency of `"heads"` in a list of throws.


# %% starter
def share(throws):
    return ____


# %% solution
def share(throws):
    return throws.count("heads") / len(throws)


# %% hint [markdown]
# `throws.count("heads")` says how many there are.


# %% check
def check(answer):
    yield 'share(["heads", "tails"])', answer.share(["heads", "tails"])
    yield 'share(["tails"] * 3)', answer.share(["tails"] * 3)


# %% wrong
#| says: That is how often heads came up; divide it by the number of throws.
def share(throws):
    return throws.count("heads")
