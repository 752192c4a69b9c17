"""One picture of the demo: the day, the board of leads, what happened last, the counts so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.console import Console, ConsoleOptions, RenderResult
from rich.layout import Layout
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from worker.demo.board import Place, Places
from worker.demo.happening import MAILS, Happening, Kind
from worker.demo.span import DAYS, ZONE

LOOKS = {
    Kind.LEAD: ("+", "bold cyan"),
    Kind.WELCOME: ("→", "cyan"),
    Kind.FEATURES: ("→", "blue"),
    Kind.CROSS_SELL: ("→", "magenta"),
    Kind.EDITION: ("»", "yellow"),
    Kind.REPLY: ("←", "bold green"),
    Kind.OPT_OUT: ("■", "bold red"),
    Kind.ABSENCE: ("○", "bright_blue"),
    Kind.HARD_BOUNCE: ("×", "red"),
    Kind.SOFT_BOUNCE: ("×", "dark_orange"),
    Kind.PURCHASE: ("★", "bold magenta"),
    Kind.OUTCOME: ("✓", "green"),
}
"""The symbol of each kind, all of them one cell wide, and its colour."""

_COLOURS = {
    Place.WELCOME: "cyan",
    Place.WAITING: "blue",
    Place.REPLIED: "green",
    Place.HELD: "bright_blue",
    Place.NEWSLETTER: "yellow",
    Place.CUSTOMER: "magenta",
    Place.STOPPED: "red",
}
_NAME = 15  # cells for the name of a person
_BAR = 8  # cells: everybody in one place
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_COUNTS = {
    "mails": MAILS,
    "editions": (Kind.EDITION,),
    "replies": (Kind.REPLY,),
    "purchases": (Kind.PURCHASE,),
    "bounces": (Kind.HARD_BOUNCE, Kind.SOFT_BOUNCE),
    "away": (Kind.ABSENCE,),
    "opted out": (Kind.OPT_OUT,),
}


@dataclass(frozen=True, slots=True)
class Scene:
    """What there is to see: `start` is the first day, `happenings` all so far."""

    start: datetime
    now: datetime
    places: Places
    happenings: Sequence[Happening]


def screen(scene: Scene) -> Layout:
    """Return the picture, for whatever size it is shown in."""
    layout = Layout()
    layout.split_column(
        Layout(_head(scene), size=1),
        Layout(_board(scene.places), size=len(Place) + 2),
        Layout(Panel(_Feed(scene.happenings), title="What happens", border_style="dim")),
        Layout(_foot(scene.happenings), size=1),
    )
    return layout


def _head(scene: Scene) -> Table:
    passed = scene.now - scene.start
    head = Table.grid(expand=True, padding=(0, 1))
    head.add_column(no_wrap=True)
    head.add_column(ratio=1)
    head.add_column(no_wrap=True, justify="right")
    head.add_row(
        Text.assemble(
            (" Nurture ", "bold reverse"), (f" {scene.now.astimezone(ZONE):%a %d %b %Y}", "bold")
        ),
        ProgressBar(DAYS, passed.total_seconds() / 86_400, complete_style="green"),
        Text(f"day {min(passed.days + 1, DAYS)} of {DAYS} "),
    )
    return head


def _board(places: Places) -> Panel:
    board = Table.grid(expand=True, padding=(0, 1))
    board.add_column(no_wrap=True)
    board.add_column(no_wrap=True, justify="right")
    board.add_column(no_wrap=True, width=_BAR)
    board.add_column(no_wrap=True, ratio=1, overflow="ellipsis")
    everybody = sum(map(len, places.values()))
    for place in Place:
        names, colour = places[place], _COLOURS[place]
        board.add_row(
            Text(place, colour),
            Text(str(len(names)), "bold" if names else "dim"),
            Text(_bar(len(names), everybody), colour),
            Text(" ".join(names)),
        )
    return Panel(board, title="Where the leads are", border_style="dim")


def _bar(count: int, everybody: int) -> str:
    whole, part = divmod(count * _BAR * 8 // max(everybody, 1), 8)
    return "█" * whole + _EIGHTHS[part].strip()


@dataclass(frozen=True, slots=True)
class _Feed:
    """The last happenings, as many as there is room for."""

    happenings: Sequence[Happening]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        room = options.height or console.height
        for happening in self.happenings[-room:]:
            text = _line(happening)
            text.truncate(options.max_width, overflow="ellipsis")
            yield text


def _line(happening: Happening) -> Text:
    symbol, style = LOOKS[happening.kind]
    return Text.assemble(
        (f"{happening.at.astimezone(ZONE):%d %b %H:%M}", "dim"),
        (f"  {symbol} {happening.kind:<13}", style),
        (f"  {happening.name:<{_NAME}}", "bold"),
        f"  {happening.text}",
        no_wrap=True,
    )


def _foot(happenings: Sequence[Happening]) -> Text:
    seen = Counter(happening.kind for happening in happenings)
    foot = Text(" ", no_wrap=True, overflow="ellipsis")
    for name, kinds in _COUNTS.items():
        foot.append(str(sum(seen[kind] for kind in kinds)), "bold").append(f" {name}  ", "dim")
    return foot
