"""An appointment as a calendar file; the same `uid` with a higher `sequence` takes the place of the last one."""

from __future__ import annotations

import datetime as dt

from icalendar import Calendar, Event


def calendar_of(
    *,
    uid: str,
    start: dt.datetime,
    end: dt.datetime,
    title: str,
    place: str,
    made_at: dt.datetime,
    sequence: int = 0,
    cancelled: bool = False,
) -> bytes:
    """Give the file; where the appointment is off it takes it out of the reader's calendar."""
    calendar = Calendar()
    calendar.add("prodid", "-//Scharrelmarkt//NL")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    event = Event()
    event.add("uid", f"{uid}@scharrelmarkt")
    event.add("dtstamp", made_at.astimezone(dt.UTC))
    event.add("dtstart", start.astimezone(dt.UTC))
    event.add("dtend", end.astimezone(dt.UTC))
    event.add("summary", title)
    if place:
        event.add("location", place)
    event.add("sequence", sequence)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
