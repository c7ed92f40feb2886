"""Every message of the code and the templates has a Chinese translation, and no translation is left over."""

import sys
from pathlib import Path

from core.testing.messages import messages, translated

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    faults = []
    core_ids, core_bad = translated(ROOT / "core")
    for folder in [ROOT / "core", *sorted(path.parent for path in (ROOT / "plugins").glob("*/plugin.py"))]:
        wanted = messages(folder)
        ids, bad = (core_ids, core_bad) if folder.name == "core" else translated(folder)
        known = ids | core_ids
        faults += [
            f"{folder.name}: not translated: {message!r}" for message in sorted((wanted - known) | (wanted & bad))
        ]
        faults += [f"{folder.name}: translated but not used: {message!r}" for message in sorted(ids - wanted)]
    print("\n".join(faults) or "Translations are complete.")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
