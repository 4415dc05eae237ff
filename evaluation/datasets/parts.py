"""Answers of several parts that are all needed."""

from __future__ import annotations

from rag.language import language_of


def whole_answer(parts: tuple[tuple[str, ...], ...]) -> str:
    """One answer that holds the first form of every part, for metrics that compare whole answers.

    Parts are joined by ``、`` where one of them is Chinese, else by a comma and a blank.
    """
    first = [forms[0] for forms in parts]
    chinese = any(language_of(form) == "zh" for form in first)
    return ("、" if chinese else ", ").join(first)
