"""Files in, documents out: chooses the loader and refuses what no loader should see.

Knows which formats there are and how a file is checked, not how a format is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from ingest.loaders.delimited import CSV_TYPE, TSV_TYPE, DelimitedLoader
from ingest.loaders.docx import DocxLoader
from ingest.loaders.eml import EmlLoader
from ingest.loaders.epub import EpubLoader
from ingest.loaders.file_bytes import read_bytes
from ingest.loaders.html import HtmlLoader
from ingest.loaders.image import MEDIA_TYPES, ImageLoader
from ingest.loaders.json_lines import JsonLoader
from ingest.loaders.markdown import MarkdownLoader
from ingest.loaders.ocr import recognition
from ingest.loaders.pdf import PdfLoader
from ingest.loaders.pptx import PptxLoader
from ingest.loaders.sniffing import check_content
from ingest.loaders.text import TextLoader
from ingest.loaders.xlsx import XlsxLoader
from rag.errors import UnknownFormat
from rag.protocols import Loader
from rag.types import Document

LOADERS: Final[Mapping[str, Loader]] = MappingProxyType(
    {
        ".csv": DelimitedLoader(CSV_TYPE),
        ".docx": DocxLoader(),
        ".eml": EmlLoader(),
        ".epub": EpubLoader(),
        ".htm": HtmlLoader(),
        ".html": HtmlLoader(),
        ".json": JsonLoader(by_line=False),
        ".jsonl": JsonLoader(by_line=True),
        ".markdown": MarkdownLoader(),
        ".md": MarkdownLoader(),
        ".pdf": PdfLoader(),
        ".pptx": PptxLoader(),
        ".tsv": DelimitedLoader(TSV_TYPE, "\t"),
        ".txt": TextLoader(),
        ".xlsx": XlsxLoader(),
        **{suffix: ImageLoader(media_type) for suffix, media_type in MEDIA_TYPES.items()},
    }
)
SUFFIXES: Final = tuple(LOADERS)


def loader_for(path: Path, *, name: str | None = None) -> Loader:
    """Return the loader for the path's ending; raises UnknownFormat, naming ``name``."""
    suffix = path.suffix.lower()
    if suffix not in LOADERS:
        raise UnknownFormat(file=name or path.name, suffix=suffix, known=", ".join(SUFFIXES))
    return LOADERS[suffix]


def read_document(path: Path, *, name: str, max_bytes: int, recognise: bool = True) -> Document:
    """Read ``path`` as the document ``name``; raises a LoadError for every file it refuses.

    In this order: a file that is not there or too large, has no loader, is empty, or is not what
    its ending says; then what the loader finds. Without ``recognise``
    nothing is read out of pictures.
    """
    loader = loader_for(path, name=name)
    data = read_bytes(path, name=name, max_bytes=max_bytes)
    check_content(data, suffix=path.suffix.lower(), name=name)
    with recognition(on=recognise):
        return loader.load(path, name=name)
