"""Every folder of real exports is imported whole: what it holds is kept, or told with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.flow.importing import import_source
from pipeline.flow.workspace import Workspace
from pipeline.reports import ImportReport
from pipeline.settings import Settings

pytestmark = pytest.mark.shared

COUNTS = {
    "decision_records": {"decision-record": 736 + 647 + 648},
    "experience_nasa_llis": {"jsonl": 1637 + 3 * 250},
    "experience_postmortems": {"jsonl": 242 + 39 + 194, "markdown": 1},
    "experience_safenet_wildfire": {"jsonl": 2394 - 13},
    "formats_discourse_topics": {"discourse": 825},
    "formats_github_issues": {"github": 446 + 998 + 42 + 61},
    "formats_stackexchange_dump": {"stack-exchange": 453 + 54 + 274},
    "handbooks": {"jsonl": 67 + 33 + 15 + 8},
}
"""Documents by connector, as the READMEs of the folders count them."""


def brought_in(settings: Settings, path: Path) -> ImportReport:
    with Workspace(settings, "exports", create=True) as workspace:
        return import_source(workspace, path)


def by_connector(told: ImportReport) -> dict[str, int]:
    counts: dict[str, int] = {}
    for part in told.parts:
        counts[part.connector] = counts.get(part.connector, 0) + part.documents
    return counts or {told.connector: told.documents}


@pytest.mark.parametrize("name", COUNTS)
def test_a_folder_gives_the_documents_that_its_readme_counts(
    shared_data: Path, settings: Settings, name: str
) -> None:
    told = brought_in(settings, shared_data / name)

    assert by_connector(told) == COUNTS[name]
    assert told.experiences == told.added == told.documents


def test_chat_of_any_kind_in_one_folder_is_read_with_what_knows_it(
    shared_data: Path, settings: Settings
) -> None:
    told = brought_in(settings, shared_data / "formats_chat_fixtures")

    assert set(by_connector(told)) == {
        "discord", "mattermost", "messenger", "slack", "telegram", "whatsapp",
    }  # fmt: skip
    assert told.skipped_reasons


def test_every_message_of_the_slack_channels_is_kept_or_counted(
    shared_data: Path, settings: Settings
) -> None:
    told = brought_in(settings, shared_data / "formats_slack_disentangled/slack_export_racket.zip")

    assert told.connector == "slack"
    assert told.messages + sum(told.skipped_reasons.values()) == 22_171
    assert told.authors <= 352
    assert f"{told.first:%Y-%m-%d} {told.last:%Y-%m-%d}" == "2017-05-11 2019-06-06"


def test_every_proposal_and_comment_is_kept_or_counted(
    shared_data: Path, settings: Settings
) -> None:
    told = brought_in(settings, shared_data / "formats_decidim_barcelona")

    assert told.documents == 10_860
    assert told.messages - told.documents == 18_192


def test_every_mail_is_kept_or_counted(shared_data: Path, settings: Settings) -> None:
    # the archive of that month holds every message twice
    told = brought_in(
        settings, shared_data / "formats_mailing_lists/pipermail_2001-November.txt.gz"
    )

    assert told.connector == "mail"
    assert told.messages + sum(told.skipped_reasons.values()) == 164
    assert told.messages == 82


def test_conversations_of_polis_keep_how_people_stood(
    shared_data: Path, settings: Settings
) -> None:
    with Workspace(settings, "polis", create=True) as workspace:
        told = import_source(workspace, shared_data / "formats_polis")
        votes = [one.votes for one in workspace.store.all_experiences()]

    assert by_connector(told).keys() == {"polis"}
    assert told.documents + told.skipped_reasons["rejected by the moderators of the conversation"]
    assert all(vote is not None for vote in votes)
    assert sum(vote.total for vote in votes if vote) > 10_000


def test_logs_of_irc_are_read_once_and_their_notes_are_told(
    shared_data: Path, settings: Settings
) -> None:
    told = brought_in(settings, shared_data / "formats_irc_disentangled")

    assert told.connector == "irc"
    assert told.skipped_reasons["notes on which message answers which, no chat"] == 20
    assert (
        25_000
        < told.messages + told.skipped_reasons["a message on its own with fewer than 4 words"]
        < 26_000
    )
