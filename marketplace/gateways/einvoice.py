"""Electronic invoices: UBL 2.1 as NLCIUS asks (EN 16931 and the Dutch rules), Invoice and CreditNote."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from lxml import etree

from marketplace.domain.invoices import Buyer, Kind, Line, Seller, Subtotal, subtotals

CUSTOMIZATION: Final = "urn:cen.eu:en16931:2017#compliant#urn:fdc:nen.nl:nlcius:v1.0"
_NAMES: Final = "urn:oasis:names:specification:ubl:schema:xsd:"
_CAC: Final = f"{{{_NAMES}CommonAggregateComponents-2}}"
_CBC: Final = f"{{{_NAMES}CommonBasicComponents-2}}"
# UN/ECE recommendation 20: hour, one, person, piece.
_UNITS: Final = {"hour": "HUR", "job": "C62", "person": "IE", "piece": "H87"}
_KVK: Final = "0106"
_SEPA_TRANSFER: Final = "58"
_FREIGHT: Final = "FC"


@dataclass(frozen=True, slots=True)
class Document:
    """What an electronic invoice tells. `credits` is the invoice of a credit note: number and day."""

    kind: Kind
    number: str
    issued_on: dt.date
    supplied_on: dt.date | None
    due_on: dt.date | None
    paid: bool
    seller: Seller
    buyer: Buyer
    lines: Sequence[Line]
    exemption: str
    reference: str
    order: str
    credits: tuple[str, dt.date] | None
    reason: str


class AddressMissing(ValueError):
    """The Dutch rules ask street, postcode and place of the buyer."""


def ubl(document: Document) -> bytes:
    """Give the document as UBL; AddressMissing where the buyer's address is not whole."""
    if not document.buyer.has_full_address:
        raise AddressMissing(document.number)
    name = "Invoice" if document.kind == "invoice" else "CreditNote"
    own = f"{_NAMES}{name}-2"
    names: Any = {None: own, "cac": _CAC[1:-1], "cbc": _CBC[1:-1]}  # None: the one without a prefix
    root = etree.Element(f"{{{own}}}{name}", nsmap=names)
    _head(root, document)
    _party(root, "AccountingSupplierParty", document)
    _party(root, "AccountingCustomerParty", document)
    if document.supplied_on:
        _text(_node(root, "Delivery"), "ActualDeliveryDate", document.supplied_on.isoformat())
    if _is_open(document):
        means = _node(root, "PaymentMeans")
        _text(means, "PaymentMeansCode", _SEPA_TRANSFER)
        _text(means, "PaymentID", document.reference or document.number)
        account = _node(means, "PayeeFinancialAccount")
        _text(account, "ID", document.seller.iban)
        if document.seller.account_name:
            _text(account, "Name", document.seller.account_name)
    _sums(root, document)
    for place, line in enumerate(document.lines, 1):
        _line(root, document, place, line)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _is_open(document: Document) -> bool:
    return document.kind == "invoice" and not document.paid and bool(document.seller.iban)


def _head(root: etree._Element, document: Document) -> None:
    _text(root, "CustomizationID", CUSTOMIZATION)
    _text(root, "ID", document.number)
    _text(root, "IssueDate", document.issued_on.isoformat())
    if document.kind == "invoice":
        if document.due_on:
            _text(root, "DueDate", document.due_on.isoformat())
        _text(root, "InvoiceTypeCode", "380")
    else:
        _text(root, "CreditNoteTypeCode", "381")
    if document.reason:
        _text(root, "Note", document.reason)
    _text(root, "DocumentCurrencyCode", "EUR")
    _text(root, "BuyerReference", document.order)
    if document.credits:
        earlier = _node(_node(root, "BillingReference"), "InvoiceDocumentReference")
        _text(earlier, "ID", document.credits[0])
        _text(earlier, "IssueDate", document.credits[1].isoformat())


