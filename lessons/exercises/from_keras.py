# %% [markdown]
# # Exercises: from Keras to PyTorch
#
# None of them needs Keras: it is described in words.

# %%
import math

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

# %% exercise partner [markdown] after="momentum-is-not-momentum" minutes=2
# ## The partner of 0.9
#
# In Keras, `BatchNormalization(momentum=0.9)` keeps 0.9 of its *old* running mean at each batch. It begins at 0. What
# is the partner of this layer in PyTorch, for 5 columns? (The epsilon of Keras is 0.001.)

# %% choices [markdown]
# - a) `nn.BatchNorm1d(5, momentum=0.9)`
# - b) `nn.BatchNorm1d(5, momentum=0.1)`
# - c) `nn.BatchNorm1d(5, momentum=0.9, eps=0.001)`
# - d) `nn.BatchNorm1d(5, momentum=0.1, eps=0.001)`

# %% hint [markdown]
# [Momentum is not momentum](../from_keras.py#momentum-is-not-momentum): which share does the number mean in PyTorch?

# %% hint [markdown]
# And which epsilon has PyTorch by default? It stands in the table of [Defaults that
# bite](../from_keras.py#defaults-that-bite).

# %% solution
torch.manual_seed(0)
X = 0.1 * torch.randn(40, 5) + 3  # small, so that epsilon counts
mean, variance = X.mean(dim=0), X.var(dim=0, correction=0)
running_keras = 0.9 * 0 + 0.1 * mean
out_keras = (X - mean) / (variance + 0.001).sqrt()
partners = {
    "a": nn.BatchNorm1d(5, momentum=0.9),
    "b": nn.BatchNorm1d(5, momentum=0.1),
    "c": nn.BatchNorm1d(5, momentum=0.9, eps=0.001),
    "d": nn.BatchNorm1d(5, momentum=0.1, eps=0.001),
}
answer = next(
    letter
    for letter, norm in partners.items()
    if torch.allclose(norm(X), out_keras, atol=1e-3)
    and torch.allclose(norm.running_mean, running_keras)
)

# %% wrong
#| says: In PyTorch that takes 0.9 of the new value; Keras keeps 0.9 of the old one.
answer = "a"

# %% wrong
#| says: The share is right. The epsilon of PyTorch is another one by default.
answer = "b"

# %% wrong
#| says: The epsilon is right. The share of the new value is asked for.
answer = "c"

# %% exercise steps [markdown] after="defaults-that-bite" minutes=2
# ## Steps in an epoch
#
# There are 65 rows, and nobody says a batch size. How many steps has an epoch with `fit` in Keras, and how many with a
# `DataLoader` in PyTorch?

# %% choices [markdown]
# - a) 3 in Keras, 3 in PyTorch.
# - b) 2 in Keras, 65 in PyTorch.
# - c) 3 in Keras, 65 in PyTorch.
# - d) 65 in both.

# %% hint [markdown]
# Both defaults stand in the table of [Defaults that bite](../from_keras.py#defaults-that-bite).

# %% hint [markdown]
# What is left over at the end makes one more batch, a small one.

# %% solution
in_keras = math.ceil(65 / 32)
in_torch = len(DataLoader(TensorDataset(torch.zeros(65, 1))))
pairs = {"a": (3, 3), "b": (2, 65), "c": (3, 65), "d": (65, 65)}
answer = next(key for key in pairs if pairs[key] == (in_keras, in_torch))

# %% wrong
#| says: Keras has 32 rows in a batch unless told otherwise. A DataLoader has another number.
answer = "a"

# %% wrong
#| says: 65 rows make two full batches of 32, and one row is left over.
answer = "b"

# %% wrong
#| says: Keras has 32 rows in a batch unless told otherwise.
answer = "d"

