# %% [markdown]
# # What counts as wrong
#
# **A model is off by 10 on one cereal and by 100 on another. How wrong is it?** There is no single right
# answer. You choose one, by choosing a [loss](../glossary/loss.md), and your choice decides which model is
# called the best.
#
# After this lesson you can compute the usual losses by hand and with [PyTorch](../glossary/pytorch.md), say
# what one odd example does to each, and tell loss, cost, and metric apart. You need [A single
# neuron](single_neuron.py).
#
# Take the [neuron](../glossary/neuron.md) from there, with the made-up line `2.5 x + 90`, which tells calories
# from sugars. Its error on a cereal is its answer minus the [target](../glossary/target.md), the true calories.

# %%
#| label: errors
#| fig-cap: Every stick is one error of the line, and a loss makes one number of all sticks. [Where the data
#|   comes from](../data.md#cereals)
#| fig-alt: Scatter plot of calories against sugars for {{ len(cereals) }} cereals, with the line 2.5 x + 90. A
#|   thin upright stick joins each point to the line. Most sticks are short; the longest by far goes up to
#|   Grape-Nuts, at 12 grams and {{ y.max():.0f }} calories.
import matplotlib.pyplot as plt
import pandas as pd
import torch
from torch.nn import functional

cereals = pd.read_csv("data/cereals.csv")
x, y = torch.tensor(cereals[["sugars", "calories"]].values).T
y_hat = 2.5 * x + 90

fig, ax = plt.subplots()
ax.vlines(x, y_hat, y, color="C1", linewidth=1)
ax.plot([0, 21], [90, 2.5 * 21 + 90], color="C1")
ax.scatter(x, y, s=14)
ax.text(12.5, 440, "Grape-Nuts", va="center")
ax.set(xlabel="sugars (g per cup)", ylabel="calories")
ax.set_title("Sixty-five errors")

# %% [markdown]
# ## From many errors to one number
#
# The first idea is to average the errors as they are. It fails, since errors above and below cancel. Subtract
# the average error from a line, and the [mean](../glossary/mean.md) of its errors is zero, even for a line that
# falls where it should rise:
#
# >>> falling = -2.5 * x
# >>> falling = falling - (falling - y).mean()
# >>> abs(float((falling - y).mean())) < 1e-9
# True
#
# A loss must not let errors cancel. There are two plain ways: drop the sign, or square. Here they are, with
# four small errors to see the difference.


# %%
def absolute(error):
    return error.abs()


def squared(error):
    return error**2


errors = torch.tensor([-2.0, 0.5, 1.0, 10.0])
small = {"absolute": absolute(errors), "squared": squared(errors)}
pd.DataFrame(small, index=pd.Index(errors.tolist(), name="error"))

# %% [markdown]
# Averaged over the examples, the first is the [mean absolute error](../glossary/mean-absolute-error.md) (MAE),
# the second the [mean squared error](../glossary/mean-squared-error.md) (MSE). Both call the last error the
# worst. But the absolute error says it is ten times as bad as the third, the squared error a hundred times.
#
# The third common loss is a compromise. The [Huber loss](../glossary/huber-loss.md) squares errors up to a size
# `delta`, and goes on in a straight line from there:
#
# $$\text{Huber}(e) = \frac{1}{2} e^2 \text{ if } |e| \le \delta, \text{ else } \delta \left( |e| - \frac{1}{2}
# \delta \right)$$


# %%
def huber(error, delta=1.0):
    far = delta * (error.abs() - delta / 2)
    return torch.where(error.abs() <= delta, error**2 / 2, far)


# %%
#| label: shapes
#| fig-cap: Around zero the Huber loss is round, as the squared error is; far out it is straight, as the
#|   absolute error is.
#| fig-alt: Three losses against the error, from -3 to 3. All are zero at zero. The squared error is a steep
#|   parabola that reaches 9. The absolute error is a V that reaches 3. The Huber loss is round at the bottom,
#|   then straight, and reaches 2.5.
error = torch.linspace(-3, 3, 301)
fig, ax = plt.subplots()
for loss, style, height in [
    (squared, "-", 8.9),
    (absolute, "--", 3.2),
    (huber, "-.", 2.3),
]:
    (line,) = ax.plot(error, loss(error), style)
    ax.text(3.1, height, loss.__name__, va="center", color=line.get_color())
ax.set(xlabel="error", ylabel="loss", xlim=(-3.1, 4.6), xticks=range(-3, 4))
ax.set_title("Three shapes")

