"""All sites of a directory answer at once as each does by itself, and what is kept is bounded."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from locator.clinics import filters as fitting
from locator.clinics.filters import CODES, TRAITS, Answers, Filters, Need, meets, required_traits
from locator.sites import UNKNOWN_CLAIM, Answer, Claim, Site, Wheelchair
from tests.support.samples import CONFIRMED_NO, CONFIRMED_YES, MINNEAPOLIS, PROVISIONAL_YES, make_site

claims = st.sampled_from([CONFIRMED_YES, PROVISIONAL_YES, CONFIRMED_NO, UNKNOWN_CLAIM])
answers = st.sampled_from(Answer)
hours = st.sampled_from([None, "Mo-Th 08:00-16:00", "Fr 08:00-12:00", "24/7"])
all_filters = st.builds(
    Filters,
    st.sampled_from(Need),
    open_weekday=st.none() | st.integers(0, 6),
    wheelchair=st.booleans(),
    accepting=st.booleans(),
)


def one_site(  # noqa: PLR0913, PLR0917 - each is one fact that is drawn
    number: int,
    evaluation: Claim,
    procedure: Claim,
    entrance: Answer,
    accepting: Answer,
    week: str | None,
    pinned: bool,
) -> Site:
    return make_site(
        f"fake-{number}",
        MINNEAPOLIS if pinned else None,
        evaluation=evaluation,
        procedure=procedure,
        hours=week,
        wheelchair=Wheelchair(entrance, Answer.UNKNOWN, Answer.UNKNOWN),
        accepting_new_patients=accepting,
    )


sites_of_all_kinds = st.lists(
    st.tuples(claims, claims, answers, answers, hours, st.booleans()), max_size=12
).map(lambda drawn: [one_site(number, *facts) for number, facts in enumerate(drawn)])


@given(sites_of_all_kinds, all_filters)
def test_all_sites_together_answer_as_each_does_alone(sites: list[Site], filters: Filters) -> None:
    fits = Answers(sites).fits(filters)
    for answer in Answer:
        alone = [position for position, site in enumerate(sites) if meets(site, filters) is answer]
        assert list(fits.positions(answer)) == alone
        assert fits.count(answer) == len(alone)
        placed = [site for site in sites if site.pin is not None]
        assert fits.count_placed(answer) == sum(meets(site, filters) is answer for site in placed)
        assert list(fits.placed(answer)) == [meets(site, filters) is answer for site in placed]
    unplaced = [
        n for n, site in enumerate(sites) if site.pin is None and meets(site, filters) is not Answer.NO
    ]
    assert list(fits.unplaced) == unplaced


@given(answers, answers)
def test_a_no_outweighs_all_and_an_unknown_a_yes(one: Answer, other: Answer) -> None:
    site = make_site(wheelchair=Wheelchair(one, Answer.UNKNOWN, Answer.UNKNOWN), accepting_new_patients=other)
    both = meets(site, Filters(wheelchair=True, accepting=True))
    if Answer.NO in {one, other}:
        assert both is Answer.NO
    else:
        assert both is (Answer.UNKNOWN if Answer.UNKNOWN in {one, other} else Answer.YES)


def test_nothing_asked_is_met_by_every_site() -> None:
    assert meets(make_site(evaluation=CONFIRMED_NO), Filters()) is Answer.YES
    assert required_traits(Filters(within_m=10.0)) == ()


def test_each_thing_asked_is_a_trait_of_its_own() -> None:
    every = Filters(Need.BOTH, open_weekday=6, wheelchair=True, accepting=True)
    assert sorted(required_traits(every)) == [0, 1, 2, 3, len(TRAITS) - 1]


def test_a_distance_makes_no_other_answers() -> None:
    kept = Answers([make_site()])
    assert kept.fits(Filters(within_m=5.0)) is kept.fits(Filters())


def test_only_the_last_few_sets_of_filters_are_kept_and_an_old_one_is_worked_out_again() -> None:
    sites = [make_site("fake-yes"), make_site("fake-no", evaluation=CONFIRMED_NO)]
    kept = Answers(sites)
    first = kept.fits(Filters(Need.EVALUATION))
    for need, day, wheelchair in product(Need, range(7), (False, True)):
        kept.fits(Filters(need, open_weekday=day, wheelchair=wheelchair))
    again = kept.fits(Filters(Need.EVALUATION))
    assert again is not first
    assert list(again.positions(Answer.YES)) == [0]


def test_asking_again_works_nothing_out_again() -> None:
    class CountingSites(list[Site]):
        reads = 0

        def __iter__(self):  # type: ignore[no-untyped-def]  # noqa: ANN204 - as list has it
            CountingSites.reads += 1
            return super().__iter__()

    kept = Answers(CountingSites([make_site()]))
    kept.fits(Filters(Need.PROCEDURE, open_weekday=2))
    once = CountingSites.reads
    kept.fits(Filters(Need.PROCEDURE, open_weekday=2))
    assert once > 0
    assert CountingSites.reads == once


def test_the_codes_stand_in_the_order_the_map_script_reads() -> None:
    assert CODES.index(Answer.NO) == 0
    assert fitting.CODES == (Answer.NO, Answer.UNKNOWN, Answer.YES)
