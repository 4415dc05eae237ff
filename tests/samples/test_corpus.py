"""The sample corpus: its documents, its questions and the script that writes it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import docx
import pypdfium2
import pytest
from bs4 import BeautifulSoup
from docx.table import Table

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
DOCUMENTS = SAMPLES / "documents"
FILES = {path.stem: path for path in sorted(DOCUMENTS.iterdir())}
LINES = (SAMPLES / "questions.jsonl").read_text(encoding="utf-8").splitlines()
QUESTIONS: list[dict[str, Any]] = [json.loads(line) for line in LINES]
ANSWERABLE = [question for question in QUESTIONS if question["answerable"]]
CHINESE_FONT = "WenQuanYi Micro Hei"
KINDS = {"single", "two_documents", "version", "cross_language", "unanswerable", "code"}
FIELDS = {
    "qid", "question", "answers", "gold_doc_ids", "gold_pages", "gold_refs", "evidence",
    "answerable", "language", "kind",
}  # fmt: skip


def squeeze(text: str) -> str:
    """Drop all white space and the marks of Markdown."""
    return re.sub(r"[\s*`|]", "", text)


def pdf_pages(path: Path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def docx_text(path: Path) -> str:
    parts: list[str] = []
    for block in docx.Document(str(path)).iter_inner_content():
        if isinstance(block, Table):
            parts.extend(cell.text for row in block.rows for cell in row.cells)
        else:
            parts.append(block.text)
    return "\n".join(parts)


@cache
def page_texts(doc_id: str) -> tuple[str, ...]:
    """The squeezed text of every page; formats without pages have one."""
    path = FILES[doc_id]
    if path.suffix == ".pdf":
        pages = pdf_pages(path)
    elif path.suffix == ".docx":
        pages = [docx_text(path)]
    else:
        text = path.read_text(encoding="utf-8")
        pages = [BeautifulSoup(text, "html.parser").get_text() if path.suffix == ".html" else text]
    return tuple(squeeze(page) for page in pages)


def language_of(doc_id: str) -> str:
    text = "".join(page_texts(doc_id))
    chinese = sum("\u4e00" <= c <= "\u9fff" for c in text)
    return "zh" if chinese > len(text) / 4 else "en"


def has_chinese_font() -> bool:
    if shutil.which("fc-match") is None:
        return False
    command = ["fc-match", "-f", "%{family}", CHINESE_FONT]
    return CHINESE_FONT in subprocess.check_output(command, text=True)


def run_build(*arguments: str, **settings: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SAMPLES / "build.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, **settings)


def test_document_counts() -> None:
    languages = Counter(language_of(doc_id) for doc_id in FILES)
    formats = Counter(path.suffix for path in FILES.values())
    assert len(FILES) >= 16
    assert len(FILES) == len(list(DOCUMENTS.iterdir())), "two files share a stem"
    assert abs(languages["en"] - languages["zh"]) <= 1
    assert formats[".pdf"] >= 5
    assert min(formats[".docx"], formats[".md"], formats[".html"]) >= 3
    assert formats[".txt"] >= 2
    assert sum(not stem.isascii() for stem in FILES) >= 2


def test_document_lengths() -> None:
    for doc_id in FILES:
        length = sum(map(len, page_texts(doc_id)))
        assert 700 <= length <= 8000, doc_id


@pytest.mark.parametrize("path", [p for p in FILES.values() if p.suffix == ".pdf"], ids=str)
def test_pdf(path: Path) -> None:
    document = pypdfium2.PdfDocument(path)
    try:
        headings = [item.get_title() for item in document.get_toc()]
        title = document.get_metadata_dict()["Title"]
    finally:
        document.close()
    pages = page_texts(path.stem)
    assert 3 <= len(pages) <= 6
    assert title == headings[0]
    text = "".join(pages)
    for heading in headings:
        assert squeeze(heading) in text
    for number, page in enumerate(pages, start=1):
        assert f"第{number}页" in page or f"Page{number}" in page
    # Neither private-use characters nor radicals that look like ideographs.
    assert not re.search("[\ue000-\uf8ff\u2e80-\u2fdf\uf900-\ufaff\ufffd\ufffe\x02]", text)


def test_question_counts() -> None:
    languages = Counter(question["language"] for question in QUESTIONS)
    kinds = Counter(question["kind"] for question in QUESTIONS)
    refused = Counter(q["language"] for q in QUESTIONS if not q["answerable"])
    assert len(QUESTIONS) >= 76
    assert abs(languages["en"] - languages["zh"]) <= len(QUESTIONS) // 10
    assert set(kinds) == KINDS
    assert sum(refused.values()) >= 16
    assert refused["en"] == refused["zh"]
    assert 0.15 <= sum(refused.values()) / len(QUESTIONS) <= 0.35
    assert min(kinds["two_documents"], kinds["version"], kinds["code"]) >= 6
    assert len({question["qid"] for question in QUESTIONS}) == len(QUESTIONS)
    assert len({question["question"] for question in QUESTIONS}) == len(QUESTIONS)


def test_every_document_is_asked_about() -> None:
    asked = {doc_id for question in QUESTIONS for doc_id in question["gold_doc_ids"]}
    assert asked == set(FILES)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: str(question["qid"]))
def test_question_is_well_formed(question: dict[str, Any]) -> None:
    assert set(question) == FIELDS
    refs = question["gold_refs"]
    assert question["gold_pages"] == [ref["page"] for ref in refs]
    assert question["gold_doc_ids"] == list(dict.fromkeys(ref["doc_id"] for ref in refs))
    assert question["answerable"] is (question["kind"] != "unanswerable")
    if question["answerable"]:
        assert question["answers"]
        assert question["evidence"]
    else:
        assert question["answers"] == question["evidence"] == refs == []
    if question["kind"] == "two_documents":
        assert len(question["gold_doc_ids"]) == 2
    if question["kind"] == "cross_language":
        assert language_of(question["gold_doc_ids"][0]) != question["language"]


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: str(question["qid"]))
def test_evidence_and_answers(question: dict[str, Any]) -> None:
    places = [page_texts(ref["doc_id"])[ref["page"]] for ref in question["gold_refs"]]
    for sentence in question["evidence"]:
        assert any(squeeze(sentence) in place for place in places), sentence
    for place in places:
        assert any(squeeze(sentence) in place for sentence in question["evidence"])
    for answer in question["answers"]:
        assert any(answer in sentence for sentence in question["evidence"]), answer


def test_meta_counts() -> None:
    meta = json.loads((SAMPLES / "meta.json").read_text(encoding="utf-8"))
    assert meta["page_base"] == 0
    assert meta["counts"]["docs"] == len(FILES)
    assert meta["counts"]["questions"] == len(QUESTIONS)
    assert meta["counts"]["unanswerable"] == len(QUESTIONS) - len(ANSWERABLE)


@pytest.mark.skipif(not has_chinese_font(), reason=f"the font {CHINESE_FONT} is not installed")
def test_build_gives_the_same_bytes() -> None:
    done = run_build("--check")
    assert done.returncode == 0, done.stderr


def test_build_says_which_font_to_install(tmp_path: Path) -> None:
    done = run_build("--check", env={"PATH": str(tmp_path)})
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "install fonts-wqy-microhei" in done.stderr


def test_built_documents_are_the_pdf_and_docx_files() -> None:
    sources = {path.stem for path in (SAMPLES / "sources").iterdir()}
    assert sources == {stem for stem, p in FILES.items() if p.suffix in (".pdf", ".docx")}
