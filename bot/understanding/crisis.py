"""The crisis layer of the guard: rules over canonical words, the highest severity of any hit wins.

What lowers a hit, and nothing else does (DESIGN §5): a "not" that governs it, a past that is said to be long ago, a
story or the news. Each can be switched per rule, and each demands evidence: in doubt the hit stands, because a false
alarm costs one kind sentence.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.understanding import (
    rules_da_acts,
    rules_da_body,
    rules_da_home,
    rules_da_indirect,
    rules_da_others,
    rules_da_plain,
    rules_da_scenes_suicide,
    rules_da_self_harm,
    rules_da_signs,
    rules_da_suicide,
    rules_da_taken,
    rules_da_wide,
    rules_da_withdrawal,
    rules_en,
    rules_en_scenes,
)
from bot.understanding.lexicon import Lexicon, read_toml
from bot.understanding.patterns import Pattern, Rule, compile_pattern, literals_of, sparing_of
from bot.understanding.reading import Reading
from dialogs.heard import About, Crisis, CrisisLabel

_MOST_MATCHES = 6  # of one pattern in one message; further ones say nothing new
_TIGHT = 4  # words; in a longer match a "not" may belong to anything
_EMOJI_MEANS = ("{e_pill}", "{e_blade}", "{e_gun}", "{e_rope}", "{e_death}")
_WORDS_BESIDE_EMOJI = 3


@dataclass(frozen=True)
class Grammar:
    """The little a language must tell about itself beside its rules.

    Patterns: `remote` says "long ago", `still` takes that back, `story` is film, news or schoolwork, `child_writer`
    catches an age in group 1. `bridge`: words that may stand between a "not" and what it denies.
    `no_denial`: two-word beginnings after which a "not" denies nothing ("ikke lade være med at").
    """

    remote: tuple[Pattern, ...]
    still: tuple[Pattern, ...]
    present: frozenset[str]
    story: tuple[Pattern, ...]
    child_writer: re.Pattern[str]
    school: tuple[Pattern, ...]
    bridge: frozenset[str]
    doubt: frozenset[str]


@dataclass(frozen=True)
class _Hit:
    rule: Rule
    severity: int
    about: About
    label: CrisisLabel


class CrisisRules:
    """One language's rules, ready to run."""

    def __init__(self, lexicon: Lexicon, rules: Sequence[Rule], grammar: Grammar) -> None:
        self._grammar = grammar
        _refuse_unknown_tags(rules, lexicon)
        self._by_need = _indexed(rules)

    def judge(self, reading: Reading) -> Crisis:
        """The crisis in one message; `why` has every rule of the highest severity, then the others."""
        hits = list(self._hits(reading))
        emoji = _emoji_alone(reading)
        if not hits:
            return emoji
        top = max(hit.severity for hit in hits)
        if emoji.severity > top:
            return emoji
        if top == 0:
            return Crisis()
        strongest = [hit for hit in hits if hit.severity == top]
        chosen = _most_telling(strongest)
        why = dict.fromkeys(
            [chosen.rule.id, *(hit.rule.id for hit in strongest), *(hit.rule.id for hit in hits if hit.severity)]
        )
        return Crisis(label=chosen.label, severity=top, about=chosen.about, why=tuple(why))

    def _hits(self, reading: Reading) -> Iterator[_Hit]:
        """One hit per rule that fires: its strongest."""
        line, present = reading.line, reading.present
        best: dict[str, tuple[int, Rule, re.Match[str]]] = {}
        for rule, pattern in self._possible(present):
            before = best[rule.id][0] if rule.id in best else 0
            if before == rule.severity:
                continue
            severity, match = self._strongest(rule, pattern, line, present)
            if match is not None and (severity > before or rule.id not in best):
                best[rule.id] = (severity, rule, match)
        if not best:
            return
        young = self._young(line, present)
        for severity, rule, match in sorted(best.values(), key=lambda found: -found[0]):
            about = rule.about if rule.about is not None else self._about(line, match)
            yield _Hit(rule, severity, *_for_children(rule, about, line, match, young=young))

    def _possible(self, present: frozenset[str]) -> Iterator[tuple[Rule, Pattern]]:
        """The patterns that these words and classes allow, in the order of the rules: where two of a rule match, the
        first is believed, in every process alike.
        """
        found: dict[int, tuple[Rule, Pattern]] = {}
        for key in self._by_need.keys() & present:
            for place, needs, rule, pattern in self._by_need[key]:
                if needs <= present:
                    for alternatives in pattern.any_of:
                        if alternatives.isdisjoint(present):
                            break
                    else:
                        found[place] = (rule, pattern)
        for place in sorted(found):
            yield found[place]

    def _strongest(
        self, rule: Rule, pattern: Pattern, line: str, present: frozenset[str]
    ) -> tuple[int, re.Match[str] | None]:
        """The strongest of a pattern's matches: a denied danger does not hide a later one that is not."""
        best, found, position = 0, None, 0
        for _ in range(_MOST_MATCHES):
            match = pattern.regex.search(line, position)
            if match is None:
                break
            severity = self._weighed(rule, line, present, match)
            if severity > best:
                best, found = severity, match
                if best == rule.severity:
                    break
            position = max(match.start() + 1, match.end() - 1) if match.end() > match.start() else match.end() + 1
        return best, found

    def _weighed(self, rule: Rule, line: str, present: frozenset[str], match: re.Match[str]) -> int:
        sentence = _sentence(line, match)
        if any(pattern.search(sentence, present) for pattern in rule.excluded):
            return 0
        if rule.negatable and self._denied(line, match):
            return 0
        severity = rule.severity
        if rule.past_to is not None and severity > rule.past_to and self._long_ago(sentence, line, present, match):
            severity = rule.past_to
        if rule.story_to is not None and severity > rule.story_to and self._story(sentence, present, match):
            severity = rule.story_to
        return severity

    def _denied(self, line: str, match: re.Match[str]) -> bool:
        """A "not" inside a tight match, or before its last word with only bridging words between, or right after it."""
        words = _words(line[: match.end()])
        matched = len(_words(match.group()))
        tight = matched if matched <= _TIGHT else 1
        for offset, (word, tags) in enumerate(reversed(words[-12:])):
            if "neg" in tags:
                before = words[: len(words) - 1 - offset]
                return not (before and before[-1][0] in self._grammar.doubt)
            if word in (".", "?") or (offset >= tight and word not in self._grammar.bridge):
                break
        after = _words(line[match.end() : match.end() + 60])[:1]
        return bool(after and after[0][0] in ("ikke", "not"))

    def _long_ago(self, sentence: str, line: str, present: frozenset[str], match: re.Match[str]) -> bool:
        grammar = self._grammar
        if not any(pattern.search(sentence, present) for pattern in grammar.remote):
            return False
        if any(pattern.search(line, present) for pattern in grammar.still):
            return False
        before = _words(line[max(0, match.start() - 60) : match.end()])
        return not any(word in grammar.present for word, _ in before[-6:])

    def _story(self, sentence: str, present: frozenset[str], match: re.Match[str]) -> bool:
        if not any(pattern.search(sentence, present) for pattern in self._grammar.story):
            return False
        told = _words(match.group())
        if any("fiction" in tags for _, tags in told):
            return True  # "jeg så en film om selvmord": the story stands between the writer and the word
        return not any("i" in tags or "me" in tags for _, tags in told)

    def _about(self, line: str, match: re.Match[str]) -> About:
        """Whom it is about: the last person named before the end of the match."""
        for word, tags in reversed(_words(line[: match.end()])):
            if "child" in tags:
                return About.CHILD
            if "third" in tags:
                return About.OTHER
            if "i" in tags or word in ("mig", "me", "myself"):
                return About.SELF
        return About.SELF

    def _young(self, line: str, present: frozenset[str]) -> bool:
        found = self._grammar.child_writer.search(line)
        if found is not None and int(found.group(1)) < 18:
            return True
        return any(pattern.search(line, present) for pattern in self._grammar.school)


