"""The states of a conversation and every change between them, in one table.

The drawing in the docs is made from this table. Two rules stand outside it: a message is accepted in every state but
`erased`, and from any state a citizen can erase.
"""

from enum import StrEnum


class State(StrEnum):
    """Who has the conversation."""

    BOT = "bot"
    WAITING = "waiting"
    HUMAN = "human"
    CLOSED = "closed"
    ERASED = "erased"


class Event(StrEnum):
    """What happened to a conversation."""

    HANDED_OVER = "handed_over"
    CLAIMED = "claimed"
    WITHDRAWN = "withdrawn"
    RELEASED = "released"
    REQUEUED = "requeued"
    HEARTBEAT_LOST = "heartbeat_lost"
    CLOSED = "closed"
    CITIZEN_WROTE = "citizen_wrote"
    ERASED = "erased"


TRANSITIONS: dict[tuple[State, Event], State] = {
    (State.BOT, Event.HANDED_OVER): State.WAITING,
    (State.BOT, Event.CLOSED): State.CLOSED,
    (State.BOT, Event.CITIZEN_WROTE): State.BOT,
    (State.WAITING, Event.CLAIMED): State.HUMAN,
    (State.WAITING, Event.WITHDRAWN): State.BOT,
    (State.WAITING, Event.CLOSED): State.CLOSED,
    (State.WAITING, Event.CITIZEN_WROTE): State.WAITING,
    (State.HUMAN, Event.RELEASED): State.BOT,
    (State.HUMAN, Event.REQUEUED): State.WAITING,
    (State.HUMAN, Event.HEARTBEAT_LOST): State.WAITING,
    (State.HUMAN, Event.CLOSED): State.CLOSED,
    (State.HUMAN, Event.CITIZEN_WROTE): State.HUMAN,
    (State.CLOSED, Event.CITIZEN_WROTE): State.BOT,
    **{(state, Event.ERASED): State.ERASED for state in State if state is not State.ERASED},
}


class Refused(Exception):
    """That cannot happen to a conversation in this state; nothing was changed."""


def after(state: State, event: Event) -> State:
    """The state after an event. Raises Refused for what the table does not hold."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise Refused(f"{event} in state {state}") from None


def drawing() -> str:
    """The table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", "    [*] --> bot"]
    lines += [
        f"    {before} --> {then}: {event}"
        for (before, event), then in TRANSITIONS.items()
        if not (before is then and event is Event.CITIZEN_WROTE)
    ]
    return "\n".join([*lines, "    erased --> [*]"])
