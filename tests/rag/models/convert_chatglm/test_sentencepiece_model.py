"""The model file as the sentencepiece library itself reads it."""

from __future__ import annotations

from pathlib import Path

import pytest
import sentencepiece

from rag.model_errors import CheckpointUnreadable
from rag.models.convert_chatglm.sentencepiece_model import Kind, SentencePieceModel
from tests.rag.models.chatglm_reference import sentencepiece_model


def read(folder: Path, data: bytes) -> SentencePieceModel:
    path = folder / "tokenizer.model"
    path.write_bytes(data)
    return SentencePieceModel.read(path)


def test_every_piece_has_its_text_score_and_kind(tmp_path: Path) -> None:
    data = sentencepiece_model()
    library = sentencepiece.SentencePieceProcessor(model_proto=data)
    pieces = read(tmp_path, data).pieces
    assert len(pieces) == library.vocab_size() > 500
    for number, piece in enumerate(pieces):
        assert piece.text == library.id_to_piece(number)
        assert piece.score == library.get_score(number)
        assert (piece.kind is Kind.BYTE) == library.is_byte(number)
        assert (piece.kind is Kind.CONTROL) == library.is_control(number)
        assert (piece.kind is Kind.UNKNOWN) == library.is_unknown(number)
    assert {piece.kind for piece in pieces} == {
        Kind.NORMAL,
        Kind.UNKNOWN,
        Kind.CONTROL,
        Kind.BYTE,
    }


def test_how_text_is_prepared_is_read(tmp_path: Path) -> None:
    model = read(tmp_path, sentencepiece_model())
    assert (model.is_bpe, model.byte_fallback, model.character_map) == (True, True, False)
    assert (model.dummy_prefix, model.removes_extra_blanks, model.escapes_blanks) == (
        True,
        False,
        True,
    )
    other = sentencepiece_model(
        model_type="unigram",
        vocab_size=250,
        byte_fallback=False,
        normalization_rule_name="nmt_nfkc",
        remove_extra_whitespaces=True,
        add_dummy_prefix=False,
        user_defined_symbols="<n>",
    )
    model = read(tmp_path, other)
    assert (model.is_bpe, model.byte_fallback, model.character_map) == (False, False, True)
    assert (model.dummy_prefix, model.removes_extra_blanks) == (False, True)
    assert model.pieces[3].kind is Kind.USER_DEFINED


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00",
        b"not a model at all",
        b'{"model": "a tokenizer.json"}',
        b"\x0a",
        b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
        b"\x0a\x02\x0a\x05",
        b"\x0a\x04\x0a\x02\xff\xfe",
        b"\x0a\x02\x18\x63",
        sentencepiece_model()[:-3],
    ],
)
def test_what_is_no_model_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(CheckpointUnreadable, match="no SentencePiece model"):
        read(tmp_path, data)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointUnreadable, match="No such file"):
        SentencePieceModel.read(tmp_path / "tokenizer.model")
