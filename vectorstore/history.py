"""The versions of documents as they came: what is kept of each, how it was read, its passages.

Reads the record only. A version is named by the SHA-256 of its bytes; where the same bytes were
read anew, ``.2`` and so on stand after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from rag.types import Chunk, ParseReport
from vectorstore.database import reading
from vectorstore.passages import chunk_of
from vectorstore.schema import ChunkRow, CollectionRow, DocumentRow, PageRow, State, VersionRow

_HASH_CHARS: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptVersion:
    """A version that can be opened; ``report`` is None where none was kept when it was read."""

    id: int
    version: str
    current: bool
    media_type: str
    paginated: bool
    pages: int
    chunks: int
    size_bytes: int
    added_at: datetime
    report: ParseReport | None

    @property
    def sha256(self) -> str:
        """The SHA-256 (hexadecimal) of its bytes."""
        return content_of(self.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """A page of a version: its label as ``rag.types.Page`` has it, and how many passages it has."""

    number: int
    label: str | None
    chunks: int


class History:
    """Reads what the record keeps of versions, current and replaced."""

    def __init__(self, engine: Engine) -> None:
        self._reading = reading(engine)

    def contents(self) -> frozenset[str]:
        """SHA-256 (hexadecimal) of the bytes of every version that is kept or under way."""
        query = select(VersionRow.sha256).where(
            VersionRow.state.not_in((State.REFUSED, State.DELETING))
        )
        with Session(self._reading) as session:
            return frozenset(map(content_of, session.scalars(query)))

    def stands(self, document_id: str, version: str, text: str = "") -> bool:
        """Whether the version can be opened, or ``text`` stands on a page of one that can.

        That may be any version of the document. ``version`` is as ``Record.page`` takes it.
        """
        kept = (VersionRow.document_id == document_id) & (VersionRow.state == State.READY)
        itself = select(VersionRow.id).where(
            kept, VersionRow.sha256.startswith(version, autoescape=True)
        )
        elsewhere = (
            select(PageRow.number)
            .join(VersionRow, VersionRow.id == PageRow.version_id)
            .where(kept, func.instr(PageRow.text, text) > 0)
        )
        with Session(self._reading) as session:
            if session.scalar(itself.limit(1)) is not None:
                return True
            return bool(text) and session.scalar(elsewhere.limit(1)) is not None

    def stands_in(self, collection: str, name: str, version: str, text: str = "") -> bool:
        """As ``stands``, of the document of this name in the collection of that."""
        query = (
            select(DocumentRow.id)
            .join(CollectionRow, CollectionRow.id == DocumentRow.collection_id)
            .where(CollectionRow.name == collection, DocumentRow.name == name)
        )
        with Session(self._reading) as session:
            document_id = session.scalar(query)
        return document_id is not None and self.stands(document_id, version, text)

    def versions(self, document_id: str) -> list[KeptVersion]:
        """The document's ready versions, the current one first, then the newest."""
        query = (
            select(VersionRow)
            .where(VersionRow.document_id == document_id, VersionRow.state == State.READY)
            .order_by(VersionRow.current.desc(), VersionRow.id.desc())
        )
        with Session(self._reading) as session:
            return [_version(row) for row in session.scalars(query)]

    def pages(self, version_id: int) -> list[KeptPage]:
        """The version's pages in order."""
        its = (ChunkRow.version_id == PageRow.version_id) & (ChunkRow.page == PageRow.number)
        query = (
            select(PageRow.number, PageRow.label, func.count(ChunkRow.id))
            .outerjoin(ChunkRow, its)
            .where(PageRow.version_id == version_id)
            .group_by(PageRow.number)
            .order_by(PageRow.number)
        )
        with Session(self._reading) as session:
            return [
                KeptPage(number=number, label=label, chunks=chunks)
                for number, label, chunks in session.execute(query)
            ]

    def chunks(self, version_id: int, page: int) -> list[Chunk]:
        """The passages of a page in order."""
        query = (
            select(ChunkRow)
            .where(ChunkRow.version_id == version_id, ChunkRow.page == page)
            .order_by(ChunkRow.sequence)
        )
        with Session(self._reading) as session:
            return [chunk_of(row) for row in session.scalars(query)]


def content_of(version: str) -> str:
    """The SHA-256 (hexadecimal) of a version's bytes."""
    return version[:_HASH_CHARS]


def next_reading(session: Session, document_id: str, sha256: str) -> str:
    """What a version is called that reads bytes anew of which the document may have versions."""
    query = select(VersionRow.sha256).where(
        VersionRow.document_id == document_id, VersionRow.sha256.startswith(sha256)
    )
    readings = [int(found[_HASH_CHARS + 1 :] or 1) for found in session.scalars(query)]
    return f"{sha256}.{max(readings) + 1}" if readings else sha256


def stored_report(report: ParseReport) -> dict[str, Any]:
    """A report as the record keeps it: without what a version's other columns say."""
    return {
        name: value for name, value in asdict(report).items() if name not in ("pages", "warnings")
    }


def _report(stored: Mapping[str, Any], row: VersionRow) -> ParseReport:
    return ParseReport(
        pages=row.page_count,
        characters=stored["characters"],
        ocr_pages=tuple(stored["ocr_pages"]),
        doubtful_pages=tuple(stored["doubtful_pages"]),
        warnings=tuple(row.warnings),
    )


def _version(row: VersionRow) -> KeptVersion:
    return KeptVersion(
        id=row.id,
        version=row.sha256,
        current=row.current,
        media_type=row.media_type,
        paginated=row.paginated,
        pages=row.page_count,
        chunks=row.chunk_count,
        size_bytes=row.size_bytes,
        added_at=row.created_at,
        report=None if row.report is None else _report(row.report, row),
    )
