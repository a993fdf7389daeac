"""The words of headers: which field a column's name stands for."""

from __future__ import annotations

import re

from pipeline.records import PartName

_HEADERS = {
    "id": "id _id key uuid guid identifier number no ref reference path filename slug",
    "title": "title name subject headline heading incident incident_name topic issue case "
    "project_name",
    "situation": "situation problem challenge context background narrative description abstract "
    "event what_happened question initial_situation incident_description summary trigger "
    "symptoms driving_event",
    "action": "action actions action_taken actions_taken immediate_action immediate_actions "
    "corrective_action corrective_actions what_we_did what_was_done what_we_tried intervention "
    "response mitigation solution remedy approach measures decision steps_taken",
    "outcome": "outcome outcomes result results effect effects impact consequence consequences "
    "what_came_of_it resolution",
    "insight": "insight insights lesson lessons lesson_learned lessons_learned learning learnings "
    "takeaway takeaways reflection conclusion conclusions recommendation recommendations advice "
    "what_we_learned root_cause",
    "text": "text body content markdown html message comment post full_text report notes",
    "author": "author user username user_name posted_by by from submitted_by reporter author_id "
    "user_id writer contributor author_name",
    "created": "created created_at creation_date date_created date posted posted_at published "
    "published_at publication_date submitted submitted_at timestamp time datetime start "
    "start_time event_date incident_date reported",
    "discipline": "discipline field domain primary_category category department area sector "
    "incident_type profession practice community section",
    "tags": "tags tag keywords keyword labels categories topics contributing_factors "
    "human_factors activity jurisdiction subcategory",
    "status": "status outcome_status success worked did_it_work",
    "origin": "url link origin source permalink href web_address uri source_url",
    "language": "language lang locale",
    "year": "year",
}
FIELDS = tuple(_HEADERS)
"""What a column can hold, in the words of `--map column=field`."""

PARTS: dict[str, PartName] = {
    "situation": "situation",
    "action": "action",
    "outcome": "outcome",
    "insight": "insight",
    "text": "body",
}
"""The fields that hold text, and what their text is."""


def plain(header: str) -> str:
    """A header without case, spaces and signs.

    >>> plain("Lesson(s) Learned")
    'lessonslearned'
    """
    return re.sub(r"[\W_]+", "", header).casefold()


_RANKS = {
    plain(header): (field, rank)
    for field, headers in _HEADERS.items()
    for rank, header in enumerate(headers.split())
}
_SOME_ID = re.compile(
    r"(lesson|report|case|record|incident|ticket|topic|document|doc|entry|item|post|message|"
    r"proposal|issue|comment|event|story|note)id"
)


def field_of(header: str) -> str:
    """The field that a header names, or an empty string.

    >>> field_of("Immediate Action"), field_of("Lesson ID"), field_of("shoe size")
    ('action', 'id', '')
    """
    found = _RANKS.get(plain(header))
    return found[0] if found else "id" if _SOME_ID.fullmatch(plain(header)) else ""


def rank_of(header: str) -> int:
    """Place of a header among those of its field: the lowest is taken first."""
    return _RANKS.get(plain(header), ("", 99))[1]
