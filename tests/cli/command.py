"""The command line as a person meets it: in a process of its own, by exit code and words."""

import os
import subprocess
import sys

COMMAND = [sys.executable, "-c", "from openness.cli import main; main()"]


# A job in the background of a shell inherits that interrupts are ignored; a person's does not.
HEAR = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
INTERRUPTIBLE = [sys.executable, "-c", f"{HEAR}; {COMMAND[-1]}"]


def run(*arguments, **environment):
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=600,
        env={**os.environ, **environment},
    )


def arguments(tables):
    return (
        tables / "measures.csv",
        "--units",
        tables / "units.csv",
        "--league",
        tables / "league.toml",
    )


def to_toml(league):
    """Write the few types that a definition has."""

    def value(item):
        if isinstance(item, bool):
            return str(item).lower()
        if isinstance(item, list | tuple):
            return "[" + ", ".join(map(value, item)) + "]"
        return f'"{item}"' if isinstance(item, str) else str(item)

    lines, tables = [], []

    def walk(part, path):
        plain = {k: v for k, v in part.items() if not is_table(v)}
        lines.extend(f"{key} = {value(item)}" for key, item in plain.items())
        for key, item in part.items():
            name = ".".join([*path, key])
            if isinstance(item, dict):
                lines.append(f"[{name}]")
                walk(item, [*path, key])
            elif is_table(item):
                for entry in item:
                    lines.append(f"[[{name}]]")
                    walk(entry, [*path, key])

    def is_table(item):
        return isinstance(item, dict) or (
            isinstance(item, list | tuple) and bool(item) and isinstance(item[0], dict)
        )

    walk(league, tables)
    return "\n".join(lines)
