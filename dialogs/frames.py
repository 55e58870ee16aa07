"""The frames of a session while one turn changes them.

A stored session is never changed: a frame is copied before it is touched. Which frames there are, what they knew when
they started, and what of them still stands is here; running them is `session`.
"""

from datetime import timedelta

import msgspec

from dialogs.journal import Entry, EntryKind, Frame, FrameKind, Question, Session
from dialogs.outcomes import World
from dialogs.playing import Live, Runaway
from dialogs.steps import Ask, Effect, Json, Request
from dialogs.visit import Facts, Visit, pack_known, unpack_known

MAX_DEPTH = 8
"""Frames on the stack. A crisis is never one too many."""
KNOWN_DAYS = 1
_MADE_ANEW = frozenset({EntryKind.RECORD, EntryKind.CHILD, EntryKind.KEPT})


def newest(entries: list[Entry]) -> list[Entry]:
    """Entries to use again after an edit, one for each place, the first of them wins. A result is recorded and a thing
    kept anew, and a called dialog is found again by its frame.
    """
    found: dict[tuple[EntryKind, str, int], Entry] = {}
    for entry in entries:
        if entry.kind not in _MADE_ANEW:
            found.setdefault((entry.kind, entry.key, entry.occurrence), entry)
    return list(found.values())


