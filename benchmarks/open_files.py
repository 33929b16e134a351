"""Thousands of connections need as many open files, here and in what is started from here."""

from __future__ import annotations

import resource

OPEN_FILES = 16_384


def allow_many_connections() -> None:
    """Raise the limit, as far as may be."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, OPEN_FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))
