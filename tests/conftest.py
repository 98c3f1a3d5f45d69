"""What holds for every test: how hypothesis draws its examples, and where runs are kept."""

from __future__ import annotations

import os
import tempfile

from hypothesis import settings

# Whatever is started here, this user's own runs are left alone.
_data = tempfile.TemporaryDirectory(prefix="neuronpark-tests-")
os.environ["XDG_DATA_HOME"] = _data.name

# A slow machine is no failure, and the same commit gives the same answer wherever CI runs it.
settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, database=None)
settings.load_profile("ci" if os.environ.get("CI") else "local")
