"""Images below the templates: they travel with the email that shows them, and with its bundle."""

from __future__ import annotations

import struct
import zlib
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.unit.render.parts import ADA, HEADER, SETTING, STRANGER, WELCOME, bundle
from worker.core.facts import Lead
from worker.errors import TemplateError
from worker.render import images
from worker.render.bundle import Bundle, load
from worker.render.context import context
from worker.render.email import Renderer
from worker.render.images import content_id, embedded, named, shown, stored
from worker.render.inspect import check, names
from worker.render.reach import reached

LOGO, ROOM = "images/logo.png", "images/room.gif"


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\0\0"))
    + _chunk(b"IEND", b"")
)
GIF = b"GIF89a" + bytes(100)
SHOWN = f'<img src="{LOGO}" alt="Felt" width="40">'
FOR_FIRMS = f"{{% if lead.company %}}<img alt=\"A room\" src='{ROOM}'>{{% endif %}}"


def project(body: str) -> Bundle:
    email = WELCOME.replace("<p class", f"{body}\n<p class")
    files = bundle(welcome=email).files
    return Bundle({**files, LOGO: stored(PNG, LOGO), ROOM: stored(GIF, ROOM)})


def sent(files: Bundle, lead: Lead = ADA) -> EmailMessage:
    raw = Renderer(files).render("welcome.html", context(lead, SETTING), HEADER).raw
    found = message_from_bytes(raw, policy=policy.default)
    assert isinstance(found, EmailMessage)
    assert not found.defects
    return found


def test_an_image_goes_along_and_the_html_names_it() -> None:
    mail = sent(project(SHOWN + FOR_FIRMS))
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "image/gif",
    ]
    html, png, gif = list(mail.walk())[3:]
    assert (png.get_content(), gif.get_content()) == (PNG, GIF)
    for part, path in ((png, LOGO), (gif, ROOM)):
        assert part["Content-ID"] == f"<{content_id(path)}>"
        assert f"cid:{content_id(path)}" in html.get_content()