# %% [markdown]
# PyTorch has all three, and agrees with us on every cereal:
#
# >>> torch.allclose(squared(y_hat - y), functional.mse_loss(y_hat, y, reduction="none"))
# True
# >>> torch.allclose(absolute(y_hat - y), functional.l1_loss(y_hat, y, reduction="none"))
# True
# >>> torch.allclose(huber(y_hat - y, 20), functional.huber_loss(y_hat, y, delta=20, reduction="none"))
# True
#
# ## The slope is the pull
#
# A network learns by changing its [weights](../glossary/weight.md) so that the loss falls. What matters for
# that is the slope of the loss: how much it changes when the error grows a little. We measure it with a small
# nudge to either side.


# %%
def slope(function, at, nudge=0.001):
    return (function(at + nudge) - function(at - nudge)) / (2 * nudge)


# %%
#| label: slopes
#| fig-cap: The slope is how strongly an example pulls. Squared errors pull harder and harder; the other two
#|   have a limit.
#| fig-alt: The slopes of the three losses against the error, from -3 to 3. The slope of the squared error is a
#|   straight line from -6 to 6. That of the absolute error is -1 below zero, and jumps to 1 above. That of the
#|   Huber loss climbs from -1 to 1 between errors of -1 and 1, and is level outside.
error = torch.linspace(-3, 3, 302, dtype=torch.float64)
fig, ax = plt.subplots()
for loss, style, height in [
    (squared, "-", 6),
    (absolute, "--", 1.45),
    (huber, "-.", 0.55),
]:
    (line,) = ax.plot(error, slope(loss, error), style)
    ax.text(3.1, height, loss.__name__, va="center", color=line.get_color())
ax.set(xlabel="error", ylabel="slope", xlim=(-3.1, 4.6), xticks=range(-3, 4))
ax.set_title("How hard an error pulls")

# %% [markdown]
# To the absolute error an answer is too high or too low, no matter by how much, so its pull is the same near
# the target and far away. The squared error pulls in proportion. The Huber loss pulls in proportion up to
# `delta`, and no harder beyond. The half in its formula makes both parts meet with the same slope.
#
# The slope of a loss with respect to every weight at once is called its [gradient](../glossary/gradient.md).
# PyTorch finds slopes without a nudge, by a part of it called *autograd*, of which later lessons make much. It
# agrees with ours:
#
# >>> at = torch.tensor([-2.0, -0.5, 0.5, 2.0], dtype=torch.float64, requires_grad=True)
# >>> huber(at).sum().backward()
# >>> at.grad.tolist()
# [-1.0, -0.5, 0.5, 1.0]
# >>> torch.allclose(slope(huber, at.detach()), at.grad)
# True
#
# ## What one outlier does
#
# Grape-Nuts is an [outlier](../glossary/outlier.md): it lies far from the rest. How much of the whole loss is
# due to this one cereal? For the Huber loss we take a `delta` of 20 calories.


# %%
def huber_20(error):
    return huber(error, delta=20)


losses = {"squared": squared, "absolute": absolute, "huber": huber_20}
odd = torch.tensor((cereals.name == "Grape-Nuts").to_list())
shares = {
    name: float(loss(y_hat - y)[odd].sum() / loss(y_hat - y).sum())
    for name, loss in losses.items()
}
pd.Series(shares, name="share of the loss").map("{:.0%}".format)

# %% [markdown]
# One cereal of {{ len(y) }} makes up more than a third of the squared error:
#
# >>> shares["squared"] > 1 / 3 and shares["huber"] < 1 / 6 and shares["absolute"] < 1 / 6
# True
#
# Does that change which line is the best? We look for the best line of each loss by trying out many weights and
# [biases](../glossary/bias.md), and keeping the pair with the lowest average. It is slow and clumsy, but works
# for any loss. Then we spoil one target: somebody types a zero too many, and Grape-Nuts gets 4,400 calories.


# %%
def best_line(loss, y):
    w = torch.arange(0, 10.05, 0.1, dtype=torch.float64)
    b = torch.arange(0, 201, 2, dtype=torch.float64)
    # every w with every b, for every cereal: a table in three directions
    lines = w[:, None, None] * x + b[:, None]
    average = loss(lines - y).mean(dim=-1)
    # argmin counts through the table row by row
    row, column = divmod(int(average.argmin()), len(b))
    return float(w[row]), float(b[column])


spoiled = torch.where(odd, 4400, y)
best = {name: best_line(loss, y) for name, loss in losses.items()}
dragged = {name: best_line(loss, spoiled) for name, loss in losses.items()}

