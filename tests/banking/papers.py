"""Statements as a bank writes them, for tests."""

from __future__ import annotations

OWN = "NL91ABNA0417164300"
PAYER = "NL20INGB0001234567"
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"


def euros(cents: int) -> str:
    return f"{abs(cents) // 100}.{abs(cents) % 100:02d}"


def entry(cents: int, text: str = "", *, ref: str = "", e2e: str = "", day: str = "2026-01-15"):
    side, party = ("CRDT", "Dbtr") if cents > 0 else ("DBIT", "Cdtr")
    return f"""<Ntry><Amt Ccy="EUR">{euros(cents)}</Amt><CdtDbtInd>{side}</CdtDbtInd>
    <Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt><AcctSvcrRef>{ref}</AcctSvcrRef>
    <NtryDtls><TxDtls><Refs><EndToEndId>{e2e or "NOTPROVIDED"}</EndToEndId></Refs>
    <RltdPties><{party}><Pty><Nm>K. Bakker</Nm></Pty></{party}>
    <{party}Acct><Id><IBAN>{PAYER}</IBAN></Id></{party}Acct></RltdPties>
    <RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"""


def balance(code: str, cents: int) -> str:
    side = "CRDT" if cents >= 0 else "DBIT"
    return f"""<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{euros(cents)}</Amt>
    <CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>2026-01-15</Dt></Dt></Bal>"""


def camt(*entries: str, total: int = 0, iban: str = OWN, opening: int = 10_000) -> bytes:
    """A statement; `total` is what its lines add up to."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="{NAMESPACE}"><BkToCstmrStmt><Stmt><Id>2026-15</Id><CreDtTm>2026-01-15T22:00:00</CreDtTm>
<Acct><Id><IBAN>{iban}</IBAN></Id></Acct>{balance("OPBD", opening)}{balance("CLBD", opening + total)}
{"".join(entries)}</Stmt></BkToCstmrStmt></Document>""".encode()


MT940 = f"""{{1:F01INGBNL2ABXXX0000000000}}{{2:I940INGBNL2AXXXN}}{{4:
:20:P260115000000001
:25:{OWN}EUR
:28C:00015
:60F:C260114EUR100,00
:61:2601150115C121,00NTRFEREF//26015000001
:86:/EREF/NOTPROVIDED//CNTP/{PAYER}/INGBNL2A/K. BAKKER///REMI/USTD//RF00 TEST/
:61:2601150115D20,50NTRFNONREF//26015000002
:86:/EREF/abc123//CNTP/{PAYER}/INGBNL2A/A. JANSEN///REMI/USTD//terug/
:62F:C260115EUR200,50
-}}
"""
# ruff: noqa: E501 the columns are the banks' own
ING = f"""Datum;"Naam / Omschrijving";Rekening;Tegenrekening;Code;"Af Bij";"Bedrag (EUR)";Mutatiesoort;Mededelingen
20260115;"K. Bakker";{OWN};{PAYER};OV;Bij;121,00;Overschrijving;"Naam: K. Bakker Omschrijving: RF18 5390 0754 7034"
20260115;"Bakkerij";{OWN};{PAYER};BA;Af;1,50;Betaalautomaat;"brood"
"""
RABO = f""""IBAN/BBAN","Munt","BIC","Volgnr","Datum","Rentedatum","Bedrag","Saldo na trn","Tegenrekening IBAN/BBAN","Naam tegenpartij","Transactiereferentie","Betalingskenmerk","Omschrijving-1"
"{OWN}","EUR","RABONL2U","000000000000001234","2026-01-15","2026-01-15","+121,00","+221,00","{PAYER}","K. Bakker","","RF18539007547034","heg"
"""
