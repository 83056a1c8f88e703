# %% [markdown]
# # From Keras to PyTorch
#
# **I know how to say it in [Keras](../glossary/keras.md). How do I say it in [PyTorch](../glossary/pytorch.md),
# and is it really the same?** Line by line it is, and this lesson proves it: the same
# [weights](../glossary/weight.md) give the same answers, and the same steps give the same
# [loss](../glossary/loss.md), to rounding. Where the two part, you will know why.
#
# This lesson needs Keras, which the rest of the course does not. [Set up](../setup.md) puts it into the
# course's [virtual environment](../glossary/virtual-environment.md), and so does `pip install -e '.[keras]'`.
# You also need [The full training loop](training_loop.py).
#
# After this lesson you can translate a Keras program into PyTorch, carry trained weights over, and name the
# defaults that differ.

# %%
#| label: map
#| fig-cap: Three of these words of Keras have one partner. The other three do two things at once, and fall
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
fig, ax = plt.subplots(figsize=(5.6, 4))
row = 0
for keras_word, words in pairs.items():
    middle, color = row + (len(words) - 1) / 2, f"C{len(words) - 1}"
    ax.text(0, middle, keras_word, ha="right", va="center", color=color)
    for word in words:
        ax.plot([0.05, 0.95], [middle, row], color=color)
        ax.text(1, row, word, va="center", color=color)
        row += 1
ax.axis("off")
ax.set(xlim=(-1.2, 2.2), ylim=(row, -1), title="Keras, and PyTorch")

# %% [markdown]
# ## What Keras runs on
#
# Keras describes networks; another library computes them. Older texts name CNTK and Theano, but those are gone:
# Keras 3 runs on TensorFlow, on JAX, or on PyTorch. It looks which one to take when it is imported. We choose
# PyTorch.

# %%
#| needs: keras
import os
import tempfile
import warnings

os.environ["KERAS_BACKEND"] = "torch"
os.environ["KERAS_HOME"] = os.path.join(
    tempfile.gettempdir(), "keras"
)  # its settings
warnings.simplefilter("ignore", DeprecationWarning)  # of no concern here

import keras
from keras import layers

keras.backend.backend(), keras.__version__.split(".")[0]

# %% [markdown]
# The data are cereals, and the question is their calories.

# %%
import pandas as pd
import torch
from torch import nn

cereals = pd.read_csv("data/cereals.csv")
inputs = cereals[["sugars", "fiber", "protein"]].to_numpy("float32")
X = (inputs - inputs.mean(axis=0)) / inputs.std(axis=0)
y = cereals[["calories"]].to_numpy("float32")
X_t, y_t = torch.tensor(X), torch.tensor(y)
X_t.shape, X_t.dtype

# %% [markdown]
# Both libraries get [standardized](../glossary/standardization.md) [inputs](../glossary/input.md); neither does
# that by itself. [Where the data comes from](../data.md#cereals).
#
# ## The same network
#
# A [neuron](../glossary/neuron.md), as many a tutorial has it:

# %%
neuron = keras.Sequential([layers.Dense(units=1, input_shape=[3])])
neuron.count_params(), sum(p.numel() for p in nn.Linear(3, 1).parameters())

# %% [markdown]
# Three weights and a [bias](../glossary/bias.md), as in PyTorch. Keras 3 still understands the old line, but
# asks for an `Input` instead. So let us do as it says. Here is a network with two [hidden
# layers](../glossary/hidden-layer.md), first in Keras, then in PyTorch.


# %%
def keras_model(seed):
    keras.utils.set_random_seed(seed)
    return keras.Sequential(
        [
            keras.Input(shape=(3,)),
            layers.Dense(units=16, activation="relu"),
            layers.Dense(units=16, activation="relu"),
            layers.Dense(units=1),
        ]
    )


def torch_model():
    return nn.Sequential(
        nn.Linear(3, 16),
        nn.ReLU(),
        nn.Linear(16, 16),
        nn.ReLU(),
        nn.Linear(16, 1),
    )


