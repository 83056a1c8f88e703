# %% [markdown]
# # Exercises: dropout and batch normalization

# %%
import pandas as pd
import torch
from torch import nn

# %% exercise scale [markdown] after="dropout-by-hand" minutes=1 within=0.01
# ## Those that stay
#
# In training, dropout with `p = 0.75` removes units at random. By what are the units that stay multiplied?

# %% solution
answer = nn.Dropout(p=0.75)(torch.ones(1000)).max().item()

# %% also right
answer = 1 / (1 - 0.75)

# %% hint [markdown]
# [Dropout by hand](../dropout_batchnorm.py#dropout-by-hand) divides by the share of the units that stay.

# %% wrong
#| says: That is one divided by p; it is divided by the share that stays.
answer = 1 / 0.75

# %% wrong
#| says: That makes them smaller still; they make up for those that are missing.
answer = 0.25

# %% wrong
#| says: That is right for p = 0.5, where half of the units stay.
answer = 2

# %% wrong
#| says: Unscaled, the sums would be a quarter of what they are at prediction.
answer = 1

# %% exercise dropout [markdown] after="train-and-eval" minutes=12
# ## Dropout as a layer
#
# Write the class `Dropout`, for use in an `nn.Sequential`. `Dropout(p)` makes the layer. In training mode, each number
# of a table `h` is replaced by zero with probability `p`, each for itself and anew in each call, and the others are
# divided by `1 - p`. After `eval()`, `h` comes out as it went in. `self.training` says in which mode a module is.
# Do it without `nn.Dropout`.


# %% starter
class Dropout(nn.Module):
    def __init__(self, p):
        super().__init__()
        ____

    def forward(self, h):
        ____
        return ____


# %% solution
class Dropout(nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, h):
        if not self.training:
            return h
        keep = torch.rand(h.shape) >= self.p
        return h * keep / (1 - self.p)


# %% also right
class Dropout(nn.Module):
    def __init__(self, p):
        super().__init__()
        self.stays = 1 - p

    def forward(self, h):
        if self.training:
            chances = torch.full_like(h, self.stays)
            h = torch.where(torch.bernoulli(chances) == 1, h / self.stays, 0.0)
        return h


# %% hint [markdown]
# `drop_units` in [Dropout by hand](../dropout_batchnorm.py#dropout-by-hand) has the two lines of the training mode.

# %% hint [markdown]
# `torch.rand(h.shape)` draws a number between 0 and 1 for each number of `h`. Which share of them lies below `p`?

# %% hint [markdown]
# [train() and eval()](../dropout_batchnorm.py#train-and-eval): `eval()` sets `self.training` to false.


# %% check
def check(answer):
    for p in 0.2, 0.7:
        h = torch.randn(80, 120)
        h = (h.sign() * (h.abs() + 0.5)).requires_grad_()
        layer = answer.Dropout(p)
        layer.eval()
        what = f"Dropout({p})(h)"
        yield f"{what} after eval()", layer(h)
        layer.train()
        out, again = layer(h), layer(h)
        gone = out == 0
        share = gone.float().mean()
        yield f"the share of zeros in {what}", share, 0.03
        factors = {round(v, 3) for v in (out / h).flatten().tolist()}
        yield f"{what} divided by h has the values", sorted(factors)
        rows, columns = gone[:1] == gone, gone[:, :1] == gone
        yield f"{what} drops the same units in all rows", bool(rows.all())
        yield f"{what} drops whole rows", bool(columns.all())
        same = bool((gone == (again == 0)).all())
        yield f"{what} drops the same units twice", same
        out.sum().backward()
        slopes = {round(v, 3) for v in h.grad.flatten().tolist()}
        yield f"the slopes of {what}", sorted(slopes)
    layer = answer.Dropout(0.0)
    yield "Dropout(0.0)(h) in training", layer(h[:3])


# %% wrong
#| says: Those that stay are not scaled up: the next layer's sums would be too small.
class Dropout(nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, h):
        if not self.training:
            return h
        return h * (torch.rand(h.shape) >= self.p)


# %% wrong
#| says: It drops at prediction too: ask self.training.
class Dropout(nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, h):
        keep = torch.rand(h.shape) >= self.p
        return h * keep / (1 - self.p)


