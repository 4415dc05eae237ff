"""Refuses the network at the socket: only loopback and Unix sockets may be reached.

Blocking one HTTP library would leave the others; every one of them ends at these calls.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from types import TracebackType
from typing import Any, Final, Self


class NetworkRefused(OSError):
    """A test tried to reach another machine."""


class NetworkGuard:
    """While it is entered, nothing of this process reaches beyond the machine."""

    _CONNECTING: Final = ("connect", "connect_ex", "sendto")
    _LOOKING_UP: Final = ("getaddrinfo", "gethostbyname", "gethostbyname_ex")

    def __init__(self) -> None:
        self._kept: list[tuple[object, str, Any]] = []

    def __enter__(self) -> Self:
        for name in self._CONNECTING:
            self._replace(socket.socket, name, _guarded_method(getattr(socket.socket, name)))
        for name in self._LOOKING_UP:
            self._replace(socket, name, _guarded_lookup(getattr(socket, name)))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for owner, name, original in reversed(self._kept):
            setattr(owner, name, original)
        self._kept.clear()

    def _replace(self, owner: object, name: str, guarded: Any) -> None:
        self._kept.append((owner, name, getattr(owner, name)))
        setattr(owner, name, guarded)


def is_local(host: object) -> bool:
    """Whether ``host`` is this machine's loopback (or nothing, which means this machine)."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host is None or host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False


def _guarded_method(original: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, *args: Any) -> Any:
        address = args[-1]
        if self.family in (socket.AF_INET, socket.AF_INET6) and not is_local(address[0]):
            raise NetworkRefused(f"a test may not connect to {address!r}")
        return original(self, *args)

    return guarded


def _guarded_lookup(original: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(host: object, *args: Any, **kwargs: Any) -> Any:
        if not is_local(host):
            raise NetworkRefused(f"a test may not look up {host!r}")
        return original(host, *args, **kwargs)

    return guarded
