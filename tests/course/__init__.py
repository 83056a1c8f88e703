"""The tests of the course itself; a package, so that its conftest is another module than the engine's."""
