"""The page that checks without a network, in a real browser whose network is cut; and its reading of tokens, beside Python's."""

from __future__ import annotations

import gzip
import json
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from lms_app.domain.actors import ANONYMOUS
from lms_app.services.credentials import publishing, revoking
from lms_app.services.credentials.checking import sealed_record
from lms_app.storage.transaction import transaction
from takwin_certificates import trust_file
from tests.certified import Issued, issue
from tests.live import PATIENCE, Live, serving

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "tests/certificates/vectors/token.json"
LARGEST = 60 * 1024
"""Compressed, everything that a telephone keeps."""
READ = """
import { readFileSync } from "node:fs";
import { readToken, signerOf } from "./lms_app/web/static/src/verify/token.js";
const vectors = JSON.parse(readFileSync(process.argv[1], "utf8"));
const keys = [{ id: vectors.key.id, purpose: "record" }];
const read = async (text) => {
  try {
    const { hint, code, kind, language, issuedOn, validUntil, status, title, name, ...rest } = readToken(text);
    const signer = await signerOf({ hint, ...rest }, keys);
    return { key_hint: hint, code, kind, language, issued_on: issuedOn, valid_until: validUntil, status, title, name, by: signer.id };
  } catch (error) {
    if (!error.fault) throw error;
    return error.fault;
  }
};
const answers = { genuine: [], refused: [] };
for (const each of vectors.genuine) answers.genuine.push(await read(each.url));
for (const each of vectors.refused) answers.refused.push(await read(each.text));
console.log(JSON.stringify(answers));
"""
ANSWERS = ROOT / "tests/certificates/vectors/answers.json"
ANSWER = """
import { readFileSync } from "node:fs";
import { answerTo } from "./lms_app/web/static/src/verify/judge.js";
import { readTrust } from "./lms_app/web/static/src/verify/trust.js";
const vectors = JSON.parse(readFileSync(process.argv[1], "utf8"));
const now = Date.parse(vectors.now);
const trust = await readTrust(vectors.trust, null, now);
const answers = { cases: [], trust_files: [], unknownSince: {} };
for (const each of vectors.cases) {
  const { genuine, valid, reasons, unknownSince } = await answerTo(each.text, trust, Date.parse(each.now));
  answers.cases.push({ genuine, valid, reasons });
  if (valid === "unknown" && unknownSince) answers.unknownSince[each.what] = new Date(unknownSince).toISOString().slice(0, 10);
}
for (const each of vectors.trust_files) {
  answers.trust_files.push(await readTrust(each.text, trust, now).then(() => "", (error) => error.fault));
}
console.log(JSON.stringify(answers));
"""


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with serving(tmp_path_factory.mktemp("issuer")) as live:
        yield live


