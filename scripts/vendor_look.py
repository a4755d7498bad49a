"""Vendor the look: picks the Utrecht components we use, the one font and htmx, with their licences.

Run by a maintainer when a version changes (`python scripts/vendor_look.py`); needs `npm` and a
network. The result is committed, so installing and running need neither.
Only component CSS is taken: the design tokens of Utrecht are not open source, ours stand in
`static/theme/tokens.css`.
"""

from __future__ import annotations

import re
import shutil
import subprocess  # nosec: fixed commands of a maintainer's script
import tarfile
import tempfile
from pathlib import Path

VENDOR = Path(__file__).resolve().parent.parent / "marketplace" / "static" / "vendor"
UTRECHT = "@utrecht/component-library-css"
UTRECHT_VERSION = "9.0.4"
FONT = "@fontsource-variable/atkinson-hyperlegible-next"
FONT_VERSION = "5.3.0"
FONT_FILE = "atkinson-hyperlegible-next-latin-wght-normal.woff2"
HTMX = "htmx.org"
HTMX_VERSION = "4.0.1"
COMPONENTS = (
    "alert",
    "button",
    "checkbox",
    "form-field",
    "form-field-description",
    "form-field-error-message",
    "form-label",
    "link",
    "select",
    "skip-link",
    "table",
    "textarea",
    "textbox",
)
# States for showing components in documentation, and looks that we do not use.
UNUSED = re.compile(
    r"utrecht-[a-z-]+--(?:html|hint|danger|warning|ready|busy|rtl|telephone|external|current|row-"
    r"|numeric|alternate|distanced|mid|sticky|scroll|placeholder|truncate|xs|sm|md|lg)[a-z-]*"
    r"|__icon|__close|__backdrop|__message-icon|__footer|__header-cell-button"
    r"|--focus|--hover|--active|-size|--pressed"
)


def fetch(package: str, version: str, folder: Path) -> Path:
    """Give the unpacked package of exactly this version."""
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is missing: install nodejs to vendor the look")
    packed = subprocess.run(  # noqa: S603  # nosec
        [npm, "pack", "--silent", f"{package}@{version}"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    target = folder / version
    with tarfile.open(folder / packed.stdout.strip().splitlines()[-1]) as archive:
        archive.extractall(target, filter="data")
    return target / "package"


def top_level_rules(css: str) -> list[tuple[str, str]]:
    """Split a style sheet into (selector or at-rule, body) pairs."""
    rules, start, depth, opened = [], 0, 0, 0
    for index, letter in enumerate(css):
        if letter == "{":
            depth += 1
            if depth == 1:
                opened = index
        elif letter == "}":
            depth -= 1
            if depth == 0:
                rules.append((css[start:opened].strip(), css[opened + 1 : index].strip()))
                start = index + 1
    return rules


def is_wanted(selector: str) -> bool:
    """Say whether one selector belongs to a component in use."""
    names = re.findall(r"\.(utrecht-[a-z0-9_-]+)", selector)
    blocks = {re.split(r"__|--", name)[0].removeprefix("utrecht-") for name in names}
    return bool(blocks) and blocks <= set(COMPONENTS) and not UNUSED.search(selector)


def pick(css: str) -> str:
    """Keep the rules of the components in use; at-rules for print and old browsers fall away."""
    kept = []
    for head, body in top_level_rules(css):
        if head.startswith("@"):
            continue
        selectors = [part for part in re.split(r",\s*(?![^()]*\))", head) if is_wanted(part)]
        if selectors:
            kept.append(",\n".join(selectors) + " {\n  " + body + "\n}")
    return "\n".join(kept) + "\n"


def main() -> None:
    """Write `static/vendor` anew."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    with tempfile.TemporaryDirectory() as temporary:
        utrecht = fetch(UTRECHT, UTRECHT_VERSION, Path(temporary))
        css = (utrecht / "dist" / "index.css").read_text("utf-8").replace('@charset "UTF-8";', "")
        holders = sorted(set(re.findall(r"Copyright \(c\) [^\n]+", css)))
        css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
        folder = VENDOR / "utrecht"
        folder.mkdir(parents=True)
        head = [f"{UTRECHT} {UTRECHT_VERSION}, a selection. EUPL-1.2, see LICENSE.md.", *holders]
        text = "/*! " + "\n    ".join(head) + " */\n" + pick(css)
        (folder / "components.css").write_text(text, "utf-8")
        shutil.copy(utrecht / "LICENSE.md", folder / "LICENSE.md")

        font = fetch(FONT, FONT_VERSION, Path(temporary))
        folder = VENDOR / "atkinson-hyperlegible-next"
        folder.mkdir(parents=True)
        shutil.copy(font / "files" / FONT_FILE, folder / f"latin-variable-{FONT_VERSION}.woff2")
        shutil.copy(font / "LICENSE", folder / "LICENSE")

        htmx = fetch(HTMX, HTMX_VERSION, Path(temporary))
        folder = VENDOR / "htmx"
        folder.mkdir(parents=True)
        shutil.copy(htmx / "dist" / "htmx.min.js", folder / f"htmx-{HTMX_VERSION}.min.js")
        shutil.copy(htmx / "LICENSE", folder / "LICENSE")


if __name__ == "__main__":
    main()
