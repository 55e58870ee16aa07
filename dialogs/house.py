"""All dialogs of the house. Importing this fills `dialogs.registry.REGISTRY`."""

from dialogs import (
    advice,
    crisis,
    delete_me,
    handoff,
    menu,
    relatives,
    renewed,
    rights,
    screening,
    screening_run,
    welcome,
    what_we_know,
)
from dialogs.old import handoff_v1
from dialogs.registry import REGISTRY

__all__ = [
    "REGISTRY",
    "advice",
    "crisis",
    "delete_me",
    "handoff",
    "handoff_v1",
    "menu",
    "relatives",
    "renewed",
    "rights",
    "screening",
    "screening_run",
    "welcome",
    "what_we_know",
]
