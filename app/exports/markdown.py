"""A conversation as Markdown. What comes from documents and models is escaped: it stays text."""

from __future__ import annotations

from typing import Final

from app.exports.transcript import Exchanged, Reference, Said, Transcript
from app.i18n import Translator
from app.markup import as_text

MEDIA_TYPE: Final = "text/markdown"


def to_markdown(transcript: Transcript, t: Translator) -> bytes:
    """The file in UTF-8."""
    parts = [f"# {as_text(transcript.title)}", f"*{as_text(transcript.about)}*"]
    for one in transcript.exchanges:
        parts += _exchange(one, t)
    return ("\n\n".join(parts) + "\n").encode(errors="replace")


def _exchange(one: Exchanged, t: Translator) -> list[str]:
    parts = [f"## {as_text(one.question)}", *(f"*{as_text(line)}*" for line in one.asked)]
    parts.append("".join(map(_sentence, one.sentences)))
    parts += [f"*{as_text(line)}*" for line in one.differing]
    if one.references:
        parts.append(f"### {t('sources.cited' if one.cited else 'sources.nearest')}")
        parts.append("\n".join(_reference(reference) for reference in one.references))
    return [*parts, *(f"*{as_text(note)}*" for note in one.notes)]


def _sentence(said: Said) -> str:
    gap = "\n\n" if "\n" in said.gap else said.gap
    numbers = "".join(f" \\[{number}\\]" for number in said.numbers)
    return f"{gap}{as_text(said.text)}{numbers}{f' *({said.reserve})*' if said.reserve else ''}"


def _reference(reference: Reference) -> str:
    """A list item: numbered where it is cited, with its quotation below."""
    mark = "-" if reference.number is None else f"{reference.number}."
    over = [*(as_text(heading) for heading in reference.headings)]
    place = " › ".join([f"**{as_text(reference.place)}**", *over])
    lines = [f"{mark} {place}", f"   > {as_text(reference.quote)}"]
    if reference.remark:
        lines.append(f"\n   *{as_text(reference.remark)}*")
    return "\n".join(lines)
