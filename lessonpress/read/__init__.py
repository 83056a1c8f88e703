"""Reading: a module or a page into cells, options, prose and steps."""
