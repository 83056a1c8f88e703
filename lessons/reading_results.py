# %% [markdown]
# # Enough statistics to read a result
#
# **One model gets 93 of 100 answers right, another 91. Is the first one better?** Perhaps. Perhaps it had luck.
# To tell, you need to know how far numbers like these move about by themselves. That takes little statistics,
# and it is all here.
#
# After this lesson you can say where data lies and how widely it spreads, read a
# [correlation](../glossary/correlation.md) and an [R²](../glossary/r-squared.md), and tell a difference from
# [noise](../glossary/noise.md). You need only [A single neuron](single_neuron.py), and can read this page at
# any time.
#
# Look at one column first: the calories in a cup of cereal, for many cereals. Two numbers sum it up.

# %%
#| label: where-and-how-wide
#| fig-cap: The mean says where the calories lie, the standard deviation how widely they spread. [Where the data
#|   comes from](../data.md#cereals)
#| fig-alt: Histogram of the calories of {{ len(cereals) }} cereals. Most lie inside the band, two lie far to
#|   the right, the last at {{ calories.max():.0f }}. A line marks the mean, {{ calories.mean():.0f }}, and a
#|   band reaches one standard deviation, {{ spread:.0f }}, to either side.
import math

import matplotlib.pyplot as plt
import pandas as pd
import torch

cereals = pd.read_csv("data/cereals.csv")
calories = torch.tensor(cereals.calories.values)
mean, spread = calories.mean(), calories.std(correction=0)

fig, ax = plt.subplots()
ax.axvspan(mean - spread, mean + spread, color="C1", alpha=0.15, linewidth=0)
ax.hist(calories, bins=range(40, 461, 20), color="C0")
ax.axvline(mean, color="C1")
ax.text(mean + 4, 22.5, "mean", color="C1")
note = "one standard deviation\nto either side"
ax.text(mean + spread + 6, 17, note, color="C1")
ax.set(xlabel="calories", ylabel="cereals", ylim=(0, 24))
ax.set(yticks=range(0, 25, 5), title="Where, and how wide")

# %% [markdown]
# ## Where, and how wide
#
# By hand, with three numbers: 2, 4, and 9. Their [mean](../glossary/mean.md) is their sum divided by how many
# there are. How far is each from it? Those distances with their signs always add up to zero, so square them
# first. The mean of the squares is the [variance](../glossary/variance.md). Its square root, which is back in
# the old unit, is the [standard deviation](../glossary/standard-deviation.md).

# %%
v = torch.tensor([2.0, 4.0, 9.0])
away = v - v.mean()
variance = (away**2).mean()
print(f"mean {v.mean():.0f}, distances {away.tolist()}")
print(f"variance {variance:.2f}, standard deviation {variance.sqrt():.2f}")

# %% [markdown]
# [PyTorch](../glossary/pytorch.md) agrees, if told `correction=0`:
#
# >>> torch.allclose(v.std(correction=0), variance.sqrt())
# True
# >>> round(float(v.std()), 2)
# 3.61
#
# Without that, PyTorch and pandas divide by one less than the number of values. Why would anyone? Because as a
# rule we have a sample, and want the variance of what it was drawn from. A sample lies closer to its own mean
# than to the true one, so the distances come out too small. We can check that on *all* samples of two cereals:
# there are {{ len(cereals) }} times {{ len(cereals) }}, as one may be drawn twice.

# %%
pairs = torch.cartesian_prod(calories, calories)
for correction in [0, 1]:
    found = pairs.var(dim=1, correction=correction).mean()
    print(f"correction {correction}: {found:6.1f}, on average")
print(f"all cereals:  {calories.var(correction=0):6.1f}")

# %% [markdown]
# Dividing by one less gets it right on average, exactly. For large samples the difference hardly matters.
#
# >>> torch.allclose(pairs.var(dim=1, correction=1).mean(), calories.var(correction=0))
# True
#
# ## One scale for everything
#
# Is a cereal with {{ cereals.fiber.max():.0f }} grams of fiber more unusual than one with
# {{ calories.max():.0f }} calories? Grams and calories can't be compared.
# [Standardization](../glossary/standardization.md) makes them comparable: subtract the mean, divide by the
# standard deviation. The result says how many standard deviations a value lies above the mean.


# %%
def standardize(v):
    return (v - v.mean()) / v.std(correction=0)


columns = ["calories", "fiber", "sugars"]
scaled = pd.DataFrame(
    {c: standardize(torch.tensor(cereals[c].values)) for c in columns}
)
scaled.index = cereals.name
scaled.loc[["Grape-Nuts", "100% Bran", "Corn Flakes"]].round(1)

