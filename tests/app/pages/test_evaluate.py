"""The page Evaluate: sets chosen and handed in, orders given, runs opened, compared, deleted."""

import sys
from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app.measuring.orders import Order
from app.measuring.process import MeasuringProcess
from app.measuring.progress import Progress, ProgressFile, State
from app.measuring.question_sets import QuestionSets
from app.wiring import Services
from app.workbench import Request, Workbench
from evaluation.feedback import Verdict, Vote
from evaluation.results import Kind
from rag.answer import Outcome
from tests.app.conftest import PUMP, AddText, components, texts
from tests.evaluation.made import a_dataset, an_example, in_
from tests.fakes import OpenServices, WordEmbedder

HOSTILE = "<img src=x onerror=alert(1)> **How** heavy is the pump?"
LISTENS = (sys.executable, "-c", "import sys; sys.stdin.read()")


def evaluate_page(services: "Any", measuring: "Any", language: str) -> None:
    from app.i18n import Translator
    from app.pages import evaluate

    evaluate.show(services, measuring, Translator(language))


@pytest.fixture
def opened(services: OpenServices) -> Services:
    return services(embedder=WordEmbedder())


@pytest.fixture
def measuring(opened: Services) -> Iterator[MeasuringProcess]:
    """A process that measures nothing, so that orders stay under way."""
    process = MeasuringProcess(opened.settings.data_dir, LISTENS)
    yield process
    process.close()


def open_page(
    opened: Services, measuring: MeasuringProcess, language: str = "en", **address: str
) -> AppTest:
    at = AppTest.from_function(
        evaluate_page, args=(opened, measuring, language), default_timeout=60
    )
    for name, value in address.items():
        at.query_params["with" if name == "before" else name] = value
    at.run()
    assert not at.exception
    return at


def silent(_stage: str, _done: int, _of: int) -> None:
    """Nobody watches."""


def measured(opened: Services, **settings: str) -> str:
    """A finished run of every search over a small set with a hostile question."""
    dataset = a_dataset(
        an_example(1, question=HOSTILE, gold=in_("pump.txt")),
        an_example(2, question="When does the valve open?", gold=in_("boiler.txt")),
        an_example(3, question="水泵每年检修几次？", gold=in_("水泵.txt")),
    )
    request = Request(dataset=dataset, limit=0, seed=0)
    return Workbench(opened).retrieval(request, settings=settings, tell=silent).id


def listed(at: AppTest) -> list[dict[str, Any]]:
    return [row for table in components(at, "runs") for row in table["rows"]]


def test_before_the_first_run_the_page_says_what_to_do(
    opened: Services, measuring: MeasuringProcess
) -> None:
    at = open_page(opened, measuring)
    assert "Nothing has been measured yet." in texts(at)
    assert "112 questions · 90 with a known place" in texts(at)
    assert at.number_input(key="order-limit-samples").value == 20
    assert at.selectbox(key="order-set").value == "samples"
    chinese = open_page(opened, measuring, "zh")
    assert "还没有做过评测。" in texts(chinese)


def test_an_order_is_given_watched_stopped_and_put_away(
    opened: Services, measuring: MeasuringProcess
) -> None:
    at = open_page(opened, measuring)
    at.multiselect(key="order-systems-retrieval").set_value(["bm25", "dense"])
    at.number_input(key="order-limit-samples").set_value(10)
    at.number_input(key="order-seed").set_value(4)
    at.selectbox(key="order-part").set_value("dev")
    at.button(key="order-start").click().run()
    assert not at.exception
    order = Order(
        kind=Kind.RETRIEVAL,
        question_set="samples",
        systems=("dense", "bm25"),
        limit=10,
        seed=4,
        part="dev",
    )
    assert measuring.underway() == order
    [bar] = components(at, "arrivals")
    assert (bar["headline"], bar["speed"]) == ("Measuring “samples”", "Starting…")
    assert at.button(key="order-start").disabled
    reloaded = open_page(opened, measuring, "zh")
    assert components(reloaded, "arrivals")[0]["headline"] == "正在评测“samples”"
    measuring.close()
    at.run()
    assert "Measuring “samples” was stopped." in texts(at)
    at.button(key="underway-go-on").click().run()
    assert measuring.underway() == order
    measuring.close()
    at.run()
    at.button(key="underway-hide").click().run()
    assert measuring.progress() is None
    assert "was stopped" not in texts(at)


def test_answers_are_ordered_with_the_models_there_are(
    opened: Services, measuring: MeasuringProcess
) -> None:
    at = open_page(opened, measuring)
    at.button_group(key="order-kind").set_value(Kind.ANSWERS).run()
    assert not at.exception
    at.button(key="order-start").click().run()
    order = measuring.underway()
    assert order is not None
    assert (order.kind, order.systems, order.limit) == (Kind.ANSWERS, ("extractive",), 20)


def test_what_failed_is_said_and_a_finished_run_is_shown(
    opened: Services, measuring: MeasuringProcess
) -> None:
    file = ProgressFile(opened.settings.data_dir / "evaluation")
    order = Order(kind=Kind.RETRIEVAL, question_set="gone")
    error = {"error": "QuestionSetNotFound", "values": {"name": "gone", "known": "samples"}}
    file.write(Progress(order=order, state=State.FAILED, error=error))
    at = open_page(opened, measuring, "zh")
    assert "没有题集“gone”；现有：samples。" in texts(at)
    run = measured(opened)
    file.write(Progress(order=order, state=State.DONE, run=run))
    at.run()
    at.button(key="underway-look").click().run()
    assert at.query_params["run"] == run
    assert "small · 检索" in texts(at)
    assert measuring.progress() is None


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_run_opened_by_its_address_shows_intervals_charts_and_failures(
    opened: Services, measuring: MeasuringProcess, language: str
) -> None:
    run = measured(opened)
    at = open_page(opened, measuring, language, run=run)
    table = components(at, "metrics")[0]
    rows = {row["metric"]: row for row in table["rows"]}
    assert len(table["columns"]) == 4
    assert rows["hit@1"]["cells"][3]["interval"].startswith("[")
    [causes] = components(at, "causes")
    assert causes["questions"] == 3
    [cases] = components(at, "cases")
    assert "When does the valve open?" in {case["question"] for case in cases["cases"]}
    assert all(HOSTILE not in str(one.value) for one in at.markdown)
    said = texts(at)
    assert ("half of the questions took up to" if language == "en" else "半数问题的用时") in said
    at.button(key="all-runs").click().run()
    assert [row["id"] for row in listed(at)] == [run]


