"""Server-side sessions: the cookie holds a random token, the table its hash and what belongs to it.

So signing out anywhere works, an id stolen before sign-in is worthless, and an idle browser is signed out. A request
with a Bearer header is given no session: it is never answered as the cookie's user.
"""

import logging
import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Any

import flask
from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.datastructures import CallbackDict

from core import clock
from core.access.context import as_system
from core.access.models import UserSession
from core.db import Database
from core.web.tokens import is_bearer

log = logging.getLogger(__name__)

IDLE = timedelta(hours=10)
LONGEST = timedelta(days=7)
SEEN_EVERY = timedelta(minutes=1)
NOBODYS = ("/assets/", "/health", "/metrics")
"""Addresses that ask nobody who they are; they answer while the database does not."""


class DatabaseSession(CallbackDict[str, Any], SessionMixin):
    """The session of one request; `token` is empty until something is worth keeping.

    `fault` is why it could not be read or kept: the request is then answered with that, never as one signed out.
    """

    fault: SQLAlchemyError | None = None

    def __init__(self, token: str = "", data: dict[str, Any] | None = None, *, stale: bool = False) -> None:
        super().__init__(data or {}, self._changed)
        self.token = token
        self.modified = False
        self.stale = stale
        self.renewed = False
        self._guard = self.get("csrf_token")

    def _changed(self, _: Any) -> None:
        self.modified = True

    @property
    def is_light(self) -> bool:
        """Whether little is lost when it is not kept: no new token, neither its own nor the one of forms."""
        return bool(self and self.token) and not self.renewed and self.get("csrf_token") == self._guard

    def renew(self) -> None:
        """Give the session a new token: at sign-in, so that one known before is worth nothing."""
        self.renewed = self.modified = True


class DatabaseSessions(SessionInterface):
    """Keeps sessions in `core_session`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open_session(self, app: Flask, request: Request) -> DatabaseSession:
        token = request.cookies.get(self.get_cookie_name(app), "")
        if not token or is_bearer() or request.path.startswith(NOBODYS):
            return DatabaseSession()
        try:
            with as_system(), self._database.unit(read_only=True) as session:
                row = session.scalars(select(UserSession).where(UserSession.token_hash == _hash(token))).one_or_none()
        except SQLAlchemyError as fault:
            unread = DatabaseSession()
            unread.fault = fault
            return unread
        moment = clock.now()
        if row is None or row.seen_at < moment - IDLE or row.created_at < moment - LONGEST:
            return DatabaseSession()
        return DatabaseSession(token, dict(row.data), stale=row.seen_at < moment - SEEN_EVERY)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        assert isinstance(session, DatabaseSession)
        if session.fault is not None or not (session.modified or session.stale):
            return
        light = session.is_light and flask.request.method in ("GET", "HEAD")
        try:
            self._save(app, session, response, hasty=light)
        except SQLAlchemyError as fault:
            session.fault = fault  # the answer that says so is not tried in vain again
            if not light:
                raise
            log.warning("what a page noted for its reader could not be kept: %s", fault)

    def _save(self, app: Flask, session: DatabaseSession, response: Response, *, hasty: bool) -> None:
        old = session.token
        if not session:
            if old:
                self._forget(old)
                response.delete_cookie(self.get_cookie_name(app), path="/")
            return
        if session.renewed and old:
            self._forget(old)
        if session.renewed or not old:
            session.token = secrets.token_urlsafe(32)
        self._keep(session, fresh=session.token != old, hasty=hasty)
        response.set_cookie(
            self.get_cookie_name(app), session.token, httponly=True, samesite="Lax", path="/",
            secure=bool(app.config["SESSION_COOKIE_SECURE"]), max_age=int(LONGEST.total_seconds()),
        )  # fmt: skip

    def _keep(self, session: DatabaseSession, *, fresh: bool, hasty: bool) -> None:
        from flask import request

        moment, user = clock.now(), session.get("_user_id")
        with as_system(), self._database.unit(hasty=hasty) as store:
            row = None
            if not fresh:
                row = store.scalars(
                    select(UserSession).where(UserSession.token_hash == _hash(session.token))
                ).one_or_none()
            if row is None:
                store.execute(delete(UserSession).where(UserSession.seen_at < moment - IDLE))
                row = UserSession(
                    token_hash=_hash(session.token), created_at=moment, address=request.remote_addr,
                    agent=(request.user_agent.string or "")[:200],
                )  # fmt: skip
                store.add(row)
            row.data, row.seen_at, row.user_id = dict(session), moment, int(user) if user else None

    def _forget(self, token: str) -> None:
        with as_system(), self._database.unit() as store:
            store.execute(delete(UserSession).where(UserSession.token_hash == _hash(token)))


def own_hash() -> str:
    """The hash of the browser's own token, as the table of sessions has it; empty where there is none."""
    token = getattr(flask.session, "token", "")
    return _hash(token) if token else ""


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
