"""The working state of one turn: the engine's outcome, the Requests it makes, and what follows for the queue."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot import check_ins
from bot.channels.rendering import Scene
from bot.house import SESSION, House
from bot.privacy.pseudonyms import code_index, new_code, new_id
from bot.requests import ANSWERED, Wanted
from bot.storage.ports import (
    Alarm,
    Count,
    Loaded,
    NewHandoff,
    NewResume,
    NewTimer,
)
from content.hours import COPENHAGEN
from content.staffing import answer_by
from dialogs import engine, lifecycle
from dialogs.booking_requests import OwnBooking
from dialogs.engine import MAX_REQUESTS, Answered, Input
from dialogs.journal import Session, load
from dialogs.lifecycle import State
from dialogs.outcomes import Alarm as EngineAlarm
from dialogs.outcomes import Closed, Counted, CrisisRaised, Event, Output
from dialogs.playing import Runaway
from dialogs.steps import CheckIn, Desk, Erase, HandOver, HasCode, Holdings, Json, Kept, NewCode, Request, Words

HANDED_ON = 2
"""The severity from which a crisis becomes a row in the queue."""
ALERTED = 3
"""The severity at which somebody is told at once, on duty or not."""
ALERT = "alert"
"""The kind of the timers that tell; their subject is the conversation."""
ALERT_STAGES = 16
"""Timers of one turn that a revision leaves room for: turn * ALERT_STAGES + stage."""
CODED = frozenset({"web"})
"""Where one comes back with a code."""


class Work:
    """The working state of one turn."""

    def __init__(
        self,
        house: House,
        loaded: Loaded,
        now: datetime,
        *,
        session: Session | None = None,
        answers: Sequence[Json] = (),
    ) -> None:
        self.house, self.loaded, self.now = house, loaded, now
        self.answers = iter(answers)
        self.rules = house.rules(loaded.tenant, now)
        self.key = house.key(loaded)
        self.session = self._open() if session is None else session
        self.state = loaded.state
        self.outputs: list[Output] = []
        self.events: list[Event] = []
        self.erase: Erase | None = None
        self.code: str | None = None
        self.late = False
        """The message was stored before this turn: no device waits for the outcome."""
        self.pressed: Words | None = None
        self.handoff: NewHandoff | None = None
        self.withdrawn = False
        self.since = loaded.seq + 1
        """The number of the message that this turn answers."""
        self.crisis_said_at: datetime | None = None
        self.check_in: datetime | None = None

    def _open(self) -> Session:
        if not self.loaded.session:
            return Session()
        return load(self.key.open(*SESSION, self.loaded.session))

    def run(self, given: Input) -> None:
        """Advance the engine, carrying out its Requests, until it waits for the citizen."""
        step = engine.advance(self.session, given, self.rules)
        self.pressed = step.pressed
        for _ in range(MAX_REQUESTS):
            self.outputs += step.outputs
            self.events += step.events
            self.session = step.session
            if step.request is None:
                return
            if isinstance(step.request.request, Erase):
                self.erase = step.request.request
                return
            step = engine.advance(self.session, Answered(self.carry_out(step.request.request)), self.rules)
        raise Runaway(f"more than {MAX_REQUESTS} requests")

    def carry_out(self, asked: Request) -> Json:
        """The world's answer to a Request."""
        for kind in type(asked).__mro__:
            if kind in _CARRIED_OUT:
                return _CARRIED_OUT[kind](self, asked)
        if type(asked) in ANSWERED:
            return self.ask(asked)
        raise Runaway(f"nobody carries out {type(asked).__name__}")

    def _desk(self, _asked: Desk) -> Json:
        found: dict[str, Json] = dict(self.house.desk(self.loaded.tenant, self.now))
        return {**found, "waiting": True} if self.state is State.WAITING else found

    def _holdings(self, _asked: Holdings) -> Json:
        last_day = self.now + timedelta(days=self.rules.pack.retention_days)
        return {
            "messages": self.loaded.seq + 1,
            "answers": self.session.answers(),
            "deleted_on": last_day.astimezone(COPENHAGEN).date().isoformat(),
            "starts": self.ask(OwnBooking())["starts"],
            "kept": sorted(self.session.own),
        }

    def _kept(self, asked: Kept) -> Json:
        return self.session.own.get(asked.name)

    def _has_code(self, _asked: HasCode) -> Json:
        return {"has": self.loaded.channel in CODED}

    def _new_code(self, _asked: NewCode) -> Json:
        if self.late or self.loaded.channel not in CODED:
            return {"made": False}
        self.code = new_code()
        return {"made": True}

    def _check_in(self, _asked: CheckIn) -> Json:
        self.check_in = check_ins.next_at(self.now, self.rules.pack.booking.remind_hour)
        return {"starts": self.check_in.isoformat(timespec="minutes")}

    def ask(self, asked: Request) -> Json:
        """The database's answer, if it has been asked already. Raises Wanted."""
        for known in self.answers:
            return known
        raise Wanted(asked)

    def hand_over(self, asked: HandOver) -> Json:
        """Put the conversation in the queue, where somebody reads it."""
        if self.house.desk(self.loaded.tenant, self.now)["state"] in ("none", "full"):
            return {"state": "none"}
        self.need(asked.reason, self.session.severity, shared=asked.share)
        return {"state": "waiting"}

    def need(self, reason: str, severity: int, *, shared: bool | None = None) -> None:
        """A human is needed. Where nobody is ever at the desk, the row stays for the operator and nothing waits."""
        try:
            desk = self.house.desk(self.loaded.tenant, self.now)
        except Exception:  # whatever broke, a need that was told is kept
            desk = {"state": "closed"}
        self.handoff = NewHandoff(
            id=new_id(),
            reason=reason,
            severity=severity,
            deadline=answer_by(severity, self.now, desk.get("opens")),
            since_seq=self.since,
            shared=shared,
        )
        if self.state is State.BOT and desk["state"] != "none":
            self.state = lifecycle.after(self.state, lifecycle.Event.HANDED_OVER)

    def settle(self) -> None:
        """Let what happened in the engine change the conversation's state and the queue."""
        for event in self.events:
            if isinstance(event, Closed):
                self.close()
            elif isinstance(event, CrisisRaised) and event.crisis.severity >= HANDED_ON:
                self.need(event.crisis.label.value, event.crisis.severity)

    def close(self) -> None:
        """The citizen ends the talk and waits no longer; where danger was heard a counselor sees it all the same."""
        waits = self.state is State.WAITING
        if waits and max(self.loaded.severity, self.session.severity) >= HANDED_ON:
            return
        self.withdrawn = waits
        self.state = lifecycle.after(self.state, lifecycle.Event.CLOSED)

    def timers(self) -> tuple[NewTimer, ...]:
        """Somebody is told at once of a danger to life that has just come into the queue; a citizen who wished it is
        asked tomorrow how they are.
        """
        came = self.handoff is not None and self.state is State.WAITING
        known = self.loaded.state is State.WAITING and self.loaded.severity >= ALERTED
        wished = () if self.check_in is None else (check_ins.timer(self.loaded, self.check_in),)
        if self.handoff is None or self.handoff.severity < ALERTED or not came or known:
            return wished
        return (alert_timer(self.loaded, self.now), *wished)

    def scene(self) -> Scene:
        """For whom the turn is written out."""
        session, pack = self.session, self.rules.pack
        return Scene(
            catalog=self.rules.content.messages.for_pack(pack.id),
            pack=pack,
            at=self.now,
            channel=self.loaded.channel,
            language=session.language,
            reading=session.reading,
            age_group=session.age_group,
        )

    def counts(self) -> tuple[Count, ...]:
        """The statistics of the turn, without any conversation."""
        counted = [event for event in self.events if isinstance(event, Counted)]
        if not counted:
            return ()
        month = f"{self.now.astimezone(COPENHAGEN):%Y-%m}"
        return tuple(
            Count(tenant=self.loaded.tenant, month=month, name=event.counter, value=event.bucket) for event in counted
        )

    def new_resume(self) -> NewResume | None:
        """The new code as it is stored, if there is one."""
        if self.code is None:
            return None
        index = code_index(self.house.keyring.tenant(self.loaded.tenant), self.code)
        sealed = self.key.seal("resume_code", "sealed", self.loaded.id, self.code.encode())
        return NewResume(index=index, sealed=sealed)

    def alarms(self) -> tuple[Alarm, ...]:
        """What broke, for the operator."""
        return tuple(
            Alarm(id=new_id(), at=self.now, kind=event.kind, conversation=self.loaded.id, detail=event.detail)
            for event in self.events
            if isinstance(event, EngineAlarm)
        )


_CARRIED_OUT: Mapping[type[Request], Callable[[Work, Any], Json]] = {
    Desk: Work._desk,
    Holdings: Work._holdings,
    Kept: Work._kept,
    HandOver: Work.hand_over,
    HasCode: Work._has_code,
    NewCode: Work._new_code,
    CheckIn: Work._check_in,
}


def alert_timer(loaded: Loaded, at: datetime) -> NewTimer:
    """Tell now that somebody in danger waits; later stages are set when this one has fired."""
    return NewTimer(id=new_id(), kind=ALERT, subject=loaded.id, revision=(loaded.turn + 1) * ALERT_STAGES, due_at=at)
