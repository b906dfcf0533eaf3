#!/usr/bin/env python3
"""Carries framework exports through every route and compares with the framework's own outputs.

usage: check-exports.py FERRY FOLDER [GLOB ...]

FOLDER holds FRAMEWORK/MODEL/ with model.onnx, inputs*.npz, outputs*.npz and meta.json, which says
within which tolerance ONNX Runtime agrees with the framework. For each model and each of its cases:

  convert   ONNX -> .edge, executed beside the source: the same bits
  verify    the .edge file against the framework's outputs
  float64   the same in 64-bit floating point
  return    .edge -> ONNX, executed beside the .edge file: the same bits
  runtime   ONNX Runtime loads what returned and computes what it computes from the original

Two results of 32 bits may be apart by the rounding of both. To the bound therefore comes, output by
output, what one of them is measured to be off: in `verify` the framework, by its distance from our
result in 64 bits; in `float64` a result in 32 bits, by the distance of ours from that in 64. A wrong
result in both precisions is caught by the second, since neither of its terms knows the framework.

A model with an operator that no definition is known of must be refused: exit code 4 and one report
that names operator, node and remedy.

Ends with a line `N passed, N failed`; needs numpy, onnx and onnxruntime.
"""
import fnmatch
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy
import onnx
import onnxruntime


def tolerance(meta, case):
    """The widest bound that ONNX Runtime needed, plain or optimized."""
    runs = meta["cases"][case]
    bounds = [
        output["tol"]
        for kind in ("ort_unoptimised", "ort_optimised")
        for output in runs.get(kind, {}).values()
        if isinstance(output, dict) and isinstance(output.get("tol"), (int, float))
    ]
    return max(bounds, default=1e-5)


def executed(program, model, inputs, target, *options):
    """The outputs of a model, or None where .npz cannot hold one of them."""
    try:
        ferry(program, "run", model, "--inputs", inputs, "--outputs", target, *options)
    except AssertionError as error:
        if "which .npz cannot hold" in str(error):
            return None
        raise
    return dict(numpy.load(target))


def distance(left, right):
    """The largest difference of two arrays of finite numbers; 0 for other types."""
    if left.dtype.kind != "f" or left.shape != right.shape or not left.size:
        return 0.0
    difference = numpy.abs(left.astype(float) - right.astype(float))
    return float(numpy.max(difference[numpy.isfinite(difference)], initial=0.0))


def verify(program, model, inputs, expected, bound, scratch, wide):
    """Compares a model's outputs in 32 or 64 bits with those of the framework."""
    narrow_outputs = executed(program, model, inputs, scratch / "narrow.npz")
    if narrow_outputs is None:
        ferry(
            program, "verify", model, model, "--inputs", inputs, "--expect", expected,
            "--tolerance", bound, *(["--float64"] if wide else []))
        return
    wide_outputs = executed(program, model, inputs, scratch / "wide.npz", "--float64")
    got = wide_outputs if wide else narrow_outputs
    for name, want in numpy.load(expected).items():
        other = narrow_outputs[name] if wide else want
        assert got[name].shape == want.shape, f"{name} has shape {got[name].shape}"
        if want.dtype.kind != "f":
            numpy.testing.assert_array_equal(got[name], want, err_msg=name)
            continue
        numpy.testing.assert_allclose(
            got[name], want, rtol=bound, atol=bound + distance(other, wide_outputs[name]),
            err_msg=name)


def ferry(program, *arguments):
    """Runs the program; what it prints on standard error is the reason of a failure."""
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(f"exit code {done.returncode}: {done.stderr.strip()[-500:]}")
    return done.stdout


def runtime_outputs(model, inputs):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(
        str(model), options, providers=["CPUExecutionProvider"])
    values = session.run(None, {i.name: inputs[i.name] for i in session.get_inputs()})
    return dict(zip([o.name for o in session.get_outputs()], values))


def compare(got, want, bound):
    assert list(got) == list(want), f"outputs {list(got)} instead of {list(want)}"
    for name, expected in want.items():
        if isinstance(expected, list):  # a sequence of maps, such as classes with scores
            assert got[name] == expected, f"{name} differs"
            continue
        assert got[name].shape == expected.shape, f"{name} has shape {got[name].shape}"
        if expected.dtype.kind != "f":
            numpy.testing.assert_array_equal(got[name], expected, err_msg=name)
            continue
        numpy.testing.assert_allclose(got[name], expected, rtol=bound, atol=bound, err_msg=name)


def check_refusal(program, source, scratch, operator):
    """The report on a model with an unknown operator is complete, and nothing is written."""
    target = scratch / "model.edge"
    done = subprocess.run(
        [program, "convert", source, "-o", target], capture_output=True, text=True)
    nodes = [node.name for node in onnx.load(source).graph.node if node.op_type == operator]
    assert done.returncode == 4, f"exit code {done.returncode}"
    assert not target.exists(), "an output is left behind"
    for part in (operator, f"{len(nodes)} node", nodes[0], "remedy"):
        assert part in done.stderr, f"{part} is not named: {done.stderr}"


def check(program, folder, scratch):
    """Yields (step, reason): a reason of None is a pass."""
    meta = json.loads((folder / "meta.json").read_text())
    source = folder / "model.onnx"
    edge, back = scratch / "model.edge", scratch / "back.onnx"
    if "Erfc" in meta["ops"]:
        try:
            check_refusal(program, source, scratch, "Erfc")
            yield "refusal", None
        except AssertionError as error:
            yield "refusal", str(error)
        return
    for inputs in sorted(folder.glob("inputs*.npz")):
        case = inputs.stem
        outputs = folder / f"outputs{case.removeprefix('inputs')}.npz"
        bound = tolerance(meta, case)
        data = dict(numpy.load(inputs))
        data_options = ("--inputs", inputs)
        steps = {
            "convert": lambda: ferry(program, "convert", source, "-o", edge, *data_options),
            "verify": lambda: verify(program, edge, inputs, outputs, bound, scratch, wide=False),
            "float64": lambda: verify(program, edge, inputs, outputs, bound, scratch, wide=True),
            "return": lambda: ferry(program, "convert", edge, "-o", back, *data_options),
            "runtime": lambda: compare(
                runtime_outputs(back, data), runtime_outputs(source, data), bound),
        }
        for step, run in steps.items():
            try:
                run()
                yield f"{case} {step}", None
            except Exception as error:  # any failure of a step is a result of its own
                yield f"{case} {step}", " ".join(str(error).split())[:600]


def main():
    program, root = sys.argv[1], pathlib.Path(sys.argv[2])
    patterns = sys.argv[3:] or ["*"]
    passed = failed = 0
    for meta in sorted(root.glob("*/*/meta.json")):
        folder = meta.parent
        name = str(folder.relative_to(root))
        if not (folder / "model.onnx").exists():
            continue
        if not any(fnmatch.fnmatch(name, pattern) for pattern in patterns):
            continue
        with tempfile.TemporaryDirectory() as scratch:
            for step, reason in check(program, folder, pathlib.Path(scratch)):
                if reason is None:
                    passed += 1
                else:
                    failed += 1
                    print(f"FAILED {name} {step}: {reason}", flush=True)
        print(f"checked {name}", flush=True)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
