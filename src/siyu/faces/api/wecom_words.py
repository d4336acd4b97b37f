"""What a check of a connection to WeCom found, in words that say what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "wrong_secret": (
        "Secret 不对，或应用已停用。到「应用管理」里重新查看 Secret。",
        "The secret is wrong, or the app is disabled. Look it up again under App management.",
    ),
    "wrong_corp": (
        "企业 ID 不对。它在「我的企业」页面的最下面。",
        "The corp id is wrong. It stands at the bottom of the page My Company.",
    ),
    "address_not_trusted": (
        "这台服务器的出口 IP 不在应用的「企业可信 IP」里。加上它，约一分钟后生效。",
        "The address of this server is not among the app's trusted IPs. Add it; it takes about a minute.",
    ),
    "app_disabled": ("应用已停用，请在「应用管理」里启用。", "The app is disabled; enable it under App management."),
    "not_authorised": (
        "应用不在「客户联系 → API → 可调用接口的应用」里，或没有这项权限。",
        "The app is not among those that may call the customer-contact API, or lacks this permission.",
    ),
    "out_of_range": (
        "应用的可见范围里没有要用到的成员或部门。",
        "The app's visible range lacks members or departments that are needed.",
    ),
    "wrong_agent": ("AgentId 不是这个 Secret 的应用。", "The AgentId is not of the app that the secret is of."),
    "unreachable": (
        "连不上企业微信。检查这台服务器能否访问接口地址。",
        "WeCom cannot be reached. Check whether this server can reach the address of the API.",
    ),
    "throttled": (
        "接口调用太频繁，已被限制，请稍后再试。",
        "Too many calls; WeCom takes none for a while. Try again later.",
    ),
    "no_wecom": ("接口地址回答的不是企业微信。", "What answers at the address of the API is not WeCom."),
    "refused": ("企业微信拒绝了，错误码见右。", "WeCom refuses; its code is given beside."),
    "no_keys": (
        "还没有填回调的 Token 和 EncodingAESKey，收不到事件。",
        "Token and EncodingAESKey of callbacks are missing: no events can be received.",
    ),
    "nothing_came": (
        "还没有收到过回调。在应用的「接收消息」里保存回调地址。",
        "No callback has come yet. Save the callback address in the app's settings.",
    ),
}


def words_of(code: str) -> tuple[str, str]:
    """(Chinese, English)."""
    return WORDS.get(code, WORDS["refused"])