_Placed = tuple[int, frozenset[str], Rule, Pattern]
"""A pattern's place among all, and what it needs."""


def _indexed(rules: Sequence[Rule]) -> dict[str, list[_Placed]]:
    """Patterns by the one word or class they cannot do without that fewest others need; a message looks up its own."""
    shared = Counter(need for rule in rules for pattern in rule.compiled for need in pattern.needs)
    index: dict[str, list[_Placed]] = {}
    keys: Collection[str]
    for place, (rule, pattern) in enumerate((one, pattern) for one in rules for pattern in one.compiled):
        if pattern.needs:
            keys = [min(pattern.needs, key=lambda need: (shared[need], need))]
        else:
            keys = min(pattern.any_of, key=lambda names: (len(names), sorted(names)))
        for key in keys:
            index.setdefault(key, []).append((place, pattern.needs, rule, pattern))
    return index


def _refuse_unknown_tags(rules: Iterable[Rule], lexicon: Lexicon) -> None:
    """Raises ValueError: a rule about a class that no lexicon has would be silent for ever."""
    known = {tag for tags in lexicon.tags.values() for tag in tags} | {
        "num",
        "several",
        "many",
        "hundreds",
        "huge",
        "emoji",
        "laugh",
    }
    for rule in rules:
        for source in (*rule.patterns, *rule.unless):
            for item in re.findall(r"\{([\w|]+)\}", source):
                for tag in item.split("|"):
                    if tag not in known and not tag.startswith("e_"):
                        raise ValueError(f"rule {rule.id}: no lexicon has the class {tag!r}")


