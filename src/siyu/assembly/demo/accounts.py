"""The demo brand's official account, which the demo's outside emulates beside its WeCom."""

from __future__ import annotations

from siyu.assembly.demo.brand import ACTOR, Account
from siyu.assembly.demo.codes import posters
from siyu.assembly.demo.ports import wecom_url
from siyu.assembly.installation import Installation
from siyu.domain.connections.contracts import ConnectionKind
from siyu.domain.connections.service import find_live_connection, save_connection
from siyu.world.wecom.brand import ACCOUNT_ID, WECHAT_PATH, brand_secrets


def join_account(installation: Installation, words: Account) -> None:
    """Connects the account; done before, it only looks after the address, which may be another than the last time."""
    made = brand_secrets(installation.settings.webhook_secret)
    base_url = wecom_url(installation.settings) + WECHAT_PATH
    secrets = {
        "app_secret": made.account_secret,
        "callback_token": made.account_token,
        "encoding_aes_key": made.account_aes_key,
    }
    with installation.database.begin() as work:
        codes = posters(work, ACTOR, installation.settings.zone)
        nearest = next((code_id for code_id, name in codes.items() if name == words.code), 0)
        known = find_live_connection(work, ACTOR, ConnectionKind.OFFICIAL_ACCOUNT, ACCOUNT_ID)
        if known is not None and (known.base_url, known.secrets) == (base_url, secrets):
            return
        save_connection(
            work,
            ACTOR,
            ConnectionKind.OFFICIAL_ACCOUNT,
            ACCOUNT_ID,
            vendor="wechat",
            name=words.name,
            base_url=base_url,
            secrets=secrets,
            settings=known.settings if known else {"follow_reply": words.follow_reply, "follow_code_id": nearest},
            is_enabled=known.is_enabled if known else True,
        )
