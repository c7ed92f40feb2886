"""Who holds a Bearer token: the person it was issued to, as long as their account is on."""

from flask import request
from flask_jwt_extended import decode_token
from flask_jwt_extended.exceptions import JWTExtendedException
from jwt.exceptions import PyJWTError

BEARER = "Bearer "


def is_bearer() -> bool:
    """Whether the request names a token; its cookies then count for nothing."""
    return request.headers.get("Authorization", "").startswith(BEARER)


def holder() -> int | None:
    """Id of the person whose access token the request bears; None for a token that is forged, of another kind or over.

    A token opens addresses of programs only: a page answers it as it answers nobody.
    """
    if not request.path.startswith("/api/"):
        return None
    try:
        claims = decode_token(request.headers["Authorization"].removeprefix(BEARER))
        return int(claims["sub"]) if claims.get("type") == "access" else None
    except (JWTExtendedException, PyJWTError, ValueError, KeyError, TypeError):
        return None
