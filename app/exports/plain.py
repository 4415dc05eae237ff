"""An answer as plain text for the clipboard: its sentences, its notes, and its numbered sources."""

from __future__ import annotations

from app.exports.transcript import Exchanged, Reference, Said
from app.i18n import Translator


def to_plain(one: Exchanged, t: Translator) -> str:
    """The answer without its question, as it is read: nothing in it is markup."""
    parts = ["".join(map(_sentence, one.sentences)), *one.differing, *one.notes]
    if one.references:
        heading = t("sources.cited" if one.cited else "sources.nearest")
        parts.append("\n".join([heading, *map(_reference, one.references)]))
    return "\n\n".join(parts) + "\n"


def _sentence(said: Said) -> str:
    numbers = "".join(f" [{number}]" for number in said.numbers)
    return f"{said.gap}{said.text}{numbers}{f' ({said.reserve})' if said.reserve else ''}"


def _reference(reference: Reference) -> str:
    mark = "-" if reference.number is None else f"[{reference.number}]"
    lines = [f"{mark} {' › '.join([reference.place, *reference.headings])}"]
    lines += [
        f"    {line}" for line in (" ".join(reference.quote.split()), reference.remark) if line
    ]
    return "\n".join(lines)
