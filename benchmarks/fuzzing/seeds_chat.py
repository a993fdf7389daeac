"""Small valid exports of chats, one or more for each connector."""

from __future__ import annotations

from benchmarks.fuzzing.inputs import Input, folder, in_lines, one, packed, written

_T = 1_577_836_800
_LINES = (
    "The pump stops after ten minutes, what can it be?",
    "Is the strainer clean? Ours was full of sand 🏖️",
    "No sand, but the seal leaks - שלום, see https://example.org/seal?a=1&b=2",
    "A new seal helped, it runs again ✅ thank you",
)
_PEOPLE = ("Ana", "Ben Osei", "زينب", "Ana")


def _slack() -> list[Input]:
    users = [
        {"id": "U01ANA", "name": "ana", "profile": {"display_name": "Ana", "real_name": "Ana K"}},
        {"id": "U02BEN", "name": "ben", "real_name": "Ben Osei", "deleted": False},
    ]
    first = {"type": "message", "user": "U01ANA", "text": _LINES[0], "ts": f"{_T}.000100"}
    root = {**first, "thread_ts": first["ts"], "reply_count": 1, "latest_reply": f"{_T + 60}.0002"}
    answer = {
        **first,
        "user": "U02BEN",
        "ts": f"{_T + 60}.000200",
        "thread_ts": first["ts"],
        "text": "<@U01ANA> ask in <#C02VALVE|valves>, see <https://example.org|here> &amp; there",
        "parent_user_id": "U01ANA",
        "reactions": [{"name": "white_check_mark", "users": ["U01ANA"], "count": 1}],
    }
    rich = {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "text", "text": _LINES[3], "style": {"bold": True}},
                    {"type": "user", "user_id": "U02BEN"},
                    {"type": "link", "url": "https://example.org", "text": "manual"},
                    {"type": "emoji", "name": "tada", "unicode": "1f389"},
                ],
            },
            {"type": "rich_text_list", "style": "ordered", "indent": 0, "elements": []},
        ],
    }
    blocks = {
        "type": "message",
        "user": "U02BEN",
        "text": "",
        "ts": f"{_T + 900}.0",
        "blocks": [rich],
    }
    bot = {
        "type": "message",
        "subtype": "bot_message",
        "username": "Alarm",
        "bot_id": "B1",
        "ts": f"{_T + 990}.5",
        "text": "",
        "attachments": [
            {"pretext": "Line 3", "text": "low", "fields": [{"title": "bar", "value": "2"}]}
        ],
    }
    joined = {
        "type": "message",
        "subtype": "channel_join",
        "user": "U02BEN",
        "ts": f"{_T}.9",
        "text": "in",
    }
    edited = {**first, "ts": f"{_T + 1200}.1", "edited": {"user": "U01ANA", "ts": f"{_T + 1300}.1"}}
    shared = {**edited, "ts": f"{_T + 1400}.1", "files": [{"name": "plan.pdf", "title": "Plan"}]}
    day = [root, answer, joined, blocks, bot, edited, shared]
    channels = [
        {"id": "C01PUMP", "name": "pumps", "members": ["U01ANA"], "topic": {"value": "seals"}}
    ]
    whole = {
        "users.json": written(users),
        "channels.json": written(channels),
        "dms.json": written([{"id": "D01", "members": ["U01ANA", "U02BEN"]}]),
        "team.json": written({"domain": "crew"}),
        "pumps/2020-01-01.json": written(day),
        "pumps/2020-01-02.json.gz": packed(written([answer])),
        "D01/2020-01-01.json": written([first]),
    }
    return [folder(whole), one("2020-01-01.json", written(day))]


