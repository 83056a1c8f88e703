# %% [markdown]
# # Why TPUs
#
# **Why does anyone build chips for [neural networks](../glossary/neural-network.md) alone?** Because such a
# network does one kind of arithmetic nearly all the time, and a chip that does only that can leave out the
# rest. This lesson rebuilds the heart of such a chip in about twenty lines.
#
# After this lesson you can run a [training loop](../glossary/training-loop.md) on such a chip, follow numbers
# through a [systolic array](../glossary/systolic-array.md), say why large [batches](../glossary/mini-batch.md)
# suit these chips, and why they compute with fewer bits. You need [Reading digits](digits.py); no special chip
# is needed.
#
# Here is where the arithmetic goes, in a network for small pictures with 784 [inputs](../glossary/input.md),
# two layers of 512, and 10 outputs.

# %%
import matplotlib.pyplot as plt
import pandas as pd
import torch
from sklearn.datasets import load_digits
from torch import nn

multiply_and_add = 2 * (784 * 512 + 512 * 512 + 512 * 10)
add_bias, rectify = 512 + 512 + 10, 512 + 512
share = multiply_and_add / (multiply_and_add + add_bias + rectify)

# %%
#| label: arithmetic
#| echo: fold
#| fig-cap: Operations for one picture. Nearly all are multiplications by weights, and the adding up of their
#|   results.
#| fig-alt: Three horizontal bars. Multiplying by weights and adding up takes {{ multiply_and_add:, }}
#|   operations. Adding the bias takes {{ add_bias:, }} and the rectifier {{ rectify:, }}, which are too few to
#|   see.
fig, ax = plt.subplots(figsize=(5.6, 2.2))
for row, count in enumerate([multiply_and_add, add_bias, rectify]):
    ax.barh(-row, count, color="0.4")
    ax.text(count + 25_000, -row, f"{count:,}", va="center")
for row, name in enumerate(["multiply and add", "add the bias", "rectify"]):
    ax.text(-25_000, -row, name, ha="right", va="center")
ax.axvline(0, color="0.4", linewidth=1)
ax.set(xlim=(-1_000_000, 1_900_000))
ax.axis("off")

# %% [markdown]
# That is {{ share:.1%}} of all operations.
#
# A [GPU](../glossary/gpu.md), a graphics processing unit, was first built for drawing, where the same
# arithmetic is done for very many points at once. Its many small computing units can be programmed for any work
# of that sort, and matrices are one.
#
# A [TPU](../glossary/tpu.md), a tensor processing unit, is a chip that Google built for neural networks, with
# one or several large grids for multiplying matrices. The first one, in Google's data centers since 2015, has
# a grid of 256 by 256 multipliers for 8-bit numbers (N. P. Jouppi and others, "In-Datacenter Performance
# Analysis of a Tensor Processing Unit", ISCA 2017).
#
# ## Use one
#
# In [PyTorch](../glossary/pytorch.md) two lines choose the chip: name a [device](../glossary/device.md), and
# move model and data there with `.to(device)`. A third, `torch.autocast`, has matrices multiplied in
# [bfloat16](../glossary/bfloat16.md), numbers of half the length. Below we take both apart. The cell runs
# on a GPU if there is one, and here on an ordinary processor. (For a TPU, another package, `torch_xla`, names the
# device.)

# %%
device = "cuda" if torch.cuda.is_available() else "cpu"

digits = load_digits()
X = torch.tensor(digits.data / 16, dtype=torch.float32).to(device)
y = torch.tensor(digits.target).to(device)
torch.manual_seed(0)
order = torch.randperm(len(y))
valid, rest = order[:400], order[400:]

model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
model = model.to(device)
loss_function = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
for step in range(300):
    with torch.autocast(device, dtype=torch.bfloat16):
        y_hat = model(X[rest])
        loss = loss_function(y_hat, y[rest])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

right = (model(X[valid]).argmax(dim=1) == y[valid]).float().mean().item()
print(f"{right:.0%} of the validation digits are read right")

# %% [markdown]
# Only the prediction and the [loss](../glossary/loss.md) stand inside `autocast`. The outputs come in bfloat16,
# the [weights](../glossary/weight.md) stay in float32:
#
# >>> y_hat.dtype, model[0].weight.dtype
# (torch.bfloat16, torch.float32)
#
# ## A dense layer is a matrix multiplication
#
# A [dense layer](../glossary/dense-layer.md) adds up, for each row of inputs and each
# [neuron](../glossary/neuron.md), inputs times weights. Written out, these are three
# loops:

