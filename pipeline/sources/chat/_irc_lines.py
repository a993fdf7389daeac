"""What one line of an IRC log says: the forms in which clients and bouncers write it.

Known are irssi, WeeChat, HexChat and XChat, mIRC, ZNC and energymech, eggdrop, supybot, Textual
and the public logs of Ubuntu, Fedora and the like. No line is looked at twice and nothing is
remembered here: which day it was is the reader's to know.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Literal

from pipeline.sources.reading.values import moment

Kind = Literal["said", "did", "maybe did", "notice", "day", "other"]
"""`maybe did` is an action only if its author is known; `other` is no line of a log."""

FIRST_YEAR, LAST_YEAR = 1988, 2100
"""IRC began in 1988; a date outside is none."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The time that a line carries; `day` and `zone` only where the line has them.

    `month` is the month and day of lines that leave out the year.
    """

    hour: int
    minute: int
    second: int = 0
    day: date | None = None
    month: tuple[int, int] | None = None
    zone: timedelta | None = None

    @property
    def seconds(self) -> int:
        """Seconds since midnight."""
        return self.hour * 3600 + self.minute * 60 + self.second

    def on(self, day: date) -> datetime:
        """The moment in UTC, on that day; a time without a zone is read as UTC."""
        zone = timezone(self.zone) if self.zone else UTC
        midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
        return (midnight + timedelta(seconds=self.seconds)).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a line is: who said or did what, a notice of the server, a new day."""

    kind: Kind
    clock: Clock | None = None
    author: str = ""
    text: str = ""
    day: date | None = None


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_PREFIX = re.compile(
    r"""(?P<open>[\[(])?\ ?
    (?:(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?:[\ T_]+|\]\ ?\[?)
      |(?P<day2>\d{1,2})\.(?P<month2>\d{1,2})\.(?P<year2>\d{4})\ +
      |(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\ )?(?P<name>[A-Z][a-z]{2})\ +(?P<day3>\d{1,2})\ +)?
    (?P<hour>\d{1,2}):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d|60))?(?:[.,]\d{1,9})?
    (?:\ ?(?P<half>[AaPp])\.?[Mm]\.?)?
    \ ?(?P<zone>Z|UTC|[+-]\d\d:?[0-5]\d)?
    (?(open)\ ?[\])])""",
    re.VERBOSE,
)
_SAID = re.compile(r"<[@+%&~! ]?([^\s<>]{1,64}) ?>(?:[ \t]+(.*))?$", re.DOTALL)
_DID = re.compile(r"[*\u2022][ \t]+(\S{1,64})(?:[ \t]+(.*))?$", re.DOTALL)
_EGGDROP = re.compile(r"Action: (\S{1,64}) (.*)$", re.DOTALL)
_TAB = re.compile(r"([@+%&~!]?)([^\s<>]{1,64}|[ ]\*)?\t(.*)$", re.DOTALL)
_PUBLIC = re.compile(r"=== (\S{1,64})(?: (.*))?$", re.DOTALL)
_NOTICE = re.compile(
    r"(?:-!-|-->|<--|--(?= |$|\t)|---|=!=|=-=|===|\*{2,}|-\S{1,99}- |-->\||\|<--|!\S{3,64} |"
    r"\[(?:Notice|Info|Server)\]|<(?:--|-)|(?:Quits|Joins|Parts|Mode|Topic): )"
)
_HOST = r"(?:[\[(]\S{0,200}[\])]\s+|\(?\S{1,100}@\S{1,200}\s+)?"
_EVENT = re.compile(
    _HOST + r"(?:ha(?:s|ve) (?:joined|left|quit|parted|been kicked|changed|set|kicked|"
    r"set mode|logged)|(?:is|are) now known as|sets? mode|(?:gives|removes) (?:channel|voice)|"
    r"(?:set|change)s? (?:the )?(?:topic|mode|channel)|(?:was|were) kicked|kicked\b.*\bfrom #|"
    r"(?:joined|left|quit) (?:#|irc|\()|Quit\b|Disconnected|invited|"
    r"\[[+-]\w|is (?:back|away)\b.{0,9}\(gone)",
    re.IGNORECASE,
)
_CLIENT = re.compile(
    r"(?:Now talking (?:in|on)|Topic (?:is|for|set)|Set by|Disconnected|Attempting to|Rejoined|"
    r"Retrieving|Looking up|Users on|You (?:are now|were|have|left|joined)|Channel #|Netsplit|"
    r"Connecting|Connected|Loaded|Reconnect|Notify:|\w+ sets mode)"
)
_HEADS = re.compile(
    r"(?:\*{2,4}|---|--|-!-|===)?\s*"
    r"(?P<what>Log (?:opened|closed)|Day changed(?: to)?|(?:BEGIN|END)(?:NING)?(?:ING)? LOGGING AT|"
    r"Session (?:Start|Time|Close|Ident)|Logfile (?:opened|closed)(?: on)?)\b:?\s*(?P<when>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_ONLY_DATE = re.compile(r"(?:---|===)\s*(\w{3} \w{3} +\d{1,2} [\d: ]*\d{4}|\d{4}-\d\d-\d\d)\s*-*$")
_CONTROLS = re.compile(r"\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x04[0-9A-Fa-f]{6}|[\x00-\x08\x0b-\x1f\x7f]")
_LONGEST_DATE = 64
_HEADER_STARTS = frozenset("*-=SLDBEsldbe")


_NEWCOMER = re.compile(
    r"(\S{1,64}) (?:[\[(]\S{0,100}[\])] +)?has joined\b|(?:is|are) now known as (\S{1,64})"
    r"|Joins: (\S{1,64})"
)


def newcomer(notice: str) -> str:
    """Who is in the channel from now on, as a notice tells; empty when it tells no such thing.

    >>> newcomer("bob is now known as bob_away")
    'bob_away'
    """
    found = _NEWCOMER.search(notice[:300])
    return next((name for name in found.groups() if name), "") if found else ""


def entry(line: str) -> Entry:
    """What a line of a log says; kind `other` when it is none that is known.

    >>> entry("[12:18] <@ada> try again")
    Entry(kind='said', clock=Clock(hour=12, minute=18, second=0, day=None, month=None, \
zone=None), author='ada', text='try again', day=None)
    >>> entry("=== bob [~b@example.org] has joined #pumps").kind
    'notice'
    """
    line = _CONTROLS.sub("", line.rstrip("\r\n"))
    if header := _header(line):
        return header
    found = _PREFIX.match(line)
    clock = _clock(found) if found else None
    if found is None or clock is None:
        return _without_time(line.strip())
    rest = line[found.end() :]
    if clock.day and rest.startswith("\t") and (tabbed := _tabbed(rest[1:], clock)):
        return tabbed
    rest = rest.strip()
    if header := _header(rest):
        return header
    return _body(rest, clock)


def _body(rest: str, clock: Clock) -> Entry:
    if said := _SAID.match(rest):
        return Entry("said", clock, said[1], (said[2] or "").strip())
    if did := _DID.match(rest) or _EGGDROP.match(rest):
        return _action(did[1], did[2] or "", clock)
    if public := _PUBLIC.match(rest):
        return _public(public[1], public[2] or "", clock)
    if _NOTICE.match(rest) or _is_event(rest):
        return Entry("notice", clock, text=rest)
    return Entry("other", clock, text=rest)


def _without_time(line: str) -> Entry:
    if public := _PUBLIC.match(line):
        return _public(public[1], public[2] or "", None)
    if said := _SAID.match(line):
        return Entry("said", None, said[1], (said[2] or "").strip())
    if _NOTICE.match(line):
        return Entry("notice", text=line)
    return Entry("other", text=line)


def _action(author: str, text: str, clock: Clock | None) -> Entry:
    whole = f"{author} {text}"
    if _EVENT.match(text) or _CLIENT.match(whole):
        return Entry("notice", clock, text=whole)
    return Entry("did", clock, author, text.strip())


def _public(author: str, text: str, clock: Clock | None) -> Entry:
    """A line that begins with === tells of joins and parts, in old logs also of actions."""
    text = text.strip()
    if _EVENT.match(text) or "/" in author or not text:
        return Entry("notice", clock, text=f"{author} {text}")
    return Entry("maybe did", clock, author, text)


def _is_event(rest: str) -> bool:
    first, _, text = rest.partition(" ")
    return len(first) <= 64 and bool(_EVENT.match(text.strip()))


def _tabbed(rest: str, clock: Clock) -> Entry | None:
    """A line of WeeChat: who, a tab, what."""
    found = _TAB.match(rest)
    if not found:
        return None
    who, text = (found[2] or "").strip(), found[3].strip()
    if who == "*":
        author, _, did = text.partition(" ")
        return _action(author[:64], did, clock)
    if not who or _NOTICE.match(who + " ") or who in {"--", "=!="}:
        return Entry("notice", clock, text=text)
    return Entry("said", clock, who, text)


def _header(line: str) -> Entry | None:
    """A line that tells the day: the log was opened, or it is midnight."""
    if line.lstrip()[:1] not in _HEADER_STARTS:
        return None
    if only := _ONLY_DATE.match(line.strip()):
        return Entry("day", day=read_day(only[1]), text=line)
    found = _HEADS.match(line)
    if not found:
        return None
    what = found["what"].casefold()
    changed = what.startswith("day changed")
    opens = changed or what.startswith(("log opened", "begin", "session start", "session time"))
    day = read_day(found["when"]) if opens else None
    return Entry("day" if day or changed else "notice", day=day, text=line)


def read_day(text: str) -> date | None:
    """The day that words such as "Mon Jan 02 15:04:05 2006" name, or None."""
    text = " ".join(text[:_LONGEST_DATE].split())
    found = moment(text)
    if found is None and (named := re.search(r"(\w{3,9}) (\d{1,2}) (?:[\d:]+ )?(\d{4})$", text)):
        found = moment(f"{named[2]} {named[1]} {named[3]}")
    return found.date() if found and FIRST_YEAR <= found.year <= LAST_YEAR else None


def _clock(found: re.Match[str]) -> Clock | None:
    """The time at the beginning of a line; None when there is no such time or day."""
    said = found.groupdict()
    hour, month = int(said["hour"]), None
    if said["half"]:
        hour = hour % 12 + (12 if said["half"] in "Pp" else 0)
    if said["name"]:
        if said["name"].casefold() not in _MONTHS:
            return None
        month = (_MONTHS.index(said["name"].casefold()) + 1, int(said["day3"]))
    has_day, day = _day(said)
    if hour > 23 or (has_day and not day):
        return None
    second = min(59, int(said["second"] or 0))
    return Clock(hour, int(said["minute"]), second, day, month, _zone(said["zone"]))


def _day(said: Mapping[str, str | None]) -> tuple[bool, date | None]:
    """Whether a line has a full date, and that date if there is such a day."""
    year = said["year"] or said["year2"]
    if not year:
        return False, None
    month, day = said["month"] or said["month2"], said["day"] or said["day2"]
    return True, day_of(year, month or "", day or "")


def day_of(year: str, month: str, day: str) -> date | None:
    """The day of three numbers, or None when there is no such day."""
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


def _zone(text: str | None) -> timedelta | None:
    if not text or text in {"Z", "UTC"}:
        return None
    digits = text[1:].replace(":", "")
    apart = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if apart >= timedelta(hours=24):
        return None
    return -apart if text[0] == "-" else apart
