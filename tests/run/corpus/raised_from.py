# %%
#| error: true
def read(name):
    try:
        return {}[name]
    except KeyError as error:
        raise ValueError(f"no entry {name}") from error


read("w")
