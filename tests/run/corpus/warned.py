# %%
import warnings

warnings.warn("once")
for _ in range(3):
    warnings.warn("in a loop")
warnings.warn("is old", DeprecationWarning)
warnings.warn("will be old", PendingDeprecationWarning)
warnings.warn("not yet", FutureWarning)

# %%
import numpy as np

np.log(np.array([0.0]))

# %%
warnings.simplefilter("ignore")
warnings.warn("silenced")

# %%
warnings.warn("silenced still")

# %%
print(r"\d")
