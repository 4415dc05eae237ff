"""A filter is a value: it says whether it asks for anything, and comes back from JSON whole."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, dataclass
from datetime import date
from typing import Any

import pytest

from rag.errors import UnknownCondition
from rag.filter import EVERYTHING, Filter

FULL = Filter(
    documents=("泵.md", "a b.pdf"),
    types=("pdf", "markdown"),
    added_from=date(2026, 1, 2),
    added_until=date(2026, 3, 4),
    heading="维护 Care",
)


@pytest.mark.parametrize(
    "conditions",
    [
        {"documents": ("a",)},
        {"documents": ("",)},
        {"types": ("pdf",)},
        {"added_from": date.min},
        {"added_until": date.max},
        {"heading": " "},
    ],
)
def test_any_condition_makes_a_filter(conditions: dict[str, Any]) -> None:
    assert Filter(**conditions)
    assert Filter.from_json(Filter(**conditions).as_json()) == Filter(**conditions)


def test_the_empty_filter_is_none() -> None:
    assert not EVERYTHING
    assert not Filter()
    assert Filter().as_json() == {}
    assert Filter.from_json({}) == EVERYTHING


def test_a_filter_survives_json() -> None:
    stored = json.dumps(FULL.as_json())
    assert Filter.from_json(json.loads(stored)) == FULL
    assert FULL.as_json()["added_from"] == "2026-01-02"


def test_a_stored_condition_of_a_later_version_is_refused() -> None:
    with pytest.raises(UnknownCondition, match=r"'author'.*known: documents, types"):
        Filter.from_json({"heading": "Care", "author": "Wu"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LaterFilter(Filter):
    """What a later version may add."""

    author: str = ""


def test_a_filter_with_more_conditions_is_never_taken_for_none() -> None:
    assert LaterFilter()
    assert LaterFilter() != EVERYTHING


@pytest.mark.parametrize("conditions", [{"documents": "a.txt"}, {"types": ["pdf"]}])
def test_one_name_is_not_taken_for_many(conditions: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="tuples"):
        Filter(**conditions)


def test_a_filter_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        FULL.heading = ""  # type: ignore[misc]
    assert hash(FULL) == hash(Filter.from_json(FULL.as_json()))
