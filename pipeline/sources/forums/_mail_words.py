"""The words of mail in many languages: who wrote, headers of an original, partings, footers."""

from __future__ import annotations

import re

from mailparser_reply.constants import MAIL_LANGUAGES

_LONGEST = 500
_LONGEST_FOOTER = 5000

_WROTE = (
    "wrote|writes|said|schrieb|schreibt|schrieben|a écrit|écrit|écrivit|escribió|escribio|escribe|"
    "escreveu|escrigué|va escriure|ha escrit|ha scritto|scrisse|scrive|schreef|geschreven|skrev|"
    r"skreiv|kirjoitti|napsal(?:\(a\))?|napísal(?:\(a\))?|napisał(?:\(a\))?|napisao|írta|yazdı|"
    r"a scris|написал(?:\(а\)|а)?|пише|пишет|написав|έγραψε|写道|書きました|作成|작성|썼습니다|"
    "đã viết|menulis|כתב(?:ה)?|كتب|نوشت"
)
_ATTRIBUTION = re.compile(
    rf"(?:^|[\s>),.,\"'])(?:{_WROTE})(?!\w).{{0,60}}[:\uff1a]\s*$", re.IGNORECASE
)
_DATE_FIRST = re.compile(
    r"\s*(?:On|Am|Le|El|Il|Op|Em|Den|Dne|Dnia|W dniu|At|Quoting|Zitat von|\d)\b.*\d.*[:\uff1a]\s*$"
)
_SENDER = (
    "from|von|de|da|van|fra|från|lähettäjä|od|от|від|от кого|från|feladó|kimden|από|发件人|"
    "寄件者|差出人|보낸 사람|보낸사람|מאת|من"
)
_HEADERS = (
    f"{_SENDER}|sent|date|to|subject|cc|bcc|reply-to|organization|gesendet|datum|an|betreff|"
    "kopie|envoyé|à|objet|para|enviado|fecha|asunto|data|inviato|a|oggetto|verzonden|aan|"
    "onderwerp|sendt|til|emne|dato|skickat|till|ämne|lähetetty|vastaanottaja|aihe|odesláno|komu|"
    "předmět|wysłano|wysłane|do|temat|дата|отправлено|кому|тема|копия|gönderildi|kime|konu|"
    "发送时间|收件人|主题|抄送|送信日時|宛先|件名|보낸 날짜|받는 사람|제목"
)
_SENDER_LINE = re.compile(rf"\s*\*?(?:{_SENDER})\s?\*?\s?[:\uff1a]\*?\s*\S", re.IGNORECASE)
_HEADER_LINE = re.compile(rf"\s*\*?(?:{_HEADERS})\s?\*?\s?[:\uff1a]", re.IGNORECASE)
_FORWARD = re.compile(
    r"forward|weitergeleitet|transf|reenviad|rebotad|inoltrat|doorgestuurd|encaminhad|"
    r"vidarebefordra|videresend|edelleenl|přepos|przekaz|пересыл|переслан|転送|转发|轉寄|전달",
    re.IGNORECASE,
)
_OF_A_LIST = re.compile(
    r"mailing.?list|unsubscri|subscri(?:be|ption)|listinfo|mailman|list archive|"
    r"groups\.google|groups\.io|yahoo|sympa|wa\.exe|https?://\S{0,200}list|do you yahoo|"
    r"abmelden|austragen|désabonn|desinscri|cancelar la suscripci|disiscri|afmelden|отписаться",
    re.IGNORECASE,
)
_CONFIDENTIAL = (
    "confidenti", "vertraulich", "confidenci", "riservat", "vertrouwelijk", "poufn",
    "конфиденциальн", "privileged",
)  # fmt: skip
_ADDRESSEE = (
    "recipient", "addressee", "intended", "sender", "empfänger", "destinat", "geadresseerde",
    "odbiorc", "получател", "адресат", "delete",
)  # fmt: skip
_SENT_FROM = re.compile(
    r"\s*(?:sent (?:from|via|with) (?:my |the )?\w|get outlook for|von (?:meinem|unterwegs)|"
    r"gesendet (?:von|mit)|envoyé (?:de|depuis)|enviado desde|enviado do|inviato da|"
    r"verzonden (?:vanaf|met)|sendt fra|skickat från|lähetetty|odesláno z|wysłan[eo] z|"
    r"отправлено (?:с|из)|从我的|내 .{1,20}에서 보냄).{0,80}$",
    re.IGNORECASE,
)
_SHORT = 300
_BELOW = re.compile(
    r"\b(?:below|in-?line|in line|in (?:red|blue|green|bold|colour|color)|embedded|interspersed|"
    r"unten|im text|ci-dessous|dans le texte|más abajo|abajo|em baixo|qui sotto|hieronder|nedan|"
    r"nedenfor|alla|níže|poniżej|ниже)\b",
    re.IGNORECASE,
)
_MORE_PARTINGS = """
    best, best wishes, best regards, kind regards, warm regards, regards, rgds, br, brgds, cheers,
    thanks, many thanks, thank you, thanks in advance, thanks and regards, sincerely,
    yours sincerely, yours, greetings, ciao, tschüß, tschüss, gruß, grüße, viele grüße, lg, vg,
    mfg, mit freundlichen grüßen, schöne grüße, herzliche grüße, liebe grüße,
    beste grüße, freundliche grüße,
    mit freundlichem gruß, mit besten grüßen, bien cordialement, cordialement, amicalement,
    bonne journée, saludos, un saludo, saludos cordiales, atentamente, gracias, salutacions,
    gràcies, atenciosamente, abraços, obrigado, cordiali saluti, saluti, distinti saluti, grazie,
    groeten, groetjes, met vriendelijke groeten, vriendelijke groet, mvg, hälsningar,
    vennlig hilsen, hilsen, mvh, terveisin, ystävällisin terveisin, s pozdravem, pozdrawiam,
    z poważaniem, с уважением, всего доброго, üdvözlettel, saygılarımla,
    谢谢, 此致, 祝好, よろしくお願いします
"""


