"""doubleloop: related prior experiences for a new problem, and the questions underneath.

Rooms import one way (see `pyproject.toml`); `flow` joins them, one function per thing a user does.
"""

__version__ = "0.1.0"
