"""What can be known of templates without sending any: for `check` and for the launch."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches

from worker.core.facts import Lead
from worker.errors import InputError, TemplateError
from worker.render import images
from worker.render.bundle import Bundle
from worker.render.codes import Codes
from worker.render.context import Setting, context, known
from worker.render.email import Renderer
from worker.render.finding import Finding
from worker.render.outside import Inspector
from worker.render.reach import Reach, reached
from worker.render.rules import PLAIN_USE, Use, judge, judge_sources

Names = Mapping[str, Collection[str]]


def names(bundle: Bundle, template: str) -> frozenset[str]:
    """Return the names that a template and what it reaches use, such as ``lead.first_name``.

    The bundle is one that passes `check`.
    """
    inspector = Inspector()
    return frozenset(
        f"{top}.{name}" if name else top
        for path in reached(bundle.files, template)
        if not images.is_image(path)
        for top, name, _ in inspector.read(bundle.text(path), path).names
    )


def check(
    bundle: Bundle,
    declared: Collection[str] = (),
    reach: Reach | None = None,
    codes: Codes | None = None,
) -> list[Finding]:
    """Return what is wrong with the files of a bundle, all of it at once.

    That is: syntax, filters and tests that do not exist, files that are missing, and names that
    are neither ours nor among the `declared` attributes of leads. What is learned of who asks for
    whom is left in `reach`, and what is compiled in `codes`.
    """
    inspector = Inspector(codes)
    names, reach = known(declared), reach or Reach(bundle.files)
    paths = sorted(path for path in bundle.files if not images.is_image(path))
    return [one for path in paths for one in _file(inspector, bundle, path, names, reach, codes)]


def examine(
    renderer: Renderer,
    template: str,
    samples: Iterable[tuple[Lead, Setting]],
    declared: Collection[str] = (),
    use: Use = PLAIN_USE,
) -> list[Finding]:
    """Return what is wrong with an email as sample leads would get it.

    Give one lead of whom everything is known, and one of whom nothing is: it finds where none
    would be printed.
    """
    bundle = renderer.bundle
    found = dict.fromkeys(judge_sources(bundle, template, use))
    for lead, setting in samples:
        sample = context(lead, setting, declared)
        try:
            content = renderer.content(template, sample)
        except InputError as error:
            found[Finding.of(error, template)] = None
            continue
        found.update(dict.fromkeys(judge(bundle, template, content, sample, use)))
    return list(found)


def _file(
    inspector: Inspector,
    bundle: Bundle,
    path: str,
    names: Names,
    reach: Reach,
    codes: Codes | None,
) -> Iterator[Finding]:
    try:
        # As it will run: the same names, in the same lines.
        source = codes.sources(bundle.files, path)[path] if codes else bundle.text(path)
        found = inspector.read(source, path)
        asked = reach.asked(path, found.files)
    except TemplateError as error:
        yield Finding.of(error, path)
        return
    for to, line in asked:
        if to not in bundle.files:
            yield Finding(path, line, f"{images.missing(to)}{_near(to, bundle.files)}")
    for top, name, line in found.names:
        if top not in names:
            yield Finding(path, line, f"it is not known{_near(top, names)}", key=top)
        elif name and name not in names[top]:
            meant = _near(name, names[top]) or "; is it declared under [attributes]?"
            yield Finding(path, line, f"it is not known{meant}", key=f"{top}.{name}")


def _near(word: str, words: Collection[str]) -> str:
    near = get_close_matches(word, words, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""
