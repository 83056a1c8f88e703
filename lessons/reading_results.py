# %% [markdown]
# # Enough statistics to read a result
#
# **One model gets 93 of 100 predictions right, another 91. Is the first one better?** Perhaps. Perhaps it had luck.
# To decide, you need to know how far numbers like these move about by themselves. That takes little statistics,
# and this page has the part that you need most.
#
# After this lesson you can say where data lies and how widely it spreads, read a
# [correlation](../glossary/correlation.md) and an [R²](../glossary/r-squared.md), put a plus or minus to a
# score, and judge whether a difference may be [noise](../glossary/noise.md). You need only [A single
# neuron](single_neuron.py), and can read this page at any time.
#
# Look at one column first: the calories in a cup of cereal, for many cereals. Two numbers sum it up.

# %%
import math

import matplotlib.pyplot as plt
import pandas as pd
import torch

cereals = pd.read_csv("data/cereals.csv")
calories = torch.tensor(cereals.calories.values)  # 64 bits, as in pandas
mean = calories.mean()
spread = calories.std(correction=0)
print(f"{len(calories)} cereals: mean {mean:.0f}, spread {spread:.0f}")

# %%
#| label: where-and-how-wide
#| fig-cap: Where, and how wide. The mean says where the calories lie, the standard deviation how widely they spread. [Where the data
#|   comes from](../data.md#cereals)
#| fig-alt: Histogram of the calories of {{ len(cereals) }} cereals. Most lie inside the band, two lie far to
#|   the right, the last at {{ calories.max():.0f }}. A line marks the mean, {{ calories.mean():.0f }}, and a
#|   band reaches one standard deviation, {{ spread:.0f }}, to either side.
#| echo: fold
fig, ax = plt.subplots()
ax.axvspan(mean - spread, mean + spread, color="C1", alpha=0.15, linewidth=0)
ax.hist(calories, bins=range(40, 461, 20), color="C0")
ax.axvline(mean, color="C1")
ax.text(mean + 6, 22, "mean", color="C1")
note = "one standard deviation\nto either side"
ax.text(mean + spread + 6, 17, note, color="C1")
ax.set(xlabel="calories", ylabel="cereals", ylim=(0, 24))
ax.set(yticks=range(0, 25, 5))

# %% [markdown]
# ## Where, and how wide
#
# By hand, with three numbers: 2, 4, and 9. Their [mean](../glossary/mean.md) is their sum divided by how many
# there are. How far is each from it? Those distances with their signs add up to zero, so square them first. The
# mean of the squares is the [variance](../glossary/variance.md). Its square root, which is back in the old
# unit, is the [standard deviation](../glossary/standard-deviation.md).

# %%
v = torch.tensor([2.0, 4.0, 9.0])
distances = v - v.mean()
variance = (distances**2).mean()
print(f"mean {v.mean():.0f}, distances {distances.tolist()}")
print(f"variance {variance:.2f}, standard deviation {variance.sqrt():.2f}")

# %% [markdown]
# [PyTorch](../glossary/pytorch.md) agrees, if you say `correction=0`. Without that it gives a larger number:
#
# >>> round(v.std(correction=0).item(), 2), round(v.std().item(), 2)
# (2.94, 3.61)
#
# This is a trap: as a rule, PyTorch and pandas divide by one less than the number of values. Why would anyone?
# Because we often have a sample, and want the variance of what it was drawn from. A sample lies closer to its
# own mean than to the true one, so the distances come out too small. We can check that on *all* samples of two
# cereals: there are {{ len(cereals) }} times {{ len(cereals) }}, as one may be drawn twice.

# %%
pairs = torch.cartesian_prod(calories, calories)
for correction in [0, 1]:
    found = pairs.var(dim=1, correction=correction).mean()
    print(f"correction {correction}: {found:6.1f}, on average")
print(f"all cereals:  {calories.var(correction=0):6.1f}")

# %% [markdown]
# Dividing by one less gets the variance right on average, exactly. For large samples the difference hardly
# matters.
#
# >>> by_pairs = pairs.var(dim=1, correction=1).mean()
# >>> torch.allclose(by_pairs, calories.var(correction=0))
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


