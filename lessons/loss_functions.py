# %% [markdown]
# # What counts as wrong
#
# **A model is off by 10 on one cereal and by 100 on another. How wrong is it?** There is no single right
# answer. You choose one, by choosing a [loss](../glossary/loss.md), and your choice decides which model is
# called the best.
#
# After this lesson you can compute the usual losses by hand and with [PyTorch](../glossary/pytorch.md), train with
# each of them, say what one odd example does to each, and say how loss, cost, and metric differ. You need [A single
# neuron](single_neuron.py).
#
# Take the [neuron](../glossary/neuron.md) from there, with the made-up line `2.5 x + 90`, which predicts calories
# from sugars. Its *error* on a cereal is its [prediction](../glossary/prediction.md) minus the
# [target](../glossary/target.md), the true calories.

# %%
import matplotlib.pyplot as plt
import pandas as pd
import torch
import torch.nn.functional as F
from torch import nn

cereals = pd.read_csv("data/cereals.csv")
x = torch.tensor(cereals[["sugars"]].values, dtype=torch.float32)
y = torch.tensor(cereals[["calories"]].values, dtype=torch.float32)
y_hat = 2.5 * x + 90

# %%
#| label: errors
#| echo: fold
#| fig-cap: "{{ len(y) }} errors: every stick is one error of the line, and a loss makes one number of all sticks.
#|   [Where the data comes from](../data.md#cereals)"
#| fig-alt: Scatter plot of calories against sugars for {{ len(cereals) }} cereals, with the line 2.5 x + 90. A thin
#|   upright stick joins each point to the line. Half of the sticks are shorter than
#|   {{ (y_hat - y).abs().median():.0f }} calories. The two longest, {{ longest[0]:.0f }} and {{ longest[1]:.0f }},
#|   go up to two cereals at about 12 grams, one of them Grape-Nuts at {{ y.max():.0f }} calories.
longest = (y_hat - y).abs().flatten().sort(descending=True).values
fig, ax = plt.subplots()
ax.vlines(x, y_hat, y, color="C1", linewidth=1)
ax.plot([0, 21], [90, 2.5 * 21 + 90], color="C1")
ax.scatter(x, y, s=14, zorder=3)
ax.text(12.5, 440, "Grape-Nuts", va="center", color="C0")
ax.text(21.5, 2.5 * 21 + 90, "2.5 x + 90", va="center", color="C1")
ax.set(xlabel="sugars (g per cup)", ylabel="calories")
ax.set(xlim=(-1, 29), xticks=range(0, 21, 5), yticks=range(100, 401, 100))

# %% [markdown]
# ## From many errors to one number
#
# The first idea is to average the errors as they are. It fails, since errors above and below cancel. Take a line that
# falls where it should rise, and subtract the average error from it. The [mean](../glossary/mean.md) of its errors is
# then zero, and yet it is a bad line:
#
# >>> falling = -2.5 * x
# >>> falling = falling - (falling - y).mean()
# >>> bool((falling - y).mean().abs() < 0.001)
# True
#
# A loss must not let errors cancel. There are two plain ways: drop the sign, or square. Here they are, for four errors.


# %%
def absolute(error):
    return error.abs()


def squared(error):
    return error**2


errors = torch.tensor([-2.0, 0.5, 1.0, 10.0])
both = {"absolute": absolute(errors), "squared": squared(errors)}
pd.DataFrame(both, index=pd.Index(errors.tolist(), name="error"))

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
#| echo: fold
#| fig-cap: Three losses, three shapes. Around zero the Huber loss is round, as the squared error is; far out it
#|   is straight, as the absolute error is.
#| fig-alt: Three losses against the error, from -3 to 3. All are zero at zero. The squared error is a steep
#|   parabola that reaches 9. The absolute error is a V that reaches 3. The Huber loss is round at the bottom,
#|   then straight, and reaches 2.5.
error = torch.linspace(-3, 3, 301)
looks = {squared: ("-", "C3"), absolute: ("--", "C4"), huber: ("-.", "C5")}
heights = {squared: 8.9, absolute: 3.3, huber: 2.1}
fig, ax = plt.subplots()
for loss, (style, color) in looks.items():
    ax.plot(error, loss(error), style, color=color)
    ax.text(3.1, heights[loss], loss.__name__, va="center", color=color)
