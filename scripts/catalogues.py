"""The catalogues of the interface: `update` gathers new sentences, `check` says what is missing.

The Dutch sentence is the key, so Dutch needs a catalogue only for plurals; every other language
must have every sentence, with the same placeholders, before `check` is content.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "translations"
SOURCE = "nl"
COMPLETE = ("nl", "en")  # the languages that the interface offers
METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
KEYWORDS = DEFAULT_KEYWORDS | {
    "_l": None,
    "_n": (1, 2),
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)")


def gather() -> Catalog:
    """Read every sentence of the package, with the files where it stands."""
    found = Catalog(project="Scharrelmarkt", charset="utf-8", fuzzy=False)
    for name, line, message, comments, context in extract_from_dir(
        ROOT / "marketplace", METHODS, keywords=KEYWORDS, comment_tags=("NB:",)
    ):
        found.add(
            message,
            locations=[(f"marketplace/{name}", line)],
            auto_comments=comments,
            context=context,
        )
    return found


def catalogues() -> dict[str, Path]:
    """Give the file of each language."""
    paths = TRANSLATIONS.glob("*/LC_MESSAGES/messages.po")
    return {path.parts[-3]: path for path in sorted(paths)}


def read(language: str, path: Path) -> Catalog:
    """Read the catalogue of a language."""
    with path.open("rb") as handle:
        return read_po(handle, locale=language)


def update() -> int:
    """Bring each catalogue up to date: new sentences empty, dropped ones gone, nothing guessed."""
    template = gather()
    for language, path in catalogues().items():
        catalogue = read(language, path)
        catalogue.update(template, no_fuzzy_matching=True, update_header_comment=False)
        catalogue.obsolete.clear()
        with path.open("wb") as handle:
            write_po(handle, catalogue, width=100, sort_output=True, include_lineno=False)
        empty = sum(1 for message in catalogue if message.id and not filled(message))
        print(f"{language}: {len(catalogue)} sentences, {empty} without a translation")
    return 0


def check() -> int:
    """Tell every fault of every catalogue; 1 when there is one."""
    template = gather()
    faults = [f"{language}: no catalogue" for language in COMPLETE if language not in catalogues()]
    faults += [
        f"{language}: {fault}"
        for language, path in catalogues().items()
        for fault in faults_of(read(language, path), template, language)
    ]
    print("\n".join(faults) or f"Catalogues: {len(template)} sentences, nothing missing.")
    return 1 if faults else 0


def faults_of(catalogue: Catalog, template: Catalog, language: str) -> list[str]:
    """Compare a catalogue with the sentences of the code."""
    faults = []
    for wanted in template:
        if not wanted.id:
            continue
        there = catalogue.get(wanted.id, wanted.context)
        plural = isinstance(wanted.id, tuple)
        if there is None or not filled(there):
            if language != SOURCE or plural:
                faults.append(f"no translation: {wanted.id!r}")
        elif there.fuzzy:
            faults.append(f"fuzzy: {wanted.id!r}")
        elif placeholders(there.id) != placeholders(there.string):
            faults.append(f"other placeholders: {wanted.id!r} -> {there.string!r}")
    return faults


def filled(message: Message) -> bool:
    """Whether a translation is there, all plurals of it."""
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return bool(strings) and all(strings)


def placeholders(text: str | Sequence[str] | None) -> set[str]:
    """Give the names of a sentence's placeholders (of its plurals together)."""
    whole = text if isinstance(text, str) else " ".join(text or ())
    return set(PLACEHOLDER.findall(whole))


if __name__ == "__main__":
    commands = {"update": update, "check": check}
    if len(sys.argv) != 2 or sys.argv[1] not in commands:
        sys.exit("usage: catalogues.py update | check")
    sys.exit(commands[sys.argv[1]]())
