"""The crisis rules hold every line of the corpora, say whom it is about, and survive how people really type."""

import json
import os
import random
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.understanding import load
from dialogs.heard import About, Crisis, CrisisLabel, Understanding

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
CORPORA = Path(__file__).parents[1] / "corpora" / "da"


def corpus(name: str) -> dict[str, Any]:
    return tomllib.loads((CORPORA / f"{name}.toml").read_text(encoding="utf-8"))


GOLDEN, LINES = corpus("golden"), corpus("crisis")
FIRST_UNSEEN = {name: corpus(name) for name in ("crisis_second", "crisis_third")}


@pytest.fixture(scope="module")
def guard() -> Understanding:
    return load()


@pytest.fixture(scope="module")
def crisis(guard: Understanding) -> Callable[[str], Crisis]:
    return lambda text: guard.hear(text, now=NOW).crisis


def alerts(section: str) -> Iterator[tuple[str, str]]:
    for label, lines in LINES[section].items():
        for line in lines:
            yield label, line


@pytest.mark.parametrize("severity", [3, 2, 1])
def test_the_counselors_lines_are_heard(crisis: Callable[[str], Crisis], severity: int) -> None:
    missed = [line for line in GOLDEN[f"severity_{severity}"] if crisis(line).severity < severity]
    assert missed == []


def test_the_counselors_harmless_lines_stay_silent(crisis: Callable[[str], Crisis]) -> None:
    assert [line for line in GOLDEN["severity_0"] if crisis(line).severity] == []


@pytest.mark.parametrize(("section", "severity"), [("alert", 3), ("alert_2", 2)])
def test_lines_that_must_alert(crisis: Callable[[str], Crisis], section: str, severity: int) -> None:
    wrong = [
        (line, found.severity, found.label.value)
        for label, line in alerts(section)
        if (found := crisis(line)).severity < severity or found.label.value != label
    ]
    assert wrong == []


def test_distress_is_severity_one(crisis: Callable[[str], Crisis]) -> None:
    assert [
        (line, found.severity) for line in LINES["distress"]["lines"] if (found := crisis(line)).severity != 1
    ] == []


@pytest.mark.parametrize("kind", list(LINES["silent"]))
def test_lines_that_must_not_alert(crisis: Callable[[str], Crisis], kind: str) -> None:
    assert [(line, found.why) for line in LINES["silent"][kind] if (found := crisis(line)).severity] == []


@pytest.mark.parametrize("severity", [3, 2])
@pytest.mark.parametrize("name", list(FIRST_UNSEEN))
def test_sets_first_run_unseen_stay_heard(crisis: Callable[[str], Crisis], name: str, severity: int) -> None:
    lines = FIRST_UNSEEN[name][f"severity_{severity}"]
    assert [line for line in lines if crisis(line).severity < severity] == []


@pytest.mark.parametrize("name", list(FIRST_UNSEEN))
def test_their_harmless_lines_stay_silent(crisis: Callable[[str], Crisis], name: str) -> None:
    assert [line for line in FIRST_UNSEEN[name]["severity_0"] if crisis(line).severity] == []


def test_hard_negatives_are_as_many_as_alerts() -> None:
    """ "As many": at least eight silent lines to ten alarming ones, over all sets."""
    silent = sum(len(lines) for lines in LINES["silent"].values()) + len(GOLDEN["severity_0"])
    silent += sum(len(lines["severity_0"]) for lines in FIRST_UNSEEN.values())
    alarming = len([*alerts("alert"), *alerts("alert_2"), *GOLDEN["severity_3"], *GOLDEN["severity_2"]])
    alarming += sum(len(lines["severity_3"]) + len(lines["severity_2"]) for lines in FIRST_UNSEEN.values())
    assert silent >= 0.8 * alarming, (silent, alarming)


@pytest.mark.parametrize(
    ("line", "label", "about"),
    [
        ("jeg vil ikke leve mere", CrisisLabel.SUICIDE_IDEATION, About.SELF),
        ("min bror siger han vil tage livet af sig", CrisisLabel.SUICIDE_IDEATION, About.OTHER),
        ("han vågner ikke og hans læber er blå", CrisisLabel.OVERDOSE_POISONING, About.OTHER),
        ("jeg har lige taget 30 panodiler", CrisisLabel.OVERDOSE_POISONING, About.SELF),
        ("min søn på 2 har spist mine piller", CrisisLabel.OVERDOSE_POISONING, About.CHILD),
        ("jeg er 12 og mor vågner ikke", CrisisLabel.CHILD_IN_DANGER, About.OTHER),
        ("jeg er 14 og min stedfar slår mig", CrisisLabel.CHILD_IN_DANGER, About.SELF),
        ("jeg er bange når far er fuld", CrisisLabel.CHILD_IN_DANGER, About.SELF),
        ("min mor drikker", CrisisLabel.CHILD_IN_DANGER, About.SELF),
        ("min far kører fuld med os", CrisisLabel.CHILD_IN_DANGER, About.SELF),
        ("min eks kører fuld med børnene", CrisisLabel.CHILD_IN_DANGER, About.CHILD),
        ("min mand rører ved min datter", CrisisLabel.CHILD_IN_DANGER, About.CHILD),
        ("i am 10 and my mom won't wake up", CrisisLabel.CHILD_IN_DANGER, About.OTHER),
        ("my stepdad touches me", CrisisLabel.CHILD_IN_DANGER, About.SELF),
        ("jeg er gravid og drikker", CrisisLabel.NONE, About.SELF),
        ("kæresten slår mig", CrisisLabel.VIOLENCE_DANGER, About.SELF),
        ("jeg er blevet tævet af min kæreste", CrisisLabel.VIOLENCE_DANGER, About.SELF),
        ("min kone slår mig når hun er fuld", CrisisLabel.VIOLENCE_DANGER, About.SELF),
        ("min eks forfølger mig", CrisisLabel.VIOLENCE_DANGER, About.SELF),
        ("jeg tror han bliver slået af sin far", CrisisLabel.VIOLENCE_DANGER, About.OTHER),
        ("jeg vil slå ham ihjel", CrisisLabel.VIOLENCE_DANGER, About.OTHER),
        ("min stedfar rører ved mig", CrisisLabel.CHILD_IN_DANGER, About.SELF),
        ("jeg har haft et krampeanfald efter jeg holdt op med at drikke", CrisisLabel.WITHDRAWAL_SEVERE, About.SELF),
        ("jeg skærer i mig selv", CrisisLabel.SUICIDE_IDEATION, About.SELF),
        ("jeg står på broen og vil springe", CrisisLabel.SUICIDE_IMMINENT, About.SELF),
    ],
)
def test_label_and_whom_it_is_about(
    crisis: Callable[[str], Crisis], line: str, label: CrisisLabel, about: About
) -> None:
    found = crisis(line)
    assert (found.label, found.about) == (label, about)


