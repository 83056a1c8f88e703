# %% [markdown]
# # Exercises: why TPUs

# %%
import math

import torch

# %% exercise beats [markdown] after="a-grid-that-beats" minutes=1 within=0.5
# ## Count the beats
#
# A grid has 4 rows and 6 columns of cells. Into it go 10 rows of inputs. After how many beats has everything come out?

# %% hint [markdown]
# The last row of inputs enters after all the others, and still has to cross the grid, to the right and down.
# [A grid that beats](../accelerators.py#a-grid-that-beats) has the rule.

# %% solution
num_rows, height, width = 10, 4, 6
last_in = num_rows + height - 1  # the last number enters the lowest row
answer = last_in + width - 1

# %% wrong
#| says: Almost: the first beat already computes, for the rows and for the columns.
answer = 10 + 4 + 6

# %% wrong
#| says: The first beat was counted twice: take one more away.
answer = 10 + 4 + 6 - 1

# %% wrong
#| says: That is one cell after the other. In each beat all cells work at once.
answer = 10 * 4 * 6

# %% wrong
#| says: After that many beats all rows have begun, and the last one is not yet through.
answer = 10

# %% wrong
#| says: The grid needs time to go across, too: its columns count as well.
answer = 10 + 4 - 1

# %% exercise order_of_adding [markdown] after="keep-the-sum-long" minutes=2
# ## The order of adding
#
# All numbers are in bfloat16. First 256 + 1 + 1, from left to right. Then 256 + (1 + 1). What comes out?

# %% choices [markdown]
# - a) 258 both times.
# - b) 256, then 258.
# - c) 258, then 256.
# - d) 256 both times.

# %% hint [markdown]
# From 256 on, which whole numbers does bfloat16 know? [Fewer bits](../accelerators.py#fewer-bits)

# %% hint [markdown]
# Each `+` rounds its result. Do one after the other by hand, or let `torch.tensor(256.0).bfloat16()` do it.

# %% solution
large, one = torch.tensor([256.0, 1.0]).bfloat16()
pair = float(large + one + one), float(large + (one + one))
pairs = {"a": (258, 258), "b": (256, 258), "c": (258, 256), "d": (256, 256)}
answer = next(letter for letter in pairs if pairs[letter] == pair)

# %% wrong
#| says: So it would be in float32. bfloat16 does not know 257.
answer = "a"

# %% wrong
#| says: It is the other way round: look which + makes a number that bfloat16 does not know.
answer = "c"

# %% wrong
#| says: 1 + 1 is 2, which is small enough. And 258 is even, so bfloat16 knows it.
answer = "d"

# %% exercise cut_off [markdown] after="fewer-bits" minutes=6
# ## Cut off sixteen bits
#
# `x` is a tensor in float32. Its 32 bits are the sign, 8 bits of exponent, and 23 bits of fraction. Write `cut_off(x)`:
# set the last 16 bits of each number to zero, and return the numbers, again in float32. (So bfloat16 *without*
# rounding: the number goes to the next one nearer to zero.) The bits as a whole number are `x.view(torch.int32)`, and
# `.view(torch.float32)` makes a float of bits again.


# %% starter
def cut_off(x):
    """x in float32, any shape; the same shape comes out, in float32."""
    return (____).view(torch.float32)


# %% solution
def cut_off(x):
    bits = x.view(torch.int32)
    return ((bits >> 16) << 16).view(torch.float32)


# %% also right
def cut_off(x):
    kept = x.view(torch.int32) & -(2**16)
    return kept.view(torch.float32)


# %% also right
def cut_off(x):
    rounded = x.bfloat16().float()
    bits = rounded.view(torch.int32)
    too_far = rounded.abs() > x.abs()
    return torch.where(too_far, bits - 2**16, bits).view(torch.float32)


# %% hint [markdown]
# `bits >> 16` moves all bits 16 places to the right; the last 16 fall off. `<<` moves them to the left, and zeros come
# in. The bits are drawn in [Fewer bits](../accelerators.py#fewer-bits).


