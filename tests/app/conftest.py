"""Services over a small library, and what a page under test has drawn."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app.wiring import Services
from ingest.sources import Source
from tests.fakes import OpenServices

PUMP = """# Pump manual

## Maintenance

The diaphragm must be replaced every 8,000 hours. The strainer is cleaned every three months.

## Storage

Store the pump dry and above five degrees.
"""
TRAVEL = """# 差旅制度

## 住宿标准

普通员工在上海出差的住宿标准为每晚 550 元。经理的标准为每晚 700 元。

## 报销

报销须在返回后 30 天内提交。
"""

AddText = Callable[[Services, str, str, str], None]


@pytest.fixture(autouse=True)
def fresh_caches() -> Iterator[None]:
    """What Streamlit keeps for a process is kept for one test."""
    st.cache_resource.clear()
    yield
    st.cache_resource.clear()


@pytest.fixture
def add_text(tmp_path: Path) -> AddText:
    """Adds a Markdown document made of a text."""

    def add(services: Services, collection: str, name: str, text: str) -> None:
        path = tmp_path / "added.md"
        path.write_text(text, encoding="utf-8")
        report = services.ingestion.add(Source(path=path, name=name), collection)
        assert report.error is None

    return add


@pytest.fixture
def library(services: OpenServices, add_text: AddText) -> Services:
    """Services with two collections of one document each."""
    opened = services()
    add_text(opened, "manuals", "pump.md", PUMP)
    add_text(opened, "制度", "差旅.md", TRAVEL)
    return opened


def components(at: AppTest, name: str) -> list[dict[str, Any]]:
    """What was handed to each component ``name`` of the page."""
    found: list[dict[str, Any]] = []
    waiting: list[Any] = [*at.main.root.children.values()]
    while waiting:
        node = waiting.pop(0)
        proto = getattr(node, "proto", None)
        if getattr(proto, "component_name", None) == f"quorum.{name}":
            found.append(json.loads(getattr(proto, "json")))  # noqa: B009 (not in its type)
        children = getattr(node, "children", {})
        waiting[:0] = list(children.values())
    return found


def texts(at: AppTest) -> str:
    """Every text of the page that is not a component's, one a line."""
    drawn = [*at.text, *at.markdown, *at.caption, *at.title]
    return "\n".join(str(one.value) for one in drawn)
