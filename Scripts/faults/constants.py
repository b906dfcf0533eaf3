"""Faults in constants: weights, biases, scales, zero points, indices."""
import math

import numpy

from .registry import ANY, fault

LARGE = 256
# A bound of a slice from here on stands for the end.
UNBOUNDED = 1 << 20
WEIGHTED = ("Conv", "ConvTranspose", "Gemm", "MatMul")


def weights(edit, node):
    """The name and the elements of the weights of a node, or None."""
    for index in (1, 0) if node.op_type == "MatMul" else (1,):
        array = edit.constant(node, index)
        if array is not None and array.ndim >= 2 and array.dtype.kind == "f":
            return node.input[index], array
        weights = edit.producers.get(node.input[index])
        if weights is not None and weights.op_type == "DequantizeLinear":
            array = edit.constant(weights, 0)
            if array is not None and array.ndim >= 2:
                return weights.input[0], array
    return None


def output_axis(edit, node, array):
    """The axis of weights along which the channels of the output lie."""
    if node.op_type == "Conv":
        return 0
    if node.op_type == "ConvTranspose":
        return 1
    if node.op_type == "Gemm":
        return 0 if edit.attribute(node, "transB", 0) else 1
    return array.ndim - 1


def floats(edit, node):
    """The names of the constants of floating point that a node uses."""
    named = [name for name in node.input if name and edit.array(name) is not None]
    return [name for name in named if edit.array(name).dtype.kind == "f"]


def vectors(edit, node, least=2):
    """The names of the constant operands that vary along one axis only."""
    return [
        name for name in floats(edit, node)
        if edit.array(name).size >= least and max(edit.array(name).shape) == edit.array(name).size]


@fault("transposed weights", *WEIGHTED)
def transpose_weights(edit, node):
    found = weights(edit, node)
    if found is None:
        return False
    name, array = found
    if node.op_type == "Gemm" and array.shape[0] == array.shape[1]:
        return edit.set(node, transB=1 - edit.attribute(node, "transB", 0))
    square = array.ndim == 4 and array.shape[2] == array.shape[3] > 1
    if square and edit.chance():
        return edit.store(name, array.swapaxes(2, 3))
    return edit.store(name, array.swapaxes(0, 1).reshape(array.shape))


@fault("stale constant", ANY)
def take_older_value(edit, node):
    names = floats(edit, node)
    if not names:
        return False
    name = edit.choose(names)
    array = edit.array(name)
    wide = array.astype(float)
    spread = float(wide.std()) or float(abs(wide).max(initial=0)) or 1.0
    drift = edit.random.normal(0, 0.05 * spread, array.shape)
    return edit.store(name, (array + drift).astype(array.dtype))


@fault("stale constant", ANY)
def take_other_constant(edit, node):
    for name in floats(edit, node):
        array = edit.array(name)
        others = [
            other for other in map(edit.array, sorted(edit.tensors))
            if other.shape == array.shape and other.dtype == array.dtype
            and not numpy.array_equal(other, array)]
        if array.size > 1 and others:
            return edit.store(name, edit.choose(others))
    return False


@fault("swapped parameters", "BatchNormalization", "LayerNormalization")
def swap_parameters(edit, node):
    names = floats(edit, node)
    if len(names) < 2:
        return False
    first, second = edit.random.choice(len(names), 2, replace=False)
    arrays = edit.array(names[first]), edit.array(names[second])
    if node.op_type == "BatchNormalization" and (arrays[0].min() < 0 or arrays[1].min() < 0):
        arrays = abs(arrays[0]), abs(arrays[1])  # a variance is never negative
    edit.store(names[first], arrays[1])
    return edit.store(names[second], arrays[0])


@fault("permuted channels", *WEIGHTED)
def permute_outputs(edit, node):
    found = weights(edit, node)
    if found is None:
        return False
    name, array = found
    axis = output_axis(edit, node, array)
    if edit.chance(0.3) and array.ndim == 2:
        axis = 1 - axis
    if array.shape[axis] < 2:
        return False
    return edit.store(name, array.take(edit.other_order(array.shape[axis]), axis))


@fault("permuted channels", "BatchNormalization", "LayerNormalization", "Add", "Mul", "Conv")
def permute_vector(edit, node):
    names = vectors(edit, node)
    if not names:
        return False
    name = edit.choose(names)
    array = edit.array(name)
    return edit.store(name, numpy.roll(array.reshape(-1), 1).reshape(array.shape))


@fault("broken broadcast", "Add", "Mul", "Sub", "Div")
def broadcast_along_other_axis(edit, node):
    shape = edit.shape(node.output[0])
    for name in vectors(edit, node):
        array, rank = edit.array(name), len(shape or ())
        axis = rank - array.ndim + array.shape.index(array.size)
        others = [a for a in range(rank) if a != axis and shape[a] == array.size]
        if others:
            bent = [1] * rank
            bent[edit.choose(others)] = array.size
            return edit.store(name, array.reshape(bent))
    return False


@fault("broken broadcast", "Add", "Mul", "Sub", "Div", "Conv", "ConvTranspose", "Gemm",
       "BatchNormalization", "LayerNormalization")
def repeat_first_element(edit, node):
    """What is for each channel becomes that of the first for all."""
    names = vectors(edit, node)
    if not names:
        return False
    name = edit.choose(names)
    array = edit.array(name)
    return edit.store(name, numpy.full_like(array, array.reshape(-1)[0]))


@fault("corrupted byte", ANY)
def corrupt_byte(edit, node):
    names = [name for name in floats(edit, node) if edit.array(name).size >= LARGE]
    if not names:
        return False
    name = edit.choose(names)
    array = edit.array(name).copy()
    width = array.dtype.itemsize
    data = array.reshape(-1).view(numpy.uint8)
    element = int(edit.random.integers(array.size))
    data[element * width + width - 1] ^= edit.choose([0x80, 0x40, 0x01, 0x02, 0xFF])
    return edit.store(name, array)


