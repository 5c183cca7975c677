"""Tests of locator.web."""
