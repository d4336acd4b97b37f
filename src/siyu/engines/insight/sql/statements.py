"""From what an analyst wrote to the statement that is run, or to what is wrong with it. Pure.

The text is taken apart and written anew: no byte of it reaches the engine as it came, so a comment, a quote or a bracket that two
parsers understand differently opens nothing. Of what it is made of only known things pass: one SELECT over the tables below,
functions of the list, properties and attributes by name and none that names a person. The engine's own limits hold as well,
but they alone would let through what reads files.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import sqlglot
from sqlglot import exp
from sqlglot.dialects.clickhouse import ClickHouse
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from siyu.engines.insight.examples import is_private
from siyu.engines.insight.sql.functions import is_function
from siyu.engines.insight.sql.wording import named_function, names_table, strange_word
from siyu.engines.insight.terms.breakdowns import value_text
from siyu.kernel.errors import InvalidError
from siyu.platform.columns.queries import Parameters, Query
from siyu.platform.columns.schema import CUSTOMER_OF, CUSTOMERS, EVENTS, HOT_PATHS

STATEMENT_LENGTH_MAX: Final = 20_000
PATHS_MAX: Final = 60
DEPTH_MAX: Final = 60
_PATH: Final = re.compile(r"[\w-]{1,80}")
_INNER: Final = "siyu_"
"""How the tables are called in the statement that is run; nobody else may call anything so."""
_WITH: Final = f"{_INNER}with_"
"""How what stands in a WITH is called there."""

_KEYWORDS: Final = frozenset(
    [
        "ALL",
        "AND",
        "ANY",
        "AS",
        "ASC",
        "BETWEEN",
        "BY",
        "CASE",
        "CUBE",
        "DESC",
        "DISTINCT",
        "ELSE",
        "EXCEPT",
        "EXISTS",
        "FROM",
        "GROUP",
        "HAVING",
        "ILIKE",
        "IN",
        "INTERSECT",
        "INTERVAL",
        "IS",
        "JOIN",
        "LIKE",
        "LIMIT",
        "NOT",
        "OFFSET",
        "ON",
        "OR",
        "ORDER",
        "OVER",
        "PARTITION",
        "PREWHERE",
        "QUALIFY",
        "ROLLUP",
        "SELECT",
        "SETS",
        "THEN",
        "UNION",
        "USING",
        "WHEN",
        "WHERE",
        "WITH",
    ]
)
"""Words that may stand before a bracket without being functions."""

_REFUSED: Final = (
    exp.Command,
    exp.DDL,
    exp.DML,
    exp.Describe,
    exp.Drop,
    exp.Into,
    exp.Kill,
    exp.Lock,
    exp.Parameter,
    exp.Placeholder,
    exp.Pragma,
    exp.SessionParameter,
    exp.Set,
    exp.SetItem,
    exp.Show,
    exp.TableSample,
    exp.Use,
    exp.Values,
)
_REFUSED_PARTS: Final = (
    "into",
    "settings",
    "format",
    "locks",
    "kind",
    "hint",
    "sample",
    "options",
    "operation_modifiers",
)


class BadStatementError(InvalidError):
    """This statement cannot be run."""

    code = "bad_statement"


@dataclass(frozen=True, slots=True)
class SqlTable:
    """A table that can be asked: its columns with their types, and which of them holds values by name."""

    name: str
    columns: Mapping[str, str]
    named: str
    source: str


TABLES: Final[Mapping[str, SqlTable]] = {
    "events": SqlTable(
        "events",
        {
            "customer_id": "UInt64",
            "name": "LowCardinality(String)",
            "occurred_at": "DateTime64(3)",
            "source": "LowCardinality(String)",
            "event_id": "UUID",
        },
        "properties",
        EVENTS,
    ),
    "customers": SqlTable(
        "customers",
        {
            "customer_id": "UInt64",
            "unit_id": "UInt64",
            "entry_channel": "LowCardinality(String)",
            "first_seen_at": "DateTime64(3)",
            "tag_ids": "Array(UInt64)",
            "staff_ids": "Array(UInt64)",
            "identity_kinds": "Array(LowCardinality(String))",
            "consents": "Array(String)",
        },
        "attributes",
        f"{CUSTOMERS} FINAL",
    ),
}
"""What analysts see. Nothing of it names anybody: identities are not in the columns, or masked."""

_MADE: Final = {"customer_id": {"events": CUSTOMER_OF}, "unit_id": {"customers": "_unit"}}
_UNIT: Final = "toUInt64OrZero(arrayElement(splitByChar('.', unit_path), -2))"
_ROWS: Final = {"events": f"{CUSTOMER_OF} != 0", "customers": "is_deleted = 0 AND is_erased = 0"}
_NAMED: Final = {table.named: name for name, table in TABLES.items()}


@dataclass
class _Used:
    """The names of values that a statement asks for."""

    paths: dict[str, set[str]] = field(default_factory=lambda: {name: set() for name in TABLES})

    def note(self, table: str, path: str) -> None:
        self.paths[table].add(path)
        if sum(map(len, self.paths.values())) > PATHS_MAX:
            raise BadStatementError(f"It asks for more than {PATHS_MAX} different properties.", reason="paths")


def runnable(text: str, rows_max: int, zone: str, database: str = "") -> Query:
    """The statement to be run, which gives one row more than `rows_max` where there are more. BadStatementError says what is
    wrong. Instants are told, and days counted, in `zone`."""
    tree = _parsed(text)
    used = _Used()
    _check_nodes(tree)
    _rename(tree, used)
    written = tree.sql(dialect="clickhouse", comments=False, identify=True, normalize_functions=False)
    _check_words(written)
    _check_again(written)
    parameters = Parameters()
    sources = ", ".join(
        f"{_INNER}{name} AS ({_source(table, sorted(used.paths[name]), parameters, zone, database)})"
        for name, table in TABLES.items()
        if f'"{_INNER}{name}"' in written
    )
    head = f"WITH {sources} " if sources else ""
    return parameters.query(f"{head}SELECT * FROM (\n{written}\n) LIMIT {rows_max + 1:d}")  # noqa: S608 - written anew, see above


def _parsed(text: str) -> exp.Expr:
    if len(text) > STATEMENT_LENGTH_MAX:
        raise BadStatementError(f"It has more than {STATEMENT_LENGTH_MAX} characters.", reason="long")
    try:
        found = [each for each in sqlglot.parse(text, dialect="clickhouse") if each is not None]
    except SqlglotError as error:
        told = getattr(error, "errors", None) or [{}]
        line, column = told[0].get("line"), told[0].get("col")
        said = told[0].get("description") or "It cannot be read."
        raise BadStatementError(str(said)[:300], reason="syntax", line=line, column=column) from None
    except RecursionError:
        raise BadStatementError("It is nested too deeply.", reason="deep") from None
    if len(found) != 1:
        raise BadStatementError("Write one statement.", reason="one")
    tree = found[0]
    if not isinstance(tree, exp.Query):
        raise BadStatementError("Only SELECT can be run here.", reason="select")
    return tree


def _check_nodes(tree: exp.Expr) -> None:
    for node in tree.walk():
        if node.depth > DEPTH_MAX * 4:
            raise BadStatementError("It is nested too deeply.", reason="deep")
        if isinstance(node, _REFUSED):
            raise BadStatementError("Only SELECT can be run here.", reason="select")
        if isinstance(node, exp.Query) and (
            part := next((name for name in _REFUSED_PARTS if node.args.get(name)), None)
        ):
            raise BadStatementError(f"{part.upper()} cannot be used here.", reason="clause", word=part.upper())
        if isinstance(node, exp.In) and names_table(node):
            raise BadStatementError("After IN write values or a SELECT in brackets.", reason="in")
        if isinstance(node, exp.Anonymous) and not is_function(node.name):
            raise BadStatementError(
                f"“{node.name[:80]}” cannot be called here.", reason="function", word=node.name[:80]
            )
        if (word := strange_word(node)) is not None:
            raise BadStatementError(f"“{word[:80]}” is no name here.", reason="name", word=word[:80])
        if isinstance(node, exp.Identifier) and (
            node.name.startswith(_INNER) or "\\" in node.name or "\x00" in node.name
        ):
            raise BadStatementError(f"“{node.name[:80]}” is no name here.", reason="name", word=node.name[:80])


def _rename(tree: exp.Expr, used: _Used) -> None:
    """All tables get names that nothing else has: a name of WITH that holds elsewhere leads to no table of the engine's."""
    withs = [
        each for each in tree.find_all(exp.CTE) if isinstance(each.this, exp.Query) and not each.args.get("scalar")
    ]
    known = {each.alias for each in withs}
    if taken := known & {*TABLES, *_NAMED}:
        raise BadStatementError(f"Call it something else than “{min(taken)}”.", reason="name", word=min(taken))
    for column in list(tree.find_all(exp.Column)):
        _rename_column(column, used)
    for table in list(tree.find_all(exp.Table)):
        name = table.name
        if not isinstance(table.this, exp.Identifier) or table.args.get("db") or table.args.get("catalog"):
            raise BadStatementError("Only the tables named beside can be asked.", reason="table", word=table.sql()[:80])
        if name not in TABLES and name not in known:
            raise BadStatementError(f"There is no table “{name[:80]}”.", reason="table", word=name[:80])
        inner = f"{_INNER}{name}" if name in TABLES else f"{_WITH}{name}"
        table.set("this", exp.to_identifier(inner, quoted=True))
        if not table.args.get("alias"):
            table.set("alias", exp.TableAlias(this=exp.to_identifier(name, quoted=True)))
    for each in withs:
        each.args["alias"].set("this", exp.to_identifier(f"{_WITH}{each.alias}", quoted=True))