# %% exercise translate [markdown] after="the-whole-program-twice" minutes=8
# ## Translate a network
#
# Here is a network in Keras.
#
#     keras.Sequential([
#         keras.Input(shape=(11,)),
#         layers.Dense(units=32, activation="relu"),
#         layers.Dropout(0.3),
#         layers.Dense(units=16, activation="tanh"),
#         layers.Dense(units=1, activation="sigmoid"),
#     ])
#
# Write `make_model()`, which returns the same network in PyTorch. It is to predict what Keras predicts, a probability
# for each row.


# %% starter
def make_model():
    return nn.Sequential(
        ____,
    )


# %% solution
def make_model():
    return nn.Sequential(
        nn.Linear(11, 32),
        nn.ReLU(),
        nn.Dropout(0.3),
        nn.Linear(32, 16),
        nn.Tanh(),
        nn.Linear(16, 1),
        nn.Sigmoid(),
    )


# %% also right
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.output = nn.Linear(16, 1)
        self.hidden2 = nn.Linear(32, 16)
        self.hidden1 = nn.Linear(11, 32)

    def forward(self, X):
        h = F.relu(self.hidden1(X))
        h = F.dropout(h, 0.3, self.training)
        return torch.sigmoid(self.output(torch.tanh(self.hidden2(h))))


make_model = Net

# %% hint [markdown]
# PyTorch wants the number of inputs of each layer, and each activation function is an entry of its own. [The whole
# program, twice](../from_keras.py#the-whole-program-twice)

# %% hint [markdown]
# `Dropout` means the same share in both. Of tanh and sigmoid, PyTorch has layers as it has `nn.ReLU`.


# %% check
def check(answer):
    X = torch.randn(6, 11)
    model = answer.make_model()
    shapes = sorted(list(p.shape) for p in model.parameters())
    yield "the weights of make_model()", shapes
    with torch.no_grad():
        for p in model.parameters():  # by shape: in whatever order they are
            drawn = torch.Generator().manual_seed(p.numel())
            p.copy_(0.4 * torch.randn(p.shape, generator=drawn))
        asked = "model = make_model(), all its weights set; "
        model.eval()
        yield asked + "model.eval(); model(X)", model(X)
        model.train()
        many = model(X.repeat(2000, 1)).logit().reshape(2000, 6)
        asked += "model.train(); "
        yield asked + "model(X), mean of many", many.mean(), 0.08
        yield asked + "model(X), how it varies", many.std(dim=0).mean(), 0.08
    model.eval()
    loss = F.mse_loss(model(X), torch.ones(6, 1))
    loss.backward()
    learns = all(bool(p.grad.abs().sum() > 0) for p in model.parameters())
    yield "whether backward() reaches all weights", learns


# %% wrong
#| says: The sigmoid at the end is missing: the last Dense has an activation, too.
def make_model():
    return nn.Sequential(
        nn.Linear(11, 32),
        nn.ReLU(),
        nn.Dropout(0.3),
        nn.Linear(32, 16),
        nn.Tanh(),
        nn.Linear(16, 1),
    )


# %% wrong
#| says: The first activation is missing: in Keras it hides inside Dense.
def make_model():
    return nn.Sequential(
        nn.Linear(11, 32),
        nn.Dropout(0.3),
        nn.Linear(32, 16),
        nn.Tanh(),
        nn.Linear(16, 1),
        nn.Sigmoid(),
    )


# %% wrong
#| says: The second hidden layer has tanh in Keras, not ReLU.
def make_model():
    return nn.Sequential(
        nn.Linear(11, 32),
        nn.ReLU(),
        nn.Dropout(0.3),
        nn.Linear(32, 16),
        nn.ReLU(),
        nn.Linear(16, 1),
        nn.Sigmoid(),
    )


# %% wrong
#| says: In both libraries the number is the share that is dropped, not the share kept.
def make_model():
    return nn.Sequential(
        nn.Linear(11, 32),
        nn.ReLU(),
        nn.Dropout(0.7),
        nn.Linear(32, 16),
        nn.Tanh(),
        nn.Linear(16, 1),
        nn.Sigmoid(),
    )


# %% wrong
#| says: The dropout is missing, or it never drops anything.
def make_model():
    return nn.Sequential(
        nn.Linear(11, 32),
        nn.ReLU(),
        nn.Linear(32, 16),
        nn.Tanh(),
        nn.Linear(16, 1),
        nn.Sigmoid(),
    )


