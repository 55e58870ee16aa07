"""The three JSON line commands as programs outside the house use them (CONTRACTS §2)."""

import json
import subprocess
import sys
from typing import Any

from bot.channels.terminal import TerminalTalk
from bot.clock import SystemClock
from bot.privacy.keys import Keyring
from bot.running import make_house, running
from tests.support.player import understanding

Lines = list[dict[str, Any]]


def run(*arguments: str, lines: list[Any]) -> Lines:
    """One run of the command line; each line in must give one line out."""
    given = "".join((line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)) + "\n" for line in lines)
    done = subprocess.run(
        [sys.executable, "-m", "doertrin", *arguments], input=given.encode(), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def question(line: dict[str, Any]) -> str:
    """The last question of a line."""
    return [message["question"] for message in line["messages"] if message["question"]][-1]


def options(line: dict[str, Any]) -> list[str]:
    """The question's own options."""
    choices = [message["choices"] for message in line["messages"] if message["question"]][-1]
    return [choice["id"] for choice in choices if not choice["id"].startswith("cmd.")]


def test_the_greeting_comes_unasked_and_every_key_is_always_there() -> None:
    (greeting,) = run("chat", "--jsonl", lines=[])
    assert set(greeting) == {"messages", "state", "dialog", "crisis"}
    for message in greeting["messages"]:
        assert set(message) == {"text", "choices", "question", "progress", "picture"}
    assert options(greeting) == ["me", "other", "professional"]
    assert (greeting["state"], greeting["dialog"]) == ("bot", "welcome")
    assert greeting["crisis"] == {"label": "none", "severity": 0}


class Talk:
    """A running `doertrin chat --jsonl`, one line at a time."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "doertrin", "chat", "--jsonl", *arguments]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.line = self._read()

    def send(self, line: dict[str, str]) -> dict[str, Any]:
        """One line in, one line out, at once."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(line).encode() + b"\n")
        self._process.stdin.flush()
        self.line = self._read()
        return self.line

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line: dict[str, Any] = json.loads(self._process.stdout.readline())
        return line

    def end(self) -> int:
        """Exit code after the end of input."""
        self._process.communicate()
        return self._process.returncode


def test_a_whole_audit_by_choices_with_a_crisis_in_the_middle_and_the_way_back() -> None:
    talk = Talk("--now", "2026-11-25T10:00")
    for choice in ("me", "alcohol", "26_up", "4"):
        talk.send({"choice": choice})
    assert "audit_c.q2" in question(talk.line)
    talk.send({"text": "jeg vil ikke leve mere"})
    assert talk.line["crisis"] == {"label": "suicide_ideation", "severity": 2}
    for choice in ("no", "yes", "continue"):
        talk.send({"choice": choice})
    assert "audit_c.q2" in question(talk.line)
    assert talk.line["crisis"]["severity"] == 2
    assert talk.line["messages"][-1]["progress"] == {"step": 2, "of": 3}

    answers = {"audit_c.q2": "3", "audit_c.q3": "3", "audit.q9": "2", "audit.q10": "4"}
    answers |= {f"audit.q{number}": "1" for number in range(4, 9)}
    met: list[str] = []
    for _ in range(40):
        item = next((name for name in answers if f".{name}." in question(talk.line) and name not in met), None)
        if item is not None:
            met.append(item)
            talk.send({"choice": answers[item]})
        elif len(met) == len(answers):
            break
        else:
            wanted = next((way for way in ("more", "yes", "use") if way in options(talk.line)), "cmd.skip")
            talk.send({"choice": wanted})
    assert met == ["audit_c.q2", "audit_c.q3", *(f"audit.q{number}" for number in range(4, 11))]
    assert talk.line["dialog"] == "screening"
    assert talk.end() == 0


def test_what_is_no_line_is_told_and_the_run_goes_on() -> None:
    bad = ["{", "[]", '"hej"', '{"text": 3}', '{"text": "a", "choice": "b"}', "{}", "", "\x00"]
    out = run("chat", "--jsonl", lines=[*bad, {"choice": "me"}])
    assert out[1 : 1 + len(bad)] == [{"error": "bad_input"}] * len(bad)
    assert out[-1]["dialog"] == "menu"


def test_an_unknown_choice_gives_a_normal_line_that_explains() -> None:
    out = run("chat", "--jsonl", lines=[{"choice": "nothing"}, {"choice": "me"}])
    assert question(out[1]) == question(out[0])
    assert len(out[1]["messages"]) == 2
    assert out[2]["dialog"] == "menu"


def test_bad_input_is_answered_kindly_and_loses_nothing() -> None:
    texts = ["", "a" * 1_000_000, "\x00\x1b[31m\x07", "🍺🍺🍺", "<script>alert(1)</script>", "Привет, помогите", "null"]
    out = run("chat", "--jsonl", lines=[*({"text": text} for text in texts), {"choice": "me"}])
    for line in out[1:-1]:
        assert line["messages"]
        assert line["state"] == "bot"
    assert out[-1]["dialog"] == "menu"


def test_erasing_ends_in_the_erased_state() -> None:
    out = run("chat", "--jsonl", lines=[{"choice": "cmd.delete"}, {"choice": "yes"}, {"text": "er du der?"}])
    assert [line["state"] for line in out] == ["bot", "bot", "erased", "erased"]


async def test_every_tenant_level_and_language_greets() -> None:
    """In one process: twelve would only wait for spaCy twelve times."""
    keyring = Keyring(active="k1", keys={"k1": bytes(32)})
    house = make_house(overlay=None, keyring=keyring, hear=understanding())
    async with running(url="sqlite://", house=house, clock=SystemClock(), understanding=None) as run:
        for tenant in house.content.tenants:
            for reading in ("plain", "easy"):
                for language in ("da", "en"):
                    talk = TerminalTalk(run.conversations, run.live, tenant=tenant)
                    greeting = await talk.begin(reading=reading, language=language)
                    assert [choice["id"] for choice in greeting[-1]["choices"][:3]] == ["me", "other", "professional"]


def test_wrong_use_is_one_line_and_exit_two() -> None:
    for arguments in (["chat", "--tenant", "atlantis"], ["chat", "--now", "soon"], ["screening", "score", "none"]):
        done = subprocess.run(
            [sys.executable, "-m", "doertrin", *arguments], input=b"", capture_output=True, check=False
        )
        assert done.returncode == 2
        assert done.stderr.decode().count("\n") == 1


def test_nlu_answers_line_by_line() -> None:
    lines = [{"text": "jeg har lige taget 30 panodiler"}, {"text": "ja tak", "expect": "yesno"}, "x"]
    out = run("nlu", "--jsonl", lines=lines)
    keys = {"crisis", "intent", "pii", "when", "value", "language", "substances"}
    assert set(out[0]) == keys
    assert out[0]["crisis"]["severity"] == 3
    assert out[1]["value"] is True
    assert out[2] == {"error": "bad_input"}


def test_screening_score_answers_line_by_line() -> None:
    answers = {f"q{number}": 4 for number in range(1, 11)}
    out = run("screening", "score", "audit", "--jsonl", lines=[{"answers": answers, "sex": "male", "age": 40}, "x"])
    assert (out[0]["total"], out[0]["band"], out[0]["positive"]) == (40, "IV", True)
    assert out[1] == {"error": "bad_input"}


def test_there_are_two_weeks_of_times_to_book_from_now() -> None:
    talk = Talk("--now", "2026-11-25T10:00")
    for choice in ("me", "book", "yes", "26_up"):
        talk.send({"choice": choice})
    assert talk.line["dialog"] == "booking"
    first, *_, other, none = options(talk.line)
    assert (other, none) == ("other", "none")
    talk.send({"choice": "other"})
    days: list[str] = []
    while "later" in options(talk.line):
        days += options(talk.line)[:-1]
        talk.send({"choice": "later"})
    days += options(talk.line)
    assert days == sorted(days)
    assert (days[0], days[-1] >= "2026-12-09", len(days) >= 10) == ("2026-11-26", True, True)
    talk.send({"choice": days[-1]})
    while "booking.time" not in question(talk.line):
        talk.send({"choice": options(talk.line)[0]})
    assert first not in options(talk.line)
    talk.send({"choice": options(talk.line)[0]})
    booked = talk.send({"choice": "yes"})
    assert booked["messages"][0]["text"].startswith("Din tid er booket:")
    assert talk.end() == 0


def test_a_time_is_booked_by_typing_alone() -> None:
    """A "ja" to a question with a third way, an age in words, a time said as people say it."""
    words = ["det handler om mig", "jeg vil gerne have en tid", "ja", "jeg er 30", "torsdag kl 9", "ja"]
    lines = run("chat", "--jsonl", "--now", "2026-11-25T10:00", lines=[{"text": text} for text in words])
    offered, booked = lines[-3], lines[-1]
    assert "torsdag den 26. november klokken 9" in str(offered["messages"])
    assert booked["messages"][0]["text"].startswith("Din tid er booket: torsdag den 26. november klokken 9.")


def test_a_time_that_fits_two_buttons_chooses_none() -> None:
    words = ["det handler om mig", "jeg vil gerne have en tid", "ja", "jeg er 30", "torsdag formiddag"]
    lines = run("chat", "--jsonl", "--now", "2026-11-25T10:00", lines=[{"text": text} for text in words])
    assert "Her er de første ledige tider" in lines[-1]["messages"][-1]["text"]
