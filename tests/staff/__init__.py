"""Tests of locator.staff."""
