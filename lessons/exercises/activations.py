# %% [markdown]
# # Exercises: activation functions

# %%
import itertools

import torch
import torch.nn.functional as F
from torch import nn

# %% exercise steepest [markdown] minutes=1 within=0.01
# ## How much steeper?
#
# Sigmoid and tanh are both steepest at `z = 0`. How many times the slope of the sigmoid does tanh have there?

# %% solution
z = torch.zeros(2, requires_grad=True)
(torch.sigmoid(z[0]) + torch.tanh(z[1])).backward()
answer = float(z.grad[1] / z.grad[0])

# %% also right
answer = 1 / 0.25

# %% hint [markdown]
# The figure at the top of [the lesson](../activations.py#what-the-bend-is-for) draws both slopes as dashed lines.

# %% wrong
#| says: Tanh is twice as tall as the sigmoid, and also squeezed to half the width.
answer = 2

# %% wrong
#| says: The other way round: this is the slope of the sigmoid as a share of that of tanh.
answer = 0.25

# %% wrong
#| says: That is the slope of tanh; it is asked how many times that of the sigmoid it is.
answer = 1

# %% wrong
#| says: That is how much larger the slope is; how many *times* as large is it?
answer = 0.75

# %% exercise leaky [markdown] after="what-the-bend-is-for" minutes=2
# ## A gate that does not quite shut
#
# Write `leaky_relu(z, leak)`. Each number of the tensor `z` that is above zero stays as it is; each below zero is
# multiplied by `leak`. The result has the shape of `z`.


# %% starter
def leaky_relu(z, leak):
    return torch.where(____, ____, ____)


# %% solution
def leaky_relu(z, leak):
    return torch.where(z > 0, z, leak * z)


# %% also right
def leaky_relu(z, leak):
    return z.clamp(min=0) + leak * z.clamp(max=0)


# %% hint [markdown]
# `torch.where(condition, a, b)` takes from `a` where the condition is true, and from `b` elsewhere. [The
# list](../activations.py#what-the-bend-is-for) at the top of the lesson says what leaky ReLU does.


# %% check
def check(answer):
    z = torch.tensor([-3.0, -0.5, 0.0, 0.25, 2.0])
    yield "leaky_relu(z, 0.1)", answer.leaky_relu(z, 0.1)
    yield "leaky_relu(z, 0.5)", answer.leaky_relu(z, 0.5)
    table = 4 * torch.randn(5, 3)
    yield "leaky_relu(table, 0.01)", answer.leaky_relu(table, 0.01)
    table.requires_grad_()
    answer.leaky_relu(table, 0.2).sum().backward()
    yield "the slope of leaky_relu(table, 0.2)", table.grad


# %% wrong
#| says: The gate shuts fully: what is below zero should leak through a little.
def leaky_relu(z, leak):
    return torch.relu(z)


# %% wrong
#| says: The leak is given as an argument; a fixed 0.01 ignores it.
def leaky_relu(z, leak):
    return torch.where(z > 0, z, 0.01 * z)


# %% wrong
#| says: Below zero comes always the same number; it should be the leak times z.
def leaky_relu(z, leak):
    return torch.where(z > 0, z, torch.full_like(z, -leak))


# %% wrong
#| says: The two sides are swapped: below zero z stays, above zero it is multiplied.
def leaky_relu(z, leak):
    return torch.where(z > 0, leak * z, z)


# %% wrong
#| says: The leak has lost its sign: below zero the result is below zero too.
def leaky_relu(z, leak):
    return torch.where(z > 0, z, -leak * z)


# %% excused
#| says: At exactly zero both sides are zero.
def leaky_relu(z, leak):
    return torch.where(z >= 0, z, leak * z)


# %% exercise elu [markdown] after="rounded-relatives-gelu-and-silu" minutes=8
# ## ELU
#
# ELU is another relative of ReLU. Above zero it is `z`. Below zero it is $e^z - 1$, which bends smoothly toward
# -1. Write `elu(z)` for a tensor of any shape. Its slope must be right too, and for `z = 200` as well.


# %% starter
def elu(z):
    return torch.where(z > 0, ____, ____)


# %% solution
def elu(z):
    return torch.where(z > 0, z, z.clamp(max=0).exp() - 1)


# %% also right
def elu(z):
    return F.relu(z) + torch.expm1(-F.relu(-z))


# %% also right
def elu(z):
    below = torch.minimum(z, torch.zeros_like(z))
    return z - below + below.exp() - 1