# %% wrong
#| says: units says how many neurons: the first number of Linear is the number of inputs.
def make_model():
    return nn.Sequential(
        nn.Linear(11, 16),
        nn.ReLU(),
        nn.Dropout(0.3),
        nn.Linear(16, 32),
        nn.Tanh(),
        nn.Linear(32, 1),
        nn.Sigmoid(),
    )


# %% exercise carry_over [markdown] after="the-same-weights" minutes=8
# ## Carry the weights over
#
# Keras hands out the weights of a network of dense layers as a list, by `get_weights()`: for each layer a table with a
# row for each *input*, then a row of biases. Write `carry_over(weights, model)`. `weights` is such a list, of tensors.
# `model` is a PyTorch model of the same layers, in the same order. Put the weights into the model. Nothing needs to be
# returned. The model has to stay trainable.


# %% starter
def carry_over(weights, model):
    state = model.state_dict()
    for name, w in zip(state, weights):
        state[name] = ____
    ____


# %% solution
def carry_over(weights, model):
    state = model.state_dict()
    for name, w in zip(state, weights):
        state[name] = w.T if w.dim() == 2 else w
    model.load_state_dict(state)


# %% also right
def carry_over(weights, model):
    linears = [part for part in model.modules() if isinstance(part, nn.Linear)]
    with torch.no_grad():
        for number, linear in enumerate(linears):
            linear.weight.copy_(weights[2 * number].transpose(0, 1))
            linear.bias.copy_(weights[2 * number + 1])


# %% hint [markdown]
# How the tables lie in either library is shown in [The same weights](../from_keras.py#the-same-weights). The function
# `copy_weights` there does this with arrays of NumPy.

# %% hint [markdown]
# `load_state_dict` copies what it is given into the model. Without it you have changed a dictionary only.


# %% check
def check(answer):
    for pairs in (((3, 5), (5, 1)), ((4, 4), (4, 4), (4, 2)), ((2, 2),)):
        sizes = [m for m, _ in pairs] + [pairs[-1][1]]
        weights = []
        for m, n in pairs:
            weights += [torch.randn(m, n), torch.randn(n)]
        parts = []
        for m, n in pairs:
            parts += [nn.Linear(m, n), nn.Tanh()]
        model = nn.Sequential(*parts[:-1])
        X = torch.randn(6, sizes[0])
        answer.carry_over(weights, model)
        y_hat = model(X)
        asked = f"carry_over(weights, model) of layers {sizes}"
        yield asked + "; model(X)", y_hat
        yield asked + "; whether it can be trained", y_hat.requires_grad


# %% wrong
#| says: The tables are not turned. In a square one, no shape is wrong, and nothing complains.
def carry_over(weights, model):
    with torch.no_grad():
        for p, w in zip(model.parameters(), weights):
            p.copy_(w if p.shape == w.shape else w.T)


# %% wrong
#| says: reshape keeps the numbers in a row and fills another table. Turn it: .T
def carry_over(weights, model):
    with torch.no_grad():
        for p, w in zip(model.parameters(), weights):
            p.copy_(w.reshape(p.shape))


# %% wrong
#| says: Only a dictionary was changed; the model is as it was. Load the state into it.
def carry_over(weights, model):
    state = model.state_dict()
    for name, w in zip(state, weights):
        state[name] = w.T if w.dim() == 2 else w


# %% wrong
#| says: The biases are missing: only the tables were carried over.
def carry_over(weights, model):
    with torch.no_grad():
        for p, w in zip(model.parameters(), weights):
            if w.dim() == 2:
                p.copy_(w.T)
            else:
                p.zero_()


# %% wrong
#| says: The model predicts right, and can't be trained any more: no gradient gets through.
def carry_over(weights, model):
    for p, w in zip(model.parameters(), weights):
        p.requires_grad_(False)
        p.copy_(w.T if w.dim() == 2 else w)


