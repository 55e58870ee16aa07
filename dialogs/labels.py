"""What stands on a button, as somebody may write it: its label in both reading levels, in the language of the talk."""

from content.messages import Catalog
from dialogs.reading import Label, labelled
from dialogs.session import Talk
from dialogs.steps import Ask, Option, Words


def in_words(talk: Talk, ask: Ask, text: str) -> str | None:
    """The option whose own words the text is."""
    return labelled(ask, text, labels_in(talk))


def labels_in(talk: Talk) -> Label:
    """What reads the labels of an option; none where it says what only the channel can write out."""
    world, language = talk.world, talk.session.language
    catalog = world.content.messages.for_pack(world.pack.id)

    def labels(option: Option) -> tuple[str, ...]:
        label = Words(key=option.label, fields=option.fields)
        both = (_worded(catalog, label, language, reading) for reading in ("plain", "easy"))
        return tuple(words for words in both if words is not None)

    return labels


def _worded(catalog: Catalog, words: Words, language: str, reading: str) -> str | None:
    fields: dict[str, str] = {}
    for name, field in words.fields.items():
        inner = _worded(catalog, field, language, reading) if isinstance(field, Words) else field
        if not isinstance(inner, str | int):
            return None
        fields[name] = str(inner)
    return catalog.text(words.key, language=language, reading=reading, fields=fields)
