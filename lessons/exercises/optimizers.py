# %% [markdown]
# # Exercises: optimizers

# %%
import math

import torch
from torch import nn, optim

# %% exercise first_step [markdown] after="five-rules" minutes=1 within=0.002
# ## Adam's first step
#
# The first gradient that Adam gets is 0.005. The learning rate is 0.1. How long is its first step?

# %% solution
w = torch.ones(1, dtype=torch.float64)
w.grad = torch.full_like(w, 0.005)
optim.Adam([w], lr=0.1).step()
answer = 1 - w.item()

# %% also right
answer = 0.1

# %% hint [markdown]
# [Five rules](../optimizers.py#five-rules) has Adam. At the first step both running means, once corrected, hold
# nothing but this gradient and its square. What is $g / \sqrt{g^2}$?

# %% wrong
#| says: So long is a step of plain SGD; Adam also divides by the size of the gradients.
answer = 0.1 * 0.005

# %% wrong
#| says: Both means are too small at first, but Adam corrects that before it divides.
answer = 0.1 * (0.1 * 0.005) / (0.001 * 0.005**2) ** 0.5

# %% wrong
#| says: Adam divides by the root of the mean square, not by the mean square.
answer = 0.1 * 0.005 / 0.005**2

# %% wrong
#| says: The running mean starts with a tenth of the gradient, but Adam corrects that.
answer = 0.01

# %% exercise momentum [markdown] after="five-rules" minutes=5
# ## Momentum with a friction of your own
#
# Write `momentum(g, memory, learning_rate, keep)` in the form of the lesson's rules: it returns the step to
# subtract. `g` is a tensor, `memory` a dictionary that is empty at first and that you may change. `keep` is the share
# of the last speed that is kept, where the lesson has 0.9. The learning rate may change from step to step.


# %% starter
def momentum(g, memory, learning_rate, keep):
    memory["speed"] = ____
    return ____


# %% solution
def momentum(g, memory, learning_rate, keep):
    memory["speed"] = keep * memory.get("speed", 0) + g
    return learning_rate * memory["speed"]


# %% also right
def momentum(g, memory, learning_rate, keep):
    past = memory.setdefault("gradients", [])
    past.append(g)
    ages = range(len(past) - 1, -1, -1)
    return learning_rate * sum(keep**a * old for a, old in zip(ages, past))


# %% hint [markdown]
# [Five rules](../optimizers.py#five-rules): to the new gradient, momentum adds a share of its last speed.

# %% hint [markdown]
# `memory.get("speed", 0)` is 0 as long as nothing is remembered.


# %% check
def check(answer):
    for keep, rates in (0.9, [0.1] * 3), (0.5, [0.4, 0.2, 0.1, 0.1]):
        memory, steps = {}, []
        gradients = torch.randn(len(rates), 4)
        for g, rate in zip(gradients, rates):
            steps.append(answer.momentum(g, memory, rate, keep))
        yield f"{len(rates)} steps, rates {rates}, keep {keep}", steps


# %% wrong
#| says: The rate is kept in the speed: a smaller rate should shorten the old speed's part too.
def momentum(g, memory, learning_rate, keep):
    memory["speed"] = keep * memory.get("speed", 0) + learning_rate * g
    return memory["speed"]


# %% wrong
#| says: That is a running mean, as in Adam: momentum adds the whole new gradient.
def momentum(g, memory, learning_rate, keep):
    memory["speed"] = keep * memory.get("speed", 0) + (1 - keep) * g
    return learning_rate * memory["speed"]


# %% wrong
#| says: The speed is not remembered, so each step is one of plain SGD.
def momentum(g, memory, learning_rate, keep):
    speed = keep * memory.get("speed", 0) + g
    return learning_rate * speed


# %% wrong
#| says: All old gradients count in full: the last speed is not reduced by keep.
def momentum(g, memory, learning_rate, keep):
    memory["speed"] = memory.get("speed", 0) + g
    return learning_rate * memory["speed"]


# %% wrong
#| says: The share is 0.9 whatever is asked for; use keep.
def momentum(g, memory, learning_rate, keep):
    memory["speed"] = 0.9 * memory.get("speed", 0) + g
    return learning_rate * memory["speed"]


