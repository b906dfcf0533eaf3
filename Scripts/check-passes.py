#!/usr/bin/env python3
"""Optimizes framework exports at every level, the outputs measured after each pass.

usage: check-passes.py FERRY FOLDER [GLOB ...]

FOLDER holds FRAMEWORK/MODEL/ with model.onnx and inputs*.npz. For each model and level, 1 to 3:

  contract  no pass breaks its contract, at level 1 every output keeps every bit
  runtime   ONNX Runtime loads the result and computes what it computes from the source
  again     a second run leaves as many nodes

A model with an operator that no definition is known of is left out. Ends with a line
`N passed, N failed`; needs numpy, onnx and onnxruntime.
"""
import fnmatch
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy
import onnxruntime

onnxruntime.set_default_logger_severity(4)


def ferry(program, *arguments):
    run = subprocess.run(
        [program, *map(str, arguments)], capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, f"exit {run.returncode}: {run.stderr.strip()[-300:]}"
    return run.stdout


def optimize(program, source, target, level, *options):
    return json.loads(
        ferry(program, "optimize", source, "-o", target, f"-O{level}", "--json", *options))


def outputs(path, inputs):
    """What ONNX Runtime computes, or None where it cannot."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return session.run(None, inputs)


def check_runtime(source, target, inputs):
    given = dict(numpy.load(inputs, allow_pickle=True))
    try:
        expected = outputs(source, given)
    except Exception:  # what it cannot execute cannot be compared
        return
    for got, want in zip(outputs(target, given), expected):
        if not isinstance(want, numpy.ndarray) or want.dtype.kind != "f":
            assert str(got) == str(want), "an output that is no float differs"
            continue
        assert got.shape == want.shape, f"shape {got.shape} instead of {want.shape}"
        bound = 1e-2 if want.dtype == numpy.float16 else 1e-5
        scale = max(1.0, float(numpy.nanmax(numpy.abs(want), initial=0)))
        difference = numpy.abs(got.astype(float) - want.astype(float))
        worst = float(numpy.nanmax(difference, initial=0))
        assert worst <= bound * scale, f"differs by {worst}, the bound is {bound * scale}"


def check(program, folder, level, scratch):
    source = folder / "model.onnx"
    inputs = sorted(folder.glob("inputs*.npz"))[0]
    target = scratch / "result.onnx"
    report = optimize(program, source, target, level, "--verify", "full", "--inputs", inputs)
    for entry in report["passes"]:
        assert not entry.get("rollbackReason"), f"{entry['pass']}: {entry['rollbackReason']}"
    if level == 1:
        changed = [e["output"] for e in report.get("verification", []) if e["verdict"] != "identical"]
        assert not changed, f"{changed} changed"
    check_runtime(source, target, inputs)
    again = optimize(program, target, scratch / "again.onnx", level, "--verify", "off")
    assert again["nodes"] == report["nodes"], "a second run changes the graph"


def main():
    program, root = sys.argv[1], pathlib.Path(sys.argv[2])
    globs = sys.argv[3:] or ["*"]
    passed = failed = 0
    for model in sorted(root.glob("*/*/model.onnx")):
        folder = model.parent
        name = str(folder.relative_to(root))
        if "erfc" in name or not any(fnmatch.fnmatch(name, glob) for glob in globs):
            continue
        for level in (1, 2, 3):
            with tempfile.TemporaryDirectory() as scratch:
                try:
                    check(program, folder, level, pathlib.Path(scratch))
                    passed += 1
                except AssertionError as error:
                    failed += 1
                    print(f"FAILED {name} -O{level}: {error}", flush=True)
                except Exception as error:
                    failed += 1
                    print(f"FAILED {name} -O{level}: {type(error).__name__} {error}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
