"""E-mail addresses, links and profile names.

Every repetition is bounded, so that a long row of letters costs no more than its length.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from dialogs.heard import Span

_TLD = r"(?:dk|com|net|org|eu|info|me|io|no|se|de|uk|co\.uk|nu|fo|gl|edu|is|fi|nl|pl|fr)"
_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}(?: ?@ ?| ?\(?(?:snabel-?a|\(at\)|\[at\])\)? ?)(?:[\w-]{1,63}\.){1,4}[a-zæøå]{2,12}(?!\w)",
    re.IGNORECASE,
)
_PROVIDER = (
    r"(?:gmail|hotmail|outlook|live|yahoo|icloud|proton(?:mail)?|mail|me|msn|jubii|ofir|stofanet|tdc|youmail|webspeed)"
)
_EMAIL_SPOKEN = re.compile(
    rf"(?<![\w.+-])[\w.+-]{{1,64}}(?: (?:dot|punktum|prik) [\w+-]{{1,30}}){{0,2}}"
    rf"(?: ?@ ?| \(?(?:snabel[ -]?a|at|krøllealfa)\)? | ?[(\[{{]at[)\]}}] ?)"
    rf"(?:[\w-]{{1,40}}(?:\.| ?, ?| (?:dot|punktum|prik|\.) | ?[(\[]dot[)\]] ?){_TLD}|{_PROVIDER}(?! ?\.))(?!\w)",
    re.IGNORECASE,
)
_EMAIL_SIGNS = frozenset({"at", "snabel", "snabela", "snabel-a", "krøllealfa"})
_OWN_FIRST = re.compile(r"(?:min|mail|email|e-mail|mailen|er|på|til|is|my|at|skriv|:)$", re.IGNORECASE)
_URL = re.compile(r"(?:https?://|(?<![\w.@])www\.)[^\s<>\"'»«)\]]{2,200}", re.IGNORECASE)
_DOMAIN = re.compile(
    r"(?<![\w@.-])(?:(?:[\w-]{1,63}\.){1,3}(?:dk|com|net|org|gg|io|eu|info|tv|nu|me)(?![\w-])"
    r"|(?:t\.me|wa\.me|youtu\.be|linktr\.ee|bit\.ly|snap\.chat|fb\.me|m\.me|ig\.me)(?=/))(?:/[^\s<>\"'»«)\]]{0,200})?",
    re.IGNORECASE,
)
_AT = re.compile(r"(?<![\w.@/])@(?=[\w.]{0,38}[^\W\d_])\w(?:[\w.]{0,38}\w)?")
_DISCORD = re.compile(r"(?<![\w.#])(?=[\w.]{0,31}[^\W\d_])[\w.]{2,32} ?#(?:[0-9]{4}(?!\d)|(?<! #)[A-Z]{3,4}(?!\w))")
_REDDIT = re.compile(r"(?<![\w/])u/[\w-]{3,20}(?!\w)")
_UNDERSCORED = re.compile(
    r"(?<![\w./@])(?=[\w.]{0,38}[^\W\d_])[^\W_][\w.]{0,38}_[\w.]{0,38}[^\W_](?![\w@])|(?<!\w)_[^\W_]\w{2,38}_(?!\w)"
)
_PLATFORM = (
    r"(?:snap ?chat(?:ten)?|snap(?:pen|per)?|insta(?:gram)?(?:men)?|ig|tik ?tok|tt|discord|dc|telegram|messenger|face(?:book)?|fb|"
    r"twitter|twitch|steam|psn|playstation|xbox|gamer ?tag|reddit|kik|signal|wickr|whats ?app|bereal|be real|youtube|jodel|"
    r"linked ?in|skype|threads|onlyfans|tinder|grindr|roblox|fortnite|soundcloud|minecraft|riot|valorant|epic|netstof|cyberhus|trustpilot|forum(?:met)?|"
    r"brugernavn|username|user|handle|profilnavn|nick(?:name)?|alias)"
)
# The first letters of the words in the pattern above: most messages have none, and are done with one look.
_PLATFORM_BEGINS = frozenset(
    {"snap", "inst", "ig", "tikt", "tik", "tt", "disc", "dc", "tele", "mess", "face", "fb", "twit", "stea", "psn", "play", "xbox", "game", "redd", "kik", "sign", "wick", "what", "bere", "be", "yout", "jode", "link", "skyp", "thre", "only", "tind", "grin", "robl", "fort", "soun", "mine", "brug", "user", "hand", "prof", "nick", "alia", "riot", "valo", "epic", "nets", "cybe", "trus", "foru", "kana"}
)  # fmt: skip
_TOKEN = r"[@\"'»“]{0,2}([^\W_](?:[\w.-]{0,38}\w)?|_\w{1,38})"  # noqa: S105  a pattern
_FORWARD = re.compile(
    rf"(?<!\w)({_PLATFORM}(?:[ -]?(?:navn|bruger(?:navn)?|profil|konto|id|tag|gamer ?tag|handle|name|user(?:name)?|add|account|kanal))?(?:et|en)?(?: på \w{{2,12}}(?= (?:er|hedder)))?)"
    rf"( ?[:=–] ?| ?- | (?:er|hedder|is|som|navnet er|med navnet|under|det er|er bare|mig på|me on)(?: ?:)? | ){_TOKEN}(?!\w)",
    re.IGNORECASE,
)
_BACKWARD = re.compile(
    rf"(?<!\w)(hedder(?: jeg)?|er|som|adde?|til|find|tilføj|følg|am|called|under|me|mig|navnet)( ){_TOKEN} (?:på|on|i|inde på) (?:min )?{_PLATFORM}(?!\w)",
    re.IGNORECASE,
)
_CALLED_THERE = re.compile(
    rf"(?<!\w)(?:på|on) {_PLATFORM}( (?:hedder|er|kalder) jeg (?:mig )?|,? (?:jeg hedder|der hedder jeg|i'?m|as) | under | som | med navnet ){_TOKEN}(?!\w)",
    re.IGNORECASE,
)
_MINE = re.compile(r"(?:\bhar|\bmin|\bmit|\bmy|\bhendes|\bhans)(?: \w{1,12})? $", re.IGNORECASE)
_ADD_THERE = re.compile(
    r"\b(?:adde?|tilføj|find|følg|skriv|fang|follow) (?:(?:til|mig|me|lige|bare|gerne) ){0,3}(?:på|on) (?:min )?$",
    re.IGNORECASE,
)
_ENDS = re.compile(r"\s*(?:$|[.,!?)\n]|og |hvis |så |på )")
_WITH_NAMES = re.compile(r"face|fb|messenger|linked")  # where people use the names they have
_NAMED = re.compile(r"brug|user|profil|nick|alias|gamer|handle")
_SHORTEST = 3  # letters of a profile name
_NUMBERED = ("sag", "nr", "nummer", "opgave", "case", "ticket", "kode", "pin", "id", "uge", "rum", "ordre", "side")
_TRAILING = ".,!?;:…"
_SOCIAL = ("facebook.com", "instagram.com", "snapchat.com", "tiktok.com", "linkedin.com", "twitter.com", "x.com")
_WATCHED = ("youtube.com", "youtu.be", "open.spotify.com", "maps.google.com")
_ROLE = re.compile(
    r"^(?:info|kontakt|post|mail|kommune|hovedpostkasse|rusmiddel\w*|center|borgerservice|support|help|hej|"
    r"raadgivning|rådgivning|noreply|no-reply|alkohol\w*|misbrug\w*|reception|sekretariat|kontor|admin)$",
    re.IGNORECASE,
)


class Links:
    """`public`: hosts that belong to everybody. Asked with a lower-case word: `common` whether it is an ordinary one or a
    name, `plain` whether it is an ordinary one and no name, `slip` whether it is a slip of the pen in an ordinary one.
    """

    def __init__(
        self,
        public: frozenset[str],
        common: Callable[[str], bool],
        plain: Callable[[str], bool],
        slip: Callable[[str], bool],
    ) -> None:
        self._public = public
        self._common, self._plain, self._slip = common, plain, slip

    def find(self, text: str, words: Sequence[tuple[int, int, str]]) -> Iterator[Span]:
        """E-mail addresses first; spans may overlap. `words`: start, end and lower-case form of each."""
        if "@" in text or any(word in _EMAIL_SIGNS for _, _, word in words):
            yield from self._emails(text)
        if "." in text or "//" in text:
            for pattern in (_URL, _DOMAIN):
                for match in pattern.finditer(text):
                    end = match.end() - (len(match.group()) - len(match.group().rstrip(_TRAILING)))
                    if not self._public_link(text[match.start() : end]):
                        yield Span(match.start(), end, "URL_HANDLE")
        yield from self._signed(text)
        if any(word[:4] in _PLATFORM_BEGINS for _, _, word in words):
            yield from self._told(text)

    def _emails(self, text: str) -> Iterator[Span]:
        for match in _EMAIL.finditer(text):
            first = match.group().split()[0]
            if not self._public_mail(match.group()) and not (first != match.group() and self._word(first)):
                yield Span(match.start(), match.end(), "EMAIL")
        for match in _EMAIL_SPOKEN.finditer(text):
            first = match.group().split()[0]
            if not self._word(first) and not self._public_mail(match.group()):
                yield Span(match.start(), match.end(), "EMAIL")

    def _word(self, first: str) -> bool:
        """Whether what stands before a parted sign is a word of the sentence, not the beginning of an address."""
        return _OWN_FIRST.match(first) is not None or self._plain(first.lower())

    def _public_mail(self, written: str) -> bool:
        name, sign, host = written.partition("@")
        return bool(sign) and self._is_public(host.strip().lower()) and _ROLE.match(name.strip()) is not None

    def _is_public(self, host: str) -> bool:
        parts = host.split(".")
        return any(".".join(parts[at:]) in self._public for at in range(len(parts)))

    def _public_link(self, link: str) -> bool:
        bare = re.sub(r"^(?:https?://)?(?:www\.|m\.)?", "", link.lower())
        host, _, path = bare.partition("/")
        if host in _SOCIAL:
            return len(path) < 2 or path.startswith(("watch", "groups/"))
        if host in _WATCHED:
            return not path.startswith(("@", "c/", "channel/", "user/"))
        return self._is_public(host)

    def _signed(self, text: str) -> Iterator[Span]:
        if "@" in text:
            for match in _AT.finditer(text):
                if match.group()[1:].lower() not in self._public:
                    yield Span(match.start(), match.end(), "URL_HANDLE")
        if "u/" in text:
            for match in _REDDIT.finditer(text):
                yield Span(match.start() + 2, match.end(), "URL_HANDLE")
        if "#" in text:
            for match in _DISCORD.finditer(text):
                if match.group().partition("#")[0].strip().lower() not in _NUMBERED:
                    yield Span(match.start(), match.end(), "URL_HANDLE")
        if "_" in text:
            for match in _UNDERSCORED.finditer(text):
                yield Span(match.start(), match.end(), "URL_HANDLE")

    def _told(self, text: str) -> Iterator[Span]:
        for pattern in (_FORWARD, _CALLED_THERE, _BACKWARD):
            for match in pattern.finditer(text):
                token = match.lastindex or 1
                if self._a_handle(text, match, pattern is _BACKWARD):
                    yield Span(match.start(token), match.end(token), "URL_HANDLE")

    def _a_handle(self, text: str, match: re.Match[str], backward: bool) -> bool:  # noqa: FBT001
        token, link = match.group(match.lastindex or 1), match.group((match.lastindex or 2) - 1)
        word = token.lower()
        if _looks_made_up(token):
            return True
        if token.isdigit() or len(token) < _SHORTEST:
            return False
        if backward:
            said = match.group(1).lower().startswith(("hedder", "som", "called", "navnet", "under", "add"))
            return said and not self._common(word)
        if re.match(_PLATFORM, match.group(0), re.IGNORECASE) is None:
            return not self._common(word)
        return self._told_after(text, match, link.strip().lower())

    def _told_after(self, text: str, match: re.Match[str], link: str) -> bool:
        """Whether what follows "min snap er", "insta:", "brugernavn" is a profile, not the rest of a sentence."""
        word = match.group(match.lastindex or 1).lower()
        platform = match.group(1).lower()
        before = text[max(0, match.start() - 24) : match.start()]
        mine = _MINE.search(before) is not None or _ADD_THERE.search(before) is not None
        ends = _ENDS.match(text, match.end()) is not None
        if self._common(word):
            person = _WITH_NAMES.match(platform) is not None or not mine or not ends or self._plain(word)
            return (link == "hedder" and mine and ends) or (link != "" and not person)
        if link in (":", "=", "–", "-"):
            return True
        called = mine or "navn" in platform or _NAMED.match(platform) is not None
        if link == "":
            return ends and (called or not before.strip()) and not self._slip(word)
        return ends and (called or (link == "er" and not self._slip(word)))


def _looks_made_up(token: str) -> bool:
    """Underscores, dots or digits among letters: nobody's ordinary word."""
    letters = sum(letter.isalpha() for letter in token)
    if letters < 2:
        return False
    return "_" in token or "." in token.strip(".") or (letters >= 3 and any(letter.isdigit() for letter in token))