# %%
torch.manual_seed(0)
A = torch.randint(1, 10, (3, 3)).float()
W = torch.randint(1, 10, (3, 3)).float()

product = torch.zeros(3, 3)
for row in range(3):
    for neuron in range(3):
        for i in range(3):
            product[row, neuron] += A[row, i] * W[i, neuron]

# %% [markdown]
# The same three loops define the product of two matrices, in Python `A @ W`. `nn.Linear` does the same, adds a
# [bias](../glossary/bias.md), and it keeps its weights the other way round, one row a neuron:
#
# >>> torch.equal(product, A @ W)
# True
# >>> layer = nn.Linear(3, 3, bias=False)
# >>> layer.weight = nn.Parameter(W.T)
# >>> torch.equal(layer(A), product)
# True
#
# ## A grid that beats
#
# In the loops, each weight is fetched again for each row of inputs. Each fetch is work that computes nothing.
# So build a grid in which each cell keeps one weight throughout. At each beat of a clock, three things happen
# everywhere at once:
#
# 1. Every input moves one cell to the right; new ones come in at the left.
# 2. Every sum moves one cell down; at the top, new sums begin at zero.
# 3. Every cell multiplies its input by its weight and adds that to its sum.
#
# What falls out at the bottom is the result. This is a systolic array, named after the beat of the heart, which
# pumps in the same way. For a sum to meet the right inputs on its way down, each row of the grid gets its
# inputs one beat later than the row above.


# %%
def systolic(A, W, keep=True):
    """A @ W by a grid that holds W; also inputs and sums after each beat, unless they are not kept."""
    num_rows, (height, width) = len(A), W.shape
    i, j = torch.arange(height), torch.arange(width)
    inputs, sums = torch.zeros_like(W), torch.zeros_like(W)
    result, beats = torch.zeros(num_rows, width), []
    for beat in range(num_rows + height + width - 2):
        inputs = inputs.roll(1, dims=1)  # one cell to the right
        sums = sums.roll(1, dims=0)  # one cell down
        row = beat - i  # each row of the grid is one beat behind
        new = A[row.clamp(0, num_rows - 1), i]
        inputs[:, 0] = torch.where((row >= 0) & (row < num_rows), new, 0)
        sums[0] = 0
        sums = sums + inputs * W
        row = beat - (height - 1) - j  # whose sums are complete now
        done = (row >= 0) & (row < num_rows)
        result[row[done], j[done]] = sums[-1, done]
        beats.append((inputs, sums) if keep else None)
    return result, beats


# %% [markdown]
# Follow the first row of `A` with a finger. Its first number, {{ A[0, 0]:.0f}}, enters at the top left in beat
# 1, and makes the sum {{ A[0, 0] * W[0, 0]:.0f}}. In beat 2 that number is one cell further right. The sum is
# one cell further down, still in the left column. There the second number, {{ A[0, 1]:.0f}}, enters from the
# left in the same beat, and adds {{ A[0, 1]:.0f}} × {{ W[1, 0]:.0f}} to it. Move the beat, from 0 on.

# %%
#| label: beats
#| echo: fold
#| fig-cap: Weights stay, inputs move right, sums move down. The grid after a beat, and the inputs still to come.
#|   A sum in the lowest row is complete, and drops out with the next beat; the sums for the first row of `A` end
#|   lowest.
#| fig-alt: A grid of 3 by 3 cells, each with a weight. After beat 3, inputs have come into six of them, on and above a
#|   slanted line; each of these cells shows input times weight, and the sum so far. The other inputs wait at the
#|   left, each row one beat behind the row above. The first sum of the result, {{ product[0, 0]:.0f }}, is complete
#|   at the bottom left. The control goes from beat 0, when all wait, to beat 8, when all sums have come out below
#|   the grid.
#| play: beat = range(9)
result, beats = systolic(A, W)
beat = 3
fig, ax = plt.subplots(figsize=(5.6, 5))
cells = [divmod(cell, 3) for cell in range(9)]
works = [[0 <= beat - 1 - i - j < 3 for j in range(3)] for i in range(3)]
for i, j in cells:
    border = plt.Rectangle((j, i), 1, 1, fill=False, edgecolor="0.4")
    ax.add_patch(border)
    ax.text(j + 0.45, i + 0.4, f"× {W[i, j]:.0f}", color="0.4")
