"""Tests of locator.cli."""
