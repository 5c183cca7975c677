"""Tests of locator.referral."""
