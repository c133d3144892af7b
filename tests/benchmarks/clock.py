"""Measures a due date and a due date with its explanation, beside a loop over days in Python in the same
run, and writes docs/benchmarks/clock.md:

    python3 tests/benchmarks/clock.py
"""

import csv
import os
import platform
import re
import subprocess
import time
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "benchmarks" / "clock.md"
COMMAND = ["cargo", "bench", "-p", "domain", "--bench", "clock"]
NANOSECONDS = {"ns": 1, "µs": 1_000, "us": 1_000, "ms": 1_000_000}

ROWS = [
    ("due_10_working_days", "due date, 10 working days", 50),
    ("due_10_working_days_2_pauses", "due date, 10 working days, 2 corrections", None),
    ("due_30_calendar_days", "due date, 30 calendar days", None),
    ("due_2_months", "due date, 2 months", None),
    ("due_4_hours", "due instant, 4 office hours", None),
    ("explained_working_days 10", "due date with explanation, 10 working days", 20_000),
    ("explained_working_days 90", "due date with explanation, 90 working days", 20_000),
]


def exceptions() -> dict[date, bool]:
    with open(ROOT / "shared/domain/data/office_calendar.csv", encoding="utf-8") as file:
        return {date.fromisoformat(row["date"]): row["kind"] == "work" for row in csv.DictReader(file)}


def python_loop(days: int) -> float:
    """Median nanoseconds of finding the due day by walking."""
    known, one, samples = exceptions(), timedelta(days=1), []
    for _ in range(200):
        begun = time.perf_counter_ns()
        day, left = date(2026, 2, 10), days
        while left:
            day += one
            left -= known.get(day, day.weekday() < 5)
        samples.append(time.perf_counter_ns() - begun)
    assert days != 10 or day == date(2026, 3, 4), day
    return sorted(samples)[100]


def medians(output: str) -> dict[str, float]:
    """By benchmark: the third figure of divan's rows. Arguments stand below the name they belong to."""
    found, parent = {}, ""
    for line in output.splitlines():
        row = re.match(r"\W*(\w+)\s+(.*)", line)
        if not row:
            continue
        name, rest = row.groups()
        figures = re.findall(r"([\d.]+) (ns|µs|us|ms)", rest)
        if len(figures) < 4:
            parent = name
            continue
        key = f"{parent} {name}" if name.isdigit() else name
        found[key] = float(figures[2][0]) * NANOSECONDS[figures[2][1]]
    return found


def shown(nanoseconds: float) -> str:
    return f"{nanoseconds / 1000:.1f} µs" if nanoseconds >= 1000 else f"{nanoseconds:.0f} ns"


def machine() -> str:
    cpus = Path("/proc/cpuinfo").read_text()
    model = re.search(r"model name\s*: (.*)", cpus)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    rustc = subprocess.check_output(["rustc", "--version"], text=True).strip()
    name = model.group(1).strip() if model else platform.machine()
    return (f"{os.cpu_count()} × {name}, {memory:.0f} GiB, Linux {platform.release()}; "
            f"{rustc}, bench profile; Python {platform.python_version()}")


def main() -> None:
    ran = subprocess.run(COMMAND, cwd=ROOT, check=True, text=True, stdout=subprocess.PIPE)
    found = medians(ran.stdout)
    loops = {days: python_loop(days) for days in (10, 90)}
    lines = [
        "# The statutory clock", "",
        "Command: `python3 tests/benchmarks/clock.py`, which runs "
        f"`{' '.join(COMMAND)}` and the loop in the same run  ",
        f"Machine: {machine()}  ",
        f"Date: {date.today()}", "",
        "| measure | median | budget |", "|---|---|---|",
    ]
    for key, name, budget in ROWS:
        lines.append(f"| {name} | {shown(found[key])} | {shown(budget) if budget else ''} |")
    for days, nanoseconds in loops.items():
        lines.append(f"| the day alone by a loop over days in Python, {days} working days | {shown(nanoseconds)} | |")
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(PAGE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
