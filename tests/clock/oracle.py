"""The statutory clock worked out a second time, day by day, from the definition and from the calendar
of the PyPI package `holidays`; 20,000 random questions, each also put to the Rust clock.

    python tests/clock/oracle.py target/debug/clock-answers [--seed N] [--count N]

Prints `20000 passed, 0 failed`; on a difference, the first question that differs, and exits with 1.
"""

import argparse
import calendar as months
import json
import random
import subprocess
import sys
from datetime import date, datetime, timedelta, timezone

import holidays

TAIPEI = timezone(timedelta(hours=8))
FIRST, LAST = date(2017, 1, 1), date(2027, 12, 31)
DAY = timedelta(days=1)
BEYOND = "CALENDAR_YEAR_MISSING"


class Beyond(Exception):
    """A day after the last published year."""


def office_days() -> dict[date, bool]:
    """Whether the offices work, for every published day."""
    taiwan = holidays.country_holidays("TW", years=range(FIRST.year, LAST.year + 1))
    days, day = {}, FIRST
    while day <= LAST:
        days[day] = taiwan.is_working_day(day)
        day += DAY
    return days


OFFICE = office_days()

# The year in which the calendar was issued anew: a library that does not know is no oracle.
for known, works in {
    date(2025, 2, 8): True, date(2025, 9, 29): False, date(2025, 10, 24): False,
    date(2025, 12, 25): False, date(2025, 5, 1): True,
}.items():
    if OFFICE[known] != works:
        sys.exit(f"the package `holidays` has {known} wrong: at least 0.109 is needed")


def local_day(instant: str) -> date:
    return datetime.fromisoformat(instant).astimezone(TAIPEI).date()


class Case:
    def __init__(self, question: dict):
        self.q = question
        self.closed = {date.fromisoformat(day) for day in question["closures"]}
        rounds = question["corrections"] if question["policy"] in ("suspend", "capped") else []
        rounds = [(local_day(c["asked"]), self.round_over(c)) for c in rounds]
        # A day of a correction, a day of a stop; and the days at whose end the applicant has the case.
        waiting = set()
        for asked, over in rounds:
            day = asked + DAY
            while day <= over:
                waiting.add(day)
                day += DAY
        if question["policy"] == "capped":
            waiting = set(sorted(waiting)[: question["cap"]])
        self.applicant_has_it_overnight = {asked for asked, _ in rounds if asked + DAY in waiting}
        self.waiting = waiting
        self.stops = [
            (date.fromisoformat(s["from"]), date.fromisoformat(s["until"]) if s["until"] else date.max)
            for s in question["stops"]
        ]

    def works(self, day: date) -> bool:
        if day not in OFFICE:
            raise Beyond
        return OFFICE[day] and day not in self.closed

    def round_over(self, correction: dict) -> date:
        """The day of the answer, or the last of the applicant's period when none came by then."""
        last = local_day(correction["asked"]) + correction["days"] * DAY
        while not self.works(last):
            last += DAY
        answered = correction["answered"]
        return min(last, local_day(answered)) if answered else last

    def paused(self, day: date) -> bool:
        return day in self.waiting or any(a <= day <= b for a, b in self.stops)

    def counts(self, day: date) -> bool:
        if self.q["basis"] == "working":
            return self.works(day)
        if day not in OFFICE:
            raise Beyond
        return not (self.q["closure_rule"] == "stops" and day in self.closed)

    def units(self, start: date, amount: int) -> int:
        """How many days `amount` is, from the day after `start`."""
        if self.q["basis"] != "month":
            return amount
        first = start + DAY
        year, month = first.year + (first.month - 1 + amount) // 12, (first.month - 1 + amount) % 12 + 1
        length = months.monthrange(year, month)[1]
        last = date(year, month, first.day) - DAY if first.day <= length else date(year, month, length)
        return (last - start).days

    def end(self, start: date, amount: int, added: int = 0):
        """The first working day by whose end the units were counted and the clock is running."""
        units, counted, day = self.units(start, amount) + added, 0, start
        for_ever = min((a for a, b in self.stops if b == date.max), default=None)
        while True:
            day += DAY
            if for_ever and day >= for_ever:
                return None
            if not self.paused(day):
                counted += self.counts(day)
            overnight = day in self.applicant_has_it_overnight
            if counted >= units and self.works(day) and not self.paused(day) and not overnight:
                return day

    def extended(self, start: date):
        """The end of the limit from `start`, with the extension if it was notified before."""
        due = self.end(start, self.q["limit"], self.q["added"])
        extension = self.q["extension"]
        if due and extension and local_day(extension["notified"]) <= due:
            return self.end(due, extension["amount"])
        return due

    def due(self):
        start = local_day(self.q["received"])
        if self.q["policy"] == "restart":
            for correction in self.q["corrections"]:
                due = self.extended(start)
                if due is None or local_day(correction["asked"]) > due:
                    break
                start = max(start, self.round_over(correction))
        return self.extended(start)


