"""What each metric means, for people who do not measure for a living, in English and Chinese.

A metric that is not listed is shown by its name alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from evaluation.reports.formatting import Scale

Language = Literal["en", "zh"]
_CUT_OFF: Final = re.compile(r"@(\d+)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One metric: how its numbers are written, whether more is better, and a sentence on it.

    ``{k}`` in the sentences is the cut-off of a metric such as ``hit@5``.
    """

    scale: Scale
    higher_is_better: bool
    en: str
    zh: str

    def sentence(self, language: Language) -> str:
        """The sentence in ``language``."""
        return self.zh if language == "zh" else self.en


def entry(name: str) -> Entry | None:
    """The entry of metric ``name``, its cut-off put in; None for an unknown metric."""
    cut_off = _CUT_OFF.search(name)
    known = _ENTRIES.get(name[: cut_off.start()] + "@k" if cut_off else name)
    if known is None or cut_off is None:
        return known
    return Entry(
        scale=known.scale,
        higher_is_better=known.higher_is_better,
        en=known.en.replace("{k}", cut_off[1]),
        zh=known.zh.replace("{k}", cut_off[1]),
    )


def scale_of(name: str) -> Scale:
    """How numbers of metric ``name`` are written; unknown ones as plain numbers."""
    known = entry(name)
    return known.scale if known else Scale.PLAIN


def higher_is_better(name: str) -> bool:
    """Whether more of metric ``name`` is better; assumed of unknown ones."""
    known = entry(name)
    return known.higher_is_better if known else True


def _share(en: str, zh: str, *, higher_is_better: bool = True) -> Entry:
    return Entry(scale=Scale.SHARE, higher_is_better=higher_is_better, en=en, zh=zh)


def _cost(scale: Scale, en: str, zh: str) -> Entry:
    return Entry(scale=scale, higher_is_better=False, en=en, zh=zh)


