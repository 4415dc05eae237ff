"""Writes what is generated from the settings table: ``.env.example`` and the README's table.

make docs
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from rag.settings_documents import env_example, readme_table

_BEGIN: Final = "<!-- settings: written by `make docs` -->\n"
_END: Final = "<!-- end of settings -->"


def with_settings(readme: str) -> str:
    """``readme`` with its settings table written anew."""
    before, _, rest = readme.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}{readme_table()}\n{_END}{after}"


def main() -> None:
    """Write both files."""
    root = Path(__file__).resolve().parents[2]
    (root / ".env.example").write_text(env_example(), "utf-8")
    readme = root / "README.md"
    readme.write_text(with_settings(readme.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
