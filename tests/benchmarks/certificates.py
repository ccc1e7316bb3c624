"""What a signed certificate costs when a cohort is printed: drawn one by one, and pressed.

On its own: `python -m tests.benchmarks.certificates [HOW_MANY]`.
"""

from __future__ import annotations

import datetime as dt
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import psutil

from takwin_certificates import codes, token
from takwin_certificates.fast import Press, press as pressing, printing
from takwin_certificates.fast.designs import Designs
from takwin_certificates.fast.signature import Signature
from takwin_certificates.fast.stand_ins import Holder
from takwin_certificates.keys.ring import KeyRing
from takwin_certificates.pdf import render_pdf
from takwin_certificates.record import Record, StatusPlace

TEMPLATE = "zellige-2"
MANY = 10_000
DRAWN = 5
ROUNDS = 5
LATIN = ("Amina", "Brahim", "Fatima-Ezzahra", "Khadija", "Mohammed", "Zineb", "El Idrissi", "Alaoui", "Aït Ouakrim", "Bennani")
ARABIC = ("أمينة", "إبراهيم", "فاطمة الزهراء", "خديجة", "محمد", "زينب", "الإدريسي", "العلوي", "أيت واكريم", "بناني")


def costs(folder: Path, *, many: int = MANY) -> dict[str, float]:
    """Return certificates a second and core (CPU time), the ratio to plain drawing, bytes, memory and each stage's ms."""
    drawn_at = random.Random(7)
    ring = KeyRing(folder, clock=lambda: dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    signer, key = ring.document(), ring.record()
    press = Press(Designs(), signer)

    paths = Counter[str]()

    def holder() -> Holder:
        record = _record(drawn_at)
        return Holder(record, f"{record.site}/verify/{record.code}", token.url(record.site, token.make(record, key)), bytes(2200))

    def pressed(each: Holder) -> int:
        result = press.press(each.record, qr_url=each.qr_url, attachment=each.attachment)
        paths[result.path] += 1  # a very wide code is drawn: one in some thousands
        return len(result.pdf)

    for _ in range(40):  # the plates and the typefaces
        pressed(holder())
    facts, fast, slow = {}, [], []
    for _ in range(ROUNDS):  # in turn, so that both meet the same neighbours on the machine
        some = [holder() for _ in range(40)]
        slow.append(_cpu_ms(lambda: [_drawn(holder()) for _ in range(DRAWN)]) / DRAWN)
        fast.append(_cpu_ms(lambda some=some: [pressed(each) for each in some]) / len(some))
    facts["pressed_ms"], facts["drawn_ms"] = statistics.median(fast), statistics.median(slow)
    facts["pressed_per_second"] = 1000 / facts["pressed_ms"]
    facts["pressed_ratio"] = facts["drawn_ms"] / facts["pressed_ms"]
    facts |= _stages(lambda: pressed(holder()))
    memory = psutil.Process().memory_info
    sizes = [pressed(holder()) for _ in range(max(many // 10, 1))]
    before = memory().rss
    sizes += [pressed(holder()) for _ in range(many - len(sizes))]
    facts["pressed_share"] = paths["fast"] / paths.total()
    facts["pressed_kib"] = statistics.mean(sizes) / 1024
    facts["pressed_growth_mb"] = (memory().rss - before) / 1e6
    facts["pressed_rss_mb"] = memory().rss / 1e6
    return facts


def _record(drawn_at: random.Random) -> Record:
    def name(words: tuple[str, ...]) -> str:
        return " ".join(drawn_at.sample(words, 3))

    signs = "".join(drawn_at.choices(codes.ALPHABET, k=codes.LENGTH - 1))
    return Record(
        template=TEMPLATE,
        code=codes.normalise(signs + codes._check_sign(signs)),
        titles={"fr": "Gouvernance des coopératives", "ar": "حكامة التعاونيات"},
        course_key="course-v1:Takwin+GOV+2026",
        award="course-v1:Takwin+GOV+2026#completion",
        subject=f"urn:uuid:{drawn_at.getrandbits(32):08x}-5b0f-4a55-9a3e-1f2f6f1f2a3b",
        status=StatusPlace(list=1, index=drawn_at.randrange(100_000)),
        issued_on=dt.date(2026, 8, 1),
        issued_at=dt.datetime(2026, 8, 1, 9, 30, drawn_at.randrange(60), tzinfo=dt.UTC),
        issuer="Fondation Takwin",
        language="fr",
        site="https://learn.example.org",
        name_latin=name(LATIN),
        name_arabic=name(ARABIC),
        number=f"MA-TOT-2026-{drawn_at.randrange(10**6):06}-7",
        place="Béni Mellal",
        hours=20,
    )


def _drawn(each: Holder) -> bytes:
    return render_pdf(each.record, verify_url=each.verify_url, qr_url=each.qr_url, attachment=each.attachment)


def _cpu_ms(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return 1000 * (time.process_time() - began)


def _stages(work: Callable[[], object], *, times: int = 200) -> dict[str, float]:
    """Return the ms of each stage: its functions are replaced by ones that look at the clock, which costs a little."""
    spent: dict[str, float] = {}
    stages = {
        "qr": [(pressing.qr, "modules"), (printing, "rectangles")],
        "shaping": [(printing, "line")],
        "fonts": [(printing, "embed")],
        "signature": [(Signature, "over")],
    }
    kept = [(owner, name, getattr(owner, name)) for places in stages.values() for owner, name in places]
    try:
        for stage, places in stages.items():
            for owner, name in places:
                setattr(owner, name, _timed(getattr(owner, name), stage, spent))
        for _ in range(times):
            work()
    finally:
        for owner, name, function in kept:
            setattr(owner, name, function)
    return {f"pressed_{stage}_ms": 1000 * seconds / times for stage, seconds in spent.items()}


def _timed(function: Callable[..., Any], stage: str, spent: dict[str, float]) -> Callable[..., Any]:
    @wraps(function)
    def timed(*args: Any, **named: Any) -> Any:
        began = time.process_time()
        try:
            return function(*args, **named)
        finally:
            spent[stage] = spent.get(stage, 0.0) + time.process_time() - began

    return timed


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="takwin-bench-") as place:
        for what, figure in costs(Path(place), many=int(sys.argv[1]) if len(sys.argv) > 1 else MANY).items():
            sys.stdout.write(f"{what:<24} {figure:10.3f}\n")
