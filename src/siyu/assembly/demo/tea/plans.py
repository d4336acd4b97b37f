"""The tea brand's member days."""

from __future__ import annotations

from typing import Final

from siyu.assembly.demo.plans import Campaigns

CAMPAIGNS: Final = Campaigns(
    template="member_day",
    running=("本期会员日", 4),
    reviewed=("上一期会员日", 24),
    ahead=("holiday_sale", "年节大促", 30),
    targets={"paid_fen": 420, "orders": 0.09, "buyers": 0.07},
    budget_fen=(600_000, 150_000, 250_000),
    numbers=("paid_fen", "orders", "buyers", "revenue"),
    went_well="领券的老客比平时多，当天门店排队的体验也好了。\n社群预告发得早，预约的人都来了。",
    went_badly="返场的提醒晚了半天，不少券过期没用。",
    actions=("返场提醒提前到早上十点", "把领券页换成一键领取"),
)
"""Budget: coupons, material, advertising."""