# %% wrong
#| says: The step is taken before the new gradient is added: it is one late.
def momentum(g, memory, learning_rate, keep):
    speed = memory.get("speed", torch.zeros_like(g))
    memory["speed"] = keep * speed + g
    return learning_rate * speed


# %% exercise hundredth [markdown] after="five-rules" minutes=2 within=0.002
# ## AdaGrad after a hundred steps
#
# The gradient is 1 in each step. How long is AdaGrad's hundredth step, as a share of its first?

# %% solution
w = torch.zeros(1, dtype=torch.float64)
optimizer, places = optim.Adagrad([w], lr=1.0), [0.0]
for _ in range(100):
    w.grad = torch.ones_like(w)
    optimizer.step()
    places.append(w.item())
answer = (places[99] - places[100]) / (places[0] - places[1])

# %% also right
answer = 1 / math.sqrt(100)

# %% hint [markdown]
# AdaGrad in [Five rules](../optimizers.py#five-rules) divides by the root of a sum. Of what, and how large is it
# after a hundred steps?

# %% wrong
#| says: The sum of squares is 100 by then, but AdaGrad divides by its root.
answer = 1 / 100

# %% wrong
#| says: AdaGrad's sum only grows, so its steps get shorter.
answer = 1

# %% wrong
#| says: That is momentum, which adds up gradients that agree; AdaGrad divides.
answer = 10

# %% exercise nesterov [markdown] after="five-rules" minutes=8
# ## Nesterov
#
# *Nesterov* is momentum that looks ahead. It updates the speed first, as momentum does. Then its step is the learning
# rate times the sum of two things: the gradient, and nine tenths of the *new* speed. Write
# `nesterov(g, memory, learning_rate)`. PyTorch has it too, as `optim.SGD(..., momentum=0.9, nesterov=True)`.


# %% starter
def nesterov(g, memory, learning_rate):
    memory["speed"] = ____
    return ____


# %% solution
def nesterov(g, memory, learning_rate):
    memory["speed"] = 0.9 * memory.get("speed", 0) + g
    return learning_rate * (g + 0.9 * memory["speed"])


# %% also right
def nesterov(g, memory, learning_rate):
    if "optimizer" not in memory:
        memory["w"] = torch.zeros_like(g)
        memory["optimizer"] = optim.SGD(
            [memory["w"]], lr=0.1, momentum=0.9, nesterov=True
        )
    w, optimizer = memory["w"].zero_(), memory["optimizer"]
    w.grad, optimizer.param_groups[0]["lr"] = g, learning_rate
    optimizer.step()
    return -w.clone()


# %% hint [markdown]
# The first line is that of `momentum` in [Five rules](../optimizers.py#five-rules).


# %% check
def check(answer):
    for num_steps, rate in (1, 0.3), (2, 0.1), (5, 0.01):
        memory, steps = {}, []
        for g in 10 * torch.randn(num_steps, 3):
            steps.append(answer.nesterov(g, memory, rate))
        yield f"the last of {num_steps} steps, rate {rate}", steps[-1]


# %% wrong
#| says: That is momentum as it was: the gradient counts once more in Nesterov's step.
def nesterov(g, memory, learning_rate):
    memory["speed"] = 0.9 * memory.get("speed", 0) + g
    return learning_rate * memory["speed"]


# %% wrong
#| says: It uses the old speed, which makes plain momentum of it; update the speed first.
def nesterov(g, memory, learning_rate):
    speed = memory.get("speed", 0)
    memory["speed"] = 0.9 * speed + g
    return learning_rate * (g + 0.9 * 0.9 * speed)


# %% wrong
#| says: The new speed counts for nine tenths; here it counts in full.
def nesterov(g, memory, learning_rate):
    memory["speed"] = 0.9 * memory.get("speed", 0) + g
    return learning_rate * (g + memory["speed"])


# %% wrong
#| says: The gradient itself is missing beside the new speed.
def nesterov(g, memory, learning_rate):
    memory["speed"] = 0.9 * memory.get("speed", 0) + g
    return learning_rate * 0.9 * memory["speed"]


# %% wrong
#| says: Only the speed is multiplied by the learning rate; the gradient must be too.
def nesterov(g, memory, learning_rate):
    memory["speed"] = 0.9 * memory.get("speed", 0) + g
    return g + learning_rate * 0.9 * memory["speed"]