for row, i in cells:  # one number of the inputs
    j = beat - 1 - i - row
    across = min(j, 2) + 0.25 if j >= 0 else 0.5 * j + 0.25
    look = {"color": "C0", "alpha": float(j < 3), "ha": "center"}
    ax.text(across, i + 0.4, f"{A[row, i]:.0f}", **look)
for row, j in cells:  # one number of the result, on its way down
    i = beat - 1 - j - row
    inside = min(max(i, 0), 2)
    total = A[row, : inside + 1] @ W[: inside + 1, j]
    down = max(i, 0) if i < 3 else 2.85 + 0.4 * min(i - 2, 3 - row)
    look = {"color": "C1", "alpha": float(i >= 0), "ha": "center"}
    ax.text(j + 0.5, down + 0.8, f"{total:.0f}", **look)
ax.text(-2.25, -0.15, "inputs", color="C0")
ax.text(-0.2, 4.1, "complete sums", color="C1", ha="right")
ax.set(xlim=(-2.4, 3.05), ylim=(5, -0.4))
ax.axis("off")
done = sum(beat - 1 - j - row >= 2 for row, j in cells)
print(f"cells at work: {sum(map(sum, works))}, complete sums: {done} of 9")

# %% [markdown]
# The first complete sum stands at the bottom left after beat 3. After 7 beats everything has come out, and it
# is the product:
#
# >>> inputs, sums = beats[1]  # after beat 2
# >>> bool(inputs[0, 1] == A[0, 0]) and bool(inputs[1, 0] == A[0, 1])
# True
# >>> float(sums[1, 0]) == float(A[0, 0] * W[0, 0] + A[0, 1] * W[1, 0])
# True
# >>> inputs, sums = beats[2]
# >>> float(sums[2, 0]) == float(product[0, 0])
# True
# >>> len(beats) == 7 and torch.equal(result, A @ W)
# True
#
# That was no luck of these numbers. Here are random matrices of random shapes:
#
# >>> def agrees():
# ...     a, b, c = torch.randint(1, 30, (3,)).tolist()
# ...     left, right = torch.randn(a, b), torch.randn(b, c)
# ...     result, _ = systolic(left, right)
# ...     return torch.allclose(result, left @ right, atol=1e-4)
# >>> all(agrees() for trial in range(20))
# True
#
# How many beats does it take? The last row enters after all the others, and still has to cross the grid, to the
# right and down: rows of inputs, plus the rows and the columns of the grid, minus 2. Take a grid of 256 by 256
# and 256 rows. This time we only count the beats: all their inputs and sums would fill
# {{ 2 * 4 * 256**2 * (3 * 256 - 2) / 1e6:.0f}} MB.

# %%
left, right = torch.randn(256, 256), torch.randn(256, 256)
result, beats = systolic(left, right, keep=False)
multiplications = 256**3
print(f"{multiplications:,} multiplications in {len(beats)} beats")
print(f"{multiplications / len(beats):,.0f} multiplications a beat")

# %% [markdown]
# >>> torch.allclose(result, left @ right, atol=1e-3)
# True
#
# In each beat up to {{ 256 * 256:,}} multipliers work, and no weight is fetched twice. Up to, since the grid
# has to fill and to drain. Each multiplier works once for each row, so the share of beats that it works in
# depends on the [batch size](../glossary/batch-size.md):
#
# >>> for num_rows in [1, 256, 4096]:
# ...     print(num_rows, round(num_rows / (num_rows + 256 + 256 - 2), 3))
# 1 0.002
# 256 0.334
# 4096 0.889
#
# One row at a time leaves the grid idle. Large batches keep it busy.
#
# ## Arithmetic per byte
#
# There is a second reason for large batches, on every chip: memory. The paper named above says that faster
# memory alone would have tripled what the first TPU achieved. Count for a layer of 1024 by 1024 in 4-byte
# numbers how many operations are done, and how many bytes are moved if each number of inputs, weights, and
# results is moved once.


# %%
def operations_per_byte(batch_size, n=1024, bytes_each=4):
    operations = 2 * batch_size * n * n
    numbers = batch_size * n + n * n + batch_size * n
    return operations / (bytes_each * numbers)


