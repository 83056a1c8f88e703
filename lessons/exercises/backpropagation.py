# %% [markdown]
# # Exercises: backpropagation

# %%
import math

import torch
import torch.nn.functional as F

# %% exercise chain [markdown] after="slopes-multiply" minutes=1 within=0.01
# ## A slope along a chain
#
# `g` makes $2x + 1$ of `x`, and `f` squares what arrives. What is the slope of `f(g(x))` at `x = 2`?

# %% hint [markdown]
# [Slopes multiply](../backpropagation.py#slopes-multiply) does it at `x = 1`. The slope of `g` is the same everywhere,
# the slope of `f` is not.

# %% hint [markdown]
# The slope of $u^2$ is $2u$, and `u` is what arrives at `f`. What is `g(2)`?

# %% solution
x = torch.tensor(2.0, requires_grad=True)
((2 * x + 1) ** 2).backward()
answer = x.grad.item()  # 2 * 5 from f, times 2 from g

# %% wrong
#| says: The slope of f is taken at x there. Take it at what arrives at f, which is g(x).
answer = 2 * 2 * 2

# %% wrong
#| says: That is the slope of f alone. The slope of g multiplies it.
answer = 2 * 5

# %% wrong
#| says: Slopes along a chain multiply; those are added.
answer = 2 * 5 + 2

# %% wrong
#| says: That is the value of f(g(2)), not its slope.
answer = 25

# %% exercise shut [markdown] after="forward-then-backward" minutes=3
# ## A closed ReLU
#
# In the tiny network, set `b1` to -7 and leave the other weights as they are: `w1 = 1.5`, `w2 = -0.5`, `b2 = 1`, for
# `x = 3` and `y = 2`. Which of the four slopes are zero? Work it out on paper before you run anything.

# %% choices [markdown]
# - a) None of them.
# - b) Those of `w1` and `b1`.
# - c) Those of `w1`, `b1`, and `w2`.
# - d) All four.

# %% given
weights = {"w1": 1.5, "b1": -7.0, "w2": -0.5, "b2": 1.0}

# %% hint [markdown]
# Go forward first: what are `z` and `h`? Then go back, line by line, as in
# [Forward, then backward](../backpropagation.py#forward-then-backward).

# %% solution
t = {name: torch.tensor(w, requires_grad=True) for name, w in weights.items()}
h = torch.relu(t["w1"] * 3 + t["b1"])
((t["w2"] * h + t["b2"] - 2) ** 2).backward()
zero = {name for name in t if t[name].grad == 0}
print("zero:", zero)
answer = {0: "a", 2: "b", 3: "c", 4: "d"}[len(zero)]

# %% wrong
#| says: z is negative there. What does ReLU hand on, and what does it let through on the way back?
answer = "a"

# %% wrong
#| says: These two, yes. But look at dw2 = dy_hat * h: what is h?
answer = "b"

# %% wrong
#| says: b2 still moves the prediction, whatever ReLU does.
answer = "d"

# %% exercise both_ways [markdown] after="three-witnesses" minutes=5
# ## Nudge both ways
#
# Write `slope(f, x, nudge)`, which measures the slope of the function `f` at the number `x`. Nudge `x` up **and** down,
# and take how much `f` changes from the one to the other, for each unit that `x` moves. Then compare with a nudge
# upward only: how far off is each for `math.exp` at 0, where the slope is 1, with a nudge of 0.01?


# %% starter
def slope(f, x, nudge):
    up = ____
    down = ____
    return (up - down) / ____


# %% solution
def slope(f, x, nudge):
    up = f(x + nudge)
    down = f(x - nudge)
    return (up - down) / (2 * nudge)


# At 0, exp is off by 0.005 with a nudge upward, and by 0.000017 both ways:
# the bend of the curve cancels. On a parabola nothing but rounding is left.


# %% also right
def slope(f, x, nudge):
    rises = (f(x + nudge) - f(x)) / nudge
    falls = (f(x) - f(x - nudge)) / nudge
    return (rises + falls) / 2


# %% hint [markdown]
# [Three witnesses](../backpropagation.py#three-witnesses) shows how the error depends on the nudge. A later cell of
# the lesson, `nudge_each`, nudges up and down.

# %% hint [markdown]
# From `x - nudge` to `x + nudge`, how far is it?


