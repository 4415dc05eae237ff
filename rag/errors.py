"""Every error a person can see: what happened with which value, and what to do next.

QuorumError
    SettingsError           a setting has a value that cannot be used
    LoadError               a file was refused
        EmptyFile               nothing in it
        UnknownFormat           no loader for it
        FormatMismatch          the content is not what the name says
        EncryptedFile           needs a password
        NoText                  nothing to read in it
        OcrUnavailable          text recognition cannot start here
        RecognitionOff          text recognition is off where the file was added
        DamagedFile             its own format's rules are broken
        FileTooLarge            over the limit
        FileUnreadable          not there, or no permission
        ReadingError            its reading was stopped: see rag/reading_errors.py
    RecordError             the record cannot do what was asked
        InvalidCollectionName   a name nobody could type back
        CollectionNotFound
        DocumentNotFound
        VersionNotFound
        PageNotFound
    IndexingError           the indexes cannot do what was asked
        EmbedderMismatch        a collection was embedded with another model
        IndexInUse              another process writes the lexical index
        IndexDiffers            an index does not hold what was written to it
    QuestionError           a question that cannot be asked
        EmptyQuestion
        QuestionTooLong
        NoCollection            nowhere to look
        FilterError             it is narrowed by what cannot be
            UnknownDocument         no document of that name where it looks
            UnknownType             no document of that type where it looks
            UnknownCondition        a filter says more than is understood here
            BlankHeading            a heading without a word
            ReversedDates           the first day comes after the last
    GuidanceError           what is added to a prompt cannot be kept: see rag/guidance_errors.py
    KeepingError            a job or a data folder: see rag/job_errors.py
    CollectionError         a collection as a whole: see rag/collection_errors.py
    ModelError              a chat model cannot be used: see rag/model_errors.py

Texts are templates over named values, so that ``app/i18n`` can say the same in another language.
"""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar


class QuorumError(Exception):
    """Base of the tree. ``str(error)`` is the message; ``hint`` is the next action."""

    message_template: ClassVar[str] = "Something went wrong."
    hint_template: ClassVar[str] = "Try again."

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(self.message_template.format(**values))

    def __reduce__(self) -> tuple[Any, ...]:
        """Made again from its values, for an error also travels between processes."""
        return partial(type(self), **self.values), ()

    @property
    def hint(self) -> str:
        """The next action, in words."""
        return self.hint_template.format(**self.values)


class SettingsError(QuorumError):
    """A setting has a value that cannot be used."""

    message_template = "{name}={value!r} cannot be used: {expected}."
    hint_template = "Correct {name} in .env or in the environment; .env.example shows the defaults."


class LoadError(QuorumError):
    """A file was refused."""


class EmptyFile(LoadError):
    """Nothing in it."""

    message_template = "{file!r} is empty: it has 0 bytes or nothing but blanks."
    hint_template = "Check that the file was saved and copied completely, then add it again."


class UnknownFormat(LoadError):
    """No loader for it."""

    message_template = "{file!r} has a format that cannot be read ({suffix!r}); readable: {known}."
    hint_template = "Save it in one of the readable formats, for example as PDF, and add that."


class FormatMismatch(LoadError):
    """The content is not what the name says."""

    message_template = "{file!r} is named {suffix!r} but its content is not: {found}."
    hint_template = "Give the file the ending of its real format, or export it again."


class EncryptedFile(LoadError):
    """Needs a password."""

    message_template = "{file!r} is encrypted and needs a password to be read."
    hint_template = "Save a copy without a password, and add the copy."


class NoText(LoadError):
    """Nothing to read in it."""

    message_template = "{file!r} has no text to read ({detail})."
    hint_template = "If it is a scan, run text recognition (OCR) on it first, and add the result."


class OcrUnavailable(LoadError):
    """It is a picture, and text recognition cannot start here."""

    message_template = "The text in the picture {file!r} cannot be recognised here: {detail}."
    hint_template = (
        "Install the system's libraries libGL and GLib (on Debian: apt-get install libgl1 "
        "libglib2.0-0), then add the file again."
    )


class RecognitionOff(LoadError):
    """It is a picture, and text recognition is off where it was added."""

    message_template = (
        "{file!r} holds pictures of text, and text recognition is off for this collection."
    )
    hint_template = "Turn it on in the collection's settings, then read the file again."