# %% [markdown]
# For a single row, which makes it a matrix times a vector, each weight is moved for one multiplication and one
# addition. With a batch of 1024, each is used 1024 times:
#
# >>> [round(operations_per_byte(batch_size), 1) for batch_size in [1, 32, 1024]]
# [0.5, 15.1, 170.7]
#
# What does that mean for speed? Imagine a chip that can do 100 trillion operations a second, with a memory that
# delivers 1 trillion bytes a second. Whichever of the two is slower sets the pace. Drawn over the operations
# per byte, this is called a *roofline*.

# %%
#| label: roofline
#| echo: fold
#| fig-cap: The roofline of an imaginary chip, and batches of five sizes on it. Small batches wait for the memory, on the slope; large ones reach
#|   the roof.
#| fig-alt: Speed in trillion operations a second against operations per byte, both logarithmic. A line rises up
#|   to 100 operations per byte and is level from there. Dots for batch sizes 1, 8, 64, and 256 lie on the
#|   slope, the first at {{ speed(operations_per_byte(1)):.1f }} trillion, that for 1024 on the level roof at
#|   100.
peak, bandwidth = 100, 1  # trillion operations, trillion bytes a second


def speed(intensity):
    return min(peak, bandwidth * intensity)


fig, ax = plt.subplots()
ax.plot([0.2, 100, 1000], [speed(0.2), speed(100), speed(1000)], color="0.4")
ax.text(1.3, 2.2, "memory", color="0.4", ha="right")
ax.text(70, 130, "arithmetic", color="0.4", ha="right")
for batch_size in [1, 8, 64, 256, 1024]:
    x = operations_per_byte(batch_size)
    height = speed(x) * (0.75 if batch_size < 1024 else 2.2)
    ax.plot(x, speed(x), "o", color="C0")
    ax.text(x * 1.15, height, f"batch {batch_size}", color="C0", va="top")
ax.set(xscale="log", yscale="log", xlabel="operations per byte")
ax.set_xticks([1, 10, 100, 1000], ["1", "10", "100", "1,000"])
ax.set(ylabel="trillion operations a second", ylim=(0.1, 400))
ax.set_yticks([0.1, 1, 10, 100], ["0.1", "1", "10", "100"])

# %% [markdown]
# A batch of 1 gets {{ speed(operations_per_byte(1)) / peak:.1%}} of what this chip can do, a batch of 1024 all
# of it.
#
# >>> speed(operations_per_byte(1)) / peak < 0.01
# True
# >>> speed(operations_per_byte(1024)) == peak
# True
#
# And your own computer? The next cell measures how many rows of 512 numbers a second get through a layer of 512
# by 512, for several batch sizes. Run it at home, and compare the last column from row to row.

# %%
#| label: throughput
#| varies: true
#| tbl-cap: One layer of 512 by 512 in float32, on one thread.
from torch.utils import benchmark  # runs on one thread, unless told

layer, measured = nn.Linear(512, 512), []
for batch_size in [1, 8, 64, 512]:
    batch = torch.randn(batch_size, 512)
    timer = benchmark.Timer("layer(batch)", globals=globals())
    seconds = timer.blocked_autorange(min_run_time=0.1).median
    measured.append([batch_size, seconds * 1e6, round(batch_size / seconds)])
names = ["batch size", "microseconds a batch", "rows a second"]
pd.DataFrame(measured, columns=names).round(1)

# %% [markdown]
# ## Fewer bits
#
# Numbers half as long mean half the bytes, and smaller multipliers. bfloat16 is the usual `float32`, rounded,
# with the last 16 bits cut off. Look which bits remain:

# %%
#| label: bits
#| echo: fold
#| fig-cap: "The bits of 0.1 in both formats: sign, exponent, fraction. bfloat16 keeps the whole exponent, and 7
#|   bits of the fraction."
#| fig-alt: Two rows of zeros and ones. The upper, float32, has 1 for the sign, 8 for the exponent, and
#|   {{ 32 - 9 }} for the fraction. The lower, bfloat16, has 1, 8, and 7. Its sign and exponent are the same,
#|   and its fraction begins alike.
number = torch.tensor(0.1)
patterns = {
    "float32": f"{number.view(torch.int32).item():032b}",
    "bfloat16": f"{number.bfloat16().view(torch.int16).item():016b}",
}
fig, ax = plt.subplots(figsize=(5.6, 2.6))
for row, (name, bits) in enumerate(patterns.items()):
    ax.text(0, 0.75 - 2 * row, f"{name}, {len(bits)} bits")
    for i, bit in enumerate(bits):
        color = "C3" if i == 0 else "C4" if i < 9 else "C5"
        place = i + 0.7 * (i > 0) + 0.7 * (i > 8)
        ax.text(place, -2 * row, bit, ha="center", color=color)
