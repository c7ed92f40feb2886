"""What a password must be. The same for a new account, one's own change, and the command line."""

import re
from collections.abc import Iterable

from werkzeug.security import generate_password_hash

from core.errors import Invalid
from core.i18n import Text, lazy

LEAST = 12
MOST = 200
DEMO_PASSWORD = "Atrium-demo-2026"
"""Known to everybody: only demo homes accept it at sign-in, and nobody may choose it."""
COMMON = ("password", "passw0rd", "passwort", "qwerty", "qwertyuiop", "asdfgh", "asdfghjkl", "zxcvbn", "admin", "root",
          "administrator", "welcome", "letmein", "iloveyou", "abc", "abcdef", "woaini", "mima", "anquan", "atrium",
          "changeme", "default", "secret", "master", "monkey", "dragon", "superman", "football")  # fmt: skip
"""Words that guessers try first, with whatever figures and signs around them."""
_RUNS = ("0123456789", "9876543210", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")


def check_password(password: str, username: str) -> None:
    """Raise Invalid (field `password`) unless the password is long and not easily guessed."""
    fault = fault_of(password, username)
    if fault is not None:
        raise Invalid({"password": fault})


def hash_of(password: str) -> str:
    """What is stored: scrypt with a salt of its own."""
    return generate_password_hash(password, method="scrypt")


def fault_of(password: str, username: str) -> Text | None:
    """Why the password is refused, or None."""
    plain = password.casefold()
    if len(password) < LEAST:
        return lazy("A password has at least %(n)s characters.", n=LEAST)
    if len(password) > MOST:
        return lazy("A password has at most %(n)s characters.", n=MOST)
    if password == DEMO_PASSWORD:
        return lazy("This password is the demo's and known to everybody; choose another.")
    if any(part in plain for part in _parts(username)):
        return lazy("The password contains your user name; choose another.")
    if len(set(plain)) < 5 or _is_common(plain) or _is_run(plain):
        return lazy("This password is easily guessed; choose several words that do not belong together.")
    return None


def _parts(username: str) -> Iterable[str]:
    """The user name, whole; parts of it such as `sz` or `admin` are too short to mean anything."""
    name = username.casefold().strip()
    return (name, name.replace(".", "")) if len(name) >= 3 else ()


def _is_common(plain: str) -> bool:
    """Whether nothing but common words and figures is left when signs are taken out and look-alikes read as letters."""
    lookalikes = plain.translate(str.maketrans("0134$5@7", "oieassat"))
    return any(_of_words(re.sub(r"[\d\W_]", "", text)) for text in (plain, lookalikes))


def _of_words(text: str) -> bool:
    if not text:
        return True
    return any(text.startswith(word) and _of_words(text[len(word) :]) for word in COMMON)


def _is_run(plain: str) -> bool:
    """Whether the password repeats a short piece or walks along the keyboard."""
    if re.fullmatch(r"(.{1,6})\1+.{0,5}", plain):
        return True
    return any(plain[:8] in run + run for run in _RUNS)