# %% exercise digits_kept [markdown] after="a-race" minutes=4
# ## Fewer digits, fewer steps?
#
# `steps_to_arrive(rule, dtype)` runs the lesson's race along an axis, and returns the steps that the best of 21
# learning rates takes. Run it with each rule, in `torch.float64`, and in `torch.float32`, which keeps half as many
# digits. Which rule *seems* to become much faster in `float32`?


# %% given
def sgd(g, memory, learning_rate):
    return learning_rate * g


def momentum(g, memory, learning_rate):
    memory["speed"] = 0.9 * memory.get("speed", 0) + g
    return learning_rate * memory["speed"]


def adagrad(g, memory, learning_rate):
    memory["sum"] = memory.get("sum", 0) + g**2
    return learning_rate * g / (memory["sum"].sqrt() + 1e-10)


def rmsprop(g, memory, learning_rate):
    memory["square"] = 0.99 * memory.get("square", 0) + 0.01 * g**2
    return learning_rate * g / (memory["square"].sqrt() + 1e-8)


def steps_to_arrive(rule, dtype):
    """Steps until the loss stays below 0.01, with the best rate."""
    rates = torch.logspace(-4, 1, 21, dtype=dtype)[:, None]
    w, memory = torch.tensor([-8.0, 1.0], dtype=dtype).repeat(21, 1), {}
    curvature, high = torch.tensor([1.0, 100.0], dtype=dtype), []
    for step in range(1500):
        w = w - rule(w * curvature, memory, rates)
        high.append(~((w**2) @ curvature / 2 < 0.01))
    last = [column.nonzero() for column in torch.stack(high).T]
    return min(int(steps.max()) + 2 if len(steps) else 1 for steps in last)


# %% choices [markdown]
# - a) SGD.
# - b) Momentum.
# - c) AdaGrad.
# - d) RMSProp.

# %% solution
rules = {"a": sgd, "b": momentum, "c": adagrad, "d": rmsprop}
gain = {
    letter: steps_to_arrive(rule, torch.float64)
    / steps_to_arrive(rule, torch.float32)
    for letter, rule in rules.items()
}
answer = max(gain, key=gain.get)

# %% hint [markdown]
# [A race](../optimizers.py#a-race) says why the lesson keeps its points in `float64`: in `float32` a tiny weight can
# become exactly 0. Which rule's steps do not get shorter near the goal?

# %% wrong
#| says: SGD takes the same number of steps in both; print them.
answer = "a"

# %% wrong
#| says: Momentum takes the same number of steps in both; print them.
answer = "b"

# %% wrong
#| says: AdaGrad is fast along an axis, but in both alike; print the steps.
answer = "c"

# %% exercise rescaled [markdown] after="why-adam-first" minutes=3
# ## The same loss, a hundred times as large
#
# You multiply the loss by 100, so each gradient becomes a hundred times as large. Nothing else changes, the learning
# rate neither. Which of the lesson's five rules walk the same path as before, but for rounding?

# %% choices [markdown]
# - a) All five.
# - b) SGD and momentum.
# - c) Only Adam.
# - d) AdaGrad, RMSProp, and Adam.

# %% solution
rules = {
    "sgd": (optim.SGD, {}),
    "momentum": (optim.SGD, {"momentum": 0.9}),
    "adagrad": (optim.Adagrad, {}),
    "rmsprop": (optim.RMSprop, {}),
    "adam": (optim.Adam, {}),
}


def end_of_path(optimizer_class, options, factor):
    w = torch.tensor([-3.0, 1.0], dtype=torch.float64)
    optimizer = optimizer_class([w], lr=0.001, **options)
    for _ in range(50):
        w.grad = factor * torch.tensor([1.0, 9.0], dtype=torch.float64) * w
        optimizer.step()
    return w


same = [
    name
    for name, (optimizer_class, options) in rules.items()
    if torch.allclose(
        end_of_path(optimizer_class, options, 1),
        end_of_path(optimizer_class, options, 100),
        atol=1e-6,
    )
]
answer = {
    ("sgd", "momentum", "adagrad", "rmsprop", "adam"): "a",
    ("sgd", "momentum"): "b",
    ("adam",): "c",
    ("adagrad", "rmsprop", "adam"): "d",
}[tuple(same)]

