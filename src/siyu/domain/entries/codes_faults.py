"""What may be wrong with a channel code, and what to do about it, in Chinese and in English."""

from __future__ import annotations

from siyu.domain.definitions.contracts import Faults
from siyu.domain.entries.codes_contracts import (
    BACKUPS_MAX,
    GROUPS_MAX,
    LINKS_MAX,
    MEMBERS_MAX,
    SLOTS_MAX,
    STORES_MAX,
    WELCOME_BYTES_MAX,
    WELCOMES_MAX,
)
from siyu.domain.entries.forms_contracts import LINE_LENGTH_MAX, TAGS_MAX

FAULTS = Faults(
    {
        "text": (
            f"请填文字，短的最多 {LINE_LENGTH_MAX} 字。",
            f"Give a text; a line has at most {LINE_LENGTH_MAX} characters.",
        ),
        "staff": ("请选 1 到 {limit} 位员工。", "Choose 1 to {limit} members of the staff."),
        "backups": ("备用员工最多 {limit} 位。", "There are at most {limit} backups."),
        "slots": ("值班时段最多 {limit} 个。", "There are at most {limit} slots."),
        "weekdays": ("请选一周里的某几天，不要重复。", "Choose some days of the week, each once."),
        "welcomes": ("欢迎语最多 {limit} 条。", "There are at most {limit} welcomes."),
        "links": ("每条欢迎语最多 {limit} 个链接。", "A welcome has at most {limit} links."),
        "tags": ("这里应是一列标签，最多 {limit} 个。", "Put a list of at most {limit} tags here."),
        "blank": ("请填写文字，不能只有空格。", "Write something; blanks alone do not do."),
        "nobody": ("请至少选一位员工，或排一个值班时段。", "Choose somebody of the staff, or make a slot."),
        "everybody": (
            "值班和备用的员工加起来最多 {limit} 位（企业微信的限制）。",
            "With slots and backups there are at most {limit} members, which is WeCom's limit.",
        ),
        "twice": ("同一位员工选了两次，请去掉一个。", "Somebody is chosen twice; remove one."),
        "no_time": ("开始和结束相同，请改一项。", "It ends when it begins; change one of them."),
        "bytes": ("太长了，最多 {limit} 个字节（约每个汉字 3 个）。", "This is too long; it may have {limit} bytes."),
        "groups": ("群最多 {limit} 个。", "There are at most {limit} groups."),
        "stores": ("门店最多 {limit} 家。", "There are at most {limit} stores."),
        "group_twice": ("同一个群选了两次，请去掉一个。", "A group is chosen twice; remove one."),
        "store_twice": ("同一家门店选了两次，请去掉一个。", "A store is chosen twice; remove one."),
        "no_group": (
            "请至少选一个所有人都能进的群（不限标签）。",
            "Choose at least one group for everybody, without tags.",
        ),
        "link": ("请填 http:// 或 https:// 开头的网址。", "Give an address that begins with http:// or https://."),
    },
    of_lists={
        "staff_ids": "staff",
        "backup_ids": "backups",
        "slots": "slots",
        "weekdays": "weekdays",
        "welcomes": "welcomes",
        "links": "links",
        "tags": "tags",
        "groups": "groups",
        "store_ids": "stores",
    },
    limits={
        "staff": MEMBERS_MAX,
        "backups": BACKUPS_MAX,
        "slots": SLOTS_MAX,
        "welcomes": WELCOMES_MAX,
        "links": LINKS_MAX,
        "tags": TAGS_MAX,
        "groups": GROUPS_MAX,
        "stores": STORES_MAX,
        "everybody": MEMBERS_MAX,
        "bytes": WELCOME_BYTES_MAX,
    },
)
