"""The drawn page of an open source, as the list of sources shows it."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from app.i18n import Translator
from app.page_pictures import PagePictures
from app.passages import Source
from ingest.loaders.pdf_pictures import MEDIA_TYPE, PagePicture

_WORDS: Final = ("page", "text", "closer", "wider", "before", "after", "picture")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A drawn page and its number, from 1."""

    picture: PagePicture
    number: int


def sheet_of(
    pictures: PagePictures, sources: Sequence[Source], key: int | None, page: int | None
) -> Sheet | None:
    """The page of the open source ``key``; another ``page`` of its document has no boxes."""
    source = next((one for one in sources if one.key == key), None)
    if source is None:
        return None
    leaf = source.leaf
    if page is not None and page != leaf.page:
        leaf = replace(leaf, page=page, span=None)
    picture = pictures.picture(leaf)
    return None if picture is None else Sheet(picture=picture, number=leaf.page)


def sheet_data(sheet: Sheet, t: Translator) -> dict[str, Any]:
    """What the browser draws of it."""
    picture = sheet.picture
    encoded = base64.b64encode(picture.image).decode()
    return {
        "image": f"data:{MEDIA_TYPE};base64,{encoded}",
        "width": picture.width,
        "height": picture.height,
        "boxes": [asdict(box) for box in picture.boxes],
        "number": sheet.number,
        "pages": picture.pages,
        "of": t("sheet.of", page=sheet.number, pages=picture.pages),
        "words": {word: t(f"sheet.{word}") for word in _WORDS},
    }