ax.set(xlabel="error", ylabel="loss", xlim=(-3.1, 4.7), xticks=range(-3, 4))

# %% [markdown]
# PyTorch has all three, as objects that you make once and then call with predictions and targets. They agree with us
# on our line:

# %%
pd.DataFrame(
    {
        "PyTorch": [
            nn.L1Loss()(y_hat, y).item(),
            nn.MSELoss()(y_hat, y).item(),
            nn.HuberLoss(delta=20)(y_hat, y).item(),
        ],
        "by hand": [
            absolute(y_hat - y).mean().item(),
            squared(y_hat - y).mean().item(),
            huber(y_hat - y, delta=20).mean().item(),
        ],
    },
    index=["nn.L1Loss()", "nn.MSELoss()", "nn.HuberLoss(delta=20)"],
).round(1)

# %% [markdown]
# ## The slope is the pull
#
# Training changes the [weights](../glossary/weight.md) so that the loss falls. What matters for that is the slope of
# the loss, or its *derivative*: how fast it changes when the error grows. We measure it with a small nudge to
# either side.


# %%
def slope(function, at, nudge=0.01):
    return (function(at + nudge) - function(at - nudge)) / (2 * nudge)


# %%
#| label: slopes
#| echo: fold
#| fig-cap: The slope is how strongly an example pulls. Squared errors pull harder and harder; the other two
#|   have a limit.
#| fig-alt: The slopes of the three losses against the error, from -3 to 3. The slope of the squared error is a
#|   straight line from -6 to 6. That of the absolute error is -1 below zero, and jumps to 1 above. That of the
#|   Huber loss climbs from -1 to 1 between errors of -1 and 1, and is level outside.
error = torch.linspace(-3, 3, 302)  # an even number, so that 0 is left out
heights = {squared: 6, absolute: 1.7, huber: 0.3}
fig, ax = plt.subplots()
for loss, (style, color) in looks.items():
    ax.plot(error, slope(loss, error), style, color=color)
    ax.text(3.1, heights[loss], loss.__name__, va="center", color=color)
ax.set(xlabel="error", ylabel="slope", xlim=(-3.1, 4.7), xticks=range(-3, 4))
ax.set_yticks([-5, 0, 5])

# %% [markdown]
# For the absolute error only the direction counts. Its pull is the same near the target and far away, and at an error
# of zero the V has a corner and no slope at all. The squared error pulls in proportion. The Huber loss pulls in
# proportion up to `delta`, and no harder beyond. Of the two halves in its formula, the first makes the slopes of both
# parts agree at `delta`, the second makes the values meet.
#
# From the pull on a prediction to the pull on a weight it is one step. When `w` grows a little, the prediction grows
# by that times $x$. So the slope for `w` is the slope for the error **times the [input](../glossary/input.md)**,
# averaged over the cereals. The slopes for all weights together are called the
# [gradient](../glossary/gradient.md). PyTorch finds it without a nudge, when you call `backward`. The lessons on
# [gradient descent](gradient_descent.py) and [backpropagation](backpropagation.py) show how.

# %%
w = torch.tensor(2.5, requires_grad=True)  # asks for its slope
loss = nn.MSELoss()(w * x + 90, y)
loss.backward()

error = y_hat - y
by_hand = (2 * error * x).mean()
print(f"slope for w: {w.grad:.1f} by PyTorch, {by_hand:.1f} by hand")

# %% [markdown]
# It is negative: the loss falls when `w` grows.
#
# >>> bool((w.grad - by_hand).abs() < 0.1 and w.grad < 0)
# True
# >>> at = torch.tensor([-2.0, -0.5, 0.5, 2.0])
# >>> pulls = torch.tensor([-1.0, -0.5, 0.5, 1.0])
# >>> torch.allclose(slope(huber, at), pulls, atol=0.001)
# True
#
# ## What one outlier does
#
# Grape-Nuts is an [outlier](../glossary/outlier.md): it lies far from the rest. How much of the whole loss is
# due to this one cereal? For the Huber loss we take a `delta` of 20 calories.

