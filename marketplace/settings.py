"""Settings from the environment, read once. A wrong or missing one stops the start with its name."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
MEBIBYTE = 1024 * 1024
KEY_BYTES = 32


class WrongSetting(SystemExit):
    """The start stops here: the message names each setting and what it should be."""


class Settings(BaseSettings):
    """What differs between one installation and the next. `MODE` is demo unless it says production."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_prefix="")

    mode: Literal["demo", "production"] = Field("demo", description="demo or production")
    database_url: str = Field(
        "", description="sqlite:///... or postgresql://...; empty: var/market.sqlite"
    )
    secret_key: str = Field(
        "", description="at least 32 random characters; signs sessions and forms"
    )
    public_url: str = Field(
        "", description="the address in links, for example https://markt.example.nl"
    )
    port: int = Field(8000, ge=1, le=65535, description="a port number from 1 to 65535")
    proxies: int = Field(
        0, ge=0, le=5, description="how many of your own proxies stand in front, 0 to 5"
    )
    var_dir: Path = Field(ROOT / "var", description="a folder that the application may write")
    mail_from: str = Field("markt@localhost", description="the sender of every mail")
    smtp_url: str = Field(
        "", description="smtp://user:password@host:587; empty: mail as files in var/mail"
    )
    data_keys: str = Field(
        "",
        description="Fernet keys for encrypted columns, newest first, commas between; made in var/ in demo mode",
    )
    testbank_secret: str = Field(
        "", description="signs the test bank's events; made in var/ in demo mode"
    )
    stripe_secret_key: str = Field(
        "", description="sk_test_... or sk_live_... (or rk_...): real payments by Stripe"
    )
    stripe_webhook_secret: str = Field(
        "", description="whsec_...: the signing secret of the webhook at Stripe"
    )
    stripe_accounts: dict[str, dict[Literal["secret_key", "webhook_secret"], str]] = Field(
        default={},
        description="JSON with a cooperative's own keys by its name in addresses: "
        '{"groene-hand": {"secret_key": "sk_...", "webhook_secret": "whsec_..."}}',
    )
    metrics_token: str = Field(
        "",
        description="at least 16 random characters; without it /metrics answers this machine only",
    )
    max_upload_bytes: int = Field(8 * MEBIBYTE, ge=1024, description="the largest upload in bytes")
    requests_kept_days: int = Field(
        180,
        ge=30,
        le=3650,
        description="after how many days a request without an order is forgotten, 30 to 3650",
    )
    argon2_cost: Literal["full", "cheap"] = Field("full", description="full; cheap only in tests")

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
            raise ValueError("should begin with sqlite:/// or postgresql://")
        return value

    @field_validator("metrics_token")
    @classmethod
    def _not_guessable(cls, value: str) -> str:
        if value and len(value) < 16:
            raise ValueError("should have at least 16 random characters")
        return value

    @field_validator("data_keys")
    @classmethod
    def _fernet_keys(cls, value: str) -> str:
        for key in value.split(",") if value else ():
            try:
                right = len(base64.urlsafe_b64decode(key.strip())) == KEY_BYTES
            except ValueError:
                right = False
            if not right:
                raise ValueError("should be 32 bytes in URL-safe base64, each of them")
        return value

    @field_validator("public_url")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("should begin with https:// (or http:// in demo mode)")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _production_is_complete(self) -> Self:
        if self.mode == "production":
            if len(self.secret_key) < 32:
                raise ValueError(
                    "SECRET_KEY should have at least 32 random characters in production"
                )
            if not self.public_url.startswith("https://"):
                raise ValueError("PUBLIC_URL should be the https:// address in production")
            if not self.data_keys:
                raise ValueError("DATA_KEYS should hold at least one Fernet key in production")
            if not self.smtp_url:
                raise ValueError("SMTP_URL should name the mail server in production")
        return self

    @classmethod
    def from_environment(cls, **overrides: Any) -> Settings:
        """Read the environment; stops the process with the names of what is wrong."""
        try:
            return cls(**overrides)
        except ValidationError as wrong:
            lines = [_sentence(dict(error)) for error in wrong.errors()]
            raise WrongSetting(
                "The start stops: a setting is wrong.\n" + "\n".join(lines)
            ) from None

    @classmethod
    def for_tests(cls, *, database_url: str, var_dir: Path, **overrides: Any) -> Settings:
        """Give settings for a test: a fixed key and cheap password hashing."""
        values: dict[str, Any] = {
            "database_url": database_url,
            "var_dir": var_dir,
            "secret_key": "only-for-tests-only-for-tests-only",  # nosec B105
            "testbank_secret": "only-for-tests",  # nosec B105
            "data_keys": "b25seS1mb3ItdGVzdHMtb25seS1mb3ItdGVzdHMtb28=",  # nosec B105
            "public_url": "http://localhost",
            "argon2_cost": "cheap",
        }
        return cls(**(values | overrides))

    @model_validator(mode="after")
    def _stripe_is_complete(self) -> Self:
        for name, (key, secret) in self.stripe_keys.items():
            where = f"STRIPE_ACCOUNTS of {name}" if name else "STRIPE_SECRET_KEY"
            if not key.startswith(("sk_test_", "sk_live_", "rk_test_", "rk_live_")):
                raise ValueError(f"{where} should begin with sk_test_ or sk_live_")
            if not secret.startswith("whsec_"):
                raise ValueError(f"{where} needs its webhook secret, which begins with whsec_")
        if len({"_live_" in key for key, _ in self.stripe_keys.values()}) > 1:
            raise ValueError("Stripe's keys should be all of test mode or all of live mode")
        return self

    @property
    def stripe_keys(self) -> dict[str, tuple[str, str]]:
        """Secret key and webhook secret by a cooperative's name in addresses; "" is the shared account."""
        found = {
            name: (pair.get("secret_key", ""), pair.get("webhook_secret", ""))
            for name, pair in self.stripe_accounts.items()
        }
        if self.stripe_secret_key or self.stripe_webhook_secret:
            found[""] = (self.stripe_secret_key, self.stripe_webhook_secret)
        return found

    @property
    def demo(self) -> bool:
        """Whether sign-ins, mails and the test bank are shown to everybody."""
        return self.mode == "demo"

    @property
    def database(self) -> str:
        """The address of the database, with the driver's name."""
        if not self.database_url:
            return f"sqlite:///{self.var_dir / 'market.sqlite'}"
        return self.database_url.replace("postgresql://", "postgresql+psycopg://", 1)

    @property
    def base_url(self) -> str:
        """The address in links."""
        return self.public_url or f"http://localhost:{self.port}"

    @property
    def keys(self) -> list[str]:
        """The keys for encrypted columns, the newest first."""
        kept = self.kept_secret("data_keys", lambda: base64.urlsafe_b64encode(_random()).decode())
        return [key.strip() for key in kept.split(",")]

    def kept_secret(
        self, name: str, make: Callable[[], str] = lambda: secrets.token_urlsafe(36)
    ) -> str:
        """Give a secret of the environment, or in demo mode one that is made once in var/."""
        given: str = getattr(self, name)
        if given:
            return given
        path = self.var_dir / name
        if not path.exists():
            self.var_dir.mkdir(parents=True, exist_ok=True)
            path.write_text(make(), encoding="ascii")
            path.chmod(0o600)
        return path.read_text(encoding="ascii").strip()


def _random() -> bytes:
    return secrets.token_bytes(KEY_BYTES)


def _sentence(error: dict[str, Any]) -> str:
    """Say in one line which setting is wrong and what it should be."""
    if not error["loc"]:
        return str(error["msg"]).removeprefix("Value error, ")
    name = str(error["loc"][0])
    should = Settings.model_fields[name].description
    return f"{name.upper()}: {error['msg'].removeprefix('Value error, ')}. It should be: {should}."