ax.text(-0.4, -0.6, "sign", color="C3")
ax.text(3.2, -0.6, "exponent", color="C4")
ax.text(21, -0.6, "fraction", color="C5", ha="center")
ax.set(xlim=(-1, 33.5), ylim=(-2.3, 1.3))
ax.axis("off")

# %% [markdown]
# Sign and exponent are the same. In the fraction, only the last of the seven bits differs, by the rounding:
#
# >>> patterns["float32"][:15] == patterns["bfloat16"][:15]
# True
# >>> patterns["float32"][15] != patterns["bfloat16"][15]
# True
#
# The exponent says how large a number is, the fraction which digits it has. More bits in the fraction make
# finer steps. So bfloat16 has the range of float32, and far less *precision*. `torch.finfo` shows both; `eps`
# is the step from 1 to the next larger number.

# %%
#| label: formats
#| tbl-cap: Range and precision of three formats. float16 spends its bits differently.
rows = []
for name in ["float32", "bfloat16", "float16"]:
    info = torch.finfo(getattr(torch, name))
    rows.append([name, info.bits, f"{info.max:.1e}", f"{info.eps:.1e}"])
pd.DataFrame(rows, columns=["format", "bits", "largest", "eps"])

# %% [markdown]
# From 1 to 2, bfloat16 takes {{ round(1 / torch.finfo(torch.bfloat16).eps) }} steps, and rounds all numbers
# between to the nearest. From 256 to 512 it knows only even numbers:
#
# >>> torch.tensor([1.001, 1.01, 257.0]).bfloat16().float().tolist()
# [1.0, 1.0078125, 256.0]
#
# float16, in PyTorch also `half`, takes smaller steps, but has no room for a number as large as $10^{38}$, and
# makes it infinite:
#
# >>> large = torch.tensor(1e38)
# >>> bool(large.bfloat16().isfinite()), bool(large.half().isfinite())
# (True, False)
#
# ## Keep the sum long
#
# Coarse steps are trouble for sums. Add 1 again and again, in a loop of our own: at 256, one more is rounded
# away, and the sum stalls.

# %%
one = torch.tensor(1.0).bfloat16()
total, stalled = torch.tensor(0.0).bfloat16(), []
for _ in range(600):
    total = total + one
    stalled.append(total.item())

# %%
#| label: stall
#| echo: fold
#| fig-cap: A sum that stalls. Adding up ones in bfloat16 does not get past 256.
#| fig-alt: Sum against number of ones added, up to 600. The line of float32 rises straight to 600. That of
#|   bfloat16 follows it up to {{ max(stalled):.0f }} and stays there.
fig, ax = plt.subplots()
ax.plot(range(1, 601), range(1, 601), color="C2")
ax.plot(range(1, 601), stalled, color="C1")
ax.text(400, 440, "float32", color="C2", ha="right")
ax.text(600, 275, "bfloat16", color="C1", ha="right")
ax.set(xlabel="ones added", ylabel="sum")

# %% [markdown]
# The way out is to multiply in bfloat16 but to keep the running sum in float32. PyTorch's own `sum` and `@`
# keep a longer sum inside, so there you do not meet the stall:
#
# >>> stalled[-1], torch.ones(600).bfloat16().sum().item()
# (256.0, 600.0)
#
# Compare on a sum of 4096 products, as a neuron with 4096 inputs has to make:

# %%
torch.manual_seed(0)
x, w = torch.rand(4096), torch.rand(4096)
products = x.bfloat16() * w.bfloat16()  # each rounded to bfloat16
short_sum = torch.tensor(0.0).bfloat16()
for product in products:
    short_sum = short_sum + product
