"""Several sets at once, each in a process of its own: the same results, the same refusals."""

from __future__ import annotations

import shutil
from pathlib import Path

from app.cli.evaluation.apart import apart, found_again
from app.workbench import Request
from evaluation.dataset import Dataset, LibraryCorpus, TextCorpus
from tests.app.cli.conftest import Command
from tests.app.cli.evaluation.made import numbers, without_timings


def a_set(name: str, corpus: TextCorpus | LibraryCorpus) -> Dataset:
    return Dataset(name=name, examples=(), corpus=corpus, digest=name)


def texts(digest: str) -> TextCorpus:
    return TextCorpus(rows=(), digest=digest)


def test_only_sets_with_corpora_of_their_own_are_measured_apart() -> None:
    library = LibraryCorpus(collections=("c",), documents=1, digest="library")
    one, same, other = a_set("1", texts("a")), a_set("2", texts("a")), a_set("3", texts("b"))
    assert apart([one, other])
    assert apart([one, same, other])
    assert not apart([one])
    assert not apart([one, same])
    assert not apart([one, a_set("4", library)])


def test_what_was_measured_apart_is_only_shown() -> None:
    request = Request(dataset=a_set("1", texts("a")), limit=5, seed=1, again=True)
    assert found_again(request) == Request(dataset=request.dataset, limit=5, seed=1)


def test_sets_measured_at_once_are_as_measured_one_by_one(bench: Command, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "sets" / "prices")
    at_once = numbers(bench, "retrieval", "-d", "sets", "--again")
    alone = [
        numbers(bench, "retrieval", "-d", f"sets/{one['dataset']}", "--again") for one in at_once
    ]
    assert len(at_once) > 1
    assert [without_timings(one) for one in at_once] == [without_timings(one) for one in alone]


def test_a_set_that_cannot_be_measured_says_why_and_the_others_are_kept(
    bench: Command, tmp_path: Path
) -> None:
    empty = tmp_path / "sets" / "empty"
    shutil.copytree(tmp_path / "sets" / "house", empty)
    (empty / "questions.jsonl").write_text('{"qid": "1", "question": "Why?"}\n', "utf-8")
    (empty / "corpus.jsonl").write_text('{"doc_id": "d", "text": "Nothing."}\n', "utf-8")
    result = bench("retrieval", "-d", "sets/empty", "-d", "sets/house", "-d", "sets/机房")
    assert result.exit_code == 1
    assert "empty" in result.stderr
    assert "questions" in result.stderr
    listed = bench("list").stdout
    assert "house" in listed
    assert "机房" in listed
