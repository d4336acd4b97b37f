"""Answers of the engine that are read by hand: because they are large, or because they are all numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.ctypes import RespBuffCls
from clickhouse_connect.driver.exceptions import OperationalError, StreamFailureError
from clickhouse_connect.driver.httputil import ResponseSource
from clickhouse_connect.driver.query import QueryResult
from clickhouse_connect.driver.transform import NativeTransform, extract_exception_with_tag
from urllib3.exceptions import HTTPError
from urllib3.response import HTTPResponse


class _Source(ResponseSource):
    """Bytes of an answer, for the driver. Its own class reads an answer to the end before it lets go of it; an answer that
    nobody wants any more is cut, which stops the query."""

    def close(self) -> None:
        self.response.close()


def raw_stream(client: Client, sql: str, values: dict[str, Any], settings: Mapping[str, Any] | None) -> HTTPResponse:
    """Ask, and hold the answer by its beginning."""
    response = client.raw_stream(sql, parameters=values, settings=dict(settings or {}), fmt="Native")
    return cast(HTTPResponse, response)


def read_all(response: HTTPResponse) -> bytes:
    """The whole of a result. An error in its middle is marked by a tag from the header, and ends it."""
    tag = response.headers.get("X-ClickHouse-Exception-Tag", "")
    pieces: list[bytes] = []
    broken: HTTPError | None = None
    try:
        for piece in response.stream(1 << 20, decode_content=True):
            pieces.append(piece)
    except HTTPError as error:
        broken = error
    finally:
        response.close()
        response.release_conn()
    message = extract_exception_with_tag(b"".join(pieces[-2:])[-(1 << 16) :], tag) if tag and pieces else None
    if message:
        found = re.search(r"Code:\s*(\d+)", message)
        names = re.findall(r"\(([A-Z][A-Z0-9_]+)\)", message)
        raise StreamFailureError(
            message, code=int(found.group(1)) if found else None, name=names[-1] if names else None
        )
    if broken is not None:
        raise OperationalError("the answer broke off") from broken
    return b"".join(pieces)


def rows_of(response: HTTPResponse) -> Iterator[tuple[Any, ...]]:
    """Each row of a result as it comes; the driver decodes it."""
    source = _Source(response, exception_tag=response.headers.get("X-ClickHouse-Exception-Tag"))
    buffer = cast(Any, RespBuffCls)(source)
    result = cast(QueryResult, NativeTransform.parse_response(buffer))
    with result.rows_stream as rows:
        yield from rows
