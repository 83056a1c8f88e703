# %%
from __future__ import annotations

import random

random.seed(1)
x = 1


# %%
def f(a: Unknown) -> Unknown:
    return a


print(f(2), f.__annotations__)

# %%
x += 1
first = random.random()
print(x, __name__, "x" in globals())


# %%
class Counter:
    count = 0

    def up(self):
        Counter.count += 1
        return self.count


counter = Counter()

# %%
counter.up()
print(counter.up())

# %%
import os

os.environ["LESSON_SAYS"] = "so"
import sys

sys.setrecursionlimit(900)

# %%
print(os.environ["LESSON_SAYS"], sys.getrecursionlimit())

# %%
import numpy as np

np.set_printoptions(precision=2)

# %%
print(np.array([1 / 3]))
np.set_printoptions(precision=8)
sys.setrecursionlimit(3000)

# %%
import inspect

inspect.getsource(f).strip().splitlines()[0]
