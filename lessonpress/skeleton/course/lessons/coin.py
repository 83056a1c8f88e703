# %% [markdown]
# # Throws of a coin
#
# **How many throws does it take until about half of them are heads?** Let us throw a coin, and count.

# %%
import random

random.seed(1)
throws = [random.choice(["heads", "tails"]) for _ in range(1000)]
throws[:5]

# %% [markdown]
# Of {{ len(throws) }} throws {{ throws.count("heads") }} are heads. The
# [relative frequency](../glossary/relative-frequency.md) of heads is {{ throws.count("heads") / len(throws):.3f}}.
# Every throw is one or the other:
#
# >>> throws.count("heads") + throws.count("tails") == len(throws)
# True
#
# ## After each throw
#
# Does it come closer to one half with each throw?

# %%
#| label: share
#| fig-cap: The relative frequency of heads after each of {{ len(throws) }} throws.
#| fig-alt: A line that swings widely at first, and then stays close to one half.
import matplotlib.pyplot as plt

heads = 0
frequencies = []
for number, throw in enumerate(throws, start=1):
    heads += throw == "heads"
    frequencies.append(heads / number)
fig, ax = plt.subplots()
ax.axhline(0.5, color="gray", linewidth=1)
ax.set(xlabel="throws", ylabel="relative frequency of heads", ylim=(0, 1))
ax.plot(frequencies)

# %% [markdown]
# No: it swings, and swings less and less. After ten throws it is {{ frequencies[9] }}, after a hundred
# {{ frequencies[99] }}.
