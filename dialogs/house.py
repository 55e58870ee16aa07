"""All dialogs of the house. Importing this fills `dialogs.registry.REGISTRY`."""

from dialogs import (
    advice,
    code,
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
from dialogs.registry import REGISTRY

__all__ = [
    "REGISTRY",
    "advice",
    "code",
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
