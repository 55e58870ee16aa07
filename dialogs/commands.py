"""What a citizen can do at every question of every dialog, before the dialog sees the text."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import product
from typing import Any

from dialogs import editing
from dialogs.editing import Locked
from dialogs.heard import Heard
from dialogs.journal import EntryKind, FrameKind, Question
from dialogs.outcomes import Asked, Closed
from dialogs.reading import NEGATIONS, plain
from dialogs.session import Talk
from dialogs.skeleton import said_back
from dialogs.steps import Ask, Json, Option, Say


class Command(StrEnum):
    """The commands, by the last part of their option id (`cmd.back`)."""

    BACK = "back"
    HUMAN = "human"
    STOP = "stop"
    REPEAT = "repeat"
    EASY = "easy"
    LANGUAGE = "language"
    DELETE = "delete"
    RESTART = "restart"
    SKIP = "skip"
    UNDO = "undo"
    CHANGE = "change"
    WHAT_WE_KNOW = "what_we_know"
    CODE = "code"
    PLAN = "plan"
    CRAVING = "craving"
    SLIP = "slip"
    OWN = "own"
    TOGETHER = "together"
    PLAIN = "plain"
    DANISH = "danish"
    ENGLISH = "english"
    MENU = "menu"
    FIND = "find"
    MY_TIME = "my_time"
    SAY_NO = "say_no"
    DIARY = "diary"
    GOALS = "goals"
    WEIGH = "weigh"
    ANGRY = "angry"
    STUCK = "stuck"
    HERE_BEFORE = "here_before"


PREFIX = "cmd."
EDIT_PREFIX = "edit."

INTENTS: Mapping[str, Command] = {
    "back": Command.BACK,
    "restart": Command.RESTART,
    "stop": Command.STOP,
    "talk_to_human": Command.HUMAN,
    "delete_my_data": Command.DELETE,
    "easy_read": Command.EASY,
    "language_switch": Command.LANGUAGE,
    "anonymity_question": Command.WHAT_WE_KNOW,
    "opening_hours": Command.HUMAN,
}
"""Intents that are commands. Acted on only when sure, and the destructive ones ask before they do anything."""


def phrases(tables: Iterable[Mapping[str, Any]]) -> dict[str, Command]:
    """Every whole message that is a command, from each language's `lexicon/commands.toml`. Raises ValueError for a
    command there is not.
    """
    found: dict[str, Command] = {}
    for table in tables:
        found |= dict.fromkeys(_cravings(table["craving"]), Command.CRAVING)
        found |= {plain(phrase): Command(name) for name, known in table["phrases"].items() for phrase in known}
    return found


def _cravings(parts: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """A craving in all the ways that its parts, which are plain already, can be put together."""
    wants = [*parts["bare"], *(f"{stem} {what}" for stem, what in product(parts["stems"], parts["what"]))]
    for begin, want, end in product(("", *parts["begins"]), wants, ("", *parts["ends"])):
        yield f"{begin} {want} {end}".strip()


# fmt: off
_HOW_MUCH = frozenset({
    "sgu", "så", "sådan", "en", "et", "meget", "rigtig", "virkelig", "vildt", "stor", "stærk", "kæmpe", "mega", "bare",
    "lige", "so", "such", "a", "an", "very", "really", "just", "strong", "big", "huge", "badly",
})
# fmt: on
"""Words of a craving that say no more than how strong it is."""


_TOLD = frozenset({Command.CRAVING, Command.STUCK, Command.ANGRY, Command.HERE_BEFORE})
"""What somebody may tell in answer to a question, too."""
_STOPS = ("stop", "stå", "sto", "holde", "lade")
_ANEW = ("forfra", "genstart", "nulstil", "igen", "restart", "reset", "scratch", "over", "again", "anew")
_TONGUES = {
    "engelsk": Command.ENGLISH,
    "english": Command.ENGLISH,
    "dansk": Command.DANISH,
    "danish": Command.DANISH,
}
_ERASING = frozenset({"delete_me", "what_we_know"})


def chosen(option: str) -> Command | None:
    """The command of a button; None if it is none."""
    try:
        return Command(option.removeprefix(PREFIX)) if option.startswith(PREFIX) else None
    except ValueError:
        return None


def typed(text: str, heard: Heard, known: Mapping[str, Command], *, own_words: bool = False) -> Command | None:
    """The command that a whole typed message is; None if it is none.

    Where somebody tells in their `own_words`, part of a message is no command: "jeg prøvede at snakke med en". Nor is
    what they may have been asked about, such as a craving.
    """
    written = plain(text)
    found = known.get(written)
    if found is None or found in _TOLD:
        found = None if own_words else found or _craving(written, known)
    if found is None and heard.intent.sure:
        found = _meant(heard.intent.name, set(written.split()))
        if own_words and heard.intent.score < 1 and found is not Command.DELETE:
            return None
    return found


def _meant(intent: str, words: set[str]) -> Command | None:
    """The command of a sure intent. What throws somebody out of where they are must be said: "kan ik stope" is a cry
    for help and no goodbye, "hvad kan vi få her" no wish to begin anew, and a language is the one that is named.
    """
    found = INTENTS.get(intent)
    if found is Command.STOP and words & NEGATIONS and any(word.startswith(_STOPS) for word in words):
        return Command.STUCK
    if found is Command.RESTART and not any(word.startswith(_ANEW) for word in words):
        return None
    if found is Command.LANGUAGE:
        named = [command for word, command in _TONGUES.items() if word in words]
        return named[0] if len(named) == 1 else found
    return found


def _craving(written: str, known: Mapping[str, Command]) -> Command | None:
    """A craving, however strongly it is told."""
    found = known.get(" ".join(word for word in written.split() if word not in _HOW_MUCH))
    return found if found is Command.CRAVING else None


def obey(talk: Talk, command: Command) -> None:
    """Do what was asked. Raises Locked where it cannot be done now."""
    _DOINGS[command](talk)


def _open(dialog: str) -> Callable[[Talk], None]:
    """A dialog of its own above the running one, unless it is there already."""
    return lambda talk: open_above(talk, dialog, _told(talk, dialog))


def open_above(talk: Talk, dialog: str, arguments: dict[str, Json]) -> None:
    """Start a dialog above the running one, in place of any other that stands there."""
    for frame_id in talk.session.stack:
        if talk.session.frames[frame_id].kind is FrameKind.COMMAND:
            talk.drop(frame_id)
            break
    talk.start(talk.new_frame(FrameKind.COMMAND, dialog, arguments))


def _told(talk: Talk, dialog: str) -> dict[str, Json]:
    """What a command's dialog must know of a danger that is open."""
    if dialog == "handoff":
        return dict(talk.crisis.arguments) if talk.crisis is not None else {}
    return {"severity": talk.session.severity} if dialog in _ERASING else {}


