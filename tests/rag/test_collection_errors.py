"""Errors of collections say what happened and what to do."""

from __future__ import annotations

import pytest

from rag.collection_errors import (
    CollectionError,
    CollectionExists,
    NameNotTyped,
    ReindexingUnderway,
    SameModel,
    SettingOutOfBounds,
)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (CollectionExists(name="制度"), "There is a collection '制度' already."),
        (
            NameNotTyped(typed="manual", name="manuals"),
            "'manual' is not the name of the collection 'manuals': nothing was deleted.",
        ),
        (
            SettingOutOfBounds(name="chunk-tokens", value="9", expected="expected more"),
            "The setting chunk-tokens cannot be '9': expected more.",
        ),
        (
            ReindexingUnderway(done=3, passages=9),
            "The indexes are being made anew already: 3 of 9 passages.",
        ),
        (SameModel(model="tiny"), "The data folder is searched with 'tiny' already."),
    ],
)
def test_an_error_says_what_and_what_next(error: CollectionError, message: str) -> None:
    assert str(error) == message
    assert len(error.hint) > 15
