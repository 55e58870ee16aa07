"""Talks over Telegram: how they begin, and what is stored of them."""

from bot import messages
from bot.messages import Body
from bot.running import Running
from bot.storage.ports import NewMessage, Sender, StateChange
from tests.support.bot_api import BotApi, Person


async def greeted(api: BotApi, person: Person) -> None:
    """Somebody has begun, and is asked the first question."""
    api.put(person.writes("/start"))
    await person.asked()


async def bodies(run: Running, person: Person) -> list[tuple[str, str]]:
    """Sender and text of everything stored of somebody's conversation."""
    name = await run.conversations.at(str(person.id), tenant="kolding", channel="telegram")
    assert name is not None
    found = []
    for stored in await run.store.messages(name):
        body = await run.conversations.shown(name, stored.seq)
        assert body is not None
        found.append((stored.sender.value, body.text))
    return found


async def write_as(run: Running, name: str, text: str) -> None:
    """A counselor writes."""
    loaded = await run.store.load(name)
    assert loaded is not None
    seq = loaded.seq + 1
    sealed = messages.seal(messages.encode(Body(text=text)), seq, run.conversations.house.key(loaded))
    said = NewMessage(seq=seq, sender=Sender.COUNSELOR, body=sealed, push="telegram")
    change = StateChange(
        conversation=name,
        turn=loaded.turn + 1,
        at=run.clock.now(),
        state=loaded.state,
        severity=loaded.severity,
        messages=(said,),
    )
    await run.store.change(change)
    run.conversations.changed_elsewhere(name)
