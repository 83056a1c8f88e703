# %%
import matplotlib.pyplot as plt

figure, axes = plt.subplots()
axes.plot([1, 3, 2])
print("drawn")

# %%
axes.set_title("A title")
figure

# %%
axes.set_xlabel("x")
print("not shown")

# %%
from matplotlib.figure import Figure

alone = Figure(figsize=(3, 2))
alone.subplots().plot([1, 2])
print("made without pyplot")

# %%
alone

# %%
plt.plot([1, 2])
plt.show()
print("after")

# %%
plt.gcf().get_size_inches().tolist() == figure.get_size_inches().tolist()

# %%
plt.close("all")
figure, axes = plt.subplots()
axes.bar([1, 2], [3, 4])
figure.tight_layout()

# %%
figure, axes = plt.subplots(1, 2)
figure.colorbar(axes[0].imshow([[1, 2], [3, 4]]), ax=axes[0])
figure.tight_layout()
figure.subplots_adjust(top=0.8)
figure.show()

# %%
figure, axes = plt.subplots(2)
plt.subplots_adjust(left=0.3, hspace=0.6)
print([round(float(place), 2) for place in axes[0].get_position().bounds])

# %%
figure, axes = plt.subplots()
axes.plot([1, 2])
plt.close(figure)

# %%
figure, axes = plt.subplots()
figure
