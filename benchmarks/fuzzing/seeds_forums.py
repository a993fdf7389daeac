"""Small valid exports of forums, mailing lists and deliberations."""

from __future__ import annotations

from benchmarks.fuzzing.inputs import Input, folder, in_lines, one, packed, written

_WEB = "https://github.com/crew/pumps"
_API = "https://api.github.com/repos/crew/pumps"


def _discourse() -> list[Input]:
    posts = [
        {"id": 9, "username": "ana", "created_at": "2020-01-01T00:00:00.000Z", "post_number": 1,
         "post_type": 1, "cooked": "<p>It <b>leaks</b> 💧, see <a href='/t/old/7'>this</a></p>"},
        {"id": 10, "username": "ben", "created_at": "2020-01-02T00:00:00.000Z", "post_number": 2,
         "post_type": 1, "accepted_answer": True, "user_id": 2,
         "cooked": '<aside class="quote" data-topic="7" data-post="1"><blockquote>x</blockquote>'
         "</aside><p>Use a new seal @ana</p>"},
        {"id": 11, "username": "system", "post_number": 3, "post_type": 3, "cooked": "closed"},
        {"id": 12, "username": "bo", "post_number": 4, "raw": "[quote=\"ana\"]a[/quote]\nb",
         "post_type": 1, "hidden": True},
    ]  # fmt: skip
    topic = {
        "id": 5,
        "title": "It leaks",
        "slug": "it-leaks",
        "created_at": "2020-01-01T00:00:00.000Z",
        "category_id": 3,
        "tags": ["seal", {"name": "pump"}],
        "accepted_answer": {"post_number": 2, "username": "ben"},
        "posts_count": 4,
        "post_stream": {"posts": posts, "stream": [9, 10, 11, 12]},
    }
    export = {
        "users": [{"id": 2, "username": "ben", "trust_level": 1}],
        "categories": [{"id": 3, "name": "Help", "permissions_params": {}}],
        "topics": [{"id": 6, "title": "Old", "category_id": 3, "posts": posts}],
    }
    latest = {
        "users": [{"id": 2, "username": "ben"}],
        "topic_list": {
            "topics": [
                {
                    "id": 8,
                    "title": "New",
                    "slug": "new",
                    "excerpt": "Look",
                    "posters": [{"user_id": 2}],
                }
            ]
        },
    }
    each = [
        {**post, "topic_id": 5, "topic_title": "It leaks", "topic_slug": "it"} for post in posts
    ]
    return [
        one("topic.json", written(topic)),
        one("topics.jsonl", in_lines(topic, {**topic, "id": 66})),
        one("export.json", written(export)),
        one("posts.json", written({"latest_posts": each})),
        folder(
            {"5.json": written(topic), "latest.json": written(latest), "p.jsonl": in_lines(*each)}
        ),
    ]


def _rows(table: str, *rows: str) -> bytes:
    body = "\n".join(f"  <row {row} />" for row in rows)
    return f'<?xml version="1.0" encoding="utf-8"?>\n<{table}>\n{body}\n</{table}>'.encode()


def _stack_exchange() -> list[Input]:
    posts = _rows(
        "posts",
        'Id="1" PostTypeId="1" AcceptedAnswerId="2" CreationDate="2020-01-01T00:00:00.000" Score="5" '
        'Body="&lt;p&gt;It leaks &#xD83D;&lt;/p&gt;" OwnerUserId="7" Title="Leak" Tags="&lt;seal&gt;&lt;pump&gt;"',
        'Id="2" PostTypeId="2" ParentId="1" CreationDate="2020-01-02T00:00:00.000" Score="2" '
        'Body="&lt;p&gt;New seal&lt;/p&gt;" OwnerUserId="8"',
        'Id="3" PostTypeId="2" ParentId="1" CreationDate="2020-01-03" Score="-1" Body="no" OwnerDisplayName="x"',
        'Id="4" PostTypeId="1" CreationDate="2020-02-01" Body="again?" Title="Dup" ClosedDate="2020-02-02"',
        'Id="5" PostTypeId="4" Body="about a tag"',
    )
    users = _rows("users", 'Id="7" DisplayName="Ana"', 'Id="8" DisplayName="Ben &amp; Bo"')
    return [
        one("Posts.xml", posts),
        folder(
            {
                "Posts.xml": posts,
                "Users.xml": users,
                "Votes.xml": _rows("votes", 'Id="1" PostId="2" VoteTypeId="2"', 'Id="2" PostId="2" VoteTypeId="1"'),
                "Comments.xml.gz": packed(_rows("comments", 'Id="1" PostId="2" Text="good" UserId="7" CreationDate="2020-01-04"')),
                "PostLinks.xml": _rows("postlinks", 'Id="1" PostId="4" RelatedPostId="1" LinkTypeId="3"'),
                "Badges.xml": _rows("badges", 'Id="1" UserId="7" Name="x"'),
            }
        ),
    ]  # fmt: skip


