# %% [markdown]
# # Exercises: overfitting and underfitting

# %%
import copy
from itertools import pairwise

import pandas as pd
import torch
from torch import nn

# %% exercise floor [markdown] after="signal-and-noise" minutes=1 within=0.02
# ## The floor, moved
#
# The lesson's noise has a standard deviation of 0.5, and no network can be expected to get its validation loss below
# 0.25. Make the noise twice as strong: its standard deviation is now 1. Where is the floor of the mean squared error?

# %% solution
torch.manual_seed(0)
noise = 1.0 * torch.randn(1_000_000)
answer = (noise**2).mean().item()

# %% also right
answer = (2 * 0.5) ** 2

# %% hint [markdown]
# If a network found the signal itself, its errors would be the noise and nothing else, says
# [Signal and noise](../overfitting.py#signal-and-noise). What is the mean of their squares?

# %% wrong
#| says: Errors twice as large make squares four times as large.
answer = 0.5

# %% wrong
#| says: That is the floor of the lesson's noise; this noise is twice as strong.
answer = 0.25

# %% wrong
#| says: That lowest loss would need points without noise.
answer = 0

# %% wrong
#| says: Twice as strong, so four times 0.25: the squares grow by two times two.
answer = 2

# %% exercise three_networks [markdown] after="wider-or-deeper" minutes=5
# ## Name it
#
# Three networks learn thirty points on the wave, with noise of standard deviation 0.5. `curves("A")` trains the first
# and returns its training losses and its validation losses, noted every ten steps. Look at the curves of A, B, and C.
# Which of them underfits, which overfits?


# %% given
def draw(num_points):
    x = torch.linspace(-2, 2, num_points)[:, None]
    return x, torch.sin(3 * x) + 0.5 * torch.randn(num_points, 1)


def evaluate(model, X, y):
    with torch.no_grad():
        return nn.MSELoss()(model(X), y).item()


