"""The parts of the referral page.

Taken module by module: one that declares a component must first be loaded in the run of a page.
"""

__all__ = [
    "handover",
    "referral_panels",
    "sheet",
    "state",
]
