"""The web around the platform: sessions, sign-in, security, refusals, the frame of every page."""
