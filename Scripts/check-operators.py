#!/usr/bin/env python3
"""Compares the schemas that `ferry operators --json` prints with those of the onnx package.

usage: check-operators.py FERRY

For every operator of the standard domains: versions; names, types and options of inputs and
outputs; smallest and largest counts; attributes with kinds and defaults; type constraints of the
newest version. Prints a line for each difference and ends with `N passed, N failed`, where each
operator counts once.
"""
import json
import math
import struct
import subprocess
import sys

from onnx import defs, helper

# Operators that ONNX Runtime writes into the standard domain, which does not define them.
FOREIGN = {("ai.onnx", "SimplifiedLayerNormalization")}
DOMAINS = ("ai.onnx", "ai.onnx.ml", "ai.onnx.preview", "ai.onnx.preview.training")
OPTIONS = {
    defs.OpSchema.FormalParameterOption.Single: "required",
    defs.OpSchema.FormalParameterOption.Optional: "optional",
    defs.OpSchema.FormalParameterOption.Variadic: "variadic",
}
UNBOUNDED = 2**31 - 1


def history():
    """The versions of every operator that the package knows, oldest first."""
    schemas = {}
    for schema in defs.get_all_schemas_with_history():
        domain = schema.domain or "ai.onnx"
        schemas.setdefault((domain, schema.name), []).append(schema)
    return {key: sorted(list_, key=lambda s: s.since_version) for key, list_ in schemas.items()}


def onnx_parameter(parameter):
    described = {
        "name": parameter.name,
        "type": parameter.type_str,
        "presence": OPTIONS[parameter.option],
    }
    if described["presence"] == "variadic":
        described |= {"minimum": parameter.min_arity, "isHomogeneous": parameter.is_homogeneous}
    return described


def onnx_attribute(attribute):
    described = {
        "name": attribute.name,
        "kind": attribute.type.name.lower(),
        "isRequired": attribute.required,
    }
    if attribute.default_value.type:
        value = helper.get_attribute_value(attribute.default_value)
        described["default"] = json_value(value)
    return described


def json_value(value):
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    return [json_value(v) for v in value] if isinstance(value, (list, tuple)) else value


def same_default(left, right):
    """Whether two defaults are equal as 32-bit numbers."""
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same_default, left, right))
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return struct.pack("f", left) == struct.pack("f", right)
    return left == right


def counts(parameters):
    """The smallest and the largest number of values for a list of parameters."""
    smallest = 0
    for index, parameter in enumerate(parameters):
        if parameter["presence"] == "required":
            smallest = index + 1
        elif parameter["presence"] == "variadic":
            smallest = max(smallest, index + parameter["minimum"])
    endless = bool(parameters) and parameters[-1]["presence"] == "variadic"
    return smallest, UNBOUNDED if endless else len(parameters)


def parameter_differences(role, ours, theirs, bounds):
    if counts(ours) != bounds:
        yield f"{role} counts are {counts(ours)}, not {bounds}"
    for index in range(max(len(ours), len(theirs))):
        left = ours[index] if index < len(ours) else None
        right = onnx_parameter(theirs[index]) if index < len(theirs) else None
        if left != right:
            yield f"{role} {index} is {left}, not {right}"


def attribute_differences(ours, theirs):
    ours = {attribute["name"]: attribute for attribute in ours}
    theirs = {name: onnx_attribute(attribute) for name, attribute in theirs.items()}
    for name in sorted(ours.keys() | theirs.keys()):
        left, right = ours.get(name), theirs.get(name)
        if left is None or right is None:
            yield f"attribute {name} is {left}, not {right}"
            continue
        default, other = left.pop("default", None), right.pop("default", None)
        if left != right or not same_default(default, other):
            yield f"attribute {name} is {left} = {default}, not {right} = {other}"


def constraint_differences(ours, theirs):
    theirs = {c.type_param_str: set(c.allowed_type_strs) for c in theirs}
    for name in sorted(ours.keys() | theirs.keys()):
        left, right = set(ours.get(name, ())), theirs.get(name, set())
        if name not in ours or name not in theirs:
            yield f"type variable {name} is {'missing' if name not in ours else 'unknown'}"
        elif left != right:
            extra, lacking = sorted(left - right), sorted(right - left)
            yield f"type variable {name} has {extra} too many and lacks {lacking}"


def differences(ours, schemas):
    newest = schemas[-1]
    versions = [schema.since_version for schema in schemas]
    if ours["versions"] != versions:
        yield f"versions are {ours['versions']}, not {versions}"
    yield from parameter_differences(
        "input", ours["inputs"], newest.inputs, (newest.min_input, newest.max_input))
    yield from parameter_differences(
        "output", ours["outputs"], newest.outputs, (newest.min_output, newest.max_output))
    yield from attribute_differences(ours["attributes"], newest.attributes)
    yield from constraint_differences(ours["typeConstraints"], newest.type_constraints)


def integer(text):
    """The number of a JSON token without a fraction; -0 is how a real negative zero is printed."""
    return -0.0 if text == "-0" else int(text)


def main():
    program = sys.argv[1]
    printed = subprocess.run(
        [program, "operators", "--json"], capture_output=True, text=True, check=True).stdout
    ours = {(o["domain"], o["name"]): o for o in json.loads(printed, parse_int=integer)["operators"]}
    theirs = history()
    passed = failed = 0
    for key in sorted(theirs.keys() | {k for k in ours if k[0] in DOMAINS} - FOREIGN):
        name = "::".join(key)
        if key not in ours:
            found = ["no definition"]
        elif key not in theirs:
            found = ["unknown to the onnx package"]
        else:
            found = list(differences(ours[key], theirs[key]))
        for difference in found:
            print(f"{name}: {difference}")
        passed, failed = (passed, failed + 1) if found else (passed + 1, failed)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