def _rename_column(column: exp.Column, used: _Used) -> None:
    """`properties.city` becomes a column of that name, which the table in the statement has."""
    outer: exp.Expr = column
    parts: list[exp.Expr] = list(column.parts)
    while isinstance(outer.parent, exp.Dot) and outer.parent.this is outer:
        outer = outer.parent
        parts.append(outer.expression)
    names = [part.name for part in parts]
    place = next((n for n, name in enumerate(names[:2]) if name in _NAMED), None)
    if place is None:
        if len(names) > 2 or any(name in _NAMED for name in names):
            raise BadStatementError(f"“{'.'.join(names)[:80]}” is no column.", reason="name", word=".".join(names)[:80])
        return
    named, path = names[place], ".".join(names[place + 1 :])
    if not path or not all(isinstance(part, exp.Identifier) for part in parts):
        raise BadStatementError(f"Say which one: {named}.something.", reason="whole", word=named)
    if not all(_PATH.fullmatch(name) for name in names[place + 1 :]):
        raise BadStatementError(f"“{path[:80]}” is no name here.", reason="name", word=path[:80])
    if path not in HOT_PATHS and is_private(path):
        raise BadStatementError(f"“{path[:80]}” may tell who somebody is.", reason="private", word=path[:80])
    used.note(_NAMED[named], path)
    table = exp.to_identifier(names[0], quoted=True) if place else None
    outer.replace(exp.Column(this=exp.to_identifier(f"{named}.{path}", quoted=True), table=table))


