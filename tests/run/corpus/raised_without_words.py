# %%
#| error: true
class Stop(Exception):
    pass


raise Stop
