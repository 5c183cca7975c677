"""Tests of locator.ui."""
