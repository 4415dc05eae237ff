"""E-mails (.eml): the subject as the heading, who wrote to whom and when, and the body.

The plain body is read, the HTML one where there is no other. Attachments are named in a warning,
not read; what was forwarded as an attachment is one.
"""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage, Message
from pathlib import Path
from typing import Final

from ingest.loaders.archive_bounds import PACKAGE_SURPRISES, broken
from ingest.loaders.blocks import Block, assemble
from ingest.loaders.cleaning import clean, one_line
from ingest.loaders.encoding import decode
from ingest.loaders.file_bytes import read_bytes, stem_of, version_of
from ingest.loaders.markup import read_markup
from ingest.loaders.reflow import Hyphens, is_hard_wrapped, reflow
from rag.errors import DamagedFile, FormatMismatch, LoadError, NoText
from rag.types import Document, Page

MEDIA_TYPE: Final = "message/rfc822"

_HEADERS: Final = ("From", "To", "Cc", "Date")
_MOST_NAMED: Final = 10
_LONGEST_HEADER: Final = 1_000


class EmlLoader:
    """Reads e-mails."""

    def load(self, path: Path, *, name: str) -> Document:
        """Return the e-mail as one page; raises a LoadError when there is nothing to read."""
        data = read_bytes(path, name=name)
        try:
            message = email.message_from_bytes(data, policy=email.policy.default)
            if not isinstance(message, EmailMessage) or not message.keys():
                raise FormatMismatch(file=name, suffix=".eml", found="it has no headers")
            blocks, warnings = _read(message)
            text, headings = assemble(blocks)
        except LoadError:
            raise
        except PACKAGE_SURPRISES as error:
            raise DamagedFile(file=name, detail=broken(error)) from error
        if not text:
            raise NoText(file=name, detail="no subject and no body")
        return Document(
            name=name,
            version=version_of(data),
            media_type=MEDIA_TYPE,
            title=headings[0].title if headings else stem_of(name),
            pages=(Page(number=1, text=text, headings=headings),),
            paginated=False,
            warnings=tuple(warnings),
        )


def _read(message: EmailMessage) -> tuple[list[Block], list[str]]:
    """Return the blocks of headers and body, and what a reader should know."""
    blocks = [Block(text=_header(message, "Subject"), level=1)]
    for number, header in enumerate(_HEADERS):
        said = _header(message, header)
        blocks.append(Block(text=f"{header}: {said}" if said else "", apart=number == 0))
    if not any(block.text for block in blocks):
        blocks = []
    warnings: list[str] = []
    body = message.get_body(("plain", "html"))
    if body is not None:
        decoded = decode(_payload(body), declared=str(body.get_content_charset() or "") or None)
        warnings.extend(decoded.warnings)
        is_html = body.get_content_subtype() == "html"
        blocks.extend(_html(decoded.text) if is_html else _plain(decoded.text))
    left_out = list(_attachments(message, body))
    if left_out:
        shown = ", ".join(left_out[:_MOST_NAMED])
        more = len(left_out) - _MOST_NAMED
        warnings.append(f"attachments left out: {shown}{f' and {more} more' if more > 0 else ''}")
    return blocks, warnings


def _header(message: EmailMessage, header: str) -> str:
    """Return a header as a reader sees it; nothing where it is broken beyond reading."""
    return one_line(str(message.get(header, "")))[:_LONGEST_HEADER]


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _plain(text: str) -> list[Block]:
    lines = clean(text).split("\n")
    if is_hard_wrapped(lines):
        lines = reflow(lines, hyphens=Hyphens([text]))
    return [Block(text="\n".join(lines))]


def _html(text: str) -> list[Block]:
    return [Block(text=""), *read_markup(text).blocks]


def _attachments(message: EmailMessage, body: object) -> Iterator[str]:
    """Name the parts that hold a file or another e-mail, without what is inside of these."""
    stack: list[EmailMessage] = [message]
    while stack:
        part = stack.pop()
        if part.get_content_maintype() == "multipart":
            inner = part.get_payload()
            if isinstance(inner, list):
                stack.extend(one for one in reversed(inner) if isinstance(one, EmailMessage))
        elif part is not body and (part.is_attachment() or part.get_filename()):
            yield one_line(part.get_filename() or part.get_content_type())
        elif part.get_content_maintype() == "message":
            yield part.get_content_type()
