"""The table of settings written down: nothing missing, and the defaults come back."""

from __future__ import annotations

import io

from dotenv import dotenv_values

from rag.settings import Settings, setting_rows
from rag.settings_documents import env_example, readme_table


def test_env_example_gives_the_defaults_back() -> None:
    values = dotenv_values(stream=io.StringIO(env_example()))
    assert list(values) == [row.metadata["name"] for row in setting_rows()]
    assert Settings.from_mapping({name: value or "" for name, value in values.items()}) == (
        Settings()
    )


def test_readme_table_has_a_row_for_every_setting() -> None:
    rows = readme_table().splitlines()[2:]
    assert len(rows) == len(setting_rows())
    for line, row in zip(rows, setting_rows(), strict=True):
        assert line.startswith(f"| `{row.metadata['name']}` |")
        assert line.count("|") == 4
