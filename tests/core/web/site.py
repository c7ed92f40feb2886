"""A person's browser at the form of a new finding, as the tests of faults use it."""

import html
import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from core.access.context import as_system
from core.attachments.models import Attachment
from core.estate.models import Place, Project
from core.issues.models import Issue
from core.platform import Platform

NEW = "/inspection/issues/new"
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@dataclass
class Desk:
    """What one person sends, and what then stands in the tables."""

    platform: Platform
    client: Any

    def finding(self, **changes: str) -> dict[str, str]:
        """A filled form, ready to be sent."""
        page = self.client.get(f"{NEW}?project=SZ-WH").get_data(as_text=True)
        hidden = dict(_HIDDEN.findall(page[page.index("data-form") :]))
        typed = {"place_id": str(self.place()), "category": "010301", "location": "living",
                 "description": "东墙空鼓30cm"}  # fmt: skip
        return {"csrf_token": hidden["csrf_token"], "once": hidden["once"], **typed, **changes}

    def send(self, sent: dict[str, Any], **more: Any) -> Any:
        return self.client.post(NEW, data=sent, **more)

    def send_again(self, page: str) -> Any:
        """Press the button of a page that offers to send again."""
        form = re.search(r'<form[^>]*action="([^"]+)"[^>]*data-send-once>((?:<input[^>]*>)+)<button', page)
        assert form, page[-3000:]
        fields = {html.unescape(name): html.unescape(text) for name, text in _HIDDEN.findall(form.group(2))}
        return self.client.post(html.unescape(form.group(1)), data=fields)

    def place(self) -> int:
        home = select(Place.id).join(Project, Place.project_id == Project.id)
        query = home.where(Project.code == "SZ-WH", Place.unit_id.is_not(None))
        with as_system(), self.platform.database.unit(read_only=True) as session:
            return int(session.scalars(query).first() or 0)

    def counts(self) -> tuple[int, int]:
        """(findings, files)"""
        with as_system(), self.platform.database.unit(read_only=True) as session:
            counts = [session.scalar(select(func.count()).select_from(one)) or 0 for one in (Issue, Attachment)]
        return counts[0], counts[1]