def _github() -> list[Input]:
    rest = {
        "url": f"{_API}/issues/1", "html_url": f"{_WEB}/issues/1", "number": 1, "title": "Leak",
        "user": {"login": "ana"}, "body": "It leaks.\r\n\r\n- [ ] check #2", "state": "closed",
        "state_reason": "completed", "labels": [{"name": "bug"}, "seal"], "comments": 1,
        "created_at": "2020-01-01T00:00:00Z", "closed_at": "2020-02-01T00:00:00Z",
    }  # fmt: skip
    comment = {
        "id": 44, "html_url": f"{_WEB}/issues/1#issuecomment-44", "issue_url": f"{_API}/issues/1",
        "user": {"login": "ben"}, "body": "> It leaks\n\nNew seal.", "created_at": "2020-01-02T00:00:00Z",
    }  # fmt: skip
    pull = {
        **rest,
        "number": 2,
        "pull_request": {"merged_at": "2020-03-01T00:00:00Z"},
        "draft": False,
    }
    gh = {
        "author": {"login": "ana", "is_bot": False}, "body": "It leaks.", "number": 3,
        "title": "T3", "url": f"{_WEB}/issues/3", "state": "OPEN", "createdAt": "2020-01-01T00:00:00Z",
        "labels": [{"name": "seal"}], "stateReason": "", "closedAt": None,
        "comments": [{"author": {"login": "ben"}, "body": "Me too", "createdAt": "2020-01-02T00:00:00Z"}],
    }  # fmt: skip
    discussion = {
        "number": 4, "title": "How?", "url": f"{_WEB}/discussions/4", "author": {"login": "ana"},
        "body": "How to seal?", "createdAt": "2020-01-01T00:00:00Z", "category": {"name": "Q&A"},
        "answer": {"id": "A1"}, "isAnswered": True,
        "comments": {"nodes": [{"id": "A1", "isAnswer": True, "body": "So", "author": None,
                                "replies": {"nodes": [{"body": "ok", "author": {"login": "bo"}}]}}]},
    }  # fmt: skip
    remark = {"author": "ben", "state": "APPROVED", "body": "Good.", "createdAt": "2020-02-04T00:00:00Z",
              "comments": [{"body": "Nit.", "createdAt": "2020-02-03T00:00:00Z"}]}  # fmt: skip
    issue = {"number": 1, "title": "Leak", "state": "CLOSED", "author": "ana", "labels": ["x"],
             "body": "It leaks.", "createdAt": "2020-01-01T00:00:00Z", "comments": []}  # fmt: skip
    archive = {
        "magic": "E!vIA5L86J2I", "timestamp": "2020-01-01T00:00:00Z", "repo": "crew/pumps",
        "labels": [], "issues": [issue], "pulls": [{**issue, "number": 2, "reviews": [remark]}],
    }  # fmt: skip
    return [
        one("issues.json", written([rest, pull])),
        one("gh.json", written([gh])),
        one("archive.json", written(archive)),
        one("d.json", written({"data": {"repository": {"discussions": {"nodes": [discussion]}}}})),
        folder({"issues.json": written([rest]), "issue_comments.json": written([comment])}),
    ]


_MAIL = (
    "From: Ana Bee <ana@example.org>\nDate: Mon, 4 May 2020 10:00:00 +0200\n"
    "Subject: [tools] Pump =?utf-8?q?caf=C3=A9?=\nMessage-ID: <1@x>\n"
)
_ANSWER = (
    "From: bo at example.org (Bo Cee)\nDate: Tue, 5 May 2020 10:00:00 +0200\n"
    "Subject: Re: [tools] Pump\nMessage-ID: <2@x>\nIn-Reply-To: <1@x>\nReferences: <0@x> <1@x>\n"
)


