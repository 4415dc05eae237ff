"""Indexes made anew, told in words."""

from __future__ import annotations

import pytest

from app.i18n import Translator
from app.reindexing import begin_move, begin_rebuild, name_of, shown_reindexing
from app.wiring import Services
from rag.collection_errors import ReindexingUnderway, SameModel
from rag.encoder_errors import EmbeddingModelError

EN, ZH = Translator("en"), Translator("zh")


def test_nothing_is_told_before_there_is_anything(library: Services) -> None:
    assert shown_reindexing(library, EN) is None


def test_a_rebuilding_from_its_beginning_to_its_end(library: Services) -> None:
    own = begin_rebuild(library)
    shown = shown_reindexing(library, EN)
    assert shown is not None
    assert (shown.busy, shown.can_be_cancelled, shown.share) == (True, True, 0.0)
    assert "You can go on asking" in shown.headline
    with pytest.raises(ReindexingUnderway):
        begin_rebuild(library)
    library.reindexings.tell(own, 2)
    shown = shown_reindexing(library, ZH)
    assert shown is not None
    assert shown.note.startswith("已写入 2 / ")
    assert 0 < shown.share < 0.6
    library.reindexer.step()
    shown = shown_reindexing(library, EN)
    assert shown is not None
    assert (shown.busy, shown.can_be_cancelled) == (True, False)
    assert "searched exactly" in shown.headline
    library.synchroniser.catch_up_dense()
    shown = shown_reindexing(library, ZH)
    assert shown is not None
    assert (shown.busy, shown.share, shown.headline) == (False, 1.0, "索引已重建。")


def test_a_move_is_told_by_the_name_of_its_model(library: Services) -> None:
    library.reindexings.request("/models/bge-m3/", model_id="bge-m3@1", dimension=384)
    shown = shown_reindexing(library, ZH)
    assert shown is not None
    assert shown.headline == "正在换用模型 bge-m3。完成之前，提问仍使用当前模型。"
    assert shown.note.startswith("已计算 0 / ")


def test_what_was_cancelled_is_told_no_more(library: Services) -> None:
    library.reindexings.cancel(begin_rebuild(library))
    assert shown_reindexing(library, EN) is None


def test_why_it_failed_is_told(library: Services) -> None:
    error = EmbeddingModelError(model="m", detail="OSError")
    library.reindexings.fail(begin_rebuild(library), error)
    shown = shown_reindexing(library, EN)
    assert shown is not None
    assert shown.error == (str(error), error.hint)
    assert not shown.busy


def test_models_that_cannot_be_moved_to(library: Services) -> None:
    with pytest.raises(EmbeddingModelError):
        begin_move(library, "/nowhere")
    with pytest.raises(SameModel, match="all-MiniLM-L6-v2"):
        begin_move(library, " ")
    assert library.reindexings.newest() is None


def test_a_model_is_named_without_its_fingerprint() -> None:
    assert name_of("bge-m3@0123456789ab") == "bge-m3"
    assert name_of("words") == "words"
