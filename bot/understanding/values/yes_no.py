"""Yes or no, in the words and the short sentences by which Danes say them. Unclear is None."""

import re
from collections.abc import Mapping

from bot.understanding.values.plain import any_of

_LONGEST_START = 5
_A_WORD_OR_TWO = 2
_OPENERS = re.compile(r"^(?:(?:øh|øhm|hm|hmm|mm|mmm|åh|ah|nå|altså|tja|jamen|haha|hehe|lol|well|uh) )+(?=\w)")
_SURELY = re.compile(r"\b(rigtigt|sandt|fint|godt) nok\b")
_NEVER = r"ikke|aldrig|ej|hverken|not|never"
_NOT = re.compile(_NEVER)
_DENIED = re.compile(rf"\b(?:{_NEVER}|nej|næ|næh|no|don't|dont)\b")
_AGREED = re.compile(r"\b(?:ja|jo|yes|jep|jeps)\b")
_REFUSED = re.compile(
    rf"\b(?:{_NEVER}|don't|dont|can't|cant) (?:\w+ ){{0,4}}?(?:svare|svar|huske|sige|fortælle|forklare|forstår|forstod"
    r"|tænkt over|lagt mærke|(?:snakke|tale) om det|tvivl|answer|remember|say|tell|understand)\b"
)
_IN_PART = re.compile(
    r"\b(?:ikke|not) (?:altid|hver|så|særlig|særligt|specielt|ret|meget|tit|ofte|alle|kun|bare|helt|værst|dårligt"
    r"|always|every|often|much|only)\b"
)
_ASKING = re.compile(r"\b(?:hvad|hvordan|hvorfor|hvornår|hvem|hvor|what|why|how|when|who|hvis|if|medmindre|unless)\b")
_DOUBTED = re.compile(r"\b(?:men(?! kun\b)|but(?! only\b)|selvom|bortset|undtagen)\b")
_FIRM = re.compile(r"^(?:ja|jo|jep|jeps|yes|yeah|yep)\b")
_NOW_AND_THEN = re.compile(
    r"\b(?:men kun|but only|kun|lidt|en (?:lille )?smule|nogle gange|nogen gange|ind ?imellem|en ?gang imellem"
    r"|af og til|sometimes|now and then|a (?:bit|little))\b"
)
_VERB = (
    "gør|har|er|kan|vil|skal|må|bør|burde|gjorde|havde|var|ville|kunne|skulle|tør|plejer|får|fik|gider|behøver|synes"
    "|kommer"
)
_WHO = "jeg|i|vi|han|hun|det|de|der|man|du"
_BESIDE = (
    "da|nu|jo|faktisk|desværre|godt|gerne|også|altså|sgu|nemlig|virkelig|stadig|stadigvæk|bestemt|egentlig|heldigvis"
    "|tit|ofte|skam|selvfølgelig|i hvert fald|overhovedet|slet|helst|endnu|lige|for tiden|hver dag|mere|længere"
    "|nogensinde|gjort|prøvet|haft|været|oplevet|tænke mig|lyst til|det"
)
_SHORT = re.compile(
    rf"^(?:(?:det|sådan|så|selvfølgelig|naturligvis) (?:{_VERB}) (?:{_WHO})"
    r"|(?:gør|har|er|kan|vil|skal|må|gjorde|havde|var) jeg|jeg gør(?: det)?|jeg (?:kunne|ville)(?= .*tænke mig))"
    rf"(?: (?:{_BESIDE}))*(?: (?P<never>{_NEVER})(?: (?:{_BESIDE}))*)?$"
)
_HAS_NOT = re.compile(
    r"^(?:det (?:er|har) (?:aldrig|ikke) (?:sket|hændt|været)|det (?:sker|gælder|passer|stemmer) (?:ikke|aldrig)"
    r"|(?:jeg )?har aldrig (?:gjort|prøvet|haft|oplevet)(?: (?:det|sådan noget|noget|noget af det|noget sådant))?)"
    r"(?: (?:for|hos) mig| før| endnu)?$"
)


class YesNo:
    """`yes` and `no` begin a message; `unclear` may stand anywhere in it."""

    def __init__(self, lists: Mapping[str, list[str]]) -> None:
        self._yes, self._no, self._whole = frozenset(lists["yes"]), frozenset(lists["no"]), frozenset(lists["whole"])
        self._weak = frozenset(lists["weak"])
        self._surely = frozenset(lists["surely"])
        self._unclear = any_of(lists["unclear"])

    def read(self, said: str) -> bool | None:
        """A plain text with its words in their usual spelling."""
        said = _OPENERS.sub("", " ".join(said.replace(",", " ").split()))
        if said in self._yes or said in self._no:
            return said in self._yes
        said = _SURELY.sub(r"\1", said)
        if _REFUSED.search(said) or _IN_PART.search(said):
            return None
        if _FIRM.search(said):
            said = _NOW_AND_THEN.sub(" ", said)
        if self._unclear.search(said) or _ASKING.search(said) or _DOUBTED.search(said):
            return None
        short = _SHORT.match(said)
        if short is not None:
            return short["never"] is None
        return False if _HAS_NOT.match(said) else self._begun(said.split())

    def _begun(self, words: list[str]) -> bool | None:
        """By how it begins, if the rest does not take it back."""
        for length in range(min(_LONGEST_START, len(words)), 0, -1):
            start, rest = " ".join(words[:length]), " ".join(words[length:])
            if start in self._whole or (start in self._weak and len(words) > length + _A_WORD_OR_TWO):
                continue
            if start in self._surely and _NOT.fullmatch(rest):
                return False
            if start in self._yes:
                return None if _DENIED.search(rest) else True
            if start in self._no:
                return None if _AGREED.search(rest) or _NOW_AND_THEN.search(rest) or rest in self._yes else False
        return None