def test_an_image_that_a_lead_does_not_get_to_see_does_not_go_along() -> None:
    kinds = [part.get_content_type() for part in sent(project(SHOWN + FOR_FIRMS), STRANGER).walk()]
    assert kinds[-1] == "image/png"
    assert [part.get_content_type() for part in sent(project("")).walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


@pytest.mark.parametrize("path", ["images/logo.svg", "images/LOGO.PNG"])
def test_an_image_of_another_kind_is_told_what_kinds_there_are(path: str) -> None:
    [finding] = check(project(f'<img src="{path}" alt="">'))
    told = f"{path!r} is no image that is sent: its name ends with .gif, .jpeg, .jpg, .png"
    assert finding.reason.startswith(told)


def test_a_launch_takes_the_images_that_its_emails_show() -> None:
    files = project(SHOWN)
    assert reached(files.files, "welcome.html") == {"welcome.html", "layout.html", LOGO}
    assert "lead.company" in names(files, "welcome.html")
    assert check(files) == []


def test_an_image_that_is_missing_is_named_with_its_line() -> None:
    files = project('\n<img src="images/lego.png" alt="">')
    [finding] = check(files)
    line = files.text("welcome.html").splitlines().index('<img src="images/lego.png" alt="">') + 1
    told = f"welcome.html:{line}: there is no image 'images/lego.png'; did you mean {LOGO!r}?"
    assert str(finding) == told
    with pytest.raises(TemplateError, match="there is no image"):
        sent(files)
    with pytest.raises(TemplateError, match="there is no image"):
        reached(files.files, "welcome.html")


@pytest.mark.parametrize(
    "tag",
    [
        '<img src="https://felt.example/logo.png" alt="">',
        '<img src="//felt.example/logo.png" alt="">',
        '<img src="{{ lead.picture }}" alt="">',
        '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" alt="">',
        '<img alt="">',
    ],
)
def test_an_image_that_is_elsewhere_is_left_alone(tag: str) -> None:
    assert list(named(tag)) == []
    assert embedded(tag) == tag


PROSE = """{{% filter markdown %}}
    Good day, {{{{ lead.name or 'you' }}}}:
    {{% if lead.company %}}

    | a room |
    | --- |
    | ![Of *felt*]({room} "Quiet") |
    {{% endif %}}

    > a quote
    > with ![{{{{ lead.name or 'you' }}}}][logo]

    Not `![this](code.png)`, and not ![that](https://felt.example/x.png).

    [logo]: <{logo}>
{{% endfilter %}}"""


def test_an_image_in_markdown_goes_along_too() -> None:
    files = project(PROSE.format(logo=LOGO, room=ROOM))
    assert check(files) == []
    assert {LOGO, ROOM} < reached(files.files, "welcome.html")
    mail = sent(files)
    assert [part.get_content_type() for part in mail.walk()][3:] == [
        "text/html",
        "image/gif",
        "image/png",
    ]
    html = list(mail.walk())[3].get_content()
    for path in (LOGO, ROOM):
        assert f'src="cid:{content_id(path)}"' in html
    assert html.count('<img style="max-width: 100%; height: auto" ') == html.count("<img ") == 3
    assert "![this](code.png)" in html
    assert [part.get_content_type() for part in sent(files, STRANGER).walk()][-1] == "image/png"


def test_an_image_in_markdown_that_is_missing_is_named_with_its_line() -> None:
    prose = PROSE.format(logo=LOGO, room="images/gone.gif")
    assert list(named(f"\n{prose}")) == [("images/gone.gif", 8), (LOGO, 12)]
    files = project(prose)
    [finding] = check(files)
    assert "there is no image 'images/gone.gif'" in str(finding)
    with pytest.raises(TemplateError, match="there is no image"):
        sent(files)


@pytest.mark.parametrize(
    "shows",
    [
        '<img src="images/{}" alt="">',
        "{{% filter markdown %}}![](<images/{}>){{% endfilter %}}",
    ],
)
@pytest.mark.parametrize(
    ("written", "path"), [("größe.png", "größe.png"), ("a%20b&amp;c.png", "a b&c.png")]
)
def test_a_name_may_be_written_as_in_html(shows: str, written: str, path: str) -> None:
    path = f"images/{path}"
    files = project(shows.format(written)).files
    mail = sent(Bundle({**files, path: stored(PNG, path)}))
    assert list(mail.walk())[-1]["Content-ID"] == f"<{content_id(path)}>"


def test_a_name_in_markdown_may_not_be_made_of_what_a_lead_has() -> None:
    prose = "{% filter markdown %}![]({{ lead.picture }}) ![](images/{{ x }}.png){% endfilter %}"
    assert list(named(prose)) == [("images/{{_x_}}.png", 1)]


def test_a_comment_shows_nothing() -> None:
    assert list(named(f"{{# {SHOWN} #}}\n{SHOWN}")) == [(LOGO, 2)]


def test_too_many_bytes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "HEAVIEST", 100)
    with pytest.raises(TemplateError, match="expected at most 100"):
        sent(project(SHOWN + FOR_FIRMS))


def test_a_preview_has_them_in_it() -> None:
    files = project(SHOWN)
    html = Renderer(files).content("welcome.html", context(ADA, SETTING)).html
    page = shown(html, files.files)
    assert "cid:" not in page
    assert 'src="data:image/png;base64,iVBOR' in page


def test_a_folder_is_read_with_its_images(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / LOGO).write_bytes(PNG)
    (tmp_path / "a.html").write_text(SHOWN, encoding="utf-8")
    assert load(tmp_path).files == {"a.html": SHOWN, LOGO: stored(PNG, LOGO)}
    (tmp_path / LOGO).write_bytes(GIF)
    with pytest.raises(TemplateError, match="it is no png image, as its name says"):
        load(tmp_path)
    (tmp_path / LOGO).write_bytes(PNG + bytes(images.LARGEST))
    with pytest.raises(TemplateError, match="expected at most 100,000"):
        load(tmp_path)
