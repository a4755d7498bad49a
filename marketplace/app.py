"""Joins the parts: the only file that knows all of them."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from flask import Flask, request
from flask import session as cookie
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from marketplace import context
from marketplace.gateways import logs
from marketplace.gateways.bundle import Gateways
from marketplace.gateways.database import Database
from marketplace.gateways.jobs import HueyJobs
from marketplace.gateways.mail import FileMail, SmtpMail
from marketplace.gateways.payments import Payments
from marketplace.gateways.rulefiles import load_municipalities
from marketplace.gateways.storage import FolderStorage
from marketplace.gateways.stripe import Account, Stripe
from marketplace.gateways.testbank import TestBank
from marketplace.settings import ROOT, Settings
from marketplace.web import errors, formats, language, menu, phrases, routes, security, signin

csrf = CSRFProtect()


def create_app(
    settings: Settings, gateways: Gateways | None = None, clock: context.Clock | None = None
) -> Flask:
    """Build the application from its settings; tests give their own gateways and clock."""
    app = Flask("marketplace", root_path=str(ROOT / "marketplace"))
    app.jinja_environment = phrases.Environment
    app.config.update(_flask_settings(settings))
    app.extensions["marketplace"] = context.Parts(
        settings=settings,
        database=Database(settings.database, settings.keys),
        gateways=gateways or embedded_gateways(settings),
        clock=clock or _wall_clock,
    )
    logs.configure()
    load_municipalities()  # a wrong profile stops the start here, with file and line
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    csrf.init_app(app)
    csrf.exempt("marketplace.web.views.payments.webhook")  # signed by the provider instead
    phrases.Phrases(
        app, locale_selector=language.reader_locale, timezone_selector=lambda: "Europe/Amsterdam"
    )
    _hang_hooks(app)
    formats.register(app)
    errors.register(app)
    routes.register(app)
    _register_commands(app)
    return app


def embedded_gateways(settings: Settings) -> Gateways:
    """Give the defaults that need nothing else: files, the test bank, huey on SQLite."""
    folder = settings.var_dir
    mail = (
        SmtpMail(settings.smtp_url, settings.mail_from)
        if settings.smtp_url
        else FileMail(folder / "mail", settings.mail_from)
    )
    return Gateways(
        payments=_payments(settings),
        mail=mail,
        storage=FolderStorage(folder / "files"),
        jobs=HueyJobs(folder),
    )


def _payments(settings: Settings) -> Payments:
    """Give Stripe where its keys are set, else the test bank."""
    if settings.stripe_keys:
        return Stripe({name: Account(*keys) for name, keys in settings.stripe_keys.items()})
    secret = settings.kept_secret("testbank_secret")
    return TestBank(folder=settings.var_dir, base_url=settings.base_url, secret=secret)


def _wall_clock() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _flask_settings(settings: Settings) -> dict[str, Any]:
    """Translate our settings into Flask's; the __Host- cookie needs https, so demo mode relaxes it."""
    return {
        "SECRET_KEY": settings.kept_secret("secret_key"),
        "SESSION_COOKIE_NAME": "sm_session" if settings.demo else "__Host-session",
        "SESSION_COOKIE_SECURE": not settings.demo,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": signin.ABSOLUTE,
        "MAX_CONTENT_LENGTH": settings.max_upload_bytes,
        "SEND_FILE_MAX_AGE_DEFAULT": 31536000,
        "WTF_CSRF_TIME_LIMIT": 12 * 3600,
        "BABEL_DEFAULT_LOCALE": "nl",
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "translations"),
    }


def _hang_hooks(app: Flask) -> None:
    """Set what happens before and after each request, and what every template may use."""

    @app.before_request
    def _open() -> None:
        logs.begin_request(secrets.token_hex(6))
        context.begin(writes=request.method not in {"GET", "HEAD", "OPTIONS"})
        # The test bank stands for another company's site, and the provider's word has no person.
        nobody = {
            "static",
            "health.alive",
            "health.ready",
            "health.metrics",
            "payments.webhook",
        }
        if request.endpoint not in nobody and request.blueprint != "testbank":
            signin.load_actor()
        if request.endpoint not in nobody:
            security.refuse_nul()

    @app.after_request
    def _close(response: Any) -> Any:
        return security.harden(context.finish(response))

    app.teardown_appcontext(context.close)

    @app.context_processor
    def _shared() -> dict[str, Any]:
        who = context.actor()
        role = who.role if who else "buyer"
        return {
            "actor": who,
            "menu": menu.menu_for(role, signed_in=who is not None),
            "lang": language.reader_locale(),
            "theme": cookie.get("theme"),
            "demo": settings_of(app).demo,
        }


def settings_of(app: Flask) -> Settings:
    """Give the settings of an application."""
    parts: context.Parts = app.extensions["marketplace"]
    return parts.settings


def _register_commands(app: Flask) -> None:
    """Hang the commands into `flask --app wsgi`."""
    from marketplace.cli import groups

    for group in groups():
        app.cli.add_command(group)
