"""The citizen is told kindly that something personal was seen, once for each kind, and never in danger."""

from bot import telling
from dialogs.heard import Crisis, CrisisLabel, Heard, Span
from dialogs.journal import Frame, FrameKind, Session
from dialogs.steps import Say, Words
from dialogs.visit import Facts

NAME, PHONE = Span(0, 3, "PERSON"), Span(5, 13, "PHONE")


def say(kind: str) -> Say:
    return Say(message="engine.personal_data", fields={"what": Words(key=f"engine.personal_data_kinds.{kind}")})


def test_each_kind_is_told_once() -> None:
    session, heard = Session(), Heard(personal_data=(NAME,))
    assert telling.personal_data(session, heard) == say("person")
    session = telling.remembered(session, heard)
    assert telling.personal_data(session, heard) is None
    assert telling.personal_data(session, Heard(personal_data=(NAME, PHONE))) == say("phone")


def test_several_kinds_are_told_in_one_sentence() -> None:
    assert telling.personal_data(Session(), Heard(personal_data=(NAME, PHONE))) == say("several")


def test_nothing_personal_is_nothing_to_tell() -> None:
    assert telling.personal_data(Session(), Heard()) is None


def test_who_is_in_danger_is_not_told_to_keep_it_back() -> None:
    danger = Heard(personal_data=(NAME,), crisis=Crisis(label=CrisisLabel.SUICIDE_IDEATION, severity=2))
    assert telling.personal_data(Session(), danger) is None


def test_nor_is_who_is_asked_whether_they_are_safe() -> None:
    frame = Frame(id=1, kind=FrameKind.CRISIS, dialog="crisis", version=1, facts=Facts(day="2026-11-25"))
    session = Session(frames={1: frame}, stack=[1])
    assert telling.personal_data(session, Heard(personal_data=(NAME,))) is None
