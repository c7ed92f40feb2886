"""A Flask app that serves the sample pages with the product's content policy: for tests and for looking at them.

`python -m tests.look.app PORT` serves them; `?lang=en` changes the language. `/csp-reports` counts broken rules.
"""

import base64
import sys
from typing import Any

from flask import Flask, Response, flash, jsonify, redirect, render_template, request

from core import i18n
from core.shell.assets import assets
from tests.look import samples

POLICY = (
    "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "report-uri /csp-reports"
)
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mN8/5+hHgAHggJ/PchI7wAAAABJRU5ErkJggg=="
)


def sample_app() -> Flask:
    """Every sample page at `/<name>`, answers for the pick lists and forms that appear in them."""
    app = Flask(__name__)
    app.secret_key = "samples"
    app.register_blueprint(assets)
    app.jinja_env.globals.update(_=i18n._, gettext=i18n.gettext)
    reports: list[Any] = []

    @app.before_request
    def read_language() -> None:
        i18n.set_reader(request.args.get("lang", "zh"), {"zh": {"handover": "交付", "compensation": "赔付"}})

    @app.after_request
    def restrict(answer: Response) -> Response:
        answer.headers["Content-Security-Policy"] = POLICY
        return answer

    @app.get("/<name>")
    def page(name: str) -> str | tuple[str, int]:
        if name not in samples.PAGES:
            return "", 404
        template, made = samples.PAGES[name]
        if request.args.get("flash"):
            flash("3 条已关闭。")
            flash("没有存上：服务器连不上。", "bad")
        return render_template(f"atrium/{template}", page=made(), frame=samples.frame(i18n.language()))

    @app.post("/bulk-verb")
    @app.get("/verb-page")
    def bulk_verb() -> str:
        return render_template("atrium/verb.html", page=samples.verb_page(), frame=samples.frame(i18n.language()))

    @app.post("/<name>")
    def sent(name: str) -> Any:
        reports_here = app.config.setdefault("SENT", [])
        reports_here.append((name, request.form.to_dict(flat=False)))
        flash("3 条已关闭。")
        return redirect("/list")

    @app.get("/pick")
    def pick() -> Response:
        names = ("甲壹总包（演示）", "乙木门窗（演示）", "丙水防水（演示）", "丁通机电（演示）")
        wanted = request.args.get("q", "")
        return jsonify(
            [{"value": str(at), "text": name, "hint": f"0{at}"} for at, name in enumerate(names) if wanted in name]
        )

    @app.get("/photo/<int:number>")
    def photo(number: int) -> Response:
        return Response(PIXEL, mimetype="image/png")

    @app.get("/sign-in")
    def sign_in() -> str:
        return render_template(
            "atrium/sign_in.html",
            frame=samples.frame(i18n.language(), signed_in=False),
            company="示例地产集团（演示）客户服务平台",
            error="用户名或密码不对。再错 3 次，此账号将锁定 15 分钟。" if request.args.get("error") else "",
            username="sz.inspection" if request.args.get("error") else "",
            demo_accounts=samples.ACCOUNTS,
            demo_password="Atrium-demo-2026",
        )

    @app.get("/print-sheet")
    def print_sheet() -> str:
        sheet = {
            "title": "整改单",
            "number": "L2611-0004",
            "project": "湾湖",
            "printed": "11-23 09:41 林晓岚",
            "copy": "2",
            "back_url": "/show",
        }
        return render_template("atrium/print.html", frame=samples.frame(i18n.language()), sheet=sheet)

    @app.get("/out")
    def out() -> str:
        return render_template(
            "atrium/error.html", page=samples.error_page(500), frame=samples.frame(i18n.language(), signed_in=False)
        )

    @app.post("/csp-reports")
    def report() -> tuple[str, int]:
        reports.append(request.get_json(force=True))
        return "", 204

    @app.get("/csp-reports")
    def read_reports() -> Response:
        return jsonify(reports)

    return app


if __name__ == "__main__":
    sample_app().run(port=int(sys.argv[1]), threaded=True)
