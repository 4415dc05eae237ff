"""axe-core in a page: what it finds serious, as lines a person can act on.

axe-core (MPL-2.0) comes as a file of the package axe-playwright-python and is run where it lies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from playwright.sync_api import Page

SERIOUS: Final = ("serious", "critical")
_RUN: Final = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"], elementRef: false});
  return found.violations;
}"""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One element that breaks one rule; ``place`` is its selector, through shadow roots too."""

    rule: str
    place: str
    told: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.place}\n    {self.told}"


def serious_findings(page: Page) -> list[Finding]:
    """What axe-core calls serious or critical in the page as it stands, shadow roots included."""
    page.evaluate(_source())
    found: list[dict[str, Any]] = page.evaluate(_RUN)
    return [
        Finding(
            rule=violation["id"],
            place=_place(node["target"]),
            told=f"{node['failureSummary']} in {node['html']}",
        )
        for violation in found
        if violation["impact"] in SERIOUS
        for node in violation["nodes"]
    ]


def _place(target: Sequence[str | Sequence[str]]) -> str:
    return " > ".join(one if isinstance(one, str) else " >> ".join(one) for one in target)


@cache
def _source() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text("utf-8")
