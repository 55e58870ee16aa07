"""Danish phrases of time, and the commonest English ones, as CONTRACTS §2 writes them: `read(text, now)`."""

from bot.understanding.times.phrases import read

__all__ = ["read"]
