"""A complaint in words: who is up until when for each side, what a step of the log says, and how it ended."""

from __future__ import annotations

import datetime as dt
from typing import Protocol

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from marketplace.domain.talking.complaints import Act, By, Outcome, State
from marketplace.web.formats import euro, weekday


class Seen(Protocol):
    """What this file reads of a complaint."""

    @property
    def state(self) -> str: ...  # noqa: D102

    @property
    def outcome(self) -> str | None: ...  # noqa: D102

    @property
    def due_on(self) -> dt.date | None: ...  # noqa: D102

    @property
    def proposal_on(self) -> dt.date | None: ...  # noqa: D102


class Logged(Protocol):
    """What this file reads of a row of the log."""

    @property
    def act(self) -> str: ...  # noqa: D102

    @property
    def side(self) -> str: ...  # noqa: D102

    @property
    def cents(self) -> int | None: ...  # noqa: D102

    @property
    def on_day(self) -> dt.date | None: ...  # noqa: D102


_STANDING: dict[By, dict[State, LazyString]] = {
    By.BUYER: {
        State.WITH_MEMBER: _l(
            "%(member)s is aan de beurt en antwoordt uiterlijk op %(day)s. Jij hoeft nu niets te doen."
        ),
        State.WITH_BUYER: _l(
            "Jij bent aan de beurt. Zeg uiterlijk op %(day)s of dit goed is. "
            "Horen we niets, dan sluiten we je melding."
        ),
        State.REDOING: _l(
            "%(member)s doet het opnieuw op %(redo)s, en zegt uiterlijk op %(day)s dat het klaar is. "
            "Jij hoeft nu niets te doen."
        ),
        State.WITH_COORDINATOR: _l(
            "De coördinator is aan de beurt en beslist uiterlijk op %(day)s. Jij hoeft nu niets te doen."
        ),
    },
    By.MEMBER: {
        State.WITH_MEMBER: _l(
            "Jij bent aan de beurt. Zeg uiterlijk op %(day)s wat je kunt doen. "
            "Lukt dat niet, dan helpt de coördinator."
        ),
        State.WITH_BUYER: _l(
            "De koper is aan de beurt en zegt uiterlijk op %(day)s of het goed is. Jij hoeft nu niets te doen."
        ),
        State.REDOING: _l(
            "Jij doet het opnieuw op %(redo)s. Zeg uiterlijk op %(day)s dat het klaar is."
        ),
        State.WITH_COORDINATOR: _l(
            "De coördinator is aan de beurt en beslist uiterlijk op %(day)s. Jij hoeft nu niets te doen."
        ),
    },
    By.COORDINATOR: {
        State.WITH_MEMBER: _l(
            "%(member)s is aan de beurt, tot en met %(day)s. Komt er geen antwoord, dan ben jij aan de beurt."
        ),
        State.WITH_BUYER: _l(
            "De koper is aan de beurt, tot en met %(day)s. Komt er geen antwoord, dan sluit de klacht vanzelf."
        ),
        State.REDOING: _l(
            "%(member)s doet het opnieuw op %(redo)s, en zegt uiterlijk op %(day)s dat het klaar is. "
            "Gebeurt dat niet, dan ben jij aan de beurt."
        ),
        State.WITH_COORDINATOR: _l("Jij bent aan de beurt. Beslis uiterlijk op %(day)s."),
    },
}
_LATE: dict[By, LazyString] = {
    By.COORDINATOR: _l(
        "Jij bent aan de beurt. De laatste dag was %(day)s. De koper en het lid wachten."
    ),
}
_LATE_FOR_OTHERS = _l(
    "De coördinator is aan de beurt. De laatste dag was %(day)s. Er gaat een herinnering naar de coördinator."
)
_ENDED: dict[Outcome, LazyString] = {
    Outcome.SOLVED: _l("Opgelost. De koper is tevreden."),
    Outcome.REFUNDED: _l("De coördinator heeft besloten: er gaat geld terug."),
    Outcome.REFUSED: _l("De coördinator heeft besloten: hier volgt niets meer op."),
    Outcome.WITHDRAWN: _l("De koper heeft de melding teruggenomen."),
    Outcome.SILENT: _l("De koper reageerde niet meer. Daarom is de melding gesloten."),
}
SHORT: dict[State, LazyString] = {
    State.WITH_MEMBER: _l("De maker is aan de beurt"),
    State.WITH_BUYER: _l("De koper is aan de beurt"),
    State.REDOING: _l("Wordt opnieuw gedaan"),
    State.WITH_COORDINATOR: _l("De coördinator is aan de beurt"),
    State.CLOSED: _l("Gesloten"),
}
_ACTS: dict[Act, LazyString] = {
    Act.OPEN: _l("Melding: er klopt iets niet"),
    Act.OFFER_REDO: _l("Voorstel: opnieuw doen op %(day)s"),
    Act.OFFER_PART: _l("Voorstel: %(amount)s terug"),
    Act.EXPLAIN: _l("Uitleg"),
    Act.ASK_HELP: _l("Gevraagd of de coördinator wil helpen"),
    Act.AGREE_REDO: _l("Akkoord: het wordt opnieuw gedaan"),
    Act.AGREE_PART: _l("Akkoord: een deel van het geld terug"),
    Act.AGREE_WORD: _l("Tevreden, dus opgelost"),
    Act.DISAGREE: _l("Nog niet akkoord"),
    Act.REDONE: _l("Opnieuw gedaan"),
    Act.WITHDRAW: _l("Melding teruggenomen"),
    Act.STEP_IN: _l("De coördinator neemt het over"),
    Act.DECIDE_REDO: _l("Besluit: opnieuw doen op %(day)s"),
    Act.DECIDE_REFUND: _l("Besluit: %(amount)s terug naar de koper"),
    Act.DECIDE_NO: _l("Besluit: hier volgt niets meer op"),
    Act.MEMBER_LATE: _l("Er kwam geen antwoord. De coördinator kijkt er nu naar."),
    Act.BUYER_LATE: _l("De koper reageerde niet meer. De melding is gesloten."),
    Act.COORDINATOR_LATE: _l("Herinnering gestuurd aan de coördinator"),
    Act.WRITE: _l("Bericht"),
}


