# %%
class Point:
    pass


def area(x, y=2):
    return x * y


Point()

# %%
area

# %%
Point

# %%
len

# %%
(n for n in [1])

# %%
[Point(), Point()]

# %%
print(Point(), area, sep="\n")

# %%
lambda x: x

# %%
{"b", "a", "c"}