# %% wrong
#| says: load_state_dict gets tables as Keras has them: no shape fits where it is not square.
def carry_over(weights, model):
    model.load_state_dict(dict(zip(model.state_dict(), weights)))


# %% exercise carry_back [markdown] after="the-same-weights" minutes=6
# ## And back again
#
# Now the other way. Write `carry_back(model)`. `model` is a PyTorch model of linear layers and activations. Return a
# list as the `set_weights` of Keras wants it: for each layer a table with a row for each *input*, then a row of biases.
# They are to be copies: if the model is trained on, the list must not change. Tensors without a gradient, or NumPy
# arrays, both will do.


# %% starter
def carry_back(model):
    return [____ for p in model.parameters()]


# %% solution
def carry_back(model):
    return [
        p.detach().clone().T if p.dim() == 2 else p.detach().clone()
        for p in model.parameters()
    ]


# %% also right
def carry_back(model):
    weights = []
    for p in model.state_dict().values():
        weights.append(p.numpy().T.copy())
    return weights


# %% hint [markdown]
# A table is turned with `.T`; a row of biases stays as it is. [The same weights](../from_keras.py#the-same-weights)

# %% hint [markdown]
# `.detach()` gives a tensor without a gradient, which still shares its numbers with the model. `.clone()` copies them.


# %% check
def check(answer):
    for sizes in ((3, 5, 1), (4, 4, 2)):
        m, hidden, n = sizes
        parts = nn.Linear(m, hidden), nn.ReLU(), nn.Linear(hidden, n)
        model = nn.Sequential(*parts)
        X = torch.randn(6, sizes[0])
        weights = answer.carry_back(model)
        asked = f"carry_back(model) of layers {sizes}"
        yield asked, weights
        free = not any(getattr(w, "requires_grad", False) for w in weights)
        yield asked + "; whether all are without a gradient", free
        shapes = [list(w.shape) for w in weights]
        yield asked + "; the shapes", shapes
        if shapes == [[m, hidden], [hidden], [hidden, n], [n]]:
            W1, b1, W2, b2 = [torch.as_tensor(w) for w in weights]
            y_hat = (X @ W1 + b1).relu() @ W2 + b2
            yield asked + "; predictions by hand", y_hat
        with torch.no_grad():
            for p in model.parameters():
                p.add_(1.0)
        yield asked + "; after the model changed", weights


# %% wrong
#| says: The tables are not turned: Keras has a row for each input.
def carry_back(model):
    return [p.detach().clone() for p in model.parameters()]


# %% wrong
#| says: They share their numbers with the model, so they change with it. Copy them.
def carry_back(model):
    return [
        p.detach().T if p.dim() == 2 else p.detach()
        for p in model.parameters()
    ]


# %% wrong
#| says: They are still part of the model, gradient and all. Detach them.
def carry_back(model):
    return [p.T if p.dim() == 2 else p for p in model.parameters()]


# %% wrong
#| says: reshape keeps the numbers in a row and fills another table. Turn it: .T
def carry_back(model):
    return [
        p.detach().clone().reshape(p.shape[::-1]) for p in model.parameters()
    ]


# %% wrong
#| says: The biases are missing: each layer has a table and a row.
def carry_back(model):
    return [p.detach().clone().T for p in model.parameters() if p.dim() == 2]


# %% exercise first_weights [markdown] after="the-first-weights" minutes=6
# ## Begin as Keras does
#
# Write `dense(num_inputs, num_neurons)`. It returns an `nn.Linear` that begins as a dense layer of Keras: weights drawn
# evenly from $-a$ to $a$ with $a = \sqrt{6 / (m + n)}$, for $m$ inputs and $n$ neurons, and every bias zero.


# %% starter
def dense(num_inputs, num_neurons):
    layer = nn.Linear(num_inputs, num_neurons)
    ____
    return layer


# %% solution
def dense(num_inputs, num_neurons):
    layer = nn.Linear(num_inputs, num_neurons)
    nn.init.xavier_uniform_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