class DamagedFile(LoadError):
    """Its own format's rules are broken."""

    message_template = "{file!r} is damaged and cannot be read: {detail}."
    hint_template = "Open it in the program that made it, save it again, and add the new file."


class FileTooLarge(LoadError):
    """Over the limit."""

    message_template = "{file!r} has {size_mb:.1f} MB; the limit is {limit_mb} MB."
    hint_template = "Split the file, or raise QUORUM_MAX_FILE_MB."


class FileUnreadable(LoadError):
    """Not there, or no permission."""

    message_template = "{file!r} cannot be opened: {detail}."
    hint_template = "Check the path and that you may read the file."


class RecordError(QuorumError):
    """The record cannot do what was asked."""


class InvalidCollectionName(RecordError):
    """A name nobody could type back."""

    message_template = "{name!r} cannot name a collection: {expected}."
    hint_template = "Choose a name such as 'handbook' or '员工手册'."


class CollectionNotFound(RecordError):
    """No collection of that name."""

    message_template = "There is no collection {name!r}; there are: {known}."
    hint_template = "Choose one of these, or make it by adding documents to it."


class DocumentNotFound(RecordError):
    """No document of that name."""

    message_template = "Collection {collection!r} has no document {name!r}."
    hint_template = "List what is there with: python -m ingest list --collection {collection}"


class VersionNotFound(RecordError):
    """The cited version has been purged."""

    message_template = "Version {version!r} of document {document!r} is no longer kept."
    hint_template = "Ask the question again to get citations of the current version."


class PageNotFound(RecordError):
    """The document has fewer pages."""

    message_template = "Document {document!r} has no page {page}; it has {pages}."
    hint_template = "Choose a page from 1 to {pages}."


class IndexingError(QuorumError):
    """The indexes cannot do what was asked."""


class EmbedderMismatch(IndexingError):
    """A collection was embedded with another model."""

    message_template = (
        "Collection {collection!r} was embedded with {stored!r}, but the model now is {current!r}."
    )
    hint_template = (
        "Set QUORUM_EMBEDDING_MODEL back, then move all with: python -m ingest move-to MODEL"
    )


class IndexInUse(IndexingError):
    """Another process writes the lexical index."""

    message_template = "Another process has been writing {path!r} for {waited_s:.0f} seconds."
    hint_template = "Wait until its ingestion has ended, then try again; nothing was lost."


class IndexDiffers(IndexingError):
    """An index does not hold what was written to it."""

    message_template = "The index {index!r} holds {found} of the {expected} passages just written."
    hint_template = "Add the document again; if it stays so, check the disk."


class QuestionError(QuorumError):
    """A question that cannot be asked."""


class EmptyQuestion(QuestionError):
    """No words in it."""

    message_template = "The question is empty."
    hint_template = "Write what you want to know in a sentence."


class QuestionTooLong(QuestionError):
    """Over the limit."""

    message_template = "The question has {length} characters; the limit is {limit}."
    hint_template = "Ask for one thing at a time, or shorten the question."


class NoCollection(QuestionError):
    """Nowhere to look."""

    message_template = "No collection was chosen to look in."
    hint_template = "Choose at least one collection, or add documents first."


class FilterError(QuestionError):
    """A filter that cannot be applied: the question is not asked without it either."""


class UnknownDocument(FilterError):
    """No document of that name where it looks."""

    message_template = "There is no document {name!r} in {collections}; there are: {known}."
    hint_template = "Choose one of these, or look in more collections."


class UnknownType(FilterError):
    """No document of that type where it looks."""

    message_template = "There is no document of type {name!r} in {collections}; there are: {known}."
    hint_template = "Choose one of these, or look in more collections."


class UnknownCondition(FilterError):
    """A filter says more than is understood here."""

    message_template = "The filter has a condition {name!r} that is not understood; known: {known}."
    hint_template = "Leave the condition out, or update Quorum on this machine."


class BlankHeading(FilterError):
    """A heading without a word."""

    message_template = "The heading to look under is {heading!r}: it holds nothing but blanks."
    hint_template = "Give a word of the heading, or leave it out."


class ReversedDates(FilterError):
    """The first day comes after the last."""

    message_template = "No day lies between {added_from} and {added_until}: they are reversed."
    hint_template = "Give the earlier day first; both days are included."
