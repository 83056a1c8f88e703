# %% [markdown]
# # A single neuron
#
# **Can one small formula tell how many calories are in a bowl of cereal?** It can try, and the way it tries is
# the way every [neural network](../glossary/neural-network.md) works: this formula is the part of which all of
# them are built. It is [machine learning](../glossary/machine-learning.md), a branch of [artificial
# intelligence](../glossary/artificial-intelligence.md): the rule is not written by a person, but found in data.
#
# After this lesson you can work out the answer of a [neuron](../glossary/neuron.md) by hand, say what its
# [weight](../glossary/weight.md) and its [bias](../glossary/bias.md) do, find the best of both for real data,
# and write the neuron in [PyTorch](../glossary/pytorch.md). You need to know some Python, and the equation of a
# straight line.
#
# Here are breakfast cereals, measured per cup. They come as a [DataFrame](../glossary/dataframe.md), which is a
# table with named columns.

# %%
#| label: cereals
#| tbl-cap: The first five of {{ len(cereals) }} cereals; amounts in grams per cup. [Where the data comes
#|   from](../data.md#cereals)
import matplotlib.pyplot as plt
import pandas as pd
import torch
from torch import nn

cereals = pd.read_csv("data/cereals.csv")
cereals[["name", "sugars", "fiber", "protein", "calories"]].head()

# %% [markdown]
# We want to tell the calories, the [target](../glossary/target.md), from the sugars, the
# [input](../glossary/input.md). Telling a number from other numbers is called
# [regression](../glossary/regression.md). Before any formula, look at the data. Do more sugars go with more
# calories?

# %%
#| label: scatter
#| fig-cap: Each point is a cereal. More sugars tend to come with more calories, but there is more to calories
#|   than sugars.
#| fig-alt: Scatter plot of calories against grams of sugars for {{ len(cereals) }} cereals. The points drift
#|   upward from left to right, from around {{ y[x == 0].mean():.0f }} calories without sugars to around
#|   {{ y[x > 15].mean():.0f }} for the sweetest. A few lie far above the rest, up to
#|   {{ cereals.calories.max():.0f }} calories.
x, y = cereals.sugars, cereals.calories

fig, ax = plt.subplots()
ax.scatter(x, y, s=20)
ax.set(xlabel="sugars (g per cup)", ylabel="calories")
ax.set_title("More sugars, more calories?")

# %% [markdown]
# ## The formula
#
# A neuron with one input multiplies it by a [weight](../glossary/weight.md) and adds a
# [bias](../glossary/bias.md):
#
# $$\hat y = w x + b$$
#
# That is all. We write $\hat y$, "y hat", for the answer, and $y$ for the truth. In code it is one line. Say
# the weight is 2.5 and the bias is 90: what does the neuron answer for a cereal with 5 grams of sugars?


# %%
def neuron(x, w, b):
    return w * x + b


neuron(5, w=2.5, b=90)

# %% [markdown]
# By hand: 2.5 times 5 is {{ 2.5 * 5 }}, and 90 more makes {{ neuron(5, w=2.5, b=90) }}. The number a neuron
# answers with is also called its [activation](../glossary/activation.md). The name neuron comes from the [nerve
# cell](../glossary/biological-neuron.md), which also makes one answer out of many inputs. The likeness does not
# go much further.
#
# Now see what the two numbers do. We draw the neuron as a line, then change one of them at a time.

# %%
#| label: weight-and-bias
#| fig-cap: The weight tilts the line. The bias lifts it.
#| fig-alt: Three straight lines of calories against sugars. The first starts at 90 and rises gently to
#|   {{ neuron(20, 2.5, 90):.0f }} at 20 grams. The second starts at 90 too but rises steeply to
#|   {{ neuron(20, 10, 90) }}, because its weight is 10. The third runs parallel to the first, {{ 150 - 90 }}
#|   higher, because its bias is 150.
grams = torch.tensor([0.0, 20.0])
fig, ax = plt.subplots()
for w, b, text in [
    (2.5, 90, "2.5 x + 90"),
    (10, 90, "w = 10"),
    (2.5, 150, "b = 150"),
]:
    (line,) = ax.plot(grams, neuron(grams, w, b))
    ax.text(20.5, neuron(20, w, b), text, va="center", color=line.get_color())
