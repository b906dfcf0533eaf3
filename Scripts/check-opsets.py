#!/usr/bin/env python3
"""Writes framework exports for older operator sets and compares what the results compute.

usage: check-opsets.py FERRY FOLDER [GLOB ...]

FOLDER is that of check-exports.py. For each model and each of some operator sets, `ferry convert
--opset N` must either succeed, and then

  - the onnx package accepts the result as a model of exactly that operator set, and
  - ONNX Runtime computes from it what it computes from the original, where it runs that one,

or end with exit code 4, leave no file behind and name each node that has no form, with a remedy.
What ONNX Runtime has no kernels for in the older operator set is counted, but is no failure.

Models above 8 MiB are left out: what they are made of is in smaller ones.

Prints how many models each operator set takes, beside what the version converter of the onnx
package achieves by the same measure, which must be fewer. Ends with a line `N passed, N failed`;
needs numpy, onnx and onnxruntime.
"""
import concurrent.futures
import fnmatch
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy
import onnx
import onnxruntime
from onnx import version_converter

VERSIONS = (9, 11, 13, 15, 17, 19, 21)
LARGEST = 8 << 20


def runtime_outputs(model, inputs):
    """What ONNX Runtime computes, or None where it has no kernel."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    try:
        session = onnxruntime.InferenceSession(
            str(model), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        if "NOT_IMPLEMENTED" in str(error) or "is not a registered" in str(error):
            return None
        raise
    return session.run(None, {i.name: inputs[i.name] for i in session.get_inputs()})


def compare(got, want):
    assert len(got) == len(want), f"{len(got)} outputs instead of {len(want)}"
    for index, (value, expected) in enumerate(zip(got, want)):
        if isinstance(expected, list):  # a sequence of maps, such as classes with scores
            assert value == expected, f"output {index} differs"
        elif expected.dtype.kind != "f":
            numpy.testing.assert_array_equal(value, expected, err_msg=f"output {index}")
        else:
            bound = 2e-3 if expected.dtype == numpy.float16 else 1e-4
            numpy.testing.assert_allclose(
                value, expected, rtol=bound, atol=bound, err_msg=f"output {index}")


def passes_type_inference(model):
    try:
        onnx.checker.check_model(str(model), full_check=True)
        return True
    except Exception:
        return False


def check_result(result, version, inputs, expected, full_check):
    """Whether ONNX Runtime has confirmed a result; raises when it is wrong."""
    onnx.checker.check_model(str(result), full_check=full_check)
    declared = {o.domain: o.version for o in onnx.load(result, load_external_data=False).opset_import}
    assert declared.get("", version) == version, f"the result is of operator set {declared['']}"
    if expected is None:
        return False
    got = runtime_outputs(result, inputs)
    if got is None:
        return False
    compare(got, expected)
    return True


def check_refusal(done, result, version):
    assert done.returncode == 4, f"exit code {done.returncode}: {done.stderr.strip()[-400:]}"
    assert not result.exists(), "an output is left behind"
    lines = done.stderr.strip().splitlines()
    assert f"without a form in operator set {version}" in lines[0], lines[0]
    count = int(lines[0].split(": ")[-1].split()[0])
    assert len(lines) == count + 2 and "remedy: " in lines[-1], done.stderr
    assert all('"' in line and ": " in line for line in lines[1:-1]), done.stderr


def converter_succeeds(model, version, result, *expectations):
    """Whether the version converter of the onnx package makes a model that is right."""
    try:
        onnx.save(version_converter.convert_version(model, version), result)
        check_result(result, version, *expectations)
        return True
    except Exception:
        return False


def check(program, folder, name):
    """The lines of failures, and for each operator set what became of the model."""
    source = folder / "model.onnx"
    case = min(folder.glob("inputs*.npz"))
    inputs = dict(numpy.load(case))
    try:
        expected = runtime_outputs(source, inputs)
    except Exception:
        expected = None
    model = onnx.load(source)
    # The package's type inference rejects some originals.
    expectations = (inputs, expected, passes_type_inference(source))
    failures, outcomes = [], {}
    for version in VERSIONS:
        with tempfile.TemporaryDirectory() as scratch:
            result = pathlib.Path(scratch) / "model.onnx"
            done = subprocess.run(
                [program, "convert", source, "-o", result, "--opset", str(version),
                 "--inputs", case], capture_output=True, text=True)
            outcome = "refused"
            try:
                if done.returncode == 0:
                    confirmed = check_result(result, version, *expectations)
                    outcome = "confirmed" if confirmed else "written"
                elif "without a definition" not in done.stderr:
                    check_refusal(done, result, version)
            except Exception as error:  # any failure is a result of its own
                failures.append(f"{name} at {version}: {' '.join(str(error).split())[:500]}")
                outcome = "failed"
            other = pathlib.Path(scratch) / "other.onnx"
            peer = converter_succeeds(model, version, other, *expectations)
            outcomes[version] = (outcome, peer)
    return failures, outcomes


def main():
    program, root = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
    patterns = sys.argv[3:] or ["*"]
    folders = {
        str(path.parent.relative_to(root)): path.parent
        for path in sorted(root.glob("*/*/model.onnx")) if path.stat().st_size <= LARGEST
    }
    names = [n for n in folders if any(fnmatch.fnmatch(n, pattern) for pattern in patterns)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda name: check(program, folders[name], name), names))
    passed = failed = 0
    totals = {"ferry": 0, "peer": 0}
    for failures, _ in results:
        for line in failures:
            print("FAILED", line)
    for version in VERSIONS:
        outcomes = [outcomes[version] for _, outcomes in results]
        count = {k: sum(o == k for o, _ in outcomes) for k in
                 ("confirmed", "written", "refused", "failed")}
        peer = sum(p for _, p in outcomes)
        totals["ferry"] += count["confirmed"] + count["written"]
        totals["peer"] += peer
        passed += len(outcomes) - count["failed"]
        failed += count["failed"]
        print(f"operator set {version}: of {len(outcomes)} models "
              f"{count['confirmed'] + count['written']} written, {count['confirmed']} of them "
              f"confirmed by ONNX Runtime, {count['refused']} refused; "
              f"the version converter: {peer}")
    if len(names) > 1 and totals["ferry"] <= totals["peer"]:
        print(f"FAILED {totals['ferry']} models are written, {totals['peer']} by the converter")
        failed += 1
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
