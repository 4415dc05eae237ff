"""What can go wrong while measuring, each with what happened and what to do next."""

from __future__ import annotations

from rag.errors import QuorumError, SettingsError


class EvaluationError(QuorumError):
    """Base of everything the workbench refuses."""


class DatasetUnreadable(EvaluationError):
    """A question set that is not in any format the workbench knows, or breaks its own."""

    message_template = "The question set {path} cannot be used: {detail}."
    hint_template = "{expected}"


class RunNotFound(EvaluationError):
    """No run of that name."""

    message_template = "There is no run {run!r}; the newest are: {known}."
    hint_template = "List the runs with: python -m evaluation list"


class RunAmbiguous(EvaluationError):
    """Several runs begin so."""

    message_template = "Several runs begin with {run!r}: {known}."
    hint_template = "Give more of the id."


class RunUnfinished(EvaluationError):
    """A run that was stopped before its end."""

    message_template = "The run {run} was not finished."
    hint_template = "Give the command that began it again: it goes on where it stopped."


class RunFileUnreadable(EvaluationError):
    """A file that does not hold a run."""

    message_template = "The file {path} cannot be read as a run: {detail}."
    hint_template = "Write one with: python -m evaluation export RUN FILE"


class RunsDiffer(EvaluationError):
    """Two runs that cannot be compared question by question."""

    message_template = "The runs {before} and {after} cannot be compared: {detail}."
    hint_template = "Compare runs of the same kind over the same questions (dataset, limit, seed)."


class TooFewToFit(EvaluationError):
    """A set that leaves too little to fit a calibration on."""

    message_template = (
        "{cases} questions to fit on are too few: {least} of one language are needed."
    )
    hint_template = "Give a larger set, several sets (-d SET -d SET), or a higher --limit."


class SettingUnknown(EvaluationError):
    """``--set`` with a name that is no setting, or without a value."""

    message_template = "{given!r} is no setting with a value."
    hint_template = "Write name=value, with one of: {known}."


class NothingToAsk(EvaluationError):
    """A set without a question that this kind of run can use."""

    message_template = "The set {dataset} has no question for a {kind}: {detail}."
    hint_template = "{expected}"


class MetricUnknown(EvaluationError):
    """A run that lacks the metric asked for."""

    message_template = "There is no metric {metric!r} in this run."
    hint_template = "It has: {known}."


class SystemUnknown(EvaluationError):
    """A run that lacks the system asked for."""

    message_template = "There is no system {system!r} in the run {run}."
    hint_template = "It has: {known}."


class DatasetExists(EvaluationError):
    """A question set would be written over another."""

    message_template = "The folder {path} holds a question set already: {found}."
    hint_template = "Choose a folder that is empty or not there yet."


class UnknownPart(EvaluationError):
    """A part of a question set that there is not."""

    message_template = "There is no part {part!r} of a question set; there are: {known}."
    hint_template = "Choose one of these, or none for all questions."


class SettingUnusable(SettingsError, EvaluationError):
    """A value given for a run that its setting cannot have."""

    hint_template = "Give {name} another value for this run."


class CorpusNotFound(EvaluationError):
    """No corpus of that name is kept."""

    message_template = "There is no corpus {name!r}; there are: {known}."
    hint_template = "Choose one of these, or `all`."


class OutputUnwritable(EvaluationError):
    """A file that was asked for and cannot be written."""

    message_template = "{path} cannot be written: {detail}."
    hint_template = "Name another file. Runs are kept: the same command shows them at once."


class QuestionSetNotFound(EvaluationError):
    """No set of that name is kept."""

    message_template = "There is no question set {name!r}; there are: {known}."
    hint_template = "Choose one of these, or hand the set in."


class AlreadyMeasuring(EvaluationError):
    """A second run was asked for while one is under way."""

    message_template = "{question_set!r} is being measured: one run at a time."
    hint_template = "Wait until it is done, or stop it first: what it has done so far is kept."