# %% check
def check(answer):
    def cube(x):
        return x**3

    def parabola(x):
        return 3 * x**2 - x

    at = torch.randn(1).item() + 2
    for f, x, nudge in [
        (math.exp, 0.0, 0.1),
        (parabola, -2.0, 0.5),
        (cube, at, 0.2),
        (math.sin, -at, 0.3),
    ]:
        asked = f"slope({f.__name__}, {x:.3g}, {nudge})"
        yield asked, answer.slope(f, x, nudge), 1e-5


# %% wrong
#| says: That nudges upward only: the bend of the curve makes it wrong.
def slope(f, x, nudge):
    return (f(x + nudge) - f(x)) / nudge


# %% wrong
#| says: From the one to the other x moves by two nudges, not by one.
def slope(f, x, nudge):
    return (f(x + nudge) - f(x - nudge)) / nudge


# %% wrong
#| says: The sign is wrong: take up minus down.
def slope(f, x, nudge):
    return (f(x - nudge) - f(x + nudge)) / (2 * nudge)


# %% wrong
#| says: (…) / 2 * nudge multiplies by the nudge. Put brackets around what you divide by.
def slope(f, x, nudge):
    return (f(x + nudge) - f(x - nudge)) / 2 * nudge


# %% wrong
#| says: The nudge does not change f's result, it changes x: call f with another x.
def slope(f, x, nudge):
    return ((f(x) + nudge) - (f(x) - nudge)) / (2 * nudge)


# %% exercise tanh_by_hand [markdown] after="three-witnesses" minutes=15
# ## Another bend
#
# Replace ReLU in the tiny network by tanh, a soft step from -1 to 1: `h = math.tanh(z)`. The slope of tanh is
# `1 - math.tanh(z) ** 2`. Write `slopes(w1, b1, w2, b2, x, y)` with plain numbers. It goes forward, then backward, and
# returns the slopes of the squared error for `w1`, `b1`, `w2`, and `b2`, in this order.


# %% starter
def slopes(w1, b1, w2, b2, x, y):
    # forward: z, h, and y_hat
    ____
    # backward, beginning with the slope for y_hat
    ____
    return dw1, db1, dw2, db2


# %% solution
def slopes(w1, b1, w2, b2, x, y):
    z = w1 * x + b1
    h = math.tanh(z)
    y_hat = w2 * h + b2
    dy_hat = 2 * (y_hat - y)
    dw2 = dy_hat * h
    db2 = dy_hat
    dh = dy_hat * w2
    dz = dh * (1 - h**2)
    dw1 = dz * x
    db1 = dz
    return dw1, db1, dw2, db2


# %% also right
def slopes(w1, b1, w2, b2, x, y):
    numbers = [torch.tensor(float(n), requires_grad=True) for n in (w1, b1)]
    numbers += [torch.tensor(float(n), requires_grad=True) for n in (w2, b2)]
    h = torch.tanh(numbers[0] * x + numbers[1])
    loss = (numbers[2] * h + numbers[3] - y) ** 2
    return torch.autograd.grad(loss, numbers)


# %% hint [markdown]
# All lines but one are those of [Forward, then backward](../backpropagation.py#forward-then-backward). Which line has
# the slope of ReLU in it?

# %% hint [markdown]
# `h` is `math.tanh(z)` already. So its square is at hand.


# %% check
def check(answer):
    for numbers in [
        (1.5, -4.0, -0.5, 1.0, 3.0, 2.0),
        (1.5, -0.5, -0.5, 1.0, 3.0, 2.0),
        tuple(round(number, 2) for number in torch.randn(6).tolist()),
        (0.3, 0.1, -2.0, 0.5, -1.5, 1.0),
    ]:
        came = answer.slopes(*numbers)
        yield f"slopes{numbers}", came


# %% wrong
#| says: The line of ReLU is still there. tanh has another slope.
def slopes(w1, b1, w2, b2, x, y):
    z = w1 * x + b1
    h = math.tanh(z)
    dy_hat = 2 * (w2 * h + b2 - y)
    dz = dy_hat * w2 * (z > 0)
    return dz * x, dz, dy_hat * h, dy_hat


# %% wrong
#| says: The slope of tanh is taken at h there; take it at z, which is what arrives.
def slopes(w1, b1, w2, b2, x, y):
    h = math.tanh(w1 * x + b1)
    dy_hat = 2 * (w2 * h + b2 - y)
    dz = dy_hat * w2 * (1 - math.tanh(h) ** 2)
    return dz * x, dz, dy_hat * h, dy_hat