# %% wrong
#| says: p is the share that is dropped; here it is the share that is kept.
class Dropout(nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, h):
        if not self.training:
            return h
        return h * (torch.rand(h.shape) < self.p) / self.p


# %% wrong
#| says: One mask for all rows: draw a number for each unit of each row.
class Dropout(nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, h):
        if not self.training:
            return h
        keep = torch.rand(h.shape[1]) >= self.p
        return h * keep / (1 - self.p)


# %% wrong
#| says: Whole rows are dropped: draw a number for each unit of each row.
class Dropout(nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, h):
        if not self.training:
            return h
        keep = torch.rand(h.shape[0], 1) >= self.p
        return h * keep / (1 - self.p)


# %% wrong
#| says: Each call drops the same units; draw them anew each time.
class Dropout(nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p, self.keep = p, None

    def forward(self, h):
        if not self.training:
            return h
        if self.keep is None:
            self.keep = torch.rand(h.shape) >= self.p
        return h * self.keep / (1 - self.p)


# %% wrong
#| says: It scales at prediction; PyTorch scales in training, and leaves prediction alone.
class Dropout(nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, h):
        if not self.training:
            return h * (1 - self.p)
        return h * (torch.rand(h.shape) >= self.p)


# %% wrong
#| says: The two modes are swapped: it drops after eval(), and not in training.
class Dropout(nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, h):
        if self.training:
            return h
        keep = torch.rand(h.shape) >= self.p
        return h * keep / (1 - self.p)


# %% excused
#| says: That a random number is exactly p hardly ever happens.
class Dropout(nn.Module):
    def __init__(self, p):
        super().__init__()
        self.p = p

    def forward(self, h):
        if not self.training:
            return h
        keep = torch.rand(h.shape) > self.p
        return h * keep / (1 - self.p)


# %% exercise predict [markdown] after="train-and-eval" minutes=6
# ## Predict, and leave no trace
#
# Write `predict(model, X)`. It returns the model's predictions as it makes them after `eval()`, without a record for
# gradients. Then it puts the model back into the mode in which it was. `model.training` is true in training mode.


# %% starter
def predict(model, X):
    was_training = model.training
    ____
    with ____:
        y_hat = model(X)
    model.train(was_training)
    return y_hat


# %% solution
def predict(model, X):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        y_hat = model(X)
    model.train(was_training)
    return y_hat


# %% also right
def predict(model, X):
    if not model.training:
        return model(X).detach()
    y_hat = model.eval()(X).detach()
    model.train()
    return y_hat


# %% hint [markdown]
# [train() and eval()](../dropout_batchnorm.py#train-and-eval) says what the two modes do. `model.train(False)` is the
# same as `model.eval()`.


# %% check
def check(answer):
    X, batch = torch.randn(5, 3), 3 * torch.randn(9, 3) + 2
    model = nn.Sequential(
        nn.Linear(3, 6), nn.BatchNorm1d(6), nn.Dropout(0.5), nn.Linear(6, 1)
    )
    with torch.no_grad():
        for p in model.parameters():
            p.copy_(torch.randn(p.shape))
    model(batch)
    for training in True, False:
        model.train(training)
        what = f"in {'training' if training else 'evaluation'} mode"
        y_hat = answer.predict(model, X)
        yield f"predict(model, X), a model {what}", y_hat
        yield f"model.training after it, {what}", model.training
        yield f"the same, one row, {what}", answer.predict(model, X[:1])
        yield f"y_hat.requires_grad, {what}", y_hat.requires_grad
        yield f"model.training after both, {what}", model.training
        yield f"the running mean after it, {what}", model[1].running_mean


# %% wrong
#| says: The model is left in evaluation mode; training would go on without dropout.
def predict(model, X):
    model.eval()
    with torch.no_grad():
        return model(X)


# %% wrong
#| says: It ends in training mode, whichever mode the model was in before.
def predict(model, X):
    model.eval()
    with torch.no_grad():
        y_hat = model(X)
    model.train()
    return y_hat


# %% wrong
#| says: A record for gradients is kept, which costs memory: predict under no_grad.
def predict(model, X):
    was_training = model.training
    y_hat = model.eval()(X)
    model.train(was_training)
    return y_hat


# %% wrong
#| says: The mode at the end is the opposite of what it was.
def predict(model, X):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        y_hat = model(X)
    model.train(not was_training)
    return y_hat


# %% exercise best_rate [markdown] after="dropout-against-the-gap" minutes=4
# ## Choose a p
#
# You have trained five networks for each of several values of p. `results` is a dictionary: `results[p]` is a pair of
# lists, first the five training losses, then the five validation losses. Write `best_p(results)`, which returns the
# p that you would use.


# %% starter
def best_p(results):
    """results is like {0.2: ([0.1, 0.2], [0.5, 0.4]), 0.5: (…, …)}."""
    return min(results, key=lambda p: ____)


# %% solution
def best_p(results):
    return min(results, key=lambda p: sum(results[p][1]))


# %% also right
def best_p(results):
    means = {}
    for p, (_, validation) in results.items():
        means[torch.tensor(validation).mean().item()] = p
    return means[min(means)]


# %% hint [markdown]
# A small gap is not the aim, says [Dropout against the gap](../dropout_batchnorm.py#dropout-against-the-gap). What is?

# %% hint [markdown]
# One network may have been lucky. Take all five into account.


# %% check
def check(answer):
    for number in range(1, 13):
        results = {}
        for p in 0, 0.1, 0.2, 0.35, 0.5:
            training = 0.2 + 0.1 * torch.rand(5) + 0.2 * p
            validation = 0.25 + 0.2 * torch.rand(5)
            results[p] = training.tolist(), validation.tolist()
        yield f"best_p(results), table {number}", answer.best_p(results)


# %% wrong
#| says: Chosen by the training loss: dropout can only lose there.
def best_p(results):
    return min(results, key=lambda p: sum(results[p][0]))


# %% wrong
#| says: Chosen by the gap: it may be small because the training loss is high.
def best_p(results):
    return min(results, key=lambda p: sum(results[p][1]) - sum(results[p][0]))


# %% wrong
#| says: Chosen by the luckiest single network; take the mean of the five.
def best_p(results):
    return min(results, key=lambda p: min(results[p][1]))


# %% wrong
#| says: That p has the highest validation loss; a loss should be low.
def best_p(results):
    return max(results, key=lambda p: sum(results[p][1]))


# %% exercise one_row [markdown] after="batch-normalization-by-hand" minutes=2
# ## A batch of one
#
# What does `nn.BatchNorm1d(2)` do in training mode with a batch of a single row? Think first, then try it.

# %% choices [markdown]
# - a) It standardizes the row over its two units.
# - b) It returns the row as it is.
# - c) It raises an error.
# - d) It returns zeros.

# %% solution
layer, row = nn.BatchNorm1d(2), torch.tensor([[3.0, 5.0]])
try:
    out = layer(row)
except ValueError:
    answer = "c"
else:
    if torch.equal(out, row):
        answer = "b"
    else:
        answer = "d" if torch.equal(out, torch.zeros(1, 2)) else "a"

# %% hint [markdown]
# [Batch normalization by hand](../dropout_batchnorm.py#batch-normalization-by-hand): each unit is standardized by its
# mean and variance over the rows. What are they for a single row?

# %% wrong
#| says: That is layer norm; batch norm standardizes each unit over the rows.
answer = "a"

# %% wrong
#| says: So it does, nearly, after eval() and before any training; not in training mode.
answer = "b"

# %% wrong
#| says: Zeros would come out, whatever was put in, so PyTorch refuses to go on.
answer = "d"

# %% exercise batch_norm [markdown] after="batch-normalization-by-hand" minutes=20
# ## Batch normalization, from memory
#
# Write the class `BatchNorm`, without looking at the lesson and without `nn.BatchNorm1d`. `BatchNorm(num_units)` has
# two parameters, `weight` (ones at first) and `bias` (zeros), and two buffers, `running_mean` (zeros) and `running_var`
# (ones). In training mode, each column of a table `h` is standardized by its mean and variance in this batch (divide
# by n; add 1e-5 to the variance), then multiplied by `weight` and shifted by `bias`. Each running average becomes nine
# tenths of what it was plus a tenth of the new one, where the new variance divides by n - 1. After `eval()`, the running
# averages take the place of those of the batch.


# %% starter
class BatchNorm(nn.Module):
    def __init__(self, num_units):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(num_units))
        self.bias = nn.Parameter(torch.zeros(num_units))
        self.register_buffer("running_mean", torch.zeros(num_units))
        self.register_buffer("running_var", torch.ones(num_units))

    def forward(self, h):
        if self.training:
            mean, var = ____
            with torch.no_grad():
                self.running_mean = ____
                self.running_var = ____
        else:
            mean, var = ____
        return self.weight * (h - mean) / torch.sqrt(var + ____) + self.bias


