"""Imports that go on in the background while people use the app.

One import at a time for each community; what it does can be looked at from any session. It lives
as long as the process: after a restart, importing the same source again goes on where it stopped.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal

from pipeline.access import community_folder
from pipeline.errors import DoubleloopError, StoreBusy
from pipeline.flow.importing import bring_in
from pipeline.records import OWNER, Actor
from pipeline.reports import ImportReport, IndexReport
from pipeline.settings import Settings

State = Literal["running", "done", "failed", "stopped"]

BEFORE_KEEPING = ("Starting", "Reading")
"""Stages of an import in which nothing has been kept yet."""


class ImportStopped(DoubleloopError):
    """Somebody stopped the import."""


@dataclass(slots=True)
class ImportJob:
    """One import in the background, as far as it has come.

    `new` tells that the community is made by it; until it has ended, nothing is there to see.
    `stage` says what is being done, `done` of `total` how far (the total may not be known);
    `error` is the line for the user when it failed.
    """

    community: str
    source: str
    new: bool = False
    state: State = "running"
    stage: str = "Starting"
    done: int = 0
    total: int | None = None
    began: float = field(default_factory=time.monotonic)
    ended: float | None = None
    report: ImportReport | None = None
    indexed: IndexReport | None = None
    error: str = ""
    _stage_began: float = field(default_factory=time.monotonic)
    _told: float = field(default_factory=time.monotonic)
    _stopping: threading.Event = field(default_factory=threading.Event)

    @property
    def seconds(self) -> float:
        """How long it has taken."""
        return (self.ended or time.monotonic()) - self.began

    @property
    def rate(self) -> float:
        """Records a second in this stage, up to the last report; 0 while that is not known."""
        spent = self._told - self._stage_began
        return self.done / spent if spent > 0.5 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """About how long this stage will still take; None while that is not known."""
        if not self.total or not self.rate:
            return None
        since = time.monotonic() - self._told
        return max(0.0, (self.total - self.done) / self.rate - since)

    @property
    def stopping(self) -> bool:
        """Whether it was asked to stop."""
        return self._stopping.is_set()

    @property
    def can_stop(self) -> bool:
        """Whether stopping would still leave everything as it was."""
        return self.state == "running" and self.stage in BEFORE_KEEPING

    def stop(self) -> None:
        """Ask it to stop; what is ready by then is used when the source is imported again."""
        self._stopping.set()

    def tell(self, stage: str, done: int, total: int | None) -> None:
        """Take note of progress.

        Raises:
            ImportStopped: Somebody asked it to stop.
        """
        if self._stopping.is_set() and stage in BEFORE_KEEPING:
            raise ImportStopped("The import was stopped; nothing was changed.")
        if stage != self.stage:
            self._stage_began = self._told
        self._told = time.monotonic()
        self.stage, self.done, self.total = stage, done, total


_jobs: dict[tuple[str, str], ImportJob] = {}
_turn = threading.Lock()


def start_import(
    settings: Settings,
    community: str,
    path: Path,
    *,
    actor: Actor = OWNER,
    afterwards: Callable[[], None] | None = None,
    **how: Any,
) -> ImportJob:
    """Begin an import in the background; see `importing.import_source` for what it takes.

    Args:
        settings: The settings in force.
        community: Where it goes; made if it is new.
        path: What to import; must stay there until the job has ended.
        actor: Who imports.
        afterwards: Called when it has ended, however it ended.
        **how: Passed on to `import_source`.

    Raises:
        StoreBusy: An import into this community is going on.
    """
    key = (str(settings.home.absolute()), community)
    with _turn:
        going = _jobs.get(key)
        if going and going.state == "running":
            raise StoreBusy(
                f"{going.source} is being imported into {community} at this moment.",
                hint="Wait until it has finished, or stop it.",
            )
        new = not community_folder(settings.home, community).exists()
        job = _jobs[key] = ImportJob(community, str(how.get("source") or path.name), new)
    work = partial(bring_in, settings, community, path, actor=actor, progress=job.tell, **how)
    threading.Thread(
        target=_run, args=(job, work, afterwards), name=f"import-{community}", daemon=True
    ).start()
    return job


def import_job(settings: Settings, community: str) -> ImportJob | None:
    """The import into a community that is going on, or the last one that ended here."""
    with _turn:
        return _jobs.get((str(settings.home.absolute()), community))


def forget_job(settings: Settings, community: str) -> None:
    """Forget an import that has ended, once its outcome was seen."""
    with _turn:
        key = (str(settings.home.absolute()), community)
        if key in _jobs and _jobs[key].state != "running":
            del _jobs[key]


def running_imports(settings: Settings) -> list[ImportJob]:
    """The imports that are going on, of all communities here."""
    return [job for job in known_imports(settings) if job.state == "running"]


def known_imports(settings: Settings) -> list[ImportJob]:
    """The imports that are going on or have ended and were not forgotten yet, newest last."""
    home = str(settings.home.absolute())
    with _turn:
        return sorted((j for (at, _), j in _jobs.items() if at == home), key=lambda j: j.began)


def _run(
    job: ImportJob,
    work: Callable[[], tuple[ImportReport, IndexReport]],
    afterwards: Callable[[], None] | None,
) -> None:
    state: State = "failed"
    try:
        job.report, job.indexed = work()
        state = "done"
    except ImportStopped as error:
        state, job.error = "stopped", str(error)
    except DoubleloopError as error:
        job.error = str(error)
    except MemoryError:
        job.error = "There is not enough memory for this."
    except OSError as error:
        job.error = f"The system refused: {error.strerror or error}."
    finally:
        job.ended = time.monotonic()
        job.error = job.error or ("" if state == "done" else "The import failed unexpectedly.")
        job.state = state
        if afterwards:
            afterwards()
