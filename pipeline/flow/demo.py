"""The sample community, and the first problem asked of it."""

from __future__ import annotations

from pipeline.flow.importing import bring_in
from pipeline.flow.workspace import Progress, silent
from pipeline.reports import ImportReport, IndexReport
from pipeline.settings import Settings
from pipeline.sources.sample import sample_folder

SAMPLE = "sample"
SAMPLE_TITLE = "Learning from what went wrong"
PROBLEM = (
    "We introduced a mandatory safety checklist and everybody ticks the boxes, "
    "but the same mistakes keep happening."
)
EXAMPLES = (
    PROBLEM,
    "Our new teaching method worked so well in the trial schools, and after the national roll-out "
    "the effect is gone.",
    "We had backups of everything, and still lost a day of data when the storage failed.",
)


def load_sample(
    settings: Settings, *, progress: Progress = silent
) -> tuple[ImportReport, IndexReport]:
    """Import and index the sample community; a second time it finds everything unchanged."""
    name = "learning-from-what-went-wrong"
    return bring_in(
        settings, SAMPLE, sample_folder(), format="jsonl", source=name, progress=progress
    )