# %% solution
class BatchNorm(nn.Module):
    def __init__(self, num_units):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(num_units))
        self.bias = nn.Parameter(torch.zeros(num_units))
        self.register_buffer("running_mean", torch.zeros(num_units))
        self.register_buffer("running_var", torch.ones(num_units))

    def forward(self, h):
        if self.training:
            mean, var = h.mean(dim=0), h.var(dim=0, correction=0)
            with torch.no_grad():
                self.running_mean = 0.9 * self.running_mean + 0.1 * mean
                self.running_var = 0.9 * self.running_var + 0.1 * h.var(dim=0)
        else:
            mean, var = self.running_mean, self.running_var
        return self.weight * (h - mean) / torch.sqrt(var + 1e-5) + self.bias


# %% also right
class BatchNorm(nn.Module):
    def __init__(self, num_units):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(num_units))
        self.weight = nn.Parameter(torch.ones(num_units))
        self.register_buffer("running_mean", torch.zeros(num_units))
        self.register_buffer("running_var", torch.ones(num_units))

    def forward(self, h):
        return nn.functional.batch_norm(
            h,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training,
        )


# %% hint [markdown]
# All of it stands in [Batch normalization by hand](../dropout_batchnorm.py#batch-normalization-by-hand). Try to get on
# without it first: which `dim` goes over the rows?

