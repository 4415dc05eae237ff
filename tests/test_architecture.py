"""The shape of the code: which way imports point, which library has which doors, sizes, names."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from rag.settings_documents import env_example, readme_table

ROOT = Path(__file__).resolve().parents[1]
STAGES = ("rag", "vectorstore", "ingest", "evaluation", "app")
"""Each may import itself and what stands before it."""

LIBRARIES = {
    "langchain": ("rag/chain.py", "rag/models/", "rag/prompting.py"),
    "langchain_core": ("rag/chain.py", "rag/models/", "rag/prompting.py"),
    "langchain_openai": ("rag/models/",),
    "openai": ("rag/models/",),
    "llama_index": ("ingest/splitting.py",),
    "chromadb": ("vectorstore/chroma.py", "vectorstore/chroma_safety.py"),
    "tantivy": ("vectorstore/lexical.py", "vectorstore/inverted.py"),
    "torch": (
        "rag/models/",
        "vectorstore/encoders.py",
        "vectorstore/onnx_export.py",
        "vectorstore/token_rows.py",
        "vectorstore/torch_encoders.py",
    ),
    "transformers": (
        "rag/models/",
        "vectorstore/torch_encoders.py",
        "vectorstore/onnx_export.py",
        "vectorstore/embedding.py",
    ),
    "peft": ("rag/models/",),
    "gguf": ("rag/models/",),
    "psutil": ("rag/models/",),
    "sentence_transformers": (
        "rag/models/cross_encoder.py",
        "vectorstore/token_rows.py",
        "vectorstore/torch_encoders.py",
    ),
    "onnxruntime": ("vectorstore/encoders.py", "vectorstore/onnx_export.py"),
    "onnx": ("vectorstore/onnx_export.py",),
    "jieba": ("rag/words.py",),
    "sentencex": ("rag/language.py",),
    "Stemmer": ("rag/words.py",),
    "opencc": ("rag/notation.py",),
    "streamlit": ("app/",),
    "pypdf": ("ingest/loaders/",),
    "pypdfium2": ("ingest/loaders/", "app/"),
    "docx": ("ingest/loaders/", "app/exports/word.py"),
    "reportlab": ("app/exports/pdf.py",),
    "pptx": ("ingest/loaders/pptx.py",),
    "openpyxl": ("ingest/loaders/xlsx.py",),
    "defusedxml": ("ingest/loaders/epub.py",),
    "PIL": ("ingest/loaders/",),
    "rapidocr_onnxruntime": ("ingest/loaders/ocr.py",),
    "bs4": ("ingest/loaders/",),
    "markdown_it": ("ingest/loaders/",),
    "charset_normalizer": ("ingest/loaders/",),
    "altair": ("evaluation/reports/charts.py",),
    "vl_convert": ("evaluation/reports/charts.py",),
    "jinja2": ("evaluation/reports/html.py", "rag/models/"),
    "ir_measures": ("evaluation/metrics/ranking.py",),
    "rouge_score": ("evaluation/metrics/text_overlap.py",),
    "sacrebleu": ("evaluation/metrics/text_overlap.py",),
    "scipy": ("evaluation/statistics/", "evaluation/metrics/"),
}
TYPES_ONLY = {"langchain_core": ("app/wiring.py",)}
WIRING = (
    "app/wiring.py",
    "app/models.py",
    "app/storage.py",
    "app/record_parts.py",
    "app/judges.py",
)
NOT_FOR_STREAMLIT = (*WIRING, "app/cli/")
CONCRETE = ("vectorstore.chroma", "vectorstore.lexical", "vectorstore.fused", "vectorstore.exact")
HEAVY = (
    "torch",
    "transformers",
    "sentence_transformers",
    "chromadb",
    "llama_index",
    "openai",
    "scipy",
    "sacrebleu",
    "rouge_score",
    "vl_convert",
)
NEVER_IMPORTED = ("vectorstore.onnx_export", "vectorstore.token_rows")
VAGUE = re.compile(r"(utils?|helpers?|common|misc|managers?)(_|$)|_(utils?|helpers?|manager)$")
MOST_LINES, MOST_PAGE_LINES = 300, 150
TESTED_ELSEWHERE = {
    "rag/protocols.py": "tests/contracts/",
    "ingest/file_reports.py": "tests/ingest/test_pipeline.py",
    "ingest/job_files.py": "tests/ingest/test_jobs.py",
    "ingest/job_tables.py": "tests/vectorstore/test_database.py: equals the migrations",
    "vectorstore/child_process.py": "tests/ingest/test_reading.py, test_torch_encoders.py",
    "vectorstore/model_folder.py": "tests/vectorstore/test_embedding.py",
    "vectorstore/schema.py": "tests/vectorstore/test_database.py: equals the migrations",
    "vectorstore/token_rows.py": "tests/vectorstore/test_torch_encoders.py",
}
NOT_IMPORTED = {
    "accelerate": "transformers needs it to put a model on a device, and for quantisation",
    "onnx-ir": "onnxruntime's blockwise quantiser needs it and does not say so",
}


def path_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def module_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def sources() -> tuple[Path, ...]:
    """Our Python files, without tests; migrations are generated."""
    return tuple(
        file
        for stage in STAGES
        for file in sorted((ROOT / stage).rglob("*.py"))
        if "migrations" not in file.parts
    )


@cache
def imports(file: Path) -> tuple[tuple[str, tuple[str, ...], bool], ...]:
    """Module, names and whether it is for types only, of every import in ``file``."""
    tree = ast.parse(file.read_text("utf-8"))
    for_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for inner in ast.walk(node)
    }
    found: list[tuple[str, tuple[str, ...], bool]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.extend((alias.name, (), id(node) in for_types) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path_of(file)}: relative import"
            names = tuple(alias.name for alias in node.names)
            found.append((node.module or "", names, id(node) in for_types))
    return tuple(found)


def our_modules(file: Path) -> Iterator[str]:
    """Modules of ours that ``file`` imports."""
    for module, names, _ in imports(file):
        if module.split(".")[0] in STAGES:
            inner = [f"{module}.{name}" for name in names]
            known = [one for one in inner if one in by_module()]
            yield from known or [module]


@cache
def by_module() -> dict[str, Path]:
    return {module_of(file): file for file in sources()}


def is_door(file: Path) -> bool:
    return file.name == "__main__.py"


@pytest.mark.parametrize("file", sources(), ids=path_of)
def test_imports_point_inward(file: Path) -> None:
    if is_door(file):
        assert len(file.read_text("utf-8").splitlines()) <= 12, "a door only hands over"
        return
    own = STAGES.index(path_of(file).split("/")[0])
    outward = [m for m in our_modules(file) if STAGES.index(m.split(".")[0]) > own]
    assert outward == []


def test_no_cycles_among_modules() -> None:
    """Imports for types only do not run, so they make no cycle."""
    arrows: dict[str, set[str]] = {}
    for module, file in by_module().items():
        if is_door(file):
            continue
        running = {name for name, _, types_only in imports(file) if not types_only}
        arrows[module] = {
            target
            for target in our_modules(file)
            if any(target == one or target.startswith(f"{one}.") for one in running)
        } - {module}
    done: set[str] = set()

    def visit(module: str, way: tuple[str, ...]) -> None:
        assert module not in way, " -> ".join([*way[way.index(module) :], module])
        if module in done:
            return
        for target in sorted(arrows.get(module, ())):
            visit(target, (*way, module))
        done.add(module)

    for module in sorted(arrows):
        visit(module, ())
    assert done >= arrows.keys()


@pytest.mark.parametrize("file", sources(), ids=path_of)
def test_each_library_has_its_doors(file: Path) -> None:
    path = path_of(file)
    for module, _, types_only in imports(file):
        library = module.split(".")[0]
        allowed = LIBRARIES.get(library, ("",))
        if types_only:
            allowed += TYPES_ONLY.get(library, ())
        assert path.startswith(allowed), f"{path} imports {module}"
        if library == "streamlit":
            assert not path.startswith(NOT_FOR_STREAMLIT), f"{path} imports {module}"


@pytest.mark.parametrize("file", sources(), ids=path_of)
def test_only_the_wiring_names_concrete_indexes(file: Path) -> None:
    path = path_of(file)
    if path in WIRING or path.startswith("vectorstore/"):
        return
    assert {module for module, _, _ in imports(file)}.isdisjoint(CONCRETE)


IMPORT_EVERYTHING = """
import json, os, sys
before = {place: sorted(os.listdir(place)) for place in sys.argv[2:]}
environment = dict(os.environ)
import importlib
for module in json.loads(sys.argv[1]):
    importlib.import_module(module)
