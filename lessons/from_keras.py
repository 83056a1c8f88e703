# %% [markdown]
# # From Keras to PyTorch
#
# **I know how to say it in [Keras](../glossary/keras.md). How do I say it in [PyTorch](../glossary/pytorch.md),
# and is it really the same?** For a small network of [dense layers](../glossary/dense-layer.md) it is, and this
# lesson measures it. The same [weights](../glossary/weight.md) give the same predictions. The same steps give
# the same [loss](../glossary/loss.md), up to rounding. Where the two libraries differ, you will see why.
#
# After this lesson you can translate a Keras program into PyTorch, carry trained weights over, and name the
# defaults that differ. You need [The full training loop](training_loop.py), and Keras, which the rest of the
# course does not. [Set up](../setup.md) puts it into the course's [virtual
# environment](../glossary/virtual-environment.md), and so does `pip install -e '.[keras]'`.

# %%
#| label: map
#| fig-cap: Keras, and PyTorch. Three of these words of Keras have one partner. The other three do two things at once, and fall
#|   apart into their parts.
#| fig-alt: Two columns of words joined by lines. Left, Keras, right, PyTorch. Sequential goes to nn.Sequential.
#|   Dense goes to nn.Linear and to nn.ReLU. compile goes to nn.L1Loss and to optim.Adam. fit goes to DataLoader
#|   and to the training loop. predict goes to model of X. get_weights goes to state_dict.
#| echo: fold
import matplotlib.pyplot as plt

pairs = {
    "Sequential": ["nn.Sequential"],
    "Dense(activation=…)": ["nn.Linear", "nn.ReLU"],
    "compile(…)": ["nn.L1Loss", "optim.Adam"],
    "fit": ["DataLoader", "your training loop"],
    "predict": ["model(X)"],
    "get_weights": ["state_dict"],
}
fig, ax = plt.subplots(figsize=(5.6, 4.4))
ax.text(0, -1.2, "Keras", ha="right", va="center", weight="bold")
ax.text(1, -1.2, "PyTorch", va="center", weight="bold")
row = 0
for keras_word, words in pairs.items():
    middle = row + (len(words) - 1) / 2
    ax.text(0, middle, keras_word, ha="right", va="center")
    for word in words:
        ax.plot([0.05, 0.95], [middle, row], color="0.6")
        ax.text(1, row, word, va="center")
        row += 1
ax.axis("off")
ax.set(xlim=(-2.1, 2.9), ylim=(row, -2))

# %% [markdown]
# ## What Keras runs on
#
# Keras describes networks; another library computes them. Older texts name CNTK and Theano, but those are gone:
# Keras 3 runs on TensorFlow, on JAX, or on PyTorch. It decides which one when it is imported. We choose PyTorch.

# %%
#| needs: keras
import os
import tempfile
import warnings

os.environ["KERAS_BACKEND"] = "torch"
os.environ["KERAS_HOME"] = tempfile.gettempdir() + "/keras"  # its settings
warnings.simplefilter("ignore", DeprecationWarning)  # of no concern here

import keras
from keras import layers

keras.backend.backend(), keras.__version__.split(".")[0]

# %% [markdown]
# The data are cereals, and we predict their calories. Both libraries get
# [standardized](../glossary/standardization.md) [inputs](../glossary/input.md), since neither standardizes them
# by itself. [Where the data comes from](../data.md#cereals).

# %%
import pandas as pd
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

cereals = pd.read_csv("data/cereals.csv")
features = cereals[["sugars", "fiber", "protein"]].to_numpy("float32")
X = (features - features.mean(axis=0)) / features.std(axis=0)
y = cereals[["calories"]].to_numpy("float32")
X_t, y_t = torch.tensor(X), torch.tensor(y)

# %% [markdown]
# ## The whole program, twice
#
# Here is a complete program in Keras: a network with two [hidden layers](../glossary/hidden-layer.md), trained
# with the [optimizer](../glossary/optimizer.md) [Adam](../glossary/adam.md) on [mean absolute
# error](../glossary/mean-absolute-error.md). Read it, then find each of its lines in the program below it.

