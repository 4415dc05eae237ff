"""What narrows a question down inside its collections; ``vectorstore/filtering.py`` applies it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, Final, Self

from rag.errors import UnknownCondition


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which passages of the collections may be found: those for which every condition holds.

    ``documents`` are names, ``types`` what a person calls formats (``pdf``, ``markdown``); one of
    them is enough. ``added_from`` and ``added_until`` are days in UTC, both included, on which the
    document's current version was added. ``heading`` stands in one of the headings over the
    passage, whatever its case and width. A condition that is empty is none.
    """

    documents: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    added_from: date | None = None
    added_until: date | None = None
    heading: str = ""

    def __post_init__(self) -> None:
        if not (isinstance(self.documents, tuple) and isinstance(self.types, tuple)):
            raise ValueError("documents and types are tuples of names")

    def __bool__(self) -> bool:
        """Whether there is a condition."""
        return self != EVERYTHING

    def as_json(self) -> dict[str, Any]:
        """Its conditions, those that are none left out, in JSON's own types."""
        told = asdict(self)
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in told.items()
            if value != getattr(EVERYTHING, name, None)
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """``as_json`` undone; UnknownCondition for a name that is not understood here."""
        known = [field.name for field in fields(cls)]
        for name in stored:
            if name not in known:
                raise UnknownCondition(name=name, known=", ".join(known))
        days = {name: stored[name] for name in ("added_from", "added_until") if name in stored}
        return cls(
            documents=tuple(stored.get("documents", ())),
            types=tuple(stored.get("types", ())),
            **{name: date.fromisoformat(day) for name, day in days.items()},
            heading=stored.get("heading", ""),
        )


EVERYTHING: Final = Filter()
"""The filter without a condition."""
