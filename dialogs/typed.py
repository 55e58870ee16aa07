"""What a typed text does: a button's own words, crisis, commands, the answer to the question at hand, a way elsewhere.

What is not understood is asked again, kindly.
"""

from collections.abc import Mapping

import msgspec

from dialogs import commands, editing
from dialogs.commands import Command
from dialogs.distress import below_soft, in_danger, leave_soft, told_inside
from dialogs.heard import CrisisLabel, Heard
from dialogs.journal import Question
from dialogs.labels import in_words, labels_in
from dialogs.outcomes import Asked
from dialogs.reading import (
    HEARD,
    OWN_AGE,
    Unread,
    hinted,
    leads_to,
    likeliest,
    most_named,
    named_too,
    plain,
    read,
    within,
)
from dialogs.session import Talk
from dialogs.steps import Ask, Json, Kind, Say

ELSEWHERE = {"booking_new": "booking", "booking_change": "my_time", "booking_cancel": "my_time"}
"""Dialogs that are opened at any question for whoever surely wants them."""
# fmt: off
NO_WORDS = frozenset({
    "nej", "nej tak", "ved ikke", "ved det ikke", "det ved jeg ikke", "jeg ved det ikke", "jeg ved ikke",
    "aner det ikke", "no", "no thanks", "i don t know", "i do not know", "dont know", "don t know",
})
# fmt: on
"""Written where somebody may tell in own words, these tell nothing: the question is passed over."""
LIKELY = 0.5
"""A guess less likely than this is not answered as if it were so."""
A_STORY = 100
"""Letters that may be written where somebody tells; where fewer may be, it is a code."""
SOMEBODY_ELSE = ("welcome.who", "other")
"""The question and answer by which a talk is about somebody else."""
CIVILITIES = frozenset({"greeting", "thanks"})
"""Intents that are answered in kind, and are no failed answer."""
MOST_BEFOREHAND = 3
"""Questions that one text may answer beyond the one it was written to."""


class Text(msgspec.Struct, frozen=True):
    """The citizen typed something."""

    text: str
    heard: Heard


def hear(talk: Talk, given: Text, phrases: Mapping[str, Command]) -> None:
    """Whoever writes a button's own words has pressed it: those words are ours, so they are no cry for help."""
    question, ask = at_hand(talk)
    if question is not None and ask is not None:
        option = in_words(talk, ask, given.text)
        if option is not None:
            commands.answer(talk, question, editing.value_of(ask, option))
            return
    if given.heard.crisis.severity > 0 and not (ask is not None and _feels(ask, given)):
        if question is not None and ask is not None and told_inside(talk, question, ask, given.text, given.heard):
            return
        if question is not None and ask is not None:
            _known_already(talk, question, ask, given)
        if in_danger(talk, given.heard):
            return
        question, ask = at_hand(talk)
    own_words = ask is not None and ask.kind is Kind.TEXT
    command = commands.typed(given.text, given.heard, phrases, own_words=own_words)
    if command is not None and not (ask is not None and _names_here(ask, command, given)):
        commands.obey(talk, command)
        return
    if question is None or ask is None:
        talk.resume()
        return
    if own_words and ask.optional and (ask.maximum or 0) >= A_STORY and plain(given.text) in NO_WORDS:
        commands.answer(talk, question, None)
        return
    value = _read(talk, ask, given)
    if value is None:
        if _told_enough(talk, question):
            hear(talk, given, phrases)
        elif not _elsewhere(talk, question, ask, given):
            _ask_kindly(talk, question, ask, given)
        return
    _answered(talk, question, ask, given, value)


def _told_enough(talk: Talk, question: Question) -> bool:
    """Whether somebody was being told what is known of them: whoever writes on about something else has read it."""
    if talk.top is None or talk.top.dialog != "what_we_know" or talk.crisis is not None:
        return False
    before = len(talk.outputs)
    commands.answer(talk, question, "continue")
    del talk.outputs[before:]
    return True


def _feels(ask: Ask, given: Text) -> bool:
    """Whether distress without danger is what was asked for: "ked af det", where it is asked how one feels."""
    crisis = given.heard.crisis
    return crisis.severity == 1 and crisis.label is CrisisLabel.NONE and most_named(ask, given.text) is not None


def _known_already(talk: Talk, question: Question, ask: Ask, given: Text) -> None:
    """Whoever will be softly asked how it is has said that it is about another, too: that is not asked again."""
    heard = given.heard
    if heard.crisis.severity > 1 or talk.crisis is not None or talk.session.soothed or _foreign(talk, heard):
        return
    option = hinted(ask, heard) if heard.intent.sure else None
    if (ask.key, option) != SOMEBODY_ELSE or option is None:
        return
    commands.answer(talk, question, option)
    _answer_beforehand(talk, question, given)
    if isinstance(talk.outputs[-1], Asked):
        talk.outputs.pop()


def _names_here(ask: Ask, command: Command, given: Text) -> bool:
    """Whether what seems a question about this chat names what is offered here: "har jeg underretningspligt"."""
    return command is Command.WHAT_WE_KNOW and given.heard.intent.score < 1 and most_named(ask, given.text) is not None


