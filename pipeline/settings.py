"""Typed settings. Order of precedence: flags, environment, TOML file, defaults.

Environment variables are named `DOUBLELOOP_<NAME>`; the TOML file is `doubleloop.toml` in the
data folder (`DOUBLELOOP_HOME`) or in the working directory.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from pipeline.errors import InputError


class Settings(BaseSettings):
    """All that can be set. Secrets print as stars.

    >>> "hunter2" in repr(Settings(api_key="hunter2"))
    False
    """

    model_config = SettingsConfigDict(
        env_prefix="DOUBLELOOP_", extra="ignore", frozen=True, validate_default=True
    )

    home: Path = Field(Path("indexes"), description="folder that holds every community's data")
    community: str = Field("default", description="community used when none is named")
    encoder: str = Field("auto", description="auto, words, a catalogue name, a path or a hub name")
    chat_model: str = Field(
        "auto", description="auto, none, embedded, or provider:model for a hosted or local service"
    )
    chat_base_url: str = Field("", description="address of an OpenAI-compatible service")
    api_key: SecretStr = Field(SecretStr(""), description="key for that service")
    threads: int = Field(0, ge=0, description="threads for models; 0 lets the library choose")
    models_dir: Path | None = Field(None, description="where fetched models are kept")
    prompts_dir: Path | None = Field(None, description="folder with the prompt files")
    port: int = Field(8501, ge=1, le=65535, description="port of the app on 127.0.0.1")
    phone_regions: str = Field(
        "US,GB,DE,FR,ES,NL,BR,IN",
        description="countries whose national phone numbers are taken out of text",
    )
    discourse_key: SecretStr = Field(SecretStr(""), description="API key of a Discourse forum")
    discourse_user: str = Field("", description="user that the key of the forum belongs to")
    chat_timeout: float = Field(120.0, gt=0, description="seconds to wait for one model answer")

    @field_validator("home", "models_dir", "prompts_dir")
    @classmethod
    def _expand(cls, value: Path | None) -> Path | None:
        return value.expanduser() if value else value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the library names it
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the same
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags first, then the environment, then the TOML files."""
        home = Path(os.environ.get("DOUBLELOOP_HOME", "indexes")).expanduser()
        files = [Path("doubleloop.toml"), home / "doubleloop.toml"]
        toml = TomlConfigSettingsSource(settings_cls, [f for f in files if f.is_file()])
        return init_settings, env_settings, toml

    @property
    def models(self) -> Path:
        """Folder of fetched models; by default inside the data folder."""
        return self.models_dir or self.home / "models"

    @property
    def prompts(self) -> Path:
        """Folder of prompt files: the setting, or `prompts/` beside the package."""
        return self.prompts_dir or Path(__file__).resolve().parent.parent / "prompts"


def load_settings(**flags: Any) -> Settings:
    """The settings in force. A flag that is None counts as not given.

    Raises:
        InputError: A setting has a value that cannot be used; names the setting.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise InputError(
            f"The setting {name} cannot be used: {first['msg']}.",
            hint=f"Look at DOUBLELOOP_{name.upper()} and at doubleloop.toml.",
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"doubleloop.toml cannot be read: {error}.") from None
