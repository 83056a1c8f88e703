"""Printing: a run set as Markdown, with its figures, links, formulas and notebook."""
