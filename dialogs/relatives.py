"""For whoever worries about somebody else: the first two of the five cards of the 5-step method, whole.

5-step method (Copello and others 2010): 1 listen without judging, 2 relevant knowledge, 3 ways of coping, 4 support,
5 what else is needed. Cards 3-5 are honestly said to be missing here. Safety is asked first (CRAFT, denmark.md §5).
Somebody under 18 meets a child's words. Each card is a root of its own with its arguments, so one can stop after any.
"""

from collections.abc import Sequence

from dialogs.asking import Goto, choice, say
from dialogs.doors import go, is_young
from dialogs.registry import dialog
from dialogs.relatives_cards import know, listen
from dialogs.screening import asked_age
from dialogs.steps import Dialog, Option, Words
from dialogs.visit import Visit

WHO = ("partner", "parent", "child", "sibling", "friend", "colleague")
"""What the citizen is to the other: `child` writes about a mother or father, `parent` about a daughter or son."""
# fmt: off
NAMED = {
    "partner": (
        "min mand", "min kone", "min kæreste", "min samlever", "min ægtefælle", "min eks", "my husband", "my wife",
        "my partner", "my boyfriend", "my girlfriend", "my ex",
    ),
    "parent": (
        "min søn", "min datter", "mit barn", "mine børn", "min teenager", "min dreng", "min pige", "vores søn",
        "vores datter", "my son", "my daughter", "my child", "my kid", "my teenager", "our son", "our daughter",
    ),
    "child": (
        "min mor", "min far", "mor", "far", "mine forældre", "min stedfar", "min stedmor", "min papfar", "my mother",
        "my mom", "my mum", "my father", "my dad", "my parents", "my stepdad",
    ),
    "sibling": (
        "min bror", "min søster", "min lillebror", "min lillesøster", "min storebror", "min storesøster", "my brother",
        "my sister",
    ),
    "friend": ("min ven", "min veninde", "en veninde", "min kammerat", "en kammerat", "my friend", "a friend"),
    "colleague": (
        "min kollega", "en kollega", "min chef", "min medarbejder", "en fra arbejdet", "my colleague",
        "a colleague", "my coworker", "a coworker", "my boss",
    ),
}
# fmt: on
"""How people name the one they worry about."""
MAY_BE_YOUNG = ("child", "sibling", "friend")
"""Those whose age is asked: it decides whose words are used and which lines are shown."""
AT_HOME = ("partner", "parent", "child", "sibling")
CARDS = ("listen", "know")


@dialog(
    "relatives",
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
    if card == "listen":
        return (yield from listen(visit, who, young=young, done=done))
    if card == "know":
        return (yield from know(visit, who, young=young, done=done))
    if not done and visit.role != "professional":
        yield from say("relatives.open.young" if young else f"relatives.open.{who}")
        if not (yield from safe(who, young=young)):
            return Goto(dialog="handoff", arguments={"label": "violence_danger", "severity": 1, "about": "self"})
    return (yield from cards(who, young=young, done=done))


def safe(who: str, *, young: bool) -> Dialog[bool]:
    """Ask early whether one is safe; if not, say who helps before anything else. False: a person is wanted now."""
    yield from say("relatives.alone")
    where = "relatives.safe" if who in AT_HOME else "relatives.safe.together"
    answer = yield from choice(
        "relatives.safe", "yes", "sometimes", "no", message="relatives.safe.young" if young else where
    )
    if answer == "yes":
        return True
    yield from say("relatives.unsafe.young" if young else "relatives.unsafe")
    if not young:
        yield from say("relatives.unsafe.plan")
    return (yield from choice("relatives.unsafe.next", "go_on", "talk")) == "go_on"


def cards(who: str, *, young: bool, done: Sequence[str]) -> Dialog[Goto]:
    """Choose a card. The three that are not made yet are only spoken of, and not to children."""
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
