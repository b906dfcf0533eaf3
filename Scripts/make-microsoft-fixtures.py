#!/usr/bin/env python3
"""Writes Fixtures/Models/microsoft: small models as ONNX Runtime's own tools rewrite them.

Usage: Scripts/make-microsoft-fixtures.py     (needs onnx 1.23.2, onnxruntime 1.32.0 and numpy)

Each model is made here in the form in which frameworks export it, and then goes through one of the
transformer optimizer, the quantizers, or the graph optimizer that saves what it runs. The outputs
are ONNX Runtime's for the model that is written, without further optimization.
"""
import json
import pathlib
import shutil
import tempfile

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto as T
from onnx import helper as h
from onnx import numpy_helper
from onnxruntime import quantization as q
from onnxruntime.quantization import matmul_nbits_quantizer as nbits
from onnxruntime.transformers import optimizer as transformers

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "Fixtures/Models/microsoft"
VERSIONS = {"onnx": (onnx.__version__, "1.23.2"), "onnxruntime": (ort.__version__, "1.32.0")}
TOLERANCES = {}


class Net:
    """A model under construction: every call adds a node and returns the name of its output."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.nodes, self.weights, self.inputs, self.outputs, self.feeds = [], [], [], [], {}

    def input(self, name, array, shape=None):
        kind = h.np_dtype_to_tensor_dtype(array.dtype)
        self.inputs.append(h.make_tensor_value_info(name, kind, shape or array.shape))
        self.feeds[name] = array
        return name

    def output(self, value, shape, kind=T.FLOAT):
        self.outputs.append(h.make_tensor_value_info(value, kind, shape))

    def constant(self, array):
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def weight(self, *shape, scale=0.4):
        return self.constant((self.random.standard_normal(shape) * scale).astype(np.float32))

    def ints(self, *values):
        return self.constant(np.array(values, np.int64))

    def number(self, value):
        return self.constant(np.array(value, np.float32))

    def __call__(self, op, *inputs, **attributes):
        name = f"v{len(self.nodes)}"
        self.nodes.append(h.make_node(op, inputs, [name], f"n{len(self.nodes)}", **attributes))
        return name

    def model(self, opset=14):
        graph = h.make_graph(self.nodes, "main", self.inputs, self.outputs, self.weights)
        return h.make_model(graph, opset_imports=[h.make_opsetid("", opset)], ir_version=8)


# MARK: - Models


def layer_norm(net, x, width):
    centered = net("Sub", x, net("ReduceMean", x, axes=[-1]))
    variance = net("ReduceMean", net("Pow", centered, net.number(2)), axes=[-1])
    root = net("Sqrt", net("Add", variance, net.number(1e-5)))
    scaled = net("Mul", net("Div", centered, root), net.weight(width))
    return net("Add", scaled, net.weight(width))


def linear(net, x, rows, columns):
    return net("Add", net("MatMul", x, net.weight(rows, columns)), net.weight(columns))


def encoder():
    """An encoder of one layer, as PyTorch exports BERT."""
    batch, length, width, heads, inner = 2, 5, 8, 2, 16
    net = Net(1)
    ids = net.input("input_ids", net.random.integers(0, 12, (batch, length)))
    mask = net.input("attention_mask", np.array([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]]))
    segments = net.input("token_type_ids", net.random.integers(0, 2, (batch, length)))
    words = net("Gather", net.weight(12, width), ids)
    types = net("Gather", net.weight(2, width), segments)
    last = net("Gather", net("Shape", ids), net.constant(np.int64(1)))
    last = net("Unsqueeze", last, net.ints(0))
    places = net(
        "Slice", net.constant(np.arange(8)[None]), net.ints(0), last, net.ints(1), net.ints(1))
    places = net("Gather", net.weight(8, width), places)
    x = layer_norm(net, net("Add", net("Add", words, types), places), width)
    wide = net("Unsqueeze", net("Unsqueeze", mask, net.ints(1)), net.ints(2))
    hidden = net("Sub", net.number(1), net("Cast", wide, to=T.FLOAT))
    hidden = net("Mul", hidden, net.number(-10000))

    def head(axes):
        shape = net.ints(0, 0, heads, width // heads)
        return net("Transpose", net("Reshape", linear(net, x, width, width), shape), perm=axes)

    query, key, value = head([0, 2, 1, 3]), head([0, 2, 3, 1]), head([0, 2, 1, 3])
    scores = net("Div", net("MatMul", query, key), net.number((width // heads) ** 0.5))
    weights = net("Softmax", net("Add", scores, hidden), axis=3)
    context = net("Transpose", net("MatMul", weights, value), perm=[0, 2, 1, 3])
    context = net("Reshape", context, net.ints(0, 0, width))
    x = layer_norm(net, net("Add", linear(net, context, width, width), x), width)
    up = linear(net, x, width, inner)
    bell = net("Add", net("Erf", net("Div", up, net.number(2**0.5))), net.number(1))
    up = net("Mul", net("Mul", up, bell), net.number(0.5))
    x = layer_norm(net, net("Add", linear(net, up, inner, width), x), width)
    net.output(x, [batch, length, width])
    return net


def image_net():
    """A small network of convolutions with most of what quantizers know."""
    net = Net(2)
    x = net.input("image", net.random.random((1, 3, 8, 8)).astype(np.float32))
    x = net("Relu", net("Conv", x, net.weight(8, 3, 3, 3), net.weight(8), pads=[1] * 4))
    x = net("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2])
    left = net("Relu", net("Conv", x, net.weight(8, 8, 3, 3), net.weight(8), pads=[1] * 4))
    right = net("LeakyRelu", net("Conv", x, net.weight(8, 8, 1, 1)), alpha=0.1)
    x = net("Add", left, right)
    gate = net("Sigmoid", net("Conv", x, net.weight(8, 1, 3, 3), pads=[1] * 4, group=8))
    x = net("Concat", net("Mul", x, gate), x, axis=1)
    x = net("AveragePool", x, kernel_shape=[2, 2])
    x = net("Flatten", net("GlobalAveragePool", x))
    x = net("Gemm", x, net.weight(16, 5), net.weight(5))
    net.output(net("Softmax", x, axis=1), [1, 5])
    return net


def float_net():
    """What the graph optimizer fuses without quantization."""
    net = Net(3)
    image = net.input("image", net.random.standard_normal((1, 2, 6, 6)).astype(np.float32))
    x = net("Conv", image, net.weight(4, 2, 3, 3), net.weight(4), pads=[1] * 4)
    branch = net("Conv", image, net.weight(4, 2, 1, 1))
    x = net("Relu", net("Add", x, branch))
    x = net("LeakyRelu", net("Conv", x, net.weight(3, 4, 3, 3)), alpha=0.2)
    x = net("Reshape", x, net.ints(1, 3, 16))
    flipped = net("Transpose", x, perm=[0, 2, 1])
    gram = net("Div", net("MatMul", x, flipped), net.number(4))
    x = net("Flatten", gram)
    x = net("Tanh", net("Gemm", x, net.weight(9, 6), net.weight(6)))
    up = linear(net, x, 6, 8)
    bell = net("Add", net("Erf", net("Div", up, net.number(2**0.5))), net.number(1))
    x = net("Mul", net("Mul", up, bell), net.number(0.5))
    x = net("Mul", x, net("Sigmoid", net("Mul", x, net.number(1.702))))
    net.output(layer_norm(net, x, 8), [1, 8])
    return net


def perceptron():
    net = Net(4)
    x = net.input("x", net.random.standard_normal((3, 32)).astype(np.float32))
    x = net("Relu", linear(net, x, 32, 24))
    net.output(linear(net, x, 24, 6), [3, 6])
    return net


def recurrent():
    net = Net(5)
    x = net.input("x", net.random.standard_normal((4, 1, 5)).astype(np.float32))
    w, r, b = net.weight(2, 24, 5), net.weight(2, 24, 6), net.weight(2, 48)
    y = net("LSTM", x, w, r, b, direction="bidirectional", hidden_size=6)
    y = net("Reshape", y, net.ints(4, 12))
    net.output(net("MatMul", y, net.weight(12, 3)), [4, 3])
    return net


# MARK: - Tools


class Samples(q.CalibrationDataReader):
    def __init__(self, net):
        random = np.random.default_rng(9)
        self.samples = iter(
            [{"image": random.random((1, 3, 8, 8)).astype(np.float32)} for _ in range(8)])

    def get_next(self):
        return next(self.samples, None)


def optimized(model, level="EXTENDED"):
    """Returns the model that a session of ONNX Runtime saves."""
    with tempfile.TemporaryDirectory() as folder:
        options = ort.SessionOptions()
        options.optimized_model_filepath = f"{folder}/optimized.onnx"
        options.graph_optimization_level = getattr(
            ort.GraphOptimizationLevel, f"ORT_ENABLE_{level}")
        options.log_severity_level = 3
        ort.InferenceSession(model.SerializeToString(), options, ["CPUExecutionProvider"])
        return onnx.load(f"{folder}/optimized.onnx")


def quantized(model, quantize, *arguments, **options):
    """Returns the model that a function from file to file makes."""
    with tempfile.TemporaryDirectory() as folder:
        onnx.save(model, f"{folder}/in.onnx")
        quantize(f"{folder}/in.onnx", f"{folder}/out.onnx", *arguments, **options)
        return onnx.load(f"{folder}/out.onnx")


def static(net, form):
    return quantized(
        net.model(), q.quantize_static, Samples(net), quant_format=form, per_channel=True)


def dynamic(model):
    return quantized(model, q.quantize_dynamic, weight_type=q.QuantType.QInt8,
        extra_options={"DefaultTensorType": T.FLOAT})


def blocks(net, bits, symmetric):
    model = net.model(21)
    config = nbits.DefaultWeightOnlyQuantConfig(
        block_size=16, is_symmetric=symmetric, bits=bits)
    quantizer = nbits.MatMulNBitsQuantizer(model, algo_config=config)
    quantizer.process()
    return quantizer.model.model


def fused_encoder():
    options = transformers.FusionOptions("bert")
    with tempfile.TemporaryDirectory() as folder:
        onnx.save(encoder().model(), f"{folder}/in.onnx")
        model = transformers.optimize_model(
            f"{folder}/in.onnx", "bert", num_heads=2, hidden_size=8, opt_level=0,
            optimization_options=options)
        model.save_model_to_file(f"{folder}/out.onnx")
        return onnx.load(f"{folder}/out.onnx")


def save(name, model, net, rtol=1e-4, atol=1e-5):
    folder = FOLDER / name
    folder.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(model.SerializeToString(deterministic=True))
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(
        model.SerializeToString(), options, ["CPUExecutionProvider"])
    names = [i.name for i in session.get_inputs()]
    kinds = {i.name: i.type for i in session.get_inputs()}
    feeds = {
        n: net.feeds[n].astype(np.int32) if kinds[n] == "tensor(int32)" else net.feeds[n]
        for n in names}
    for index, name_ in enumerate(names):
        tensor = numpy_helper.from_array(feeds[name_], name_)
        (folder / f"input_{index}.pb").write_bytes(tensor.SerializeToString())
    outputs = zip(session.get_outputs(), session.run(None, feeds))
    for index, (output, array) in enumerate(outputs):
        tensor = numpy_helper.from_array(array, output.name)
        (folder / f"output_{index}.pb").write_bytes(tensor.SerializeToString())
    kind, test = name.split("/")
    TOLERANCES[name] = {"kind": kind, "name": test, "rtol": rtol, "atol": atol}
    operators = sorted({f"{n.domain}::{n.op_type}" for n in model.graph.node})
    print(name, sum(f.stat().st_size for f in folder.iterdir()), " ".join(operators))


def main():
    for package, (version, wanted) in VERSIONS.items():
        if version != wanted:
            raise SystemExit(f"{package} is {version}; the fixtures are made with {wanted}")
    shutil.rmtree(FOLDER, ignore_errors=True)
    net = encoder()
    fused = fused_encoder()
    save("optimizer/encoder", fused, net)
    save("optimizer/floats", optimized(float_net().model()), float_net())
    save("quantizer/encoder-dynamic", dynamic(fused), net)
    net = image_net()
    save("quantizer/image-static", static(net, q.QuantFormat.QOperator), net)
    save("optimizer/image-static", optimized(static(net, q.QuantFormat.QDQ)), net)
    net = perceptron()
    save("quantizer/perceptron-dynamic", dynamic(net.model()), net)
    save("optimizer/perceptron-dynamic", optimized(dynamic(net.model())), net)
    save("quantizer/perceptron-4-bits", blocks(net, 4, False), net)
    save("quantizer/perceptron-8-bits", blocks(net, 8, True), net)
    net = recurrent()
    save("quantizer/recurrent-dynamic", dynamic(net.model()), net)
    index = {"tests": [TOLERANCES[name] for name in sorted(TOLERANCES)]}
    (FOLDER / "index.json").write_text(json.dumps(index, indent=1) + "\n")


if __name__ == "__main__":
    main()