# %% hint [markdown]
# `h.var(dim=0)` divides by n - 1, and `h.var(dim=0, correction=0)` by n. Each is needed once.


# %% check
def check(answer):
    layer = answer.BatchNorm(4)
    scales = torch.tensor([1.0, 5.0, 0.1, 2.0])
    batches = [scales * torch.randn(n, 4) + scales for n in (6, 6, 3)]
    row, slopes = torch.randn(1, 4), torch.randn(6, 4)
    weight, bias = torch.randn(4), torch.randn(4)
    yield (
        "the names of the parameters",
        sorted(name for name, _ in layer.named_parameters()),
    )
    yield "BatchNorm(4)(h) at the start", layer(batches[0])
    with torch.no_grad():
        layer.weight.copy_(weight)
        layer.bias.copy_(bias)
    for number, batch in enumerate(batches, start=1):
        what = f"batch {number} of {len(batch)} rows"
        yield f"{what}, in training mode", layer(batch)
        layer.eval()
        yield f"one row after eval(), after {what}", layer(row)
        yield f"{what} after eval()", layer(batch)
        layer.train()
    batch = batches[0].requires_grad_()
    (layer(batch) * slopes).sum().backward()
    yield "the slopes at h", batch.grad
    yield "the slopes at the factors", layer.weight.grad
    yield "the slopes at the shifts", layer.bias.grad
    saved = set(layer.state_dict()) - {"num_batches_tracked"}
    yield "what state_dict() saves", sorted(saved)


# %% wrong
#| says: Each row is standardized over its units; here each unit is, over the rows.
class BatchNorm(nn.Module):
    def __init__(self, num_units):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(num_units))
        self.bias = nn.Parameter(torch.zeros(num_units))
        self.register_buffer("running_mean", torch.zeros(num_units))
        self.register_buffer("running_var", torch.ones(num_units))

    def forward(self, h):
        mean = h.mean(dim=1, keepdim=True)
        var = h.var(dim=1, keepdim=True, correction=0)
        return self.weight * (h - mean) / torch.sqrt(var + 1e-5) + self.bias


