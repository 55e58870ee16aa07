"""The bare handler of python-telegram-bot: what comes is sent back."""

import json

from telegram import Update
from telegram.ext import Application, ApplicationBuilder, ContextTypes, MessageHandler, filters

from bench.peers.updates import TOKEN
from bench.telegram.offline import Offline
from bench.telegram.people import FIRST, message


async def echo(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.message is not None
    assert update.message.text is not None
    await update.message.reply_text(update.message.text)


class Echo:
    """Each round every citizen writes once. Raises RuntimeError if one is not answered with what they wrote."""

    def __init__(self) -> None:
        self._telegram = Offline()
        builder = ApplicationBuilder().token(TOKEN).request(self._telegram).get_updates_request(Offline()).updater(None)
        self._application: Application[object, ContextTypes.DEFAULT_TYPE, object, object, object, object] = (
            builder.build()
        )
        self._application.add_handler(MessageHandler(filters.TEXT, echo))
        self._bodies: list[bytes] = []
        self._round = 0

    async def start(self, citizens: int) -> None:
        await self._application.initialize()
        self._citizens = citizens

    async def prepare(self) -> None:
        """What everybody writes next, as the bytes that come in; not on the clock."""
        self._round += 1
        self._bodies = [
            json.dumps(message(number, self._round, f"hej {self._round}")).encode() for number in range(self._citizens)
        ]

    async def round(self) -> None:
        """Everybody is answered."""
        for body in self._bodies:
            await self._application.process_update(Update.de_json(json.loads(body), self._application.bot))

    async def check(self) -> None:
        wanted = f"hej {self._round}"
        if any(self._telegram.last[FIRST + number]["text"] != wanted for number in range(self._citizens)):
            raise RuntimeError("somebody was not answered")

    async def stop(self) -> None:
        await self._application.shutdown()
