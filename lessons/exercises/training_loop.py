# %% [markdown]
# # Exercises: the full training loop

# %%
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

# %% exercise steps_taken [markdown] after="the-whole-loop" minutes=1 within=0.5
# ## How many steps?
#
# The training set has 831 rows. Each batch has 32 rows, and the last one has what is left. How many steps does
# the optimizer take in 40 epochs?

# %% solution
rows = TensorDataset(torch.zeros(831, 1))
answer = len(DataLoader(rows, batch_size=32)) * 40

# %% also right
answer = -(-831 // 32) * 40

# %% hint [markdown]
# In [Ready-made parts](../training_loop.py#ready-made-parts), `len(loader)` counts the batches of one epoch.

# %% wrong
#| says: The last batch is missing: the rows that are left over make a batch too.
answer = 831 // 32 * 40

# %% wrong
#| says: These are the steps of one epoch, and there are 40 epochs.
answer = -(-831 // 32)

# %% wrong
#| says: That is a step for each row; the optimizer takes one for each batch.
answer = 831 * 40

# %% wrong
#| says: That is a step for each epoch; the optimizer takes one for each batch.
answer = 40

# %% exercise two_batches [markdown] after="ready-made-parts" minutes=2 within=0.01
# ## A batch of one row
#
# A loader has two batches: one of 32 rows, where the mean loss is 1, and one of a single row, where the loss is 34.
# Which number does `train_epoch` return?

# %% solution
answer = (32 * 1 + 1 * 34) / 33

# %% hint [markdown]
# `train_epoch` in [Ready-made parts](../training_loop.py#ready-made-parts) multiplies each loss by `len(X)`
# before it adds it to `total`. By what does it divide at the end?

# %% wrong
#| says: Here the single row counts as much as the 32 others together.
answer = (1 + 34) / 2

# %% wrong
#| says: The loss of the first batch is a mean: it stands for 32 rows.
answer = (1 + 34) / 33

# %% wrong
#| says: That is the sum over all rows; the mean loss of a row is asked.
answer = 32 * 1 + 1 * 34

# %% wrong
#| says: The row in the second batch is one of the epoch's rows too.
answer = 1

# %% exercise standardize [markdown] after="rows-to-learn-from-rows-to-check-with" minutes=4
# ## Both sets, one mean
#
# Write `standardize(X_train, X_valid)`. Both are tables with a row for each car and a column for each feature. It
# returns both tables standardized, as a pair. The validation set stands for cars that nobody has seen yet.


# %% starter
def standardize(X_train, X_valid):
    mean, std = ____
    return (X_train - mean) / std, ____


# %% solution
def standardize(X_train, X_valid):
    mean, std = X_train.mean(dim=0), X_train.std(dim=0)
    return (X_train - mean) / std, (X_valid - mean) / std


# %% also right
def standardize(X_train, X_valid):
    both, n = torch.cat([X_train, X_valid]), len(X_train)
    mean = X_train.sum(dim=0) / n
    spread = ((X_train - mean) ** 2).sum(dim=0) / (n - 1)
    both = (both - mean) * spread**-0.5
    return both[:n], both[n:]


# %% hint [markdown]
# [Rows to learn from, rows to check with](../training_loop.py#rows-to-learn-from-rows-to-check-with) does it for
# the cars. Which of the two sets does the mean come from?

# %% hint [markdown]
# `dim=0` takes the mean over the rows, and leaves one number for each column.


# %% check
def check(answer):
    X_train = 3 * torch.randn(9, 4) + torch.tensor([5.0, -2.0, 100.0, 0.0])
    X_valid = 2 * torch.randn(5, 4) + 1
    yield (
        "standardize(X_train, X_valid) of 4 features",
        answer.standardize(X_train, X_valid),
    )
    X_train, X_valid = torch.rand(20, 1) * 8, torch.rand(2, 1)
    yield (
        "standardize(X_train, X_valid) of 1 feature",
        answer.standardize(X_train, X_valid),
    )


# %% wrong
#| says: The validation set got its own mean and spread, which new cars do not bring along.
def standardize(X_train, X_valid):
    return [(X - X.mean(dim=0)) / X.std(dim=0) for X in (X_train, X_valid)]


# %% wrong
#| says: The mean of both sets together lets the validation rows leak into training.
def standardize(X_train, X_valid):
    both = torch.cat([X_train, X_valid])
    mean, std = both.mean(dim=0), both.std(dim=0)
    return (X_train - mean) / std, (X_valid - mean) / std


# %% wrong
#| says: One mean for the whole table mixes the columns; each feature has its own.
def standardize(X_train, X_valid):
    mean, std = X_train.mean(), X_train.std()
    return (X_train - mean) / std, (X_valid - mean) / std


# %% wrong
#| says: The validation set is not standardized; the network would meet numbers of another size.
def standardize(X_train, X_valid):
    mean, std = X_train.mean(dim=0), X_train.std(dim=0)
    return (X_train - mean) / std, X_valid


# %% wrong
#| says: That divides by the variance; its root, the standard deviation, is meant.
def standardize(X_train, X_valid):
    mean, var = X_train.mean(dim=0), X_train.var(dim=0)
    return (X_train - mean) / var, (X_valid - mean) / var


# %% exercise column [markdown] after="two-slips-that-raise-no-error" minutes=4
# ## A row, or a column
#
# Write `squared_error(y_hat, y)`, the mean squared error. The predictions `y_hat` are a column of shape
# `(n, 1)`. The targets `y` come as a column `(n, 1)`, or as a plain row of numbers `(n,)`. Both must give the
# same number.


# %% starter
def squared_error(y_hat, y):
    """y_hat is (n, 1), y is (n, 1) or (n,); one number comes out."""
    return ____


# %% solution
def squared_error(y_hat, y):
    return ((y_hat - y.reshape(y_hat.shape)) ** 2).mean()


# %% also right
def squared_error(y_hat, y):
    return F.mse_loss(y_hat.squeeze(1), y.flatten())


# %% hint [markdown]
# [Two slips that raise no error](../training_loop.py#two-slips-that-raise-no-error) shows which shape comes out
# when a row is subtracted from a column.

# %% hint [markdown]
# `reshape` gives a tensor another shape and keeps its numbers. Which shape should `y` have?


# %% check
def check(answer):
    for n in 5, 32, 1:
        y_hat, y = torch.randn(n, 1), torch.randn(n, 1) - 1
        row = y[:, 0]
        yield (
            f"squared_error(y_hat, y), {n} × 1",
            answer.squared_error(y_hat, y),
        )
        yield (
            "squared_error(y_hat, y[:, 0])",
            answer.squared_error(y_hat, row),
        )
    y_hat.requires_grad_()
    answer.squared_error(y_hat, row).backward()
    yield "the slope of the loss at y_hat", y_hat.grad


# %% wrong
#| says: With a row, each prediction meets the target of each car: (n, 1) minus (n,) is (n, n).
def squared_error(y_hat, y):
    return ((y_hat - y) ** 2).mean()


# %% wrong
#| says: y[:, None] makes a column of a row, but makes (n, 1, 1) of what is a column already.
def squared_error(y_hat, y):
    return ((y_hat - y[:, None]) ** 2).mean()


# %% wrong
#| says: That adds up the squares; divide by how many there are.
def squared_error(y_hat, y):
    return ((y_hat - y.reshape(y_hat.shape)) ** 2).sum()


# %% wrong
#| says: Without the square, errors of both signs cancel out.
def squared_error(y_hat, y):
    return (y_hat - y.reshape(y_hat.shape)).mean()


# %% wrong
#| says: That is the mean of the sizes of the errors; here each error is squared.
def squared_error(y_hat, y):
    return (y_hat - y.reshape(y_hat.shape)).abs().mean()


# %% exercise net_class [markdown] after="ready-made-parts" minutes=8
# ## A network as a class
#
# Write the class `Net`. `Net(num_inputs, first, second)` makes a network with two hidden layers of `first` and of
# `second` units, a ReLU behind each, and one output. `model(X)` takes a table with a row for each example, and
# returns a column with one prediction for each row.


# %% starter
class Net(nn.Module):
    def __init__(self, num_inputs, first, second):
        super().__init__()
        ____  # the layers

    def forward(self, X):
        return ____


# %% solution
class Net(nn.Module):
    def __init__(self, num_inputs, first, second):
        super().__init__()
        self.hidden1 = nn.Linear(num_inputs, first)
        self.hidden2 = nn.Linear(first, second)
        self.output = nn.Linear(second, 1)

    def forward(self, X):
        h = F.relu(self.hidden1(X))
        h = F.relu(self.hidden2(h))
        return self.output(h)


# %% also right
class Net(nn.Module):
    def __init__(self, num_inputs, first, second):
        super().__init__()
        sizes = [num_inputs, first, second]
        layers = [nn.Linear(second, 1)]
        for i in (1, 0):
            layers[:0] = [nn.Linear(sizes[i], sizes[i + 1]), nn.ReLU()]
        self.stack = nn.Sequential(*layers)

    def forward(self, X):
        return self.stack(X)


# %% hint [markdown]
# The class `Net` in [Ready-made parts](../training_loop.py#ready-made-parts) has the same form. Its two hidden
# layers are equally wide; yours may differ.

# %% hint [markdown]
# Each layer takes as many numbers as the one before gives. `nn.Module` finds a layer when you assign it to
# `self`.


# %% check
def check(answer):
    sizes = [(6, 3), (6,), (4, 6), (4,), (1, 4), (1,)]
    weights = {size: torch.randn(size) for size in sizes}
    X, row = torch.randn(7, 3), torch.randn(1, 3)
    model = answer.Net(3, 6, 4)
    found = {tuple(p.shape): p for p in model.parameters()}
    yield (
        "the shapes of Net(3, 6, 4).parameters()",
        sorted(tuple(p.shape) for p in model.parameters()),
    )
    with torch.no_grad():
        for size in found:
            if size in weights:
                found[size].copy_(weights[size])
    model.train()
    y_hat = model(X)
    yield "Net(3, 6, 4)(X) with given weights", y_hat
    y_hat.sum().backward()
    for size in sizes:
        if size in found:
            yield f"the slopes of the parameter {size}", found[size].grad
    with torch.no_grad():
        for size in [(1, 4), (1,)]:
            if size in found:
                found[size] *= -1
    yield "the same with an output layer of the other sign", model(X)
    yield "the same after eval(), for one row", model.eval()(row)


# %% wrong
#| says: Layers in a Python list are not found by nn.Module, so no optimizer would train them.
class Net(nn.Module):
    def __init__(self, num_inputs, first, second):
        super().__init__()
        self.hidden = [nn.Linear(num_inputs, first), nn.Linear(first, second)]
        self.output = nn.Linear(second, 1)

    def forward(self, X):
        for layer in self.hidden:
            X = F.relu(layer(X))
        return self.output(X)


# %% wrong
#| says: Without a ReLU between them the layers are one linear layer.
class Net(nn.Module):
    def __init__(self, num_inputs, first, second):
        super().__init__()
        self.hidden1 = nn.Linear(num_inputs, first)
        self.hidden2 = nn.Linear(first, second)
        self.output = nn.Linear(second, 1)

    def forward(self, X):
        return self.output(self.hidden2(self.hidden1(X)))


# %% wrong
#| says: A ReLU behind the output too: the network could never predict less than zero.
class Net(nn.Module):
    def __init__(self, num_inputs, first, second):
        super().__init__()
        self.hidden1 = nn.Linear(num_inputs, first)
        self.hidden2 = nn.Linear(first, second)
        self.output = nn.Linear(second, 1)

    def forward(self, X):
        h = F.relu(self.hidden1(X))
        h = F.relu(self.hidden2(h))
        return F.relu(self.output(h))


# %% wrong
#| says: One ReLU is missing: each of the two hidden layers has one behind it.
class Net(nn.Module):
    def __init__(self, num_inputs, first, second):
        super().__init__()
        self.hidden1 = nn.Linear(num_inputs, first)
        self.hidden2 = nn.Linear(first, second)
        self.output = nn.Linear(second, 1)

    def forward(self, X):
        return self.output(self.hidden2(F.relu(self.hidden1(X))))


# %% wrong
#| says: The output layer is missing: the network returns its hidden units.
class Net(nn.Module):
    def __init__(self, num_inputs, first, second):
        super().__init__()
        self.hidden1 = nn.Linear(num_inputs, first)
        self.hidden2 = nn.Linear(first, second)

    def forward(self, X):
        return F.relu(self.hidden2(F.relu(self.hidden1(X))))


# %% exercise train_epoch [markdown] after="ready-made-parts" minutes=10
# ## One epoch
#
# Write `train_epoch(model, optimizer, loader)`. It puts the model into training mode, takes one step for each
# batch of the loader, and returns the mean loss met on the way, in which each row counts the same.

# %% given
loss_function = nn.MSELoss()


# %% starter
def train_epoch(model, optimizer, loader):
    """Train on each batch once; return the mean loss met on the way."""
    ____  # the mode
    total = 0.0
    for X, y in loader:
        y_hat = ____
        loss = loss_function(y_hat, y)
        ____  # three lines
        total += loss.item() * ____
    return ____


# %% solution
def train_epoch(model, optimizer, loader):
    model.train()
    total = 0.0
    for X, y in loader:
        y_hat = model(X)
        loss = loss_function(y_hat, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(X)
    return total / len(loader.dataset)


# %% also right
def train_epoch(model, optimizer, loader):
    losses = []
    for X, y in loader:
        optimizer.zero_grad()
        errors = (model.train()(X) - y) ** 2
        errors.mean().backward()
        optimizer.step()
        losses.append(errors.detach())
    return torch.cat(losses).mean()


# %% hint [markdown]
# The five lines are the five boxes of the figure at the top of [the
# lesson](../training_loop.py#ready-made-parts): predict, loss, `zero_grad`, backward, step.

# %% hint [markdown]
# `loss` is the mean of one batch, and the last batch is smaller. By what must it be multiplied before it is added
# to `total`?

# %% hint [markdown]
# The total is divided by the number of rows. `len(loader)` is the number of batches.


# %% check
def make_model(start):
    model = nn.Sequential(
        nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Tanh(), nn.Linear(4, 1)
    )
    with torch.no_grad():
        for p in model.parameters():
            p.copy_(start[: p.numel()].view_as(p))
    return model.eval()


def check(answer):
    X, y, start = torch.randn(23, 3), torch.randn(23, 1) + 1, torch.randn(20)
    for batch_size in 8, 5, 30:
        loader = DataLoader(TensorDataset(X, y), batch_size=batch_size)
        model, seen = make_model(start), []
        model.register_forward_hook(
            lambda *of, seen=seen: seen.append(len(of[1][0]))
        )
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        what = f"train_epoch(…) with batches of {batch_size}"
        loss = answer.train_epoch(model, optimizer, loader)
        yield f"{what}: rows in each batch seen", seen
        yield f"{what}: its result", loss
        weights = torch.cat([p.flatten() for p in model.parameters()])
        yield f"{what}: the weights behind it", weights
        yield f"{what}: the mode behind it", model.training
        yield (
            f"{what}: a second epoch",
            answer.train_epoch(model, optimizer, loader),
        )


# %% wrong
#| says: zero_grad is missing: the gradients of all batches so far pile up.
def train_epoch(model, optimizer, loader):
    model.train()
    total = 0.0
    for X, y in loader:
        y_hat = model(X)
        loss = loss_function(y_hat, y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(X)
    return total / len(loader.dataset)


# %% wrong
#| says: The weights never change: a step is missing, or finds its gradients gone.
def train_epoch(model, optimizer, loader):
    model.train()
    total = 0.0
    for X, y in loader:
        y_hat = model(X)
        loss = loss_function(y_hat, y)
        optimizer.zero_grad()
        loss.backward()
        total += loss.item() * len(X)
    return total / len(loader.dataset)


# %% wrong
#| says: The step comes before backward, so it follows the gradient of the batch before.
def train_epoch(model, optimizer, loader):
    model.train()
    total = 0.0
    for X, y in loader:
        y_hat = model(X)
        loss = loss_function(y_hat, y)
        optimizer.step()
        optimizer.zero_grad()
        loss.backward()
        total += loss.item() * len(X)
    return total / len(loader.dataset)


# %% wrong
#| says: The model is not put into training mode; some kinds of layer would act as at prediction.
def train_epoch(model, optimizer, loader):
    total = 0.0
    for X, y in loader:
        y_hat = model(X)
        loss = loss_function(y_hat, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(X)
    return total / len(loader.dataset)


# %% wrong
#| says: The mean of the batches' means: a row of a small last batch counts more than others.
def train_epoch(model, optimizer, loader):
    model.train()
    total = 0.0
    for X, y in loader:
        y_hat = model(X)
        loss = loss_function(y_hat, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total / len(loader)


# %% wrong
#| says: It returns after the first batch: the return stands inside the loop.
def train_epoch(model, optimizer, loader):
    model.train()
    total = 0.0
    for X, y in loader:
        y_hat = model(X)
        loss = loss_function(y_hat, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(X)
        return total / len(X)


# %% wrong
#| says: That is the loss of the last batch alone.
def train_epoch(model, optimizer, loader):
    model.train()
    for X, y in loader:
        y_hat = model(X)
        loss = loss_function(y_hat, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return loss.item()


# %% excused
#| says: The squared error of y_hat and y is that of y and y_hat.
def train_epoch(model, optimizer, loader):
    model.train()
    total = 0.0
    for X, y in loader:
        y_hat = model(X)
        loss = loss_function(y, y_hat)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(X)
    return total / len(loader.dataset)


# %% exercise zero_grad_place [markdown] after="two-slips-that-raise-no-error" minutes=3
# ## Where may zero_grad stand?
#
# In the loop, `zero_grad` stands before `backward`. You move this one line, and train again from the same weights
# with the same batches. Where may it go, so that the network ends with the same weights as before?

# %% choices [markdown]
# - a) Between `backward` and `step`.
# - b) Behind `step`, as the last line.
# - c) In either place.
# - d) In neither.

# %% solution
torch.manual_seed(0)
X, y = torch.randn(24, 3), torch.randn(24, 1)


def weights_after(order):
    torch.manual_seed(1)
    model = nn.Linear(3, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for rows in torch.arange(24).split(8):
        loss = F.mse_loss(model(X[rows]), y[rows])
        for line in order:
            {
                "zero_grad": optimizer.zero_grad,
                "backward": loss.backward,
                "step": optimizer.step,
            }[line]()
    return model.weight


before = weights_after(["zero_grad", "backward", "step"])
between = weights_after(["backward", "zero_grad", "step"])
behind = weights_after(["backward", "step", "zero_grad"])
same = torch.equal(between, before), torch.equal(behind, before)
answer = {
    (True, False): "a",
    (False, True): "b",
    (True, True): "c",
    (False, False): "d",
}[same]

# %% hint [markdown]
# A new network has no gradients yet. In [the loop](../training_loop.py#raw-tensors), what must be true when
# `backward` begins, and what when `step` begins?

# %% wrong
#| says: There it throws away the gradients that step needs, so nothing is learned.
answer = "a"

# %% wrong
#| says: Not in either: between backward and step, the new gradients would be gone.
answer = "c"

# %% wrong
#| says: What counts is that the old gradients are gone when the next backward begins.
answer = "d"

# %% exercise fit [markdown] after="the-whole-loop" minutes=15
# ## Many epochs
#
# Write `fit(model, loader, X_valid, y_valid, num_epochs, learning_rate)`. It trains the model with
# `torch.optim.SGD` and a `momentum` of 0.9, which remembers its steps from one epoch to the next. It returns a list
# with a pair for each epoch: the loss met on the way, and then the validation loss at the end of the epoch.

# %% given
loss_function = nn.MSELoss()


def train_epoch(model, optimizer, loader):
    """Train on each batch once; return the mean loss met on the way."""
    model.train()
    total = 0.0
    for X, y in loader:
        y_hat = model(X)
        loss = loss_function(y_hat, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(X)
    return total / len(loader.dataset)


def evaluate(model, X, y):
    model.eval()
    with torch.no_grad():
        return loss_function(model(X), y).item()


# %% starter
def fit(model, loader, X_valid, y_valid, num_epochs, learning_rate):
    """A list of pairs: (loss on the way, validation loss)."""
    optimizer = ____
    history = []
    for epoch in range(num_epochs):
        on_the_way = train_epoch(model, optimizer, ____)
        ____
        history.append((on_the_way, ____))
    return history


# %% solution
def fit(model, loader, X_valid, y_valid, num_epochs, learning_rate):
    optimizer = torch.optim.SGD(
        model.parameters(), lr=learning_rate, momentum=0.9
    )
    history = []
    for epoch in range(num_epochs):
        on_the_way = train_epoch(model, optimizer, loader)
        validation = evaluate(model, X_valid, y_valid)
        history.append((on_the_way, validation))
    return history


# %% also right
def fit(model, loader, X_valid, y_valid, num_epochs, learning_rate):
    weights = list(model.parameters())
    speeds, history = [torch.zeros_like(w) for w in weights], []
    while len(history) < num_epochs:
        losses = []
        for X, y in loader:
            model.train()
            errors = (model(X) - y) ** 2
            slopes = torch.autograd.grad(errors.mean(), weights)
            losses.append(errors.detach())
            with torch.no_grad():
                for w, speed, slope in zip(weights, speeds, slopes):
                    speed.mul_(0.9).add_(slope)
                    w -= learning_rate * speed
        found = evaluate(model, X_valid, y_valid)
        history.append([torch.cat(losses).mean().item(), found])
    return history


# %% hint [markdown]
# `fit` in [The whole loop](../training_loop.py#the-whole-loop) does the same for the cars, and measures one loss
# more.

# %% hint [markdown]
# In each epoch call `train_epoch`, then `evaluate`, and append what both return as one pair.


# %% check
def check(answer):
    X, y, start = torch.randn(19, 2), torch.randn(19, 1), torch.randn(20)
    X_valid, y_valid = torch.randn(6, 2), torch.randn(6, 1)
    for num_epochs, rate in (1, 0.1), (4, 0.05):
        model = nn.Sequential(
            nn.Linear(2, 4), nn.BatchNorm1d(4), nn.Tanh(), nn.Linear(4, 1)
        )
        with torch.no_grad():
            for p in model.parameters():
                p.copy_(start[: p.numel()].view_as(p))
        loader = DataLoader(TensorDataset(X, y), batch_size=8)
        what = f"fit(model, loader, X_valid, y_valid, {num_epochs}, {rate})"
        yield (
            what,
            answer.fit(model, loader, X_valid, y_valid, num_epochs, rate),
        )
        weights = torch.cat([p.flatten() for p in model.parameters()])
        yield f"the weights behind {what}", weights


# %% wrong
#| says: A new optimizer in each epoch has forgotten its speed; make it once, before the loop.
def fit(model, loader, X_valid, y_valid, num_epochs, learning_rate):
    history = []
    for epoch in range(num_epochs):
        optimizer = torch.optim.SGD(
            model.parameters(), lr=learning_rate, momentum=0.9
        )
        on_the_way = train_epoch(model, optimizer, loader)
        history.append((on_the_way, evaluate(model, X_valid, y_valid)))
    return history


# %% wrong
#| says: The validation loss is measured before the epoch; it belongs behind it.
def fit(model, loader, X_valid, y_valid, num_epochs, learning_rate):
    optimizer = torch.optim.SGD(
        model.parameters(), lr=learning_rate, momentum=0.9
    )
    history = []
    for epoch in range(num_epochs):
        validation = evaluate(model, X_valid, y_valid)
        on_the_way = train_epoch(model, optimizer, loader)
        history.append((on_the_way, validation))
    return history


# %% wrong
#| says: Only the last epoch is in the list: append in each epoch, inside the loop.
def fit(model, loader, X_valid, y_valid, num_epochs, learning_rate):
    optimizer = torch.optim.SGD(
        model.parameters(), lr=learning_rate, momentum=0.9
    )
    for epoch in range(num_epochs):
        on_the_way = train_epoch(model, optimizer, loader)
    return [(on_the_way, evaluate(model, X_valid, y_valid))]


# %% wrong
#| says: The momentum is missing: SGD has none unless told so.
def fit(model, loader, X_valid, y_valid, num_epochs, learning_rate):
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    history = []
    for epoch in range(num_epochs):
        on_the_way = train_epoch(model, optimizer, loader)
        history.append((on_the_way, evaluate(model, X_valid, y_valid)))
    return history


# %% wrong
#| says: It trains on the validation rows too, which are kept back to measure.
def fit(model, loader, X_valid, y_valid, num_epochs, learning_rate):
    optimizer = torch.optim.SGD(
        model.parameters(), lr=learning_rate, momentum=0.9
    )
    valid = DataLoader(TensorDataset(X_valid, y_valid), batch_size=32)
    history = []
    for epoch in range(num_epochs):
        on_the_way = train_epoch(model, optimizer, loader)
        history.append((on_the_way, train_epoch(model, optimizer, valid)))
    return history


# %% exercise longer [markdown] after="the-whole-loop" minutes=4
# ## Would longer training help?
#
# `curves(learning_rate, num_epochs)` trains a network on 30 rows and returns the training losses and the
# validation losses, one for each epoch. Network A has a learning rate of 0.0003, network B of 0.01. Look at the
# first 60 epochs of each. Which of them would predict *new* rows better after 100 epochs more?


# %% given
def draw(num_points):
    x = torch.linspace(-2, 2, num_points)[:, None]
    return x, torch.sin(3 * x) + 0.5 * torch.randn(num_points, 1)


def curves(learning_rate, num_epochs):
    torch.manual_seed(0)
    (X, y), (X_valid, y_valid) = draw(30), draw(100)
    model = nn.Sequential(
        nn.Linear(1, 32),
        nn.ReLU(),
        nn.Linear(32, 32),
        nn.ReLU(),
        nn.Linear(32, 1),
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
    training, validation = [], []
    for epoch in range(num_epochs):
        y_hat = model(X)
        loss = F.mse_loss(y_hat, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            training.append(F.mse_loss(model(X), y).item())
            validation.append(F.mse_loss(model(X_valid), y_valid).item())
    return training, validation


# %% starter
for learning_rate in (0.0003, 0.01):
    training, validation = curves(learning_rate, 60)
    for epoch in range(9, 60, 10):
        losses = f"{training[epoch]:.2f}, {validation[epoch]:.2f}"
        print(f"rate {learning_rate}, epoch {epoch + 1}: {losses}")

answer = ____

# %% choices [markdown]
# - a) Both.
# - b) Network A only.
# - c) Network B only.
# - d) Neither.

# %% solution
helped = []
for learning_rate in (0.0003, 0.01):
    training, validation = curves(learning_rate, 160)
    helped.append(validation[159] < 0.98 * validation[59])
answer = {
    (True, True): "a",
    (True, False): "b",
    (False, True): "c",
    (False, False): "d",
}[tuple(helped)]

# %% hint [markdown]
# [The whole loop](../training_loop.py#the-whole-loop) draws two curves for each network. Which of them tells how
# well *new* rows are predicted, and where does it go?

# %% wrong
#| says: The training losses of both still fall, but the validation loss of one has turned.
answer = "a"

# %% wrong
#| says: Its training loss falls faster; look at how its validation loss moves.
answer = "c"

# %% wrong
#| says: Look again: one validation loss falls in each line, to the last; run 160 epochs and see.
answer = "d"

# %% exercise as_they_come [markdown] after="how-new-are-the-new-cars" minutes=5
# ## Features as they come
#
# `train_network()` trains the lesson's network on the cars, but nothing is standardized, and the learning rate is
# a third of the lesson's, for at 0.01 the loss would jump about. With standardized features the network beat a
# single neuron. Does it still, after 20 epochs?

# %% given
import pandas as pd

cars = pd.read_csv("data/cars.csv")
features = cars[["displacement", "cylinders", "gears"]].assign(
    turbo=cars.aspiration.str.contains("Turbo").astype(int),
    four_wheels=cars.drive.str.contains("All|4-Wheel").astype(int),
)
X = torch.tensor(features.values, dtype=torch.float32)
y = torch.tensor(100 / cars.combined_mpg.values, dtype=torch.float32)[:, None]
torch.manual_seed(0)
lot = torch.randperm(len(cars))
train, valid = lot[len(cars) // 4 :], lot[: len(cars) // 4]


def neuron_loss():
    """Validation loss of the neuron that least squares finds."""
    columns = torch.cat([X, torch.ones(len(X), 1)], dim=1)
    fitted = torch.linalg.lstsq(columns[train], y[train]).solution
    return F.mse_loss(columns[valid] @ fitted, y[valid]).item()


def train_network(learning_rate=0.003, num_epochs=20):
    """Validation loss of a network trained on features as they come."""
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Linear(5, 32),
        nn.ReLU(),
        nn.Linear(32, 32),
        nn.ReLU(),
        nn.Linear(32, 1),
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=learning_rate)
    for epoch in range(num_epochs):
        for rows in train[torch.randperm(len(train))].split(32):
            y_hat = model(X[rows])
            loss = F.mse_loss(y_hat, y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    with torch.no_grad():
        return F.mse_loss(model(X[valid]), y[valid]).item()


# %% choices [markdown]
# - a) Yes, its validation loss is lower than the neuron's.
# - b) No, but it learned: it is better than predicting the mean for each car.
# - c) No, it is no better than predicting the mean for each car.

# %% solution
loss = train_network()
guess_mean = F.mse_loss(y[train].mean().expand(len(valid), 1), y[valid])
if loss < neuron_loss():
    answer = "a"
elif loss < guess_mean:
    answer = "b"
else:
    answer = "c"

# %% hint [markdown]
# Call `train_network()` and `neuron_loss()`, and compare. What would predicting the mean give? It is a number near
# the first in [The whole loop](../training_loop.py#the-whole-loop).

# %% wrong
#| says: Call both functions: the neuron's loss is lower. Unscaled features make training slow.
answer = "a"

# %% wrong
#| says: It learned something: compare its loss with that of the mean.
answer = "c"

# %% exercise saved [markdown] after="save-it-load-it" minutes=8
# ## From a file to a prediction
#
# Somebody hands you `learned`, a dictionary like that in the lesson: `"model"` is a `state_dict` of the network
# `Net`, `"mean"` and `"std"` hold one number for each feature, from the training set. Write
# `predict(learned, cars)`. `cars` is a table of features as they come, and may have a single row. It returns a
# column with one prediction for each car.


# %% given
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(3, 8)
        self.dropout = nn.Dropout(0.5)  # does nothing after eval()
        self.output = nn.Linear(8, 1)

    def forward(self, X):
        return self.output(self.dropout(F.relu(self.hidden(X))))


# %% starter
def predict(learned, cars):
    model = Net()
    ____
    ____
    with torch.no_grad():
        return model(____)


# %% solution
def predict(learned, cars):
    model = Net()
    model.load_state_dict(learned["model"])
    model.eval()
    with torch.no_grad():
        return model((cars - learned["mean"]) / learned["std"])


# %% also right
def predict(learned, cars):
    of = learned["model"]
    h = (cars - learned["mean"]) / learned["std"]
    h = (h @ of["hidden.weight"].T + of["hidden.bias"]).clamp(min=0)
    return h @ of["output.weight"].T + of["output.bias"]


# %% hint [markdown]
# [Save it, load it](../training_loop.py#save-it-load-it) predicts for a new car in the same way.

# %% hint [markdown]
# Three things come before the call of the model: the weights, the mode, and the numbers that go in.


# %% check
def check(answer):
    cars = 5 * torch.rand(6, 3) + 2
    model = Net()
    with torch.no_grad():
        for p in model.parameters():
            p.copy_(torch.randn(p.shape))
    learned = {
        "model": model.state_dict(),
        "mean": torch.tensor([2.0, 4.0, -3.0]),
        "std": torch.tensor([0.5, 2.0, 3.0]),
    }
    yield "predict(learned, cars) of 6 cars", answer.predict(learned, cars)
    yield "predict(learned, cars[:1])", answer.predict(learned, cars[:1])


# %% wrong
#| says: The features go in as they come, but the network has learned from standardized ones.
def predict(learned, cars):
    model = Net()
    model.load_state_dict(learned["model"])
    model.eval()
    with torch.no_grad():
        return model(cars)


# %% wrong
#| says: Standardized with the new cars' own mean; a single car has no spread at all.
def predict(learned, cars):
    model = Net()
    model.load_state_dict(learned["model"])
    model.eval()
    with torch.no_grad():
        return model((cars - cars.mean(dim=0)) / cars.std(dim=0))


# %% wrong
#| says: The weights are those of a fresh network: what was learned is not loaded.
def predict(learned, cars):
    model = Net()
    model.eval()
    with torch.no_grad():
        return model((cars - learned["mean"]) / learned["std"])


# %% wrong
#| says: eval() is missing: in training mode, dropout changes each prediction at random.
def predict(learned, cars):
    model = Net()
    model.load_state_dict(learned["model"])
    with torch.no_grad():
        return model((cars - learned["mean"]) / learned["std"])


# %% wrong
#| says: The mean is taken away, but the division by the standard deviation is missing.
def predict(learned, cars):
    model = Net()
    model.load_state_dict(learned["model"])
    model.eval()
    with torch.no_grad():
        return model(cars - learned["mean"])
