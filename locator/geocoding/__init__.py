"""Turning what a person types into a point: the shipped gazetteer first, a configured geocoder after it."""
