#!/usr/bin/env python3
"""Compares the shapes that Ferry derives with those of an execution and those of the onnx package.

usage: check-shapes.py FERRY FOLDER [GLOB ...]

FOLDER holds FRAMEWORK/MODEL/ with model.onnx and inputs*.npz. What the files say of the shapes of
values behind the inputs is removed first; inputs with a default become constants. For each model:

  derived   every size that is derived is that of the execution, for each of the model's inputs:
            symbols stand for the sizes of inputs, and others for the size where they first appear
            (not for models that are not executed, for want of an operator's definition)
  known     at least as many sizes are known as onnx.shape_inference finds, with data propagation;
            a size that only has a name of its own counts on neither side

Prints the counts of known sizes and ends with `N passed, N failed`; needs numpy and onnx.
"""
import fnmatch
import math
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy
import onnx

# What both name sizes that depend on data.
OWN_NAME = re.compile(r"\bunk__\d+\b")
FUNCTIONS = {"floor": math.floor, "min": min, "max": max, "ceil": math.ceil}


def ferry(program, *arguments):
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(f"exit code {done.returncode}: {done.stderr.strip()[-500:]}")


def types(model):
    """The shapes of tensors by name, each a list of numbers, expressions and None; or None."""
    shapes = {}
    for value in [*model.graph.input, *model.graph.value_info, *model.graph.output]:
        if value.type.WhichOneof("value") != "tensor_type":
            continue
        tensor = value.type.tensor_type
        shapes[value.name] = None
        if tensor.HasField("shape"):
            shapes[value.name] = [
                d.dim_value if d.HasField("dim_value") else d.dim_param or None
                for d in tensor.shape.dim]
    return shapes


def known(shapes, names):
    """The number of sizes that are known by numbers or the names of inputs."""
    sizes = [size for name in names for size in shapes.get(name) or []]
    return sum(size is not None and not OWN_NAME.search(str(size)) for size in sizes)


def evaluated(expression, sizes):
    """The value of an expression, or the expression where it is the name of a size not met yet."""
    if expression in sizes or not isinstance(expression, str):
        return sizes.get(expression, expression)
    names = re.findall(r"[A-Za-z_]\w*", expression)
    if any(name not in sizes and name not in FUNCTIONS for name in names):
        return expression
    return eval(expression, {"__builtins__": {}}, {**FUNCTIONS, **sizes})


def mismatches(shapes, inputs, traced, order):
    """Yields a line for each derived size that is not the real one."""
    sizes = {}
    real = {name: value.shape for name, value in {**traced, **inputs}.items()}
    for name in order:
        shape, extents = shapes.get(name), real.get(name)
        if shape is None or extents is None:
            continue
        if len(shape) != len(extents):
            yield f"{name} is of rank {len(extents)}, not {len(shape)}"
            continue
        for size, extent in zip(shape, extents):
            got = evaluated(size, sizes)
            if isinstance(got, str) and re.fullmatch(r"[^ *+()]+", got):
                sizes[got] = extent
            elif got is not None and got != extent:
                yield f"{name} is {list(extents)}, not {shape}"
                break


def check(program, folder, scratch):
    """Yields (step, reason): a reason of None is a pass."""
    model = onnx.load(folder / "model.onnx")
    del model.graph.value_info[:]
    for output in model.graph.output:
        if output.type.WhichOneof("value") == "tensor_type":
            output.type.tensor_type.ClearField("shape")
    defaults = {tensor.name for tensor in model.graph.initializer}
    inputs = [i for i in model.graph.input if i.name not in defaults]
    del model.graph.input[:]
    model.graph.input.extend(inputs)
    source, target = scratch / "source.onnx", scratch / "target.onnx"
    onnx.save(model, source)
    ferry(program, "convert", source, "-o", target, "--verify", "off")
    converted = onnx.load(target, load_external_data=False)
    shapes = types(converted)
    order = [i.name for i in converted.graph.input]
    order += [name for node in converted.graph.node for name in node.output]
    is_executed = "Erfc" not in {node.op_type for node in model.graph.node}
    for inputs in sorted(folder.glob("inputs*.npz")) if is_executed else []:
        ferry(program, "run", target, "--inputs", inputs, "--trace", scratch / "trace.npz")
        traced = dict(numpy.load(scratch / "trace.npz"))
        found = list(mismatches(shapes, dict(numpy.load(inputs)), traced, order))
        yield f"{inputs.stem} derived", "; ".join(found[:5]) or None
    theirs = types(onnx.shape_inference.infer_shapes(model, data_prop=True))
    names = {name for node in model.graph.node for name in node.output if name in set(order)}
    counts = known(shapes, names), known(theirs, names)
    print(f"{folder.parent.name}/{folder.name}: {counts[0]} sizes known, onnx {counts[1]}")
    yield "known", None if counts[0] >= counts[1] else f"{counts[0]} sizes, onnx {counts[1]}: " + (
        "; ".join(
            f"{n} {shapes.get(n)} {theirs.get(n)}" for n in order
            if n in names and known(shapes, [n]) < known(theirs, [n])))[:600]


def main():
    program, root = sys.argv[1], pathlib.Path(sys.argv[2])
    patterns = sys.argv[3:] or ["*"]
    passed = failed = 0
    for source in sorted(root.glob("*/*/model.onnx")):
        folder = source.parent
        name = str(folder.relative_to(root))
        if not any(fnmatch.fnmatch(name, pattern) for pattern in patterns):
            continue
        with tempfile.TemporaryDirectory() as scratch:
            try:
                results = list(check(program, folder, pathlib.Path(scratch)))
            except Exception as error:  # a model that cannot be checked is a failure
                results = [("check", " ".join(str(error).split())[:600])]
        for step, reason in results:
            passed, failed = (passed + 1, failed) if reason is None else (passed, failed + 1)
            if reason is not None:
                print(f"FAILED {name} {step}: {reason}", flush=True)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
