"""Versions of dialogs that sessions may still be running; each says until when."""
