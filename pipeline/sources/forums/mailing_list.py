"""Archives of mailing lists: mbox, pipermail months, LISTSERV logs, single mails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import UnreadableSource
from pipeline.records import Document, Skipped, SourcePart
from pipeline.sources.base import ReadOptions, accounted
from pipeline.sources.forums._mail_archive import kind_of, raw_messages
from pipeline.sources.forums._mail_message import Mail, mail_of
from pipeline.sources.forums._mail_threads import bare_subject, tags_of, threads
from pipeline.sources.reading.files import Sample, files_below, look_at

LONGEST = 200
"""Messages of the longest thread that stays one document."""

_LOOKED_AT = 12
_NAMED = 20


class MailingList:
    """Reads one document from each thread; each message is a part with its author and date."""

    name = "mail"
    title = "Mailing list"
    description = "an mbox, pipermail text, LISTSERV log or single mail, or a folder of them"

    def recognise(self, sample: Sample) -> float:
        """Certain of messages with their headers, and of a folder that holds nothing else."""
        if sample.folder:
            return 0.95 if _all_mail(sample) else 0.0
        kind = kind_of(sample)
        return 0.0 if kind is None else 0.95 if kind == "mail" else 1.0

    def read(self, path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
        """Every thread as a document, every message that is left out as skipped."""
        return accounted(_documents(path, options), options)


def _all_mail(sample: Sample) -> bool:
    step = max(1, len(sample.names) // _LOOKED_AT)
    looks = [sample.within(name) for name in sample.names[::step]]
    return all(look is not None and kind_of(look) for look in looks)


def _documents(path: Path, options: ReadOptions) -> Iterator[Document | Skipped]:
    left_out = _LeftOut()
    for thread in threads(_mails(path, left_out)):
        if isinstance(thread, Skipped):
            yield thread
            continue
        for start in range(0, len(thread), LONGEST):
            yield _document(thread[start : start + LONGEST])
    yield from left_out.told(path.name)
    if not left_out.messages:
        raise UnreadableSource(f"{path} holds no messages of a mailing list.")
    if left_out.undated:
        options.notice(
            f"{left_out.undated:,} messages have no date or one that cannot be true; they stand "
            "where they came."
        )


def _mails(path: Path, left_out: _LeftOut) -> Iterator[Mail | Skipped]:
    for file, name in _files(path):
        if isinstance(file, Skipped):
            yield file
            continue
        for raw in raw_messages(file, name):
            mail = mail_of(raw)
            left_out.note(mail)
            yield mail if mail.text else Skipped(mail.where, _why_empty(mail))


def _files(path: Path) -> Iterator[tuple[Path | Skipped, str]]:
    if not path.is_dir():
        yield path, path.name
        return
    for file in files_below(path):
        if isinstance(file, Skipped):
            yield file, ""
            continue
        name = file.relative_to(path).as_posix()
        try:
            mail = kind_of(look_at(file)) is not None
        except UnreadableSource as error:
            yield Skipped(name, error.message), name
            continue
        yield (file if mail else Skipped(name, "not an archive of mail")), name


def _why_empty(mail: Mail) -> str:
    return "nothing but attachments" if mail.attachments else "a message without text"


def _document(mails: list[Mail]) -> Document:
    first = mails[0]
    subject = next((mail.subject for mail in mails if mail.subject), "")
    lists = (mail.list_name for mail in mails if mail.list_name)
    return Document(
        key=first.id,
        title=bare_subject(subject),
        parts=tuple(_part(mail) for mail in mails),
        origin=first.origin,
        author=first.author or None,
        created=next((mail.created for mail in mails if mail.created), None),
        tags=tuple(dict.fromkeys([*lists, *tags_of(subject)])),
    )


def _part(mail: Mail) -> SourcePart:
    return SourcePart(
        "post",
        mail.text,
        mail.format,
        author=mail.author or None,
        created=mail.created,
        origin=mail.origin,
    )


@dataclass
class _LeftOut:
    """Counts what of the messages is not taken in."""

    messages: int = 0
    undated: int = 0
    attachments: int = 0
    names: list[str] = field(default_factory=list)

    def note(self, mail: Mail) -> None:
        """Take note of one message."""
        self.messages += 1
        self.undated += mail.created is None
        self.attachments += len(mail.attachments)
        self.names += mail.attachments[: _NAMED - len(self.names)]

    def told(self, name: str) -> Iterator[Skipped]:
        """One line for all attachments."""
        if self.attachments:
            more = ", ..." if self.attachments > len(self.names) else ""
            what = f"attachments are left out: {', '.join(self.names)}{more}"
            yield Skipped(f"{name}: {self.attachments:,} attachments", what, self.attachments)


CONNECTOR = MailingList()
