"""Templates are made once for each language: a fixed sentence is looked up then, not at every page.

A page holds some fifty sentences without a placeholder. Asking gettext for each of them at each
request cost a fifth of a page; here they become part of the compiled template. Sentences with a
placeholder, and those that come from Python, are asked for as before.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from functools import lru_cache
from typing import Any

from flask.sansio.app import App
from flask.templating import Environment as FlaskEnvironment
from flask_babel import get_locale, get_translations
from jinja2 import Template, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

GETTEXT = frozenset({"_", "gettext"})


class Environment(FlaskEnvironment):
    """Flask's environment, with a set of compiled templates for each language."""

    language: str | None = None

    def __init__(self, app: App, **options: Any) -> None:
        super().__init__(app, **options)
        self.globals["remembered"] = remembered

    def _load_template(
        self,
        name: str,
        globals: MutableMapping[str, Any] | None,  # noqa: A002 jinja2's word
    ) -> Template:
        locale = get_locale()
        if locale is None or self.language == str(locale):
            return super()._load_template(name, globals)
        return self._of(str(locale))._load_template(name, globals)  # noqa: SLF001 the same class

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
        bare = not (node.kwargs or node.dyn_args or node.dyn_kwargs) and len(node.args) == 1
        if not bare or not isinstance(node.node, nodes.Name) or node.node.name not in GETTEXT:
            return node
        sentence = node.args[0]
        if not isinstance(sentence, nodes.Const) or not isinstance(sentence.value, str):
            return node
        # As jinja2's own gettext does: what a template says is safe, and %% stands for %.
        said = Markup(get_translations().ugettext(sentence.value)) % {}  # noqa: S704
        made = nodes.Const(said, lineno=node.lineno)
        made.set_environment(self._environment)
        return made
