"""A SentencePiece model file (``tokenizer.model``), read without the sentencepiece library.

The file is a protocol buffer; the field numbers are those of ``sentencepiece_model.proto``
(Kudo and Richardson 2018, arXiv:1808.06226). Only what a tokenizer needs is read.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Final

from rag.model_errors import CheckpointUnreadable

_BPE: Final = 2


class Kind(IntEnum):
    """What a piece is, by the numbers of the file format."""

    NORMAL = 1
    UNKNOWN = 2
    CONTROL = 3
    USER_DEFINED = 4
    UNUSED = 5
    BYTE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One entry of the vocabulary; of two possible merges, the one of larger score comes first."""

    text: str
    score: float
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class SentencePieceModel:
    """What the file says. The place of a piece is its id."""

    pieces: tuple[Piece, ...]
    is_bpe: bool
    byte_fallback: bool
    character_map: bool
    dummy_prefix: bool
    removes_extra_blanks: bool
    escapes_blanks: bool

    @classmethod
    def read(cls, path: Path) -> SentencePieceModel:
        """The model in ``path``. Raises CheckpointUnreadable."""
        try:
            return cls._parsed(path.read_bytes())
        except OSError as error:
            detail = error.strerror or "the file cannot be opened"
            raise CheckpointUnreadable(path=str(path), detail=detail) from error
        except (ValueError, LookupError, TypeError, struct.error) as error:
            detail = "it is no SentencePiece model"
            raise CheckpointUnreadable(path=str(path), detail=detail) from error

    @classmethod
    def _parsed(cls, data: bytes) -> SentencePieceModel:
        pieces: list[Piece] = []
        trainer: dict[int, int | bytes] = {}
        normalizer: dict[int, int | bytes] = {}
        for number, value in _fields(data):
            if number == 1:
                pieces.append(_piece(_message(value)))
            elif number == 2:
                trainer = _message(value)
            elif number == 3:
                normalizer = _message(value)
        if not pieces:
            raise ValueError("no pieces")
        return cls(
            pieces=tuple(pieces),
            is_bpe=trainer.get(3, 1) == _BPE,
            byte_fallback=bool(trainer.get(35, 0)),
            character_map=bool(normalizer.get(2, b"")),
            dummy_prefix=bool(normalizer.get(3, 1)),
            removes_extra_blanks=bool(normalizer.get(4, 1)),
            escapes_blanks=bool(normalizer.get(5, 1)),
        )


def _piece(fields: dict[int, int | bytes]) -> Piece:
    text, score = fields[1], fields.get(2, b"\0\0\0\0")
    if not isinstance(text, bytes) or not isinstance(score, bytes):
        raise ValueError("a piece has no text")
    kind = Kind(int(fields.get(3, Kind.NORMAL)))
    return Piece(text=text.decode("utf-8"), score=struct.unpack("<f", score)[0], kind=kind)


def _message(value: int | bytes) -> dict[int, int | bytes]:
    """A message inside a message; of a repeated field the last value."""
    if not isinstance(value, bytes):
        raise ValueError("a message was expected")
    return dict(_fields(value))


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Number and value of each field: a whole number, or bytes. Raises ValueError."""
    place = 0
    while place < len(data):
        key, place = _varint(data, place)
        wire = key & 7
        value: int | bytes
        if wire == 0:
            value, place = _varint(data, place)
        else:
            if wire == 2:
                length, place = _varint(data, place)
            elif wire in (1, 5):
                length = 8 if wire == 1 else 4
            else:
                raise ValueError(f"wire type {wire}")
            value = data[place : place + length]
            place += length
            if place > len(data):
                raise ValueError("cut off")
        yield key >> 3, value


def _varint(data: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
        shift += 7
        if shift > 63:
            raise ValueError("a number is too long")
