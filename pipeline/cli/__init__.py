"""The command line: one command for each thing that `flow` does.

Exit codes: 0 done, 1 nothing found or not good enough, 2 bad usage or input, 3 a model or
service is missing.
"""

from pipeline.cli import (  # noqa: F401 - they add their commands
    ask,
    bring,
    demo,
    evaluate,
    keep,
    models,
    people,
    problems,
    searches,
    suggest,
)
from pipeline.cli.main import app, main

__all__ = ["app", "main"]
