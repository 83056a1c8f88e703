# %%
import pandas as pd

pd.DataFrame({"a": [1, 2], "b": ["x", "y"]}, index=["r", "s"])

# %%
pd.DataFrame({"when": pd.to_datetime(["2024-01-01", "2024-02-29"]), "n": [1.5, None], "t": ["<b>", None]}, index=[5, 3])

# %%
pd.Series([1.5, 2.25], index=["x", "y"], name="value")

# %%
pd.Series([1, 2, 3])

# %%
pd.DataFrame({"any": [[1], {"k": 2}, None], "flag": [True, False, True]}, index=pd.Index([0.5, 1.5, 2.5], name="at"))

# %%
pd.DataFrame({"a": [1, 2]}, index=pd.to_datetime(["2024-01-01", "2024-01-02"]))

# %%
pd.DataFrame({"a": [0.1 + 0.2, 1e-9, 1e9]}, index=["x", "y", "z"])

# %%
with pd.option_context("display.precision", 2):
    print(pd.DataFrame({"a": [1 / 3]}))

# %%
print(pd.DataFrame({f"column {number}": [number] * 3 for number in range(30)}))

# %%
print(pd.DataFrame({"a": range(100)}))

# %%
pd.DataFrame({"a": pd.array([1, None], dtype="Int64"), "b": pd.Categorical(["u", "v"])}, index=["x", "y"])

# %%
pd.Index([1, 2])

# %%
pd.DataFrame({"a": ["x", "x", "y"], "b": [1, 2, 3]}).groupby("a").b.agg(["mean", "max"])
