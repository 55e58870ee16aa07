"""The day after a danger: the question that the citizen asked to be asked (denmark.md §9, 54).

Nothing in its first words says what it was about: it may be read over a shoulder, or on a locked phone.
"""

from dialogs.asking import alert, call, choice, say
from dialogs.registry import dialog
from dialogs.steps import Dialog
from dialogs.visit import Visit

SEEN_TODAY = 2


@dialog("check_in", samples=({"label": "suicide_ideation"}, {"label": "withdrawal_severe"}))
def check_in(_visit: Visit, label: str) -> Dialog[None]:
    """How it is today. Worse is asked about as on the day before, and a counselor gets to know."""
    how = yield from choice("check_in.how", "better", "same", "worse")
    if how == "worse":
        yield from alert(label, SEEN_TODAY, "self")
        yield from call("crisis", label=label, severity=SEEN_TODAY, about="self")
        return
    yield from say(f"check_in.{how}")
    if (yield from choice("check_in.next", "person", "continue")) == "person":
        yield from call("handoff", label=label, severity=1, about="self")
