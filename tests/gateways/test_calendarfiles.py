"""An appointment as a file: one uid for its whole life, and UTC through the night of the clock."""

from __future__ import annotations

import datetime as dt

from icalendar import Calendar

from marketplace.gateways.calendarfiles import calendar_of

AT = dt.datetime(2026, 3, 29, 9, 0, tzinfo=dt.UTC)


def appointment(**other):
    scope = {"uid": "x1", "start": AT, "end": AT + dt.timedelta(hours=2), "made_at": AT}
    return calendar_of(**scope, title="Heg knippen", place="Kerkstraat 1; Breda", **other)


def test_an_appointment_and_its_end_have_one_uid():
    made = Calendar.from_ical(appointment())
    off = Calendar.from_ical(appointment(sequence=1, cancelled=True))
    first, last = made.walk("VEVENT")[0], off.walk("VEVENT")[0]
    assert (made["method"], off["method"]) == ("PUBLISH", "CANCEL")
    assert first["uid"] == last["uid"] == "x1@scharrelmarkt"
    assert (first["sequence"], last["sequence"], last["status"]) == (0, 1, "CANCELLED")
    assert first.decoded("dtstart") == AT
    assert str(first["location"]) == "Kerkstraat 1; Breda"
