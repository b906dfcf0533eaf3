#!/usr/bin/env python3
"""Checks what every command prints with --json against the schema: check-json.py FERRY

Runs from the top of the checkout; needs the packages jsonschema and onnx. Ends with `N passed, N failed`.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import jsonschema
import onnx

SCHEMA = json.loads(pathlib.Path("Schemas/ferry-json.schema.json").read_text())
MODEL = pathlib.Path("Fixtures/Models/digits-cnn")


def suite(scratch):
    """A folder with one test: a model that returns what it is given."""
    test = pathlib.Path(scratch) / "suite" / "identity"
    test.mkdir(parents=True)
    value = onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [2])
    result = onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [2])
    node = onnx.helper.make_node("Identity", ["x"], ["y"])
    graph = onnx.helper.make_graph([node], "identity", [value], [result])
    opset = [onnx.helper.make_opsetid("", 13)]
    onnx.save(onnx.helper.make_model(graph, opset_imports=opset, ir_version=8), test / "model.onnx")
    for name, file in (("x", "input_0.pb"), ("y", "output_0.pb")):
        tensor = onnx.helper.make_tensor(name, onnx.TensorProto.FLOAT, [2], [1, 2])
        (test / file).write_bytes(tensor.SerializeToString())
    return test.parent


def broken(scratch):
    """The model with another operator in the place of its first Relu."""
    model = onnx.load(MODEL / "model.onnx")
    next(node for node in model.graph.node if node.op_type == "Relu").op_type = "Sigmoid"
    onnx.save(model, f"{scratch}/broken.onnx")
    return f"{scratch}/broken.onnx"


def main():
    program = sys.argv[1]
    passed = failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        edge = f"{scratch}/model.edge"
        inputs = ["--inputs", MODEL / "inputs.npz"]
        commands = {
            "convert": ["convert", MODEL / "model.onnx", "-o", edge, *inputs],
            "optimize": [
                "optimize", MODEL / "model.onnx", "-o", f"{scratch}/small.onnx", *inputs,
                "--verify", "full"],
            "diff": ["diff", MODEL / "model.onnx", edge, *inputs],
            "reduce": [
                "reduce", MODEL / "model.onnx", broken(scratch), "-o", f"{scratch}/difference", *inputs],
            "passes": ["passes"],
            "verify": ["verify", MODEL / "model.onnx", edge, *inputs, "--expect", MODEL / "outputs.npz"],
            "run": ["run", edge, *inputs],
            "inspect": ["inspect", edge],
            "operators": ["operators"],
            "conformance": ["conformance", suite(scratch), "--route", "all"],
        }
        for name, arguments in commands.items():
            done = subprocess.run(
                [program, *map(str, arguments), "--json"], capture_output=True, text=True)
            try:
                schema = {"$ref": f"#/$defs/{name}", "$defs": SCHEMA["$defs"]}
                jsonschema.validate(json.loads(done.stdout), schema)
                passed += 1
            except (ValueError, jsonschema.ValidationError) as error:
                failed += 1
                print(f"FAILED {name}: {error}\n{done.stderr}")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
