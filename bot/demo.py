"""What the demo has besides an empty house: a counselor in each municipality, and citizens who wait for one.

The counselors have a password that is made anew at each start and no second factor, so this is for loopback only.
Whoever waits wrote through the real conversations: what the console shows is what a citizen's day would make.
"""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from bot.audit import Audit
from bot.channels.ports import Incoming
from bot.errors import DoertrinError
from bot.privacy.pseudonyms import new_id
from bot.running import Running
from bot.staff import Role, Staff
from bot.storage.ports import HandoffState

log = logging.getLogger(__name__)

NAME = "demo"
TALKS: tuple[tuple[str, ...], ...] = (
    ("me", "jeg drikker lidt for meget i weekenderne, og det er svært at stoppe igen"),
    ("other", "min søn på 17 ryger hash hver dag, og jeg ved ikke, hvad jeg skal sige til ham"),
    ("me", "jeg kan ikke holde det ud mere, jeg tænker på at tage mit eget liv"),
)
"""Each citizen's first button, and what they write before they ask for a human. Made up."""
HUMAN = "cmd.human"
YES = "yes"


class _Asked(msgspec.Struct):
    question: str | None = None


@asynccontextmanager
async def demo_staff(run: Running, *, tenant: str) -> AsyncIterator[list[str]]:
    """Counselors to sign in as while the block lasts, and, once texts are understood, citizens who wait."""
    keyring = run.conversations.house.keyring
    staff = Staff(run.store, keyring, run.clock, Audit(run.store, keyring, run.clock), lenient=True)
    password = secrets.token_hex(4)
    names = {place: NAME if place == tenant else f"{NAME}-{place}" for place in run.content.tenants}
    for place, name in names.items():
        shown = f"Demo {place.capitalize()}"
        await staff.provide(tenant=place, name=name, shown=shown, role=Role.COUNSELOR, password=password)
    waiting = asyncio.create_task(_fill(run))
    try:
        others = ", ".join(name for name in names.values() if name != NAME)
        yield [
            f"Console: /console   name: {NAME}   password: {password}   (no one-time code)",
            f"The same password for {others}.",
        ]
    finally:
        waiting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await waiting


async def _fill(run: Running) -> None:
    """Let citizens wait wherever nobody does."""
    await run.conversations.ready.wait()
    try:
        for tenant in run.content.tenants:
            if not await run.store.handoffs(tenant, states=[HandoffState.WAITING, HandoffState.CLAIMED]):
                for lines in TALKS:
                    await wait_for_a_human(run, tenant, lines)
    except DoertrinError as problem:
        log.warning("demo_without_talks", extra={"problem": problem})


async def wait_for_a_human(run: Running, tenant: str, lines: tuple[str, ...]) -> str:
    """One citizen: a button, some lines, and then the wish for a human with a yes to all that is asked. Gives the
    conversation.
    """
    begun = await run.conversations.start(tenant=tenant, channel="web")
    talk = begun.conversation
    await run.conversations.greet(talk)
    await press(run, talk, lines[0])
    for text in lines[1:]:
        await run.conversations.handle(talk, Incoming(id=new_id(), text=text))
    await press(run, talk, HUMAN)
    for _ in range(3):
        if (await run.conversations.state(talk))["state"] == "waiting":
            break
        await press(run, talk, YES)
    return talk


async def press(run: Running, talk: str, option: str) -> None:
    """Press a button of the last question."""
    frames = [msgspec.json.decode(frame, type=_Asked) for frame in await run.conversations.history(talk, after=0)]
    question = next((frame.question for frame in reversed(frames) if frame.question), None)
    if question is not None:
        await run.conversations.handle(talk, Incoming(id=new_id(), question=question, option=option))
