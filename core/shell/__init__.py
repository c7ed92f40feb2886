"""The frame around every page, its templates and static files, and the pages of the platform itself."""
