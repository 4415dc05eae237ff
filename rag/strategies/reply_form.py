"""The parts of a reply: what a model thought, what it says, and its bare answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from rag.citations import without_markers
from rag.prompts import NOT_IN_DOCUMENTS, SHORT_ANSWER, Form
from rag.replies import Finish, Reply

_AROUND: Final = r"[ \t*_#>`\"'“”-]*"
_SHORT: Final = re.compile(
    rf"^{_AROUND}(?:short\s+answer|简短(?:的)?(?:答案|回答)){_AROUND}[:：](?P<answer>.*)$",
    re.IGNORECASE | re.MULTILINE,
)
_THEN: Final = re.compile(
    rf"^{_AROUND}(?:(?:final\s+)?answer|(?:最终)?(?:答案|回答)){_AROUND}[:：]{_AROUND}",
    re.IGNORECASE | re.MULTILINE,
)
_LAST_LINE: Final = re.compile(r"(?:\A|\n)[^\n]*\Z")
_LABELS: Final = (SHORT_ANSWER.lower(), "简短答案：", "简短回答：")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A reply in its parts.

    ``text`` are its sentences with their markers; ``short`` is the bare answer, empty where there
    is none. ``reasoning`` is what was thought before, ``refuses`` says that the passages do not
    hold the answer.
    """

    text: str
    short: str = ""
    reasoning: str = ""
    refuses: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show for it."""
        return not (self.refuses or without_markers(self.text).strip())


def said(reply: Reply, form: Form) -> Said:
    """The parts of a reply that has ended.

    A model that leaves a form alone is taken at its word: without ``ANSWER:`` nothing was thought,
    unless the reply was cut; without ``SHORT ANSWER:`` there is no bare answer, and a bare answer
    alone is its sentence.
    """
    reasoning, text = _apart(reply, form)
    thought = _joined(reply.reasoning, reasoning)
    short = ""
    if form is not Form.PLAIN and (lines := list(_SHORT.finditer(text))):
        short = without_markers(lines[-1]["answer"]).strip(' \t*_`"“”')
        text = _SHORT.sub("", text).strip() or lines[-1]["answer"].strip()
    if _bare(without_markers(text)).startswith(NOT_IN_DOCUMENTS):
        return Said(text="", reasoning=thought, refuses=True)
    return Said(text=text, short=short, reasoning=thought)


def growing(reply: Reply, form: Form) -> Said:
    """What can be shown of a reply that is still coming.

    Nothing is that may yet become the word of refusal or the line of the bare answer.
    """
    if form is Form.STEPS:
        lines = list(_THEN.finditer(reply.text))
        if not lines or not reply.text[lines[-1].end() :].strip():
            thought = reply.text[: lines[-1].start()] if lines else reply.text
            return Said(text="", reasoning=_joined(reply.reasoning, thought.strip()))
    shown = said(reply, form)
    if _may_refuse(without_markers(shown.text)):
        return Said(text="", reasoning=shown.reasoning)
    if form is Form.PLAIN:
        return shown
    last = _LAST_LINE.search(shown.text)
    begun = _bare(last[0]).lower() if last else ""
    if last and any(label.startswith(begun) for label in _LABELS):
        return Said(text=shown.text[: last.start()], reasoning=shown.reasoning)
    return shown


def _apart(reply: Reply, form: Form) -> tuple[str, str]:
    """What was thought and what is answered."""
    text = reply.text
    if form is not Form.STEPS:
        return "", text
    lines = list(_THEN.finditer(text))
    if not lines or not text[lines[-1].end() :].strip():
        return (text, "") if reply.finish is Finish.CUT else ("", text)
    return text[: lines[-1].start()].strip(), text[lines[-1].end() :].lstrip()


def _joined(*thoughts: str) -> str:
    return "\n".join(one for one in thoughts if one)


def _bare(text: str) -> str:
    """``text`` without what a model likes to put around a word: blanks, quotes, asterisks."""
    return text.lstrip(" \n\t\"'“‘`*_#>[(-")


def _may_refuse(text: str) -> bool:
    """Whether a reply that has come so far is, or may yet become, the word of refusal."""
    begun = _bare(text)[: len(NOT_IN_DOCUMENTS)]
    return NOT_IN_DOCUMENTS.startswith(begun)
