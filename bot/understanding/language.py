"""Danish, English or something else, told from everyday words. Cheap, and Danish when in doubt."""

from collections.abc import Sequence

_DANISH = frozenset(
    "jeg ikke og det er har at en et til som på mig med der den kan vil min mit han hun af om så hvor hvad ja nej jo du de vi skal var mine men når også fra ved nu tak hej drikker hvis være hjælp "
    "hos godt ik gerne mere meget noget nogen selv lige går hvordan kunne ville siger dag gange uge måned aldrig øl far mor goddag dav mojn hejsa kommer".split()
)
_ENGLISH = frozenset(
    "i'm the my is am are was you and it don't dont can't cant do not what how he she his with want need help have has of this that's will would me they we your been please hello thanks yes i've "
    "who when why drink drinking myself myself anymore life die feel feeling talk speak know took pills wanna gonna live should suicidal kill".split()
)
_ONLY_ENGLISH = _ENGLISH - _DANISH - {"i", "me", "we", "will", "help", "am"}
_OTHER = frozenset(
    "ich nicht und ist das ein mir mein bitte hilfe nie jest się mam pomoc proszę dzień dobry jag inte och är mig hej vill je suis pas une les des bonjour aide merci hola estoy necesito ayuda por favor gracias ben değil bir "
    "yardım merhaba ana anta musaida nu sunt vreau ajutor nem vagyok segítség ya pomogite spasibo ты не".split()
) - _DANISH - _ENGLISH  # fmt: skip


def language_of(text: str, words: Sequence[str]) -> str:
    """"da", "en" or "other" for a normalised text and its words."""
    letters = [letter for letter in text if letter.isalpha()]
    if not letters:
        return "da"
    latin = sum(1 for letter in letters if letter < "\u0250" or "\u1e00" <= letter < "\u1f00")
    if latin * 2 < len(letters):
        return "other"
    danish = sum(1 for word in words if word in _DANISH or "æ" in word or "ø" in word or "å" in word)
    english = sum(1 for word in words if word in _ONLY_ENGLISH) + sum(1 for word in words if word == "i") * (danish == 0)
    other = sum(1 for word in words if word in _OTHER)
    if other >= 2 and other > danish and other > english:
        return "other"
    return "en" if english > danish else "da"


def maybe_english(words: Sequence[str]) -> bool:
    """Whether enough English stands in a text to read it as English too ("jeg wanna die")."""
    return any(word in _ONLY_ENGLISH for word in words)