def _check_words(written: str) -> None:
    """Whatever stands before a bracket is a function of the list, or a word of the language."""
    try:
        tokens: Sequence[Token] = ClickHouse().tokenize(written)
    except SqlglotError:
        raise BadStatementError("It cannot be read.", reason="syntax") from None
    for word, following in _pairs(tokens):
        if following.token_type is not TokenType.L_PAREN or word.token_type is TokenType.STRING:
            continue
        text = word.text
        if not re.match(r"\w", text) or word.token_type is TokenType.NUMBER:
            continue
        is_quoted = word.token_type is TokenType.IDENTIFIER
        if is_quoted or not (text.upper() in _KEYWORDS or is_function(text)):
            raise BadStatementError(f"“{text[:80]}” cannot be called here.", reason="function", word=text[:80])
    if called := named_function(tokens):
        raise BadStatementError(f"{called} takes a lambda first: x -> ….", reason="lambda", word=called)
    if any(token.text.upper() in ("APPLY", "FORMAT", "OUTFILE", "SETTINGS") and _is_bare(token) for token in tokens):
        raise BadStatementError("That word cannot be used here.", reason="clause")


def _check_again(written: str) -> None:
    """What was written is read once more: whatever the first look took it for, its tables are ours and nothing else is in it."""
    again = _parsed(written)
    if any(not table.name.startswith(_INNER) or len(table.parts) > 1 for table in again.find_all(exp.Table)) or any(
        isinstance(node, _REFUSED) or (isinstance(node, exp.In) and names_table(node)) for node in again.walk()
    ):
        raise BadStatementError("It cannot be read.", reason="syntax")


def _is_bare(token: Token) -> bool:
    return token.token_type not in (TokenType.STRING, TokenType.IDENTIFIER) and token.text.upper() != "FORMAT"


def _pairs(tokens: Sequence[Token]) -> Iterator[tuple[Token, Token]]:
    return itertools.pairwise(tokens)


def _source(table: SqlTable, paths: Sequence[str], parameters: Parameters, zone: str, database: str) -> str:
    told = parameters.bind(zone, "String")
    selected = []
    for name, type_name in table.columns.items():
        made = _MADE.get(name, {}).get(table.name, name)
        made = _UNIT if made == "_unit" else made
        made = f"toTimeZone({name}, {told})" if type_name.startswith("DateTime64") else made
        selected.append(made if made == name else f"{made} AS {name}")
    for path in paths:
        place = parameters.place(table.named, path)
        value = place.whole if place.declared else f"nullIf({value_text(place)}, '')"
        selected.append(f"{value} AS `{table.named}.{path}`")
    origin = f"{database}.{table.source}" if database else table.source
    return f"SELECT {', '.join(selected)} FROM {origin} WHERE {_ROWS[table.name]}"  # noqa: S608 - our own words
