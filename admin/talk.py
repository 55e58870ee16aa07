"""One talk: its lines both ways, notes, ready replies, and the ways it can end."""

import contextlib
import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from aiohttp import web

from admin.door import Door, Visit, field, form_of
from admin.pages import Pages
from admin.queue import TOLD
from admin.sockets import Hello, Page, Send, keep_open
from bot.desk import CloseForm, Desk, EventKind, Note, Talk
from bot.errors import NotHeld, SealedTalk, TalkGone, TextRefused, UnknownLabel
from bot.staff import Action, Actor, Staff
from content.guides import Guide, in_order

_BEYOND: Final = 2**53
"""A number after every line: asks how a talk stands without being handed a line of it."""
_CLIENT_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LARGEST: Final = 64 * 1024
LOWER: Final = frozenset({"0", "1", "2"})
"""What a severity can be lowered to."""
_NO_SEVERITY: Final = -1


class _Line(msgspec.Struct, frozen=True):
    id: str
    text: str


class _Text(msgspec.Struct, frozen=True):
    text: str


class TalkRoom:
    """The room where two people write to each other."""

    def __init__(self, staff: Staff, desk: Desk, door: Door, pages: Pages, guides: Mapping[str, Guide]) -> None:
        self._staff = staff
        self._desk = desk
        self._door = door
        self._pages = pages
        self._guides = guides

    def add_to(self, app: web.Application) -> None:
        """Add the routes."""
        talk = "/talk/{conversation}"
        self._door.add(app, "GET", talk, Action.READ_TALK, self._show)
        self._door.add(app, "GET", f"{talk}/sparring", Action.READ_TALK, self._sparring)
        self._door.add(app, "GET", f"{talk}/live", Action.READ_TALK, self._live)
        self._door.add(app, "POST", f"{talk}/lines", Action.WRITE_TALK, self._send)
        self._door.add(app, "POST", f"{talk}/draft", Action.WRITE_TALK, self._draft)
        self._door.add(app, "POST", f"{talk}/lines/{{seq}}/reveal", Action.REVEAL, self._reveal)
        self._door.add(app, "POST", f"{talk}/notes", Action.NOTE, self._note)
        self._door.add(app, "POST", f"{talk}/to-bot", Action.RELEASE, self._to_bot)
        self._door.add(app, "POST", f"{talk}/to-queue", Action.RELEASE, self._to_queue)
        self._door.add(app, "POST", f"{talk}/close", Action.CLOSE, self._close)
        self._door.add(app, "POST", f"{talk}/severity", Action.LOWER_SEVERITY, self._lower)
        self._door.add(app, "POST", f"{talk}/open", Action.BREAK_GLASS, self._open)

    # reading

    async def _show(self, request: web.Request, visit: Visit) -> web.StreamResponse:
        actor, name = visit.signed_in.actor, request.match_info["conversation"]
        try:
            talk = await self._desk.transcript(actor, name, after=_BEYOND)
        except SealedTalk:
            return self._sealed(visit, name)
        told = request.query.get("told", "")
        mine = talk.holder == actor.id
        return self._pages.render(
            "talk.html",
            visit=visit,
            talk=talk,
            mine=mine,
            told=f"told.{told}" if told in TOLD else "",
            notes=await self._desk.notes(actor, name),
            reasons=await self._desk.reasons(actor, name),
            guides=in_order(self._guides, talk.severity),
            canned=await self._desk.canned(actor, name) if mine else [],
            draft=await self._desk.draft(actor, name) if mine else "",
            forms=self._desk.forms(),
            names={member.id: member.shown for member in await self._staff.members(actor.tenant)},
        )

    def _sealed(self, visit: Visit, name: str, *, status: int = 403, told: str = "") -> web.Response:
        return self._pages.render("sealed.html", status=status, visit=visit, conversation=name, told=told)

    async def _sparring(self, request: web.Request, visit: Visit) -> web.StreamResponse:
        """The talk for colleagues who must not know whose it is: masked, without times and without names."""
        name = request.match_info["conversation"]
        talk = await self._desk.transcript(visit.signed_in.actor, name)
        lines = [line for line in talk.lines if line.sender in ("citizen", "bot", "counselor")]
        return self._pages.render("sparring.html", visit=visit, conversation=name, severity=talk.severity, lines=lines)

    async def _open(self, request: web.Request, visit: Visit) -> web.StreamResponse:
        name = request.match_info["conversation"]
        reason = field(await form_of(request), "reason")
        try:
            await self._desk.break_glass(visit.signed_in.actor, name, reason)
        except TextRefused:
            return self._sealed(visit, name, status=422, told="sealed.refused")
        return self._pages.onward(f"/talk/{name}")

    async def _reveal(self, request: web.Request, visit: Visit) -> web.StreamResponse:
        seq = request.match_info["seq"]
        if not seq.isdecimal() or len(seq) > 9:
            raise web.HTTPNotFound
        text = await self._desk.reveal(visit.signed_in.actor, request.match_info["conversation"], int(seq))
        return web.json_response({"text": text})

    async def _live(self, request: web.Request, visit: Visit) -> web.StreamResponse:
        page = _TalkPage(self._staff, self._desk, visit, request.match_info["conversation"])
        with contextlib.suppress(SealedTalk, TalkGone):  # told over the socket; another municipality's gets none
            await self._desk.transcript(visit.signed_in.actor, request.match_info["conversation"], after=_BEYOND)
        return await keep_open(request, visit, self._staff, self._desk, self._pages, page)

    # writing

    async def _send(self, request: web.Request, visit: Visit) -> web.StreamResponse:
        line = await _json(request, _Line)
        if _CLIENT_ID.fullmatch(line.id) is None:
            raise TextRefused
        name = request.match_info["conversation"]
        sent = await self._desk.send(visit.signed_in.actor, name, line.id, line.text)
        return web.json_response({"seq": sent.seq})

    async def _draft(self, request: web.Request, visit: Visit) -> web.StreamResponse:
        draft = await _json(request, _Text)
        await self._desk.save_draft(visit.signed_in.actor, request.match_info["conversation"], draft.text)
        return web.json_response({})

    async def _note(self, request: web.Request, visit: Visit) -> web.StreamResponse:
        given = await _json(request, _Text)
        note = await self._desk.add_note(visit.signed_in.actor, request.match_info["conversation"], given.text)
        return web.json_response(_note(note, visit.signed_in.shown))

    # ending

    async def _to_bot(self, request: web.Request, visit: Visit) -> web.StreamResponse:
        await self._desk.release_to_bot(visit.signed_in.actor, request.match_info["conversation"])
        return self._pages.onward("/queue?told=released_bot")

    async def _to_queue(self, request: web.Request, visit: Visit) -> web.StreamResponse:
        await self._desk.release_to_queue(visit.signed_in.actor, request.match_info["conversation"])
        return self._pages.onward("/queue?told=released_queue")

    async def _close(self, request: web.Request, visit: Visit) -> web.StreamResponse:
        name, form = request.match_info["conversation"], await form_of(request)
        filled = CloseForm(reason=field(form, "reason"), outcome=field(form, "outcome"))
        try:
            await self._desk.close(visit.signed_in.actor, name, filled)
        except UnknownLabel:
            return self._pages.onward(f"/talk/{name}?told=form")
        return self._pages.onward("/queue?told=closed")

    async def _lower(self, request: web.Request, visit: Visit) -> web.StreamResponse:
        name, severity = request.match_info["conversation"], field(await form_of(request), "severity")
        lower = int(severity) if severity in LOWER else _NO_SEVERITY
        try:
            await self._desk.lower_severity(visit.signed_in.actor, name, lower)
        except ValueError:
            told = "form" if lower == _NO_SEVERITY else "stale"  # a colleague lowered it meanwhile
            return self._pages.onward(f"/talk/{name}?told={told}")
        return self._pages.onward(f"/talk/{name}")


