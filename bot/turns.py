"""One turn: what a citizen sent, and everything it causes, as one write.

    loaded row + what was sent -> open -> engine (pure) -> requests -> render -> seal -> TurnWrite

Computing a turn touches no disk and changes nothing, so a turn that lost the race to another writer is simply computed
again from what is stored now; and so is one that asks the database, with the answers (asking.py). `conversations.py`
loads, commits and publishes.
"""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from bot import messages, telling
from bot.channels.ports import Incoming, UnknownQuestion
from bot.channels.rendering import Scene, render, write
from bot.errors import DecryptError
from bot.guesses import Guesses
from bot.messages import Body
from bot.privacy.keys import Keyring
from bot.privacy.pseudonyms import code_index, new_code, new_id
from bot.privacy.sealing import DataKey, Wrapped, unwrap
from bot.requests import ANSWERED, Wanted
from bot.storage.ports import (
    Alarm,
    Count,
    Loaded,
    NewHandoff,
    NewMessage,
    NewResume,
    NewTimer,
    Received,
    Sender,
    Timer,
    TurnWrite,
)
from content.loading import Content
from content.staffing import answer_by
from dialogs import engine, lifecycle
from dialogs.booking_requests import OwnBooking
from dialogs.commands import Command
from dialogs.engine import MAX_REQUESTS, Answered, Begin, Choice, HandedBack, Input, Rules, Text
from dialogs.heard import NOTHING_HEARD, Crisis, Heard, Understanding
from dialogs.journal import Session, Unreadable, dump, load
from dialogs.lifecycle import State
from dialogs.outcomes import Alarm as EngineAlarm
from dialogs.outcomes import Closed, Counted, CrisisRaised, Event, Output
from dialogs.playing import Runaway
from dialogs.registry import Registry
from dialogs.steps import Desk, Erase, HandOver, HasCode, Holdings, Json, Lines, NewCode, Request, Say, Words

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
SESSION = ("conversation", "session", "session")
"""Table, column and row a session is sealed for."""
MUTED_FOR = timedelta(minutes=30)
"""While a counselor has the conversation the bot says at most one crisis text per severity in this time."""
HANDED_ON = 2
"""The severity from which a crisis becomes a row in the queue."""
ALERTED = 3
"""The severity at which somebody is told at once, on duty or not."""
ALERT = "alert"
"""The kind of the timers that tell; their subject is the conversation."""
ALERT_STAGES = 16
"""Timers of one turn that a revision leaves room for: turn * ALERT_STAGES + stage."""


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """A computed turn. With a `farewell` nothing is to be written: the conversation's key is to be destroyed, and this
    is said once more; `keep_booking`: a booked time is to stay. `unlabelled`: a button was pressed whose words the
    dialogs no longer know. `code`: from now on the conversation has this resume code and no other.
    """

    write: TurnWrite
    frames: tuple[bytes, ...]
    farewell: str | None = None
    unlabelled: bool = False
    code: str | None = None
    keep_booking: bool = False


class House(msgspec.Struct, frozen=True, kw_only=True):
    """What a turn needs of the running program."""

    content: Content
    registry: Registry
    phrases: dict[str, Command]
    keyring: Keyring
    hear: Understanding | None
    desk: Callable[[str, datetime], Json]
    guesses: Guesses = msgspec.field(default_factory=Guesses)
    desk_words: Mapping[str, Mapping[str, str]] = {}
    """What codes are called at the desk."""
    _worlds: dict[str, Rules] = {}
    """By tenant: every turn of a day is in the same world."""

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "_worlds", {})

    def rules(self, tenant: str, now: datetime) -> Rules:
        """The engine's world for this tenant on this local day."""
        today = now.astimezone(COPENHAGEN).date()
        kept = self._worlds.get(tenant)
        if kept is None or kept.today != today:
            kept = self._worlds[tenant] = Rules(
                content=self.content,
                pack=self.content.pack(tenant),
                registry=self.registry,
                today=today,
                phrases=self.phrases,
            )
        return kept

    def key(self, loaded: Loaded) -> DataKey:
        """The conversation's data key. Raises DecryptError, UnknownKey."""
        wrapped = Wrapped(kid=loaded.kid, blob=loaded.wrapped)
        return unwrap(self.keyring.tenant(loaded.tenant), loaded.id, wrapped)


class _Work:
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
        if isinstance(asked, Desk):
            found: dict[str, Json] = dict(self.house.desk(self.loaded.tenant, self.now))
            return {**found, "waiting": True} if self.state is State.WAITING else found
        if isinstance(asked, Holdings):
            last_day = self.now + timedelta(days=self.rules.pack.retention_days)
            return {
                "messages": self.loaded.seq + 1,
                "answers": self.session.answers(),
                "deleted_on": last_day.astimezone(COPENHAGEN).date().isoformat(),
                "starts": self.ask(OwnBooking())["starts"],
            }
        if isinstance(asked, HandOver):
            return self.hand_over(asked)
        if isinstance(asked, HasCode):
            return {"has": self.loaded.channel in CODED}
        if isinstance(asked, NewCode):
            if self.late or self.loaded.channel not in CODED:
                return {"made": False}
            self.code = new_code()
            return {"made": True}
        if type(asked) in ANSWERED:
            return self.ask(asked)
        raise Runaway(f"nobody carries out {type(asked).__name__}")

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
        """Somebody is told at once of a danger to life that has just come into the queue."""
        came = self.handoff is not None and self.state is State.WAITING
        known = self.loaded.state is State.WAITING and self.loaded.severity >= ALERTED
        if self.handoff is None or self.handoff.severity < ALERTED or not came or known:
            return ()
        return (alert_timer(self.loaded, self.now),)

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


