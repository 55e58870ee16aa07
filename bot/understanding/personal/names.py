"""Names of people: lists of names, and a small recogniser that has learnt beside which words names stand.

Only words that could be a name are judged: listed names, words nobody knows, and what follows "hedder". Each is judged
from left to right by a linear model over its spelling, its lists and its neighbours; neighbours that are taken join
into one span. Trained by `bot.understanding.training.train_names`.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from importlib.resources import files

from bot.understanding.lexicon import read_toml
from bot.understanding.personal.public_names import PublicNames
from bot.understanding.personal.words import Words
from dialogs.heard import Span

_JOINS = re.compile(r"^(?: |-|\. ?|\.-)$")
_INITIALS = re.compile(r"(?<![\w.])(?:[^\W\d_]\. ?){1,3}$")
_AFTER = re.compile(r"(?<=[sxz])['’](?=[ ,.]|$)|(?<= [A-ZÆØÅ])\.(?=\s|$)")  # of a genitive, of an initial
_STOPS = re.compile(r"[.!?:\n;]")
_PARTICLES = frozenset(
    {"van", "von", "de", "del", "el", "al", "bin", "ben", "da", "af", "la", "le", "abu", "della", "dos", "mac", "chr"}
)
_BESIDE = ("called", "call", "kin", "staff", "greeting", "deictic")
_COUNTS = frozenset({"en", "et", "to", "tre", "fire", "halv", "hel", "halve", "hele", "a", "an", "two"})
_LONGEST_UNLISTED = 15
_LONGEST = 30  # letters of a word that can be a name
Token = tuple[int, int, str]
Features = list[str]


class Seen:
    """A message as the recogniser sees it. `unlisted` and `unknown`: words whose lists are hidden, for training."""

    def __init__(
        self, text: str, words: Words, tokens: Sequence[Token], signs: Mapping[str, str],
        unlisted: Collection[str] = (), unknown: Collection[str] = (),
    ) -> None:  # fmt: skip
        self.text, self.tokens, self.signs, self._words = text, tokens, signs, words
        self._unlisted, self._unknown = unlisted, unknown
        self._shouted = self._titled = False
        self._slips: dict[str, str] = {}
        self.lists = [self._lists(token) for token in tokens]
        self._named = any(signs.get(word) == "called" for _, _, word in tokens)
        if not text.islower():
            letters = sum(letter.isalpha() for letter in text)
            self._shouted = letters > 8 and sum(letter.isupper() for letter in text) > letters * 0.6
            capitals = sum(text[start].isupper() for start, _, _ in tokens)
            self._titled = len(tokens) > 3 and capitals > len(tokens) * 0.7

    def _lists(self, token: Token) -> str:
        """One letter a fact: f first name, l surname, a also a word, r rather a word, k known word, p public thing."""
        word = token[2]
        found = self._listed(word)
        if not found and word[-1:] == "s" and len(word) > 3:
            found = self._listed(word[:-1].rstrip("'’"))
            found = f"{found}s" if found else ""
        elif not found and word[-2:-1] in ("'", "’"):
            found = self._listed(word[:-2])
        if word not in self._unknown and (word in self._words.known if found else self._words.is_known(word)):
            found += "k"
        if word in self._words.public:
            found += "p"
        return found

    def _listed(self, word: str) -> str:
        words = self._words
        if word not in words.names or word in self._unlisted:
            hyphen = word.partition("-")[0]
            return "f" if hyphen != word and hyphen in words.first and hyphen not in self._unlisted else ""
        found = "f" if word in words.first else ""
        if word in words.last:
            found += "l"
        if word in words.rather_words:
            return found + "r"
        return found + "a" if word in words.also_words else found

    def case(self, at: int) -> str:
        """L lower, C capital, S capital where a sentence begins, T in a line of capitals."""
        start = self.tokens[at][0]
        if not self.text[start].isupper():
            return "L"
        if self._shouted or self._titled:
            return "T"
        return "S" if self.begins(at) else "C"

    def begins(self, at: int) -> bool:
        """Whether a sentence begins here."""
        if at == 0:
            return True
        return _STOPS.search(self.text, self.tokens[at - 1][1], self.tokens[at][0]) is not None

    def possible(self, at: int) -> bool:
        """Whether this word could be a name at all."""
        word, lists = self.tokens[at][2], self.lists[at]
        if (
            lists == "k"
            and not self._named
            and self.lists[at - 1][:1] != "f"
            and self.text[self.tokens[at][0]].islower()
        ):
            return False
        if len(word) > _LONGEST or not word[0].isalpha() or any(letter.isdigit() for letter in word):
            return False
        case = self.case(at)
        if case in ("C", "S") and self._bought(at):
            return False
        left = self.lists[at - 1] if at > 0 and not self.begins(at) else ""
        if lists[:1] in ("k", "p") and case != "C" and not self._called(at):
            return False
        if left[:1] == "f" and ("r" not in left or (case == "C" and lists[:1] == "l")):
            return True
        if lists:
            return self._listed_possible(at, lists, case)
        return 1 < len(word) <= _LONGEST_UNLISTED and self._unlisted_possible(at, case)

    def _bought(self, at: int) -> bool:
        """Whether this is what something is called: "en Magnum", "to pakker Cecil", "Mario svampe"."""
        one = self.tokens[at - 1][2] if not self.begins(at) else ""
        two = self.tokens[at - 2][2] if at > 1 else ""
        if self.lists[at] == "l":
            return False
        if one in _COUNTS or (two in _COUNTS and self.signs.get(one) == "thing"):
            return not self._between_names(at)
        return self.begins(at) and self.sign(at + 1) == "thing" and self.case(at + 1) == "L" and not self.begins(at + 1)

    def continues(self, at: int) -> bool:
        """Whether a word that follows a name belongs to it whatever else is said: a listed name, written as one."""
        lists = self.lists[at]
        if lists[:1] not in ("f", "l") or not _JOINS.match(self.text[self.tokens[at - 1][1] : self.tokens[at][0]]):
            return False
        if self.case(at) == "L":
            return lists in ("l", "ls")
        return lists[:1] == "l" or "r" not in lists

    def whole(self, at: int) -> bool:
        """Whether a first name stands here and a name that is nothing else after it, with capitals: "Hans Larsen"."""
        following = self.lists[at + 1] if at + 1 < len(self.lists) else ""
        if self.lists[at][:1] != "f" or following not in ("l", "f", "fl") or self.begins(at + 1):
            return False
        gap = self.text[self.tokens[at][1] : self.tokens[at + 1][0]]
        return gap == " " and self.case(at) in ("C", "S") and self.case(at + 1) == "C"

    def _listed_possible(self, at: int, lists: str, case: str) -> bool:
        before, earlier = self.sign(at - 1), self.sign(at - 2)
        beside = before in _BESIDE or before == "be" or earlier == "called"
        if case == "L" and self.tokens[at][2] in self._words.commonest:
            told = before == "kin" and self.sign(at + 1) in ("does", "be")
            return told or before == "greeting" or self._called(at)
        if lists[:1] == "f":
            return "r" not in lists or beside or case == "C" or self._between_names(at)
        if lists[:1] == "l":
            start = self.tokens[at][0]
            if case != "L" and _INITIALS.search(self.text[max(0, start - 4) : start]):
                return True
            return ("a" not in lists and "p" not in lists) or (
                beside and (case != "L" or before in ("staff", "called") or earlier == "called")
            )
        return (self._called(at) and not self._before_name(at)) or (
            case == "C" and lists[:1] == "k" and self._between_names(at)
        )

    def _before_name(self, at: int) -> bool:
        """Whether the next word is the name rather: "jeg hedder faktisk Dusan"."""
        if at + 1 >= len(self.tokens) or self.begins(at + 1):
            return False
        return self.lists[at + 1][:1] in ("f", "l") or self.case(at + 1) == "C"

    def _called(self, at: int) -> bool:
        """Whether what stands before says that this is a name: "hedder", "mit navn er", "kald mig"."""
        before, earlier = self.sign(at - 1), self.sign(at - 2)
        return (
            before in ("called", "call")
            or (earlier == "called" and before in ("be", ""))
            or (earlier == "call" and before == "self")
        )

    def _unlisted_possible(self, at: int, case: str) -> bool:
        before, earlier, after = self.sign(at - 1), self.sign(at - 2), self.sign(at + 1)
        if case != "C" and not self._called(at):
            slip = self.slip(at)
            if slip == "w" or (slip == "wn" and before not in ("kin", "staff", "greeting")):
                return False
        if before in _BESIDE or (before in ("be", "self") and earlier in ("called", "self", "be", "<")):
            return True
        if case == "C":
            slipped = self.slip(at) == "n"
            return slipped or before == "at" or earlier == "called" or after == "does" or self._between_names(at)
        if after == "does":
            return case == "S" or (before == "<" and self.slip(at) == "n")
        return case == "S" and after == "and" and at + 2 < len(self.tokens) and self.case(at + 2) != "L"

    def _between_names(self, at: int) -> bool:
        """Whether another name follows, or is joined to it by "and"."""
        after = self.lists[at + 1] if at + 1 < len(self.lists) else ""
        if after[:1] == "l" and "a" not in after:
            return True
        if after[:1] == "f" and after[-1:] in ("f", "l") and self.case(at) != "L" and not self.begins(at + 1):
            return True
        return (self.sign(at + 1) == "and" and at + 2 < len(self.lists) and self.lists[at + 2][:1] == "f") or (
            self.sign(at - 1) == "and" and at > 1 and self.lists[at - 2][:1] == "f"
        )

    def slip(self, at: int) -> str:
        """Whether an unlisted word is a slip of the pen, and in what; see `Shapes.slip`."""
        word = self.tokens[at][2]
        if word not in self._slips:
            self._slips[word] = self._words.shapes.slip(word)
        return self._slips[word]

    def sign(self, at: int) -> str:
        """The kind of a word beside which names stand; "" for none, "<" before the first word, ">" after the last."""
        if at < 0:
            return "<"
        return ">" if at >= len(self.tokens) else self.signs.get(self.tokens[at][2], "")

    def features(self, at: int, *, after_name: bool) -> Features:
        """What is known of the word at that place."""
        tokens = self.tokens
        start, end, word = tokens[at]
        lists, case = self.lists[at], self.case(at)
        last = len(tokens) - 1
        gap = self.text[tokens[at - 1][1] if at else 0 : start]
        rest = self.text[end : tokens[at + 1][0] if at < last else len(self.text)]
        cut = "|" if self.begins(at) or "," in gap else ""
        one = tokens[at - 1][2] if at else "<"
        two = tokens[at - 2][2] if at > 1 else "<"
        following = tokens[at + 1][2] if at < last else ">"
        sign, sign_two, sign_next = self.sign(at - 1) + cut, self.sign(at - 2), self.sign(at + 1)
        ends = "." if _STOPS.search(rest) else "," if "," in rest else ""
        next_lists = (self.lists[at + 1] + self.case(at + 1)) if at < last and not ends else ""
        name = "n" if after_name and gap in (" ", "-", ". ", ".") else ""
        kind = f"{lists}/{case}"
        told = any(self.sign(other) == "media" for other in range(max(0, at - 5), min(last, at + 5) + 1))
        looks: Features = []
        if not lists:
            like, slip = self._words.shapes.like_a_name(word), self.slip(at)
            looks = [
                f"~{like}{case}",
                f"~{like}{slip}",
                f"~{like}{case}<{sign}",
                f"~{slip}{case}<{sign}",
                f"~{like}>{sign_next}{ends}",
            ]
        return [
            *looks, f"{kind}%{told}", f"{case}%{told}",
            "1", kind, f"{lists}?", f"{kind}{name}", f"{kind}<{sign}", f"{kind}<{sign_two}{sign}", f"{kind}>{sign_next}{ends}",
            f"{lists}<{one}{cut}", f"<{two} {one}{cut}", f"<{one}{cut}", f">{following}{ends}", f"{case}<{one}{cut}", f"{lists}<<{sign}>{sign_next}{ends}",
            f"{kind}+{next_lists}", f"-{word[-3:]}", f"-{word[-2:]}", f"{lists}-{word[-2:]}", f"^{word[:2]}", f"#{min(len(word), 9)}{case}",
            f"{lists}@{'o' if last == 0 else ''}{at == 0}{at == last}{min(last, 4)}{case}", f"{lists}{name}<{sign_two}",
        ]  # fmt: skip


class Names:
    """The recogniser. `weights`: feature -> weight; without them those of the package."""

    def __init__(self, words: Words, weights: Mapping[str, float] | None = None) -> None:
        self._words = words
        self.signs = {word: kind for kind, listed in read_toml("da", "name_signs").items() for word in listed}
        self._weights = weights if weights is not None else _committed()
        self.public = PublicNames(words.first)

    def find(self, text: str, tokens: Sequence[Token], other: Sequence[Span] = ()) -> Iterator[Span]:
        """In order, not overlapping. `other`: what is known to be no name, such as a mail address."""
        seen = Seen(text, self._words, tokens, self.signs)
        public = self.public.places(text, tokens)
        taken: list[int] = []
        weigh = self._weights.get
        for at in range(len(tokens)):
            if at in public or any(tokens[at][0] < span.end and tokens[at][1] > span.start for span in other):
                continue
            after_name = bool(taken) and taken[-1] == at - 1
            if (after_name and seen.continues(at)) or seen.whole(at):
                taken.append(at)
                continue
            if not seen.possible(at):
                continue
            features = seen.features(at, after_name=after_name)
            if sum([weigh(feature, 0.0) for feature in features]) > 0:
                taken.append(at)
        yield from joined(text, tokens, taken)


def joined(text: str, tokens: Sequence[Token], taken: Sequence[int]) -> Iterator[Span]:
    """Spans of names: neighbours together, with initials ("Pia B. Thomsen") and particles ("van") between them."""
    groups: list[tuple[int, int]] = []
    for at in taken:
        if groups and _together(text, tokens, groups[-1][1], at):
            groups[-1] = (groups[-1][0], at)
        else:
            groups.append((at, at))
    for first, last in groups:
        start = tokens[first][0]
        initials = _INITIALS.search(text[max(0, start - 9) : start])
        after = _AFTER.match(text, tokens[last][1])
        end = tokens[last][1] if after is None else after.end()
        yield Span(start - (len(initials.group()) if initials is not None else 0), end, "PERSON")


def _together(text: str, tokens: Sequence[Token], left: int, right: int) -> bool:
    if right - left > 3:
        return False
    for at in range(left + 1, right):
        word = tokens[at][2]
        if len(word) > 1 and word not in _PARTICLES:
            return False
        if len(word) == 1 and word == "i":
            return False
    return all(_JOINS.match(text[tokens[at][1] : tokens[at + 1][0]]) for at in range(left, right))


def _committed() -> dict[str, float]:
    model = files("bot.understanding").joinpath("model", "names.json").read_text(encoding="utf-8")
    weights: dict[str, float] = json.loads(model)["weights"]
    return weights
