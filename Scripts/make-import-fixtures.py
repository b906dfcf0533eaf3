#!/usr/bin/env python3
"""Writes the small models in Fixtures/Models/onnx that the tests of ONNX import read.

Usage: Scripts/make-import-fixtures.py        (needs the Python package onnx, 1.23 or later)
"""
import pathlib

import numpy as np
import onnx
from onnx import TensorProto as T
from onnx import helper as h
from onnx import numpy_helper

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "Fixtures/Models/onnx"
VECTOR = [2]


def value(name, kind=T.FLOAT, shape=VECTOR):
    return h.make_tensor_value_info(name, kind, shape)


def tensor(name, values, kind=np.float32):
    return numpy_helper.from_array(np.array(values, kind), name)


def save(name, graph, ir_version=10, opsets=(("", 21),), **fields):
    imports = [h.make_opsetid(domain, version) for domain, version in opsets]
    model = h.make_model(graph, ir_version=ir_version, opset_imports=imports, **fields)
    path = FOLDER / f"{name}.onnx"
    path.write_bytes(model.SerializeToString(deterministic=True))
    return model


def subgraph_captures():
    """A Loop whose body holds an If; the branches see values of both graphs around them."""
    then = h.make_graph(
        [h.make_node("Add", ["state", "outer"], ["then_out"])], "then", [], [value("then_out")])
    other = h.make_graph(
        [h.make_node("Constant", [], ["two"], value_float=2.0),
         h.make_node("Mul", ["x", "two"], ["else_out"])], "else", [], [value("else_out")])
    body = h.make_graph(
        [h.make_node("If", ["keep"], ["next"], then_branch=then, else_branch=other),
         h.make_node("Identity", ["keep"], ["keep_out"])],
        "body",
        [value("i", T.INT64, []), value("keep", T.BOOL, []), value("state")],
        [value("keep_out", T.BOOL, []), value("next")])
    save("subgraph-captures", h.make_graph(
        [h.make_node("Neg", ["x"], ["outer"], name="negate"),
         h.make_node("Loop", ["trips", "go", "x"], ["y"], name="loop", body=body)],
        "captures", [value("x")], [value("y")],
        [tensor("trips", 3, np.int64), tensor("go", True, bool)]))


def functions():
    """A function that calls another one, two overloads, references and a default."""
    opset = h.make_opsetid("", 21)
    leak = h.make_node("LeakyRelu", ["a"], ["b"])
    reference = leak.attribute.add()
    reference.name, reference.ref_attr_name = "alpha", "slope"
    reference.type = onnx.AttributeProto.FLOAT
    inner = h.make_function(
        "local", "Leak", ["a"], ["b"], [leak], [opset],
        attribute_protos=[h.make_attribute("slope", 0.5)])
    call = h.make_node("Leak", ["a"], ["c"], domain="local")
    reference = call.attribute.add()
    reference.name, reference.ref_attr_name = "slope", "steepness"
    reference.type = onnx.AttributeProto.FLOAT
    outer_nodes = [
        call, h.make_node("Constant", [], ["k"], value=tensor("", [3, 4])),
        h.make_node("Add", ["c", "k"], ["b"])]
    outer = h.make_function(
        "local", "LeakAndShift", ["a"], ["b"], outer_nodes,
        [opset, h.make_opsetid("local", 1)], attributes=["steepness"],
        doc_string="calls another function", value_info=[value("c")])
    scale = [
        h.make_function(
            "local", "Scale", ["a"], ["b"], [h.make_node("Mul", ["a", "a"], ["b"])], [opset],
            overload="square"),
        h.make_function(
            "local", "Scale", ["a"], ["b"], [h.make_node("Add", ["a", "a"], ["b"])], [opset],
            overload="double")]
    nodes = [
        h.make_node("LeakAndShift", ["x"], ["t"], domain="local", steepness=0.25),
        h.make_node("Scale", ["t"], ["u"], domain="local", overload="square"),
        h.make_node("Scale", ["u"], ["y"], domain="local", overload="double")]
    save("functions", h.make_graph(nodes, "calls", [value("x")], [value("y")]),
         opsets=(("", 21), ("local", 1)), functions=[inner, outer, *scale])


