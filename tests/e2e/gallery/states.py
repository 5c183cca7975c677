"""Every state of every page, in the order a reader wants; one entry here is all that a new one takes."""

from __future__ import annotations

from typing import Final

from tests.e2e.gallery import finder_states, referral_states, staff_states, trouble_states
from tests.e2e.gallery.kinds import State

STATES: Final[tuple[State, ...]] = (
    *finder_states.STATES,
    *referral_states.STATES,
    *trouble_states.STATES,
    *staff_states.STATES,
)
