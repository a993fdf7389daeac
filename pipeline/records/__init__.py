"""The words of the product as frozen records. A leaf: it imports nothing above it.

Every room takes and returns these. Offsets are character offsets into `Experience.text`
(start inclusive, end exclusive), so `text[start:end]` is the quoted text itself.
"""

from pipeline.records.actors import OWNER, Actor
from pipeline.records.asked import Pattern, Question, QuestionSet, Topic
from pipeline.records.found import (
    Answer,
    Contrast,
    Difference,
    Lived,
    Person,
    Quote,
    Related,
    SentencePair,
    Why,
)
from pipeline.records.incoming import Document, Link, Skipped, SourcePart, Votes
from pipeline.records.kept import Consent, Notice, OpenProblem, SavedSearch
from pipeline.records.known import Experience, Outcome, Part, Passage, Where
from pipeline.records.words import (
    LENSES,
    OUTCOME_STATUSES,
    ExperienceKind,
    Lens,
    Loop,
    OutcomeStatus,
    PartName,
    PatternKind,
    PatternStatus,
    Precedent,
    Stance,
    TextFormat,
)

__all__ = [
    "LENSES",
    "OUTCOME_STATUSES",
    "OWNER",
    "Actor",
    "Answer",
    "Consent",
    "Contrast",
    "Difference",
    "Document",
    "Experience",
    "ExperienceKind",
    "Lens",
    "Link",
    "Lived",
    "Loop",
    "Notice",
    "OpenProblem",
    "Outcome",
    "OutcomeStatus",
    "Part",
    "PartName",
    "Passage",
    "Pattern",
    "PatternKind",
    "PatternStatus",
    "Person",
    "Precedent",
    "Question",
    "QuestionSet",
    "Quote",
    "Related",
    "SavedSearch",
    "SentencePair",
    "Skipped",
    "SourcePart",
    "Stance",
    "TextFormat",
    "Topic",
    "Votes",
    "Where",
    "Why",
]
