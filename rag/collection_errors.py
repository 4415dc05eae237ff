"""Why a collection cannot be changed as a whole; ``rag/errors.py`` has the rest of the tree.

CollectionError
    CollectionExists        another collection has that name
    NameNotTyped            a deletion was not confirmed by the collection's name
    SettingOutOfBounds      a setting of a collection that cannot be used
    ReindexingUnderway      the indexes are being made anew already
    SameModel               the model to move to is the one in use
"""

from __future__ import annotations

from rag.errors import QuorumError


class CollectionError(QuorumError):
    """A collection cannot be changed."""


class CollectionExists(CollectionError):
    """Another collection has that name."""

    message_template = "There is a collection {name!r} already."
    hint_template = "Choose another name, or delete that collection first."


class NameNotTyped(CollectionError):
    """A deletion was not confirmed by the collection's name."""

    message_template = "{typed!r} is not the name of the collection {name!r}: nothing was deleted."
    hint_template = "Type the name as it stands above, then delete."


class SettingOutOfBounds(CollectionError):
    """A setting of a collection that cannot be used."""

    message_template = "The setting {name} cannot be {value!r}: {expected}."
    hint_template = "Choose a value within these bounds, or leave it empty for the usual one."


class ReindexingUnderway(CollectionError):
    """The indexes are being made anew already."""

    message_template = "The indexes are being made anew already: {done} of {passages} passages."
    hint_template = "Wait until that has ended, or cancel it."


class SameModel(CollectionError):
    """The model to move to is the one in use."""

    message_template = "The data folder is searched with {model!r} already."
    hint_template = "Name another model."