def sparse():
    """Sparse initializers with linear indices and with coordinates."""
    linear = h.make_sparse_tensor(tensor("linear", [1, 2]), tensor("", [1, 5], np.int64), [2, 3])
    rows = h.make_sparse_tensor(
        tensor("rows", [3, 4]), tensor("", [[0, 2], [1, 0]], np.int64), [2, 3])
    save("sparse-initializer", h.make_graph(
        [h.make_node("Add", ["linear", "rows"], ["y"])], "sparse", [],
        [value("y", shape=[2, 3])], sparse_initializer=[linear, rows]))


VALUES = {
    T.FLOAT: [1.5, -2.0, 0.0], T.DOUBLE: [1.5, -2.0, 1e300], T.FLOAT16: [1.5, -2.0, 0.0],
    T.BFLOAT16: [1.5, -2.0, 0.0], T.INT8: [-128, 127, 5], T.UINT8: [0, 255, 5],
    T.INT16: [-32768, 32767, 5], T.UINT16: [0, 65535, 5], T.INT32: [-(2**31), 2**31 - 1, 5],
    T.UINT32: [0, 2**32 - 1, 5], T.INT64: [-(2**63), 2**63 - 1, 5],
    T.UINT64: [0, 2**64 - 1, 5], T.BOOL: [True, False, True],
    T.COMPLEX64: [1 + 2j, -3j, 0], T.COMPLEX128: [1 + 2j, -3j, 0],
    T.FLOAT8E4M3FN: [1.5, -2.0, 0.0], T.FLOAT8E4M3FNUZ: [1.5, -2.0, 0.0],
    T.FLOAT8E5M2: [1.5, -2.0, 0.0], T.FLOAT8E5M2FNUZ: [1.5, -2.0, 0.0],
    T.FLOAT8E8M0: [1.0, 2.0, 0.5], T.INT4: [-8, 7, 3], T.UINT4: [0, 15, 3],
    T.FLOAT6E2M3: [1.5, -2.0, 0.125], T.FLOAT6E3M2: [1.5, -28.0, 0.0625],
    T.FLOAT4E2M1: [1.5, -2.0, 0.0], T.INT2: [-2, 1, 1], T.UINT2: [0, 3, 1],
}


def data_fields():
    """The same tensor of each element type, once in its typed field and once in raw_data."""
    typed, raw, nodes, outputs = [], [], [], []
    for kind, values in VALUES.items():
        name = T.DataType.Name(kind).lower()
        typed.append(h.make_tensor(name, kind, [3], values))
        array = numpy_helper.to_array(typed[-1])
        raw.append(h.make_tensor(name, kind, [3], array, raw=True))
        nodes.append(h.make_node("Identity", [name], [f"{name}_out"]))
        outputs.append(value(f"{name}_out", kind, [3]))
    for name, tensors in (("typed-data", typed), ("raw-data", raw)):
        graph = h.make_graph(nodes, "data", [], outputs, tensors)
        save(name, graph, ir_version=14, opsets=(("", 25),))


def overridable_inputs():
    """An initializer that is also an input: a constant before version 4 of the IR."""
    def graph():
        return h.make_graph(
            [h.make_node("Add", ["x", "w"], ["y"])], "inputs", [value("x"), value("w")],
            [value("y")], [tensor("w", [1, 2])])
    save("inputs-ir3", graph(), ir_version=3, opsets=(("", 8),))
    save("inputs-ir8", graph(), ir_version=8, opsets=(("", 17),))


def external_data():
    weights = np.arange(32, dtype=np.float32)
    bias = np.array([1, 2], np.float32)
    (FOLDER / "external.bin").write_bytes(weights.tobytes() + bias.tobytes())
    tensors = []
    for name, array, offset in (("w", weights, 0), ("b", bias, 128)):
        message = T(name=name, data_type=T.FLOAT, dims=array.shape, data_location=T.EXTERNAL)
        entries = {"location": "external.bin", "offset": offset, "length": array.nbytes}
        for key, entry in entries.items():
            message.external_data.add(key=key, value=str(entry))
        tensors.append(message)
    tensors[0].dims[:] = [16, 2]
    save("external", h.make_graph(
        [h.make_node("Gemm", ["x", "w", "b"], ["y"])], "external", [value("x", shape=[1, 16])],
        [value("y", shape=[1, 2])], tensors))