def _mail() -> list[Input]:
    parts = (
        'MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="zz"\n\n--zz\n'
        "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n"
        "Die =DCbergabe fiel aus.\n--zz\nContent-Type: text/html; charset=utf-8\n"
        "Content-Transfer-Encoding: base64\n\nPHA+SGVsbG88L3A+\n--zz--\n"
    )
    plain = (
        "\nIt does here too.\n\nOn Mon, Ana Bee wrote:\n> The pump holds\n>> really?\n\n"
        "-- \nBo\nPlant 7\n"
    )
    mbox = (
        f"From ana@example.org Mon May  4 10:00:00 2020\n{_MAIL}{parts}\n"
        f"From bo@example.org Tue May  5 10:00:00 2020\n{_ANSWER}{plain}\n"
    )
    pipermail = (
        f"From ana at example.org  Mon May  4 10:00:00 2020\n{_MAIL}\nThe pump holds.\n"
        "_______________________________________________\ntools mailing list\n\n"
        f"From bo at example.org  Tue May  5 10:00:00 2020\n{_ANSWER}{plain}"
    )
    rule = "=" * 73
    log = (
        f"{rule}\r\nDate:         Mon, 10 Jun 2013 13:28:11 +0000\r\nReply-To:     Ana <a@x.org>\r\n"
        "From:         Ana <a@x.org>\r\nSubject:      Call\r\n\r\nMonday or Tuesday?\r\n\r\n"
        f"{rule}\r\nDate:         Tue, 11 Jun 2013 13:28:11 +0000\r\nFrom:         Bo <b@x.org>\r\n"
        "Subject:      Re: Call\r\n\r\nTuesday.\r\n"
    )
    return [
        one("list.mbox", mbox),
        one("2020-May.txt", pipermail),
        one("TOOLS.LOG1306B", log),
        one("saved.eml", _MAIL + parts),
        folder({"2020-May.txt.gz": packed(pipermail.encode()), "2020-June.txt": pipermail}),
    ]


def _polis() -> list[Input]:
    comments = (
        "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
        "1542431376,Sat Nov 17 05:09:36 UTC 2018,0,1,12,3,1,We need a quieter pump\n"
        '1542431377,Sat Nov 17 05:09:37 UTC 2018,1,2,1,0,0,"Seals, and ""valves"" 🙂\nare dear"\n'
        "1542431378,Sat Nov 17 05:09:38 UTC 2018,2,2,0,0,-1,spam\n"
    )
    summary = "topic,Pumps\nurl,https://pol.is/4abcd\nvoters,12\nvoters-in-conv,9\ncommenters,2\n"
    people = (
        "participant,group-id,n-comments,n-votes,n-agree,n-disagree,0,1,2\n"
        "0,0,1,3,2,1,1,-1,0\n1,1,0,2,1,1,-1,,1\n"
    )
    groups = (
        "comment-id,comment,total-votes,total-agrees,total-disagrees,total-passes\n"
        "0,We need,15,12,3,0\n1,Seals,1,1,0,0\n"
    )
    return [
        one("comments.csv", comments),
        folder(
            {"comments.csv": comments, "summary.csv": summary, "participants-votes.csv": people}
        ),
        folder({"comments.csv": comments, "comment-groups.csv": groups, "summary.csv": summary}),
    ]


