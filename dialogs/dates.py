"""A date in words of the citizen's language."""

from datetime import date

from dialogs.steps import Words


def date_words(iso: str) -> Words:
    """Day, month and year of a date (ISO)."""
    on = date.fromisoformat(iso)
    return Words(
        key="common.date", fields={"day": on.day, "month": Words(key=f"common.month.{on.month}"), "year": on.year}
    )