def strings():
    text = T(name="text", data_type=T.STRING, dims=[3])
    text.string_data.extend([b"", "na\u00efve".encode(), b"\xff\xfe"])
    save("strings", h.make_graph(
        [h.make_node("Concat", ["text", "x"], ["y"], axis=0)], "strings",
        [value("x", T.STRING)], [value("y", T.STRING, [5])], [text]))


def unsorted():
    """Nodes before what they use, in the graph and from inside a branch."""
    then = h.make_graph([h.make_node("Neg", ["late"], ["p"])], "then", [], [value("p")])
    other = h.make_graph([h.make_node("Abs", ["late"], ["q"])], "else", [], [value("q")])
    nodes = [
        h.make_node("If", ["c"], ["y"], name="if", then_branch=then, else_branch=other),
        h.make_node("Exp", ["early"], ["late"], name="exp"),
        h.make_node("Relu", ["x"], ["early"], name="relu")]
    save("unsorted", h.make_graph(
        nodes, "unsorted", [value("x"), value("c", T.BOOL, [])], [value("y")]))


def entries(target, text):
    target.metadata_props.add(key=f"{text}.key", value=f"{text}.value")


def metadata():
    """Documentation and metadata wherever they may be, and everything else said beside a graph."""
    x, y, hidden = value("x", shape=["batch", None, 3]), value("y"), value("hidden")
    for message, text in ((x, "input"), (y, "output"), (hidden, "inner")):
        message.doc_string = f"about the {text}"
        entries(message, text)
    weights = tensor("w", [1, 2])
    weights.doc_string = "about the weights"
    entries(weights, "weights")
    node = h.make_node("Add", ["x", "w"], ["hidden"], name="add", doc_string="about the node")
    entries(node, "node")
    graph = h.make_graph(
        [node, h.make_node("Dropout", ["hidden", "", ""], ["", "y"], name="optional")], "metadata",
        [x], [y], [weights], doc_string="about the graph", value_info=[hidden])
    entries(graph, "graph")
    annotation = graph.quantization_annotation.add(tensor_name="hidden")
    annotation.quant_parameter_tensor_names.add(key="SCALE_TENSOR", value="w")
    function = h.make_function(
        "local", "F", ["a"], ["b"], [h.make_node("Neg", ["a"], ["b"])],
        [h.make_opsetid("", 21)], doc_string="about the function")
    entries(function, "function")
    model = h.make_model(
        graph, ir_version=10, producer_name="fixtures", producer_version="1.2", domain="org.x",
        model_version=7, doc_string="about the model", functions=[function],
        opset_imports=[h.make_opsetid("", 21), h.make_opsetid("local", 1)])
    entries(model, "model")
    (FOLDER / "metadata.onnx").write_bytes(model.SerializeToString(deterministic=True))


def attributes():
    """An attribute of every kind, on a node of an operator that nobody knows."""
    def graph(name):
        return h.make_graph([h.make_node("Neg", ["x"], [name])], name, [], [value(name)])
    one = h.make_sparse_tensor(tensor("v", [1]), tensor("", [1], np.int64), [3])
    node = h.make_node(
        "Anything", ["x"], ["y"], domain="custom", name="all",
        f=1.5, i=-7, s="text", t=tensor("t", [1, 2]), g=graph("g"), sparse=one,
        type=h.make_sequence_type_proto(h.make_tensor_type_proto(T.INT64, ["n"])),
        floats=[1.5, 2.0], ints=[1, -2], strings=["a", "b"],
        tensors=[tensor("", [1]), tensor("", [2, 3], np.int64)],
        graphs=[graph("g1"), graph("g2")], sparses=[one],
        types=[h.make_optional_type_proto(h.make_tensor_type_proto(T.FLOAT, None)),
               h.make_map_type_proto(T.STRING, h.make_tensor_type_proto(T.FLOAT, []))])
    empty = node.attribute.add()
    empty.name, empty.type = "none", onnx.AttributeProto.INTS
    save("attributes", h.make_graph([node], "attributes", [value("x")], [value("y")]),
         opsets=(("", 21), ("custom", 3)))


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    subgraph_captures()
    functions()
    sparse()
    data_fields()
    overridable_inputs()
    external_data()
    strings()
    unsorted()
    metadata()
    attributes()