@fault("wrong zero point", "QuantizeLinear", "DequantizeLinear")
def move_zero_point(edit, node):
    point = edit.constant(node, 2)
    if point is None:
        return False
    step = edit.choose([-3, -1, 1, 3, 16])
    bounds = numpy.iinfo(point.dtype)
    moved = numpy.clip(point.astype(int) + step, bounds.min, bounds.max).astype(point.dtype)
    return edit.set_input(node, 2, moved)


@fault("wrong scale", "QuantizeLinear", "DequantizeLinear")
def change_scale(edit, node):
    scale = edit.constant(node, 1)
    if scale is None:
        return False
    return edit.set_input(node, 1, scale * scale.dtype.type(edit.choose([0.5, 0.9, 1.1, 2])))


def requantize(edit, node, factor, step):
    """Puts a pair behind a node: it quantizes by a scale and a zero point, and back by others."""
    output = node.output[0]
    if edit.opset() < 10 or not edit.is_float(output):
        return False
    least, largest = edit.span(output)
    if edit.trace[output].dtype != numpy.float32 or not least < largest:
        return False
    least, largest = min(least, 0), max(largest, 0)
    scale = numpy.float32((largest - least) / 255)
    point = numpy.uint8(round(-least / float(scale)))
    back = numpy.uint8(min(255, int(point) + step) if point < 200 else int(point) - step)
    pair = [edit.new_constant(scale), edit.new_constant(point)]
    other = [edit.new_constant(scale * numpy.float32(factor)), edit.new_constant(back)]
    return edit.insert_after(
        node, ("QuantizeLinear", pair, {}), ("DequantizeLinear", other, {}))


@fault("wrong zero point", "Conv", "Gemm", "MatMul", "Add", "Relu", "Concat", "Mul", "LSTM", "GRU")
def requantize_with_wrong_point(edit, node):
    return requantize(edit, node, 1, edit.choose([4, 16, 50]))


@fault("wrong scale", "Conv", "Gemm", "MatMul", "Add", "Relu", "Concat", "Mul", "LSTM", "GRU")
def requantize_with_wrong_scale(edit, node):
    return requantize(edit, node, edit.choose([0.5, 1.1, 1.25, 2]), 0)


@fault("off by one", "Slice")
def shift_slice(edit, node):
    starts, ends = edit.constant(node, 1), edit.constant(node, 2)
    if starts is None or ends is None or not starts.size:
        return False
    entry, step = int(edit.random.integers(starts.size)), edit.choose([-1, 1])
    starts, ends = starts.copy(), ends.copy()
    if abs(int(starts[entry])) >= UNBOUNDED:
        return False
    if edit.chance(0.7) and abs(int(ends[entry])) < UNBOUNDED:
        ends[entry] += step
        edit.set_input(node, 2, ends)
    starts[entry] += step
    return edit.set_input(node, 1, starts)


@fault("off by one", "Gather", "ArrayFeatureExtractor", "TopK", "Range", "Unsqueeze", "Expand",
       "OneHot", "CumSum")
def shift_index(edit, node):
    operands = [
        index for index in range(len(node.input))
        if (found := edit.constant(node, index)) is not None and found.dtype.kind in "iu"
        and 0 < found.size < 64]
    if not operands:
        return False
    index = edit.choose(operands)
    found = edit.constant(node, index).copy()
    found.reshape(-1)[int(edit.random.integers(found.size))] += edit.choose([-1, 1])
    return edit.set_input(node, index, found)


@fault("off by one", "Loop", "ConstantOfShape")
def change_count(edit, node):
    count = edit.constant(node, 0)
    return count is not None and count.size == 1 and edit.set_input(node, 0, count + 1)


def leads_to_softmax(edit, name, steps=4):
    return steps > 0 and any(
        other.op_type == "Softmax" or leads_to_softmax(edit, other.output[0], steps - 1)
        for other in edit.consumers(name) if other.op_type != "MatMul" or steps == 4)


def scalar_operand(edit, node):
    for index in (1, 0):
        found = edit.constant(node, index)
        if found is not None and found.size == 1 and found.dtype.kind == "f":
            return index, found
    return None


@fault("wrong attention scale", "Mul", "Div")
def change_attention_scale(edit, node):
    found = scalar_operand(edit, node)
    if found is None or not leads_to_softmax(edit, node.output[0]):
        return False
    value = float(found[1].reshape(-1)[0])
    other = edit.choose([value * value, math.sqrt(abs(value)), 1.0])
    return edit.set_input(node, found[0], numpy.full_like(found[1], other))


@fault("wrong factor", "Mul", "Div", "Add", "Sub", "Pow")
def change_factor(edit, node):
    found = scalar_operand(edit, node)
    if found is None or leads_to_softmax(edit, node.output[0]):
        return False
    return edit.set_input(
        node, found[0], found[1] * found[1].dtype.type(edit.choose([0.5, 0.99, 255 / 256, 1.5])))


GATES = {"LSTM": 4, "GRU": 3}


@fault("wrong gate order", *GATES)
def reorder_gates(edit, node):
    count = GATES[node.op_type]
    order = edit.other_order(count)
    changed = False
    for index, axis in ((1, 1), (2, 1), (3, 1)):
        array = edit.constant(node, index)
        if array is None:
            continue
        blocks = numpy.split(array, count * (2 if index == 3 else 1), axis)
        order_of_all = order + [count + gate for gate in order] if index == 3 else order
        changed = edit.store(
            node.input[index], numpy.concatenate([blocks[b] for b in order_of_all], axis))
    return changed
