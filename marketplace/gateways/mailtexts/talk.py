"""Mails about messages and reviews: that there is one and where it stands, never what it says."""

from __future__ import annotations

from marketplace.gateways.mailtexts.base import N_, MailText

TEXTS: dict[str, MailText] = {
    "order_message": MailText(
        N_("Nieuw bericht over %(title)s"),
        N_("Er is een bericht voor je over %(title)s.\n\nLees het hier en antwoord:\n%(path)s"),
    ),
    "review_written": MailText(
        N_("Een koper schreef over %(title)s"),
        N_(
            "Een koper heeft geschreven hoe het was: %(title)s.\n\n"
            "Over twee dagen kan iedereen het lezen. Je kunt antwoorden, ook daarna nog:\n%(path)s"
        ),
    ),
}
