"""The market's front page, and how it works."""

from __future__ import annotations

from flask import Blueprint, render_template

from marketplace.web.security import public

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@public
def page() -> str:
    """Show the front page of the market."""
    return render_template("home/page.html")


@blueprint.get("/hoe-het-werkt")
@public
def how() -> str:
    """Tell how the market works and where each euro goes."""
    return render_template("home/how.html")