def _mattermost() -> list[Input]:
    reply = {"user": "ben", "message": "@ana " + _LINES[1], "create_at": (_T + 9) * 1000}
    post = {
        "team": "crew",
        "channel": "pumps",
        "user": "ana",
        "message": _LINES[0],
        "create_at": _T * 1000,
        "props": {"attachments": [{"text": "low", "fallback": "x"}]},
        "reactions": [{"user": "ben", "emoji_name": "white_check_mark", "create_at": _T * 1000}],
        "replies": [reply, {**reply, "user": "ana", "message": _LINES[3]}],
        "attachments": [{"path": "20200101/plan.pdf"}],
    }
    notice = {**post, "type": "system_join_channel", "message": "ana joined", "replies": []}
    direct = {"channel_members": ["ana", "ben"], "user": "ana", "message": "psst", "create_at": 1}
    lines = in_lines(
        {"type": "version", "version": 1},
        {"type": "team", "team": {"name": "crew", "display_name": "Crew", "type": "O"}},
        {
            "type": "channel",
            "channel": {"team": "crew", "name": "pumps", "display_name": "Pumps", "type": "P"},
        },
        {"type": "user", "user": {"username": "ana", "nickname": "Ana", "email": "a@example.org"}},
        {"type": "bot", "bot": {"username": "alarm", "owner": "ana"}},
        {"type": "post", "post": post},
        {"type": "post", "post": notice},
        {"type": "post", "post": {**post, "create_at": (_T + 90_000) * 1000, "replies": None}},
        {"type": "direct_channel", "direct_channel": {"members": ["ana", "ben"]}},
        {"type": "direct_post", "direct_post": direct},
    )
    return [one("import.jsonl", lines), folder({"import.jsonl": lines, "data/plan.pdf": "%PDF-"})]


def _zulip() -> list[Input]:
    realm = {
        "zerver_realm": [{"id": 1, "string_id": "crew", "name": "Crew"}],
        "zerver_userprofile": [
            {"id": 11, "full_name": "Ana", "email": "user11@crew.example", "is_bot": False},
            {"id": 12, "full_name": "Ben Osei", "email": "user12@crew.example"},
        ],
        "zerver_userprofile_crossrealm": [{"id": 1, "email": "notification-bot@zulip.com"}],
        "zerver_stream": [
            {"id": 21, "name": "pumps", "invite_only": False},
            {"id": 22, "name": "core", "invite_only": True},
        ],
        "zerver_recipient": [
            {"id": 31, "type": 2, "type_id": 21},
            {"id": 32, "type": 2, "type_id": 22},
            {"id": 33, "type": 1, "type_id": 11},
        ],
    }
    quote = (
        "@_**Ana|11** [said](https://crew.example/#narrow/stream/21-pumps/topic/seals/near/1):\n"
        f"```quote\n{_LINES[0]}\n```\n{_LINES[1]} @**Ben Osei** #**pumps**"
    )
    messages = [
        {"id": n, "sender": 11 + n % 2, "recipient": 31 + n // 4, "subject": "✔ seals",
         "content": text, "date_sent": _T + n * 60.5, "edit_history": None}
        for n, text in enumerate([_LINES[0], quote, *_LINES[2:]])
    ]  # fmt: skip
    held = {"zerver_message": messages, "zerver_usermessage": []}
    whole = folder(
        {
            "realm.json": written(realm),
            "messages-000001.json": written(held),
            "attachment.json": written({"zerver_attachment": []}),
            "avatars/records.json": "[]",
        }
    )
    return [whole, one("messages-000001.json", written(held))]


