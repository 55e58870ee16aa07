"""`relatives` as it was with two of the five cards. Whoever asks for the others is led to the version that has them."""

from collections.abc import Sequence
from datetime import date

from dialogs.asking import Goto, choice, say
from dialogs.doors import go, is_young
from dialogs.registry import dialog
from dialogs.relatives import NAMED, safe
from dialogs.relatives_cards import know, listen
from dialogs.screening_age import asked_age
from dialogs.steps import Dialog, Option, Words
from dialogs.visit import Visit

WHO = ("partner", "parent", "child", "sibling", "friend", "colleague")
"""What the citizen is to the other: `child` writes about a mother or father, `parent` about a daughter or son."""
MAY_BE_YOUNG = ("child", "sibling", "friend")
"""Those whose age is asked: it decides whose words are used and which lines are shown."""
CARDS = ("listen", "know")


@dialog(
    "relatives",
    version=1,
    until=date(2027, 6, 30),
    samples=({}, {"who": "child"}, {"who": "partner", "card": "listen"}, {"who": "parent", "card": "know"}),
)
def relatives(visit: Visit, who: str | None = None, card: str | None = None, done: Sequence[str] = ()) -> Dialog[Goto]:
    """Who it is, whether one is safe, then the cards. With `card` that card, with `done` the choice of the next.

    A professional looks at the cards for somebody else and is not asked about home.
    """
    if who is None:
        who = yield from choice(
            "relatives.who", *[Option(id=who, label=f"relatives.who.{who}", words=NAMED[who]) for who in WHO]
        )
    young = is_young((yield from asked_age(visit)) if who in MAY_BE_YOUNG else visit.age_group)
    voice = "young" if young else who
    if card == "listen":
        return (yield from listen(visit, who, voice=voice, done=done))
    if card == "know":
        return (yield from know(visit, who, voice=voice, done=done))
    if not done and visit.role != "professional":
        yield from say("relatives.open.young" if young else f"relatives.open.{who}")
        if not (yield from safe(who, young=young)):
            return Goto(dialog="handoff", arguments={"label": "violence_danger", "severity": 1, "about": "self"})
    return (yield from cards(who, young=young, done=done))


def cards(who: str, *, young: bool, done: Sequence[str]) -> Dialog[Goto]:
    """Choose a card. The other three are only spoken of, and not to children."""
    coming = () if young or "later" in done else ("later",)
    seen = tuple(Words(key=f"relatives.seen.{card}") for card in CARDS if card in done)
    wish = yield from choice(
        "relatives.cards",
        *CARDS,
        *coming,
        "talk",
        "menu",
        message="relatives.cards.again" if seen else "relatives.cards.young" if young else "relatives.cards",
        seen=seen,
    )
    if wish == "later":
        yield from say("relatives.later")
        return Goto(dialog="relatives", arguments={"who": who, "done": [*done, "later"]})
    if wish in CARDS:
        return Goto(dialog="relatives", arguments={"who": who, "card": wish, "done": list(done)})
    return go(wish)