# %%
keras.utils.set_random_seed(0)
in_keras = keras.Sequential(
    [
        keras.Input(shape=(3,)),
        layers.Dense(units=16, activation="relu"),
        layers.Dense(units=16, activation="relu"),
        layers.Dense(units=1),
    ]
)
in_keras.compile(optimizer=keras.optimizers.Adam(0.01), loss="mae")
in_keras.fit(X, y, batch_size=16, epochs=60, verbose=0)

loss_keras = in_keras.evaluate(X, y, verbose=0)
y_hat_keras = in_keras.predict(X, verbose=0)
print(f"loss {loss_keras:.2f} calories")
y_hat_keras[:3]

# %% [markdown]
# And the same program in PyTorch:

# %%
torch.manual_seed(0)
in_torch = nn.Sequential(
    nn.Linear(3, 16),
    nn.ReLU(),
    nn.Linear(16, 16),
    nn.ReLU(),
    nn.Linear(16, 1),
)
loss_function = nn.L1Loss()
optimizer = torch.optim.Adam(in_torch.parameters(), lr=0.01)
loader = DataLoader(TensorDataset(X_t, y_t), batch_size=16, shuffle=True)
for epoch in range(60):
    for X_batch, y_batch in loader:
        y_hat = in_torch(X_batch)
        loss = loss_function(y_hat, y_batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

with torch.no_grad():
    y_hat_torch = in_torch(X_t)
loss_torch = loss_function(y_hat_torch, y_t).item()
print(f"loss {loss_torch:.2f} calories")
y_hat_torch[:3]

# %% [markdown]
# Three differences meet the eye. PyTorch wants to be told the number of inputs of each layer; Keras finds it
# out. In PyTorch the [activation function](../glossary/activation-function.md) is an entry of its own. And
# `predict` returns a NumPy array, a PyTorch model a [tensor](../glossary/tensor.md).
#
# But the numbers are not equal, neither the loss nor the predictions for the first three cereals. Each network
# began with its own random weights, and saw the rows in its own random order. So we take that away, first the
# weights, then the order.
#
# >>> abs(loss_keras - loss_torch) > 0.01
# True
# >>> bool(abs(y_hat_keras - y_hat_torch.numpy()).max() > 1)
# True
#
# ### An older line
#
# Many a text on a single [neuron](../glossary/neuron.md) has this line. It still works, with a warning that
# asks for the `Input` you saw above.

# %%
neuron = keras.Sequential([layers.Dense(units=1, input_shape=[3])])
neuron.input_shape, neuron.count_params()

# %% [markdown]
# Three weights and a [bias](../glossary/bias.md), as in `nn.Linear(3, 1)`. Why is `input_shape` a list? A shape
# has one number for each dimension of an example. A cereal is a row of three numbers, so `[3]`. A picture has
# rows and columns of pixels: `[8, 8]`. The number of examples is not part of it; Keras puts `None` there.
#
# >>> picture = keras.Sequential(
# ...     [keras.Input(shape=[8, 8]), layers.Flatten(), layers.Dense(10)]
# ... )
# >>> picture.input_shape, picture.output_shape
# ((None, 8, 8), (None, 10))
#
# ## The same weights
#
# How do the two networks keep their weights?

# %%
shapes = {
    "Keras": [w.shape for w in in_keras.get_weights()],
    "PyTorch": [tuple(w.shape) for w in in_torch.state_dict().values()],
}
pd.DataFrame(shapes, index=list(in_torch.state_dict())).map(str)

# %% [markdown]
# The tables lie the other way round: Keras keeps a row for each input, PyTorch a row for each neuron. To carry
# weights over, turn each table, in Python with `.T`. `load_state_dict` raises an error if a shape does not fit.


# %%
def copy_weights(from_keras, to_torch):
    """For dense layers only."""
    state = to_torch.state_dict()
    for name, w in zip(state, from_keras.get_weights(), strict=True):
        state[name] = torch.tensor(w.T)  # a row of biases stays as it is
    to_torch.load_state_dict(state)


copy_weights(in_keras, in_torch)
with torch.no_grad():
    y_hat_torch = in_torch(X_t)
apart = (y_hat_torch - torch.tensor(y_hat_keras)).abs().max()
print(f"largest difference: {apart:.5f} calories")

# %% [markdown]
# The trained weights from Keras give the same predictions in PyTorch, up to rounding.
#
# >>> torch.allclose(torch.tensor(y_hat_keras), y_hat_torch, rtol=1e-5)
# True
#
# Look at the row `2.weight` in the table again: (16, 16) either way. That is a trap. If you forget to turn a
# square table, no shape is wrong, and nothing complains:

# %%
import copy

forgotten = copy.deepcopy(in_torch)
with torch.no_grad():
    forgotten[2].weight.copy_(in_torch[2].weight.T.clone())  # as in Keras
    wrong = (forgotten(X_t) - y_hat_torch).abs()
print(f"off by {wrong.mean():.0f} calories on average, without an error")

# %% [markdown]
# So compare predictions whenever you carry weights over. And know what `copy_weights` cannot do. It turns the
# tables of dense layers; other kinds of layers, such as those for pictures, keep theirs in other orders. And
# [batch normalization](../glossary/batch-normalization.md) keeps four rows of numbers in Keras, but in PyTorch
# these four and a counter. Here `strict=True` notices that the lengths differ, and stops.
#
# >>> bool(wrong.mean() > 10)
# True
# >>> norm = layers.BatchNormalization()
# >>> norm.build((None, 3))
# >>> len(norm.get_weights()), len(nn.BatchNorm1d(3).state_dict())
# (4, 5)
#
# ## The same training
#
# Now the order of the rows. `shuffle=False` gives both the same [batches](../glossary/mini-batch.md). Both
# networks begin with the weights that Keras draws, and the optimizer is first the plainest,
# [SGD](../glossary/stochastic-gradient-descent.md).


# %%
def fit_keras(seed, optimizer):
    keras.utils.set_random_seed(seed)
    model = keras.models.clone_model(in_keras)  # new random weights
    start = copy.deepcopy(in_torch)
    copy_weights(model, start)
    model.compile(optimizer=optimizer, loss="mae")
    history = model.fit(
        X, y, batch_size=16, epochs=40, shuffle=False, verbose=0
    )
    return model, start, torch.tensor(history.history["loss"])


model_keras, model, curve = fit_keras(0, keras.optimizers.SGD(0.01))

# %% [markdown]
# In PyTorch, the same loop as above, which now also keeps a history. To get the number that Keras reports, we
# average over the [epoch](../glossary/epoch.md) while training goes on, each batch counted with its number of
# rows.


# %%
def fit_torch(model, optimizer):
    loader = DataLoader(TensorDataset(X_t, y_t), batch_size=16)
    history = []
    for epoch in range(40):
        total = 0.0
        for X_batch, y_batch in loader:
            y_hat = model(X_batch)
            loss = loss_function(y_hat, y_batch)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y_batch)
        history.append(total / len(y_t))
    return torch.tensor(history)


optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
curve_t = fit_torch(model, optimizer)

# %%
#| label: same-curve
#| fig-cap: The same loss curve, computed twice. The wide line is from Keras, the dots are from PyTorch.
#| fig-alt: Loss in calories against epoch. A wide line falls from about {{ curve[0]:.0f }} to about
#|   {{ curve[-1]:.0f }}, with dots along its middle, one for each of 40 epochs. None lies beside it.
#| echo: fold
fig, ax = plt.subplots()
ax.plot(curve, color="C0", linewidth=7, alpha=0.35)
ax.plot(curve_t, ".", color="C0")
ax.text(1, 40, "Keras (line)\nPyTorch (dots)", color="C0")
ax.set(xlabel="epoch", ylabel="loss (calories)", ylim=(0, None))

# %% [markdown]
# In no epoch are the two losses further apart than {{ float((curve_t - curve).abs().max()):.5f}} calories. The
# trained weights agree as well, and so does the loss that `evaluate` reports for the finished network:
#
# >>> torch.allclose(curve, curve_t, rtol=1e-5)
# True
# >>> final = [torch.tensor(w.T) for w in model_keras.get_weights()]
# >>> both = zip(final, model.parameters(), strict=True)
# >>> all(torch.allclose(w, p, atol=1e-3) for w, p in both)
# True
# >>> with torch.no_grad():
# ...     loss = loss_function(model(X_t), y_t).item()
# >>> abs(model_keras.evaluate(X, y, verbose=0) / loss - 1) < 1e-5
# True
#
# ## Adam is almost the same
#
# We repeat this with Adam, for three [seeds](../glossary/seed.md). Adam divides by
# the size of the past [gradients](../glossary/gradient.md), and adds a tiny epsilon against division by zero: 1e-7
# in Keras, 1e-8 in PyTorch. We set both to 1e-7. Are the curves equal then?
#
# No, since two tiny things remain. Keras adds epsilon *before* it corrects for the first steps, PyTorch after.
# And Keras computes the correction with about seven digits, PyTorch with sixteen. The function `like_keras`,
# folded here, changes PyTorch's epsilon and rate before each step so that the formulas agree.


