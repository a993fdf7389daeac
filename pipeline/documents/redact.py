"""What could reach or harm a person is taken out of text: addresses, phone numbers, tokens.

Phone numbers are found by `phonenumbers` (Google's library): those with a country code anywhere,
national ones of the regions in the settings where they are grouped as that country writes them,
or stand behind a word such as "call" or "tel". Tokens are found by the detectors of
`detect-secrets` (API keys, webhooks, private keys, passwords inside addresses); a token that no
vendor's pattern describes is not found. E-mail addresses are found by their form.

It misses, and no pattern can find: addresses spelt out ("ada at example dot org"), passwords in a
sentence, postal addresses, and names of people that the source does not mark as such.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from typing import Literal

from pipeline.documents.runs import CleanText

Kind = Literal["e-mail address", "phone number", "token"]
Span = tuple[int, int, Kind]

REGIONS = ("US", "GB", "DE", "FR", "ES", "NL", "BR", "IN")
"""Countries whose national phone numbers are looked for, unless the settings name others."""

_SHOWN: dict[Kind, str] = {
    "e-mail address": "[e-mail address]",
    "phone number": "[phone number]",
    "token": "[token]",
}
_EMAIL = re.compile(
    r"(?<![\w.+/-])(?:mailto:)?[\w.!#$%&'*+=?^{|}~-]{1,64}(?:@|\s?[\[(]at[\])]\s?)"
    r"(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?![\w@])"
)
_NOT_A_PERSON = re.compile(r"(?:mailto:)?(?:git|hg|svn|cvs|user|root|noreply|no-reply)@", re.I)
_SIGN = r"(?:[\s.\-/\u2010-\u2013\u00a0]|\) ?| ?\(0\) ?)?"
_DIGITS = re.compile(rf"(?<![\w.,/:=#$€£%-])\+?\(?\d(?:{_SIGN}\d){{6,17}}(?![\w-])")
_ENOUGH_DIGITS = re.compile(r"\d(?:[^\w\n]{0,5}\d){6}")
_CALLED = re.compile(
    r"(?:\b(?:tel|phone|telephone|call|mobile|cell|fax|whatsapp|telefon|tél|ring|text)\b"
    r"|\N{TELEPHONE RECEIVER}|\N{BLACK TELEPHONE})"
    r"(?:[\s:=.,-]|\b(?:me|us|him|her|them|at|on|under|number|no|is|nr)\b){0,8}$",
    re.IGNORECASE,
)
_NOT_A_NUMBER = re.compile(
    r"(?:\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d|(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2}"
    r"|\d{1,2}[./-]\d{1,2}[./-]\d\d)(?!\d)|\(?\d{1,3}(?:\.\d{1,3}){3}$|.*?(?:\.\.|--)"
)
_FEWEST_DIGITS = 8
_MOST_DIGITS = 15
_LIKELY_TOKEN = re.compile(r"[A-Za-z0-9_+/=.-]{20,}|-----BEGIN|://[^\s/@:]+:[^\s/@]+@")
_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----.{0,8192}?"
    r"(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|\Z)",
    re.DOTALL,
)
_LONGEST_LINE = 4000
_DETECTORS = (
    "aws.AWSKeyDetector", "azure_storage_key.AzureStorageKeyDetector",
    "basic_auth.BasicAuthDetector", "discord.DiscordBotTokenDetector",
    "github_token.GitHubTokenDetector", "gitlab_token.GitLabTokenDetector", "jwt.JwtTokenDetector",
    "mailchimp.MailchimpDetector", "npm.NpmDetector", "openai.OpenAIDetector",
    "pypi_token.PypiTokenDetector", "sendgrid.SendGridDetector",
    "slack.SlackDetector", "square_oauth.SquareOAuthDetector", "stripe.StripeDetector",
    "telegram_token.TelegramBotTokenDetector", "twilio.TwilioKeyDetector",
)  # fmt: skip


class Redactor:
    """Takes addresses, phone numbers and tokens out of text, and counts what it took.

    >>> from pipeline.documents.clean import clean
    >>> redactor = Redactor()
    >>> redactor.in_text(clean("Write to ada@example.org or call +44 20 7946 0958.")).text
    'Write to [e-mail address] or call [phone number].'
    >>> sorted(redactor.counts.items())
    [('e-mail address', 1), ('phone number', 1)]
    """

    def __init__(self, regions: Sequence[str] = REGIONS) -> None:
        self._regions = tuple(regions)
        self.counts: Counter[Kind] = Counter()

    def in_text(self, clean: CleanText) -> CleanText:
        """The text with every address, number and token replaced by a word for it."""
        spans = tuple(_apart(sorted(self._found(clean.text))))
        if not spans:
            return clean
        self.counts.update(kind for _, _, kind in spans)
        return clean.replaced((start, end, _SHOWN[kind]) for start, end, kind in spans)

    def in_line(self, text: str) -> str:
        """A short text such as a title or a link, redacted the same way."""
        spans = tuple(_apart(sorted(self._found(text))))
        self.counts.update(kind for _, _, kind in spans)
        for start, end, kind in reversed(spans):
            text = text[:start] + _SHOWN[kind] + text[end:]
        return text

    def _found(self, text: str) -> Iterator[Span]:
        if "@" in text or "at)" in text or "at]" in text:
            yield from _emails(text)
        if _LIKELY_TOKEN.search(text):
            yield from _tokens(text)
        if _ENOUGH_DIGITS.search(text):
            for digits in _DIGITS.finditer(text):
                yield from _phones(text, digits, self._regions)


def _emails(text: str) -> Iterator[Span]:
    for found in _EMAIL.finditer(text):
        if not _NOT_A_PERSON.match(found[0]):
            yield found.start(), found.end(), "e-mail address"


def _phones(text: str, digits: re.Match[str], regions: Sequence[str]) -> Iterator[Span]:
    count = sum(map(str.isdigit, digits[0]))
    if count < _FEWEST_DIGITS:
        return
    from phonenumbers import Leniency, PhoneNumberMatcher

    start = digits.start()
    piece = text[start : digits.end()]
    spans: set[tuple[int, int]] = set()
    if "+" in piece:
        spans |= {(m.start, m.end) for m in PhoneNumberMatcher(piece, None)}
    called = bool(_CALLED.search(text[max(0, start - 40) : start]))
    national = count <= _MOST_DIGITS and not _NOT_A_NUMBER.match(piece)
    if not spans and national and (called or _grouped(piece)):
        leniency = Leniency.VALID if called else Leniency.STRICT_GROUPING
        for region in regions:
            found = PhoneNumberMatcher(piece, region, leniency=leniency)
            spans |= {(m.start, m.end) for m in found if called or _grouped(m.raw_string)}
    for first, last in spans:
        yield start + first, start + last, "phone number"


def _grouped(number: str) -> bool:
    """Whether the digits stand in at least three groups, or a code stands in brackets.

    >>> _grouped("212-736-5000"), _grouped("(212) 7365000"), _grouped("2018-0120"), _grouped("1234")
    (True, True, False, False)
    """
    return bool(re.match(r"\(\d+\)", number)) or len(re.findall(r"\d+", number)) >= 3


def _tokens(text: str) -> Iterator[Span]:
    for found in _PRIVATE_KEY.finditer(text):
        yield found.start(), found.end(), "token"
    at = 0
    for line in text.splitlines(keepends=True):
        if len(line) <= _LONGEST_LINE and _LIKELY_TOKEN.search(line):
            for pattern, group in _patterns():
                for found in pattern.finditer(line):
                    yield at + found.start(group), at + found.end(group), "token"
        at += len(line)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], int], ...]:
    """The patterns of the detectors, each with the group that holds the secret (0 for all)."""
    made: list[tuple[re.Pattern[str], int]] = []
    for name in _DETECTORS:
        module, _, kind = name.rpartition(".")
        detector = getattr(import_module(f"detect_secrets.plugins.{module}"), kind)()
        made.extend((pattern, int(module == "basic_auth")) for pattern in detector.denylist)
    return tuple(made)


def _apart(spans: Sequence[Span]) -> Iterator[Span]:
    """The spans without those that overlap an earlier one."""
    at = 0
    for span in spans:
        if span[0] >= at:
            yield span
            at = span[1]
