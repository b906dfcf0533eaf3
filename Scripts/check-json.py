#!/usr/bin/env python3
"""Checks what every command prints with --json against the schema: check-json.py FERRY

Runs from the top of the checkout; needs the jsonschema package. Ends with `N passed, N failed`.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import jsonschema

SCHEMA = json.loads(pathlib.Path("Schemas/ferry-json.schema.json").read_text())
MODEL = pathlib.Path("Fixtures/Models/digits-cnn")


def main():
    program = sys.argv[1]
    passed = failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        edge = f"{scratch}/model.edge"
        inputs = ["--inputs", MODEL / "inputs.npz"]
        commands = {
            "convert": ["convert", MODEL / "model.onnx", "-o", edge, *inputs],
            "verify": ["verify", MODEL / "model.onnx", edge, *inputs, "--expect", MODEL / "outputs.npz"],
            "run": ["run", edge, *inputs],
            "inspect": ["inspect", edge],
            "operators": ["operators"],
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
