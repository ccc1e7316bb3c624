"""Every kind of page there is, in every state that looks different: who opens it, where, and what they send first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, Page, Response

from tests.journeys.town import Town

SENDS = "main form[method=post] button.tk-button"


@dataclass(frozen=True)
class Kind:
    """One kind of page: `address` has names of `Town.facts` in braces; with `send`, its form is filled in and sent."""

    name: str
    endpoint: str
    """'' for a page of errors that no view makes."""
    address: str
    who: str = "nobody"
    status: int = 200
    send: Mapping[str, str] | None = None
    button: str = SENDS
    host: str = "site"
    """`bare` is a site in which nothing is yet, `frame` the block origin, `draft` the same for a block of a draft."""
    lenient: frozenset[str] = field(default_factory=frozenset)
    """Rules of axe that are for whole pages, where this is a part of one."""


_PART = frozenset({"landmark-one-main", "page-has-heading-one", "region"})

PAGES: tuple[Kind, ...] = (
    Kind("catalogue", "learn.catalogue", "/"),
    Kind("catalogue-mine", "learn.catalogue", "/", "learner"),
    Kind("catalogue-empty", "learn.catalogue", "/", host="bare"),
    Kind("help", "site.help_page", "/help"),
    Kind("course-open", "learn.course", "/courses/{course}"),
    Kind("course-newcomer", "learn.course", "/courses/{course}", "newcomer"),
    Kind("course-mine", "learn.course", "/courses/{course}", "learner"),
    Kind("course-finished", "learn.course", "/courses/{course}", "graduate"),
    Kind("course-trainer", "learn.course", "/courses/{course}", "trainer"),
    Kind("course-states", "learn.course", "/courses/{states}", "learner"),
    Kind("course-code", "learn.course", "/courses/{by_code}", "newcomer"),
    Kind("course-code-wrong", "learn.enrol", "/courses/{by_code}", "newcomer", 422, {"code": "zzz"}),
    Kind("unit-text", "learn.unit", "/courses/{course}/unit/vertical/unit-story", "learner"),
    Kind("unit-text-long", "learn.unit", "/courses/{course}/unit/vertical/unit-seven-principles", "learner"),
    Kind("unit-table", "learn.unit", "/courses/{course}/unit/vertical/unit-definition", "learner"),
    Kind("unit-quiz", "learn.unit", "/courses/{course}/unit/vertical/unit-principles-quiz", "learner"),
    Kind("unit-quiz-marked", "learn.unit", "/courses/{course}/unit/vertical/unit-meaning-quiz", "learner"),
    Kind("unit-trainer", "learn.unit", "/courses/{course}/unit/vertical/unit-final", "trainer"),
    Kind("unit-framed", "learn.unit", "/courses/{states}/unit/vertical/framed", "learner"),
    Kind("unit-unknown", "learn.unit", "/courses/{states}/unit/vertical/unknown", "learner"),
    Kind("unit-empty", "learn.unit", "/courses/{states}/unit/vertical/empty", "learner"),
    Kind("unit-closed", "learn.unit", "/courses/{states}/unit/vertical/over", "learner"),
    Kind("unit-not-open", "learn.unit", "/courses/{states}/unit/vertical/later", "learner", 403),
    Kind("work-field", "learn.work", "/courses/{by_code}/views/field_view/coop_attendance/hall", "trainer"),
    Kind("work-judge", "learn.work", "/courses/{by_code}/views/judge_view/coop_attendance/hall", "trainer"),
    Kind("work-print", "learn.work", "/courses/{by_code}/views/print_view/coop_attendance/hall", "trainer"),
    Kind("work-not-mine", "learn.work", "/courses/{states}/views/field_view/coop_attendance/hall", "learner"),
    Kind("work-unknown", "learn.work", "/courses/{by_code}/views/studio_view/coop_attendance/hall", "trainer", 404),
    Kind("frame", "blocks.frame", "{frame}", "learner", host="frame", lenient=_PART),
    Kind("draft-frame", "blocks.draft", "{frame}", "trainer", host="draft", lenient=_PART),
    Kind("progress", "learn.progress", "/courses/{course}/progress", "learner"),
    Kind("progress-passed", "learn.progress", "/courses/{course}/progress", "graduate"),
    Kind("progress-unnamed", "learn.progress", "/courses/{course}/progress", "unnamed"),
    Kind("measures", "learn.measures", "/courses/{course}/measures", "learner"),
    Kind("measures-none", "learn.measures", "/courses/{course}/measures", "graduate"),
    Kind("measurements", "learn.measurements", "/courses/{course}/measurements", "trainer"),
    Kind("measurements-none", "learn.measurements", "/courses/{by_code}/measurements", "trainer"),
    Kind("gradebook", "learn.gradebook", "/courses/{course}/gradebook", "trainer"),
    Kind("gradebook-empty", "learn.gradebook", "/courses/{by_code}/gradebook", "trainer"),
    Kind("cohorts", "learn.cohorts", "/courses/{course}/cohorts", "trainer"),
    Kind("cohorts-empty", "learn.cohorts", "/courses/{by_code}/cohorts", "trainer"),
    Kind("cohort-new", "learn.new_cohort", "/courses/{course}/cohorts/new", "trainer"),
    Kind("cohort-new-wrong", "learn.new_cohort", "/courses/{course}/cohorts/new", "trainer", 422, {"name": ""}),
    Kind("cohort", "learn.cohort", "/courses/{course}/cohorts/{cohort}", "admin"),
    Kind("cohort-edit", "learn.edit_cohort", "/courses/{course}/cohorts/{cohort}/edit", "admin"),
    Kind(
        "cohort-learner-wrong",
        "learn.move_learner",
        "/courses/{course}/cohorts/{cohort}",
        "admin",
        422,
        {"user_name": "nobody-here"},
        button="form[action$='/learners'] .tk-button",
    ),
    Kind("attainments", "learn.attainments", "/courses/{course}/cohorts/{cohort}/attainments", "trainer"),
    Kind(
        "attainments-wrong",
        "learn.note_attainments",
        "/courses/{course}/cohorts/{cohort}/attainments",
        "trainer",
        422,
        {"name": "", "value": "many"},
        button="form[action$='/attainments'] .tk-button",
    ),
    Kind(
        "attainments-rows-wrong",
        "learn.note_rows",
        "/courses/{course}/cohorts/{cohort}/attainments",
        "trainer",
        422,
        {"rows": "user_name,kind,name,value\nnobody-here,attendance,Jour 1,6"},
        button="form[action$='/rows'] .tk-button",
    ),
    Kind("cohort-gradebook", "learn.cohort_gradebook", "/courses/{course}/cohorts/{cohort}/gradebook", "trainer"),
    Kind("teaching", "teaching.home", "/teaching", "trainer"),
    Kind("teaching-nothing-there", "teaching.home", "/teaching?kind=evidence", "trainer"),
    Kind("teaching-not-yours", "teaching.home", "/teaching", "graduate", 403),
    Kind("teaching-judge", "teaching.judge", "/teaching/{course}/judge/coop_quiz/quiz-meaning?record=work/1", "trainer"),
    Kind("teaching-kit", "teaching.kit", "/teaching/{course}/kit", "trainer"),
    Kind("teaching-silent", "teaching.learners", "/teaching/{course}/learners", "trainer"),
    Kind("teaching-stuck", "teaching.learners", "/teaching/{course}/learners?show=stuck", "trainer"),
    Kind("teaching-work", "teaching.learners", "/teaching/{course}/learners?show=work&cohort={cohort}", "trainer"),
    Kind("teaching-learners-none", "teaching.learners", "/teaching/{by_code}/learners", "trainer"),
    Kind("teaching-learner", "teaching.learner", "/teaching/{course}/learners/{learner}", "trainer"),
    Kind("teaching-message", "teaching.message", "/teaching/{course}/learners/{learner}/message?about=stuck", "trainer"),
    Kind("teaching-time", "teaching.extensions", "/teaching/{states}/more-time", "admin"),
    Kind(
        "teaching-time-wrong",
        "teaching.extend",
        "/teaching/{states}/more-time",
        "admin",
        422,
        {"user_name": "nobody-here", "reason": "x", "until": "2026-01-01"},
        button="form.tk-form .tk-button",
    ),
    Kind("sign-in", "account.sign_in", "/sign-in"),
    Kind("sign-in-wrong", "account.sign_in", "/sign-in", status=422, send={"identifier": "nobody-here", "password": "wrong"}),
    Kind("sign-up", "account.sign_up", "/sign-up"),
    Kind("sign-up-wrong", "account.sign_up", "/sign-up", status=422, send={"user_name": "a", "password": "short", "phone": "12"}),
    Kind("recover", "account.recover", "/recover"),
    Kind("recover-wrong", "account.recover", "/recover", status=422, send={"email": ""}),
    Kind("recover-sent", "account.recover", "/recover", send={"email": "somebody@example.org"}),
    Kind("recover-link", "account.recover_by_link", "/recover/{recovery}"),
    Kind("recover-link-dead", "account.recover_by_link", "/recover/nonsense", status=422),
    Kind("recover-code", "account.recover_by_code", "/recover/code"),
    Kind(
        "recover-code-wrong",
        "account.recover_by_code",
        "/recover/code",
        status=422,
        send={"user_name": "nobody-here", "code": "2222-2222-2222", "new_password": "a", "again": "b"},
    ),
    Kind("profile", "account.profile", "/profile", "learner"),
    Kind("profile-wrong", "account.profile", "/profile", "learner", 422, {"phone": "12", "name_latin": "Амина"}),
    Kind("password", "account.password", "/profile/password", "learner"),
    Kind(
        "password-wrong",
        "account.password",
        "/profile/password",
        "learner",
        422,
        {"password": "no", "new_password": "a", "again": "b"},
    ),
    Kind("devices", "account.devices", "/profile/devices", "learner"),
    Kind("data", "account.data", "/profile/data", "learner"),
    Kind("erase", "account.erase", "/profile/erase", "graduate"),
    Kind("erase-wrong", "account.erase", "/profile/erase", "graduate", 422, {"password": "no"}),
    Kind("issue-code", "account.issue_code", "/people/{learner}/recovery-code", "admin"),
    Kind("issue-code-card", "account.issue_code", "/people/{learner}/recovery-code", "admin", send={}),
    Kind("people", "account.people", "/admin/people", "admin"),
    Kind("people-none", "account.people", "/admin/people?q=zzzz", "admin"),
    Kind("verify", "verify.form", "/verify"),
    Kind("verify-genuine", "verify.check", "/v/{genuine}"),
    Kind("verify-withdrawn", "verify.check", "/v/{withdrawn}"),
    Kind("verify-forged", "verify.check", "/v/{forged}"),
    Kind("verify-unknown", "verify.check", "/v/{unknown}", status=404),
    Kind("verify-slip", "verify.check", "/v/{slip}", status=404),
    Kind("verify-full", "verify.check", "/V/{full}"),
    Kind("verify-suspended", "verify.check", "/v/{suspended}"),
    Kind("verify-gone", "verify.check", "/v/{gone}"),
    Kind("verify-number", "verify.form", "/verify?code={number}"),
    Kind("verify-file", "verify.form", "/verify", send={"file": "{sealed}"}),
    Kind("verify-file-none", "verify.form", "/verify", status=422, send={}),
    Kind("verify-list", "verify.many", "/verify/list", send={"list": "{full}"}),
    Kind("verify-list-wrong", "verify.many", "/verify/list", status=422, send={"list": ""}),
    Kind("verify-embed", "verify.embed", "/embed/check"),
    Kind("verify-embed-answer", "verify.embed", "/embed/check?code={full}"),
    Kind("verify-offline", "verify.offline", "/offline-check/{tongue}"),
    Kind("certificates", "learn.certificates", "/certificates", "graduate"),
    Kind("certificates-ahead", "learn.certificates", "/certificates", "learner"),
    Kind("certificates-none", "learn.certificates", "/certificates", "newcomer"),
    Kind("certificate-card", "learn.card", "/certificates/{own}/card", "graduate"),
    Kind("certificate-share", "learn.share", "/certificates/{own}/share", "graduate"),
    Kind(
        "certificate-share-wrong",
        "learn.share",
        "/certificates/{own}/share",
        "graduate",
        422,
        {"last_day": "2020-01-01"},
        button="main form:has(#last_day) .tk-button",
    ),
    Kind("certificate-shared", "learn.shared", "/s/{shared}"),
    Kind("certificate-shared-gone", "learn.shared", "/s/nonsense", status=404),
    Kind("registry", "registry.index", "/registry", "coordinator"),
    Kind("registry-narrowed", "registry.index", "/registry?q=amina&kind=competence", "admin"),
    Kind("registry-none", "registry.index", "/registry?q=zzzz", "coordinator"),
    Kind("registry-entry", "registry.entry", "/registry/c/{own}", "coordinator"),
    Kind("registry-entry-waiting", "registry.entry", "/registry/c/{waiting}", "coordinator"),
    Kind("registry-entry-forged", "registry.entry", "/registry/c/{forged}", "admin"),
    Kind("registry-requests", "registry.waiting", "/registry/requests", "coordinator"),
    Kind("registry-import", "registry.bring_in", "/registry/import", "admin"),
    Kind("registry-import-wrong", "registry.bring_in", "/registry/import", "admin", 422, {}),
    Kind(
        "registry-import-report", "registry.bring_in", "/registry/import", "admin", send={"file": "{old_register}", "is_trial": "1"}
    ),
    Kind("studio", "studio.home", "/studio", "trainer"),
    Kind("studio-empty", "studio.home", "/studio", "newcomer"),
    Kind("studio-new", "studio.new", "/studio/new", "trainer"),
    Kind("studio-new-wrong", "studio.new", "/studio/new", "trainer", 422, {"title": ""}),
    Kind("studio-people", "studio.people", "/studio/{course}/people", "coordinator"),
    Kind("studio-people-empty", "studio.people", "/studio/{draft}/people", "trainer"),
    Kind(
        "studio-people-wrong",
        "studio.enrol_one",
        "/studio/{course}/people",
        "trainer",
        422,
        {"person": "a@b"},
        button="form[action$='/one'] .tk-button",
    ),
    Kind("studio-enrol-list", "studio.enrol_list", "/studio/{course}/people/list", "trainer"),
    Kind("studio-enrol-list-wrong", "studio.enrol_list", "/studio/{course}/people/list", "trainer", 422, {"text": ""}),
    Kind(
        "studio-enrol-report",
        "studio.enrol_list",
        "/studio/{course}/people/list",
        "trainer",
        send={"text": "Nom;Téléphone\nFatima Zahra;0612345679\n=1+1;\nفاطمة;"},
    ),
    Kind("studio-team", "studio.team", "/studio/{course}/team", "trainer"),
    Kind(
        "studio-team-wrong",
        "studio.add_member",
        "/studio/{course}/team",
        "trainer",
        422,
        {"person": "nobody-here"},
        button="form.tk-form .tk-button",
    ),
    Kind("studio-schedule", "studio.schedule", "/studio/{course}/settings/schedule", "trainer"),
    Kind(
        "studio-schedule-wrong",
        "studio.schedule",
        "/studio/{course}/settings/schedule",
        "trainer",
        422,
        {"opens": "2027-01-01T08:00", "ends": "2026-01-01T08:00"},
        button="form.tk-form .tk-button",
    ),
    Kind("studio-grading", "studio.grading", "/studio/{course}/settings/grading", "trainer"),
    Kind("studio-grading-none", "studio.grading", "/studio/{draft}/settings/grading", "trainer"),
    Kind(
        "studio-grading-wrong",
        "studio.grading",
        "/studio/{course}/settings/grading",
        "trainer",
        422,
        {"weight-0": "10"},
        button="form[data-grading] .tk-actions .tk-button",
    ),
    Kind("studio-rules", "studio.rules", "/studio/{course}/settings/papers", "trainer"),
    Kind("studio-enrolment", "studio.enrolment", "/studio/{by_code}/settings/enrolment", "trainer"),
    Kind("studio-import", "studio.bring_in", "/studio/import", "trainer"),
    Kind("studio-import-wrong", "studio.bring_in", "/studio/import", "trainer", 422, {}),
    Kind("studio-import-report", "studio.bring_in", "/studio/import", "trainer", send={"file": "{archive}", "dry_run": "y"}),
    Kind("studio-course", "studio.course", "/studio/{course}", "trainer"),
    Kind("studio-course-changed", "studio.course", "/studio/{by_code}", "trainer"),
    Kind("studio-course-draft", "studio.course", "/studio/{draft}", "trainer"),
    Kind("studio-outline-only", "studio.course", "/studio/{by_code}?only=changed", "trainer"),
    Kind("studio-outline-rename", "studio.course", "/studio/{course}?rename=vertical/unit-story", "trainer"),
    Kind("studio-outline-found", "studio.course", "/studio/{course}?q=membre", "trainer"),
    Kind("studio-place", "studio.place", "/studio/{course}/place/vertical/unit-story", "trainer"),
    Kind("studio-copy", "studio.copy", "/studio/{course}/copy/html/definition?to=course-v1%3ATakwin%2BDRAFT%2B2026", "trainer"),
    Kind("studio-libraries", "studio.libraries", "/studio/libraries", "admin"),
    Kind("studio-libraries-wrong", "studio.libraries", "/studio/libraries", "trainer", 422, {"title": ""}),
    Kind("studio-library", "studio.course", "/studio/{library}", "admin"),
    Kind("studio-draw", "studio.draw", "/studio/{drawing}/unit/{drawing_unit}/draw", "admin"),
    Kind("studio-bank", "studio.bank", "/studio/{drawing}/bank/{bank}", "admin"),
    Kind("studio-course-empty", "studio.course", "/studio/{empty}", "admin"),
    Kind("studio-history", "studio.history", "/studio/{by_code}/history", "trainer"),
    Kind("studio-publish", "studio.changes", "/studio/{by_code}/changes", "trainer"),
    Kind("studio-publish-first", "studio.changes", "/studio/{draft}/changes", "trainer"),
    Kind("studio-publish-nothing", "studio.changes", "/studio/{course}/changes", "trainer"),
    Kind("studio-see-change", "studio.see_change", "/studio/{by_code}/changes/html/framed", "trainer"),
    Kind("studio-difference", "studio.difference", "/studio/{by_code}/history/{newest_revision}/changes", "trainer"),
    Kind("studio-try", "studio.try_course", "/studio/{course}/try", "trainer"),
    Kind("studio-try-outline", "studio.try_outline", "/studio/{course}/try/draft...", "trainer"),
    Kind("studio-try-unit", "studio.try_unit", "/studio/{course}/try/draft.../unit/vertical/unit-principles-quiz", "trainer"),
    Kind("studio-try-framed", "studio.try_unit", "/studio/{by_code}/try/draft.../unit/vertical/framed", "trainer"),
    Kind("studio-try-not-open", "studio.try_unit", "/studio/{by_code}/try/draft.../unit/vertical/later", "trainer", 403),
    Kind("studio-as-of", "studio.as_of", "/studio/{by_code}/as-of", "trainer"),
    Kind("studio-as-of-unit", "studio.as_of_unit", "/studio/{by_code}/as-of/{published_revision}/unit/vertical/later", "trainer"),
    Kind("cohort-certificates", "learn.cohort_certificates", "/courses/{course}/cohorts/{cohort}/certificates", "admin"),
    Kind("studio-paper", "studio.paper", "/studio/{course}/certificate", "trainer"),
    Kind("studio-paper-admin", "studio.paper", "/studio/{course}/certificate", "admin"),
    Kind("studio-paper-wrong", "studio.paper", "/studio/{course}/certificate", "trainer", 422, {"hours_field": "many"}),
    Kind("studio-settings", "studio.settings", "/studio/{course}/settings", "trainer"),
    Kind("studio-unit", "studio.unit", "/studio/{course}/unit/vertical/unit-story", "trainer"),
    Kind("studio-unit-asks", "studio.unit", "/studio/{course}/unit/vertical/unit-story?at=0&move=html/forty-litres", "trainer"),
    Kind("studio-unit-empty", "studio.unit", "/studio/{draft}/unit/vertical/empty", "trainer"),
    Kind("studio-unit-states", "studio.unit", "/studio/{by_code}/unit/vertical/unknown", "trainer"),
    Kind("studio-block-html", "studio.block", "/studio/{course}/block/html/definition", "trainer"),
    Kind("studio-block-quiz", "studio.block", "/studio/{course}/block/coop_quiz/quiz-meaning", "trainer"),
    Kind("studio-block-words", "studio.block", "/studio/{course}/block/coop_quiz/quiz-meaning?language=ar", "trainer"),
    Kind("studio-block-clash", "studio.block", "/studio/{course}/block/html/values", "trainer"),
    Kind("studio-block-unknown", "studio.block", "/studio/{by_code}/block/mystery_game/what", "trainer"),
    Kind("studio-transcripts-none", "studio.transcripts", "/studio/{course}/transcripts/html/definition", "trainer", 404),
    Kind("studio-images", "studio.images", "/studio/{course}/images", "trainer"),
    Kind("studio-images-wrong", "studio.images", "/studio/{course}/images", "trainer", 422, {}),
    Kind("studio-images-empty", "studio.images", "/studio/{draft}/images", "trainer"),
    Kind("studio-image", "studio.image", "/studio/{course}/images/surplus.svg", "trainer"),
    Kind("studio-import-into", "studio.bring_into", "/studio/{course}/import", "trainer"),
    Kind("studio-export", "studio.export", "/studio/{course}/export", "trainer"),
    Kind("studio-checks", "studio.checks", "/studio/{course}/checks", "trainer"),
    Kind("studio-checks-found", "studio.checks", "/studio/{by_code}/checks", "trainer"),
    Kind("studio-languages", "studio.languages", "/studio/{course}/languages", "trainer"),
    Kind("studio-translate", "studio.translate", "/studio/{course}/translate/ar", "trainer"),
    Kind("studio-translate-left", "studio.translate", "/studio/{course}/translate/fr?show=left", "trainer"),
    Kind("no-such-page", "", "/nothing/here", status=404),
    Kind("no-such-page-mine", "", "/nothing/here", "learner", 404),
    Kind("not-yours", "learn.gradebook", "/courses/{course}/gradebook", "learner", 403),
    Kind("not-enrolled", "learn.unit", "/courses/{course}/unit/vertical/unit-story", "newcomer", 403),
)

NOT_PAGES: Mapping[str, str] = {
    "static": "a file",
    "site.source": "an archive",
    "learn.download_measurements": "a table for spreadsheets",
    "blocks.trial": "what stands in the frame of a page that is in the list",
    "blocks.trial_handler": "answers of blocks",
    "learn.jump": "leads on to a unit",
    "teaching.state": "JSON for the page's script",
    "teaching.gradebook_csv": "a table for spreadsheets",
    "teaching.gradebook_xlsx": "a table for spreadsheets",
    "learn.renew": "JSON for the page's script",
    "learn.queue_pass": "JSON for the script that sends what waits",
    "learn.work_worker": "a script",
    "studio.renew_frame": "JSON for the page's script",
    "studio.download": "an archive",
    "studio.working_copy": "JSON for the script that keeps what is typed",
    "studio.rows": "rows of the outline for its script",
    "studio.xliff_out": "a file for translation programmes",
    "studio.try_renew": "JSON for the page's script",
    "verify.pdf": "a PDF",
    "verify.record": "JSON",
    "verify.file": "a PDF, a badge, or JSON",
    "verify.offline_worker": "a script",
    "verify.offline_manifest": "JSON",
    "api.check": "JSON",
    "api.document": "JSON",
    "registry.export": "a table for spreadsheets",
    "learn.card_file": "a picture",
    "learn.file": "a photo, a recording or a document",
    "verify.did_document": "JSON",
    "verify.key_set": "JSON",
    "verify.profile": "JSON",
    "verify.trust": "JSON",
    "verify.log_head": "JSON",
    "verify.status_list": "JSON",
    "verify.root_certificates": "certificates for PDF readers",
    "verify.badge_picture": "a picture",
    "verify.credential_address": "leads on to the check",
    "studio.paper_picture": "a picture",
    "studio.image_file": "leads on to a file",
    "studio.paper_preview": "a PDF",
    "learn.batch_file": "an archive",
    "blocks.handler": "a block's answer",
    "blocks.draft_handler": "a block's answer",
    "blocks.resource": "a file",
    "blocks.platform": "a file",
    "blocks.asset": "a file",
}
"""Endpoints that can be opened but answer with no page of ours, each with what it gives instead."""


def open_as(context: BrowserContext, kind: Kind, town: Town, language: str, *, bare: str) -> tuple[Page, int]:
    """Open a page as whoever it is for, in a language; return it with its status, when it has come to rest."""
    site = bare if kind.host == "bare" else town.site
    context.clear_cookies()
    cookies = [{"name": "takwin_language", "value": language, "url": site}]
    if kind.who != "nobody":
        cookies.append({"name": "takwin", "value": town.cookies[kind.who, language], "url": site, "httpOnly": True})
    context.add_cookies(cookies)
    page = context.pages[0] if context.pages else context.new_page()
    address = address_of(kind, town, language)
    if kind.host in {"frame", "draft"}:
        where = f"courses/{town.facts['states']}" if kind.host == "frame" else f"studio/{town.facts['draft']}"
        page.goto(f"{site}/{where}/unit/vertical/framed")
        address = page.get_attribute("iframe.tk-frame", "src") or ""
    response = page.goto(address if "://" in address else f"{site}{address}")
    if kind.send is not None:
        response = _send(page, kind, town, language)
    assert response
    page.wait_for_load_state("load")
    return page, response.status


def address_of(kind: Kind, town: Town, language: str) -> str:
    """Return where a page is."""
    own = {name.removesuffix(f"_{language}"): value for name, value in town.facts.items() if name.endswith(f"_{language}")}
    return "" if kind.host in {"frame", "draft"} else kind.address.format(**town.facts, **own)


def _send(page: Page, kind: Kind, town: Town, language: str) -> Response | None:
    for name, value in (kind.send or {}).items():
        value = value.format(**town.facts)  # noqa: PLW2901 -- a name in braces stands for the fact
        control = page.locator(f"main [name='{name}']").first
        kind_of = control.get_attribute("type")
        if kind_of == "file":
            control.set_input_files(value)
        elif kind_of == "checkbox":
            control.check()
        else:
            control.evaluate("(one, value) => { one.value = value; }", value)
    page.locator(kind.button).first.evaluate("(button) => { button.form.noValidate = true; }")
    with page.expect_navigation() as gone:
        page.locator(kind.button).first.click()
    return gone.value