# %% wrong
#| says: At prediction the batch's own mean is still used, and a single row becomes zero.
class BatchNorm(nn.Module):
    def __init__(self, num_units):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(num_units))
        self.bias = nn.Parameter(torch.zeros(num_units))
        self.register_buffer("running_mean", torch.zeros(num_units))
        self.register_buffer("running_var", torch.ones(num_units))

    def forward(self, h):
        mean, var = h.mean(dim=0), h.var(dim=0, correction=0)
        return self.weight * (h - mean) / torch.sqrt(var + 1e-5) + self.bias


# %% wrong
#| says: The running variance divides by n here; for the average it should divide by n - 1.
class BatchNorm(nn.Module):
    def __init__(self, num_units):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(num_units))
        self.bias = nn.Parameter(torch.zeros(num_units))
        self.register_buffer("running_mean", torch.zeros(num_units))
        self.register_buffer("running_var", torch.ones(num_units))

    def forward(self, h):
        if self.training:
            mean, var = h.mean(dim=0), h.var(dim=0, correction=0)
            with torch.no_grad():
                self.running_mean = 0.9 * self.running_mean + 0.1 * mean
                self.running_var = 0.9 * self.running_var + 0.1 * var
        else:
            mean, var = self.running_mean, self.running_var
        return self.weight * (h - mean) / torch.sqrt(var + 1e-5) + self.bias


# %% wrong
#| says: The batch is standardized with a variance that divides by n - 1; here it is n.
class BatchNorm(nn.Module):
    def __init__(self, num_units):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(num_units))
        self.bias = nn.Parameter(torch.zeros(num_units))
        self.register_buffer("running_mean", torch.zeros(num_units))
        self.register_buffer("running_var", torch.ones(num_units))

    def forward(self, h):
        if self.training:
            mean, var = h.mean(dim=0), h.var(dim=0)
            with torch.no_grad():
                self.running_mean = 0.9 * self.running_mean + 0.1 * mean
                self.running_var = 0.9 * self.running_var + 0.1 * var
        else:
            mean, var = self.running_mean, self.running_var
        return self.weight * (h - mean) / torch.sqrt(var + 1e-5) + self.bias


# %% wrong
#| says: The running averages never change, so at prediction they are still zeros and ones.
class BatchNorm(nn.Module):
    def __init__(self, num_units):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(num_units))
        self.bias = nn.Parameter(torch.zeros(num_units))
        self.register_buffer("running_mean", torch.zeros(num_units))
        self.register_buffer("running_var", torch.ones(num_units))

    def forward(self, h):
        if self.training:
            mean, var = h.mean(dim=0), h.var(dim=0, correction=0)
        else:
            mean, var = self.running_mean, self.running_var
        return self.weight * (h - mean) / torch.sqrt(var + 1e-5) + self.bias


# %% wrong
#| says: Nine tenths and one tenth are swapped: the running averages forget nearly all.
class BatchNorm(nn.Module):
    def __init__(self, num_units):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(num_units))
        self.bias = nn.Parameter(torch.zeros(num_units))
        self.register_buffer("running_mean", torch.zeros(num_units))
        self.register_buffer("running_var", torch.ones(num_units))

    def forward(self, h):
        if self.training:
            mean, var = h.mean(dim=0), h.var(dim=0, correction=0)
            with torch.no_grad():
                self.running_mean = 0.1 * self.running_mean + 0.9 * mean
                self.running_var = 0.1 * self.running_var + 0.9 * h.var(dim=0)
        else:
            mean, var = self.running_mean, self.running_var
        return self.weight * (h - mean) / torch.sqrt(var + 1e-5) + self.bias


# %% wrong
#| says: The batch's mean and variance are part of the network: keep their gradients.
class BatchNorm(nn.Module):
    def __init__(self, num_units):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(num_units))
        self.bias = nn.Parameter(torch.zeros(num_units))
        self.register_buffer("running_mean", torch.zeros(num_units))
        self.register_buffer("running_var", torch.ones(num_units))

    def forward(self, h):
        if self.training:
            with torch.no_grad():
                mean, var = h.mean(dim=0), h.var(dim=0, correction=0)
                self.running_mean = 0.9 * self.running_mean + 0.1 * mean
                self.running_var = 0.9 * self.running_var + 0.1 * h.var(dim=0)
        else:
            mean, var = self.running_mean, self.running_var
        return self.weight * (h - mean) / torch.sqrt(var + 1e-5) + self.bias