def _stop(talk: Talk) -> None:
    if talk.crisis is not None:
        raise Locked("engine.crisis.stay")
    talk.end_root(count=False)
    talk.outputs.append(Say(message="engine.stopped"))
    talk.events.append(Closed())


def _restart(talk: Talk) -> None:
    if talk.crisis is not None:
        raise Locked("engine.crisis.stay")
    talk.outputs.append(Say(message="engine.restarted"))
    talk.end_root(count=False)
    talk.start_root("welcome")


def _menu(talk: Talk) -> None:
    """To the menu, with all that is known."""
    if talk.crisis is not None:
        raise Locked("engine.crisis.stay")
    talk.end_root(count=False)
    talk.start_root("menu")


def _answered(message: str) -> Callable[[Talk], None]:
    """A word in answer, and the question again."""
    return lambda talk: talk.resume(message)


def _what_we_know(talk: Talk) -> None:
    """Who asks again, where it has just been told, is told in short who hears of it."""
    if talk.top is not None and talk.top.dialog == "what_we_know":
        talk.resume("what_we_know.told")
    else:
        _open("what_we_know")(talk)


def _repeat(talk: Talk) -> None:
    """Say again what was said since the last answer, and ask again."""
    frame = talk.top
    if frame is None:
        talk.resume()
        return
    earlier = frame.copy()
    since = []
    while earlier.entries and earlier.entries[-1].kind is not EntryKind.ANSWER:
        since.append(earlier.entries.pop())
    live = talk.play(earlier)
    talk.outputs += live.said
    for entry in reversed(since):
        live.give(entry.value)
        talk.outputs += live.said
    talk.put(frame, live)


