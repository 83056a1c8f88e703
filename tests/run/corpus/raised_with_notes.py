# %%
#| error: true
error = TypeError("not a number")
error.add_note("give a number,\nas in neuron(3)")
raise error