# %% exercise first_only [markdown] after="inputs-that-stall" minutes=4
# ## One in front
#
# `train_deep(model)` trains the lesson's deep network on inputs as they come, 15 epochs at a rate of 0.01, and returns
# the training loss. Without batch normalization it ends at `nan`. Now put one `nn.BatchNorm1d(8)` in front of the first
# layer, and none behind it. Is that enough?

# %% given
concrete = pd.read_csv("data/concrete.csv")
values = torch.tensor(concrete.values, dtype=torch.float32)


def deep_model():
    """Six hidden layers, and nothing that normalizes."""
    layers, num_in = [], 8
    for _ in range(6):
        layers += [nn.Linear(num_in, 64), nn.ReLU()]
        num_in = 64
    return nn.Sequential(*layers, nn.Linear(64, 1))


def train_deep(model):
    """Training loss; about 1 is what predicting the mean would get."""
    X, y = values[:650, :-1], values[:650, -1:]
    y = (y - y.mean()) / y.std()
    loss_function = nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    model.train()
    for epoch in range(15):
        for rows in torch.randperm(len(X)).split(100):
            y_hat = model(X[rows])
            loss = loss_function(y_hat, y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    model.eval()
    with torch.no_grad():
        return loss_function(model(X), y).item()


# %% starter
model = nn.Sequential(____, deep_model())
print(train_deep(model))

answer = ____

# %% choices [markdown]
# - a) Yes, it trains as well as with batch normalization in each layer.
# - b) No. It ends at a number, but stands still near a loss of 1.
# - c) No, it still ends at `nan`.

# %% solution
torch.manual_seed(0)
loss = train_deep(nn.Sequential(nn.BatchNorm1d(8), deep_model()))
answer = "c" if loss != loss else "b" if loss > 0.9 else "a"

# %% hint [markdown]
# One layer in front standardizes the inputs. What did the lesson find for the deep network with standardized inputs,
# in [A deep network that stands still](../dropout_batchnorm.py#a-deep-network-that-stands-still)?

# %% wrong
#| says: It cures the inputs only; behind it, outputs still fade from layer to layer.
answer = "a"

# %% wrong
#| says: Inputs as they come made it nan, and those are standardized now. Run it.
answer = "c"

# %% exercise layer_norm [markdown] after="the-rescue" minutes=8
# ## Layer norm
#
# Write the class `LayerNorm`, without `nn.LayerNorm`. `LayerNorm(num_units)` has a parameter `weight` (ones at first)
# and a parameter `bias` (zeros). It standardizes over the *last* dimension of `h`, so each row of a table for itself:
# subtract the mean, divide by the root of the variance (which divides by n) plus 1e-5. Then each unit is multiplied by
# its `weight` and shifted by its `bias`. `h` may have three dimensions too.


# %% starter
class LayerNorm(nn.Module):
    def __init__(self, num_units):
        super().__init__()
        self.weight = ____
        self.bias = ____

    def forward(self, h):
        return ____


# %% solution
class LayerNorm(nn.Module):
    def __init__(self, num_units):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(num_units))
        self.bias = nn.Parameter(torch.zeros(num_units))

    def forward(self, h):
        mean = h.mean(dim=-1, keepdim=True)
        var = h.var(dim=-1, keepdim=True, correction=0)
        return self.weight * (h - mean) / torch.sqrt(var + 1e-5) + self.bias


# %% also right
class LayerNorm(nn.Module):
    def __init__(self, num_units):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(num_units))
        self.weight = nn.Parameter(torch.ones(num_units))

    def forward(self, h):
        flat = h.reshape(-1, len(self.bias)).T
        flat = flat - flat.sum(dim=0) / len(flat)
        flat = flat * ((flat**2).mean(dim=0) + 1e-5) ** -0.5
        return flat.T.reshape(h.shape) * self.weight + self.bias


# %% hint [markdown]
# It is the `BatchNorm` of [Batch normalization by hand](../dropout_batchnorm.py#batch-normalization-by-hand), without
# running averages, and along another dimension.

# %% hint [markdown]
# `keepdim=True` keeps the dimension over which the mean is taken, with length 1, so that it can be subtracted from `h`.


