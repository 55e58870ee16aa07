"""Wrong booking codes: a few in a conversation, many in all, and both are forgotten in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.guesses import IN_A_TALK, IN_A_TENANT, KEPT, MINUTE, WINDOW, Guesses

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_a_conversation_has_five_wrong_ones_in_ten_minutes() -> None:
    guesses = Guesses()
    for _ in range(IN_A_TALK):
        assert guesses.may("kolding", "talk", NOON)
        guesses.wrong("kolding", "talk", NOON)
    assert not guesses.may("kolding", "talk", NOON + WINDOW - timedelta(seconds=1))
    assert guesses.may("kolding", "another", NOON)
    assert guesses.may("kolding", "talk", NOON + WINDOW)


def test_all_conversations_of_a_tenant_share_a_wider_limit() -> None:
    guesses = Guesses()
    for number in range(IN_A_TENANT):
        assert guesses.may("kolding", f"talk {number}", NOON)
        guesses.wrong("kolding", f"talk {number}", NOON)
    assert not guesses.may("kolding", "fresh", NOON)
    assert guesses.may("randers", "fresh", NOON)
    assert guesses.may("kolding", "fresh", NOON + MINUTE)


def test_memory_stays_bounded_and_the_oldest_is_forgotten() -> None:
    guesses = Guesses()
    for _ in range(IN_A_TALK):
        guesses.wrong("kolding", "first", NOON)
    for number in range(KEPT):
        guesses.wrong("kolding", f"talk {number}", NOON - WINDOW)
    assert len(guesses._talks) == KEPT
    assert guesses.may("kolding", "first", NOON + MINUTE)
