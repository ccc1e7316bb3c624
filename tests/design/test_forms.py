"""Fields as learners meet them: named, explained, and wrong ones found from the top of the page."""

import re

import pytest
from jinja2 import Template
from lxml import html as markup
from wtforms import BooleanField, FileField, Form, PasswordField, RadioField, SelectField, StringField, TextAreaField, validators

from tests.design.rendering import environment


class SignUp(Form):
    """A form with one field of each kind."""

    name = StringField("Nom", [validators.InputRequired("Donnez votre nom.")], description="Comme sur le certificat.")
    phone = StringField("Téléphone", [validators.Optional(), validators.Length(min=10, message="Dix chiffres au moins.")])
    password = PasswordField("Mot de passe", [validators.InputRequired("Choisissez un mot de passe.")])
    region = SelectField("Région", choices=["Souss-Massa", "Drâa-Tafilalet"])  # type: ignore[list-item]  # its stubs know pairs only
    role = RadioField(
        "Rôle",
        [validators.InputRequired("Choisissez un rôle.")],
        choices=["Conseillère", "Membre"],  # type: ignore[list-item]  # as above
    )
    agree = BooleanField("J’accepte")
    note = TextAreaField("Note")
    photo = FileField("Photo")


PAGE = '{% import "_macros/forms.html" as forms %}{{ forms.error_summary(form) }}<form>{{ forms.fields(form) }}</form>'


def page(form: Form, template: str = PAGE) -> markup.HtmlElement:
    """Render a form in French and parse it."""
    ready: Template = environment("fr").from_string(template)
    return markup.fromstring(f"<div>{ready.render(form=form)}</div>")


def refused() -> Form:
    """Give a form that was sent with three mistakes."""
    form = SignUp(data={"phone": "06", "region": "Souss-Massa"})
    form.phone.raw_data = ["06"]
    form.validate()
    return form


def test_every_control_has_a_label_or_a_legend() -> None:
    found = page(SignUp())
    labelled = {label.get("for") for label in found.iter("label")}
    controls = {control.get("id") for control in found.xpath("//input | //select | //textarea")}
    assert controls == {"name", "phone", "password", "region", "role-0", "role-1", "agree", "note", "photo"}
    assert controls - labelled == set()
    assert found.xpath("string(//fieldset/legend)") == "Rôle"


def test_only_optional_fields_say_so() -> None:
    found = page(SignUp())
    told = [re.sub(r"\s+", " ", label.text_content()) for label in found.iter("label") if label.xpath(".//*[@class='tk-optional']")]
    assert told == ["Téléphone (facultatif)", "Région (facultatif)", "Note (facultatif)", "Photo (facultatif)"]


def test_hint_and_error_are_tied_to_their_control() -> None:
    found = page(refused())
    control = found.get_element_by_id("name")
    assert control.get("aria-invalid") == "true"
    assert control.get("aria-describedby") == "name-hint name-error"
    assert found.get_element_by_id("name-hint").text_content() == "Comme sur le certificat."
    assert found.get_element_by_id("name-error").text_content().strip() == "Donnez votre nom."


def test_summary_leads_to_each_wrong_field() -> None:
    found = page(refused())
    links = {link.get("href"): link.text_content() for link in found.xpath("//*[@role='alert']//a")}
    assert links == {
        "#name": "Nom – Donnez votre nom.",
        "#phone": "Téléphone – Dix chiffres au moins.",
        "#password": "Mot de passe – Choisissez un mot de passe.",
        "#role": "Rôle – Choisissez un rôle.",
    }
    assert all(found.get_element_by_id(target.removeprefix("#")) is not None for target in links)


def test_summary_is_silent_when_nothing_is_wrong() -> None:
    assert page(SignUp()).xpath("//*[@role='alert']") == []


def test_attributes_reach_the_control_beside_ours() -> None:
    template = (
        '{% import "_macros/forms.html" as forms %}'
        '{{ forms.field(form.phone, hint="Avec l’indicatif.", autocomplete="tel", dir="ltr") }}'
    )
    control = page(refused(), template).get_element_by_id("phone")
    wanted = ("class", "dir", "autocomplete", "aria-describedby", "value")
    assert [control.get(name) for name in wanted] == ["tk-input", "ltr", "tel", "phone-hint phone-error", "06"]


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", '" onfocus="alert(1)'])
def test_what_people_type_stays_text(hostile: str) -> None:
    template = (
        '{% import "_macros/ui.html" as ui %}{% import "_macros/forms.html" as forms %}'
        '{{ forms.input("a", text, text, hint=text) }}{{ ui.theirs(text) }}'
        '{{ ui.button(text, confirm=text, attrs={"title": text}) }}'
        '{{ ui.notice("info", text, text) }}{{ ui.course_card(text, "/", text, text, text, [text]) }}{{ ui.facts([(text, text)]) }}'
    )
    rendered = environment("fr").from_string(template).render(text=hostile)
    found = markup.fromstring(f"<div>{rendered}</div>")
    assert found.xpath("//script | //*[@onfocus]") == []
    assert found.xpath("string(//input/@value)") == hostile
