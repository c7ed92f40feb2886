"""The modules that ship with Atrium. A folder here with a `plugin.py` is a plugin."""
