# %%
1 + 1

# %%
"text with 'quotes' and\nlines"

# %%
print("printed")
[1, 2, {"a": (3,)}]

# %%
None

# %%
1 + 1

# %%
...

# %%
{"b": 1, "a": 2}

# %%
3.0, 1e-10, 2j, True, b"bytes"

# %%
range(3), slice(1, 2), frozenset([1])

# %%
import numpy as np

np.arange(6).reshape(2, 3) / 3

# %%
np.float64(0.1), np.int32(2), np.array(["a"])

# %%
import datetime
import fractions
import pathlib

datetime.date(2024, 2, 29), fractions.Fraction(1, 3), pathlib.PurePosixPath("a/b")

# %%
import collections

collections.namedtuple("Point", "x y")(1, 2)


# %%
class Plain:
    def __repr__(self):
        return "Plain()"


Plain()

# %%
import math

math.pi
# a comment behind
