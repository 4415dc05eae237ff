"""``python -m rag.models.convert_chatglm``: what it prints, and how it ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from app.cli.convert_chatglm import app
from tests.app.cli.conftest import Command
from tests.rag.models.chatglm_reference import ChatGLM, Sizes, save_words


def test_it_says_what_it_does_and_where_the_result_is(tmp_path: Path) -> None:
    ChatGLM(Sizes()).save(tmp_path / "from", shards=3)
    save_words(tmp_path / "from")
    done = Command(app)(tmp_path / "from", tmp_path / "to")
    assert done.exit_code == 0, done.output
    assert "weights 2 of 3: pytorch_model-00002-of-00003.bin" in done.stderr
    assert done.stdout.splitlines() == [
        f"{tmp_path / 'to'} is ready (chatglm3); use it with QUORUM_LOCAL_MODEL={tmp_path / 'to'}"
    ]
    assert (tmp_path / "to" / "chat_template.jinja").is_file()


def test_a_refusal_is_two_plain_sentences(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"inner_hidden_size": 16384}', "utf-8")
    refused = Command(app)(tmp_path, tmp_path / "to")
    assert refused.exit_code == 1
    assert refused.stdout == ""
    assert refused.stderr.startswith("error: ")
    assert "servers/chatglm-6b" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_an_unknown_format_is_a_wrong_command_line(tmp_path: Path) -> None:
    assert Command(app)(tmp_path, tmp_path / "to", "--format", "chatglm9").exit_code == 2


def test_the_door_opens() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "rag.models.convert_chatglm", "--help"],
        cwd=Path(__file__).resolve().parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "--format" in done.stdout
