"""Access tokens: one for each corp and secret, valid for two hours unless it is taken back sooner."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from siyu.kernel.ids import IdSource
from siyu.world.wecom.apps import App
from siyu.world.wecom.calls import Fields, Reply
from siyu.world.wecom.errors import RefusedError
from siyu.world.wecom.limits import Meter, Window
from siyu.world.wecom.rules import Rules

TOKEN_BYTES = 107
BAN = timedelta(hours=1)


@dataclass(slots=True)
class Token:
    """A token that was given out; a revoked one stays known, so that it is told from one that never was."""

    text: str
    secret: str
    expires_at: datetime
    is_revoked: bool = False


class Tokens:
    """All tokens of a corp."""

    def __init__(self, corp_id: str, rules: Rules, ids: IdSource) -> None:
        self._corp_id = corp_id
        self._rules = rules
        self._ids = ids
        self._by_text: dict[str, Token] = {}
        self._by_secret: dict[str, Token] = {}
        self._wrong: Counter[str] = Counter()

    def give(self, query: Fields, apps: dict[str, App], meter: Meter, caller_ip: str, now: datetime) -> Reply:
        """The reply to `gettoken`."""
        corp_id = query.text("corpid", missing=41002)
        secret = query.text("corpsecret", missing=41004)
        banned = ("wrong secret", caller_ip)
        meter.count(banned, (), now)
        if corp_id != self._corp_id:
            raise RefusedError(40013)
        app = apps.get(secret)
        if app is None:
            self._wrong[caller_ip] += 1
            if self._wrong[caller_ip] >= self._rules.wrong_secrets_max:
                del self._wrong[caller_ip]
                meter.block(banned, now + BAN)
            raise RefusedError(40001)
        meter.count(("gettoken", secret), [(Window.MINUTE, self._rules.token_calls_per_minute)], now)
        if not app.is_enabled:
            raise RefusedError(50003)
        token = self._of(secret, now)
        return {"access_token": token.text, "expires_in": int((token.expires_at - now).total_seconds())}

    def _of(self, secret: str, now: datetime) -> Token:
        token = self._by_secret.get(secret)
        if token is not None and not token.is_revoked and now < token.expires_at and self._rules.is_same_token_given:
            return token
        expires_at = now + timedelta(seconds=self._rules.token_seconds)
        token = Token(self._ids.new_secret(TOKEN_BYTES), secret, expires_at)
        self._by_text[token.text] = self._by_secret[secret] = token
        return token

    def secret_of(self, text: str, now: datetime) -> str:
        """Whose token this is; RefusedError for none, a wrong one and an old one."""
        if not text:
            raise RefusedError(41001)
        token = self._by_text.get(text)
        if token is None or token.is_revoked:
            raise RefusedError(40014)
        if now >= token.expires_at:
            raise RefusedError(42001)
        return token.secret

    def revoke(self, secret: str | None = None) -> int:
        """Takes tokens back before their time: those of one app, or all."""
        taken = [token for token in self._by_text.values() if secret in (None, token.secret) and not token.is_revoked]
        for token in taken:
            token.is_revoked = True
        return len(taken)
