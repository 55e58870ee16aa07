"""Danger: what is said first, until the citizen says that they are safe.

Severity 3 says at once what saves life: 112, first aid, not being alone. Severity 2 asks straight out whether it is
now, for asking directly causes nothing (selvmordsforebyggelse.dk; WHO, Preventing suicide, 2023), and goes on as 3 on a
yes. Both are left only through "Er du i sikkerhed nu?" (DESIGN §3, crisis c). Severity 1 acknowledges, and the citizen
chooses.

Safe messaging after WHO 2023, #chatsafe (Orygen) and psykiatrifonden.dk: no methods, no doses, no blame, hope, one
small next step, few numbers. Where a text gives first aid, its `source` says from where. A doctor and a counselor must
sign it all before launch.
"""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from dialogs.asking import YES_NO, alert, call, choice, request, say
from dialogs.doors import is_young
from dialogs.first_aid import first_aid, kinds
from dialogs.heard import CrisisLabel, Expect
from dialogs.registry import dialog
from dialogs.steps import CheckIn, Desk, Dialog, Lines, Option, Words
from dialogs.times import when
from dialogs.visit import Visit

ROUNDS = 20
"""How often "not safe" is answered before the frame ends: a bound for the engine that nobody should meet. Whoever does
has 112 on the screen."""

GROUPS: Mapping[str, str] = {
    CrisisLabel.SUICIDE_IMMINENT: "suicide",
    CrisisLabel.SUICIDE_IDEATION: "suicide",
    CrisisLabel.OVERDOSE_POISONING: "overdose",
    CrisisLabel.VIOLENCE_DANGER: "violence",
    CrisisLabel.WITHDRAWAL_SEVERE: "withdrawal",
    CrisisLabel.CHILD_IN_DANGER: "child",
    CrisisLabel.NONE: "distress",
}
"""Which texts serve a label."""

CHILD_WORDS = frozenset(
    {
        *("now.suicide", "now.overdose", "now.child"),
        *("ask.child", "soon.suicide", "soon.child"),
        *("soft.child", "after.child"),
    }
)
"""Texts with words of their own about a child. Elsewhere the words about another serve: they do not speak of age."""

DESKS: Mapping[str, str] = {"none": "none", "open": "open", "queue": "open"}
"""The first sentence by the desk's state; any other state is `closed`."""

BODY = ("overdose", "withdrawal")
"""Dangers to the body: the poison line helps during, somebody to talk to after."""

SAFE: Mapping[str, tuple[str, str]] = {
    "self": ("crisis.safe", "crisis.safe.again"),
    "other": ("crisis.safe.other", "crisis.safe.again.other"),
}
UNSAFE = ("crisis.unsafe.first", "crisis.unsafe.second", "crisis.unsafe.third")
NOW = (
    *(
        "lige nu",
        "det sker nu",
        "måske",
        "ved ikke",
        "ved ik",
        "ved det ikke",
        "ved jeg ikke",
        "tror det",
        "right now",
        "maybe",
        "don t know",
    ),
    *("dont know", "i think so", "not sure"),
)
"""What is not sure is taken as the graver: what then follows harms nobody."""
NOT_NOW = (
    *("ikke nu", "ikke lige nu", "ikke mere", "nogle gange", "nogen gange", "en gang imellem", "sommetider"),
    *("af og til", "tidligere", "not now", "not right now", "sometimes", "not anymore", "earlier"),
)
"""How people say that it is so, but not at this moment."""
STEP_BY_STEP = ("skridt for skridt", "et skridt ad gangen", "hvad gør jeg", "hjælp mig", "step by step", "help me")


class Danger(NamedTuple):
    """What was heard, and which texts fit it."""

    label: str
    severity: int
    about: str
    group: str

    def text(self, stage: str) -> str:
        """The key of one stage's text: `crisis.now.overdose.other`."""
        key = f"{stage}.{self.group}"
        about = "other" if self.about == "child" and key not in CHILD_WORDS else self.about
        return f"crisis.{key}.{about}"

    def lines(self) -> Lines:
        """The helplines that fit."""
        return Lines(label=self.label, severity=self.severity, about=self.about)

    def ask(self) -> str:
        """Whom "in safety" is asked about."""
        return "self" if self.about == "self" else "other"