# %% check
def check(answer):
    x = torch.tensor([1.0, 0.1, -0.1, 3.14159, -257.0, 1.01])
    yield f"cut_off({[round(v, 5) for v in x.tolist()]})", answer.cut_off(x)
    x = torch.randn(4, 5) * torch.tensor([1.0, 1e-3, 1e3, 1e-20, 1e20])
    came = answer.cut_off(x)
    yield "cut_off(x) of 4 × 5, divided by x", came / x
    yield "the type of cut_off(x)", str(came.dtype)
    yield "cut_off(cut_off(x)) / cut_off(x)", answer.cut_off(came) / came


# %% wrong
#| says: That rounds to the nearest. Here the bits are cut off, which never makes it larger.
def cut_off(x):
    return x.bfloat16().float()


# %% wrong
#| says: The bits moved to the right and stayed there. They belong where they were.
def cut_off(x):
    return (x.view(torch.int32) >> 16).view(torch.float32)


# %% wrong
#| says: That keeps the last 16 bits and cuts off the first.
def cut_off(x):
    return (x.view(torch.int32) & (2**16 - 1)).view(torch.float32)


# %% wrong
#| says: The answer is in bfloat16; float32 is asked for. And it was rounded.
def cut_off(x):
    return x.bfloat16()


# %% wrong
#| says: float16 has other bits: fewer of exponent, so large numbers become infinite.
def cut_off(x):
    return x.half().float()


# %% exercise in_groups [markdown] after="keep-the-sum-long" minutes=8
# ## A sum that does not stall
#
# Added up one by one in bfloat16, 600 ones stall at 256. Add in groups instead. Write `add_in_groups(values, size)`.
# `values` has the shape `(n,)` and is in bfloat16. Add up the first `size` numbers one after the other, then the next
# `size`, and so on; the last group may be smaller. Then add up the sums of the groups, one after the other. Begin each
# sum with a zero in bfloat16, and return the result in bfloat16, a tensor of one number. Use `+` only: `sum()` keeps a
# longer sum inside.


# %% starter
def add_up(values):
    """One after the other, in bfloat16."""
    total = torch.tensor(0.0).bfloat16()
    for value in values:
        ____
    return total


def add_in_groups(values, size):
    sums = ____
    return add_up(sums)


# %% solution
def add_up(values):
    total = torch.tensor(0.0).bfloat16()
    for value in values:
        total = total + value
    return total


def add_in_groups(values, size):
    sums = [add_up(group) for group in values.split(size)]
    return add_up(sums)


# %% also right
def add_in_groups(values, size):
    total = group = torch.zeros((), dtype=torch.bfloat16)
    for place in range(len(values)):
        group = group + values[place]
        if (place + 1) % size == 0 or place + 1 == len(values):
            total = total + group
            group = torch.zeros((), dtype=torch.bfloat16)
    return total


# %% excused
#| says: The sums of the groups change their sign, and so does the sum of them.
def add_up(values):
    total = torch.tensor(0.0).bfloat16()
    for value in values:
        total = total - value
    return total


def add_in_groups(values, size):
    sums = [add_up(group) for group in values.split(size)]
    return add_up(sums)


# %% hint [markdown]
# `values.split(size)` gives the groups, the last one with what is left. The loop is the one in [Keep the sum
# long](../accelerators.py#keep-the-sum-long).


# %% check
def check(answer):
    ones = torch.ones(1000).bfloat16()
    for n, size in ((600, 20), (600, 600), (600, 1), (651, 301), (1000, 300)):
        asked = f"add_in_groups({n} ones, {size})"
        came = answer.add_in_groups(ones[:n], size)
        yield asked, came
        yield "the type of " + asked, str(came.dtype)
    few = torch.randint(-4, 5, (23,)).bfloat16()
    yield f"add_in_groups({few.tolist()}, 5)", answer.add_in_groups(few, 5)


# %% wrong
#| says: sum() keeps a longer sum inside, so it does not stall as a sum in bfloat16 does.
def add_in_groups(values, size):
    return torch.stack([group.sum() for group in values.split(size)]).sum()


# %% wrong
#| says: That is one sum over all, without groups.
def add_in_groups(values, size):
    total = torch.tensor(0.0).bfloat16()
    for value in values:
        total = total + value
    return total


# %% wrong
#| says: The last group is missing where it is smaller than the others.
def add_in_groups(values, size):
    total = torch.tensor(0.0).bfloat16()
    for start in range(0, len(values) - size + 1, size):
        group = torch.tensor(0.0).bfloat16()
        for value in values[start : start + size]:
            group = group + value
        total = total + group
    return total


