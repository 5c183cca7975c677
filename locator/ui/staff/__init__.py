"""The parts of the staff page."""
