"""An export and what it computes: whether a changed model computes something else."""
import subprocess
import threading

import numpy
import onnx

# How far apart, in units of the rounding of the largest element, two values are that differ.
ROUNDING = 16
# How many inputs are single rows of an export's own, and how many are made from them.
ROWS, VARIATIONS = 3, 3

# Where a fault is seen: in an output; inside, while other inputs show it in an output; only inside.
OUTPUTS, INSIDE, MASKED = "in outputs", "inside", "masked"


def ferry(program, *arguments):
    """A finished run of the program; one that does not end is one that fails."""
    command = [str(program), *map(str, arguments)]
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=300)
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, -1, "", "no end after 300 seconds")


def differs(left, right):
    """Whether two arrays are further apart than rounding explains."""
    if left.shape != right.shape or left.dtype.kind != right.dtype.kind:
        return True
    if left.dtype.kind != "f":
        return not numpy.array_equal(left, right)
    finite = numpy.isfinite(left) & numpy.isfinite(right)
    if not numpy.array_equal(left[~finite], right[~finite], equal_nan=True):
        return True
    if not finite.any():
        return False
    left, right = left[finite], right[finite]
    bound = ROUNDING * float(numpy.finfo(left.dtype).eps) * float(abs(left).max())
    return bool((abs(left.astype(float) - right.astype(float)) > bound).any())


def varied(array, random):
    """Other data that a model of the same interface may well be given."""
    mixed = random.permutation(array.reshape(-1)).reshape(array.shape)
    if array.dtype.kind != "f":
        return mixed
    noise = random.normal(0, 0.3 * (float(array.std()) or 1), array.shape)
    return (mixed * random.choice([0.5, 1, 4]) + noise).astype(array.dtype)


def variations(given, seed):
    """Samples made from one: shuffled, scaled and with noise."""
    for number in range(VARIATIONS):
        random = numpy.random.default_rng([seed, number])
        yield {name: varied(array, random) for name, array in given.items()}


def rows(given, seed):
    """Single rows of a batch; of inputs that are no batch, nothing."""
    sizes = {array.shape[:1] for array in given.values()}
    if len(sizes) == 1 and (size := sizes.pop()) > (1,):
        for row in numpy.random.default_rng(seed).choice(*size, min(ROWS, *size), replace=False):
            yield {name: array[row:row + 1] for name, array in given.items()}


class Export:
    """A model in its folder, the inputs that it came with, and some that are made from them."""

    def __init__(self, name, folder, program, scratch, seed):
        self.name, self.program, self.lock = name, program, threading.Lock()
        self.source = folder / "model.onnx"
        self.scratch = scratch / name
        self.scratch.mkdir(parents=True, exist_ok=True)
        self.model = onnx.load(self.source)
        self.constants = {
            out for node in self.model.graph.node if node.op_type == "Constant"
            for out in node.output}
        first, *others = sorted(folder.glob("inputs*.npz"))
        self.trace = self.traced(self.source, first, self.scratch / "trace.npz")
        self.traces = {first: self.trace}
        self.outputs = {value.name for value in self.model.graph.output} | self.untraced()
        # Cases that may hide a fault from the outputs, and cases that may show one.
        with numpy.load(first) as given:
            self.hiding = [first, *self.write("row", rows(dict(given), seed))]
            self.showing = [*others, *self.write("varied", variations(dict(given), seed))]

    def write(self, stem, samples):
        """Yields the paths of samples, each when it is written."""
        for number, sample in enumerate(samples):
            path = self.scratch / f"{stem}_{number}.npz"
            numpy.savez(path, **sample)
            yield path

    def traced(self, model, case, target):
        """What a model computes from a case, value by value, or None where it does not execute."""
        if ferry(self.program, "run", model, "--inputs", case, "--trace", target).returncode:
            return None
        with numpy.load(target) as values, numpy.load(case) as given:
            computed = {**given, **values}
        target.unlink()
        return computed

    def untraced(self):
        """What the outputs are made of that no trace holds, such as maps."""
        outputs = {value.name for value in self.model.graph.output} - set(self.trace or ())
        return {
            name for node in self.model.graph.node if outputs & set(node.output)
            for name in node.input}

    def where(self, case, other):
        """Whether a trace differs from the source's in outputs, inside, or not at all (None)."""
        with self.lock:
            if case not in self.traces:
                self.traces[case] = self.traced(self.source, case, self.scratch / "trace.npz")
            source = self.traces[case]
        if source is None or other is None:
            return None
        shared = [name for name in source if name in other and name not in self.constants]
        changed = {name for name in shared if differs(source[name], other[name])}
        return None if not changed else OUTPUTS if changed & self.outputs else INSIDE

    def seen(self, mutant):
        """Where a mutant is wrong and a case that shows it, or why it is no fault and None.

        A case that shows it inside only is preferred, if another shows it in an output. The first
        inputs and rows of these come before others, and before what is made from them.
        """
        target = mutant.with_suffix(".npz")
        places = {}
        for case in self.hiding + self.showing:
            if OUTPUTS in places and case in self.showing:
                break
            trace = self.traced(mutant, case, target)
            if trace is None and case == self.hiding[0]:
                return "not executable", None
            if place := self.where(case, trace):
                places.setdefault(place, case)
        if not places:
            return "equivalent", None
        if OUTPUTS not in places:
            return MASKED, places[INSIDE]
        place = INSIDE if INSIDE in places else OUTPUTS
        return place, places[place]
