"""Who has lived a problem or may know more of it: people who agreed to be named."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from pipeline.access import require
from pipeline.basics import one_line
from pipeline.errors import InputError, NothingFound
from pipeline.flow.workspace import Workspace
from pipeline.records import Consent, Lived, Precedent, Related
from pipeline.retrieval.people import Field, fields_near, who_lived, who_to_ask
from pipeline.store import (
    authors_in,
    has_told,
    join_people,
    leave_people,
    named_people,
    told_in,
)

LONGEST_NAME, LONGEST_CONTACT = 100, 200  # characters
PSEUDONYM = re.compile(r"member-[0-9a-f]{8}")


def join(workspace: Workspace, author: str, *, name: str, contact: str = "") -> Consent:
    """Keep that somebody agreed to be named beside their experiences, from when, who noted it.

    Args:
        workspace: The community.
        author: Their pseudonym, or the name that they wrote under, which is not kept.
        name: What they want to be called.
        contact: How to reach them; may be empty.

    Raises:
        NothingFound: Nobody of that name wrote anything here.
        InputError: The name is missing or too long.
    """
    require(workspace.actor, "facilitate")
    shown = _said(name, "name", LONGEST_NAME)
    if not shown:
        raise InputError("The name to show is missing.", hint="Say what they want to be called.")
    consent = Consent(
        author=author_here(workspace, author),
        name=shown,
        joined=datetime.now(UTC),
        recorded_by=workspace.actor.name,
        contact=_said(contact, "contact", LONGEST_CONTACT),
    )
    join_people(workspace.store, consent)
    _note(workspace, "joined", consent)
    return consent


def leave(workspace: Workspace, author: str) -> Consent:
    """Name somebody no longer, from this moment on; returns what was kept of them.

    Args:
        workspace: The community.
        author: Their pseudonym, the name that they wrote under, or the name that is shown.

    Raises:
        NothingFound: They are not named.
        InputError: Several people are shown under that name.
    """
    require(workspace.actor, "contribute")
    named = named_people(workspace.store)
    alike = [c.author for c in named.values() if c.name.casefold() == author.strip().casefold()]
    if len(alike) > 1:
        raise InputError(
            f"{len(alike)} people are shown as '{author.strip()}'.",
            hint=f"Give the pseudonym: {' or '.join(alike)}.",
        )
    candidates = [_plain(author), workspace.pseudonyms.name(author), *alike]
    found = next((one for one in candidates if one in named), _plain(author))
    gone = leave_people(workspace.store, found)
    _note(workspace, "left", gone)
    return gone


def people(workspace: Workspace) -> list[Consent]:
    """Who agreed to be named, in the order of their names."""
    require(workspace.actor, "read")
    return list(named_people(workspace.store).values())


def lived(workspace: Workspace, related: Sequence[Related], precedent: Precedent) -> Lived:
    """Who has lived what was found; without a precedent, whom to ask instead.

    Only people who agreed to it are named, the others are counted.

    Args:
        workspace: The community.
        related: What was found, nearest first.
        precedent: Whether the community has been in such a place before. With "none" the people
            are those who told most in the disciplines and under the tags of what is nearest.
    """
    require(workspace.actor, "read")
    named = named_people(workspace.store)
    if precedent != "none":
        return who_lived(related, named)
    fields = fields_near(related)
    disciplines = [at.name for at in fields if at.kind == "discipline"]
    tags = [at.name for at in fields if at.kind == "tag"]
    told = told_in(workspace.store, authors=named, disciplines=disciplines, tags=tags)
    others = authors_in(workspace.store, but=named, disciplines=disciplines, tags=tags)
    there = [(one.author, one.experience, Field(one.kind, one.field)) for one in told]
    return who_to_ask(fields, there, named, others=others)


def author_here(workspace: Workspace, given: str) -> str:
    """The author, as experiences name them, whom a pseudonym or a name stands for.

    Raises:
        NothingFound: Nobody of that name wrote anything here.
    """
    plain = _plain(given)
    candidates = (
        [plain] if PSEUDONYM.fullmatch(plain) else [plain, workspace.pseudonyms.name(given)]
    )
    for author in candidates if plain else ():
        if has_told(workspace.store, author):
            return author
    raise NothingFound(
        f"Nobody wrote as '{plain}' in {workspace.community}.",
        hint="Give the name exactly as the source has it, or the pseudonym that is shown.",
    )


def _plain(author: str) -> str:
    return " ".join(author.split()).removeprefix("@")


def _said(text: str, what: str, longest: int) -> str:
    plain = one_line(" ".join(text.split()), 10 * longest)
    if len(plain) > longest:
        raise InputError(f"The {what} is longer than {longest} characters.")
    return plain


def _note(workspace: Workspace, what: str, consent: Consent) -> None:
    """Keep that somebody joined or left, without the name."""
    workspace.store.record_run(
        "people",
        actor=workspace.actor.name,
        seconds=0.0,
        detail={"author": consent.author, "what": what},
    )
