"""What a file's first bytes say it is, held against what its name says.

Knows the marks of formats, not how to read them.
"""

from __future__ import annotations

import re
from typing import Final

from ingest.loaders.encoding import utf16_without_mark
from rag.errors import EncryptedFile, FormatMismatch

_SAMPLE_BYTES: Final = 65_536
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_OFFICE: Final = tuple(
    stream.encode("utf-16-le") for stream in ("WordDocument", "Workbook", "PowerPoint Document")
)
_MARKS: Final = (
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (_OLE, "an old Office file"),
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"SQLite format 3\0", "a database"),
    (b"{\\rtf", "an RTF text"),
)
_EXPECTED: Final = {
    ".bmp": "a BMP picture",
    ".epub": "a ZIP archive",
    ".jpeg": "a JPEG picture",
    ".jpg": "a JPEG picture",
    ".pdf": "a PDF",
    ".png": "a PNG picture",
    ".tif": "a TIFF picture",
    ".tiff": "a TIFF picture",
    ".webp": "a WebP picture",
}
_UNICODE_MARKS: Final = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")
_HTML: Final = re.compile(
    rb"^\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def check_content(data: bytes, *, suffix: str, name: str) -> None:
    """Raise FormatMismatch, or EncryptedFile, when ``data`` cannot be what ``suffix`` promises."""
    found = _kind_of(data)
    is_package = suffix in (".docx", ".pptx", ".xlsx")
    if is_package and found == "an old Office file" and not _is_old_office(data):
        raise EncryptedFile(file=name)
    expected = "a ZIP archive" if is_package else _EXPECTED.get(suffix, "text")
    if found == expected or (expected == "text" and found in ("text", "an HTML page")):
        return
    raise FormatMismatch(file=name, suffix=suffix, found=f"it is {found}")


def _kind_of(data: bytes) -> str:
    if b"%PDF-" in data[:1024]:
        return "a PDF"
    for mark, kind in _MARKS:
        if data.startswith(mark) and not (mark == b"MZ" and not _is_binary(data)):
            return kind
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "a WebP picture"
    if data.startswith(b"BM") and data[6:10] == bytes(4):
        return "a BMP picture"
    if _is_binary(data):
        return "binary data"
    return "an HTML page" if _HTML.match(data[:_SAMPLE_BYTES]) else "text"


def _is_binary(data: bytes) -> bool:
    """More control bytes than a text has by accident, and not because it is UTF-16 or UTF-32."""
    sample = data[:_SAMPLE_BYTES]
    if sample.startswith(_UNICODE_MARKS):
        return False
    controls = len(_CONTROL.findall(sample))
    return controls > max(2, len(sample) / 100) and utf16_without_mark(data) is None


def _is_old_office(data: bytes) -> bool:
    """Recognise a .doc, .xls or .ppt; any other OLE container holds an encrypted package."""
    return any(stream in data for stream in _OLD_OFFICE)