class _TalkPage(Page):
    """An open talk: every line once and in order, however often the page comes again."""

    def __init__(self, staff: Staff, desk: Desk, visit: Visit, conversation: str) -> None:
        self._staff = staff
        self._desk = desk
        self._actor: Actor = visit.signed_in.actor
        self._conversation = conversation

    async def watch(self, send: Send, hello: Hello) -> None:
        last_seq, notes = max(hello.last_seq, 0), hello.notes
        async with self._desk.subscribe(self._actor, self._conversation) as events:
            notes = await self._show_notes(send, notes)
            last_seq = await self._read_on(send, last_seq)
            async for event in events:
                if event.kind is EventKind.TALK:
                    notes = await self._show_notes(send, notes)
                    last_seq = await self._read_on(send, last_seq)
                elif event.kind is EventKind.TYPING:
                    await send({"type": "typing"})
                elif event.kind is EventKind.SEEN:
                    await send({"type": "seen", "seq": event.seq})

    async def _read_on(self, send: Send, after: int) -> int:
        talk = await self._desk.transcript(self._actor, self._conversation, after=after)
        await send(_shown(talk, self._actor))
        return max([after, *(line.seq for line in talk.lines)])

    async def _show_notes(self, send: Send, after: int) -> int:
        """What colleagues have noted since; how many notes there are now."""
        new = await self._desk.notes(self._actor, self._conversation, after=after)
        if new:
            names = {member.id: member.shown for member in await self._staff.members(self._actor.tenant)}
            await send({"type": "notes", "notes": [_note(note, names.get(note.counselor, "")) for note in new]})
        return after + len(new)

    async def typing(self) -> None:
        await self._unless_lost(self._desk.typing(self._actor, self._conversation))

    async def seen(self, seq: int) -> None:
        await self._unless_lost(self._desk.seen(self._actor, self._conversation, seq))

    @staticmethod
    async def _unless_lost(done: Any) -> None:
        """A page that has just lost its talk goes on showing it; the next change tells."""
        try:
            await done
        except NotHeld:
            return


def _note(note: Note, counselor: str) -> dict[str, str]:
    return {"id": note.id, "text": note.text, "at": note.at.isoformat(), "counselor": counselor}


def _shown(talk: Talk, actor: Actor) -> dict[str, Any]:
    return {
        "type": "talk",
        "state": talk.state,
        "severity": talk.severity,
        "mine": talk.holder == actor.id,
        "citizen_seen": talk.citizen_seen,
        "lines": talk.lines,
    }


async def _json(request: web.Request, kind: type[Any]) -> Any:
    """The body as `kind`. Raises TextRefused for anything else."""
    body = await request.content.read(_LARGEST + 1)
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        raise TextRefused from None
