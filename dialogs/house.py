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

__all__ = [
    "advice",
    "crisis",
    "delete_me",
    "handoff",
    "menu",
    "relatives",
    "renewed",
    "rights",
    "screening",
    "screening_run",
    "welcome",
    "what_we_know",
]
