"""From the documents of a source to experiences with passages, and what is done about people."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pipeline.basics import digest
from pipeline.documents.authors import RealNames
from pipeline.documents.build import build_experience
from pipeline.documents.redact import Redactor
from pipeline.documents.split import split_experience
from pipeline.flow.workspace import Workspace
from pipeline.records import Document, Skipped
from pipeline.store import Prepared

PREPARATION = 4  # raised when the same document would be cleaned or split otherwise


@dataclass(frozen=True, slots=True)
class Privacy:
    """What is done about the people in a source.

    Args:
        keep_names: Keep authors by their names instead of pseudonyms.
        keep_contacts: Leave e-mail addresses, phone numbers and tokens in the text.
    """

    keep_names: bool = False
    keep_contacts: bool = False

    def options(self) -> dict[str, bool]:
        """As the store keeps them with the source; empty for the default."""
        chosen = {"keep_names": self.keep_names, "keep_contacts": self.keep_contacts}
        return {name: True for name, value in chosen.items() if value}


DEFAULT_PRIVACY = Privacy()


class Preparing:
    """Makes experiences of the documents of one source."""

    def __init__(
        self, workspace: Workspace, source: str, privacy: Privacy = DEFAULT_PRIVACY
    ) -> None:
        self._source = source
        self._scope = f"{workspace.community}/{source}"
        self._names = RealNames() if privacy.keep_names else workspace.pseudonyms
        regions = [r.strip().upper() for r in workspace.settings.phone_regions.split(",")]
        self.redactor = None if privacy.keep_contacts else Redactor([r for r in regions if r])
        self.fingerprint = digest(PREPARATION, privacy.options(), regions)

    def content_hash(self, document: Document) -> str:
        """What changes when the document, or how it is made ready, changes."""
        return digest(document.content_hash, self.fingerprint)

    def ready(self, document: Document) -> Prepared | Skipped:
        """The document as an experience with its passages, or why it gives none."""
        experience = build_experience(
            document, source=self._scope, pseudonyms=self._names, redactor=self.redactor
        )
        if isinstance(experience, Skipped):
            return experience
        passages = split_experience(experience)
        return Prepared(replace(experience, source=self._source), passages)
