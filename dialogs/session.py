"""Running the frames of a session: `Talk` starts, runs and ends them, and asks the question on top.

What a citizen may do to a session is in `commands` and `editing`; which of these an input means is in `engine`.
"""

from functools import lru_cache
from typing import cast

import msgspec

from dialogs import skeleton
from dialogs.frames import Frames, newest
from dialogs.heard import About, Crisis, CrisisLabel
from dialogs.journal import Change, Entry, EntryKind, Frame, FrameKind, Question, Result, Session
from dialogs.outcomes import Asked, Closed, Counted, CrisisRaised, Ended, Event, Output, Pending, World
from dialogs.playing import DialogError, Live, Runaway, fingerprint, key_of
from dialogs.steps import Ask, Call, Field, Goodbye, Goto, Json, Keep, Record, Say, Words
from dialogs.visit import Known

MAX_ANSWERS = 500
"""Entries under one root."""
MAX_PAST = 10
"""Results kept of roots that have ended."""
MUST_BE_SEEN = 2
"""From this severity on nobody is asked how the talk was."""
MAX_ROOTS = 10
"""Root dialogs that may follow each other without a question between them."""


class Talk(Frames):
    """One turn's working copy of a session, and what comes of the turn."""

    def __init__(self, session: Session, world: World) -> None:
        super().__init__(session, world)
        self.outputs: list[Output] = []
        self.events: list[Event] = []
        self.request: Pending | None = None
        self.pressed: Words | None = None
        self._floor = 0
        self._revised = False
        self._roots = 0
        self._begun = 0

    # roots

    def start_root(self, dialog: str, arguments: dict[str, Json] | None = None) -> None:
        """Start a root dialog and run it to its first question. Every other frame must have gone."""
        session = self.session
        self._roots += 1
        if self._roots > MAX_ROOTS:
            raise Runaway(f"more than {MAX_ROOTS} dialogs without a question")
        session.frames.clear()
        session.stack.clear()
        self._begun = len(self.outputs)
        session.soothed, session.undo = False, None
        session.pins = self.world.registry.versions()
        session.instruments = {
            name: list(versions)[-1] for name, versions in self.world.content.instruments.items() if len(versions) > 1
        }
        self.start(self.new_frame(FrameKind.ROOT, dialog, arguments or {}))

    def start(self, frame: Frame) -> None:
        """Run a new frame to its first question."""
        live = self.play(frame)
        self._take_in(live)
        self.run(frame, live)

    def end_root(self, *, count: bool) -> None:
        """Take the root down, writing its counters once, with the last revision of each result."""
        session = self.session
        if count:
            self.events += [
                Counted(counter=result.counter, bucket=result.bucket)
                for result in session.results
                if result.counter is not None and not result.superseded
            ]
        told = [result.value for result in session.results if not result.superseded] if count else []
        session.past = [*session.past, *told][-MAX_PAST:]
        session.results = []
        session.frames.clear()
        session.stack.clear()
        session.asked, session.expect, session.undo = None, None, None

    # running

    def run(self, frame: Frame, live: Live) -> None:
        """Run on from where `live` stands until a question, a Request, or the end of everything."""
        while True:
            if live.ended:
                parent = self._end(frame, live)
                if parent is None:
                    return
                frame, live = parent
                continue
            step = live.pending
            if isinstance(step, Ask):
                if not self._answer_again(frame, live):
                    self.outputs[self._begun : self._begun] = self._framed(step)
                    self.put(frame, live)
                    return
            elif isinstance(step, Call):
                frame, live = self._enter(frame, live, step)
            elif isinstance(step, Record):
                self._record(frame, live, step)
            elif isinstance(step, Keep):
                if frame.kind is FrameKind.CHILD:
                    raise DialogError(f"{frame.dialog} was called, but keeps something")
                self.feed(frame, live, EntryKind.KEPT, self.hold(step.key, step.value))
            elif not self._answer_again(frame, live):
                if any(entry.at == (key_of(step), live.occurrence) for entry in frame.kept):
                    frame.kept.clear()
                mark = f"{frame.id}:{key_of(step)}:{live.occurrence}:{fingerprint(step)}"
                self.request = Pending(id=mark, request=step)
                return

    def feed(self, frame: Frame, live: Live, kind: EntryKind, value: Json, ref: str = "") -> None:
        """Journal an answer to the pending step and run the dialog on to its next step."""
        session = self.session
        if len(frame.entries) >= MAX_ANSWERS:
            raise Runaway(f"more than {MAX_ANSWERS} answers")
        step = live.pending
        self._waiting = None
        frame.entries.append(
            Entry(
                number=session.next_entry,
                kind=kind,
                key=key_of(step),
                occurrence=live.occurrence,
                value=value,
                ref=ref,
            )
        )
        session.next_entry += 1
        if isinstance(step, Ask) and step.identity is not None:
            self._know(step, value)
        live.give(value)
        self._take_in(live)

    def _know(self, ask: Ask, value: Json) -> None:
        identity = ask.identity
        if identity is None:
            return
        if value is None:
            self.session.known.pop(identity.item, None)
            return
        self.session.known[identity.item] = Known(
            option=cast(str, value), version=identity.version, window=identity.window, day=self.world.today.isoformat()
        )

    def _take_in(self, live: Live) -> None:
        self.outputs += live.said
        if live.learned:
            self.session.role = live.learned.get("role", self.session.role)
            self.session.age_group = live.learned.get("age_group", self.session.age_group)
            self.session.wished_on = live.learned.get("wished_on", self.session.wished_on)
            self.session.relative = live.learned.get("relative", self.session.relative)
            self.session.resident = live.learned.get("resident", self.session.resident)
            self.session.together = live.learned.get("together", "yes" if self.session.together else "") == "yes"
        for raised in live.alerts:
            self.raise_severity(
                Crisis(label=CrisisLabel(raised.label), severity=raised.severity, about=About(raised.about))
            )

    def raise_severity(self, crisis: Crisis) -> None:
        """Tell of a crisis. The conversation keeps the highest severity until a counselor lowers it."""
        self.events.append(CrisisRaised(crisis=crisis))
        if crisis.severity > self.session.severity:
            self.session.severity, self.session.label = crisis.severity, crisis.label.value

    def _answer_again(self, frame: Frame, live: Live) -> bool:
        """Answer from what an edit kept, if key and value still fit. What was said before is not said again."""
        for place, entry in enumerate(frame.kept):
            if live.fits(entry):
                del frame.kept[place]
                if self._revised:
                    self._floor, self._revised = len(self.outputs), False
                del self.outputs[self._floor :]
                self.feed(frame, live, entry.kind, entry.value, entry.ref)
                return True
        return False

    def _record(self, frame: Frame, live: Live, step: Record) -> None:
        results = self.session.results
        here = (frame.id, step.key, live.occurrence)
        earlier = [result for result in results if (result.frame, result.key, result.occurrence) == here]
        if earlier and not earlier[-1].superseded and earlier[-1].value == step.value:
            self.feed(frame, live, EntryKind.RECORD, step.value)
            return
        self._supersede({here})
        self._revised = self._revised or bool(earlier)
        results.append(
            Result(
                frame=frame.id,
                key=step.key,
                occurrence=live.occurrence,
                revision=len(earlier) + 1,
                value=step.value,
                counter=step.counter,
                bucket=step.bucket,
            )
        )
        self.feed(frame, live, EntryKind.RECORD, step.value)

    def supersede_fallen(self) -> None:
        """After answers were taken away: results that no longer stand on the path are results no more."""
        frames = self.session.frames
        standing = {
            (frame_id, entry.key, entry.occurrence)
            for frame_id in self.standing()
            for entry in frames[frame_id].entries
            if entry.kind is EntryKind.RECORD
        }
        self._supersede({(r.frame, r.key, r.occurrence) for r in self.session.results} - standing)

    def _supersede(self, places: set[tuple[int, str, int]]) -> None:
        for place, result in enumerate(self.session.results):
            if (result.frame, result.key, result.occurrence) in places and not result.superseded:
                self.session.results[place] = msgspec.structs.replace(result, superseded=True)

    def _enter(self, frame: Frame, live: Live, step: Call) -> tuple[Frame, Live]:
        """Go into a called dialog: a new frame, or the one an edit has left behind. What that one was told may be
        another now; then it runs anew, keeping its answers where they fit.
        """
        at = (step.key, live.occurrence)
        child = self._left_behind(frame, at, step)
        if child is None:
            child = self.new_frame(FrameKind.CHILD, step.dialog, dict(step.arguments))
            child.parent, child.call = frame.id, at
        else:
            child = self.own(child.id)
            del self.outputs[self._floor :]
            facts, arguments = self.facts_now(child), dict(step.arguments)
            if (facts, arguments) != (child.facts, child.arguments):
                child.facts, child.arguments = facts, arguments
                child.kept = newest([*child.entries, *child.kept])
                child.entries, child.ended = [], False
            self.session.stack.append(child.id)
        child_live = self.play(child)
        if not child.entries:
            self._take_in(child_live)
        return child, child_live

    def _left_behind(self, frame: Frame, at: tuple[str, int], step: Call) -> Frame | None:
        for child in self.session.frames.values():
            here = child.parent == frame.id and child.call == at and child.id not in self.session.stack
            if here and child.dialog == step.dialog:
                return child
        return None

    def _end(self, frame: Frame, live: Live) -> tuple[Frame, Live] | None:
        """A dialog has ended: go on in its parent, or with what comes after it. None when a question stands."""
        session = self.session
        frame.kept.clear()
        if frame.kind is FrameKind.ROOT:
            finished = self._finished(frame)
            self.events.append(Ended(dialog=frame.dialog, result=live.result, said=len(self.outputs)))
            self._after_root(live.result, ask_how=finished and session.severity < MUST_BE_SEEN)
            return None
        session.stack.remove(frame.id)
        if frame.kind is FrameKind.CHILD:
            if isinstance(live.result, Goto | Goodbye):
                raise DialogError(f"{frame.dialog} was called, but ended like a root")
            frame.ended = True
            parent = self.own(frame.parent)
            parent_live = self.play(parent)
            self.feed(parent, parent_live, EntryKind.CHILD, live.result, str(frame.id))
            return parent, parent_live
        self.forget(frame.id)
        if isinstance(live.result, Goto):
            self.end_root(count=True)
            self.start_root(live.result.dialog, dict(live.result.arguments))
            return None
        self.resume("engine.bridge.crisis" if frame.kind is FrameKind.CRISIS else "engine.bridge.command")
        return None

    def _after_root(self, result: Json, *, ask_how: bool) -> None:
        self.end_root(count=True)
        if isinstance(result, Goodbye):
            self.events.append(Closed())
            return
        onward = result if isinstance(result, Goto) else Goto(dialog="menu")
        if onward.dialog == "menu" and ask_how:
            onward = Goto(dialog="feedback")
        self.start_root(onward.dialog, dict(onward.arguments))

    # the frame of an easy-read talk

    def _framed(self, ask: Ask) -> list[Output]:
        """What stands around a question in an easy-read talk: what was just answered, and where the talk is now."""
        root = self.session.root
        kinds = {self.session.frames[frame_id].kind for frame_id in self.session.stack}
        if not self.session.easy or root is None or not kinds <= {FrameKind.ROOT, FrameKind.CHILD}:
            return []
        around: list[Output] = []
        answered = self.answered()
        if answered and len(answered) % skeleton.TOLD_AFTER == 0:
            around.append(self._told(answered[-skeleton.TOLD_AFTER :]))
        agenda, keys = self._agenda(root), [question.key for question in answered]
        at = skeleton.place(agenda, [*keys, ask.key])
        if agenda and (not keys or at != skeleton.place(agenda, keys)):
            around.append(skeleton.shown(agenda, at, together=self.session.together))
        return around

    def _finished(self, root: Frame) -> bool:
        """Whether an easy-read talk has come to the end of its agenda; then all is ticked off."""
        agenda = self._agenda(root) if self.session.easy else ()
        answered = self.answered()
        if not agenda or skeleton.place(agenda, [question.key for question in answered]) < len(agenda) - 1:
            return False
        untold = len(answered) % skeleton.TOLD_AFTER or skeleton.TOLD_AFTER
        self.outputs.append(self._told(answered[-untold:]))
        self.outputs.append(skeleton.shown(agenda, len(agenda), together=self.session.together))
        return True

    def _agenda(self, root: Frame) -> skeleton.Agenda:
        return self.world.registry.script(root.dialog, root.version).agenda

    def _told(self, questions: list[Question]) -> Say:
        asked = [found for question in questions if (found := self.asked_before(question)) is not None]
        return skeleton.told(asked, together=self.session.together)

    # asking

    def resume(self, bridge: str | None = None, **fields: Field) -> None:
        """Ask the question on top again, after a bridging sentence; with nothing on top, go to the menu."""
        frame = self.top
        if frame is None:
            self.start_root("menu")
            return
        if bridge is not None:
            self.outputs.append(Say(message=bridge, fields=fields))
        live = self.play(frame)
        if isinstance(live.pending, Ask):
            self.put(frame, live)
        else:
            self.run(self.own(frame.id), live)

    def put(self, frame: Frame, live: Live) -> None:
        """Put the pending question to the citizen."""
        ask = cast(Ask, live.pending)
        question = Question(frame=frame.id, key=ask.key, occurrence=live.occurrence)
        session = self.session
        session.asked, session.expect = question, ask.expect
        self.outputs.append(Asked(question=question, ask=ask, commands=self.open_commands(ask)))

    def open_commands(self, ask: Ask) -> tuple[str, ...]:
        """Ids of the commands that make sense at this question, in the order they are shown."""
        frames = self.session.frames.values()
        answered = any(entry.kind is EntryKind.ANSWER for frame in frames for entry in frame.entries)
        easy, undo = self.session.easy, self.session.undo is not None
        return _commands(skip=ask.optional, undo=undo, answered=answered, easy=easy)

    def remember_change(self, question: Question, old: Json) -> None:
        """Let the last change be undone."""
        self.session.undo = Change(question=question, old=old)


@lru_cache
def _commands(*, skip: bool, undo: bool, answered: bool, easy: bool) -> tuple[str, ...]:
    return (
        *(("cmd.skip",) if skip else ()),
        *(("cmd.undo",) if undo else ()),
        *(("cmd.back",) if answered else ()),
        "cmd.human",
        "cmd.repeat",
        "cmd.easy",
        *(("cmd.together",) if easy else ()),
        *(("cmd.change",) if answered else ()),
        "cmd.language",
        "cmd.what_we_know",
        "cmd.restart",
        "cmd.stop",
        "cmd.delete",
    )
