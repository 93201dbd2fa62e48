"""All benchmarks of speed by one command, or those that are named; each prints its own markdown table.

python -m benchmarks [density adaptive hotspots local_moran scan imputation assignment database question ingest network
    patterns risk_speed growth]

The others here (matching, error_rates, scan_errors, risk_errors, alike_errors, map_errors, pattern_errors,
change_errors, zone_coverage, mexico_table, geocoder, crash_points) are about being right; they run by name too.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
OF_SPEED = (
    "density",
    "adaptive",
    "hotspots",
    "local_moran",
    "scan",
    "imputation",
    "assignment",
    "database",
    "question",
    "ingest",
    "network",
    "patterns",
    "risk_speed",
    "growth",
)


def main(names: list[str]) -> int:
    known = sorted(path.stem for path in FOLDER.glob("[a-z]*.py"))
    for name in names:
        if name not in known:
            print(f"There is no benchmark “{name}”. There are: {', '.join(known)}.", file=sys.stderr)
            return 2
    failed = [name for name in names if run(name) != 0]
    return 1 if failed else 0


def run(name: str) -> int:
    """Run one benchmark in a process of its own, so that none warms or burdens the next; return its exit status."""
    print(f"\n## {name}\n", flush=True)
    return subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], cwd=FOLDER.parent, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(OF_SPEED)))
