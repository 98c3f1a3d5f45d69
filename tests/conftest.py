"""What holds for every test: how hypothesis draws its examples."""

from __future__ import annotations

import os

from hypothesis import settings

# A slow machine is no failure, and the same commit gives the same answer wherever CI runs it.
settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, database=None)
settings.load_profile("ci" if os.environ.get("CI") else "local")
