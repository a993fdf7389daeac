"""What of a WhatsApp message people wrote, in the languages that phones put around it."""

from __future__ import annotations

import re

from pipeline.sources.chat._whatsapp_lines import MARKS

NOTICES = "joins, calls and other notices of the system"
EMPTY = "pictures, places and files without text"
DELETED = "deleted by their author"
_MARK = f"[{MARKS}]"
_OMITTED = (
    r"omitted|ausgeschlossen|weggelassen|omitid[ao]s?|omis(?:e|es)?|absente?s?|retirée?s?|"
    r"omess[oiae]|esclus[oiae]|ocult[ao]s?|ocultad[ao]s?|weggelaten|hariç tutuldu|dahil edilmedi|"
    r"dihilangkan|tidak disertakan|jätetty pois|kihagyva|省略|已忽略|已略過|"
    r"(?:pominię|без медиа|опущен|пропущен|utelämna|udelad|utelat|vynechan|παραλείφθηκ|생략|제외|"
    r"استبعاد|הושמט|لم يتم إدراج)\w{0,9}"
)
_ANGLED = re.compile(rf"{_MARK}*<[^<>\n]{{0,50}}(?:{_OMITTED})[^<>\n]{{0,30}}>", re.IGNORECASE)
_BARE = re.compile(rf"(?:{_OMITTED})[.\s]*$", re.IGNORECASE)
_PLAIN = re.compile(
    r"(?:image|video|video note|audio|gif|sticker|document|contact card) omitted|null|"
    r"location: https?://\S+|\w{3,12}: https://maps\.google\.com/\?q=\S+",
    re.IGNORECASE,
)
_ATTACHED = re.compile(
    rf"{_MARK}*+(?:<[^<>:\n]{{3,40}}: [^<>\n]{{1,200}}\.\w{{2,5}}>"
    rf"|\S[^\n]{{0,200}}\.\w{{2,5}} \([^()\n]{{4,40}}\))\s*"
)
_EDITED = re.compile(
    rf"(?<![\s{MARKS}])[\s{MARKS}]*+<[^<>\n]{{0,40}}(?:edited|bearbeitet|edit[óa]|editada|editado|"
    r"modifi|bewerkt|изменен|редактир|edytowan|upraven|szerkeszt|muokat|redig|düzenlen|diedit|編集|编辑|"
    r"編輯|수정|تعديل|נערכה)[^<>\n]{0,40}>\s*$",
    re.IGNORECASE,
)
_DELETED = re.compile(
    r"(?:(?:this message was|you) deleted(?: this message)?(?: by admin.{0,60})?"
    r"|diese nachricht wurde gelöscht|du hast diese nachricht gelöscht"
    r"|(?:se )?eliminó este mensaje|este mensaje fue eliminado|eliminaste este mensaje"
    r"|ce message a été supprimé|vous avez supprimé ce message"
    r"|(?:esta )?mensagem (?:foi )?apagada|você apagou esta mensagem|apagaste esta mensagem"
    r"|questo messaggio è stato eliminato|hai eliminato questo messaggio"
    r"|dit bericht (?:is|werd) verwijderd|(?:u|je) hebt dit bericht verwijderd"
    r"|данное сообщение удалено|вы удалили (?:данное|это) сообщение|bu mesaj silindi"
    r"|bu mesajı sildiniz|pesan ini (?:telah )?dihapus|anda menghapus pesan ini"
    r"|ta wiadomość została usunięta|此消息已删除|此訊息已刪除|このメッセージは削除されました"
    r"|삭제된 메시지입니다|تم حذف هذه الرسالة|הודעה זו נמחקה)[.\s]*",
    re.IGNORECASE,
)
_ENCRYPTED = re.compile(
    r"end-to-end.{0,3}encrypt|ende-zu-ende|(?:de )?extremo a extremo|bout en bout|ponta a ponta|"
    r"crittografia end-to-end|end-to-end-?versleutel|сквозн\w{1,9} шифр|uçtan uca|"
    r"端到端|端對端|종단간|"
    r"エンドツーエンド|تمامًا بين الطرفين|waiting for this message",
    re.IGNORECASE,
)
_HAPPENED = re.compile(
    r"(?:created (?:this |the )?group|(?:was|were) added|added (?:you|\+|~)"
    r"|joined (?:using|via|from)|\bleft$|(?:you(?:'re| are) now an admin)|security code"
    r"|changed (?:the|this|their|your)"
    r"|(?:missed|no answer|voice call|video call|group call)\b|removed\b|turned (?:on|off)"
    r"|pinned a message|is a contact|disappearing messages"
    r"|hat (?:die|diese) gruppe|wurde hinzugefügt|hat .{1,60} hinzugefügt|beigetreten|verlassen"
    r"|sicherheitsnummer|verpasster|creó (?:el|este) grupo|añadió|cambió|salió del grupo|llamada"
    r"|a créé (?:le|ce) groupe|a ajouté|a changé|a quitté|appel (?:vocal|vidéo)|appel manqué"
    r"|criou (?:o|este) grupo|adicionou|mudou|saiu do grupo|chamada (?:de|perdida)"
    r"|ha creato (?:il|questo) gruppo|ha aggiunto|ha cambiato|ha abbandonato|chiamata"
    r"|heeft (?:de|deze) groep|toegevoegd|gewijzigd|gemiste)",
    re.IGNORECASE,
)
_ISOLATED = re.compile("@\u2068([^\u2069\n]{1,100})\u2069")
_UNKNOWN = "~ \u202f\u00a0"
_LONGEST_NOTICE = 400


def written(text: str) -> tuple[str, str]:
    """What a person wrote, without what WhatsApp put around it; or why that is nothing.

    >>> written("that helped <This message was edited>")
    ('that helped', '')
    >>> written("<Media omitted>")
    ('', 'pictures, places and files without text')
    """
    text = _EDITED.sub("", text)
    bare = text.strip(MARKS + " \n\r\t")
    if not bare:
        return "", EMPTY
    if _DELETED.fullmatch(bare):
        return "", DELETED
    if len(bare) < _LONGEST_NOTICE and _is_notice(text, bare):
        return "", NOTICES
    lines = [line.strip(MARKS + " \r\t") for line in text.split("\n") if not _is_media(line)]
    kept = "\n".join(lines).strip()
    return (kept, "") if kept else ("", EMPTY)


def _is_notice(text: str, bare: str) -> bool:
    """The iPhone writes notices as if someone said them, after a mark of direction."""
    marked = text.lstrip()[:1] in MARKS
    return bool(_ENCRYPTED.search(bare) and marked) or bool(marked and _HAPPENED.search(bare))


def _is_media(line: str) -> bool:
    bare = line.strip(MARKS + " \r\t")
    if _ANGLED.fullmatch(bare) or _PLAIN.fullmatch(bare) or _ATTACHED.fullmatch(line.strip()):
        return True
    marked = any(mark in line for mark in MARKS[:2])
    return marked and len(bare.split()) <= 12 and bool(_BARE.search(bare))


def named(text: str) -> tuple[str, tuple[str, ...]]:
    """The text with mentions as "@name", and the names.

    >>> named("ask @\u2068Ada B\u2069 first")
    ('ask @Ada B first', ('Ada B',))
    """
    names = [name.strip(_UNKNOWN) for name in _ISOLATED.findall(text)]
    shown = _ISOLATED.sub(lambda found: "@" + found[1].strip(_UNKNOWN), text)
    return shown, tuple(dict.fromkeys(names))
