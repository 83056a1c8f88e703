# %%
#| error: true
eval("1 +")
