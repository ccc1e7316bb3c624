"""The images and files of a course: sending them, finding them, replacing them, and seeing where each is used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import quote

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from lms_app.domain.errors import Conflict, Invalid, Unavailable
from lms_app.services.authoring import drafts, images as files, pictures
from lms_app.services.authoring.images import FileFacts, KeptFile
from lms_app.services.authoring.pictures import Prepared, Upload
from lms_app.web.access import asked_course
from lms_app.web.context import actor, end_reading, now, takwin
from lms_app.web.studio.frame import frame
from lms_app.web.words import words_of

_ON_A_PAGE: Final = 48
_MOST_AT_ONCE: Final = 20
_MOST_TO_CHOOSE: Final = 200
SIZES: Final = "(max-width: 30rem) 60vw, (max-width: 45rem) 92vw, 42rem"
"""How wide a picture stands in a text. On a phone less is said than is true: there 480 pixels look well, and arrive."""
_UNITS: Final = (("MB", 1024 * 1024), ("KB", 1024))


@dataclass(frozen=True)
class Page:
    """One page of a list."""

    items: list[FileFacts]
    number: int
    count: int


def images(course_key: str) -> Response | str | tuple[str, int]:
    """Show all files of the course, or the pictures to choose from; take in what is sent."""
    return _take() if request.method == "POST" else _show()


def image(course_key: str, name: str) -> Response | str | tuple[str, int]:
    """Show one file: what it is, where it is used; replace it, or take it out."""
    if request.method != "POST":
        return _show_one(name)
    try:
        if request.form.get("do") == "remove":
            _remove(name)
            return redirect(url_for("studio.images", course_key=asked_course().key), 303)
        _replace(name)
    except (Invalid, Conflict, Unavailable) as error:
        return _show_one(name, wrong=words_of(error)), 409 if isinstance(error, Conflict) else 422
    return redirect(url_for("studio.image", course_key=asked_course().key, name=name), 303)


def image_file(course_key: str, name: str) -> Response:
    """Lead to a file of the draft by its name in the course: what a text is written with, before it is published."""
    with takwin().reading() as session:
        asset = files.asset_of(session, drafts.open_draft(session, asked_course().key), name)
    return redirect(_address(asset.sha256, name), 302)


def _show(*, wrong: tuple[str, ...] = ()) -> str:
    with takwin().reading() as session:
        draft = drafts.open_draft(session, asked_course().key)
        found = files.files_of(session, draft)
        around = frame("images", draft)
    if request.args.get("picker"):
        chosen = [one for one in found if one.is_picture][:_MOST_TO_CHOOSE]
        return render_template(
            "studio/_image_picker.html", pictures=[(one, _picture(one)) for one in chosen], key=asked_course().key, address=_address
        )
    wanted = request.args.get("q", "").strip()
    kind = request.args.get("kind", "")
    shown = [one for one in found if wanted.casefold() in one.path.casefold() and kind in {"", _kind(one)}]
    page = _page(shown)
    return render_template(
        "studio/images.html",
        **around,
        page=page,
        wanted=wanted,
        kind=kind,
        counts={name: sum(_kind(one) == name for one in found) for name in ("images", "files")},
        total=_amount(sum(one.size for one in found)),
        wrong=wrong,
        address=_address,
        amount=_amount,
        accepted=",".join(f".{one}" for one in (*sorted(pictures.PICTURES - {"bmp", "tif", "tiff"}), *pictures.TAKEN)),
    )


def _page(shown: list[FileFacts]) -> Page:
    count = max(1, -(-len(shown) // _ON_A_PAGE))
    asked = request.args.get("page", "1")
    number = min(max(int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 5 else 1, 1), count)  # noqa: PLR2004
    return Page(shown[(number - 1) * _ON_A_PAGE : number * _ON_A_PAGE], number, count)


def _kind(one: FileFacts) -> str:
    return "images" if one.is_picture else "files"


def _take() -> Response | str | tuple[str, int]:
    """Take in every file that can be taken; what can't is named with its reason, and stops none of the others."""
    wants_json = request.accept_mimetypes.best == "application/json"
    sent = [one for one in request.files.getlist("file") if one.filename][:_MOST_AT_ONCE]
    wrong: list[str] = [] if sent else [gettext("Please choose a file first.")]
    kept: list[tuple[KeptFile, Prepared]] = []
    for one in sent:
        try:
            kept.append(_keep(one))
        except (Invalid, Unavailable) as error:
            wrong.append(f"\N{FIRST STRONG ISOLATE}{_shown_name(one)}\N{POP DIRECTIONAL ISOLATE} – {words_of(error)}")
    if wants_json:
        answer = jsonify(error=" ".join(wrong)) if wrong else jsonify(_sent(kept[0][0]))
        answer.status_code = 422 if wrong else 200
        return answer
    for told, read in kept:
        _tell(told, read)
    if wrong:
        return _show(wrong=tuple(wrong)), 422
    return redirect(url_for("studio.images", course_key=asked_course().key), 303)


