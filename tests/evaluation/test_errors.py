"""Every refusal of the workbench says what happened and what to do next."""

from __future__ import annotations

import pickle
import string

import pytest

from evaluation import errors
from evaluation.errors import EvaluationError

KINDS = sorted(
    (
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, EvaluationError) and kind != EvaluationError
    ),
    key=lambda kind: kind.__name__,
)


def fields(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_it_tells_what_happened_and_what_to_do(kind: type[EvaluationError]) -> None:
    names = fields(kind.message_template) | fields(kind.hint_template)
    error = kind(**{name: f"<{name}>" for name in names})
    assert all(f"<{name}>" in f"{error} {error.hint}" for name in names)
    assert kind.message_template != EvaluationError.message_template
    assert kind.hint_template != EvaluationError.hint_template
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
