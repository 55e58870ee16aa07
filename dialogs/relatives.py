"""For whoever worries about somebody else: the five cards of the 5-step method, in any order, each whole in itself.

5-step method (Copello and others 2010): 1 listen without judging, 2 relevant knowledge, 3 ways of coping, 4 support,
5 what else is needed. Safety is asked first (CRAFT, denmark.md §5). Somebody under 18 meets a child's or a young
person's own words. Each card is a root of its own with its arguments, so one can stop after any; which were taken is
remembered, and whoever comes back goes on there.
"""

from collections.abc import Sequence

from dialogs.asking import Goto, choice, say
from dialogs.doors import go
from dialogs.registry import dialog
from dialogs.relatives_cards import CARDS, YOUNG_VOICES, know, listen
from dialogs.relatives_cope import cope
from dialogs.relatives_more import more
from dialogs.relatives_support import support
from dialogs.screening_age import asked_age
from dialogs.skeleton import Point
from dialogs.steps import Dialog, Option, Words
from dialogs.visit import Visit

WHO = ("partner", "parent", "child", "sibling", "grandparent", "friend", "colleague", "leader")
"""What the citizen is to the other: `child` writes about a mother or father, `parent` about a daughter or son,
`grandparent` about a grandchild, `leader` about somebody they lead at work."""
# fmt: off
NAMED = {
    "partner": (
        "min mand", "min kone", "min kæreste", "min samlever", "min ægtefælle", "min eks", "my husband", "my wife",
        "my partner", "my boyfriend", "my girlfriend", "my ex",
    ),
    "parent": (
        "forælder", "jeg er mor", "jeg er far", "som mor", "som far",
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
    "grandparent": (
        "mit barnebarn", "mine børnebørn", "vores barnebarn", "my grandchild", "my grandson", "my granddaughter",
    ),
    "friend": ("min ven", "min veninde", "en veninde", "min kammerat", "en kammerat", "my friend", "a friend"),
    "colleague": (
        "min kollega", "en kollega", "min chef", "en fra arbejdet", "my colleague", "a colleague", "my coworker",
        "a coworker", "my boss",
    ),
    "leader": (
        "min medarbejder", "en medarbejder", "min ansatte", "my employee", "an employee", "a member of my team",
    ),
}
"""How people name the one they worry about."""
WISHED = {
    "listen": (
        "fortælle", "ked af det", "min skyld", "skyldfølelse", "dårlig samvittighed", "det er svært", "det er hårdt",
        "feel guilty", "my fault", "so sad", "it is hard",
    ),
    "know": ("vide mere", "forstå det", "hvorfor gør", "hvorfor drikker", "know more", "understand it", "why does"),
    "cope": (
        "hvad skal jeg gøre", "hvad kan jeg gøre", "hvad gør jeg", "hvad skal vi gøre", "taler jeg med",
        "snakker jeg med",
        "tale med ham", "tale med hende", "snakke med ham", "snakke med hende", "hvordan siger jeg",
        "hvordan hjælper jeg",
        "hvordan kan jeg hjælpe", "lytter ikke", "vil ikke lytte", "få ham til", "få hende til", "what should i do",
        "what do i do", "talk to him", "talk to her", "how do i help", "how can i help", "does not listen",
        "won t listen",
    ),
    "support": (
        "hjælp til mig", "hjælp til mig selv", "støtte", "kan jeg selv", "jeg er træt", "jeg er så træt",
        "jeg er slidt",
        "help for me", "support for me", "i am tired", "i am so tired", "i am exhausted",
    ),
    "more": ("sorg", "savner", "børnene", "grief", "miss him", "miss her", "the children"),
}
# fmt: on
"""How people say which card they want."""
TOLD = {"listen": ("relative_advice", "child_of_user", "screening_wellbeing")}
"""Who goes on telling is heard first."""
MAY_BE_YOUNG = ("child", "sibling", "friend")
"""Those whose age is asked: it decides whose words are used and which lines are shown."""
AT_HOME = ("partner", "parent", "child", "sibling")
RUN = {"listen": listen, "know": know, "cope": cope, "support": support, "more": more}
READING = tuple(f"relatives.{each}" for each in ("listen", "know", "cope", "support", "more"))
AGENDA = (
    Point("questions"),
    Point("choose", ("relatives.cards",)),
    Point("read", READING),
    Point("next", ("relatives.next", "relatives.listen.next", "relatives.know.next")),
)


@dialog(
    "relatives",
    version=2,
    samples=(
        *({"who": who} for who in WHO),
        *({"who": who, "card": card} for who in ("partner", "child", "leader") for card in CARDS),
        *({"who": who, "card": card} for who in ("parent", "sibling", "friend") for card in ("cope", "support")),
        *({"who": who, "card": "cope"} for who in ("grandparent", "colleague")),
        {"who": "colleague", "card": "support"},
        {},
    ),
    agenda=AGENDA,
)
def relatives(visit: Visit, who: str | None = None, card: str | None = None, done: Sequence[str] = ()) -> Dialog[Goto]:
    """Who it is, whether one is safe, then the cards. With `card` that card, with `done` the choice of the next.

    A professional looks at the cards for somebody else and is not asked about home.
    """
    if who is None:
        who, done = yield from whom(visit)
    voice = yield from voiced(visit, who)
    if card in RUN:
        return (yield from RUN[card](visit, who, voice=voice, done=done))
    if not done and visit.role != "professional":
        yield from say(f"relatives.open.{voice}")
        if not (yield from safe(who, young=voice in YOUNG_VOICES)):
            return Goto(dialog="handoff", arguments={"label": "violence_danger", "severity": 1, "about": "self"})
    return (yield from cards(who, young=voice in YOUNG_VOICES, done=done))


def whom(visit: Visit) -> Dialog[tuple[str, Sequence[str]]]:
    """Who it is about, and the cards taken. Whoever was here before may go on."""
    if visit.relative is not None and (yield from choice("relatives.resume", "go_on", "new")) == "go_on":
        return visit.relative
    options = [Option(id=who, label=f"relatives.who.{who}", words=NAMED[who]) for who in WHO]
    return (yield from choice("relatives.who", *options)), ()


def voiced(visit: Visit, who: str) -> Dialog[str]:
    """In whose words it is told: a child's (`young`), a young person's (`teen`), or those for what one is."""
    age_group = (yield from asked_age(visit)) if who in MAY_BE_YOUNG else visit.age_group
    return {"under_13": "young", "13_17": "teen"}.get(age_group or "", who)


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
    """Choose a card; those that were taken are ticked off and may be taken again."""
    seen = tuple(Words(key=f"relatives.seen.{card}") for card in CARDS if card in done)
    first = "relatives.five.young" if young else "relatives.five"
    again = "relatives.cards.all" if len(seen) == len(CARDS) else "relatives.cards.again"
    labels = "relatives.cards.young" if young else "relatives.cards"
    wish = yield from choice(
        "relatives.cards",
        *[Option(id=card, label=f"{labels}.{card}", words=WISHED[card], hints=TOLD.get(card, ())) for card in CARDS],
        "talk",
        "menu",
        message=again if seen else first,
        seen=seen,
    )
    if wish in CARDS:
        return Goto(dialog="relatives", arguments={"who": who, "card": wish, "done": list(done)})
    return go(wish)
