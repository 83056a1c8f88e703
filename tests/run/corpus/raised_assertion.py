# %%
#| error: true
assert 1 == 2, "one is two"