# %%
#| label: dragged
#| fig-cap: One wrong target of {{ len(y) }}, far above this picture, drags the squared-error line away from
#|   nearly all the cereals. The absolute-error line stays.
#| fig-alt: Scatter plot of calories against sugars with three lines. The squared-error line fitted to the true
#|   targets and the absolute-error line both run through the middle of the points. The squared-error line
#|   fitted with one wrong target runs far above nearly all of them, up to
#|   {{ dragged["squared"][0] * 20 + dragged["squared"][1]:.0f }} calories at 20 grams.
grams = torch.tensor([0.0, 20.0])
fig, ax = plt.subplots()
ax.scatter(x, y, s=12, alpha=0.5, color="C5")
for (w, b), text, up, style in [
    (best["squared"], "squared", 12, "C0-"),
    (dragged["squared"], "squared,\nspoiled", 0, "C1-"),
    (dragged["absolute"], "absolute,\nspoiled", -18, "C2--"),
]:
    ax.plot(grams, w * grams + b, style)
    ax.text(21.6, w * 20 + b + up, text, va="center", color=style[:2])
ax.set(xlabel="sugars (g per cup)", ylabel="calories", xlim=(-1, 27))
ax.set_title("One wrong target")

# %%
rows = {name: [*best[name], *dragged[name]] for name in losses}
columns = ["w", "b", "w, spoiled", "b, spoiled"]
pd.DataFrame(rows, index=columns).T.round(1)

# %% [markdown]
# The squared-error line has lost its way. The lines of the other two losses stay, give or take a step of the
# grid: Grape-Nuts pulled as hard as it can at 440 calories already, and at 4,400 it pulls no harder.
#
# >>> abs(dragged["absolute"][0] - best["absolute"][0]) < 0.15
# True
# >>> abs(dragged["huber"][0] - best["huber"][0]) < 0.15
# True
# >>> dragged["squared"][0] > 1.5 * best["squared"][0]
# True
#
# Can we trust our clumsy search? Squared error has an exact solution, least squares, within a grid step of
# ours:
#
# >>> exact = torch.linalg.lstsq(torch.stack([x, torch.ones_like(x)], dim=1), y).solution.tolist()
# >>> abs(best["squared"][0] - exact[0]) < 0.1 and abs(best["squared"][1] - exact[1]) < 2
# True
#
# Look at the true targets again, too. There the three losses already disagree: {{ best["squared"][0]:.1f }}
# calories for a gram of sugars, {{ best["huber"][0]:.1f }}, or {{ best["absolute"][0]:.1f }}. Nothing is wrong
# with the calories of Grape-Nuts. It holds more carbohydrates than any other, since a cup of it is heavy.
# Whether such a cereal should pull hard is a question about what you want, and no formula answers it.
#
# >>> cereals.name[cereals.carbo.idxmax()]
# 'Grape-Nuts'
#
# It also shows in the plainest model, one number for every cereal. The best number for squared error is the
# mean, the best for absolute error is the *median*, the one in the middle when all are sorted:
#
# >>> guesses = torch.linspace(50, 440, 3901, dtype=torch.float64)[:, None]
# >>> abs(float(guesses[squared(guesses - y).mean(dim=1).argmin()] - y.mean())) < 0.1
# True
# >>> abs(float(guesses[absolute(guesses - y).mean(dim=1).argmin()] - y.median())) < 0.1
# True
#
# ## When the answer is yes or no
#
# So far the model answered with a number of calories: [regression](../glossary/regression.md). In
# [classification](../glossary/classification.md) it chooses among kinds. It then answers with a
# [probability](../glossary/probability.md) $p$, say, that a mail is spam. If it is, $p$ should be 1. The usual
# loss is the [cross-entropy](../glossary/cross-entropy.md), which for a true "yes" is $-\log p$ (the natural
# logarithm), and for a true "no" $-\log (1 - p)$.

# %%
#| label: yes-or-no
#| fig-cap: To be sure and wrong costs at most 1 in squared error, but has no limit in cross-entropy.
#| fig-alt: Loss against the probability given to the right answer, from 0 to 1. Both curves reach zero at 1.
#|   Toward 0 the squared error levels off at 1, while cross-entropy climbs ever more steeply, beyond
#|   {{ float(-p[0].log()):.0f }}.
p = torch.linspace(0.005, 1, 200)
fig, ax = plt.subplots()
ax.plot(p, -p.log(), color="C0")
ax.plot(p, squared(1 - p), color="C1", linestyle="--")
ax.text(0.16, 2.2, "cross-entropy", color="C0")
ax.text(0.02, 0.5, "squared", color="C1", va="center")
ax.set(xlabel="probability given to the right answer", ylabel="loss")
ax.set_title("Sure, and wrong")

