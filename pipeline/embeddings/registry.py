"""Encoders by name."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from pipeline.embeddings.base import Encoder
from pipeline.embeddings.words import WordCountEncoder
from pipeline.settings import Settings


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What makes two encoders the same one; the other settings do not."""

    name: str
    threads: int
    settings: Settings = field(compare=False)


def load_encoder(settings: Settings) -> Encoder:
    """The encoder that the settings ask for; its `described` says where it was found.

    "auto" is all-MiniLM-L6-v2 from the installed package or the hub, "words" needs no model;
    anything else is a folder or a hub name. Loaded once a process, however often it is asked.

    Raises:
        MissingModel: It is not on this machine and cannot be fetched; gives the command that
            installs it.
    """
    return _load(_Wanted(settings.encoder.strip() or "auto", settings.threads, settings))


@lru_cache(maxsize=4)
def _load(wanted: _Wanted) -> Encoder:
    if wanted.name in ("words", "words-512"):
        return WordCountEncoder()
    from pipeline.embeddings import sentence_transformer

    if wanted.name in ("auto", sentence_transformer.DEFAULT_NAME):
        return sentence_transformer.load_default(wanted.settings)
    return sentence_transformer.load_named(wanted.name, threads=wanted.threads)
