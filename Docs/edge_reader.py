#!/usr/bin/env python3
"""Prints what an .edge file holds: a reader written from EdgeFormat.md alone.

Needs the package `flatbuffers` and, beside this file or on PYTHONPATH, what
`flatc --python Schemas/edge.fbs` writes (the package `edge`).

usage: edge_reader.py FILE
"""
import hashlib
import math
import struct
import sys
import zlib

from edge import Model, Names

ELEMENTS = (
    "any float32 uint8 int8 uint16 int16 int32 int64 string bool float16 float64 uint32 uint64 "
    "complex64 complex128 bfloat16 float8e4m3fn float8e4m3fnuz float8e5m2 float8e5m2fnuz uint4 "
    "int4 float4e2m1 float8e8m0 uint2 int2 float6e2m3 float6e3m2").split()
BITS = dict(zip(ELEMENTS, [0, 32, 8, 8, 16, 16, 32, 64, 0, 8, 16, 64, 32, 64, 64, 128, 16, 8, 8, 8,
                           8, 4, 4, 4, 8, 2, 2, 6, 6]))
SUPPORTED = 0b100_1001_1111


def merkle(data):
    """§5: the root of a tree of SHA-256 values over leaves of 64 KiB."""
    level = [hashlib.sha256(b"\0" + data[i:i + 65536]).digest() for i in range(0, len(data), 65536)]
    while len(level) > 1:
        pairs = [level[i:i + 2] for i in range(0, len(level), 2)]
        level = [hashlib.sha256(b"\1" + b"".join(p)).digest() if len(p) == 2 else p[0] for p in pairs]
    return level[0]


def column(table, count=None):
    """§2: the numbers of a column; one that is left out holds zeros."""
    if table is None:
        return [0] * (count or 0)
    for width in ("U8", "U16", "U32", "U64"):
        if not getattr(table, width + "IsNone")():
            get = getattr(table, width)
            return [get(i) for i in range(getattr(table, width + "Length")())]
    raise ValueError("a column without numbers")


def vector(owner, name, count=None):
    """The elements of a vector; one that is left out holds zeros."""
    length = getattr(owner, name + "Length")()
    return [getattr(owner, name)(i) for i in range(length)] if length else [0] * (count or 0)


def split(items, counts):
    """Cuts a list into pieces of the given lengths."""
    pieces, start = [], 0
    for count in counts:
        pieces.append(items[start:start + count])
        start += count
    return pieces


def product(shape):
    return math.prod(int(extent) for extent in shape)


