"""How long the ranking takes, and how much memory. Prints; asserts nothing.

Each line is measured in a process of its own, so that its peak memory is its own: everything the
process holds, draws and libraries included. Compiling is not counted. Time on the clock is more
than time of the processor where other programs run beside.
"""

from __future__ import annotations

import itertools
import multiprocessing
import resource
import time
from collections.abc import Callable

import numpy as np
from scipy.optimize import linprog
from scipy.special import ndtr

from openness.ranking import (
    Posterior,
    bands,
    optimal_grades,
    posterior_ranks,
    probability_of_superiority,
    rank_sets,
)
from openness.ranking.grade_bound import CLOSED, lower_bound
from openness.ranking.grade_search import orders_to_try, pair_costs, search

SHARES = [0.08, 0.44, 0.34, 0.14]
DRAWS = 4_000
CASES = 300


def posterior(units: int) -> Posterior:
    """Draws of units whose posterior sd is half the sd between them."""
    rng = np.random.default_rng(1)
    return Posterior.from_draws(rng.normal(rng.normal(size=units), 0.5, size=(DRAWS, units)))


def pairs(units: int, *, seed: int = 1, spread: float = 0.3) -> np.ndarray:
    """Probabilities of superiority of normal posteriors whose log sd has this spread."""
    rng = np.random.default_rng(seed)
    mean, sd = rng.normal(size=units), 0.5 * np.exp(rng.normal(0, spread, units))
    pi = ndtr((mean[:, None] - mean) / np.sqrt(sd[:, None] ** 2 + sd**2))
    np.fill_diagonal(pi, 0.5)
    return pi


def ranks_and_bands(post: Posterior) -> str:
    ranks = posterior_ranks(post)
    _ = ranks.expected_rank, ranks.median_rank, ranks.rank_interval(0.95)
    bands(post, shares=SHARES).band()
    return ""


def all_pairs(post: Posterior) -> str:
    probability_of_superiority(post)
    return ""


def grades(given: Posterior | np.ndarray) -> str:
    found = optimal_grades(given, certify="none")
    return f"{found.n_grades} grades"


def certified_grades(given: Posterior | np.ndarray) -> str:
    found = optimal_grades(given, certify="lp")
    return (
        f"{found.n_grades} grades, objective {found.objective:.6f}, "
        f"bound {found.lower_bound:.6f}, optimal: {found.optimal}"
    )


def marginal_sets(units: int) -> str:
    rank_sets(*estimates(units))
    return ""


def simultaneous_sets(units: int) -> str:
    rank_sets(*estimates(units), method="simultaneous")
    return ""


def estimates(units: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    se = 0.3 * np.exp(rng.normal(0, 0.3, units))
    return rng.normal(size=units) + se * rng.normal(size=units), se


def programme_by_highs(given: np.ndarray) -> str:
    """Solve the programme that certifies grades with all its rows written down."""
    from scipy.sparse import csr_array

    units, costs = len(given), pair_costs(given, 0.25)
    column = {pair: number for number, pair in enumerate(itertools.permutations(range(units), 2))}
    entries = [
        (row, column[pair], sign)
        for row, (i, j, k) in enumerate(itertools.permutations(range(units), 3))
        for pair, sign in (((i, j), 1), ((i, k), -1), ((k, j), -1))
    ]
    first = units * (units - 1) * (units - 2)
    entries += [
        (first + row, column[pair], 1)
        for row, (i, j) in enumerate(itertools.combinations(range(units), 2))
        for pair in ((i, j), (j, i))
    ]
    rows, columns, signs = zip(*entries, strict=True)
    matrix = csr_array((signs, (rows, columns)))
    right = np.repeat([0, 1], [first, units * (units - 1) // 2])
    objective = [costs[pair] for pair in column]
    value = linprog(objective, A_ub=matrix, b_ub=right, bounds=(0, 1), method="highs").fun
    return f"value {value:.6f}"


def measure(what: str, call: Callable, given: Callable, small: Callable) -> None:
    """Print how long a call takes that has been compiled before, and the peak of its process."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_measured, args=(sender, call, given, small))
    process.start()
    clock, processor, peak, said = receiver.recv()
    process.join()
    print(f"{what:<58} {clock:8.3f} {processor:8.3f} {peak:6.2f}  {said}", flush=True)


def _measured(sender, call: Callable, given: Callable, small: Callable) -> None:
    call(small())
    clock, processor, said = np.inf, np.inf, ""
    for _ in range(3):
        argument = given()
        started, worked = time.perf_counter(), time.process_time()
        said = call(argument)
        clock = min(clock, time.perf_counter() - started)
        processor = min(processor, time.process_time() - worked)
        if clock > 1:
            break
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    sender.send((clock, processor, peak, said))


class Made:
    """A call with its arguments, which a new process can be given."""

    def __init__(self, function: Callable, *arguments: object) -> None:
        self.function, self.arguments = function, arguments

    def __call__(self) -> object:
        return self.function(*self.arguments)


def speed() -> None:
    print(f"{'':<58} {'clock s':>8} {'CPU s':>8} {'GiB':>6}")
    few, a_few = Made(posterior, 5), Made(pairs, 5)
    for units in (230, 5_000, 20_000):
        what = f"ranks, intervals, bands: {units:,} units, {DRAWS:,} draws"
        measure(what, ranks_and_bands, Made(posterior, units), few)
    for units in (230, 1_000):
        measure(
            f"all pairs: {units:,} units, {DRAWS:,} draws", all_pairs, Made(posterior, units), few
        )
    for units in (230, 5_000):
        measure(f"grades of {units:,} units, from pairs", grades, Made(pairs, units), a_few)
    for units in (230, 5_000):
        what = f"grades of {units:,} units, from {DRAWS:,} draws"
        measure(what, grades, Made(posterior, units), few)
    for units in (80, 230):
        what = f"certified grades of {units} units, from pairs"
        measure(what, certified_grades, Made(pairs, units), a_few)
    for call in (programme_by_highs, certified_grades):
        measure(f"the same programme of 40 units: {call.__name__}", call, Made(pairs, 40), a_few)
    for call in (marginal_sets, simultaneous_sets):
        measure(f"rank sets of 1,000 units: {call.__name__}", call, Made(int, 1_000), Made(int, 5))


def closeness() -> None:
    """How often the search for grades reaches the bound, for units of unequal precision."""
    rng = np.random.default_rng(2)
    for lam in (0.1, 0.25, 0.6, 1.0):
        gaps = []
        for case in range(CASES):
            pi = pairs(int(rng.integers(10, 61)), seed=case, spread=rng.uniform(0.2, 1.0))
            costs = pair_costs(pi, lam)
            loss = search(costs, orders_to_try(pi, None)).loss
            bound = lower_bound(pi, costs, loss, 60.0)
            led = min(loss, search(costs, [bound.order]).loss)
            gaps.append([(found - bound.value) / max(1, abs(loss)) for found in (loss, led)])
        closed = np.mean(np.array(gaps) <= CLOSED, axis=0)
        largest = np.max(gaps, axis=0)
        print(
            f"lam {lam:4}, {CASES} cases of 10 to 60 units: {closed[0]:.1%} proved optimal as "
            f"searched (largest gap {largest[0]:.2g} of the objective), {closed[1]:.1%} as led by "
            f"the bound (largest gap {largest[1]:.2g})"
        )


if __name__ == "__main__":
    speed()
    closeness()