def _read(talk: Talk, ask: Ask, given: Text) -> Json:
    """What the text answers the question; None if nothing."""
    try:
        return read(ask, given.text, given.heard, labels_in(talk))
    except Unread:
        return None if _foreign(talk, given.heard) else hinted(ask, given.heard)


def _elsewhere(talk: Talk, question: Question, ask: Ask, given: Text) -> bool:
    """Whoever surely wants what this question does not offer is led there, or answered; false if they are not."""
    heard, crisis = given.heard, talk.crisis
    if crisis is not None:
        return crisis.id == question.frame and int(crisis.arguments["severity"]) <= 1 and _past_soft(talk, given)
    if not heard.intent.sure or _foreign(talk, heard):
        return False
    if within(ask, heard) is not None:
        return False
    if heard.intent.name in ELSEWHERE and ELSEWHERE[heard.intent.name] not in _running(talk):
        commands.open_above(talk, ELSEWHERE[heard.intent.name], {})
        return True
    if heard.intent.name == "info_substance" and heard.substances and ask.identity is None:
        commands.open_above(talk, "subjects", {})
        _answer_beforehand(talk, question, given)
        return True
    if heard.intent.name != "info_treatment" or _leads_somewhere(ask):
        return False
    talk.outputs.append(Say(message=HEARD[heard.intent.name]))
    editing.ask_again(talk, question)
    return True


def _running(talk: Talk) -> set[str]:
    return {talk.session.frames[frame].dialog for frame in talk.session.stack}


def _past_soft(talk: Talk, given: Text) -> bool:
    """Whoever was softly asked how it is, and answers what was asked before, has answered that."""
    crisis = talk.crisis
    below = below_soft(talk)
    if crisis is None or below is None:
        return False
    question, ask = below
    value = None if ask.kind is Kind.TEXT or ask.identity is not None else _read(talk, ask, given)
    if value is None:
        return False
    talk.drop(crisis.id)
    _answered(talk, question, ask, given, value)
    return True


def _answered(talk: Talk, question: Question, ask: Ask, given: Text, value: Json) -> None:
    told = HEARD.get(given.heard.intent.name)
    if told is not None and leads_to(ask, value, given.heard):
        talk.outputs.append(Say(message=told))
    commands.answer(talk, question, value)
    _answer_beforehand(talk, question, given)


def at_hand(talk: Talk) -> tuple[Question | None, Ask | None]:
    """The question that the citizen was asked last, if it still stands."""
    question = talk.session.asked
    return question, None if question is None or talk.top is None else editing.ask_of(talk, question)


def _answer_beforehand(talk: Talk, question: Question, given: Text) -> None:
    """Who has said what they want is not asked again: questions that just came up are answered by the same text."""
    for _ in range(MOST_BEFOREHAND):
        last = talk.outputs[-1] if talk.outputs else None
        if not isinstance(last, Asked) or (last.question.frame == question.frame and last.ask.key != OWN_AGE):
            return
        option = named_too(last.ask, given.text, given.heard, labels_in(talk))
        if option is None:
            return
        talk.outputs.pop()
        commands.answer(talk, last.question, option)
        question = last.question


def _leads_somewhere(ask: Ask) -> bool:
    return any(option.intents or option.hints for option in ask.options)


def _foreign(talk: Talk, heard: Heard) -> bool:
    """Whether somebody writes a language that the talk is not in."""
    return heard.language == "other" or (heard.language == "en" and talk.session.language != "en")


def _ask_kindly(talk: Talk, question: Question, ask: Ask, given: Text) -> None:
    """Not understood: the question again, twice in other words, then with a human offered. Whoever tells something
    where a way is to be chosen is thanked for it first.
    """
    session, crisis, heard = talk.session, talk.crisis, given.heard
    if heard.intent.sure and heard.intent.name in CIVILITIES:
        talk.outputs.append(Say(message=f"engine.{heard.intent.name}"))
        editing.ask_again(talk, question)
        return
    if crisis is not None and crisis.id == question.frame and int(crisis.arguments["severity"]) <= 1:
        leave_soft(talk, crisis, "engine.other_language" if _foreign(talk, heard) else "engine.crisis.left")
        return
    times = within(ask, heard)
    if times is not None:
        talk.outputs.append(Say(message="engine.times" if times else "engine.times.none"))
        editing.ask_again(talk, question, shown=(*times, *(o for o in ask.options if not o.at)) if times else ())
        return
    session.misses += 1
    likely = likeliest(ask, heard) if session.misses == 1 and crisis is None and not _foreign(talk, heard) else ()
    if likely:
        talk.outputs.append(Say(message="engine.did_you_mean"))
        editing.ask_again(talk, question, shown=likely)
        return
    key = {1: "engine.retry.first", 2: "engine.retry.second"}.get(session.misses, "engine.retry.human")
    if crisis is not None:
        key = "engine.retry.crisis"
    elif session.misses == 1 and _leads_somewhere(ask) and not plain(given.text).isdecimal():
        key = HEARD.get(heard.intent.name, key) if heard.intent.score >= LIKELY else key
    talk.outputs.append(Say(message="engine.other_language" if _foreign(talk, heard) else key))
    editing.ask_again(talk, question)