# %% wrong
#| says: The running sum is in float32: then nothing stalls, and no groups are needed.
def add_in_groups(values, size):
    total = torch.tensor(0.0)
    for value in values:
        total = total + value
    return total.bfloat16()


# %% wrong
#| says: The sum of a group goes on from the one before it. Each begins with zero.
def add_in_groups(values, size):
    total = group = torch.tensor(0.0).bfloat16()
    for rows in values.split(size):
        for value in rows:
            group = group + value
        total = total + group
    return total


# %% exercise busy [markdown] after="a-grid-that-beats" minutes=5 within=2
# ## Keep it busy
#
# A grid of 256 by 256 takes in one batch. Each cell works once for each row of the batch, so it works in `num_rows` of
# all beats. How many rows must the batch have, so that each cell works in 90% of the beats?

# %% hint [markdown]
# How many beats there are for `num_rows` rows is in [A grid that beats](../accelerators.py#a-grid-that-beats). The
# share is `num_rows` divided by that.

# %% hint [markdown]
# With $n$ rows: $n / (n + 510) = 0.9$. Solve it for $n$, or try one number after the other in a loop.

# %% solution
num_rows = 1
while num_rows / (num_rows + 256 + 256 - 2) < 0.9:
    num_rows += 1
answer = num_rows

# %% also right
answer = 0.9 * 510 / (1 - 0.9)

# %% wrong
#| says: That is nine tenths of the fill and drain. Solve n / (n + 510) = 0.9 for n.
answer = 0.9 * 510

# %% wrong
#| says: Then the cells work in half of the beats.
answer = 510

# %% wrong
#| says: That is ten times the idle beats. They are a tenth of all beats, not of the rows.
answer = 5100

# %% wrong
#| says: The grid needs its rows and its columns to fill and drain: 510 beats, not 255.
answer = 9 * 255

# %% exercise roof [markdown] after="arithmetic-per-byte" minutes=5 within=0.5
# ## When does it reach the roof?
#
# The imaginary chip of the lesson does 100 trillion operations a second, and its memory delivers 1 trillion bytes a
# second. So it reaches its roof where a layer needs at least 100 operations for each byte. Take a layer of 4096 by 4096
# in 4-byte numbers. From which batch size on does it reach the roof?

# %% given
n, bytes_each = 4096, 4

# %% hint [markdown]
# `operations_per_byte` in [Arithmetic per byte](../accelerators.py#arithmetic-per-byte) counts both. Copy it, and try
# one batch size after the other.

# %% hint [markdown]
# Operations: two for each weight and row. Bytes: four for each number of the inputs, the weights, and the results.


# %% solution
def operations_per_byte(batch_size):
    operations = 2 * batch_size * n * n
    numbers = batch_size * n + n * n + batch_size * n
    return operations / (bytes_each * numbers)


answer = 1
while operations_per_byte(answer) < 100:
    answer += 1

# %% also right
# 2 b n² = 100 · 4 · (2 b n + n²), solved for the batch size b
answer = math.ceil(400 * n / (2 * n - 800))

# %% wrong
#| says: Inputs and results are moved too, not the weights alone.
answer = 200

# %% wrong
#| says: Each weight makes two operations for each row: a multiplication and an addition.
answer = math.ceil(400 * n / (n - 800))

# %% wrong
#| says: Each number has four bytes. That counts numbers in place of bytes.
answer = math.ceil(100 * n / (2 * n - 200))

# %% wrong
#| says: The results are moved as well as the inputs.
answer = math.ceil(400 * n / (2 * n - 400))

# %% wrong
#| says: That is for the lesson's layer of 1024 by 1024.
answer = math.ceil(400 * 1024 / (2 * 1024 - 800))

# %% exercise one_beat [markdown] after="a-grid-that-beats" minutes=15
# ## One beat of the array
#
# Write `beat(inputs, sums, W, new)`, one beat of the systolic array. `W` is the grid of weights, one in each cell:
# shape `(height, width)`. `inputs` and `sums` have the same shape: what each cell holds from the beat before. `new`
# has the number that enters each row of the grid now: shape `(height,)`. In a beat
#
# 1. every input moves one cell to the right, and the new ones come in at the left;
# 2. every sum moves one cell down, and at the top new sums begin at zero;
# 3. every cell multiplies its input by its weight, and adds that to its sum.
#
# Return the inputs and the sums after the beat. Leave the tables that you were given as they are.


