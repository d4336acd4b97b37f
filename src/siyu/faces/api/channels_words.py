"""What a check of a connection found, in words that say what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "wrong_secret": (
        "密钥不对。请到对方后台重新查看并填写。",
        "The secret is wrong. Look it up again at the other side.",
    ),
    "wrong_account": (
        "账号（AppID 或 AccessKey）不存在或已停用。",
        "The account (AppID or AccessKey) does not exist or is disabled.",
    ),
    "address_not_trusted": (
        "这台服务器的出口 IP 不在公众平台的「IP 白名单」里。",
        "The address of this server is not on the platform's IP whitelist.",
    ),
    "not_authorised": ("账号没有这项接口权限。", "The account may not use this interface."),
    "unreachable": ("连不上对方的接口地址。", "The address of the other side cannot be reached."),
    "throttled": ("今天的调用次数已用完，或调用太频繁。", "The calls of today are used up, or came too fast."),
    "sign_not_approved": (
        "短信签名没有通过审核，或与这个账号不符。",
        "The signature is not approved, or not this account's.",
    ),
    "out_of_money": ("账户余额不足或已欠费。", "The account has no money left."),
    "no_callback_keys": (
        "还没有填回调的 Token，收不到关注、消息与订阅结果。",
        "The callback token is missing: follows, messages and consents cannot be received.",
    ),
    "refused": ("对方拒绝了，原因见右。", "The other side refuses; its word is given beside."),
}


def words_of(code: str) -> tuple[str, str]:
    """(Chinese, English)."""
    return WORDS.get(code, WORDS["refused"])
