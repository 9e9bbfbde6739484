"""What stops a build."""

from __future__ import annotations


class ToolchainError(Exception):
    """The build cannot go on; the message says what to do."""
