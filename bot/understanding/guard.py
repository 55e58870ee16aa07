"""All that is understood in one message: rules first, trained models beside them.

A model may raise what the rules found of a crisis, never lower it.
"""

from datetime import datetime

from bot.understanding import times
from bot.understanding.crisis import danish, english
from bot.understanding.danger import ASKED_ABOUT, Danger
from bot.understanding.features import Features
from bot.understanding.intents import Intents, words_of
from bot.understanding.language import language_of, maybe_english
from bot.understanding.personal_data import PersonalData
from bot.understanding.reading import CUT, Reading, blank, normalised
from bot.understanding.substances import Substances
from bot.understanding.values import Values
from bot.understanding.vocabulary import Vocabulary
from dialogs.heard import Crisis, Expect, Heard


class Guard:
    """Implements `dialogs.heard.Understanding`. Not for several threads at once: see `reading.Tokens`."""

    def __init__(self) -> None:
        (self._danish_words, self._danish), (self._english_words, self._english) = danish(), english()
        self._vocabulary = Vocabulary()
        for lexicon in (self._danish_words, self._english_words):
            lexicon.remember(self._vocabulary.words)
        self._tokens = blank("da", [*self._danish_words.spelt, *self._english_words.spelt])
        self._values, self._intents, self._personal_data = Values(), Intents(), PersonalData()
        self._substances = Substances()
        self._danger = Danger(self._danish_words, self._vocabulary)

    def hear(self, text: str, *, now: datetime, expect: Expect | None = None) -> Heard:
        """What was understood in the first 4,000 characters."""
        text = text[:CUT]
        plain = normalised(text)
        words = self._tokens.words(plain)
        language = language_of(plain, words, text)
        spoken = words_of(plain)
        features = self._vocabulary.features(spoken)
        return Heard(
            crisis=self._raised(self._crisis(words, language), spoken, features),
            intent=self._intents.guess(spoken, features),
            personal_data=self._personal_data.find(text),
            when=times.read(text, now),
            value=self._values.read(text, expect),
            language=language,
            substances=self._substances.find(words),
        )

    def _raised(self, found: Crisis, words: list[str], features: Features) -> Crisis:
        """What the rules found, or what was learnt if that is graver."""
        if found.severity >= ASKED_ABOUT:
            return found
        learnt = self._danger.judge(words, features)
        return learnt if learnt.severity > found.severity else found

    def _crisis(self, words: list[str], language: str) -> Crisis:
        """Both languages where both may be meant; the higher wins, Danish when equal."""
        found = Crisis()
        if language != "en":
            found = self._danish.judge(Reading(words, self._danish_words))
        if language == "en" or maybe_english(words):
            found_in_english = self._english.judge(Reading(words, self._english_words))
            if found_in_english.severity > found.severity:
                return found_in_english
        return found
