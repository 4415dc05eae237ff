"""What a collection does differently, within the bounds that hold everywhere."""

from __future__ import annotations

import pytest

from rag.collection_errors import SettingOutOfBounds
from rag.errors import CollectionNotFound
from rag.settings import Settings
from tests.vectorstore.shelf import Shelf
from vectorstore.collection_settings import (
    CollectionSettings,
    SettingsOfCollections,
    chunk_tokens_of,
)


def test_what_is_put_is_kept_and_goes_with_the_collection(shelf: Shelf) -> None:
    kept = SettingsOfCollections(shelf.engine, shelf.record)
    held = shelf.collection("制度")
    assert kept.of(held.id) == CollectionSettings()
    kept.put("制度", CollectionSettings(chunk_tokens=64, recognise=False))
    assert kept.of(held.id) == CollectionSettings(chunk_tokens=64, recognise=False)
    kept.put("制度", CollectionSettings())
    assert kept.of(held.id) == CollectionSettings()
    kept.put("制度", CollectionSettings(chunk_tokens=64))
    assert shelf.record.drop_empty_collection(held.id)
    assert kept.of(held.id) == CollectionSettings()
    with pytest.raises(CollectionNotFound):
        kept.put("制度", CollectionSettings())


@pytest.mark.parametrize(("typed", "length"), [("", None), (" ", None), (" 120 ", 120), ("32", 32)])
def test_a_length_as_it_is_typed(typed: str, length: int | None) -> None:
    assert chunk_tokens_of(typed) == length


@pytest.mark.parametrize("typed", ["31", "8193", "0", "-5", "many", "12.5", "一百", "1e3"])
def test_the_bounds_are_those_of_the_setting_for_all(typed: str) -> None:
    with pytest.raises(SettingOutOfBounds, match="expected a whole number from 32 to 8192"):
        chunk_tokens_of(typed)
    with pytest.raises(Exception, match="expected a whole number from 32 to 8192"):
        Settings.from_mapping({"QUORUM_CHUNK_TOKENS": typed})


def test_settings_out_of_bounds_cannot_be_made() -> None:
    with pytest.raises(SettingOutOfBounds):
        CollectionSettings(chunk_tokens=8193)
