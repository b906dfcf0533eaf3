"""A copy of a model in the making."""
import math

import numpy
import onnx
from onnx import helper, numpy_helper

MAIN = ("", "ai.onnx")


def subgraphs(node):
    for attribute in node.attribute:
        if attribute.type == onnx.AttributeProto.GRAPH:
            yield attribute.g


def walk(graph, enclosing=()):
    """The nodes of a graph and of its subgraphs, each with its graph and the nodes around it."""
    for node in graph.node:
        yield graph, node, enclosing
        for inner in subgraphs(node):
            yield from walk(inner, (*enclosing, node))


class Edit:
    """A copy of a model that one fault is put into, and where the fault is to be found.

    `trace` holds what the source computes from one input: the values' shapes, types and ranges.
    `nodes` and `values` are what a report may rightly name.
    """

    def __init__(self, source, trace, random):
        self.model = onnx.ModelProto()
        self.model.CopyFrom(source)
        self.trace, self.random = trace, random
        self.nodes, self.values = set(), set()
        self.sites = list(walk(self.model.graph))
        self.producers = {out: node for _, node, _ in self.sites for out in node.output if out}
        graphs = {id(graph): graph for graph, _, _ in self.sites}
        self.tensors = {t.name: t for graph in graphs.values() for t in graph.initializer}
        for graph in graphs.values():
            del graph.value_info[:]
        self.fresh = 0

    # What the model says.

    def opset(self):
        """The version of the operator set ai.onnx, or 0 where the model imports none."""
        return max((o.version for o in self.model.opset_import if o.domain in MAIN), default=0)

    def shape(self, name):
        found = self.array(name)
        found = self.trace.get(name) if found is None else found
        return None if found is None else found.shape

    def rank(self, name):
        shape = self.shape(name)
        return 0 if shape is None else len(shape)

    def is_float(self, name):
        found = self.trace.get(name)
        return found is not None and found.dtype.kind == "f" and found.size > 0

    def consumers(self, name):
        return [node for _, node, _ in self.sites if name in node.input]

    def attribute(self, node, name, default=None):
        for entry in node.attribute:
            if entry.name == name:
                return helper.get_attribute_value(entry)
        return default

    def origin(self, name):
        """The constant that a value is, itself or by way of identities."""
        while name in self.producers and self.producers[name].op_type == "Identity":
            name = self.producers[name].input[0]
        return name

    def array(self, name):
        """The elements of a constant, or None."""
        name = self.origin(name)
        if name in self.tensors:
            return numpy_helper.to_array(self.tensors[name])
        node = self.producers.get(name)
        if node is None or node.op_type != "Constant":
            return None
        value = helper.get_attribute_value(node.attribute[0])
        if isinstance(value, onnx.TensorProto):
            return numpy_helper.to_array(value)
        kinds = {float: numpy.float32, int: numpy.int64}
        first = value[0] if isinstance(value, (list, tuple)) and value else value
        return numpy.array(value, kinds[type(first)]) if type(first) in kinds else None

    def constant(self, node, index):
        """The elements of a node's operand where that is a constant."""
        if index < len(node.input) and node.input[index]:
            return self.array(node.input[index])
        return None

    # What a fault changes.

    def blame(self, *nodes):
        """Says that a report may name these nodes, those around and those in their subgraphs.

        Returns True, as a fault does when it is done.
        """
        around = {id(node): enclosing for _, node, enclosing in self.sites}
        for node in nodes:
            inner = [other for graph in subgraphs(node) for _, other, _ in walk(graph)]
            for named in (node, *around.get(id(node), ()), *inner):
                self.nodes.add(named.name)
                self.values.update(named.output)
        self.nodes.discard("")
        self.values.discard("")
        return True

    def set(self, node, **attributes):
        """Sets attributes of a node; None removes one."""
        kept = [entry for entry in node.attribute if entry.name not in attributes]
        del node.attribute[:]
        node.attribute.extend(kept)
        node.attribute.extend(
            helper.make_attribute(name, value)
            for name, value in attributes.items() if value is not None)
        return self.blame(node)

    def store(self, name, array):
        """Gives a constant other elements; all that use it are to blame."""
        name = self.origin(name)
        tensor = numpy_helper.from_array(numpy.array(array, order="C"), name)
        if name in self.tensors:
            self.tensors[name].CopyFrom(tensor)
        else:
            producer = self.producers[name]
            del producer.attribute[:]
            self.set(producer, value=tensor)
        return self.blame_users(name)

    def blame_users(self, name):
        for node in self.consumers(name):
            self.blame(node)
            if node.op_type == "Identity":
                self.blame_users(node.output[0])
        return True

    def name(self):
        self.fresh += 1
        return f"wrong_{self.fresh}"

    def new_constant(self, array):
        """The name of a new constant, of the main graph."""
        name = self.name()
        tensor = numpy_helper.from_array(numpy.asarray(array), name)
        self.model.graph.node.insert(
            0, helper.make_node("Constant", [], [name], name=name, value=tensor))
        return name

    def set_input(self, node, index, array):
        """Gives one node another constant as an operand."""
        node.input[index] = self.new_constant(array)
        return self.blame(node)

    def remove(self, node, operand=0):
        """Removes a node: what used its output uses one of its operands."""
        kept, output = node.input[operand], node.output[0]
        self.blame(node, *self.consumers(output))
        if kept in self.producers:
            self.blame(self.producers[kept])
        graph = next(graph for graph, other, _ in self.sites if other is node)
        hidden = [inner for _, other, _ in self.sites for inner in subgraphs(other)]
        if any(value.name == output for g in (self.model.graph, *hidden) for value in g.output):
            del node.attribute[:], node.input[:]
            node.op_type, node.domain = "Identity", ""
            node.input.append(kept)
            return True
        for other in self.consumers(output):
            for index, name in enumerate(other.input):
                if name == output:
                    other.input[index] = kept
        graph.node.remove(node)
        return True

    def insert_after(self, node, *steps):
        """Puts a chain of new nodes behind a node; `steps` are (operator, operands, attributes)."""
        output = node.output[0]
        source = node.output[0] = self.name()
        return self.chain(node, 1, source, output, steps)

    def insert_before(self, node, index, *steps):
        """Puts a chain of new nodes before an operand of a node."""
        source = node.input[index]
        target = node.input[index] = self.name()
        if source in self.producers:
            self.blame(self.producers[source])
        return self.chain(node, 0, source, target, steps)

    def chain(self, node, offset, source, target, steps):
        graph = next(graph for graph, other, _ in self.sites if other is node)
        position = [id(other) for other in graph.node].index(id(node)) + offset
        self.blame(node)
        for number, (operator, operands, attributes) in enumerate(steps):
            result = target if number == len(steps) - 1 else self.name()
            made = helper.make_node(
                operator, [source, *operands], [result], name=self.name(), **attributes)
            graph.node.insert(position + number, made)
            self.blame(made)
            source = result
        return True

    # What is left to chance.

    def chance(self, probability=0.5):
        return self.random.random() < probability

    def choose(self, values):
        values = list(values)
        return values[int(self.random.integers(len(values)))]

    def other_order(self, count):
        """A permutation that leaves nothing out and moves at least one."""
        order = list(range(count))
        first, second = sorted(self.random.choice(count, 2, replace=False))
        order[first], order[second] = order[second], order[first]
        return order

    def span(self, name):
        """The least and the largest finite element of a traced value."""
        finite = self.trace[name][numpy.isfinite(self.trace[name])].astype(float)
        if not finite.size:
            return 0.0, 0.0
        return math.floor(finite.min() * 1e4) / 1e4, math.ceil(finite.max() * 1e4) / 1e4
