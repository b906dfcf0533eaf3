#!/usr/bin/env python3
"""Compares what optimizers leave of models: the nodes of Ferry's result beside those of onnxsim,
onnxslim and ONNX Runtime (basic and extended optimizations), and the bytes beside the source's.

    compare-optimizers.py FERRY MODEL… [--level N] [--check]

Each result of Ferry's is also executed by ONNX Runtime and compared with the source on inputs that
are made up. Constants do not count as nodes; those of subgraphs do. The last line reads
`N passed, N failed`: a model fails where Ferry leaves more nodes than the best of the others, where
the file grows by more than 1 %, or where outputs differ by more than rounding.
"""
import argparse
import os
import subprocess
import sys
import tempfile

import numpy
import onnx
import onnxruntime

onnxruntime.set_default_logger_severity(4)


def count(graph):
    total = 0
    for node in graph.node:
        total += node.op_type != "Constant"
        for attribute in node.attribute:
            total += count(attribute.g) if attribute.type == onnx.AttributeProto.GRAPH else 0
            total += sum(count(inner) for inner in attribute.graphs)
    return total


def nodes(path):
    return count(onnx.load(path, load_external_data=False).graph)


def size(path):
    folder = os.path.dirname(path)
    model = onnx.load(path, load_external_data=False)
    names = {
        entry.value
        for tensor in onnx.external_data_helper._get_all_tensors(model)
        for entry in tensor.external_data
        if entry.key == "location"
    }
    return os.path.getsize(path) + sum(os.path.getsize(os.path.join(folder, n)) for n in names)


def by_onnxsim(path, result):
    import onnxsim

    onnx.save(onnxsim.simplify(onnx.load(path))[0], result)


def by_onnxslim(path, result):
    import onnxslim

    onnx.save(onnxslim.slim(onnx.load(path)), result)


def by_onnxruntime(path, result):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = result
    onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


PEERS = {"onnxsim": by_onnxsim, "onnxslim": by_onnxslim, "onnxruntime": by_onnxruntime}


def peer_nodes(peer, path, folder):
    """The nodes that a peer leaves, or None where it fails; in a process of its own: some crash."""
    result = os.path.join(folder, f"{peer}.onnx")
    if os.path.exists(result):
        os.remove(result)
    command = [sys.executable, __file__, "--peer", peer, path, result]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=600)
    return nodes(result) if os.path.exists(result) else None


def made_up(session, seed=0):
    generator = numpy.random.default_rng(seed)
    kinds = {
        "tensor(float)": numpy.float32, "tensor(double)": numpy.float64,
        "tensor(float16)": numpy.float16, "tensor(int64)": numpy.int64,
        "tensor(int32)": numpy.int32, "tensor(uint8)": numpy.uint8, "tensor(int8)": numpy.int8,
        "tensor(bool)": numpy.bool_,
    }
    inputs = {}
    for value in session.get_inputs():
        if value.type not in kinds:
            return None
        shape = [extent if isinstance(extent, int) else 2 for extent in value.shape]
        kind = kinds[value.type]
        if numpy.issubdtype(kind, numpy.floating):
            inputs[value.name] = generator.standard_normal(shape).astype(kind)
        else:
            inputs[value.name] = generator.integers(0, 2, shape).astype(kind)
    return inputs


def session(path):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def difference(source, result):
    """What ONNX Runtime says of the outputs of both: a text where they disagree, else None."""
    try:
        reference = session(source)
        inputs = made_up(reference)
        if inputs is None:
            return None
        expected = reference.run(None, inputs)
    except Exception:  # what it cannot execute cannot be compared
        return None
    try:
        outputs = session(result).run(None, inputs)
    except Exception as error:
        return f"ONNX Runtime refuses the result: {str(error)[:300]}"
    for got, want in zip(outputs, expected):
        if not isinstance(want, numpy.ndarray) or want.dtype.kind not in "fiub":
            continue
        if got.shape != want.shape:
            return f"shape {got.shape} instead of {want.shape}"
        tolerance = 2e-2 if want.dtype == numpy.float16 else 1e-4
        scale = max(1.0, float(numpy.abs(numpy.nan_to_num(want.astype(float))).max(initial=0)))
        if not numpy.allclose(
            got.astype(float), want.astype(float), rtol=tolerance, atol=tolerance * scale, equal_nan=True
        ):
            return f"differs by {numpy.abs(got.astype(float) - want.astype(float)).max()}"
    return None


def main():
    if sys.argv[1:2] == ["--peer"]:
        PEERS[sys.argv[2]](sys.argv[3], sys.argv[4])
        return 0
    parser = argparse.ArgumentParser()
    parser.add_argument("ferry")
    parser.add_argument("models", nargs="+")
    parser.add_argument("--level", default="2")
    arguments = parser.parse_args()
    passed = failed = 0
    heading = f"{'model':52} {'source':>7} {'ferry':>6}"
    print(heading + "".join(f" {peer:>11}" for peer in PEERS) + f" {'bytes':>7}")
    with tempfile.TemporaryDirectory() as folder:
        for path in arguments.models:
            result = os.path.join(folder, "ferry.onnx")
            run = subprocess.run(
                [arguments.ferry, "optimize", path, "-o", result, f"-O{arguments.level}",
                 "--verify", "off"], capture_output=True, text=True)
            name = "/".join(path.split("/")[-3:-1]) or path
            if run.returncode != 0:
                print(f"{name:52} FAILED {run.stderr.strip()[-300:]}")
                failed += 1
                continue
            ours = nodes(result)
            peers = {peer: peer_nodes(peer, path, folder) for peer in PEERS}
            best = min((n for n in peers.values() if n is not None), default=ours)
            growth = size(result) / size(path)
            reasons = []
            if ours > best:
                reasons.append(f"{ours - best} nodes more than the best")
            if growth > 1.01:
                reasons.append("the file grows")
            disagreement = difference(path, result)
            if disagreement:
                reasons.append(disagreement)
            passed, failed = passed + (not reasons), failed + bool(reasons)
            row = "".join(f" {'-' if peers[peer] is None else peers[peer]:>11}" for peer in PEERS)
            print(
                f"{name:52} {nodes(path):7} {ours:6}{row} {growth * 100:6.1f}%"
                + (f"  FAILED {'; '.join(reasons)}" if reasons else ""), flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
