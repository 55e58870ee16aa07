"""A booked time as a calendar file (RFC 5545). Neutral by default: whoever else sees the calendar learns of an
appointment and nothing more.

Times are in UTC, so that no reader needs a table of time zones. Escaping and folding are the library's.
"""

import hashlib
from datetime import UTC, datetime

from icalendar import Calendar, Event

from bot.storage.appointments import Appointment

PRODUCER = "-//Aftale//DA"
TYPE = "text/calendar"


def calendar_file(of: Appointment, *, title: str, place: str | None, now: datetime) -> bytes:
    """The file. A moved booking has the same UID and a higher SEQUENCE: opened again, it moves in the calendar too."""
    event = Event()
    event.add("uid", f"{hashlib.sha256(of.booking.encode()).hexdigest()[:32]}@aftale")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", of.starts_at.astimezone(UTC))
    event.add("dtend", of.ends_at.astimezone(UTC))
    event.add("summary", title)
    if place is not None:
        event.add("location", place)
    event.add("sequence", of.revision)
    event.add("status", "CONFIRMED")
    event.add("class", "PRIVATE")
    calendar = Calendar()
    calendar.add("prodid", PRODUCER)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written