# %%
#| echo: fold
def like_keras(optimizer, args, kwargs):
    group = optimizer.param_groups[0]
    state = optimizer.state.get(group["params"][0], {})
    t = int(state.get("step", 0)) + 1
    root = (1 - 0.999**t) ** 0.5
    exact = root / (1 - 0.9**t)
    powers = torch.tensor([0.9, 0.999]) ** torch.tensor(float(t))
    rounded = float((1 - powers[1]).sqrt() / (1 - powers[0]))
    group.update(eps=1e-7 / root, lr=0.01 * rounded / exact)


# %%
same_epsilon, same_formula = [], []
for seed in range(3):
    _, start, curve = fit_keras(seed, keras.optimizers.Adam(0.01))
    model = copy.deepcopy(start)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01, eps=1e-7)
    same_epsilon.append((fit_torch(model, optimizer) / curve - 1).abs())

    model = copy.deepcopy(start)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01, eps=1e-7)
    optimizer.register_step_pre_hook(like_keras)
    same_formula.append((fit_torch(model, optimizer) / curve - 1).abs())

# %%
#| label: adam
#| fig-cap: A tiny difference grows. How far the loss curves of Adam in Keras and in PyTorch are apart, for three seeds. The dots at the
#|   bottom are rounding.
#| fig-alt: Difference of the loss curves, as a share, against epoch on a logarithmic scale. Three lines for the
#|   same epsilon rise from below a millionth, the highest to {{ max(float(d.max()) for d in same_epsilon):.2f
#|   }}. The dots for the same formula stay near {{ max(float(d.max()) for d in same_formula):.0e}} or below in all
#|   epochs.
#| echo: fold
fig, ax = plt.subplots()
for each in same_epsilon:
    shown = each.where(each > 0, torch.nan)  # a zero has no logarithm
    ax.plot(shown, color="C0", linewidth=1.5)
for each in same_formula:
    ax.plot(each, ".", color="C3", markersize=4)
ax.text(40, 1e-3, "same epsilon", color="C0", va="center")
ax.text(40, 4e-7, "same formula", color="C3", va="center")
ax.set(yscale="log", ylim=(3e-8, 1), xlim=(0, 65), xticks=range(0, 41, 10))
ax.set(xlabel="epoch", ylabel="difference (share)")

