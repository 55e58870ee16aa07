"""python-telegram-bot's ConversationHandler: in memory, or with its PicklePersistence written after every update.

`delivered` is the bot as it runs behind a webhook: the update comes as JSON, and a press is answered, as Telegram asks,
so that the button stops spinning. Without it the updates are parsed beforehand and presses are left unanswered.

PicklePersistence is the durable option the library ships. It rewrites its files whole and does not sync them to the
disk, so it promises less than a commit.
"""

import json
from pathlib import Path
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PersistenceInput,
    PicklePersistence,
    filters,
)

from bench.peers.talk import Reply
from bench.peers.updates import FIRST_CITIZEN, TOKEN, telegram_updates
from bench.screening import CLOSING, QUESTIONS
from bench.telegram.offline import Offline

Context = ContextTypes.DEFAULT_TYPE


class TelegramBot:
    """The screening as its manual would have it: one state a question, buttons with callback data."""

    def __init__(self, pickles: Path | None = None, *, delivered: bool = False) -> None:
        self._telegram = Offline()
        builder = ApplicationBuilder().token(TOKEN).request(self._telegram).get_updates_request(Offline()).updater(None)
        if pickles is not None:
            kept = PersistenceInput(bot_data=False, chat_data=False, callback_data=False)
            builder = builder.persistence(PicklePersistence(pickles, kept, single_file=False))
        self._persistent = pickles is not None
        self._application: Application[Any, Any, Any, Any, Any, Any] = builder.build()
        self._application.add_handler(self._conversation())
        self._application.bot_data["answers_presses"] = delivered
        self._delivered = delivered
        self._updates: list[list[Update]] = []
        self._bodies: list[list[bytes]] = []

    async def start(self, citizens: int) -> None:
        await self._application.initialize()
        bot = self._application.bot
        self._updates = [
            [Update.de_json(each, bot) for each in telegram_updates(citizen)] for citizen in range(citizens)
        ]
        self._bodies = [
            [json.dumps(each).encode() for each in telegram_updates(citizen)] for citizen in range(citizens)
        ]

    async def turn(self, citizen: int, step: int) -> Reply:
        update = self._updates[citizen][step]
        if self._delivered:
            update = Update.de_json(json.loads(self._bodies[citizen][step]), self._application.bot)
        await self._application.process_update(update)
        if self._persistent:
            await self._application.update_persistence()
        sent = self._telegram.last[FIRST_CITIZEN + citizen]
        buttons = sent.get("reply_markup", {}).get("inline_keyboard", ())
        return Reply(sent["text"], sum(map(len, buttons)))

    async def stop(self) -> None:
        await self._application.shutdown()

    def _conversation(self) -> "ConversationHandler[Context]":
        return ConversationHandler(
            entry_points=[CommandHandler("start", start)],
            states={
                number: [
                    CallbackQueryHandler(pressed, pattern=f"^{question.key}:"),
                    MessageHandler(filters.TEXT & ~filters.COMMAND, typed),
                ]
                for number, question in enumerate(QUESTIONS)
            },
            fallbacks=[],
            per_message=False,
            name="screening",
            persistent=self._persistent,
        )


async def start(update: Update, context: Context) -> int:
    assert context.user_data is not None
    context.user_data["answers"] = []
    return await _ask(update, context)


async def pressed(update: Update, context: Context) -> int:
    assert update.callback_query is not None
    assert update.callback_query.data is not None
    if context.bot_data["answers_presses"]:
        await update.callback_query.answer()
    return await _answered(update, context, update.callback_query.data.partition(":")[2])


async def typed(update: Update, context: Context) -> int:
    assert update.message is not None
    assert context.user_data is not None
    question = QUESTIONS[len(context.user_data["answers"])]
    option = next((each.id for each in question.options if each.label == update.message.text), "")
    return await _answered(update, context, option)


async def _answered(update: Update, context: Context, option: str) -> int:
    assert context.user_data is not None
    answers = context.user_data["answers"]
    if QUESTIONS[len(answers)].valid(option):
        answers.append(int(option))
    return await _ask(update, context)


async def _ask(update: Update, context: Context) -> int:
    assert update.effective_chat is not None
    assert context.user_data is not None
    answers = context.user_data["answers"]
    if len(answers) == len(QUESTIONS):
        await context.bot.send_message(update.effective_chat.id, CLOSING.format(points=sum(answers)))
        return ConversationHandler.END
    question = QUESTIONS[len(answers)]
    buttons = [
        [InlineKeyboardButton(each.label, callback_data=f"{question.key}:{each.id}")] for each in question.options
    ]
    await context.bot.send_message(update.effective_chat.id, question.text, reply_markup=InlineKeyboardMarkup(buttons))
    return len(answers)