long_sum = products.float().sum().item()
exact = (x.double() @ w.double()).item()
by_pytorch = (x.bfloat16() @ w.bfloat16()).item()
print(f"exact {exact:.0f}, PyTorch's @ in bfloat16 {by_pytorch:.0f}")
print(f"rounded products: summed in float32 {long_sum:.0f}")
print(f"our loop, summed in bfloat16 {short_sum:.0f}")

# %% [markdown]
# The rounding of the single products does little harm, since it goes up as well as down. What ruins the sum is
# the short format of the sum itself.
#
# >>> abs(by_pytorch / exact - 1) < 0.01 and abs(long_sum / exact - 1) < 0.001
# True
# >>> short_sum.item() / exact < 0.5
# True
#
# ## Keep the weights long
#
# Training is such a sum too: each step adds a little to a weight. In bfloat16 a small step is lost.
#
# >>> w = torch.tensor(1.0).bfloat16()
# >>> (w + 0.001).item()
# 1.0
#
# Does it matter? We train on the digits in three ways: all in float32, with `autocast`, and with the weights, and
# what [Adam](../glossary/adam.md) remembers, in bfloat16 too. Five [seeds](../glossary/seed.md), judged on
# pictures held back.


# %%
def train(seed, way):
    """Training loss, validation accuracy, and the model."""
    torch.manual_seed(seed)
    order = torch.randperm(len(y))
    valid, rest = order[:400], order[400:]
    dtype = torch.bfloat16 if way == "all bfloat16" else torch.float32
    model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
    model, inputs = model.to(device, dtype), X.to(dtype)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.0005)
    mixed = way == "autocast"
    for epoch in range(20):
        for batch in rest[torch.randperm(len(rest))].split(64):
            with torch.autocast(device, dtype=torch.bfloat16, enabled=mixed):
                y_hat = model(inputs[batch])
                loss = loss_function(y_hat, y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    loss = loss_function(model(inputs[rest]), y[rest])
    predicted = model(inputs[valid]).argmax(dim=1)
    rounded = model.bfloat16()(X[valid].bfloat16()).argmax(dim=1)
    right = (predicted == y[valid]).float().mean().item()
    return loss.item(), right, int((predicted != rounded).sum())


# %%
#| label: ways
#| tbl-cap: "After 20 epochs, averages over five seeds. Last column: of all 5 × 400 validation pictures, how
#|   many get another prediction if the finished model is rounded to bfloat16 (in the third row it already is)."
rows = []
for way in ["float32", "autocast", "all bfloat16"]:
    results = torch.tensor([train(seed, way) for seed in range(5)])
    loss, right, differ = results.T
    rows.append([way, loss.mean().item(), right.mean().item(), differ.sum()])
names = ["way", "training loss", "accuracy", "changed"]
ways = pd.DataFrame(rows, columns=names).set_index("way")
ways.astype({"changed": int}).round(3)

# %% [markdown]
# With `autocast` the loss falls as far as in float32. With the weights in bfloat16 it lags far behind, and so
# does the [accuracy](../glossary/accuracy.md), a little. (We chose a small
# [learning rate](../glossary/learning-rate.md), since it is small steps that are lost.) But a finished network
# bears the rounding: nearly all predictions stay the same. So few bits do for multiplying and for predicting, and
# the weights that are being trained stay in float32.
#
# >>> loss = ways["training loss"]
# >>> bool(loss["all bfloat16"] > 1.5 * loss["float32"])
# True
# >>> bool(abs(loss["autocast"] / loss["float32"] - 1) < 0.05)
# True
# >>> right = ways["accuracy"]
# >>> bool(0 < right["float32"] - right["all bfloat16"] < 0.05)
# True
# >>> bool(ways["changed"].max() < 0.01 * 5 * 400)
# True
#
# Each byte that is moved then feeds twice as much arithmetic:
#
# >>> operations_per_byte(1, bytes_each=2) == 2 * operations_per_byte(1)
# True
#
# ## What to keep
#
# - A dense layer is a matrix multiplication, and a systolic array multiplies matrices with each weight fetched
#   once.
# - Large batches help twice: the grid fills and drains once for many rows, and each weight that comes from
#   memory does more arithmetic.
# - bfloat16 has the range of float32 with coarser steps, so sums and the weights in training are kept in
#   float32. `torch.autocast` leaves the weights so, and `.to(device)` chooses the chip.
#
# How the same program looks in another library is next: [From Keras to PyTorch](from_keras.py).
