"""All settings, from environment variables `DOERTRIN_*`, in one frozen value. Nothing else reads the environment."""

import re
from pathlib import Path
from typing import Any

from pydantic import DirectoryPath, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError

PREFIX = "DOERTRIN_"
HIDDEN = "**********"


class Settings(BaseSettings):
    """Read once at the start; `doertrin settings` prints each with its meaning."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore", env_ignore_empty=True)

    database_url: str = Field(
        default="sqlite:///doertrin.db",
        description="Where conversations are stored: sqlite:///PATH or postgresql+asyncpg://USER:PASSWORD@HOST/NAME",
        pattern=r"^(sqlite|postgresql)(\+\w+)?://",
    )
    keyring: Path | None = Field(
        default=None,
        description="File with the master keys, mode 0400, kept away from the database; `doertrin keys create PATH`",
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on; 0.0.0.0 in a container")
    port: int = Field(default=8080, ge=0, le=65535, description="Port to listen on; 0 picks a free one")
    tenant: str = Field(default="kolding", description="The municipality whose page is at /")
    content: DirectoryPath | None = Field(
        default=None, description="Folder with a tenant's own texts, laid over the built-in"
    )
    telegram_token: SecretStr | None = Field(default=None, description="Token of the Telegram bot; none: no Telegram")
    telegram_api: str = Field(default="https://api.telegram.org", description="Base URL of the Telegram Bot API")
    telegram_every: float = Field(
        default=1.0,
        gt=0,
        le=60,
        description="Seconds between two messages to one Telegram chat, past a short burst; less only for a Bot API "
        "server of your own that takes more",
    )
    telegram_webhook_url: str | None = Field(
        default=None,
        description="Public https address of this service, told to Telegram so that it calls us; none: it is not told",
        pattern="^https?://",
    )
    telegram_path_secret: SecretStr | None = Field(
        default=None,
        description="Last part of the webhook's path, 16 to 128 of A-Z a-z 0-9 _ -; none: updates are polled",
    )
    telegram_webhook_secret: SecretStr | None = Field(
        default=None,
        description="What Telegram must say in X-Telegram-Bot-Api-Secret-Token, 16 to 128 of A-Z a-z 0-9 _ -",
    )
    metrics_token: SecretStr | None = Field(
        default=None, description="Bearer token for /metrics from elsewhere than loopback; none: loopback only"
    )
    alert_webhook: SecretStr | None = Field(
        default=None,
        description="URL that is told, without content, when a citizen in danger waits; several with spaces between, "
        "TENANT=URL for one municipality alone",
    )
    alert_email: str | None = Field(
        default=None, description="E-mail address that is told the same; several in the same way"
    )
    alert_smtp: SecretStr | None = Field(
        default=None, description="Mail server for it: smtp://USER:PASSWORD@HOST:PORT, or smtps://"
    )
    alert_sender: str | None = Field(default=None, description="Sender of these e-mails; none: the address itself")
    trust_forwarded: bool = Field(
        default=False, description="Believe X-Forwarded-For, for rate limits only; set behind a reverse proxy"
    )
    log_level: str = Field(
        default="INFO", description="DEBUG, INFO, WARNING or ERROR", pattern="^(DEBUG|INFO|WARNING|ERROR)$"
    )


def read_settings(**given: Any) -> Settings:
    """The settings of the environment, `given` ones instead where they are not None. Raises SettingsError."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = str(first["loc"][0])
        meaning = Settings.model_fields[field].description
        raise SettingsError(f"{PREFIX}{field.upper()}: {first['msg']}. What it is: {meaning}") from None


def described(settings: Settings) -> list[tuple[str, str, str]]:
    """Variable, value and meaning of every setting; secrets hidden, also those within an address."""
    return [
        (f"{PREFIX}{name}".upper(), without_password(str(getattr(settings, name))), field.description or "")
        for name, field in type(settings).model_fields.items()
    ]


def without_password(url: str) -> str:
    """An address as it may be shown: `postgresql://user:**********@host/name`."""
    scheme, sign, rest = url.partition("://")
    user, at, host = rest.rpartition("@")
    name, colon, _password = user.partition(":")
    shown = f"{scheme}{sign}{name}{colon}{HIDDEN if colon else ''}{at}{host}"
    return re.sub(r"(?<=password=)[^&]*", HIDDEN, shown, flags=re.IGNORECASE)