# %% [markdown]
# With the formula of Keras, PyTorch gives the curve of Keras, for each of the three seeds. With its own, it
# goes elsewhere. Each step starts from the weights that the steps before have made, so even a tiny difference is
# passed on, and here it grows.
#
# >>> all(a.max() > 100 * b.max() for a, b in zip(same_epsilon, same_formula))
# True
# >>> all(bool(b.max() < 1e-5) for b in same_formula)
# True
#
# Does it matter? Not much here: in no epoch do the losses differ by more than
# {{ max(float(d.max()) for d in same_epsilon):.0%}}. But do not expect the same digits.
#
# ## Defaults that bite
#
# Other defaults matter more, since nothing in your program shows them. The numbers in this table are asked from
# the libraries:

# %%
#| echo: fold
import inspect


def default(function, name):
    return inspect.signature(function).parameters[name].default


SGD = keras.optimizers.SGD
Adam = keras.optimizers.Adam
BatchNorm = layers.BatchNormalization

# %% [markdown]
# | what | Keras | PyTorch |
# |---|---|---|
# | first weights of a dense layer with $m$ inputs and $n$ neurons | Glorot uniform, up to $\sqrt{6 / (m + n)}$; bias zero | uniform, up to $1 / \sqrt{m}$; so is the bias |
# | [learning rate](../glossary/learning-rate.md) of SGD | {{ default(SGD, "learning_rate") }} | {{ default(torch.optim.SGD, "lr") }} |
# | learning rate of Adam | {{ default(Adam, "learning_rate") }} | {{ default(torch.optim.Adam, "lr") }} |
# | Adam: epsilon | {{ default(Adam, "epsilon") }} | {{ default(torch.optim.Adam, "eps") }} |
# | [batch size](../glossary/batch-size.md) | 32 | {{ default(DataLoader, "batch_size") }} |
# | shuffling | {{ "on" if default(keras.Sequential.fit, "shuffle") else "off" }} | {{ "on" if default(DataLoader, "shuffle") else "off" }} |
# | [dropout](../glossary/dropout.md) | `Dropout(0.3)` | `nn.Dropout(0.3)`: in both, the share that is dropped |
# | batch normalization: `momentum` | {{ default(BatchNorm, "momentum") }} of the *old* value is kept | {{ default(nn.BatchNorm1d, "momentum") }} of the *new* value is taken |
# | batch normalization: epsilon | {{ default(BatchNorm, "epsilon") }} | {{ default(nn.BatchNorm1d, "eps") }} |
# | who switches between training and prediction | `fit` and `predict` | you, with `train()` and `eval()` |
#
# The rest of the table, tried out:
#
# >>> import numpy as np
# >>> neuron.compile(loss="mae")
# >>> steps = []
# >>> for num_rows in (64, 65):     # two steps, three steps: only 32 does that
# ...     empty = np.zeros((num_rows, 3)), np.zeros((num_rows, 1))
# ...     _ = neuron.fit(*empty, verbose=0)
# ...     steps.append(int(neuron.optimizer.iterations.numpy()))
# >>> steps == [2, 2 + 3]
# True
# >>> ones = torch.ones(100_000)
# >>> by_keras = layers.Dropout(0.3)(ones, training=True)
# >>> by_torch = nn.Dropout(0.3)(ones)
# >>> [round((h == 0).float().mean().item(), 2) for h in (by_keras, by_torch)]
# [0.3, 0.3]
#
# ### Momentum is not momentum
#
# Batch normalization keeps a running [mean](../glossary/mean.md) and a running
# [variance](../glossary/variance.md) for later predictions. The argument `momentum` says how fast they follow.
# It has nothing to do with the [momentum](../glossary/momentum.md) of an
# optimizer, and the two libraries mean opposite shares by it. So the partner of
# 0.99 is 0.01, not 0.99. Show both the same columns once, and look at the running mean, which begins at zero:

# %%
#| label: batchnorm
#| tbl-cap: The running mean of sugars, fiber, and protein, after one batch.
norm_keras = layers.BatchNormalization()
norm_default = nn.BatchNorm1d(3)
norm_translated = nn.BatchNorm1d(3, eps=1e-3, momentum=0.01)

norm_keras(features, training=True)
norm_default(torch.tensor(features))
norm_translated(torch.tensor(features))

