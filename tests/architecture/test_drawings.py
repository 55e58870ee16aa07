"""The drawings in the docs show the dialogs as they are."""

from datetime import date

from dialogs.asking import yes_no
from dialogs.house import REGISTRY
from dialogs.registry import Registry, dialog
from dialogs.steps import Dialog
from dialogs.visit import Visit
from tests.support.drawings import PAGE, page


def test_the_page_of_drawings_is_drawn_from_todays_dialogs() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tests.support.drawings"


def test_an_old_version_without_a_date_or_past_it_is_told() -> None:
    registry = Registry()
    for version, until in ((1, None), (2, date(2026, 1, 1)), (3, date(2027, 1, 1)), (4, None)):

        @dialog("talk", version=version, until=until, registry=registry)
        def talk(_visit: Visit) -> Dialog[bool | None]:
            return (yield from yes_no("talk.sure"))

    assert [script.version for script in registry.outlived(date(2026, 11, 25))] == [1, 2]
    assert REGISTRY.outlived(date(2026, 11, 25)) == ()
