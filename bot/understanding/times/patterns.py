"""The patterns of times, over the canonical line of `words.py`: one blank between words and at both ends."""

import re

from bot.understanding.times import calendar
from bot.understanding.times.words import MONTHS, PARTS, WEEKDAYS, beginnings

LETTERS = re.compile(r"[^\W\d_]+")
BEGINNING = 4
"""Letters of a word that tell whether it may be one of time."""
TELLING = beginnings(BEGINNING) | frozenset(
    (
        *(
            "mand",
            "madn",
            "tirs",
            "tris",
            "onsd",
            "osnd",
            "tors",
            "tosd",
            "fred",
            "lørd",
            "lord",
            "loer",
            "sønd",
            "sond",
        ),
        *("soen", "imor", "imår", "morg", "mårn", "mårg", "morn", "more", "over", "dag", "dage", "idag", "uge", "uger"),
        *(
            "ugen",
            "nat",
            "inat",
            "natt",
            "afte",
            "aftn",
            "iaft",
            "midd",
            "mida",
            "form",
            "efte",
            "frok",
            "kl",
            "klok",
        ),
        *(
            "halv",
            "kvar",
            "time",
            "minu",
            "måne",
            "maan",
            "mane",
            "jul",
            "jule",
            "lill",
            "påsk",
            "pask",
            "paas",
            "pins",
        ),
        *(
            "nytå",
            "nyta",
            "skær",
            "skar",
            "lang",
            "kris",
            "grun",
            "sank",
            "mort",
            "fast",
            "vale",
            "anda",
            "janu",
            "febr",
        ),
        *("mart", "apri", "maj", "juni", "juli", "augu", "sept", "okto", "nove", "dece", "marc", "may", "june", "july"),
        *("octo", "jan", "feb", "mar", "apr", "aug", "sep", "okt", "oct", "nov", "dec", "mond", "tues", "wedn", "thur"),
        *("frid", "satu", "sund", "tomo", "toda", "toni", "week", "noon", "even", "days", "day", "hour", "half", "ons"),
        *("palm", "tir", "lør", "fre", "this", "før", "inde", "sene", "mell", "midn", "yest", "mrog", "mogr", "quar"),
        *("himm", "sct", "cloc"),
    )
)
"""How words of time begin, four letters of them: without one, and without a number, a message names no time."""
DAY = "|".join(WEEKDAYS)
MONTH = "|".join(MONTHS)
_HAPPENED = "var|blev|gik|havde|drak|tog|fik|røg|skete"
PAST = re.compile(
    rf" (?:i går|i forgårs|i (?:{DAY})s|i aftes|i morges|i formiddags|i eftermiddags|sidste (?:uge|måned|år|weekenden|{DAY}|gang|nat)"
    rf"|forrige (?:uge|{DAY}|måned)|last (?:uge|night|year|{DAY})|(?:for )?(?:\d+|en|et|et par|nogle|mange|halvanden) "
    r"(?:dage?|uger?|måneder|måned|år|timer?|minutter) siden|\d+ (?:dage|uger|years|hours) ago|i (?:for)?gårs?|tidligere (?:i dag|på dagen)"
    rf"|siden (?:på )?(?:{DAY})|(?:{DAY}) (?:{_HAPPENED})|(?:{_HAPPENED}) (?:(?!kan |vil |skal |tid )\S+ ){{0,2}}(?:{DAY}))(?= )"
)
OFTEN = re.compile(
    rf" (?:hver(?:t)? (?:anden |eneste )?(?:{DAY}|dag|aften|morgen|morgenen|uge|weekenden|nat|måned|år)"
    rf"|om (?:{DAY})en|om ugen|om dagen|om måned|om året|(?:every|each) (?:{DAY}|dag|day|uge|nat|morning))(?= )"
)
ON_THE_DAY = re.compile(rf" om (?P<d>{DAY})en(?= )")
SEVERAL_CLOCKS = re.compile(r" kl (?:halv |kvart (?:i|over) )?\S+ eller (?:kl )?(?:\d|halv|kvart)")
SEVERAL = re.compile(
    r" uge \d+\.? (?:eller|og|til|-) (?:uge )?\d+\.?(?= )| (?:i )?(?:næste |hele |denne |om |til |this |in |den )*(?:weekenden|hverdage|hverdagene)(?= )"
)
NEVER = re.compile(rf" (?:ikke|undtagen) (?:på |om |i )?(?:{DAY}|morgen|dag|overmorgen|uge \d+)(?:en)?(?= )")
SOON = re.compile(
    r" (?:om|in) (?:(?P<n>\d+(?:\.\d)?)|(?P<half>en halv|et halvt|half an)|(?P<onehalf>halvanden)|(?P<one>en|et|1|an|a)) "
    r"(?P<mid>(?:og )?en halv )?(?P<u>time|timer|minut|minutter|min|kvarter|kvarters)(?:s? tid)?(?P<plus> og et kvarter| og en halv)?(?= )"
)
LATER = re.compile(
    r" (?:om|in|på) (?:omkring )?(?:(?P<n>\d+)|(?P<one>en|et|one|a|præcis en)) (?P<u>dage|dag|uger|uge|måneder|måned|år)(?:s tid)?(?= )"
)
NEXT_WEEK = re.compile(r" (?:i |om |til )?(?:den )?(?:næste|kommende|efterfølgende) uge(?= )")
THIS_WEEK = re.compile(r" (?:i )?(?:denne|den her|indeværende|this) uge(?= )")
WEEK = re.compile(r" (?:i )?(?:uge|ugenr|ugenummer)\.? ?(?P<n>\d{1,2})\.?(?= )|(?P<m> uge(?P<k>\d{1,2}) )")
WEEKDAY = re.compile(rf" (?P<next>næste |(?:først)?kommende |den næste )?(?P<d>{DAY})(?= )")
NEAR_DAY = re.compile(r" i (?P<d>dag|morgen|overmorgen)(?= )|(?P<after> dagen efter i morgen| day efter i morgen)(?= )")
THIS_PART = re.compile(r" (?:(?:her |nu )?i|denne|this) (?P<p>aften|nat|eftermiddag|formiddag|middag|morning)(?= )")
EARLY = re.compile(rf" (?P<d>{DAY}|i morgen|i dag|i overmorgen)(?: tidlig)? (?:om )?(?:morgen|morning)(?= )")
"""Tomorrow is "i morgen", but "torsdag morgen" is a part of Thursday."""
BESIDE_A_DAY = re.compile(rf" dagen (?P<w>efter|før) (?:på )?(?:{DAY}|#)(?= )")
"""The day before or after one that is named; in its place stands a #."""
NAMED = re.compile(
    rf" (?:til |på |i )?(?P<d>{'|'.join(re.escape(name) for name in sorted(calendar.NAMED_DAYS, key=len, reverse=True))})(?= )"
)
DATE_IN_WORDS = re.compile(
    rf" (?:den )?(?P<d>\d{{1,2}})\.?(?:st|nd|rd|th)? (?:of )?(?P<m>{MONTH}|may)\.?(?: (?P<y>20\d\d))?(?= )"
    rf"| (?P<m2>{MONTH}) (?:den )?(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\.?(?= )"
)
ISO_DATE = re.compile(r" (?P<y>20\d\d)-(?P<m>\d{1,2})-(?P<d>\d{1,2})\.?(?= )")
_NO_CLOCK = "".join(
    f"(?<! {word})" for word in ("kl", "efter", "før", "til", "fra", "mellem", "og", "omkring", "-", "by", "klokken")
)
_OF_SOMETHING = (
    "af|år|time|uge|måned|dag|flaske|liter|l|cl|dl|glas|g|gram|kasse|ramme|pakke|dåse|øl|plade|pille|tablet|del"
)
_OF_A_DAY = f"kl|om|efter|før|mellem|fra|omkring|er|passer|går|kan|{'|'.join(PARTS)}"
DATE = re.compile(
    rf" (?:den )?(?!24 ?/ ?7\b)(?P<d>\d{{1,2}}) ?/ ?(?P<m>\d{{1,2}})(?: ?[-/ ] ?(?P<y>\d{{4}}|\d{{2}}))?\.?(?= )(?! (?:{_OF_SOMETHING}))"
    r"| (?:den )?(?P<d2>\d{1,2})[.\-](?P<m2>\d{1,2})[.\-](?P<y2>\d{4}|\d{2})(?= )"
    r"| den (?P<d3>\d{1,2})\.(?P<m3>\d{1,2})\.?(?= )"
    rf"|{_NO_CLOCK} (?P<d4>\d{{1,2}})\.(?:(?P<m4>1[0-2]|0?[1-9])\.|(?P<m5>1[12]|0[1-46-9]|[1-9])\.?)(?= $| (?:{_OF_A_DAY}))"
)
DAY_OF_MONTH = re.compile(
    r" den (?:(?P<d>\d{1,2})\.?|(?P<first>første|anden))(?: (?P<next>(?:i )?næste måned)| (?P<this>i denne måned)| i måneden)?(?= )"
    r"(?! (?:gang|uge|dag|tid|aftale|samtale|mulige|ledige|bedste|time))"
)
NOW_PAST = re.compile(r" (?:var|har|havde|drak|tog|sov|blev|fik|gik|skete|kom|vågnede|drukket|taget|røg) ")
