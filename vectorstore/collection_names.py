"""What collections are called: by people, and in the indexes."""

from __future__ import annotations

import unicodedata
from typing import Final

from rag.errors import InvalidCollectionName

_MAX_NAME: Final = 100


def collection_name(name: str) -> str:
    """``name`` in the form it is kept (NFC, blanks trimmed); InvalidCollectionName if unusable."""
    kept = unicodedata.normalize("NFC", name).strip()
    if not kept or len(kept) > _MAX_NAME:
        raise InvalidCollectionName(name=name, expected=f"1 to {_MAX_NAME} characters are expected")
    if any(unicodedata.category(char)[0] == "C" for char in kept):
        raise InvalidCollectionName(name=name, expected="it holds control characters")
    return kept


def folded(name: str) -> str:
    """``name`` as it is compared: whatever its case and width."""
    return unicodedata.normalize("NFKC", name).casefold()


def index_name(collection_id: str, generation: int) -> str:
    """What a collection's part of an index is called in that generation of its indexes."""
    return f"{collection_id}.{generation}" if generation else collection_id