def _keep(sent: FileStorage) -> tuple[KeptFile, Prepared]:
    read = _read(sent)
    with takwin().transaction() as session:
        message = gettext("Added the file “%(name)s”", name=read.files[0].path)[:500]
        return files.keep_file(session, actor(), asked_course().key, read, message=message, now=now()), read


def _read(sent: FileStorage, *, replacing: str = "") -> Prepared:
    """Read an upload: what is large was streamed to the disk, and nothing is held while a picture is drawn."""
    end_reading()
    size = sent.stream.seek(0, 2)
    sent.stream.seek(0)
    upload = Upload(sent.filename or "", cast("Any", sent.stream), size)
    return pictures.prepare(upload, room=takwin().pictures, blobs=takwin().blobs, replacing=replacing)


def _tell(told: KeptFile, read: Prepared) -> None:
    if told.revision is None:
        flash(gettext("“%(name)s” was here already.", name=told.path), "info")
    else:
        flash(gettext("“%(name)s” is in the draft.", name=told.path), "success")
    if read.moved:
        flash(gettext("“%(name)s” moved: only its beginning was kept, since readers can't stop it.", name=told.path), "info")


def _shown_name(sent: FileStorage) -> str:
    return ".".join(filter(None, pictures.safe_name(sent.filename or "")))


def _show_one(name: str, *, wrong: str = "") -> str:
    with takwin().reading() as session:
        draft = drafts.open_draft(session, asked_course().key)
        one = files.find_file(session, draft, name)
        around = frame("images", draft)
    return render_template(
        "studio/image.html",
        **around,
        one=one,
        wrong=wrong,
        address=_address,
        amount=_amount,
        units={use.block: _way(use, draft) for use in one.uses},
    )


def _way(use: files.Use, draft: drafts.Draft) -> str:
    if use.block is None:
        return ""
    return url_for("studio.block", course_key=draft.course.key, block=use.block)


def _replace(name: str) -> None:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise Invalid("required", field="file")
    language = request.form.get("language", "")
    read = _read(sent, replacing=name)
    with takwin().transaction() as session:
        files.replace_file(
            session,
            actor(),
            asked_course().key,
            name,
            read,
            message=gettext("Replaced the file “%(name)s”", name=name)[:500],
            now=now(),
            language=language,
        )
    flash(gettext("Replaced in the draft, wherever it is used."), "success")


def _remove(name: str) -> None:
    with takwin().transaction() as session:
        files.remove_file(
            session,
            actor(),
            asked_course().key,
            name,
            even_if_used=bool(request.form.get("even_if_used")),
            message=gettext("Took the file “%(name)s” out", name=name)[:500],
            now=now(),
        )
    flash(gettext("Taken out of the draft. The history brings it back."), "success")


def _sent(kept: KeptFile) -> dict[str, Any]:
    """Return what a text needs of a picture that was just sent."""
    main = kept.files[0]
    if not main.width:
        return {"name": kept.path, "src": f"/static/{kept.path}", "url": _address(main.sha256, main.path)}
    sizes = [[one.width, f"/static/{one.path}"] for one in reversed(kept.files[1:])]
    return {
        "name": kept.path,
        "src": f"/static/{kept.path}",
        "url": _address(main.sha256, main.path),
        "width": main.width,
        "height": main.height,
        "smaller": sizes,
        "sizes": SIZES,
    }


def _picture(one: FileFacts) -> dict[str, Any]:
    """Return what a text needs of a picture of the course; its own size the browser knows once it is shown."""
    return {
        "name": one.path,
        "src": f"/static/{one.path}",
        "url": _address(one.sha256, one.path),
        "smaller": [[width, f"/static/{name}"] for width, name in one.sizes],
        "sizes": SIZES,
    }


def _address(sha256: str, name: str) -> str:
    return f"{takwin().settings.blocks_origin or ''}/asset/{sha256}/{quote(name.rsplit('/', 1)[-1])}"


def _amount(size: int) -> str:
    """Return a file's size as people say it."""
    for unit, many in _UNITS:
        if size >= many:
            return f"{size / many:.1f} {unit}"
    return "1 KB"


def install(pages: Blueprint) -> None:
    """Add these pages to the blueprint."""
    pages.add_url_rule("/<course_key>/images", view_func=images, methods=["GET", "POST"])
    pages.add_url_rule("/<course_key>/images/<path:name>", view_func=image, methods=["GET", "POST"])
    pages.add_url_rule("/<course_key>/files/<path:name>", view_func=image_file)
