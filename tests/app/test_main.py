import subprocess
import sys
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app import session
from app.wiring import Services
from tests.app.conftest import texts
from tests.fakes import OpenServices

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("torch", "chromadb", "llama_index", "openai", "langchain", "langchain_core", "onnxruntime")
FRAME = ROOT / "app" / "frame" / "frame.py"


def test_importing_the_app_loads_nothing_heavy_and_makes_nothing(tmp_path: Path) -> None:
    code = (
        "import sys, os, app.main, app.frame.frame, app.pages.ask, app.pages.library\n"
        f"print([name for name in {HEAVY} if name in sys.modules], os.listdir('.'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[] []"


@pytest.fixture
def opened(services: OpenServices, monkeypatch: pytest.MonkeyPatch) -> Services:
    made = services()
    monkeypatch.setattr(session, "services", lambda: made)
    return made


@pytest.mark.usefixtures("opened")
def test_the_frame_shows_ask_and_the_languages() -> None:
    at = AppTest.from_file(str(FRAME), default_timeout=30).run()
    assert not at.exception
    assert "Ask your documents" in texts(at)
    assert at.segmented_control[0].value == "en"


@pytest.mark.usefixtures("opened")
def test_the_address_names_the_language() -> None:
    at = AppTest.from_file(str(FRAME), default_timeout=30)
    at.query_params["lang"] = "zh"
    at.run()
    assert "向您的文档提问" in texts(at)


@pytest.mark.usefixtures("opened")
def test_an_unknown_language_is_no_harm() -> None:
    at = AppTest.from_file(str(FRAME), default_timeout=30)
    at.query_params["lang"] = "../../etc"
    at.run()
    assert "Ask your documents" in texts(at)


def test_a_wrong_setting_is_said_not_thrown(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("QUORUM_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("QUORUM_TOP_K", "0")
    at = AppTest.from_file(str(FRAME), default_timeout=30).run()
    assert not at.exception
    assert "QUORUM_TOP_K='0' cannot be used" in texts(at)
