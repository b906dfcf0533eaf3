#!/usr/bin/env python3
"""Writes the table of the older forms of the standard operators that export to them checks.

usage: generate-older-forms.py > Sources/Operators/Downgrading/OlderForms+Table.swift

One entry a form: operator, the operator set that brought it, inputs, `>`, outputs, the types of the
variables and, behind `|`, the attributes of the newest form that it lacks. `?` marks what is
optional, `*` what is variadic, `**` what may be of several types besides. Only forms that an operator set from 7 on has and that are not the
newest are listed, and only where they differ from the form before. Needs onnx.
"""
import textwrap

from onnx import defs

OLDEST = 7
IEEE = {"float16", "float", "double"}
SIGNED = {"int8", "int16", "int32", "int64"}
UNSIGNED = {"uint8", "uint16", "uint32", "uint64"}
COMPLEX = {"complex64", "complex128"}
CLASSIC = IEEE | SIGNED | UNSIGNED | COMPLEX | {"bool", "string"}
# What each operator set added to the types that most operators on any type take.
GROWTH = [
    (13, {"bfloat16"}), (19, {"float8e4m3fn", "float8e4m3fnuz", "float8e5m2", "float8e5m2fnuz"}),
    (21, {"int4", "uint4"}), (23, {"float4e2m1"}), (24, {"float8e8m0"}), (25, {"int2", "uint2"}),
]


def sets():
    """The sets that `OlderForms` knows by name, larger ones first."""
    found = {"classic": CLASSIC}
    whole = CLASSIC
    for version, added in GROWTH:
        whole = whole | added
        found[f"any{version}"] = whole
    found |= {name + "-complex": members - COMPLEX for name, members in found.items()}
    found = dict(sorted(found.items(), key=lambda entry: -len(entry[1])))
    return found | {
        "numeric": IEEE | {"bfloat16"} | SIGNED | UNSIGNED, "integers": SIGNED | UNSIGNED,
        "float8": GROWTH[1][1], "floats": IEEE | {"bfloat16"}, "signed": SIGNED, "unsigned": UNSIGNED, "ieee": IEEE,
    }


SETS = sets()
OPTION = defs.OpSchema.FormalParameterOption


def element_names(elements):
    names = []
    for name, members in SETS.items():
        if members <= elements:
            names.append(name)
            elements = elements - members
    spelled = {"float": "float32", "double": "float64"}
    return "+".join(names + sorted(spelled.get(name, name) for name in elements))


def constraint(types):
    """The element types of tensors, and behind `seq:`, `opt:`, `optseq:` those of other kinds."""
    parts = []
    for prefix, start, end in (
        ("", "tensor(", ")"), ("seq:", "seq(tensor(", "))"), ("opt:", "optional(tensor(", "))"),
        ("optseq:", "optional(seq(tensor(", ")))"),
    ):
        found = {t[len(start):-len(end)] for t in types if t.startswith(start)}
        if found:
            parts.append(prefix + element_names(found))
    return ",".join(parts)


def form(schema, newest):
    constraints = {c.type_param_str: c.allowed_type_strs for c in schema.type_constraints}
    variables = {}

    def parameter(p):
        mark = {OPTION.Single: "", OPTION.Optional: "?", OPTION.Variadic: "*"}[p.option]
        if mark == "*" and not p.is_homogeneous:
            mark = "**"
        types = constraints.get(p.type_str, [p.type_str])
        variable = p.type_str if p.type_str in constraints else constraint(types)
        if p.type_str in constraints:
            variables[variable] = constraint(types)
        return f"{p.name}:{variable}{mark}"

    inputs = [parameter(p) for p in schema.inputs]
    outputs = [parameter(p) for p in schema.outputs]
    lacking = sorted(set(newest.attributes) - set(schema.attributes))
    words = inputs + [">"] + outputs + [f"{v}={t}" for v, t in variables.items()]
    return " ".join(words + (["|"] + lacking if lacking else []))


def main():
    history = {}
    for schema in defs.get_all_schemas_with_history():
        if schema.domain == "" and not schema.deprecated:
            history.setdefault(schema.name, []).append(schema)
    lines = []
    for name, schemas in sorted(history.items()):
        schemas.sort(key=lambda s: s.since_version)
        before = None
        newest = schemas[-1] if name not in ("Upsample", "Scatter") else None
        for schema, following in zip(schemas, schemas[1:] + [None]):
            if schema is newest or following and following.since_version <= OLDEST:
                continue
            described = form(schema, schemas[-1])
            if described != before:
                lines.append(f"{name} {schema.since_version} {described}")
            before = described
    print("""\
// Written by Scripts/generate-older-forms.py from the schemas of the onnx package.

extension OlderForms {
  /// One entry a form; lines that begin with a space go on with the entry before.
  static let table = \"\"\"""")
    for line in lines:
        wrapper = textwrap.TextWrapper(
            94, subsequent_indent="  ", break_on_hyphens=False, break_long_words=False)
        print(textwrap.indent(wrapper.fill(line), "    "))
    print('    """\n}')


if __name__ == "__main__":
    main()
