"""Why a job, or the care of a data folder, cannot go on; ``rag/errors.py`` has the rest.

KeepingError
    JobNotFound             no job of that id
    NoSpace                 the disk is nearly full
    NoProgress              a file did not get on for too long
    GaveUp                  a file ended the worker again and again
    WorkBroke               something nobody foresaw
    BackupDamaged           a backup is not what was written
    FolderNotEmpty          a place to restore to holds something
    FolderInUse             another process uses the data folder
    FolderNotWritable       the data folder may only be read
    RecordDamaged           the record is not what SQLite wrote
"""

from __future__ import annotations

from rag.errors import QuorumError


class KeepingError(QuorumError):
    """A job, or the care of a data folder, cannot go on."""


class JobNotFound(KeepingError):
    """No job of that id."""

    message_template = "There is no job {id!r}."
    hint_template = "List the jobs with: python -m ingest jobs"


class NoSpace(KeepingError):
    """The disk is nearly full."""

    message_template = (
        "The disk of {folder!r} has {free_mb:.0f} MB left; {needed_mb:.0f} MB are needed."
    )
    hint_template = "Free some space and try again; what is there already stays searchable."


class NoProgress(KeepingError):
    """A file did not get on for too long."""

    message_template = "{file!r} did not get on for {waited_s:.0f} seconds and was given up."
    hint_template = "Try it again with: python -m ingest retry"


class GaveUp(KeepingError):
    """A file ended the worker again and again."""

    message_template = "{file!r} was given up: the worker ended {attempts} times while at it."
    hint_template = "Save it anew in the program that made it, and add the new file."


class WorkBroke(KeepingError):
    """Something nobody foresaw."""

    message_template = "{file!r} could not be taken in: {detail}."
    hint_template = "Try it again with: python -m ingest retry; the log tells more."


class BackupDamaged(KeepingError):
    """A backup is not what was written."""

    message_template = "The backup {folder!r} is damaged: {detail}."
    hint_template = "Use another backup; this one was changed or copied incompletely."


class FolderNotEmpty(KeepingError):
    """A place to restore to holds something."""

    message_template = "The folder {folder!r} is not empty."
    hint_template = "Choose an empty or a new folder, or move its content away first."


class FolderInUse(KeepingError):
    """Another process uses the data folder."""

    message_template = "Another process uses the data folder {folder!r}."
    hint_template = "End the app and every other command on it first, then try again."


class FolderNotWritable(KeepingError):
    """The data folder may only be read."""

    message_template = "The data folder {folder!r} cannot be written to: {detail}."
    hint_template = (
        "Let this user write there, or name another folder in QUORUM_DATA_DIR; then start again."
    )


class RecordDamaged(KeepingError):
    """The record is not what SQLite wrote."""

    message_template = "The record {file!r} cannot be read: {detail}."
    hint_template = (
        "Move the data folder away and put a backup in its place with: "
        "python -m ingest restore FOLDER"
    )
