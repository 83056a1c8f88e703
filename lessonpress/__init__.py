"""lessonpress turns lessons, written as Python modules, into pages: read, run, print.

The pipe runs one way. `lesson` reads a module into cells, `run` executes them in a process that
`pool` provides, `cache` keeps what came of it, `page` sets it as Markdown and files. `course` walks
a whole course down that pipe; `plugin`, `pytest_plugin` and `cli` are three ways to call it.
"""
