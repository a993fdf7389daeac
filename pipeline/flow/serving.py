"""Start the app, bound to this machine only."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

from pipeline.errors import InputError, MissingPiece
from pipeline.settings import Settings

ADDRESS = "127.0.0.1"


def app_file() -> Path:
    """The app's entry file, beside the package.

    Raises:
        MissingPiece: Only the package was installed, not the checkout.
    """
    path = Path(__file__).resolve().parents[2] / "app.py"
    if not path.is_file():
        raise MissingPiece(
            f"{path} is not there.", hint="Run the app from a checkout of the project."
        )
    return path


def free_port(port: int) -> int:
    """The port if nothing listens on it.

    Raises:
        InputError: Something does.
    """
    with socket.socket() as probe:
        if probe.connect_ex((ADDRESS, port)) == 0:
            raise InputError(
                f"Something already listens on {ADDRESS}:{port}; perhaps the app is open.",
                hint=f"Look at http://{ADDRESS}:{port}, or choose another with --port.",
            )
    return port


def serve(settings: Settings) -> int:
    """Run the app until it is stopped; returns its exit code."""
    file, port = app_file(), free_port(settings.port)
    command = [sys.executable, "-m", "streamlit", "run", str(file)]
    command += ["--server.address", ADDRESS, "--server.port", str(port)]
    environment = {
        **os.environ,
        "DOUBLELOOP_HOME": str(settings.home.absolute()),
        "DOUBLELOOP_COMMUNITY": settings.community,
    }
    try:
        return subprocess.run(command, cwd=file.parent, env=environment, check=False).returncode  # noqa: S603 - our own command
    except KeyboardInterrupt:
        return 0
