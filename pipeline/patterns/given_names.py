"""A list of common given names, to keep persons out of questions. It cannot know all names.

What it finds: a given name of the list followed by another capitalised word ("Maria Lopez"),
and a title before a capitalised word ("Dr Chen"). What it misses: given names that are not
listed, surnames alone, and names in lower case.
"""

from __future__ import annotations

import re

from pipeline.patterns.words import word_set

GIVEN_NAMES = word_set(
    "aaron adam adrian agnes ahmed aisha alan albert alejandro alessandro alex alexander alice"
    " ali alison amanda amir amy ana andras andrea andreas andrew andy angela anita anna anne"
    " annika anthony antonio arjun arthur barbara ben benjamin bernard beth betty bill bob boris"
    " brandon brenda brian bruce camille carl carla carlos carmen carol caroline catherine cathy"
    " charles chris christian christina christine christopher claire clara claudia colin craig"
    " cristina csaba cynthia daniel daniela dan dave david deborah debra dennis derek diana"
    " diego dieter dirk dmitri donald donna dorothy douglas edward elena eli elisabeth elizabeth"
    " ellen emily emma enrique eric erik ernst ethan eva evelyn fatima felix fernando fiona"
    " francesco francois frank fred gabriel gary geert george gerald gerard giovanni giulia"
    " gordon graham greg gregory guido gustavo hannah hans harold harry heather heidi helen"
    " helena henk henry hiroshi howard hugo ian ibrahim ingrid irene isaac isabel isabelle ivan"
    " jack jacob jacques jakub james jan jane janet jason javier jean jeff jeffrey jennifer jens"
    " jeremy jerry jesse jessica jill jim jimmy joan joao joe johan johannes john jonas jonathan"
    " jorge jose joseph joshua joyce juan judith judy julia julian julie jun jurgen justin karen"
    " karin karl kate katherine kathleen keith kelly ken kenneth kevin kim kiran klaus kumar"
    " kyle lars laura lauren laurent lawrence lea lee lena leo leonard lewis li linda lisa liz"
    " louis louise luc lucas lucia luigi luis luke maarten manuel marc marco marcus margaret"
    " maria marie marijke marina mario marion marjan marta martha martin martina mary mathias"
    " matt matteo matthew matthias maurice max megan mehmet mei melissa michael michel michele"
    " michelle miguel mike mikhail mohamed mohammed monica monika nadia nancy naomi natalia"
    " natalie nathan neil nicholas nick nicolas nicole nigel nikhil nina noah nora olaf olga"
    " oliver olivia omar oscar otto pablo pamela paolo patricia patrick paul paula pedro peter"
    " petra philip philippe phil piet pierre pieter priya rachel rahul rajesh ralph ramon"
    " raymond rebecca renate ricardo richard rick rita rob robert roberto robin roger roland ron"
    " ronald rosa ross ruth ryan sabine sally sam samantha samuel sandra sanjay sara sarah"
    " satoshi scott sean sebastian sergei sergio sharon shirley silvia simon simone sofia sonia"
    " sophia sophie stefan stefano stella stephan stephanie stephen steve steven stuart sue"
    " sunil susan suresh sven sylvia takeshi tanya tara ted terry theo theresa thomas tim"
    " timothy tina tobias todd tom tony tracy ursula valerie vera veronica vijay vincent"
    " vladimir walter wei wendy werner willem william wolfgang xavier yan yasmin yuki yusuf"
    " yvonne zoe"
)

_TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Sir|Herr|Frau|Mme|Mevr|Sr|Sra)\b\.? +[A-Z]\w+")
_PAIR = re.compile(
    r"\b([A-Z][a-zà-ÿ]+) +(?:[A-Z]\. *)?(?:(?:van|de|der|von|da|di|el|al) +)*[A-Z]\w+"
)


def looks_like_person(text: str) -> bool:
    """True if the text holds what looks like a person's full or titled name.

    >>> looks_like_person("as Maria Lopez said"), looks_like_person("in the Bering Sea")
    (True, False)
    """
    if _TITLED.search(text):
        return True
    return any(found.group(1).lower() in GIVEN_NAMES for found in _PAIR.finditer(text))
