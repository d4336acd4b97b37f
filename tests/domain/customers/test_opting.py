"""Words by which somebody says that they want no more."""

from __future__ import annotations

import pytest

from siyu.domain.customers.contracts import is_opt_out


@pytest.mark.parametrize(
    "text",
    [
        *("退订", " TD ", "t", "Ｔ", "退订。", "我要退订", "请退订短信", "拒收", "取消订阅"),
        *(
            "别再发了",
            "别再发了！！",
            "不要再给我发消息了",
            "请不要再发短信",
            "别发了",
            "以后别再给我发广告了",
            "不想再收到",
        ),
        *("STOP", "Stop.", "unsubscribe", "stop sending me messages", "Don't message me again", "please stop, thanks"),
    ],
)
def test_what_says_no_more(text: str) -> None:
    assert is_opt_out(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "  ", "你好", "怎么退订单", "别再发货了,我要退款", "不要糖", "退订金可以吗", "不要发票"),
        *("不要发快递,我自己来取", "bus stop", "don't stop", "nonstop", "收到了", "谢谢,不用找了", "T恤有吗"),
        "退订" * 30,
        "\x00",
    ],
)
def test_what_speaks_of_something_else(text: str) -> None:
    assert not is_opt_out(text)
