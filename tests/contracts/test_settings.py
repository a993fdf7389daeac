from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.settings import load_settings


def test_a_flag_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOUBLELOOP_COMMUNITY", "from-environment")

    assert load_settings().community == "from-environment"
    assert load_settings(community="from-flag").community == "from-flag"
    assert load_settings(community=None).community == "from-environment"


def test_the_environment_wins_over_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "doubleloop.toml").write_text('community = "from-file"\nport = 9000\n')
    monkeypatch.setenv("DOUBLELOOP_PORT", "9001")

    assert (load_settings().community, load_settings().port) == ("from-file", 9001)


def test_a_bad_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOUBLELOOP_PORT", "many")

    with pytest.raises(InputError, match="setting port"):
        load_settings()


def test_a_broken_file_is_one_clear_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "doubleloop.toml").write_text("port = = 1")

    with pytest.raises(InputError, match=r"doubleloop\.toml cannot be read"):
        load_settings()


def test_a_secret_is_never_shown() -> None:
    settings = load_settings(api_key="hunter2")

    assert "hunter2" not in f"{settings} {settings!r} {settings.model_dump_json()}"
