#!/usr/bin/env python3
"""Writes a model of 64 MiB matrices for benchmarks: make-large-model.py OUT.onnx GIBIBYTES [--external]

With --external the weights lie in OUT.onnx.data. An existing file of the right size is kept.
"""
import os
import sys

import numpy
import onnx
from onnx import TensorProto, helper

SIDE = 4096


def main():
    path, gibibytes, external = sys.argv[1], int(sys.argv[2]), "--external" in sys.argv
    data = path + ".data"
    expected = gibibytes << 30
    if os.path.exists(data if external else path):
        if abs(os.path.getsize(data if external else path) - expected) < 1 << 20:
            return
    random = numpy.random.default_rng(0)
    base = random.standard_normal((SIDE, SIDE), dtype=numpy.float32) / SIDE**0.5
    count = expected // base.nbytes
    nodes, weights = [], []
    value = "x"
    with open(data, "wb") if external else open(os.devnull, "wb") as file:
        for index in range(count):
            matrix = numpy.roll(base, index, axis=1)
            tensor = TensorProto(name=f"w{index}", dims=[SIDE, SIDE], data_type=TensorProto.FLOAT)
            if external:
                tensor.data_location = TensorProto.EXTERNAL
                entries = {
                    "location": os.path.basename(data), "offset": file.tell(),
                    "length": matrix.nbytes}
                for key, entry in entries.items():
                    tensor.external_data.add(key=key, value=str(entry))
                file.write(matrix.tobytes())
            else:
                tensor.raw_data = matrix.tobytes()
            weights.append(tensor)
            result = "y" if index == count - 1 else f"h{index}"
            nodes.append(helper.make_node("MatMul", [value, f"w{index}"], [result]))
            value = result
    info = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [1, SIDE]) for n in ("x", "y")]
    graph = helper.make_graph(nodes, "large", info[:1], info[1:], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    with open(path, "wb") as file:
        file.write(model.SerializeToString())


if __name__ == "__main__":
    main()
