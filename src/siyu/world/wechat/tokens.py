"""Access tokens of accounts: a new one ends the one before, unless it is the stable kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from siyu.world.wechat.accounts import Account, Platform
from siyu.world.wecom.calls import Fields, Reply
from siyu.world.wecom.errors import RefusedError
from siyu.world.wecom.limits import Window

TOKEN_BYTES = 64
PLAIN, STABLE = "plain", "stable"


@dataclass(slots=True)
class Token:
    """A token and until when it works."""

    text: str
    app_id: str
    kind: str
    until: datetime
    forced_at: datetime | None = None


class AccountTokens:
    """All tokens that were given."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._by_text: dict[str, Token] = {}
        self._newest: dict[tuple[str, str], Token] = {}

    def give(self, query: Fields, caller_ip: str) -> Reply:
        """The reply to `token`: always a new one; the one before works on for a moment."""
        account = self._account(query, caller_ip)
        limits, now = self._platform.limits, self._platform.now()
        self._platform.meter.count(("token", account.app_id), [(Window.DAY, limits.tokens_per_day)], now)
        before = self._newest.get((account.app_id, PLAIN))
        if before is not None:
            before.until = min(before.until, now + timedelta(seconds=limits.overlap_seconds))
        return self._told(self._make(account, PLAIN), now)

    def give_stable(self, body: Fields, caller_ip: str) -> Reply:
        """The reply to `stable_token`: the same one until shortly before its end, or by force another."""
        account = self._account(body, caller_ip)
        limits, now = self._platform.limits, self._platform.now()
        token = self._newest.get((account.app_id, STABLE))
        overlap = timedelta(seconds=limits.overlap_seconds)
        if token is None or token.until - now <= overlap:
            return self._told(self._make(account, STABLE), now)
        soonest = timedelta(seconds=limits.forced_token_seconds)
        if body.flag("force_refresh", False) and (token.forced_at is None or now - token.forced_at >= soonest):
            key = ("forced", account.app_id)
            self._platform.meter.count(key, [(Window.DAY, limits.forced_tokens_per_day)], now)
            token.until = now
            token = self._make(account, STABLE)
            token.forced_at = now
        return self._told(token, now)

    def account_of(self, text: str) -> Account:
        """Whose token this is; RefusedError for none, a wrong one and one that is over."""
        if not text:
            raise RefusedError(41001)
        token = self._by_text.get(text)
        if token is None:
            raise RefusedError(40001)
        if self._platform.now() >= token.until:
            is_newest = self._newest[token.app_id, token.kind] is token
            raise RefusedError(42001 if is_newest else 40001)
        return self._platform.account(token.app_id)

    def revoke(self) -> int:
        """Takes all tokens back before their time."""
        revoked = len(self._by_text)
        self._by_text.clear()
        self._newest.clear()
        return revoked

    def _account(self, given: Fields, caller_ip: str) -> Account:
        if given.text("grant_type", missing=40002) != "client_credential":
            raise RefusedError(40002)
        account = self._platform.account(given.text("appid", missing=40013))
        if given.text("secret", missing=41004) != account.secret:
            raise RefusedError(40001)
        if account.trusted_ips is not None and caller_ip not in account.trusted_ips:
            raise RefusedError(40164)
        return account

    def _make(self, account: Account, kind: str) -> Token:
        until = self._platform.now() + timedelta(seconds=self._platform.limits.token_seconds)
        token = Token(self._platform.ids.new_secret(TOKEN_BYTES), account.app_id, kind, until)
        self._by_text[token.text] = self._newest[account.app_id, kind] = token
        return token

    def _told(self, token: Token, now: datetime) -> Reply:
        return {"access_token": token.text, "expires_in": int((token.until - now).total_seconds())}
