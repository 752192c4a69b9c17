"""The configuration: `config.toml`, the environment and secret files, as frozen settings.

Importing this brings pydantic; commands that need no settings import it late or not at all.
"""

from worker.config.loader import find, load, read, where
from worker.config.settings import Settings

__all__ = ["Settings", "find", "load", "read", "where"]
