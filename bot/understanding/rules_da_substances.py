"""What several rule tables share: the substances, and questions asked in general."""

DRUG = "{pill|opioid|benzo|ghb|stim|otherdrug|poison}"
DRUG_OR_DRINK = "{pill|opioid|benzo|ghb|stim|otherdrug|poison|alcohol}"
TABLETS = "{pill|opioid|benzo}"
ASKED_IN_GENERAL = (
    "hvad er|gør|betyder|kan _6 {overdose|poisoned|delirium|seizure|unconscious}",
    "tegn på|symptomer|tegnene|tegnet|risiko|risikoen|forebygge|forebygger",
    "hvordan _4 undgår|undgå",
    "hvor mange _8 om|årligt",
    "hvad hedder det",
    "oplæg|kursus|kurset|plakat|case|speciale|brochure|næsespray|målstregen|skadestuen _6 mange",
    "haft om|skrive om|lære at|lære om",
    "among|warzone|fortnite|målstregen",
)
