"""The earnings engine: without explanation beside a trivial rule, and with it beside OpenFisca.

OpenFisca is installed in an environment of its own, under the bench's folder, for this comparison only.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from marketplace.domain.calendar import Month
from marketplace.domain.earnings.assess import assess
from marketplace.domain.earnings.case import Case, Household, MonthsUsed, Person
from marketplace.gateways.rulefiles import load_rulebook
from tests.bench.measure import ROUNDS

OPENFISCA = "openfisca-core==46.0.1"
PEER = Path(__file__).with_name("openfisca_peer.py")
CAP, MONTHS = 28_500, 6
FIRST = Month(2026, 1)


@dataclass(frozen=True, slots=True)
class Pair:
    """Microseconds of CPU per person and month, and the median of the rounds' ratios."""

    name: str
    floor: float
    ours: float
    ratio: float

    @property
    def row(self) -> str:
        """Give a row of the table."""
        return f"| {self.name} | {self.floor:.2f} | {self.ours:.2f} | {self.ratio:.2f} |"


def trivial(incomes: list[int]) -> int:
    """Give a quarter up to the cap in the first six months with it; gives what is exempt together."""
    used = exempt_in_all = 0
    for income in incomes:
        exempt = 0
        if used < MONTHS and income > 0:
            exempt = min((income * 25 + 50) // 100, CAP)
            used += 1
        exempt_in_all += exempt
    return exempt_in_all


def cases(incomes: list[int]) -> list[Case]:
    """Make the months of one person, January to June, again and again."""
    person, household = Person(age=40), Household("single")
    return [
        Case(
            month=FIRST.shift(place % MONTHS),
            person=person,
            household=household,
            regime="set_off",
            work_income_cents=income,
            months_used=MonthsUsed(n=place % MONTHS),
        )
        for place, income in enumerate(incomes)
    ]


def engine(made: list[Case], *, explain: bool) -> int:
    """Assess them all; gives what is exempt together."""
    rulebook = load_rulebook()
    return sum(assess(case, rulebook, explain=explain).exempt_cents for case in made)


def beside_floor(months: int) -> Pair:
    """Measure the engine without explanation beside the trivial rule, in turns."""
    incomes = [(place * 37) % 150_000 for place in range(months)]
    made = cases(incomes)
    # Six months a person: the counter of the floor begins anew as often.
    people = [incomes[at : at + MONTHS] for at in range(0, months, MONTHS)]

    def floor() -> None:
        for own in people:
            trivial(own)

    return _in_turns("engine, not explained", floor, lambda: engine(made, explain=False), months)


def beside_openfisca(months: int, folder: Path) -> Pair | None:
    """Measure the engine with explanation beside OpenFisca, in turns; None where it cannot be had."""
    python = _environment(folder)
    if python is None:
        return None
    made = cases([(place * 37) % 150_000 for place in range(months)])
    with _peer(python) as evaluate:
        ours, floor = [], []
        for _ in range(ROUNDS):
            floor.append(evaluate(months))
            ours.append(_spent(lambda: engine(made, explain=True)))
    return _pair("engine, explained, beside OpenFisca", floor, ours, months)


def _in_turns(
    name: str, floor: Callable[[], object], ours: Callable[[], object], many: int
) -> Pair:
    floor(), ours()
    plain, own = [], []
    for _ in range(ROUNDS):
        plain.append(_spent(floor))
        own.append(_spent(ours))
    return _pair(name, plain, own, many)


def _pair(name: str, floor: list[float], ours: list[float], many: int) -> Pair:
    ratio = statistics.median(a / b for a, b in zip(ours, floor, strict=True))
    scale = 1e6 / many
    return Pair(name, statistics.median(floor) * scale, statistics.median(ours) * scale, ratio)


def _spent(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _environment(folder: Path) -> Path | None:
    """Make the other environment, once."""
    python = folder / "openfisca" / "bin" / "python"
    if not python.exists():
        made = [
            [sys.executable, "-m", "venv", str(folder / "openfisca")],
            [str(python), "-m", "pip", "install", "--quiet", OPENFISCA],
        ]
        for command in made:
            if subprocess.run(command, check=False, capture_output=True).returncode:
                return None
    return python


@contextmanager
def _peer(python: Path) -> Iterator[Callable[[int], float]]:
    """Start OpenFisca's process; gives what asks it for so many evaluations."""
    process = subprocess.Popen(
        [str(python), str(PEER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the other process has no pipes")
        answers, asked = process.stdout, process.stdin
        answers.readline()

        def evaluate(many: int) -> float:
            asked.write(f"{many}\n")
            asked.flush()
            return float(answers.readline())

        evaluate(100)
        yield evaluate
    finally:
        process.kill()
        process.wait()


def many(months: int) -> tuple[float, float]:
    """Assess so many months with explanation; gives seconds of CPU and the peak of memory in MB."""
    import resource

    chunk = cases([(place * 37) % 150_000 for place in range(6_000)])
    began = time.process_time()
    for _ in range(months // len(chunk)):
        engine(chunk, explain=True)
    engine(chunk[: months % len(chunk)], explain=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return time.process_time() - began, peak