# %% wrong
#| says: The slope of tanh is missing on the way back.
def slopes(w1, b1, w2, b2, x, y):
    h = math.tanh(w1 * x + b1)
    dy_hat = 2 * (w2 * h + b2 - y)
    dz = dy_hat * w2
    return dz * x, dz, dy_hat * h, dy_hat


# %% wrong
#| says: For w2, the pull is multiplied by what w2 multiplies going forward. That is h, not z.
def slopes(w1, b1, w2, b2, x, y):
    z = w1 * x + b1
    h = math.tanh(z)
    dy_hat = 2 * (w2 * h + b2 - y)
    dz = dy_hat * w2 * (1 - h**2)
    return dz * x, dz, dy_hat * z, dy_hat


# %% wrong
#| says: All signs are turned round: the error is the prediction minus the target.
def slopes(w1, b1, w2, b2, x, y):
    h = math.tanh(w1 * x + b1)
    dy_hat = 2 * (y - w2 * h - b2)
    dz = dy_hat * w2 * (1 - h**2)
    return dz * x, dz, dy_hat * h, dy_hat


# %% wrong
#| says: On the way back to h, the slope is multiplied by w2; that is missing.
def slopes(w1, b1, w2, b2, x, y):
    h = math.tanh(w1 * x + b1)
    dy_hat = 2 * (w2 * h + b2 - y)
    dz = dy_hat * (1 - h**2)
    return dz * x, dz, dy_hat * h, dy_hat


# %% exercise faded [markdown] after="three-witnesses" minutes=3
# ## A slope that fades
#
# The tiny network with tanh in place of ReLU has at `b1 = -4` a slope of 3.66 for `w1`, and `z` is 0.5. Now `b1` is
# -0.5 again, and `z` is 4. What is the slope for `w1`, roughly?

# %% choices [markdown]
# - a) About eight times as large, as `z` is eight times as large.
# - b) About the same.
# - c) Almost nothing: less than a hundredth.
# - d) Exactly zero, as with a closed ReLU.

# %% hint [markdown]
# What is the slope of tanh, `1 - math.tanh(z) ** 2`, at 0.5, and what at 4?

# %% solution
slopes = []
for b1 in (-4.0, -0.5):
    w1 = torch.tensor(1.5, requires_grad=True)
    y_hat = -0.5 * torch.tanh(w1 * 3 + b1) + 1
    ((y_hat - 2) ** 2).backward()
    slopes.append(w1.grad.item())
print(slopes)
# At z = 4 tanh is nearly flat: on the way back, it lets next to nothing pass.
if slopes[1] == 0:
    answer = "d"
elif slopes[1] / slopes[0] < 0.01:
    answer = "c"
else:
    answer = "b" if slopes[1] / slopes[0] < 2 else "a"

# %% wrong
#| says: z is no factor on the way back. The slope of tanh at z is.
answer = "a"

# %% wrong
#| says: On the way back the slope is multiplied by that of tanh. Work it out at 0.5 and at 4.
answer = "b"

# %% wrong
#| says: tanh is nearly flat there, but not quite: it still rises a little.
answer = "d"

# %% exercise twice [markdown] after="from-numbers-to-matrices" minutes=2 within=0.01
# ## Backward, and backward again
#
# `a` is a tensor that holds 3 and asks for its slope. You run `(a * a).backward()`, and a second time `(a * a).backward()`,
# without clearing anything. What is `a.grad` then?

# %% hint [markdown]
# [From numbers to matrices](../backpropagation.py#from-numbers-to-matrices) has the slope after the first time. Why does
# the training loop call `zero_grad`?

# %% solution
a = torch.tensor(3.0, requires_grad=True)
(a * a).backward()
(a * a).backward()
answer = a.grad.item()

# %% wrong
#| says: That is after the first time. What does the second do with what is there?
answer = 6

# %% wrong
#| says: Slopes are added up, not multiplied.
answer = 36

# %% wrong
#| says: Each of the two uses of a sends a slope back, each time: 3 and 3.
answer = 3

# %% wrong
#| says: That is the value of a * a.
answer = 9

