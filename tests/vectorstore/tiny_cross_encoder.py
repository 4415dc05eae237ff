"""A BERT cross-encoder whose weights are set by hand, so that its scores are known.

Its score is ``PATIENCE * n / (words + 1 + PATIENCE)``, nearly ``n`` in short passages: ``n`` of the
passage's ``words`` stand in the question, counted as often as they come. A Chinese character is a
word; words outside ``WORD_LIST`` match nothing. Case does not count.

How: a word is a direction of its own. In the first layer a word of the passage attends to its like
in the question, and to ``[CLS]`` where there is none; what is not ``[CLS]`` raises a flag. In the
second, ``[CLS]`` averages the flags of the passage, itself counting as ``PATIENCE`` words.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import torch

WORD_LIST: Final = (
    "the is of and how many what pump valve motor cable hose weighs heavy kg bar blue red "
    "old new one two number canary secret ready 水 泵 阀 门 电 机 重 保 修 期 公 斤 多 少 年 的"
)
PATIENCE: Final = 64
_FAINT: Final = 0.01  # too small for a layer norm to notice

_SPECIAL: Final = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
_WORDS: Final = tuple(WORD_LIST.split())
_SIZE: Final = 2 * (len(_WORDS) + len(_SPECIAL) + 4)
_HALF: Final = _SIZE // 2
_PASSAGE, _FLAG, _ONE = _HALF - 3, _HALF - 2, _HALF - 1


def save_tiny_cross_encoder(folder: Path, *, labels: int = 1, longest: int = 128) -> Path:
    """Weights, configuration and tokenizer of a cross-encoder with ``labels`` scores."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    _tokenizer(longest).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(_SPECIAL) + len(_WORDS),
        hidden_size=_SIZE,
        num_hidden_layers=2,
        num_attention_heads=1,
        intermediate_size=4,
        max_position_embeddings=longest,
        id2label={number: f"LABEL_{number}" for number in range(labels)},
    )
    model = BertForSequenceClassification(config)
    with torch.no_grad():
        for name, weights in model.named_parameters():
            weights.fill_(1.0 if name.endswith("LayerNorm.weight") else 0.0)
        _set_weights(model)
    model.save_pretrained(folder)
    return folder


def _set_weights(model: Any) -> None:
    """Set what is not zero.

    Every direction has its opposite in the other half, so that a layer norm only scales: a token
    has three ones (its word, its side, and one that all have) and three opposites.
    """
    cls, first_word, tokens = _SPECIAL.index("[CLS]"), len(_SPECIAL), len(_SPECIAL) + len(_WORDS)
    embeddings, layers = model.bert.embeddings, model.bert.encoder.layer
    for token in range(tokens):
        _write(embeddings.word_embeddings.weight[token], token, 1.0)
        _write(embeddings.word_embeddings.weight[token], _ONE, 1.0)
    for side, sign in enumerate((-1.0, 1.0)):
        _write(embeddings.token_type_embeddings.weight[side], _PASSAGE, sign)
    unit = math.sqrt(_SIZE / 6)  # what a one becomes in the first layer norm
    one_point = math.sqrt(_SIZE) / unit**2  # a product of two units weighs e in the attention

    same = layers[0].attention.self  # like in the question 80, [CLS] 60, other words there 40
    for token in range(first_word, tokens):
        same.query.weight[token, token] = 40 * one_point
        same.key.weight[token, token] = 1.0
    same.query.weight[_ONE, _ONE] = 40 * one_point
    same.key.weight[_ONE, _PASSAGE] = -1.0
    same.key.weight[_ONE, cls] = 0.5
    same.value.weight[_FLAG, _ONE] = 1 / unit
    same.value.weight[_FLAG, cls] = -1 / unit
    _write(layers[0].attention.output.dense.weight[:, _FLAG], _FLAG, _FAINT)

    average = layers[1].attention.self  # the passage 10, the question -10, [CLS] itself more
    average.query.weight[_ONE, cls] = 1.0
    average.key.weight[_ONE, _PASSAGE] = 10 * one_point
    average.key.weight[_ONE, cls] = (20 + math.log(PATIENCE)) * one_point
    average.value.weight[_FLAG, _FLAG] = 1.0
    _write(layers[1].attention.output.dense.weight[:, _FLAG], _FLAG, 1.0)

    model.bert.pooler.dense.weight[_FLAG, _FLAG] = 1.0
    model.classifier.weight[:, _FLAG] = PATIENCE / _FAINT


def _write(row: torch.Tensor, direction: int, value: float) -> None:
    """Put ``value`` into a direction, and its opposite into the other half."""
    row[direction] = value
    row[direction + _HALF] = -value


def _tokenizer(longest: int) -> Any:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    vocabulary = {token: number for number, token in enumerate((*_SPECIAL, *_WORDS))}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(
        ("[SEP]", vocabulary["[SEP]"]), ("[CLS]", vocabulary["[CLS]"])
    )
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=longest,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    )
