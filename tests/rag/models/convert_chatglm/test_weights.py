"""Weights under their native names: what goes where, and what is refused."""

from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from rag.model_errors import CheckpointNotSupported, CheckpointUnreadable
from rag.models.convert_chatglm.architecture import Architecture
from rag.models.convert_chatglm.weights import Shards, convert_weights, expected_shapes
from tests.rag.models.chatglm_reference import ChatGLM, Sizes

LAYER = "transformer.encoder.layers.0"


def converted(folder: Path) -> dict[str, torch.Tensor]:
    target = folder / "target"
    target.mkdir()
    told: list[tuple[int, int, str]] = []
    shards = Shards.of(folder)
    dtype = convert_weights(
        shards, Architecture.read(folder), target, lambda *step: told.append(step)
    )
    assert dtype == "float32"
    count = len(shards.files)
    assert told == [(n, count, file.name) for n, file in enumerate(shards.files, start=1)]
    found: dict[str, torch.Tensor] = {}
    for file in sorted(target.glob("*.safetensors")):
        part = load_file(file)
        assert found.keys().isdisjoint(part)
        found |= part
    return found


def changed(folder: Path, **changes: torch.Tensor | None) -> Path:
    """A tiny checkpoint with weights of ``layer 0`` replaced, left out (None) or added."""
    ChatGLM(Sizes()).save(folder)
    file = folder / "pytorch_model.bin"
    state = torch.load(file, weights_only=True)
    for name, tensor in changes.items():
        key = name if name.startswith("transformer") else f"{LAYER}.{name}"
        state.pop(key, None)
        if tensor is not None:
            state[key] = tensor
    torch.save(state, file)
    return folder


@pytest.mark.parametrize("kind", ["bin", "safetensors"])
@pytest.mark.parametrize("shards", [1, 3])
def test_every_number_arrives_once_and_unchanged(tmp_path: Path, kind: str, shards: int) -> None:
    sizes = Sizes()
    model = ChatGLM(sizes)
    model.save(tmp_path, shards=shards, kind=kind)
    native = converted(tmp_path)
    original = model.state_dict()
    fused = original[f"{LAYER}.self_attention.query_key_value.weight"]
    assert torch.equal(native["model.layers.0.self_attn.q_proj.weight"], fused[:32])
    assert torch.equal(native["model.layers.0.self_attn.k_proj.weight"], fused[32:48])
    assert torch.equal(native["model.layers.0.self_attn.v_proj.weight"], fused[48:])
    up = original["transformer.encoder.layers.1.mlp.dense_h_to_4h.weight"]
    assert torch.equal(native["model.layers.1.mlp.gate_up_proj.weight"], up)
    assert sum(one.numel() for one in native.values()) == sum(
        one.numel() for one in original.values()
    )
    shapes = expected_shapes(Architecture.read(tmp_path))
    assert {name: list(one.shape) for name, one in native.items()} == shapes


def test_several_shards_have_an_index(tmp_path: Path) -> None:
    ChatGLM(Sizes()).save(tmp_path, shards=3)
    native = converted(tmp_path)
    index = json.loads((tmp_path / "target" / "model.safetensors.index.json").read_text("utf-8"))
    assert index["weight_map"].keys() == native.keys()
    assert set(index["weight_map"].values()) == {
        f"model-0000{number}-of-00003.safetensors" for number in (1, 2, 3)
    }
    assert index["metadata"]["total_size"] == 4 * sum(one.numel() for one in native.values())


def test_safetensors_come_before_bin(tmp_path: Path) -> None:
    ChatGLM(Sizes()).save(tmp_path, kind="safetensors")
    (tmp_path / "pytorch_model.bin").write_bytes(b"of an older download")
    assert [file.name for file in Shards.of(tmp_path).files] == ["model.safetensors"]


def test_the_old_format_of_torch_is_read(tmp_path: Path) -> None:
    model = ChatGLM(Sizes())
    model.save(tmp_path)
    file = tmp_path / "pytorch_model.bin"
    state = torch.load(file, weights_only=True)
    torch.save(state, file, _use_new_zipfile_serialization=False)
    assert torch.equal(
        converted(tmp_path)["lm_head.weight"],
        model.state_dict()["transformer.output_layer.weight"],
    )


