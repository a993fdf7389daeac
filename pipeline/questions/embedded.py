"""A language model of the catalogue, run on this machine: a server on loopback, started lazily.

The server listens on 127.0.0.1 alone, on a port that the system chooses, and wants a key that
exists only in this process.
"""

from __future__ import annotations

import gc
import secrets
import threading
from pathlib import Path
from typing import Any

from pipeline.errors import MissingPiece, ServiceError

CONTEXT_TOKENS = 3072


class EmbeddedServer:
    """One model file and the server that runs it. Nothing starts before `address` is asked for."""

    def __init__(self, path: Path, *, threads: int = 0) -> None:
        self.key = secrets.token_urlsafe(24)
        self._path = path
        self._threads = threads
        self._lock = threading.Lock()
        self._server: Any = None

    def address(self) -> str:
        """Base address of the OpenAI-compatible service; starts it at the first call.

        Raises:
            MissingPiece: The package that runs models is not installed.
            ServiceError: The model file cannot be loaded, for instance for want of memory.
        """
        with self._lock:
            if self._server is None:
                self._server = self._start()
            return f"{self._server.listening_address}/v1"

    def _start(self) -> Any:
        try:
            import xllamacpp
        except ImportError:
            raise MissingPiece(
                "The embedded language model needs a package that is missing.",
                hint="Install it: pip install xllamacpp",
            ) from None
        wanted = xllamacpp.CommonParams()
        wanted.model.path = str(self._path)
        wanted.n_ctx = CONTEXT_TOKENS
        wanted.n_parallel = 1
        wanted.hostnames = ["127.0.0.1"]
        wanted.port = 0
        wanted.api_keys = [self.key]
        wanted.warmup = False
        wanted.verbosity = -1
        if self._threads:
            wanted.cpuparams.n_threads = self._threads
        try:
            return xllamacpp.Server(wanted)
        except (RuntimeError, ValueError, OSError) as error:
            raise ServiceError(
                f"The model {self._path.name} does not start ({type(error).__name__}).",
                hint="Check it with: doubleloop models test",
            ) from None

    def close(self) -> None:
        """Stop the server and free its memory; it may be started again."""
        with self._lock:
            self._server = None
        gc.collect()
