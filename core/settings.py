"""The environment read once into a frozen value. `.env.example` explains each setting to operators."""

import os
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from math import inf, nan
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
DEMO_MARK = "demo"
LEAST_TOKEN = 16


@dataclass(frozen=True)
class Settings:
    """Where things are and how this installation behaves."""

    home: Path
    """State: SQLite files, uploads, logs, the secret."""
    database_url: str
    broker_url: str
    url: str = "http://127.0.0.1:8000"
    """The address people type; https makes cookies Secure."""
    host: str = "127.0.0.1"
    port: int = 8000
    config_dir: Path = ROOT / "config"
    plugin_dirs: tuple[Path, ...] = (ROOT / "plugins",)
    allowed_plugins: frozenset[str] | None = None
    """Names that may load; None means all that are found."""
    strict_plugins: bool = False
    safe_mode: bool = False
    """The shell alone: no code of any plugin is imported."""
    trace_hooks: bool = False
    """Each call of a plugin's hook is a line of the log."""
    secret: str = ""
    stamp_seconds: float = 1.0
    """How often at most a process asks whether rights or parameters changed elsewhere."""
    upload_mb: int = 20
    rate: str = "600 per minute"
    """Requests of one person (of an address, for nobody) before the answer is 429; empty: no limit."""
    write_rate: str = "300 per minute"
    """The same for requests that change something, within the above."""
    web_processes: int = 2
    database_seconds: float = 10.0
    """How long a statement waits for a lock of others before it gives up."""
    metrics_token: str = ""
    """Opens `/metrics` from anywhere; without one only this machine may ask."""
    heartbeat_seconds: float = 5.0
    """How often a worker, a job in hand and beat say that they are alive."""
    proxies: int = 0
    """How many proxies stand in front, each adding to X-Forwarded-For; 0: what that header says is not believed."""
    frozen_now: datetime | None = None
    """A stopped clock, for demonstrations and tests; refused unless the home is a demo home."""

    @property
    def secure_cookies(self) -> bool:
        return urlsplit(self.url).scheme == "https"

    @property
    def is_demo(self) -> bool:
        """True when this home was filled by `atrium demo`; only then do the demo accounts work."""
        return (self.home / DEMO_MARK).exists()

    @property
    def files(self) -> Path:
        return self.home / "files"

    @staticmethod
    def load(environ: Mapping[str, str] | None = None) -> "Settings":
        """Read `environ` (default: the process's); raises ValueError with a sentence when a value makes no sense."""
        env = os.environ if environ is None else environ
        home = Path(env.get("ATRIUM_HOME") or ROOT / "var").absolute()
        port = _port(env.get("PORT") or "8000")
        host = env.get("ATRIUM_HOST") or "127.0.0.1"
        names = env.get("ATRIUM_PLUGINS")
        found = Settings(
            home=home,
            database_url=env.get("ATRIUM_DATABASE_URL") or f"sqlite:///{home / 'atrium.db'}",
            broker_url=env.get("ATRIUM_BROKER_URL") or f"sqla+sqlite:///{home / 'broker.db'}",
            url=(env.get("ATRIUM_URL") or f"http://{host}:{port}").rstrip("/"),
            host=host,
            port=port,
            config_dir=Path(env.get("ATRIUM_CONFIG") or ROOT / "config").absolute(),
            plugin_dirs=tuple(
                Path(part).absolute()
                for part in (env.get("ATRIUM_PLUGIN_DIRS") or str(ROOT / "plugins")).split(os.pathsep)
            ),
            allowed_plugins=None
            if names is None
            else frozenset(part.strip() for part in names.split(",") if part.strip()),
            strict_plugins=env.get("ATRIUM_STRICT_PLUGINS", "") not in ("", "0"),
            safe_mode=env.get("ATRIUM_SAFE_MODE", "") not in ("", "0"),
            trace_hooks=env.get("ATRIUM_TRACE_HOOKS", "") not in ("", "0"),
            secret=env.get("ATRIUM_SECRET_KEY", ""),
            stamp_seconds=_number(env, "ATRIUM_STAMP_SECONDS", 1.0, least=0),
            upload_mb=int(_number(env, "ATRIUM_UPLOAD_MB", 20, least=1)),
            rate=_rate(env, "ATRIUM_RATE", "600 per minute"),
            write_rate=_rate(env, "ATRIUM_WRITE_RATE", "300 per minute"),
            web_processes=int(_number(env, "ATRIUM_WEB_PROCESSES", 2, least=1)),
            database_seconds=_number(env, "ATRIUM_DATABASE_SECONDS", 10.0, least=0.1),
            metrics_token=_token(env.get("ATRIUM_METRICS_TOKEN", "")),
            heartbeat_seconds=_number(env, "ATRIUM_HEARTBEAT_SECONDS", 5.0, least=0.1),
            proxies=int(_number(env, "ATRIUM_PROXIES", 0, least=0)),
            frozen_now=_moment(env.get("ATRIUM_NOW")),
        )
        if found.frozen_now and not found.is_demo:
            raise ValueError(
                "ATRIUM_NOW stops the clock and is meant for demo homes only; remove it, "
                "or run `atrium demo` in this home first."
            )
        return found


def secret_of(settings: Settings) -> str:
    """The key that signs cookies and tokens: the setting, else one made once and kept in the home, for us alone."""
    if settings.secret:
        return settings.secret
    path = settings.home / "secret.key"
    if not path.exists():
        settings.home.mkdir(parents=True, exist_ok=True)
        descriptor, made = tempfile.mkstemp(dir=settings.home, prefix=".secret")  # readable by its owner only
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(made, path)  # whole from its first moment; of several processes that start at once one wins
        os.unlink(made)
    return path.read_text(encoding="ascii")


def _number(env: Mapping[str, str], name: str, default: float, *, least: float) -> float:
    text = env.get(name) or str(default)
    try:
        found = float(text)
    except ValueError:
        found = nan
    if not least <= found < inf:
        raise ValueError(f"{name} must be a number from {least:g} up, not “{text}”.")
    return found


def _rate(env: Mapping[str, str], name: str, default: str) -> str:
    """A rate as the library `limits` writes it; empty for `off`."""
    text = (env.get(name) or "").strip()
    if not text:
        return default
    if text == "off":
        return ""
    from limits import parse

    try:
        parse(text)
    except ValueError:
        raise ValueError(f"{name} must be a rate such as “{default}”, or “off”, not “{text}”.") from None
    return text


def _token(text: str) -> str:
    if text and len(text) < LEAST_TOKEN:
        raise ValueError(f"ATRIUM_METRICS_TOKEN must have at least {LEAST_TOKEN} characters; a short one is guessed.")
    return text


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise ValueError(f"PORT must be a number from 1 to 65535, not “{text}”.")
    return int(text)


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"ATRIUM_NOW must be a moment such as 2026-11-24T09:30:00+08:00, not “{text}”.") from None
    if found.tzinfo is None:
        raise ValueError("ATRIUM_NOW needs its zone, as in 2026-11-24T09:30:00+08:00.")
    return found