# %% [markdown]
# PyTorch wants to be told the number of inputs of each layer; Keras finds it out. In PyTorch the [activation
# function](../glossary/activation-function.md) is an entry of its own. Now look how they keep their weights:

# %%
in_keras, in_torch = keras_model(seed=0), torch_model()
shapes = {
    "Keras": [w.shape for w in in_keras.get_weights()],
    "PyTorch": [tuple(w.shape) for w in in_torch.state_dict().values()],
}
pd.DataFrame(shapes, index=list(in_torch.state_dict())).map(str)

# %% [markdown]
# The tables lie the other way round: Keras keeps a row for each input, PyTorch a row for each neuron. To carry
# weights over, turn each table.


# %%
def copy_weights(from_keras, to_torch):
    weights = [torch.tensor(w) for w in from_keras.get_weights()]
    parameters = list(to_torch.parameters())
    with torch.no_grad():
        for parameter, w in zip(parameters, weights, strict=True):
            parameter.copy_(w.T if w.dim() == 2 else w)


copy_weights(in_keras, in_torch)
answers = in_keras.predict(X, verbose=0)
with torch.no_grad():
    answers_t = in_torch(X_t)
type(answers).__name__, type(answers_t).__name__

# %% [markdown]
# `predict` hands out a NumPy array, the PyTorch model a [tensor](../glossary/tensor.md). The numbers in them
# are the same, to the precision both compute with:
#
# >>> torch.allclose(torch.tensor(answers), answers_t, atol=1e-5)
# True
#
# ## The same training
#
# In Keras: `compile`, with an [optimizer](../glossary/optimizer.md) and a loss, here [mean absolute
# error](../glossary/mean-absolute-error.md), then `fit`. `shuffle=False` gives both the same
# [batches](../glossary/mini-batch.md), and `verbose=0` keeps it quiet.


# %%
def fit_keras(seed, optimizer):
    model = keras_model(seed)
    start = torch_model()
    copy_weights(model, start)
    model.compile(optimizer=optimizer, loss="mae")
    history = model.fit(
        X, y, batch_size=16, epochs=40, shuffle=False, verbose=0
    )
    return model, start, torch.tensor(history.history["loss"])


in_keras, in_torch, curve = fit_keras(0, keras.optimizers.SGD(0.01))

# %% [markdown]
# And in PyTorch. To get the number that Keras reports, we average over the [epoch](../glossary/epoch.md) while
# training goes on, each batch counted with its number of rows. The argument `before_step` does nothing yet.


# %%
def fit_torch(model, optimizer, before_step=lambda optimizer, t: None):
    loss_function, t, history = nn.L1Loss(), 0, []
    for epoch in range(40):
        total = 0.0
        for rows in torch.arange(len(X_t)).split(16):
            loss = loss_function(model(X_t[rows]), y_t[rows])
            optimizer.zero_grad()
            loss.backward()
            t += 1
            before_step(optimizer, t)
            optimizer.step()
            total += loss.item() * len(rows)
        history.append(total / len(X_t))
    return torch.tensor(history)


optimizer = torch.optim.SGD(in_torch.parameters(), lr=0.01)
curve_t = fit_torch(in_torch, optimizer)

# %%
#| label: same-curve
#| fig-cap: One loss curve, computed twice. The wide line is from Keras, the dots are from PyTorch.
#| fig-alt: Loss in calories against epoch. A wide line falls from about {{ curve[0]:.0f }} to about
#|   {{ curve[-1]:.0f }}, with dots along its middle, one for each of 40 epochs. None lies beside it.
fig, ax = plt.subplots()
ax.plot(curve, color="C0", linewidth=7, alpha=0.4)
ax.plot(curve_t, ".", color="C1")
ax.text(1, 60, "Keras (line)\nPyTorch (dots)")
ax.set(xlabel="epoch", ylabel="loss (calories)", ylim=(0, None))
ax.set_title("The same loss curve")