def _partings() -> frozenset[str]:
    """Words people end a mail with: of the languages the library knows, and more."""
    known = (str(word) for held in MAIL_LANGUAGES.values() for word in held.get("signatures", ()))
    words = [word for word in known if re.fullmatch(r"[\w\s,.!]+", word)]
    return frozenset(_plain(word) for word in [*words, *_MORE_PARTINGS.split(",")])


def _plain(words: str) -> str:
    return " ".join(re.sub(r"[^\w\s]+", " ", words).casefold().split())


_PARTINGS = _partings()


def attributes(line: str, *, strict: bool = False) -> bool:
    """Whether a line says whom the quote below it is from.

    Args:
        line: One line, or a few that were joined.
        strict: Also ask for a beginning such as "On 3 May".

    >>> attributes("On 3 May 2020, Ann wrote:"), attributes("Am Montag schrieb Ann:")
    (True, True)
    """
    if len(line) > _LONGEST:
        return False
    dated = bool(_DATE_FIRST.match(line))
    wrote = bool(_ATTRIBUTION.search(line))
    return dated and wrote if strict else wrote or (dated and bool(re.search(r"@|:\d\d", line)))


def is_sender_line(line: str) -> bool:
    """Whether it is the From header of a message that stands in the text."""
    return bool(_SENDER_LINE.match(line[:_LONGEST]))


def is_header_line(line: str) -> bool:
    """Whether it is some header of a message that stands in the text."""
    return bool(_HEADER_LINE.match(line[:_LONGEST]))


def forwards(line: str) -> bool:
    """Whether it says that a message is passed on, which is no quote but what is told."""
    return bool(_FORWARD.search(line[:_LONGEST]))


def of_a_list(text: str) -> bool:
    """Whether it is what a mailing list or a free mail service adds below messages."""
    return bool(_OF_A_LIST.search(text[:_LONGEST_FOOTER]))


def notice_of_confidence(paragraph: str) -> bool:
    """Whether a paragraph says that the mail is only for those it was sent to."""
    words = paragraph.casefold()
    named = any(word in words for word in _CONFIDENTIAL)
    return named and any(word in words for word in _ADDRESSEE)


def sent_from(line: str) -> bool:
    """Whether it says with what a mail was sent: "Sent from my phone"."""
    return bool(_SENT_FROM.match(line[:_LONGEST]))


def parting(line: str) -> bool:
    """Whether a line holds nothing but words that end a mail, such as "Kind regards,".

    >>> parting("Best regards,"), parting("Thanks for the pump, it runs")
    (True, False)
    """
    if len(line) > 60 or not _plain(line):
        return False
    words = [_plain(part) for part in re.split(r"[,.!]|\band\b", line) if _plain(part)]
    return _plain(line) in _PARTINGS or all(word in _PARTINGS for word in words)


def points_below(text: str) -> bool:
    """Whether a short text says that the answers stand in what is quoted below it.

    >>> points_below("Hi Ann, please see my answers inline.")
    True
    """
    return len(text) < _SHORT and bool(_BELOW.search(text))
