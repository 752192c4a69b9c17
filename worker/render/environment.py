"""The sandbox that templates run in.

A template sees plain data: mappings, texts and numbers. It can call its own macros and `range`,
and nothing else; no attribute of a Python object can be reached. What it may loop, call, print and
build is limited, so that no template can take the time or the memory of the machine. None,
undeclared names and anything that is neither text nor number cannot be printed.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sized
from difflib import get_close_matches
from itertools import islice
from typing import Any, ClassVar, TypeVar

from jinja2 import BaseLoader, StrictUndefined, Template, nodes, pass_eval_context
from jinja2.bccache import BytecodeCache
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError, UndefinedError
from jinja2.nodes import EvalContext
from jinja2.runtime import BlockReference, Context, LoopContext, Macro, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from worker.render import filters, guard
from worker.render.fixed import Fixing, Values

MOST_ROUNDS = 10_000  # of all loops and calls of one rendering
MOST_PRINTED = 2_000_000  # characters
MOST_PROSE = 100_000  # characters of Markdown, which takes up to 30 µs for each
LARGEST_NUMBER = 10**15
_SOME = 1000  # chunks that are printed before they are counted: constants, which take no room
_LOOP_WORDS = frozenset(
    {"index", "index0", "revindex", "revindex0", "first", "last", "length", "previtem", "nextitem"}
)


class Record(dict[str, Any]):
    """What a template knows of one thing; empty if all of it is. Each kind of thing has its own.

    `name` is what templates call it: ``lead``, ``owner``.
    """

    __slots__ = ()
    name: ClassVar[str]

    def __bool__(self) -> bool:
        return list(self.values()).count(None) < len(self)


def kind_of_record(name: str) -> type[Record]:
    """Return the kind of records that templates call by a name."""
    return type(name, (Record,), {"__slots__": (), "name": name})


T = TypeVar("T", bound=Sized)


class Budget(threading.local):
    """What the rendering that runs in this thread may still do."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Begin a new rendering."""
        self.rounds = MOST_ROUNDS
        self.printed = MOST_PRINTED
        self.prose = MOST_PROSE

    def go_round(self, times: int = 1) -> None:
        """Count rounds of a loop, or calls."""
        self.rounds -= times
        if self.rounds < 0:
            raise SecurityError(f"it loops or calls more than {MOST_ROUNDS:,} times")

    def print(self, size: int) -> None:
        """Count printed characters."""
        self.printed -= size
        if self.printed < 0:
            raise SecurityError(f"it prints more than {MOST_PRINTED:,} characters")

    def read(self, size: int) -> None:
        """Count characters that are read as Markdown."""
        self.prose -= size
        if self.prose < 0:
            raise SecurityError(f"it has more than {MOST_PROSE:,} characters of Markdown")

    def spent(self, chunks: Iterable[T]) -> list[T]:
        """Return what a new rendering prints."""
        self.start()
        done, coming, printed = list[T](), iter(chunks), 0
        while some := list(islice(coming, _SOME)):
            printed += sum(map(len, some))
            if printed > MOST_PRINTED:
                self.print(printed)
            done += some
        return done


