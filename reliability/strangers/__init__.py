"""Hostile clients: what anybody may send to the server, while other people use it."""
