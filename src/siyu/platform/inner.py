"""Whether an address lies within the company's own network: whoever may name one must not learn what stands behind the wall."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from ipaddress import ip_address
from socket import IPPROTO_TCP, gaierror, getaddrinfo
from urllib.parse import urlsplit

Resolve = Callable[[str], Sequence[str]]
"""The addresses of a host; none where it has none."""


def resolved(host: str) -> Sequence[str]:
    """As the machine's own resolver says."""
    try:
        found = getaddrinfo(host, None, proto=IPPROTO_TCP)
    except (gaierror, UnicodeError):
        return ()
    return sorted({str(each[4][0]) for each in found})


def outer_addresses(url: str, resolve: Resolve = resolved) -> Sequence[str] | None:
    """The addresses of its host, the older kind first; None where one of them is no public one. A name in other letters than those
    of addresses counts as inner: whoever calls may spell it out otherwise than whoever looks, and come elsewhere."""
    host = urlsplit(url).hostname or ""
    if not host.isascii():
        return None
    found = resolve(host)
    if any(not ip_address(each.partition("%")[0]).is_global for each in found):
        return None
    return sorted(found, key=lambda each: ":" in each)


def is_inner(url: str, resolve: Resolve = resolved) -> bool:
    """Whether any address of its host is no public one. A host that nobody knows is none."""
    return outer_addresses(url, resolve) is None