def _party(root: etree._Element, role: str, document: Document) -> None:
    party = _node(_node(root, role), "Party")
    seller, buyer = document.seller, document.buyer
    if role == "AccountingSupplierParty":
        _text(party, "EndpointID", seller.kvk_number, schemeID=_KVK)
        _address(party, seller.address, seller.place, seller.postcode)
        tax = _node(party, "PartyTaxScheme")
        _text(tax, "CompanyID", seller.vat_number)
        _text(_node(tax, "TaxScheme"), "ID", "VAT")
        legal = _node(party, "PartyLegalEntity")
        _text(legal, "RegistrationName", seller.name)
        _text(legal, "CompanyID", seller.kvk_number, schemeID=_KVK)
        _text(_node(party, "Contact"), "ElectronicMail", seller.email)
        return
    _address(party, buyer.street, buyer.place, buyer.postcode)
    _text(_node(party, "PartyLegalEntity"), "RegistrationName", buyer.name)


def _address(party: etree._Element, street: str, place: str, postcode: str) -> None:
    address = _node(party, "PostalAddress")
    _text(address, "StreetName", street)
    _text(address, "CityName", place)
    _text(address, "PostalZone", postcode)
    _text(_node(address, "Country"), "IdentificationCode", "NL")


def _sums(root: etree._Element, document: Document) -> None:
    parts = subtotals(document.lines)
    net = sum(part.net_cents for part in parts)
    vat = sum(part.vat_cents for part in parts)
    total = _node(root, "TaxTotal")
    _amount(total, "TaxAmount", vat)
    for part in parts:
        _subtotal(total, document, part)
    money = _node(root, "LegalMonetaryTotal")
    _amount(money, "LineExtensionAmount", net)
    _amount(money, "TaxExclusiveAmount", net)
    _amount(money, "TaxInclusiveAmount", net + vat)
    paid = net + vat if document.paid else 0
    if paid:
        _amount(money, "PrepaidAmount", paid)
    _amount(money, "PayableAmount", net + vat - paid)


def _subtotal(total: etree._Element, document: Document, part: Subtotal) -> None:
    node = _node(total, "TaxSubtotal")
    _amount(node, "TaxableAmount", part.net_cents)
    _amount(node, "TaxAmount", part.vat_cents)
    _category(node, "TaxCategory", document, part.vat_rate, why=True)


def _category(
    parent: etree._Element, name: str, document: Document, rate: str, *, why: bool = False
) -> None:
    """Write a category: S with its rate, E under KOR with the reason, Z for nought percent."""
    node = _node(parent, name)
    percent = Decimal(rate) * 100
    code = "S" if percent else "E" if document.exemption else "Z"
    _text(node, "ID", code)
    _text(node, "Percent", f"{percent.normalize():f}")
    if why and code == "E":
        _text(node, "TaxExemptionReason", document.exemption)
    _text(_node(node, "TaxScheme"), "ID", "VAT")


def _line(root: etree._Element, document: Document, place: int, line: Line) -> None:
    invoice = document.kind == "invoice"
    node = _node(root, "InvoiceLine" if invoice else "CreditNoteLine")
    _text(node, "ID", str(place))
    quantity = Decimal(line.quantity_hundredths) / 100
    name = "InvoicedQuantity" if invoice else "CreditedQuantity"
    _text(node, name, f"{quantity:f}", unitCode=_UNITS[line.unit])
    _amount(node, "LineExtensionAmount", line.net_cents)
    if line.delivery_net_cents:
        charge = _node(node, "AllowanceCharge")
        _text(charge, "ChargeIndicator", "true")
        _text(charge, "AllowanceChargeReasonCode", _FREIGHT)
        _text(charge, "AllowanceChargeReason", "Bezorgen")
        _amount(charge, "Amount", line.delivery_net_cents)
    item = _node(node, "Item")
    _text(item, "Name", line.title)
    _category(item, "ClassifiedTaxCategory", document, line.vat_rate)
    # The price is that of the whole quantity: a price per unit would have to be rounded.
    price = _node(node, "Price")
    _amount(price, "PriceAmount", line.net_cents - line.delivery_net_cents)
    _text(price, "BaseQuantity", f"{quantity:f}", unitCode=_UNITS[line.unit])


def _node(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{_CAC}{name}")


def _text(parent: etree._Element, name: str, text: str, **attributes: str) -> None:
    etree.SubElement(parent, f"{_CBC}{name}", attributes).text = text


def _amount(parent: etree._Element, name: str, cents: int) -> None:
    _text(parent, name, f"{Decimal(cents) / 100:.2f}", currencyID="EUR")
