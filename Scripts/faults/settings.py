"""Faults in the attributes of a node: another axis, pad, step, mode or operator."""
import itertools

from .registry import fault


@fault("swapped axes", "Transpose")
def swap_permutation(edit, node):
    order = edit.attribute(node, "perm") or list(reversed(range(edit.rank(node.input[0]))))
    if len(order) < 2:
        return False
    first, second = edit.choose(itertools.combinations(range(len(order)), 2))
    order[first], order[second] = order[second], order[first]
    return edit.set(node, perm=order)


@fault("swapped axes", "Concat", "Softmax", "LogSoftmax", "Gather", "GatherElements", "ArgMax",
       "TopK", "Split", "Flatten", "ArrayFeatureExtractor", "OneHot")
def choose_other_axis(edit, node):
    rank = edit.rank(node.input[0])
    if rank < 2:
        return False
    usual = {"Softmax": -1, "LogSoftmax": -1, "TopK": -1, "Flatten": 1, "OneHot": -1}
    axis = edit.attribute(node, "axis", usual.get(node.op_type, 0)) % rank
    return edit.set(node, axis=edit.choose(other for other in range(rank) if other != axis))


def spatial_rank(edit, node):
    return len(edit.attribute(node, "kernel_shape", ())) or edit.rank(node.input[0]) - 2


@fault("shifted pads", "Conv", "ConvTranspose", "MaxPool", "AveragePool")
def shift_pads(edit, node):
    automatic = edit.attribute(node, "auto_pad", b"NOTSET")
    if automatic.startswith(b"SAME"):
        other = "SAME_LOWER" if automatic == b"SAME_UPPER" else "SAME_UPPER"
        return edit.set(node, auto_pad=other)
    rank = spatial_rank(edit, node)
    pads = list(edit.attribute(node, "pads", [0] * 2 * rank))
    if rank < 1:
        return False
    axis = int(edit.random.integers(rank))
    before, after = pads[axis], pads[axis + rank]
    if after:
        before, after = before + 1, after - 1
    elif before:
        before, after = before - 1, after + 1
    else:
        before = 1
    pads[axis], pads[axis + rank] = before, after
    return edit.set(node, pads=pads, auto_pad=None)