# %%
# True for one row, False for the others: picks that row
odd = torch.tensor((cereals.name == "Grape-Nuts").to_list())
loss_functions = {
    "squared": nn.MSELoss(),
    "absolute": nn.L1Loss(),
    "huber": nn.HuberLoss(delta=20),
}
shares = {}
for name, loss_function in loss_functions.items():
    whole = loss_function(y_hat, y) * len(y)
    shares[name] = (loss_function(y_hat[odd], y[odd]) / whole).item()
pd.Series(shares, name="share of the loss").map("{:.0%}".format)

# %% [markdown]
# One cereal of {{ len(y) }} makes up {{ shares["squared"]:.0%}} of the squared error. Does that change which line is the
# best? Train a neuron with each loss, by the recipe of the first lesson. Only the loss function is another one. Then
# spoil one target: somebody types a zero too many, and Grape-Nuts gets 4,400 calories.


# %%
def train(loss_function, x, y, num_epochs=1000):
    """Train one neuron from zero; return w and b for grams of sugars."""
    X = (x - x.mean()) / x.std()
    model = nn.Linear(1, 1)
    nn.init.zeros_(model.weight)
    nn.init.zeros_(model.bias)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    for epoch in range(num_epochs):
        y_hat = model(X)  # predict
        loss = loss_function(y_hat, y)  # measure
        optimizer.zero_grad()  # clear
        loss.backward()  # find the slopes
        optimizer.step()  # step
    # back from standardized sugars to grams
    w = (model.weight / x.std()).item()
    return w, model.bias.item() - w * x.mean().item()


spoiled = y.clone()
spoiled[odd] = 4400
best = {n: train(loss, x, y) for n, loss in loss_functions.items()}
dragged = {n: train(loss, x, spoiled) for n, loss in loss_functions.items()}

columns = ["w", "b", "w, spoiled", "b, spoiled"]
rows = {name: [*best[name], *dragged[name]] for name in loss_functions}
pd.DataFrame(rows, index=columns).T.round(1)

# %%
#| label: dragged
#| echo: fold
#| fig-cap: One wrong target of {{ len(y) }}, far above this picture, drags the squared-error line away from
#|   nearly all the cereals. The absolute-error line stays.
#| fig-alt: Scatter plot of calories against sugars with three lines. The squared-error line fitted to the true
#|   targets and the absolute-error line both run through the middle of the points. The squared-error line
#|   fitted with one wrong target runs above {{ int((y < w_far * x + b_far).sum()) }} of the {{ len(y) }} points, up
#|   to {{ w_far * 20 + b_far:.0f }} calories at 20 grams.
w_far, b_far = dragged["squared"]
grams = torch.tensor([0.0, 20.0])
fig, ax = plt.subplots()
ax.scatter(x, y, s=12, alpha=0.5)
for (w, b), text, up, style in [
    (best["squared"], "squared", 18, "-"),
    (dragged["squared"], "squared,\nspoiled", 0, "--"),
    (dragged["absolute"], "absolute,\nspoiled", -28, ":"),
]:
    ax.plot(grams, w * grams + b, style, color="C1")
    ax.text(21.6, w * 20 + b + up, text, va="center", color="C1")
ax.set(xlabel="sugars (g per cup)", ylabel="calories")
ax.set(xlim=(-1, 28.5), xticks=range(0, 21, 5))
ax.set_yticks(range(100, 401, 100))

# %% [markdown]
# The squared-error line has lost its way. The lines of the other two losses have not moved, not by the last digit:
# Grape-Nuts pulled as hard as it can at 440 calories already, and at 4,400 it pulls no harder.
#
# >>> dragged["absolute"] == best["absolute"], dragged["huber"] == best["huber"]
# (True, True)
#
# >>> dragged["squared"][0] > 1.5 * best["squared"][0]
# True
#
# That holds for a wild *target*. A wild *input* can drag all three, since the pull on `w` is multiplied by the input.
# Type the zero too many into the sugars of Grape-Nuts instead, 120 grams for 12:

