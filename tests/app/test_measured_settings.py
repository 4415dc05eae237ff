from app.measured_settings import ANSWER_SETTINGS, RETRIEVAL_SETTINGS
from app.workbench import Workbench
from rag.settings import Settings, setting_rows
from tests.fakes import OpenServices, WordEmbedder

CHANGES_NO_ANSWER = {
    "data_dir",
    "host",
    "model",  # a run names the models it asks
    "openai_api_key",
    "openai_connect_timeout_s",
    "openai_deadline_s",
    "openai_read_timeout_s",
    "port",
    "price_completion",
    "price_prompt",
}


def test_every_setting_is_measured_or_changes_no_answer() -> None:
    names = {row.name for row in setting_rows()}
    assert set(ANSWER_SETTINGS) | CHANGES_NO_ANSWER == names
    assert not set(ANSWER_SETTINGS) & CHANGES_NO_ANSWER
    assert set(RETRIEVAL_SETTINGS) < set(ANSWER_SETTINGS)
    assert len(ANSWER_SETTINGS) == len(set(ANSWER_SETTINGS))


def test_each_can_be_given_to_a_run_as_it_is_written(services: OpenServices) -> None:
    bench = Workbench(services(embedder=WordEmbedder(), strategy=Settings().strategy))
    usual = {row.name: row.metadata["default"] for row in setting_rows()}
    chosen = bench.configured({name: usual[name] for name in ANSWER_SETTINGS})
    assert chosen == bench.configured({})
    local = {"local_model": "/模型/qwen", "local_quantisation": "4bit", "provider": "ollama"}
    chosen = bench.configured(local)
    assert (chosen.local_model, chosen.provider) == ("/模型/qwen", "ollama")