scaled = pd.DataFrame(index=cereals.name)
for column in ["calories", "fiber", "sugars"]:
    values = torch.tensor(cereals[column].values)
    scaled[column] = standardize(values).numpy()
scaled.loc[["Grape-Nuts", "100% Bran", "Corn Flakes"]].round(1)

# %% [markdown]
# Both are more than four standard deviations up, the calories a little more. Standardized columns have mean 0
# and standard deviation 1, whatever they measure:
#
# >>> bool((scaled.mean().abs() < 1e-9).all())
# True
# >>> bool(((scaled.std(ddof=0) - 1).abs() < 1e-9).all())
# True
# >>> bool(scaled.calories["Grape-Nuts"] > scaled.fiber["100% Bran"] > 4)
# True
#
# ## The bell, and when not to trust it
#
# Is four standard deviations much? For the [normal distribution](../glossary/normal-distribution.md), the
# famous bell, the answer is known: {{ math.erf(1 / math.sqrt(2)):.0%}} of the values lie within one standard
# deviation of the mean, {{ math.erf(2 / math.sqrt(2)):.0%}} within two, and nearly all within three. Do the
# cereals follow it?

# %%
#| label: bell
#| fig-cap: Not all data is a bell, and the calories of cereals are none. The middle is too crowded, and the right tail too long.
#| fig-alt: Histogram of the standardized calories with the bell curve of the normal distribution. The bars
#|   between -1 and 0 rise far above the bell, those between 0 and 1 stay below it, and two bars stand alone far
#|   to the right, the last at {{ z.max():.1f }}, where the bell is almost zero.
#| echo: fold
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


# %%
#| label: shares
#| tbl-cap: Share of values within so many standard deviations of the mean.
def within(k, z):
    return (z.abs() < k).double().mean().item()


shares = pd.DataFrame(index=pd.Index([1, 2, 3], name="within"))
# the share of the bell within k: its area there, by a formula
shares["normal"] = [math.erf(k / math.sqrt(2)) for k in [1, 2, 3]]
shares["calories"] = [within(k, z) for k in [1, 2, 3]]
shares.map("{:.1%}".format)

# %% [markdown]
# They do not. Far more of them lie within one standard deviation, and yet one lies at {{ z.max():.1f }}, where the
# bell expects {{ 1e6 * (1 - math.erf(float(z.max()) / math.sqrt(2))):.0f}} in a million. The two with the most
# calories, [outliers](../glossary/outlier.md), stretch the standard deviation, and the rest seem close together.
# That is part of it: without these two, {{ within(1, standardize(calories[z < 3])):.1%}} lie within one standard
# deviation, still more than in a bell. Standardizing doesn't help: it moves and scales, but keeps the shape. So
# look at the data before you use rules made for the bell.
#
# >>> int((z >= 3).sum())
# 2
# >>> without = within(1, standardize(calories[z < 3]))
# >>> bool(shares.normal[1] < without < shares.calories[1])
# True
#
# ## Two columns at once
#
# The *correlation* says how closely two columns follow a straight line. Standardize both, multiply row by row,
# and take the mean. It lies between -1 and 1.


# %%
def correlation(a, b):
    return (standardize(a) * standardize(b)).mean().item()


# %%
#| label: correlations
#| fig-cap: The number above each panel is its correlation. Near 1 the points lie along a rising line; near 0 no
#|   line helps.
#| fig-alt: Three scatter plots. Potassium against fiber lies close to a rising line, calories against sugars
#|   rises in a loose cloud, complex carbohydrates against sugars show no direction. The correlations are
#|   {{ found[0]:.2f }}, {{ found[1]:.2f }}, and {{ found[2]:.2f }}.
#| echo: fold
names = [("fiber", "potassium"), ("sugars", "calories"), ("sugars", "carbo")]
found = []
fig, panels = plt.subplots(1, 3, figsize=(5.6, 2.6))
for ax, (across, up) in zip(panels, names):
    a = torch.tensor(cereals[across].values)
    b = torch.tensor(cereals[up].values)
    found.append(correlation(a, b))
    ax.scatter(a, b, s=8, color="C0")
    ax.set(xlabel=across, ylabel=up, xticks=[], yticks=[])
    ax.set_title(f"{found[-1]:.2f}")

