"""Which states of squares, {empty, mine, theirs}, some single unit of a network tells."""

import torch

THRESHOLDS = (0.995, 0.99, 0.98, 0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)  # as quantiles of a unit
TOLD = 0.9  # F1 from which on a unit tells a state
STATES = ("empty", "mine", "theirs")


def states_one_hot(states):
    """`[position, 64]` bytes 0 empty, 1 mine, 2 theirs to `[position, 192]` floats, state by state."""
    return torch.cat([(states == state).float() for state in range(len(STATES))], -1)


def f1(firing, states):
    """`[unit, state]`, of the guess that a state is there where a unit fires."""
    together = firing.T @ states
    return 2 * together / (firing.sum(0)[:, None] + states.sum(0)[None, :]).clamp(min=1)


def detected(fit_units, fit_states, test_units, test_states):
    """Each state's best unit and threshold are chosen on some games and judged on others.

    A state that is nearly always there is "told" by a unit that always fires; those are counted apart.
    """
    ranked = fit_units[::4].sort(dim=0).values
    levels = [torch.zeros_like(fit_units[0])] + [ranked[int(share * (len(ranked) - 1))] for share in THRESHOLDS]
    best = torch.full(fit_states.shape[1:], -1.0)
    unit, level = torch.zeros_like(best, dtype=torch.int64), torch.zeros_like(best, dtype=torch.int64)
    for index, thresholds in enumerate(levels):
        score, which = f1((fit_units > thresholds).float(), fit_states).max(0)
        better = score > best
        best, unit, level = (
            torch.where(better, new, old) for new, old in ((score, best), (which, unit), (index, level))
        )
    firing = (test_units[:, unit] > torch.stack(levels)[level, unit]).float()
    measured = 2 * (firing * test_states).sum(0) / (firing.sum(0) + test_states.sum(0)).clamp(min=1)
    told, occurs = measured >= TOLD, test_states.sum(0) > 0
    always = 2 * test_states.mean(0) / (1 + test_states.mean(0)) >= TOLD
    scores = measured.view(len(STATES), -1)
    return {
        "units": fit_units.shape[1],
        "told": int((told & occurs).sum()),
        "told_beyond_always": int((told & ~always).sum()),
        "always": int(always.sum()),
        "occurring": int(occurs.sum()),
        "mean_f1": measured[occurs].mean().item(),
        "f1": {state: [round(value, 3) for value in row.tolist()] for state, row in zip(STATES, scores)},
    }
