"""The one SQL engine and the one metadata; each stage keeps its own tables beside its code.

SQLite is opened so that it neither loses an update nor a commit: write-ahead log,
``synchronous=FULL``, and ``BEGIN IMMEDIATE`` for every transaction that may write (pysqlite's
default starts a transaction only at its first write, and then two read-modify-writes overwrite each
other). ``reading(engine)`` gives the same engine for transactions that only read: they wait for
nobody.
"""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path
from typing import Any, Final

from filelock import FileLock
from sqlalchemy import Connection, Engine, MetaData, create_engine, event, inspect, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import DeclarativeBase

from rag.job_errors import FolderNotWritable, RecordDamaged

HEAD: Final = "0009"
"""The newest revision under ``migrations/versions``; a test holds it to be so."""

_MAY_NOT_WRITE: Final = (errno.EACCES, errno.EPERM, errno.EROFS)
_DAMAGED: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class Base(DeclarativeBase):
    """Base of every table; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def open_database(path: Path) -> Engine:
    """The engine for the SQLite file ``path``, its schema brought up to HEAD.

    Raises FolderNotWritable and RecordDamaged.
    """
    engine = create_engine(f"sqlite+pysqlite:///{path}")
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # The first connection may switch the file to a write-ahead log, which waits for nobody.
        with FileLock(path.with_suffix(".migrating"), thread_local=False):
            if _revision(engine) != HEAD:
                migrate(engine)
    except OSError as error:
        if error.errno not in _MAY_NOT_WRITE:
            raise
        detail = error.strerror or str(error)
        raise FolderNotWritable(folder=str(path.parent), detail=detail) from error
    except DatabaseError as error:
        engine.dispose()
        if getattr(error.orig, "sqlite_errorcode", None) not in _DAMAGED:
            raise
        raise RecordDamaged(file=str(path), detail=str(error.orig)) from error
    return engine


def reading(engine: Engine) -> Engine:
    """``engine`` for transactions that only read."""
    return engine.execution_options(only_reads=True)


def migrate(engine: Engine, revision: str = "head") -> None:
    """Run the migrations up to ``revision``."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def _configure_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        "busy_timeout=30000",
        "cache_size=-32768",  # KiB: a search reads a hundred passages with their vectors
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    only_reads = connection.get_execution_options().get("only_reads", False)
    if only_reads:  # straight to the driver: it takes a tenth as long, and cannot fail
        driver: Any = connection.connection.driver_connection
        driver.execute("BEGIN").close()
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _revision(engine: Engine) -> str | None:
    with reading(engine).connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(found) if found is not None else None
