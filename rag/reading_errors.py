"""Why the reading of a file was stopped; ``rag/errors.py`` has the rest of the tree.

ReadingError
    ReaderCrashed           the process that read it ended without a result
    ReadingTooLong          it took more time than a file may take
    ReadingTooLarge         it took more memory than a file may take
    ReadingStalled          it did nothing for too long
    RemovedMeanwhile        its document was removed while it was taken in
"""

from __future__ import annotations

from rag.errors import LoadError, QuorumError


class ReadingError(LoadError):
    """The reading of a file was stopped."""


class ReaderCrashed(ReadingError):
    """The process that read it ended without a result."""

    message_template = "{file!r} cannot be read: its reader broke off ({detail})."
    hint_template = "Open it in the program that made it, save it again, and add the new file."


class ReadingTooLong(ReadingError):
    """It took more time than a file may take."""

    message_template = "{file!r} was not read within {limit_s:.0f} seconds of work."
    hint_template = "Split the file, or raise QUORUM_READ_DEADLINE_S."


class ReadingTooLarge(ReadingError):
    """It took more memory than a file may take."""

    message_template = "{file!r} needs more than {limit_mb:.0f} MB of memory to be read."
    hint_template = "Split the file, or save it again without pictures, and add that."


class ReadingStalled(ReadingError):
    """It did nothing for too long."""

    message_template = "{file!r} cannot be read: its reader did nothing for {waited_s:.0f} seconds."
    hint_template = "Add it again; if it stays so, save it anew in the program that made it."


class RemovedMeanwhile(ReadingError):
    """Its document was removed while it was taken in."""

    message_template = "{file!r} was removed while it was being taken in."
    hint_template = "Add it again if it is wanted after all."


def stored_error(error: QuorumError) -> dict[str, object]:
    """An error as the record keeps it: its class's name and its values."""
    return {
        "error": type(error).__name__,
        "values": {name: _plain(value) for name, value in error.values.items()},
    }


def error_named(kind: str, values: dict[str, object]) -> QuorumError:
    """The error of class ``kind`` with these values; a plain QuorumError for an unknown one."""
    open_kinds: list[type[QuorumError]] = [QuorumError]
    while open_kinds:
        known = open_kinds.pop()
        if known.__name__ == kind:
            return known(**values)
        open_kinds.extend(known.__subclasses__())
    return QuorumError(**values)


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float | bool | None) else str(value)