def _discord() -> list[Input]:
    ana = {"id": "11", "name": "ana_k", "nickname": "Ana", "isBot": False, "roles": []}
    ben = {"id": "12", "name": "ben", "nickname": "Ben Osei", "isBot": False}
    messages = [
        {"id": str(90 + n), "type": "Default", "timestamp": f"2024-05-01T10:0{n}:00+02:00",
         "content": text, "author": (ana, ben)[n % 2], "embeds": [], "mentions": [],
         "attachments": []}
        for n, text in enumerate(_LINES)
    ]  # fmt: skip
    messages[1] |= {
        "type": "Reply",
        "reference": {"messageId": "90", "channelId": "70", "guildId": "7"},
        "mentions": [ana],
        "content": "@Ana " + _LINES[1],
        "reactions": [{"emoji": {"name": "✅", "code": "white_check_mark"}, "count": 2}],
    }
    messages[2] |= {
        "embeds": [{"title": "Seal", "description": "a ring", "fields": []}],
        "content": "",
    }
    messages.append({**messages[0], "id": "99", "type": "GuildMemberJoin", "content": "Joined."})
    about = {"id": "70", "type": "GuildTextChat", "category": "Help", "name": "seals", "topic": "x"}
    held = {"guild": {"id": "7", "name": "Pumps"}, "channel": about, "messages": messages}
    thread = {
        **held,
        "channel": {**about, "id": "71", "type": "GuildPublicThread", "name": "Stops"},
    }
    direct = {
        **held,
        "guild": {"id": "0", "name": "Direct"},
        "channel": {**about, "type": "DirectTextChat"},
    }
    whole = {"seals.json": written(held), "t.json": written(thread), "a.png": b"\x89PNG"}
    return [one("seals.json", written(held)), one("d.json", written(direct)), folder(whole)]


def _telegram() -> list[Input]:
    messages: list[dict[str, object]] = [
        {"id": n + 1, "type": "message", "date": f"2024-05-01T12:0{n}:00",
         "date_unixtime": str(_T + n * 60), "from": _PEOPLE[n], "from_id": f"user{n % 3}",
         "text": text}
        for n, text in enumerate(_LINES)
    ]  # fmt: skip
    messages[1]["text"] = [
        "ask ",
        {"type": "mention_name", "text": "the boss", "user_id": 1},
        {"type": "text_link", "text": "seals", "href": "https://example.org/s"},
        {"type": "bold", "text": " now"},
        {"type": "custom_emoji", "text": "🙂", "document_id": "x"},
    ]
    messages[2]["reply_to_message_id"] = 1
    messages[3]["forwarded_from"] = "Plant"
    messages[3]["reactions"] = [{"type": "emoji", "count": 1, "emoji": "✅"}]
    messages.append({"id": 9, "type": "service", "action": "topic_created", "title": "Seals"})
    messages.append({"id": 10, "type": "message", "text": "", "photo": "p.jpg", "from": "Ana"})
    chat = {"name": "Pumps", "type": "private_supergroup", "id": 1234, "messages": messages}
    private = {**chat, "type": "personal_chat", "name": "Ben"}
    account = {
        "about": "Here is the data you requested from Telegram.",
        "personal_information": {"user_id": 1},
        "chats": {"about": "all", "list": [chat, private]},
        "left_chats": {"about": "left", "list": [{**chat, "id": 55}]},
    }
    return [
        one("result.json", written(chat)),
        one("result.json", written(account)),
        one("result.json", written(private)),
    ]


def _latin(text: str) -> str:
    return text.encode().decode("latin-1")


def _messenger() -> list[Input]:
    messages: list[dict[str, object]] = [
        {"sender_name": _latin(_PEOPLE[n]), "timestamp_ms": (_T + n * 60) * 1000,
         "content": _latin(text), "is_geoblocked_for_viewer": False}
        for n, text in enumerate(_LINES)
    ]  # fmt: skip
    messages[1]["reactions"] = [{"reaction": _latin("✅"), "actor": "Ana"}]
    messages[2] |= {"photos": [{"uri": "x.jpg"}], "share": {"link": "https://example.org"}}
    messages.append({"sender_name": "Ben", "timestamp_ms": _T * 1000, "is_unsent": True})
    chat = {
        "participants": [{"name": _latin(name)} for name in _PEOPLE[:3]],
        "messages": messages[::-1],
        "title": "Pumps",
        "thread_path": "inbox/pumps_aaaaaa123",
        "is_still_participant": True,
    }
    two = {**chat, "participants": chat["participants"][:2]}  # type: ignore[index]
    place = "messages/inbox/pumps_aaaaaa123"
    return [
        one("message_1.json", written(chat)),
        folder({f"{place}/message_1.json": written(chat), f"{place}/message_2.json": written(two)}),
    ]


