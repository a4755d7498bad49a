"""The demo's stage: cooperatives, municipalities, people and offers, made through the services."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from marketplace.domain.access import Role
from marketplace.domain.calendar import Month, day_in_amsterdam
from marketplace.domain.delivery import Ways
from marketplace.domain.waterfall import Parameters
from marketplace.gateways.passwords import Passwords
from marketplace.services.demo import papers
from marketplace.services.demo.cast import Cast, Company, Offer, Player
from marketplace.services.demo.terms import terms_of
from marketplace.services.market import listings, places
from marketplace.services.membership import agreements, members
from marketplace.services.people import invitations, operators
from marketplace.services.people.registration import new_person

COST_WORDS = {
    "garden": "Olie en een nieuwe draad voor de trimmer",
    "sewing": "Garen en ritsen",
    "bike": "Binnenbanden en remblokken",
    "food": "Groente, brood en kruiden",
    "music": "Snaren en de bus",
    "web": "Domeinnaam",
    "furniture": "Lijm, verf en schuurpapier",
    "photo": "Afdrukken",
    "other": "Spullen voor het werk",
}


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the demo in rows."""

    person_id: int
    membership_id: int
    membership: str
    cooperative_id: int
    place: str


@dataclass(slots=True)
class Stage:
    """Who is there so far. Keys of members are "cooperative/mail"."""

    session: Session
    cast: Cast
    passwords: Passwords
    first: Month
    last: Month
    operator_id: int = 0
    buyers: list[int] = field(default_factory=list)
    members: dict[str, Member] = field(default_factory=dict)
    listings: dict[tuple[str, str], str] = field(default_factory=dict)
    cooperatives: dict[str, int] = field(default_factory=dict)
    municipalities: dict[str, int] = field(default_factory=dict)
    coordinators: dict[str, int] = field(default_factory=dict)
    treasurers: dict[int, int] = field(default_factory=dict)
    officers: dict[int, int] = field(default_factory=dict)

    @property
    def last_closed(self) -> Month:
        """The last month that ends in this demo."""
        return self.last.shift(-1)

    def build(self, now: dt.datetime, spots: Iterable[tuple[str, float, float]]) -> None:
        """Make the places, the operator, the cooperatives with their staff, and the buyers."""
        own = [(c.facts["place"], c.facts["lat"], c.facts["lon"]) for c in self.cast.companies]
        places.load(self.session, [*spots, *own])
        self.operator_id = operators.create_operator(
            self.session,
            email=self._mail("beheer"),
            name="Beheer",
            password=self.cast.password,
            passwords=self.passwords,
            now=now,
        )
        for company in self.cast.companies:
            self._company(company, now)
        secret = self.passwords.hash(self.cast.password)
        for number, name in enumerate(self.cast.buyers):
            person = new_person(
                self.session,
                name=name,
                email=self._mail("koper" if number == 0 else f"koper{number + 1}"),
                locale="nl",
                now=now,
                password_hash=secret,
            )
            self.buyers.append(person.id)

    def people_of(self, month: Month, now: dt.datetime) -> None:
        """Let members come in this month, become full members, and leave."""
        number = (month.year - self.first.year) * 12 + month.number - self.first.number
        for company in self.cast.companies:
            for player in company.players:
                if player.joins_after == number:
                    self._join(company, player, now)
                elif player.joins_after + 3 == number:
                    self._status(player, "member", "Proeftijd voorbij", now)
                if player.leaves_after == number:
                    self._status(player, "left", "Gaat verder als zelfstandige", now)

    def place_of(self, player: str) -> str:
        """Give the place of a member."""
        return self.members[player].place

    def coordinator_of(self, player: str) -> int:
        """Give the person who decides for a member."""
        return self.coordinators[player.partition("/")[0]]

    def words_for_cost(self, category: str) -> str:
        """Give what stands on a receipt."""
        return COST_WORDS.get(category, COST_WORDS["other"])

    def _mail(self, name: str) -> str:
        return f"{name}@{self.cast.domain}"

    def _company(self, company: Company, now: dt.datetime) -> None:
        slug = company.facts["slug"]
        cooperative_id = self._cooperative(company, now)
        municipality_id = self._municipality(company, now)
        self.cooperatives[slug] = cooperative_id
        self.municipalities[slug] = municipality_id
        for person in company.staff:
            someone = self._welcome(
                Role(person.role), person.name, person.mail, now, cooperative_id=cooperative_id
            )
            if person.role == "coordinator":
                self.coordinators.setdefault(slug, someone)
            else:
                self.treasurers[cooperative_id] = someone
        for person in company.officers:
            someone = self._welcome(
                Role.OFFICER, person.name, person.mail, now, municipality_id=municipality_id
            )
            self.officers.setdefault(municipality_id, someone)

    def _cooperative(self, company: Company, now: dt.datetime) -> int:
        facts = company.facts
        wanted = operators.NewCooperative(
            name=facts["name"],
            place=facts["place"],
            email=self._mail(facts["slug"]),
            kvk_number=facts["kvk_number"],
            vat_number=facts["vat_number"] or None,
            parameters=Parameters(
                facts["training_share"],
                facts["reserve_share"],
                facts["threshold_cents"],
                facts["municipality_share"],
                "calendar_year",
            ),
            scheme=facts["scheme"],
            valid_from=self.first.first,
            resolution=facts["resolution"],
        )
        return papers.start(self.session, wanted, facts, actor_id=self.operator_id, now=now)

    def _municipality(self, company: Company, now: dt.datetime) -> int:
        facts = company.facts
        return operators.create_municipality(
            self.session,
            name=facts["municipality"],
            profile_code=facts["profile_code"],
            contact_email=self._mail(f"gemeente-{facts['slug']}"),
            contact_phone=None,
            created_by=self.operator_id,
            now=now,
        ).id

    def _welcome(
        self,
        role: Role,
        name: str,
        mail: str,
        now: dt.datetime,
        *,
        cooperative_id: int | None = None,
        municipality_id: int | None = None,
    ) -> int:
        """Invite somebody and let them accept at once."""
        invited = invitations.invite(
            self.session,
            role=role,
            email=self._mail(mail),
            name=name,
            cooperative_id=cooperative_id,
            municipality_id=municipality_id,
            invited_by=self.operator_id,
            now=now,
        )
        return self._accept(invited.token, name, now)

    def _accept(self, token: str, name: str, now: dt.datetime) -> int:
        return invitations.accept_new(
            self.session,
            token=token,
            name=name,
            password=self.cast.password,
            passwords=self.passwords,
            locale="nl",
            now=now,
        ).person_id

    def _join(self, company: Company, player: Player, now: dt.datetime) -> None:
        slug = player.cooperative
        coordinator = self.coordinators[slug]
        new = members.invite(
            self.session,
            cooperative_id=self.cooperatives[slug],
            municipality_id=self.municipalities[slug],
            name=player.name,
            trade_name=player.trade_name,
            email=self._mail(player.mail),
            invited_by_id=coordinator,
            now=now,
        )
        person_id = self._accept(new.invited.token, player.name, now)
        member = Member(
            person_id,
            new.membership.id,
            new.membership.public_id,
            self.cooperatives[slug],
            company.facts["place"],
        )
        self.members[f"{slug}/{player.mail}"] = member
        agreements.make(
            self.session,
            cooperative_id=member.cooperative_id,
            membership_id=member.membership_id,
            terms=terms_of(player, day_in_amsterdam(now)),
            made_by_id=coordinator,
            now=now,
        )
        for offer in player.offers:
            self._offer(player, member, offer, now)

    def _offer(self, player: Player, member: Member, offer: Offer, now: dt.datetime) -> None:
        listing = listings.create(
            self.session,
            cooperative_id=member.cooperative_id,
            membership_id=member.membership_id,
            offer=listings.Offer(
                kind=offer.kind,
                unit=offer.unit,
                category=offer.category,
                title=offer.title,
                description=offer.text,
                price_cents=offer.price,
                vat_category=offer.vat,
                place=member.place,
                stock=offer.stock,
                ways=Ways(True, *(offer.delivery or (None, None))),
            ),
            now=now,
        )
        listings.publish(
            self.session,
            membership_id=member.membership_id,
            public_id=listing.public_id,
            now=now,
        )
        self.listings[f"{player.cooperative}/{player.mail}", offer.title] = listing.public_id

    def _status(self, player: Player, status: str, reason: str, now: dt.datetime) -> None:
        member = self.members[f"{player.cooperative}/{player.mail}"]
        members.set_status(
            self.session,
            cooperative_id=member.cooperative_id,
            public_id=member.membership,
            status=status,
            reason=reason,
            actor_id=self.coordinators[player.cooperative],
            now=now,
        )
