"""What can be wrong with content, told so that its author can mend it."""


class ContentError(Exception):
    """A content file cannot be used. Says which file, which key in it, what is wrong and what to do.

    `file` is relative to the content folder or to the overlay, never a machine's own path.
    """

    def __init__(self, file: str, key: str, wrong: str, remedy: str) -> None:
        super().__init__(f"{file}: {key}: {wrong}. {remedy}" if key else f"{file}: {wrong}. {remedy}")
        self.file = file
        self.key = key
        self.wrong = wrong
        self.remedy = remedy


class MissingText(LookupError):
    """A text was asked for that nobody has written, or without one of its fields. Never answered with a blank."""

    def __init__(self, key: str, why: str = "no such text") -> None:
        super().__init__(f"{key}: {why}")
        self.key = key
