"""Transcripts become turns with who spoke and when; other text is left alone."""

from __future__ import annotations

import pytest

from pipeline.errors import UnreadableSource
from pipeline.sources.deliberation._transcript_said import said_at
from pipeline.sources.reading.files import look_at
from pipeline.sources.registry import connector, recognise

VOICES = (
    "WEBVTT - Board meeting\n\nSTYLE\n::cue { color: red }\n\nNOTE made by hand\n\n"
    "ab-1\n00:01.000 --> 00:03.000 align:start\n<v.loud Ada Bee>Hello &amp; <i>welcome</i></v>\n\n"
    "NOTE\nnot said\n\n"
    "00:04.000 --> 00:05.000\n<v Ada Bee>to all.</v>\n\n"
    "00:05.500 --> 00:09.000\n<v Bo>Hi.</v><v Ada Bee>So?</v>\n"
)
INTERVIEW = (
    "The pump\nDate: 4 May 2020\n\n"
    "INTERVIEWER: How did it go at first?\n"
    "ANNA: Not well. It leaked from the first day on.\nIt was the seal.\n\n"
    "INTERVIEWER: And then?\n"
    "[00:01:02] ANNA: Then we greased it, and it held.\n"
)


def turns(document) -> list[tuple[str | None, str]]:
    return [(part.author, part.body) for part in document.parts]


def test_voices_are_speakers_and_what_one_says_in_a_row_is_one_turn(made) -> None:
    path = made.file("GMT20200504-100000_board.vtt", VOICES)

    documents, skipped = made.read(path, "transcript")

    assert recognise(path).name == "transcript"
    assert not skipped
    (document,) = documents
    assert document.title == "Board meeting"
    assert turns(document) == [
        ("Ada Bee", "Hello & welcome to all."),
        ("Bo", "Hi."),
        ("Ada Bee", "So?"),
    ]
    assert [part.origin for part in document.parts][:2] == [f"{path.name}#t=1", f"{path.name}#t=5"]
    assert document.created.isoformat() == "2020-05-04T10:00:01+00:00"


def test_labels_in_cues_are_speakers_when_nearly_every_cue_has_one(made) -> None:
    text = (
        "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\nAda Bee: Hello.\n\n"
        "2\n00:00:03.000 --> 00:00:04.000\nBo: One thing: it leaks.\n"
    )

    documents, _ = made.read(made.file("a.vtt", text), "transcript")

    assert turns(documents[0]) == [("Ada Bee", "Hello."), ("Bo", "One thing: it leaks.")]


def test_a_colon_in_subtitles_makes_no_speaker(made) -> None:
    cues = "".join(f"00:{n:02}.000 --> 00:{n:02}.900\nword {n}\n\n" for n in range(9))
    text = f"WEBVTT\n\n{cues}00:20.000 --> 00:21.000\nRemember: it leaks.\n"

    documents, _ = made.read(made.file("a.vtt", text), "transcript")

    assert turns(documents[0])[-1] == (None, "Remember: it leaks.")


def test_subrip_is_read_past_broken_times_and_empty_cues(made) -> None:
    text = (
        "1\r\n00:00:01,000 --> 00:00:03,000\r\n{\\an8}Hello\r\nthere.\r\n\r\n"
        "2\r\n00:00:20,000 --> xx\r\nLater.\r\n\r\nStill later.\r\n\r\n"
        "3\r\n00:0x:40,000 --> 00:00:41,000\r\nAnd on.\r\n\r\n"
        "4\r\n01:00:00,000 --> 01:00:02,000\r\n\r\n"
    )
    path = made.file("a.txt", text)

    documents, _ = made.read(path, "transcript")

    assert recognise(path).name == "transcript"
    assert turns(documents[0]) == [(None, "Hello there."), (None, "Later. Still later. And on.")]
    assert documents[0].parts[1].origin == "a.txt#t=20"


def test_lines_that_roll_on_are_said_once(made) -> None:
    text = (
        "WEBVTT\n\n00:01.000 --> 00:02.000\nit was<c> the</c>\n\n"
        "00:02.000 --> 00:03.000\nit was the\nseal again\n"
    )

    documents, _ = made.read(made.file("a.vtt", text), "transcript")

    assert turns(documents[0]) == [(None, "it was the seal again")]