def _words(line: str) -> list[tuple[str, tuple[str, ...]]]:
    parts = (token.split(":") for token in line.split(" ") if ":" in token)
    return [(part[0], tuple(part[1:-1])) for part in parts]


def _sentence(line: str, match: re.Match[str]) -> str:
    """The sentences a match touches."""
    start = max(line.rfind(" .:", 0, match.start() + 1), line.rfind(" ?:", 0, match.start() + 1))
    ends = [end for end in (line.find(" .:", match.end()), line.find(" ?:", match.end())) if end >= 0]
    return line[max(start, 0) : min(ends, default=len(line))]


def _for_children(
    rule: Rule, about: About, line: str, match: re.Match[str], *, young: bool
) -> tuple[About, CrisisLabel]:
    """A child who writes about an adult at home is itself the one in danger.

    `child` is somebody who writes about a child. A child who writes is `self`, and `other` where an adult needs help.
    """
    words = _words(_sentence(line, match))
    home = any("parent" in tags or "abuser" in tags for _, tags in words)
    by_others = rule.label in (
        CrisisLabel.VIOLENCE_DANGER,
        CrisisLabel.OVERDOSE_POISONING,
        CrisisLabel.WITHDRAWAL_SEVERE,
    )
    if young and by_others and (about is not About.SELF or rule.label is CrisisLabel.VIOLENCE_DANGER) and home:
        whose = About.SELF if rule.label is CrisisLabel.VIOLENCE_DANGER else About.OTHER
        return whose, CrisisLabel.CHILD_IN_DANGER
    if rule.label is CrisisLabel.CHILD_IN_DANGER and about is About.OTHER:
        named = any("child" in tags or "offspring" in tags or word in _THEM for word, tags in words)
        return About.CHILD if named else About.SELF, rule.label
    return about, rule.label


_THEM = frozenset({"hende", "ham", "dem", "her", "him", "them"})

_ORDER = (
    CrisisLabel.WITHDRAWAL_SEVERE,  # first: shaking after stopping is not a poisoning
    CrisisLabel.OVERDOSE_POISONING,
    CrisisLabel.SUICIDE_IMMINENT,
    CrisisLabel.CHILD_IN_DANGER,
    CrisisLabel.VIOLENCE_DANGER,
    CrisisLabel.SUICIDE_IDEATION,
    CrisisLabel.NONE,
)
_ORDER_BELOW_3 = (
    CrisisLabel.CHILD_IN_DANGER,
    CrisisLabel.VIOLENCE_DANGER,
    CrisisLabel.SUICIDE_IMMINENT,
    CrisisLabel.SUICIDE_IDEATION,
    CrisisLabel.WITHDRAWAL_SEVERE,
    CrisisLabel.OVERDOSE_POISONING,
    CrisisLabel.NONE,
)


