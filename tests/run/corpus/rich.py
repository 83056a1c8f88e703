# %%
from IPython.display import HTML, SVG, Image, Latex, Markdown, Math, display

HTML("<p>A <b>bold</b> word, 1 < 2</p>")

# %%
Markdown("A **bold** word")

# %%
Math(r"x^2")

# %%
Latex(r"$\frac{1}{2}$")

# %%
SVG('<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect width="20" height="10"/></svg>')

# %%
from PIL import Image as Picture

picture = Picture.new("RGB", (20, 10), "red")
picture

# %%
import io

file = io.BytesIO()
picture.save(file, "png")
Image(file.getvalue(), width=40)

# %%
print("before")
display(1, "text")
print("between")
display(HTML("<i>shown</i>"), Markdown("*shown*"))
"after"

# %%
display(None)

# %%
import pandas as pd

pd.DataFrame({"a": [1, 2]}, index=["x", "y"]).style.format("{:.1f}")

# %%
display(pd.DataFrame({"a": [1]}, index=["x"]))

# %%
import sympy

sympy.Symbol("x") ** 2 / 3


# %%
class Both:
    def _repr_html_(self):
        return None

    def _repr_markdown_(self):
        return "**marked**"


Both()


# %%
class Own:
    def _ipython_display_(self):
        display(Markdown("by itself"))


Own()

# %%
from IPython.display import clear_output

print("goes")
clear_output()
print("stays")

# %%
import matplotlib.pyplot as plt

figure, axes = plt.subplots()
display(figure)
plt.close(figure)
print("once")
