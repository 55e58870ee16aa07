"""Danish rules for withdrawal: shaking, seizures, seeing things, stopping at once (denmark.md §4.2)."""

from bot.understanding.patterns import Rule
from bot.understanding.rules_da_substances import ASKED_IN_GENERAL, DRUG_OR_DRINK
from dialogs.heard import CrisisLabel

_DRY = CrisisLabel.WITHDRAWAL_SEVERE

RULES: tuple[Rule, ...] = (
    # -- withdrawal
    Rule(
        "seizure_dry",
        3,
        _DRY,
        (
            "{seizure} ~14 {stop|withdrawal}",
            "{stop|withdrawal} ~14 {seizure}",
            "{seizure} ~8 {neg} _3 drukket|drikke|alkohol",
        ),
        negatable=True,
        past_to=1,
        story_to=0,
        unless=("{seizure} _3 {muscle}", *ASKED_IN_GENERAL),
    ),
    Rule("delirium", 3, _DRY, ("{delirium}",), past_to=1, story_to=0, negatable=True, unless=ASKED_IN_GENERAL),
    Rule("delirium_asked", 1, _DRY, ("hvad|tegn|symptomer _6 {delirium}",)),
    Rule(
        "seeing_things",
        3,
        _DRY,
        (
            "ser|så|hører _4 {creatures} _4 {wall|not_there} ~16 {stop|withdrawal|alcohol|benzo|ghb}",
            "{stop|withdrawal|alcohol|benzo} ~16 ser|hører _4 {creatures} _4 {wall|not_there}",
            "{stop|withdrawal|alcohol|benzo} ~16 {hallucinate|voices}",
            "{hallucinate|voices} ~16 {stop|withdrawal|alcohol|benzo}",
            "{third} _3 ser _2 {creatures} _3 {wall|not_there}",
            "{third} _3 ser _1 syner|edderkopper|dæmoner|rotter|dyr|ting",
            "{shakes} _4 ser _1 syner|edderkopper|dæmoner|rotter|dyr",
        ),
        past_to=1,
        story_to=0,
        unless=("terrarie|zoo|haven|kælderen", "ser _1 ting _2 fra|på|anderledes|klart"),
    ),
    Rule(
        "hallucinating",
        2,
        _DRY,
        ("{hallucinate|voices}", "ser|hører _4 {creatures} _4 {wall|not_there}", "ser _1 syner|skygger|dæmoner"),
        negatable=True,
        past_to=1,
        story_to=0,
    ),
    Rule(
        "withdrawal_grave",
        3,
        _DRY,
        (
            "{stop|withdrawal} ~14 {shakes} ~10 {grave}",
            "{stop|withdrawal} ~14 {grave} ~8 {shakes}",
            "{shakes} ~8 {grave} ~14 {stop|withdrawal}",
            "{neg} _2 drukket ~10 {shakes} ~8 {grave}",
            "{stop|withdrawal} ~12 forvirret|vrøvler|snakker_sort|desorienteret",
        ),
        past_to=1,
        story_to=0,
        unless=("kaffe|cola|sukker|slik|cigaretter|rygning|ryge|snus",),
    ),
    Rule(
        "withdrawal",
        2,
        _DRY,
        (
            "{stop|withdrawal} ~12 {shakes}",
            "{shakes} ~12 {stop|withdrawal}",
            "{neg} _2 drukket|drikke|drikker|fået|røget|taget|drinks ~10 {shakes}",
            "{shakes} ~8 {neg} _3 drikker|drukket|alkohol|drikke",
            "{withdrawal} ~5 slemme|voldsomme|kraftige|farlige|hårde|vilde|syg|dør|sindssyge|forfærdelige|værre",
            "slemme|voldsomme|kraftige|farlige|hårde|vilde|sindssyge|forfærdelige _1 {withdrawal}",
        ),
        past_to=1,
        story_to=0,
        unless=("kaffe|cola|sukker|slik|cigaretter|rygning|ryge|snus|bussen|toget|bilen",),
    ),
    Rule(
        "stop_abruptly",
        2,
        _DRY,
        (
            "{benzo|ghb} ~12 {stop} ~6 {abrupt}",
            "{stop} ~8 {abrupt} ~8 {benzo|ghb}",
            "{stop} ~6 {benzo|ghb} ~8 {abrupt}",
            "{alcohol} ~12 {stop} ~6 {abrupt}",
            "{stop} ~8 {abrupt} ~8 {alcohol}",
            "{stop} ~6 {alcohol} ~8 {abrupt}",
            "{abrupt} ~6 {stop} ~6 {benzo|ghb|alcohol}",
        ),
        past_to=0,
        unless=("{neg} _2 stoppe|stoppede|stopper _3 {abrupt}", "kold øl|kold pilsner|koldt vand|kolde"),
    ),
    Rule(
        "stop_after_daily",
        1,
        _DRY,
        ("{alcohol|benzo|ghb} ~8 {daily}|hver ~12 {stop}", "{stop} ~8 {alcohol|benzo|ghb} ~8 {daily}", "{withdrawal}"),
        past_to=0,
        story_to=0,
        unless=("hvad er|betyder", "bange for", "{neg} _2 {withdrawal}"),
    ),
    Rule(
        "pregnant_use",
        1,
        CrisisLabel.NONE,
        (f"{{pregnant}} ~10 {DRUG_OR_DRINK}", f"{DRUG_OR_DRINK} ~10 {{pregnant}}", "{pregnant} ~8 ryger|drikker"),
        negatable=True,
        past_to=0,
    ),
)