# %% [markdown]
# The same in every epoch, and the trained weights agree as well:
#
# >>> torch.allclose(curve, curve_t, rtol=1e-4)
# True
# >>> final = [torch.tensor(w) for w in in_keras.get_weights()]
# >>> all(torch.allclose(w.T if w.dim() == 2 else w, p, atol=1e-3) for w, p in zip(final, in_torch.parameters()))
# True
#
# `evaluate` is the loss of the network as it now is, without learning anything:
#
# >>> with torch.no_grad():
# ...     by_torch = nn.functional.l1_loss(in_torch(X_t), y_t).item()
# >>> abs(in_keras.evaluate(X, y, verbose=0) / by_torch - 1) < 1e-4
# True
#
# ## Adam is almost the same
#
# The usual line is `compile(optimizer="adam", loss="mae")`. We use the same [Adam](../glossary/adam.md) in
# both, with a [learning rate](../glossary/learning-rate.md) of 0.01, for three [seeds](../glossary/seed.md).
# Both divide by the size of the [gradients](../glossary/gradient.md), and add a tiny epsilon against division
# by zero, 1e-7 in Keras and 1e-8 in PyTorch. We set both to 1e-7. Are the curves equal then?
#
# No. Two tiny things remain. Keras adds epsilon *before* it corrects for the first steps, PyTorch after; and
# Keras works out the correction with about seven digits, PyTorch with sixteen. The function `like_keras` sets
# PyTorch's epsilon and rate in step $t$ so that the formulas agree.


# %%
def like_keras(optimizer, t):
    root = (1 - 0.999**t) ** 0.5
    exact = root / (1 - 0.9**t)
    power_1, power_2 = torch.tensor([0.9, 0.999]) ** torch.tensor(float(t))
    rounded = float((1 - power_2).sqrt() / (1 - power_1))
    for group in optimizer.param_groups:
        group.update(eps=1e-7 / root, lr=0.01 * rounded / exact)


def difference(seed, before_step=lambda optimizer, t: None):
    """How far the two curves are apart, as a share, in each epoch."""
    _, model, curve = fit_keras(seed, keras.optimizers.Adam(0.01))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01, eps=1e-7)
    return (fit_torch(model, optimizer, before_step) / curve - 1).abs()


same_epsilon = [difference(seed) for seed in range(3)]
same_formula = [difference(seed, like_keras) for seed in range(3)]

# %%
#| label: adam
#| fig-cap: How far the loss curves of Adam in Keras and in PyTorch are apart, for three seeds. The dots at the
#|   bottom are rounding.
#| fig-alt: Difference of the loss curves against epoch on a logarithmic scale. Three curves for the same
#|   epsilon climb from below a millionth, one of them to {{ max(float(d.max()) for d in same_epsilon):.2f}}.
#|   The dots for the same formula stay near {{ max(float(d.max()) for d in same_formula):.0e}} or below in all
#|   epochs.
fig, ax = plt.subplots()
for each in same_epsilon:
    shown = each.where(each > 0, torch.nan)  # a zero has no logarithm
    ax.plot(shown, color="C1", linewidth=1.5)
for each in same_formula:
    ax.plot(each, ".", color="C2", markersize=4)
ax.text(40, 1e-3, "same epsilon", color="C1", va="center")
ax.text(40, 4e-7, "same formula", color="C2", va="center")
ax.set(yscale="log", ylim=(3e-8, 1), xlim=(0, 54), xticks=range(0, 41, 10))
ax.set(xlabel="epoch", ylabel="difference (share)")
ax.set_title("A tiny difference grows")