def expand(mask, values, size, count):
    """§3.1: the elements of a bitmask."""
    elements = bytearray(count * size)
    taken = 0
    for index in range(count):
        if mask[index // 8] >> index % 8 & 1:
            elements[index * size:(index + 1) * size] = values[taken:taken + size]
            taken += size
    assert taken == len(values)
    return bytes(elements)


class EdgeFile:
    def __init__(self, data):
        self.data = data
        (self.header_size, minimum_reader, size, self.base, file_size, required, _, self.version, _,
         table, count, record_size) = struct.unpack_from("<IIQQQQQQQIII", data, 8)
        assert data[4:8] == b"EDG1" and minimum_reader <= 1 and file_size == len(data)
        assert required & ~SUPPORTED == 0, f"unknown features {required & ~SUPPORTED:#x}"
        metadata = data[:size]
        assert merkle(metadata[:88] + bytes(32) + metadata[120:]) == data[88:120], "metadata hash"
        self.sections = [self.section(table + i * record_size) for i in range(count)]
        self.model = Model.Model.GetRootAs(metadata, 0)
        self.strings = [s.decode() for s in vector(self.model, "Strings")]
        self.types = self.read_types(self.model.Types())
        self.tensors = self.read_tensors(self.model.Tensors())
        self.operators = self.read_operators(self.model.Operators())

    def section(self, place):
        """§1.2: a record and the decoded bytes of its section."""
        kind, codec, _, _, offset, length, raw = struct.unpack_from("<HBBIQQQ", self.data, place)
        data = self.data[self.base + offset:self.base + offset + length]
        assert merkle(data) == self.data[place + 32:place + 64], "section hash"
        data = zlib.decompress(data) if codec == 1 else data
        assert len(data) == raw
        return kind, data

    def read_types(self, t):
        """§2: the texts of the types, and per tensor type its element and extents."""
        if t is None:
            return []
        sizes = [str(s) for s in column(t.Sizes())]
        axes = ["?"] + [self.strings[s] for s in column(t.Expressions())] + sizes
        ranks = column(t.ShapeRanks())
        shapes = split([axes[d] for d in column(t.ShapeDimensions(), sum(ranks))], ranks)
        elements = vector(t, "Elements")
        kinds = vector(t, "Kinds", len(elements))
        opaque_names = iter(column(t.OpaqueNames(), kinds.count(5)))
        types = []
        for kind, element, argument in zip(kinds, elements, column(t.Arguments(), len(elements))):
            element = ELEMENTS[element]
            shape = shapes[argument - 1] if kind < 2 and argument else None
            if kind < 2:
                text = element + ("" if shape is None else "[" + ", ".join(shape) + "]")
                text = f"sparse({text})" if kind else text
            elif kind == 4:
                text = f"map({element}, {types[argument][0]})"
            elif kind == 5:
                text = f'opaque("{self.strings[argument]}", "{self.strings[next(opaque_names)]}")'
            else:
                text = f"{'sequence' if kind == 2 else 'optional'}({types[argument][0]})"
            types.append((text, element, shape))
        return types

    def read_tensors(self, t):
        """§3: type and bytes of each tensor; those of its values for coordinates."""
        if t is None:
            return []
        types = column(t.Types())
        encodings = column(t.Encodings(), len(types))
        first_parts = column(t.EncodingFirstParts(), t.EncodingKindsLength())
        parts = column(t.Parts())
        small = bytes(vector(t, "Small"))
        tensors = []
        for kind, section, offset, encoding in zip(
                types, column(t.Sections(), len(types)), column(t.Offsets(), len(types)), encodings):
            text, element, shape = self.types[kind]
            if encoding:
                encoding_kind = t.EncodingKinds(encoding - 1)
                assert encoding_kind in (3, 4), "only coordinates and bitmasks"
                first = first_parts[encoding - 1]
                data, second = (tensors[part][1] for part in parts[first:first + 2])
                if encoding_kind == 4:
                    data = expand(data, second, BITS[element] // 8, product(shape))
                tensors.append((text, data))
                continue
            data, start = (self.sections[section - 1][1], 64 * offset) if section else (small, offset)
            count = product(shape)
            if element == "string":
                size = 8 * (count + 1) + struct.unpack_from("<Q", data, start + 8 * count)[0]
            else:
                size = (count * BITS[element] + 7) // 8
            assert start + size <= len(data)
            tensors.append((text, data[start:start + size]))
        return tensors

    def read_operators(self, t):
        if t is None:
            return []
        names = column(t.Names())
        rows = zip(column(t.Domains(), len(names)), names, column(t.Versions(), len(names)))
        return [f"{self.strings[d]}::{self.strings[n]}.{v}" for d, n, v in rows]

    def attributes(self):
        """§4: the texts of the attribute sets."""
        a = self.model.Attributes()
        if a is None:
            return []
        names, references = column(a.Names()), column(a.References())
        ints, floats = vector(a, "Ints"), vector(a, "Floats")
        texts = []
        for name, kind, first, count in zip(names, vector(a, "Kinds"), column(
                a.Firsts(), len(names)), column(a.Counts(), len(names))):
            pool = {1: floats, 2: ints, 6: floats, 7: ints}.get(kind)
            if kind in (6, 7, 8, 9, 10, 12, 14, 72):
                value = (pool or references)[first:first + count]
            else:
                value = pool[first] if pool else first
            if kind in (3, 8):
                value = [self.strings[s] for s in value] if kind == 8 else self.strings[value]
            # Numbers of tensors, types and byte strings are the writer's own affair.
            shown = value if kind in (2, 3, 5, 7, 8, 10) else ""
            texts.append(f"{self.strings[name]}={kind}:{shown}")
        sets = split(column(a.SetMembers(), sum(column(a.SetCounts()))), column(a.SetCounts()))
        return [" ".join(texts[m] for m in members) for members in sets]

    def graph_lines(self, g, value_names, node_names):
        """§4: blocks, values and nodes of a graph."""
        operators = column(g.NodeOperators())
        n = len(operators)
        attributes = [""] + self.attributes()
        arities = column(g.NodeInputCounts(), n)
        inputs = split(column(g.Inputs(), sum(arities)), arities)
        output_counts = column(g.NodeOutputCounts()) if g.NodeOutputCounts() else [1] * n
        omitted = set(column(g.OmittedOutputs()))
        types, constants = column(g.ValueTypes()), column(g.Constants())
        results = sum(output_counts) - len(omitted)
        first_constant = len(types) - len(constants) - results
        yield f"{n} nodes, {len(types)} values"
        for value, kind in enumerate(types):
            text = self.types[kind - 1][0] if kind else "untyped"
            yield f"value {value} '{value_names[value]}' {text}"
        for i, tensor in enumerate(constants):
            text, data = self.tensors[tensor]
            yield f"constant {first_constant + i} {text} {len(data)} {data[:16].hex()}"
        slot, value = 0, first_constant + len(constants)
        sets = column(g.NodeAttributes(), n)
        for i in range(n):
            outputs = []
            for place in range(slot, slot + output_counts[i]):
                outputs.append("-" if place in omitted else str(value))
                value += place not in omitted
            slot += output_counts[i]
            reads = [str(v - 1) if v else "-" for v in inputs[i]]
            yield (f"node {i} '{node_names[i]}' {self.operators[operators[i]]} [{' '.join(reads)}] -> "
                   f"[{' '.join(outputs)}] {attributes[sets[i]]}".rstrip())
        yield f"outputs {' '.join(map(str, column(g.Outputs())))}"
        yield f"blocks {' '.join(map(str, column(g.BlockNodeCounts()) or [n]))}"

    def names(self):
        """The names section, or nothing."""
        for kind, data in self.sections:
            if kind == 2:
                return Names.Names.GetRootAs(data, 0)
        return None

    def lines(self):
        m = self.model
        yield f"version {self.version}"
        yield "inputs " + " ".join(s.decode() for s in vector(m, "InputNames"))
        yield "outputs " + " ".join(s.decode() for s in vector(m, "OutputNames"))
        graphs = [m.Graph()] + [m.Functions(i).Graph() for i in range(m.FunctionsLength())]
        names = self.names()
        for i, graph in enumerate(graphs):
            table = names.Graphs(i) if names else None
            values = texts(table and table.Values(), len(column(graph.ValueTypes())))
            nodes = texts(table and table.Nodes(), len(column(graph.NodeOperators())))
            yield f"graph {i}"
            yield from self.graph_lines(graph, values, nodes)


def texts(table, count):
    """Many texts that are stored as one; none are all empty."""
    if table is None:
        return [""] * count
    ends, text = column(table.Ends()), table.Text() or b""
    return [text[a:b].decode() for a, b in zip([0] + ends, ends)]


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as file:
        for line in EdgeFile(file.read()).lines():
            print(line)
