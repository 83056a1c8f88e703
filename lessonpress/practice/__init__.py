"""Exercises done by a learner: the plan of a check, the verdict, the learner's files and progress, and the proofs."""