ax.set(xlabel="sugars (g per cup)", ylabel="calories", ylim=(0, 310))
ax.set(xlim=(0, 27), xticks=range(0, 21, 5), title="What w and b do")

# %% [markdown]
# The **weight** says how much the answer changes when the input grows by one: here, calories for each gram. The
# **bias** says what the answer is when the input is zero: a cereal without sugars still has calories.
#
# ## The best weight and bias
#
# The numbers 2.5 and 90 were made up. Which are best for these cereals? We need a way to say how wrong a line
# is. For each cereal, take the neuron's answer minus the true calories, square the difference, and take the
# [mean](../glossary/mean.md) of the squares. This is the [mean squared
# error](../glossary/mean-squared-error.md). It is zero only for a line through all points.


# %%
def mean_squared_error(w, b):
    return float(((neuron(x, w, b) - y) ** 2).mean())


print(f"{mean_squared_error(w=2.5, b=90):.0f} squared calories")

# %% [markdown]
# For a straight line the lowest error need not be searched for: there is an exact solution, called *least
# squares*, more than two hundred years old. PyTorch has it. It wants the inputs as a
# [tensor](../glossary/tensor.md) with one row a cereal, and a column of ones beside the sugars, for the bias to
# be multiplied by.


# %%
def least_squares(inputs, targets):
    inputs, targets = torch.tensor(inputs.values), torch.tensor(targets.values)
    return torch.linalg.lstsq(inputs, targets).solution.tolist()


w, b = least_squares(cereals[["sugars"]].assign(one=1.0), y)
print(f"w = {w:.2f}   b = {b:.1f}")
print(f"mean squared error = {mean_squared_error(w, b):.0f}")

# %% [markdown]
# So in this data a gram of sugars comes with {{ w:.1f }} calories, about twice the 2.5 we made up. Is it the
# best line? If so, any small change of `w` or of `b` must make the error larger. Look:
#
# >>> best = mean_squared_error(w, b)
# >>> nearby = [(w + 0.1, b), (w - 0.1, b), (w, b + 1), (w, b - 1)]
# >>> all(mean_squared_error(*near) > best for near in nearby)
# True
#
# A chemist would say 4 calories a gram, for pure sugar. We find more, partly because cereals with more sugars
# tend to hold more fat, protein, and fiber:
#
# >>> others = cereals[["fat", "protein", "fiber"]]
# >>> bool((others.corrwith(cereals.sugars) > 0).all())
# True
#
# The neuron knows nothing of chemistry. It draws the line that this table asks for.

# %%
#| label: fit
#| fig-cap: The made-up line runs below most cereals; the fitted one runs through their middle.
#| fig-alt: The scatter plot of calories against sugars with two lines. The made-up line, from 90 to
#|   {{ neuron(20, 2.5, 90):.0f }} calories, runs below most points. The fitted line starts at {{ b:.0f }} and
#|   rises to {{ neuron(20, w, b):.0f }} calories at 20 grams, through the middle of the points.
fig, ax = plt.subplots()
ax.scatter(x, y, s=12, alpha=0.6)
ax.plot(grams, neuron(grams, 2.5, 90), color="C1", linestyle="--")
ax.text(20.5, neuron(20, 2.5, 90), "made up", va="center", color="C1")
ax.plot(grams, neuron(grams, w, b), color="C2")
ax.text(20.5, neuron(20, w, b), "fitted", va="center", color="C2")
ax.set(xlabel="sugars (g per cup)", ylabel="calories", xlim=(-1, 26))
ax.set_title("Made up, and fitted")

