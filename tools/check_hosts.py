"""No tracked file names a package registry's host or a path of somebody's machine."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FORBIDDEN = re.compile(
    r'"resolved": *"http|(extra-)?index-url|https?://[a-z.]*(pypi|npm)|(^|[^a-z.~/])/(work|root|home/[a-z]+)/[a-z]'
)


def main() -> int:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split(
        "\n"
    )
    faults = []
    for name in filter(None, listed):
        path = ROOT / name
        if name == "tools/check_hosts.py" or not path.is_file():
            continue
        try:
            lines = path.read_text(encoding="utf-8").split("\n")
        except UnicodeDecodeError:
            continue
        faults += [f"{name}:{at}: {line.strip()[:120]}" for at, line in enumerate(lines, 1) if FORBIDDEN.search(line)]
    print("\n".join(faults) or "No download hosts or machine paths.")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