# %% [markdown]
# Both are more than four standard deviations up. Standardized columns have mean 0 and standard deviation 1,
# whatever they measure:
#
# >>> bool((scaled.mean().abs() < 1e-9).all()), bool(((scaled.std(ddof=0) - 1).abs() < 1e-9).all())
# (True, True)
# >>> bool(scaled.calories["Grape-Nuts"] > 4 and scaled.fiber["100% Bran"] > 4)
# True
#
# ## The bell, and when not to trust it
#
# Is four standard deviations much? For the [normal distribution](../glossary/normal-distribution.md), the
# famous bell, the answer is known: about two in three values lie within one standard deviation of the mean,
# {{ math.erf(2 / math.sqrt(2)):.0%}} within two, and nearly all within three. Do the cereals keep to it?

# %%
#| label: bell
#| fig-cap: The calories of cereals are no bell. The middle is too crowded, and the right tail too long.
#| fig-alt: Histogram of the standardized calories with the bell curve of the normal distribution. The bars
#|   between -1 and 0 rise far above the bell, those between 0 and 1 stay below it, and two bars stand alone far
#|   to the right, the last at {{ z.max():.1f }}, where the bell is almost zero.
z = standardize(calories)
grid = torch.linspace(-4, 5, 200)
# the formula of the bell
curve = (-(grid**2) / 2).exp() / math.sqrt(2 * math.pi)

fig, ax = plt.subplots()
ax.hist(
    z,
    bins=torch.arange(-4, 5.1, 0.5).tolist(),
    density=True,
    color="C0",
    alpha=0.6,
)
ax.plot(grid, curve, color="C1")
ax.text(1.1, 0.28, "normal distribution", color="C1")
ax.set(xlabel="standard deviations from the mean", ylabel="density")
ax.set_title("Not every heap is a bell")


# %%
#| label: shares
#| tbl-cap: Share of values within so many standard deviations of the mean.
def within(z):
    return [float((z.abs() < k).double().mean()) for k in (1, 2, 3)]


normal = [math.erf(k / math.sqrt(2)) for k in (1, 2, 3)]
rest_share, *_ = within(standardize(calories[z < 3]))
shares = pd.DataFrame({"normal": normal, "calories": within(z)}, [1, 2, 3])
shares.rename_axis("within").map("{:.1%}".format)

# %% [markdown]
# They do not. Far more of them lie within one standard deviation, and yet one lies at {{ z.max():.1f }}, where
# the bell expects three in a million. The two heaviest, [outliers](../glossary/outlier.md), stretch the
# standard deviation, and the rest seem close together. That is part of the reason: without these two,
# {{ rest_share:.1%}} lie within one standard deviation, still more than in a bell. Standardizing doesn't help:
# it moves and scales, but keeps the shape. So look at the data before you use rules made for the bell.
#
# >>> bool(shares.calories[1] > shares.normal[1] + 0.1)
# True
# >>> bool(shares.normal[1] + 0.04 < rest_share < shares.calories[1] - 0.04)
# True
# >>> round(float(z.max()), 2) == 4.69 and 2e-6 < 1 - math.erf(4.69 / math.sqrt(2)) < 4e-6
# True
#
# ## Two columns at once
#
# The *correlation* says how closely two columns follow a straight line. Standardize both, multiply row by row,
# and take the mean. It lies between -1 and 1.


# %%
#| label: correlations
#| fig-cap: The number above each panel is its correlation. Near 1 the points lie along a rising line; near 0 no
#|   line helps.
#| fig-alt: Three scatter plots. Potassium against fiber lies close to a rising line, calories against sugars
#|   rises in a loose cloud, complex carbohydrates against sugars show no direction. The correlations are
#|   {{ found[0]:.2f }}, {{ found[1]:.2f }}, and {{ found[2]:.2f }}.
def correlation(a, b):
    return float((standardize(a) * standardize(b)).mean())


names = [("fiber", "potassium"), ("sugars", "calories"), ("sugars", "carbo")]
found = []
fig, panels = plt.subplots(1, 3, figsize=(5.6, 2.6))
for ax, (across, up) in zip(panels, names):
    a, b = torch.tensor(cereals[[across, up]].values).T
    found.append(correlation(a, b))
    ax.scatter(a, b, s=8)
    ax.set(xlabel=across, ylabel=up, xticks=[], yticks=[])
    ax.set_title(f"{found[-1]:.2f}")