# %% hint [markdown]
# Draw `torch.exp(z) - 1` for `z` below zero, beside [the rounded
# relatives](../activations.py#rounded-relatives-gelu-and-silu). What does `torch.exp` of 200 give?

# %% hint [markdown]
# `torch.where` computes both sides for each number, and `backward` goes through both. Keep the exponential from
# ever getting a large number: `clamp` cuts a tensor off.


# %% check
def check(answer):
    z = torch.tensor([-30.0, -3.0, -0.5, -0.01, 0.01, 0.5, 3.0])
    table = 3 * torch.randn(4, 5)
    large = torch.tensor([-200.0, -1.0, 1.0, 200.0])
    yield f"elu({[round(v, 2) for v in z.tolist()]})", answer.elu(z)
    yield "elu(table) of 4 × 5", answer.elu(table)
    yield "elu of -200, -1, 1, 200", answer.elu(large)
    yield "elu of 0", answer.elu(torch.zeros(1))
    for what, at in ("z", z), ("a table", table), ("-200, -1, 1, 200", large):
        at = at.clone().requires_grad_()
        answer.elu(at).sum().backward()
        yield f"the slope of elu at {what}", at.grad


# %% wrong
#| says: exp(200) is infinity, and backward makes nan of it although where takes the other side.
def elu(z):
    return torch.where(z > 0, z, z.exp() - 1)


# %% wrong
#| says: The minus 1 is missing: at zero the function would jump from 1 to 0.
def elu(z):
    return torch.where(z > 0, z, z.clamp(max=0).exp())


# %% wrong
#| says: Above zero ELU is z itself, not the exponential.
def elu(z):
    return z.exp() - 1


# %% wrong
#| says: That is ReLU: below zero it is flat, and no slope gets through.
def elu(z):
    return F.relu(z)


# %% wrong
#| says: A straight line below zero has a kink at zero, and never levels off.
def elu(z):
    return torch.where(z > 0, z, 0.1 * z)


# %% wrong
#| says: Below zero comes 1 - exp(z), which is above zero: the sign is turned.
def elu(z):
    return torch.where(z > 0, z, 1 - z.clamp(max=0).exp())


# %% excused
#| says: At exactly zero both sides are zero.
def elu(z):
    return torch.where(z >= 0, z, z.clamp(max=0).exp() - 1)


# %% excused
#| says: Where it is cut off above zero is of no account, as long as exp stays small.
def elu(z):
    return torch.where(z > 0, z, z.clamp(max=1).exp() - 1)


# %% exercise dead [markdown] after="dead-relus" minutes=6
# ## Count the dead
#
# Write `count_dead(sums)`. `sums` is what reaches the ReLUs: a table with a row for each example and a column for
# each neuron. A neuron is dead if its number is zero or below for *every* example. Return how many neurons are
# dead.


# %% starter
def count_dead(sums):
    """sums is (rows, neurons); a whole number comes out."""
    shut = ____
    return int(shut.____)


# %% solution
def count_dead(sums):
    return int((sums <= 0).all(dim=0).sum())


# %% also right
def count_dead(sums):
    return sum(max(column) <= 0 for column in sums.T.tolist())


# %% hint [markdown]
# `sums <= 0` is a table of true and false. [Dead ReLUs](../activations.py#dead-relus) asks for each neuron whether
# a whole column is true.

# %% hint [markdown]
# `all(dim=0)` looks down the columns, `all(dim=1)` along the rows. `sum()` counts the true ones.


# %% check
def check(answer):
    sums = torch.randn(6, 9) - 0.9
    sums[:, 0], sums[:, 4], sums[2] = -1.0, 0.0, -0.5
    sums[3, 7] = 2.0
    yield "count_dead(sums) of 6 rows, 9 neurons", answer.count_dead(sums)
    sums = torch.randn(40, 5)
    sums[:, 3] = -sums[:, 3].abs()
    yield "count_dead(sums) of 40 rows, 5 neurons", answer.count_dead(sums)
    many = torch.randn(8, 30) - 0.6
    many[[1, 5]] = -many[[1, 5]].abs()
    yield "count_dead(sums) of 8 rows, 30 neurons", answer.count_dead(many)
    yield "count_dead of ones", answer.count_dead(torch.ones(4, 3))


# %% wrong
#| says: That counts rows for which all neurons are shut; a column is a neuron.
def count_dead(sums):
    return int((sums <= 0).all(dim=1).sum())


# %% wrong
#| says: Shut for one example is not dead: a dead neuron is shut for every example.
def count_dead(sums):
    return int((sums <= 0).any(dim=0).sum())


