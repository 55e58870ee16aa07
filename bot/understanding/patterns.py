"""A small pattern language over the line of a `Reading`, and the rules written in it.

    {neg} _3 {live}      a word of class neg, up to three words, a word of class live, all in one sentence
    vil|gider            one of these words            dø?           may be missing
    !over|til            not followed by one of these  ^  $          start and end of a sentence, emoji aside
    ~12                  up to twelve words, across sentences too

Patterns compile to regular expressions without nested repetition: cost grows with the length of the text, not faster.
A rule is looked at only when the classes it needs are present, so a harmless message costs almost nothing.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from dialogs.heard import About, CrisisLabel

_ITEM = re.compile(r"^(!?)((?:\{[\w|]+\}|[^{}?!|]+)(?:\|(?:\{[\w|]+\}|[^{}?!|]+))*)(\??)$")
_ALTERNATIVE = re.compile(r"\{[\w|]+\}|[^|{}]+")
_EMOJI = r"(?: [^ ]*:emoji:[^ ]*)*+"
_START = rf"(?:(?:\A|(?<= [.?]:)){_EMOJI})"
_END = rf"(?={_EMOJI}(?:\Z| [.?]:))"


def _alternatives(body: str) -> list[str]:
    """`{a|b}|word|$` as `{a}`, `{b}`, `word`, `$`."""
    found: list[str] = []
    for part in _ALTERNATIVE.findall(body):
        found.extend(f"{{{tag}}}" for tag in part[1:-1].split("|")) if part[0] == "{" else found.append(part)
    return found


def _token(body: str) -> str:
    names = _alternatives(body)
    tags = [name[1:-1] for name in names if name[0] == "{"]
    words = [re.escape(name) for name in names if name[0] != "{" and name != "$"]
    branches = []
    if words:
        branches.append(rf" (?:{'|'.join(words)}):[^ ]*+")
    if tags:
        branches.append(rf" [^ ]*:(?:{'|'.join(tags)}):[^ ]*+")
    if "$" in names:
        branches.append(_END)
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"


@dataclass(frozen=True)
class Pattern:
    """One compiled pattern and the words and classes without which it cannot match."""

    regex: re.Pattern[str]
    needs: frozenset[str]
    any_of: tuple[frozenset[str], ...]

    def possible(self, present: frozenset[str]) -> bool:
        """Whether all is there that it cannot do without."""
        if not self.needs <= present:
            return False
        for alternatives in self.any_of:  # noqa: SIM110  a generator would cost more than most of what it asks
            if alternatives.isdisjoint(present):
                return False
        return True

    def search(self, line: str, present: frozenset[str]) -> re.Match[str] | None:
        return self.regex.search(line) if self.possible(present) else None


def compile_pattern(source: str) -> Pattern:
    """Raises ValueError for an item it cannot read: a rule's typo is found when the program starts."""
    regex: list[str] = []
    needs: set[str] = set()
    any_of: list[frozenset[str]] = []
    for item in source.split():
        if item == "^":
            regex.append(_START)
        elif item == "$":
            regex.append(_END)
        elif item[0] == "_" and item[1:].isdigit():
            regex.append(rf"(?: [^ .?][^ ]*){{0,{item[1:]}}}?")
        elif item[0] == "~" and item[1:].isdigit():
            regex.append(rf"(?: [^ ]+){{0,{item[1:]}}}?")
        else:
            found = _ITEM.match(item)
            if found is None:
                raise ValueError(f"pattern {source!r}: cannot read {item!r}")
            negated, body, optional = found.groups()
            token = _token(body)
            if negated:
                regex.append(f"(?!{token})")
            elif optional:
                regex.append(f"(?:{token})?")
            else:
                regex.append(token)
                names = _alternatives(body)
                if "$" in names:
                    continue
                if len(names) == 1:
                    needs.add(names[0])
                else:
                    any_of.append(frozenset(names))
    return Pattern(re.compile("".join(regex)), frozenset(needs), tuple(any_of))


def compile_all(sources: Sequence[str]) -> tuple[Pattern, ...]:
    """Several patterns; see `compile_pattern`."""
    return tuple(compile_pattern(source) for source in sources)


def literals_of(rules: Iterable["Rule"]) -> set[str]:
    """The plain words that patterns look for: their misspellings must be read too."""
    return _plain_words(source for rule in rules for source in rule.patterns)


def sparing_of(rules: Iterable["Rule"]) -> set[str]:
    """The plain words that make a rule silent: real words, never the misspelling of another."""
    return _plain_words(source for rule in rules for source in rule.unless)


def _plain_words(sources: Iterable[str]) -> set[str]:
    items = (item for source in sources for item in source.split() if item[0] not in "!^$_~")
    return {name for item in items for name in _alternatives(item.rstrip("?")) if name[0] not in "{$"}


@dataclass(frozen=True)
class Rule:
    """What to look for, and what it means.

    `severity` 0..3 and `label` as in DESIGN §5; `about` None means: find out from the words before.
    `unless`: patterns that, anywhere in the message, make this rule silent (idioms, harmless complements).
    `negatable`: a "not" that governs the match silences it (danger denied); otherwise a "not" changes nothing.
    `past_to`: severity when the matched danger is said to lie long ago; None keeps it.
    `story_to`: severity when the words are about a film, news or schoolwork and nobody says "I"; None keeps it.
    """

    id: str
    severity: int
    label: CrisisLabel
    patterns: tuple[str, ...]
    about: About | None = None
    unless: tuple[str, ...] = ()
    negatable: bool = False
    past_to: int | None = None
    story_to: int | None = None
    compiled: tuple[Pattern, ...] = field(init=False, repr=False, compare=False)
    excluded: tuple[Pattern, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "compiled", compile_all(self.patterns))
        object.__setattr__(self, "excluded", compile_all(self.unless))
