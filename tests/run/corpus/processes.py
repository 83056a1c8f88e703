# %%
import subprocess
import sys
import threading

print(subprocess.run([sys.executable, "-c", "print('by a child')"], capture_output=True, text=True).stdout, end="")


# %%
def work():
    print("in a thread")


thread = threading.Thread(target=work)
thread.start()
thread.join()

# %%
from concurrent.futures import ThreadPoolExecutor

with ThreadPoolExecutor(2) as pool:
    print(list(pool.map(abs, [-1, -2])))
