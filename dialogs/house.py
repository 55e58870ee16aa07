"""All dialogs of the house. Importing this fills `dialogs.registry.REGISTRY`."""

from dialogs import (
    advice,
    booking,
    code,
    crisis,
    delete_me,
    handoff,
    menu,
    my_time,
    relatives,
    renewed,
    rights,
    screening,
    screening_run,
    self_help,
    substances,
    welcome,
    what_we_know,
)
from dialogs.old import delete_me_v1, handoff_v1
from dialogs.registry import REGISTRY

__all__ = [
    "REGISTRY",
    "advice",
    "booking",
    "code",
    "crisis",
    "delete_me",
    "delete_me_v1",
    "handoff",
    "handoff_v1",
    "menu",
    "my_time",
    "relatives",
    "renewed",
    "rights",
    "screening",
    "screening_run",
    "self_help",
    "substances",
    "welcome",
    "what_we_know",
]
