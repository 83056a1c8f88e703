# %%
for step in range(0, 101, 20):
    print(f"\r{step}%", end="")
print()

# %%
print("100%\r5")
print("ab\b\bcd")
print("\x1b[31mred\x1b[0m and \x1b[1;4mbold\x1b[0m")
print("\x1b]8;;https://example.org\x1b\\a link\x1b]8;;\x1b\\")
print("windows\r\nlines\r\n", end="")

# %%
for outer in range(2):
    print(f"\router {outer}", end="\n")
    for inner in range(3):
        print(f"\rinner {inner}", end="")
    print("\x1b[A", end="")
print("\n")

# %%
for step in range(20_000):
    print(f"\rstep {step:6} of 20000", end="")
print()
