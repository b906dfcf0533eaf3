"""Faults in the structure: nodes dropped, put in, or wired otherwise."""
import numpy
import onnx

from .constants import WEIGHTED, floats
from .registry import ANY, fault


@fault("dropped operand", "Add", "Mul", "Max", "Where")
def drop_operand(edit, node):
    """Such as a residual connection, or the gate of an activation."""
    kept = [
        index for index, name in enumerate(node.input)
        if edit.array(name) is None and edit.is_float(name)
        and edit.shape(name) == edit.shape(node.output[0])]
    if len(kept) < 2 or not edit.is_float(node.output[0]):
        return False
    return edit.remove(node, edit.choose(kept))


@fault("dropped operand", "Concat")
def repeat_operand(edit, node):
    first = node.input[0]
    if len(node.input) < 2 or not edit.is_float(first):
        return False
    for index in range(1, len(node.input)):
        name = node.input[index]
        if name != first and edit.shape(name) == edit.shape(first) is not None:
            node.input[index] = first
            return edit.blame(node)
    return False


@fault("dropped bias", *WEIGHTED, "Add", "Sub")
def drop_bias(edit, node):
    if node.op_type in ("Add", "Sub", "MatMul"):
        others = [i for i, name in enumerate(node.input) if edit.array(name) is None]
        same = len(others) == 1 and edit.is_float(node.output[0]) and (
            edit.shape(node.input[others[0]]) == edit.shape(node.output[0]))
        return same and node.op_type != "MatMul" and edit.remove(node, others[0])
    if len(node.input) < 3:
        return False
    if node.op_type == "Gemm" and edit.opset() < 11:
        bias = edit.constant(node, 2)
        return bias is not None and edit.set_input(node, 2, numpy.zeros_like(bias))
    del node.input[2]
    return edit.blame(node)


DROPPED = (
    "Relu", "LeakyRelu", "Elu", "Sigmoid", "Tanh", "Softmax", "LogSoftmax", "Clip", "Gelu", "Erf",
    "HardSwish", "HardSigmoid", "BatchNormalization", "LayerNormalization", "Transpose", "Neg",
    "Sqrt", "Reciprocal", "Abs", "Exp", "Round", "Mul", "Div", "Scaler", "Normalizer", "Imputer",
    "Not", "Pow", "StringNormalizer", "CumSum")


@fault("dropped node", *DROPPED)
def drop_node(edit, node):
    source, target = edit.trace.get(node.input[0]), edit.trace.get(node.output[0])
    if source is None or target is None:
        return False
    same = source.shape == target.shape and source.dtype.kind == target.dtype.kind
    return same and edit.remove(node)


@fault("swapped operands", "Sub", "Div", "MatMul", "Greater", "Less", "Pow")
def swap_operands(edit, node):
    first, second = node.input
    node.input[0], node.input[1] = second, first
    return first != second and edit.blame(node)


@fault("swapped operands", "Concat")
def reorder_operands(edit, node):
    names = list(node.input)
    if len(set(names)) < 2:
        return False
    for index, source in enumerate(edit.other_order(len(names))):
        node.input[index] = names[source]
    return edit.blame(node)


@fault("swapped branches", "If")
def swap_branches(edit, node):
    return edit.set(
        node, then_branch=edit.attribute(node, "else_branch"),
        else_branch=edit.attribute(node, "then_branch"))


@fault("swapped branches", "Where")
def swap_choices(edit, node):
    node.input[1], node.input[2] = node.input[2], node.input[1]
    return edit.blame(node)


@fault("clipped range", "Clip")
def move_bound(edit, node):
    for name, index in (("max", 2), ("min", 1)):
        bound = edit.attribute(node, name)
        if bound is not None:
            return edit.set(node, **{name: bound / 2 + (0.5 if name == "min" else 0)})
        bound = edit.constant(node, index)
        if bound is not None and abs(float(bound)) < 1e6:
            half = bound.dtype.type(float(bound) / 2 + (0.5 if name == "min" else 0))
            return edit.set_input(node, index, numpy.asarray(half))
    return False


@fault("clipped range", ANY)
def clip_result(edit, node):
    output = node.output[0]
    if not edit.opset() or not edit.is_float(output) or node.op_type == "Clip":
        return False
    least, largest = edit.span(output)
    margin = (largest - least) * edit.choose([0.025, 0.1, 0.25])
    bounds = least + margin, largest - margin
    if edit.opset() < 11:
        return edit.insert_after(node, ("Clip", [], {"min": bounds[0], "max": bounds[1]}))
    kind = edit.trace[output].dtype.type
    return edit.insert_after(
        node, ("Clip", [edit.new_constant(kind(bound)) for bound in bounds], {}))


KINDS_OF_FLOAT = {"float16": onnx.TensorProto.FLOAT16, "float32": onnx.TensorProto.FLOAT}


@fault("wrong cast", ANY)
def cast_through_less(edit, node):
    output = node.output[0]
    if edit.opset() < 9 or not edit.is_float(output):
        return False
    kind = KINDS_OF_FLOAT.get(str(edit.trace[output].dtype))
    largest = max(map(abs, edit.span(output)))
    less = onnx.TensorProto.INT32 if largest > 1 and edit.chance() else onnx.TensorProto.FLOAT16
    if kind is None or less == kind:
        return False
    steps = ("Cast", [], {"to": less}), ("Cast", [], {"to": kind})
    named = [i for i, name in enumerate(node.input) if edit.is_float(name)]
    if named and edit.chance(0.3) and edit.trace[node.input[named[0]]].dtype.name in KINDS_OF_FLOAT:
        return edit.insert_before(node, named[0], *steps)
    return edit.insert_after(node, *steps)


@fault("reshape for transpose", "Transpose")
def reshape_instead(edit, node):
    shape = edit.shape(node.output[0])
    if shape is None or edit.attribute(node, "perm") is None:
        return False
    edit.set(node, perm=None)
    node.op_type = "Reshape"
    node.input.append(edit.new_constant(numpy.array([-1, *shape[1:]], numpy.int64)))
    return True


@fault("wrong mask", "Softmax")
def mask_by_zero(edit, node):
    """A causal mask that no model asked for, or one of zeros rather than minus infinity."""
    if edit.opset() < 14 or edit.rank(node.input[0]) < 3:
        return False
    step = ("Trilu", [], {"upper": 0})
    return edit.insert_before(node, 0, step) if edit.chance() else edit.insert_after(node, step)


@fault("wrong mask", "Where")
def mask_otherwise(edit, node):
    if edit.chance(0.4):
        return edit.insert_before(node, 0, ("Not", [], {}))
    names = [name for name in floats(edit, node) if edit.array(name).size == 1]
    if not names:
        return False
    index = list(node.input).index(edit.choose(names))
    return edit.set_input(node, index, numpy.ones_like(edit.constant(node, index)))
