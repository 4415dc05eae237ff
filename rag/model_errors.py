"""Why a chat model cannot be used; ``rag/errors.py`` has the rest of the tree.

ModelError
    UnknownModel            no model of that name
    UnknownStrategy         no way of asking a model of that name
    SamplesOutOfBounds      no samples, or too many
    ModelNotConfigured      it lacks an address or a key
        LocalModelNotConfigured  no local model is named
    LocalModelError         a model cannot be loaded into this process
        LocalModelNotFound      no such folder, file or model on this machine
        LocalModelUnreadable    a file of it is missing, damaged or of another kind
        ModelNeedsCode          its class is not in transformers
            ChatGLMNotConverted     it is one of those that can be converted or served
        LocalModelTooLarge      it does not fit into the memory there is
            GGUFTooLarge            nor does a GGUF file, unpacked
        DeviceMissing           there is no such device
        PackageMissing          it needs an optional package
        AdapterError            a LoRA adapter cannot be used
            AdapterNotFound         no adapter of that name
            AdapterUnreadable       a file of it is missing, damaged or of another kind
            AdapterMismatch         it was made for another model
    ConversionError         a checkpoint cannot be converted
        CheckpointUnreadable    a file of it is missing or damaged
        CheckpointNotSupported  it says something that has no native equivalent
        FirstChatGLM            it is ChatGLM-6B, which has a server of its own
        FolderTaken             something is where the result belongs
        DiskTooFull             the result does not fit
"""

from __future__ import annotations

from rag.errors import QuorumError


class ModelError(QuorumError):
    """A chat model cannot be used."""


class UnknownModel(ModelError):
    """No model of that name."""

    message_template = "There is no model {name!r}; there are: {known}."
    hint_template = "Choose one of these."


class UnknownStrategy(ModelError):
    """No way of asking a model of that name."""

    message_template = "There is no way of asking {name!r}; there are: {known}."
    hint_template = "Choose one of these."


class SamplesOutOfBounds(ModelError):
    """No samples, or too many."""

    message_template = "{count} samples were asked for; 1 to {most} can be."
    hint_template = "Choose a number between them; five is usual."


class ModelNotConfigured(ModelError):
    """It lacks an address or a key."""

    message_template = "The model {name!r} has no address and no key."
    hint_template = "Set OPENAI_API_KEY, or OPENAI_BASE_URL for a compatible server, in .env."


class LocalModelNotConfigured(ModelNotConfigured):
    """No local model is named."""

    message_template = "The model {name!r} is not configured: no local model is named."
    hint_template = "Set QUORUM_LOCAL_MODEL to the folder of a model, in .env."


class LocalModelError(ModelError):
    """A model cannot be loaded into this process."""


class LocalModelNotFound(LocalModelError):
    """No such folder, file or model on this machine."""

    message_template = "There is no folder, GGUF file or fetched model {model!r} on this machine."
    hint_template = (
        "Correct QUORUM_LOCAL_MODEL; a model of the hub is fetched once by: hf download NAME"
    )


class LocalModelUnreadable(LocalModelError):
    """A file of it is missing, damaged or of another kind."""

    message_template = "The model {model!r} cannot be loaded: {detail}."
    hint_template = (
        "Give a causal language model as transformers saves it: config.json, *.safetensors and the "
        "tokenizer's files."
    )


class ModelNeedsCode(LocalModelError):
    """Its class is not in transformers."""

    message_template = "The model {model!r} ({kind}) needs code of its own, which is never run."
    hint_template = (
        "Choose a model whose class is in transformers, or serve it elsewhere and use it as openai."
    )


class ChatGLMNotConverted(ModelNeedsCode):
    """It is one of those that can be converted or served."""

    hint_template = (
        "Convert ChatGLM2-6B or ChatGLM3-6B: python -m rag.models.convert_chatglm SRC DST; serve "
        "ChatGLM-6B: make -C servers/chatglm-6b run MODEL=FOLDER"
    )


class LocalModelTooLarge(LocalModelError):
    """It does not fit into the memory there is."""

    message_template = (
        "The model {model!r} needs {needed_gb:.1f} GB on {device}; {free_gb:.1f} GB are free."
    )
    hint_template = (
        "Choose a smaller model, free some memory, or set QUORUM_LOCAL_QUANTISATION: 8bit needs "
        "{eight_bit_gb:.1f} GB, 4bit {four_bit_gb:.1f} GB."
    )


class GGUFTooLarge(LocalModelTooLarge):
    """Nor does a GGUF file, unpacked."""

    hint_template = (
        "A GGUF file is unpacked here. Serve it with llama.cpp, which does not, and set "
        "QUORUM_PROVIDER=llama_cpp."
    )


class DeviceMissing(LocalModelError):
    """There is no such device."""

    message_template = "QUORUM_LOCAL_DEVICE={device!r}, and torch sees no such device."
    hint_template = "Set it to auto or cpu, or install the torch that is made for your GPU."


class PackageMissing(LocalModelError):
    """It needs an optional package."""

    message_template = "{purpose!r} needs the package {package!r}, which is not installed."
    hint_template = "Install it: .venv/bin/python -m pip install -r requirements-quantisation.txt"


class AdapterError(LocalModelError):
    """A LoRA adapter cannot be used."""


class AdapterNotFound(AdapterError):
    """No adapter of that name."""

    message_template = "There is no adapter {name!r}; there are: {known}."
    hint_template = "Choose one of these, or correct QUORUM_LOCAL_ADAPTERS."


class AdapterUnreadable(AdapterError):
    """A file of it is missing, damaged or of another kind."""

    message_template = "The adapter {name!r} cannot be used: {detail}."
    hint_template = (
        "Give a LoRA adapter as peft saves it: adapter_config.json and adapter_model.safetensors."
    )


class AdapterMismatch(AdapterError):
    """It was made for another model."""

    message_template = (
        "The adapter {name!r} was made for {base!r} and does not fit {model!r}: {detail}."
    )
    hint_template = "Set QUORUM_LOCAL_MODEL to the model it was made for, or remove the adapter."


class ConversionError(ModelError):
    """A checkpoint cannot be converted."""


class CheckpointUnreadable(ConversionError):
    """A file of it is missing or damaged."""

    message_template = "{path!r} cannot be read: {detail}."
    hint_template = "Check the path, or copy the checkpoint again; all of its files are needed."


class CheckpointNotSupported(ConversionError):
    """It says something that has no native equivalent."""

    message_template = (
        "{path!r} has {name}={value!r}, which cannot be converted; expected: {expected}."
    )
    hint_template = (
        "Convert an unquantised ChatGLM2-6B or ChatGLM3-6B checkpoint as it was released."
    )


class FirstChatGLM(ConversionError):
    """It is ChatGLM-6B, which has a server of its own."""

    message_template = "{path!r} is the first ChatGLM-6B; no class of today's transformers runs it."
    hint_template = "Start its own server: make -C servers/chatglm-6b run MODEL=FOLDER"


class FolderTaken(ConversionError):
    """Something is where the result belongs."""

    message_template = "{path!r} is there already and not an empty folder."
    hint_template = "Name a folder that does not exist yet, or remove this one."


class DiskTooFull(ConversionError):
    """The result does not fit."""

    message_template = "{path!r} needs {needed_gb:.1f} GB; {free_gb:.1f} GB are free."
    hint_template = "Free some space, or name a folder on another disk."
