"""The greeting: a bot, not a person; what is anonymous here; when somebody must be told; the way to a person and out.

Told at first contact: AI Act article 50, in force 2 August 2026. The promise differs by channel, for Telegram knows who
writes (texts `welcome.anonymous`). The duty to notify is told before anybody can give themselves away: barnets lov
chapter 16.
"""

from dialogs.asking import Goto, choice, learn, say
from dialogs.registry import dialog
from dialogs.steps import Dialog, Option
from dialogs.visit import Visit

WHERE = {"me": "menu", "other": "relatives", "professional": "menu"}
HINTS = {
    "me": ("screening_alcohol", "screening_cannabis", "screening_other_drugs", "screening_wellbeing"),
    "other": ("relative_advice", "child_of_user"),
}
"""Who writes "jeg ryger for meget" has said whom it is about."""
WORDS = {
    "me": (
        *("mig selv", "om mig", "det er mig", "jeg selv", "kun mig", "mit eget"),
        *("myself", "about me", "it is me", "it s me", "its me", "just me"),
    ),
    "other": ("en anden", "en jeg kender", "ikke mig", "someone else", "somebody else", "not me"),
    "professional": (
        *("mit arbejde", "i mit job", "fagperson", "jeg er lærer", "jeg er pædagog", "jeg er sagsbehandler"),
        *("jeg er sygeplejerske", "jeg er socialrådgiver", "en elev", "en borger"),
        *("my job", "my work", "i am a teacher", "i am a nurse"),
    ),
}
"""How people say whom it is about."""
INTENTS = {"me": ("info_substance",)}
"""Who asks what a substance does wants an answer, whomever it is about."""


@dialog("welcome")
def welcome(_visit: Visit) -> Dialog[Goto]:
    """The first root of every conversation. One entry for all: citizens, relatives, professionals (denmark.md §1.1)."""
    yield from say("welcome.hello")
    yield from say("welcome.anonymous")
    yield from say("welcome.limits")
    options = [
        Option(
            id=role,
            label=f"welcome.who.{role}",
            intents=INTENTS.get(role, ()),
            hints=HINTS.get(role, ()),
            words=WORDS[role],
        )
        for role in WHERE
    ]
    role = yield from choice("welcome.who", *options)
    yield from learn("role", role)
    if role == "professional":
        yield from say("welcome.professional")
    return Goto(dialog=WHERE[role])
