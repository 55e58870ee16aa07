"""What somebody in danger is told while nothing can be stored: the crisis texts, from memory, without a database.

Such a message is not accepted (CONTRACTS §3, `busy`) and the page tries again; until then the citizen has at least what
saves life and whom to call now.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from bot.channels.frames import MAX_TEXT
from bot.channels.rendering import Scene, render
from content.loading import Content
from content.messages import LANGUAGES
from dialogs.crisis import understood
from dialogs.heard import Understanding
from dialogs.steps import Lines, Say, Words

TOLD_FROM = 2
"""The severity from which a danger has words of its own here; below it the error's own text, with 112, is enough."""


class Unstored:
    """Hears a text that could not be stored, and answers a danger in it."""

    def __init__(
        self,
        content: Content,
        hear: Callable[[], Understanding | None],
        now: Callable[[], dt.datetime],
        *,
        channel: str = "web",
    ) -> None:
        """`hear`: the understanding as it is now, None while it loads. `now`: an aware time."""
        self._channel = channel
        self._content = content
        self._hear = hear
        self._now = now

    def __call__(self, tenant: str, text: str) -> str | None:
        """What to say; None where no danger of severity 2 or 3 was heard, or nothing can be heard yet."""
        hear = self._hear()
        pack = self._content.packs.get(tenant)
        if hear is None or pack is None:
            return None
        at = self._now()
        heard = hear.hear(text[:MAX_TEXT], now=at)
        crisis = heard.crisis
        if crisis.severity < TOLD_FROM:
            return None
        about = crisis.about.value if crisis.about is not None else "self"
        danger = understood(crisis.label.value, crisis.severity, about)
        outputs = [
            Say(
                message=danger.text("now" if crisis.severity > TOLD_FROM else "soon"),
                fields={"first": Words(key="crisis.unstored")},
            ),
            Say(message="crisis.lines", fields={"lines": Lines(danger.label, danger.severity, danger.about)}),
        ]
        scene = Scene(
            catalog=self._content.messages.for_pack(tenant),
            pack=pack,
            at=at,
            channel=self._channel,
            language=heard.language if heard.language in LANGUAGES else "da",
        )
        return "\n\n".join(shown.text for shown in render(outputs, scene))
