"""Forms: what a page asks for, and nothing else is read; refusals of the rules stand beside the field they are about."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Self

from flask import render_template, request
from flask_babel import lazy_gettext
from werkzeug.datastructures import CombinedMultiDict
from wtforms import DecimalField, Form as WTForm, IntegerField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.i18n import get_translations
from wtforms.validators import InputRequired

from lms_app.domain.errors import Invalid, TakwinError
from lms_app.i18n import latin_digits
from lms_app.web.i18n import language
from lms_app.web.words import words_of

__all__ = ["Form", "NumberField", "SelectChoice", "WholeNumberField", "choices", "form_page", "required"]


class Form(WTForm):
    """A form of Takwin. Only the fields it declares are read, so that nobody slips in a `role` or a `score`."""

    class Meta:
        """WTForms' own words in the reader's language."""

        locales = False
        cache_translations = False

        def get_translations(self, _form: WTForm) -> Any:
            """Return WTForms' catalogue for this request."""
            return get_translations([language()])

    @classmethod
    def from_request(cls, obj: object = None, **values: Any) -> Self:
        """Return the form as it was sent, or filled from `obj` and `values` when it was not."""
        sent: Any = CombinedMultiDict[str, Any]([request.files, request.form]) if request.method == "POST" else None
        return cls(sent, obj=obj, **values)

    def was_sent_right(self) -> bool:
        """Tell whether the form was sent and every field passes its own rules."""
        if request.method != "POST":
            return False
        is_right = self.validate()
        for field in self:
            field.errors = [str(error) for error in field.errors]  # said now, in the language of this request
        return is_right

    def refuse(self, error: TakwinError) -> None:
        """Put a refusal of the rules beside its field, or over the whole form; one that lists several goes to several fields."""
        for each in error.facts.get("wrong", (error,)):
            field = self._fields.get(each.facts.get("field"))
            if field is None:
                self.form_errors.append(words_of(each))
            else:
                field.errors = [*field.errors, words_of(each)]

    def takes(self, deed: Callable[[], object]) -> bool:
        """Do it; when the rules refuse what was given, say so in the form and return False."""
        try:
            deed()
        except Invalid as error:
            self.refuse(error)
            return False
        return True


def form_page(template: str, form: Form, **more: Any) -> str | tuple[str, int]:
    """Show a form: as a page, or with status 422 when it was sent and something in it was refused."""
    page = render_template(template, form=form, **more)
    return (page, 422) if form.errors else page


def choices(pairs: Iterable[tuple[str, str]]) -> list[Any]:
    """Return the options of a `SelectField` from pairs of value and words."""
    return [SelectChoice(value, label) for value, label in pairs]


def required() -> InputRequired:
    """Return the rule that a field must be filled in."""
    return InputRequired(lazy_gettext("Please fill this in."))


class _AnyDigits:
    """Numbers typed in any digits: ٣٫٥ is 3.5."""

    def process_formdata(self, valuelist: Iterable[str]) -> None:
        super().process_formdata([latin_digits(value).strip() for value in valuelist])  # type: ignore[misc]


class WholeNumberField(_AnyDigits, IntegerField):
    """A whole number, in Latin, Arabic-Indic or Persian digits."""


class NumberField(_AnyDigits, DecimalField):
    """A number, in Latin, Arabic-Indic or Persian digits, with a point or (as in French) a comma before its decimals."""

    def process_formdata(self, valuelist: Iterable[str]) -> None:
        """Take what was typed."""
        super().process_formdata([value.replace(",", ".") if value.count(",") == 1 else value for value in valuelist])
