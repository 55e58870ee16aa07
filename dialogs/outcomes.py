"""What surrounds a turn and what comes of it: the world it is in, what is put to the citizen, what happened."""

from datetime import date

import msgspec

from content.loading import Content
from content.packs import Pack
from dialogs.heard import Crisis
from dialogs.journal import Question
from dialogs.registry import Registry
from dialogs.steps import Ask, Json, Request, Say


class World(msgspec.Struct, frozen=True, kw_only=True):
    """What surrounds a talk: the release's content and dialogs, the tenant's pack, the local date in Copenhagen."""

    content: Content
    pack: Pack
    registry: Registry
    today: date


class Asked(msgspec.Struct, frozen=True):
    """A question as put to the citizen, with the commands that are open to them now."""

    question: Question
    ask: Ask
    commands: tuple[str, ...]


class CrisisRaised(msgspec.Struct, frozen=True):
    """A crisis was heard: the handoff is stamped with it."""

    crisis: Crisis


class Counted(msgspec.Struct, frozen=True):
    """A statistic to add one to."""

    counter: str
    bucket: str


class Ended(msgspec.Struct, frozen=True):
    """A root dialog came to its end, after `said` outputs of this step."""

    dialog: str
    result: Json
    said: int


class Closed(msgspec.Struct, frozen=True):
    """The citizen ended the talk, until they write again."""


class Alarm(msgspec.Struct, frozen=True):
    """Something of ours broke; `detail` names code, never text."""

    kind: str
    detail: str


Output = Say | Asked
Event = CrisisRaised | Counted | Ended | Closed | Alarm


class Pending(msgspec.Struct, frozen=True):
    """A Request to be carried out before the turn can go on. `id` lacks only the conversation's."""

    id: str
    request: Request
