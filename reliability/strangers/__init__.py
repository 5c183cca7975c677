"""Strangers on the door: what anybody may send to the server, while people who mean no harm use it."""
