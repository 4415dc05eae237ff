"""Parts that are made at their first use and kept."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar

Made = TypeVar("Made")


class Maker(Protocol):
    """What holds such parts, and the one lock that makes them."""

    making: threading.RLock


class made_once(Generic[Made]):  # noqa: N801 (a decorator)
    """A property that is made at its first use and kept; one lock serves all of them.

    A lock a property, or two kinds of locks, would let two threads wait for each other.
    """

    def __init__(self, make: Callable[[Any], Made]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, _kind: type, name: str) -> None:
        self._name = name

    def __get__(self, owner: Maker, _kind: type | None = None) -> Made:
        kept = owner.__dict__
        if self._name not in kept:
            with owner.making:
                if self._name not in kept:
                    kept[self._name] = self._make(owner)
        made: Made = kept[self._name]
        return made

    def __set__(self, owner: Maker, value: Made) -> None:
        owner.__dict__[self._name] = value
