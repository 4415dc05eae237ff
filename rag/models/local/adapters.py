"""LoRA adapters (Hu et al. 2022) over one base model, by peft; switching costs no loading.

An adapter is compared with the base before peft touches it, for peft changes the base's layers in
place: one that is refused leaves the base as it was.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from rag.model_errors import AdapterMismatch, AdapterNotFound, AdapterUnreadable
from rag.models.local.checkpoint import first_line, read_json

_CONFIG: Final = "adapter_config.json"
_WEIGHTS: Final = "adapter_model.safetensors"
_HUB_ID: Final = re.compile(r"^[A-Za-z0-9][\w.-]*/[\w.-]+$")
_MATRIX: Final = re.compile(r"^base_model\.model\.(?P<layer>.+)\.lora_(?P<half>[AB])\.weight$")


def adapter_names(folder: str) -> tuple[str, ...]:
    """The adapters in ``folder``, each a folder of its own, sorted; none where it is not there."""
    if not folder:
        return ()
    return tuple(
        sorted(found.parent.name for found in Path(folder).expanduser().glob(f"*/{_CONFIG}"))
    )


class Adapters:
    """The adapters of one loaded model; each loads when it is first used."""

    def __init__(self, model: Any, *, folder: str, model_name: str) -> None:
        self._model = model
        self._folder = folder
        self._model_name = model_name
        self._widths = dict(_layer_widths(model))
        self._adapted: Any = None
        self._numbers: dict[str, str] = {}
        if folder:
            _leave_unpacked(model)
        self.spoiled = False
        """Whether an adapter broke off while the base was being changed: load the base anew."""

    @contextmanager
    def active(self, name: str | None) -> Iterator[Any]:
        """The model to call, which answers with the adapter ``name``, or with none of them.

        One caller at a time. Raises AdapterNotFound, AdapterUnreadable and AdapterMismatch.
        """
        if name is not None:
            self._load(name)
            self._adapted.set_adapter(self._numbers[name])
            yield self._model
        elif self._adapted is not None:
            with self._adapted.disable_adapter():
                yield self._model
        else:
            yield self._model

    def _load(self, name: str) -> None:
        if name in self._numbers:
            return
        known = adapter_names(self._folder)
        if name not in known:
            raise AdapterNotFound(name=name, known=", ".join(known) or "-")
        folder = Path(self._folder).expanduser() / name
        self._check(name, folder)
        number = f"adapter{len(self._numbers)}"  # a name may hold a dot, which peft's may not
        try:
            self._put_on(folder, number)
        except (OSError, ValueError, RuntimeError, LookupError, TypeError, ImportError) as error:
            self.spoiled = True
            raise AdapterUnreadable(name=name, detail=first_line(error)) from error
        self._numbers[name] = number

    def _put_on(self, folder: Path, number: str) -> None:
        from peft import PeftModel

        with warnings.catch_warnings():  # peft asks the model by a name that is going away
            warnings.filterwarnings("ignore", message=".*is_gradient_checkpointing")
            if self._adapted is None:
                self._adapted = PeftModel.from_pretrained(self._model, folder, adapter_name=number)
            else:
                self._adapted.load_adapter(folder, adapter_name=number)
        self._adapted.eval()

    def _check(self, name: str, folder: Path) -> None:
        """Raise AdapterUnreadable, or AdapterMismatch where it does not fit the base."""
        from safetensors import SafetensorError

        try:
            config, shapes = _read(folder)
        except (OSError, ValueError, LookupError, SafetensorError) as error:
            raise AdapterUnreadable(name=name, detail=first_line(error)) from error
        base = str(config.get("base_model_name_or_path") or "?")
        detail = self._mismatch(config, shapes)
        if detail is None and _are_two_models(base, self._model_name):
            detail = "it is another model of the hub"
        if detail:
            raise AdapterMismatch(name=name, base=base, model=self._model_name, detail=detail)

    def _mismatch(self, config: dict[str, Any], shapes: dict[str, list[int]]) -> str | None:
        """Which matrix fits no layer, or which layer has no matrix, in words."""
        rank = None if config.get("rank_pattern") else config["r"]
        matrices = [(match, shapes[match.string]) for match in map(_MATRIX.match, shapes) if match]
        for match, shape in matrices:
            layer = match["layer"]
            widths = self._widths.get(layer)
            if widths is None:
                return f"there is no such layer: {layer}"
            expected = (rank, widths[0]) if match["half"] == "A" else (widths[1], rank)
            own = tuple(shape)
            if len(own) != 2 or any(b not in (None, a) for a, b in zip(own, expected, strict=True)):
                return f"a layer has another width or rank: {layer}, {widths}, not {own}"
        if not matrices:
            return "it has no matrices for layers"
        if any(config.get(key) for key in ("layers_to_transform", "exclude_modules")):
            return None
        adapted = {match["layer"] for match, _ in matrices}
        kinds = {_kind(layer) for layer in adapted}
        left_out = [one for one in self._widths if _kind(one) in kinds and one not in adapted]
        return f"it leaves a layer out: {left_out[0]}" if left_out else None


def _read(folder: Path) -> tuple[dict[str, Any], dict[str, list[int]]]:
    """An adapter's configuration and its matrices' shapes.

    Raises OSError, ValueError, LookupError or SafetensorError where it is no LoRA adapter.
    """
    from safetensors import safe_open

    config = read_json(folder / _CONFIG)
    kind = config.get("peft_type")
    if kind != "LORA":
        raise ValueError(f"it is no LoRA adapter: {kind!r}")
    if not isinstance(config["r"], int):
        raise ValueError("its rank is no number")
    weights = folder / _WEIGHTS
    if not weights.is_file():
        raise ValueError(f"a file is missing: {_WEIGHTS}")
    with safe_open(weights, "pt") as held:
        return config, {key: held.get_slice(key).get_shape() for key in held.keys()}  # noqa: SIM118


def _kind(layer: str) -> str:
    """A layer's name without the numbers: the same for every block of the model."""
    return re.sub(r"\d+", "#", layer)


def _are_two_models(one: str, other: str) -> bool:
    """Whether both are ids of the hub, and not the same; folders may hold copies of one model."""
    ids = [bool(_HUB_ID.match(name)) and not Path(name).exists() for name in (one, other)]
    return all(ids) and one.lower() != other.lower()


def _leave_unpacked(model: Any) -> None:
    """Keep bitsandbytes from packing 4-bit weights for a CPU.

    Peft moves layers when it puts an adapter on, for which they are unpacked again, and what comes
    out (bitsandbytes 0.50) are not the same weights: the base would drift with every adapter.
    """
    for layer in model.modules():
        if hasattr(layer, "support_avx512bf16_for_cpu"):
            layer.support_avx512bf16_for_cpu = False


def _layer_widths(model: Any) -> Iterator[tuple[str, tuple[int, int]]]:
    """Every linear layer's name, with how many numbers it takes and gives."""
    for name, layer in model.named_modules():
        if hasattr(layer, "in_features") and hasattr(layer, "out_features"):
            yield name, (layer.in_features, layer.out_features)
        elif hasattr(layer, "nx") and hasattr(layer, "nf"):  # GPT-2's own linear layer
            yield name, (layer.nx, layer.nf)