def answer(question: dict) -> str | None:
    try:
        due = Case(question).due()
    except Beyond:
        return BEYOND
    return due.isoformat() if due else None


def ask(rng: random.Random) -> dict:
    """A question; half of the pauses touch or overlap another one."""
    day = FIRST + rng.randrange((LAST - FIRST).days - 20) * DAY
    basis = rng.choice(["working", "calendar", "month"])
    limit = rng.randint(1, 6) if basis == "month" else rng.choice([rng.randint(1, 12), rng.randint(1, 120)])
    length = limit * 30 if basis == "month" else limit

    def near(spread: float = 1.3) -> date:
        return min(day + rng.randrange(int(length * spread) + 6) * DAY, LAST)

    def instant(on: date) -> str:
        at = datetime(on.year, on.month, on.day, rng.randrange(24), rng.randrange(60), tzinfo=TAIPEI)
        return at.astimezone(rng.choice([TAIPEI, timezone.utc])).isoformat()

    rounds, anchors = [], []
    for _ in range(rng.choice([0, 0, 1, 1, 2, 3])):
        asked = near()
        days = rng.choice([1, 3, 7, 14, 30])
        answered = rng.choice([None, asked + rng.randrange(days + 6) * DAY])
        anchors += [asked, asked + DAY, answered or asked + days * DAY]
        at = instant(asked)
        answered_at = instant(answered) if answered else None
        if answered_at and datetime.fromisoformat(answered_at) < datetime.fromisoformat(at):
            answered_at = at
        rounds.append({"asked": at, "days": days, "answered": answered_at})
    rounds.sort(key=lambda c: datetime.fromisoformat(c["asked"]))
    stops = []
    for _ in range(rng.choice([0, 0, 0, 1, 2])):
        start = min(rng.choice(anchors + [near()]), LAST)
        until = None if rng.random() < 0.1 else min(start + rng.randrange(20) * DAY, LAST)
        stops.append({"from": start.isoformat(), "until": until.isoformat() if until else None})
        anchors += [start]
    closures = {min(rng.choice([near(), near(), *anchors]), LAST).isoformat() for _ in range(rng.choice([0, 0, 1, 3]))}
    extension = None
    if rng.random() < 0.3:
        extension = {"amount": rng.randint(1, limit), "notified": instant(near(1.1))}
    return {
        "received": instant(day),
        "limit": limit,
        "basis": basis,
        "policy": rng.choice(["suspend", "suspend", "capped", "included", "restart"]),
        "cap": rng.choice([0, 1, 5, 16]),
        "closure_rule": rng.choice(["stops", "rolls"]),
        "corrections": rounds,
        "stops": stops,
        "closures": sorted(closures),
        "added": rng.choice([0, 0, rng.randint(1, 10)]),
        "extension": extension,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("--seed", type=int, default=20261123)
    parser.add_argument("--count", type=int, default=20_000)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    questions = [ask(rng) for _ in range(args.count)]
    lines = "".join(json.dumps(question) + "\n" for question in questions)
    ran = subprocess.run([args.binary], input=lines, text=True, capture_output=True)
    if ran.returncode != 0:
        sys.exit(ran.stderr)
    answers = [json.loads(line)["due"] for line in ran.stdout.splitlines()]
    if len(answers) != len(questions):
        sys.exit(f"{len(answers)} answers to {len(questions)} questions")
    expected = [answer(question) for question in questions]
    wrong = [i for i in range(args.count) if expected[i] != answers[i]]
    if wrong:
        # The shortest question says most.
        i = min(wrong, key=lambda i: len(json.dumps(questions[i])))
        print(json.dumps(questions[i], indent=1))
        print(f"here {expected[i]}, there {answers[i]} (seed {args.seed}, question {i})")
    print(f"{args.count - len(wrong)} passed, {len(wrong)} failed")
    print(f"with a date: {sum(e not in (None, BEYOND) for e in expected)}, "
          f"standing still: {expected.count(None)}, beyond the calendar: {expected.count(BEYOND)}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
