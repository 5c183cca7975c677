"""Tests of locator.geocoding."""
