"""Archives are unpacked without trusting anything in them."""

from __future__ import annotations

import io
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from pipeline.errors import UnreadableSource
from pipeline.sources.reading import archive
from pipeline.sources.reading.archive import kind_of, office_members, unpacked


def zipped(path: Path, **members: str | bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return path


def names_below(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_a_zip_becomes_a_folder_that_goes_again(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", **{"x/one.txt": "1", "two.txt": "2"})

    with unpacked(path) as inside:
        assert inside.packed
        assert names_below(inside.path) == ["two.txt", "x/one.txt"]
        folder = inside.path
    assert not folder.exists()


@pytest.mark.parametrize("ending", ["tar", "tar.gz", "tar.bz2", "tar.xz"])
def test_a_tar_of_any_packing_is_read(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    with tarfile.open(path, f"w:{ending.partition('.')[2]}") as made:
        info = tarfile.TarInfo("x/one.txt")
        info.size = 1
        made.addfile(info, io.BytesIO(b"1"))

    with unpacked(path) as inside:
        assert names_below(inside.path) == ["x/one.txt"]


def test_a_plain_file_and_an_office_document_stay_as_they_are(tmp_path: Path) -> None:
    plain = tmp_path / "a.txt"
    plain.write_text("hello")
    office = zipped(tmp_path / "a.docx", **{"[Content_Types].xml": "<x/>", "word/document.xml": ""})

    assert kind_of(plain) == kind_of(office) == ""
    assert "word/document.xml" in office_members(office)
    with unpacked(plain) as inside:
        assert inside.path == plain
        assert not inside.packed


@pytest.mark.parametrize("name", ["../out.txt", "/var/out.txt", "a/../../out.txt", "c:\\out.txt"])
def test_a_name_that_leads_out_is_left_and_said(tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path / "a.zip", **{name: "bad", "good.txt": "good"})

    with unpacked(path) as inside:
        assert names_below(inside.path) == ["good.txt"]
        assert [s.reason for s in inside.skipped] == ["a name that leads out of the archive"]
    assert not list(tmp_path.rglob("out.txt"))


def test_links_in_archives_are_left_and_said(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as made:
        link = zipfile.ZipInfo("passwords.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(link, "/etc/passwd")
        made.writestr("good.txt", "good")
    tar = tmp_path / "a.tar"
    with tarfile.open(tar, "w") as packed:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE):
            info = tarfile.TarInfo(f"link{kind.decode()}")
            info.type, info.linkname = kind, "/etc/passwd"
            packed.addfile(info)
        good = tarfile.TarInfo("good.txt")
        good.size = 4
        packed.addfile(good, io.BytesIO(b"good"))

    for archive_path, left in ((path, 1), (tar, 3)):
        with unpacked(archive_path) as inside:
            assert names_below(inside.path) == ["good.txt"]
            assert len(inside.skipped) == left
            assert all("link" in skipped.reason for skipped in inside.skipped)


def test_a_bomb_is_refused_before_it_fills_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "HARMLESS", 1 << 20)
    path = zipped(tmp_path / "bomb.zip", **{"zeros.txt": b"0" * (20 << 20)})

    with pytest.raises(UnreadableSource, match="may be a bomb"), unpacked(path):
        pass


def test_an_archive_larger_than_there_is_room_for_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "LARGEST", 1000)
    path = zipped(tmp_path / "big.zip", **{"a.txt": "ab" * 1000})

    with pytest.raises(UnreadableSource, match="more than there is room for"), unpacked(path):
        pass


def test_pictures_stay_packed_and_are_counted(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", **{"a.jpg": "x", "b.JPG": "x", "c.txt": "text"})

    with unpacked(path) as inside:
        assert names_below(inside.path) == ["c.txt"]
        assert [s.where for s in inside.skipped] == ["2 .jpg files"]


def test_a_damaged_member_is_left_and_the_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as made:
        made.writestr("bad.txt", "BADBADBAD")
        made.writestr("good.txt", "good")
    path.write_bytes(path.read_bytes().replace(b"BADBADBAD", b"BADBAD__D", 1))

    with unpacked(path) as inside:
        assert names_below(inside.path) == ["good.txt"]
        assert "damaged" in inside.skipped[0].reason


def test_a_truncated_archive_is_one_clear_line(tmp_path: Path) -> None:
    whole = zipped(tmp_path / "a.zip", **{"a.txt": "text " * 1000})
    cut = tmp_path / "cut.tar.gz"
    with tarfile.open(cut, "w:gz") as made:
        info = tarfile.TarInfo("one.txt")
        info.size = 200_000
        made.addfile(info, io.BytesIO(bytes(range(200)) * 1000))
    cut.write_bytes(cut.read_bytes()[:300])

    assert kind_of(whole) == "zip"
    assert kind_of(cut) == "tar"
    with pytest.raises(UnreadableSource, match=r"damaged|holds no files"), unpacked(cut):
        pass


def test_two_members_of_one_name_are_both_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("a.txt", "first")
        with pytest.warns(UserWarning, match="Duplicate name"):
            made.writestr("a.txt", "second")

    with unpacked(path) as inside:
        texts = sorted(p.read_text() for p in inside.path.iterdir())
    assert texts == ["first", "second"]
