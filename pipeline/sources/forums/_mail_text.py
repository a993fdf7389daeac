"""What the writer of a message added: without quotes, signatures and what lists append.

On a mailing list answers stand between the quotes as often as above them, so lines are judged
one by one; libraries that cut a message where the first quote begins lose such answers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bs4 import BeautifulSoup, ParserRejectedMarkup

from pipeline.sources.forums._mail_words import (
    attributes,
    forwards,
    is_header_line,
    is_sender_line,
    notice_of_confidence,
    of_a_list,
    parting,
    points_below,
    sent_from,
)

_QUOTE = re.compile(r"\s{0,3}(?:>|\|\s)")
_PROMPT = re.compile(r"\s{0,3}(?:>>>|\.\.\.)(?:\s|$)")
_CODE = re.compile(
    r"[=()\[\]{}]|\.\w|^\W*(?:import|from|for|if|def|class|print|with|del)\b|^\W*\w+$"
)
_CITED = re.compile(r"\s{0,2}([A-Z][\w'-]{0,20})>{1,3}(?:\s|$)")
_RULE = re.compile(r"\s*[_#=*~-]{8,}\s*$")
_BETWEEN_RULES = re.compile(r"\s*[-_*]{2,}\s?([^\W\d_][^-_*]{2,40}?)\s?[-_*]{2,}\s*$")
_NEXT_PART = re.compile(r"-{5,} next part -{5,}\s*$")
_SCRUBBED = re.compile(r"An? .{0,40}(?:attachment|message) was scrubbed|(?:Skipped|Non-text) ")
_NAME = re.compile(r"Name: ?(.{1,100})$")
_UUENCODED = re.compile(r"begin [0-7]{3} (\S.{0,100})$")
_SIGNED = re.compile(r"-----BEGIN PGP SIGNED MESSAGE-----\s*\n(?:\w+: .*\n)*\s*\n")
_SIGNATURE = re.compile(
    r"-----BEGIN PGP SIGNATURE-----.*?(?:-----END PGP SIGNATURE-----|\Z)", re.DOTALL
)
_LONGEST_SIGNATURE = 60
_LONGEST_BARE_SIGNATURE = 20
_LONGEST_PARTING = 30
_LONGEST_HTML = 1 << 21
_QUOTES_IN_HTML = (
    "blockquote[type=cite], blockquote.gmail_quote, div.gmail_quote, div.gmail_extra .gmail_quote, "
    "div.moz-cite-prefix, div.yahoo_quoted, div.moz-signature, div.gmail_signature, "
    "span.gmail_signature_prefix, div.protonmail_quote"
)
_QUOTE_BEGINS_IN_HTML = (
    "div#appendonsend, div#divRplyFwdMsg, div#OLK_SRC_BODY_SECTION, hr#stopSpelling"
)


def own_words(text: str, left_out: list[str]) -> str:
    r"""The text without quotes and signatures; all of it when nothing else would stay.

    Args:
        text: The plain text of a message.
        left_out: Takes the names of attachments of which the archive kept only a notice.

    >>> own_words("On Monday Ann wrote:\n> Does it hold?\n\nIt does.\n\n-- \nBo\n", [])
    'It does.'
    """
    text = _SIGNATURE.sub("", _SIGNED.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    lines = _without_footer(_without_attachments(text.split("\n"), left_out))
    own = _joined(_own_lines(lines))
    if _says_something(own):
        return own
    rest = _joined(lines)
    return rest if _says_something(rest) else text.strip()


def own_html(html: str) -> str:
    """The page without the quotes that mail programs mark; all of it when nothing would stay."""
    if len(html) > _LONGEST_HTML:
        return html
    try:
        soup = BeautifulSoup(html, "html.parser")
        for quote in soup.select(_QUOTES_IN_HTML):
            quote.decompose()
        if begin := soup.select_one(_QUOTE_BEGINS_IN_HTML):
            for later in [*begin.find_next_siblings(), begin]:
                later.decompose()
        return str(soup) if _says_something(soup.get_text()) else html
    except (ParserRejectedMarkup, RecursionError, ValueError, AssertionError):
        return html


def _says_something(text: str) -> bool:
    return any(sign.isalnum() for sign in text)


def _joined(lines: Sequence[str]) -> str:
    text = "\n".join(line.rstrip() for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n")


# --- what the list or the archive put in --------------------------------------------------


def _without_attachments(lines: list[str], left_out: list[str]) -> list[str]:
    """The lines without the notices that stand where an attachment was."""
    kept: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if _NEXT_PART.match(line):
            at = _after_notice(lines, at + 1, left_out)
        elif (found := _UUENCODED.match(line)) and "end" in lines[at:]:
            left_out.append(found[1])
            at = lines.index("end", at) + 1
        else:
            kept.append(line)
            at += 1
    return kept


def _after_notice(lines: list[str], at: int, left_out: list[str]) -> int:
    if at >= len(lines) or not _SCRUBBED.match(lines[at]):
        return at
    html = lines[at].startswith("An HTML")
    while at < len(lines) and lines[at].strip():
        if not html and (found := _NAME.match(lines[at])):
            left_out.append(found[1])
        at += 1
    return at


def _without_footer(lines: list[str]) -> list[str]:
    """The lines without what a list adds below each message: rules, links, how to leave."""
    end = _shown(lines, len(lines))
    while True:
        inner = end
        while inner and (not lines[inner - 1].strip() or _RULE.match(lines[inner - 1])):
            inner -= 1
        start = _rule_before(lines, inner)
        if start is None or not of_a_list("\n".join(lines[start:inner])):
            return lines[:end]
        end = _shown(lines, start)


def _rule_before(lines: list[str], end: int) -> int | None:
    """Where the rule stands that is at most eight lines above; None without one."""
    for start in range(end - 1, max(-1, end - 13), -1):
        if _RULE.match(lines[start]):
            shown = sum(bool(line.strip()) for line in lines[start:end])
            return start if shown <= 9 else None
    return None


def _shown(lines: list[str], end: int) -> int:
    while end and not lines[end - 1].strip():
        end -= 1
    return end


# --- quotes ------------------------------------------------------------------------------


def _own_lines(lines: list[str]) -> list[str]:
    quoted = _quoted(lines)
    cut = _rest_is_quoted(lines, quoted)
    if cut is not None and not points_below("\n".join(lines[:cut])):
        quoted[cut:] = [True] * (len(lines) - cut)
    own: list[str] = []
    block: list[str] = []
    said = False
    for line, foreign in zip([*lines, ""], [*quoted, True], strict=True):
        if not foreign:
            block.append(line)
        elif block:
            kept = _without_signature(block, anything_before=said)
            said = said or _says_something("".join(kept))
            own += [*kept, ""]
            block = []
    return own


def _quoted(lines: list[str]) -> list[bool]:
    """For each line whether it is a quote, or says whom the quote below it is from."""
    names = _cited_names(lines)
    marked = [
        bool(_QUOTE.match(line) or ((found := _CITED.match(line)) and found[1] in names))
        for line in lines
    ]
    _keep_code(lines, marked)
    for at, quote in enumerate(list(marked)):
        if quote and (start := _attribution_above(lines, marked, at)) is not None:
            marked[start:at] = [True] * (at - start)
    return marked


def _cited_names(lines: list[str]) -> frozenset[str]:
    """Names at the beginning of quotes ("Ann> Does it hold?") whose owner is said to write."""
    names = {found[1] for line in lines if (found := _CITED.match(line))}
    if not names:
        return frozenset()
    said = " ".join(line for line in lines if attributes(line) and not _CITED.match(line))
    return frozenset(name for name in names if re.search(rf"\b{re.escape(name)}\b", said))


def _keep_code(lines: list[str], marked: list[bool]) -> None:
    """Take the mark from blocks that are a session with Python, not a quote three deep."""
    start = 0
    while start < len(lines):
        end = start
        while end < len(lines) and marked[end]:
            end += 1
        block = lines[start:end]
        if block and all(_PROMPT.match(line) for line in block):
            code = sum(bool(_CODE.search(line.strip(" >."))) for line in block)
            if 2 * code >= len(block):
                marked[start:end] = [False] * len(block)
        start = end + 1


def _attribution_above(lines: list[str], marked: list[bool], at: int) -> int | None:
    """Where "On Monday Ann wrote:" begins that stands above the quote at a line, if it does."""
    last = at - 1
    while last >= 0 and last >= at - 3 and lines[last].strip() in ("", "[...]", "[snip]", "..."):
        last -= 1
    for start in range(last, max(-1, last - 3), -1):
        if marked[start] or not lines[start].strip():
            return None
        if attributes(" ".join(line.strip() for line in lines[start : last + 1])):
            return _wrapped_start(lines, marked, start)
    return None


def _wrapped_start(lines: list[str], marked: list[bool], start: int) -> int:
    """The line above belongs to it too where it begins with the date: "On 3 May 2020,"."""
    above = start - 1
    if above >= 0 and lines[above].strip() and not marked[above]:
        opens = re.match(r"\s*(?:On|Am|Le|El|Il|Op|Em|Den|Dne|W dniu|At)\b.*\d", lines[above])
        if opens and not re.match(r"\s*(?:On|Am|Le|El|Il|Op|Em|Den|Dne|W dniu|At)\b", lines[start]):
            return above
    return start


def _rest_is_quoted(lines: list[str], quoted: list[bool]) -> int | None:
    """From which line on the message it answers stands below without marks, if it does."""
    for at, line in enumerate(lines):
        if quoted[at] or not line.strip():
            continue
        if is_sender_line(line) and _headers_follow(lines, at):
            return _start_of_original(lines, at)
        if re.search(r"\d", line) and attributes(line, strict=True) and not any(quoted[at:]):
            return at
    return None


def _headers_follow(lines: list[str], at: int) -> bool:
    near = [line for line in lines[at + 1 : at + 9] if line.strip()][:5]
    return sum(is_header_line(line) for line in near) >= 2


def _start_of_original(lines: list[str], at: int) -> int | None:
    """The line of the rule above the headers; None where they are those of a forwarded mail."""
    above = at - 1
    while above >= 0 and not lines[above].strip():
        above -= 1
    if above < 0:
        return at
    if found := _BETWEEN_RULES.match(lines[above]):
        return None if forwards(found[1]) else above
    if forwards(lines[above]) and lines[above].rstrip().endswith(":"):
        return None
    return above if _RULE.match(lines[above]) else at


# --- signatures --------------------------------------------------------------------------


def _without_signature(block: list[str], *, anything_before: bool) -> list[str]:
    """Lines that stand together without the signature at their end."""
    for at, line in enumerate(block):
        if line.rstrip() == "--":
            rest = sum(bool(later.strip()) for later in block[at + 1 :])
            if rest <= (_LONGEST_SIGNATURE if line == "-- " else _LONGEST_BARE_SIGNATURE):
                block = block[:at]
                break
    block = _without_notices(block)
    for at in range(max(0, len(block) - _LONGEST_PARTING), len(block)):
        if parting(block[at]) and _only_names(block[at + 1 :]):
            said = anything_before or _says_something("".join(block[:at]))
            return block[:at] if said else block
    return block


def _without_notices(block: list[str]) -> list[str]:
    """Without "Sent from my phone" and notices of confidence at the end."""
    while end := _shown(block, len(block)):
        start = end
        while start and block[start - 1].strip():
            start -= 1
        last = block[start:end]
        if not (
            notice_of_confidence(" ".join(last[:_LONGEST_PARTING]))
            or (len(last) <= 2 and sent_from(last[0]))
        ):
            return block
        block = block[:start]
    return block


def _only_names(lines: list[str]) -> bool:
    shown = [line.strip() for line in lines if line.strip()]
    told = any(line.endswith("?") or re.match(r"P\.? ?S\b", line) for line in shown)
    return len(shown) <= 10 and all(len(line) <= 90 for line in shown) and not told
