# %%
#| error: true
print("before")
raise ValueError("the text")