class Frames:
    """A session's frames, ready to be changed."""

    def __init__(self, session: Session, world: World) -> None:
        self.world = world
        self.session = msgspec.structs.replace(
            session,
            frames=dict(session.frames),
            stack=list(session.stack),
            results=list(session.results),
            known=dict(session.known),
            aside=list(session.aside),
            own=dict(session.own),
        )
        self._waiting: tuple[int, Live] | None = None
        self._owned: set[int] = set()

    @property
    def top(self) -> Frame | None:
        """The frame that has the word."""
        return self.session.frames[self.session.stack[-1]] if self.session.stack else None

    @property
    def crisis(self) -> Frame | None:
        """The crisis frame, if one is open."""
        for frame_id in self.session.stack:
            if self.session.frames[frame_id].kind is FrameKind.CRISIS:
                return self.session.frames[frame_id]
        return None

    def standing(self) -> set[int]:
        """The frames that the talk as it is now rests on: those on the stack, and the finished ones they called.
        Others were left behind by an edit, and may be gone into again.
        """
        found: set[int] = set()
        waiting = list(self.session.stack)
        while waiting:
            frame_id = waiting.pop()
            found.add(frame_id)
            entries = self.session.frames[frame_id].entries
            waiting += [int(entry.ref) for entry in entries if entry.kind is EntryKind.CHILD]
        return found

    def answered(self) -> list[Question]:
        """The questions answered under this root, the latest last."""
        entries = [
            (entry.number, Question(frame=frame_id, key=entry.key, occurrence=entry.occurrence))
            for frame_id in self.standing()
            for entry in self.session.frames[frame_id].entries
            if entry.kind is EntryKind.ANSWER
        ]
        return [question for _, question in sorted(entries)]

    def asked_before(self, question: Question) -> tuple[Ask, Json] | None:
        """A question as it was asked, and its answer; None if the dialog asks it no more."""
        frame = self.session.frames[question.frame].copy()
        place = frame.index((question.key, question.occurrence))
        if place is None:
            return None
        value = frame.entries[place].value
        del frame.entries[place:]
        pending = self.play(frame).pending
        return (pending, value) if isinstance(pending, Ask) else None

    def own(self, frame_id: int) -> Frame:
        """The frame, ready to be changed."""
        if frame_id not in self._owned:
            self.session.frames[frame_id] = self.session.frames[frame_id].copy()
            self._owned.add(frame_id)
        return self.session.frames[frame_id]

    def new_frame(self, kind: FrameKind, dialog: str, arguments: dict[str, Json]) -> Frame:
        """Make a frame and put it on top. Raises Runaway past the depth limit, VersionMissing for an unknown dialog."""
        session = self.session
        if len(session.stack) >= MAX_DEPTH and kind is not FrameKind.CRISIS:
            raise Runaway(f"more than {MAX_DEPTH} frames")
        version = self.world.registry.script(dialog, session.pins.get(dialog, None)).version
        frame = Frame(
            id=session.next_frame,
            kind=kind,
            dialog=dialog,
            version=version,
            facts=self._facts(),
            arguments=arguments,
            entries=[],
            kept=[],
        )
        session.next_frame += 1
        session.frames[frame.id] = frame
        session.stack.append(frame.id)
        self._owned.add(frame.id)
        return frame

    def _facts(self) -> Facts:
        session, today = self.session, self.world.today
        days = {(today - timedelta(days=ago)).isoformat() for ago in range(KNOWN_DAYS + 1)}
        return Facts(
            day=today.isoformat(),
            role=session.role,
            age_group=session.age_group,
            pack_version=self.world.pack.version,
            known=pack_known({item: known for item, known in session.known.items() if known.day in days}),
            wished_on=session.wished_on,
            relative=session.relative,
            kept=tuple(sorted(session.own)),
            resident=session.resident,
        )

    def play(self, frame: Frame) -> Live:
        """Run the frame's dialog through its journal."""
        script = self.world.registry.script(frame.dialog, frame.version)
        visit = Visit(frame.facts, self.world.content, self.world.pack, self.session.instruments)
        live = Live(script.function(visit, **frame.arguments))
        live.replay(frame.entries)
        return live

    def play_top(self, frame: Frame) -> Live:
        """The frame on top as it stands at its question. Played once, for whoever looks at it before it goes on."""
        if self._waiting is None or self._waiting[0] != frame.id:
            self._waiting = (frame.id, self.play(frame))
        return self._waiting[1]

    def drop(self, frame_id: int) -> None:
        """Forget a frame and all that stands above it."""
        self._waiting = None
        stack = self.session.stack
        for above in stack[stack.index(frame_id) :]:
            self.forget(above)
        del stack[stack.index(frame_id) :]

    def forget(self, frame_id: int) -> None:
        """Forget a frame and every one it called."""
        frames = self.session.frames
        frames.pop(frame_id, None)
        for called in [frame.id for frame in frames.values() if frame.parent == frame_id]:
            self.forget(called)

    def facts_now(self, child: Frame) -> Facts:
        """What the frame knew when it started, as it would know it after an edit before it."""
        session = self.session
        before = unpack_known(child.facts.known)
        known = {item: session.known[item] for item in before if item in session.known}
        return msgspec.structs.replace(
            child.facts, role=session.role, age_group=session.age_group, known=pack_known(known)
        )

    def hold(self, name: str, value: Json) -> Json:
        """Keep a value under a name, or nothing with None; what was kept there before."""
        own = self.session.own
        before = own.pop(name, None)
        if value is not None:
            own[name] = value
        return before

    def put_back(self, entries: list[Entry]) -> None:
        """These entries are taken from a path: what they kept is as it was before them."""
        for entry in reversed(entries):
            if entry.kind is EntryKind.KEPT:
                self.hold(entry.key, entry.value)

    def done_effects(self, *, after: int = 0) -> dict[tuple[int, str, int, str], str]:
        """Requests that changed the world and stand on a path of this root, from entry number `after` on: which, and
        the name of its type. Not those that the next of the same type undoes: an edit only makes them again.
        """
        effectful = {
            kind.__name__
            for kind in Request.__subclasses__()
            if kind.effect is not Effect.NONE and kind.undone_by != kind.__name__
        }
        return {
            (frame_id, entry.key, entry.occurrence, entry.ref): entry.key
            for frame_id in self.standing()
            for entry in self.session.frames[frame_id].entries
            if entry.kind is EntryKind.REQUEST and entry.key in effectful and entry.number > after
        }