def standing(complaint: Seen, side: str, *, member: str, today: dt.date) -> str:
    """Say to one side (buyer, member, coordinator) who is up and until when, or how it ended."""
    state, reader = State(complaint.state), By(side)
    if complaint.outcome is not None or complaint.due_on is None:
        return str(_ENDED[Outcome(complaint.outcome or Outcome.SOLVED)])
    text = _STANDING[reader][state]
    if complaint.due_on < today:
        text = _LATE.get(reader, _LATE_FOR_OTHERS) if state is State.WITH_COORDINATOR else text
    redo = weekday(complaint.proposal_on) if complaint.proposal_on else ""
    return str(text) % {"member": member, "day": weekday(complaint.due_on), "redo": redo}


def is_up(complaint: Seen, side: str) -> bool:
    """Tell whether a side is the one to do something now."""
    mine = {
        By.BUYER: {State.WITH_BUYER},
        By.MEMBER: {State.WITH_MEMBER, State.REDOING},
        By.COORDINATOR: {State.WITH_COORDINATOR},
    }
    return State(complaint.state) in mine[By(side)]


def ended(complaint: Seen) -> str:
    """Say how a closed complaint ended."""
    return str(_ENDED[Outcome(complaint.outcome or Outcome.SOLVED)])


def what(event: Logged) -> str:
    """Say in a few words what a row of the log is."""
    facts = {
        "day": weekday(event.on_day) if event.on_day else "",
        "amount": euro(event.cents) if event.cents is not None else "",
    }
    return str(_ACTS[Act(event.act)]) % facts


def who(event: Logged, reader: str, *, buyer: str, member: str) -> str:
    """Say who made a step: "Jij" for the reader's own side of buyer and member."""
    if event.side == reader and reader != By.COORDINATOR:
        return str(_("Jij"))
    names = {
        By.BUYER: buyer,
        By.MEMBER: member,
        By.COORDINATOR: _("De coördinator"),
        By.CLOCK: _("Vanzelf"),
    }
    return str(names[By(event.side)])
