"""What the engine does when danger or distress is heard in a typed text, before anything else of it is read."""

from dialogs import commands
from dialogs.heard import Heard
from dialogs.journal import Frame, FrameKind, Question
from dialogs.reading import HEARD, hinted, most_named
from dialogs.session import Talk
from dialogs.steps import Ask, Json, Say

FIRST_AID = ("crisis.aid", "crisis.step.")
"""Keys of the questions at which somebody tells what is happening to a body."""
FEELINGS = "screening_wellbeing"
"""Who tells how it feels is telling of the distress: that leads nowhere else."""


def told_inside(talk: Talk, question: Question, ask: Ask, text: str, heard: Heard) -> bool:
    """Take what the citizen says is happening as the answer, where first aid has just asked for it: "han trækker ikke
    vejret" leads on at once instead of being asked again. The journal holds the option, never the text. False if it is
    no answer there.
    """
    frame = talk.crisis
    if frame is None or frame.id != question.frame or not ask.key.startswith(FIRST_AID):
        return False
    if heard.crisis.severity > max(int(frame.arguments["severity"]), talk.session.severity):
        return False
    told = most_named(ask, text)
    if told is None:
        return False
    talk.raise_severity(heard.crisis)
    commands.answer(talk, question, told)
    return True


def in_danger(talk: Talk, heard: Heard) -> bool:
    """Answer a crisis; false if the talk may go on as it was. The text that caused it is never an answer."""
    session, crisis = talk.session, heard.crisis
    frame = talk.crisis
    talk.raise_severity(crisis)
    if frame is not None and crisis.severity <= int(frame.arguments["severity"]):
        if not _leads_on(talk, frame, heard):
            talk.resume("engine.crisis.again")
        return True
    if crisis.severity == 1 and session.soothed:
        return False
    session.soothed = True
    if frame is not None:
        talk.drop(frame.id)
    about = crisis.about.value if crisis.about is not None else "self"
    arguments: dict[str, Json] = {"label": crisis.label.value, "severity": crisis.severity, "about": about}
    talk.start(talk.new_frame(FrameKind.CRISIS, "crisis", arguments))
    return True


def _leads_on(talk: Talk, crisis: Frame, heard: Heard) -> bool:
    """Whoever is softly asked what they wish and tells what it is about is led there, when the question below knows it:
    "det er min far der drikker jeg er 15" is a child's way to help, not a reason for the same soft question again.
    """
    below = below_soft(talk) if int(crisis.arguments["severity"]) <= 1 else None
    option = hinted(below[1], heard) if below is not None else None
    if below is None or option is None or heard.intent.name == FEELINGS:
        return False
    talk.drop(crisis.id)
    talk.session.misses = 0
    told = HEARD.get(heard.intent.name)
    if told is not None:
        talk.outputs.append(Say(message=told))
    commands.answer(talk, below[0], option)
    return True


def below_soft(talk: Talk) -> tuple[Question, Ask] | None:
    """The question that was asked before the crisis on top; None if there was none."""
    stack, crisis = talk.session.stack, talk.crisis
    if crisis is None or stack[-1] != crisis.id or len(stack) == 1:
        return None
    below = talk.session.frames[stack[-2]]
    live = talk.play(below)
    if not isinstance(live.pending, Ask):
        return None
    return Question(frame=below.id, key=live.pending.key, occurrence=live.occurrence), live.pending


def leave_soft(talk: Talk, crisis: Frame, message: str) -> None:
    """Distress without danger: nobody is held at a question about it. The talk goes on where it stood."""
    talk.drop(crisis.id)
    talk.session.misses = 0
    talk.outputs.append(Say(message=message))
    talk.resume()