running = {
    "the batch": features.mean(axis=0),
    "Keras": norm_keras.moving_mean.numpy(),
    "PyTorch": norm_default.running_mean,
    "PyTorch, momentum=0.01": norm_translated.running_mean,
}
pd.DataFrame(running, index=["sugars", "fiber", "protein"]).round(2)

# %% [markdown]
# With its default, PyTorch takes ten times as much from each batch. Translated, the two agree:
#
# >>> translated = norm_translated.running_mean
# >>> torch.allclose(translated, torch.tensor(running["Keras"]), rtol=1e-4)
# True
# >>> torch.allclose(norm_default.running_mean, 10 * translated, rtol=1e-4)
# True
#
# One difference no argument removes: for the running variance, Keras divides the squares by the number of rows
# $n$, PyTorch by $n - 1$.
#
# >>> n = len(features)
# >>> new_keras = (norm_keras.moving_variance.numpy() - 0.99) / 0.01
# >>> new_torch = (norm_translated.running_var.numpy() - 0.99) / 0.01
# >>> bool(abs((new_torch / new_keras).mean() - n / (n - 1)) < 0.002)
# True
#
# ### The first weights
#
# A new layer of 100 inputs and 300 neurons:

# %%
#| label: first-weights
#| fig-cap: Two ways to begin, with the first weights of a dense layer of 100 inputs and 300 neurons. Both are drawn evenly, here
#|   Keras from a wider range.
#| fig-alt: Two flat histograms of weights one above the other. That of Keras reaches from
#|   -{{ reach['Keras']:.2f}} to {{ reach['Keras']:.2f}}, that of PyTorch from -{{ reach['PyTorch']:.2f}} to
#|   {{ reach['PyTorch']:.2f}}.
#| echo: fold
keras.utils.set_random_seed(0)
dense = layers.Dense(300)
dense.build((None, 100))
linear = nn.Linear(100, 300)
first = {
    "Keras": torch.tensor(dense.get_weights()[0]).flatten(),
    "PyTorch": linear.weight.detach().flatten(),
}
reach = {name: float(w.abs().max()) for name, w in first.items()}
fig, axes = plt.subplots(2, 1, sharex=True, sharey=True)
for ax, (name, w) in zip(axes, first.items()):
    ax.hist(w, bins=60, range=(-0.15, 0.15), color="C1")
    ax.set(ylabel="weights", title=name, xticks=[-0.1, 0, 0.1])
axes[1].set_xlabel("weight")

# %% [markdown]
# Keras begins wider as long as a layer has fewer than five times as many neurons as inputs. At five times the
# two borders meet, and beyond that PyTorch begins wider.
#
# >>> abs(reach["Keras"] - (6 / 400) ** 0.5) < 0.001
# True
# >>> abs(reach["PyTorch"] - 1 / 100**0.5) < 0.001
# True
# >>> bool((dense.get_weights()[1] == 0).all())
# True
# >>> abs(linear.bias.abs().max().item() - 1 / 100**0.5) < 0.001
# True
# >>> def border_keras(m, n):
# ...     return (6 / (m + n)) ** 0.5
# >>> m, border_torch = 100, 1 / 100**0.5
# >>> border_keras(m, 499) > border_torch > border_keras(m, 501)
# True
# >>> round(border_keras(m, 500), 6) == border_torch
# True
#
# To begin as Keras does, call `nn.init.xavier_uniform_` on the weight, and `nn.init.zeros_` on the bias. Xavier
# Glorot is the first author of the article that proposed it.
#
# ## What to keep
#
# - Each word of Keras in this lesson has one partner in PyTorch, or two; `fit` is the loop you write yourself.
# - To carry the weights of dense layers over, turn each table, and compare predictions: a square table that you
#   forgot to turn raises no error.
# - When results differ, look at the defaults: first weights, learning rate, shuffling, and the momentum of
#   batch normalization, which is the opposite share.
#
# Running means, variances, $n$ or $n - 1$: if these came too fast, read [Enough statistics to read a
# result](reading_results.py).