loaded = sorted({name.split(".")[0] for name in sys.modules})
after = {place: sorted(os.listdir(place)) for place in sys.argv[2:]}
changed = sorted(k for k in {*environment, *os.environ} if environment.get(k) != os.environ.get(k))
print(json.dumps({"loaded": loaded, "wrote": before != after, "environ": changed}))
"""


def test_importing_everything_loads_nothing_heavy_and_writes_nothing(tmp_path: Path) -> None:
    home, temporary = tmp_path / "home", tmp_path / "tmp"
    for folder in (home, temporary):
        folder.mkdir()
        folder.chmod(0o500)
    modules = [
        module
        for module, file in by_module().items()
        if not is_door(file) and module not in NEVER_IMPORTED
    ]
    done = subprocess.run(
        [
            sys.executable,
            "-B",
            "-c",
            IMPORT_EVERYTHING,
            json.dumps(modules),
            str(home),
            str(temporary),
        ],
        cwd=home,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "TMPDIR": str(temporary),
            "PYTHONPATH": str(ROOT),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert [name for name in HEAVY if name in told["loaded"]] == []
    assert told["wrote"] is False
    assert told["environ"] in ([], ["MPLBACKEND"]), "Streamlit sets MPLBACKEND, nobody else any"


@pytest.mark.parametrize("file", sources(), ids=path_of)
def test_files_are_short(file: Path) -> None:
    lines = len(file.read_text("utf-8").splitlines())
    assert lines <= (MOST_PAGE_LINES if path_of(file).startswith("app/pages/") else MOST_LINES)


@pytest.mark.parametrize("file", sources(), ids=path_of)
def test_every_module_says_what_it_is_and_has_a_clear_name(file: Path) -> None:
    assert not VAGUE.search(file.stem)
    text = file.read_text("utf-8")
    assert ast.get_docstring(ast.parse(text)) or not text.strip()


@pytest.mark.parametrize(
    "file",
    [
        file
        for file in sources()
        if path_of(file).startswith(("rag/", "vectorstore/", "ingest/", "evaluation/"))
    ],
    ids=path_of,
)
def test_every_source_file_has_its_test_file(file: Path) -> None:
    path = path_of(file)
    if file.name in ("__init__.py", "__main__.py") or path in TESTED_ELSEWHERE:
        return
    stage, *_ = path.split("/")
    mirrored = ROOT / "tests" / file.parent.relative_to(ROOT) / f"test_{file.stem}.py"
    flat = ROOT / "tests" / stage / f"test_{file.stem}.py"
    assert mirrored.is_file() or flat.is_file(), f"no tests of {path}"


def test_tests_use_no_mocks() -> None:
    for file in sorted((ROOT / "tests").rglob("*.py")):
        found = [module for module, *_ in imports(file) if module.startswith("unittest")]
        assert found == [], path_of(file)


def requirements() -> Iterator[str]:
    for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines():
        pinned = line.split("#")[0].strip()
        if pinned:
            assert re.fullmatch(r"[A-Za-z0-9_.-]+(\[[a-z,]+\])?==[0-9][\w.]*", pinned), line
            yield re.split(r"[\[=]", pinned)[0]


def folded(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_requirement_is_imported_or_has_its_reason() -> None:
    distributions = packages_distributions()
    imported = {
        folded(distribution)
        for file in sources()
        for module, *_ in imports(file)
        for distribution in distributions.get(module.split(".")[0], [])
    }
    needless = [
        name for name in requirements() if folded(name) not in imported and name not in NOT_IMPORTED
    ]
    assert needless == []
    stale = [name for name in NOT_IMPORTED if folded(name) in imported]
    assert stale == []


def test_everything_imported_is_a_requirement() -> None:
    distributions = packages_distributions()
    pinned = {folded(name) for name in requirements()}
    missing = {
        f"{path_of(file)}: {module}"
        for file in sources()
        for module, *_ in imports(file)
        if module.split(".")[0] not in (*STAGES, *sys.stdlib_module_names)
        and not pinned & {folded(one) for one in distributions.get(module.split(".")[0], [])}
    }
    assert missing == set()


def test_the_settings_are_documented() -> None:
    assert (ROOT / ".env.example").read_text("utf-8") == env_example()
    assert readme_table() in (ROOT / "README.md").read_text("utf-8")


def _readme_tree() -> set[str]:
    """The paths that the README's tree names."""
    block = (ROOT / "README.md").read_text("utf-8").split("## Where things are\n\n```\n")[1]
    paths, open_folders = set(), list[str]()
    for line in block.split("\n```")[0].splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        name = line.split()[0]
        assert len(line.split()) > 1, f"no clause for {name}"
        open_folders[depth:] = [name]
        paths.add("".join(open_folders))
    return paths


def test_the_readme_tree_is_the_disk() -> None:
    told = _readme_tree()
    assert [path for path in sorted(told) if not (ROOT / path).exists()] == []
    ours = tuple(f"{stage}/" for stage in STAGES)
    listed = {path for path in told if path.startswith(ours)}
    there = {
        path.relative_to(ROOT).as_posix()
        for folder in STAGES
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
        and path.suffix in {".py", ".js", ".css", ".json", ".svg", ".j2"}
        and path.name != "__init__.py"
        and "migrations" not in path.parts
    }
    assert sorted(there - listed) == []


@pytest.mark.parametrize(
    "file", [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))], ids=path_of
)
def test_documents_link_to_what_is_there(file: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", file.read_text("utf-8"))
    ours = [target for target in targets if not target.startswith("http")]
    assert [target for target in ours if not (file.parent / target).exists()] == []
