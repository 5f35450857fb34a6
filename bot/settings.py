"""All configuration, read once at start. Nothing else reads the environment."""

from __future__ import annotations

import difflib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from bot import secret_files
from bot.errors import Misconfigured

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "GEMINI_KEY_BOT_"
FAMILIES = ("SLACK_", "REDIS_")
# Other tools' own settings, which may well stand beside ours.
ELSEWHERE = frozenset({"SLACK_API_TOKEN"})

Role = Literal["all", "slack", "worker"]
Transport = Literal["http", "socket"]


class GoogleSettings(BaseModel):
    """Where Google is. The defaults are Google's own; a test cloud names its own addresses."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    apikeys: str = "apikeys.googleapis.com"
    secretmanager: str = "secretmanager.googleapis.com"
    iam: str = "iam.googleapis.com"
    serviceusage: str = "serviceusage.googleapis.com"
    cloudresourcemanager: str = "cloudresourcemanager.googleapis.com"
    cloudbilling: str = "cloudbilling.googleapis.com"
    orgpolicy: str = "orgpolicy.googleapis.com"
    monitoring: str = "monitoring.googleapis.com"
    apikeys_rest: str = "https://apikeys.googleapis.com"
    generativelanguage: str = "https://generativelanguage.googleapis.com"
    console: str = "https://console.cloud.google.com"


class Waits(BaseModel):
    """How long Google is waited for, in seconds, before a run is put off."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    call: float = Field(default=60, gt=0, le=600)
    operation: float = Field(default=120, gt=0, le=3600)
    propagation: float = Field(default=120, gt=0, le=3600)
    visibility: float = Field(default=60, gt=0, le=3600)


