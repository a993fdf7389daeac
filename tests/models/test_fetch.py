"""Fetching a model as data: joined, verified, taken up again, never half there."""

import hashlib
import zipfile
from pathlib import Path

import pytest

from pipeline.errors import InputError, MissingModel
from pipeline.models import CATALOGUE, find_entry
from pipeline.models.catalogue import ModelEntry, PackageParts
from pipeline.models.fetch import add_model, installed, model_path, verify_model
from pipeline.settings import Settings

PARTS = [b"first part ", b"second part ", b"third"]
WHOLE = b"".join(PARTS)


class Shelf:
    """Wheels made in a folder. Part numbers in `missing` cannot be had; `spoilt` have no part."""

    def __init__(self, *, missing: tuple[int, ...] = (), spoilt: tuple[int, ...] = ()) -> None:
        self.missing, self.spoilt = missing, spoilt
        self.asked: list[str] = []
        self.hub: bytes | None = None

    def wheel(self, requirement: str, folder: Path) -> Path:
        self.asked.append(requirement)
        n = int(requirement.split("==", maxsplit=1)[0].removeprefix("tiny-part"))
        if n in self.missing:
            raise MissingModel(f"pip could not download {requirement}: no such thing.")
        wheel = folder / f"tiny_part{n}-1.0-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr(f"tiny_part{n}/__init__.py", "raise SystemExit('never imported')")
            name = "other" if n in self.spoilt else f"part{n:02}"
            archive.writestr(f"tiny_part{n}/data/{name}.bin", PARTS[n - 1])
        return wheel

    def hub_file(self, repository: str, file: str, folder: Path) -> Path:
        if self.hub is None:
            raise MissingModel(f"The hub did not give {repository}/{file}.")
        path = folder / file
        path.write_bytes(self.hub)
        return path


def tiny(**changes: object) -> ModelEntry:
    given: dict[str, object] = {
        "name": "tiny",
        "kind": "chat",
        "title": "Tiny",
        "file": "tiny.gguf",
        "sha256": hashlib.sha256(WHOLE).hexdigest(),
        "size": len(WHOLE),
        "memory": 1,
        "licence": "none",
        "packages": PackageParts("tiny-part{n}", "1.0", 3, "tiny_part{n}/data/part{n:02}.bin"),
    }
    return ModelEntry(**{**given, **changes})  # type: ignore[arg-type]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(models_dir=tmp_path / "models")


def test_parts_are_joined_in_numeric_order(settings: Settings) -> None:
    entry = tiny()
    path = add_model(entry, settings, downloader=Shelf())
    assert path.read_bytes() == WHOLE
    assert verify_model(entry, settings) == path == model_path(entry, settings)


def test_progress_ends_with_the_whole_size(settings: Settings) -> None:
    entry = tiny()
    seen: list[tuple[int, int]] = []
    add_model(entry, settings, lambda done, total: seen.append((done, total)), downloader=Shelf())
    assert seen[0] == (0, len(WHOLE))
    assert seen[-1] == (len(WHOLE), len(WHOLE))
    assert seen == sorted(seen)


def test_a_second_time_downloads_nothing(settings: Settings) -> None:
    entry = tiny()
    add_model(entry, settings, downloader=Shelf())
    shelf = Shelf()
    add_model(entry, settings, downloader=shelf)
    assert shelf.asked == []


def test_an_interrupted_download_goes_on_where_it_stopped(settings: Settings) -> None:
    entry = tiny()
    with pytest.raises(MissingModel, match="no such thing"):
        add_model(entry, settings, downloader=Shelf(missing=(3,)))
    assert not installed(entry, settings)
    shelf = Shelf()
    assert add_model(entry, settings, downloader=shelf).read_bytes() == WHOLE
    assert shelf.asked == ["tiny-part3==1.0"]


def test_what_has_another_checksum_is_refused_and_deleted(settings: Settings) -> None:
    entry = tiny(sha256="0" * 64)
    with pytest.raises(MissingModel, match="another checksum"):
        add_model(entry, settings, downloader=Shelf())
    assert [p.name for p in settings.models.iterdir()] == ["tiny.gguf.lock"]


def test_a_part_that_is_too_large_is_refused(settings: Settings) -> None:
    entry = tiny(size=len(PARTS[0]) + 2)
    with pytest.raises(MissingModel, match="larger than it should be"):
        add_model(entry, settings, downloader=Shelf())


def test_a_wheel_without_its_part_is_named(settings: Settings) -> None:
    entry = tiny()
    with pytest.raises(MissingModel, match=r"tiny-part2==1\.0 does not hold part 2"):
        add_model(entry, settings, downloader=Shelf(spoilt=(2,)))


def test_the_hub_helps_where_packages_are_gone(settings: Settings) -> None:
    entry = tiny(hub="someone/tiny")
    shelf = Shelf(missing=(1,))
    shelf.hub = WHOLE
    assert add_model(entry, settings, downloader=shelf).read_bytes() == WHOLE


def test_both_causes_are_told_when_the_hub_fails_too(settings: Settings) -> None:
    entry = tiny(hub="someone/tiny")
    with pytest.raises(MissingModel, match=r"no such thing.*The hub did not help"):
        add_model(entry, settings, downloader=Shelf(missing=(1,)))


def test_a_file_that_was_changed_later_fails_the_full_check(settings: Settings) -> None:
    entry = tiny()
    path = add_model(entry, settings, downloader=Shelf())
    path.write_bytes(WHOLE[:-1] + b"x")
    assert installed(entry, settings)
    with pytest.raises(MissingModel, match="is not the tiny we know"):
        verify_model(entry, settings)


def test_a_file_that_was_cut_off_does_not_count_as_installed(settings: Settings) -> None:
    entry = tiny()
    add_model(entry, settings, downloader=Shelf()).write_bytes(WHOLE[:-1])
    assert not installed(entry, settings)


def test_a_missing_model_says_how_to_get_it(settings: Settings) -> None:
    with pytest.raises(MissingModel, match=r"doubleloop models add qwen2\.5-coder-1\.5b"):
        model_path("qwen2.5-coder-1.5b", settings)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(InputError, match="all-MiniLM-L6-v2"):
        find_entry("gpt-99")


def test_every_entry_has_a_checksum_a_licence_and_a_source() -> None:
    for entry in CATALOGUE:
        assert len(entry.sha256) == 64, entry.name
        assert entry.licence, entry.name
        assert entry.sources, entry.name


@pytest.mark.model
def test_the_encoder_that_comes_along_has_the_right_checksum(settings: Settings) -> None:
    if not installed("all-MiniLM-L6-v2", settings):
        pytest.skip("the encoder's package is not installed")
    assert (verify_model("all-MiniLM-L6-v2", settings) / "config.json").is_file()
