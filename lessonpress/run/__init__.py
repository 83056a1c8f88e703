"""Running: all that the process of a lesson imports, and nothing else."""