# %% [markdown]
# ## Why a bias?
#
# Could we do without it? Leave out the column of ones, and fit again. Without a bias the line has only one
# freedom: it turns around the origin.

# %%
(w_alone,) = least_squares(cereals[["sugars"]], y)
errors = mean_squared_error(w, b), mean_squared_error(w_alone, 0)

comparison = {
    "weight": [w, w_alone],
    "bias": [b, 0.0],
    "mean squared error": errors,
}
pd.DataFrame(comparison, index=["with bias", "without bias"]).round(1)

# %% [markdown]
# Without a bias the error is {{ errors[1] / errors[0]:.1f }} times as large. Such a neuron must answer 0
# calories for a cereal without sugars. There are {{ (x == 0).sum() }} of them here, and on average they have
# {{ y[x == 0].mean():.0f }} calories. To come near the other cereals the line has to be far too steep:
#
# >>> w_alone > 2 * w
# True
#
# ## Several inputs
#
# Cereals hold more than sugars. A neuron takes as many inputs as we like. Each has its own weight, and there is
# still one bias:
#
# $$\hat y = w_1 x_1 + w_2 x_2 + w_3 x_3 + b$$
#
# We give it sugars, fiber, and protein. In the code, `@` multiplies each column by its weight, and adds up.

# %%
names = ["sugars", "fiber", "protein"]
*weights, bias = least_squares(cereals[names].assign(one=1.0), y)

y_hat = cereals[names] @ weights + bias
error = float(((y_hat - y) ** 2).mean())
pd.Series([*weights, bias], index=[*names, "bias"], name="weight").round(1)

# %% [markdown]
# Three inputs beat one by far: the mean squared error falls from {{ mean_squared_error(w, b):.0f }} to
# {{ error:.0f }}.
#
# >>> error < mean_squared_error(w, b) / 2
# True
#
# The weight of sugars is now {{ weights[0]:.1f }}, near what the chemist said: what fiber and protein bring is
# no longer put down to sugars. Another weight may surprise you: fiber counts **against** calories. Yet cereals
# with more fiber have more calories, not fewer, as their [correlation](../glossary/correlation.md) says:
#
# >>> round(float(cereals.fiber.corr(cereals.calories)), 2)
# 0.39
# >>> weights[names.index("fiber")] < 0
# True
#
# Both are true. A weight says what happens when its own input grows **and the others stay as they are**. Fiber
# and protein come together in these cereals. Between two with the same protein and the same sugars, the one
# with more fiber tends to have fewer calories.
#
# With one input the neuron is a line. With two it is a flat plane over the two inputs. Seen from above, as on a
# hiking map, a plane shows as straight level lines at equal distances. With three inputs or more nobody can
# draw it, but the formula stays the same; it is called a *hyperplane*.

# %%
#| label: plane
#| fig-cap: A neuron with two inputs is a plane. Seen from above, its level lines are straight and evenly
#|   spaced.
#| fig-alt: Map of sugars against protein. Color and straight, parallel, evenly spaced level lines show the
#|   calories that a neuron with these two inputs answers, rising from about {{ plane[0, 0]:.0f }} at the lower
#|   left to {{ plane[-1, -1]:.0f }} at the upper right. Dots mark the cereals; most lie at the lower edge.
two = ["sugars", "protein"]
w_s, w_p, b_two = least_squares(cereals[two].assign(one=1.0), y)
sugars = torch.linspace(0, 21, 50)
protein = torch.linspace(0, 12.5, 50)[:, None]

fig, ax = plt.subplots()
plane = w_s * sugars + w_p * protein + b_two
levels = ax.contourf(sugars, protein[:, 0], plane, levels=range(50, 451, 50))
fig.colorbar(levels, label="calories")
ax.scatter(
    cereals.sugars, cereals.protein, s=12, color="white", edgecolors="black"
)
ax.set(xlabel="sugars (g per cup)", ylabel="protein (g per cup)")
ax.set_title("A plane, from above")

