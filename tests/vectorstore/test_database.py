"""The engine: its schema at head, no update lost, readers that wait for nobody."""

from __future__ import annotations

import importlib
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.orm import Session

import vectorstore
from rag.job_errors import FolderNotWritable, RecordDamaged
from vectorstore.database import HEAD, Base, migrate, open_database, reading
from vectorstore.schema import CollectionRow

THREADS, ROUNDS = 6, 25


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_database(tmp_path / "record.sqlite3")


def scripts() -> ScriptDirectory:
    config = Config()
    folder = Path(str(vectorstore.__file__)).parent / "migrations"
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def test_head_is_the_newest_revision() -> None:
    assert scripts().get_heads() == [HEAD]


def import_every_table() -> None:
    """Tables register themselves when their module is imported; each stage keeps its own."""
    root = Path(__file__).resolve().parents[2]
    for folder in ("app", "evaluation", "ingest", "vectorstore"):
        for file in sorted((root / folder).rglob("*.py")):
            if "__tablename__" in file.read_text("utf-8"):
                importlib.import_module(".".join(file.relative_to(root).with_suffix("").parts))


def test_migrations_make_exactly_the_tables_of_the_models(engine: Engine) -> None:
    import_every_table()
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        assert context.get_current_revision() == HEAD


def test_every_migration_can_be_undone(engine: Engine) -> None:
    from alembic import command

    config = Config()
    config.set_main_option("script_location", str(scripts().dir))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]
    migrate(engine)
    assert set(Base.metadata.tables) <= set(inspect(engine).get_table_names())


def test_opening_again_keeps_what_is_there(tmp_path: Path, engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        session.add(CollectionRow(id="c", name="Name", folded_name="name"))
    engine.dispose()
    with Session(reading(open_database(tmp_path / "record.sqlite3"))) as session:
        assert session.scalars(select(CollectionRow.name)).all() == ["Name"]


def test_sqlite_is_opened_so_that_no_commit_is_lost(engine: Engine) -> None:
    with engine.connect() as connection:
        pragmas = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
        }
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
    }


def test_concurrent_read_modify_writes_lose_nothing(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        session.add(CollectionRow(id="c", name="c", folded_name="c"))

    def add_one_by_one() -> None:
        for _ in range(ROUNDS):
            with Session(engine) as session, session.begin():
                row = session.get_one(CollectionRow, "c")
                row.revision += 1

    threads = [threading.Thread(target=add_one_by_one) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Session(reading(engine)) as session:
        assert session.get_one(CollectionRow, "c").revision == THREADS * ROUNDS


def test_readers_do_not_wait_for_a_writer(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        session.add(CollectionRow(id="c", name="before", folded_name="c"))
    with Session(engine) as writer, writer.begin():
        writer.get_one(CollectionRow, "c").name = "after"
        writer.flush()
        started = time.monotonic()
        with Session(reading(engine)) as reader:
            assert reader.get_one(CollectionRow, "c").name == "before"
        assert time.monotonic() - started < 1.0
    with Session(reading(engine)) as reader:
        assert reader.get_one(CollectionRow, "c").name == "after"


def test_many_may_open_a_new_database_at_once(tmp_path: Path) -> None:
    path = tmp_path / "new" / "record.sqlite3"
    engines: list[Engine] = []
    together = threading.Barrier(4)

    def open_it() -> None:
        together.wait()
        engines.append(open_database(path))

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(engines) == 4
    for engine in engines:
        assert inspect(engine).has_table("chunks")
        engine.dispose()


@pytest.mark.parametrize("damage", ["noise", "torn"])
def test_a_record_that_is_no_database_says_what_to_do(tmp_path: Path, damage: str) -> None:
    file = tmp_path / "资料" / "record.sqlite3"
    open_database(file).dispose()
    held = file.read_bytes()
    file.write_bytes(held[: len(held) // 2] if damage == "torn" else b"noise " * 2000)
    with pytest.raises(RecordDamaged, match=r"资料.*(malformed|not a database)") as told:
        open_database(file)
    assert "restore" in told.value.hint
    assert file.exists(), "nothing is thrown away"


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A file system with a record in it that may only be read."""
    folder = tmp_path / "small"
    folder.mkdir()
    told = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
    if subprocess.run(told, check=False, capture_output=True).returncode != 0:
        pytest.skip("only root may mount a file system")
    open_database(folder / "data" / "record.sqlite3").dispose()
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("folder", ["data", "another"])
def test_a_folder_that_may_only_be_read_says_so(read_only: Path, folder: str) -> None:
    with pytest.raises(FolderNotWritable, match=rf"small/{folder}.*Read-only"):
        open_database(read_only / folder / "record.sqlite3")


def test_once_it_may_be_written_to_it_opens(read_only: Path) -> None:
    subprocess.run(["mount", "-o", "remount,rw", str(read_only)], check=True)
    engine = open_database(read_only / "data" / "record.sqlite3")
    with engine.begin() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == HEAD
    engine.dispose()
