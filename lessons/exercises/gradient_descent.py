# %% [markdown]
# # Exercises: stochastic gradient descent

# %%
import torch

# %% exercise one_step [markdown] after="three-steps" minutes=10
# ## One step
#
# Write `step(w, b, x, y, learning_rate)`: one step of gradient descent for a line. `x` and `y` are tensors of one
# dimension, a number for each row of the batch. The loss is the mean squared error of `w * x + b`. Return the new `w`
# and the new `b`.


# %% starter
def step(w, b, x, y, learning_rate):
    ____  # the pull of each row, then the slopes for w and for b
    return ____, ____


# %% solution
def step(w, b, x, y, learning_rate):
    pull = 2 * (w * x + b - y)
    dw = (pull * x).mean()
    db = pull.mean()
    return w - learning_rate * dw, b - learning_rate * db


# %% also right
def step(w, b, x, y, learning_rate):
    w = torch.tensor(float(w), requires_grad=True)
    b = torch.tensor(float(b), requires_grad=True)
    ((w * x + b - y) ** 2).mean().backward()
    return w.item() - learning_rate * w.grad, b.item() - learning_rate * b.grad


# %% hint [markdown]
# The pull of a row on its prediction is two times its error, prediction minus target: see
# [Three steps](../gradient_descent.py#three-steps).

# %% hint [markdown]
# The slope for `w` is the mean of pull times input. What is the slope for `b`? Then go **against** each slope.


# %% check
def check(answer):
    x, y = torch.tensor([3.5, 4.0, 4.0]), torch.tensor([4.8, 5.9, 5.0])
    yield "step(0.0, 0.0, x, y, 0.01)", answer.step(0.0, 0.0, x, y, 0.01)
    for rows, rate in ((16, 0.05), (5, 0.5), (1, 0.1)):
        x, y = torch.randn(rows) + 1, torch.randn(rows)
        w, b = torch.randn(2).tolist()
        came = answer.step(w, b, x, y, rate)
        yield f"step({w:.2f}, {b:.2f}, x, y, {rate}) of {rows} rows", came


# %% wrong
#| says: That goes uphill: the loss grows in the direction of the slope.
def step(w, b, x, y, learning_rate):
    pull = 2 * (w * x + b - y)
    dw, db = (pull * x).mean(), pull.mean()
    return w + learning_rate * dw, b + learning_rate * db


# %% wrong
#| says: The factor 2 is missing: the slope of a square is twice the error.
def step(w, b, x, y, learning_rate):
    pull = w * x + b - y
    dw, db = (pull * x).mean(), pull.mean()
    return w - learning_rate * dw, b - learning_rate * db


# %% wrong
#| says: That adds up over the rows; the gradient of a mean is a mean.
def step(w, b, x, y, learning_rate):
    pull = 2 * (w * x + b - y)
    dw, db = (pull * x).sum(), pull.sum()
    return w - learning_rate * dw, b - learning_rate * db


# %% wrong
#| says: w has the slope of b there. Its own is the pull times the input.
def step(w, b, x, y, learning_rate):
    pull = 2 * (w * x + b - y)
    return w - learning_rate * pull.mean(), b - learning_rate * pull.mean()


# %% wrong
#| says: First multiply pull and input in each row, then take the mean; not the other way round.
def step(w, b, x, y, learning_rate):
    pull = 2 * (w * x + b - y)
    dw, db = pull.mean() * x.mean(), pull.mean()
    return w - learning_rate * dw, b - learning_rate * db


# %% wrong
#| says: b is changed by a slope found with the new w. Find both slopes first, then change both.
def step(w, b, x, y, learning_rate):
    w = w - learning_rate * (2 * (w * x + b - y) * x).mean()
    b = b - learning_rate * (2 * (w * x + b - y)).mean()
    return w, b


# %% exercise other_start [markdown] after="a-line-finds-its-place" minutes=2
# ## Another start
#
# Let `descend` start at `w = 10` in place of 0: `descend(x, y, 0.05, 600, w=10.0)`. Where is it after 600 steps?

# %% choices [markdown]
# - a) In another valley, with another `w` and `b`.
# - b) At the same `w` and `b` as from 0, to the first decimal.
# - c) It runs away, since 10 is too far from the lowest place.
# - d) It does not get away from `w = 10`.

