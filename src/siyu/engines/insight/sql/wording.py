"""Whether words of a statement can only be what they were taken for. Pure.

The parser lets some things through that the engine reads as something else: a quoted name where a unit stands is written without
its quotes, a name after IN is a table there, and the name of a function in the place of a lambda is a call of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from siyu.engines.insight.sql.functions import plain

_WORD: Final = re.compile(r"\w+")
_WORDS: Final = re.compile(r"(\w+( \w+)?)?")
_NUMBER: Final = re.compile(r"[\w.]+([+-]\d+)?")
_TAKE_LAMBDAS: Final = frozenset(
    "array" + name
    for name in (
        *("all", "avg", "compact", "count", "cumsum", "difference", "exists", "filter", "first", "firstindex", "last"),
        *("lastindex", "map", "max", "min", "reversesort", "sort", "sum"),
    )
)
"""Functions of the list that call what stands first among several."""


def strange_word(node: exp.Expr) -> str | None:
    """A word of the node that would be written as it is and is more than a word: `EXTRACT("DAY FROM x) …" FROM y)`."""
    if isinstance(node, exp.Identifier):
        return None
    if isinstance(node, exp.Literal):
        return None if node.is_string or _NUMBER.fullmatch(node.name) else node.name
    form = _WORD if isinstance(node, exp.Var | exp.Anonymous | exp.DataType) else _WORDS
    for value in node.args.values():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, str) and not form.fullmatch(each):
                return each
    return None


def names_table(node: exp.In) -> bool:
    """Whether what stands after IN is, or has in it, a name: to the engine that may be a table, in brackets or not."""
    return any(_has_name(each) for each in (node.args.get("field"), *node.expressions) if each is not None)


def _has_name(asked: exp.Expr) -> bool:
    if isinstance(asked, exp.Query):
        return False
    if isinstance(asked, exp.Column | exp.Identifier | exp.Table | exp.Dot | exp.Star):
        return True
    return any(_has_name(each) for each in asked.iter_expressions())


def named_function(tokens: Sequence[Token]) -> str | None:
    """A function that is given something else than a lambda to call: `arrayMap(file, …)` would call `file`."""
    for n, token in enumerate(tokens[:-1]):
        if plain(token.text) in _TAKE_LAMBDAS and tokens[n + 1].token_type is TokenType.L_PAREN:
            first, is_alone = _first_argument(tokens[n + 2 :])
            if not is_alone and not _is_lambda(first):
                return token.text
    return None


def _first_argument(tokens: Sequence[Token]) -> tuple[list[Token], bool]:
    """The tokens of a call's first argument, and whether it is the only one."""
    first: list[Token] = []
    for depth, token in _depths(tokens):
        if depth < 0 or (depth == 0 and token.token_type is TokenType.COMMA):
            return first, depth < 0
        first.append(token)
    return first, True


def _depths(tokens: Sequence[Token]) -> Iterator[tuple[int, Token]]:
    depth = 0
    for token in tokens:
        depth += token.token_type in (TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE)
        depth -= token.token_type in (TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE)
        yield depth, token


def _is_lambda(tokens: Sequence[Token]) -> bool:
    kinds = [token.token_type for token in tokens]
    if TokenType.ARROW not in kinds:
        return False
    head = kinds[: kinds.index(TokenType.ARROW)]
    if len(head) > 1 and head[0] is TokenType.L_PAREN and head[-1] is TokenType.R_PAREN:
        head = head[1:-1]
    return bool(head) and all(
        kind is (TokenType.COMMA if n % 2 else TokenType.IDENTIFIER) for n, kind in enumerate(head)
    )
