"""The outside world that the house was given at the start, in one frozen bundle."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.gateways.jobs import Jobs
from marketplace.gateways.mail import MailGateway
from marketplace.gateways.payments import Payments
from marketplace.gateways.storage import Storage


@dataclass(frozen=True, slots=True)
class Gateways:
    """Payments, mail, storage of files, and the job runner's wake-up."""

    payments: Payments
    mail: MailGateway
    storage: Storage
    jobs: Jobs
