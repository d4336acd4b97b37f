"""What an operator of the installation may set, by environment (`SIYU_PORT`) or in `SIYU_HOME/siyu.toml` (`port = 8400`).

The environment wins over the file, the file over the defaults. Secrets are never shown by `repr` and never logged.
"""

from __future__ import annotations

import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from siyu.kernel.clock import Clock, ScaledClock, SystemClock
from siyu.kernel.errors import SiyuError

FILE_NAME = "siyu.toml"
KEY_FILE_NAME = "secret_key"


class SettingsError(SiyuError):
    """A setting cannot be understood."""

    code = "bad_setting"


def _setting(doc: str, default: Any = None, *, secret: bool = False) -> Any:
    return field(default=default, repr=not secret, metadata={"doc": doc, "secret": secret})


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting of an installation; `metadata["doc"]` of each field is its reference text."""

    home: Path = _setting("Folder that holds the data of this installation.", Path(".siyu"))
    host: str = _setting("Address the HTTP face listens on.", "127.0.0.1")
    port: int = _setting("Port the HTTP face listens on.", 8400)
    public_url: str = _setting("Address that customers reach this installation at; short links start with it.", "")
    brand_name: str = _setting("Name of the company, shown in the console and on H5 pages.", "Siyu 私域")
    timezone: str = _setting("Business time zone: days, months and quiet hours are counted in it.", "Asia/Shanghai")
    currency: str = _setting("Currency of the company's amounts (ISO 4217).", "CNY")
    database_url: str = _setting("PostgreSQL 15 or later; empty starts the embedded one.", "", secret=True)
    columns_url: str = _setting("ClickHouse over HTTP; empty starts the embedded one.", "", secret=True)
    columns_cluster: str = _setting("Name of the ClickHouse cluster behind columns_url; empty for one server.", "")
    backup_folder: str = _setting("Where a backup is put every night; empty makes none.", "")
    backup_days: int = _setting("How many days backups are kept; erased customers live on in them as long.", 30)
    secret_key: str = _setting("Key of cookies and link signatures; made once if empty.", "", secret=True)
    data_keys: str = _setting("Keys that phones and e-mail are sealed with; made once if empty.", "", secret=True)
    api_processes: int = _setting("How many processes serve HTTP.", 1)
    intake_shards: int = _setting("How many shards the intake works in; change only while the inbox is empty.", 2)
    intake_lag_seconds_max: int = _setting("The intake door answers 429 when its oldest waiting batch is older.", 60)
    intake_origins: str = _setting("Web origins whose pages may send events, with commas between; * means all.", "*")
    dedupe_days: int = _setting("How many days message ids are remembered; older events are refused. 0: for ever.", 0)
    webhook_url: str = _setting("Where the webhook channel posts its messages; empty means the channel is off.", "")
    webhook_secret: str = _setting("Key of the webhook channel's signature.", "", secret=True)
    inner_addresses: bool = _setting("Whether endpoints and pictures may lie in the company's own network.", False)
    mail_host: str = _setting("SMTP server that reports to staff go out by; empty means there is no mail.", "")
    mail_port: int = _setting("Port of the SMTP server: 587 for STARTTLS, 465 for TLS.", 587)
    mail_security: str = _setting("How mail travels: starttls, tls, or none (then without a password).", "starttls")
    mail_user: str = _setting("User at the SMTP server; empty logs in nowhere.", "")
    mail_password: str = _setting("Password at the SMTP server.", "", secret=True)
    mail_from: str = _setting("Address that mail comes from.", "")
    analysts_sql: bool = _setting("Whether those with the right may write SQL against the columns.", False)
    reveals_per_hour: int = _setting("How many phones and the like one member of staff may be shown in an hour.", 60)
    import_file_mb_max: int = _setting("The largest file that can be uploaded to be imported, in megabytes.", 1024)
    columns_memory_mb: int = _setting("Memory that the embedded ClickHouse may use.", 4096)
    postgres_shared_buffers_mb: int = _setting("Shared buffers of the embedded PostgreSQL.", 256)
    log_level: str = _setting("Lowest level that is logged: debug, info, warning, error.", "info")
    traces_url: str = _setting(
        "OTLP over HTTP, with its path: http://collector:4318/v1/traces; empty traces nothing.", ""
    )
    traces_percent: int = _setting("Which share of all traces is kept, in percent.", 100)
    code_ways_max: int = _setting(
        "Most ways of channel codes in one corp of WeCom, which itself takes 500,000 together with codes of groups.",
        100_000,
    )
    is_demo: bool = _setting("True for the made-up brand of `siyu demo`.", False)
    clock_speed: int = _setting("How much faster than real time goes in a demo.", 1)
    clock_from: str = _setting(
        "Since when a demo's time is its own: a real instant, a slash, what the demo's time was then; empty is real time.",
        "",
    )

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def clock(self) -> Clock:
        """What tells the time here: the machine, or a demo's own clock."""
        return ScaledClock.from_text(self.clock_from, self.clock_speed) if self.clock_from else SystemClock()

    @property
    def base_url(self) -> str:
        """Where customers reach this installation, without a slash at the end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def runtime_folder(self) -> Path:
        """Sockets, ports, passwords of children and their logs; worthless after a stop."""
        return self.home / "run"


_NOT_SETTINGS = ("SIYU_PYTHON", "SIYU_CHROMIUM", "SIYU_CONSOLE_OUT", "SIYU_COLUMNS_PASSWORD", "SIYU_TEST_")
"""Variables of the launcher, of tests, and between Siyu's own processes."""