# %%
wild = x.clone()
wild[odd] = 120
turned = {
    n: train(loss, wild, y, 3000)[0] for n, loss in loss_functions.items()
}
weights = {"true": {n: best[n][0] for n in best}, "wild input": turned}
pd.DataFrame(weights).round(1)

# %% [markdown]
# >>> all(turned[name] < best[name][0] - 0.4 for name in turned)
# True
#
# Now move Grape-Nuts yourself. So that each place has its lines at once, the code finds them without training: by least
# squares, done again and again. For the absolute and the Huber loss, each time the cereals count less that were far
# from the line the time before. First change the calories only, then the sugars, too. Which lines follow?

# %%
#| echo: fold
weights_of_errors = {
    "squared": lambda error: torch.ones_like(error),
    "absolute": lambda error: 1 / error.abs().clamp(min=0.01),
    "huber": lambda error: 20 / error.abs().clamp(min=20),
}


def fit(name, x, y):
    """The line with the least loss: w and b."""
    w, b = 0.0, 0.0
    for _ in range(60):
        share = weights_of_errors[name](w * x + b - y)
        share = share / share.sum()
        x_mean, y_mean = (share * x).sum(), (share * y).sum()
        spread = (share * (x - x_mean) ** 2).sum()
        w = float((share * (x - x_mean) * (y - y_mean)).sum() / spread)
        b = float(y_mean - w * x_mean)
    return w, b


# %%
#| label: move-it
#| echo: fold
#| fig-cap: One wild cereal and three lines that follow it, or don't. The controls move Grape-Nuts, the large dot, up,
#|   down, and sideways; the other cereals stay.
#| fig-alt: Scatter plot of calories against sugars. A large dot, Grape-Nuts, stands at 440 calories and 12 grams of
#|   sugars, above all other cereals. Three rising lines run through those, with squared, absolute, and Huber loss;
#|   the squared one is steepest. Two controls move Grape-Nuts and draw the lines anew.
#| play: calories = range(40, 681, 80); sugars = [0, 12, 22, 32]
calories = 440
sugars = 12
x_moved, y_moved = x.clone(), y.clone()
x_moved[odd], y_moved[odd] = sugars, calories
lines = {name: fit(name, x_moved, y_moved) for name in weights_of_errors}
fig, ax = plt.subplots(figsize=(5.6, 4))
ax.scatter(x[~odd], y[~odd], s=8, alpha=0.5)
ax.plot(sugars, calories, "o", color="C0", markersize=10)
side, up = (2, -15) if calories < 100 else (-7, 30)
ax.text(sugars + side, calories + up, "Grape-Nuts", color="C0")
place = 0
for loss, (style, color) in looks.items():
    name = loss.__name__
    w, b = lines[name]
    ax.plot([0, 43], [b, w * 43 + b], style, color=color)
for loss in sorted(looks, key=lambda loss: lines[loss.__name__][0]):
    w, b = lines[loss.__name__]
    place = max(w * 43 + b, place + 52)  # keep the names apart
    color = looks[loss][1]
    ax.text(44, place, loss.__name__, va="center", color=color)
ax.set(xlabel="sugars (g per cup)", ylabel="calories")
ax.set(xlim=(-8, 58), xticks=range(0, 41, 10))
ax.set(ylim=(0, 760), yticks=range(0, 601, 200))
slopes = [f"{lines[name][0]:.1f} ({name})" for name in lines]
print("calories for a gram of sugars:", ", ".join(slopes))