def _decidim() -> list[Input]:
    proposals = (
        "id;participatory_space/id;component/id;title/ca;title/en;body/ca;body/en;category/name/en;"
        "scope/name/en;state;published_at;url;author/name\n"
        "7;1;2;Bombes;Pumps;Cal canviar;Change <b>the</b> pumps;Water;City;accepted;"
        "2020-01-02 10:00:00 UTC;https://city.example/processes/w/f/2/proposals/7;Ana\n"
    )
    comments = (
        "id,created_at,body,author/id,author/name,alignment,depth,commentable_id,commentable_type,"
        "root_commentable_url\n"
        "1,2020-01-03 10:00:00 UTC,Agreed 👍,5,Ben,1,0,7,Decidim::Proposals::Proposal,"
        "https://city.example/processes/w/f/2/proposals/7\n"
        "2,2020-01-03 11:00:00 UTC,Not at all,6,Bo,-1,1,1,Decidim::Comments::Comment,"
        "https://city.example/processes/w/f/2/proposals/7\n"
    )
    record = {
        "id": 7, "participatory_space": {"id": 1}, "component": {"id": 2}, "state": "accepted",
        "title": {"ca": "Bombes", "en": "Pumps"}, "body": {"en": "<p>Change</p>"},
        "category": {"name": {"en": "Water"}}, "published_at": "2020-01-02T10:00:00Z",
        "answer": {"en": "Yes"}, "url": "https://city.example/proposals/7", "author": {"name": ["Ana"]},
    }  # fmt: skip
    inner = {"id": 1, "alignment": 1, "commentable_id": 7, "commentable_type": "Decidim::Proposals::Proposal",
             "body": "Agreed", "author": {"id": 5, "name": "Ben"}, "created_at": "2020-01-03"}  # fmt: skip
    return [
        folder({"proposals.csv": proposals, "comments.csv": comments}),
        one("proposals.json", written([record])),
        one("comments.jsonl", in_lines(inner, {**inner, "id": 2, "commentable_id": 1,
                                               "commentable_type": "Decidim::Comments::Comment"})),
        one("wrapped.json", written({"proposals": [record]})),
    ]  # fmt: skip


def _tables_of_statements() -> dict[str, list[Input]]:
    return {
        "kouchou-ai": [
            one(
                "in.csv",
                "comment-id,comment-body,source,url,attribute_age,attribute_author\n"
                "1,ポンプが静かになった,form,https://example.org/1,30s,Ana\n"
                '2,"Seals, valves",form,,40s,\n3,…,form,,,\n',
            )
        ],
        "sensemaker": [
            one(
                "in.csv",
                "comment-id,comment_text,votes,agrees,disagrees,passes,topics\n"
                '1,Quieter pumps please,9,5,3,1,"Water:Pumps;Noise"\n'
                "2,More seals,,1,0,,Water\n",
            )
        ],
        "talk-to-the-city": [
            one("in.csv", "comment-id,comment-body\n1,Quieter pumps please\n2,More seals 🙂\n"),
            one(
                "said.csv",
                "id,interview,comment,video,timestamp\n1,Ana,It is loud,https://v.example/1,00:01:02\n"
                "2,Ben,It leaks,,\n",
            ),
        ],
    }


def _transcript() -> list[Input]:
    vtt = (
        "WEBVTT - Pump talk\n\nNOTE made by hand\n\n1\n00:00:01.000 --> 00:00:04.000 align:start\n"
        "<v Ana>It leaks every night.</v>\n\n00:00:05.000 --> 00:00:09.000\n<v Ben Osei>Since when "
        "&amp; where?\n\n00:01:05.000 --> 00:01:09.000\nAna: Since Monday.\n"
    )
    srt = (
        "1\n00:00:01,000 --> 00:00:04,000\nAna: It leaks every night.\n\n2\n00:00:05,000 --> "
        "00:00:09,000\n<i>Ben: Since when?</i>\n\n3\n00:00:10,000 --> 00:00:12,000\nAna: Monday.\n"
    )
    turns = (
        ("Ana", "It leaks every night, and nobody knows why."),
        ("Ben Osei", "Since when does it leak? Was anything changed?"),
        ("Ana", "Since Monday. We had the valve replaced."),
        ("Ben Osei", "Then look at the seal of the valve first."),
        ("Ana", "We did, and it was the wrong size."),
    )
    text = "Pump talk\nDate: 4 May 2020\n\n" + "\n".join(f"{who}: {said}" for who, said in turns)
    clock = "\n".join(f"[00:0{n}:01] {who}: {said}\n" for n, (who, said) in enumerate(turns))
    return [
        one("talk.vtt", vtt),
        one("talk.srt", srt),
        one("talk.txt", text),
        one("talk2.txt", clock),
        folder({"a.vtt": vtt, "b.srt": srt}),
    ]


SEEDS = {
    "decidim": _decidim,
    "discourse": _discourse,
    "github": _github,
    "mail": _mail,
    "polis": _polis,
    "stack-exchange": _stack_exchange,
    "transcript": _transcript,
    **{
        name: lambda held=held: held  # type: ignore[misc]
        for name, held in _tables_of_statements().items()
    },
}
