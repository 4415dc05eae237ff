"""The generated parts of the README stay where they are, and nothing else changes."""

from __future__ import annotations

import pytest

from app.cli.documents import with_settings
from rag.settings_documents import readme_table

README = (
    "# Title\n\n<!-- settings: written by `make docs` -->\n{}<!-- end of settings -->\n\nTail.\n"
)


@pytest.mark.parametrize("old", ["", "| an | old | table |\n"])
def test_only_the_table_is_written_anew(old: str) -> None:
    written = with_settings(README.format(old))
    assert written == README.format(readme_table() + "\n")
    assert with_settings(written) == written