# %% check
def check(answer):
    layer = answer.LayerNorm(5)
    tables = [3 * torch.randn(n, 5) + 2 for n in (4, 5, 1)]
    cube, small = torch.randn(2, 3, 5), 0.003 * torch.randn(3, 5)
    weight, bias, slopes = torch.randn(5), torch.randn(5), torch.randn(4, 5)
    yield (
        "the names of the parameters",
        sorted(name for name, _ in layer.named_parameters()),
    )
    for h in tables:
        yield f"LayerNorm(5)(h) of {len(h)} × 5", layer(h)
    with torch.no_grad():
        layer.weight.copy_(weight)
        layer.bias.copy_(bias)
    for h in (*tables, cube, small):
        shape = " × ".join(map(str, h.shape))
        yield f"with other factors and shifts, {shape}", layer(h)
    layer.eval()
    yield "a row after eval()", layer(tables[2])
    h = tables[0].requires_grad_()
    (layer(h) * slopes).sum().backward()
    yield "the slopes at h", h.grad
    yield "the slopes at the factors", layer.weight.grad


# %% wrong
#| says: Each unit is standardized over the rows: that is batch norm.
class LayerNorm(nn.Module):
    def __init__(self, num_units):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(num_units))
        self.bias = nn.Parameter(torch.zeros(num_units))

    def forward(self, h):
        mean, var = h.mean(dim=0), h.var(dim=0, correction=0)
        return self.weight * (h - mean) / torch.sqrt(var + 1e-5) + self.bias


# %% wrong
#| says: The variance divides by n - 1; here it should divide by n.
class LayerNorm(nn.Module):
    def __init__(self, num_units):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(num_units))
        self.bias = nn.Parameter(torch.zeros(num_units))

    def forward(self, h):
        mean = h.mean(dim=-1, keepdim=True)
        var = h.var(dim=-1, keepdim=True)
        return self.weight * (h - mean) / torch.sqrt(var + 1e-5) + self.bias


# %% wrong
#| says: One mean for all rows together; each row has its own.
class LayerNorm(nn.Module):
    def __init__(self, num_units):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(num_units))
        self.bias = nn.Parameter(torch.zeros(num_units))

    def forward(self, h):
        mean, var = h.mean(), h.var(correction=0)
        return self.weight * (h - mean) / torch.sqrt(var + 1e-5) + self.bias


# %% wrong
#| says: The root is missing: divide by the root of the variance.
class LayerNorm(nn.Module):
    def __init__(self, num_units):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(num_units))
        self.bias = nn.Parameter(torch.zeros(num_units))

    def forward(self, h):
        mean = h.mean(dim=-1, keepdim=True)
        var = h.var(dim=-1, keepdim=True, correction=0)
        return self.weight * (h - mean) / (var + 1e-5) + self.bias


# %% wrong
#| says: The factors and shifts are not used: they have no part in the result.
class LayerNorm(nn.Module):
    def __init__(self, num_units):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(num_units))
        self.bias = nn.Parameter(torch.zeros(num_units))

    def forward(self, h):
        mean = h.mean(dim=-1, keepdim=True)
        var = h.var(dim=-1, keepdim=True, correction=0)
        return (h - mean) / torch.sqrt(var + 1e-5) + 0 * self.weight


# %% wrong
#| says: With three dimensions, dim=1 is not the units; the last dimension is.
class LayerNorm(nn.Module):
    def __init__(self, num_units):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(num_units))
        self.bias = nn.Parameter(torch.zeros(num_units))

    def forward(self, h):
        mean = h.mean(dim=1, keepdim=True)
        var = h.var(dim=1, keepdim=True, correction=0)
        return self.weight * (h - mean) / torch.sqrt(var + 1e-5) + self.bias


# %% exercise rescue [markdown] after="the-rescue" minutes=15
# ## Rescue it
#
# Write `deep_model()`, which returns a network of 8 inputs, six hidden layers of 64 units with a ReLU behind each, and
# one output without a ReLU. `train_deep` trains it on standardized concrete, with plain SGD at a rate of 0.01, for
# at most 12 epochs. Without help it stands still at a loss near 1. Yours has to get its training loss below 0.7. How,
# is up to you; the lesson tried several ways.