def take(
    house: House,
    loaded: Loaded,
    incoming: Incoming | None,
    now: datetime,
    *,
    inbound: str = "",
    answers: Sequence[Json] = (),
) -> Turn:
    """Compute a turn. `incoming` None opens the talk; `inbound` is its id if it was stored before this turn; `answers`
    are the database's to the Requests that an earlier attempt asked it, in order.

    Raises Wanted for a Request that the database must answer first, UnknownQuestion for a button of no question of
    ours, VersionMissing if this replica lacks a dialog of the session, UnknownKey and DecryptError if the key does not
    open it.
    """
    work = _Work(house, loaded, now, answers=answers)
    work.late = bool(inbound)
    if incoming is not None and incoming.seq is not None:
        work.since = incoming.seq
    if incoming is not None and incoming.question is not None and not work.session.has_asked(incoming.question):
        raise UnknownQuestion
    heard = _hear(work, incoming)
    if incoming is not None:
        work.state = lifecycle.after(work.state, lifecycle.Event.CITIZEN_WROTE)
    if incoming is None:
        work.run(Begin())
    elif incoming.remark is not None:
        _remark(work, incoming, incoming.remark, heard)
    elif work.state is State.HUMAN and not _wants_erasure(work, incoming):
        _beside_a_human(work, incoming, heard)
    else:
        kind_word = telling.personal_data(work.session, heard)
        if kind_word is not None:
            work.outputs.append(kind_word)
        work.run(_input(incoming, heard))
        if kind_word is not None:
            work.session = telling.remembered(work.session, heard)
    work.settle()
    return _written(work, incoming, inbound)


def apologise(
    house: House, loaded: Loaded, incoming: Incoming | None, now: datetime, error: Exception, *, inbound: str = ""
) -> Turn:
    """The turn of a message that broke ours: it is kept and marked failed, the operator is alarmed, the citizen is told
    and, if danger was heard, shown who can help. A session that cannot be read is set aside and a fresh one begun.
    """
    unreadable = isinstance(error, Unreadable | DecryptError)
    work = _Work(house, loaded, now, session=Session(aside=[loaded.session]) if unreadable else None)
    with contextlib.suppress(Exception):  # it may be the hearing that broke
        crisis = _hear(work, incoming).crisis
        if crisis.severity > 0:
            _tell_of_danger(work, crisis)
    work.outputs.append(Say(message="engine.apology"))
    work.events.append(EngineAlarm(kind="turn_failed", detail=type(error).__name__))
    work.settle()
    turn = _written(work, incoming, inbound)
    return msgspec.structs.replace(turn, write=msgspec.structs.replace(turn.write, failed=True))


def unasked(house: House, loaded: Loaded, said: Sequence[Say], now: datetime, *, fires: Timer | None = None) -> Turn:
    """The turn in which the bot says something of its own accord. `fires` is the timer that wanted it.

    Raises UnknownKey, DecryptError.
    """
    work = _Work(house, loaded, now)
    work.outputs += said
    turn = _written(work, None, "")
    return msgspec.structs.replace(turn, write=msgspec.structs.replace(turn.write, fires=fires))


def hand_back(house: House, loaded: Loaded, now: datetime, event: lifecycle.Event, bridge: str) -> Turn:
    """The bot has the word again: after one bridging sentence it asks exactly what it had asked. Raises as `take`."""
    work = _Work(house, loaded, now)
    work.state = lifecycle.after(work.state, event)
    work.run(HandedBack(bridge))
    work.settle()
    return _written(work, None, "")


def reader(house: House, loaded: Loaded, now: datetime) -> Scene:
    """For whom a counselor writes. A session that cannot be read reads plain Danish."""
    try:
        return _Work(house, loaded, now).scene()
    except (Unreadable, DecryptError):
        return _Work(house, loaded, now, session=Session()).scene()


def alert_timer(loaded: Loaded, at: datetime) -> NewTimer:
    """Tell now that somebody in danger waits; later stages are set when this one has fired."""
    return NewTimer(id=new_id(), kind=ALERT, subject=loaded.id, revision=(loaded.turn + 1) * ALERT_STAGES, due_at=at)


def _tell_of_danger(work: _Work, crisis: Crisis) -> None:
    """Show who can help, outside any dialog, and raise the conversation's severity."""
    work.events.append(CrisisRaised(crisis=crisis))
    lines = Lines(label=crisis.label.value, severity=crisis.severity, about=crisis.about or "self")
    work.outputs += [Say(message="engine.crisis.muted"), Say(message="crisis.lines", fields={"lines": lines})]
    work.crisis_said_at = work.now
    if crisis.severity > work.session.severity:
        work.session = msgspec.structs.replace(work.session, severity=crisis.severity, label=crisis.label.value)


