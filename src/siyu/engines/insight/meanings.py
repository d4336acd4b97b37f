"""What each number of the summary means, in Chinese and in English: one definition for everybody who shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple


class Meaning(NamedTuple):
    """One definition in both languages."""

    zh: str
    en: str


_RFM_ZH = (
    "按生效的 RFM 方案（八格）统计。还没有方案时：R 距上次购买的整天数不多于平均为高，F 购买次数多于平均为高，"
    "M 已支付金额多于平均为高（等于平均算低），全部历史、只看购买过的客户。退款不从 M 中扣除，已抹除的客户不计。"
)
_RFM_EN = (
    "By the RFM scheme of eight cells that is in force. Without one: R is high where the whole days since the last purchase are not"
    " more than the buyers' mean, F where purchases are more than their mean, M where what was paid is more than their mean (equal"
    " counts as low); all history, buyers only. Refunds do not lessen M; erased customers do not count."
)

MEANINGS: Final[Mapping[str, Meaning]] = {
    "customers": Meaning(
        "现有客户数：合并后的客户，不含已删除的。",
        "Customers there are: merged ones count once, deleted ones not at all.",
    ),
    "new_customers_30d": Meaning(
        "最近 30 天（30×24 小时）内首次出现的现有客户数，已抹除的不计。",
        "Customers first seen within the last 30 days (30 × 24 hours); erased ones do not count.",
    ),
    "active_30d": Meaning(
        "最近 30 天内有过行为的现有客户数；行为指客户自己做的事（访问、下单、点击消息等），系统和员工做的事不算，"
        "已抹除的客户不计。",
        "Customers who did something within the last 30 days: visits, orders, clicks. What Siyu or staff did does not count, nor do"
        " erased customers.",
    ),
    "buyers": Meaning("至少有 1 笔已支付订单的客户数。", "Customers with at least one paid order."),
    "repeat_buyers": Meaning("至少有 2 笔已支付订单的客户数。", "Customers with at least two paid orders."),
    "repeat_rate": Meaning("复购率：复购客户数 ÷ 购买客户数。", "Repeat buyers divided by buyers."),
    "orders": Meaning("已支付订单数。", "Paid orders."),
    "revenue_fen": Meaning(
        "净收入：已支付金额减去已退款金额，仅计本位币。", "Paid amounts less refunds, in the company's currency only."
    ),
    "revenue_by_month": Meaning(
        "按业务时区的自然月统计；退款计入退款发生的月份。最多显示有订单的最后 36 个月。",
        "By calendar month of the business time zone; a refund counts in the month it happened. The last 36 months at most.",
    ),
    "rfm": Meaning(_RFM_ZH, _RFM_EN),
    "important_value": Meaning(
        "重要价值客户：R 高、F 高、M 高。", "Important, to be kept happy: R high, F high, M high."
    ),
    "important_develop": Meaning(
        "重要发展客户：R 高、F 低、M 高。", "Important, to be developed: R high, F low, M high."
    ),
    "important_keep": Meaning("重要保持客户：R 低、F 高、M 高。", "Important, to be held: R low, F high, M high."),
    "important_retain": Meaning("重要挽留客户：R 低、F 低、M 高。", "Important, to be won back: R low, F low, M high."),
    "general_value": Meaning("一般价值客户：R 高、F 高、M 低。", "General value: R high, F high, M low."),
    "general_develop": Meaning("一般发展客户：R 高、F 低、M 低。", "General, to be developed: R high, F low, M low."),
    "general_keep": Meaning("一般保持客户：R 低、F 高、M 低。", "General, to be held: R low, F high, M low."),
    "general_retain": Meaning("一般挽留客户：R 低、F 低、M 低。", "General, to be won back: R low, F low, M low."),
}
