"""Decisions about privacy; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from siyu.domain.privacy.contracts import BadRetentionError, RetentionClass

CLASSES: Final = (
    RetentionClass("exports", 7, 1, 90, False, "导出文件", "Files with exports of persons"),
    RetentionClass("imports", 30, 1, 365, False, "导入的原始文件与拒收文件", "Imported files and their rejects"),
    RetentionClass("quarantine", 90, 7, 365, False, "隔离的原始事件", "Raw events in quarantine"),
    RetentionClass("log_ins", 30, 1, 365, False, "登录失败计数与过期会话", "Failed log-ins and ended sessions"),
    RetentionClass(
        "audit",
        1095,
        180,
        3650,
        False,
        "审计与 SQL 记录（依法不少于 180 天）",
        "Audit and SQL that was run (180 days at least, by law)",
    ),
    RetentionClass("anonymous", 730, 30, 3650, True, "沉默的匿名访客", "Anonymous visitors who fell silent"),
    RetentionClass("service_texts", 180, 7, 1095, False, "微信客服里说过的话", "What was said in customer service"),
    RetentionClass("event_texts", 0, 180, 3650, True, "事件里的自由文本", "Free texts in events"),
    RetentionClass(
        "certificates", 3650, 365, 36500, False, "删除凭证与导出记录", "Certificates and records of exports"
    ),
)
"""All classes of data that are removed by age."""

BY_NAME: Final[Mapping[str, RetentionClass]] = {each.name: each for each in CLASSES}


def days_of(stored: Mapping[str, int]) -> dict[str, int]:
    """Days for every class: as stored, or the default."""
    return {each.name: stored.get(each.name, each.default_days) for each in CLASSES}


def checked_days(days: Mapping[str, int]) -> dict[str, int]:
    """The days of all classes, those that are not named by default; BadRetentionError names what cannot be."""
    if unknown := sorted(set(days) - set(BY_NAME)):
        raise BadRetentionError(f"There is no class {unknown[0][:40]}.", field="days")
    for name, count in days.items():
        rule = BY_NAME[name]
        if not (rule.least_days <= count <= rule.most_days or (rule.may_be_kept and count == 0)):
            also = " or 0, for ever" if rule.may_be_kept else ""
            raise BadRetentionError(f"{name}: {rule.least_days} to {rule.most_days} days{also}.", field=name)
    return days_of(days)
