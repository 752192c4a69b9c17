"""Images that templates show: ``<img src="images/logo.png">`` is a file below their folder.

In Markdown, ``![A logo](images/logo.png)`` shows it, too.

They travel with the email, each once, named by Content-ID (RFC 2392), so that nothing is fetched
and nobody learns that it was read. In a bundle they are texts like all files of it: base64.
"""

from __future__ import annotations

import re
from base64 import encodebytes
from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import sha256
from html import unescape
from pathlib import PurePosixPath
from urllib.parse import unquote

from worker.errors import TemplateError
from worker.render import markdown
from worker.render.composition import COMMENT, blanked, family

LARGEST = 100_000  # bytes of one image
HEAVIEST = 300_000  # bytes of all images of an email
_KINDS = {
    ".gif": ("gif", b"GIF8"),
    ".jpeg": ("jpeg", b"\xff\xd8\xff"),
    ".jpg": ("jpeg", b"\xff\xd8\xff"),
    ".png": ("png", b"\x89PNG\r\n\x1a\n"),
}
"""What mail programs show: the media subtype of each suffix, and how such a file begins."""
SUFFIXES = tuple(_KINDS)
_OTHERS = (*SUFFIXES, ".avif", ".bmp", ".heic", ".svg", ".tif", ".tiff", ".webp")

_IMG = re.compile(r"""<img\s(?:[^"'<>]|"[^"]*"|'[^']*'){0,4000}>""", re.IGNORECASE)
_SRC = re.compile(
    r"""(?P<name>\ssrc\s*=\s*)(?P<quote>["'])(?P<src>[^"']*)(?P=quote)""", re.IGNORECASE
)
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//|\{|$", re.IGNORECASE)


def is_image(path: str) -> bool:
    """Tell whether a file of a bundle is an image."""
    return path.endswith(SUFFIXES)


def missing(path: str) -> str:
    """Say that a template, or an image, that another names is not in the bundle."""
    if is_image(path):
        return f"there is no image {path!r}"
    if path.lower().endswith(_OTHERS):
        return f"{path!r} is no image that is sent: its name ends with {', '.join(SUFFIXES)}"
    return f"there is no template {path!r}"


def stored(raw: bytes, path: str) -> str:
    """Return an image as a bundle holds it; what is none, or too large, is a `TemplateError`."""
    kind, begins = _KINDS[PurePosixPath(path).suffix]
    if len(raw) > LARGEST:
        raise TemplateError(f"it has {len(raw):,} bytes; expected at most {LARGEST:,}", file=path)
    if not raw.startswith(begins):
        raise TemplateError(f"it is no {kind} image, as its name says", file=path)
    return encodebytes(raw).decode()


def named(source: str) -> Iterator[tuple[str, int]]:
    """Yield the image files that a template shows, with the line; what is elsewhere is not ours."""
    yield from _in_markdown(source)
    if not _may_show(source):
        return
    masked = COMMENT.sub(blanked, source)
    for tag in _IMG.finditer(masked):
        src = _SRC.search(tag.group())
        if src is not None and _is_ours(src["src"]):
            yield _path(src["src"]), masked.count("\n", 0, tag.start()) + 1


def embedded(source: str) -> str:
    """Return a template that names its images as the email will: by Content-ID."""
    if not _may_show(source):
        return source
    return _IMG.sub(lambda tag: _SRC.sub(_by_id, tag.group()), source)


def shown(html: str, files: Mapping[str, str]) -> str:
    """Return the HTML of an email with its images in it, as a page that stands alone."""
    for path, text in files.items():
        if is_image(path) and (told := f"cid:{content_id(path)}") in html:
            data = "".join(text.split())
            html = html.replace(told, f"data:image/{_kind(path)};base64,{data}")
    return html


def of_email(files: Mapping[str, str], template: str) -> dict[str, bytes]:
    """Return the images that a template, and what it is made of, may show, as parts of a mail.

    They are by their Content-IDs. One that is missing, or too many bytes, is a `TemplateError`.
    """
    found: dict[str, bytes] = {}
    for path, source in family(files, template).items():
        for name, line in named(source):
            if name not in files:
                raise TemplateError(missing(name), file=path, line=line)
            found[content_id(name)] = _part(name, files[name])
    if (size := sum(map(len, found.values()))) > HEAVIEST * 4 // 3:
        problem = f"its images have about {size * 3 // 4:,} bytes; expected at most {HEAVIEST:,}"
        raise TemplateError(problem, file=template)
    return found


@lru_cache(maxsize=1024)
def content_id(path: str) -> str:
    """Return the Content-ID of an image, without brackets: always the same for the same file."""
    return f"{sha256(path.encode()).hexdigest()[:24]}@images.nurture.invalid"


def _may_show(source: str) -> bool:
    """Tell at little cost of most templates that they show no image."""
    return "<img" in source.lower()


def _in_markdown(source: str) -> Iterator[tuple[str, int]]:
    return ((_path(src), line) for src, line in markdown.images(source) if _is_ours(unquote(src)))


def _path(src: str) -> str:
    """Return the path of a file as it is; in HTML, signs of it may be written by their codes."""
    return unquote(unescape(src))


def _is_ours(src: str) -> bool:
    return _ELSEWHERE.match(src.strip()) is None


def _by_id(src: re.Match[str]) -> str:
    if not _is_ours(src["src"]):
        return src.group()
    quote = src["quote"]
    return f"{src['name']}{quote}cid:{content_id(_path(src['src']))}{quote}"


@lru_cache(maxsize=64)  # the emails of a bundle show the same few
def _part(path: str, text: str) -> bytes:
    head = (
        f"Content-Type: image/{_kind(path)}\r\nContent-Transfer-Encoding: base64\r\n"
        f"Content-ID: <{content_id(path)}>\r\nContent-Disposition: inline\r\n\r\n"
    )
    return (head + text.replace("\n", "\r\n")).encode()


def _kind(path: str) -> str:
    return _KINDS[PurePosixPath(path).suffix][0]
