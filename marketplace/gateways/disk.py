"""The disk under var/: can it be written, and is there room?"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

LEAST_FREE = 100 * 1024 * 1024


def has_room(folder: Path) -> bool:
    """Tell whether a file can be written in this folder and LEAST_FREE bytes are free; never raises."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Rights say too little: a disk may be read-only, or have no place for one more file.
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"x")
        return shutil.disk_usage(folder).free >= LEAST_FREE
    except OSError:
        return False
