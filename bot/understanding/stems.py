"""A Danish word without its ending, roughly: what is learnt of "pillerne" is learnt of "piller" too.

Lighter than the stemmers there are: it must cost a microsecond, and only has to cut alike what belongs together.
"""

_ENDINGS = (
    *("ernes", "heden", "edes", "enes", "erne", "else", "ende"),
    *("ede", "ene", "ens", "ers", "ets", "hed"),
    *("en", "er", "es", "et", "te", "e", "r", "s", "t"),
)
"""The longer first."""
_SHORTEST = 3
"""Letters that must be left."""


def stem(word: str) -> str:
    """The word without one ending, and without the second of two equal letters at its end."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > _SHORTEST and word[-1] == word[-2] else word