# %% exercise layer_backward [markdown] after="from-numbers-to-matrices" minutes=10
# ## A layer, backward
#
# A layer computes `Z = X @ W + b`. Write `layer_backward(X, W, dZ)`. `X` has a row for each example and a column for
# each input, `W` a row for each input and a column for each neuron. `dZ` is the slope of the loss for `Z`, and has the
# shape of `Z`. Return three tensors: the slopes for `X`, for `W`, and for `b`, each with the shape of the thing it
# belongs to.


# %% starter
def layer_backward(X, W, dZ):
    """X: rows × inputs, W: inputs × neurons, dZ: rows × neurons."""
    ____
    return dX, dW, db


# %% solution
def layer_backward(X, W, dZ):
    dX = dZ @ W.T
    dW = X.T @ dZ
    db = dZ.sum(dim=0)
    return dX, dW, db


# %% also right
def layer_backward(X, W, dZ):
    X, W = X.clone().requires_grad_(), W.clone().requires_grad_()
    b = torch.zeros(W.shape[1], requires_grad=True)
    return torch.autograd.grad(X @ W + b, (X, W, b), grad_outputs=dZ)


# %% also right
def layer_backward(X, W, dZ):
    dX, dW = torch.zeros_like(X), torch.zeros_like(W)
    for row in range(len(X)):
        for i in range(W.shape[0]):
            for j in range(W.shape[1]):
                dX[row, i] += dZ[row, j] * W[i, j]
                dW[i, j] += X[row, i] * dZ[row, j]
    return dX, dW, dZ.sum(dim=0)


# %% hint [markdown]
# The table in [From numbers to matrices](../backpropagation.py#from-numbers-to-matrices) has the shapes. Only one order
# of a product gives the shape that is asked.

# %% hint [markdown]
# A bias is added in each row, so each row sends a slope back to it. Where ways meet, slopes are added up.


# %% check
def check(answer):
    X = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    W = torch.tensor([[2.0, 0.0], [1.0, 5.0]])
    dZ = torch.tensor([[10.0, 0.0], [1.0, -1.0]])
    yield (
        "layer_backward of the lesson's case",
        answer.layer_backward(X, W, dZ),
    )
    for rows, inputs, neurons in ((4, 3, 5), (1, 2, 2), (6, 1, 4)):
        X, W = torch.randn(rows, inputs), torch.randn(inputs, neurons)
        dZ = torch.randn(rows, neurons)
        came = answer.layer_backward(X, W, dZ)
        yield f"{rows} rows, {inputs} inputs, {neurons} neurons", came


# %% wrong
#| says: W is not turned on the way back. For another number of inputs than neurons the shapes don't fit.
def layer_backward(X, W, dZ):
    return dZ @ W, X.T @ dZ, dZ.sum(dim=0)


# %% wrong
#| says: dW comes out turned: neurons × inputs, where W is inputs × neurons.
def layer_backward(X, W, dZ):
    return dZ @ W.T, dZ.T @ X, dZ.sum(dim=0)


# %% wrong
#| says: db is added up over the neurons there; add up over the rows.
def layer_backward(X, W, dZ):
    return dZ @ W.T, X.T @ dZ, dZ.sum(dim=1)


# %% wrong
#| says: The slopes of the rows are added up. If the loss is a mean, dZ holds that already.
def layer_backward(X, W, dZ):
    return dZ @ W.T, X.T @ dZ / len(X), dZ.mean(dim=0)


# %% wrong
#| says: db has a row for each example; there is one bias for each neuron, so add up over the rows.
def layer_backward(X, W, dZ):
    return dZ @ W.T, X.T @ dZ, dZ


# %% exercise three_layers_back [markdown] after="a-whole-network-in-one-expression" minutes=30
# ## A second hidden layer
#
# Put a second hidden layer into the network of the lesson:
#
# ```python
# H1 = torch.relu(inputs @ W1 + b1)
# H2 = torch.relu(H1 @ W2 + b2)
# shares = torch.softmax(H2 @ W3 + b3, dim=1)
# loss = -shares[range(len(y_true)), y_true].log().mean()
# ```
#
# Write `backward(inputs, y_true, W1, b1, W2, b2, W3, b3)`, forward and backward by hand. Return the slopes of the loss
# for `W1`, `b1`, `W2`, `b2`, `W3`, and `b3`, in this order. The number of rows and of classes can be any. Where ReLU gets
# exactly 0, its slope is 0.