# %% [markdown]
# pandas computes the same, for all three:
#
# >>> by_pandas = [cereals[a].corr(cereals[b]) for a, b in names]
# >>> all(abs(r - s) < 1e-9 for r, s in zip(found, by_pandas))
# True
#
# Two warnings. First, it sees straight lines only. These five points follow a curve perfectly:
#
# >>> five = torch.tensor([-2.0, -1.0, 0.0, 1.0, 2.0])
# >>> round(abs(correlation(five, five**2)), 6)
# 0.0
#
# Second, it knows nothing of causes. Cereals on higher shelves have more calories, on average:
#
# >>> cereals.groupby("shelf").calories.mean().round(0).to_dict()
# {1: 119.0, 2: 130.0, 3: 180.0}
# >>> round(float(cereals.shelf.corr(cereals.calories)), 2)
# 0.43
#
# Yet no cereal gains calories by being put up a shelf.
#
# ## What is left over
#
# Predict the calories from the sugars with the best straight line, as in [A single neuron](single_neuron.py).
# What is left over, the true value minus the prediction, is the [residual](../glossary/residual.md). R²
# compares the variance of the residuals with the variance we started from.

# %%
x = torch.tensor(cereals.sugars.values)
y = calories
X = torch.stack([x, torch.ones_like(x)], dim=1)
w, b = torch.linalg.lstsq(X, y, driver="gels").solution
y_hat = w * x + b

residuals = y - y_hat
left, whole = residuals.var(correction=0), y.var(correction=0)
r_squared = float(1 - left / whole)
print(f"variance {whole:.0f}, left over {left:.0f}")
print(f"R² = {r_squared:.2f}")

# %% [markdown]
# A quarter of the variance is gone, and three quarters are left. R² is 1 if nothing is left, and 0 if we might
# as well predict the mean every time. It can judge any model, a network too; one that is worse than the mean gets
# less than 0.
#
# For the least-squares line with one [input](../glossary/input.md), on the data that it was fitted to, R² is
# the correlation, squared. And once both columns are standardized, the best [weight](../glossary/weight.md)
# *is* the correlation:
#
# >>> abs(r_squared - correlation(x, y) ** 2) < 1e-9
# True
# >>> columns = standardize(x)[:, None], standardize(y)[:, None]
# >>> slope = torch.linalg.lstsq(*columns, driver="gels").solution
# >>> abs(float(slope) - correlation(x, y)) < 1e-9
# True
# >>> round(r_squared, 2) == 0.25
# True
#
# ## A sample is not the whole
#
# Now to luck. Draw some cereals at random, and take the mean of their calories. Draw again, and it is another.
# How far do these means scatter?

# %%
torch.manual_seed(0)
means = {}
for n in [1, 4, 16, 64]:
    drawn = torch.randint(len(calories), (5000, n))  # n in each row
    means[n] = calories[drawn].mean(dim=1)

# %% [markdown]
# Draw a few: move `sample`. Which of the four lines jumps about the most?

# %%
#| label: means
#| fig-cap: Larger samples, steadier means. Means of more cereals lie closer together, and look more like a bell. Each panel shows 5,000
#|   samples, with a line at the mean of one, and dots at the means up to that one.
#| fig-alt: Four histograms above each other, for samples of 1, 4, 16, and 64 cereals, on the same scale of
#|   calories. At 1 the means spread as widely as the cereals, with a long right tail. Each next one is half as
#|   wide as the one above, and more symmetric; at 64 it is a narrow bell around {{ mean:.0f }}. A line in each marks
#|   the mean of one sample; the control goes through the first 16 samples, and the lines move less and less from the
#|   top panel to the bottom one.
#| echo: fold
#| play: sample = range(1, 17)
sample = 12
fig, panels = plt.subplots(4, 1, sharex=True, figsize=(5.6, 4.8))
now = []
for ax, (n, found_means) in zip(panels, means.items()):
    ax.hist(found_means, range(40, 461, 5), color="C0", histtype="stepfilled")
    top = ax.get_ylim()[1]
    seen = [float(k < sample) for k in range(16)]
    dots = found_means[:16], [-0.1 * top] * 16
    ax.scatter(*dots, s=10, color="C1", alpha=seen)
    ax.axvline(found_means[sample - 1], color="C1")
    ax.text(330, 0.6 * top, f"mean of {n}")
    ax.set(yticks=[], ylim=(-0.2 * top, top))
    ax.grid(False)
    now.append(f"{found_means[sample - 1]:.0f}")
