"""Office packages (.docx, .pptx, .xlsx): which of the three one is, and whether it is safe.

Knows the table of contents of a package, not what its parts say.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ingest.loaders.archive_bounds import open_archive, refuse_entities
from rag.errors import FormatMismatch

KINDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        ".docx": ("word/", "a Word document"),
        ".pptx": ("ppt/", "a PowerPoint presentation"),
        ".xlsx": ("xl/", "an Excel workbook"),
    }
)
"""By ending: the folder that holds the content, and what people call it."""


def check_package(data: bytes, *, suffix: str, name: str) -> None:
    """Look at the table of contents before a library opens the package.

    Raises DamagedFile and EncryptedFile as ``open_archive`` does, and FormatMismatch for another
    kind of package.
    """
    with open_archive(data, name=name) as archive:
        names = archive.namelist()
        for ending, (folder, kind) in KINDS.items():
            if ending != suffix and any(entry.startswith(folder) for entry in names):
                raise FormatMismatch(file=name, suffix=suffix, found=f"it is {kind}")
        if "[Content_Types].xml" not in names:
            raise FormatMismatch(file=name, suffix=suffix, found="it is a ZIP archive")
        refuse_entities(archive, name=name)
