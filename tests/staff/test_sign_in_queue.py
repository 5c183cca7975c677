"""Turns at the check of a password: one at a time, of the addresses in turn; strangers never first."""

from __future__ import annotations

import asyncio

import pytest

from locator.staff.sign_in.queue import CrowdedError, SignInQueue, TooManyTriesError


async def order(tries: list[tuple[str, bool]], queue: SignInQueue | None = None) -> list[str]:
    """Whose turn it is, from first to last, where all come in this order while the first is being checked."""
    queue = queue or SignInQueue(most_each=9)
    turns: list[str] = []

    async def one(address: str, known: bool) -> None:
        async with queue.turn(address, known=known):
            turns.append(address)
            # Until everybody has come.
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as group:
        for address, known in tries:
            group.create_task(one(address, known))
    return turns


def test_an_address_with_one_try_is_next_however_many_another_has() -> None:
    tries = [("flood", False)] * 5 + [("honest", False), ("other", False)]
    turns = asyncio.run(order(tries))
    assert turns[:4] == ["flood", "flood", "honest", "other"]
    assert turns[4:] == ["flood"] * 3


def test_those_known_get_every_second_turn_and_strangers_the_others() -> None:
    tries = [(f"stranger {n}", False) for n in range(4)] + [(f"known {n}", True) for n in range(3)]
    assert asyncio.run(order(tries)) == [
        "stranger 0",
        "known 0",
        "stranger 1",
        "known 1",
        "stranger 2",
        "known 2",
        "stranger 3",
    ]


def test_one_address_too_many_is_sent_away_and_those_who_wait_are_not() -> None:
    async def crowd() -> list[str]:
        queue = SignInQueue(most_addresses=2)
        async with queue.turn("at it", known=False):
            waiting = asyncio.create_task(order([("a", False), ("b", False), ("a", False)], queue))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            with pytest.raises(CrowdedError):
                async with queue.turn("c", known=False):
                    pass
            known = asyncio.create_task(order([("k", True)], queue))
        return [*await waiting, *await known]

    assert asyncio.run(crowd()) == ["a", "b", "a", "k"]


def test_an_address_may_have_few_tries_under_way_and_another_when_one_has_ended() -> None:
    queue = SignInQueue(most_each=2)
    with queue.under_way("here"):
        with queue.under_way("here"):
            with pytest.raises(TooManyTriesError), queue.under_way("here"):
                pass
            with queue.under_way("there"):
                pass
        with queue.under_way("here"):
            pass


@pytest.mark.parametrize("called", [False, True])
def test_whoever_leaves_while_waiting_keeps_nobody_from_their_turn(called: bool) -> None:
    async def leave() -> list[str]:
        queue = SignInQueue()
        first = queue.turn("at it", known=False)
        await first.__aenter__()
        leaving = asyncio.create_task(order([("leaves", False)], queue))
        staying = asyncio.create_task(order([("stays", False)], queue))
        for _ in range(3):
            await asyncio.sleep(0)
        if called:
            # It is called and told so, and leaves before it has heard.
            await first.__aexit__(None, None, None)
            leaving.cancel()
        else:
            leaving.cancel()
            await asyncio.sleep(0)
            await first.__aexit__(None, None, None)
        return await staying

    assert asyncio.run(leave()) == ["stays"]
