"""Danish rules for what is said in plain words and no scene: read from the worst errors of families left out."""

from bot.understanding.patterns import Rule
from dialogs.heard import About, CrisisLabel

_SOON, _THOUGHT = CrisisLabel.SUICIDE_IMMINENT, CrisisLabel.SUICIDE_IDEATION
_BODY, _DRY = CrisisLabel.OVERDOSE_POISONING, CrisisLabel.WITHDRAWAL_SEVERE
_VIOLENCE, _CHILD = CrisisLabel.VIOLENCE_DANGER, CrisisLabel.CHILD_IN_DANGER
_PLAY = ("{laugh}", "{fiction}")
_DAYS = "mandag|tirsdag|onsdag|torsdag|fredag|lørdag|søndag|weekenden"

RULES: tuple[Rule, ...] = (
    Rule(
        "breaking_in",
        3,
        _VIOLENCE,
        (
            "{third} _3 bryde ind",
            "{third} _3 bryder|bryd ind",
            "{third} _2 er _3 brudt ind",
            "{third} _2 slår|sparker|smadrer|flækker _2 døren|dørn|ruden|vinduet _2 ind|op|$",
        ),
        past_to=1,
        story_to=0,
        negatable=True,
        unless=(
            *_PLAY,
            "bryde|bryder ind i|hos _2 kontoen|konto|telefon|mail|systemet|samtalen|samtale|banken",
            "politiet",
        ),
    ),
    Rule(
        "tried_to_wake",
        3,
        _BODY,
        (
            "{i|third} _3 prøvet|prøver|prøvede|forsøgt|forsøger _3 vække ~10 {neg|unresponsive}|ingenting|intet|timer|time",
            "vække ~8 sker ingenting|intet|{neg}",
            "{third} _2 faldt _1 om $",
            "{third} _2 er _2 faldet sammen",
            "{third} _2 faldet|faldt sammen ~4 {neg}|gulvet|toilettet|opgangen",
        ),
        past_to=1,
        story_to=0,
        unless=(*_PLAY, "skole|skolen|arbejde|vækkeur|naboens|lur|luren|middagslur", "af grin|træthed|latter"),
    ),
    Rule(
        "drown_myself",
        3,
        _SOON,
        ("drukne _1 mig|sig", "drukner _1 mig|sig _1 $", "drukner|drukne mig|sig selv|nu"),
        past_to=1,
        story_to=0,
        negatable=True,
        unless=(*_PLAY, "drukne|drukner _2 i arbejde|opgaver|mails|lektier|opvask|vasketøj|gæld|kaffe"),
    ),
    Rule(
        "whole_pack_at_once",
        3,
        _BODY,
        (
            "^ _1 hele|to|tre|fire pakken|pladen|glasset|æsken|brættet|plader|æsker|pakker _2 {på_en_gang}|{now}|$",
            "pillerne er nede",
            "hele pakken|pladen|glasset|æsken|brættet|strimlen _1 {på_en_gang}",
            "har taget _2 tre|fire|fem|seks|syv|otte|ti gange så mange|meget",
            "{took} _3 hele strimlen|pladen|brættet|plad",
        ),
        past_to=1,
        story_to=0,
        unless=(*_PLAY, "kiks|slik|chokolade|chips|is|kage|vingummi|vingummier|småkager"),
    ),
    Rule(
        "dead_by_then",
        3,
        _SOON,
        (
            f"jeg dør på {_DAYS}",
            f"jeg er _1 død|væk|borte _1 på {_DAYS}",
            "om en|et|to|tre|få|{num} time|timer|minutter|dage|dag er jeg _1 død|borte",
            "så|snart er jeg død",
            "når _3 læser _2 dette|det|her ~6 død|væk|borte|{neg}",
        ),
        about=About.SELF,
        past_to=1,
        story_to=0,
        unless=(
            *_PLAY,
            "flyet|toget|ferie|hjemme|tilbage|fremme|telefon|kontoret|rejse|af grin|træthed|sult|varme|kedsomhed",
            "død træt",
        ),
    ),
    Rule(
        "burning_with_fever",
        3,
        _BODY,
        ("fyrre|enogfyrre|40|41|42 _1 i? feber ~12 pille|piller|festivalen|stof|stoffer|mdma|ecstasy|emma|speed|coke",),
        past_to=1,
        story_to=0,
    ),
    Rule(
        "found_pill_taken",
        2,
        _BODY,
        (
            "{took} _3 pille|piller _2 jeg|vi|han|hun fandt|fik",
            "{took} _4 ukendt|ukendte pille|piller|pulver",
            "ved {neg} hvad _2 var _2 {took}",
            "pille|pulver challenge",
        ),
        past_to=1,
        story_to=0,
        unless=(*_PLAY, "lægen|apoteket|tandlægen|recept"),
    ),
    Rule(
        "slowly_to_death",
        2,
        _THOUGHT,
        (
            "jeg drikker|ryger|fixer|sulter mig ihjel",
            "trangen|lysten _2 til _2 dø|selvmord",
            "{neg} _2 se _2 flere|næste forår|jul|sommer|fødselsdag",
            "spild _2 at jeg _2 fået|lever|liv",
        ),
        about=About.SELF,
        past_to=1,
        story_to=0,
        unless=_PLAY,
    ),
    Rule(
        "forced_to_marry",
        2,
        _VIOLENCE,
        ("tvangsgiftes|tvangsgift|tvangsægteskab", "tvinger|tvunget|tvinge _3 gifte|giftes|gift"),
        past_to=1,
        story_to=0,
        negatable=True,
        unless=(*_PLAY, "kursus|oplæg|undervisning|artikel"),
    ),
    Rule(
        "one_word_of_danger",
        3,
        _VIOLENCE,
        (
            "^ kvælertag $",
            "^ _1 voldtægt nu $",
            "^ jeg _1 er fanget herinde|her $",
            "{neg} skrive|ringe|tale frit ~6 læser|lytter|hører",
        ),
        past_to=1,
        story_to=0,
        unless=_PLAY,
    ),
    Rule(
        "fading",
        3,
        _BODY,
        ("det sortner|sortnede for mig|øjnene", "alt bliver sort|mørkt|fjernt", "jeg forsvinder _1 nu|langsomt $"),
        about=About.SELF,
        past_to=1,
        story_to=0,
        unless=(*_PLAY, "rejser|rejste|op hurtigt|af vrede|raseri"),
    ),
    Rule(
        "dry_in_few_words",
        3,
        _DRY,
        (
            "^ stop|stoppe|stoppet|stoppede _1 {alcohol} _3 {num}|anden|tredje|dag|dage _3 feber|ryste|ryster|svede",
            "stop|stoppe|stoppet|stoppede _2 {alcohol} ~6 se|høre|ser|hører _2 dyr|stemme|stemmer|mænd|ting|edderkopper|musik",
        ),
        past_to=1,
        story_to=0,
    ),
    Rule(
        "child_poisoned_plain",
        3,
        _BODY,
        (
            "{child|offspring} ~8 {took}|slikket|drukket|drikker _5 rottegift|rottegiften|vape|vapen|vapevæske|hash|afløbsrens",
            "{child|offspring} ~8 for meget|mange panodil|panodiler|mikstur|medicin|piller",
            "{took}|slikket|drak _5 vapevæske|væsken|afløbsrens|afløbsrensen|rottegift|rottegiften",
            "barn|dreng|pige _3 spise|drikke _2 hash|pille|piller|gift|sæbe",
        ),
        past_to=1,
        story_to=0,
        negatable=True,
        unless=(*_PLAY, "prøvet|prøvede|prøver hash", "ryger|røget|røg"),
    ),
)