def curves(name):
    sizes, num_steps = {
        "A": ([1, 1], 200),
        "B": ([1, 32, 32, 1], 400),
        "C": ([1, 32, 32, 1], 80),
    }[name]
    torch.manual_seed(0)
    (X, y), (X_valid, y_valid) = draw(30), draw(200)
    layers = []
    for num_in, num_out in pairwise(sizes):
        layers += [nn.Linear(num_in, num_out), nn.ReLU()]
    model = nn.Sequential(*layers[:-1])
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    training, validation = [], []
    for step in range(1, num_steps + 1):
        y_hat = model(X)
        loss = nn.MSELoss()(y_hat, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 10 == 0:
            training.append(round(evaluate(model, X, y), 2))
            validation.append(round(evaluate(model, X_valid, y_valid), 2))
    return training, validation


# %% starter
for name in "ABC":
    training, validation = curves(name)
    print(name, "training  ", training)
    print(name, "validation", validation)

answer = ____

# %% choices [markdown]
# - a) A underfits, B overfits, C does neither.
# - b) A and C underfit, B does neither: its training loss is the lowest.
# - c) A does neither, for its two losses are close together; B and C overfit.
# - d) All three overfit: the validation loss is above the training loss in each.

# %% solution
verdicts = []
for name in "ABC":
    training, validation = curves(name)
    if validation[-1] > 1.1 * min(validation):
        verdicts.append("over")
    elif training[-1] > 2 * 0.5**2:  # far above the floor
        verdicts.append("under")
    else:
        verdicts.append("neither")
answer = {
    ("under", "over", "neither"): "a",
    ("under", "neither", "under"): "b",
    ("neither", "over", "over"): "c",
    ("over", "over", "over"): "d",
}[tuple(verdicts)]

# %% hint [markdown]
# The mark of underfitting is a *training* loss that is high, says
# [Wider or deeper](../overfitting.py#wider-or-deeper). The mark of overfitting is a validation loss that has turned
# and climbs.

# %% hint [markdown]
# High compared with what? The floor here is 0.25. And in which network was the validation loss much lower before?

# %% wrong
#| says: A low training loss may be noise learned by heart: B's validation loss has turned, and climbs.
answer = "b"

# %% wrong
#| says: A small gap says little: both losses of A are more than twice the floor of 0.25.
answer = "c"

# %% wrong
#| says: Some gap is normal. Ask whether the validation loss has climbed.
answer = "d"

# %% exercise ten_times [markdown] after="signal-and-noise" minutes=4
# ## Ten times the points
#
# `gap(num_points, seed)` trains one network on that many points of the wave, 250 steps long. It returns the validation
# loss less the training loss at the end. What becomes of this gap with 300 points in place of 30?


# %% given
def draw(num_points):
    x = torch.linspace(-2, 2, num_points)[:, None]
    return x, torch.sin(3 * x) + 0.5 * torch.randn(num_points, 1)


def gap(num_points, seed):
    torch.manual_seed(seed)
    (X, y), (X_valid, y_valid) = draw(num_points), draw(200)
    model = nn.Sequential(
        nn.Linear(1, 32),
        nn.ReLU(),
        nn.Linear(32, 32),
        nn.ReLU(),
        nn.Linear(32, 1),
    )
    loss_function = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for step in range(250):
        y_hat = model(X)
        loss = loss_function(y_hat, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        training = loss_function(model(X), y)
        validation = loss_function(model(X_valid), y_valid)
    return (validation - training).item()


# %% choices [markdown]
# - a) It gets larger: there is more noise to learn by heart.
# - b) It stays about the same.
# - c) It shrinks to less than half.

# %% solution
few = sum(gap(30, seed) for seed in (0, 1))
many = sum(gap(300, seed) for seed in (0, 1))
answer = "c" if many < few / 2 else "a" if many > 1.2 * few else "b"

# %% hint [markdown]
# The same network has to bend around ten times as many dots. Can it still zigzag from dot to dot, as in
# [Signal and noise](../overfitting.py#signal-and-noise)? Print `gap` for both, with two seeds.

# %% wrong
#| says: There is more noise, but the network has not grown: it can't learn all of it by heart.
answer = "a"

# %% wrong
#| says: The network is the same, but it has ten times as many points to please.
answer = "b"

# %% exercise stops_after [markdown] after="early-stopping" minutes=10
# ## When to give up
#
# Write `stops_after(losses, patience, least)`. `losses` is a list with the validation loss after each epoch. A loss is
# a *new best* if it lies below the last new best by more than `least`; the first loss always is one. After `patience`
# epochs in a row without a new best, training stops. Return how many epochs were trained. If it never stops, that is
# all of them.


# %% starter
def stops_after(losses, patience, least):
    best, waited = losses[0], 0
    for epoch, loss in enumerate(losses[1:], start=2):
        if best - loss > ____:
            ____
        else:
            waited += 1
            if ____:
                return epoch
    return len(losses)


# %% solution
def stops_after(losses, patience, least):
    best, waited = losses[0], 0
    for epoch, loss in enumerate(losses[1:], start=2):
        if best - loss > least:
            best, waited = loss, 0
        else:
            waited += 1
            if waited >= patience:
                return epoch
    return len(losses)


# %% also right
def stops_after(losses, patience, least):
    bests = [0]
    for i in range(1, len(losses)):
        if losses[bests[-1]] - losses[i] > least:
            bests.append(i)
    for this, following in pairwise([*bests, len(losses) + patience]):
        if following - this > patience:
            return min(this + patience + 1, len(losses))
    return len(losses)


# %% hint [markdown]
# [Early stopping](../overfitting.py#early-stopping) in the lesson does it in a training loop, with a patience of 200
# and a least gain of 0.

# %% hint [markdown]
# Two things happen at a new best: `best` is this loss from now on, and the waiting begins anew.


# %% check
def check(answer):
    losses = [0.9, 0.7, 0.8, 0.75, 0.6, 0.65]
    for patience in 1, 2, 3:
        what = f"stops_after({losses}, {patience}, 0)"
        yield what, answer.stops_after(losses, patience, 0)
    level = [0.9, 0.7, 0.7, 0.7, 0.6]
    yield f"stops_after({level}, 2, 0)", answer.stops_after(level, 2, 0)
    slow = [0.9, 0.87, 0.84, 0.81, 0.78, 0.75]
    yield f"stops_after({slow}, 3, 0.045)", answer.stops_after(slow, 3, 0.045)
    yield "stops_after([0.5], 1, 0)", answer.stops_after([0.5], 1, 0)
    for number in range(70):
        curve = (1 + 0.15 * torch.randn(12).cumsum(dim=0)).tolist()
        curve = [round(loss, 2) for loss in curve]
        patience, least = 1 + number % 4, 0.055 * (number % 2)
        what = f"stops_after({curve}, {patience}, {least})"
        yield what, answer.stops_after(curve, patience, least)


# %% wrong
#| says: It takes each gain, however small; a new best must be lower by more than least.
def stops_after(losses, patience, least):
    best, waited = float("inf"), 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best:
            best, waited = loss, 0
        else:
            waited += 1
            if waited >= patience:
                return epoch
    return len(losses)


# %% wrong
#| says: That counts rises over the epoch before; what counts is whether there is a new best.
def stops_after(losses, patience, least):
    before, waited = float("inf"), 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < before - least:
            waited = 0
        else:
            waited += 1
            if waited >= patience:
                return epoch
        before = loss
    return len(losses)


# %% wrong
#| says: It stops one epoch late: after patience epochs without a new best it is over.
def stops_after(losses, patience, least):
    best, waited = float("inf"), 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best - least:
            best, waited = loss, 0
        else:
            waited += 1
            if waited > patience:
                return epoch
    return len(losses)


# %% wrong
#| says: The waiting does not begin anew at a new best: the epochs must be in a row.
def stops_after(losses, patience, least):
    best, waited = float("inf"), 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best - least:
            best = loss
        else:
            waited += 1
            if waited >= patience:
                return epoch
    return len(losses)


# %% wrong
#| says: Too small a gain is no new best, so best must stay; else slow progress never counts.
def stops_after(losses, patience, least):
    best, waited = float("inf"), 0
    for epoch, loss in enumerate(losses, start=1):
        waited = 0 if loss < best - least else waited + 1
        best = min(best, loss)
        if waited >= patience:
            return epoch
    return len(losses)


# %% wrong
#| says: That is the epoch of the last new best; training goes on for patience epochs more.
def stops_after(losses, patience, least):
    best, best_epoch = float("inf"), 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best - least:
            best, best_epoch = loss, epoch
        elif epoch - best_epoch >= patience:
            break
    return best_epoch


# %% exercise keep_best [markdown] after="early-stopping" minutes=12
# ## Keep the best weights
#
# Write `keep_best(model, optimizer, points, num_steps)`. `points` is `X, y, X_valid, y_valid`. It takes `num_steps`
# steps with all rows in each, and measures the validation loss after each step. At the end the model has the weights
# of the step with the lowest validation loss. It returns that loss.

# %% given
loss_function = nn.MSELoss()


def evaluate(model, X, y):
    with torch.no_grad():
        return loss_function(model(X), y).item()


# %% starter
def keep_best(model, optimizer, points, num_steps):
    X, y, X_valid, y_valid = points
    best_loss = float("inf")
    for step in range(num_steps):
        y_hat = model(X)
        loss = loss_function(y_hat, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        valid_loss = evaluate(model, X_valid, y_valid)
        if valid_loss < best_loss:
            ____
    ____
    return best_loss


# %% solution
def keep_best(model, optimizer, points, num_steps):
    X, y, X_valid, y_valid = points
    best_loss = float("inf")
    for step in range(num_steps):
        y_hat = model(X)
        loss = loss_function(y_hat, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        valid_loss = evaluate(model, X_valid, y_valid)
        if valid_loss < best_loss:
            best_loss = valid_loss
            best_weights = copy.deepcopy(model.state_dict())
    model.load_state_dict(best_weights)
    return best_loss


# %% also right
def keep_best(model, optimizer, points, num_steps):
    X, y, *valid = points
    seen = []
    for step in range(num_steps):
        optimizer.zero_grad()
        loss_function(model(X), y).backward()
        optimizer.step()
        weights = [p.detach().clone() for p in model.parameters()]
        seen.append((evaluate(model, *valid), step, weights))
    best_loss, _, best = min(seen)
    with torch.no_grad():
        for p, weight in zip(model.parameters(), best):
            p.copy_(weight)
    return best_loss


# %% hint [markdown]
# [Early stopping](../overfitting.py#early-stopping) keeps the best weights too, and puts them back at the end.

# %% hint [markdown]
# `model.state_dict()` holds the weights themselves, not copies of them: they change with each further step.


# %% check
def check(answer):
    for num_steps, rate in (1, 0.1), (6, 0.3), (25, 0.1):
        points = [torch.randn(n, 2) for n in (10, 10, 8, 8)]
        points[1], points[3] = points[1][:, :1], points[3][:, :1]
        model = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
        optimizer = torch.optim.Adam(model.parameters(), lr=rate)
        what = f"keep_best(model, optimizer, points, {num_steps})"
        best = answer.keep_best(model, optimizer, points, num_steps)
        yield what, best
        yield (
            f"evaluate(model, X_valid, y_valid) after {what}",
            evaluate(model, *points[2:]),
        )
        weights = torch.cat([p.flatten() for p in model.parameters()])
        yield f"the weights after {what}", weights


# %% wrong
#| says: state_dict holds the weights themselves, so the best ones changed with the next step: copy.
def keep_best(model, optimizer, points, num_steps):
    X, y, X_valid, y_valid = points
    best_loss = float("inf")
    for step in range(num_steps):
        y_hat = model(X)
        loss = loss_function(y_hat, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        valid_loss = evaluate(model, X_valid, y_valid)
        if valid_loss < best_loss:
            best_loss = valid_loss
            best_weights = model.state_dict()
    model.load_state_dict(best_weights)
    return best_loss


# %% wrong
#| says: The last step's loss is returned, not the lowest, and its weights stay.
def keep_best(model, optimizer, points, num_steps):
    X, y, X_valid, y_valid = points
    for step in range(num_steps):
        y_hat = model(X)
        loss = loss_function(y_hat, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return evaluate(model, X_valid, y_valid)


# %% wrong
#| says: The training loss chose the step; the validation loss should.
def keep_best(model, optimizer, points, num_steps):
    X, y, X_valid, y_valid = points
    best_loss = float("inf")
    for step in range(num_steps):
        y_hat = model(X)
        loss = loss_function(y_hat, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if evaluate(model, X, y) < best_loss:
            best_loss = evaluate(model, X, y)
            best_weights = copy.deepcopy(model.state_dict())
    model.load_state_dict(best_weights)
    return evaluate(model, X_valid, y_valid)


# %% wrong
#| says: best_loss is never set, so each step counts as the best so far.
def keep_best(model, optimizer, points, num_steps):
    X, y, X_valid, y_valid = points
    best_loss = float("inf")
    for step in range(num_steps):
        y_hat = model(X)
        loss = loss_function(y_hat, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if evaluate(model, X_valid, y_valid) < best_loss:
            best_weights = copy.deepcopy(model.state_dict())
    model.load_state_dict(best_weights)
    return best_loss


# %% wrong
#| says: The highest loss is kept: the comparison points the wrong way.
def keep_best(model, optimizer, points, num_steps):
    X, y, X_valid, y_valid = points
    worst = -float("inf")
    for step in range(num_steps):
        y_hat = model(X)
        loss = loss_function(y_hat, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if evaluate(model, X_valid, y_valid) > worst:
            worst = evaluate(model, X_valid, y_valid)
            weights = copy.deepcopy(model.state_dict())
    model.load_state_dict(weights)
    return worst


# %% excused
#| says: The squared error of y_hat and y is that of y and y_hat.
def keep_best(model, optimizer, points, num_steps):
    X, y, X_valid, y_valid = points
    best_loss = float("inf")
    for step in range(num_steps):
        y_hat = model(X)
        loss = loss_function(y, y_hat)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        valid_loss = evaluate(model, X_valid, y_valid)
        if valid_loss < best_loss:
            best_loss = valid_loss
            best_weights = copy.deepcopy(model.state_dict())
    model.load_state_dict(best_weights)
    return best_loss


# %% excused
#| says: Two steps never have the very same loss, unless the weights are the same too.
def keep_best(model, optimizer, points, num_steps):
    X, y, X_valid, y_valid = points
    best_loss = float("inf")
    for step in range(num_steps):
        y_hat = model(X)
        loss = loss_function(y_hat, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        valid_loss = evaluate(model, X_valid, y_valid)
        if valid_loss <= best_loss:
            best_loss = valid_loss
            best_weights = copy.deepcopy(model.state_dict())
    model.load_state_dict(best_weights)
    return best_loss


# %% exercise apart [markdown] after="real-data" minutes=12
# ## Keep families together
#
# Write `split_apart(group, share)`. `group` is a tensor with a number for each row: rows of the same number belong
# together, as the mixtures of the concrete do. The numbers have gaps, as in 3, 7, 7, 100. Draw
# `int(share * number_of_groups)` of the groups at random, anew in each call. Return two tensors of row numbers: the
# rows of all other groups, to train on, and the rows of the groups drawn, to validate. Each row is in one of them.


# %% starter
def split_apart(group, share):
    groups = group.unique()
    drawn = groups[____]
    held_back = torch.isin(group, drawn)  # true or false, for each row
    return ____, held_back.nonzero()[:, 0]


# %% solution
def split_apart(group, share):
    groups = group.unique()
    order = torch.randperm(len(groups))
    drawn = groups[order[: int(share * len(groups))]]
    held_back = torch.isin(group, drawn)
    return (~held_back).nonzero()[:, 0], held_back.nonzero()[:, 0]


# %% also right
def split_apart(group, share):
    number = group.unique(return_inverse=True)[1]
    place = torch.rand(int(number.max()) + 1).argsort().argsort()[number]
    border = int(share * (int(number.max()) + 1))
    rows = torch.arange(len(group))
    return rows[place >= border], rows[place < border]


# %% hint [markdown]
# `split` in [Real data](../overfitting.py#real-data) shuffles the mixtures, not the rows.

# %% hint [markdown]
# `torch.randperm(n)` puts the numbers from 0 to n - 1 into a random order. `mask.nonzero()[:, 0]` gives the numbers of
# the rows for which a mask is true.


# %% check
def check(answer):
    for size, share in (60, 0.25), (90, 0.4):
        numbers = torch.tensor([3, 7, 11, 20, 21, 50, 77, 80, 81, 99, 140])
        group = numbers[torch.randint(len(numbers), (size,))]
        group[:11] = numbers  # each is there
        train, valid = answer.split_apart(group, share)
        what = f"split_apart(group, {share}) of {size} rows, 11 groups"
        both = sorted(torch.cat([train, valid]).tolist())
        yield f"{what}: each row in one set", both == list(range(size))
        common = set(group[train].tolist()) & set(group[valid].tolist())
        yield f"{what}: a group in both sets", bool(common)
        drawn = len(group[valid].unique())
        yield f"{what}: most groups in training", drawn < 11 / 2
        right = drawn == int(share * 11)
        yield f"{what}: {int(share * 11)} groups to validate", right
        again = {
            tuple(sorted(answer.split_apart(group, share)[1].tolist()))
            for _ in range(10)
        }
        yield f"{what}: ten calls draw different groups", len(again) > 1


# %% wrong
#| says: The rows are drawn, not the groups, so twins land on both sides.
def split_apart(group, share):
    order = torch.randperm(len(group))
    border = int(share * len(group))
    return order[border:], order[:border]


# %% wrong
#| says: The same groups are drawn each time: shuffle them first.
def split_apart(group, share):
    groups = group.unique()
    drawn = groups[: int(share * len(groups))]
    held_back = torch.isin(group, drawn)
    return (~held_back).nonzero()[:, 0], held_back.nonzero()[:, 0]


# %% wrong
#| says: The two sets are swapped: the groups drawn are there to validate.
def split_apart(group, share):
    groups = group.unique()
    order = torch.randperm(len(groups))
    drawn = groups[order[: int(share * len(groups))]]
    held_back = torch.isin(group, drawn)
    return held_back.nonzero()[:, 0], (~held_back).nonzero()[:, 0]


# %% wrong
#| says: Group numbers have gaps, so some numbers drawn belong to no group; use unique().
def split_apart(group, share):
    numbers = torch.randperm(int(group.max()) + 1)
    drawn = numbers[: int(share * len(group.unique()))]
    held_back = torch.isin(group, drawn)
    return (~held_back).nonzero()[:, 0], held_back.nonzero()[:, 0]


# %% wrong
#| says: Rows are lost: each row of a group that is drawn belongs to the validation set.
def split_apart(group, share):
    groups = group.unique()
    order = torch.randperm(len(groups))
    drawn = groups[order[: int(share * len(groups))]].tolist()
    firsts = [group.tolist().index(number) for number in drawn]
    held_back = torch.isin(group, torch.tensor(drawn))
    return (~held_back).nonzero()[:, 0], torch.tensor(firsts)


# %% exercise climb [markdown] after="real-data" minutes=5
# ## Twice as long
#
# `curve(apart, num_steps)` trains a network on 200 rows of concrete and returns its validation losses, noted every
# ten steps. With `apart=True`, mixtures are kept apart; with `apart=False`, rows are dealt at random. The lesson trains
# for 500 steps. Go on to 1,000, and divide the last validation loss by the lowest. What do you find?

# %% given
concrete = pd.read_csv("data/concrete.csv")
values = torch.tensor(concrete.values, dtype=torch.float32)
recipe = concrete.drop(columns=["age", "strength"])
mixture = torch.tensor(recipe.groupby(list(recipe)).ngroup().values)


def curve(apart, num_steps):
    torch.manual_seed(0)
    order = torch.randperm(len(values))
    if apart:  # shuffle the mixtures; each keeps its rows together
        shuffled = torch.randperm(int(mixture.max()) + 1)
        order = shuffled[mixture].argsort(stable=True)
    learn, check = order[:200], order[-330:]
    mean, std = values[learn].mean(dim=0), values[learn].std(dim=0)
    Z = (values - mean) / std
    X, y = Z[learn, :-1], Z[learn, -1:]
    model = nn.Sequential(nn.Linear(8, 128), nn.ReLU(), nn.Linear(128, 1))
    loss_function = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    losses = []
    for step in range(1, num_steps + 1):
        y_hat = model(X)
        loss = loss_function(y_hat, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 10 == 0:
            with torch.no_grad():
                y_hat = model(Z[check, :-1])
                losses.append(loss_function(y_hat, Z[check, -1:]).item())
    return losses


# %% choices [markdown]
# - a) Both climb, and with mixtures apart it is the more.
# - b) Both climb, and with rows at random it is the more.
# - c) Only with mixtures apart the loss climbs.
# - d) Neither climbs: both are at their lowest at the end.

# %% solution
of_random, of_apart = curve(False, 1000), curve(True, 1000)
random_climb = of_random[-1] / min(of_random)
apart_climb = of_apart[-1] / min(of_apart)
if max(random_climb, apart_climb) < 1.05:
    answer = "d"
elif random_climb < 1.05:
    answer = "c"
else:
    answer = "a" if apart_climb > random_climb else "b"

# %% hint [markdown]
# [Real data](../overfitting.py#real-data) draws both kinds of curve up to 500 steps. With rows at random, many
# validation rows have a twin to learn by heart, but not all of them.

# %% wrong
#| says: Divide each last loss by its own lowest; learning by heart helps where there are twins.
answer = "b"

# %% wrong
#| says: It climbs with rows at random too, only less; print last divided by lowest for both.
answer = "c"

# %% wrong
#| says: Both were lowest long before: look for the minimum of each list.
answer = "d"

# %% exercise decay_left [markdown] after="weight-decay" minutes=2 within=0.005
# ## A hundred steps of decay
#
# With a weight decay of 1 and a learning rate of 0.01, AdamW takes one percent off each weight in each step. A weight
# gets no gradient at all for a hundred steps. What share of it is left?

# %% solution
w = torch.ones(1)
optimizer = torch.optim.AdamW([w], lr=0.01, weight_decay=1.0)
for step in range(100):
    w.grad = torch.zeros(1)
    optimizer.step()
answer = w.item()

# %% also right
answer = (1 - 0.01 * 1) ** 100

# %% hint [markdown]
# One percent of what is there, not of what was there at the start, as in
# [Weight decay](../overfitting.py#weight-decay). What is left after two steps?

# %% wrong
#| says: Each step takes one percent of what is left by then, so it never gets to zero.
answer = 0

# %% wrong
#| says: So much is left after one step; there are a hundred.
answer = 0.99

# %% wrong
#| says: That is what was lost; the question is what is left.
answer = 1 - 0.99**100

# %% wrong
#| says: The decay of a step is the rate times the weight decay: one percent, not a tenth of that.
answer = 0.999**100

# %% exercise patience [markdown] after="early-stopping" minutes=25
# ## Train with patience
#
# Write `train_with_patience(model, optimizer, points, patience, num_steps)`. `points` is `X, y, X_valid, y_valid`. It
# takes steps with all rows in each, `num_steps` at most, and measures the validation loss after each. After `patience`
# steps in a row without a new lowest, it stops. It leaves the best weights in the model, and returns the best step,
# counted from 1.

# %% given
loss_function = nn.MSELoss()


def evaluate(model, X, y):
    with torch.no_grad():
        return loss_function(model(X), y).item()


# %% starter
def train_with_patience(model, optimizer, points, patience, num_steps):
    X, y, X_valid, y_valid = points
    best_loss = float("inf")
    for step in range(1, num_steps + 1):
        y_hat = model(X)
        loss = loss_function(y_hat, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        valid_loss = evaluate(model, X_valid, y_valid)
        if valid_loss < best_loss:
            ____
        elif ____:
            break
    ____
    return ____


# %% solution
def train_with_patience(model, optimizer, points, patience, num_steps):
    X, y, X_valid, y_valid = points
    best_loss = float("inf")
    for step in range(1, num_steps + 1):
        y_hat = model(X)
        loss = loss_function(y_hat, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        valid_loss = evaluate(model, X_valid, y_valid)
        if valid_loss < best_loss:
            best_loss, best_step = valid_loss, step
            best_weights = copy.deepcopy(model.state_dict())
        elif step - best_step >= patience:
            break
    model.load_state_dict(best_weights)
    return best_step


# %% also right
def train_with_patience(model, optimizer, points, patience, num_steps):
    X, y, *valid = points
    losses, kept = [], []
    while len(losses) < num_steps:
        optimizer.zero_grad()
        loss_function(model(X), y).backward()
        optimizer.step()
        losses.append(evaluate(model, *valid))
        kept.append([p.detach().clone() for p in model.parameters()])
        if len(losses) - losses.index(min(losses)) > patience:
            break
    best = losses.index(min(losses))
    for p, weight in zip(model.parameters(), kept[best]):
        p.data = weight
    return best + 1


# %% hint [markdown]
# All of its parts stand in [Early stopping](../overfitting.py#early-stopping). Here they become a function.

# %% hint [markdown]
# How long was the wait? It is this step less the best step so far.

# %% hint [markdown]
# If the wait is never long enough, the loop ends by itself. Then, too, the best weights have to be put back.


# %% check
def check(answer):
    for patience, num_steps, rate in [
        (1, 20, 0.2),
        (4, 30, 0.2),
        (9, 30, 0.2),
        (50, 12, 0.2),
        (3, 9, 0.0),  # the loss stands still
    ]:
        points = [torch.randn(n, 2) for n in (8, 8, 8, 8)]
        points[1], points[3] = points[1][:, :1], points[3][:, :1]
        model = nn.Sequential(nn.Linear(2, 6), nn.Tanh(), nn.Linear(6, 1))
        optimizer = torch.optim.Adam(model.parameters(), lr=rate)
        steps = []
        optimizer.register_step_post_hook(lambda *of, s=steps: s.append(1))
        what = f"train_with_patience(…, {patience}, {num_steps})"
        best = answer.train_with_patience(
            model, optimizer, points, patience, num_steps
        )
        yield what, best
        yield f"the steps that {what} takes", len(steps)
        yield (
            f"the validation loss after {what}",
            evaluate(model, *points[2:]),
        )
        weights = torch.cat([p.flatten() for p in model.parameters()])
        yield f"the weights after {what}", weights


# %% wrong
#| says: The model keeps its last weights: put the best ones back at the end.
def train_with_patience(model, optimizer, points, patience, num_steps):
    X, y, X_valid, y_valid = points
    best_loss, best_step = float("inf"), 0
    for step in range(1, num_steps + 1):
        y_hat = model(X)
        loss = loss_function(y_hat, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        valid_loss = evaluate(model, X_valid, y_valid)
        if valid_loss < best_loss:
            best_loss, best_step = valid_loss, step
        elif step - best_step >= patience:
            break
    return best_step


# %% wrong
#| says: It returns the step at which it stopped, not the best one.
def train_with_patience(model, optimizer, points, patience, num_steps):
    X, y, X_valid, y_valid = points
    best_loss, best_step = float("inf"), 0
    for step in range(1, num_steps + 1):
        y_hat = model(X)
        loss = loss_function(y_hat, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        valid_loss = evaluate(model, X_valid, y_valid)
        if valid_loss < best_loss:
            best_loss, best_step = valid_loss, step
            best_weights = copy.deepcopy(model.state_dict())
        elif step - best_step >= patience:
            break
    model.load_state_dict(best_weights)
    return step


# %% wrong
#| says: It stops one step late: after patience steps without a new lowest it is over.
def train_with_patience(model, optimizer, points, patience, num_steps):
    X, y, X_valid, y_valid = points
    best_loss, best_step = float("inf"), 0
    for step in range(1, num_steps + 1):
        y_hat = model(X)
        loss = loss_function(y_hat, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        valid_loss = evaluate(model, X_valid, y_valid)
        if valid_loss < best_loss:
            best_loss, best_step = valid_loss, step
            best_weights = copy.deepcopy(model.state_dict())
        elif step - best_step > patience:
            break
    model.load_state_dict(best_weights)
    return best_step


# %% wrong
#| says: It never stops early: the patience is not used.
def train_with_patience(model, optimizer, points, patience, num_steps):
    X, y, X_valid, y_valid = points
    best_loss, best_step = float("inf"), 0
    for step in range(1, num_steps + 1):
        y_hat = model(X)
        loss = loss_function(y_hat, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        valid_loss = evaluate(model, X_valid, y_valid)
        if valid_loss < best_loss:
            best_loss, best_step = valid_loss, step
            best_weights = copy.deepcopy(model.state_dict())
    model.load_state_dict(best_weights)
    return best_step


# %% wrong
#| says: It stops at the first rise over the step before; it should wait for patience steps.
def train_with_patience(model, optimizer, points, patience, num_steps):
    X, y, X_valid, y_valid = points
    best_loss, best_step = float("inf"), 0
    for step in range(1, num_steps + 1):
        y_hat = model(X)
        loss = loss_function(y_hat, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        valid_loss = evaluate(model, X_valid, y_valid)
        if valid_loss >= best_loss:
            break
        best_loss, best_step = valid_loss, step
        best_weights = copy.deepcopy(model.state_dict())
    model.load_state_dict(best_weights)
    return best_step


# %% wrong
#| says: The training loss is watched, which hardly ever turns; watch the validation loss.
def train_with_patience(model, optimizer, points, patience, num_steps):
    X, y, _, _ = points
    best_loss, best_step = float("inf"), 0
    for step in range(1, num_steps + 1):
        y_hat = model(X)
        loss = loss_function(y_hat, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if evaluate(model, X, y) < best_loss:
            best_loss, best_step = evaluate(model, X, y), step
            best_weights = copy.deepcopy(model.state_dict())
        elif step - best_step >= patience:
            break
    model.load_state_dict(best_weights)
    return best_step


# %% excused
#| says: The squared error of y_hat and y is that of y and y_hat.
def train_with_patience(model, optimizer, points, patience, num_steps):
    X, y, X_valid, y_valid = points
    best_loss = float("inf")
    for step in range(1, num_steps + 1):
        y_hat = model(X)
        loss = loss_function(y, y_hat)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        valid_loss = evaluate(model, X_valid, y_valid)
        if valid_loss < best_loss:
            best_loss, best_step = valid_loss, step
            best_weights = copy.deepcopy(model.state_dict())
        elif step - best_step >= patience:
            break
    model.load_state_dict(best_weights)
    return best_step
