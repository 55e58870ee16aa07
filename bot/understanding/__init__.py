"""Understanding what a citizen wrote: crisis, intent, personal data, values. The only package that imports spaCy."""

from dialogs.heard import Understanding


def load() -> Understanding:
    """The understanding, ready to hear. Takes 1.5 to 2 s and about 100 MB: spaCy is imported here and not before."""
    from bot.understanding.guard import Guard  # noqa: PLC0415  spaCy is slow to import

    return Guard()