def _most_telling(hits: Sequence[_Hit]) -> _Hit:
    """denmark.md §7.2: body before suicide before violence when life is in danger; else who may be hurt comes first."""
    order = _ORDER if hits[0].severity == 3 else _ORDER_BELOW_3
    return min(hits, key=lambda hit: order.index(hit.label))


def _emoji_alone(reading: Reading) -> Crisis:
    """Pills, blades, ropes with hardly a word beside them: ask (denmark.md 7.4)."""
    means = [tag for tag in _EMOJI_MEANS if tag in reading.present]
    if not means or "{laugh}" in reading.present:
        return Crisis()
    words = sum(1 for word in reading.words if word[0].isalpha())
    if words <= _WORDS_BESIDE_EMOJI and (len(means) > 1 or "{e_sad}" in reading.present):
        return Crisis(CrisisLabel.SUICIDE_IDEATION, 2, About.SELF, ("emoji_means",))
    return Crisis()


def _patterns(*sources: str) -> tuple[Pattern, ...]:
    return tuple(compile_pattern(source) for source in sources)


def english() -> tuple[Lexicon, CrisisRules]:
    """The English words and rules."""
    grammar = Grammar(
        remote=_patterns("{remote}", "{num} _1 years|months ago", "when i was _1 {num}", "in {huge}"),
        still=_patterns("again", "still", "now _2 back"),
        present=frozenset({"want", "wish", "thinking", "planning", "now"}),
        story=_patterns("{fiction}"),
        child_writer=re.compile(r" i:\S* am:\S* (?:only:\S* |just:\S* )?(\d{1,2}):"),
        school=_patterns("my school|teacher|class", "in {num} grade"),
        bridge=frozenset(read_toml("en", "crisis")["bridge_words"]["words"]),
        doubt=frozenset({"why", "know"}),
    )
    rules = (*rules_en.RULES, *rules_en_scenes.RULES)
    lexicon = Lexicon("en", literals=literals_of(rules), sparing=sparing_of(rules))
    return lexicon, CrisisRules(lexicon, rules, grammar)


def danish() -> tuple[Lexicon, CrisisRules]:
    """The Danish words and rules."""
    grammar = Grammar(
        remote=_patterns(
            "{remote}",
            "for _2 {num}|mange|flere|nogle _1 år|måneder siden",
            "da jeg var {num}",
            "da han|hun var {num}",
            "i {huge}",
            "{num} år siden",
        ),
        still=_patterns("{still}", "nu _2 er det _2 igen|tilbage|der"),
        present=frozenset(
            {"vil", "ønsker", "gider", "tænker", "overvejer", "planlægger", "håber", "orker", "lige_nu", "nu"}
        ),
        story=_patterns("{fiction}"),
        child_writer=re.compile(r" jeg:\S* er:\S* (?:kun:\S* |bare:\S* )?(\d{1,2}):"),
        school=_patterns(
            "i {num} klasse",
            "min|mine skole|lærer|klasse|klasselærer|pædagog",
            "skolesundhedsplejerske|klasselærer|frikvarter|sfo|fritidsklub",
        ),
        bridge=frozenset(read_toml("da", "crisis")["bridge_words"]["words"]),
        doubt=frozenset({"ved", "hvorfor"}),
    )
    rules = (
        *rules_da_body.RULES,
        *rules_da_taken.RULES,
        *rules_da_withdrawal.RULES,
        *rules_da_suicide.RULES,
        *rules_da_self_harm.RULES,
        *rules_da_others.RULES,
        *rules_da_scenes_suicide.RULES,
        *rules_da_acts.RULES,
        *rules_da_indirect.RULES,
        *rules_da_signs.RULES,
        *rules_da_home.RULES,
        *rules_da_wide.RULES,
        *rules_da_plain.RULES,
    )
    lexicon = Lexicon("da", literals=literals_of(rules), sparing=sparing_of(rules))
    return lexicon, CrisisRules(lexicon, rules, grammar)
