"""Encoders by name."""

from __future__ import annotations

from functools import lru_cache

from pipeline.embeddings.base import Encoder
from pipeline.embeddings.words import WordCountEncoder
from pipeline.settings import Settings


def load_encoder(settings: Settings) -> Encoder:
    """The encoder that the settings ask for; its `described` says where it was found.

    "auto" is all-MiniLM-L6-v2 from the installed package or the hub, "words" needs no model;
    anything else is a folder or a hub name. Loaded once a process, however often it is asked.

    Raises:
        MissingModel: It is not on this machine and cannot be fetched; gives the command that
            installs it.
    """
    return _load(settings.encoder.strip() or "auto", settings.threads)


@lru_cache(maxsize=4)
def _load(name: str, threads: int) -> Encoder:
    if name == "words":
        return WordCountEncoder()
    from pipeline.embeddings import sentence_transformer

    if name in ("auto", sentence_transformer.DEFAULT_NAME, sentence_transformer.DEFAULT_HUB_NAME):
        return sentence_transformer.load_default(threads=threads)
    return sentence_transformer.load_named(name, threads=threads)