def _whatsapp() -> list[Input]:
    android = (
        "31/12/2023, 09:00 - Messages and calls are end-to-end encrypted. Tap to learn more.\n"
        '31/12/2023, 09:01 - Ana created group "Pumps"\n'
        f"31/12/2023, 09:02 - Ana: {_LINES[0]}\nand nobody knows why\n"
        "31/12/2023, 09:03 - Ben Osei: <Media omitted>\n"
        f"31/12/2023, 09:04 - Ben Osei: @Ana {_LINES[1]} <This message was edited>\n"
        f"31/12/2023, 09:09 - زينب: {_LINES[2]}\n31/12/2023, 09:11 - Ana: {_LINES[3]}\n"
    )
    phone = "".join(
        f"\u200e[31.12.23, 21:0{n}:09] ~\u202f{name}: {text}\r\n"
        for n, (name, text) in enumerate(zip(_PEOPLE, _LINES, strict=True))
    )
    america = "".join(
        f"12/31/23, 9:0{n}\u202fPM - {name}: {text}\n"
        for n, (name, text) in enumerate(zip(_PEOPLE, _LINES, strict=True))
    )
    whole = {"WhatsApp Chat with Pumps.txt": android, "IMG-1.jpg": b"\xff\xd8\xff"}
    return [
        one("_chat.txt", android),
        one("_chat.txt", phone),
        one("c.txt", america),
        folder(whole),
    ]


def _irc() -> list[Input]:
    plain = (
        "--- Log opened Mon Jan 02 10:00:00 2006\n"
        f"10:01 <@ana> {_LINES[0]}\n10:01 -!- ben [~b@host] has joined #pumps\n"
        f"10:02 <ben> ana: {_LINES[1]}\n10:03  * ana waves\n10:04 <ana> {_LINES[3]}\n"
        "--- Day changed Tue Jan 03 2006\n00:01 <ben> ana, \x0304good\x03 \x02night\x0f\n"
        "10:06 -!- mode/#pumps [+o ben] by ana\n"
    )
    ubuntu = "".join(
        f"[10:0{n}] <{name}> {text}\n"
        for n, (name, text) in enumerate(zip(("ana", "ben", "ana", "ben"), _LINES, strict=True))
    )
    weechat = (
        "".join(f"2006-01-02 15:04:0{n}\t@ana\t{text}\n" for n, text in enumerate(_LINES))
        + "2006-01-02 15:04:09\t-->\tben (~b@h) has joined #pumps\n"
    )
    whole = {"#pumps_20060102.log": ubuntu, "#pumps_20060103.log": ubuntu}
    return [
        one("#pumps.log", plain),
        one("2006-01-02.txt", ubuntu),
        one("w.weechatlog", weechat),
        folder(whole),
    ]


def _slack_xml() -> list[Input]:
    said = "".join(
        f'<message conversation_id="{n // 2}"><ts>2019-01-01T10:00:0{n}.000100</ts>'
        f"<user>{name}</user><text>&lt;@Ana&gt; {text.replace('&', '&amp;')}</text></message>\n"
        for n, (name, text) in enumerate(zip(_PEOPLE, _LINES, strict=True))
    )
    head = "<slack><team_domain>crew</team_domain><channel_name>pumps</channel_name>\n"
    channel = f'<?xml version="1.0" encoding="UTF-8"?>\n{head}{said}</slack>'
    return [one("pumps.xml", channel), one("pumps.xml.gz", packed(channel.encode()))]


SEEDS = {
    "discord": _discord,
    "irc": _irc,
    "mattermost": _mattermost,
    "messenger": _messenger,
    "slack": _slack,
    "slack-xml": _slack_xml,
    "telegram": _telegram,
    "whatsapp": _whatsapp,
    "zulip": _zulip,
}
