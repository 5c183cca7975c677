"""The ranked pairs of sites on the referral page, and which of them is chosen."""

from __future__ import annotations

from typing import Final

import streamlit as st

from locator.presentation import STATIC, render
from locator.referral import Offer, SiteChoice
from locator.ui.referral import state

_KEY: Final = "pair-list"

_component: Final = st.components.v2.component(
    "pair_list",
    html='<div class="found" role="status"></div><div class="pair-list" id="results" tabindex="-1"></div>',
    js=(STATIC / "pairs.js").read_text(encoding="utf-8"),
    isolate_styles=False,
)


def _choose() -> None:
    evaluation_id, _, procedure_id = str(st.session_state[_KEY].choose).partition(" ")
    state.choose(SiteChoice(evaluation_id, procedure_id))


def show(offered: Offer, chosen: SiteChoice) -> None:
    """Show the offer, whose first words are read out, and mark the chosen one of its options."""
    _component(
        key=_KEY,
        data={
            "found": render("offer.html", offer=offered),
            "pairs": render("pairs.html", groups=offered.groups, notes=offered.notes),
            "chosen": _chosen_option(offered, chosen),
        },
        on_choose_change=_choose,
    )


def _chosen_option(offered: Offer, chosen: SiteChoice) -> str:
    """Which option stands for the choice; of a pair only the clinic counts where clinics are offered."""
    pair = f"{chosen.evaluation_id} {chosen.procedure_id}".strip()
    is_offered = any(option.choice == pair for group in offered.groups for option in group.options)
    return pair if is_offered else chosen.evaluation_id
