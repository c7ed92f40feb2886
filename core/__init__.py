"""Atrium's platform: everything a plugin may rely on. It knows no plugin."""

__version__ = "0.1.0"
