"""What analysts may write becomes a statement of our own words; everything else is refused, however it is dressed up."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siyu.engines.insight.sql.functions import is_function
from siyu.engines.insight.sql.statements import BadStatementError, runnable

GOOD = (
    "SELECT name, count() FROM events GROUP BY name ORDER BY 2 DESC LIMIT 5",
    "SELECT toStartOfMonth(occurred_at) AS m, sum(properties.total_fen) / 100 FROM events WHERE name = 'order_paid' GROUP BY m",
    "WITH x AS (SELECT customer_id, count() AS n FROM events GROUP BY 1) SELECT n, count() FROM x GROUP BY n",
    "SELECT c.attributes.city, uniqExact(e.customer_id) FROM events AS e JOIN customers AS c USING (customer_id) GROUP BY 1",
    "SELECT quantile(0.5)(properties.total_fen), countIf(name = 'a'), uniqIf(customer_id, name = 'b') FROM events",
    "SELECT row_number() OVER (PARTITION BY customer_id ORDER BY occurred_at) FROM events LIMIT 3",
    "SELECT arrayMap(t -> t + 1, tag_ids) FROM customers WHERE has(tag_ids, 3)",
    "SELECT * FROM (SELECT name FROM events UNION ALL SELECT source FROM events) AS u",
    "SELECT 1 -- file('/etc/passwd')",
    "SELECT arrayMap((a, b) -> a + b, [1], [2]), arraySum([1, 2]), arraySum(x -> x * 2, [1, 2]), 1 IN (-1, 1 + 1)",
    "SELECT EXTRACT(DAY FROM now()), toStartOfInterval(now(), INTERVAL 1 WEEK), -1e-5, 1.5e+10",
    "SELECT 'it''s; DROP TABLE events', 'a\\\\' , \"name\" FROM events",
    "SELECT properties.`utm-source`, toFloat64OrZero(properties.amount) FROM events WHERE customer_id IN (1, 2)",
    "SELECT count() FROM customers WHERE customer_id IN (SELECT customer_id FROM events WHERE name = 'x')",
)
BAD = (
    ("", "one"),
    ("SELECT 1; SELECT 2", "one"),
    ("SELECT 1 FROM", ""),
    ("DROP TABLE events", "select"),
    ("INSERT INTO events SELECT 1", "select"),
    ("CREATE TABLE x AS SELECT 1", "select"),
    ("SYSTEM RELOAD DICTIONARY customer_of", "select"),
    ("KILL QUERY WHERE 1", ""),
    ("SET readonly = 0", "select"),
    ("SHOW TABLES", "select"),
    ("DESCRIBE events", "select"),
    ("EXPLAIN SELECT 1", "select"),
    ("SELECT 1 INTO OUTFILE '/tmp/x'", ""),
    ("SELECT 1 FORMAT CSV", ""),
    ("SELECT 1 SETTINGS readonly = 0", ""),
    ("SELECT * FROM (SELECT 1 SETTINGS max_threads = 1)", ""),
    ("SELECT file('/etc/passwd')", "function"),
    ("SELECT `file`('/etc/passwd')", ""),
    ("SELECT \"file\"('/etc/passwd')", ""),
    ("SELECT FILE('/etc/passwd')", "function"),
    ("SELECT fi/**/le('/etc/passwd')", ""),
    ("SELECT dictGet('customer_of', 'customer_id', 1)", "function"),
    ("SELECT joinGet('x', 'y', 1)", "function"),
    ("SELECT sleep(3)", "function"),
    ("SELECT getSetting('max_threads'), currentUser(), hostName()", "function"),
    ("SELECT arrayMap(f -> file(f), ['/etc/passwd'])", "function"),
    ("SELECT * APPLY(file) FROM events", ""),
    ("SELECT COLUMNS('.*') FROM events", ""),
    ("SELECT * FROM system.tables", "table"),
    ("SELECT 1 UNION ALL SELECT name FROM system.tables", "table"),
    ("SELECT (SELECT count() FROM system.users)", "table"),
    ("SELECT * FROM default.events", "table"),
    ("SELECT * FROM profile_customer", "table"),
    ("SELECT * FROM customer_of", "table"),
    ("SELECT * FROM siyu_events", ""),
    ("SELECT * FROM url('http://x/', 'CSV', 'a String')", ""),
    ("SELECT * FROM file('/etc/passwd', 'CSV', 'a String')", ""),
    ("SELECT * FROM remote('127.0.0.1', system.one)", ""),
    ("SELECT * FROM s3('http://x')", ""),
    ("SELECT * FROM numbers(10)", ""),
    ("SELECT * FROM merge('system', '.*')", ""),
    ("SELECT * FROM executable('x', 'CSV', 'a String')", ""),
    ("SELECT * FROM dictionary('customer_of')", ""),
    ("SELECT * FROM VALUES('a Int8', 1)", ""),
    ("SELECT 1 WHERE 1 IN system.one", "in"),
    ("SELECT 1 WHERE 1 IN (customers)", "in"),
    ("SELECT in(1, customers)", ""),
    ("WITH events AS (SELECT 1) SELECT * FROM events", "name"),
    ("WITH siyu_events AS (SELECT 1) SELECT * FROM siyu_events", "name"),
    ("SELECT 0 IN ((system.one))", "in"),
    ("SELECT 0 IN (((profile_customer)))", "in"),
    ("SELECT arrayMap(x -> x IN ((system.one)), [1])", "in"),
    ("SELECT 1 IN (1, (profile_customer))", "in"),
    ("SELECT 1 IN tuple(profile_customer)", "in"),
    ("SELECT arrayMap(file, ['/etc/passwd'])", "lambda"),
    ("SELECT arrayMap((file), ['/etc/passwd'])", "lambda"),
    ("SELECT arrayExists(\"file\", ['/etc/passwd'])", "lambda"),
    ("SELECT file AS f, arrayMap(f, ['/etc/passwd'])", "lambda"),
    ("SELECT arraySort(if(1, file, file), ['/etc/passwd'])", "lambda"),
    ("WITH 'a' AS profile_customer SELECT * FROM profile_customer", "table"),
    ("WITH (SELECT 1) AS profile_customer SELECT * FROM profile_customer", "table"),
    ('SELECT EXTRACT("DAY FROM now()), TABLE_NAME FROM INFORMATION_SCHEMA.TABLES --" FROM now())', "name"),
    ('SELECT dateDiff("day, now(), now()), (SELECT 1 FROM INFORMATION_SCHEMA.TABLES)--", now(), now())', "name"),
    ('SELECT date_add("x y", 1, now())', "name"),
    ("SELECT properties FROM events", "whole"),
    ("SELECT e.properties FROM events AS e", "whole"),
    ("SELECT toString(properties) FROM events", "whole"),
    ("SELECT JSONAllPaths(properties) FROM events", "function"),
    ("SELECT properties.real_name FROM events", "private"),
    ("SELECT properties.user.phone FROM events", "private"),
    ("SELECT attributes.name FROM customers", "private"),
    ("SELECT c.attributes.`姓名` FROM customers AS c", "private"),
    ("SELECT properties.`a``b` FROM events", ""),
    ("SELECT {x:Identifier} FROM events", ""),
    ("SELECT * FROM events SAMPLE 0.1", ""),
    ("SELECT " + "(" * 3000 + "1" + ")" * 3000, ""),
    ("SELECT '" + "x" * 20_001 + "'", "long"),
)


@pytest.mark.parametrize("text", GOOD)
def test_what_reads_the_tables_is_run(text: str) -> None:
    made = runnable(text, 10, "Asia/Shanghai", "siyu")
    assert made.sql.endswith("LIMIT 11")
    assert "--" not in made.sql
    assert set(re.findall(r"\bFROM siyu\.(\w+)", made.sql)) <= {"events", "customers"}


@pytest.mark.parametrize(("text", "reason"), BAD)
def test_all_else_is_refused(text: str, reason: str) -> None:
    with pytest.raises(BadStatementError) as told:
        runnable(text, 10, "Asia/Shanghai")
    assert not reason or told.value.fields["reason"] == reason


def test_only_the_names_that_are_asked_for_are_there() -> None:
    made = runnable("SELECT properties.city, * FROM events", 10, "Asia/Shanghai")
    head, _, rest = made.sql.partition("SELECT * FROM (")
    assert "`properties.city`" in head
    assert "total_fen" not in head
    assert "AS `properties`" not in head
    assert '"properties.city"' in rest


def test_a_name_of_with_leads_to_no_table_of_that_name() -> None:
    """Where it does not hold, the engine would find its own table."""
    text = (
        "SELECT * FROM (WITH profile_customer AS (SELECT 1 AS n) SELECT profile_customer.n FROM profile_customer) AS a"
    )
    made = runnable(f"{text}, profile_customer", 10, "UTC").sql
    assert made.count('"siyu_with_profile_customer"') == 3
    assert 'FROM "profile_customer"' not in made
    assert 'JOIN "profile_customer"' not in made
    assert '"siyu_with_profile_customer" AS "profile_customer"' in made


@pytest.mark.parametrize(
    "name", ["file", "url", "sleepEachRow", "fileIf", "dictGetOrDefault", "addressToLine", "executable"]
)
def test_functions_that_look_elsewhere_are_not_in_the_list(name: str) -> None:
    assert not is_function(name)


@settings(max_examples=25, deadline=None)
@given(st.text(alphabet="'\\\"`-/*#$();ab\n", max_size=14))
def test_a_text_stays_a_text(text: str) -> None:
    """Whatever is in quotes is one text of the statement, and is written so that ClickHouse reads the same."""
    quoted = text.replace("\\", "\\\\").replace("'", "\\'")
    made = runnable(f"SELECT '{quoted}' AS t, 1 AS n", 10, "UTC").sql
    inner = made.split("(\n", 1)[1].rsplit("\n)", 1)[0]
    literal = re.fullmatch(r"SELECT '((?:[^'\\]|\\.|'')*)' AS \"t\", 1 AS \"n\"", inner, flags=re.DOTALL)
    assert literal is not None, inner
    assert (
        re.sub(
            r"''|\\(.)",
            lambda found: {"n": "\n", None: "'"}.get(found.group(1), found.group(1)),
            literal.group(1),
            flags=re.DOTALL,
        )
        == text
    )
