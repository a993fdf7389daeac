"""Small English word lists and tests: what can be a verb, a noun, a person, or an echo.

There is no tagger here. These rules are wrong now and then; they only decide what reads well
inside a question, never what is true.
"""

from __future__ import annotations

import re

WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")


def word_set(text: str) -> frozenset[str]:
    """The words of a text that is a list of words.

    >>> sorted(word_set("the a"))
    ['a', 'the']
    """
    return frozenset(text.split())


AUXILIARIES = word_set(
    "is are was were be been am has have had do does did can could will would shall should may"
    " might must cannot isn't aren't wasn't weren't don't doesn't didn't can't couldn't won't"
    " wouldn't haven't hasn't hadn't"
)

# Base forms; regular endings are tried as well.
_VERBS = word_set(
    "accept accuse act adapt add adopt advise affect agree aim allow answer apply argue arrive"
    " ask assume avoid bear beat become begin believe belong benefit blame block borrow break"
    " bring build burn buy call cancel care carry catch cause change charge check choose claim"
    " climb close collapse collect come compare complain complete confirm connect consider"
    " contain continue contradict control convince copy correct cost count cover crash create"
    " cut damage deal decide decline define delay delete deliver demand depend describe deserve"
    " design destroy detect develop die differ disagree disappear discover discuss divide double"
    " drive drop earn eat employ enable encourage end enter escape estimate exceed exist expect"
    " explain export expose extend face fail fall fear feel fight fill find finish fit fix float"
    " fly focus follow forbid force forget form freeze function gain get give go grow guess"
    " handle happen hate hear help hide hire hold hurt identify ignore imagine improve include"
    " increase inform insist inspect install intend introduce invent invest investigate involve"
    " join judge jump justify keep kill know lack last launch lay lead leak lean learn leave let"
    " lie lift like limit listen live look lose love make manage match matter mean measure meet"
    " mention merge miss mistake move name need negotiate notice obey occur offer omit open"
    " operate order outweigh overlook owe own pass pay perform persuade pick place plan play"
    " point prefer prepare present prevent produce promise protect prove provide publish pull"
    " push put question raise reach react read realise realize rebuild receive recognise"
    " recognize record recover reduce refuse regard reject relate release rely remain remember"
    " remind remove repair repeat replace reply report request require resist resolve respond"
    " rest restore restart resume reveal review reward rise risk run save say scale see seem"
    " sell send separate serve set settle share shift show shrink shut sign sink sit skip sleep"
    " slip slow solve sound speak spend spread stand start state stay stop store struggle"
    " succeed suffer suggest support suppose survive suspect switch take talk teach tell tend"
    " test think threaten throw touch train transfer treat trigger trust try turn underestimate"
    " understand undo update use value vanish vary vote wait walk want warn waste watch wear win"
    " wish withdraw wonder work worry wreck write"
)
_IRREGULAR = word_set(
    "bore beaten became began begun bet bound bitten bled blew blown broke broken brought built"
    " burnt bought caught chose chosen came dealt drew drawn drank drove driven ate fell fallen"
    " fed felt fought found flew flown forgot forgotten froze frozen got gave given went gone"
    " grew grown hung heard hid hidden held kept knew known laid led left lent lay lain lost"
    " made meant met paid ran rang risen rose said saw seen sold sent shook shone shot shown"
    " shrank sang sank sat slept spoke spoken spent stood stole stuck struck swept swam took"
    " taken taught told thought threw thrown understood woke wore won withdrew withdrawn wrote"
    " written learnt"
)
_NOT_PAST = word_set("need speed feed seed breed indeed hundred red bed shed weed")