# %% [markdown]
# pandas computes the same, for all three:
#
# >>> all(abs(r - cereals[a].corr(cereals[b])) < 1e-9 for r, (a, b) in zip(found, names))
# True
#
# Two warnings. First, it sees straight lines only. These five points follow a curve perfectly:
#
# >>> five = torch.tensor([-2.0, -1.0, 0.0, 1.0, 2.0])
# >>> round(abs(correlation(five, five**2)), 6)
# 0.0
#
# Second, it knows nothing of causes. Cereals on higher shelves have more calories:
#
# >>> round(float(cereals.shelf.corr(cereals.calories)), 2)
# 0.43
#
# Yet no cereal gains calories by being put up a shelf.
#
# ## What is left over
#
# Fit a line for the calories from the sugars, as in [A single neuron](single_neuron.py). What the line doesn't
# tell, the true value minus the answer, is the [residual](../glossary/residual.md). R² compares the variance of
# the residuals with the variance we started from.

# %%
x, y = torch.tensor(cereals[["sugars", "calories"]].values).T
X = torch.stack([x, torch.ones_like(x)], dim=1)
w, b = torch.linalg.lstsq(X, y).solution

residuals = y - (w * x + b)
left, whole = residuals.var(correction=0), y.var(correction=0)
r_squared = float(1 - left / whole)
print(f"variance {whole:.0f}, left over {left:.0f}")
print(f"R² = {r_squared:.2f}")

# %% [markdown]
# So sugars account for a quarter of the variance of the calories, and three quarters are left. R² is 1 if
# nothing is left, and 0 if one might as well answer the mean. For a line with one [input](../glossary/input.md)
# it is the correlation, squared. And once both columns are standardized, the best
# [weight](../glossary/weight.md) *is* the correlation:
#
# >>> abs(r_squared - correlation(x, y) ** 2) < 1e-9
# True
# >>> slope = torch.linalg.lstsq(standardize(x)[:, None], standardize(y)[:, None]).solution
# >>> abs(float(slope) - correlation(x, y)) < 1e-9
# True
# >>> 0.2 < r_squared < 0.3
# True
#
# ## A sample is not the whole
#
# Now to luck. Draw some cereals at random, and take the mean of their calories. Draw again, and it is another.
# How far do these means scatter?

# %%
#| label: means
#| fig-cap: Means of more cereals lie closer together, and look more like a bell. Each panel shows 5,000
#|   samples.
#| fig-alt: Four histograms above each other, for samples of 1, 4, 16, and 64 cereals, on the same scale of
#|   calories. At 1 the means spread as widely as the cereals, with a long right tail. Each next one is half as
#|   wide as the one above, and more symmetric; at 64 it is a narrow bell around {{ mean:.0f }}.
torch.manual_seed(0)
means = {
    n: calories[torch.randint(len(calories), (5000, n))].mean(dim=1)
    for n in [1, 4, 16, 64]
}
fig, panels = plt.subplots(4, 1, sharex=True, figsize=(5.6, 4.8))
for ax, (n, drawn) in zip(panels, means.items()):
    ax.hist(drawn, bins=range(40, 461, 5), color="C0")
    ax.text(330, 0.6 * ax.get_ylim()[1], f"mean of {n}")
    ax.set_yticks([])
    ax.grid(False)
panels[0].set_title("Larger samples, steadier means")
panels[-1].set_xlabel("calories")
# %% [markdown]
# Four times as many cereals make the scatter half as wide. That is a law: the standard deviation of a mean of
# $n$ values is $\sigma / \sqrt{n}$, where $\sigma$ is that of a single value. The variances of values that know
# nothing of each other add up, so the sum of $n$ has $\sqrt{n}$ times the standard deviation, and the mean
# divides by $n$. On all pairs of cereals it holds exactly; elsewhere we measure, for five
# [seeds](../glossary/seed.md).
#
# >>> torch.allclose(pairs.mean(dim=1).std(correction=0), spread / math.sqrt(2))
# True

# %%
#| label: law
#| tbl-cap: Standard deviation of the mean of n cereals, by the law, and the lowest and highest of five
#|   measurements.
rows = []
for n in [1, 4, 16, 64]:
    measured = []
    for seed in range(5):
        torch.manual_seed(seed)
        drawn = torch.randint(len(calories), (5000, n))
        measured.append(float(calories[drawn].mean(dim=1).std()))
    rows.append([n, float(spread) / n**0.5, min(measured), max(measured)])
law = pd.DataFrame(rows, columns=["n", "law", "lowest", "highest"])
law.round(1)

