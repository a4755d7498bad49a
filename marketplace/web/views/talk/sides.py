"""What the pages of a complaint do alike for all three sides: show it, add words, and lead back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, url_for

from marketplace import context
from marketplace.domain.calendar import day_in_amsterdam
from marketplace.domain.listings import NotAPicture
from marketplace.domain.talking.complaints import By
from marketplace.domain.talking.talk import EmptyMessage, MessageTooLong, TooManyMessages
from marketplace.services.complaints import reading
from marketplace.services.complaints.steps import Who
from marketplace.web.forms.talk.complaints import PROBLEM_WORDS, WISH_WORDS, WordsForm
from marketplace.web.messages import sentence
from marketplace.web.security import who
from marketplace.web.standing import complaining


def shown(case: reading.Case, side: str) -> dict[str, Any]:
    """Give what the page of each side needs."""
    return {
        "case": case,
        "complaint": case.complaint,
        "line": case.line,
        "side": side,
        "words": complaining,
        "problems": PROBLEM_WORDS,
        "wishes": WISH_WORDS,
        "today": day_in_amsterdam(context.now()),
    }


def write_words(
    complaint: str, *, scope: Any, by: By, page: Callable[[WordsForm], str], done: Callable[[], Any]
) -> Any:
    """Add the words or the photo of a side; what cannot be kept stays in the form on its `page`."""
    form = WordsForm()
    status = _add(form, scope, Who(by, who().person_id), complaint)
    return (page(form), status) if status else done()


def _add(form: WordsForm, scope: Any, writer: Who, complaint: str) -> int:
    """Write what is in the form; gives the status of a refusal, its sentence in the form, or 0."""
    if not form.validate():
        return 422
    try:
        reading.write(
            context.session(),
            storage=context.gateways().storage,
            scope=scope,
            who=writer,
            public_id=complaint,
            text=form.text.data or "",
            photo=form.content(),
            now=context.now(),
        )
    except (EmptyMessage, MessageTooLong) as fault:
        form.text.errors = [sentence(fault)]
        return 422
    except NotAPicture as fault:
        form.photo.errors = [sentence(fault)]
        return 422
    except TooManyMessages as fault:
        form.form_errors.append(sentence(fault))
        return 409
    return 0


def back_to(endpoint: str, complaint: str, text: str) -> Any:
    """Say that a step is done, on the page of the side that made it."""
    context.wake_after_commit()
    flash(text, "ok")
    return redirect(url_for(endpoint, complaint=complaint), 303)