# %% wrong
#| says: That counts shut gates of all rows together; count neurons that are shut for all rows.
def count_dead(sums):
    return int((sums <= 0).sum())


# %% wrong
#| says: At exactly zero the gate is shut too: it is zero or below that counts.
def count_dead(sums):
    return int((sums < 0).all(dim=0).sum())


# %% wrong
#| says: A mean below zero is not enough: a few examples may still open the gate.
def count_dead(sums):
    return int((sums.mean(dim=0) <= 0).sum())


# %% wrong
#| says: That counts the neurons that are alive.
def count_dead(sums):
    return int((sums > 0).any(dim=0).sum())


# %% exercise leak_returns [markdown] after="dead-relus" minutes=4
# ## Does a leak bring them back?
#
# With `nn.LeakyReLU()` a neuron that is below zero for all rows still gets a gradient, unlike a dead ReLU.
# `below_zero(activation, seed)` trains as the lesson does, 300 steps at a rate of 0.05. It returns three counts:
# the neurons below zero for all rows before training, those after it, and those that came back. Of the neurons that
# begin below zero, how many come back with the leaky ReLU?

# %% given
X = torch.linspace(-2, 2, 101)[:, None]
y = torch.sin(2 * X)


def below_zero(activation, seed):
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(1, 64), activation, nn.Linear(64, 1))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    before = (model[0](X) <= 0).all(dim=0)
    for step in range(300):
        y_hat = model(X)
        loss = F.mse_loss(y_hat, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    after = (model[0](X) <= 0).all(dim=0)
    returned = before & ~after
    return int(before.sum()), int(after.sum()), int(returned.sum())


# %% choices [markdown]
# - a) All of them.
# - b) Some of them.
# - c) None of them.

# %% solution
counts = [below_zero(nn.LeakyReLU(), seed) for seed in (0, 1)]
began = sum(before for before, _, _ in counts)
returned = sum(back for _, _, back in counts)
answer = "c" if returned == 0 else "a" if returned == began else "b"

# %% hint [markdown]
# The leak of `nn.LeakyReLU()` is 0.01, [as the lesson says](../activations.py#what-the-bend-is-for). How far do 300
# steps go with a hundredth of the slope? Print `below_zero(nn.LeakyReLU(), seed)` for two seeds.

# %% wrong
#| says: A gradient is not a rescue: with a leak of 0.01 it is a hundredth of the others'.
answer = "a"

# %% wrong
#| says: Print the counts of two seeds: the third is how many came back.
answer = "b"

# %% exercise sizes [markdown] after="layer-by-layer" minutes=10
# ## Measure the gradient, layer by layer
#
# Write `gradient_sizes(model, X, y)`. `model` is an `nn.Sequential` of linear layers and activation functions.
# Compute the mean squared error for `X` and `y`, go back once, and return a list with the length (`norm()`) of the
# gradient of the weights, one number for each linear layer, from the first to the last.


# %% starter
def gradient_sizes(model, X, y):
    ____
    loss = ____
    loss.backward()
    return [____ for layer in model if isinstance(layer, nn.Linear)]


# %% solution
def gradient_sizes(model, X, y):
    model.zero_grad()
    loss = F.mse_loss(model(X), y)
    loss.backward()
    linear = [layer for layer in model if isinstance(layer, nn.Linear)]
    return [layer.weight.grad.norm().item() for layer in linear]


# %% also right
def gradient_sizes(model, X, y):
    weights = [p for p in model.parameters() if p.dim() == 2]
    slopes = torch.autograd.grad(((model(X) - y) ** 2).mean(), weights)
    return [(slope**2).sum().sqrt() for slope in slopes]


# %% hint [markdown]
# [Layer by layer](../activations.py#layer-by-layer) does the same for ten layers. After `backward()`, each weight has
# its gradient in `layer.weight.grad`.

# %% hint [markdown]
# The model may come with gradients of an earlier pass, and `backward` adds to them.


# %% check
def check(answer):
    for sizes, n in ([3, 5, 1], 7), ([2, 4, 4, 4, 2], 5):
        layers = []
        for n_in, n_out in itertools.pairwise(sizes):
            layers += [nn.Linear(n_in, n_out), nn.Tanh()]
        model = nn.Sequential(*layers[:-1])
        X, y = torch.randn(n, sizes[0]), torch.randn(n, sizes[-1])
        what = f"gradient_sizes(model, X, y), {len(sizes) - 1} layers"
        yield what, answer.gradient_sizes(model, X, y)
        yield f"{what}, again", answer.gradient_sizes(model, 2 * X, y)


# %% wrong
#| says: The gradients of the pass before are still there, and backward adds to them.
def gradient_sizes(model, X, y):
    loss = F.mse_loss(model(X), y)
    loss.backward()
    linear = [layer for layer in model if isinstance(layer, nn.Linear)]
    return [layer.weight.grad.norm().item() for layer in linear]


# %% wrong
#| says: These are the lengths of the weights; their gradients lie in .grad.
def gradient_sizes(model, X, y):
    model.zero_grad()
    F.mse_loss(model(X), y).backward()
    linear = [layer for layer in model if isinstance(layer, nn.Linear)]
    return [layer.weight.norm().item() for layer in linear]


# %% wrong
#| says: The biases are in the list too; only the weights are asked for.
def gradient_sizes(model, X, y):
    model.zero_grad()
    F.mse_loss(model(X), y).backward()
    return [p.grad.norm().item() for p in model.parameters()]


# %% wrong
#| says: The list is in the order of the way back; begin with the first layer.
def gradient_sizes(model, X, y):
    model.zero_grad()
    F.mse_loss(model(X), y).backward()
    linear = [layer for layer in model if isinstance(layer, nn.Linear)]
    return [layer.weight.grad.norm().item() for layer in reversed(linear)]


# %% wrong
#| says: That is the mean of the slopes, in which signs cancel out; the length is norm().
def gradient_sizes(model, X, y):
    model.zero_grad()
    F.mse_loss(model(X), y).backward()
    linear = [layer for layer in model if isinstance(layer, nn.Linear)]
    return [layer.weight.grad.mean().item() for layer in linear]


# %% excused
#| says: The squared error of two tensors is the same in either order.
def gradient_sizes(model, X, y):
    model.zero_grad()
    loss = F.mse_loss(y, model(X))
    loss.backward()
    linear = [layer for layer in model if isinstance(layer, nn.Linear)]
    return [layer.weight.grad.norm().item() for layer in linear]


# %% exercise no_bend [markdown] after="layer-by-layer" minutes=3
# ## No bend, and yet
#
# `gradient_sizes(activation, seed)` measures ten hidden layers, with the weights that PyTorch begins with.
# `nn.Identity()` has no bend: its slope is 1 everywhere. Of the gradient in layer 10 (the last in the list), how
# much is left in layer 1?


# %% given
def gradient_sizes(activation, seed):
    """Length of the gradient of the weights, for each hidden layer."""
    torch.manual_seed(seed)
    inputs, targets = torch.randn(256, 8), torch.randn(256, 1)
    layers, sizes = [], [8] + [32] * 10
    for n_in, n_out in itertools.pairwise(sizes):
        layers += [nn.Linear(n_in, n_out), activation]
    model = nn.Sequential(*layers, nn.Linear(32, 1))
    F.mse_loss(model(inputs), targets).backward()
    return [layer.weight.grad.norm().item() for layer in model[:-1:2]]


# %% choices [markdown]
# - a) About all of it, since each slope is 1.
# - b) Less than a tenth.
# - c) More than twice as much: it grows.

# %% solution
runs = [gradient_sizes(nn.Identity(), seed) for seed in range(5)]
shares = [sizes[0] / sizes[-1] for sizes in runs]
if max(shares) < 0.1:
    answer = "b"
elif min(shares) > 2:
    answer = "c"
else:
    answer = "a"

# %% hint [markdown]
# On the way back each layer multiplies by two things, says [Layer by layer](../activations.py#layer-by-layer). One of
# them is the slope. What is the other?

# %% wrong
#| says: The slopes are 1, but each layer also multiplies by its weights, which begin small.
answer = "a"

# %% wrong
#| says: PyTorch's first weights are too small for that; print the sizes of one seed.
answer = "c"

# %% exercise level_tanh [markdown] after="layer-by-layer" minutes=10 within=0.08
# ## A level gradient for tanh
#
# `share_left(factor)` starts ten hidden layers of tanh with Kaiming's weights times `factor`. It returns the
# gradient in layer 1 divided by that in layer 10, the median of five seeds. Find the factor between 1 and 2 with
# which both are about the same. One decimal is enough.


# %% given
def share_left(factor):
    shares = []
    for seed in range(5):
        torch.manual_seed(seed)
        inputs, targets = torch.randn(256, 8), torch.randn(256, 1)
        layers, sizes = [], [8] + [32] * 10 + [1]
        for n_in, n_out in itertools.pairwise(sizes):
            linear = nn.Linear(n_in, n_out)
            nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
            nn.init.zeros_(linear.bias)
            with torch.no_grad():
                linear.weight *= factor
            layers += [linear, nn.Tanh()]
        model = nn.Sequential(*layers[:-1])
        F.mse_loss(model(inputs), targets).backward()
        first, tenth = model[0].weight.grad, model[18].weight.grad
        shares.append((first.norm() / tenth.norm()).item())
    return sorted(shares)[2]


# %% solution
low, high = 1.0, 2.0
while high - low > 0.02:
    middle = (low + high) / 2
    if share_left(middle) < 1:
        low = middle
    else:
        high = middle
answer = (low + high) / 2

# %% also right
factors = [1 + i / 10 for i in range(11)]
answer = min(factors, key=lambda factor: abs(share_left(factor) - 1))

# %% hint [markdown]
# Call `share_left` for a few factors in a loop, and print what comes. Below 1 the gradient fades on its way back, as
# in [Layer by layer](../activations.py#layer-by-layer); above 1 it grows.

# %% wrong
#| says: Kaiming's own weights are made for ReLU; here less than half of it is left.
answer = 1

# %% wrong
#| says: That is what PyTorch recommends for tanh, but print share_left(1.18): about half is left.
answer = nn.init.calculate_gain("tanh") / nn.init.calculate_gain("relu")

# %% wrong
#| says: With this factor the gradient in layer 1 is the larger one: it grows on its way back.
answer = 2

# %% wrong
#| says: At this factor a good part of the gradient is still lost; go on.
answer = 1.4

# %% exercise softmax [markdown] after="softmax-is-something-else" minutes=8
# ## Shares of large numbers
#
# Write `softmax(z)` for a tensor of numbers in a row: it returns their shares, which add up to one. The lesson's
# `shares` gives `nan` for 102, 101, 100, as `torch.exp(102)` is infinity in float32. Yours must not. Do not use
# PyTorch's own softmax; adding the same number to all entries of `z` changes no share.


# %% starter
def softmax(z):
    """z is (n,), and so is the result."""
    exponentials = ____
    return exponentials / ____


# %% solution
def softmax(z):
    exponentials = (z - z.max()).exp()
    return exponentials / exponentials.sum()


# %% also right
def softmax(z):
    return (z - z.logsumexp(dim=0)).exp()


# %% also right
def softmax(z):
    return torch.stack([1 / (z - entry).exp().sum() for entry in z])


# %% hint [markdown]
# The formula stands in [Softmax is something else](../activations.py#softmax-is-something-else). Which number could
# you subtract from all of them, so that no exponential gets too large?

# %% hint [markdown]
# After subtracting, the largest number should be 0, whose exponential is 1.


# %% check
def check(answer):
    z = torch.tensor([2.0, 1.0, 0.0])
    yield "softmax(z) of 2, 1, 0", answer.softmax(z)
    yield "softmax(z + 100)", answer.softmax(z + 100)
    yield "softmax(z - 200)", answer.softmax(z - 200)
    yield "softmax of -7.3 alone", answer.softmax(torch.tensor([-7.3]))
    z = 5 * torch.randn(6)
    yield "softmax(z) of 6 numbers", answer.softmax(z)
    apart = torch.tensor([-1000.0, 0.0, 999.0, 1000.0])
    yield "softmax of -1000, 0, 999, 1000", answer.softmax(apart)
    z.requires_grad_()
    answer.softmax(z)[0].backward()
    yield "the slopes of the first share", z.grad


# %% wrong
#| says: exp of a large number is infinity, and infinity divided by infinity is nan.
def softmax(z):
    exponentials = z.exp()
    return exponentials / exponentials.sum()


# %% wrong
#| says: Without exponentials these are no shares: a number below zero gets less than nothing.
def softmax(z):
    return z / z.sum()


# %% wrong
#| says: The mean is not enough: the largest number may lie far above it.
def softmax(z):
    exponentials = (z - z.mean()).exp()
    return exponentials / exponentials.sum()


# %% wrong
#| says: Less the smallest, the largest number gets larger still; which would keep exp small?
def softmax(z):
    exponentials = (z - z.min()).exp()
    return exponentials / exponentials.sum()


# %% wrong
#| says: These do not add up to one: divide by the sum of the exponentials.
def softmax(z):
    return (z - z.max()).exp()


# %% wrong
#| says: That squeezes each number for itself; a share depends on all the others.
def softmax(z):
    return torch.sigmoid(z)


# %% wrong
#| says: Divide by the sum of the exponentials, not by the largest of them.
def softmax(z):
    exponentials = (z - z.max()).exp()
    return exponentials / exponentials.max() / len(z)
