"""Trials of the staff side, which show that nothing is lost and nothing gets out."""
