"""Danish rules for violence and for children in danger."""

from bot.understanding.patterns import Rule
from dialogs.heard import About, CrisisLabel

_VIOLENCE = CrisisLabel.VIOLENCE_DANGER
_CHILD = CrisisLabel.CHILD_IN_DANGER
_GAME = ("skak|fifa|tennis|bordtennis|badminton|spil|spillet|fodbold|ludo|padel|kort|matador|fortnite|kampen|konkurrencen|løb|rekord|finalen|computerspil|playstation", "zombie|zombier|zombierne|bossen|monster|monsteret|myggen|edderkoppen|fluen|myg")

RULES: tuple[Rule, ...] = (
    Rule(
        "weapon",
        3,
        _VIOLENCE,
        ("{i|third} _1 har|med|fik|fundet|står|sidder|truer|viftede|kommer|trak _4 {weapon}", "{weapon_threat}", "{weapon} _3 mod|efter _1 {person_object}", "^ _1 {weapon} _2 $"),
        about=About.SELF,
        unless=("{harmless_weapon}", "{weapon} _2 gaffel", "{laugh}", *_GAME, "ikke _1 har"),
        negatable=True,
        past_to=1,
        story_to=0,
    ),
    Rule(
        "killing_threatened",
        3,
        _VIOLENCE,
        (
            "{third} _4 vil|siger|truer|truede|prøver|prøvede|forsøger|forsøgte|skriver|skrev|sagde ~5 slå|slår|dræber|dræbe|myrde|skyde|stikke|kvæle _1 {person_object} _1 ihjel?",
            "{third} _3 truer|truede|truet _3 på livet",
            "truer|truet|truede _2 på livet",
            "truer|truede _3 at slå|dræbe|skyde|stikke _3 ihjel?",
        ),
        about=About.SELF,
        unless=("{what_if_kill}", "{laugh}", *_GAME, "dumme|skide|lyst _2 skyde"),
        negatable=True,
        past_to=1,
        story_to=0,
    ),
    Rule("killed_if_found_out", 1, _VIOLENCE, ("{third} _3 {what_if_kill}", "slår|dræber|myrder _1 mig _1 ihjel? hvis|når", "han|hun|far|mor|stedfar slår mig ihjel"), about=About.SELF, unless=(*_GAME, "{laugh}")),
    Rule("choking", 3, _VIOLENCE, ("{third} _5 {choke} _3 {person_object|me}", "{choke} _1 på mig|hende|min", "tog|tager|taget _3 {choke}", "mig om halsen", "om halsen på mig|hende"), past_to=1, story_to=0, negatable=True, unless=("tørklæde|smykke|halskæde|krammer|arme|lektier|arbejde|af _1 kærlighed",)),
    Rule(
        "beaten",
        2,
        _VIOLENCE,
        (
            "{third} _4 {hit} _2 {person_object}",
            "{third} _3 {hit} _2 mig|os|hende|ham|hinanden",
            "{hit} _1 {third} mig|os|hende",
            "bliver|blev|blevet|er _3 slået|sparket|banket|tævet|voldtaget|truet|mishandlet|overfaldet|gennembanket|kvalt _2 af _3 {third}",
            "{i} _3 bliver|blev|blevet _1 slået|banket|tævet|voldtaget|truet|mishandlet|overfaldet",
            "{third} _3 slår $",
            "slår|slog _1 når _2 {third} _2 {drunk}",
            "får|fik|fået tæsk|bank|lussinger|klø|lussing",
        ),
        unless=(
            *_GAME, "slår|slog|slå|slået mig? op|ned|igennem|til|fast|fra|sammen|løs|ud|tiden", "banker på døren|banker på|bankede på", "slår|slog _1 {neg}", "slår _1 hårdt ned på", "truer _1 med at _1 gå|flytte|sige|skride|ringe|smide|tage|forlade|stoppe",
            "{hit} _4 {own_death|other_death|suicide}", "{laugh}", "i konkurrencen|i hovedet at", "{what_if_kill}", "slår mig ihjel", "skubber _2 til _2 grænser",
        ),
        negatable=True,
        past_to=1,
        story_to=0,
    ),
    Rule(
        "beaten_now",
        3,
        _VIOLENCE,
        (
            "{third} _4 {hit} _3 {person_object} ~3 {lige_nu|nu}", "{lige_nu|nu} _4 {third} _4 {hit} _2 {person_object}", "hjælp ~6 {third} _4 {hit} _2 {person_object}", "{hit} _3 {person_object} ~8 hjælp",
            "{third} ~6 banker|sparker|hamrer|smadrer _3 døren ~8 bange|hjælp|ind|slår|låst", "bange ~8 {third} ~4 banker|sparker|hamrer _2 døren", "{third} _3 i gang med at _2 {hit|kill}", "{third} _4 døren ind", "{third} går_amok {lige_nu|nu}",
        ),
        unless=(*_GAME, "{laugh}", "{better}"),
        negatable=True,
        past_to=1,
        story_to=0,
    ),
    Rule("strikes_me_dead", 1, _VIOLENCE, ("{third} _2 slår mig ihjel",), about=About.SELF),
    Rule("violence_word", 2, _VIOLENCE, ("{third|i} ~6 {violence}", "udsat for _3 {violence}", "{violence} _3 hjemme|hjemmet|forhold|forholdet", "^ {violence} $"), negatable=True, past_to=1, story_to=0, unless=("{fiction}", "magt|naturen|for vold", "vold _2 i _1 byen|gaderne|samfundet")),
    Rule("psychological_violence", 2, _VIOLENCE, ("psykisk vold|terror", "kontrollerer|overvåger|forfølger|stalker _2 mig", "{third} _2 stalker|forfølger|chikanerer"), negatable=True, past_to=1, story_to=0, unless=("instagram|tiktok|film",)),
    Rule("smashing", 2, _VIOLENCE, ("{third} ~6 {smash} _3 {things}", "{third} _4 {rage} ~8 {smash|hit}|truer", "{third} _5 går_amok|voldelig|voldelige|udadreagerende|rasende", "{smash} _2 {things} _3 når|fordi|og"), negatable=True, past_to=1, story_to=0, unless=(*_GAME, "skraldespanden|ud med|toget", "i brættet", "snebolde", "genbrug|storskrald|flytter|sorterer")),
    Rule("dare_not_home", 2, _VIOLENCE, ("{dare_not_home}",), past_to=1, story_to=0, unless=("mørke|mørket|regn|regnvejr|karakterer|cyklen", "overraskelse|gaver|gave|gemmer mig _2 bag")),
    Rule("afraid_of", 2, _VIOLENCE, ("bange|skræmt|rædselsslagen|utryg _1 for|ved|sammen ham|hende|far|mor|stedfar", "bange|utryg _1 for|ved min|mine|hans {third} når|fordi|og|$", "bange for {third} når|fordi|og|$", "bange for _1 {third} gør mig|os|børnene|hende"), negatable=True, past_to=1, story_to=0, unless=("bange for at {third} _2 bliver", "bange for at miste")),
    Rule(
        "threat_to_other",
        2,
        _VIOLENCE,
        (
            "{i} _1 vil|skal|slår|har|kommer|overvejer|tænker|får|planlægger ~6 slå|slår|dræbe|dræber|myrde|skyde|stikke|gennembanke|gennemtæske|kvæle|tæve|likvidere|knivstikke|skade|smadre _2 ham|hende|dem|min|mine|nogen|far|mor|dig|jer|folk|barnet|chefen|naboen|eksen",
            "{i} slår|dræber|smadrer|stikker|skyder|myrder|kvæler|gennembanker _1 ham|hende|dem|dig|jer|min|nogen|far|mor|chefen|naboen _1 ihjel|ned|$",
            "jeg slår dig|jer ihjel",
            "lyst til at _1 slå|dræbe|stikke|skyde|skade|kvæle _2 ham|hende|dem|nogen|min|mit|mine|barnet",
            "bange for _3 jeg? _2 gøre|gør|skade|skader|slå|slår _2 ham|hende|dem|mit|mine|nogen|barnet|børnene|min",
        ),
        unless=(*_GAME, "{laugh}", "mig selv", "spoiler", "skade _2 nogen|dem med? {neg}", "{neg} _3 skade|slå|såre", "slå _1 op med|min ferie|mit telt", "slår _1 ham|hende|dem i", "ked|såre", "skyde _1 min|mine|mit _1 skyld|forbi"),
        negatable=True,
        past_to=1,
        story_to=0,
    ),
    Rule("rape", 2, _VIOLENCE, ("{rape}", "{forced_sex}", "{neg} ville ~5 sex ~4 gjorde det"), negatable=True, past_to=2, story_to=0, unless=("{fiction}", "anklaget|dømt|retssag|lov|loven")),
    Rule("touched", 2, _CHILD, ("{abuser} _2 rører|rørte|befamler|gramser|gramsede|befamlede|krænker|antaster|piller _2 mig|hende|ved", "{abuser} ~6 {at_night}", "{at_night} ~6 {abuser}", "rører|rørte ved mig"), negatable=True, past_to=2, story_to=0, unless=("rører|rørte mig {neg}? dybt|meget", "ved hjertet|emnet|emner|sagen", "piller _1 ved? _3 næse|neglene|mobilen|telefonen|tingene")),
    # -- children
    Rule(
        "child_left",
        2,
        _CHILD,
        ("{child} ~6 {kid_alone}", "{kid_alone} ~6 {child}", "{child} ~8 {drunk} ~4 passer|passe|alene", "{drunk} ~8 passer|passe ~4 {child|offspring}", "passer|passe ~4 {child} ~6 {drunk|otherdrug|alcohol}", "{parent|partner|third} ~4 drikker|fuld|skæv ~6 passer|passe _3 {child|offspring}"),
        about=About.CHILD,
        negatable=True,
        past_to=1,
        story_to=0,
        unless=("{kid_alone} i {num} min|minutter", "alene _1 med deres _1 lektier", "kan _3 være alene hjemme", "gammel _4 nok", "alenetid"),
    ),
    Rule("drunk_driving", 2, _CHILD, ("{drunk_driving} ~8 {child|offspring|us|me}", "{child|offspring|me} ~8 {drunk_driving}", "{parent} _3 {drunk_driving}", "kører ~5 {child} ~4 fuld|påvirket"), negatable=True, past_to=1, story_to=0, about=About.CHILD),
    Rule("child_hurt", 3, _CHILD, ("ryster|rystet|rystede|kastet|kvalt _3 babyen|spædbarnet|baby|min_baby", "{third} _3 slår|slog|sparker|ryster _2 babyen|spædbarnet"), about=About.CHILD, negatable=True, past_to=1, story_to=0),
    Rule("child_beaten", 2, _CHILD, ("{hit} _3 {child|offspring}", "slår _2 børnene|barnet|min søn|datter"), about=About.CHILD, negatable=True, past_to=1, story_to=0, unless=(*_GAME, "slår|slog til|op|igennem")),
    Rule("home_unsafe", 2, _CHILD, ("{parent} ~4 {drunk} ~8 {smash|rage|hit}|råber|skriger ~6 bange|os|mig|hjem|ting", "{parent} ~4 {drunk} ~6 bange", "bange ~8 {parent} ~4 {drunk}", "{parent} ~4 {drunk} ~8 {smash}"), about=About.CHILD, past_to=1, story_to=0, negatable=True),
    Rule("parent_drinks", 1, _CHILD, ("min|mine|vores {parent} _3 drikker|fuld|ryger|stoffer",), past_to=0, story_to=0, unless=("{neg} _1 drikker", "drikker _2 {neg}", "drikker _1 kaffe|te|vand|cola|saft|mælk")),
)
