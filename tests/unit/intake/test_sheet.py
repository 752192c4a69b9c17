from __future__ import annotations

import csv
import io
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from worker.engine.intake.sheet import LONGEST_LINE, MOST_LINES, Record, open_sheet
from worker.errors import InputError

CELLS = st.text(st.sampled_from("ab,;\t\"'\r\n\x00 é=@"), max_size=8)


def read(path: Path, content: bytes, encoding: str | None = None) -> tuple[list[str], list[Record]]:
    path.write_bytes(content)
    with open_sheet(path, encoding) as sheet:
        return sheet.header, list(sheet.records())


@pytest.mark.parametrize(
    "codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_what_spreadsheets_write_is_read(
    tmp_path: Path, codec: str, delimiter: str, end: str
) -> None:
    lines = ["email,name", "ada@example.com,Ada", "", ",", 'bob@example.com,"B ""X"" Ö"', ""]
    text = end.join(lines).replace(",", delimiter)
    header, records = read(tmp_path / "list.csv", text.encode(codec))
    assert header == ["email", "name"]
    assert records == [
        Record(2, ["ada@example.com", "Ada"]),
        Record(5, ["bob@example.com", 'B "X" Ö']),
    ]


def test_a_line_for_excel_names_the_delimiter(tmp_path: Path) -> None:
    header, records = read(tmp_path / "list.csv", b"sep=;\r\na;b,c\r\n1;2\r\n")
    assert header == ["a", "b,c"]
    assert records == [Record(3, ["1", "2"])]


def test_a_cell_that_is_kept_from_being_a_number_is_what_it_shows(tmp_path: Path) -> None:
    content = b'="a",b,c\n="007","=""0 ""","=1+1"\n="x ""y""",="",z\n'
    header, records = read(tmp_path / "list.csv", content)
    assert header == ["a", "b", "c"]
    assert records == [Record(2, ["007", "0 ", "=1+1"]), Record(3, ['x "y"', "", "z"])]


def test_a_pipe_is_no_list(tmp_path: Path) -> None:
    """It would be read twice, and wait for ever."""
    os.mkfifo(tmp_path / "list.csv")
    with (
        pytest.raises(InputError, match="is a pipe or a device: save the list as a file"),
        open_sheet(tmp_path / "list.csv"),
    ):
        pass


def test_a_cell_may_hold_line_ends(tmp_path: Path) -> None:
    _, records = read(tmp_path / "list.csv", b'a,b\n1,"two\nlines"\n3,4\n')
    assert records == [Record(2, ["1", "two\nlines"]), Record(4, ["3", "4"])]


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (b'1,"never closed\n', "a quote is not closed"),
        (b'1,"closed" too early\n', "text stands after a closing quote"),
        (b'1,"' + b"x" * 200_000 + b'"\n', "a cell has more than 131,072 characters"),
        (b"1," + b"x" * 200_000 + b"\n", "a cell has more than 131,072 characters"),
        (b"1," * LONGEST_LINE + b"\n", "the row has more than 1,000,000 characters"),
    ],
)
def test_a_bad_row_costs_no_other(tmp_path: Path, bad: bytes, said: str) -> None:
    good = b"".join(b"%d,good\n" % number for number in range(2 * MOST_LINES))
    _, records = read(tmp_path / "list.csv", b"a,b\n" + bad + good)
    assert said in str(records[0].problem)
    assert records[0].line == 2
    assert records[1:] == [
        Record(number + 3, [str(number), "good"]) for number in range(2 * MOST_LINES)
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"PK\x03\x04rest", "is a workbook, not CSV: save it as CSV UTF-8"),
        (b'"email\n', "a quote is not closed"),
    ],
)
def test_a_file_that_is_no_list_is_one_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(InputError) as refused:
        read(tmp_path / "list.csv", content)
    assert said in str(refused.value)
    assert refused.value.file == str(tmp_path / "list.csv")


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with (
        pytest.raises(InputError, match="cannot be read: No such file"),
        open_sheet(tmp_path / "x"),
    ):
        pass


@pytest.mark.parametrize("name", ["klingon", "hex", "undefined"])
def test_an_encoding_must_exist(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="is no encoding; expected one such as utf-8"):
        read(tmp_path / "list.csv", b"a\n", name)


def test_an_encoding_can_be_named(tmp_path: Path) -> None:
    _, records = read(tmp_path / "list.csv", "a\nJürgen\n".encode("cp1252"), "windows-1252")
    assert records == [Record(2, ["Jürgen"])]


def test_bytes_that_are_not_utf_8_are_marked_and_kept(tmp_path: Path) -> None:
    _, records = read(tmp_path / "list.csv", "a\nJürgen\n".encode("cp1252"))
    assert records == [Record(2, ["J\udcfcrgen"])]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=8))
def test_what_was_written_is_read_again(tmp_path: Path, rows: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["email", "name"], *rows])
    _, records = read(tmp_path / "list.csv", text.getvalue().encode())
    assert [record.cells for record in records] == [row for row in rows if any(row)]
    assert not any(record.problem for record in records)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_else(tmp_path: Path, content: bytes) -> None:
    try:
        _, records = read(tmp_path / "list.csv", b"email,name\n" + content)
    except InputError:
        return
    ends = content.count(b"\n") + content.count(b"\r")
    assert all(1 < record.line <= ends + 2 for record in records)
