#!/usr/bin/env python3
"""Measures what pruning costs and saves on models of handwritten digits.

    measure-pruning.py FERRY EXPORTS [--samples N] [--runs N] [--only MODEL] [--pipeline TEXT]
                       [--interpreter]

EXPORTS is a folder with `digits_train.npz` and `digits_test.npz` (`x8`, `x32`, `y`) and the models
named below. Each pipeline learns from N training images; the result is executed by ONNX Runtime on
all test images beside the source. A table of Markdown says for each: the accuracy, how often the
first class is that of the source, the root mean square of the change of the outputs in proportion to
their own, the bytes of the file, of what gzip makes of it and of the `.edge` file, and the
milliseconds of one image in ONNX Runtime (1 thread) and, with `--interpreter`, of all in `ferry run`
(with start-up): medians of runs in turn with the source's.
"""
import argparse
import gzip
import os
import statistics
import subprocess
import tempfile
import time

import numpy
import onnx
import onnxruntime

onnxruntime.set_default_logger_severity(4)

MODELS = {
    "cnn_small": "pytorch/cnn_small_dynamo/model.onnx",
    "cnn_big": "pytorch/cnn_big_dynamo/model.onnx",
    "transformer": "pytorch/transformer_dynamo/model.onnx",
    "separable": "tensorflow/separable_tf2onnx/model.onnx",
}

# Name, pass with settings, whether there is calibration data.
PIPELINES = [
    ("weights 50 %, magnitude", "{pass: 'prune-weights', sparsity: 0.5}", False),
    ("weights 50 %, mean", "{pass: 'prune-weights', sparsity: 0.5, compensate: 'mean'}", True),
    ("weights 50 %", "{pass: 'prune-weights', sparsity: 0.5}", True),
    ("weights 75 %", "{pass: 'prune-weights', sparsity: 0.75}", True),
    ("weights 80 %", "{pass: 'prune-weights', sparsity: 0.8}", True),
    ("weights 80 %, mean", "{pass: 'prune-weights', sparsity: 0.8, compensate: 'mean'}", True),
    ("weights in half the bytes", "{pass: 'prune-weights', size: HALF}", True),
    ("weights 2:4", "{pass: 'prune-weights', pattern: '2:4'}", True),
    ("weights 50 %, blocks 4x1", "{pass: 'prune-weights', pattern: 'block:4x1'}", True),
    ("channels 25 %, magnitude", "{pass: 'prune-channels', ratio: 0.25}", False),
    ("channels 25 %, mean", "{pass: 'prune-channels', ratio: 0.25, compensate: 'mean'}", True),
    ("channels 25 %", "{pass: 'prune-channels', ratio: 0.25}", True),
    ("channels 50 %", "{pass: 'prune-channels', ratio: 0.5}", True),
    ("channels 50 %, multiples of 8", "{pass: 'prune-channels', ratio: 0.5, multiple: 8}", True),
    ("channels, 50 % of parameters",
     "{pass: 'prune-channels', ratio: 0.5, of: 'parameters'}", True),
    ("channels, 50 % of multiplications", "{pass: 'prune-channels', latency: 0.5}", True),
]


def images(exports, model, part, count=None):
    """The images of a part of the data set as the input of a model."""
    entry = model.graph.input[0]
    shape = [dim.dim_value for dim in entry.type.tensor_type.shape.dim][1:]
    data = numpy.load(os.path.join(exports, f"digits_{part}.npz"))
    array = data["x32" if 32 in shape else "x8"][:count]
    return {entry.name: array.reshape([len(array)] + shape)}, data["y"][:count]


def session(path):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(path, options)


def median_times(runs, *actions):
    """The median seconds of actions that take turns."""
    times = [[] for _ in actions]
    for run in range(runs + 1):
        for action, list_ in zip(actions, times):
            start = time.perf_counter()
            action()
            if run > 0:
                list_.append(time.perf_counter() - start)
    return [statistics.median(list_) for list_ in times]


def repeated(session, feed, count=20):
    def run():
        for _ in range(count):
            session.run(None, feed)

    return run