# %% hint [markdown]
# [Why Adam first?](../optimizers.py#why-adam-first) compares the steps for gradients of 0.3 and 30. Which of [the five
# rules](../optimizers.py#five-rules) divide by the size of the gradients?

# %% wrong
#| says: Two of them multiply the gradient by the rate, and divide by nothing.
answer = "a"

# %% wrong
#| says: Just those two take steps a hundred times as long; they divide by nothing.
answer = "b"

# %% wrong
#| says: Adam does, but it is not the only one that divides by the size of the gradients.
answer = "c"

# %% exercise adamw [markdown] after="adamw-and-a-schedule" minutes=10
# ## Decay beside the step
#
# Write `adamw(w, g, memory, learning_rate, weight_decay)`. It returns the new weights after one step of AdamW: each
# weight loses the share `learning_rate * weight_decay` of what it was, and the step of `adam`, which is given, is
# taken off as well. `adam` gets the gradient `g` as it is.


# %% given
def adam(g, memory, learning_rate):
    """The step to subtract, as in the lesson."""
    t = memory["t"] = memory.get("t", 0) + 1
    memory["mean"] = 0.9 * memory.get("mean", 0) + 0.1 * g
    memory["square"] = 0.999 * memory.get("square", 0) + 0.001 * g**2
    mean = memory["mean"] / (1 - 0.9**t)
    square = memory["square"] / (1 - 0.999**t)
    return learning_rate * mean / (square.sqrt() + 1e-8)


# %% starter
def adamw(w, g, memory, learning_rate, weight_decay):
    step = adam(g, memory, learning_rate)
    return ____ - step


# %% solution
def adamw(w, g, memory, learning_rate, weight_decay):
    step = adam(g, memory, learning_rate)
    return w - learning_rate * weight_decay * w - step


# %% also right
def adamw(w, g, memory, learning_rate, weight_decay):
    memory.setdefault("all", []).append(g)
    mean, square = torch.zeros_like(g), torch.zeros_like(g)
    for old in memory["all"]:
        mean = torch.lerp(mean, old, 0.1)
        square = torch.lerp(square, old**2, 0.001)
    t = len(memory["all"])
    mean, square = mean / (1 - 0.9**t), square / (1 - 0.999**t)
    w = w * (1 - learning_rate * weight_decay)
    return w - learning_rate * mean / (square.sqrt() + 1e-8)


# %% hint [markdown]
# [AdamW, and a schedule](../optimizers.py#adamw-and-a-schedule) shrinks each weight of 1 to
# $1 - 0.01 \cdot 0.1$ in a step, where the rate is 0.01 and the decay 0.1.


# %% check
def check(answer):
    for rate, decay in (0.1, 0.5), (0.01, 10.0), (0.1, 0.0):
        w, memory = 3 * torch.randn(5), {}
        gradients = torch.randn(4, 5) * torch.tensor([1e-2, 0.1, 1, 10, 100])
        for number, g in enumerate(gradients, start=1):
            w = answer.adamw(w, g, memory, rate, decay)
            what = f"the weights after step {number}, rate {rate}"
            yield f"{what}, weight decay {decay}", w


# %% wrong
#| says: Put into the gradient, the decay is divided by Adam; that is Adam's, not AdamW's.
def adamw(w, g, memory, learning_rate, weight_decay):
    return w - adam(g + weight_decay * w, memory, learning_rate)


# %% wrong
#| says: The weight decay is not multiplied by the learning rate.
def adamw(w, g, memory, learning_rate, weight_decay):
    step = adam(g, memory, learning_rate)
    return w - weight_decay * w - step


# %% wrong
#| says: The step is shrunk too; what is taken off is a share of the weight as it was.
def adamw(w, g, memory, learning_rate, weight_decay):
    step = adam(g, memory, learning_rate)
    return (w - step) * (1 - learning_rate * weight_decay)


# %% wrong
#| says: There is no decay at all: that is Adam.
def adamw(w, g, memory, learning_rate, weight_decay):
    return w - adam(g, memory, learning_rate)


# %% wrong
#| says: The weights grow: a share of each is to be taken off.
def adamw(w, g, memory, learning_rate, weight_decay):
    step = adam(g, memory, learning_rate)
    return w * (1 + learning_rate * weight_decay) - step


# %% wrong
#| says: Each weight shrinks by the same amount; it should lose a share of what it was.
def adamw(w, g, memory, learning_rate, weight_decay):
    step = adam(g, memory, learning_rate)
    return w - learning_rate * weight_decay * w.sign() - step