FUNCTION_WORDS = word_set(
    "a an the this that these those my your his her its our their some any each every no all"
    " both such what which who whom whose when where why how i you he she it we they me him us"
    " them one of in on at by for with without from to into onto over under between among"
    " through during before after since until about against within across behind beyond near off"
    " out up down around as than like per via and or but nor so yet if because although though"
    " while whereas unless whether not only just even also too very more most less least much"
    " many few several other another same own still already again ever forever never always"
    " often sometimes usually now then there here once twice rather quite almost enough perhaps"
    " maybe however therefore instead together away back well none forever everywhere somewhere"
    " nowhere two three four five six seven eight nine ten dozen hundred thousand million"
)
_LOOSE = word_set(
    "new old good bad better best worse worst big small large little long short high low early"
    " late first last next second third full whole different similar certain main real true sure"
    " able likely possible important general common single several available current recent"
    " previous own extra clear simple hard easy great nice right wrong ready free thing things"
    " way ways lot lots kind sort part parts year years month months week weeks day days time"
    " times hour hours weekend weekends morning evening summer winter date dates night minute"
    " minutes today yesterday tomorrow number numbers percent per example case cases fact point"
    " success failure topic problem problems success failure silent silence issue issues"
    " question questions experience experiences bit something anything nothing everything"
    " someone anyone everyone nobody everybody"
)
PEOPLE = word_set(
    "people person man men woman women child children user users member members nurse nurses"
    " doctor doctors teacher teachers student students pupil pupils manager managers staff"
    " employee employees worker workers engineer engineers operator operators pilot pilots crew"
    " crews customer customers client clients patient patients citizen citizens resident"
    " residents parent parents volunteer volunteers colleague colleagues developer developers"
    " team teams boss supervisor supervisors leader leaders expert experts owner owners junior"
    " juniors senior seniors newcomer newcomers physician physicians surgeon surgeons"
    " firefighter firefighters committee board council ministry agency department departments"
    " management guys folks"
)
_ING_NOUNS = word_set(
    "training testing planning monitoring reporting mentoring meeting meetings funding staffing"
    " pricing housing grading teaching learning screening briefing debriefing coaching handling"
    " scheduling onboarding rostering recycling farming fishing policing coding"
)
_LY_NOUNS = word_set("supply assembly family anomaly reply apply policy july butterfly")


def word_list(text: str) -> list[str]:
    """The words of a text in order; hyphens and apostrophes stay inside.

    >>> word_list("Don't re-run it: 3 times.")
    ["Don't", 're-run', 'it', '3', 'times']
    """
    return WORD.findall(text)


def may_be_verb(word: str) -> bool:
    """True if the word can be a finite verb.

    >>> [may_be_verb(w) for w in ("fails", "was", "wrote", "handover", "stopped")]
    [True, True, True, False, True]
    """
    low = word.lower().replace("’", "'")
    if low in AUXILIARIES or low in _VERBS or low in _IRREGULAR:
        return True
    if low.endswith("ed") and len(low) > 4 and low not in _NOT_PAST:
        return True
    return any(
        low.endswith(end) and low[: -len(end)] + new in _VERBS
        for end, new in (("s", ""), ("es", ""), ("ies", "y"))
    )


def surely_verb(word: str) -> bool:
    """True if the word is hardly ever anything but a verb: auxiliaries and past forms."""
    low = word.lower().replace("’", "'")
    past = low.endswith("ed") and len(low) > 4 and low not in _NOT_PAST
    return low in AUXILIARIES or low in _IRREGULAR or past


def has_verb(text: str) -> bool:
    """True if something in the text can be a finite verb after its first word.

    >>> has_verb("The cable harnesses came up too short"), has_verb("A very long checklist")
    (True, False)
    """
    words = word_list(text)
    return any(surely_verb(w) for w in words) or any(may_be_verb(w) for w in words[1:])


def noun_like(word: str) -> bool:
    """True if the word can carry a noun phrase: no function word, adverb, number or person.

    >>> [noun_like(w) for w in ("checklist", "quickly", "the", "2014", "nurses")]
    [True, False, False, False, False]
    """
    low = word.lower()
    if low in FUNCTION_WORDS or low in _LOOSE or low in PEOPLE or low in AUXILIARIES:
        return False
    if any(c.isdigit() for c in low) or len(low) < 3 or "'" in low or "’" in low:
        return False
    if low.endswith("ing") and low not in _ING_NOUNS:
        return len(low) < 6
    return not (low.endswith("ly") and low not in _LY_NOUNS)
