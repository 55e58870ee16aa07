"""English crisis rules that read a scene: means at hand, a goodbye, a child left alone; see `rules_en`."""

from bot.understanding.patterns import Rule
from dialogs.heard import About, CrisisLabel

_SOON, _THOUGHT = CrisisLabel.SUICIDE_IMMINENT, CrisisLabel.SUICIDE_IDEATION
_VIOLENCE, _CHILD = CrisisLabel.VIOLENCE_DANGER, CrisisLabel.CHILD_IN_DANGER
_SELF, _OTHER = About.SELF, About.OTHER
_GAME = ("game|chess|tennis|fortnite|fifa|level|zombies|zombie|boss",)

RULES: tuple[Rule, ...] = (
    Rule(
        "en.now_scene",
        3,
        _SOON,
        (
            "{pill} in my hand|hands",
            "the? {edge} ~6 calm|next|train|goodbye|jump|now",
            "i am on|sitting|standing _1 on? _1 the? ledge|tracks",
            "rope _3 up|ready|tied ~4 goodbye|now|done",
            "doing it _1 now|tonight",
            "going to do it _1 now|tonight",
            "written _2 notes|letters ~8 now|asleep|bye",
            "will not be here _3 when|tomorrow|anymore",
            "{pill} ~6 going to _2 {took}",
        ),
        about=_SELF,
        negatable=True,
        past_to=1,
        story_to=0,
        unless=("bungee|bus|pool|water|trampoline|photos|sunset|vacation|holiday|prescribed",),
    ),
    Rule(
        "en.other_now",
        3,
        _SOON,
        (
            "{third} _3 texted|wrote|sent|said _2 goodbye",
            "{third} _3 took|grabbed _2 {weapon} ~6 off|left|gone|sorry",
            "{third} ~6 empty _1 pill|pills ~8 {neg}",
        ),
        about=_OTHER,
        past_to=1,
        story_to=0,
    ),
    Rule(
        "en.violence_now",
        3,
        _VIOLENCE,
        (
            "{hit} ~10 outside|locked|door|now",
            "i was just {hit}",
            "outside _3 house ~4 bat|{weapon}",
            "{third} is {hit} me",
            "choking|strangling me",
        ),
        about=_SELF,
        negatable=True,
        past_to=1,
        story_to=0,
        unless=_GAME,
    ),
    Rule(
        "en.child_now",
        3,
        _CHILD,
        (
            "{child} _3 alone ~10 {drink}|high|out|next",
            "left _2 {child} ~6 home|alone ~6 {drink}|high",
            "drove|driving|drives _3 {drink} ~6 {child}|son|daughter|us|me",
            "too drunk|high to _3 back|care|get",
        ),
        about=About.CHILD,
        negatable=False,
        past_to=1,
        story_to=0,
    ),
    Rule(
        "en.thought_indirect",
        2,
        _THOUGHT,
        (
            "ending it",
            "point of _2 alive|living",
            "saving|saved _2 up? _1 {pill}",
            "truck|car|bus hit me",
            "painless way",
            "burn my arms|skin|legs",
        ),
        about=_SELF,
        past_to=1,
        story_to=0,
        unless=("{third} _1 ending it|relationship|contract|subscription",),
    ),
)
