"""A browser as simple as can be: cookies, forms, no redirects followed, a stopwatch."""

import http.client
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from time import perf_counter
from urllib.parse import urlencode


class Forms(HTMLParser):
    """The fields of each form of a page, as a browser would send them back."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self._name = self._kind = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append({})
        elif not self.forms:
            return
        elif tag == "option" and self._kind == "select":
            if "selected" in given:
                self.forms[-1][self._name] = given.get("value", "")
        elif tag in ("select", "textarea"):
            self._kind, self._name = tag, given.get("name", "")
            self.forms[-1][self._name] = ""
        elif tag == "input" and given.get("name") and self._is_sent(given):
            self.forms[-1][given["name"]] = given.get("value", "")

    @staticmethod
    def _is_sent(given: dict[str, str]) -> bool:
        kind = given.get("type")
        return kind not in ("submit", "file", "button") and (kind not in ("checkbox", "radio") or "checked" in given)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("select", "textarea"):
            self._kind = ""

    def handle_data(self, data: str) -> None:
        if self._kind == "textarea":
            self.forms[-1][self._name] += data

    def with_field(self, name: str) -> dict[str, str]:
        """The form that has this field."""
        return next(form for form in self.forms if name in form)


class Client:
    """One person at one server."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies, self.spent = port, SimpleCookie(), 0.0

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and text of an answer; `spent` says how long it took in seconds."""
        headers = {"Cookie": "; ".join(f"{one.key}={one.coded_value}" for one in self.cookies.values())}
        body = None
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(form)
        start = perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        connection.request("POST" if body is not None else "GET", path, body, headers)
        answer = connection.getresponse()
        text = answer.read()
        self.spent = perf_counter() - start
        connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            self.cookies.load(cookie)
        return answer.status, text.decode("utf-8", "replace")

    def get(self, path: str) -> str:
        """A page that must be there."""
        status, text = self.ask(path)
        if status != 200:
            raise RuntimeError(f"{path} answered {status}: {text[:1500]}")
        return text

    def sign_in(self, path: str, user: str, password: str) -> None:
        form = Forms(self.get(path)).with_field("password") | {"username": user, "password": password}
        status, text = self.ask(path, form)
        if status not in (302, 303):
            raise RuntimeError(f"nobody could sign in at {path}: {status} {text[:500]}")

    def prepare_save(self, path: str, description: str) -> dict[str, str]:
        """The edit form with another description, ready to be sent."""
        return Forms(self.get(path)).with_field("description") | {"description": description}

    def save(self, path: str, form: dict[str, str]) -> float:
        """Seconds that saving took; what is not saved is an error, not a quick answer."""
        status, _text = self.ask(path, form)
        if status not in (302, 303):
            raise RuntimeError(f"{path} was not saved: {status} {form}")
        return self.spent