# %% [markdown]
# In its own column, at 12 grams, only the squared-error line goes on moving when Grape-Nuts rises beyond the other
# cereals, and not by much. Far to the side, at 32 grams, all three lines turn. But the other two turn only until it
# lies above them. Then they stay where they are, while the squared-error line turns on and on.
#
# >>> def slopes_at(grams):
# ...     x_there = torch.where(odd[:, None], grams, x)
# ...     targets = [torch.where(odd[:, None], c, y) for c in (40, 280, 680)]
# ...     return [[fit(n, x_there, t)[0] for t in targets] for n in looks_of]
# >>> looks_of = ["squared", "absolute", "huber"]
# >>> near, far = slopes_at(12.0), slopes_at(32.0)
# >>> 0.5 > near[0][2] - near[0][1] > 0.1 and far[0][2] > far[0][1] + 2
# True
# >>> max(abs(n[2] - n[1]) for n in near[1:] + far[1:]) < 0.05
# True
# >>> min(n[1] - n[0] for n in far) > 0.8
# True
# >>> all(abs(fit(n, x, y)[0] - best[n][0]) < 0.02 for n in best)
# True
#
# Look at the true data again, too. There the three losses already disagree: {{ best["squared"][0]:.1f }}
# calories for a gram of sugars, {{ best["huber"][0]:.1f }}, or {{ best["absolute"][0]:.1f }}. Nothing need be wrong
# with the calories of Grape-Nuts. A cup of it is heavy, and holds more starch than a cup of any other. Whether such a
# cereal should pull hard is a question about what you want, and no formula answers it.
#
# >>> cereals.name[cereals.carbo.idxmax()] == "Grape-Nuts"
# True
#
# It also shows in the plainest model, one number for every cereal. The best number for squared error is the mean,
# here {{ y.mean():.0f }} calories. The best for absolute error is the *median*, the one in the middle when all are
# sorted, {{ y.median():.0f }}.
#
# >>> guesses = torch.linspace(50, 440, 3901)
# >>> by_square = guesses[squared(guesses - y).mean(dim=0).argmin()]
# >>> bool((by_square - y.mean()).abs() < 0.2)
# True
# >>> by_size = guesses[absolute(guesses - y).mean(dim=0).argmin()]
# >>> bool((by_size - y.median()).abs() < 0.2)
# True
#
# ## When the answer is yes or no
#
# So far the model predicted a number of calories: [regression](../glossary/regression.md). In
# [classification](../glossary/classification.md) it chooses among kinds. It then predicts a
# [probability](../glossary/probability.md) $p$, say, that a mail is spam. If it is, $p$ should be 1. The usual
# loss is the [cross-entropy](../glossary/cross-entropy.md), which for a true "yes" is $-\log p$ (the natural
# logarithm), and for a true "no" $-\log (1 - p)$.

# %%
#| label: yes-or-no
#| echo: fold
#| fig-cap: To be sure and wrong costs at most 1 in squared error, but has no limit in cross-entropy.
#| fig-alt: Loss against the probability given to the right answer, from 0 to 1. Both curves reach zero at 1.
#|   Toward 0 the squared error rises to 1 and no higher, while cross-entropy climbs ever more steeply, beyond
#|   {{ float(-p[0].log()):.0f }}.
p = torch.linspace(0.005, 1, 200)
fig, ax = plt.subplots()
ax.plot(p, -p.log(), color="black")
ax.plot(p, squared(1 - p), color="C3")
ax.text(0.16, 2.2, "cross-entropy")
ax.text(0.02, 0.4, "squared", color="C3", va="center")
ax.set(xlabel="probability given to the right answer", ylabel="loss")

# %% [markdown]
# Which of the two corrects a model that gives the right answer one chance in a hundred? Look at the slopes, and mind
# *with respect to what*. The last neuron of such a model computes a number $z$, its
# [logit](../glossary/logit.md), and a [sigmoid](../glossary/sigmoid.md) turns it into the probability. The pull on the
# weights has to pass through the sigmoid, so what counts is the slope for $z$.

# %%
rows = {}
for p_value in [0.5, 0.01]:
    for name in ["cross-entropy", "squared"]:
        # logit undoes the sigmoid: the z that gives this p
        z = torch.logit(torch.tensor(p_value)).requires_grad_()
        p = torch.sigmoid(z)
        p.retain_grad()  # keep the slope for p as well
        loss = -p.log() if name == "cross-entropy" else squared(1 - p)
        loss.backward()
        rows[name, f"p = {p_value}"] = [p.grad.item(), z.grad.item()]

slopes = pd.DataFrame(rows, index=["slope for p", "slope for z"]).T
slopes.round(2)

