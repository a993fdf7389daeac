from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.access import community_folder, may, require, visible
from pipeline.errors import InputError, NotAllowed
from pipeline.records import Actor, Where


@pytest.mark.parametrize("name", ["..", "a/b", "", "Big", "-x", "models", "a" * 64, "x\n"])
def test_a_community_name_cannot_lead_out_of_the_data_folder(name: str) -> None:
    with pytest.raises(InputError, match="cannot be the name"):
        community_folder(Path("home"), name)


def test_a_community_lies_in_a_folder_of_its_name() -> None:
    assert community_folder(Path("home"), "ward-3") == Path("home/ward-3")


def test_without_permission_a_filter_matches_nothing() -> None:
    stranger = Actor("x", role="guest")  # type: ignore[arg-type]

    assert visible(stranger, Where()) == Where(nothing=True)
    assert visible(Actor(), Where(tags=("a",))) == Where(tags=("a",))


def test_a_member_contributes_but_does_not_import() -> None:
    member = Actor("m", role="member")

    assert may(member, "contribute")
    with pytest.raises(NotAllowed, match="member may not import"):
        require(member, "import")
