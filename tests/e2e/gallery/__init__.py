"""The gallery in docs/: a picture of every state of every page, made by `make gallery`.

`states` is the table that drives all of it: a new state is one more entry there.
"""
