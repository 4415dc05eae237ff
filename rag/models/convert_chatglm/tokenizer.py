"""A fast tokenizer that gives the very ids of the checkpoint's SentencePiece model.

Byte-pair encoding with byte fallback: the pair whose union has the best score is merged first, the
leftmost of equals (Sennrich et al. 2016, arXiv:1508.07909, as SentencePiece does it). Control
pieces and byte pieces are never made from text.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from rag.model_errors import CheckpointNotSupported
from rag.models.convert_chatglm.chat_format import MARK, ChatFormat
from rag.models.convert_chatglm.sentencepiece_model import Kind, SentencePieceModel

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import PreTrainedTokenizerFast

_BLANK: Final = "\u2581"
_UNDERSTOOD: Final = (
    ("is_bpe", True),
    ("byte_fallback", True),
    ("character_map", False),
    ("dummy_prefix", True),
    ("removes_extra_blanks", False),
    ("escapes_blanks", True),
)
_CONTROL: Final = ("<unk>", "<s>", "</s>")
_KINDS: Final = (Kind.NORMAL, Kind.UNKNOWN, Kind.CONTROL, Kind.BYTE)

PAD_ID: Final = 0
END_ID: Final = 2


def fast_tokenizer(folder: Path, chat: ChatFormat, *, window: int) -> PreTrainedTokenizerFast:
    """The tokenizer of the checkpoint in ``folder``, with the chat format's special tokens.

    ``window`` is the most tokens the model was made for. Raises CheckpointUnreadable and, for a
    SentencePiece model that works otherwise than ChatGLM's, CheckpointNotSupported.
    """
    from transformers import PreTrainedTokenizerFast

    path = folder / "tokenizer.model"
    model = SentencePieceModel.read(path)
    _check(model, path)
    fast: Any = PreTrainedTokenizerFast
    made: PreTrainedTokenizerFast = fast(
        tokenizer_object=_tokenizer(model, chat),
        unk_token=f"<unk>{MARK}",
        bos_token=f"<s>{MARK}",
        eos_token=f"</s>{MARK}",
        pad_token=f"<unk>{MARK}",
        padding_side="left",
        model_max_length=window,
        model_input_names=["input_ids", "attention_mask"],
        clean_up_tokenization_spaces=False,
    )
    made.chat_template = chat.template
    return made


def _check(model: SentencePieceModel, path: Path) -> None:
    for name, wanted in _UNDERSTOOD:
        if getattr(model, name) is not wanted:
            _refuse(path, name, getattr(model, name), repr(wanted))
    texts = tuple(piece.text for piece in model.pieces[:3])
    if texts != _CONTROL:
        _refuse(path, "the first pieces", texts, repr(_CONTROL))
    for number, piece in enumerate(model.pieces):
        if piece.kind not in _KINDS or (piece.kind is Kind.NORMAL and number < len(_CONTROL)):
            _refuse(path, f"piece {number}", f"{piece.text} ({piece.kind.name})", "a plain piece")
        if piece.kind is Kind.NORMAL and ("\n" in piece.text or MARK in piece.text):
            _refuse(path, f"piece {number}", piece.text, "no line break inside a piece")


def _tokenizer(model: SentencePieceModel, chat: ChatFormat) -> Tokenizer:
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers
    from tokenizers.models import BPE
    from tokenizers.processors import TemplateProcessing

    plain = {p.text: n for n, p in enumerate(model.pieces) if p.kind is Kind.NORMAL}
    vocabulary = {
        piece.text if piece.kind in (Kind.NORMAL, Kind.BYTE) else f"{piece.text}{MARK}": number
        for number, piece in enumerate(model.pieces)
    }
    tokenizer = Tokenizer(
        BPE(
            vocab=vocabulary,
            merges=_merges(model, plain),
            unk_token=f"<unk>{MARK}",
            fuse_unk=True,
            byte_fallback=True,
        )
    )
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Prepend(_BLANK), normalizers.Replace(" ", _BLANK)]
    )
    # the blank before each stretch of words is SentencePiece's own; one made of a byte is not
    tokenizer.decoder = decoders.Sequence(
        [
            decoders.ByteFallback(),
            decoders.Fuse(),
            decoders.Replace(Regex(rf"\A{_BLANK}"), ""),
            decoders.Replace(f"{MARK}{_BLANK}", ""),
            decoders.Replace(MARK, ""),
            decoders.Replace(_BLANK, " "),
        ]
    )
    names = [f"{name}{MARK}" for name in (*_CONTROL, *chat.special_tokens)]
    tokenizer.add_special_tokens([AddedToken(n, special=True, normalized=False) for n in names])
    prefix = [f"[gMASK]{MARK}", f"sop{MARK}"]
    tokenizer.post_processor = TemplateProcessing(
        single=[*prefix, "$A"],
        pair=[*prefix, "$A", "$B", f"</s>{MARK}"],
        special_tokens=[(name, tokenizer.token_to_id(name)) for name in [*prefix, f"</s>{MARK}"]],
    )
    return tokenizer


def _merges(model: SentencePieceModel, plain: dict[str, int]) -> list[tuple[str, str]]:
    """Every pair of plain pieces whose union is one, the best first."""
    best_first = sorted(plain, key=lambda text: (-model.pieces[plain[text]].score, plain[text]))
    return [
        (text[:cut], text[cut:])
        for text in best_first
        for cut in range(1, len(text))
        if text[:cut] in plain and text[cut:] in plain
    ]


def _refuse(path: Path, name: str, value: object, expected: str) -> NoReturn:
    raise CheckpointNotSupported(path=str(path), name=name, value=value, expected=expected)
