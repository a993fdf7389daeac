from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import InputError, NotAllowed, NothingFound
from pipeline.flow.asking import ask
from pipeline.flow.contributing import Contribution, contribute
from pipeline.flow.ledger import tried
from pipeline.flow.people import join, leave, lived, people
from pipeline.flow.workspace import Workspace
from pipeline.records import Actor
from pipeline.settings import Settings

PUMP = "Infusion pumps alarmed all night and were silenced."
LIST = "The night handover list was written by the ward itself."


@pytest.fixture
def ward(settings: Settings) -> Iterator[Workspace]:
    with Workspace(settings, "ward", create=True) as workspace:
        for title, text, author in (
            ("Pumps", PUMP, "Ada Example"),
            ("Pumps again", f"{PUMP} Twice.", "Bob Example"),
            ("List", LIST, "Cem Example"),
        ):
            contribute(
                workspace,
                Contribution(title, situation=text, author=author, discipline="nursing"),
            )
        yield workspace


def test_only_who_joined_is_named_for_what_they_lived(ward: Workspace) -> None:
    join(ward, "Ada Example", name="Ada", contact="room 4")
    found = ask(ward, "infusion pumps alarm all night")

    told = lived(ward, found.related, "strong")

    assert [(p.name, p.contact) for p in told.people] == [("Ada", "room 4")]
    assert told.others >= 1


def test_who_tried_it_has_lived_it_too(ward: Workspace) -> None:
    nearest = ask(ward, "infusion pumps alarm all night").related[0].experience.id
    tried(ward, nearest, "failed", author="Dee Example")

    join(ward, "Dee Example", name="Dee")

    told = lived(ward, ask(ward, "infusion pumps alarm all night").related, "weak")
    assert [(p.name, p.experiences) for p in told.people] == [("Dee", (nearest,))]


def test_without_a_precedent_those_are_named_who_told_most_around_it(ward: Workspace) -> None:
    join(ward, "Cem Example", name="Cem")
    found = ask(ward, "infusion pumps")

    told = lived(ward, found.related, "none")

    assert [p.name for p in told.people] == ["Cem"]
    assert told.others == 2


def test_whoever_leaves_is_not_named_from_then_on(ward: Workspace) -> None:
    consent = join(ward, "Ada Example", name="Ada")

    gone = leave(ward, "ada example")

    assert gone.author == consent.author
    assert people(ward) == []
    assert lived(ward, ask(ward, "infusion pumps alarm").related, "strong").people == ()


def test_consent_is_kept_with_day_and_recorder_and_the_run_without_the_name(
    ward: Workspace,
) -> None:
    consent = join(ward, "Ada Example", name=" Ada\n L. ")

    assert (consent.name, consent.recorded_by) == ("Ada L.", "owner")
    assert people(ward) == [consent]
    (run,) = ward.store.runs("people")
    assert run["detail"] == {"author": consent.author, "what": "joined"}


def test_a_pseudonym_or_the_shown_name_will_do(ward: Workspace) -> None:
    author = ward.pseudonyms.name("Ada Example")
    join(ward, author, name="Ada")
    join(ward, "Bob Example", name="Ada")

    with pytest.raises(InputError, match="2 people are shown"):
        leave(ward, "ada")
    leave(ward, author)
    leave(ward, "ADA")

    assert people(ward) == []


def test_names_are_kept_as_they_are_where_a_community_wants_them(
    settings: Settings, tmp_path: Path
) -> None:
    from pipeline.flow.importing import bring_in
    from pipeline.flow.preparing import Privacy

    path = tmp_path / "notes.csv"
    path.write_text("title,text,author\nPumps,Pumps alarmed all night.,Zoë Example\n")
    bring_in(settings, "open", path, privacy=Privacy(keep_names=True))

    with Workspace(settings, "open") as workspace:
        consent = join(workspace, " Zoë  Example", name="Zoë")

    assert consent.author == "Zoë Example"


def test_nobody_is_named_who_wrote_nothing_here(ward: Workspace) -> None:
    with pytest.raises(NothingFound, match="Nobody wrote as 'Adda Example'"):
        join(ward, "Adda Example", name="Ada")
    with pytest.raises(NothingFound, match="Nobody wrote as 'member-00000000'"):
        join(ward, "member-00000000", name="Ada")
    with pytest.raises(NothingFound, match="Nobody wrote as ''"):
        join(ward, " ", name="Ada")
    with pytest.raises(InputError, match="name to show is missing"):
        join(ward, "Ada Example", name=" ")
    with pytest.raises(InputError, match="contact is longer"):
        join(ward, "Ada Example", name="Ada", contact="x" * 201)
    with pytest.raises(NothingFound, match="not among the people"):
        leave(ward, "Ada Example")


def test_a_member_names_nobody(settings: Settings, ward: Workspace) -> None:
    with (
        Workspace(settings, "ward", actor=Actor("m", "member")) as workspace,
        pytest.raises(NotAllowed),
    ):
        join(workspace, "Ada Example", name="Ada")
