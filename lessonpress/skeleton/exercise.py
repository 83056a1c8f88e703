# %% exercise $name [markdown] minutes=5
# ## TODO: a title
#
# TODO: what to do, as in: write `double(x)`, which returns twice a number. The anchor of the section that it belongs to
# comes behind its name, as `after="the-section"`.


# %% starter
def double(x):
    return ____


# %% solution
def double(x):
    return 2 * x


# %% hint [markdown]
# TODO: a hint.


# %% check
def check(answer):
    yield "double(3)", answer.double(3)
    yield "double(-0.5)", answer.double(-0.5)


# %% wrong
#| says: TODO, what to tell someone who makes this mistake.
def double(x):
    return x**2
