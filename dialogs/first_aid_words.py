"""How people say what is happening to a body, in the questions of `first_aid`."""

# fmt: off
WORDS: dict[str, tuple[str, ...]] = {
    "breath": (
        "trækker ikke vejret", "ikke vejret", "ingen vejrtrækning", "gisper", "læber er blå", "blå læber", "ingen puls",
        "not breathing", "blue lips", "lips are blue", "no pulse",
    ),
    "asleep": (
        "vågner ikke", "ikke vågen", "kan ikke vækkes", "ikke vække", "bevidstløs", "bevistløs", "trækker vejret",
        "does not wake", "won't wake up", "unconscious", "is breathing",
    ),
    "opioid": ("heroin", "morfin", "tramadol", "oxy", "oxycontin", "fentanyl", "metadon", "methadone", "opioids"),
    "seizure": ("kramper", "krampeanfald", "krampe", "seizure", "seizures"),
    "chest": ("ondt i brystet", "brystsmerter", "brystet", "chest", "chest pain"),
    "hot": ("meget varm", "brændende varm", "overophedet", "helt forvirret", "very hot", "confused"),
    "drunk": ("fuld", "drukket", "druk", "drunk"),
    "swallowed": ("slugt", "spist", "swallowed", "eaten"),
    "scared": ("bange", "tør ikke gå hjem", "slår", "afraid", "scared"),
    "touched": ("rører ved mig", "rørte ved mig", "rørt mig", "touches me", "touched me"),
    "sees": ("ser ting", "ser syner", "hører stemmer", "sees things", "hears voices"),
    "alone": ("taget", "slugt", "taken", "swallowed"),
    "my_heat": ("meget varm", "hjertet hamrer", "very hot", "heart is racing"),
    "shaking": ("ryster", "sveder", "shaking", "sweating"),
    "person": ("alene", "alone"),
    "hurt": ("bløder", "sår", "skåret", "bleeding", "cut"),
    "out": ("væk", "ud herfra", "get away", "get out"),
    "assault": ("voldtaget", "voldtægt", "rørt mig", "raped"),
    "assaulted": ("voldtaget", "voldtægt", "overgreb", "raped", "assaulted"),
}
WORDS |= {
    "child_breath": WORDS["breath"], "parent": WORDS["asleep"], "voices": (*WORDS["sees"], "i see things"),
    "my_chest": WORDS["chest"],
}
# fmt: on
"""How people say it; the kind named by the longest words is led through."""
