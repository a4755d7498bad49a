"""Templates are made once for each language: a sentence is looked up then, not at every page.

A page holds some fifty sentences. Asking gettext for each of them at each request cost a fifth of a
page; here they become part of the compiled template, with their placeholders. Plurals, and what
comes from Python, are asked for at each request, of a domain that finds its catalogue at once.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from functools import cached_property, lru_cache
from typing import Any

from babel import Locale
from babel.support import NullTranslations
from flask.sansio.app import App
from flask.templating import Environment as FlaskEnvironment
from flask_babel import Babel, Domain, get_locale, get_translations
from jinja2 import Template, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from marketplace import context

GETTEXT = frozenset({"_", "gettext"})


def name_of(locale: Locale) -> str:
    """Give the name of a locale; Babel's own way to it is long, and each sentence asks."""
    return locale.language if locale.territory is None else str(locale)


def reader() -> Locale | None:
    """Give the reader's locale, as Flask-Babel's get_locale does, in half the time.

    Each amount and each sentence asks for it.
    """
    known: Locale | None = context.found_locale()
    return known if known is not None else get_locale()


class Sentences(Domain):  # type: ignore[misc]
    """The catalogues, each found at once."""

    def __init__(self, domain: str) -> None:
        super().__init__(domain=domain)
        self._kept: dict[str, NullTranslations] = {}

    def get_translations(self) -> NullTranslations:
        """Give the catalogue of the reader's language."""
        locale = reader()
        name = name_of(locale) if locale else ""
        found = self._kept.get(name)
        if found is None:
            found = super().get_translations()
            self._kept[name] = found
        return found


class Phrases(Babel):  # type: ignore[misc]
    """Flask-Babel with our domain."""

    @cached_property
    def domain_instance(self) -> Sentences:
        """Give the domain of every sentence."""
        return Sentences(self.domain)


class Environment(FlaskEnvironment):
    """Flask's environment, with a set of compiled templates for each language."""

    language: str | None = None

    def __init__(self, app: App, **options: Any) -> None:
        super().__init__(app, **options)
        self.globals["remembered"] = remembered

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Give what every template knows; as one table, where jinja2 would search two at each name."""
        return super().make_globals(d) if d else self.globals

    def _load_template(
        self,
        name: str,
        globals: MutableMapping[str, Any] | None,  # noqa: A002 jinja2's word
    ) -> Template:
        locale = reader()
        if locale is None or self.language == name_of(locale):
            return super()._load_template(name, globals)
        return self._of(name_of(locale))._load_template(name, globals)  # noqa: SLF001 the same class

    def _of(self, language: str) -> Environment:
        """Give the environment of a language, made at its first page."""
        whole: Environment = getattr(self, "linked_to", None) or self
        spoken: dict[str, Environment] = whole.__dict__.setdefault("spoken", {})
        if language not in spoken:
            made = whole.overlay()
            made.language = language
            spoken[language] = made
        return spoken[language]

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if self.language is not None:
            _Speaking(self).visit(tree)
        return tree


def remembered(macro: Callable[..., Markup]) -> Callable[..., Markup]:
    """Give a macro that draws the same picture only once; for macros that look at nothing else."""
    return lru_cache(maxsize=512)(macro)


class _Speaking(NodeTransformer):
    """Puts the sentence in the reader's language where a call for it stood."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 jinja2's name
        self.generic_visit(node)
        plain = len(node.args) == 1 and node.dyn_args is None and node.dyn_kwargs is None
        if not plain or not isinstance(node.node, nodes.Name) or node.node.name not in GETTEXT:
            return node
        sentence = node.args[0]
        if not isinstance(sentence, nodes.Const) or not isinstance(sentence.value, str):
            return node
        # As jinja2's own gettext does: what a template says is safe, what is filled in is escaped.
        said = nodes.Const(Markup(get_translations().ugettext(sentence.value)))  # noqa: S704 # nosec B704
        holes = [nodes.Pair(nodes.Const(hole.key), hole.value) for hole in node.kwargs]
        made = nodes.Mod(said, nodes.Dict(holes))
        made.set_lineno(node.lineno, override=True)
        made.set_environment(self._environment)
        return made
