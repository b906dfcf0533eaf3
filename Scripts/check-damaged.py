#!/usr/bin/env python3
"""Gives the program damaged and hostile files: check-damaged.py FERRY

Each must end with exit code 3, or 4 where the damage looks like something unsupported, with a
message, without an output file, within a second, and in memory of the file's size plus a fixed
budget. Needs the onnx package; runs from the top of the checkout. Ends with `N passed, N failed`.
"""
import os
import pathlib
import random
import resource
import subprocess
import sys
import tempfile
import time

from onnx import TensorProto, helper

MODEL = pathlib.Path("Fixtures/Models/digits-cnn/model.onnx")
SECONDS = 1.0
# What `ResourceLimits` lets decoded structures take at most; most files need far less.
BUDGET = 1 << 30


def model(nodes, initializers=(), inputs=None, outputs=None):
    info = lambda name: helper.make_tensor_value_info(name, TensorProto.FLOAT, [2])
    graph = helper.make_graph(
        nodes, "g", inputs or [info("x")], outputs or [info("y")], list(initializers))
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def weight(**fields):
    tensor = TensorProto(name="w", dims=[2], data_type=TensorProto.FLOAT)
    if "raw_data" not in fields and "external" not in fields:
        fields["raw_data"] = b"\0" * 8
    for key, value in fields.pop("external", {}).items():
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key=key, value=str(value))
    if "dims" in fields:
        del tensor.dims[:]
        tensor.dims.extend(fields.pop("dims"))
    for key, value in fields.items():
        setattr(tensor, key, value)
    return tensor


def structural_cases():
    add = helper.make_node("Add", ["x", "w"], ["y"])
    yield "undefined name", model([helper.make_node("Add", ["x", "nowhere"], ["y"])])
    yield "undefined output", model([helper.make_node("Relu", ["x"], ["z"])])
    yield "cycle", model([
        helper.make_node("Add", ["x", "b"], ["a"]), helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node("Relu", ["b"], ["y"])])
    yield "duplicate name", model([
        helper.make_node("Relu", ["x"], ["y"]), helper.make_node("Neg", ["x"], ["y"])])
    yield "duplicate initializer", model([add], [weight(), weight()])
    yield "data shorter than shape", model([add], [weight(raw_data=b"\0" * 7)])
    yield "data longer than shape", model([add], [weight(raw_data=b"\0" * 12)])
    yield "negative extent", model([add], [weight(dims=[-2])])
    yield "overflowing shape", model([add], [weight(dims=[1 << 40, 1 << 40])])
    yield "unknown element type", model([add], [weight(data_type=99)])
    yield "huge extent", model([add], [weight(dims=[1 << 62])])
    for name, external in {
        "parent folder": {"location": "../secret"},
        "absolute path": {"location": "/etc/hostname"},
        "link": {"location": "link"},
        "link to folder": {"location": "folder/passwd"},
        "device": {"location": "zero"},
        "missing file": {"location": "missing"},
        "negative offset": {"location": "data", "offset": -4},
        "offset past the end": {"location": "data", "offset": 1 << 40, "length": 8},
        "length past the end": {"location": "data", "offset": 8, "length": 16},
        "offset is no number": {"location": "data", "offset": "eight"},
        "unknown key": {"location": "data", "colour": "red"},
        "no location": {"offset": 0},
    }.items():
        yield f"external data: {name}", model([add], [weight(external=external)])


def cases(folder):
    """Yields (name, bytes, suffix)."""
    for name, damaged in structural_cases():
        yield name, damaged.SerializeToString(), "onnx"
    source = MODEL.read_bytes()
    for part in (0, 1, 100, 1000, len(source) // 2, len(source) - 1):
        yield f"cut after {part} bytes", source[:part], "onnx"
    yield "text", b"this is no model\n" * 100, "onnx"
    yield "nodes without end", b"\x3a\x80\x80\x80\x08" + b"\x0a\x00" * (8 << 20), "onnx"
    yield "deep nesting", nested_graphs(5000), "onnx"
    edge = (folder / "good.edge").read_bytes()
    for part in (0, 8, 100, 200, len(edge) // 2, len(edge) - 1):
        yield f".edge cut after {part} bytes", edge[:part] if part >= 8 else edge[:8], "edge"
    yield ".edge with a tail", edge + b"\0", "edge"
    generator = random.Random(0)
    head = min(len(edge), 6000)
    for index in range(150):
        damaged = bytearray(edge)
        position = generator.randrange(8, head // 4) * 4
        damaged[position:position + 4] = generator.choice([
            b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\x80", b"\0\0\0\0",
            generator.randbytes(4)])
        if bytes(damaged) != edge:
            yield f".edge changed at {position}", bytes(damaged), "edge"


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out + bytes([value]))


def nested_graphs(depth):
    graph = b""
    for _ in range(depth):
        attribute = b"\x32" + varint(len(graph)) + graph
        node = b"\x2a" + varint(len(attribute)) + attribute
        graph = b"\x0a" + varint(len(node)) + node
    return b"\x3a" + varint(len(graph)) + graph


def run(program, source, output):
    started = time.monotonic()
    process = subprocess.Popen(
        [program, "convert", source, "-o", output, "--verify", "off"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    _, error = process.communicate(timeout=60)
    return process.returncode, error, time.monotonic() - started


def check(program, name, data, suffix, folder):
    source, output = folder / f"case.{suffix}", folder / "out.edge"
    source.write_bytes(data)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    code, error, seconds = run(program, str(source), str(output))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    assert code in (3, 4), f"exit code {code}: {error[-300:]}"
    assert error.startswith("ferry: ") and len(error) > 20, f"no message: {error!r}"
    assert not output.exists(), "an output file is left"
    assert seconds < SECONDS, f"{seconds:.2f} seconds"
    assert peak <= max(before * 1024, len(data) + BUDGET), f"{peak >> 20} MiB of memory"


def main():
    program = sys.argv[1]
    passed = failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch) / "model"
        folder.mkdir()
        (folder / "data").write_bytes(bytes(16))
        (folder.parent / "secret").write_bytes(bytes(8))
        os.symlink("../secret", folder / "link")
        os.symlink("/etc", folder / "folder")
        os.symlink("/dev/zero", folder / "zero")
        subprocess.run(
            [program, "convert", MODEL, "-o", folder / "good.edge", "--verify", "off"],
            check=True, stdout=subprocess.DEVNULL)
        for name, data, suffix in cases(folder):
            try:
                check(program, name, data, suffix, folder)
                passed += 1
            except (AssertionError, subprocess.TimeoutExpired) as reason:
                failed += 1
                print(f"FAILED {name}: {reason}")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
