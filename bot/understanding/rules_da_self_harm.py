"""Danish rules for the words themselves, self-harm, questions about how, and distress. Grammar: denmark.md §7.3."""

from bot.understanding.patterns import Rule
from dialogs.heard import About, CrisisLabel

_THOUGHT = CrisisLabel.SUICIDE_IDEATION
_SELF = About.SELF

RULES: tuple[Rule, ...] = (
    # -- the words themselves
    Rule(
        "suicide_word",
        2,
        _THOUGHT,
        (
            "selvmordstanker|selvmordstanke|selvmordstankerne|selvmordsplan|selvmordsplaner|selvmordsforsøg|selvmordstruet|selvmordstruede|selvmordstrussel|selvmordstrusler|kms|unalive|unaliv|unaliving|suicidal|selvmordsimpulser|selvmordstrang|selvmordsbrev",
            "{i|me|third} ~8 {suicide}",
            "{suicide} ~6 {i|me}",
            "^ {suicide} $",
            "^ _2 {suicide} $",
            "selv mord",
        ),
        negatable=True,
        past_to=1,
        story_to=0,
        unless=("forebyggelse|forebygge|forsker|statistik|tal|oplysning|foredrag|bevidst",),
    ),
    Rule("suicide_joke", 1, _THOUGHT, ("{mission}",)),
    Rule("harm_me", 2, _THOUGHT, ("{harm_me}",), about=_SELF, negatable=True, past_to=1),
    Rule(
        "do_something_stupid",
        2,
        _THOUGHT,
        ("{afraid|wish|want} _4 {something_stupid}",),
        negatable=True,
        past_to=1,
        unless=("kom til", "undgå"),
    ),
    Rule(
        "self_harm",
        2,
        _THOUGHT,
        (
            "{selfharm}",
            "{cut} _1 {self_cut}",
            "{cut} i? _1 sig selv",
            "{cut} sig i? armen|armene|lårene|håndleddet|låret|arme",
            "{i} _2 {cut} mig $",
            "har _2 skåret mig $",
            "brænder|slår|skader|straffer|brændt|skadet|bider _1 mig selv",
            "brænder|slår|skader|skadet|brændt _1 sig selv",
            "{cut} _2 barberblad|barberblade|skalpel",
            "brænder|slår|skader|straffer|brændt|skadet|bider _1 {self_cut}",
            "hovedet ind i væggen",
        ),
        negatable=True,
        past_to=1,
        story_to=0,
        unless=(
            "{selfharm|self_cut} ~5 men _3 gjorde det? {neg}",
            "men _2 gjorde det {neg}",
            "ved et uheld|uheld",
            "slår mig selv i|med _1 skak|spil|hovedet",
            "rekord",
        ),
    ),
    Rule(
        "self_harm_resisted", 1, _THOUGHT, ("{selfharm} ~5 gjorde det {neg}", "{cut} ~6 gjorde det {neg}"), about=_SELF
    ),
    # -- questions about how
    Rule(
        "method",
        2,
        _THOUGHT,
        (
            "hvor mange|meget|høj|stor|få _6 dø|dør|dødelig|dødeligt|dødelige|ihjel|selvmord|livsfarlig",
            "hvor mange|meget _5 {pill|opioid|benzo} _4 skal der til|nok|farligt",
            "hvor mange|meget _3 {pill|opioid|benzo} skal",
            "hvor _2 skal _2 {took} _4 dø|dør|ihjel",
            "hvordan|hvor _4 {own_death|other_death}",
            "hvordan _4 man _3 dør|dø|hænger",
            "hvordan|måde|måder|vej _5 {suicide}",
            "smertefri|smertefrit|nemmeste|nem|hurtigste|hurtig|letteste|let|bedste|sikreste _3 måde|vej|metode|død _5 {die|dead|suicide|own_death|other_death}",
            "smertefri død",
            "hvordan _3 livet af sig|mig",
            "ondt at dø",
            "dødelig|dødelige dosis|mængde",
            "kan|dør|dø _2 dø|man _2 af _3 {pill|opioid|benzo|ghb|poison}",
            "hvilke|hvilken _2 {pill} _6 {lethal}",
            "hvad sker der hvis _1 jeg _2 {took}|tage _4 {pill|opioid|benzo}",
            "{lethal} _4 blanding|overdosis _3 hvor",
        ),
        about=_SELF,
        unless=(
            "{laughcause}",
            "om året|årligt",
            "danskere|mennesker|personer|trafikken|hvert",
            "hjælper|hjælpe|forebygge|støtte|støtter|redder|undgå",
        ),
        story_to=0,
    ),
    Rule(
        "risk_question",
        1,
        CrisisLabel.OVERDOSE_POISONING,
        (
            "hvad sker der hvis|når man _3 blander|tager|blande _6 {opioid|benzo|ghb|alcohol|stim|otherdrug|pill}",
            "farligt _3 blande _5 {opioid|benzo|ghb|stim|pill|otherdrug}",
            "må|kan _2 blande _4 {opioid|benzo|ghb|pill}",
            "kan man dø _2 {otherdrug|stim|alcohol|withdrawal}",
        ),
        about=_SELF,
    ),
    # -- distress, no danger said
    Rule(
        "worn_out",
        1,
        CrisisLabel.NONE,
        (
            "{i}? {cope} _2 {neg} _1 mere|længere",
            "kan {neg} _2 klare|holde|overskue|magte _1 det|mere|længere|livet|noget|$",
            "kan {neg} mere",
            "holde|holder _1 det? {neg}? det? ud _1 {neg|more}?",
            "{give_stop}",
            "{hopeless}",
            "alt er _1 lort|håbløst|ligegyldigt|meningsløst",
            "hader _1 mig selv|livet|mit",
        ),
        unless=(
            "{give_stop} med",
            "kan {neg} klare _1 alkohol|sukker|varmen|mælk|stærk",
            "{cope} _2 {neg} mere _1 mad|kage|is",
        ),
        story_to=0,
    ),
    Rule(
        "distress",
        1,
        CrisisLabel.NONE,
        ("{i} _5 {distress}", "^ {distress}", "har det _2 dårligt|elendigt|forfærdeligt|skidt|lort"),
        negatable=True,
        past_to=0,
        story_to=0,
        unless=(
            "sover|sovet|sov|sove _2 dårligt",
            "dårligt _2 vejr|signal|net|nyt|råd",
            "tom for|tømt",
            "hader _2 mandage|koriander|regn|lektier",
            "angst for at",
            "{fine_now}",
        ),
    ),
)