panels[-1].set_xlabel("calories")
print("Means of 1, 4, 16, and 64 cereals:", ", ".join(now))

# %% [markdown]
# Four times as many cereals make the scatter half as wide. That is a law: if $n$ values are drawn independently
# of each other, the standard deviation of their mean is $\sigma / \sqrt{n}$, where $\sigma$ is that of a single
# value. It is called the [standard error](../glossary/standard-error.md). Variances of independent values add
# up, so the sum of $n$ has $\sqrt{n}$ times the standard deviation, and the mean divides by $n$. On
# all pairs of cereals the law holds exactly:
#
# >>> torch.allclose(pairs.mean(dim=1).std(correction=0), spread / math.sqrt(2))
# True
# >>> scatter = [means[n][:16].std().item() for n in (1, 4, 16, 64)]
# >>> scatter == sorted(scatter, reverse=True)
# True
#
# For larger samples we measure, with five [seeds](../glossary/seed.md).

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
        measured.append(calories[drawn].mean(dim=1).std().item())
    rows.append([n, float(spread) / n**0.5, min(measured), max(measured)])
law = pd.DataFrame(rows, columns=["n", "law", "lowest", "highest"])
law.round(1)

# %% [markdown]
# >>> bool((law.lowest > 0.97 * law.law).all())
# True
# >>> bool((law.highest < 1.04 * law.law).all())
# True
#
# This is why small [mini-batches](../glossary/mini-batch.md) are noisy. The [gradient](../glossary/gradient.md)
# of a batch is a mean over its rows, and [Stochastic gradient descent](gradient_descent.py#why-stochastic)
# measures the same square root there. The law also has a bitter side: ten times the precision takes a hundred
# times the data.
#
# And the bell? Of single cereals, {{ within(1, standardize(means[1])):.0%}} lie within one standard deviation;
# of means of 16 it is {{ within(1, standardize(means[16])):.0%}}, nearly the bell's
# {{ shares.normal[1]:.0%}}, although they are drawn from those very cereals. That is one source of the bell's
# fame. Data need not be a bell, but means of many independent values come close to one, as long as no rare,
# enormous values dominate.
#
# >>> near = [within(1, standardize(means[n])) for n in (1, 16)]
# >>> gaps = [abs(share - shares.normal[1]) for share in near]
# >>> bool(gaps[0] > 4 * gaps[1])
# True
#
# ## How sure is one score?
#
# The share of right predictions is a mean too, of ones and zeros. Ones and zeros with a share $p$ of ones have the
# standard deviation $\sqrt{p (1 - p)}$:
#
# >>> right = torch.tensor([1.0] * 93 + [0.0] * 7)
# >>> round(right.std(correction=0).item(), 4), round((0.93 * 0.07) ** 0.5, 4)
# (0.2551, 0.2551)
#
# So the standard error of a score is $\sqrt{p (1 - p) / n}$, and by the bell, the score lies within two of them
# of the truth in about {{ math.erf(2 / math.sqrt(2)):.0%}} of the cases:


# %%
def standard_error(p, n):
    return (p * (1 - p) / n) ** 0.5


for n in [100, 1000, 10_000]:
    percent = 100 * 2 * standard_error(0.93, n)
    print(f"93% right of {n:6,}: 93% plus or minus {percent:.1f}")

# %% [markdown]
# On a hundred examples, *93 plus or minus 5* is what you know. Such a range is called a
# *confidence interval*. Does it keep its word? Take a model that is right with a
# [probability](../glossary/probability.md) of 0.92, test it 10,000 times, and count how often the interval
# holds the 0.92.


# %%
def num_right(n, p=0.92):
    """How many of n predictions are right, in 10,000 tests."""
    chances = torch.full((10_000,), p, dtype=torch.float64)
    return torch.binomial(torch.full_like(chances, n), chances)