# %% [markdown]
# With the formula of Keras, PyTorch gives the curve of Keras, for each seed. With its own, it goes elsewhere:
# each step depends on all before, so a difference in the sixth digit is passed on, and grows.
#
# >>> all(a.max() > 10 * b.max() for a, b in zip(same_epsilon, same_formula))
# True
# >>> all(bool(b.max() < 1e-3) for b in same_formula)
# True
#
# Does it matter? Not here. Both end within a twentieth of the same loss. Only do not expect the same digits.
#
# >>> all(bool(a[-1] < 0.05) for a in same_epsilon)
# True
#
# ## Defaults that bite
#
# Other defaults matter more, since nothing in your program shows them.
#
# | what | Keras | PyTorch |
# |---|---|---|
# | first weights of a [dense layer](../glossary/dense-layer.md) | Glorot uniform, up to $\sqrt{6 / (m + n)}$ for $m$ inputs and $n$ neurons; bias zero | uniform, up to $1 / \sqrt{m}$; so is the bias |
# | learning rate of [SGD](../glossary/stochastic-gradient-descent.md) | 0.01 | 0.001 |
# | [batch size](../glossary/batch-size.md) | 32 | 1 |
# | shuffling | on | off |
# | [dropout](../glossary/dropout.md) | `Dropout(0.3)` | `nn.Dropout(0.3)`: in both, the share that is dropped |
# | [batch normalization](../glossary/batch-normalization.md): `momentum` | 0.99 of the *old* value is kept | 0.1 of the *new* value is taken |
# | batch normalization: epsilon | 0.001 | 0.00001 |
# | Adam: epsilon | 1e-7 | 1e-8 |
# | who switches between training and prediction | `fit` and `predict` | you, with `train()` and `eval()` |
#
# The numbers of that table, as far as the libraries tell them:
#
# >>> import inspect
# >>> def default(function, name):
# ...     return inspect.signature(function).parameters[name].default
# >>> [default(f, "learning_rate") for f in (keras.optimizers.SGD, keras.optimizers.Adam)]
# [0.01, 0.001]
# >>> [default(f, "lr") for f in (torch.optim.SGD, torch.optim.Adam)]
# [0.001, 0.001]
# >>> [default(layers.BatchNormalization, name) for name in ("momentum", "epsilon")]
# [0.99, 0.001]
# >>> [default(nn.BatchNorm1d, name) for name in ("momentum", "eps")]
# [0.1, 1e-05]
# >>> default(keras.optimizers.Adam, "epsilon"), default(torch.optim.Adam, "eps")
# (1e-07, 1e-08)
# >>> default(keras.Sequential.fit, "shuffle"), bool(default(torch.utils.data.DataLoader, "shuffle"))
# (True, False)
# >>> ones = torch.ones(100_000)
# >>> dropped = [(drop == 0).float().mean() for drop in (layers.Dropout(0.3)(ones, training=True), nn.Dropout(0.3)(ones))]
# >>> [round(float(share), 1) for share in dropped]
# [0.3, 0.3]
#
# ### Momentum is not momentum
#
# Batch normalization keeps a running [mean](../glossary/mean.md) and a running
# [variance](../glossary/variance.md) for later predictions. The argument `momentum` says how fast they follow.
# It has nothing to do with the [momentum](../glossary/momentum.md) of an optimizer, and the two libraries mean
# opposite shares by it. So the partner of 0.99 is 0.01, not 0.99. Show both the same
# [input](../glossary/input.md) columns once, and look at the running mean:

# %%
#| label: batchnorm
#| tbl-cap: The running mean of sugars, fiber, and protein, after one batch.
raw = inputs
in_keras = layers.BatchNormalization()
in_keras(raw, training=True)
as_default, translated = (
    nn.BatchNorm1d(3),
    nn.BatchNorm1d(3, eps=1e-3, momentum=0.01),
)
as_default(torch.tensor(raw))
translated(torch.tensor(raw))

running = {
    "the batch": raw.mean(axis=0),
    "Keras": in_keras.moving_mean.numpy(),
    "PyTorch": as_default.running_mean,
    "PyTorch, momentum=0.01": translated.running_mean,
}
pd.DataFrame(running, index=["sugars", "fiber", "protein"]).round(2)

# %% [markdown]
# The default of PyTorch forgets ten times as fast. Translated, the two agree:
#
# >>> torch.allclose(translated.running_mean, torch.tensor(running["Keras"]), rtol=1e-4)
# True
# >>> torch.allclose(as_default.running_mean, 10 * translated.running_mean, rtol=1e-4)
# True
#
# One difference no argument removes: for the running variance, Keras divides the squares by the number of rows
# $n$, PyTorch by $n - 1$.
#
# >>> n = len(raw)
# >>> new = [(in_keras.moving_variance.numpy() - 0.99) / 0.01, (translated.running_var.numpy() - 0.99) / 0.01]
# >>> bool(abs((new[1] / new[0]).mean() - n / (n - 1)) < 0.002)
# True
#
# ### The first weights
#
# A fresh layer of 100 inputs and 300 neurons:

# %%
#| label: first-weights
#| fig-cap: The first weights of a dense layer with 100 inputs and 300 neurons. Both are drawn evenly, Keras
#|   from a wider range.
#| fig-alt: Two flat histograms of weights one above the other. That of Keras reaches from
#|   -{{ reach['Keras']:.2f}} to {{ reach['Keras']:.2f}}, that of PyTorch from -{{ reach['PyTorch']:.2f}} to
#|   {{ reach['PyTorch']:.2f}}.
keras.utils.set_random_seed(0)
dense = layers.Dense(300)
dense.build((None, 100))
first = {
    "Keras": torch.tensor(dense.get_weights()[0]).flatten(),
    "PyTorch": nn.Linear(100, 300).weight.detach().flatten(),
}
reach = {name: float(w.abs().max()) for name, w in first.items()}
fig, axes = plt.subplots(2, 1, sharex=True, sharey=True)
for ax, (name, w) in zip(axes, first.items()):
    ax.hist(w, bins=60, range=(-0.15, 0.15))
    ax.text(-0.185, 350, name)
    ax.set_xlim(-0.19, 0.15)
axes[1].set_xlabel("weight")
axes[0].set_title("Two ways to begin")

# %% [markdown]
# Keras begins wider, unless a layer has more than five times as many neurons as inputs: there the two borders
# meet.
#
# >>> abs(reach["Keras"] - (6 / 400) ** 0.5) < 0.001, abs(reach["PyTorch"] - 1 / 100**0.5) < 0.001
# (True, True)
# >>> m, n = 100, 500
# >>> round((6 / (m + n)) ** 0.5, 6) == round(1 / m**0.5, 6)
# True
#
# To begin as Keras does, call `nn.init.xavier_uniform_` on the weight, and `nn.init.zeros_` on the bias. Glorot
# is the last name of the author, Xavier his first.
#
# ## What to keep
#
# - Each word of Keras has one partner in PyTorch, or two; `fit` is the loop you write yourself.
# - To carry weights over, turn each table. Then both give the same answers, and with the same batches the same
#   loss curve.
# - When results differ, look at the defaults: first weights, learning rate, shuffling, and the momentum of
#   batch normalization, which is the opposite share.
#
# Running means, variances, $n$ or $n - 1$: if these came too fast, read [Enough statistics to read a
# result](reading_results.py).
#
# ## Exercises
#
# 1. **Predict.** A Keras layer `BatchNormalization(momentum=0.9)`: what is its partner in PyTorch?
#
#     ??? success "Answer"
#
#         One minus 0.9, and the epsilon of Keras: `nn.BatchNorm1d(…, momentum=0.1, eps=1e-3)`.
#
#         >>> round(1 - 0.9, 6) == default(nn.BatchNorm1d, "momentum")
#         True
#
# 2. **Predict.** With 65 rows and both defaults for the batch size, how many steps has an epoch in Keras, and
#    how many with a `DataLoader`?
#
#     ??? success "Answer"
#
#         Three, the last of a single row; and as many as there are rows.
#
#         >>> neuron.compile(loss="mae")
#         >>> _ = neuron.fit(X, y, verbose=0)
#         >>> int(neuron.optimizer.iterations.numpy()), len(X) // 32 + 1
#         (3, 3)
#         >>> len(torch.utils.data.DataLoader(torch.zeros(65)))
#         65
#
# 3. **Change.** Replace `loss="mae"` by `loss="mse"`, and `nn.L1Loss` by its partner. Are the curves of SGD
#    still equal? (A learning rate of 0.0001 keeps it from diverging.)
# 4. **Change.** Compare the loss curves of SGD with `shuffle=True` in `fit_keras`. How far apart are they?
# 5. **Build.** Write `copy_back`, which carries the weights of `in_torch` into a fresh `keras_model(1)` with
#    `set_weights`, and check that `predict` gives the answers of `in_torch`.
