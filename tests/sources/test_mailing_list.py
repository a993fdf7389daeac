"""Archives of mailing lists become threads; nothing but quotes, signatures and footers goes."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from pipeline.errors import UnreadableSource
from pipeline.records import Document, Skipped
from pipeline.sources.base import ReadOptions
from pipeline.sources.forums._mail_message import author_name
from pipeline.sources.forums._mail_text import own_html, own_words
from pipeline.sources.forums._mail_threads import bare_subject
from pipeline.sources.reading.files import look_at
from pipeline.sources.registry import connector, recognise

MBOX_LINE = "From bee@example.org Mon May  4 10:00:00 2020\n"


def mail(
    body: str = "The pump holds since we greased it.",
    *,
    number: str = "1@x",
    subject: str = "Pump",
    sender: str = "Ada Bee <ada@example.org>",
    date: str = "Mon, 4 May 2020 10:00:00 +0200",
    more: str = "",
) -> str:
    head = f"From: {sender}\nDate: {date}\nSubject: {subject}\nMessage-ID: <{number}>\n"
    return f"{head}{more}\n{body}\n"


def mbox(*mails: str) -> str:
    return "".join(f"{MBOX_LINE}{one}\n" for one in mails)


def texts(document: Document) -> list[str]:
    return [part.body for part in document.parts]


# --- kinds of archives --------------------------------------------------------------------


def test_an_mbox_gives_a_thread_with_author_date_and_locator(made) -> None:
    answer = mail("It does here too.", number="2@x", subject="Re: Pump", sender="bo@example.org")
    path = made.file("list", mbox(mail(), answer.replace("\n\n", "\nIn-Reply-To: <1@x>\n\n", 1)))

    documents, skipped = made.read(path, "mail")

    assert not skipped
    (document,) = documents
    assert (document.key, document.title, document.author) == ("1@x", "Pump", "Ada Bee")
    assert document.created.isoformat() == "2020-05-04T08:00:00+00:00"
    assert texts(document) == ["The pump holds since we greased it.", "It does here too."]
    assert [part.author for part in document.parts] == ["Ada Bee", "bo"]
    assert [part.origin for part in document.parts] == ["mid:1@x", "mid:2@x"]


def test_a_line_that_begins_with_from_does_not_cut_a_message(made) -> None:
    body = "We saw it twice.\n\nFrom there it got worse:\nit leaked.\n>From the first day on."

    documents, _ = made.read(made.file("a", mbox(mail(body), mail("Next.", number="2@x"))), "mail")

    assert len(documents) == 2
    assert texts(documents[0])[0].endswith("it leaked.\nFrom the first day on.")


def test_pipermail_months_of_a_folder_make_one_list(made) -> None:
    first = "From ada at example.org  Thu Apr 30 09:00:00 2020\n" + mail(
        sender="ada at example.org (Ada Bee)",
        date="Thu, 30 Apr 2020 09:00:00 +0000",
        subject="[tools] Pump",
    )
    second = "From bo at example.org  Fri May  1 09:00:00 2020\n" + mail(
        "Ours leaked again.",
        number="2@x",
        sender="bo at example.org (Bo Cee)",
        date="Fri, 1 May 2020 09:00:00 +0000",
        subject="[tools] Pump",
        more="References: <1@x>\n",
    )
    made.packed("tools/2020-May.txt.gz", second)
    made.file("tools/2020-April.txt", first)

    documents, skipped = made.read(made.folder / "tools", "mail")

    assert connector("mail").recognise(look_at(made.folder / "tools")) >= 0.8
    assert not skipped
    (document,) = documents
    assert (document.key, document.title, document.tags) == ("1@x", "Pump", ("tools",))
    assert [part.author for part in document.parts] == ["Ada Bee", "Bo Cee"]


def test_a_listserv_log_is_cut_at_its_rules(made) -> None:
    rule = "=" * 73
    log = (
        f"{rule}\r\nDate:         Mon, 10 Jun 2013 13:28:11 +0000\r\n"
        "Reply-To:     Ada <a@x.org>\r\n"
        "From:         Ada <a@x.org>\r\nSubject:      Call\r\n\r\nMonday or Tuesday?\r\n\r\n"
        f"{rule}\r\nA rule of the writer's own.\r\n\r\n"
        f"{rule}\r\nDate:         Tue, 11 Jun 2013 13:28:11 +0000\r\nFrom:         Bo <b@x.org>\r\n"
        "Subject:      Re: Call\r\n\r\nTuesday.\r\n"
    )
    path = made.file("TOOLS.LOG1306B", log)

    documents, _ = made.read(path, "mail")

    assert recognise(path).name == "mail"
    (document,) = documents
    assert [part.author for part in document.parts] == ["Ada", "Bo"]
    assert "A rule of the writer's own." in texts(document)[0]
    assert document.origin == "mail:TOOLS.LOG1306B#1"


def test_one_mail_is_a_document_of_its_own(made) -> None:
    path = made.file("saved.eml", mail(more="MIME-Version: 1.0\nArchived-At: <https://l.org/7>\n"))

    documents, _ = made.read(path, "mail")

    assert recognise(path).name == "mail"
    assert documents[0].origin == "https://l.org/7"


@pytest.mark.parametrize(
    "text",
    [
        "From the beginning: a story\nNote: it is long\n\nOnce.\n",
        "---\ntitle: From here\ndate: 2020-05-04\n---\n\nText.\n",
        "From: the kitchen\n\nSubject: none\n",
        "from,date,subject\na,2020-05-04,x\n",
        "Interviewer: Hello\nAnna: Hello\nInterviewer: Date?\n",
        "{}",
    ],
)
def test_what_is_no_mail_is_not_taken_for_mail(made, text) -> None:
    path = made.file("some.txt", text)

    assert connector("mail").recognise(look_at(path)) == 0.0
    with pytest.raises(UnreadableSource):
        made.read(made.file("empty.mbox", "\n\n"), "mail")


def test_a_folder_with_other_files_is_no_list_as_a_whole(made) -> None:
    made.file("all/a.mbox", mbox(mail()))
    made.file("all/notes.md", "# Notes\n\nText.\n")

    assert connector("mail").recognise(look_at(made.folder / "all")) == 0.0
    documents, skipped = made.read(made.folder / "all", "mail")
    assert (len(documents), skipped) == (1, [Skipped("notes.md", "not an archive of mail")])


# --- threads ------------------------------------------------------------------------------


def test_answers_find_their_thread_by_subject_when_references_are_missing(made) -> None:
    path = made.file(
        "a",
        mbox(
            mail(),
            mail("Which pump?", number="2@x", subject="AW: [tools] Re: pump"),
            mail("Other words.", number="3@x", subject="Pump"),
            mail("Late.", number="4@x", subject="Re: Pump", date="Mon, 6 Jul 2020 10:00:00 +0000"),
        ),
    )

    documents, _ = made.read(path, "mail")

    assert [texts(d) for d in documents] == [
        ["The pump holds since we greased it.", "Which pump?"],
        ["Other words."],
        ["Late."],
    ]


def test_messages_that_refer_to_each_other_or_to_missing_ones_are_one_thread(made) -> None:
    path = made.file(
        "a",
        mbox(
            mail(more="In-Reply-To: <2@x>\n"),
            mail("Two.", number="2@x", more="In-Reply-To: <1@x>\n"),
            mail("Three.", number="3@x", subject="Other", more="References: <gone@x>\n"),
            mail("Four.", number="4@x", subject="Another", more="References: <gone@x>\n"),
        ),
    )

    documents, _ = made.read(path, "mail")

    assert [len(d.parts) for d in documents] == [2, 2]


def test_the_same_message_twice_is_skipped_and_another_with_its_id_is_kept(made) -> None:
    path = made.file("a", mbox(mail(), mail(), mail("Not the same.")))

    documents, skipped = made.read(path, "mail")

    assert skipped == [Skipped("a#2", "the same message as an earlier one (1@x)")]
    assert sum(len(d.parts) for d in documents) == 2


def test_a_clock_that_cannot_be_right_leaves_the_message_where_it_came(made) -> None:
    refers = "References: <1@x>\n"
    notes: list[str] = []
    path = made.file(
        "a",
        mbox(
            mail("One."),
            mail("Two.", number="2@x", date="Thu, 1 Jan 1970 00:00:00 +0000", more=refers),
            mail("Three.", number="3@x", date="Fri, 7 Feb 2098 00:00:00 +0000", more=refers),
            mail("Four.", number="4@x", date="Mon, 4 May 2020 11:00:00 +0200", more=refers),
        ),
    )

    documents, _ = made.read(path, "mail", ReadOptions(notice=notes.append))

    (document,) = documents
    assert texts(document) == ["One.", "Two.", "Three.", "Four."]
    assert [bool(part.created) for part in document.parts] == [True, False, False, True]
    assert len(notes) == 1
    assert notes[0].startswith("2 messages have no date")


def test_a_very_long_thread_is_cut_and_keeps_its_first_key(made) -> None:
    mails = [mail(f"Number {n}.", number=f"{n}@x", more="References: <0@x>\n") for n in range(450)]

    documents, _ = made.read(made.file("a", mbox(*mails)), "mail")

    assert [len(d.parts) for d in documents] == [200, 200, 50]
    assert [d.key for d in documents] == ["0@x", "200@x", "400@x"]


@pytest.mark.parametrize(
    ("subject", "bare"),
    [
        ("Re: [tools] AW: Broken pump", "Broken pump"),
        ("[tools] Re[2]: Fwd: Broken pump", "Broken pump"),
        ("Antw: Sv: 回复：Broken pump", "Broken pump"),
        ("Regarding: pumps", "Regarding: pumps"),
        ("[only a tag]", "[only a tag]"),
    ],
)
def test_subjects_lose_what_mail_programs_add(subject, bare) -> None:
    assert bare_subject(subject) == bare


# --- what a message holds -----------------------------------------------------------------


def test_text_is_decoded_and_attachments_are_named(made) -> None:
    packed = base64.b64encode("Grüße aus Gent.".encode("latin-1")).decode()
    body = (
        '--o\nContent-Type: multipart/alternative; boundary="i"\n\n'
        "--i\nContent-Type: text/html; charset=utf-8\n\n<p>not this</p>\n"
        "--i\nContent-Type: text/plain; charset=iso-8859-1\n"
        f"Content-Transfer-Encoding: base64\n\n{packed}\n--i--\n"
        '--o\nContent-Type: application/pdf; name="plan.pdf"\n\nxx\n--o--\n'
    )
    more = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="o"\n'
    sender = "=?utf-8?q?J=C3=B8rgen_B?= <j@example.org>"

    documents, skipped = made.read(
        made.file("a", mbox(mail(body, more=more, sender=sender))), "mail"
    )

    assert (documents[0].author, texts(documents[0])) == ("Jørgen B", ["Grüße aus Gent."])
    assert skipped == [Skipped("a: 1 attachments", "attachments are left out: plan.pdf")]


def test_html_stays_html_without_the_quotes_that_mail_programs_mark(made) -> None:
    body = "<p>Ours too.</p><blockquote type=cite><p>It leaks.</p></blockquote>"

    documents, _ = made.read(
        made.file("a", mbox(mail(body, more="Content-Type: text/html\n"))), "mail"
    )

    (part,) = documents[0].parts
    assert (part.format, part.body.strip()) == ("html", "<p>Ours too.</p>")
    only = "<blockquote type=cite>all of it</blockquote>"
    assert own_html(only) == only


def test_headers_that_break_the_rules_do_no_harm(made) -> None:
    more = (
        'Content-Type: text/plain; charset="utf-8"; Content-Type="multipart/mixed"; x\n'
        "Content-Transfer-Encoding: quoted-printable\n"
    )
    broken = mail("Caf=C3=A9 opened.", more=more, sender='"Bee, Ada"    ada@example.org')

    documents, _ = made.read(made.file("a", mbox(broken)), "mail")

    assert (documents[0].author, texts(documents[0])) == ("Bee, Ada", ["Café opened."])


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        ('"Bee, Ada" <ada@example.org>', "Bee, Ada"),
        ("ada at example.org (Ada Bee)", "Ada Bee"),
        ("ada@example.org (Ada (Bo) Bee)", "Ada (Bo) Bee"),
        ("Ada Bee ada@example.org", "Ada Bee"),
        ("<ada@example.org>", "ada"),
        ("ada at example.org", "ada"),
        ("'Ada Bee'", "Ada Bee"),
        ("", ""),
    ],
)
def test_the_author_is_the_name_in_the_header(sender, name) -> None:
    assert author_name(sender) == name


def test_a_message_without_text_is_skipped(made) -> None:
    empty = mail("", number="2@x")

    documents, skipped = made.read(made.file("a", mbox(mail(), empty)), "mail")

    assert len(documents) == 1
    assert skipped == [Skipped("a#2", "a message without text")]


# --- quotes and signatures ----------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "It does.\n\nOn Mon, May 4, 2020 at 10:00 Ada <a@x.org> wrote:\n> Does it hold?\n",
        "Am 04.05.2020 um 10:00 schrieb Ada:\n> Hält es?\n\nIt does.\n",
        "Le 4 mai 2020 à 10:00, Ada a écrit :\n\n> Tient-il ?\n\nIt does.\n",
        "El lun, 4 may 2020, Ada (<a@x.org>) escribió:\n\n> ¿Aguanta?\n> Sí\n\nIt does.\n",
        "Op ma 4 mei 2020 schreef Ada <a@x.org>:\n> Houdt het?\n\nIt does.\n",
        "4 мая 2020, Ada написал(а):\n> Держит?\n\nIt does.\n",
        "在 2020年5月4日，Ada 写道：\n> 行吗\n\nIt does.\n",
        "It does.\n\n-----Original Message-----\nFrom: Ada\nSent: Monday\nTo: Bo\n\nDoes it?\n",
        "It does.\n\n________________\nVon: Ada\nGesendet: Montag\nAn: Bo\n\nHält es?\n",
        "It does.\n\nOn 3 May 2020, Ada wrote:\nDoes it hold?\nI wonder.\n",
        "It does.\n\n-- \nBo Cee\nPlumber\n",
        "It does.\n\nKind regards,\nBo\nPlumber, Gent\n",
        "It does.\n\nMit freundlichen Grüßen\nBo\n",
        "It does.\n\nSent from my phone\n",
        "It does.\n_______________\ntools mailing list\ntools@x.org\nhttps://x.org/listinfo/tools\n",
        "It does.\n\n#########\nTo unsubscribe from the TOOLS list:\nhttp://x.org/wa.exe?A=1\n########\n",
        "It does.\n------ next part ------\nAn HTML attachment was scrubbed...\nURL: <x>\n",
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA1\n\nIt does.\n"
        "-----BEGIN PGP SIGNATURE-----\nab\n-----END PGP SIGNATURE-----\n",
        "Ada Bee wrote:\nAda> Does it hold?\nAda> I wonder.\n\nIt does.\n",
    ],
)
def test_only_what_the_writer_added_stays(text) -> None:
    assert own_words(text, []) == "It does."


def test_answers_between_quotes_stay() -> None:
    text = "On 4 May 2020 Ada wrote:\n> First?\n\nYes.\n\n> Second?\n> Third?\n\nNo.\n\n> Last?\n"

    assert own_words(text, []) == "Yes.\n\nNo."


@pytest.mark.parametrize(
    "text",
    [
        "> All of this\n> is a quote",
        "Answers below.\n\n-----Original Message-----\nFrom: A\nSent: now\nTo: B\n\nIs it?\nYes!",
        "For you all.\n\n----- Forwarded message -----\nFrom: Ada\nDate: Monday\nTo: Bo\n\nCome!",
        "I ran this:\n\n>>> pump.start()\n>>> pump.stop(now=True)",
        "- first of all\n- second of all",
        "We tried it.\n\nThanks\n\nP.S. The old one still leaks, who wants it?",
        "Thanks,",
    ],
)
def test_text_that_only_looks_like_quotes_or_signatures_stays(text) -> None:
    assert own_words(text, []) == text


def test_names_of_attachments_that_an_archive_took_away_are_told() -> None:
    left_out: list[str] = []
    notice = (
        "-------------- next part --------------\nA non-text attachment was scrubbed...\n"
        "Name: plan.pdf\nType: application/pdf\nURL: <http://x.org/plan.pdf>\n"
    )

    assert own_words(f"Here it is.\n{notice}", left_out) == "Here it is."
    assert left_out == ["plan.pdf"]


# --- hostile and real ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "".join(f'Content-Type: multipart/mixed; boundary="{n}"\n\n--{n}\n' for n in range(3000)),
        "<div>" * 20_000,
        "On 3 " * 100_000 + "wrote:\n> x",
        ("> x\ny\n") * 20_000,
        ("_" * 20 + "\nunsubscribe\n") * 5_000,
    ],
)
def test_messages_made_to_take_long_are_read_in_a_moment(made, body) -> None:
    html = "Content-Type: text/html\n" if body.startswith("<") else ""
    first = mail(f"Content-Type: x\n\n{body}\ntext", more=html)

    documents, skipped = made.read(made.file("a", mbox(first)), "mail")

    assert len(documents) + len(skipped) == 1


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "messages"),
    [
        ("pipermail_2001-November.txt.gz", 164),
        ("3GPP_TSG_SA_WG4_EVS.mbox.gz", 50),
        ("3GPP_TSG_RAN_WG4_NR-MIMO-OTA.mbox.gz", 59),
        ("bigbang-dev-test.txt.gz", 6),
        ("listserv_3GPP_TSG_SA_WG2_MTCE.LOG1306B.gz", 5),
    ],
)
def test_every_message_of_real_archives_is_accounted_for(
    shared_data: Path, file: str, messages: int
) -> None:
    path = shared_data / "formats_mailing_lists" / file
    found = recognise(path)
    records = list(found.read(path, ReadOptions()))
    documents = [record for record in records if isinstance(record, Document)]
    skipped = [r for r in records if isinstance(r, Skipped) and "attachments" not in r.where]

    assert found.name == "mail"
    assert sum(len(document.parts) for document in documents) + len(skipped) == messages
    assert all(part.author for document in documents for part in document.parts)
    assert all(document.created for document in documents)
    assert not any("mailing list" in part.body for d in documents for part in d.parts)
