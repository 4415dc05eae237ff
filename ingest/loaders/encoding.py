"""Bytes to text, whatever the encoding, and what had to be guessed or replaced on the way.

Order: byte-order mark, declared encoding, UTF-8, UTF-16 without a mark, Chinese encodings by
how common the characters are that they give, then charset-normalizer. Knows nothing of formats.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import Final

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SUPERSETS: Final = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "utf-16": "utf-8",  # a declaration that can be read as ASCII is not in UTF-16
}
_COMMON_HAN: Final = frozenset(
    "的一是不了在有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产"
    "种面而方后多定行学法所民得经十三之进等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业"
    "本去把性好应开合还因由其前外天日社事平形全表间与关各重新内数正心你明原利或但第公无您请时間這為個國"
    "來們時會於對說產後學經進電裡現實體機點業應開還關與數無請世界問题題件文書书版本按及按每週周"
    "，。、：；？！“”《》（）"
)
_UTF16_SAMPLE_BYTES: Final = 65_536
_CHAOS_OF_PROSE: Final = 0.1
_GUESS_SAMPLE_BYTES: Final = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A text, the encoding it was read with, and how sure that is."""

    text: str
    encoding: str
    guessed: bool = False
    replaced: int = 0

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader should know about the decoding."""
        found = []
        if self.guessed:
            found.append(f"encoding guessed: {self.encoding}")
        if self.replaced:
            found.append(f"characters that could not be decoded: {self.replaced}")
        return tuple(found)


def decode(data: bytes, *, declared: str | None = None) -> Decoded:
    """Return ``data`` as text; never raises. ``declared`` is what the file says about itself."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _replacing(data, encoding)
    named = _SUPERSETS.get(declared.lower(), declared) if declared else None
    for candidate in (named, "utf-8"):
        if candidate and (text := _strictly(data, candidate)) is not None:
            return Decoded(text=text, encoding=candidate)
    if _is_nearly_utf8(data):
        return _replacing(data, "utf-8")
    return _guessed(data)


def utf16_without_mark(data: bytes) -> str | None:
    """Return the byte order of UTF-16 without a mark, shown by where the NULs stand."""
    sample = data[:_UTF16_SAMPLE_BYTES]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if len(data) % 2 or even + odd < len(sample) / 50 or min(even, odd) > max(even, odd) / 20:
        return None
    encoding = "utf-16-be" if even > odd else "utf-16-le"
    return encoding if _strictly(data, encoding) is not None else None


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
    except (UnicodeError, LookupError):
        return None
    return None if _holds_many_nuls(text) else text


def _holds_many_nuls(text: str) -> bool:
    return text.count("\0") > len(text) / 50


def _replacing(data: bytes, encoding: str) -> Decoded:
    text = data.decode(encoding, errors="replace")
    replaced = text.count("\ufffd") - data.count("\ufffd".encode())
    return Decoded(text=text, encoding=encoding, replaced=max(0, replaced))


def _is_nearly_utf8(data: bytes) -> bool:
    """UTF-8 with a few broken bytes: its multi-byte characters are far more than the breaks."""
    text = data.decode("utf-8", errors="replace")
    beyond_ascii = len(re.findall(r"[^\x00-\x7f\ufffd]", text))
    return beyond_ascii > 5 * text.count("\ufffd")


def _guessed(data: bytes) -> Decoded:
    if encoding := utf16_without_mark(data) or _chinese(data):
        return Decoded(text=data.decode(encoding), encoding=encoding, guessed=True)
    for encoding in (_likeliest(data[:_GUESS_SAMPLE_BYTES]), "cp1252"):
        if encoding and (text := _strictly(data, encoding)) is not None:
            return Decoded(text=text, encoding=encoding, guessed=True)
    text = data.decode("cp1252", errors="replace")
    replaced = text.count("\ufffd")
    return Decoded(text=text, encoding="cp1252", guessed=True, replaced=replaced)


def _chinese(data: bytes) -> str | None:
    """GB18030 or Big5 when the characters it gives are ones that Chinese texts are made of."""
    best, best_share = None, 0.2
    for encoding in ("gb18030", "big5"):
        text = _strictly(data, encoding)
        beyond_ascii = re.findall(r"[^\x00-\x7f]", text) if text else []
        if beyond_ascii:
            share = sum(c in _COMMON_HAN for c in beyond_ascii) / len(beyond_ascii)
            if share > best_share:
                best, best_share = encoding, share
    return best


def _likeliest(data: bytes) -> str | None:
    """Return charset-normalizer's choice; Western European where that is as good as any."""
    from charset_normalizer import from_bytes

    matches = list(from_bytes(data))
    for match in matches:
        if "cp1252" in match.could_be_from_charset and match.chaos <= _CHAOS_OF_PROSE:
            return "cp1252"
    return matches[0].encoding if matches else None