# %% starter
def backward(inputs, y_true, W1, b1, W2, b2, W3, b3):
    # forward: keep Z1, H1, Z2, H2, and the shares
    ____
    # backward, from the scores to the inputs
    ____
    return dW1, db1, dW2, db2, dW3, db3


# %% solution
def backward(inputs, y_true, W1, b1, W2, b2, W3, b3):
    Z1 = inputs @ W1 + b1
    H1 = torch.relu(Z1)
    Z2 = H1 @ W2 + b2
    H2 = torch.relu(Z2)
    shares = torch.softmax(H2 @ W3 + b3, dim=1)

    truth = F.one_hot(y_true, shares.shape[1])
    dscores = (shares - truth) / len(y_true)
    dW3, db3 = H2.T @ dscores, dscores.sum(dim=0)
    dZ2 = dscores @ W3.T * (Z2 > 0)
    dW2, db2 = H1.T @ dZ2, dZ2.sum(dim=0)
    dZ1 = dZ2 @ W2.T * (Z1 > 0)
    dW1, db1 = inputs.T @ dZ1, dZ1.sum(dim=0)
    return dW1, db1, dW2, db2, dW3, db3


# %% also right
def backward(inputs, y_true, *weights):
    weights = [weight.clone().requires_grad_() for weight in weights]
    H = inputs
    for W, b in (weights[:2], weights[2:4]):
        H = torch.relu(H @ W + b)
    scores = H @ weights[4] + weights[5]
    return torch.autograd.grad(F.cross_entropy(scores, y_true), weights)


# %% hint [markdown]
# [The lesson](../backpropagation.py#a-whole-network-in-one-expression) does it for one hidden layer. First bring the
# forward pass to four lines more, and keep each value.

# %% hint [markdown]
# The slope for the scores is the shares minus the truth, divided by the number of rows. `F.one_hot(y_true, classes)`
# has a 1 at the true class of each row.

# %% hint [markdown]
# Each layer takes three steps on the way back: through its ReLU, then its own slopes, then what it hands back. The
# last two are those of the [table](../backpropagation.py#from-numbers-to-matrices).


# %% check
def check(answer):
    names = ["W1", "b1", "W2", "b2", "W3", "b3"]
    for rows, sizes in (
        (4, (3, 5, 4, 2)),
        (7, (2, 6, 6, 3)),
        (1, (4, 3, 5, 4)),
        (2, (1, 4, 3, 2)),
    ):
        inputs = torch.randn(rows, sizes[0])
        y_true = torch.randint(sizes[-1], (rows,))
        weights = []
        for i in range(3):
            weights += [torch.randn(sizes[i], sizes[i + 1])]
            weights += [torch.randn(sizes[i + 1])]
        what = f"backward of {rows} rows and layers of {sizes[1:]}"
        if rows == 1:  # all that comes to the first ReLU is 0
            inputs, weights[1] = 0 * inputs, 0 * weights[1]
            weights[3] = weights[3].abs()
        if rows == 2:  # all that comes to the second ReLU is 0
            weights[1], weights[3] = weights[1] - 100, 0 * weights[3]
        came = answer.backward(inputs, y_true, *weights)
        yield f"{what}: how many slopes", len(came)
        for name, slope in reversed(list(zip(names, came))):
            yield f"{what}: d{name}", slope


# %% wrong
#| says: The truth is not taken off: the slope for a score is its share, minus 1 for the true class.
def backward(inputs, y_true, W1, b1, W2, b2, W3, b3):
    Z1 = inputs @ W1 + b1
    Z2 = torch.relu(Z1) @ W2 + b2
    shares = torch.softmax(torch.relu(Z2) @ W3 + b3, dim=1)
    ds = shares / len(y_true)
    dZ2 = ds @ W3.T * (Z2 > 0)
    dZ1 = dZ2 @ W2.T * (Z1 > 0)
    of_3 = torch.relu(Z2).T @ ds, ds.sum(dim=0)
    of_2 = torch.relu(Z1).T @ dZ2, dZ2.sum(dim=0)
    return inputs.T @ dZ1, dZ1.sum(dim=0), *of_2, *of_3


