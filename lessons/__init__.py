"""The lessons: one module each, in the percent format, a script that opens as a notebook too.

`python -m lessons.single_neuron` runs one in a terminal. A bare script would show neither the values
its cells end in nor its figures, so lessonpress runs it and shows what a notebook would.
"""

import sys

if (
    sys.argv[0] == "-m"
):  # Python is about to run one of these modules as a script
    from lessonpress.hosts.terminal import run_module

    status = run_module(sys.orig_argv)
    if status is not None:
        raise SystemExit(status)
