"""The table of settings as ``.env.example`` and the README show it."""

from __future__ import annotations

from typing import Final

from rag.settings import setting_rows

_ENV_HEAD: Final = (
    "# Settings of Quorum. `make run` copies this file to .env once; .env is yours to edit.\n"
    "# An empty value means the default. Values in the environment win over this file.\n"
)


def env_example() -> str:
    """The text of ``.env.example``."""
    blocks = [_ENV_HEAD]
    for row in setting_rows():
        meta = row.metadata
        blocks.append(f"\n# {meta['help']}\n{meta['name']}={meta['default']}\n")
    return "".join(blocks)


def readme_table() -> str:
    """The settings table of the README, in Markdown."""
    lines = ["| setting | default | what it does |", "| --- | --- | --- |"]
    for row in setting_rows():
        meta = row.metadata
        default = f"`{meta['default']}`" if meta["default"] else "(empty)"
        lines.append(f"| `{meta['name']}` | {default} | {meta['help']} |")
    return "\n".join(lines)
