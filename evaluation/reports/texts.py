"""The words of a report in English and Chinese; ``glossary`` has those on single metrics."""

from __future__ import annotations

from typing import Final

from evaluation.reports.glossary import Language


def text(key: str, language: Language, **values: object) -> str:
    """The text ``key`` with ``values`` put in; ``KeyError`` for one that is not there."""
    english, chinese = _TEXTS[key]
    return (chinese if language == "zh" else english).format(**values)


def cause_name(cause: str, language: Language) -> str:
    """A cause of failure in words; unknown ones as they are."""
    return text(f"cause_{cause}", language) if f"cause_{cause}" in _TEXTS else cause


_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "title": ("Evaluation report", "评测报告"),
    "retrieval": ("What the searches find", "检索效果"),
    "answers": ("What the systems answer", "回答效果"),
    "measured_on": ("measured on", "评测时间"),
    "contents": ("Contents", "目录"),
    "questions": ("{n} questions", "{n} 个问题"),
    "clusters": ("in {n} groups, those of one document together", "按文档分为 {n} 组"),
    "by_page": ("places are pages", "以页为单位"),
    "by_document": ("places are documents", "以文档为单位"),
    "synthetic": (
        "Synthetic: these questions were made by rule from documents, not asked by people.",
        "合成数据：这些问题由规则根据文档生成，并非真人所提。",
    ),
    "metric": ("Metric", "指标"),
    "table_of": ("Metrics of {dataset} with 95 % intervals", "{dataset} 的各项指标及 95% 区间"),
    "chart_intervals": ("Shares with their 95 % intervals", "各项比例及其 95% 区间"),
    "timings": ("Time and cost", "用时与费用"),
    "interval_note": (
        "In brackets: the 95 % interval, from resampling the questions; those that share a "
        "document are kept together.",
        "方括号内为 95% 区间，由对问题重抽样得到；同一文档的问题作为整体抽取。",
    ),
    "less_is_better_note": ("↓ less is better.", "↓ 表示越小越好。"),
    "best_note": (
        "★ beats every other system by more than chance (p < .05 after Holm over {n} comparisons).",
        "★ 表示显著优于其他所有系统（对 {n} 次比较作 Holm 校正后 p < .05）。",
    ),
    "no_best_note": (
        "In no metric does one system beat every other one by more than chance (p < .05 after "
        "Holm over {n} comparisons).",
        "没有任何系统在任何指标上显著优于其他所有系统（对 {n} 次比较作 Holm 校正后 p < .05）。",
    ),
    "detectable_note": (
        "With so many questions, a true difference in {metric} smaller than {least} would often "
        "be missed.",
        "以这样的题量，{metric} 上小于 {least}的真实差异往往无法检出。",
    ),
    "points": ("{n} points", "{n} 个百分点"),
    "significance": ("What the differences show", "差异说明了什么"),
    "clear_best": (
        "{best} beats every other system. Nearest is {other}: {change} {interval}, {p}.",
        "{best} 显著优于其他所有系统。与最接近的 {other} 相差 {change} {interval}，{p}。",
    ),
    "clear_best_of_two": (
        "{best} beats {other}: {change} {interval}, {p}.",
        "{best} 显著优于 {other}：相差 {change} {interval}，{p}。",
    ),
    "no_clear_best": (
        "No winner. {best} leads {other} by {change} {interval}, not beyond chance over so many "
        "comparisons: {p}.",
        "没有胜者。{best} 比 {other} 高 {change} {interval}，计入比较次数后未超出偶然：{p}。",
    ),
    "no_clear_best_lower": (
        "No winner. {best} is below {other} by {change} {interval}, not beyond chance over so "
        "many comparisons: {p}.",
        "没有胜者。{best} 比 {other} 低 {change} {interval}，计入比较次数后未超出偶然：{p}。",
    ),
    "reliability": ("Is the confidence right? {system}", "置信度可信吗？{system}"),
    "reliability_note": (
        "On the dashed line the stated confidence is the share that was right; below it, the "
        "system is too sure of itself. The bars count the questions.",
        "落在虚线上表示所报置信度与实际正确率一致；在虚线下方表示过度自信。柱形为问题数。",
    ),
    "risk_coverage": ("Does refusing help?", "拒答是否有用？"),
    "risk_coverage_note": (
        "Read from the left: accepting only the surest answers, how many of them are wrong. A "
        "curve that rises late is good.",
        "从左往右看：只接受最有把握的那部分回答时，其中有多少是错的。曲线越晚上升越好。",
    ),
    "latency": ("How long it takes", "用时分布"),
    "latency_note": (
        "The share of questions that were done within a time.",
        "在给定时间内完成的问题所占的比例。",
    ),
    "failures": ("What went wrong, and where", "错在哪里，为什么"),
    "failures_note": (
        "Every failed question is counted once, at the earliest stage that failed.",
        "每个失败的问题只计一次，归入最早出错的环节。",
    ),
    "failed": ("failed", "失败总数"),
    "system": ("System", "系统"),
    "examples": ("Examples", "示例"),
    "expected": ("Expected:", "应为："),
    "given": ("Given:", "实为："),
    "refused": ("refused: not in the documents", "拒绝回答：文档中没有"),
    "cause_parsing": ("parsing", "解析"),
    "cause_retrieval": ("retrieval", "检索"),
    "cause_ranking": ("ranking", "排序"),
    "cause_refusal": ("refusal", "拒答"),
    "cause_answer": ("answer", "回答"),
    "cause_citation": ("citation", "引文"),
    "repeat": ("To repeat this", "如何复现"),
    "repeat_note": (
        "The same data, code, settings and seed give the same numbers; times differ.",
        "数据、代码、设置和种子相同，则数值相同；用时会有出入。",
    ),
    "run": ("Run", "运行编号"),
    "seed": ("Seed", "种子"),
    "code": ("Code (digest)", "代码（摘要）"),
    "data": ("Data (digest)", "数据（摘要）"),
    "settings": ("Settings", "设置"),
    "defaults": ("all at their defaults", "均为默认值"),
    "command": ("Command", "命令"),
    "glossary": ("What the numbers mean", "指标释义"),
    "value_axis": ("share, 0 to 1", "比例（0 到 1）"),
    "share_right_axis": ("share right", "实际正确率"),
    "confidence_axis": ("stated confidence", "所报置信度"),
    "count_axis": ("count", "问题数"),
    "coverage_axis": ("share of questions answered", "接受回答的比例"),
    "risk_axis": ("share of these that is wrong", "其中错误的比例"),
    "area_legend": ("system (area under the curve)", "系统（曲线下面积）"),
    "seconds_axis": ("seconds", "秒"),
    "share_done_axis": ("share of questions", "问题的比例"),
}