# %% exercise cosine [markdown] after="adamw-and-a-schedule" minutes=8
# ## Half a wave
#
# Write `rate_at(epoch, num_epochs, highest)`, the learning rate of a cosine schedule. Before any epoch (`epoch` is 0)
# it is `highest`; after all of them (`epoch` is `num_epochs`) it is 0; halfway it is half of `highest`. Between them
# it follows half a wave of the cosine: $\cos$ goes from 1 at 0 to -1 at $\pi$.


# %% starter
def rate_at(epoch, num_epochs, highest):
    """One number: highest at epoch 0, zero at epoch num_epochs."""
    return highest * ____


# %% solution
def rate_at(epoch, num_epochs, highest):
    wave = math.cos(math.pi * epoch / num_epochs)
    return highest * (1 + wave) / 2


# %% also right
def rate_at(epoch, num_epochs, highest):
    return highest * math.cos(math.pi / 2 * epoch / num_epochs) ** 2


# %% also right
def rate_at(epoch, num_epochs, highest):
    w = torch.zeros(1)
    optimizer = optim.SGD([w], lr=highest)
    schedule = optim.lr_scheduler.CosineAnnealingLR(optimizer, num_epochs)
    for _ in range(epoch):
        optimizer.step()
        schedule.step()
    return optimizer.param_groups[0]["lr"]


# %% hint [markdown]
# [AdamW, and a schedule](../optimizers.py#adamw-and-a-schedule) lets PyTorch do it. The share of the epochs that are
# over goes from 0 to 1; the cosine needs what goes from 0 to $\pi$.

# %% hint [markdown]
# A number from -1 to 1 becomes one from 0 to 1 if you add 1 and divide by 2.


