"""The ways out of the house by which somebody is told that a citizen in danger waits: neutral words, no content."""

import asyncio
import re
import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.desk.alerts import Exit, Told
from bot.errors import AlertFailed, SettingsError
from bot.settings import Settings

SECONDS = 10.0
_OF_ONE = re.compile(r"([a-z][a-z0-9_-]*)=(.+)")
_HOOK = re.compile(r"https?://\S+")
_MAIL = re.compile(r"[^\s@=,;]+@[^\s@=,;]+")


def exits(settings: Settings) -> dict[str, Exit]:
    """The ways that the installation has addresses for. Raises SettingsError for an address that is none."""
    found: dict[str, Exit] = {}
    if settings.alert_webhook is not None:
        hooks = _addresses("alert_webhook", settings.alert_webhook.get_secret_value(), _HOOK)
        found |= _named("webhook", [Exit(Webhook(url), tenant) for tenant, url in hooks])
    if settings.alert_smtp is not None and settings.alert_email is not None:
        server = settings.alert_smtp.get_secret_value()
        mails = _addresses("alert_email", settings.alert_email, _MAIL)
        boxes = [Exit(Mail(server, sender=settings.alert_sender or to, to=to), tenant) for tenant, to in mails]
        found |= _named("email", boxes)
    return found


def _addresses(setting: str, given: str, form: re.Pattern[str]) -> list[tuple[str | None, str]]:
    """`ADDRESS` or `TENANT=ADDRESS`, several with white space between them."""
    found: list[tuple[str | None, str]] = []
    for one in given.split():
        of_one = _OF_ONE.fullmatch(one)
        tenant, address = (of_one[1], of_one[2]) if of_one else (None, one)
        if form.fullmatch(address) is None:
            raise SettingsError(f"DOERTRIN_{setting.upper()}: not an address, or TENANT=ADDRESS, with spaces between")
        found.append((tenant, address))
    return found


def _named(channel: str, exits: list[Exit]) -> dict[str, Exit]:
    return {channel if number == 1 else f"{channel}.{number}": one for number, one in enumerate(exits, 1)}


class Webhook:
    """POSTs a few words of JSON."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def tell(self, told: Told) -> None:
        """Raises AlertFailed, also for any answer but 2xx; a redirect is not followed."""
        words = {"event": "attention", "tenant": told.tenant, "stage": told.stage}
        try:
            async with (
                ClientSession(timeout=ClientTimeout(total=SECONDS)) as http,
                http.post(self._url, json=words, allow_redirects=False) as answer,
            ):
                if answer.status // 100 != 2:
                    raise AlertFailed
        except (ClientError, TimeoutError, OSError):
            raise AlertFailed from None  # its words hold the address


class Mail:
    """Sends a neutral e-mail. `server` is smtp://[USER:PASSWORD@]HOST[:PORT], with STARTTLS where it is offered, or
    smtps://. A password is never sent in clear.
    """

    def __init__(self, server: str, *, sender: str, to: str) -> None:
        self._server = urlsplit(server)
        self._sender = sender
        self._to = to

    async def tell(self, told: Told) -> None:
        """Raises AlertFailed."""
        mail = EmailMessage()
        mail["Subject"] = f"{told.municipality}: der er noget til dig i konsollen"
        mail["From"], mail["To"] = self._sender, self._to
        mail.set_content("Åbn konsollen. Her står ikke mere, og du kan ikke svare på denne mail.\n")
        try:
            await asyncio.to_thread(self._send, mail)
        except (smtplib.SMTPException, OSError):
            raise AlertFailed from None  # its words may hold an address

    def _send(self, mail: EmailMessage) -> None:
        at, host = self._server, self._server.hostname or ""
        secure = at.scheme == "smtps"
        with (
            smtplib.SMTP_SSL(host, at.port or 465, timeout=SECONDS, context=ssl.create_default_context())
            if secure
            else smtplib.SMTP(host, at.port or 25, timeout=SECONDS)
        ) as server:
            server.ehlo()
            if not secure and server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
                secure = True
            if at.username is not None and not secure:
                raise smtplib.SMTPNotSupportedError
            if at.username is not None:
                server.login(unquote(at.username), unquote(at.password or ""))
            server.send_message(mail)
