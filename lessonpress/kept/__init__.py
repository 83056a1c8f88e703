"""Keeping: the process lessons are forked from, and the runs that still stand."""
