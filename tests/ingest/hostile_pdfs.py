"""PDFs made by hand, object by object, to mislead those who read them."""

from __future__ import annotations

import zlib
from typing import Final

SHOW: Final = b"BT /F 20 Tf 50 700 Td (Still here) Tj ET"
SHOW_ALSO: Final = b" BT /F 9 Tf 9 9 Td (x) Tj ET"


def objects(*bodies: bytes, root: int = 1, extra: bytes = b"") -> bytes:
    """A PDF of these objects, numbered from 1; the trailer points to ``root``."""
    data, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return data + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root %d 0 R%s>>\n"
        b"startxref\n%d\n%%%%EOF"
        % (len(bodies) + 1, table, len(bodies) + 1, root, extra, len(data))
    )


FONT: Final = b"<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"


def page_tree(pages: bytes, *rest: bytes, extra: bytes = b"") -> bytes:
    """A PDF with this ``Pages`` object (2), a page that shows text (3) and its content (4)."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources%s/Contents 4 0 R>>" % FONT
    content = b"<</Length %d>>stream\n%s\nendstream" % (len(SHOW), SHOW)
    return objects(b"<</Type/Catalog/Pages 2 0 R>>", pages, page, content, *rest, extra=extra)


ONE_PAGE: Final = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"


def deep_tree(depth: int) -> bytes:
    nodes = [b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (number + 5) for number in range(depth)]
    return page_tree(b"<</Type/Pages/Kids[5 0 R]/Count 1>>", *nodes[1:], ONE_PAGE)


def flate_page(content: bytes) -> bytes:
    packed = zlib.compress(content, 9)
    return objects(
        b"<</Type/Catalog/Pages 2 0 R>>",
        ONE_PAGE,
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources%s/Contents 4 0 R>>" % FONT,
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed),
    )


def self_referencing() -> bytes:
    form = (
        b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>/Length 5>>"
        b"stream\n/X Do\nendstream"
    )
    return objects(
        b"<</Type/Catalog/Pages 2 0 R>>",
        ONE_PAGE,
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>"
        b"/Contents 4 0 R>>",
        b"<</Length 5>>stream\n/X Do\nendstream",
        form,
    )


def forms_in_forms(*, levels: int, each: int) -> bytes:
    """A page of a form that shows the next one ``each`` times, and so on: each ** levels forms."""
    catalogue, page = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Page/Parent 2 0 R"
    page += b"/MediaBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>/Contents 4 0 R>>"
    shown = b"/X Do " * each
    form = b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length %d" % len(shown)
    forms = [
        form + b"/Resources<</XObject<</X %d 0 R>>>>>>stream\n%s\nendstream" % (number, shown)
        for number in range(6, 6 + levels)
    ]
    last = b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 3>>stream\nq Q\nendstream"
    first = b"<</Length 5>>stream\n/X Do\nendstream"
    return objects(catalogue, ONE_PAGE, page, first, *forms, last)


def sharing_pages(content: bytes, count: int = 50) -> bytes:
    """``count`` pages of one and the same stream."""
    packed = zlib.compress(SHOW + content, 9)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Resources%s/Contents 3 0 R>>" % FONT
    kids = b" ".join(b"%d 0 R" % number for number in range(4, 4 + count))
    return objects(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count),
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(packed), packed),
        *[page] * count,
    )
