"""English crisis rules: smaller than the Danish, same pattern language and same lowering."""

from bot.understanding.patterns import Rule
from dialogs.heard import About, CrisisLabel

_SOON, _THOUGHT = CrisisLabel.SUICIDE_IMMINENT, CrisisLabel.SUICIDE_IDEATION
_BODY, _DRY = CrisisLabel.OVERDOSE_POISONING, CrisisLabel.WITHDRAWAL_SEVERE
_VIOLENCE, _CHILD = CrisisLabel.VIOLENCE_DANGER, CrisisLabel.CHILD_IN_DANGER
_SELF, _OTHER = About.SELF, About.OTHER
_GENERAL = ("what _4 signs|symptoms", "signs|symptoms of", "risk of|prevent")
_GAME = ("game|chess|tennis|fortnite|fifa|level|zombies|zombie|boss",)

RULES: tuple[Rule, ...] = (
    Rule("en.own_death", 2, _THOUGHT, ("{own_death}",), about=_SELF, negatable=True, past_to=1, story_to=0, unless=("{laugh}",)),
    Rule("en.own_death_now", 3, _SOON, ("{own_death} _2 {now}", "{now} _6 {own_death}", "about to {own_death}", "decided to {own_death}"), about=_SELF, negatable=True, past_to=1, unless=("{laugh}",)),
    Rule("en.other_death", 2, _THOUGHT, ("{other_death}",), about=_OTHER, negatable=True, past_to=1, story_to=0),
    Rule("en.wish_to_die", 2, _THOUGHT, ("want|wish|rather|like|ready|wanted|hope _3 {die|dying}".replace("|dying}", "}|dying"), "thinking|think|thoughts _2 dying|death|{die}"), past_to=1, story_to=0, unless=("{laugh}", "of {laughcause}", "die of", "{neg} _2 ready")),
    Rule("en.dying", 2, _BODY, ("i am dying $", "i _3 am going to die $", "think i am dying", "{third} is dying $"), unless=("{laugh}", "of {laughcause}")),
    Rule("en.not_live", 2, _THOUGHT, ("{neg} _3 want|wish|need _2 {not_be}", "{neg} _2 {not_be} anymore", "{neg} want to live $", "wish i _1 {neg} {not_be}"), about=_SELF, past_to=1, unless=("{third} _4 {not_be}", "{not_be} in|with|at|near|without|here|early|for")),
    Rule("en.no_way_out", 2, _THOUGHT, ("{no_way}",), past_to=1, story_to=0),
    Rule("en.goodbye", 3, _SOON, ("suicide {letter}", "wrote|written|writing _3 goodbye|suicide {letter}", "{goodbye}"), negatable=True, past_to=1, story_to=0),
    Rule("en.suicide_word", 2, _THOUGHT, ("{suicide}",), negatable=True, past_to=1, story_to=0, unless=("{suicide} prevention", "{laugh}")),
    Rule("en.self_harm", 2, _THOUGHT, ("{selfharm}", "{harm_me}"), negatable=True, past_to=1, story_to=0, unless=("accident|accidentally|shaving|cooking", "cutting down|back|onions|grass|costs|alcohol", "but i _1 did not")),
    Rule("en.jump", 3, _SOON, ("{edge} ~6 {jump}", "{jump} _3 {edge}"), negatable=True, past_to=1, story_to=0, unless=("bungee|bus|pool|water|trampoline",)),
    Rule("en.place", 2, _SOON, ("{i} _2 standing|sitting _3 on|at _1 {edge}",), unless=("bus|train home|view|fishing|waiting|photo",)),
    Rule("en.method", 2, _THOUGHT, ("how many|much _6 {die|overdose}", "how many|much _5 kill|lethal|fatal", "painless|easiest|quickest|best _2 way _3 {die|own_death|suicide}", "lethal|fatal dose", "how to _2 {own_death|die}"), about=_SELF, unless=("{laugh}", "people|year", "to save")),
    Rule("en.distress", 1, CrisisLabel.NONE, ("{hopeless}", "{can_not_more}"), negatable=False, past_to=0, story_to=0),
    Rule("en.not_waking", 3, _BODY, ("{third} _4 {neg} _2 {at_all_awake}", "{neg} _2 wake _1 {third}", "{neg} {at_all_awake} _1 {third}", "{third} is {unconscious}", "{unconscious}", "passed out _8 {drug|pill|neg}"), about=_OTHER, past_to=1, story_to=0, unless=("alarm|early|before|until|school|responding to my texts", "respond|responding to _2 texts|messages|emails|calls", "woke")),
    Rule("en.not_breathing", 3, _BODY, ("{neg} _2 {breathing}", "stopped {breathing}", "barely {breathing}", "{breathing} _2 weird|strange|slow|slowly|funny"), past_to=1, story_to=0, unless=("laughing|{laugh}".replace("|{laugh}", ""), "panic|anxiety|anxious", "asthma|running")),
    Rule("en.panic", 2, _BODY, ("{neg} _2 {breathing} ~8 panic|anxiety|anxious", "panic|anxiety ~8 {neg} _2 {breathing}"), about=_SELF),
    Rule("en.blue", 3, _BODY, ("{lips} _3 {blue}", "{blue} {lips}", "turning {blue}"), about=_OTHER, past_to=1, story_to=0),
    Rule("en.seizure", 3, _BODY, ("{seizure}",), negatable=True, past_to=1, story_to=0, unless=(*_GENERAL, "fitting room|in")),
    Rule("en.took_many", 3, _BODY, ("{took} _3 {many|several} !mg|milligrams _3 {pill|drug}", "{took} _4 {container} _3 {pill|drug}", "{took} _3 {too_much} _3 {pill|drug}", "{took} {too_much} $", "do not know how many|much _5 {took}", "{container} _2 {pill} _3 {took}"), negatable=True, past_to=1, story_to=0, unless=("bottle of water", "take {many|several} _3 {every_day}", "{every_day}")),
    Rule("en.overdose", 3, _BODY, ("{overdose}",), negatable=True, past_to=1, story_to=0, unless=(*_GENERAL, "overdose of !{drug|pill|drink}", "{laugh}", "want|plan|thinking")),
    Rule("en.overdose_wish", 2, _THOUGHT, ("want|plan|thinking|afraid|what|signs _5 {overdose}",), negatable=True),
    Rule("en.took_pills", 2, _BODY, ("{took} _2 pills|tablets|sleepers",), negatable=True, past_to=1, story_to=0, unless=("for my|every", "prescribed")),
    Rule("en.mixed", 3, _BODY, ("mixed _3 {depressant} _2 and|with _3 {depressant|drink}", "{drug} ~10 stay awake"), negatable=True, past_to=1),
    Rule("en.chest", 3, _BODY, ("{chest_pain} ~12 {drug|pill}", "{drug|pill} ~12 {chest_pain}"), past_to=1),
    Rule("en.chest_alone", 2, _BODY, ("{chest_pain}",), past_to=1, negatable=True),
    Rule("en.ambulance", 3, _BODY, ("{call}",), negatable=True, past_to=0),
    Rule("en.withdrawal", 2, _DRY, ("{stop} ~12 {shakes}", "{shakes} ~12 {stop}", "{drug|drink} ~8 {stop} ~4 {cold_turkey}", "{stop} ~6 {drug|drink} ~4 {cold_turkey}"), past_to=1, unless=("coffee|sugar|smoking|cigarettes|{laugh}".replace("|{laugh}", ""),)),
    Rule("en.withdrawal_grave", 3, _DRY, ("{stop} ~14 {grave}", "{shakes} ~8 {grave}", "seeing things ~10 {stop|drink}", "{stop} ~12 seeing things"), past_to=1),
    Rule("en.hallucinating", 2, _DRY, ("hear|hearing _1 voices", "hallucinating|hallucinations|delirium|psychosis", "seeing things _2 {not_there}"), negatable=True, past_to=1, story_to=0),
    Rule("en.weapon", 3, _VIOLENCE, ("{i|third} _2 has|have|got|with|holding|pulled _3 {weapon}", "with a {weapon}"), about=_SELF, negatable=True, past_to=1, story_to=0, unless=("kitchen|cook|cooking|fork|butter|toy|water", *_GAME)),
    Rule("en.kill_me", 3, _VIOLENCE, ("{third} _4 going|will|threatened|threatens|says|said|wants|tried|trying _4 {kill_me}",), about=_SELF, past_to=1, story_to=0, unless=("{kill_joke}", "{laugh}", *_GAME)),
    Rule("en.kill_me_if", 1, _VIOLENCE, ("{third} _4 {kill_joke}", "{third} _3 kill me if|when"), about=_SELF),
    Rule("en.beaten", 2, _VIOLENCE, ("{third} _3 {hit} _1 me|us|her|him|my", "{i} _3 being|was|got|get _1 {hit}"), negatable=True, past_to=1, story_to=0, unless=(*_GAME, "hit me up|like", "beat me at|in|to", "threatened|threatens to leave|quit")),
    Rule("en.fear", 2, _VIOLENCE, ("{home_fear}",), about=_SELF, past_to=1),
    Rule("en.threat", 2, _VIOLENCE, ("{i} _5 {kill_other}",), about=_OTHER, negatable=True, past_to=1, story_to=0, unless=(*_GAME, "{laugh}")),
    Rule("en.touched", 2, _CHILD, ("{abuser} _3 {touch}", "{touch}"), about=About.CHILD, negatable=True, story_to=0, unless=("deeply|heart|story",)),
    Rule("en.child_alone", 2, _CHILD, ("{child} ~6 alone _3 drunk|high|home|with", "{child} ~8 swallowed"), about=About.CHILD, negatable=True, past_to=1, story_to=0),
)