def test_two_runs_are_compared(opened: Services, measuring: MeasuringProcess) -> None:
    first, second = measured(opened), measured(opened, lexical_weight="1")
    at = open_page(opened, measuring, run=second)
    at.selectbox(key="compare-after").set_value(f"{second}:bm25").run()
    at.selectbox(key="compare-before").set_value(f"{first}:dense")
    at.button(key="compare-start").click().run()
    assert not at.exception
    assert at.query_params["with"] == f"{first}:dense"
    said = texts(at)
    assert f"A: Vectors · {first}" in said
    assert f"B: Words (BM25) · lexical_weight: 1.0 · {second}" in said
    assert "No difference can be told with 3 questions." in said
    table = components(at, "metrics")[0]
    assert table["columns"] == ["A", "B", "Difference"]
    reloaded = open_page(opened, measuring, "zh", run=second, before=first)
    assert "以 3 个问题看不出任何差异。" in texts(reloaded)


def test_a_run_that_is_not_there_says_so(opened: Services, measuring: MeasuringProcess) -> None:
    at = open_page(opened, measuring, run="nothere")
    assert "There is no run 'nothere'; the newest are: none yet." in texts(at)
    run = measured(opened)
    at = open_page(opened, measuring, "zh", run=f"{run}:none")
    assert f"评测 {run} 中没有系统“none”" in texts(at)
    at = open_page(opened, measuring, run=run, before="gone")
    assert "There is no run 'gone'" in texts(at)


def test_a_stopped_run_is_listed_so(opened: Services, measuring: MeasuringProcess) -> None:
    run = measured(opened)
    at = open_page(opened, measuring)
    [row] = listed(at)
    assert (row["id"], row["finished"], row["questions"]) == (run, True, 3)
    at.session_state["removing_runs"] = [run]
    at.run()
    at.button(key="confirm-remove").click().run()
    assert not at.exception
    assert listed(at) == []


def test_a_set_is_handed_in_or_refused_with_its_reason(
    opened: Services, measuring: MeasuringProcess, add_text: AddText
) -> None:
    add_text(opened, "manuals", "pump.md", PUMP)
    at = open_page(opened, measuring)

    def hand_in(name: str, content: bytes) -> None:
        [uploader] = at.file_uploader
        uploader.set_value([(name, content, "")])
        at.run()
        batch = at.session_state["set-batch"]
        at.multiselect(key=f"set-collections-{batch}").set_value(["manuals"])
        at.button(key="sets-keep").click().run()
        assert not at.exception

    hand_in("bad.csv", b"question,answer\nWho?,a,b\n")
    assert "The question set bad.csv cannot be used: line 2: it has 3 cells" in texts(at)
    hand_in("pumps.csv", b"question,answer\nHow often is the strainer cleaned?,every 3 months\n")
    assert "cannot be used" not in texts(at)
    assert at.selectbox(key="order-set").value == "pumps"
    assert "1 question · 0 with a known place" in texts(at)
    assert "asks the library: manuals" in texts(at)
    assert QuestionSets(opened).names() == ["samples", "pumps"]


def test_what_readers_said_becomes_a_set(
    opened: Services, measuring: MeasuringProcess, add_text: AddText
) -> None:
    at = open_page(opened, measuring)
    assert "There are none yet." in texts(at)
    add_text(opened, "manuals", "pump.md", PUMP)
    opened.feedback.give(
        Vote(
            turn_id="1",
            question="How often is the strainer cleaned?",
            collections=("manuals",),
            model="extractive",
            outcome=Outcome.ANSWERED,
            answer="Every year.",
            cited=(),
            verdict=Verdict.DOWN,
            correction="Every three months.",
        )
    )
    at.run()
    assert "Test cases from readers: 1 by correcting an answer, 0 by a thumb up." in texts(at)
    at.button(key="sets-make").click().run()
    assert not at.exception
    assert str(at.selectbox(key="order-set").value).startswith("feedback 20")


def test_chat_models_are_ordered_with_their_way_and_a_judge(services: OpenServices) -> None:
    opened = services(
        embedder=WordEmbedder(),
        openai_base_url="http://127.0.0.1:9/v1",
        openai_model="tiny",
    )
    process = MeasuringProcess(opened.settings.data_dir, LISTENS)
    try:
        at = open_page(opened, process, "zh")
        at.button_group(key="order-kind").set_value(Kind.ANSWERS).run()
        at.multiselect(key="order-systems-answers").set_value(["openai", "extractive"]).run()
        at.selectbox(key="order-strategy").set_value("self_consistency").run()
        at.slider(key="order-samples").set_value(3)
        at.selectbox(key="order-judge").set_value("openai")
        at.button(key="order-start").click().run()
        assert not at.exception
        order = process.underway()
    finally:
        process.close()
    assert order is not None
    assert set(order.systems) == {"openai", "extractive"}
    assert order.settings == {"strategy": "self_consistency", "samples": "3"}
    assert order.judge == "openai"