_RANGES = {
    "port": (1, 65535),
    "mail_port": (1, 65535),
    "api_processes": (1, 64),
    "intake_shards": (1, 64),
    "intake_lag_seconds_max": (1, 86_400),
    "dedupe_days": (0, 36_500),
    "reveals_per_hour": (0, 100_000),
    "import_file_mb_max": (1, 1024),
    "backup_days": (1, 3_650),
    "clock_speed": (1, 600),
    "traces_percent": (0, 100),
    "columns_memory_mb": (256, 10_000_000),
    "postgres_shared_buffers_mb": (16, 10_000_000),
}


def load_settings(environment: Mapping[str, str] | None = None, **overrides: Any) -> Settings:
    """Settings from the environment and the file below `home`; `overrides` win over both. SettingsError names the culprit."""
    given = os.environ if environment is None else environment
    home = Path(overrides.get("home") or given.get("SIYU_HOME") or ".siyu").expanduser().absolute()
    values: dict[str, Any] = _from_file(home / FILE_NAME)
    for each in fields(Settings):
        name = f"SIYU_{each.name.upper()}"
        if name in given:
            values[each.name] = given[name]
    values.update(overrides)
    values["home"] = home
    known = {each.name: each for each in fields(Settings)}
    if unknown := sorted(set(values) - set(known)):
        raise SettingsError(f"There is no setting called {unknown[0]}.")
    return _checked(Settings(**{name: _typed(name, value, known[name].default) for name, value in values.items()}))


def unknown_variables(environment: Mapping[str, str]) -> dict[str, str]:
    """Variables that look like settings and are none, each with the name that comes nearest to it (empty: nothing near)."""
    known = {f"SIYU_{each.name.upper()}" for each in fields(Settings)}
    return {
        name: next(iter(get_close_matches(name, known, 1, 0.75)), "")
        for name in sorted(environment)
        if name.startswith("SIYU_") and name not in known and not name.startswith(_NOT_SETTINGS)
    }


def _checked(settings: Settings) -> Settings:
    """The settings, if they can be worked with: better told at the start than by a worker in the night."""
    for name, (least, most) in _RANGES.items():
        if not least <= getattr(settings, name) <= most:
            raise SettingsError(f"{name} is a number from {least} to {most}.")
    try:
        _ = settings.zone
    except (ValueError, KeyError, OSError) as error:
        raise SettingsError("timezone is a name like Asia/Shanghai.") from error
    if not (len(settings.currency) == 3 and settings.currency.isascii() and settings.currency.isupper()):
        raise SettingsError("currency is three capital letters, like CNY.")
    if settings.log_level.lower() not in {"debug", "info", "warning", "error"}:
        raise SettingsError("log_level is debug, info, warning or error.")
    if not re.fullmatch(r"([A-Za-z_][A-Za-z0-9_]*)?", settings.columns_cluster):
        raise SettingsError("columns_cluster is a plain word.")
    if settings.columns_cluster and not settings.columns_url:
        raise SettingsError("columns_cluster goes with columns_url; the embedded ClickHouse is no cluster.")
    if settings.backup_folder and not Path(settings.backup_folder).is_absolute():
        raise SettingsError("backup_folder is an absolute path.")
    if settings.mail_security not in {"starttls", "tls", "none"}:
        raise SettingsError("mail_security is starttls, tls or none.")
    if settings.mail_host and not settings.mail_from:
        raise SettingsError("mail_host goes with mail_from.")
    _check_clock(settings)
    for name in ("public_url", "webhook_url", "columns_url", "traces_url"):
        if (url := getattr(settings, name)) and not url.startswith(("http://", "https://")):
            raise SettingsError(f"{name} begins with http:// or https://.")
    return settings


def _check_clock(settings: Settings) -> None:
    if not settings.clock_from and settings.clock_speed == 1:
        return
    if not (settings.is_demo and settings.clock_from):
        raise SettingsError("clock_speed and clock_from go together, and only in a demo.")
    try:
        _ = settings.clock
    except ValueError as error:
        raise SettingsError("clock_from is two instants with a slash between.") from error


def ensure_secret_key(settings: Settings) -> str:
    """The installation's secret key: as set, or made once and kept, readable by its owner only."""
    if settings.secret_key:
        return settings.secret_key
    path = settings.home / KEY_FILE_NAME
    settings.home.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        write_once(path, secrets.token_urlsafe(48))
    key = path.read_text().strip()
    if not key:
        raise SettingsError(f"{path} is empty; remove it, and a new key is made.")
    return key


def write_once(path: Path, text: str) -> None:
    """Puts a whole file in its place, unless there is one: processes start side by side, and none must read half a key."""
    whole = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        path.hardlink_to(whole)
    except FileExistsError:
        pass
    finally:
        whole.unlink()


def _from_file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{FILE_NAME} is not valid TOML: {error}") from error


def _typed(name: str, value: Any, default: Any) -> Any:
    if isinstance(default, bool):
        text = str(value).lower()
        if text not in {"1", "0", "true", "false", "yes", "no"}:
            raise SettingsError(f"{name} takes true or false.")
        return text in {"1", "true", "yes"}
    if isinstance(default, int):
        try:
            return int(str(value))
        except (TypeError, ValueError) as error:
            raise SettingsError(f"{name} takes a whole number.") from error
    if isinstance(default, Path):
        return Path(value)
    return str(value)