# %% [markdown]
# ## The neuron in PyTorch
#
# PyTorch has the neuron ready: `nn.Linear`, told how many numbers go in and how many come out. It begins with
# random weights, so a fresh neuron knows nothing. We put in the weights we found, and compare its answers with
# ours.

# %%
model = nn.Linear(in_features=3, out_features=1)
with torch.no_grad():  # we only copy, nothing is trained
    model.weight.copy_(torch.tensor([weights]))
    model.bias.fill_(bias)

X = torch.tensor(cereals[names].values, dtype=torch.float32)
answers = model(X).squeeze()
comparison = {"nn.Linear": answers.tolist(), "by hand": y_hat.tolist()}
pd.DataFrame(comparison, index=cereals.name).round(2).head(3)

# %% [markdown]
# They are the same, to the precision of the numbers PyTorch computes with:
#
# >>> torch.allclose(answers, torch.tensor(y_hat.values).float(), rtol=1e-5)
# True
# >>> model.weight.shape, model.bias.shape
# (torch.Size([1, 3]), torch.Size([1]))
#
# If you know [Keras](../glossary/keras.md), you have met the same neuron under the name `Dense`:
#
# ```python
# model = keras.Sequential([layers.Dense(units=1, input_shape=[3])])
# ```
#
# Where Keras says `units=1`, PyTorch says `out_features=1`; where Keras says `input_shape=[3]`, PyTorch says
# `in_features=3`. Both hold three weights and one bias: four [parameters](../glossary/parameter.md).
#
# ## What to keep
#
# - A neuron multiplies each input by a weight, adds them up, and adds a bias.
# - A weight says how much the answer changes with its input while the others stay; the bias is the answer when
#   all inputs are zero.
# - A neuron draws a line, a plane, or a hyperplane: never anything bent.
#
# For what is bent it takes many neurons, and one more idea: see [Deep networks](deep_networks.py).
#
# ## Exercises
#
# 1. **Predict.** With `w = 2.5` and `b = 90`, how many grams of sugars get the answer 115? Work it out on
#    paper, then check with `neuron`.
#
#     ??? success "Answer"
#
#         Ten. The bias brings 90, so sugars have to bring {{ 115 - 90 }}, at 2.5 a gram:
#
#         >>> neuron(10, w=2.5, b=90)
#         115.0
#
# 2. **Predict.** What happens to `w` if sugars are given in milligrams, and what happens to `b`? Then multiply
#    the column by 1000 and fit again.
#
#     ??? success "Answer"
#
#         A milligram brings a thousandth of what a gram brings, so `w` shrinks to a thousandth. Where
#         there are no sugars nothing changes, so `b` stays.
#
#         >>> in_milligrams = (cereals[["sugars"]] * 1000).assign(one=1.0)
#         >>> w_milligram, b_milligram = least_squares(in_milligrams, y)
#         >>> abs(w_milligram * 1000 - w) < 1e-6 and abs(b_milligram - b) < 1e-6
#         True
#
# 3. **Change.** Use `fat` as the only input. Is its error lower than that of sugars?
#
#     ??? success "Answer"
#
#         Yes, fat tells more than sugars do. There is little of it, but a gram of fat has far more calories.
#
#         >>> w_fat, b_fat = least_squares(cereals[["fat"]].assign(one=1.0), y)
#         >>> fat_error = float(((w_fat * cereals.fat + b_fat - y) ** 2).mean())
#         >>> fat_error < mean_squared_error(w, b), w_fat > 4 * w
#         (True, True)
#
# 4. **Build.** Write `mean_absolute_error`, the average of the differences without their sign, in the manner of
#    `mean_squared_error`. Does the least-squares line also beat all its neighbors by this measure?
# 5. **Build.** Make `model` the `nn.Linear` that takes protein, fat, sodium, fiber, carbo, sugars, and
#    potassium. How many numbers does it hold? Count by hand first, then ask
#    `sum(p.numel() for p in model.parameters())`.
