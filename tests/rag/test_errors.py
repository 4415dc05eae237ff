"""Every error says what happened with which value and what to do next."""

from __future__ import annotations

import copy
import pickle
import re
import string
from collections.abc import Iterator
from types import ModuleType

import pytest

import rag.collection_errors
import rag.encoder_errors
import rag.errors
import rag.guidance_errors
import rag.job_errors
import rag.model_errors
import rag.reading_errors
from rag.errors import CollectionNotFound, QuorumError

MODULES = (
    rag.encoder_errors,
    rag.collection_errors,
    rag.errors,
    rag.guidance_errors,
    rag.job_errors,
    rag.model_errors,
    rag.reading_errors,
)


def classes(root: type[QuorumError] = QuorumError) -> Iterator[type[QuorumError]]:
    yield root
    for child in root.__subclasses__():
        if child.__module__ in {module.__name__ for module in MODULES}:
            yield from classes(child)


ALL = sorted(set(classes()), key=lambda kind: kind.__name__)
ODD_VALUE = "a{b}%s'资料"


def values_for(kind: type[QuorumError]) -> dict[str, object]:
    """A value for every field of the class's texts, a number where it is formatted as one."""
    found: dict[str, object] = {}
    for template in (kind.message_template, kind.hint_template):
        for _, name, spec, _ in string.Formatter().parse(template):
            if name:
                found[name] = 12.5 if spec else found.get(name, f"{ODD_VALUE}-{name}")
    return found


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_the_docstring_shows_the_tree(module: ModuleType) -> None:
    drawn = re.findall(r"^( *)([A-Z]\w+)(?:  (.*))?$", module.__doc__ or "", re.MULTILINE)
    own = [kind for kind in ALL if kind.__module__ == module.__name__]
    top = min(len(kind.__mro__) for kind in own)
    assert {name: len(indent) // 4 for indent, name, said in drawn if "see rag/" not in said} == {
        kind.__name__: len(kind.__mro__) - top for kind in own
    }
    elsewhere = {name for _, name, said in drawn if "see rag/" in said}
    assert elsewhere <= {kind.__name__ for kind in ALL} - {kind.__name__ for kind in own}


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_message_and_hint_are_words_with_their_values_in(kind: type[QuorumError]) -> None:
    values = values_for(kind)
    error = kind(**values)
    for name, value in values.items():
        shown = f"{value:.0f}" if isinstance(value, float) else str(value)
        text = f"{error}\n{error.hint}"
        assert shown in text or repr(value)[1:-1] in text or "12.5" in text, name
    assert error.values == values
    assert error.hint.strip()
    assert str(error).endswith(".")


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_an_error_survives_the_way_between_processes(kind: type[QuorumError]) -> None:
    error = kind(**values_for(kind))
    for same in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert (type(same), str(same), same.hint) == (kind, str(error), error.hint)


def test_values_may_hold_braces() -> None:
    error = CollectionNotFound(name="{name}", known="{known} %d {0}")
    assert str(error) == "There is no collection '{name}'; there are: {known} %d {0}."


def test_a_missing_value_is_noticed_at_once() -> None:
    with pytest.raises(KeyError):
        CollectionNotFound(name="x")
