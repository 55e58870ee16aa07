"""What an update means, and that nothing Telegram or anybody else could put into one breaks more than itself."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Update

from bot.channels.ports import Incoming
from bot.channels.telegram.updates import NOT_TEXT, Marks, NotAlone, Pressed, Wrote, bared, chat_of, read
from content.loading import load

MARKS = Marks(edited="(rettet)", sent={kind: f"({kind})" for kind in NOT_TEXT.values()})
PRIVATE = {"id": 7, "type": "private", "first_name": "Canary", "username": "canary_bird"}
GROUP = {"id": -7, "type": "group", "title": "Canary"}
SENDER = {"id": 7, "is_bot": False, "first_name": "Canary", "language_code": "da"}


def message(**content: Any) -> dict[str, Any]:
    return {"message_id": 3, "date": 1_764_000_000, "chat": PRIVATE, "from": SENDER, **content}


def act(**content: Any) -> Any:
    return read({"update_id": 5, **content}, MARKS)


def test_a_text_is_a_text():
    assert act(message=message(text="hej 🌱")) == Wrote(7, (Incoming("u5", text="hej 🌱"),))


@pytest.mark.parametrize("text", ["/start", "/START", "/start@a_bot", "/start ref_canary"])
def test_start_begins_and_what_a_link_carries_is_let_fall(text):
    assert act(message=message(text=text)) == Wrote(7, begins="u5")


@pytest.mark.parametrize(
    ("text", "option"),
    [("/menneske", "human"), ("/Stop", "stop"), ("/let@a_bot", "easy"), ("/slet ", "delete"), ("/delete", "delete")],
)
def test_a_command_is_the_engines_command(text, option):
    assert act(message=message(text=text)) == Wrote(7, (Incoming("u5", option=f"cmd.{option}"),))


@pytest.mark.parametrize("text", ["/kode", "/hjaelp", "/hjælp", "/help"])
def test_a_command_of_the_channel_is_answered_beside_the_talk(text):
    [incoming] = act(message=message(text=text)).incoming
    assert incoming.label == text
    assert incoming.remark.removeprefix("telegram.") in {"code", "help"}


@pytest.mark.parametrize("text", ["/slet jeg vil dø", "/menneske nu", "/noget", "/", "hej /stop"])
def test_words_around_a_command_are_kept(text):
    [incoming] = act(message=message(text=text)).incoming
    assert incoming.text is not None
    assert incoming.text.removeprefix("/") == text.removeprefix("/")


def test_a_text_longer_than_ours_may_be_becomes_two_and_none_of_it_is_lost():
    text = ("Det her er en sætning. " * 200)[:4096].strip()
    incoming = act(message=message(text=text)).incoming
    assert [one.id for one in incoming] == ["u5", "u5.1"]
    assert " ".join(one.text for one in incoming) == text


def test_everything_else_is_named_and_not_looked_into():
    voice = {"file_id": "f", "file_unique_id": "u", "duration": 3}
    assert act(message=message(voice=voice)) == Wrote(7, (Incoming("u5.n", label="(voice)", remark="engine.not_text"),))


def test_service_messages_mean_nothing():
    assert act(message=message(delete_chat_photo=True)) is None


def test_every_kind_has_its_words():
    keys = load().messages.keys()
    assert {f"telegram.sent.{kind}" for kind in NOT_TEXT.values()} <= keys


def test_an_edited_text_says_so_and_answers_nothing():
    edited = message(text="4", edit_date=1_764_000_001)
    assert act(edited_message=edited) == Wrote(7, (Incoming("u5", text="(rettet) 4", remark="telegram.edited"),))
    assert act(edited_message=message(location={"longitude": 9.0, "latitude": 55.0})) is None


def test_a_press_is_a_press_also_under_a_message_that_is_gone():
    query = {"id": "q", "from": SENDER, "chat_instance": "1", "data": "abc"}
    gone = {"chat": PRIVATE, "message_id": 3, "date": 0}
    assert act(callback_query=query) == Pressed(7, "u5", "q", "abc", None)
    assert act(callback_query={**query, "message": gone}) == Pressed(7, "u5", "q", "abc", None)
    assert act(callback_query={**query, "message": message(text="x")}).message is not None


@pytest.mark.parametrize("under", [{"text": "Hvor tit?"}, {"caption": "Din score", "photo": []}, {"text": "æ🌱"}])
def test_a_press_says_what_the_library_reads_of_it(under):
    shown = message(**under, reply_markup={"inline_keyboard": [[{"text": "Aldrig", "callback_data": "abc"}]]})
    query = {"id": "q", "from": SENDER, "chat_instance": "1", "data": "abc", "message": shown}
    found, known = act(callback_query=query), Update.de_json({"update_id": 5, "callback_query": query}, None)
    press = known.callback_query
    assert (found.id, found.query, found.data) == (f"u{known.update_id}", press.id, press.data)
    assert found.chat == found.message.chat.id == press.message.chat.id
    told = (found.message.message_id, found.message.text, found.message.caption)
    assert told == (press.message.message_id, press.message.text, press.message.caption)


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
def test_we_are_alone_with_one_person_or_not_at_all(kind):
    chat = {**GROUP, "type": kind}
    assert act(message=message(chat=chat, text="/start")) == NotAlone(-7)
    query = {"id": "q", "from": SENDER, "chat_instance": "1", "data": "x", "message": message(chat=chat, text="x")}
    assert act(callback_query=query) == NotAlone(-7)
    assert act(edited_message=message(chat=chat, text="x")) is None


def membership(chat: dict[str, Any], status: str) -> Any:
    user = {"id": 1, "is_bot": True, "first_name": "Bot"}
    extra = {"until_date": 0} if status == "kicked" else {}
    return act(
        my_chat_member={
            **{"chat": chat, "from": SENDER, "date": 1},
            "old_chat_member": {"user": user, "status": "left"},
            "new_chat_member": {"user": user, "status": status, **extra},
        }
    )


def test_to_be_taken_into_a_group_is_to_leave_it():
    assert membership(GROUP, "member") == NotAlone(-7)
    assert membership(GROUP, "left") is None
    assert membership(PRIVATE, "member") is None
    assert membership(PRIVATE, "kicked") is None


def test_no_name_leaves_the_update():
    for content in ({"text": "hej"}, {"contact": {"phone_number": "12345678", "first_name": "Canary"}}):
        kept = act(message=message(**content))
        assert not re.search("canary|12345678", repr(kept), re.IGNORECASE)
    query = {"id": "q", "from": SENDER, "chat_instance": "1", "data": "abc", "message": message(text="x")}
    assert not re.search("canary", repr(act(callback_query=query)), re.IGNORECASE)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = sorted({"message_id", "date", "chat", "from", "text", "caption", "entities", "media_group_id", *NOT_TEXT})
PART = st.dictionaries(st.sampled_from(FIELDS), JSON | st.just(PRIVATE) | st.just(SENDER), max_size=8)
UPDATE = st.dictionaries(
    st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member", "poll"]), JSON | PART, max_size=2
)


@given(UPDATE)
def test_whatever_comes_its_chat_can_be_asked_for(content):
    chat_of({"update_id": 1, **content})


@given(PART)
def test_a_broken_message_is_read_or_refused_and_never_half(content):
    try:
        found = read({"update_id": 1, "message": {**message(text="hej"), **content}}, MARKS)
    except Exception:
        return  # the intake lets such an update fall, and says so in the log
    assert found is None or isinstance(found, Wrote | NotAlone)


@given(st.dictionaries(st.sampled_from(sorted(set(FIELDS) - {"chat", "text", "message_id"})), JSON, max_size=8))
def test_words_are_not_lost_for_what_came_with_them(content):
    raw = {"update_id": 5, "message": {**message(text="jeg har brug for hjælp"), **content}}
    bare = bared(raw)
    assert bare is not None
    assert read(bare, MARKS) == Wrote(7, (Incoming("u5", text="jeg har brug for hjælp"),))


@pytest.mark.parametrize(
    "broken",
    [
        {"chat": GROUP, "text": "hej"},
        {"chat": {"id": "7", "type": "private"}, "text": "hej"},
        {"chat": PRIVATE, "text": 7},
        {"chat": PRIVATE, "venue": 7},
        {"text": "hej"},
        7,
    ],
)
def test_what_is_no_text_of_a_private_chat_is_let_fall(broken):
    assert bared({"update_id": 5, "message": broken}) is None