def understood(label: str, severity: int, about: str) -> Danger:
    """The texts for a label. Violence near a child is a child in danger; severity 2 without a label is asked about as
    thoughts of suicide, for that question does no harm and the opposite mistake does.
    """
    group = GROUPS[label]
    if group == "violence" and about == "child":
        group = "child"
    if group == "distress" and severity > 1:
        group = "suicide"
    return Danger(label=label, severity=severity, about=about, group=group)


@dialog(
    "crisis",
    samples=(
        {"label": "suicide_ideation", "severity": 2, "about": "self"},
        {"label": "overdose_poisoning", "severity": 3, "about": "other"},
        {"label": "none", "severity": 1, "about": "self"},
    ),
)
def crisis(visit: Visit, label: str = "none", severity: int = 1, about: str = "self") -> Dialog[dict[str, bool | None]]:
    """Stay with someone in danger. `safe` is None where it was not asked, at severity 1."""
    danger = understood(label, severity, about)
    if severity <= 1:
        yield from soften(danger)
        return {"safe": None}
    desk = yield from request(Desk())
    first, stage = Words(key=f"crisis.desk.{DESKS.get(desk['state'], 'closed')}"), "now"
    if severity == 2:
        if (yield from happening(danger.text("ask"), first)):
            danger = danger._replace(severity=3)
            yield from alert(danger.label, danger.severity, danger.about)
        else:
            stage = "soon"
        first = Words(key="crisis.answered")
    yield from say(danger.text(stage), first=first)
    if about != "self" and is_young(visit.age_group):
        yield from say("crisis.not_your_fault")
    yield from say("crisis.lines", lines=danger.lines())
    safe = yield from stay(danger)
    if safe:
        yield from part(danger)
    return {"safe": safe}


def happening(message: str, first: Words) -> Dialog[bool]:
    """Whether it is now."""
    words = {"yes": NOW, "no": NOT_NOW}
    options = [msgspec.structs.replace(option, words=words[option.id]) for option in YES_NO]
    return (yield from choice("crisis.now", *options, message=message, expect=Expect.YESNO, first=first)) == "yes"


def stay(danger: Danger) -> Dialog[bool]:
    """Ask "Er du i sikkerhed nu?" until the answer is yes: other words every time, and 112 in each of them. First aid
    is there step by step for as long as it is wanted.
    """
    first, again = SAFE[danger.ask()]
    steps = (Option(id="steps", label="crisis.safe.steps", words=STEP_BY_STEP),)
    options = (*YES_NO, *(steps if kinds(danger.group, danger.about) else ()))
    for number in range(ROUNDS):
        message = again if number else first
        answer = yield from choice("crisis.safe", *options, message=message, expect=Expect.YESNO)
        if answer == "yes":
            return True
        if answer == "steps":
            yield from first_aid(danger.label, danger.group, danger.about, danger.severity)
            continue
        yield from say(UNSAFE[number % len(UNSAFE)], lines=danger.lines())
    return False


def part(danger: Danger) -> Dialog[None]:
    """Safe: a kind word, one small next step, and for who wants it a person, or a question on the next day."""
    later = ("tomorrow",) if danger.about == "self" else ()
    wish = yield from choice("crisis.then", "person", "continue", *later, message=danger.text("after"))
    if wish == "person":
        yield from meet(danger)
    elif wish == "tomorrow":
        yield from say("crisis.tomorrow", when=when((yield from request(CheckIn()))))


def soften(danger: Danger) -> Dialog[None]:
    """Distress without danger: it was heard, and the citizen chooses what happens."""
    wish = yield from choice("crisis.wish", "continue", "lines", "person", message=danger.text("soft"))
    if wish == "lines":
        yield from say("crisis.lines", lines=danger.lines())
        wish = yield from choice("crisis.wish", "continue", "person")
    if wish == "person":
        yield from meet(danger)


def meet(danger: Danger) -> Dialog[None]:
    """Show the way to a person to talk to. The body's danger is over then, and so are the lines for it."""
    label = CrisisLabel.NONE.value if danger.group in BODY else danger.label
    yield from call("handoff", label=label, severity=1, about=danger.about)
