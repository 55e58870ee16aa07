"""Card 3 of the 5-step method: ways of coping, with the modules of CRAFT and how to begin the talk.

Ways of coping: standing up to it, putting up with it, withdrawing, each with something for and against (Copello and
others 2010). CRAFT: see the pattern, reward sober time, let what follows follow, speak well, suggest help at the right
moment. The talk: Alkohol & Samfund, Syv råd (alkohologsamfund.dk). All after denmark.md §5.
"""

from collections.abc import Mapping, Sequence

from dialogs.asking import Goto, choice, say, worded
from dialogs.relatives_cards import YOUNG_VOICES, more_or_on
from dialogs.relatives_play import practise
from dialogs.steps import Dialog
from dialogs.visit import Visit

PARTS: Mapping[str, tuple[str, ...]] = {
    "understand": ("pattern", "ways"),
    "act": ("reward", "follow", "relapse"),
    "speak": ("talk", "suggest", "no"),
}
"""What there is, by what one wants: to understand, to do something, to say something."""
SAID = {
    "understand": ("hvorfor", "forstå", "why", "understand"),
    "act": ("gøre noget andet", "hvordan hjælper jeg", "kan jeg hjælpe", "do something", "how can i help"),
    "speak": (
        *("taler jeg med", "snakker jeg med", "tale med", "snakke med", "siger jeg", "sige til"),
        *("talk to", "talk with", "say to", "tell him", "tell her"),
    ),
    "talk": ("begynder", "begynde", "starte", "starter", "siger jeg", "tage det op", "begin", "start", "bring it up"),
    "suggest": ("foreslå", "få ham til", "få hende til", "søge hjælp", "suggest", "get help"),
    "no": ("siger nej", "vil ikke", "nægter", "says no", "refuses", "won t"),
}
"""How people say what they would like, and which way."""
SAID_YOUNG = {
    "evening": ("mens det sker", "når han er fuld", "når hun er fuld", "i aften", "while it happens"),
    "tell": (
        *("en voksen", "min lærer", "sige det til", "fortælle det", "fortælle nogen", "hvem kan jeg sige"),
        *("an adult", "my teacher", "tell someone", "tell somebody"),
    ),
    "no": ("ingen vil høre", "tror ikke på mig", "ingen lytter", "nobody listens"),
    "again": ("starter igen", "begynder igen", "starts again"),
}
PARTS_YOUNG = ("evening", "tell", "no", "again")
WAYS = ("stand", "put_up", "step_back")
AT_WORK = ("colleague", "leader")


def cope(_visit: Visit, who: str, *, voice: str, done: Sequence[str]) -> Dialog[Goto]:
    """Card 3: one way at a time, chosen by the citizen; no way is wrong."""
    if voice in YOUNG_VOICES:
        topic = yield from choice("relatives.cope.young", *worded("relatives.cope.young", SAID_YOUNG, *PARTS_YOUNG))
        yield from say(f"relatives.coped.young.{topic}")
        if topic == "tell":
            yield from talk(voice)
        return (yield from more_or_on(who, "cope", done))
    part = yield from choice("relatives.cope", *worded("relatives.cope", SAID, *PARTS))
    topic = yield from choice("relatives.cope.topic", *worded("relatives.cope.topic", SAID, *PARTS[part]))
    if topic == "ways":
        way = yield from choice("relatives.ways", *WAYS)
        yield from say(f"relatives.way.{way}")
    elif topic == "talk":
        yield from say("relatives.coped.talk.work" if who in AT_WORK else "relatives.coped.talk")
        yield from talk(who)
    else:
        at_work = who in AT_WORK and topic == "follow"
        yield from say(f"relatives.coped.{topic}.work" if at_work else f"relatives.coped.{topic}")
    return (yield from more_or_on(who, "cope", done))


def talk(voice: str) -> Dialog[None]:
    """How one could begin, in this one's words; then, for who wants it, a try."""
    yield from say(f"relatives.begin.{voice}")
    if (yield from choice("relatives.practise", "yes", "no")) == "yes":
        yield from practise(voice)
