"""Where one always lands: what can be done here, by role."""

from dialogs.asking import Goodbye, Goto, choice, learn, say
from dialogs.goals import remembered
from dialogs.registry import dialog
from dialogs.steps import Dialog, Option
from dialogs.visit import Visit

OPTIONS = {
    "me": (
        *("alcohol", "cannabis", "drugs", "wellbeing", "talk", "book", "find"),
        *("ready", "read", "rights", "relatives", "goodbye"),
    ),
    "other": ("relatives", "talk", "book", "find", "read", "wellbeing", "rights", "me", "goodbye"),
    "professional": ("read", "rights", "find", "relatives", "talk", "book", "me", "goodbye"),
}

INTENTS = {
    "alcohol": ("screening_alcohol",),
    "cannabis": ("screening_cannabis",),
    "drugs": ("screening_other_drugs",),
    "wellbeing": ("screening_wellbeing",),
    "book": ("booking_new", "booking_change", "booking_cancel"),
    "find": ("info_treatment",),
    "read": ("info_substance",),
    "relatives": ("relative_advice", "child_of_user"),
}
"""What a citizen who types instead of pressing surely means by it."""
HINTS = {"cannabis": INTENTS["cannabis"], "drugs": INTENTS["drugs"]}
"""Who tells of what they use is led to it also when it is only likely that they mean themselves: it asks before it
does anything.
"""

WORDS = {
    "find": (
        *(
            "hvad kan jeg få",
            "hvad kan vi få",
            "hvad tilbyder i",
            "tilbud",
            "kan borgeren få",
            "kan eleven få",
            "henvende sig",
            "hvad har i",
        ),
        *("what can i get", "what can we get", "what do you offer", "offers"),
    ),
    "talk": ("ringe", "i telefonen", "call someone", "on the phone"),
    "ready": ("ændre noget", "lave noget om", "change something"),
    "read": ("gode råd", "læse om", "vide noget om", "good advice", "read about"),
    "rights": (
        *("ret til", "rettigheder", "underretningspligt", "underrette", "tavshedspligt", "klage", "journal", "loven"),
        *("right to", "rights", "duty to report", "complain", "the law"),
    ),
    "relatives": (
        "elev",
        "eleven",
        "en elev",
        "taler jeg med",
        "snakker jeg med",
        "student",
        "pupil",
        "how do i talk to",
    ),
    "wellbeing": ("ked af det", "sover dårligt", "stress", "stresset", "sleep badly", "stressed", "so sad"),
}
"""How people say it."""

WHERE = {
    "alcohol": Goto(dialog="screening", arguments={"instrument": "audit_c"}),
    "cannabis": Goto(dialog="screening", arguments={"instrument": "cudit_r"}),
    "drugs": Goto(dialog="screening", arguments={"instrument": "dudit"}),
    "wellbeing": Goto(dialog="screening", arguments={"instrument": "who5"}),
    "ready": Goto(dialog="ready"),
    "read": Goto(dialog="subjects"),
    "mine": Goto(dialog="self_help"),
    "talk": Goto(dialog="handoff"),
    "book": Goto(dialog="booking"),
    "find": Goto(dialog="finder"),
    "rights": Goto(dialog="rights"),
    "relatives": Goto(dialog="relatives"),
    "me": Goto(dialog="menu"),
}


@dialog("menu")
def menu(visit: Visit) -> Dialog[Goto | Goodbye]:
    """One question; whoever has not said a role is served as one who writes about themselves. Who keeps something here
    finds it first.
    """
    role = visit.role or "me"
    yield from remembered(visit)
    own = ("mine",) if visit.kept else ()
    options = [
        Option(
            id=option,
            label=f"menu.what.{option}",
            intents=INTENTS.get(option, ()),
            hints=HINTS.get(option, ()),
            words=WORDS.get(option, ()),
        )
        for option in (*own, *OPTIONS[role])
    ]
    message = "menu.what" if role == "me" else f"menu.what.for_{role}"
    wish = yield from choice("menu.what", *options, message=message)
    if wish == "goodbye":
        yield from say("menu.goodbye")
        return Goodbye()
    if wish == "me":
        yield from learn("role", "me")
    return WHERE[wish]
