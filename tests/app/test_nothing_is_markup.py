"""No way for a document's text to become markup: what would make it so is nowhere in the app."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

APP = Path(__file__).resolve().parents[2] / "app"
IN_SCRIPTS = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc|DOMParser|\beval\(|new Function"
    r"|createContextualFragment|setHTML|https?://"
)
SVG_NAMESPACE = "http://www.w3.org/2000/svg"
READ_AS_MARKDOWN = frozenset(
    {"markdown", "caption", "title", "header", "subheader", "info", "warning", "error", "success"}
)
"""Streamlit's texts; of its labels, those made from documents go through ``app/markup.py``."""

OWN_STYLES = {
    "app/frame/frame.py": "the style sheet, a file of ours",
    "app/components/uploader.py": "a label of ours, as a string of JSON in a style",
}
SENTENCES = {
    ("app/components/removal.py", "warning"): "a translated sentence",
    ("app/components/index_care.py", "shown.note"): "a translated sentence with numbers",
}


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    """What a module calls, by the name after the last dot."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr, node


def place_of(path: Path) -> str:
    return path.relative_to(APP.parent).as_posix()


def is_ours(text: ast.expr) -> bool:
    """A constant, a translated sentence with nothing in it but numbers, or text made harmless."""
    if isinstance(text, ast.Constant):
        return True
    if isinstance(text, ast.IfExp):
        return is_ours(text.body) and is_ours(text.orelse)
    if not (isinstance(text, ast.Call) and isinstance(text.func, ast.Name)):
        return False
    if text.func.id == "as_text":
        return True
    numbers = {"count", "shown", "limit_mb", "done"}
    return text.func.id == "t" and all(one.arg in numbers for one in text.keywords)


@pytest.mark.parametrize("path", sorted(APP.rglob("*.js")), ids=place_of)
def test_scripts_build_nodes_from_text_alone(path: Path) -> None:
    script = path.read_text("utf-8").replace(SVG_NAMESPACE, "")
    assert IN_SCRIPTS.findall(script) == []


def test_scripts_that_would_do_otherwise_are_noticed() -> None:
    for script in ("a.innerHTML = b", "new Function(x)", "img.src = 'http://e.example'"):
        assert IN_SCRIPTS.search(script)


@pytest.mark.parametrize("path", sorted(APP.rglob("*.py")), ids=place_of)
def test_pages_hand_no_data_to_what_reads_markup(path: Path) -> None:
    for name, call in calls(path):
        assert not any(one.arg == "unsafe_allow_html" for one in call.keywords), path
        assert name != "iframe", path
        if name == "html":
            assert place_of(path) in OWN_STYLES
        if name in READ_AS_MARKDOWN and isinstance(call.func, ast.Attribute):
            if ast.unparse(call.func.value) != "st" or not call.args:
                continue
            text = call.args[0]
            known = (place_of(path), ast.unparse(text)) in SENTENCES
            assert known or is_ours(text), f"{place_of(path)}: {ast.unparse(call)}"


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("t('a')", True),
        ("t('a', count=3)", True),
        ("t('a', name=document)", False),
        ("document.name", False),
        ("as_text(document.name)", True),
        ("f'{name}'", False),
    ],
)
def test_data_is_told_from_our_own_sentences(text: str, ours: bool) -> None:
    assert is_ours(ast.parse(text, mode="eval").body) is ours
