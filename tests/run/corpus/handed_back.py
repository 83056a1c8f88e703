# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

plt.boxplot([[1, 2, 3]])

# %%
plt.violinplot([[1, 2, 3]])

# %%
plt.pie([1, 2])

# %%
plt.hist([1, 2, 2])

# %%
pd.DataFrame({"a": [1, 2], "b": [3, 4]}).hist()

# %%
plt.figure().add_subplot(projection="3d").plot_surface(*np.meshgrid([0, 1], [0, 1]), np.ones((2, 2)))

# %%
plt.subplots(2, 2)[1]

# %%
pd.DataFrame({"g": ["x", "y"], "v": [1, 2]}).groupby("g").v.plot()

# %%
plt.errorbar([1], [2], yerr=1)

# %%
plt.stem([1, 2])

# %%
plt.gca().get_position()

# %%
plt.close("all")
np.array([1, "text"], dtype=object)
