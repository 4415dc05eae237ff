"""Causal language models small enough to make in a test: random weights, saved as any other.

Each function writes one to ``folder`` (config, safetensors, tokenizer, chat template) and gives the
folder back; what it says is noise, the same for the same seed. Importing this loads nothing heavy.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

HIDDEN: Final = 64
WINDOW: Final = 512

_TEXTS: Final = (
    "The valve must be closed before the pump is started. Check the pressure every day.",
    "Answer the question from the passages below, and name the passage of every sentence [1].",
    "启动水泵之前必须关闭阀门。每天检查压力，并把结果写进记录。",
    "请根据下面的段落回答问题，并在每句话后面注明段落编号。",
)
_EOS: Final = "<|end|>"
_BOS: Final = "<|begin|>"

CHATML: Final = (
    "{% for message in messages %}<|{{ message['role'] }}|>\n{{ message['content'] }}\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)
"""A template that takes a system message."""

WITHOUT_SYSTEM: Final = (
    "{{ bos_token }}{% if messages[0]['role'] == 'system' %}"
    "{{ raise_exception('System role not supported') }}{% endif %}"
    "{% for message in messages %}"
    "{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}"
    "{% endif %}<|{{ message['role'] }}|>\n{{ message['content'] | trim }}\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n{% endif %}"
)
"""A template that refuses a system message, as Gemma's does."""


def tiny_llama(folder: Path, *, seed: int = 0, **config: Any) -> Path:
    """A Llama; ``config`` overrides single values of its configuration."""
    return _save("llama", folder, seed, CHATML, **{"num_key_value_heads": 2, **config})


def tiny_qwen(folder: Path, *, seed: int = 0, **config: Any) -> Path:
    """A Qwen2; see ``tiny_llama``."""
    return _save("qwen2", folder, seed, CHATML, **{"num_key_value_heads": 2, **config})


def tiny_gemma(folder: Path, *, seed: int = 0, **config: Any) -> Path:
    """A Gemma, whose template refuses a system message; see ``tiny_llama``."""
    return _save(
        "gemma",
        folder,
        seed,
        WITHOUT_SYSTEM,
        **{"num_key_value_heads": 2, "head_dim": HIDDEN // 4, **config},
    )


def tiny_glm(folder: Path, *, seed: int = 0, **config: Any) -> Path:
    """A GLM (the class of glm-4-9b-chat-hf); see ``tiny_llama``."""
    return _save("glm", folder, seed, CHATML, **{**_GLM, **config})


def tiny_glm4(folder: Path, *, seed: int = 0, **config: Any) -> Path:
    """A GLM-4 (the class of GLM-4-0414); see ``tiny_llama``."""
    return _save("glm4", folder, seed, CHATML, **{**_GLM, **config})


def tiny_gpt2(folder: Path, *, seed: int = 0, **config: Any) -> Path:
    """A GPT-2, which has no chat template; see ``tiny_llama``."""
    return _save("gpt2", folder, seed, None, **config)


def tiny_adapter(model_folder: Path, folder: Path, seed: int, *, strength: float = 1.0) -> Path:
    """A LoRA adapter of rank 4 for the model in ``model_folder``, strong enough to be heard.

    Peft starts one at no effect; here its second matrices are drawn with the standard deviation
    ``strength``.
    """
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    base = AutoModelForCausalLM.from_pretrained(model_folder)
    torch.manual_seed(seed)
    lora = LoraConfig(
        r=4,
        target_modules="all-linear",
        fan_in_fan_out=base.config.model_type == "gpt2",
        task_type="CAUSAL_LM",
    )
    adapted = quietly(get_peft_model, base, lora)
    with torch.no_grad():
        for name, weight in adapted.named_parameters():
            if "lora_B" in name:
                weight.normal_(std=strength)
    adapted.save_pretrained(str(folder))
    return folder


_GLM: Final = {
    "num_key_value_heads": 2,
    "head_dim": HIDDEN // 4,
    "pad_token_id": 0,
}


def _save(kind: str, folder: Path, seed: int, template: str | None, **overrides: Any) -> Path:
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    tokenizer = byte_tokenizer(template)
    config = AutoConfig.for_model(
        kind,
        **{
            "vocab_size": len(tokenizer) + 8,  # some families add words of their own
            "hidden_size": HIDDEN,
            "intermediate_size": 2 * HIDDEN,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "max_position_embeddings": WINDOW,
            "bos_token_id": tokenizer.bos_token_id,
            "eos_token_id": tokenizer.eos_token_id,
            "initializer_range": 0.2,
            **overrides,
        },
    )
    torch.manual_seed(seed)
    model: Any = AutoModelForCausalLM.from_config(config)  # type: ignore[no-untyped-call]
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def quietly(make: Callable[..., Any], *arguments: Any) -> Any:
    """What ``make`` gives; peft asks models by a name that is going away, which warns."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*is_gradient_checkpointing")
        return make(*arguments)


def byte_tokenizer(template: str | None = None) -> Any:
    """A byte-level BPE: any text is tokens, most Chinese characters several of them."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    words = Tokenizer(models.BPE())
    words.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    words.decoder = decoders.ByteLevel()
    words.train_from_iterator(
        _TEXTS,
        trainers.BpeTrainer(
            vocab_size=400,
            special_tokens=[_EOS, _BOS],
            initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
            show_progress=False,
        ),
    )
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=words, eos_token=_EOS, bos_token=_BOS, chat_template=template
    )
