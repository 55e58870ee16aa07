"""Telegram over the real runtime, against a Bot API that holds every call to the published rules: what people do there,
and what they see.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.running import Running
from bot.storage.ports import OutboxState
from tests.support.bot_api import TOKEN, BotApi, Person, Shown
from tests.support.player import understanding
from tests.support.telegrams import bodies, greeted, write_as
from tests.support.whole import whole_program


@pytest.fixture
async def run(api: BotApi, tmp_path: Path) -> AsyncIterator[Running]:
    """The service, polling, and hardly paced: that is tested in test_telegram_pacing.py."""
    given = {"telegram_token": TOKEN, "telegram_api": api.url, "telegram_every": 0.05}
    async with whole_program(tmp_path, understanding=understanding, **given) as (_, run):
        await run.conversations.ready.wait()
        yield run


async def test_start_greets_once_and_tells_that_telegram_knows_who_writes(api, run, anna):
    await greeted(api, anna)
    told = api.texts(anna.id)
    assert "chatbot" in told[0]
    assert "Telegram ved, hvem du er" in told[1]
    assert "gemmer ikke din IP" not in " ".join(told)
    assert list(anna.last().buttons)[:3] == ["Det handler om mig", "Det handler om en, jeg kender", "Jeg er fagperson"]
    assert (await bodies(run, anna))[-1] == ("citizen", "/start")


async def test_a_first_text_is_answered_after_the_greeting(api, run, anna):
    api.put(anna.writes("jeg drikker for meget"))
    await api.until(lambda: any("Tak, fordi du skriver det" in text for text in api.texts(anna.id)))
    assert "chatbot" in api.texts(anna.id)[0]


async def test_a_press_is_answered_stored_and_shown_and_its_buttons_go(api, run, anna):
    await greeted(api, anna)
    asked = anna.last()
    api.put(anna.presses("Det handler om mig"))
    await anna.asked(after=4)
    await api.until(lambda: not asked.buttons)
    assert asked.text.endswith("\n\n✓ Det handler om mig")
    assert api.unanswered() == []
    assert ("citizen", "Det handler om mig") in await bodies(run, anna)


async def answered(api: BotApi, person: Person, label: str) -> Shown:
    """Press, and wait for the next question; gives the question that was answered."""
    asked = person.last()
    before = Shown(asked.id, asked.text, dict(asked.buttons))
    api.put(person.presses(label))
    await api.until(lambda: person.last().id > before.id and person.last().buttons)
    return before


async def test_an_old_button_changes_its_answer_and_the_same_one_changes_nothing(api, run, anna):
    await greeted(api, anna)
    who = await answered(api, anna, "Det handler om mig")
    await answered(api, anna, "Se på, hvor meget jeg drikker")
    age = await answered(api, anna, "26 år eller mere")
    sent = len(api.texts(anna.id))
    api.put(anna.presses("26 år eller mere", age))
    await api.until(lambda: not api.waiting and not api.unanswered())
    api.put(anna.presses("18 til 25 år", age))
    await api.until(lambda: len(api.texts(anna.id)) > sent)
    assert api.texts(anna.id)[sent] == "Rettet: 26 år eller mere → 18 til 25 år. Du kan fortryde det."
    sent = len(api.texts(anna.id))
    api.put(anna.presses("Jeg er fagperson", who))
    await api.until(lambda: any("færdige med" in text for text in api.texts(anna.id)[sent:]))
    assert api.unanswered() == []


async def test_words_are_taken_also_where_the_library_cannot_read_what_came_with_them(api, run, anna):
    await greeted(api, anna)
    broken = anna.writes("/kode")
    broken["message"]["entities"] = [{"type": 7}, "nonsense"]
    broken["message"]["reply_to_message"] = {"date": "yesterday"}
    api.put(broken)
    await api.until(lambda: "ikke bruge en kode" in api.texts(anna.id)[-1])


async def test_who_writes_after_retention_or_another_replica_erased_begins_anew(api, run, anna):
    await greeted(api, anna)
    name = await run.conversations.at("1001", tenant="kolding", channel="telegram")
    for forget in (True, False):  # with and without news of it
        assert await run.store.erase(name, on=run.clock.now().date())
        if forget:
            run.conversations.changed_elsewhere(name)
        before = len(api.texts(anna.id))
        api.put(anna.writes("hej igen"))
        await api.until(lambda before=before: "Hej med dig" in " ".join(api.texts(anna.id)[before + 4 :]))
        await anna.asked(after=before + 5)
        assert any("chatbot fra" in text for text in api.texts(anna.id)[before:])
        name = await run.conversations.at("1001", tenant="kolding", channel="telegram")
        assert ("citizen", "hej igen") in await bodies(run, anna)
        await api.until(lambda: not api.waiting)


async def test_what_stands_in_the_menu_does_not_stand_under_every_question(api, run, anna):
    await greeted(api, anna)
    buttons = set(anna.last().buttons)
    assert "Tal med et menneske" in buttons
    assert not buttons & {"Slet alt om mig", "Stop for nu", "Skriv lettere", "Sig det igen"}


async def test_a_button_of_an_erased_conversation_does_nothing_in_the_next(api, run, anna):
    await greeted(api, anna)
    old = anna.last()
    data, message = old.buttons["Det handler om mig"], api.message_of(anna.id, old)
    api.put(anna.writes("/slet"))
    await api.until(lambda: "Ja" in "".join(anna.last().buttons))
    yes = next(label for label in anna.last().buttons if label.startswith("Ja"))
    api.put(anna.presses(yes))
    await api.until(lambda: "Det er slettet hos os" in api.texts(anna.id)[-1])
    assert await run.conversations.at("1001", tenant="kolding", channel="telegram") is None
    await api.until(lambda: not api.unanswered())

    api.put(anna.pressing(data, message))  # nobody is there: nothing begins
    await api.until(lambda: not api.unanswered())
    assert "færdige med" in api.of("answerCallbackQuery")[-1].parameters["text"]
    assert await run.conversations.at("1001", tenant="kolding", channel="telegram") is None

    before = len(api.texts(anna.id))
    await greeted_again(api, anna, before)
    stored = await bodies(run, anna)
    api.put(anna.pressing(data, message))
    await api.until(lambda: not api.unanswered())
    assert "færdige med" in api.of("answerCallbackQuery")[-1].parameters["text"]
    assert await bodies(run, anna) == stored


async def greeted_again(api: BotApi, person: Person, before: int) -> None:
    api.put(person.writes("/start"))
    await person.asked(after=before)


@pytest.mark.parametrize("data", ["", "x", "aaaaaaaa1.0", "aaaaaaaa999999.0", "æ" * 32, "AAAAAAAA1.999"])
async def test_a_button_that_is_none_of_ours_is_answered_and_changes_nothing(api, run, anna, data):
    await greeted(api, anna)
    stored = await bodies(run, anna)
    api.put(anna.pressing(data, api.message_of(anna.id, anna.last())))
    await api.until(lambda: not api.unanswered())
    assert await bodies(run, anna) == stored


async def test_every_command_does_what_it_says(api, run, anna):
    await greeted(api, anna)
    sent = len(api.texts(anna.id))
    for command, expected in (
        ("/hjaelp", "/menneske"),
        ("/kode", "ikke bruge en kode"),
        ("/HJÆLP", "/menneske"),
        ("/let", "let dansk"),
        ("/menneske@kolding_bot", ""),
        ("/slet", ""),
        ("/stop", ""),
        ("/start xyz", ""),
    ):
        api.put(anna.writes(command))
        await api.until(lambda sent=sent: len(api.texts(anna.id)) > sent)
        await api.until(lambda expected=expected, sent=sent: any(expected in t for t in api.texts(anna.id)[sent:]))
        sent = len(api.texts(anna.id))
    citizen = [text for sender, text in await bodies(run, anna) if sender == "citizen"]
    assert citizen[:2] == ["/start", "/hjaelp"]
    assert any(text.startswith("Slet") for text in citizen)


async def test_what_is_written_behind_a_command_is_heard(api, run, anna):
    await greeted(api, anna)
    api.put(anna.writes("/menneske jeg vil dø i nat, jeg har taget piller"))
    await api.until(lambda: any("112" in text for text in api.texts(anna.id)[4:]))
    assert ("citizen", "menneske jeg vil dø i nat, jeg har taget piller") in await bodies(run, anna)


@pytest.mark.parametrize(
    ("content", "kept"),
    [
        ({"voice": {"file_id": "f", "file_unique_id": "u", "duration": 3}}, "(en lydbesked)"),
        ({"photo": [{"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}]}, "(et billede eller en video)"),
        ({"document": {"file_id": "f", "file_unique_id": "u"}}, "(en fil)"),
        ({"location": {"longitude": 9.47, "latitude": 55.49}}, "(et sted på kortet)"),
        ({"contact": {"phone_number": "+4512345678", "first_name": "Bo"}}, "(en kontakt)"),
        (
            {
                "sticker": {
                    **{"file_id": "f", "file_unique_id": "u", "type": "regular", "width": 9, "height": 9},
                    **{"is_animated": False, "is_video": False},
                }
            },
            "(et klistermærke)",
        ),
        ({"dice": {"emoji": "🎲", "value": 3}}, "(noget, der ikke er tekst)"),
    ],
)
async def test_what_is_not_text_is_answered_kindly_and_never_fetched(api, run, anna, content, kept):
    await greeted(api, anna)
    api.put(anna.sends(**content))
    await api.until(lambda: "Jeg kan kun læse tekst" in api.texts(anna.id)[-1])
    assert (await bodies(run, anna))[-2] == ("citizen", kept)
    at_the_start = {"deleteWebhook", "setMyCommands", "getWebhookInfo"}
    assert {call.method for call in api.calls} <= at_the_start | {"getUpdates", "sendMessage"}
    api.put(anna.presses("Det handler om mig"))  # the question stands as it stood
    await api.until(lambda: not api.unanswered())
    assert ("citizen", "Det handler om mig") in await bodies(run, anna)


async def test_words_under_a_picture_are_heard_and_an_album_is_answered_once(api, run, anna):
    await greeted(api, anna)
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 9, "height": 9}]
    api.put(
        anna.sends(photo=photo, caption="jeg vil ikke leve mere", media_group_id="77"),
        anna.sends(photo=photo, media_group_id="77"),
        anna.sends(photo=photo, media_group_id="77"),
    )
    await api.until(lambda: any("Jeg kan kun læse tekst" in text for text in api.texts(anna.id)))
    assert any("112" in text for text in api.texts(anna.id)[4:])
    api.put(anna.writes("/kode"))
    await api.until(lambda: "ikke bruge en kode" in api.texts(anna.id)[-1])
    assert sum("Jeg kan kun læse tekst" in text for text in api.texts(anna.id)) == 1


async def test_an_edited_message_is_kept_heard_for_danger_and_changes_no_answer(api, run, anna):
    await greeted(api, anna)
    wrote = anna.writes("det handler om mig")
    api.put(wrote)
    await anna.asked(after=4)
    name = await run.conversations.at("1001", tenant="kolding", channel="telegram")
    answers = (await run.conversations.session(name)).answers()
    api.put(anna.edits(wrote, "det handler om en jeg kender"))
    await api.until(lambda: "rettet en besked" in api.texts(anna.id)[-1])
    assert ("citizen", "(rettet) det handler om en jeg kender") in await bodies(run, anna)
    assert (await run.conversations.session(name)).answers() == answers
    api.put(anna.edits(wrote, "jeg vil dø i nat"))
    await api.until(lambda: any("112" in text for text in api.texts(anna.id)[-4:]))
    assert (await run.conversations.crisis(name))[1] >= 2


async def test_a_group_is_told_why_and_left_and_nothing_is_stored(api, run, anna):
    group = {"id": -1009, "type": "supergroup", "title": "Canary"}
    member = {"user": {"id": 1, "is_bot": True, "first_name": "Bot"}, "status": "member"}
    joined = {
        "update_id": 41,
        "my_chat_member": {
            "chat": group,
            "from": {"id": 5, "is_bot": False, "first_name": "Canary"},
            "date": 1_764_000_000,
            "old_chat_member": {**member, "status": "left"},
            "new_chat_member": member,
        },
    }
    spoken = anna.writes("/start")
    spoken["message"]["chat"] = group
    api.put(joined, spoken)
    await api.until(lambda: api.of("leaveChat", -1009))
    assert "én person ad gangen" in api.texts(-1009)[0]
    await api.until(lambda: not api.waiting)
    assert await run.store.tenants() == []


async def test_a_long_text_is_cut_between_sentences_with_the_buttons_under_the_last(api, run, anna):
    await greeted(api, anna)
    name = await run.conversations.at("1001", tenant="kolding", channel="telegram")
    sentences = [f"Det her er sætning nummer {n} i en lang besked fra en rådgiver. 🌱" for n in range(160)]
    await write_as(run, name, " ".join(sentences))
    await api.until(lambda: sentences[-1] in api.texts(anna.id)[-1])
    parts = api.texts(anna.id)[4:]
    assert all(len(part) > 2000 for part in parts[:-1])
    assert parts[0].startswith("Rådgiveren skriver:\nDet her er sætning nummer 0 ")
    assert all(part.endswith("🌱") or part.endswith(".") for part in parts)
    said = " ".join(parts).removeprefix("Rådgiveren skriver:\n")
    assert said.replace("\n", " ") == " ".join(sentences)


async def test_two_first_messages_at_once_open_one_conversation(api, run, anna):
    api.put(*(anna.writes(f"hej {n}") for n in range(5)))
    await api.until(lambda: not api.waiting)
    stored = await bodies(run, anna)
    assert [text for sender, text in stored if sender == "citizen"] == [f"hej {n}" for n in range(5)]
    assert sum("chatbot fra" in text for _, text in stored) == 1


async def test_updates_come_once_in_any_order_and_with_any_number(api, run, anna):
    await greeted(api, anna)
    acts = [anna.writes(f"besked {n}") for n in range(4)]
    for number, act in zip((900_000_000, 12, 900_000_001, 7), acts, strict=True):
        act["update_id"] = number
        api.put(act, act)
        await api.until(lambda: not api.waiting)
    citizen = [text for sender, text in await bodies(run, anna) if sender == "citizen"]
    assert citizen == ["/start", *(f"besked {n}" for n in range(4))]


async def test_the_menu_of_commands_is_told_in_both_languages(api, run):
    await api.until(lambda: len(api.of("setMyCommands")) == 2)
    danish, english = api.of("setMyCommands")
    names = [command["command"] for command in danish.parameters["commands"]]
    assert names == ["start", "menneske", "stop", "let", "slet", "kode", "hjaelp"]
    assert "language_code" not in danish.parameters
    assert english.parameters["language_code"] == "en"
    assert english.parameters["commands"][1]["description"] == "Talk to a human"


async def test_everything_that_was_to_be_sent_is_marked_sent(api, run, anna):
    await greeted(api, anna)
    api.put(anna.presses("Det handler om mig"))
    await anna.asked(after=4)
    await api.until(lambda: not api.waiting)
    assert set(await run.store.outbox_counts()) <= {OutboxState.SENT, OutboxState.LEASED}
