"""What a substance does, what is dangerous, what helps when it goes wrong, and how to use less of it.

Harm reduction without moral: never a dose, never a way of taking, no diagnosis (denmark.md §4.2-4.4). Where stopping at
once can harm (benzodiazepines, GHB, opioids) the card of using less says so. Each text names its own source.
"""

from dialogs.asking import Goto, choice, say, worded
from dialogs.doors import go
from dialogs.registry import dialog
from dialogs.steps import Dialog, Option
from dialogs.visit import Visit

# The names of `Heard.substances`, by the substance whose cards speak of them.
HEARD = {
    "cannabis": ("cannabis",),
    "opioids": ("opioids",),
    "benzodiazepines": ("benzodiazepines",),
    "stimulants": ("cocaine", "amphetamine", "mdma"),
    "nitrous_oxide": ("nitrous_oxide",),
    "ghb": ("ghb",),
    "psychedelics": ("psychedelics",),
    "ketamine": ("ketamine",),
    "nicotine": ("nicotine",),
}
CARDS = ("does", "risk", "wrong", "less")
ASKED = {
    "does": ("virker det", "hvordan virker", "hvad sker der", "how does it work", "what happens"),
    "risk": ("er det farligt", "farligt", "risiko", "skadeligt", "bivirkninger", "dangerous", "risk", "harmful"),
    "wrong": ("overdosis", "går galt", "for meget", "overdose", "too much"),
    "less": (
        *("stopper jeg", "stoppe", "holde op", "skære ned", "trappe ned", "nedtrapning", "at stoppe", "abstinenser"),
        *("stop", "quit", "cut down", "taper", "withdrawal"),
    ),
    "talk": ("tale med", "snakke med", "ringe til", "få hjælp", "talk to", "get help"),
}
"""How people ask for a card."""
TOPICS = ("naloxone", "mixing", "driving", "sleep", "pregnancy", "older", "adhd", "work")
ELSEWHERE = {"alcohol": Goto(dialog="advice"), "topics": Goto(dialog="topics"), "menu": Goto(dialog="menu")}


@dialog("substances")
def substances(_visit: Visit) -> Dialog[Goto]:
    """Which substance; a text that names one chooses it."""
    named = [Option(id=name, label=f"substance.which.{name}", substances=heard) for name, heard in HEARD.items()]
    alcohol = Option(id="alcohol", label="substance.which.alcohol", substances=("alcohol",))
    others = [Option(id=name, label=f"substance.which.{name}") for name in ("topics", "menu")]
    which = yield from choice("substance.which", *named, alcohol, *others)
    return ELSEWHERE.get(which) or about(which)


@dialog("substance", samples=tuple({"name": name} for name in HEARD))
def substance(_visit: Visit, name: str = "cannabis") -> Dialog[Goto]:
    """One card about one substance, then the next or a door. An unknown name reads about cannabis."""
    name = name if name in HEARD else "cannabis"
    card = yield from choice("substance.card", *worded("substance.card", ASKED, *CARDS, "talk", "other", "menu"))
    if card not in CARDS:
        return _beyond(card)
    yield from say(f"substance.{name}.{card}")
    wish = yield from choice("substance.next", "more", "other", "talk", "book", "menu")
    return about(name) if wish == "more" else _beyond(wish)


@dialog("topics")
def topics(_visit: Visit) -> Dialog[Goto]:
    """What concerns several substances at once: one card, then the next or a door."""
    topic = yield from choice("topics.which", *TOPICS, "menu")
    if topic == "menu":
        return Goto(dialog="menu")
    yield from say(f"topics.{topic}")
    wish = yield from choice("topics.next", "more", "talk", "book", "menu")
    return Goto(dialog="topics") if wish == "more" else go(wish)


def about(name: str) -> Goto:
    """To the cards of one substance."""
    return Goto(dialog="substance", arguments={"name": name})


def _beyond(wish: str) -> Goto:
    return Goto(dialog="substances") if wish == "other" else go(wish)
