"""Tests of locator.presentation."""