def _reading(*, easy: bool | None) -> Callable[[Talk], None]:
    def do(talk: Talk) -> None:
        talk.session.easy = not talk.session.easy if easy is None else easy
        talk.resume("engine.easy.on" if talk.session.easy else "engine.easy.off")

    return do


def _language(language: str | None) -> Callable[[Talk], None]:
    def do(talk: Talk) -> None:
        other = "en" if talk.session.language == "da" else "da"
        talk.session.language = language or other
        talk.resume("engine.language.changed")

    return do


def _skip(talk: Talk) -> None:
    question = talk.session.asked
    if question is None:
        talk.resume()
        return
    if not editing.ask_of(talk, question).optional:
        raise Locked("engine.skip.not_possible")
    answer(talk, question, None)


def answer(talk: Talk, question: Question, value: Json) -> None:
    """A valid answer to a question: the one on top goes on, an earlier one is changed. Raises Locked."""
    talk.session.misses = 0
    frame = talk.top
    if frame is not None and frame.id == question.frame:
        frame = talk.own(frame.id)
        live = talk.play_top(frame)
        pending = live.pending
        if isinstance(pending, Ask) and (pending.key, live.occurrence) == (question.key, question.occurrence):
            talk.session.undo = None
            talk.feed(frame, live, EntryKind.ANSWER, value)
            talk.run(frame, live)
            return
    editing.correct(talk, question, value)
    if not talk.outputs:
        talk.resume()


def _which(talk: Talk) -> None:
    """Show the latest answers as buttons; choosing one asks its question again."""
    options = []
    for question in reversed(talk.answered()[-editing.MOST_ANSWERS_SHOWN :]):
        try:
            ask = editing.ask_of(talk, question)
        except Locked:
            continue
        frame = talk.session.frames[question.frame]
        place = frame.index((question.key, question.occurrence))
        said = said_back(ask, frame.entries[place].value if place is not None else None)
        option_id = EDIT_PREFIX + question.id
        options.append(Option(id=option_id, label="command.change.option", fields={"answer": said}))
    current = talk.session.asked
    if not options or current is None:
        raise Locked("engine.change.none")
    ask = editing.ask_of(talk, current)
    shown = Ask(key=current.key, message="engine.change.which", options=tuple(options))
    talk.outputs.append(Asked(question=current, ask=shown, commands=talk.open_commands(ask)))


_DOINGS: Mapping[Command, Callable[[Talk], None]] = {
    Command.BACK: editing.back,
    Command.HUMAN: _open("handoff"),
    Command.STOP: _stop,
    Command.REPEAT: _repeat,
    Command.EASY: _reading(easy=None),
    Command.PLAIN: _reading(easy=False),
    Command.LANGUAGE: _language(None),
    Command.DANISH: _language("da"),
    Command.ENGLISH: _language("en"),
    Command.DELETE: _open("delete_me"),
    Command.RESTART: _restart,
    Command.SKIP: _skip,
    Command.UNDO: editing.undo,
    Command.CHANGE: _which,
    Command.WHAT_WE_KNOW: _what_we_know,
    Command.CODE: _open("code"),
    Command.PLAN: _open("self_help_plan"),
    Command.CRAVING: _open("self_help_craving"),
    Command.SLIP: _open("slip"),
    Command.OWN: _open("self_help"),
    Command.TOGETHER: _open("together"),
    Command.MENU: _menu,
    Command.FIND: _open("finder"),
    Command.MY_TIME: _open("my_time"),
    Command.SAY_NO: _open("self_help_no"),
    Command.DIARY: _open("diary"),
    Command.GOALS: _open("goals"),
    Command.WEIGH: _open("weigh"),
    Command.ANGRY: _answered("engine.angry"),
    Command.STUCK: _answered("engine.stuck"),
    Command.HERE_BEFORE: _answered("engine.here_before"),
}
