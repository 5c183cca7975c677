"""What the finder's map says: the pins of the cards, and what its counts by area are. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from locator.language import gettext as _
from locator.presentation import Card, wording
from locator.presentation.map.clusters import Clusters
from locator.presentation.map.features import PinLabel
from locator.sites import Origin


def pin_labels(cards: Sequence[Card]) -> list[PinLabel]:
    """The pins of the list's clinics, each under the number of its card."""
    return [
        PinLabel(card.site, card.number, f"{card.number}. {card.site.title}", _pin_lines(card))
        for card in cards
    ]


def _pin_lines(card: Card) -> tuple[str, ...]:
    lines = [wording.roles(card.site), card.site.address]
    if card.match is not None:
        lines.insert(
            0, _(wording.MILES_IN_A_STRAIGHT_LINE).format(miles=wording.miles(card.match.distance_m))
        )
    return tuple(lines)


def what_counts_mean(clusters: Clusters | None, origin: Origin | None) -> tuple[str, ...]:
    """What the counts on the map are, and what the filters mean for them, in sentences."""
    if clusters is None:
        return ()
    sentences = [_("A sign with a count stands for more clinics around there. Press it to look closer.")]
    if clusters.asks:
        sentences.append(_("The counts follow your filters: a clinic that may fit is counted too."))
    if clusters.is_limited and origin is not None:
        sentences.append(_("Clinics farther away than you chose are counted too."))
    sentences.append(_("To list the clinics of an area, search for a place in it."))
    return tuple(sentences)
