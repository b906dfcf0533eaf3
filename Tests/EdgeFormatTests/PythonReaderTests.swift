import EdgeFormat
import Foundation
import IR
import Tensors
import Testing

/// Compares with Docs/edge_reader.py, which was written from the specification alone.
@Suite(.enabled(if: Program.flatc.isInstalled && Program.python != nil))
struct PythonReaderTests {
  @Test(arguments: ["rich", "chain", "single", "sparse", "compressed"])
  func readsTheSame(_ name: String) throws {
    let folder = try TestFolder()
    var writer = EdgeWriter()
    writer.options.compressesText = name == "compressed"
    writer.options.storesLeafHashes = name == "compressed"
    let model = RoundTripTests.model(name == "compressed" ? "chain" : name)
    try writer.write(model, to: folder.path("model.edge"))
    let schema = repository.appending(path: "Schemas/edge.fbs").path
    try Program.flatc.run(["--python", "-o", folder.url.path, schema])
    let reader = repository.appending(path: "Docs/edge_reader.py").path
    let output = try #require(Program.python)
      .run(["-B", reader, folder.path("model.edge")], modules: folder.url.path)
    let lines = ReaderText(try EdgeFile(path: folder.path("model.edge"))).lines
    #expect(try output.split(separator: "\n").map(String.init) == lines())
  }
}

/// What the Python reader prints, from what the Swift reader reads.
private struct ReaderText {
  private let file: EdgeFile

  init(_ file: EdgeFile) { self.file = file }

  func lines() throws -> [String] {
    let model = try file.model()
    let graph = model.graph
    var lines = ["version \(file.header.modelVersion)"]
    lines.append("inputs " + graph.inputs.map { graph.name(of: $0) }.joined(separator: " "))
    lines.append("outputs " + graph.outputNames(of: graph.body).joined(separator: " "))
    for (number, graph) in ([graph] + model.functions.map(\.graph)).enumerated() {
      lines.append("graph \(number)")
      lines += self.lines(of: graph, isModel: number == 0)
    }
    return lines
  }

  private func lines(of graph: Graph, isModel: Bool) -> [String] {
    let nodes = graph.blocks.flatMap { Array(graph.nodes(in: $0)) }
    let values = Array(graph.values)
    var lines = ["\(nodes.count) nodes, \(values.count) values"]
    for value in values {
      let isPublic = isModel && graph.inputs.contains(value)
      let type = graph.type(of: value)?.description ?? "untyped"
      lines.append("value \(value.index) '\(isPublic ? "" : graph.name(of: value))' \(type)")
    }
    for value in values where graph.isConstant(value) {
      guard let tensor = graph.constant(of: value) else { continue }
      let shape = Shape(tensor.shape)
      let type: ValueType =
        tensor.encoding == .dense
        ? .tensor(tensor.elementType, shape) : .sparseTensor(tensor.elementType, shape)
      let start = tensor.bytes.prefix(16).map { String(format: "%02x", $0) }.joined()
      lines.append("constant \(value.index) \(type) \(tensor.range.count) \(start)")
    }
    for (index, id) in nodes.enumerated() { lines.append(line(index, id, graph)) }
    let outputs = graph.blocks.flatMap { graph.outputs(of: $0) }
    lines.append("outputs \(outputs.map { "\($0.index)" }.joined(separator: " "))")
    let counts = graph.blocks.map { "\(graph.nodeCount(in: $0))" }
    lines.append("blocks \(counts.joined(separator: " "))")
    return lines
  }

  private func line(_ index: Int, _ id: NodeID, _ graph: Graph) -> String {
    func list(_ values: [ValueID?]) -> String {
      values.map { $0.map { "\($0.index)" } ?? "-" }.joined(separator: " ")
    }
    let node = graph[id]
    let name = node.operatorID
    let attributes = node.attributes.map { " \($0.name)=\(text(of: $0.value))" }.joined()
    return "node \(index) '\(node.name)' \(name.domain)::\(name.name).\(name.version) "
      + "[\(list(graph.inputs(of: id)))] -> [\(list(graph.outputs(of: id)))]\(attributes)"
  }

  private func text(of value: Attribute) -> String {
    let kind = Int(value.kind.rawValue)
    return switch value {
    case .int(let int): "\(kind):\(int)"
    case .ints(let ints): "\(kind):\(ints)"
    case .block(let block): "\(kind):\(block.index)"
    case .string(let string): string.text.map { "\(kind):\($0)" } ?? "\(kind + 64):"
    case .strings(let strings):
      strings.allSatisfy { $0.text != nil }
        ? "\(kind):[\(strings.map { "'\($0)'" }.joined(separator: ", "))]" : "\(kind + 64):"
    case .reference: "\(kind + 128):"
    default: "\(kind):"
    }
  }
}