# %% starter
def beat(inputs, sums, W, new):
    inputs = ____
    sums = ____
    return inputs, sums


# %% solution
def beat(inputs, sums, W, new):
    inputs = torch.cat([new[:, None], inputs[:, :-1]], dim=1)
    sums = torch.cat([torch.zeros(1, W.shape[1]), sums[:-1]])
    return inputs, sums + inputs * W


# %% also right
def beat(inputs, sums, W, new):
    inputs, sums = inputs.roll(1, dims=1), sums.roll(1, dims=0)
    inputs[:, 0] = new
    sums[0] = 0
    return inputs, sums + inputs * W


# %% also right
def beat(inputs, sums, W, new):
    height, width = W.shape
    after, totals = torch.zeros(height, width), torch.zeros(height, width)
    for i in range(height):
        for j in range(width):
            after[i, j] = new[i] if j == 0 else inputs[i, j - 1]
            above = 0 if i == 0 else sums[i - 1, j]
            totals[i, j] = above + after[i, j] * W[i, j]
    return after, totals


# %% hint [markdown]
# `inputs[:, :-1]` are all columns but the last. `torch.cat` puts a new column before them. For the sums it is the same
# with rows.

# %% hint [markdown]
# Move first, then multiply: the product is of the inputs *after* the move. `systolic` in [A grid that
# beats](../accelerators.py#a-grid-that-beats) does it with `roll`.


# %% check
def check(answer):
    for height, width in ((2, 3), (3, 3), (4, 1), (1, 2)):
        inputs, sums = torch.randn(2, height, width)
        W, new = torch.randn(height, width), torch.randn(height)
        asked = f"beat(inputs, sums, W, new) of a grid of {height} by {width}"
        yield asked, answer.beat(inputs, sums, W, new)
    X, W = torch.randn(5, 3), torch.randn(3, 2)
    inputs, sums = torch.zeros(3, 2), torch.zeros(3, 2)
    for number in range(5 + 3 + 2 - 2):
        rows = number - torch.arange(3)
        new = X[rows.clamp(0, 4), torch.arange(3)]
        new = torch.where((rows >= 0) & (rows < 5), new, 0)
        inputs, sums = answer.beat(inputs, sums, W, new)
        yield f"X @ W, the sums after beat {number + 1}", sums


# %% wrong
#| says: A beat early: the cells multiply what they held before the move. Move first.
def beat(inputs, sums, W, new):
    products = inputs * W
    inputs = torch.cat([new[:, None], inputs[:, :-1]], dim=1)
    sums = torch.cat([torch.zeros(1, W.shape[1]), sums[:-1]])
    return inputs, sums + products


# %% wrong
#| says: The sums stay where they were. In each beat they move one cell down.
def beat(inputs, sums, W, new):
    inputs = torch.cat([new[:, None], inputs[:, :-1]], dim=1)
    return inputs, sums + inputs * W


# %% wrong
#| says: roll brings the finished sums back in at the top. New ones begin there at zero.
def beat(inputs, sums, W, new):
    inputs = torch.cat([new[:, None], inputs[:, :-1]], dim=1)
    return inputs, sums.roll(1, dims=0) + inputs * W


# %% wrong
#| says: The sums are moved after the adding, so each product lands one cell too far down.
def beat(inputs, sums, W, new):
    inputs = torch.cat([new[:, None], inputs[:, :-1]], dim=1)
    sums = sums + inputs * W
    return inputs, torch.cat([torch.zeros(1, W.shape[1]), sums[:-1]])


# %% wrong
#| says: The old sums are gone: each product is added to the sum that came from above.
def beat(inputs, sums, W, new):
    inputs = torch.cat([new[:, None], inputs[:, :-1]], dim=1)
    return inputs, inputs * W


# %% wrong
#| says: The inputs move to the left. They come in at the left and move to the right.
def beat(inputs, sums, W, new):
    inputs = torch.cat([inputs[:, 1:], new[:, None]], dim=1)
    sums = torch.cat([torch.zeros(1, W.shape[1]), sums[:-1]])
    return inputs, sums + inputs * W