# %% [markdown]
# A model that gives the right answer one chance in a hundred should be told so, loudly. Cross-entropy does so:
# at $p = 0.01$ it is fifty times as steep as at $p = 0.5$. Squared error is only twice as steep.
#
# >>> half_and_tiny = torch.tensor([0.5, 0.01], dtype=torch.float64)
# >>> slope(lambda p: -p.log(), half_and_tiny).round().tolist()
# [-2.0, -100.0]
# >>> slope(lambda p: squared(1 - p), half_and_tiny).round(decimals=2).tolist()
# [-1.0, -1.98]
#
# PyTorch computes the same cross-entropy as we do:
#
# >>> probability = torch.tensor([0.01, 0.5, 0.99])
# >>> functional.binary_cross_entropy(probability, torch.ones(3), reduction="none")
# tensor([4.6052, 0.6931, 0.0101])
# >>> -probability.log()
# tensor([4.6052, 0.6931, 0.0101])
#
# [Binary classification](binary_classification.py) has the whole story.
#
# ## Loss, cost, metric
#
# Three words, often mixed up. `reduction="none"`, above, gave one number for each example. Without it we get
# their average.

# %%
each = functional.mse_loss(y_hat, y, reduction="none")
average = functional.mse_loss(y_hat, y)
total = functional.mse_loss(y_hat, y, reduction="sum")
print(f"{len(each)} losses, average {average:.0f}, total {total:.0f}")

# %% [markdown]
# Some books call the number of one example *loss* and the average *cost*. Others use both words for both.
# PyTorch and [Keras](../glossary/keras.md) say loss for everything, and so do we. When you read "cost", look
# for what is meant. What matters is whether there is an average or a sum: both have the same best line, but the
# sum is {{ len(y) }} times as large and as steep.
#
# >>> torch.allclose(total, len(y) * average) and torch.allclose(each.mean(), average)
# True
#
# A *metric* is different: a number that people judge by. Say we want many answers within 20 calories of the
# truth. A fair wish, but it can't be trained on. Nudge the bias, and as a rule no answer crosses the border, so
# the metric does not move, and nothing says where to go. Our loss has a slope at every bias except the best
# one.


# %%
def share_within_20(b):
    return float(((2.5 * x + b - y).abs() <= 20).double().mean())


def loss_of(b):
    return float(squared(2.5 * x + b - y).mean())


b = torch.arange(50.1, 150)
metric_slopes = [slope(share_within_20, float(at)) for at in b]
loss_slopes = [slope(loss_of, float(at)) for at in b]
flat = metric_slopes.count(0)
print(f"{len(b)} biases, and the metric has no slope at {flat} of them")

# %% [markdown]
# >>> flat > 90 and min(map(abs, loss_slopes)) > 0
# True
#
# So you train on a loss, and judge by a metric. Some numbers serve as both: the mean absolute error has a
# slope, and, being in calories, people understand it.
#
# ## What to keep
#
# - A loss makes one number of many errors. Squared error heeds large errors most, absolute error treats a
#   calorie as a calorie, Huber changes over at `delta`.
# - One wild example can drag a squared-error fit away; it hardly moves the other two.
# - Train on a loss, which must have a slope; judge by a metric, which need not have one.
#
# Trying out all weights works for two of them. How to find a million is the subject of [Stochastic gradient
# descent](gradient_descent.py).
#
# ## Exercises
#
# 1. **Predict.** The errors are 3, -4, and 0. What are MAE and MSE?
#
#     ??? success "Answer"
#
#         Seven divided by three, and twenty-five divided by three.
#
#         >>> three = torch.tensor([3.0, -4.0, 0.0])
#         >>> round(float(absolute(three).mean()), 2), round(float(squared(three).mean()), 2)
#         (2.33, 8.33)
#
# 2. **Predict.** By how much does the best single number for *all* cereals change if Grape-Nuts has 4,400
#    calories, by squared and by absolute error? Compare `y` and `spoiled`, with `.mean()` and `.median()`.
# 3. **Predict.** What happens to the Huber loss with a huge `delta`, and with a tiny one?
#
#     ??? success "Answer"
#
#         With a huge one every error is squared (and halved). With a tiny one nearly every error is in the straight
#         part, and the loss is `delta` times the absolute error.
#
#         >>> torch.allclose(huber(y_hat - y, 1e6), squared(y_hat - y) / 2)
#         True
#         >>> torch.allclose(huber(y_hat - y, 1e-6) / 1e-6, absolute(y_hat - y))
#         True
#
# 4. **Change.** Spoil the target of another cereal, one with little sugar, instead of Grape-Nuts. Which way
#    does the squared-error line turn?
# 5. **Build.** One of the lines with the lowest absolute error passes through two of the points. Try the lines
#    through every pair with different sugars, and keep the best. Your average must not exceed
#    `absolute(best["absolute"][0] * x + best["absolute"][1] - y).mean()`.
