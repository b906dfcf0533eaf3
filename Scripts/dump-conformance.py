#!/usr/bin/env python3
"""Writes the backend tests of the installed onnx package: dump-conformance.py FOLDER [--seed N]

Makes FOLDER/KIND/TEST/ with model.onnx, input_N.pb and output_N.pb, and FOLDER/index.json with the
tolerance of each test. With --seed, the tests that the package generates draw other random numbers.
"""
import argparse
import json
import pathlib
import shutil
import sys

import numpy
import onnx
from onnx import numpy_helper


def reseed(seed):
    """Makes the seeds of data other ones, but not that of a dropout: it is the operator's own."""
    original = numpy.random.seed

    def replacement(*given, **named):
        if sys._getframe(1).f_code.co_name == "dropout":
            original(*given, **named)
        else:
            original(seed)

    numpy.random.seed = replacement


def message(value, declared):
    """A value as the message that its declared type asks for."""
    if isinstance(value, onnx.TensorProto):
        return value
    kind = declared.type.WhichOneof("value")
    make = {
        "sequence_type": numpy_helper.from_list,
        "optional_type": numpy_helper.from_optional,
        "map_type": numpy_helper.from_dict,
    }.get(kind, numpy_helper.from_array)
    if kind == "tensor_type":
        value = numpy.asarray(value)
    return make(value, declared.name)


def write_generated(case, folder):
    """Writes a test whose data the package computes."""
    (folder / "model.onnx").write_bytes(case.model.SerializeToString())
    for number, (inputs, outputs) in enumerate(case.data_sets):
        place = folder if len(case.data_sets) == 1 else folder / f"test_data_set_{number}"
        place.mkdir(exist_ok=True)
        graph = case.model.graph
        for role, values, declared in (
            ("input", inputs, graph.input), ("output", outputs, graph.output)):
            for index, (value, slot) in enumerate(zip(values, declared)):
                (place / f"{role}_{index}.pb").write_bytes(
                    message(value, slot).SerializeToString())


def write_stored(case, folder):
    """Copies a test whose data the package holds."""
    source = pathlib.Path(case.model_dir)
    shutil.copy(source / "model.onnx", folder)
    sets = sorted(source.glob("test_data_set_*"))
    for data in sets:
        place = folder if len(sets) == 1 else folder / data.name
        place.mkdir(exist_ok=True)
        for file in data.glob("*.pb"):
            shutil.copy(file, place)


def write_light(case, data, folder):
    """Writes a network of the model zoo without its weights; its input counts up from 0 to 1."""
    model = data / "light" / pathlib.Path(case.url).name
    shutil.copy(model, folder / "model.onnx")
    shutil.copy(model.with_name(f"{model.stem}_output_0.pb"), folder / "output_0.pb")
    graph = onnx.load(model).graph
    constants = {constant.name for constant in graph.initializer}
    inputs = [value for value in graph.input if value.name not in constants]
    for index, value in enumerate(inputs):
        shape = [axis.dim_value for axis in value.type.tensor_type.shape.dim]
        count = numpy.prod(shape)
        array = (numpy.arange(count).reshape(shape) / count).astype(numpy.float32)
        (folder / f"input_{index}.pb").write_bytes(
            numpy_helper.from_array(array, value.name).SerializeToString())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--seed", type=int)
    options = parser.parse_args()
    if options.seed is not None:
        reseed(options.seed)
    # Imported now: the tests draw their data while they are imported.
    from onnx.backend.test import loader

    index = []
    for kind in ("node", "simple", "pytorch-converted", "pytorch-operator", "real"):
        for case in loader.load_model_tests(kind=kind):
            is_light = case.url is not None and "/light/" in case.url
            name = "light" if is_light else kind
            folder = options.folder / name / case.name
            folder.mkdir(parents=True, exist_ok=True)
            if is_light:
                write_light(case, pathlib.Path(loader.DATA_DIR), folder)
            elif case.model is not None:
                write_generated(case, folder)
            else:
                write_stored(case, folder)
            index.append({"kind": name, "name": case.name, "rtol": case.rtol, "atol": case.atol})
    (options.folder / "index.json").write_text(json.dumps({"tests": index}, indent=1))
    print(f"{len(index)} tests in {options.folder}")


if __name__ == "__main__":
    main()
