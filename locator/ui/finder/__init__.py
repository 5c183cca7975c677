"""The parts of the finder's page."""