class Source:
    def __init__(self, options, name, folder):
        exports, samples = options.exports, options.samples
        self.ferry, self.folder, self.runs = options.ferry, folder, options.runs
        self.interpreter = options.interpreter
        self.path = os.path.join(exports, MODELS[name])
        model = onnx.load(self.path)
        self.calibration = os.path.join(folder, f"{name}_train.npz")
        numpy.savez(self.calibration, **images(exports, model, "train", samples)[0])
        self.test, self.labels = images(exports, model, "test")
        self.inputs = os.path.join(folder, f"{name}_test.npz")
        numpy.savez(self.inputs, **self.test)
        self.one = {key: value[:1] for key, value in self.test.items()}
        self.session = session(self.path)
        self.outputs = self.session.run(None, self.test)[0]

    def accuracy(self, outputs):
        return 100 * (outputs.argmax(1) == self.labels).mean()

    def ferry_run(self, path):
        command = [self.ferry, "run", path, "--inputs", self.inputs, "--outputs",
                   os.path.join(self.folder, "outputs.npz")]
        return lambda: subprocess.run(command, check=True, capture_output=True)

    def measure(self, passes, calibrates):
        passes = passes.replace("HALF", str(os.path.getsize(self.path) // 2))
        pipeline = os.path.join(self.folder, "pipeline.json5")
        result = os.path.join(self.folder, "result.onnx")
        with open(pipeline, "w") as file:
            # Scales are part of what weights count.
            file.write("{passes: ['resolve-shapes', 'fold-constants', 'fold-scales', %s]}" % passes)
        command = [self.ferry, "optimize", self.path, "-o", result, "--pipeline", pipeline,
                   "--verify", "off"]
        start = time.perf_counter()
        subprocess.run(
            command + (["--calibration", self.calibration] if calibrates else []), check=True,
            capture_output=True)
        seconds = time.perf_counter() - start
        pruned = session(result)
        outputs = pruned.run(None, self.test)[0]
        one = median_times(
            self.runs, repeated(self.session, self.one), repeated(pruned, self.one))
        interpreted = ""
        if self.interpreter:
            before, after = median_times(3, self.ferry_run(self.path), self.ferry_run(result))
            interpreted = f"{before * 1e3:.0f} → {after * 1e3:.0f}"
        edge = os.path.join(self.folder, "result.edge")
        subprocess.run([self.ferry, "convert", result, "-o", edge, "--verify", "off"],
                       check=True, capture_output=True)
        with open(result, "rb") as file:
            packed = len(gzip.compress(file.read()))
        change = numpy.sqrt(((outputs - self.outputs) ** 2).sum() / (self.outputs ** 2).sum())
        return [
            f"{self.accuracy(outputs):.1f}",
            f"{100 * (outputs.argmax(1) == self.outputs.argmax(1)).mean():.1f}",
            f"{change:.3f}", f"{os.path.getsize(result) / 1024:.0f}", f"{packed / 1024:.0f}",
            f"{os.path.getsize(edge) / 1024:.0f}",
            f"{one[0] * 50:.3f} → {one[1] * 50:.3f}", interpreted, f"{seconds:.1f}",
        ]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("ferry")
    parser.add_argument("exports")
    parser.add_argument("--samples", type=int, default=512)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--only")
    parser.add_argument("--pipeline", help="only those whose name has this text")
    parser.add_argument("--interpreter", action="store_true")
    options = parser.parse_args()
    print("| model | pipeline | accuracy % | agreement % | change | KiB | gzip KiB | edge KiB "
          "| ONNX Runtime ms | ferry run ms | s to prune |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name in MODELS:
            if options.only not in (None, name):
                continue
            source = Source(options, name, folder)
            size = os.path.getsize(source.path) / 1024
            with open(source.path, "rb") as file:
                packed = len(gzip.compress(file.read())) / 1024
            print(f"| {name} | source | {source.accuracy(source.outputs):.1f} | 100.0 | 0 "
                  f"| {size:.0f} | {packed:.0f} | | | | |")
            for label, passes, calibrates in PIPELINES:
                if (options.pipeline or "") not in label:
                    continue
                row = source.measure(passes, calibrates)
                print(f"| {name} | {label} | " + " | ".join(row) + " |", flush=True)


if __name__ == "__main__":
    main()
