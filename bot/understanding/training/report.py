"""The report on what is understood: docs/understanding.md, from the committed models and data."""

from bot.understanding import load
from bot.understanding.training import measured_crisis, measured_intents, measured_personal_data

HEAD = """# What is understood, measured

Made by `make train`, from the models and the data that are committed; a test makes it anew and compares. Figures are of
the `test` families of `bot/understanding/data`: no line of them, and no sibling of one, was learnt from. Times,
answers, languages and substances are read by grammar; every line of their data is a test that must hold
(`tests/unit/test_times.py`, `tests/unit/test_understood_lines.py`).

What these models cannot do, and what they are: [model card](understanding/model_card.md).
"""


def report() -> str:
    """The whole page."""
    understanding = load()
    parts = (measured_crisis, measured_intents, measured_personal_data)
    return "\n".join([HEAD, *(part.section(understanding) for part in parts)]).rstrip() + "\n"
