"""Cards 1 and 2 of the 5-step method: listening, and knowing.

1: the relative tells in own words or chooses, is reflected, and says how heavy it is (0-10, our own question, not
validated: domain/instruments.md §10). 2: what use does, what is not their responsibility, what treatment is, what the
municipality truly offers relatives, the children.
"""

from collections.abc import Mapping, Sequence

from dialogs.asking import Goto, choice, free_text, learn, number, record, say, worded
from dialogs.doors import go
from dialogs.local import surely
from dialogs.steps import Dialog
from dialogs.visit import Visit

WORRIES: Mapping[str, tuple[str, ...]] = {
    "partner": ("health", "changed", "promises", "quarrels", "money", "children"),
    "parent": ("health", "changed", "promises", "quarrels", "money"),
    "child": ("health", "changed", "promises", "quarrels", "money"),
    "sibling": ("health", "changed", "promises", "quarrels"),
    "friend": ("health", "changed", "promises"),
    "grandparent": ("health", "changed", "promises", "money"),
    "colleague": ("health", "changed", "promises", "work"),
    "leader": ("health", "changed", "promises", "work"),
    "young": ("scared", "quarrels", "promises", "helping", "secret"),
}
CARDS = ("listen", "know", "cope", "support", "more")
YOUNG_VOICES = ("young", "teen")
FEELINGS = ("fear", "anger", "sad", "shame", "tired")
FELT = {
    "fear": ("bange", "nervøs", "angst", "urolig", "bekymret", "scared", "afraid", "worried", "anxious"),
    "anger": ("vred", "sur", "rasende", "irriteret", "angry", "mad", "furious"),
    "sad": ("ked af det", "trist", "græder", "græde", "sad", "crying"),
    "shame": ("flov", "skam", "skammer mig", "pinligt", "skyld", "ashamed", "guilty", "embarrassed"),
    "tired": ("træt", "slidt", "udmattet", "udkørt", "magtesløs", "tired", "exhausted", "worn out"),
}
"""How people say it."""
HEAVY = 7
MIDDLING = 4
TOPICS = ("alcohol", "cannabis", "pills", "responsibility", "treatment", "offers", "children")
TOPICS_YOUNG = ("not_your_fault", "why", "tell", "asleep")


def listen(visit: Visit, who: str, *, voice: str, done: Sequence[str]) -> Dialog[Goto]:
    """Card 1: nobody is told anything; they are heard."""
    young = voice in YOUNG_VOICES
    how = yield from choice("relatives.listen.how", "write", "choose")
    if how == "write":
        story = yield from free_text(
            "relatives.listen.story", samples=("Han drikker hver aften, og jeg ligger vågen.",)
        )
        yield from say("relatives.listen.skipped" if story is None else "relatives.listen.thanks")
    else:
        worry = yield from choice("relatives.listen.worry", *WORRIES["young" if young else who])
        yield from say(f"relatives.listen.heard.young.{worry}" if young else f"relatives.listen.heard.{worry}")
    feeling = yield from choice("relatives.listen.feel", *worded("relatives.listen.feel", FELT, *FEELINGS))
    yield from say(f"relatives.listen.felt.{feeling}")
    strain = yield from number("relatives.strain", minimum=0, maximum=10, samples=(2, 5, 9))
    weight = yield from record("relatives.strain", weigh(strain), counter="relatives.strain", bucket=weigh(strain))
    yield from say(f"relatives.strain.{weight}")
    if young:
        yield from say("relatives.young_line")
    now = yield from taken(who, "listen", done)
    tests = () if visit.age_group == "under_13" else ("wellbeing",)
    wish = yield from choice("relatives.listen.next", "know", *tests, "cards", "talk", "menu")
    if wish == "wellbeing":
        return Goto(dialog="screening", arguments={"instrument": "who5"})
    return onward(who, wish, now)


def weigh(strain: int | None) -> str:
    """Our own three steps: no limits have been published for this question."""
    if strain is None:
        return "none"
    return "high" if strain >= HEAVY else "middle" if strain >= MIDDLING else "low"


def know(visit: Visit, who: str, *, voice: str, done: Sequence[str]) -> Dialog[Goto]:
    """Card 2: one thing to know at a time, chosen by the citizen."""
    young = voice in YOUNG_VOICES
    topic = yield from choice("relatives.know", *(TOPICS_YOUNG if young else TOPICS))
    yield from say(f"relatives.known.{topic}")
    if topic == "responsibility":
        yield from say(f"relatives.example.{who}")
    if topic == "offers":
        yield from here(visit)
    now = yield from taken(who, "know", done)
    local = ("find",) if topic == "offers" else ()
    wish = yield from choice("relatives.know.next", "know", "cards", *local, "talk", "menu")
    return onward(who, wish, now)


def here(visit: Visit) -> Dialog[None]:
    """What this municipality offers relatives, as far as its pack knows."""
    local = surely(visit, "relative", None)
    if local:
        yield from say("relatives.local", offers=local)


def taken(who: str, card: str, done: Sequence[str]) -> Dialog[list[str]]:
    """Remember that a card was taken; all that were."""
    seen = [known for known in CARDS if known in (*done, card)]
    yield from learn("relative", " ".join((who, *seen)))
    return seen


def more_or_on(who: str, card: str, done: Sequence[str]) -> Dialog[Goto]:
    """The end of a card: more of it, another, a person, or out."""
    seen = yield from taken(who, card, done)
    local = ("find",) if card == "more" else ()
    wish = yield from choice("relatives.next", "same", "cards", *local, "talk", "menu")
    return onward(who, card if wish == "same" else wish, seen)


def onward(who: str, wish: str, done: Sequence[str]) -> Goto:
    """To the next card, another topic, or out through a door."""
    seen = list(dict.fromkeys(done))
    if wish in CARDS:
        return Goto(dialog="relatives", arguments={"who": who, "card": wish, "done": seen})
    if wish == "cards":
        return Goto(dialog="relatives", arguments={"who": who, "done": seen})
    return go(wish)