@pytest.fixture
def telephone(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="fr-FR", reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def issued(issuer: Live) -> Callable[..., Issued]:
    person = issuer.people.person()
    return lambda **facts: issue(issuer.parts, person, **facts)


def address(live: Live, token: str) -> str:
    return f"{live.site}/V/{token}".upper()


def installed(telephone: BrowserContext, live: Live, language: str = "fr") -> Page:
    page = telephone.new_page()
    page.goto(f"{live.site}/offline-check/{language}")
    page.locator("[data-ready]").wait_for()
    expect(page.locator("[data-known][data-tone=ok]")).to_have_count(1)
    return page


def answer(page: Page, said: str) -> tuple[str, str]:
    """Paste something, and return tone and text of the answer."""
    page.evaluate("document.querySelector('[data-answer]').replaceChildren()")
    page.fill("#said", said)
    page.click("[data-ask] button[type=submit]")
    shown = page.locator(".vf-answer")
    return shown.get_attribute("data-tone") or "", shown.inner_text()


def answered_with(text: str, route: Route) -> None:
    route.fulfill(body=text, content_type="application/json")


def test_javascript_reads_the_same_tokens_as_python_and_names_the_same_faults() -> None:
    made = subprocess.run(
        ["node", "--input-type=module", "--eval", READ, str(VECTORS)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    answers, vectors = json.loads(made.stdout), json.loads(VECTORS.read_text("utf-8"))
    assert answers["genuine"] == [{**each["facts"], "by": vectors["key"]["id"]} for each in vectors["genuine"]]
    assert {each["what"]: found for each, found in zip(vectors["refused"], answers["refused"], strict=True)} == {
        each["what"]: each["fault"] for each in vectors["refused"]
    }


def test_javascript_gives_the_same_answers_as_python() -> None:
    """What is not known is never said to count: no place in a list, no list, a list that is past its time."""
    made = subprocess.run(
        ["node", "--input-type=module", "--eval", ANSWER, str(ANSWERS)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    answers, vectors = json.loads(made.stdout), json.loads(ANSWERS.read_text("utf-8"))
    assert {each["what"]: found for each, found in zip(vectors["cases"], answers["cases"], strict=True)} == {
        each["what"]: {name: each[name] for name in ("genuine", "valid", "reasons")} for each in vectors["cases"]
    }
    assert answers["trust_files"] == [each["fault"] for each in vectors["trust_files"]]
    assert answers["unknownSince"] == {f"{kind}, its list is past its time": "2026-11-29" for kind in ("sealed record", "token")}


def test_qr_codes_and_records_are_checked_with_the_network_cut(
    issuer: Live, telephone: BrowserContext, issued: Callable[..., Issued]
) -> None:
    now = issuer.parts.clock()
    good, withdrawn = issued(), issued(columns={"revoked_at": now, "revoked_reason": "an error"})
    halted = issued(columns={"suspended_at": now, "suspended_reason": "being looked into"})
    short = issued(valid_until=(now + timedelta(days=2)).date())
    page = installed(telephone, issuer)

    telephone.set_offline(offline=True)
    page.goto(f"{issuer.site}/offline-check/fr")
    expect(page.locator("[data-known][data-tone=ok]")).to_have_count(1)
    tone, text = answer(page, address(issuer, good.token))
    facts = (good.record.name_latin, good.record.title, good.code, "Takwin")
    assert (tone, [fact for fact in facts if fact not in text]) == ("ok", [])
    tones = [answer(page, address(issuer, each.token))[0] for each in (withdrawn, halted, short)]
    assert tones == ["bad", "warn", "ok"]

    changed = good.token[:60] + ("A" if good.token[60] != "A" else "B") + good.token[61:]
    assert [answer(page, said)[0] for said in (changed, good.token[:-1], "HTTPS://EXAMPLE.ORG")] == ["bad", "ask", "ask"]
    with transaction(issuer.parts.sessions, writes=False) as session:
        sealed = sealed_record(session, good.code).decode()
    assert answer(page, sealed)[0] == "ok"
    assert answer(page, sealed.replace("Amina", "Anissa"))[0] == "bad"

    telephone.clock.set_fixed_time(now + timedelta(days=9))
    page.goto(f"{issuer.site}/offline-check/ar")
    expect(page.locator("[data-known][data-tone=warn]")).to_have_count(1)  # it says how old its knowledge is
    assert answer(page, short.token)[0] == "warn"
    assert page.get_attribute("html", "dir") == "rtl"
    tone, text = answer(page, good.token)  # its list is past its time: it may have been withdrawn since
    assert (tone, "غير معروف" in text) == ("warn", True)


def test_older_knowledge_than_one_has_and_that_of_a_later_day_are_refused(
    issuer: Live, telephone: BrowserContext, issued: Callable[..., Issued]
) -> None:
    later_withdrawn = issued()
    here, now = issuer.parts, issuer.parts.clock()
    site = {"site": issuer.site, "issuer": here.issuer.name}
    with transaction(here.sessions) as session:
        before = publishing.trust_of(session, **site, keys=here.keys, now=now)
        revoking.revoke(session, ANONYMOUS, later_withdrawn.code, reason="an error", now=now)
    old = trust_file.publish(before, here.keys.record(), now=now - timedelta(hours=1)).decode()
    ahead = trust_file.publish(before, here.keys.record(), now=now + timedelta(days=9000)).decode()
    page = installed(telephone, issuer)
    known = page.locator("[data-as-of]").text_content()

    parsed = json.loads(old)
    made_up = json.dumps({**parsed, "trust": {**parsed["trust"], "as_of": "2030-01-01T00:00:00Z"}})
    for offered, fault in ((old, "rolled_back"), (made_up, "wrong_signature"), (ahead, "from_the_future")):
        telephone.route("**/takwin-trust.json", partial(answered_with, offered))
        page.click("[data-update]")
        page.locator(f"[data-state][data-fault={fault}]").wait_for()
        telephone.unroute("**/takwin-trust.json")
    assert page.locator("[data-as-of]").text_content() == known
    assert answer(page, later_withdrawn.token)[0] == "bad"


def test_all_that_a_telephone_keeps_is_small(issuer: Live, telephone: BrowserContext) -> None:
    worker = telephone.request.get(f"{issuer.site}/offline-check/worker.js").text()
    kept = json.loads(worker.partition("self.KEPT = ")[2].partition(";\n")[0])
    files = {place: telephone.request.get(f"{issuer.site}{place}").body() for place in kept}
    assert len(files) == len(kept)
    assert sum(len(gzip.compress(each, 9)) for each in (*files.values(), worker.encode())) <= LARGEST