# %% [markdown]
# >>> bool((law.lowest > 0.93 * law.law).all() and (law.highest < 1.07 * law.law).all())
# True
#
# This is why small [mini-batches](../glossary/mini-batch.md) are noisy. The [gradient](../glossary/gradient.md)
# of a batch is a mean over its rows, and [Stochastic gradient descent](gradient_descent.py#why-stochastic)
# measures the same square root there. The law also has a bitter side: for ten times the precision, you need a
# hundred times the data.
#
# And the bell? Single cereals do not follow it, but means of 16 nearly do, although they are drawn from those
# very cereals:
#
# >>> single, sixteen = (within(standardize(means[n]))[0] for n in (1, 16))
# >>> abs(single - normal[0]) > 0.1, abs(sixteen - normal[0]) < 0.05
# (True, True)
#
# That is the true reason for its fame. Data need not be a bell, but means of much data come close to one.
#
# ## Is 93 better than 91?
#
# The share of right answers is a mean too, of ones and zeros. Let two models be *equally* good, each right with
# a [probability](../glossary/probability.md) of 0.92, and give each its own 100 examples. How often do they
# differ by two right answers or more?


# %%
def differences(size, seed=0):
    """Right answers of one model minus those of its equal, 10,000 times."""
    torch.manual_seed(seed)
    chance = torch.full((2, 10_000), 0.92, dtype=torch.float64)
    one, other = torch.binomial(torch.full_like(chance, size), chance)
    return one - other


# %%
#| label: luck
#| fig-cap: Two equally good models, judged on 100 examples each, mostly differ by two right answers or more, by
#|   luck alone.
#| fig-alt: Bar chart of the difference in right answers between two equal models, from 12 fewer to 12 more, a
#|   symmetric bell around zero. The three bars in the middle, less than two apart, are in one color and hold
#|   {{ 1 - lucky:.0%}} of the cases; all others are in another color and hold {{ lucky:.0%}}.
apart = differences(size=100)
lucky = float((apart.abs() >= 93 - 91).double().mean())

steps = range(-12, 13)
shares_of = [float((apart == step).double().mean()) for step in steps]
colors = ["C1" if abs(step) >= 93 - 91 else "C0" for step in steps]
fig, ax = plt.subplots()
ax.bar(steps, shares_of, color=colors)
ax.text(5, 0.07, "two or more apart", color="C1")
ax.set(xlabel="difference in right answers out of 100", ylabel="share")
ax.set_title("Equal models, different scores")

# %% [markdown]
# They do, in {{ lucky:.0%}} of the cases. So 93 against 91, on a hundred examples, says very little. On ten
# thousand examples each, two points are two hundred answers, and would hardly ever be luck:
#
# >>> lucky > 0.5
# True
# >>> [float((differences(10_000, seed).abs() >= 200).double().mean()) < 0.001 for seed in range(5)]
# [True, True, True, True, True]
#
# What can you do with only a hundred? Judge both models on the *same* examples, which takes away part of the
# luck. Train each with several seeds, and look whether the better one is better each time. [Binary
# classification](binary_classification.py) does both.
#
# ## What to keep
#
# - The mean says where, the standard deviation how wide, and neither says what shape: look at the data.
# - Correlation and R² say how well a straight line does; they say nothing of causes.
# - A mean of $n$ values scatters by $\sigma / \sqrt{n}$. So small batches are noisy, and small differences on
#   small samples may well be luck.
#
# To see the square root at work in training, go to [Stochastic gradient descent](gradient_descent.py).
#
# ## Exercises
#
# 1. **Predict.** What are mean and standard deviation of 5, 5, 5, and 9? Check with `torch.tensor`.
#
#     ??? success "Answer"
#
#         The mean is 6, and the distances are -1, -1, -1, and 3. The variance is 3.
#
#         >>> four = torch.tensor([5.0, 5.0, 5.0, 9.0])
#         >>> float(four.mean()), float(four.var(correction=0))
#         (6.0, 3.0)
#
# 2. **Predict.** Sugars in milligrams instead of grams: what becomes of their standard deviation, of their
#    correlation with calories, and of R²? Then multiply `x` by 1000 and see.
# 3. **Change.** Leave out Grape-Nuts. By how much does the standard deviation of the calories fall, and what
#    share now lies within one of them?
# 4. **Change.** How many examples must each model have, so that equal models differ by two points or more in
#    fewer than one case of twenty? Try sizes in `differences`.
#
#     ??? success "Answer"
#
#         Between a thousand and two thousand.
#
#         >>> [bool((differences(size).abs() >= 0.02 * size).double().mean() < 1 / 20) for size in (1000, 2000)]
#         [False, True]
#
# 5. **Build.** Write `correlation_matrix(X)`, which standardizes all columns and needs one matrix
#    multiplication. Compare it with `cereals[["sugars", "fiber", "calories"]].corr()`.