@fault("wrong stride or dilation", "Conv", "MaxPool", "AveragePool")
def change_steps(edit, node):
    rank = spatial_rank(edit, node)
    weights = edit.constant(node, 1) if node.op_type == "Conv" else None
    kernel = edit.attribute(node, "kernel_shape") or (
        list(weights.shape[2:]) if weights is not None else [])
    if len(kernel) != rank or edit.attribute(node, "auto_pad", b"NOTSET") == b"VALID":
        return False
    if max(kernel) > 1 and node.op_type != "AveragePool" and edit.chance():
        dilations = edit.attribute(node, "dilations", [1] * rank)
        pads = edit.attribute(node, "pads", [0] * 2 * rank)
        wider = [p + (k - 1) // 2 for p, k in zip(pads, kernel * 2)]
        if edit.attribute(node, "auto_pad", b"NOTSET") != b"NOTSET":
            return edit.set(node, dilations=[d + 1 for d in dilations])
        return edit.set(node, dilations=[d + 1 for d in dilations], pads=wider)
    strides = edit.attribute(node, "strides", [1] * rank)
    axis = int(edit.random.integers(rank))
    return edit.set(node, strides=[
        s if other != axis else (s - 1 if s > 1 else 2) for other, s in enumerate(strides)])


@fault("wrong epsilon", "BatchNormalization", "LayerNormalization", "InstanceNormalization")
def enlarge_epsilon(edit, node):
    return edit.set(node, epsilon=1000 * edit.attribute(node, "epsilon", 1e-5))


@fault("wrong epsilon", "Add")
def enlarge_added_epsilon(edit, node):
    """The form that Keras writes normalization in."""
    for index in range(2):
        added = edit.constant(node, index)
        if added is not None and added.size == 1 and 0 < added.reshape(-1)[0] < 1e-2:
            return edit.set_input(node, index, added * added.dtype.type(1000))
    return False


OTHER_RESIZE = {
    "coordinate_transformation_mode": ["half_pixel", "asymmetric", "align_corners",
                                       "pytorch_half_pixel"],
    "nearest_mode": ["round_prefer_floor", "ceil", "floor", "round_prefer_ceil"],
}


@fault("wrong rounding mode", "Resize")
def resize_otherwise(edit, node):
    if edit.opset() < 11:
        return False
    mode = edit.attribute(node, "mode", b"nearest")
    name = edit.choose(sorted(OTHER_RESIZE)) if mode == b"nearest" else (
        "coordinate_transformation_mode")
    if mode != b"nearest" and edit.chance(0.3):
        return edit.set(node, mode="cubic" if mode == b"linear" else "linear")
    now = edit.attribute(node, name, OTHER_RESIZE[name][0].encode()).decode()
    return edit.set(node, **{name: edit.choose(m for m in OTHER_RESIZE[name] if m != now)})


@fault("wrong rounding mode", "Round", "Floor", "Ceil")
def round_otherwise(edit, node):
    node.op_type = edit.choose(sorted({"Round", "Floor", "Ceil"} - {node.op_type}))
    return edit.blame(node)


@fault("wrong rounding mode", "MaxPool", "AveragePool")
def pool_otherwise(edit, node):
    padded = any(edit.attribute(node, "pads", [0]))
    if node.op_type == "AveragePool" and padded and edit.chance():
        return edit.set(
            node, count_include_pad=1 - edit.attribute(node, "count_include_pad", 0))
    if edit.opset() < 10:
        return False
    return edit.set(node, ceil_mode=1 - edit.attribute(node, "ceil_mode", 0))


@fault("wrong rounding mode", "Conv", "Gemm", "MatMul", "Mul", "Resize", "Div")
def round_result(edit, node):
    least, largest = edit.span(node.output[0]) if edit.is_float(node.output[0]) else (0, 0)
    if largest - least < 4 or edit.opset() < 11:
        return False
    return edit.insert_after(node, (edit.choose(["Round", "Floor", "Ceil"]), [], {}))


OTHER_ACTIVATION = {
    "Relu": [("LeakyRelu", {"alpha": 0.01}), ("Elu", {}), ("Abs", {})],
    "LeakyRelu": [("Relu", {}), ("Elu", {}), ("LeakyRelu", {"alpha": 0.3})],
    "Elu": [("Relu", {}), ("Selu", {}), ("Elu", {"alpha": 0.5})],
    "Sigmoid": [("HardSigmoid", {}), ("Tanh", {})],
    "Tanh": [("Sigmoid", {}), ("Softsign", {})],
    "HardSigmoid": [("Sigmoid", {}), ("HardSigmoid", {"alpha": 1 / 6, "beta": 0.5}),
                    ("HardSigmoid", {"alpha": 0.2, "beta": 0.5})],
    "HardSwish": [("Mish", {}), ("Relu", {})],
    "Softmax": [("LogSoftmax", {}), ("Sigmoid", {})],
    "LogSoftmax": [("Softmax", {})],
    "Erf": [("Tanh", {})],
    "Clip": [("Relu", {})],
    "Sqrt": [("Reciprocal", {})],
}


@fault("wrong activation", *OTHER_ACTIVATION)
def activate_otherwise(edit, node):
    operator, attributes = edit.choose(OTHER_ACTIVATION[node.op_type])
    kept = {"axis"} if operator in ("Softmax", "LogSoftmax") else set()
    edit.set(node, **{a.name: None for a in node.attribute if a.name not in kept})
    edit.set(node, **attributes)
    del node.input[1:]
    node.op_type = operator
    return True


@fault("wrong activation", "Gelu")
def approximate_otherwise(edit, node):
    exact = edit.attribute(node, "approximate", b"none") == b"none"
    return edit.set(node, approximate="tanh" if exact else "none")


ALPHA_AND_BETA = {
    "LeakyRelu": {"alpha": 0.01}, "Elu": {"alpha": 1.0}, "HardSigmoid": {"alpha": 0.2, "beta": 0.5},
    "Gemm": {"alpha": 1.0, "beta": 1.0}, "Selu": {"alpha": 1.67, "gamma": 1.05},
}


@fault("wrong alpha or beta", *ALPHA_AND_BETA)
def change_alpha(edit, node):
    names = ALPHA_AND_BETA[node.op_type]
    name = edit.choose(sorted(names))
    value = edit.attribute(node, name, names[name])
    return edit.set(node, **{name: value * edit.choose([0.5, 0.9, 1.01, 2.0])})


OTHER_REDUCTION = ("ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd", "ReduceL2")


@fault("wrong reduction", "ReduceSum", "ReduceSumSquare", *OTHER_REDUCTION)
def reduce_otherwise(edit, node):
    axes = edit.attribute(node, "axes")
    given = edit.constant(node, 1) if axes is None else axes
    rank = edit.rank(node.input[0])
    how = edit.choose(["operator", "axes", "keepdims"])
    if how == "keepdims":
        return edit.set(node, keepdims=1 - edit.attribute(node, "keepdims", 1))
    if how == "axes" and given is not None and 0 < len(given) < rank:
        moved = [(int(axis) + edit.choose([1, rank - 1])) % rank for axis in given]
        if axes is None:
            return edit.set_input(node, 1, given.dtype.type(moved))
        return edit.set(node, axes=moved)
    same_form = node.op_type != "ReduceSum" or not 13 <= edit.opset() < 18
    if how == "axes" or not same_form:
        return False
    node.op_type = edit.choose(name for name in OTHER_REDUCTION if name != node.op_type)
    return edit.blame(node)


@fault("wrong reduction", "AveragePool", "MaxPool", "GlobalAveragePool", "GlobalMaxPool")
def pool_by_other_measure(edit, node):
    if len(node.output) > 1 or edit.attribute(node, "dilations", [1, 1]) != [1, 1]:
        return False
    old, new = ("Average", "Max") if "Average" in node.op_type else ("Max", "Average")
    node.op_type = node.op_type.replace(old, new)
    return edit.set(node, count_include_pad=None, storage_order=None, dilations=None)


@fault("wrong recurrence", "LSTM", "GRU", "RNN")
def recur_otherwise(edit, node):
    direction = edit.attribute(node, "direction", b"forward")
    ways = ["activations", "bias"]
    ways += ["reset"] if node.op_type == "GRU" else ["forget"]
    ways += [] if direction == b"bidirectional" else ["direction"]
    way = edit.choose(ways)
    if way == "direction":
        return edit.set(node, direction="forward" if direction == b"reverse" else "reverse")
    if way == "reset":
        return edit.set(node, linear_before_reset=1 - edit.attribute(
            node, "linear_before_reset", 0))
    if way == "forget":
        return edit.set(node, input_forget=1)
    if way == "bias":
        node.input[3] = ""
        return edit.blame(node)
    names = {"LSTM": ["Sigmoid", "Tanh", "Relu"], "GRU": ["Sigmoid", "Relu"], "RNN": ["Relu"]}
    return edit.set(node, activations=names[node.op_type] * (
        2 if direction == b"bidirectional" else 1))


OTHER_COMPARISON = {
    "Greater": ["Less", "GreaterOrEqual"], "Less": ["Greater", "LessOrEqual"],
    "GreaterOrEqual": ["Greater"], "LessOrEqual": ["Less"], "Equal": ["GreaterOrEqual"],
    "Max": ["Min"], "Min": ["Max"], "ArgMax": ["ArgMin"],
}


@fault("wrong comparison", *OTHER_COMPARISON)
def compare_otherwise(edit, node):
    node.op_type = edit.choose(OTHER_COMPARISON[node.op_type])
    return edit.opset() >= 12 and edit.blame(node)


@fault("wrong comparison", "TopK", "CumSum", "Mod", "Einsum")
def order_otherwise(edit, node):
    if node.op_type == "TopK":
        return edit.opset() >= 11 and edit.set(
            node, largest=1 - edit.attribute(node, "largest", 1))
    if node.op_type == "CumSum":
        name = edit.choose(["exclusive", "reverse"])
        return edit.set(node, **{name: 1 - edit.attribute(node, name, 0)})
    if node.op_type == "Mod":
        return edit.set(node, fmod=1 - edit.attribute(node, "fmod", 0))
    inputs, _, output = edit.attribute(node, "equation").decode().partition("->")
    return edit.set(node, equation=f"{inputs}->{output[:-2]}{output[:-3:-1]}")