# %% also right
def dense(num_inputs, num_neurons):
    layer = nn.Linear(num_inputs, num_neurons)
    a = (6 / (num_inputs + num_neurons)) ** 0.5
    with torch.no_grad():
        drawn = torch.rand(num_neurons, num_inputs)
        layer.weight.copy_(a * (2 * drawn - 1))
        layer.bias.zero_()
    return layer


# %% hint [markdown]
# PyTorch has both in `nn.init`; [The first weights](../from_keras.py#the-first-weights) names them.


# %% check
def check(answer):
    for m, n in ((100, 300), (50, 400), (300, 30)):
        layer = answer.dense(m, n)
        asked = f"dense({m}, {n})"
        yield f"the shape of {asked}.weight", list(layer.weight.shape)
        w = layer.weight.detach() * (m + n) ** 0.5  # whatever the size
        yield f"{asked}.weight.abs().max(), scaled", w.abs().max(), 0.02
        yield f"{asked}.weight.std(), scaled", w.std(), 0.04
        yield f"{asked}.weight.mean(), scaled", w.mean(), 0.08
        yield f"{asked}.bias", layer.bias.detach()
        trained = layer.weight.requires_grad and layer.bias.requires_grad
        yield f"whether {asked} can be trained", trained
    different = not torch.equal(layer.weight, answer.dense(m, n).weight)
    yield "whether two layers begin differently", different


# %% wrong
#| says: These are the first weights of PyTorch, and its biases.
def dense(num_inputs, num_neurons):
    return nn.Linear(num_inputs, num_neurons)


# %% wrong
#| says: The weights are right, and the biases are still those of PyTorch. Make them zero.
def dense(num_inputs, num_neurons):
    layer = nn.Linear(num_inputs, num_neurons)
    nn.init.xavier_uniform_(layer.weight)
    return layer


# %% wrong
#| says: These are drawn from a bell. Keras draws evenly between two borders.
def dense(num_inputs, num_neurons):
    layer = nn.Linear(num_inputs, num_neurons)
    nn.init.xavier_normal_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


# %% wrong
#| says: Kaiming's border looks at the inputs alone. Glorot's looks at inputs and neurons.
def dense(num_inputs, num_neurons):
    layer = nn.Linear(num_inputs, num_neurons)
    nn.init.kaiming_uniform_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


# %% wrong
#| says: They reach from 0 to the border. Half of the weights have to be negative.
def dense(num_inputs, num_neurons):
    layer = nn.Linear(num_inputs, num_neurons)
    a = (6 / (num_inputs + num_neurons)) ** 0.5
    nn.init.uniform_(layer.weight, 0.0, a)
    nn.init.zeros_(layer.bias)
    return layer


# %% exercise carry_norm [markdown] after="momentum-is-not-momentum" minutes=12
# ## Batch normalization, carried over
#
# A layer `BatchNormalization()` of Keras, with its defaults `momentum=0.99` and `epsilon=0.001`, hands out four rows of
# numbers, in this order: gamma (the factors), beta (what is added), the running mean, the running variance. Write
# `carry_norm(weights)`: `weights` is a list of these four tensors, each of shape `(n,)`. Return an `nn.BatchNorm1d` that
# predicts the same in evaluation, and whose running mean follows new batches as that of Keras does.


# %% starter
def carry_norm(weights):
    gamma, beta, mean, variance = weights
    norm = nn.BatchNorm1d(len(gamma), ____)
    with torch.no_grad():
        norm.weight.copy_(gamma)
        norm.bias.copy_(beta)
        ____.copy_(mean)
        ____.copy_(variance)
    return norm


# %% solution
def carry_norm(weights):
    gamma, beta, mean, variance = weights
    norm = nn.BatchNorm1d(len(gamma), eps=1e-3, momentum=1 - 0.99)
    with torch.no_grad():
        norm.weight.copy_(gamma)
        norm.bias.copy_(beta)
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)
    return norm


