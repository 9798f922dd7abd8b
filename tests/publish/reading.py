"""What a reader finds on the screen, on a sheet and in a table."""

import csv
import io

from openness.publish import open_console, show


def printed(result, **settings) -> str:
    """What a pipe receives."""
    out = io.StringIO()
    open_console(out).print(show(result, **settings))
    return out.getvalue()


def said(result, **settings) -> str:
    """The same in one line."""
    return " ".join(printed(result, **settings).split())


def texts(sheet) -> list[str]:
    """Every text on a sheet but the labels of ticks."""
    found = [text.get_text() for text in sheet.texts]
    for axes in sheet.axes:
        found += [text.get_text() for text in axes.texts] + [axes.get_title(loc="left")]
    return found


def cells(path) -> list[list[str]]:
    """Rows of a CSV."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def has_no_empty_cell(path) -> bool:
    rows = cells(path)
    blank = ("", "nan", "<NA>", "None")
    return len(rows) > 1 and all(cell not in blank for row in rows for cell in row)