# %% check
def check(answer):
    for num_epochs, highest in (20, 0.1), (7, 3.0), (2, 0.5):
        for epoch in {0, 1, num_epochs // 2, num_epochs - 1, num_epochs}:
            what = f"rate_at({epoch}, {num_epochs}, {highest})"
            yield what, answer.rate_at(epoch, num_epochs, highest)


# %% wrong
#| says: The cosine alone gets below zero in the second half; a rate can't.
def rate_at(epoch, num_epochs, highest):
    return highest * math.cos(math.pi * epoch / num_epochs)


# %% wrong
#| says: A quarter of a wave is at 0.71, not at one half, when half of the epochs are over.
def rate_at(epoch, num_epochs, highest):
    return highest * math.cos(math.pi / 2 * epoch / num_epochs)


# %% wrong
#| says: A whole wave comes back up: at the end, the rate would be the highest again.
def rate_at(epoch, num_epochs, highest):
    return highest * (1 + math.cos(2 * math.pi * epoch / num_epochs)) / 2


# %% wrong
#| says: That is a straight line down; the cosine begins and ends level.
def rate_at(epoch, num_epochs, highest):
    return highest * (1 - epoch / num_epochs)


# %% wrong
#| says: It begins at twice the highest rate: 1 plus the cosine goes from 2 to 0.
def rate_at(epoch, num_epochs, highest):
    return highest * (1 + math.cos(math.pi * epoch / num_epochs))


# %% wrong
#| says: It goes up: it begins at 0 and ends at the highest.
def rate_at(epoch, num_epochs, highest):
    return highest * (1 - math.cos(math.pi * epoch / num_epochs)) / 2


# %% exercise adam_class [markdown] after="on-real-data" minutes=25
# ## An optimizer for the loop
#
# Write a class `Adam` that the training loop can use in place of `optim.Adam`. `Adam(parameters, lr)` gets what
# `model.parameters()` gives, which can be gone through only once. `zero_grad()` sets each gradient to `None`. `step()`
# changes each parameter in place. A parameter whose `grad` is `None` stays as it is. The rule is the lesson's `adam`,
# with 0.9, 0.999, and 1e-8.


# %% starter
class Adam:
    def __init__(self, parameters, lr):
        self.parameters = ____
        self.lr = lr
        ____  # what each parameter remembers

    def zero_grad(self):
        for p in self.parameters:
            ____

    def step(self):
        with torch.no_grad():
            for p in self.parameters:
                ____


# %% solution
class Adam:
    def __init__(self, parameters, lr):
        self.parameters = list(parameters)
        self.lr = lr
        self.t = [0 for p in self.parameters]
        self.mean = [torch.zeros_like(p) for p in self.parameters]
        self.square = [torch.zeros_like(p) for p in self.parameters]

    def zero_grad(self):
        for p in self.parameters:
            p.grad = None

    def step(self):
        with torch.no_grad():
            for i, p in enumerate(self.parameters):
                if p.grad is None:
                    continue
                self.t[i] += 1
                self.mean[i] = 0.9 * self.mean[i] + 0.1 * p.grad
                self.square[i] = 0.999 * self.square[i] + 0.001 * p.grad**2
                mean = self.mean[i] / (1 - 0.9 ** self.t[i])
                square = self.square[i] / (1 - 0.999 ** self.t[i])
                p -= self.lr * mean / (square.sqrt() + 1e-8)


# %% also right
class Adam:
    def __init__(self, parameters, lr):
        self.rate, self.known = lr, {p: [0, 0, 0] for p in parameters}

    def zero_grad(self):
        for p in self.known:
            p.grad = None

    def step(self):
        for p, (count, mean, square) in self.known.items():
            if p.grad is not None:
                g = p.grad.detach()
                count += 1
                mean = mean + 0.1 * (g - mean)
                square = square + 0.001 * (g * g - square)
                self.known[p] = [count, mean, square]
                root = (square / (1 - 0.999**count)).sqrt() + 1e-8
                p.data -= self.rate * mean / root / (1 - 0.9**count)


# %% hint [markdown]
# `adam` in [Five rules](../optimizers.py#five-rules) remembers three things for one parameter. Here each parameter
# needs its own three: keep lists, as long as the list of the parameters.

# %% hint [markdown]
# `model.parameters()` can be gone through only once. `list(...)` keeps what it gives.

# %% hint [markdown]
# Under `torch.no_grad()`, `p -= ...` changes the parameter itself. `p = p - ...` makes a new tensor, and the model
# keeps the old one.


# %% check
def check(answer):
    model = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 1))
    unused = nn.Linear(2, 2)
    X, y = torch.randn(12, 3), torch.randn(12, 1)
    late = torch.randn(2, 2)
    with torch.no_grad():
        for p in [*model.parameters(), *unused.parameters()]:
            p.copy_(torch.randn(p.shape))
    both = nn.ModuleList([model, unused])
    optimizer = answer.Adam(both.parameters(), lr=0.1)
    optimizer.zero_grad()
    for step in range(1, 5):
        y_hat = model(X)
        loss = ((y_hat - y) ** 2).mean()
        if step == 4:
            loss = loss + 1e-7 * unused(late).mean()  # 1e-8 counts here
        optimizer.zero_grad()
        yield (
            "zero_grad() leaves a gradient",
            any(p.grad is not None for p in both.parameters()),
        )
        loss.backward()
        optimizer.step()
        weights = torch.cat([p.flatten() for p in model.parameters()])
        yield f"the weights after {step} steps in the loop", weights
        weights = torch.cat([p.flatten() for p in unused.parameters()])
        yield f"a layer without gradients, after {step} steps", weights
    yield (
        "the parameters are trained still",
        all(p.requires_grad for p in both.parameters()),
    )


# %% wrong
#| says: The correction is missing: both means begin at zero and are too small at first.
class Adam:
    def __init__(self, parameters, lr):
        self.parameters = list(parameters)
        self.lr = lr
        self.mean = [torch.zeros_like(p) for p in self.parameters]
        self.square = [torch.zeros_like(p) for p in self.parameters]

    def zero_grad(self):
        for p in self.parameters:
            p.grad = None

    def step(self):
        with torch.no_grad():
            for i, p in enumerate(self.parameters):
                if p.grad is None:
                    continue
                self.mean[i] = 0.9 * self.mean[i] + 0.1 * p.grad
                self.square[i] = 0.999 * self.square[i] + 0.001 * p.grad**2
                root = self.square[i].sqrt() + 1e-8
                p -= self.lr * self.mean[i] / root


