"""Tests of locator.settings."""