torch.manual_seed(0)
coverage = {}
for n in [100, 1000, 10_000]:
    score = num_right(n) / n
    inside = (score - 0.92).abs() <= 2 * standard_error(score, n)
    coverage[n] = inside.double().mean().item()
    print(f"{n:6,} examples: {coverage[n]:.0%} of the intervals hold it")

# %% [markdown]
# With a thousand examples it does. With a hundred, it promises a little too much. And at the edge it fails: 100
# right of 100 would be plus or minus 0, yet a model that is right with a probability of 0.97 gets all of them
# right in {{ 0.97**100:.0%}} of the cases. So take it as a rule of thumb, and read *at least* plus or minus.
#
# >>> coverage[100] < 0.93 < 0.94 < coverage[1000]
# True
# >>> standard_error(1.0, 100) == 0
# True
#
# ## Is 93 better than 91?
#
# Let two models be *equally* good, each right with a probability of 0.92, and give each its own 100 examples.
# How often do they differ by two right predictions or more?


# %%
def differences(n, seed=0):
    """Right predictions of one model minus those of its equal."""
    torch.manual_seed(seed)
    return num_right(n) - num_right(n)


apart = differences(100)
lucky = (apart.abs() >= 93 - 91).double().mean().item()
print(f"two or more apart: {lucky:.0%}")

# %%
#| label: luck
#| fig-cap: Equal models, different scores. Two equally good models, judged on 100 examples each, mostly differ by two
#|   right predictions or more, by luck alone.
#| fig-alt: Bar chart of the difference in right predictions between two equal models, from 12 fewer to 12 more, a
#|   symmetric bell around zero. The three bars in the middle, less than two apart, are gray and hold
#|   {{ 1 - lucky:.0%}} of the cases; all others are orange and hold {{ lucky:.0%}}.
#| echo: fold
steps = range(-12, 13)
shares_of = [(apart == step).double().mean().item() for step in steps]
colors = ["C1" if abs(step) >= 93 - 91 else "0.5" for step in steps]
fig, ax = plt.subplots()
ax.bar(steps, shares_of, color=colors)
ax.text(5, 0.07, "two or\nmore apart", color="C1")
ax.set(xlabel="difference in right predictions", ylabel="share")

# %% [markdown]
# They do in {{ lucky:.0%}} of the cases. So 93 against 91, on a hundred examples each, says very little. The
# standard error says so without a simulation: variances add up, so the difference of the two scores has a
# standard error of {{ 100 * (2 * 0.92 * 0.08 / 100) ** 0.5:.1f}} points, and two points are only half of that.
# On ten thousand examples each, two points are two hundred predictions, and of 10,000 pairs of equal models,
# {{ int((differences(10_000).abs() >= 200).sum()) or "none" }} came so far apart.
#
# >>> abs(apart.std().item() / 100 - (2 * 0.92 * 0.08 / 100) ** 0.5) < 0.001
# True
# >>> [int((differences(10_000, seed).abs() >= 200).sum()) for seed in range(5)]
# [0, 0, 0, 0, 0]
#
# What can you do with only a hundred? Judge both models on the *same* examples, which takes away part of the
# luck: neither gets the easier ones. Here 80 examples are easy, and both models get them right. At the other 20
# each is right with a probability of 0.6, which makes 0.92 in all:

# %%
torch.manual_seed(0)
same = num_right(20, p=0.6) - num_right(20, p=0.6)
print(f"own examples:  {apart.std():.1f} right predictions")
print(f"same examples: {same.std():.1f} right predictions")

# %% [markdown]
# The difference of equal models scatters less. Train each model with several seeds too, and look whether the
# better one is better each time. [Binary classification](binary_classification.py) does both.
#
# >>> bool(same.std() < 0.85 * apart.std()), round((80 + 20 * 0.6) / 100, 2)
# (True, 0.92)
#
# ## What to keep
#
# - The mean says where, the standard deviation how wide, and neither says what shape: look at the data.
# - Correlation says how well a straight line does, R² how much better than the mean any model does; neither
#   says anything of causes.
# - A mean of $n$ independent values has the standard error $\sigma / \sqrt{n}$. So small batches are noisy, 93
#   of 100 is 93 plus or minus 5, and small differences on small samples may well be luck.
#
# To see the square root at work in training, go to [Stochastic gradient descent](gradient_descent.py).
