"""Bundle the theme and the vendored components into `marketplace/static/site.css`.

One file means one request for every page. The vendored part stands in a cascade layer, so that the
theme always wins. Dark values are written once (`theme/dark.css`) and repeated here for people who
chose neither light nor dark.
"""

from __future__ import annotations

import re
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "marketplace" / "static"
THEME = (
    "bridge",
    "tokens",
    "drawings",
    "base",
    "components",
    "money",
    "cards",
    "pages",
    "market",
    "booking",
)
CHOSEN = '[data-theme="dark"]'
UNCHOSEN = ':root:not([data-theme="light"])'


def shrink(css: str) -> str:
    """Drop comments (licences stay) and white space that carries no meaning."""
    css = re.sub(r"/\*(?!!).*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r" ?([{};,]) ?", r"\1", css)
    css = re.sub(r"(?<=[\w-]): (?=[^{}]*[;}])", ":", css)
    return css.replace(";}", "}").strip() + "\n"


def bundle() -> str:
    """Give the text of `site.css`."""
    vendored = (STATIC / "vendor" / "utrecht" / "components.css").read_text("utf-8")
    licence, _, rules = vendored.partition("*/")
    dark = (STATIC / "theme" / "dark.css").read_text("utf-8")
    if CHOSEN not in dark:
        raise SystemExit(f"theme/dark.css must hold a block for {CHOSEN}")
    unchosen = dark.replace(CHOSEN, UNCHOSEN)
    parts = [f"@layer utrecht {{{rules}}}"]
    for name in THEME:
        parts.append((STATIC / "theme" / f"{name}.css").read_text("utf-8"))
        if name == "tokens":
            parts.append(f"{dark}@media (prefers-color-scheme: dark) {{{unchosen}}}")
    return f"{licence}*/\n" + shrink("\n".join(parts))


def main() -> None:
    """Write `site.css`."""
    (STATIC / "site.css").write_text(bundle(), "utf-8")


if __name__ == "__main__":
    main()
