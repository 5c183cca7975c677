"""The parts of the referral page."""