# %% also right
def carry_norm(weights):
    norm = nn.BatchNorm1d(len(weights[0]), 1e-3, 0.01)
    names = ["weight", "bias", "running_mean", "running_var"]
    state = dict(zip(names, weights))
    norm.load_state_dict(norm.state_dict() | state)
    return norm


# %% hint [markdown]
# The names in PyTorch: gamma is `weight`, beta is `bias`, then `running_mean` and `running_var`.

# %% hint [markdown]
# Two numbers have to be given when the layer is made. [Defaults that bite](../from_keras.py#defaults-that-bite) and
# [Momentum is not momentum](../from_keras.py#momentum-is-not-momentum) say which, and what they mean.


# %% check
def check(answer):
    for n in (4, 3):
        weights = [torch.rand(n) + 0.5, torch.randn(n), torch.randn(n)]
        weights.append(0.004 * torch.rand(n) + 0.001)  # epsilon counts here
        X, batch = torch.randn(6, n), 2 + torch.randn(5, n)
        norm = answer.carry_norm(weights)
        asked = f"norm = carry_norm(weights) of {n} columns; "
        norm.eval()
        yield asked + "norm.eval(); norm(X)", norm(X)
        norm.train()
        yield asked + "norm.train(); norm(batch)", norm(batch)
        norm.eval()
        yield asked + "running mean after one batch", norm.running_mean
        norm(batch).sum().backward()
        yield asked + "slope of the factors", norm.weight.grad


# %% wrong
#| says: The momentum of Keras is the share of the old value. PyTorch wants the new one's.
def carry_norm(weights):
    gamma, beta, mean, variance = weights
    norm = nn.BatchNorm1d(len(gamma), eps=1e-3, momentum=0.99)
    with torch.no_grad():
        norm.weight.copy_(gamma)
        norm.bias.copy_(beta)
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)
    return norm


# %% wrong
#| says: The epsilon of Keras is 0.001, and that of PyTorch is another by default.
def carry_norm(weights):
    gamma, beta, mean, variance = weights
    norm = nn.BatchNorm1d(len(gamma), momentum=0.01)
    with torch.no_grad():
        norm.weight.copy_(gamma)
        norm.bias.copy_(beta)
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)
    return norm


# %% wrong
#| says: The momentum is that of PyTorch by default, which follows ten times as fast.
def carry_norm(weights):
    gamma, beta, mean, variance = weights
    norm = nn.BatchNorm1d(len(gamma), eps=1e-3)
    with torch.no_grad():
        norm.weight.copy_(gamma)
        norm.bias.copy_(beta)
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance)
    return norm


# %% wrong
#| says: running_var is the variance; no root is taken.
def carry_norm(weights):
    gamma, beta, mean, variance = weights
    norm = nn.BatchNorm1d(len(gamma), eps=1e-3, momentum=0.01)
    with torch.no_grad():
        norm.weight.copy_(gamma)
        norm.bias.copy_(beta)
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(variance.sqrt())
    return norm


# %% wrong
#| says: Only the factors and what is added were carried over; the running two are missing.
def carry_norm(weights):
    gamma, beta = weights[:2]
    norm = nn.BatchNorm1d(len(gamma), eps=1e-3, momentum=0.01)
    with torch.no_grad():
        norm.weight.copy_(gamma)
        norm.bias.copy_(beta)
    return norm


# %% exercise keras_loss [markdown] after="the-same-training" minutes=8
# ## The loss that Keras reports
#
# The training loss that `fit` prints for an epoch is an average of what was met *on the way*: the loss of each batch,
# before the step that follows it, each counted with its number of rows. Write `fit_epoch(model, batches, loss_function,
# optimizer)`. `batches` is a list of pairs `X, y`. Train once on each batch, in order, and return this loss, a plain
# number.


# %% starter
def fit_epoch(model, batches, loss_function, optimizer):
    total, num_rows = 0.0, 0
    for X, y in batches:
        ____
        num_rows += len(y)
    return total / num_rows