_ENTRIES: Final[dict[str, Entry]] = {
    "hit@k": _share(
        "The share of questions for which at least one right place is among the first {k} found.",
        "前 {k} 条检索结果中至少有一处正确位置的问题所占的比例。",
    ),
    "recall@k": _share(
        "Of all the right places of a question, the share that is among the first {k} found.",
        "每个问题的全部正确位置中，出现在前 {k} 条检索结果里的比例。",
    ),
    "mrr@k": _share(
        "How high the first right place stands: 1 if it comes first, 1/2 if second, 1/3 if third; "
        "0 if it is not among the first {k}.",
        "第一处正确位置排得多靠前：第一得 1，第二得 1/2，第三得 1/3；不在前 {k} 条内得 0。",
    ),
    "ndcg@k": _share(
        "How near the order of the first {k} is to the best possible one, where all right places "
        "come first. 1 is perfect.",
        "前 {k} 条的排序与理想排序（所有正确位置排在最前）的接近程度，1 为完美。",
    ),
    "em": _share(
        "Exact match: the share of answers that are, punctuation and case aside, word for word a "
        "known right answer.",
        "完全匹配：忽略标点和大小写后，与某个标准答案逐字相同的回答所占的比例。",
    ),
    "f1": _share(
        "Word overlap between the answer and the nearest known right answer (characters in "
        "Chinese): 1 if they have the same words, 0 if none in common.",
        "回答与最接近的标准答案之间的词语重合度（中文按字计算）：完全相同为 1，毫无重合为 0。",
    ),
    "match": _share(
        "The share of answers that contain a known right answer.",
        "包含标准答案的回答所占的比例。",
    ),
    "has_answer_em": _share(
        "Exact match over the questions that the documents can answer.",
        "仅统计文档能够回答的问题时的完全匹配率。",
    ),
    "has_answer_f1": _share(
        "Word overlap over the questions that the documents can answer.",
        "仅统计文档能够回答的问题时的词语重合度。",
    ),
    "has_answer_match": _share(
        "The share of answers that contain a known right answer, over the questions that the "
        "documents can answer.",
        "仅统计文档能够回答的问题时，包含标准答案的回答所占的比例。",
    ),
    "bleu": Entry(
        scale=Scale.HUNDRED,
        higher_is_better=True,
        en="How many runs of one to four words the answers share with the known ones, 0 to 100.",
        zh="回答与标准答案共有的一到四个连续词的多少，取值 0 到 100。",
    ),
    "rouge_l": _share(
        "The longest sequence of words, in order, that an answer shares with a known right one.",
        "回答与标准答案按顺序共有的最长词序列的占比。",
    ),
    "perplexity": _cost(
        Scale.PLAIN,
        "How surprised the model was by its own words; 1 is not at all. Not a measure of truth.",
        "模型对自己所写词语的意外程度，1 表示毫不意外；它并不衡量内容真假。",
    ),
    "citation_recall": _share(
        "The share of an answer's statements that its citations support, as the judge of citations "
        "sees it.",
        "回答的各条陈述中，按引文检查器判断确实得到所引内容支持的比例。",
    ),
    "citation_precision": _share(
        "The share of citations that are needed: without them the statement would lack support.",
        "必要引文的比例：去掉它，相应陈述就会失去支持。",
    ),
    "evidence_precision": _share(
        "Of the places that an answer cites, the share that are known right places.",
        "回答所引用的位置中，属于已知正确位置的比例。",
    ),
    "evidence_recall": _share(
        "Of the known right places, the share that the answer cites.",
        "已知正确位置中，被回答引用到的比例。",
    ),
    "abstention_precision": _share(
        "Of the questions that were refused, the share that indeed have no answer in the "
        "documents.",
        "被拒绝回答的问题中，文档里确实没有答案的比例。",
    ),
    "abstention_recall": _share(
        "Of the questions without an answer in the documents, the share that were refused.",
        "文档里没有答案的问题中，被正确拒绝的比例。",
    ),
    "answered": _share(
        "The share of questions that got an answer and not a refusal.",
        "得到回答（而不是被拒绝）的问题所占的比例。",
    ),
    "aurc": _share(
        "The area under the risk–coverage curve: the share of wrong answers, averaged over how "
        "many of the surest answers one accepts. Less is better.",
        "风险–覆盖率曲线下的面积：按把握从高到低逐步接受回答时，错误率的平均值。越小越好。",
        higher_is_better=False,
    ),
    "ece": _share(
        "Expected calibration error: how far the stated confidence is, on average, from the share "
        "that was right. 0 is perfect.",
        "期望校准误差：所报置信度与实际正确率的平均差距，0 为完美。",
        higher_is_better=False,
    ),
    "brier": _share(
        "The mean squared distance between the stated confidence and what came true. 0 is perfect.",
        "所报置信度与实际结果之差的平方的平均值，0 为完美。",
        higher_is_better=False,
    ),
    "prompt_tokens": _cost(
        Scale.COUNT,
        "Tokens sent to the model per question.",
        "每个问题发送给模型的词元数。",
    ),
    "completion_tokens": _cost(
        Scale.COUNT, "Tokens written by the model per question.", "每个问题由模型生成的词元数。"
    ),
    "price": _cost(
        Scale.MONEY,
        "What a question costs at the prices set, in the currency they are set in.",
        "按所设单价计算的每个问题的费用，币种与单价一致。",
    ),
    "total_ms": _cost(
        Scale.MILLISECONDS,
        "The mean time from question to complete result.",
        "从提问到得到完整结果的平均用时。",
    ),
    "total_ms_p50": _cost(
        Scale.MILLISECONDS,
        "Half of the questions took no longer than this.",
        "半数问题的用时不超过此值。",
    ),
    "total_ms_p95": _cost(
        Scale.MILLISECONDS,
        "95 of 100 questions took no longer than this.",
        "百分之九十五的问题用时不超过此值。",
    ),
    "first_token_ms": _cost(
        Scale.MILLISECONDS,
        "The mean time until the first word of an answer appears.",
        "回答的第一个词出现之前的平均等待时间。",
    ),
    "faithfulness": _share(
        "The share of statements that the passages support, in the opinion of a judging model.",
        "评判模型认为得到原文支持的陈述所占的比例。",
    ),
    "relevance": _share(
        "How well answers address the question, in the opinion of a judging model.",
        "评判模型认为回答切合问题的程度。",
    ),
    "judged_correct": _share(
        "The share of answers that a judging model finds right.",
        "评判模型认为正确的回答所占的比例。",
    ),
    "judge_agreement": _share(
        "How far the judging model agrees with the known answers beyond chance (Cohen's kappa): "
        "1 is full agreement, 0 is chance.",
        "评判模型与标准答案的一致程度，已扣除偶然因素（科恩 kappa）：1 为完全一致，0 与随机无异。",
    ),
    "judge_accuracy": _share(
        "The share of answers on which the judging model and the known answers agree.",
        "评判模型与标准答案结论一致的回答所占的比例。",
    ),
}
