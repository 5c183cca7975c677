"""Tests of locator.clinics."""