# %% wrong
#| says: The tables were changed in place: an input goes through the whole row in one beat.
def beat(inputs, sums, W, new):
    inputs, sums = inputs.clone(), sums.clone()
    for j in range(1, W.shape[1]):
        inputs[:, j] = inputs[:, j - 1]
    inputs[:, 0] = new
    sums = torch.cat([torch.zeros(1, W.shape[1]), sums[:-1]])
    return inputs, sums + inputs * W


# %% exercise the_other_array [markdown] after="a-grid-that-beats" minutes=30
# ## The other array
#
# There is another kind of systolic array. Its *sums* stay in the cells, one for each number of the result. The inputs
# move to the right as before, and the weights move down. Write `other_array(A, B)`, which computes `A @ B` so. `A` has
# the shape `(height, depth)`, `B` the shape `(depth, width)`, and the grid has `height` rows and `width` columns.
#
# At each beat, every number of `A` in the grid moves one cell to the right, and every number of `B` one cell down. New
# ones come in: row `i` of the grid gets the numbers `A[i, 0]`, `A[i, 1]`, … at its left, and column `j` gets `B[0, j]`,
# `B[1, j]`, … at its top. Row `i` starts `i` beats late, and column `j` starts `j` beats late; before and after, zeros
# come in. Then each cell multiplies its two numbers and adds the product to its sum.
#
# Return a list: the table of sums after each beat, until the result is complete, and no longer.


# %% starter
def other_array(A, B):
    height, width = len(A), B.shape[1]
    from_left, from_top = torch.zeros(2, height, width)
    sums, beats = torch.zeros(height, width), []
    for beat in range(____):
        ____
        sums = sums + from_left * from_top
        beats.append(sums)
    return beats


# %% solution
def other_array(A, B):
    (height, depth), width = A.shape, B.shape[1]
    from_left, from_top = torch.zeros(2, height, width)
    sums, beats = torch.zeros(height, width), []
    for beat in range(height + width + depth - 2):
        from_left, from_top = from_left.roll(1, dims=1), from_top.roll(1, 0)
        for i in range(height):
            k = beat - i
            from_left[i, 0] = A[i, k] if 0 <= k < depth else 0
        for j in range(width):
            k = beat - j
            from_top[0, j] = B[k, j] if 0 <= k < depth else 0
        sums = sums + from_left * from_top
        beats.append(sums)
    return beats


# %% excused
#| says: A number that comes in too early or too late meets a zero from the other side.
def other_array(A, B):
    (height, depth), width = A.shape, B.shape[1]
    from_left, from_top = torch.zeros(2, height, width)
    sums, beats = torch.zeros(height, width), []
    for beat in range(height + width + depth - 2):
        from_left, from_top = from_left.roll(1, dims=1), from_top.roll(1, 0)
        for i in range(height):
            k = beat - i
            from_left[i, 0] = A[i, k] if 0 <= k < depth else 1
        for j in range(width):
            k = beat - j
            from_top[0, j] = B[k, j] if 0 <= k < depth else 0
        sums = sums + from_left * from_top
        beats.append(sums)
    return beats


# %% excused
#| says: A number that comes in too early or too late meets a zero from the other side.
def other_array(A, B):
    (height, depth), width = A.shape, B.shape[1]
    from_left, from_top = torch.zeros(2, height, width)
    sums, beats = torch.zeros(height, width), []
    for beat in range(height + width + depth - 2):
        from_left, from_top = from_left.roll(1, dims=1), from_top.roll(1, 0)
        for i in range(height):
            k = beat - i
            from_left[i, 0] = A[i, k] if 0 <= k < depth else 0
        for j in range(width):
            k = beat - j
            from_top[0, j] = B[k, j] if 0 <= k < depth else 1
        sums = sums + from_left * from_top
        beats.append(sums)
    return beats


# %% also right
def other_array(A, B):
    (height, depth), width = A.shape, B.shape[1]
    late = torch.arange(height)[:, None] + torch.arange(width)
    sums, beats = torch.zeros(height, width), []
    for beat in range(height + width + depth - 2):
        k = beat - late  # which products are made in this beat
        works = (k >= 0) & (k < depth)
        k = k.clamp(0, depth - 1)
        left = A[torch.arange(height)[:, None], k]
        top = B[k, torch.arange(width)]
        sums = sums + torch.where(works, left * top, 0)
        beats.append(sums)
    return beats