@pytest.mark.parametrize(
    ("name", "tensor"),
    [
        ("self_attention.query_key_value.weight", torch.zeros(96, 32)),
        ("self_attention.query_key_value.weight", torch.zeros(64, 31)),
        ("mlp.dense_h_to_4h.weight", torch.zeros(97, 32)),
        ("mlp.dense_h_to_4h.weight_scale", torch.zeros(96)),
        ("mlp.dense_4h_to_h.weight", torch.zeros(32, 48, dtype=torch.int8)),
        ("mlp.dense_h_to_4h.bias", torch.zeros(96)),
        ("transformer.prefix_encoder.embedding.weight", torch.zeros(4, 4)),
        ("transformer.encoder.layers.2.input_layernorm.weight", torch.zeros(32)),
        ("transformer.encoder.layers.00.input_layernorm.weight", torch.zeros(32)),
    ],
)
def test_a_weight_that_is_not_understood_is_refused(
    tmp_path: Path, name: str, tensor: torch.Tensor
) -> None:
    changed(tmp_path, **{name: tensor})
    with pytest.raises(CheckpointNotSupported) as refused:
        converted(tmp_path)
    assert str(refused.value.values["name"]).endswith(name)


def test_a_missing_weight_is_named(tmp_path: Path) -> None:
    changed(tmp_path, **{"mlp.dense_4h_to_h.weight": None})
    with pytest.raises(CheckpointUnreadable, match=r"1 weights .* model.layers.0.mlp.down_proj"):
        converted(tmp_path)


def test_weights_of_two_kinds_are_refused(tmp_path: Path) -> None:
    changed(tmp_path, **{"input_layernorm.weight": torch.ones(32, dtype=torch.float16)})
    with pytest.raises(CheckpointNotSupported, match=r"float16.*float32"):
        converted(tmp_path)


def test_a_weight_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    ChatGLM(Sizes()).save(tmp_path, shards=3, kind="safetensors")
    first = sorted(tmp_path.glob("*.safetensors"))[0]
    second = sorted(tmp_path.glob("*.safetensors"))[1]
    save_file({**load_file(second), **dict(list(load_file(first).items())[:1])}, second)
    with pytest.raises(CheckpointNotSupported, match="one weight"):
        converted(tmp_path)


class Harm:
    """Would run when unpickled."""

    def __reduce__(self) -> tuple[object, ...]:
        return print, ("unpickled code ran",)


@pytest.mark.parametrize("zipped", [True, False])
def test_code_in_a_pickle_is_refused_and_not_run(
    tmp_path: Path, zipped: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    ChatGLM(Sizes()).save(tmp_path)
    harm = {"transformer.output_layer.weight": Harm()}
    torch.save(harm, tmp_path / "pytorch_model.bin", _use_new_zipfile_serialization=zipped)
    with pytest.raises(CheckpointUnreadable, match="more than weights"):
        converted(tmp_path)
    assert "ran" not in capsys.readouterr().out


@pytest.mark.parametrize("kind", ["bin", "safetensors"])
@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, kind: str, share: float) -> None:
    ChatGLM(Sizes()).save(tmp_path, kind=kind)
    (file,) = Shards.of(tmp_path).files
    data = file.read_bytes()
    file.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(CheckpointUnreadable):
        converted(tmp_path)


@pytest.mark.parametrize("value", [[1, 2], {"a": 3}])
def test_a_file_without_weights_is_refused(tmp_path: Path, value: object) -> None:
    ChatGLM(Sizes()).save(tmp_path)
    torch.save(value, tmp_path / "pytorch_model.bin")
    with pytest.raises(CheckpointUnreadable, match="no table of weights"):
        converted(tmp_path)


def test_a_plain_pickle_is_refused(tmp_path: Path) -> None:
    ChatGLM(Sizes()).save(tmp_path)
    (tmp_path / "pytorch_model.bin").write_bytes(pickle.dumps({"a": 1}, protocol=2))
    with pytest.raises(CheckpointUnreadable):
        converted(tmp_path)


@pytest.mark.parametrize(
    "index", [{}, {"weight_map": {}}, {"weight_map": {"a": "../b.bin"}}, {"weight_map": {"a": 1}}]
)
def test_an_index_may_only_name_files_beside_it(tmp_path: Path, index: dict[str, object]) -> None:
    (tmp_path / "pytorch_model.bin.index.json").write_text(json.dumps(index), "utf-8")
    with pytest.raises(CheckpointUnreadable, match="no files beside it"):
        Shards.of(tmp_path)


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(CheckpointUnreadable, match="neither model"):
        Shards.of(tmp_path)
    ChatGLM(Sizes()).save(tmp_path, shards=3)
    (tmp_path / "pytorch_model-00002-of-00003.bin").unlink()
    with pytest.raises(CheckpointUnreadable, match=r"00002-of-00003.*no such file"):
        Shards.of(tmp_path)
