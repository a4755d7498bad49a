"""What the local Stripe keeps: sessions, charges, refunds, disputes, balance transactions, payouts."""

from __future__ import annotations

import copy
import itertools
import time
from typing import Any

HALF_HOUR, DAY = 30 * 60, 24 * 3600


class Refused(Exception):
    """A request that the rules refuse, with Stripe's code."""

    def __init__(self, code: str, status: int = 400) -> None:
        super().__init__(code)
        self.code, self.status = code, status


class Objects:
    """The endpoints as methods (verb and path), and what buyers, banks and dashboards do."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self.tables: dict[str, dict[str, dict[str, Any]]] = {
            name: {} for name in ("cs", "pi", "ch", "re", "du", "txn", "po")
        }
        self.inside: dict[str, list[str]] = {}
        self.refund_standing = "succeeded"

    def now(self) -> int:
        """The hour of this Stripe."""
        return int(time.time())

    def id(self, prefix: str) -> str:
        return f"{prefix}_test_{next(self._numbers):06d}"

    def _keep(self, prefix: str, kind: str, **values: Any) -> dict[str, Any]:
        thing = {
            "id": self.id(prefix),
            "object": kind,
            "livemode": False,
            "created": self.now(),
        }
        self.tables[prefix][thing["id"]] = thing | values
        return self.tables[prefix][thing["id"]]

    def _get(self, prefix: str, key: str) -> dict[str, Any]:
        if key not in self.tables[prefix]:
            raise Refused("resource_missing", 404)
        return self.tables[prefix][key]

    # what we ask

    def post_checkout_sessions(self, **asked: Any) -> dict[str, Any]:
        now = self.now()
        ends = asked.get("expires_at", now + DAY)
        if not now + HALF_HOUR - 60 <= ends <= now + DAY + 60:
            raise Refused("expires_at_invalid")
        lines = asked.get("line_items", [])
        total = sum(one["price_data"]["unit_amount"] * one["quantity"] for one in lines)
        if asked.get("mode") != "payment" or not lines or total < 50:
            raise Refused("amount_too_small")
        key = self.id("page")
        made = self._keep(
            "cs",
            "checkout.session",
            status="open",
            payment_status="unpaid",
            payment_intent=None,
            amount_total=total,
            currency=lines[0]["price_data"]["currency"],
            client_reference_id=asked.get("client_reference_id"),
            metadata=asked.get("metadata", {}),
            expires_at=ends,
            url=f"https://checkout.stripe.com/c/pay/{key}",
        )
        made["_intent"] = asked.get("payment_intent_data", {}).get("metadata", {})
        return self._shown(made)

    def get_checkout_sessions(self, **asked: Any) -> dict[str, Any]:
        wanted = asked.get("payment_intent")
        return self._list("cs", lambda one: wanted in {None, one["payment_intent"]}, asked)

    def get_checkout_sessions_one(self, key: str, **asked: Any) -> dict[str, Any]:
        return self._shown(self._get("cs", key), asked.get("expand", []))

    def post_checkout_sessions_one_expire(self, key: str, **_asked: Any) -> dict[str, Any]:
        session = self._get("cs", key)
        if session["status"] != "open":
            raise Refused("session_not_open")
        session.update(status="expired", url=None)
        return self._shown(session)

    def get_charges_one(self, key: str, **asked: Any) -> dict[str, Any]:
        return self._shown(self._get("ch", key), asked.get("expand", []))

    def get_refunds(self, **asked: Any) -> dict[str, Any]:
        def fits(one: dict[str, Any]) -> bool:
            return all(
                asked.get(name) in {None, one[name]} for name in ("charge", "payment_intent")
            )

        return self._list("re", fits, asked)

    def get_refunds_one(self, key: str, **_asked: Any) -> dict[str, Any]:
        return self._shown(self._get("re", key))

    def post_refunds(self, **asked: Any) -> dict[str, Any]:
        intent = self._get("pi", asked["payment_intent"])
        charge = self._get("ch", intent["latest_charge"])
        left = charge["amount"] - charge["amount_refunded"]
        amount = asked.get("amount", left)
        if not left:
            raise Refused("charge_already_refunded")
        if not 0 < amount <= left:
            raise Refused("amount_too_large")
        charge["amount_refunded"] += amount
        made = self._keep(
            "re",
            "refund",
            amount=amount,
            currency=charge["currency"],
            charge=charge["id"],
            payment_intent=intent["id"],
            status=self.refund_standing,
            metadata=asked.get("metadata", {}),
        )
        self._book("refund", -amount, 0, made["id"])
        return self._shown(made)

    def get_disputes_one(self, key: str, **_asked: Any) -> dict[str, Any]:
        return self._shown(self._get("du", key))

    def post_disputes_one(self, key: str, **asked: Any) -> dict[str, Any]:
        dispute = self._get("du", key)
        waits = dispute["status"] in {"needs_response", "warning_needs_response"}
        if not waits or dispute["evidence_details"]["submission_count"]:
            raise Refused("dispute_closed")
        dispute["evidence"] |= asked.get("evidence", {})
        if asked.get("submit", True):
            dispute["status"] = dispute["status"].replace("needs_response", "under_review")
            dispute["evidence_details"]["submission_count"] += 1
        return self._shown(dispute)

    def get_balance_transactions(self, **asked: Any) -> dict[str, Any]:
        carried = self.inside.get(asked.get("payout", ""), [])
        since = asked.get("created", {}).get("gte", 0)

        def fits(one: dict[str, Any]) -> bool:
            return one["created"] >= since and ("payout" not in asked or one["id"] in carried)

        return self._list("txn", fits, asked)

    def get_payouts(self, **asked: Any) -> dict[str, Any]:
        since = asked.get("created", {}).get("gte", 0)
        return self._list("po", lambda one: one["created"] >= since, asked)

    # what the world does

    def buyer_pays(self, session_id: str, *, fee: int = 29, slow: bool = False) -> dict[str, Any]:
        """The buyer pays; with a slow method the money comes later (`money_comes`)."""
        session = self._get("cs", session_id)
        assert session["status"] == "open"
        intent = self._keep("pi", "payment_intent", latest_charge=None, metadata=session["_intent"])
        session.update(status="complete", payment_intent=intent["id"], url=None)
        if not slow:
            self.money_comes(session_id, fee=fee)
        return self._shown(session)

    def money_comes(self, session_id: str, *, fee: int = 29) -> dict[str, Any]:
        session = self._get("cs", session_id)
        intent = self._get("pi", session["payment_intent"])
        charge = self._keep(
            "ch",
            "charge",
            amount=session["amount_total"],
            amount_refunded=0,
            currency=session["currency"],
            payment_intent=intent["id"],
            metadata=dict(intent["metadata"]),
            balance_transaction=None,
        )
        line = self._book("charge", charge["amount"], fee, charge["id"])
        charge["balance_transaction"] = line["id"]
        intent["latest_charge"] = charge["id"]
        session["payment_status"] = "paid"
        return self._shown(session)

    def charge_of(self, session_id: str) -> dict[str, Any]:
        return self._get(
            "ch", self._get("pi", self._get("cs", session_id)["payment_intent"])["latest_charge"]
        )

    def buyer_disputes(
        self, session_id: str, *, fee: int = 2000, amount: int = 0, only_asks: bool = False
    ) -> dict[str, Any]:
        """The buyer's bank asks the money back, of all or a part; or it only asks a question."""
        charge = self.charge_of(session_id)
        made = self._keep(
            "du",
            "dispute",
            amount=amount or charge["amount"],
            currency=charge["currency"],
            charge=charge["id"],
            status="warning_needs_response",
            reason="product_not_received",
            evidence={},
            evidence_details={"due_by": self.now() + 7 * DAY, "submission_count": 0},
            balance_transactions=[],
        )
        return self._shown(made) if only_asks else self.bank_takes(made["id"], fee=fee)

    def bank_takes(self, key: str, *, fee: int = 2000) -> dict[str, Any]:
        """A question becomes a dispute: the money leaves the account, with a fee."""
        dispute = self._get("du", key)
        dispute["status"] = "needs_response"
        line = self._book("adjustment", -dispute["amount"], fee, key, "dispute")
        dispute["balance_transactions"].append(line)
        return self._shown(dispute)

    def dispute_ends(self, key: str, outcome: str, *, fee_back: int = 0) -> dict[str, Any]:
        dispute = self._get("du", key)
        dispute["status"] = outcome
        if outcome == "won":
            line = self._book("adjustment", dispute["amount"], -fee_back, key, "dispute_reversal")
            dispute["balance_transactions"].append(line)
        return self._shown(dispute)

    def refund_fails(self, key: str) -> dict[str, Any]:
        """The buyer's bank sends a refund back after it succeeded."""
        refund = self._get("re", key)
        refund["status"] = "failed"
        self._get("ch", refund["charge"])["amount_refunded"] -= refund["amount"]
        self._book("refund_failure", refund["amount"], 0, key)
        return self._shown(refund)

    def pay_out(self) -> dict[str, Any]:
        """All that no payout carried yet goes to the bank."""
        carried = {one for some in self.inside.values() for one in some}
        lines = [one for one in self.tables["txn"].values() if one["id"] not in carried]
        made = self._keep(
            "po", "payout", amount=sum(one["net"] for one in lines), currency="eur", status="paid"
        )
        mine = self._book("payout", -made["amount"], 0, made["id"])
        self.inside[made["id"]] = [*(one["id"] for one in lines), mine["id"]]
        return made

    def _book(
        self, kind: str, amount: int, fee: int, source: str, category: str = ""
    ) -> dict[str, Any]:
        return self._keep(
            "txn",
            "balance_transaction",
            type=kind,
            reporting_category=category or kind,
            amount=amount,
            fee=fee,
            net=amount - fee,
            currency="eur",
            source=source,
        )

    # how it is shown

    def _list(self, prefix: str, fits: Any, asked: dict[str, Any]) -> dict[str, Any]:
        """Newest first, in pages."""
        found = [one for one in reversed(self.tables[prefix].values()) if fits(one)]
        after = asked.get("starting_after")
        if after:
            found = found[[one["id"] for one in found].index(after) + 1 :]
        limit = asked.get("limit", 10)
        expand = [one.removeprefix("data.") for one in asked.get("expand", [])]
        return {
            "object": "list",
            "url": "/v1/" + {"txn": "balance_transactions", "po": "payouts"}.get(prefix, prefix),
            "has_more": len(found) > limit,
            "data": [self._shown(one, expand) for one in found[:limit]],
        }

    def _shown(self, thing: dict[str, Any], expand: list[str] | None = None) -> dict[str, Any]:
        shown = {
            name: copy.deepcopy(one) for name, one in thing.items() if not name.startswith("_")
        }
        for path in expand or []:
            self._expand(shown, path.split("."))
        return shown

    def _expand(self, shown: dict[str, Any], steps: list[str]) -> None:
        value = shown.get(steps[0])
        if isinstance(value, str):
            prefix = value.split("_")[0]
            value = shown[steps[0]] = self._shown(self._get(prefix, value))
        if isinstance(value, dict) and steps[1:]:
            self._expand(value, steps[1:])