# %% given
import pandas as pd

cars = pd.read_csv("data/cars.csv")
x = torch.tensor(cars.displacement.values, dtype=torch.float32)
y = torch.tensor((100 / cars.combined_mpg).values, dtype=torch.float32)


def descend(x, y, learning_rate, num_steps, w=0.0, b=0.0):
    """The weight and the bias after so many steps with all rows."""
    for _ in range(num_steps):
        pull = 2 * (w * x + b - y)
        dw, db = (pull * x).mean(), pull.mean()
        w, b = w - learning_rate * dw, b - learning_rate * db
    return float(w), float(b)


# %% hint [markdown]
# How many valleys has the loss of a single line? See the map in
# [The shape of the valley](../gradient_descent.py#the-shape-of-the-valley).

# %% solution
w_0, b_0 = descend(x, y, 0.05, 600)
w, b = descend(x, y, 0.05, 600, w=10.0)
print(f"from 0: {w_0:.2f}, {b_0:.2f}; from 10: {w:.2f}, {b:.2f}")
if abs(w - w_0) < 0.05 and abs(b - b_0) < 0.05:
    answer = "b"
elif abs(w - 10) < 0.05:
    answer = "d"
else:
    answer = "a" if abs(w) < 100 else "c"

# %% wrong
#| says: The mean squared error of a line has one valley, and all ways down lead to its lowest place.
answer = "a"

# %% wrong
#| says: Whether it runs away depends on the learning rate and the data, not on where it starts.
answer = "c"

# %% wrong
#| says: Far from the lowest place the slope is steep, so the first steps are the largest.
answer = "d"

# %% exercise largest_rate [markdown] after="too-small-right-too-large" minutes=20
# ## The largest rate that settles
#
# Write two functions.
#
# - `loss_after(x, y, learning_rate, num_steps)` does so many steps of gradient descent with all rows, from `w = 0` and
#   `b = 0`, and returns the loss at the end, one number.
# - `largest_rate(x, y, rates)` tries each of the learning rates for 50 steps. It returns the largest rate whose loss
#   is lower after these steps than at the start, and `None` if there is none. The rates come in any order. Mind that a
#   loss can end as `inf` or `nan`.
#
# Try it on the cars, with the rates 0.01, 0.02, 0.04, and so on. Which is the largest?

# %% given
import pandas as pd

cars = pd.read_csv("data/cars.csv")
cars_x = torch.tensor(cars.displacement.values, dtype=torch.float32)
cars_y = torch.tensor((100 / cars.combined_mpg).values, dtype=torch.float32)


def mse(w, b, x, y):
    return ((w * x + b - y) ** 2).mean()


def gradient(w, b, x, y):
    pull = 2 * (w * x + b - y)
    return (pull * x).mean(), pull.mean()


# %% starter
def loss_after(x, y, learning_rate, num_steps):
    w, b = 0.0, 0.0
    ____
    return mse(w, b, x, y)


def largest_rate(x, y, rates):
    settled = ____
    return max(settled, default=None)


# %% solution
def loss_after(x, y, learning_rate, num_steps):
    w, b = 0.0, 0.0
    for _ in range(num_steps):
        dw, db = gradient(w, b, x, y)
        w, b = w - learning_rate * dw, b - learning_rate * db
    return mse(w, b, x, y)


def largest_rate(x, y, rates):
    start = mse(0.0, 0.0, x, y)
    settled = [rate for rate in rates if loss_after(x, y, rate, 50) < start]
    return max(settled, default=None)


# For the cars it is 0.08. The border computed in the lesson is 0.0806.