# %% [markdown]
# Seen from $p$, cross-entropy is fifty times as steep at 0.01 as at 0.5. But for $p$ near 0 the sigmoid is nearly
# flat, and the slope is multiplied by its small one. What arrives at $z$ is a pull of {{ -slopes.iloc[0, 1]:.2f}} at 0.5 and
# {{ -slopes.iloc[2, 1]:.2f}} at 0.01: stronger where the model is more wrong, and never more than 1. The pull of the
# squared error drops from {{ -slopes.iloc[1, 1]:.2f}} to {{ -slopes.iloc[3, 1]:.2f}}. It falls silent where the
# model is most wrong. That is one reason why classifiers are trained with cross-entropy.
#
# >>> slopes["slope for p"].round(2).tolist()
# [-2.0, -1.0, -100.0, -1.98]
# >>> slopes["slope for z"].round(2).tolist()
# [-0.5, -0.25, -0.99, -0.02]
# >>> z = torch.linspace(-12, 12, 101, requires_grad=True)
# >>> in_all = nn.BCEWithLogitsLoss(reduction="sum")
# >>> in_all(z, torch.ones(101)).backward()
# >>> bool(z.grad.abs().max() <= 1)
# True
#
# In PyTorch, `nn.BCEWithLogitsLoss()` does both at once: it takes $z$, applies the sigmoid, and returns the
# cross-entropy.
#
# >>> z = torch.logit(torch.tensor([0.01, 0.5, 0.99]))
# >>> nn.BCEWithLogitsLoss(reduction="none")(z, torch.ones(3))
# tensor([4.6052, 0.6931, 0.0101])
# >>> -torch.sigmoid(z).log()
# tensor([4.6052, 0.6931, 0.0101])
#
# [Binary classification](binary_classification.py) has the whole story.
#
# ## Loss, cost, metric
#
# Three words, often mixed up. `reduction="none"` gives one number for each example. Without it we get their average.
# The functions in `torch.nn.functional`, by custom called `F`, compute the same as the objects:

# %%
each = F.mse_loss(y_hat, y, reduction="none")
average = F.mse_loss(y_hat, y)
total = F.mse_loss(y_hat, y, reduction="sum")
print(f"{len(each)} losses, average {average:.0f}, total {total:.0f}")

# %% [markdown]
# Some books call the number of one example *loss* and the average *cost*. Others use both words for both.
# PyTorch and [Keras](../glossary/keras.md) say loss for everything, and so do we. What matters is whether there is an
# average or a sum: both have the same best line, but the sum is {{ len(y) }} times as large and as steep.
#
# >>> torch.allclose(total, len(y) * average)
# True
# >>> torch.allclose(each.mean(), average)
# True
#
# A *metric* is different: a number that people judge by. Say we want many predictions within 20 calories of the truth.
# Nudge the [bias](../glossary/bias.md), and mostly no prediction crosses that border. So the metric does not move, and
# nothing says where to go. It can't be trained on by following a slope. The loss has a slope at each of these biases.


# %%
def share_within_20(b):
    return ((2.5 * x + b - y).abs() <= 20).float().mean().item()


def loss_of(b):
    return squared(2.5 * x + b - y).mean().item()


b = torch.arange(50.1, 150).tolist()
metric_slopes = [slope(share_within_20, at) for at in b]
loss_slopes = [slope(loss_of, at, nudge=1) for at in b]
flat = metric_slopes.count(0)
tried = max(b, key=share_within_20)
print(f"{len(b)} biases, and the metric's slope is 0 at {flat} of them")
print(
    f"best of them: {tried:.1f}, with {share_within_20(tried):.0%} within 20"
)

# %% [markdown]
# >>> flat > len(b) / 2 and min(map(abs, loss_slopes)) > 0.1
# True
#
# You can try out many biases, as in the last line, and take the best. With one number or two that works. With a
# million there are too many to try. So you train on a loss, and judge by a metric. Some numbers serve as both:
# the mean absolute error has a slope, and, being in calories, people understand it.
#
# ## What to keep
#
# - A loss makes one number of many errors. Squared error gives large errors the most weight, absolute error treats a
#   calorie as a calorie, Huber changes over at `delta`.
# - One wild target can drag a squared-error fit away, and moves the other two far less. A wild input can drag all three.
# - Train on a loss, by following its slope with respect to the weights; judge by a metric, which need not have one.
#
# How the weights follow the slope, step by step, is the subject of [Stochastic gradient
# descent](gradient_descent.py).