def _hear(work: _Work, incoming: Incoming | None) -> Heard:
    """What a typed text means; buttons need no understanding."""
    if incoming is None or incoming.text is None or work.house.hear is None:
        return NOTHING_HEARD
    return work.house.hear.hear(incoming.text, now=work.now, expect=engine.expecting(work.session))


def _input(incoming: Incoming, heard: Heard) -> Input:
    if incoming.text is not None:
        return Text(text=incoming.text, heard=heard)
    return Choice(option=incoming.option or "", question=incoming.question)


def _wants_erasure(work: _Work, incoming: Incoming) -> bool:
    """Erasing is open in every state, also while a counselor has the conversation."""
    top = work.session.frames.get(work.session.stack[-1]) if work.session.stack else None
    return engine.asks_to_erase(_input(incoming, NOTHING_HEARD), work.rules) or (
        top is not None and top.dialog == "delete_me"
    )


def _beside_a_human(work: _Work, incoming: Incoming, heard: Heard) -> None:
    """The bot is silent, but for one crisis text; the counselor's banner is raised by the handoff's severity."""
    crisis = heard.crisis
    if incoming.option is not None:
        work.outputs.append(Say(message="engine.with_human"))
    if crisis.severity < HANDED_ON:
        return
    said_at = work.loaded.crisis_said_at
    if said_at is None or work.now - said_at >= MUTED_FOR or crisis.severity > work.session.severity:
        _tell_of_danger(work, crisis)
    else:
        work.events.append(CrisisRaised(crisis=crisis))


def _remark(work: _Work, incoming: Incoming, remark: str, heard: Heard) -> None:
    """What answers no question. A human who has the conversation reads the words, so there the bot speaks only of what
    has none.
    """
    beside_a_human = work.state is State.HUMAN and incoming.text is not None
    if heard.crisis.severity > 0 and not beside_a_human:
        work.run(Text(text="", heard=Heard(crisis=heard.crisis)))
    elif beside_a_human:
        _beside_a_human(work, incoming, heard)
    elif remark:
        work.outputs.append(Say(message=remark))


def _said_by_citizen(work: _Work, incoming: Incoming, scene: Scene) -> Body:
    """The citizen's own message as it is stored; a button's label is its text."""
    if incoming.text is not None:
        return Body(text=incoming.text, id=incoming.id, remark=incoming.remark)
    known = work.pressed
    label = incoming.label or "…" if known is None else write(known.key, scene, known.fields)
    return Body(text=label, option=incoming.option, pressed=incoming.question, id=incoming.id, remark=incoming.remark)


def _written(work: _Work, incoming: Incoming | None, inbound: str) -> Turn:
    loaded, now, key = work.loaded, work.now, work.key
    scene, at = work.scene(), messages.stamp(now)
    seq = loaded.seq
    received = None
    frames: list[bytes] = []
    if incoming is not None and not inbound:
        seq += 1
        body = messages.encode(_said_by_citizen(work, incoming, scene))
        sealed = messages.seal(body, seq, key)
        received = Received(conversation=loaded.id, inbound_id=key.mark(incoming.id), seq=seq, body=sealed, at=now)
        frames.append(messages.frame(body, seq=seq, sender=Sender.CITIZEN, at=at))
    new = []
    for rendered in render(work.outputs, scene):
        seq += 1
        said = messages.encode(messages.from_rendered(rendered))
        new.append(NewMessage(seq=seq, sender=Sender.BOT, body=messages.seal(said, seq, key), push=_push(loaded)))
        frames.append(messages.frame(said, seq=seq, sender=Sender.BOT, at=at))
    wrote = TurnWrite(
        conversation=loaded.id,
        tenant=loaded.tenant,
        turn=loaded.turn + 1,
        at=now,
        state=work.state,
        seq=seq,
        severity=max(loaded.severity, work.session.severity),
        session=key.seal(*SESSION, dump(work.session)),
        crisis_said_at=work.crisis_said_at or loaded.crisis_said_at,
        received=received,
        consumes=(inbound,) if inbound else (),
        messages=tuple(new),
        timers=work.timers(),
        handoff=work.handoff,
        close_handoff=work.withdrawn,
        counts=work.counts(),
        alarms=work.alarms(),
        resume=work.new_resume(),
    )
    farewell = None if work.erase is None else write("engine.erased", scene)
    keep = work.erase is not None and work.erase.keep_booking
    unlabelled = received is not None and incoming is not None and incoming.text is None and work.pressed is None
    return Turn(
        write=wrote,
        frames=tuple(frames),
        farewell=farewell,
        keep_booking=keep,
        unlabelled=unlabelled,
        code=work.code,
    )


def _push(loaded: Loaded) -> str | None:
    """Pages fetch their messages by number; other channels are sent theirs from the outbox."""
    return loaded.channel if loaded.channel not in PULLED else None


PULLED = frozenset({"web", "terminal"})
CODED = frozenset({"web"})
"""Where one comes back with a code."""
