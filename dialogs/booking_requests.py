"""What the booking dialogs ask of the world.

A time is {"slot", "starts", "minutes", "place"}; `starts` is ISO in Danish wall time with its offset. Whatever is asked
too late is answered with data: nobody is told of an error for having thought for a while.
"""

from typing import ClassVar

from dialogs.steps import Effect, Json, Request

_TIMES: Json = [
    {"slot": "s1", "starts": "2026-12-01T10:00+01:00", "minutes": 60, "place": "Demovej 1"},
    {"slot": "s2", "starts": "2026-12-01T11:00+01:00", "minutes": 60, "place": "Demovej 1"},
    {"slot": "s3", "starts": "2026-12-01T13:30+01:00", "minutes": 60, "place": "Demovej 1"},
    {"slot": "s4", "starts": "2026-12-01T14:30+01:00", "minutes": 60, "place": "Demovej 2"},
]
_DAYS: Json = [f"2026-12-{day:02}" for day in (1, 2, 3, 4, 7, 8, 9, 10)]
_BOOKING: Json = {"booking": "b1", "revision": 2, "start_by": "2026-12-09", **_TIMES[0]}
_NOTHING: Json = {"booking": "", "revision": 0, "start_by": "", "slot": "", "starts": "", "minutes": 0, "place": ""}


class FreeTimes(Request, frozen=True, tag=True, kw_only=True):
    """Times that can be had: the first `limit` different ones, or all of one `day` (ISO). Answers {"bookable", "times",
    "days"}: whether times can be booked here at all, and the days that have some.
    """

    day: str = ""
    limit: int = 3
    samples: ClassVar[tuple[Json, ...]] = (
        {"bookable": True, "times": _TIMES, "days": _DAYS},
        {"bookable": True, "times": [], "days": []},
        {"bookable": False, "times": [], "days": []},
    )


class Hold(Request, frozen=True, tag=True, kw_only=True):
    """Keep a slot for some minutes, or one just like it; what was held before is let go. Answers {"hold", …the time},
    with an empty `hold` if it was taken meanwhile.
    """

    slot: str
    effect: ClassVar[Effect] = Effect.REVERSIBLE
    undone_by: ClassVar[str | None] = "Hold"
    samples: ClassVar[tuple[Json, ...]] = ({"hold": "h1", **_TIMES[0]}, {"hold": "", **_TIMES[0]})


class Book(Request, frozen=True, tag=True, kw_only=True):
    """Book what is held. `wished_on` and `start_by` are ISO dates or empty: when help was wished for, and the last day
    for it to start. Answers {"booked", "booking", "code", …the time}.
    """

    hold: str
    wished_on: str
    start_by: str
    effect: ClassVar[Effect] = Effect.REVERSIBLE
    undone_by: ClassVar[str | None] = "my_time"
    samples: ClassVar[tuple[Json, ...]] = (
        {"booked": True, "booking": "b1", "code": "ABCD-EFGH-JKMN", **_TIMES[0]},
        {"booked": False, "booking": "", "code": "", **_TIMES[0]},
    )


class OwnBooking(Request, frozen=True, tag=True, kw_only=True):
    """The coming booking of this conversation. Answers {"found", "booking", "revision", "start_by", …the time}."""

    samples: ClassVar[tuple[Json, ...]] = ({"found": False, **_NOTHING}, {"found": True, **_BOOKING})


class FindBooking(Request, frozen=True, tag=True, kw_only=True):
    """The coming booking of a code that somebody typed. Answers as `OwnBooking`; not found, whatever is wrong with the
    code, and also when too many wrong ones were tried.
    """

    code: str
    samples: ClassVar[tuple[Json, ...]] = ({"found": True, **_BOOKING}, {"found": False, **_NOTHING})


class MoveBooking(Request, frozen=True, tag=True, kw_only=True):
    """Give a booking the time that is held. Answers {"moved", "changed", "reminded", …the time}: not moved where the
    booking was `changed` meanwhile, or else where the hold is gone.
    """

    booking: str
    revision: int
    hold: str
    effect: ClassVar[Effect] = Effect.REVERSIBLE
    undone_by: ClassVar[str | None] = "my_time"
    samples: ClassVar[tuple[Json, ...]] = (
        {"moved": True, "changed": False, "reminded": True, **_TIMES[1]},
        {"moved": False, "changed": True, "reminded": False, **_TIMES[1]},
        {"moved": False, "changed": False, "reminded": False, **_TIMES[1]},
    )


class CancelBooking(Request, frozen=True, tag=True, kw_only=True):
    """Give a booking up. Answers {"cancelled"}; not cancelled if it was changed meanwhile."""

    booking: str
    revision: int
    effect: ClassVar[Effect] = Effect.FINAL
    samples: ClassVar[tuple[Json, ...]] = ({"cancelled": True}, {"cancelled": False})


class Remind(Request, frozen=True, tag=True, kw_only=True):
    """Remind of a booking on the day before, or do not. Answers {"set", "on"}; not set where it is too late for that,
    or was not wished. `on` is the ISO date.
    """

    booking: str
    wanted: bool
    effect: ClassVar[Effect] = Effect.REVERSIBLE
    undone_by: ClassVar[str | None] = "Remind"
    samples: ClassVar[tuple[Json, ...]] = (
        {"set": True, "on": "2026-11-30"},
        {"set": False, "on": "2026-11-30"},
    )