# %% also right
def loss_after(x, y, learning_rate, num_steps):
    line = torch.zeros(2, requires_grad=True)
    optimizer = torch.optim.SGD([line], lr=learning_rate)
    for step in range(num_steps):
        loss = ((line[0] * x + line[1] - y) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return float(((line[0] * x + line[1] - y) ** 2).mean())


def largest_rate(x, y, rates):
    for rate in sorted(rates, reverse=True):
        if loss_after(x, y, rate, 50) < loss_after(x, y, rate, 0):
            return rate
    return None


# %% hint [markdown]
# [A line finds its place](../gradient_descent.py#a-line-finds-its-place) has the loop. Here only the loss at the end is
# needed: `mse(w, b, x, y)`.

# %% hint [markdown]
# The loss at the start is `mse(0.0, 0.0, x, y)`. Collect the rates whose loss at the end is below it, and take the
# largest.

# %% hint [markdown]
# `nan` is neither smaller nor larger than any number. So ask whether the loss is **lower**, not whether it is not
# higher.


# %% check
def check(answer):
    rates = [0.04, 0.01, 0.99, 0.08, 0.02]
    came = answer.largest_rate(cars_x, cars_y, rates)
    yield f"largest_rate(cars_x, cars_y, {rates})", came
    asked = "loss_after(cars_x, cars_y, 0.05, 20)"
    yield asked, answer.loss_after(cars_x, cars_y, 0.05, 20), 0.001
    x = torch.randn(12) + 1
    y = 2 * x + torch.randn(12) + 3
    columns = torch.stack([x, torch.ones(12)], dim=1)
    curvature = 2 * columns.T @ columns / 12
    border = 2 / torch.linalg.eigvalsh(curvature).max().item()
    shares = [0.2, 1.4, 20.0, 0.9, 0.5]
    rates = [round(border * share, 4) for share in shares]
    yield f"largest_rate(x, y, {rates})", answer.largest_rate(x, y, rates)
    high = [round(border * share, 4) for share in (9.0, 1.5, 30.0)]
    yield f"largest_rate(x, y, {high})", answer.largest_rate(x, y, high)
    low = rates[:1]
    came = answer.largest_rate(x, torch.zeros(12), low)
    yield f"largest_rate(x, y, {low}), all targets 0", came


# %% wrong
#| says: A loss of nan counts as settled there: nan >= start is False, as every comparison with nan.
def loss_after(x, y, learning_rate, num_steps):
    w, b = 0.0, 0.0
    for _ in range(num_steps):
        dw, db = gradient(w, b, x, y)
        w, b = w - learning_rate * dw, b - learning_rate * db
    return mse(w, b, x, y)


def largest_rate(x, y, rates):
    start = mse(0.0, 0.0, x, y)
    losses = {rate: loss_after(x, y, rate, 50) for rate in rates}
    settled = [rate for rate in rates if not losses[rate] >= start]
    return max(settled, default=None)


# %% wrong
#| says: That is the smallest rate that settles.
def loss_after(x, y, learning_rate, num_steps):
    w, b = 0.0, 0.0
    for _ in range(num_steps):
        dw, db = gradient(w, b, x, y)
        w, b = w - learning_rate * dw, b - learning_rate * db
    return mse(w, b, x, y)


def largest_rate(x, y, rates):
    start = mse(0.0, 0.0, x, y)
    settled = [rate for rate in rates if loss_after(x, y, rate, 50) < start]
    return min(settled, default=None)


# %% wrong
#| says: That is the last rate in the list that settles; the rates come in any order.
def loss_after(x, y, learning_rate, num_steps):
    w, b = 0.0, 0.0
    for _ in range(num_steps):
        dw, db = gradient(w, b, x, y)
        w, b = w - learning_rate * dw, b - learning_rate * db
    return mse(w, b, x, y)


def largest_rate(x, y, rates):
    start, settled = mse(0.0, 0.0, x, y), None
    for rate in rates:
        if loss_after(x, y, rate, 50) < start:
            settled = rate
    return settled


# %% wrong
#| says: That is the rate with the lowest loss; the largest that still settles is asked.
def loss_after(x, y, learning_rate, num_steps):
    w, b = 0.0, 0.0
    for _ in range(num_steps):
        dw, db = gradient(w, b, x, y)
        w, b = w - learning_rate * dw, b - learning_rate * db
    return mse(w, b, x, y)


def largest_rate(x, y, rates):
    lowest, best = mse(0.0, 0.0, x, y), None
    for rate in rates:
        loss = loss_after(x, y, rate, 50)
        if loss < lowest:
            lowest, best = loss, rate
    return best


# %% wrong
#| says: The steps go uphill, so no rate settles: go against the slope.
def loss_after(x, y, learning_rate, num_steps):
    w, b = 0.0, 0.0
    for _ in range(num_steps):
        dw, db = gradient(w, b, x, y)
        w, b = w + learning_rate * dw, b + learning_rate * db
    return mse(w, b, x, y)


def largest_rate(x, y, rates):
    start = mse(0.0, 0.0, x, y)
    settled = [rate for rate in rates if loss_after(x, y, rate, 50) < start]
    return max(settled, default=None)


# %% excused
#| says: One step more changes nothing about which rate settles.
def loss_after(x, y, learning_rate, num_steps):
    w, b = 0.0, 0.0
    for _ in range(num_steps):
        dw, db = gradient(w, b, x, y)
        w, b = w - learning_rate * dw, b - learning_rate * db
    return mse(w, b, x, y)


def largest_rate(x, y, rates):
    start = mse(0.0, 0.0, x, y)
    settled = [rate for rate in rates if loss_after(x, y, rate, 51) < start]
    return max(settled, default=None)


# %% exercise mirrored_rates [markdown] after="the-shape-of-the-valley" minutes=5
# ## What is left after one step
#
# With standardized engine sizes the valley is round, and the border is 1. Count the steps until `w` and `b` are right
# to a thousandth, at the rates 0.1, 0.3, 0.5, 0.7, and 0.9. Which need the same number of steps?

# %% choices [markdown]
# - a) 0.1 and 0.9, and also 0.3 and 0.7. The rate 0.5 needs one step.
# - b) All need different numbers of steps. The larger the rate, the fewer steps.
# - c) All need different numbers of steps. The smaller the rate, the fewer steps.
# - d) 0.7 and 0.9 never arrive, since they are too near the border.

# %% given
import pandas as pd

cars = pd.read_csv("data/cars.csv")
x = torch.tensor(cars.displacement.values, dtype=torch.float32)
y = torch.tensor((100 / cars.combined_mpg).values, dtype=torch.float32)
z = (x - x.mean()) / x.std(correction=0)
exact_w, exact_b = (z * y).mean(), y.mean()  # least squares of such inputs


def count_steps(rate):
    """Steps until w and b are right to a thousandth."""
    w, b = 0.0, 0.0
    for step in range(600):
        if abs(w - exact_w) < 0.001 and abs(b - exact_b) < 0.001:
            return step
        pull = 2 * (w * z + b - y)
        dw, db = (pull * z).mean(), pull.mean()
        w, b = w - rate * dw, b - rate * db


# %% hint [markdown]
# In a round valley the slope is two times the way that is left. How much of the way is left after one step of the rate
# 0.1? And after one of 0.9, which goes too far?

# %% hint [markdown]
# `count_steps(0.1)` counts. [The shape of the valley](../gradient_descent.py#the-shape-of-the-valley) has the map.

# %% solution
steps = {rate: count_steps(rate) for rate in (0.1, 0.3, 0.5, 0.7, 0.9)}
print(steps)
# After each step, 1 - 2 * rate of the way is left: 0.8 and -0.8 for 0.1 and
# 0.9, 0.4 and -0.4 for 0.3 and 0.7. The minus says: on the other side.
if None in steps.values():
    answer = "d"
elif steps[0.1] == steps[0.9] and steps[0.3] == steps[0.7]:
    answer = "a"
else:
    answer = "b" if steps[0.1] > steps[0.9] else "c"

# %% wrong
#| says: Above 0.5 each step goes too far, and has to come back. Count them.
answer = "b"

# %% wrong
#| says: A small rate leaves most of the way after each step. Count them.
answer = "c"

# %% wrong
#| says: Both are below the border, so each step brings them nearer. Count them.
answer = "d"

# %% exercise half_the_noise [markdown] after="why-stochastic" minutes=10 within=3
# ## Half the noise
#
# The gradient of a batch is an estimate, and it scatters. With batches of 16 cars the gradient for the bias `b`
# scatters too much for you. Which batch size makes its noise half as large? Measure it: draw a thousand batches of
# a size, and take the standard deviation of their gradients.

# %% given
import pandas as pd

cars = pd.read_csv("data/cars.csv")
x = torch.tensor(cars.displacement.values, dtype=torch.float32)
y = torch.tensor((100 / cars.combined_mpg).values, dtype=torch.float32)


def gradient(w, b, x, y):
    pull = 2 * (w * x + b - y)
    return (pull * x).mean(), pull.mean()


def draw(batch_size):
    """The numbers of some rows, by chance."""
    return torch.randperm(len(x))[:batch_size]


# %% hint [markdown]
# [Why stochastic?](../gradient_descent.py#why-stochastic) measures the noise for `w`. Take `[1]` in place of `[0]`, and
# keep `w` and `b` at 0.

# %% hint [markdown]
# Measure 16, 32, 64, and 128. Whose noise is half that of 16?

# %% solution
torch.manual_seed(0)
noise = {}
for batch_size in (8, 16, 32, 64, 128):
    batches = [draw(batch_size) for _ in range(1000)]
    slopes = [gradient(0, 0, x[rows], y[rows])[1] for rows in batches]
    noise[batch_size] = torch.stack(slopes).std().item()
    print(f"{batch_size:3} cars: {noise[batch_size]:.2f}")
half = noise[16] / 2
answer = min(noise, key=lambda batch_size: abs(noise[batch_size] - half))

# %% wrong
#| says: Twice as many rows leave about 0.7 of the noise. It takes more.
answer = 32

# %% wrong
#| says: Smaller batches scatter more, since less is averaged.
answer = 8

# %% wrong
#| says: That leaves about a third of the noise: a little less is enough.
answer = 128

# %% wrong
#| says: That leaves a quarter of the noise, or even less.
answer = 256

# %% exercise count_iterations [markdown] after="the-whole-loop" minutes=3
# ## How many iterations?
#
# Write `iterations(num_rows, batch_size, num_epochs)`. In each epoch the rows are shuffled and cut into batches. The
# last batch is smaller if there are not rows enough, and it makes a step too. Return the number of steps in all
# epochs, a whole number. How many are there for 1108 cars, batches of 100, and one epoch?


# %% starter
def iterations(num_rows, batch_size, num_epochs):
    return ____


# %% solution
def iterations(num_rows, batch_size, num_epochs):
    full, left_over = divmod(num_rows, batch_size)
    return num_epochs * (full + (left_over > 0))


# %% also right
def iterations(num_rows, batch_size, num_epochs):
    import math

    return math.ceil(num_rows / batch_size) * num_epochs


# %% also right
def iterations(num_rows, batch_size, num_epochs):
    return num_epochs * len(torch.arange(num_rows).split(batch_size))


# %% hint [markdown]
# Count the batches of one epoch first: `len(torch.arange(1108).split(100))`. Which are full, and what is left over?

# %% hint [markdown]
# `math.ceil` rounds up, as in [The whole loop](../gradient_descent.py#the-whole-loop). `//` rounds down.


# %% check
def check(answer):
    for asked in [
        (1108, 100, 1),
        (1108, 1, 1),
        (1108, 64, 10),
        (60, 20, 3),
        (9, 4, 2),
        (7, 10, 4),
        (10, 4, 3),
    ]:
        yield f"iterations{asked}", answer.iterations(*asked)


# %% wrong
#| says: The last and smaller batch is left out. It makes a step too.
def iterations(num_rows, batch_size, num_epochs):
    return num_epochs * (num_rows // batch_size)


# %% wrong
#| says: Where nothing is left over, that counts an empty batch.
def iterations(num_rows, batch_size, num_epochs):
    return num_epochs * (num_rows // batch_size + 1)


# %% wrong
#| says: Each epoch has its own last batch: rows left over do not join those of the next epoch.
def iterations(num_rows, batch_size, num_epochs):
    return -(-num_rows * num_epochs // batch_size)


# %% wrong
#| says: That is one epoch only.
def iterations(num_rows, batch_size, num_epochs):
    return -(-num_rows // batch_size)


# %% wrong
#| says: That is no whole number of steps: the last batch is smaller, but a step is a step.
def iterations(num_rows, batch_size, num_epochs):
    return num_epochs * num_rows / batch_size


# %% wrong
#| says: That rounds to the nearest. A batch with few rows is a batch, too.
def iterations(num_rows, batch_size, num_epochs):
    return num_epochs * round(num_rows / batch_size)


# %% exercise slower_and_slower [markdown] after="the-whole-loop" minutes=25
# ## Slower from epoch to epoch
#
# At a rate of 0.05 batches of 16 are noisy, and where they end depends on luck. Make the steps smaller as training
# goes on. Write `train(x, y, orders, batch_size, learning_rate, factor)`.
#
# - `orders` has an entry for each epoch: the row numbers, shuffled. Cut them into batches of `batch_size`, in this
#   order.
# - Start from `w = 0` and `b = 0`, and make a step for each batch.
# - At the end of each epoch, multiply the learning rate by `factor`.
#
# Return `w` and `b`, two numbers. Then compare the factors 1 and 0.8 for five different `shuffles(seed)`: do the losses
# of batches of 16 end closer together?

# %% given
import pandas as pd

cars = pd.read_csv("data/cars.csv")
cars_x = torch.tensor(cars.displacement.values, dtype=torch.float32)
cars_y = torch.tensor((100 / cars.combined_mpg).values, dtype=torch.float32)


def mse(w, b, x, y):
    return ((w * x + b - y) ** 2).mean()


def gradient(w, b, x, y):
    pull = 2 * (w * x + b - y)
    return (pull * x).mean(), pull.mean()


def shuffles(seed, num_epochs=10):
    """The orders of the cars in each of ten epochs."""
    generator = torch.Generator().manual_seed(seed)
    return [
        torch.randperm(len(cars_x), generator=generator)
        for epoch in range(num_epochs)
    ]


# %% starter
def train(x, y, orders, batch_size, learning_rate, factor):
    w, b = 0.0, 0.0
    for order in orders:
        for rows in order.split(batch_size):
            ____
        ____
    return float(w), float(b)


# %% solution
def train(x, y, orders, batch_size, learning_rate, factor):
    w, b = 0.0, 0.0
    for order in orders:
        for rows in order.split(batch_size):
            dw, db = gradient(w, b, x[rows], y[rows])
            w, b = w - learning_rate * dw, b - learning_rate * db
        learning_rate *= factor
    return float(w), float(b)


# With batches of 16 and five shuffles each, the losses end from 0.50 to 1.19
# with the factor 1, and from 0.42 to 0.42 with 0.8: the best line has 0.417.


# %% also right
def train(x, y, orders, batch_size, learning_rate, factor):
    line = torch.zeros(2, requires_grad=True)
    optimizer = torch.optim.SGD([line], lr=learning_rate)
    scheduler = torch.optim.lr_scheduler.ExponentialLR(optimizer, factor)
    for order in orders:
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            loss = ((line[0] * x[rows] + line[1] - y[rows]) ** 2).mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        scheduler.step()
    return line.tolist()


# %% hint [markdown]
# [The whole loop](../gradient_descent.py#the-whole-loop) is the same without a factor. `gradient(w, b, x[rows],
# y[rows])` gives both slopes.

# %% hint [markdown]
# The inner loop goes through the batches of one epoch. What belongs behind it, but still in the outer one?


# %% check
def check(answer):
    orders = shuffles(3, num_epochs=3)
    came = answer.train(cars_x, cars_y, orders, 64, 0.05, 0.8)
    asked = "train(cars_x, cars_y, shuffles(3, num_epochs=3), 64, 0.05, 0.8)"
    yield asked, came, 0.002
    x = torch.randn(23) + 1
    y = 2 * x + torch.randn(23)
    for batch_size, factor in ((5, 0.5), (23, 0.9), (8, 1.0)):
        orders = [torch.randperm(23) for epoch in range(4)]
        came = answer.train(x, y, orders, batch_size, 0.1, factor)
        yield f"train(x, y, orders, {batch_size}, 0.1, {factor})", came, 0.002


# %% wrong
#| says: The rate shrinks after each batch; only the end of an epoch changes it.
def train(x, y, orders, batch_size, learning_rate, factor):
    w, b = 0.0, 0.0
    for order in orders:
        for rows in order.split(batch_size):
            dw, db = gradient(w, b, x[rows], y[rows])
            w, b = w - learning_rate * dw, b - learning_rate * db
            learning_rate *= factor
    return float(w), float(b)


# %% wrong
#| says: The first epoch has a smaller rate already; it shrinks at the end of each epoch.
def train(x, y, orders, batch_size, learning_rate, factor):
    w, b = 0.0, 0.0
    for order in orders:
        learning_rate *= factor
        for rows in order.split(batch_size):
            dw, db = gradient(w, b, x[rows], y[rows])
            w, b = w - learning_rate * dw, b - learning_rate * db
    return float(w), float(b)


# %% wrong
#| says: The learning rate never changes: the factor is not used.
def train(x, y, orders, batch_size, learning_rate, factor):
    w, b = 0.0, 0.0
    for order in orders:
        for rows in order.split(batch_size):
            dw, db = gradient(w, b, x[rows], y[rows])
            w, b = w - learning_rate * dw, b - learning_rate * db
    return float(w), float(b)


# %% wrong
#| says: Each epoch begins anew at 0: set w and b once, before the first.
def train(x, y, orders, batch_size, learning_rate, factor):
    for order in orders:
        w, b = 0.0, 0.0
        for rows in order.split(batch_size):
            dw, db = gradient(w, b, x[rows], y[rows])
            w, b = w - learning_rate * dw, b - learning_rate * db
        learning_rate *= factor
    return float(w), float(b)


# %% wrong
#| says: The rows are taken as they stand; take them in the shuffled order of the epoch.
def train(x, y, orders, batch_size, learning_rate, factor):
    w, b = 0.0, 0.0
    for order in orders:
        for rows in torch.arange(len(x)).split(batch_size):
            dw, db = gradient(w, b, x[rows], y[rows])
            w, b = w - learning_rate * dw, b - learning_rate * db
        learning_rate *= factor
    return float(w), float(b)


# %% wrong
#| says: Each step uses all rows, so there are no batches.
def train(x, y, orders, batch_size, learning_rate, factor):
    w, b = 0.0, 0.0
    for order in orders:
        for rows in order.split(batch_size):
            dw, db = gradient(w, b, x, y)
            w, b = w - learning_rate * dw, b - learning_rate * db
        learning_rate *= factor
    return float(w), float(b)


# %% exercise why_shuffle [markdown] after="why-shuffle" minutes=5
# ## Sorted rows
#
# The cars are sorted by fuel, and taken in that order, in batches of 16 and at a rate of 0.01, which is small enough
# not to run away. In which direction is the line wrong, after ten epochs, for the cars as a whole?

# %% choices [markdown]
# - a) It predicts too little fuel, for the first batches hold the thriftiest cars.
# - b) It predicts too much fuel, for the last batches hold the thirstiest cars.
# - c) In no direction: over a whole epoch each car pulls once, and the pulls are the same in any order.

# %% given
import pandas as pd

cars = pd.read_csv("data/cars.csv")
x = torch.tensor(cars.displacement.values, dtype=torch.float32)
y = torch.tensor((100 / cars.combined_mpg).values, dtype=torch.float32)
order = y.argsort(stable=True)
x, y = x[order], y[order]  # sorted by fuel


def gradient(w, b, x, y):
    pull = 2 * (w * x + b - y)
    return (pull * x).mean(), pull.mean()


# %% hint [markdown]
# What did the line see last, before training ended? See [Why shuffle?](../gradient_descent.py#why-shuffle)

# %% hint [markdown]
# Train the line, and print `(w * x + b - y).mean()`, the mean of all errors.

# %% solution
w, b = 0.0, 0.0
for epoch in range(10):
    for rows in torch.arange(len(x)).split(16):
        dw, db = gradient(w, b, x[rows], y[rows])
        w, b = w - 0.01 * dw, b - 0.01 * db
mean_error = (w * x + b - y).mean().item()
print(f"mean error {mean_error:+.2f} gallons per 100 miles")
answer = "c" if abs(mean_error) < 0.1 else "b" if mean_error > 0 else "a"

# %% wrong
#| says: What the first batches did, the later ones undo. Which come last?
answer = "a"

# %% wrong
#| says: The pulls change as the line moves, so the last ones count most. Measure the mean error.
answer = "c"
