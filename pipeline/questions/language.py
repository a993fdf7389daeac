"""Which of six languages a text is in, by its most common words; and how questions begin."""

from __future__ import annotations

import re

_COMMON = {
    "en": "the of and to in is that it for was on are with as be this have from or by not but what"
    " which we our how when where they an at you can would has were do does their whose",
    "nl": "de het een en van ik te dat die in is niet zijn op aan met voor er maar om ook als bij"
    " wat wij onze ons hoe wie welke waar naar dan nog wel geen kunnen worden door deze",
    "de": "der die das und ist nicht ein eine zu den von mit sich auf für im dem des wir unser"
    " unsere was wie welche wo wenn auch werden wird sind haben aber aus bei nach dass oder",
    "fr": "le la les de des et est un une en que qui dans pour pas sur au avec ce nous notre nos"
    " ne se plus par sont ont mais comment quel quelle quelles où du il elle",
    "es": "el la los las de y es un una en que por para con no se su lo como más pero nuestro"
    " nuestra qué cómo cuál cuándo dónde hay son ha al del nos está este",
    "pt": "o a os as de e é um uma em que por para com não se seu como mais mas nosso nossa qual"
    " quando onde há são foi ao do da dos das nos está este pelo pela",
}
_WORDS = {language: frozenset(words.split()) for language, words in _COMMON.items()}

NAMES = {
    "en": "English",
    "nl": "Dutch",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "pt": "Portuguese",
}

_PREPOSITION = r"(?:to|at|from|by|in|on|under|for|with|of|against|through|about|after|since)"
OPENERS = {
    "en": re.compile(rf"(?:{_PREPOSITION} )?(?:what|how|which|when|where|whose)\b", re.IGNORECASE),
    "nl": re.compile(r"(?:\w+ )?(?:wat|hoe|welke?|wanneer|waar\w*|wiens|wier)\b", re.IGNORECASE),
    "de": re.compile(r"(?:\w+ )?(?:was|wie|welche\w*|wann|wo\w*|wessen)\b", re.IGNORECASE),
    "fr": re.compile(r"(?:\w+ )?(?:qu[e'’]\w*|comment|quand|où|quel\w*)\b", re.IGNORECASE),
    "es": re.compile(r"¿?(?:\w+ )?(?:qué|cómo|cuál\w*|cuándo|dónde)\b", re.IGNORECASE),
    "pt": re.compile(r"(?:\w+ )?(?:o que|que|como|qual|quais|quando|onde)\b", re.IGNORECASE),
}
"""How an open question begins. Yes-or-no openings and "why" are not among them."""


def language_of(text: str) -> str:
    """The code of the language, or an empty string when the text is too short to tell.

    >>> language_of("Which of our rules would we change?"), language_of("Wat doen wij niet?")
    ('en', 'nl')
    >>> language_of("Slicer 5.2")
    ''
    """
    words = re.findall(r"[^\W\d_]+", text.lower())
    counts = {language: sum(w in known for w in words) for language, known in _WORDS.items()}
    ranked = sorted(counts.values(), reverse=True)
    best = max(counts, key=lambda language: counts[language])
    return best if ranked[0] >= 2 and ranked[0] > ranked[1] else ""
