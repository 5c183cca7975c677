"""Tests of locator.publication."""
