"""All dialogs of the house. Importing this fills `dialogs.registry.REGISTRY`."""

from dialogs import crisis, handoff, menu, screening, screening_run, welcome

__all__ = ["crisis", "handoff", "menu", "screening", "screening_run", "welcome"]