# %% given
concrete = pd.read_csv("data/concrete.csv")
values = torch.tensor(concrete.values, dtype=torch.float32)


def train_deep(model):
    """Return 200 rows, and the first training loss below 0.7, or the last."""
    table = values[torch.randperm(len(values))[:200]]
    Z = (table - table.mean(dim=0)) / table.std(dim=0)
    X, y = Z[:, :-1], Z[:, -1:]
    loss_function = nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    for epoch in range(12):
        model.train()
        for rows in torch.randperm(len(X)).split(50):
            y_hat = model(X[rows])
            loss = loss_function(y_hat, y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            training_loss = loss_function(model(X), y).item()
        if training_loss < 0.7:
            break
    return X, training_loss


# %% starter
def deep_model():
    layers, num_in = [], 8
    for _ in range(6):
        layers += ____
        num_in = 64
    return nn.Sequential(*layers, nn.Linear(num_in, 1))


# %% solution
def deep_model():
    layers, num_in = [], 8
    for _ in range(6):
        layers += [nn.Linear(num_in, 64), nn.BatchNorm1d(64), nn.ReLU()]
        num_in = 64
    return nn.Sequential(*layers, nn.Linear(num_in, 1))


# %% also right
def deep_model():
    layers = []
    for num_in in [8] + [64] * 5:
        linear = nn.Linear(num_in, 64)
        nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
        nn.init.zeros_(linear.bias)
        layers += [linear, nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(64, 1))


# %% also right
class Deep(nn.Module):
    def __init__(self):
        super().__init__()
        self.output = nn.Linear(64, 1)
        sizes = [8] + [64] * 5
        self.hidden = nn.ModuleList(nn.Linear(n, 64) for n in sizes)
        self.norms = nn.ModuleList(nn.LayerNorm(64) for n in sizes)

    def forward(self, X):
        for hidden, norm in zip(self.hidden, self.norms):
            X = torch.relu(norm(hidden(X)))
        return self.output(X)


def deep_model():
    return Deep()


# %% hint [markdown]
# [A deep network that stands still](../dropout_batchnorm.py#a-deep-network-that-stands-still) shows the trouble: the
# outputs fade from layer to layer. What keeps their spread?

# %% hint [markdown]
# [The rescue](../dropout_batchnorm.py#the-rescue) has a table of ways. One of them is another layer between each linear
# layer and its ReLU.


# %% check
def check(answer):
    model = answer.deep_model()
    yield (
        "the shapes of the weights",
        sorted(tuple(p.shape) for p in model.parameters() if p.dim() == 2),
    )
    X, loss = train_deep(model)
    a, b = X[0::2], X[1::2]
    with torch.no_grad():
        y_hat = model(X)
        bend = (model(a) + model(b)) / 2 - model((a + b) / 2)
    yield "the shape of the predictions for 200 rows", list(y_hat.shape)
    yield "some predictions are below zero", bool((y_hat < 0).any())
    yield "the network bends", bool(bend.abs().mean() > 0.001)
    yield "the training loss gets below 0.7", loss < 0.7


# %% wrong
#| says: The loss stands still: outputs fade from layer to layer, and nothing keeps their spread.
def deep_model():
    layers, num_in = [], 8
    for _ in range(6):
        layers += [nn.Linear(num_in, 64), nn.ReLU()]
        num_in = 64
    return nn.Sequential(*layers, nn.Linear(num_in, 1))


# %% wrong
#| says: Without any ReLU the six layers are one linear layer.
def deep_model():
    layers, num_in = [], 8
    for _ in range(6):
        layers += [nn.Linear(num_in, 64), nn.BatchNorm1d(64)]
        num_in = 64
    return nn.Sequential(*layers, nn.Linear(num_in, 1))


# %% wrong
#| says: A ReLU behind the output: half of the targets are below zero, and it can't get there.
def deep_model():
    layers, num_in = [], 8
    for _ in range(6):
        layers += [nn.Linear(num_in, 64), nn.BatchNorm1d(64), nn.ReLU()]
        num_in = 64
    return nn.Sequential(*layers, nn.Linear(num_in, 1), nn.ReLU())


# %% wrong
#| says: A shallower network trains more easily, but the task has six hidden layers.
def deep_model():
    return nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 1))
