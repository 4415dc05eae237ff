"""What a setting may be: a secret, a number in its bounds, one of several words, an address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit


class Secret:
    """A value that never shows itself: not in ``str``, ``repr``, a format or a comparison.

    Immutable and hashable; ``reveal()`` is the only way to the value.
    """

    __slots__ = ("__value",)
    __value: str

    def __init__(self, value: str) -> None:
        object.__setattr__(self, "_Secret__value", value)

    def reveal(self) -> str:
        """The value itself; hand it to the client that needs it and to nobody else."""
        return self.__value

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a Secret cannot be changed")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("a Secret cannot be changed")

    def __bool__(self) -> bool:
        return bool(self.__value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.__value == other.__value

    def __hash__(self) -> int:
        return hash((Secret, self.__value))

    def __repr__(self) -> str:
        return "Secret('********')" if self.__value else "Secret('')"

    __str__ = __repr__

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError("a Secret is not written anywhere")


def whole(low: int, high: int) -> Callable[[str], int]:
    """A parser of whole numbers from ``low`` to ``high``; ValueError says what is expected."""

    def parse(raw: str) -> int:
        try:
            value = int(raw)
        except ValueError:
            raise ValueError(f"expected a whole number from {low} to {high}") from None
        if not low <= value <= high:
            raise ValueError(f"expected a whole number from {low} to {high}")
        return value

    return parse


def number(low: float, high: float) -> Callable[[str], float]:
    """The same of numbers."""

    def parse(raw: str) -> float:
        try:
            value = float(raw)
        except ValueError:
            raise ValueError(f"expected a number from {low:g} to {high:g}") from None
        if not low <= value <= high:
            raise ValueError(f"expected a number from {low:g} to {high:g}")
        return value

    return parse


def one_of(*choices: str) -> Callable[[str], str]:
    """The same of one of ``choices``."""

    def parse(raw: str) -> str:
        if raw not in choices:
            raise ValueError(f"expected one of {', '.join(choices)}")
        return raw

    return parse


def yes_or_no(raw: str) -> bool:
    """``yes`` or ``no``; ValueError otherwise."""
    if raw not in {"yes", "no"}:
        raise ValueError("expected yes or no")
    return raw == "yes"


def url(raw: str) -> str:
    """An http(s) address without its last slash, or nothing; ValueError otherwise.

    It may not name a user: clients write addresses into logs.
    """
    if not raw:
        return ""
    try:
        parts = urlsplit(raw)
        usable = bool(parts.hostname) and parts.port != 0 and raw.isprintable() and " " not in raw
    except ValueError:
        usable = False
    if not usable or not raw.startswith(("http://", "https://")):
        raise ValueError(
            "expected an address that starts with http:// or https:// and names a host"
        )
    if "@" in parts.netloc:
        raise ValueError("expected an address without a name and password; OPENAI_API_KEY is a key")
    return raw.rstrip("/")


def model_name(raw: str) -> str:
    """``auto``, a model, or ``local+ADAPTER``; ValueError otherwise."""
    if raw in {"auto", "extractive", "openai", "local"} or (
        raw.startswith("local+") and raw != "local+"
    ):
        return raw
    raise ValueError("expected auto, extractive, openai, local or local+ADAPTER")
