# %% [markdown]
# # $title
#
# **TODO: a question that a beginner has?** TODO: what comes below, with links to terms such as
# `[bias](../glossary/bias.md)`.

# %%
numbers = [1, 2, 4]
sum(numbers)

# %% [markdown]
# TODO: what we saw. The sum is {{ sum(numbers) }}; whatever is written in double braces is evaluated, and a claim is
# tested:
#
# >>> sum(numbers) > max(numbers)
# True

# %%
#| label: numbers
#| fig-cap: TODO what the figure says.
#| fig-alt: TODO what it shows, for someone who can't see it.
import matplotlib.pyplot as plt

plt.plot(numbers)
