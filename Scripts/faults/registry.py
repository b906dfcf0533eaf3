"""The kinds of faults by name."""
import collections

# For each kind, the pairs of operators and a function `(edit, node) -> bool`.
KINDS = collections.defaultdict(list)
# In place of an operator: any.
ANY = "*"


def fault(kind, *operators):
    """Registers a function as one of a kind's, for nodes of some operators."""

    def register(function):
        KINDS[kind].append((operators, function))
        return function

    return register
