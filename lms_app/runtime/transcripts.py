"""The `video_config` service: a video's transcripts, read from the course's files."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from lms_app.runtime.links import asset_names
from lms_app.runtime.ports import Content

MIME: Final = {
    "srt": "application/x-subrip; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "sjson": "application/json",
}
_CUE: Final = re.compile(
    r"(?P<begin>(?<![\d:])[\d:]+[,.]\d+)\s*-->\s*(?P<end>[\d:]+[,.]\d+)[^\n]*\n(?P<text>.*?)(?=\n\s*\n|\Z)", re.DOTALL
)


class VideoConfig:
    """Transcripts from files; no sharing, no YouTube blocking, no streaming server."""

    def __init__(self, content: Content) -> None:
        self._content = content

    def get_transcript(
        self,
        video_block: Any,
        lang: str | None = None,
        output_format: str = "srt",
        youtube_id: str | None = None,
        is_bumper: bool = False,  # noqa: FBT001, FBT002 -- the service's signature
    ) -> tuple[str, str, str]:
        """Return text, file name and media type of a transcript; raise the block's own error when there is none."""
        info = video_block.get_transcripts_info(is_bumper)
        language = lang or video_block.get_default_transcript_language(info)
        for path in _files(info, language, youtube_id):
            found = next((name for name in asset_names(path) if self._content.has_asset(name)), None)
            content = self._content.asset(found) if found else None
            if content is not None:
                cues = _read(path, content.decode("utf-8-sig", errors="replace"))
                name = path.rsplit("/", 1)[-1].split(".", 1)[0]
                return _WRITERS[output_format](cues), f"{name}.{output_format}", MIME[output_format]
        raise _not_found()(f"no transcript in {language!r}")

    def available_translations(
        self,
        video_block: Any,  # noqa: ARG002 -- the service's signature
        transcripts: Mapping[str, Any],
        verify_assets: bool | None = None,  # noqa: FBT001
        is_bumper: bool = False,  # noqa: ARG002, FBT001, FBT002
    ) -> list[str]:
        """Return the languages in which there is a transcript."""
        languages = list(transcripts["transcripts"])
        if transcripts["sub"]:
            languages.append("en")
        if verify_assets is False:
            return languages
        return [language for language in dict.fromkeys(languages) if self._is_there(transcripts, language)]

    def _is_there(self, transcripts: Mapping[str, Any], language: str) -> bool:
        return any(self._content.has_asset(name) for path in _files(transcripts, language, None) for name in asset_names(path))

    def is_hls_playback_enabled(self, course_id: Any) -> bool:  # noqa: ARG002
        """Tell that videos may come as HLS streams."""
        return True

    def is_youtube_deprecated(self, course_id: Any) -> bool:  # noqa: ARG002
        """Tell that YouTube is shown where the author chose it."""
        return False

    def is_youtube_blocked_for_course(self, course_id: Any) -> bool:  # noqa: ARG002
        """Tell that YouTube is not blocked."""
        return False

    def is_transcript_feedback_enabled(self, course_id: Any) -> bool:  # noqa: ARG002
        """Tell that nobody collects feedback on transcripts."""
        return False

    def get_public_sharing_context(self, video_block: Any, course_key: Any) -> dict[str, Any]:  # noqa: ARG002
        """Return nothing: videos are not shared with the public."""
        return {}

    def get_public_video_url(self, video_block: Any) -> str:  # noqa: ARG002
        """Return no address: videos are not shared with the public."""
        return ""


def _not_found() -> type[Exception]:
    from xblocks_contrib.video.exceptions import TranscriptNotFoundError  # noqa: PLC0415 -- slow import

    found: type[Exception] = TranscriptNotFoundError
    return found


def _files(info: Mapping[str, Any], language: str, youtube_id: str | None) -> list[str]:
    """Return the names that a transcript's file may have, by Open edX's naming."""
    named = info["transcripts"].get(language)
    prefix = "" if language == "en" else f"{language}_"
    subs = [f"{prefix}subs_{name}.srt.sjson" for name in (youtube_id, info["sub"]) if name]
    return ([named, f"{prefix}subs_{named}.srt.sjson"] if named else []) + subs


Cue = tuple[int, int, str]
"""Begin and end in milliseconds, and the words."""


def _read(path: str, text: str) -> list[Cue]:
    if path.endswith(".sjson"):
        told = json.loads(text)
        return list(zip(told["start"], told["end"], told["text"], strict=False))
    normal = text.replace("\r\n", "\n").replace("\r", "\n")
    return [(_milliseconds(cue["begin"]), _milliseconds(cue["end"]), cue["text"].strip()) for cue in _CUE.finditer(normal)]


_SPOKEN: Final = 2.5
"""Words that a narrator says in a second."""


def as_srt(text: str) -> tuple[str, bool]:
    """Return a transcript as SRT, and whether it came with its times; '' when it has no words.

    Takes SRT and WebVTT; the lines of another text follow each other at the pace of speech.
    """
    cues = [cue for cue in _read("", text) if cue[2]]
    if cues or "-->" in text:
        return _as_srt(cues), True
    begin = 0
    for line in (line.strip() for line in text.splitlines()):
        if line:
            end = begin + max(1000, int(len(line.split()) / _SPOKEN * 1000))
            cues.append((begin, end, line))
            begin = end
    return _as_srt(cues), False


def _milliseconds(clock: str) -> int:
    whole, _, part = clock.replace(".", ",").partition(",")
    seconds = 0
    for figure in whole.split(":"):
        seconds = seconds * 60 + int(figure or 0)
    return seconds * 1000 + int(part.ljust(3, "0")[:3] or 0)


def _clock(milliseconds: int) -> str:
    seconds, part = divmod(int(milliseconds), 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02},{part:03}"


def _as_srt(cues: list[Cue]) -> str:
    return "\n".join(f"{n}\n{_clock(begin)} --> {_clock(end)}\n{text}\n" for n, (begin, end, text) in enumerate(cues, 1))


def _as_text(cues: list[Cue]) -> str:
    return "\n".join(text for _, _, text in cues)


def _as_sjson(cues: list[Cue]) -> str:
    return json.dumps({"start": [cue[0] for cue in cues], "end": [cue[1] for cue in cues], "text": [cue[2] for cue in cues]})


_WRITERS: Final = {"srt": _as_srt, "txt": _as_text, "sjson": _as_sjson}