# %% wrong
#| says: The loss is a mean over the rows: divide by how many there are.
def backward(inputs, y_true, W1, b1, W2, b2, W3, b3):
    Z1 = inputs @ W1 + b1
    Z2 = torch.relu(Z1) @ W2 + b2
    shares = torch.softmax(torch.relu(Z2) @ W3 + b3, dim=1)
    ds = shares - F.one_hot(y_true, shares.shape[1])
    dZ2 = ds @ W3.T * (Z2 > 0)
    dZ1 = dZ2 @ W2.T * (Z1 > 0)
    of_3 = torch.relu(Z2).T @ ds, ds.sum(dim=0)
    of_2 = torch.relu(Z1).T @ dZ2, dZ2.sum(dim=0)
    return inputs.T @ dZ1, dZ1.sum(dim=0), *of_2, *of_3


# %% wrong
#| says: On the way back the slopes go through no ReLU: where Z is negative, nothing passes.
def backward(inputs, y_true, W1, b1, W2, b2, W3, b3):
    Z1 = inputs @ W1 + b1
    Z2 = torch.relu(Z1) @ W2 + b2
    shares = torch.softmax(torch.relu(Z2) @ W3 + b3, dim=1)
    ds = (shares - F.one_hot(y_true, shares.shape[1])) / len(y_true)
    dZ2 = ds @ W3.T
    dZ1 = dZ2 @ W2.T
    of_3 = torch.relu(Z2).T @ ds, ds.sum(dim=0)
    of_2 = torch.relu(Z1).T @ dZ2, dZ2.sum(dim=0)
    return inputs.T @ dZ1, dZ1.sum(dim=0), *of_2, *of_3


# %% wrong
#| says: The slopes of weights are found with Z; take H, which is what goes into the next layer.
def backward(inputs, y_true, W1, b1, W2, b2, W3, b3):
    Z1 = inputs @ W1 + b1
    Z2 = torch.relu(Z1) @ W2 + b2
    shares = torch.softmax(torch.relu(Z2) @ W3 + b3, dim=1)
    ds = (shares - F.one_hot(y_true, shares.shape[1])) / len(y_true)
    dZ2 = ds @ W3.T * (Z2 > 0)
    dZ1 = dZ2 @ W2.T * (Z1 > 0)
    of_3, of_2 = (Z2.T @ ds, ds.sum(dim=0)), (Z1.T @ dZ2, dZ2.sum(dim=0))
    return inputs.T @ dZ1, dZ1.sum(dim=0), *of_2, *of_3


# %% wrong
#| says: The shares are taken over the rows; each row's shares add up to one, so dim=1.
def backward(inputs, y_true, W1, b1, W2, b2, W3, b3):
    Z1 = inputs @ W1 + b1
    Z2 = torch.relu(Z1) @ W2 + b2
    shares = torch.softmax(torch.relu(Z2) @ W3 + b3, dim=0)
    ds = (shares - F.one_hot(y_true, shares.shape[1])) / len(y_true)
    dZ2 = ds @ W3.T * (Z2 > 0)
    dZ1 = dZ2 @ W2.T * (Z1 > 0)
    of_3 = torch.relu(Z2).T @ ds, ds.sum(dim=0)
    of_2 = torch.relu(Z1).T @ dZ2, dZ2.sum(dim=0)
    return inputs.T @ dZ1, dZ1.sum(dim=0), *of_2, *of_3


# %% exercise how_many_runs [markdown] after="why-backward" minutes=2 within=0.5
# ## How many runs?
#
# A network has 8 inputs, one hidden layer of 64, and one output. You find its whole gradient by nudging each weight
# and bias upward. How many times do you have to run the network forward?

# %% hint [markdown]
# How many [parameters](../deep_networks.py#how-many-numbers) has it?

# %% hint [markdown]
# A change is the difference of two losses. Which one do you compare all others with? See
# [Why backward?](../backpropagation.py#why-backward)

# %% solution
model = torch.nn.Sequential(
    torch.nn.Linear(8, 64), torch.nn.ReLU(), torch.nn.Linear(64, 1)
)
answer = sum(parameter.numel() for parameter in model.parameters()) + 1

# %% wrong
#| says: One run is missing: the one without any nudge, to compare with.
answer = 641

# %% wrong
#| says: That is how many sweeps backpropagation needs, one forward and one backward.
answer = 2

# %% wrong
#| says: The biases are parameters, too, and each has to be nudged.
answer = 8 * 64 + 64 * 1 + 1

# %% wrong
#| says: With one loss to compare all others with, each parameter needs one run, not two.
answer = 2 * 641
