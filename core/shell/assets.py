"""Static files under an address that names their content, so that browsers may keep them for good.

`asset("css/atrium.css")` in a template → `/assets/<version>/css/atrium.css`. Modules import each other by relative
path and so stay within one version. An address with another version (another host, an old page) is still served, only
not kept.
"""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from flask import Blueprint, Response, has_request_context, request, send_from_directory, url_for

FOLDER = Path(__file__).parent / "static"
KEEP_SECONDS = 365 * 24 * 3600

assets = Blueprint("assets", __name__, template_folder="templates")


@lru_cache(maxsize=1)
def version() -> str:
    """Ten hex digits over names and contents of all static files; read once per process."""
    digest = sha256()
    for path in sorted(FOLDER.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(FOLDER).as_posix().encode())
            digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:10]


@assets.app_template_global("asset")
def asset(name: str) -> str:
    """Address of a static file of the shell. A page names a hundred (each icon is one): built once for each place
    the application is served under."""
    return _address(name, request.script_root if has_request_context() else "")


@lru_cache(maxsize=500)
def _address(name: str, root: str) -> str:
    return url_for("assets.file", stamp=version(), name=name)


@assets.get("/assets/<stamp>/<path:name>", endpoint="file")
def serve(stamp: str, name: str) -> Response:
    """A static file; 404 outside the folder."""
    answer = send_from_directory(FOLDER, name)
    if stamp == version():
        answer.cache_control.public = True
        answer.cache_control.max_age = KEEP_SECONDS
        answer.cache_control.immutable = True
    return answer
