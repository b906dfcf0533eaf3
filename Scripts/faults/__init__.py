"""Wrong conversions: what a converter or an optimizer gets wrong, done to a model on purpose.

A kind of fault is one or more functions, registered with the operators that they apply to; each
changes one node of an `Edit` and says whether it could.
"""
from . import constants, learned, settings, structure  # noqa: F401  (they register their faults)
from .edit import Edit
from .registry import ANY, KINDS

__all__ = ["ANY", "KINDS", "Edit"]