# %% solution
def fit_epoch(model, batches, loss_function, optimizer):
    total, num_rows = 0.0, 0
    for X, y in batches:
        y_hat = model(X)
        loss = loss_function(y_hat, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        num_rows += len(y)
    return total / num_rows


# %% also right
def fit_epoch(model, batches, loss_function, optimizer):
    losses, sizes = [], []
    for X, y in batches:
        optimizer.zero_grad()
        losses.append(loss_function(model(X), y))
        losses[-1].backward()
        optimizer.step()
        sizes.append(float(len(y)))
    sizes = torch.tensor(sizes)
    return float(torch.stack(losses).detach() @ sizes / sizes.sum())


# %% hint [markdown]
# The five lines of the loop, and one more that adds up. It is `fit_torch` of [The same
# training](../from_keras.py#the-same-training), for a single epoch.


# %% check
def check(answer):
    def uneven(y_hat, y):  # too much costs more than too little
        return (2 * F.relu(y_hat - y) + F.relu(y - y_hat)).mean()

    for loss_function, sizes in ((nn.MSELoss(), (4, 4, 1)), (uneven, (5, 2))):
        batches = []
        for size in sizes:
            batches.append((torch.randn(size, 3), 3 * torch.randn(size, 1)))
        model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        asked = f"fit_epoch(…) on batches of {sizes} rows"
        for epoch in (1, 2):
            loss = answer.fit_epoch(model, batches, loss_function, optimizer)
            yield f"{asked}, epoch {epoch}", loss
        weights = torch.cat([p.flatten() for p in model.parameters()])
        yield f"{asked}: the weights after two epochs", weights


# %% wrong
#| says: Each batch counts alike there. A batch of one row must count as one row.
def fit_epoch(model, batches, loss_function, optimizer):
    total = 0.0
    for X, y in batches:
        loss = loss_function(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total / len(batches)


# %% wrong
#| says: That is the loss after the epoch. Keras reports what was met on the way.
def fit_epoch(model, batches, loss_function, optimizer):
    for X, y in batches:
        loss = loss_function(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    X, y = (torch.cat(part) for part in zip(*batches))
    return loss_function(model(X), y).item()


# %% wrong
#| says: zero_grad is missing: the gradients of all batches so far pile up.
def fit_epoch(model, batches, loss_function, optimizer):
    total, num_rows = 0.0, 0
    for X, y in batches:
        loss = loss_function(model(X), y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        num_rows += len(y)
    return total / num_rows


# %% wrong
#| says: Nothing is learned: the step is missing.
def fit_epoch(model, batches, loss_function, optimizer):
    total, num_rows = 0.0, 0
    for X, y in batches:
        loss = loss_function(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        total += loss.item() * len(y)
        num_rows += len(y)
    return total / num_rows


# %% wrong
#| says: The loss is measured after the step. On the way means before it.
def fit_epoch(model, batches, loss_function, optimizer):
    total, num_rows = 0.0, 0
    for X, y in batches:
        loss = loss_function(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss_function(model(X), y).item() * len(y)
        num_rows += len(y)
    return total / num_rows


# %% exercise adam_of_keras [markdown] after="adam-is-almost-the-same" minutes=20
# ## Adam, as Keras computes it
#
# Write one step of the Adam of Keras: `step(w, g, m, v, t, learning_rate)`. `w` are the weights, `g` their gradient,
# `m` and `v` the running means of the gradient and of its square, all of one shape. `t` says which step it is, and
# begins at 1. In Keras
#
# $$m \leftarrow 0.9\, m + 0.1\, g \qquad v \leftarrow 0.999\, v + 0.001\, g^2$$
# $$w \leftarrow w - \eta\, \frac{\sqrt{1 - 0.999^t}}{1 - 0.9^t} \cdot \frac{m}{\sqrt{v} + 10^{-7}}$$
#
# where $\eta$ is the learning rate. Return the new `w`, `m`, and `v`, and leave the old ones as they are. (In PyTorch
# epsilon is added *after* $v$ is corrected, and it is $10^{-8}$.)


# %% starter
def step(w, g, m, v, t, learning_rate):
    m = ____
    v = ____
    w = ____
    return w, m, v


# %% solution
def step(w, g, m, v, t, learning_rate):
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g**2
    rate = learning_rate * (1 - 0.999**t) ** 0.5 / (1 - 0.9**t)
    w = w - rate * m / (v.sqrt() + 1e-7)
    return w, m, v


# %% also right
def step(w, g, m, v, t, learning_rate):
    m = m.lerp(g, 0.1)
    v = v.lerp(g.square(), 0.001)
    root = (1 - 0.999**t) ** 0.5
    corrected = (v / (1 - 0.999**t)).sqrt() + 1e-7 / root
    return w - learning_rate * m / (1 - 0.9**t) / corrected, m, v


# %% hint [markdown]
# Three lines, one for each formula. The new `m` and `v` go into the third. [Adam is almost the
# same](../from_keras.py#adam-is-almost-the-same) says why the place of epsilon matters.

# %% hint [markdown]
# `m = 0.9 * m + 0.1 * g` makes a new tensor; `m *= 0.9` would change the old one.


# %% check
def check(answer):
    for shape, size in (((3,), 1.0), ((2, 3), 1e-5), ((4,), 1e-6)):
        w, m, v = torch.randn(shape), torch.zeros(shape), torch.zeros(shape)
        for t in (1, 2, 3):
            g = size * torch.randn(shape)
            new = answer.step(w, g, m, v, t, 0.01)
            asked = f"step(w, g, m, v, {t}, 0.01), gradients about {size}: "
            yield asked + "how w moved", 100 * (new[0] - w), 0.002
            w, m, v = new
            yield asked + "m and v, scaled", [m / size, 1000 * v / size**2]
    m, v, g = torch.full((3, 2), 0.5)
    new = answer.step(torch.zeros(2), g, m, v, 5000, 1.0)
    yield "step(w, g, m, v, 5000, 1.0)", new


# %% wrong
#| says: Epsilon is added to the corrected root, as in PyTorch. In Keras it comes before.
def step(w, g, m, v, t, learning_rate):
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g**2
    root = (v / (1 - 0.999**t)).sqrt() + 1e-7
    return w - learning_rate * m / (1 - 0.9**t) / root, m, v


# %% wrong
#| says: The correction is missing: m and v begin at zero, and are too small at first.
def step(w, g, m, v, t, learning_rate):
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g**2
    return w - learning_rate * m / (v.sqrt() + 1e-7), m, v


# %% wrong
#| says: The sign is wrong: a step goes down, against the gradient.
def step(w, g, m, v, t, learning_rate):
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g**2
    rate = learning_rate * (1 - 0.999**t) ** 0.5 / (1 - 0.9**t)
    return w + rate * m / (v.sqrt() + 1e-7), m, v


# %% wrong
#| says: The old and the new share are exchanged: most of the old mean is kept.
def step(w, g, m, v, t, learning_rate):
    m = 0.1 * m + 0.9 * g
    v = 0.001 * v + 0.999 * g**2
    rate = learning_rate * (1 - 0.999**t) ** 0.5 / (1 - 0.9**t)
    return w - rate * m / (v.sqrt() + 1e-7), m, v


# %% wrong
#| says: The root of v is missing.
def step(w, g, m, v, t, learning_rate):
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g**2
    rate = learning_rate * (1 - 0.999**t) ** 0.5 / (1 - 0.9**t)
    return w - rate * m / (v + 1e-7), m, v


# %% wrong
#| says: The step goes by the gradient of this batch. It goes by the running mean m.
def step(w, g, m, v, t, learning_rate):
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g**2
    rate = learning_rate * (1 - 0.999**t) ** 0.5 / (1 - 0.9**t)
    return w - rate * g / (v.sqrt() + 1e-7), m, v


# %% wrong
#| says: Epsilon stands under the root. It is added to the root.
def step(w, g, m, v, t, learning_rate):
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g**2
    rate = learning_rate * (1 - 0.999**t) ** 0.5 / (1 - 0.9**t)
    return w - rate * m / (v + 1e-7).sqrt(), m, v