# %% wrong
#| says: t counts parameters, not steps: it goes up once a step, not once for each parameter.
class Adam:
    def __init__(self, parameters, lr):
        self.parameters = list(parameters)
        self.lr = lr
        self.t = 0
        self.mean = [torch.zeros_like(p) for p in self.parameters]
        self.square = [torch.zeros_like(p) for p in self.parameters]

    def zero_grad(self):
        for p in self.parameters:
            p.grad = None

    def step(self):
        with torch.no_grad():
            for i, p in enumerate(self.parameters):
                if p.grad is None:
                    continue
                self.t += 1
                self.mean[i] = 0.9 * self.mean[i] + 0.1 * p.grad
                self.square[i] = 0.999 * self.square[i] + 0.001 * p.grad**2
                mean = self.mean[i] / (1 - 0.9**self.t)
                square = self.square[i] / (1 - 0.999**self.t)
                p -= self.lr * mean / (square.sqrt() + 1e-8)


# %% wrong
#| says: The parameters never change: they were gone through once already, or are new tensors.
class Adam:
    def __init__(self, parameters, lr):
        self.parameters = parameters
        self.lr = lr

    def zero_grad(self):
        for p in self.parameters:
            p.grad = None

    def step(self):
        for p in self.parameters:
            p = p - self.lr * p.grad


# %% wrong
#| says: Each step begins with empty memory, so Adam only sees the sign of the last gradient.
class Adam:
    def __init__(self, parameters, lr):
        self.parameters = list(parameters)
        self.lr = lr

    def zero_grad(self):
        for p in self.parameters:
            p.grad = None

    def step(self):
        with torch.no_grad():
            for p in self.parameters:
                if p.grad is None:
                    continue
                p -= self.lr * p.grad / (p.grad.abs() + 1e-8)


# %% wrong
#| says: There is no momentum in it: divide the running mean of the gradients, not the gradient.
class Adam:
    def __init__(self, parameters, lr):
        self.parameters = list(parameters)
        self.lr = lr
        self.t = [0 for p in self.parameters]
        self.square = [torch.zeros_like(p) for p in self.parameters]

    def zero_grad(self):
        for p in self.parameters:
            p.grad = None

    def step(self):
        with torch.no_grad():
            for i, p in enumerate(self.parameters):
                if p.grad is None:
                    continue
                self.t[i] += 1
                self.square[i] = 0.999 * self.square[i] + 0.001 * p.grad**2
                square = self.square[i] / (1 - 0.999 ** self.t[i])
                p -= self.lr * p.grad / (square.sqrt() + 1e-8)


# %% wrong
#| says: The root is missing: divide by the root of the mean square.
class Adam:
    def __init__(self, parameters, lr):
        self.parameters = list(parameters)
        self.lr = lr
        self.t = [0 for p in self.parameters]
        self.mean = [torch.zeros_like(p) for p in self.parameters]
        self.square = [torch.zeros_like(p) for p in self.parameters]

    def zero_grad(self):
        for p in self.parameters:
            p.grad = None

    def step(self):
        with torch.no_grad():
            for i, p in enumerate(self.parameters):
                if p.grad is None:
                    continue
                self.t[i] += 1
                self.mean[i] = 0.9 * self.mean[i] + 0.1 * p.grad
                self.square[i] = 0.999 * self.square[i] + 0.001 * p.grad**2
                mean = self.mean[i] / (1 - 0.9 ** self.t[i])
                square = self.square[i] / (1 - 0.999 ** self.t[i])
                p -= self.lr * mean / (square + 1e-8)


# %% wrong
#| says: zero_grad does nothing, so the gradients of all steps so far pile up.
class Adam:
    def __init__(self, parameters, lr):
        self.parameters = list(parameters)
        self.lr = lr
        self.t = [0 for p in self.parameters]
        self.mean = [torch.zeros_like(p) for p in self.parameters]
        self.square = [torch.zeros_like(p) for p in self.parameters]

    def zero_grad(self):
        pass

    def step(self):
        with torch.no_grad():
            for i, p in enumerate(self.parameters):
                if p.grad is None:
                    continue
                self.t[i] += 1
                self.mean[i] = 0.9 * self.mean[i] + 0.1 * p.grad
                self.square[i] = 0.999 * self.square[i] + 0.001 * p.grad**2
                mean = self.mean[i] / (1 - 0.9 ** self.t[i])
                square = self.square[i] / (1 - 0.999 ** self.t[i])
                p -= self.lr * mean / (square.sqrt() + 1e-8)
