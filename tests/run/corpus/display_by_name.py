# %%
display("a", 2)


# %%
class Page:
    def _repr_html_(self):
        return "<b>page</b>"


display(Page())
