# %%
import pprint

help(len)
pprint.pprint({"a": list(range(40))})

# %%
import dataclasses
import enum


@dataclasses.dataclass
class P:
    x: int = 1


class Color(enum.Enum):
    RED = 1


P(), Color.RED, type(P()), P

# %%
import pandas as pd

pd.set_option("display.precision", 2)
pd.DataFrame({"a": [1 / 3, 22 / 7]}, index=["x", "y"])

# %%
pd.reset_option("display.precision")
pd.DataFrame({"a": [1, 2]}).describe()

# %%
spans = {"p": pd.period_range("2024-01", periods=2, freq="M"), "i": pd.interval_range(0, 2)}
pd.DataFrame({**spans, "td": pd.to_timedelta(["1h", None])}, index=["x", "y"])

# %%
pd.DataFrame({"c": [1 + 2j, 3], "e": [[], {}]}, index=["x", "y"])

# %%
pd.Series([True, None], index=["x", "y"])

# %%
import numpy as np

np.random.seed(0)
np.random.rand(2000)

# %%
np.ma.array([1, 2], mask=[0, 1])


# %%
class Loud:
    def __del__(self):
        print("deleted")


x = Loud()
del x

# %%
import sys
import traceback

try:
    raise ValueError("caught")
except ValueError:
    traceback.print_exc(limit=0, file=sys.stdout)

# %%
for i in range(3):
    i

# %%
a = b = 7; a  # fmt: skip

# %%
iter([1]), map(str, [1])

# %%
print("a\u200bb", "\ufeff", "e\u0301")
sys.stdout.isatty(), sys.stdin is not None

# %%
sys.stderr.write("x\n")
