"""All settings, from environment variables `DOERTRIN_*`, in one frozen value. Nothing else reads the environment."""

from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError

PREFIX = "DOERTRIN_"


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
    content: Path | None = Field(default=None, description="Folder with a tenant's own texts, laid over the built-in")
    telegram_token: SecretStr | None = Field(default=None, description="Token of the Telegram bot; none: no Telegram")
    telegram_api: str = Field(default="https://api.telegram.org", description="Base URL of the Telegram Bot API")
    metrics_token: SecretStr | None = Field(
        default=None, description="Bearer token for /metrics from elsewhere than loopback; none: loopback only"
    )
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
        name = f"{PREFIX}{'_'.join(str(part) for part in first['loc'])}".upper()
        raise SettingsError(f"{name}: {first['msg']}; run `doertrin settings` to see what it means") from None


def described(settings: Settings) -> list[tuple[str, str, str]]:
    """Variable, value and meaning of every setting; secrets hidden."""
    return [
        (f"{PREFIX}{name}".upper(), str(getattr(settings, name)), field.description or "")
        for name, field in type(settings).model_fields.items()
    ]