class Quotas(BaseModel):
    """How often Google may be called: its defaults for the bot's own project, unless it was granted more."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    # Writes to API Keys in any minute, of all workers together.
    key_writes: int = Field(default=120, ge=1, le=1_000_000)
    # Seconds in Google's minute: only a test cloud's has fewer.
    minute: float = Field(default=60, ge=0.1, le=60)


class Settings(BaseSettings):
    """Names are the ecosystem's own where there is one; ours begin with GEMINI_KEY_BOT_."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", frozen=True, extra="ignore", env_ignore_empty=True
    )

    slack_bot_token: SecretStr | None = Field(default=None, validation_alias="SLACK_BOT_TOKEN")
    slack_app_token: SecretStr | None = Field(default=None, validation_alias="SLACK_APP_TOKEN")
    slack_signing_secret: SecretStr | None = Field(default=None, validation_alias="SLACK_SIGNING_SECRET")
    # In the place of a bot token: the app is installed from a page, into any workspace with a policy.
    slack_client_id: str | None = Field(default=None, validation_alias="SLACK_CLIENT_ID")
    slack_client_secret: SecretStr | None = Field(default=None, validation_alias="SLACK_CLIENT_SECRET")
    sealing_keys: SecretStr | None = Field(default=None, validation_alias=f"{PREFIX}SEALING_KEYS")
    slack_api_url: str = Field(default="https://slack.com/api/", validation_alias="SLACK_API_URL")
    transport: Transport | None = None

    # Where Prometheus may read `/metrics`; may be PORT itself where only we can reach that. Unset: off.
    metrics_port: int | None = Field(default=None, ge=0, le=65535)
    otlp_endpoint: str | None = Field(default=None, validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT")

    http_host: str = "127.0.0.1"
    port: int = Field(default=3000, ge=0, le=65535, validation_alias="PORT")

    # The HTTP API beside Slack's request URL; without it nothing of it is served.
    api: bool = False

    redis_url: SecretStr | None = Field(default=None, validation_alias="REDIS_URL")
    redis_binary: Path | None = None
    data_dir: Path = Path(".gemini-key-bot")

    # One policy for every workspace, or a folder with one for each (T0ACME.toml).
    policy_file: Path = Path("policy.toml")
    policy_dir: Path | None = None
    google: GoogleSettings = GoogleSettings()

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    drain_seconds: float = Field(default=8.0, ge=0, le=600)

    # A worker silent for this long is dead and its jobs are handed out again; a living one renews its leases.
    redelivery_seconds: float = Field(default=20.0, ge=0.2, le=600)
    # How often records that are due without a job are looked for.
    sweep_seconds: float = Field(default=30.0, ge=0.2, le=60)
    # When a record is taken up whose worker wrote nothing and whose job is lost too; longer than any step.
    silence_seconds: float = Field(default=300.0, ge=1, le=3600)
    waits: Waits = Waits()
    quotas: Quotas = Quotas()
    # How many runs in a row may end in an outage of Google's before the request counts as failed.
    most_runs: int = Field(default=10, ge=1, le=100)

    # How long after the start the doctor looks around; 0 is never.
    checkup_seconds: float = Field(default=20.0, ge=0, le=3600)

    # How long after a fix calls may still fail before why-403 says that Google's own time is over.
    propagation_seconds: float = Field(default=300.0, ge=0.2, le=3600)

    # How long a key's calls may take to be seen in Monitoring, and how long an old key must have been silent
    # before it is deleted after a rotation.
    usage_lag_seconds: float = Field(default=1800.0, ge=0.1, le=86_400)
    usage_quiet_seconds: float = Field(default=21_600.0, ge=0.1, le=2_592_000)

    @model_validator(mode="after")
    def _no_contradiction(self) -> Self:
        if self.transport == "socket" and not self.slack_app_token:
            raise ValueError(f"{PREFIX}TRANSPORT=socket needs SLACK_APP_TOKEN (an app-level token, xapp-…)")
        if self.transport == "http" and not self.slack_signing_secret:
            raise ValueError(f"{PREFIX}TRANSPORT=http needs SLACK_SIGNING_SECRET")
        if self.policy_dir and "policy_file" in self.model_fields_set:
            raise ValueError(
                f"set {PREFIX}POLICY_FILE (one policy for every workspace) or {PREFIX}POLICY_DIR "
                "(a T….toml for each), not both"
            )
        if problem := self._install_problem():
            raise ValueError(problem)
        return self

    def _install_problem(self) -> str:
        """Say what contradicts an install page; empty where there is none, or nothing does."""
        if not (self.slack_client_id or self.slack_client_secret):
            return ""
        beside = {
            "SLACK_CLIENT_ID": self.slack_client_id,
            "SLACK_CLIENT_SECRET": self.slack_client_secret,
            "SLACK_SIGNING_SECRET": self.slack_signing_secret,
            f"{PREFIX}SEALING_KEYS": self.sealing_keys,
            # With one policy for all, whoever installs the app anywhere would get keys by it.
            f"{PREFIX}POLICY_DIR": self.policy_dir,
        }
        if missing := [name for name, value in beside.items() if not value]:
            return f"an install page (SLACK_CLIENT_ID) needs {missing[0]}, too"
        if self.slack_bot_token or self.slack_app_token or self.transport == "socket":
            return "an install page (SLACK_CLIENT_ID) takes HTTP: unset SLACK_BOT_TOKEN and SLACK_APP_TOKEN"
        return ""

    @property
    def delivery(self) -> Transport:
        """How Slack reaches us: as set, else Socket Mode when there is an app-level token."""
        return self.transport or ("socket" if self.slack_app_token else "http")

    def check_role(self, role: Role) -> None:
        """Refuse to start a role without what it needs, or with what it must not hold."""
        if role == "worker" and (self.slack_bot_token or self.slack_app_token or self.slack_signing_secret):
            raise Misconfigured(
                "The worker role must not hold Slack's tokens: unset SLACK_BOT_TOKEN, SLACK_APP_TOKEN "
                "and SLACK_SIGNING_SECRET for it."
            )
        if role == "worker" and (self.slack_client_secret or self.sealing_keys):
            raise Misconfigured(
                "The worker role must not hold what opens Slack: unset SLACK_CLIENT_SECRET and "
                "GEMINI_KEY_BOT_SEALING_KEYS for it."
            )
        if role != "all" and self.redis_url is None:
            raise Misconfigured(
                "serve --role {role} needs REDIS_URL: the two roles meet in Redis.", role=role
            )
        if role == "worker":
            return
        if not (self.slack_bot_token or self.slack_client_id):
            raise Misconfigured("SLACK_BOT_TOKEN is missing (the bot token, xoxb-…).")
        if self.delivery == "http" and not self.slack_signing_secret:
            raise Misconfigured(
                "SLACK_SIGNING_SECRET is missing (or set SLACK_APP_TOKEN to use Socket Mode instead)."
            )


def load() -> Settings:
    """Read the settings; `Misconfigured` names the first one that is wrong, in one line."""
    unknown = unknown_names(os.environ)
    if unknown:
        raise Misconfigured("{problem}", problem=unknown[0])
    try:
        return Settings(**secret_files.read(os.environ))  # type: ignore[arg-type]
    except ValidationError as error:
        raise Misconfigured("{problem}", problem=_first_line(error)) from None
    except SettingsError as error:
        raise Misconfigured("{problem}", problem=str(error).partition("\n")[0]) from None


def unknown_names(environ: Mapping[str, str]) -> list[str]:
    """Find settings with our prefix that do not exist, which pydantic-settings ignores in silence."""
    known = _known_names()
    problems = []
    for name in sorted(environ):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            close = difflib.get_close_matches(name.upper(), known, n=1)
            hint = f" Did you mean {close[0]}?" if close else ""
            problems.append(f"There is no setting {name}.{hint}")
    return problems + _near_misses(environ)


def _near_misses(environ: Mapping[str, str]) -> list[str]:
    """Find names like one of the ecosystem's that is not set: `REDIS_URI` would be ignored in silence."""
    borrowed = [
        str(field.validation_alias) for field in Settings.model_fields.values() if field.validation_alias
    ]
    missing = [name for name in borrowed if name not in environ]
    strange = [name for name in sorted(environ) if name.startswith(FAMILIES) and name not in borrowed]
    return [
        f"There is no setting {name}. Did you mean {close[0]}?"
        for name in strange
        if name not in ELSEWHERE
        and name not in secret_files.NAMES
        and (close := difflib.get_close_matches(name, missing, n=1, cutoff=0.87))
    ]


def _known_names() -> list[str]:
    ours = [
        PREFIX + name.upper() for name, field in Settings.model_fields.items() if not field.validation_alias
    ]
    borrowed = (str(field.validation_alias) for field in Settings.model_fields.values())
    ours += [name for name in (*borrowed, *secret_files.NAMES) if name.startswith(PREFIX)]
    groups: dict[str, type[BaseModel]] = {"GOOGLE": GoogleSettings, "WAITS": Waits, "QUOTAS": Quotas}
    return ours + [
        f"{PREFIX}{group}__{name.upper()}" for group, kind in groups.items() for name in kind.model_fields
    ]


def _first_line(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    if not first["loc"]:
        return str(first["msg"]).removeprefix("Value error, ")
    name = "__".join(str(part) for part in first["loc"]).upper()
    field = Settings.model_fields.get(str(first["loc"][0]).lower())
    setting = PREFIX + name if field is not None and not field.validation_alias else name
    return f"{setting}: {first['msg']}"
