# %%
import sys

print("one", 2, [3], sep=" | ", end="!\n")
print("ä 中 🙂\ttab")
print()
print("no end of line", end="")

# %%
sys.stdout.write("written\n")
sys.stdout.writelines(["two ", "pieces\n"])
print("error", file=sys.stderr)
print("flushed", flush=True)

# %%
_ = sys.stdout.buffer.write("bytes ä\n".encode())
sys.stdout.buffer.flush()
print(sys.stdout.encoding.lower(), sys.stdout.writable(), sys.stdout.closed)

# %%
import contextlib
import io

with contextlib.redirect_stdout(io.StringIO()) as caught:
    print("caught")
print(repr(caught.getvalue()))

# %%
try:
    sys.stdout.write(b"bytes")
except TypeError as error:
    print(error)

# %%
import logging

logging.warning("by logging")
logging.getLogger("mine").error("mine")
