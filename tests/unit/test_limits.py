"""Limits: who knocks too often is slowed, nobody is remembered."""

from __future__ import annotations

import ipaddress

import pytest

from bot.channels import limits
from bot.channels.limits import DAY, NEAR, Limits, Rate, Rules


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.254", True),
        ("192.0.2.1", "192.0.3.1", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.7", True),
        (None, "not an address", True),
    ],
)
def test_a_network_is_one_bucket(clock, one, other, same):
    limit = Limits(clock)
    assert (limit.visitor(one, None).network == limit.visitor(other, None).network) is same


def test_no_address_is_kept_anywhere(clock):
    limit = Limits(clock)
    visitor = limit.visitor("192.0.2.77", None)
    limit.may_start(visitor)
    limit.guessed_wrong(visitor)
    kept = repr(vars(limit)).encode() + visitor.network
    assert b"192.0" not in kept
    assert ipaddress.ip_address("192.0.2.77").packed[:3] not in kept


def test_buckets_of_another_day_or_process_cannot_be_compared(clock):
    limit = Limits(clock)
    today = limit.visitor("192.0.2.1", None).network
    clock.now += DAY + 1
    assert limit.visitor("192.0.2.1", None).network != today
    assert Limits(clock).visitor("192.0.2.1", None).network != limit.visitor("192.0.2.1", None).network


def test_forwarded_for_is_believed_only_from_named_proxies(clock):
    plain, behind = Limits(clock), Limits(clock, proxies=NEAR)
    assert plain.visitor("10.0.0.1", "192.0.2.1").network == plain.visitor("10.0.0.1", None).network
    assert behind.visitor("10.0.0.1", "192.0.2.1").network == behind.visitor("192.0.2.9", None).network
    chain = behind.visitor("10.0.0.1", "198.51.100.1, 192.0.2.1, 172.16.0.4")
    assert chain.network == behind.visitor("192.0.2.1", None).network
    assert behind.visitor("203.0.113.5", "192.0.2.1").network == behind.visitor("203.0.113.5", None).network
    assert behind.visitor("10.0.0.1", "rubbish").network == behind.visitor(None, None).network


def test_this_machine_is_not_slowed_but_may_not_guess_either(clock):
    limit = Limits(clock, rules=Rules(starts=Rate(1, 60), messages=Rate(1, 60)))
    here = limit.visitor("127.0.0.1", None)
    assert here.here
    assert all(limit.may_start(here) and limit.may_write(here, "c") for _ in range(50))
    assert not limit.visitor("127.0.0.1", "192.0.2.1").here
    for _ in range(5):
        limit.guessed_wrong(here)
    assert not limit.may_guess(here, "X")


def test_a_bucket_fills_again(clock):
    limit = Limits(clock, rules=Rules(starts=Rate(3, 10)))
    visitor = limit.visitor("192.0.2.1", None)
    assert [limit.may_start(visitor) for _ in range(4)] == [True, True, True, False]
    clock.now += 10
    assert [limit.may_start(visitor) for _ in range(2)] == [True, False]
    clock.now += 1000
    assert [limit.may_start(visitor) for _ in range(4)] == [True, True, True, False]
    assert limit.may_start(limit.visitor("198.51.100.1", None))


def test_guesses_are_counted_within_ten_minutes(clock):
    limit = Limits(clock)
    visitor = limit.visitor("192.0.2.1", None)
    for _ in range(5):
        assert limit.may_guess(visitor, "X")
        limit.guessed_wrong(visitor)
        clock.now += 60
    assert not limit.may_guess(visitor, "X")
    assert limit.may_guess(limit.visitor("198.51.100.1", None), "X")
    clock.now += 301
    assert limit.may_guess(visitor, "X")


def test_a_code_that_has_worked_is_never_locked_out(clock):
    limit = Limits(clock)
    visitor = limit.visitor("192.0.2.1", None)
    limit.guessed_right("GOOD")
    for _ in range(9):
        limit.guessed_wrong(visitor)
    assert limit.may_guess(visitor, "GOOD")
    assert not limit.may_guess(visitor, "BAD")


def test_memory_is_bounded(clock, monkeypatch):
    monkeypatch.setattr(limits, "KEPT", 10)
    limit = Limits(clock)
    for at in range(100):
        visitor = limit.visitor(f"10.0.{at}.1", None)
        limit.may_start(visitor)
        limit.may_write(visitor, str(at))
        limit.guessed_wrong(visitor)
        limit.guessed_right(str(at))
    assert max(len(kept) for kept in (limit._starts, limit._messages, limit._failures, limit._good_codes)) == 10