# %% hint [markdown]
# Keep two tables of the grid's shape: what came from the left, and what came from the top. Move them as `systolic` in
# [A grid that beats](../accelerators.py#a-grid-that-beats) moves its own, with `roll`.

# %% hint [markdown]
# In beat number `beat`, counted from 0, the number that enters row `i` is `A[i, beat - i]`, if there is such a number.
# Otherwise it is 0.

# %% hint [markdown]
# The cell at the lower right works last. When does its last pair of numbers arrive? Count on a grid of 1 by 1 first,
# then of 2 by 1.


# %% check
def check(answer):
    for height, depth, width in ((2, 2, 2), (3, 2, 4), (1, 4, 1), (4, 1, 2)):
        A, B = torch.randn(height, depth), torch.randn(depth, width)
        beats = answer.other_array(A, B)
        asked = (
            f"other_array(A, B) of {height} × {depth} and {depth} × {width}"
        )
        yield f"the number of beats of {asked}", len(beats)
        for number, sums in enumerate(beats, start=1):
            yield f"{asked}: the sums after beat {number}", sums


# %% wrong
#| says: All rows and columns start at once, so numbers meet that do not belong together.
def other_array(A, B):
    (height, depth), width = A.shape, B.shape[1]
    left, top = torch.zeros(2, height, width)
    sums, beats = torch.zeros(height, width), []
    for beat in range(height + width + depth - 2):
        left, top = left.roll(1, dims=1), top.roll(1, dims=0)
        left[:, 0] = A[:, beat] if beat < depth else 0
        top[0] = B[beat] if beat < depth else 0
        sums = sums + left * top
        beats.append(sums)
    return beats


# %% wrong
#| says: It stops too early: the last numbers still have to cross the grid.
def other_array(A, B):
    (height, depth), width = A.shape, B.shape[1]
    late = torch.arange(height)[:, None] + torch.arange(width)
    sums, beats = torch.zeros(height, width), []
    for beat in range(depth):
        k = beat - late
        works = (k >= 0) & (k < depth)
        k = k.clamp(0, depth - 1)
        left = A[torch.arange(height)[:, None], k]
        sums = sums + works * left * B[k, torch.arange(width)]
        beats.append(sums)
    return beats


# %% wrong
#| says: It goes on for longer than needed: the result is complete before.
def other_array(A, B):
    (height, depth), width = A.shape, B.shape[1]
    late = torch.arange(height)[:, None] + torch.arange(width)
    sums, beats = torch.zeros(height, width), []
    for beat in range(height + width + depth):
        k = beat - late
        works = (k >= 0) & (k < depth)
        k = k.clamp(0, depth - 1)
        left = A[torch.arange(height)[:, None], k]
        sums = sums + works * left * B[k, torch.arange(width)]
        beats.append(sums)
    return beats


# %% wrong
#| says: The whole product stands there after one beat. A cell makes one product a beat.
def other_array(A, B):
    return [A @ B] * (A.shape[0] + A.shape[1] + B.shape[1] - 2)


# %% wrong
#| says: All cells work at the same time. A number needs a beat for each cell on its way.
def other_array(A, B):
    (height, depth), width = A.shape, B.shape[1]
    sums, beats = torch.zeros(height, width), []
    for beat in range(height + width + depth - 2):
        if beat < depth:
            sums = sums + A[:, beat : beat + 1] * B[beat]
        beats.append(sums)
    return beats


# %% wrong
#| says: The sums move down. In this array they stay in their cells.
def other_array(A, B):
    (height, depth), width = A.shape, B.shape[1]
    late = torch.arange(height)[:, None] + torch.arange(width)
    sums, beats = torch.zeros(height, width), []
    for beat in range(height + width + depth - 2):
        k = beat - late
        works = (k >= 0) & (k < depth)
        k = k.clamp(0, depth - 1)
        left = A[torch.arange(height)[:, None], k]
        sums = torch.cat([torch.zeros(1, width), sums[:-1]])
        sums = sums + works * left * B[k, torch.arange(width)]
        beats.append(sums)
    return beats
