"""aiogram's FSM: in memory, or on the SQLite storage beside this file."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.base import BaseSession
from aiogram.filters import CommandStart, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.methods import SendMessage, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update

from bench.peers.sqlite_storage import SqliteStorage
from bench.peers.talk import Reply
from bench.peers.updates import TOKEN, canned_answer, telegram_updates
from bench.screening import CLOSING, QUESTIONS


class Screening(StatesGroup):
    q1, q2, q3, q4, q5, q6, q7, q8, q9, q10 = (State() for _ in range(10))


STATES = (
    Screening.q1, Screening.q2, Screening.q3, Screening.q4, Screening.q5,
    Screening.q6, Screening.q7, Screening.q8, Screening.q9, Screening.q10,
)  # fmt: skip


class Offline(BaseSession):
    """Telegram that answers at once; remembers what the bot sent last."""

    def __init__(self) -> None:
        super().__init__()
        self.last = Reply("", 0)
        self._answer = canned_answer()

    async def close(self) -> None:
        return None

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ARG002, ASYNC109
    ) -> TelegramType:
        if not isinstance(method, SendMessage):
            raise TypeError(f"only messages are sent in this talk, not {method}")
        markup = method.reply_markup
        rows = markup.inline_keyboard if isinstance(markup, InlineKeyboardMarkup) else ()
        self.last = Reply(method.text, sum(map(len, rows)))
        response = self.check_response(bot, method, 200, self._answer)
        return response.result  # type: ignore[return-value]

    async def stream_content(self, *_: Any, **__: Any) -> AsyncGenerator[bytes, None]:
        nothing: tuple[bytes, ...] = ()
        for each in nothing:
            yield each


class AiogramBot:
    def __init__(self, database: Path | None = None) -> None:
        self._telegram = Offline()
        self._bot = Bot(TOKEN, session=self._telegram)
        storage = SqliteStorage(database) if database else MemoryStorage()
        self._dispatcher = Dispatcher(storage=storage)
        if isinstance(storage, SqliteStorage):
            self._dispatcher.update.outer_middleware(storage.commit_after)
        self._dispatcher.include_router(screening_router())
        self._updates: list[list[Update]] = []

    async def start(self, citizens: int) -> None:
        self._updates = [
            [Update.model_validate(each, context={"bot": self._bot}) for each in telegram_updates(citizen)]
            for citizen in range(citizens)
        ]

    async def turn(self, citizen: int, step: int) -> Reply:
        await self._dispatcher.feed_update(self._bot, self._updates[citizen][step])
        return self._telegram.last

    async def stop(self) -> None:
        await self._dispatcher.storage.close()


def screening_router() -> Router:
    """One handler for all ten states: fewer filters to try than one handler a state, so in the peer's favour."""
    router = Router()
    router.message.register(start, CommandStart())
    router.callback_query.register(pressed, StateFilter(Screening))
    router.message.register(typed, StateFilter(Screening))
    return router


async def start(message: Message, state: FSMContext) -> None:
    await _ask(message, state, [])


async def pressed(query: CallbackQuery, state: FSMContext) -> None:
    assert isinstance(query.message, Message)
    assert query.data is not None
    key, _, option = query.data.partition(":")
    answers = await _answers(state)
    if QUESTIONS[len(answers)].key == key:
        await _answered(query.message, state, answers, option)


async def typed(message: Message, state: FSMContext) -> None:
    answers = await _answers(state)
    options = QUESTIONS[len(answers)].options
    await _answered(message, state, answers, next((each.id for each in options if each.label == message.text), ""))


async def _answers(state: FSMContext) -> list[int]:
    answers: list[int] = (await state.get_data())["answers"]
    return answers


async def _answered(message: Message, state: FSMContext, answers: list[int], option: str) -> None:
    if QUESTIONS[len(answers)].valid(option):
        answers = [*answers, int(option)]
    await _ask(message, state, answers)


async def _ask(message: Message, state: FSMContext, answers: list[int]) -> None:
    if len(answers) == len(QUESTIONS):
        await state.clear()
        await message.answer(CLOSING.format(points=sum(answers)))
        return
    question = QUESTIONS[len(answers)]
    await state.set_state(STATES[len(answers)])
    await state.set_data({"answers": answers})
    buttons = [
        [InlineKeyboardButton(text=each.label, callback_data=f"{question.key}:{each.id}")] for each in question.options
    ]
    await message.answer(question.text, reply_markup=InlineKeyboardMarkup(inline_keyboard=buttons))
