"""XML of the bank, read without entities, definitions or anything from outside."""

from __future__ import annotations

import re

from lxml import etree

from marketplace.domain.bank.banking import BankFileForbidden, BankFileUnreadable

_DEFINITIONS = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


def parse(content: bytes) -> etree._Element:
    """Give the root of a document; one with definitions of its own is refused unread."""
    if _DEFINITIONS.search(content.replace(b"\x00", b"")):
        raise BankFileForbidden
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as fault:
        raise BankFileUnreadable from fault
    if root.getroottree().docinfo.internalDTD is not None:
        raise BankFileForbidden
    return root


def local(element: etree._Element) -> str:
    """Give the name of an element without its namespace."""
    return etree.QName(element).localname


def first(element: etree._Element, path: str) -> etree._Element | None:
    """Give the first element on a path of plain names, in whatever namespace."""
    found = element
    for name in path.split("/"):
        step = next((child for child in found if local(child) == name), None)
        if step is None:
            return None
        found = step
    return found


def each(element: etree._Element, path: str) -> list[etree._Element]:
    """Give all elements on a path of plain names."""
    found = [element]
    for name in path.split("/"):
        found = [child for one in found for child in one if local(child) == name]
    return found


def text(element: etree._Element, path: str, most: int = 140) -> str:
    """Give the text at a path, at most so long; an empty one where there is none."""
    found = first(element, path)
    return "" if found is None else " ".join((found.text or "").split())[:most]