class Sandbox(ImmutableSandboxedEnvironment):
    """A Jinja environment of harmless parts, for the templates of one loader.

    With `html` everything printed is escaped; without, it is put on one line. What is `fixed` is
    put into templates as if it had been written there.
    """

    code_generator_class = guard.GuardedGenerator
    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})

    def __init__(
        self,
        loader: BaseLoader,
        *,
        html: bool = True,
        fixed: Values | None = None,
        codes: BytecodeCache | None = None,
    ) -> None:
        super().__init__(
            loader=loader,
            undefined=StrictUndefined,
            autoescape=html,
            finalize=self._finalize if html else self._one_line,
            auto_reload=False,
            keep_trailing_newline=True,
            bytecode_cache=codes,
        )
        self.budget = Budget()
        self._fixed = fixed or {}
        self._found: dict[str | Template, Template] = {}
        self.globals = {"range": self._range}
        self.filters = {
            **filters.FILTERS,
            guard.EACH: self._each,
            guard.CONCAT: _concat,
            guard.BOUNDED: filters.bounded,
            "markdown": self._markdown,
            guard.MARKDOWN_TEXT: filters.markdown_text,
        }

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        if self._fixed:
            Fixing(self._fixed).visit(tree)
        guard.Guard(self).guard(tree)
        return tree

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Look a name up in plain data; nothing of a Python object can be reached."""
        if isinstance(obj, dict):
            return obj[attribute] if attribute in obj else self._undeclared(obj, attribute)
        if isinstance(obj, LoopContext) and attribute in _LOOP_WORDS:
            return getattr(obj, attribute)
        if isinstance(obj, TemplateModule) and not attribute.startswith("_"):
            return vars(obj).get(attribute) or self.undefined(obj=obj, name=attribute)
        filters.given(obj, repr(attribute))
        raise SecurityError(f"{attribute!r} of a {_kind(obj)} cannot be used; is there a filter?")

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Look up a place of a text or list, or a name in plain data."""
        if isinstance(obj, dict):
            return self.getattr(obj, argument)
        if not isinstance(filters.given(obj, "a part"), (str, list, tuple)):
            raise SecurityError(f"a {_kind(obj)} has no parts")
        try:
            return obj[argument]
        except LookupError:
            return self.undefined(hint=f"there is no part {argument}")

    def is_safe_callable(self, obj: Any) -> bool:
        """Tell whether a template may call something: its own macros, blocks, `range`."""
        return isinstance(obj, (Macro, BlockReference)) or obj == self._range

    def call(self, context: Context, obj: Any, /, *args: Any, **keywords: Any) -> Any:
        """Call a macro, a block above or `range`."""
        self.budget.go_round()
        if isinstance(obj, Undefined) or not self.is_safe_callable(obj):
            raise SecurityError(f"a {_kind(filters.given(obj, 'a call'))} cannot be called")
        if any(isinstance(one, (list, tuple)) for one in (*args, *keywords.values())):
            filters.bounded((args, keywords))  # a macro sees them together as well
        return context.call(obj, *args, **keywords)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Calculate with numbers of ordinary size, and put texts together."""
        for value in (left, right):
            filters.given(value, operator)
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            filters.within(len(left) + len(right))
        elif operator == "**" or not (_countable(left) and _countable(right)):
            raise SecurityError(
                f"{_kind(left)} {operator} {_kind(right)} cannot be calculated here"
            )
        return super().call_binop(context, operator, left, right)

    def begin(self, template: Template, known: Mapping[str, Any]) -> Context:
        """Return the context of a new rendering; `known` are the names that come from outside."""
        names = {**self.globals, **known}
        return self.context_class(self, names, template.name, template.blocks, self.globals)

    def get_template(self, name: str | Template, *args: Any, **keywords: Any) -> Template:
        """Find a template for rendering or for one that uses it; counted, for it may be often."""
        self.budget.go_round()
        if name not in self._found:  # Jinja's own cache takes three times as long
            self._found[name] = super().get_template(name, *args, **keywords)
        return self._found[name]

    def select_template(self, *args: Any, **keywords: Any) -> Template:
        """Find the first of several templates that is there; counted."""
        self.budget.go_round()
        return super().select_template(*args, **keywords)

    def _undeclared(self, obj: Mapping[str, Any], attribute: object) -> Undefined:
        owner = obj.name if isinstance(obj, Record) else "mapping"
        near = get_close_matches(str(attribute), obj, n=1)
        meant = f"did you mean {near[0]!r}?" if near else "is it declared under [attributes]?"
        return self.undefined(hint=f"'{owner}.{attribute}' is not known; {meant}")

    @pass_eval_context
    def _finalize(self, context: EvalContext, value: Any) -> Any:  # noqa: ARG002
        """Let only texts and numbers be printed."""
        if isinstance(value, str):
            budget = self.budget
            budget.printed -= len(value)
            if budget.printed < 0:
                budget.print(0)
            return value
        if isinstance(value, Undefined):
            return str(value)  # raises, with the name; nothing for an `if` without its `else`
        if value is None:
            raise UndefinedError("none cannot be printed; write `or` and a fallback")
        if not _countable(value):
            raise SecurityError(f"a {_kind(value)} cannot be printed")
        return value

    @pass_eval_context
    def _one_line(self, context: EvalContext, value: Any) -> Any:
        printed = self._finalize(context, value)
        return " ".join(printed.split()) if isinstance(printed, str) else printed

    def _range(self, *bounds: int) -> range:
        numbers = range(*bounds)
        if len(numbers) > filters.LONGEST_LIST:
            raise SecurityError(f"a range has at most {filters.LONGEST_LIST:,} numbers")
        return numbers

    def _each(self, values: Iterable[Any]) -> list[Any]:
        filters.given(values, "a loop")
        found = list(islice(values, filters.LONGEST_LIST + 1))
        if len(found) > filters.LONGEST_LIST:
            raise SecurityError(f"a loop goes over at most {filters.LONGEST_LIST:,} things")
        self.budget.go_round(len(found))
        return found

    def _markdown(self, value: Any) -> Any:
        self.budget.read(len(str(value)))
        return filters.FILTERS["markdown"](value)


@pass_eval_context
def _concat(context: EvalContext, values: list[Any]) -> str:
    return filters.concat(values, context.autoescape)


def _countable(value: Any) -> bool:
    return (
        isinstance(value, (int, float))
        and not isinstance(value, bool)
        and -LARGEST_NUMBER <= value <= LARGEST_NUMBER
    )


def _kind(value: Any) -> str:
    """Name the kind of a value as a person would."""
    if isinstance(value, Record):
        return "record"
    kinds = {str: "text", Markup: "text", bool: "yes or no", type(None): "none"}
    return kinds.get(type(value), type(value).__name__)
