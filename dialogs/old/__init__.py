"""Versions of dialogs that sessions may still be running."""
