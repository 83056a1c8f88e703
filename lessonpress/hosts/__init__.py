"""Hosts: the ways to call the engine, from MkDocs, from pytest, from the command line."""
