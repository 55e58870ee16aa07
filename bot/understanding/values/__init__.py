"""A message read as the answer to the question at hand: `Values().read(text, expect)`."""

from bot.understanding.values.reader import Values

__all__ = ["Values"]