def test_labelled_text_gives_turns_title_and_date(made) -> None:
    path = made.file("talk.txt", INTERVIEW)

    documents, _ = made.read(path, "transcript")

    assert recognise(path).name == "transcript"
    (document,) = documents
    assert (document.title, document.created.date().isoformat()) == ("The pump", "2020-05-04")
    assert turns(document) == [
        (None, "The pump\nDate: 4 May 2020"),
        ("INTERVIEWER", "How did it go at first?"),
        ("ANNA", "Not well. It leaked from the first day on.\nIt was the seal."),
        ("INTERVIEWER", "And then?"),
        ("ANNA", "Then we greased it, and it held."),
    ]
    assert [part.origin for part in document.parts][-2:] == ["talk.txt:8", "talk.txt#t=62"]


def test_names_with_times_on_their_own_line_begin_turns(made) -> None:
    text = "Ada Bee  0:03 \nHello to all.\n\nBo Cee  1:10\nFine, and you?\n\nAda Bee  1:20\nGood.\n"
    path = made.file("otter.txt", text)

    documents, _ = made.read(path, "transcript")

    assert recognise(path).name == "transcript"
    assert turns(documents[0])[1] == ("Bo Cee", "Fine, and you?")
    assert documents[0].parts[1].origin == "otter.txt#t=70"


def test_a_long_transcript_becomes_several_documents(made) -> None:
    cues = "".join(
        f"00:{n // 60:02}:{n % 60:02}.000 --> 00:59:59.000\n<v S{n % 2}>Turn {n}.</v>\n\n"
        for n in range(130)
    )

    documents, _ = made.read(made.file("long.vtt", f"WEBVTT\n\n{cues}"), "transcript")

    assert [len(d.parts) for d in documents] == [60, 60, 10]
    assert [d.title for d in documents] == [f"long (part {n})" for n in (1, 2, 3)]
    assert len({d.key for d in documents}) == 3


def test_a_folder_of_transcripts_is_read_as_a_whole(made) -> None:
    made.file("in/a.vtt", VOICES)
    made.file("in/b.txt", INTERVIEW)

    assert connector("transcript").recognise(look_at(made.folder / "in")) >= 0.8
    made.file("in/notes.md", "# Notes\n")
    assert connector("transcript").recognise(look_at(made.folder / "in")) == 0.0
    documents, skipped = made.read(made.folder / "in", "transcript")
    assert ([d.key for d in documents], len(skipped)) == (["a.vtt/1", "b.txt/1"], 1)


@pytest.mark.parametrize(
    "text",
    [
        "# Tool\n\nUsage: run it.\nNote: it is slow.\nWarning: it is loud.\nNote: really.\n",
        "[12/05/20, 10:00:00] Ann: hi there\n[12/05/20, 10:00:05] Bo: hello you\n" * 3,
        "12/05/2020, 10:00 - Ann: hi there.\n12/05/2020, 10:01 - Bo: hello you.\n" * 3,
        "[10:00] <ann> hi there\n[10:01] <bo> hello you\n" * 3,
        "Title: One.\nAuthor: Ann B.\n\nTitle: Two.\nAuthor: Bo C.\n" * 3,
        "name: pump\nversion: 2\nname: seal\nversion: 3\n",
        "Ann: hi\n",
        "def f():\n    Note: int = 3\n",
        "Area for improvement: the seal leaks.\nPositive finding: it is cheap.\n" * 4,
        "Requires-Dist: one\nRequires-Dist: two\nClassifier: three\nClassifier: four\n",
    ],
)
def test_notes_records_and_chats_are_no_transcripts(made, text) -> None:
    assert connector("transcript").recognise(look_at(made.file("a.txt", text))) == 0.0


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("ANNA: Hello", ("ANNA", "Hello", None)),
        ("**Anna:** Hello", ("Anna", "Hello", None)),
        ("Interviewer 1: Hello", ("Interviewer 1", "Hello", None)),
        ("[01:02] Anna van Bee: Hello", ("Anna van Bee", "Hello", 62.0)),
        ("Anna (00:01:02): Hello", ("Anna", "Hello", 62.0)),
        ("00:01:02 Anna: Hello", ("Anna", "Hello", 62.0)),
        ("山田：こんにちは", ("山田", "こんにちは", None)),
        ("https://example.org", None),
        ("Note: hello", None),
        ("At 10:30 we met", None),
        ("we said: hello", None),
        ("", None),
    ],
)
def test_labels_of_speakers_are_told_from_other_lines(line, said) -> None:
    assert said_at(line) == said


def test_a_file_without_words_is_no_transcript(made) -> None:
    with pytest.raises(UnreadableSource):
        made.read(made.file("a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n\n"), "transcript")
