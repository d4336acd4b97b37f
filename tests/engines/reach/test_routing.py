"""Which channel is taken, and why."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from siyu.domain.messages.contracts import Recent
from siyu.engines.reach.routing import Route, likelihood, routed

COSTS = {"wecom": 0, "sms": 5, "aicall": 30, "mail": 1}


def test_the_author_says_or_there_is_only_one() -> None:
    assert routed(["sms", "wecom"], "author", COSTS, {}, {}) == Route(("sms", "wecom"), "authors_order")
    assert routed(["sms"], "cheapest", COSTS, {}, {}) == Route(("sms",), "only_way")
    assert routed([], "cheapest", COSTS, {}, {}) == Route((), None)


def test_the_cheapest_is_what_costs_least_for_each_that_gets_through() -> None:
    of_channels = {"sms": Recent(900, 100), "mail": Recent(50, 950), "aicall": Recent(700, 300)}
    route = routed(["aicall", "mail", "sms"], "cheapest", COSTS, of_channels, {})
    assert route == Route(("sms", "mail", "aicall"), "cheapest")  # 5.6, 19 and 43 fen


def test_of_what_costs_nothing_the_likeliest() -> None:
    costs = {"wecom": 0, "webhook": 0}
    of_channels = {"wecom": Recent(10, 90), "webhook": Recent(60, 40)}
    assert routed(["wecom", "webhook"], "cheapest", costs, of_channels, {}) == Route(("webhook", "wecom"), "likeliest")
    assert routed(["wecom", "webhook"], "cheapest", costs, {}, {}).ways == ("wecom", "webhook")


def test_what_is_worth_much_may_cost_more() -> None:
    of_channels = {"sms": Recent(300, 700), "aicall": Recent(900, 100)}
    assert routed(["sms", "aicall"], "cheapest", COSTS, of_channels, {}, worth=10).ways == ("sms", "aicall")
    assert routed(["sms", "aicall"], "cheapest", COSTS, of_channels, {}, worth=1_000) == Route(
        ("aicall", "sms"), "worth_most"
    )


def test_a_customers_own_messages_outweigh_everybodys() -> None:
    everybody = Recent(9_000, 1_000)
    assert likelihood(everybody, Recent()) > 0.89
    assert likelihood(everybody, Recent(0, 8)) < 0.31
    assert likelihood(Recent(0, 10_000), Recent(8, 0)) > 0.66


@settings(max_examples=25)
@given(
    st.builds(Recent, st.integers(0, 10**6), st.integers(0, 10**6)),
    st.builds(Recent, st.integers(0, 99), st.integers(0, 99)),
)
def test_nothing_is_certain(of_channel: Recent, own: Recent) -> None:
    assert 0 < likelihood(of_channel, own) < 1
    assert likelihood(of_channel, Recent(own.got_through + 1, own.failed)) > likelihood(of_channel, own)
