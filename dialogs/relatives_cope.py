"""Card 3 of the 5-step method: ways of coping, with the modules of CRAFT and how to begin the talk.

Ways of coping: standing up to it, putting up with it, withdrawing, each with something for and against (Copello and
others 2010). CRAFT: see the pattern, reward sober time, let what follows follow, speak well, suggest help at the right
moment. The talk: Alkohol & Samfund, Syv råd (alkohologsamfund.dk). All after denmark.md §5.
"""

from collections.abc import Mapping, Sequence

from dialogs.asking import Goto, choice, say
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
PARTS_YOUNG = ("evening", "tell", "no", "again")
WAYS = ("stand", "put_up", "step_back")
AT_WORK = ("colleague", "leader")


def cope(_visit: Visit, who: str, *, voice: str, done: Sequence[str]) -> Dialog[Goto]:
    """Card 3: one way at a time, chosen by the citizen; no way is wrong."""
    if voice in YOUNG_VOICES:
        topic = yield from choice("relatives.cope.young", *PARTS_YOUNG)
        yield from say(f"relatives.coped.young.{topic}")
        if topic == "tell":
            yield from talk(voice)
        return (yield from more_or_on(who, "cope", done))
    part = yield from choice("relatives.cope", *PARTS)
    topic = yield from choice("relatives.cope.topic", *PARTS[part])
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