@pytest.mark.parametrize(
    ("denied", "not_denied"),
    [
        ("jeg har ikke selvmordstanker", "jeg kan ikke slippe mine selvmordstanker"),
        ("jeg vil aldrig tage mit liv", "jeg ved ikke om jeg vil tage mit liv"),
        ("jeg vil ikke gøre mig selv noget", "jeg tør ikke være alene, jeg gør mig selv noget"),
        ("hun har ikke taget nogen piller", "hun har ikke vågnet siden hun tog piller"),
    ],
)
def test_a_not_silences_only_what_it_governs(crisis: Callable[[str], Crisis], denied: str, not_denied: str) -> None:
    assert crisis(denied).severity == 0
    assert crisis(not_denied).severity >= 2


def test_the_highest_sentence_wins(crisis: Callable[[str], Crisis]) -> None:
    assert crisis("Jeg dør af grin 😂. Nej helt ærligt, jeg vil ikke leve mere. Det var for sjov").severity == 2


def test_danger_is_never_without_a_label(crisis: Callable[[str], Crisis]) -> None:
    everything = [line for section in ("alert", "alert_2") for _, line in alerts(section)]
    assert not [line for line in everything if crisis(line).label is CrisisLabel.NONE]


def test_every_process_hears_the_same() -> None:
    """What is found must not hang on the order of a set, which is another in each process: replicas would differ."""
    lines = [line for *_, line in (*alerts("alert"), *alerts("alert_2"))] + GOLDEN["severity_3"] + GOLDEN["severity_2"]
    typed = "".join(f"{json.dumps({'text': line})}\n" for line in lines)
    heard = [
        subprocess.run(
            [sys.executable, "-m", "doertrin", "nlu", "--jsonl"],
            cwd=CORPORA.parents[2],
            env={**os.environ, "PYTHONHASHSEED": seed},
            input=typed,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert heard[0].count("\n") == len(lines)
    assert heard[0] == heard[1]


def test_why_names_rules_and_never_the_citizens_words(crisis: Callable[[str], Crisis]) -> None:
    found = crisis("jeg har taget 30 panodiler zyxwvut")
    assert found.why[0] == "took_many"
    assert "zyxwvut" not in " ".join(found.why)


# ---- how people really type ----


def _drop(line: str, dice: random.Random) -> str:
    words = line.split()
    place = dice.choice([i for i, word in enumerate(words) if len(word) >= 5] or [0])
    cut = dice.randrange(1, max(2, len(words[place])))
    words[place] = words[place][:cut] + words[place][cut + 1 :]
    return " ".join(words)


def _double(line: str, dice: random.Random) -> str:
    place = dice.randrange(len(line))
    return line[: place + 1] + line[place:]


def _split(line: str, _: random.Random) -> str:
    longest = max(line.split(), key=len)
    middle = len(longest) // 2
    return line.replace(longest, f"{longest[:middle]} {longest[middle:]}", 1)


def _spelled(pairs: dict[str, str | int | None]) -> Callable[[str, random.Random], str]:
    return lambda line, _: line.translate(str.maketrans(pairs))


MUTATIONS: dict[str, tuple[Callable[[str, random.Random], str], float]] = {
    # name: how, and the share of severity 3 lines that must still escalate (severity 2 or more)..
    "capitals": (lambda line, _: line.upper(), 1.0),
    "emoji": (lambda line, _: line + " 😭😭🙏", 1.0),
    "no signs, ae oe aa": (_spelled({"æ": "ae", "ø": "oe", "å": "aa"}), 0.97),
    "no signs, a o a": (_spelled({"æ": "a", "ø": "o", "å": "a"}), 0.88),
    "a letter dropped": (_drop, 0.86),
    "a letter doubled": (_double, 0.96),
    "longest word split": (_split, 0.84),
    "cries": (lambda line, _: line + "!!!! hjææælp", 1.0),
}


@pytest.mark.parametrize("name", list(MUTATIONS))
def test_mutated_lines_still_escalate(crisis: Callable[[str], Crisis], name: str) -> None:
    mutate, least = MUTATIONS[name]
    dice = random.Random(f"dørtrin {name}")
    lines = [line for _, line in alerts("alert")] + GOLDEN["severity_3"]
    missed = [changed for line in lines if crisis(changed := mutate(line, dice)).severity < 2]
    rate = 1 - len(missed) / len(lines)
    assert rate >= least, f"{rate:.3f} of {len(lines)}; missed: {missed}"
