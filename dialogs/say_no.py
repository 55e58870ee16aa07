"""Practice in saying no: the bot plays somebody who offers, and who goes on after the first no.

A small role play, as the programme for people with a learning disability has it (domain/denmark.md §1.6, 69). No answer
is wrong, and own words are the best ones.
"""

from dialogs.asking import Goto, choice, free_text, say
from dialogs.doors import go
from dialogs.registry import dialog
from dialogs.steps import Dialog, Option
from dialogs.visit import Visit

SCENES = ("party", "family", "street")
LONGEST = 200


@dialog("self_help_no", version=2)
def self_help_no(_visit: Visit) -> Dialog[Goto]:
    """Where it is, a first no, and a second one for whoever stays."""
    scene = yield from choice("say_no.scene", *SCENES, "menu")
    if scene == "menu":
        return Goto(dialog="menu")
    leave = Option(id="leave", label="say_no.answer.away" if scene == "street" else "say_no.answer.leave")
    answer = yield from choice("say_no.answer", "thanks", "reason", leave, "write", message=f"say_no.offer.{scene}")
    words = (yield from free_text("say_no.words", samples=("Nej.",), maximum=LONGEST)) if answer == "write" else None
    if words is not None:
        yield from say("say_no.said.write", words=words)
    else:
        yield from say(f"say_no.said.{'thanks' if answer == 'write' else answer}")
    if answer != "leave":
        held = yield from choice("say_no.second", "repeat", "else", "leave", message=f"say_no.push.{scene}")
        yield from say(f"say_no.held.{held}")
    wish = yield from choice("say_no.next", "more", "plan", "talk", "menu")
    if wish in ("more", "plan"):
        return Goto(dialog="self_help_no" if wish == "more" else "self_help_plan")
    return go(wish)
