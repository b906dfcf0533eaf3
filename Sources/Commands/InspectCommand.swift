import ArgumentParser
import EdgeFormat
import IR
import Operators
import Tensors

/// Shows what is in a model file.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show the inputs, outputs, operators and sizes of a model.",
    discussion: """
      EXAMPLES
        ferry inspect model.onnx
        ferry inspect model.edge --json
        ferry inspect model.edge --text
        ferry inspect model.edge --lineage
      """)

  @Argument(help: "An .onnx or .edge file.")
  var model: String

  @Flag(help: "Print the graph in its text form, large constants left out.")
  var text = false

  @Flag(help: "Print which nodes of the source each node stands for, and those that are gone.")
  var lineage = false

  @Flag(help: "Print one JSON document.")
  var json = false

  func validate() throws {
    guard [text, lineage, json].count(where: { $0 }) <= 1 else {
      throw ValidationError("--text, --lineage and --json are three forms of output; give one")
    }
  }

  func run() throws {
    let file = try ModelFile(reading: model, verifyingHashes: false)
    if text {
      Console.print(file.model.text(.brief))
      return
    }
    if lineage { return LineageReport(file.model.graph).show() }
    let report = InspectReport(file, registry: .standard)
    if json { try Console.printJSON(report) } else { report.show() }
  }
}

/// What `ferry inspect` shows.
struct InspectReport: Encodable {
  struct Value: Encodable {
    let name: String
    let type: String
    /// Whether the model has a value for it when none is given.
    let hasDefault: Bool
  }

  struct OperatorUse: Encodable {
    let domain: String
    let name: String
    let version: Int
    let nodes: Int
    /// Whether this build executes it.
    let isSupported: Bool
  }

  let path: String
  let format: ModelFile.Format
  let bytes: Int
  let name: String
  let producer: String
  let operatorSets: [String: Int]
  let inputs: [Value]
  let outputs: [Value]
  let nodes: Int
  let functions: Int
  let parameters: Int
  let weightBytes: Int
  let operators: [OperatorUse]
  let metadata: [String: String]
  let notes: [String]
  let edge: EdgeDocument?

  init(_ file: ModelFile, registry: OperatorRegistry) {
    let model = file.model
    let graph = model.graph
    let statistics = ModelStatistics(model)
    let library = FunctionLibrary(model.functions)
    path = file.path
    format = file.format
    bytes = file.size
    name = graph.name
    producer = [model.producer.name, model.producer.version].filter { !$0.isEmpty }
      .joined(separator: " ")
    operatorSets = Dictionary(
      model.operatorSets.map { ($0.key.isEmpty ? "ai.onnx" : $0.key, $0.value) }
    ) { first, _ in first }
    inputs = graph.inputs.map { Value($0, named: graph.name(of: $0), of: graph) }
    outputs = zip(graph.outputs, graph.outputNames(of: graph.body)).map {
      Value($0, named: $1, of: graph)
    }
    nodes = statistics.nodes
    functions = model.functions.count
    parameters = statistics.parameters
    weightBytes = statistics.weightBytes
    operators = statistics.operators.map { id, count in
      OperatorUse(
        domain: id.domain.isEmpty ? "ai.onnx" : id.domain, name: id.name, version: id.version,
        nodes: count, isSupported: registry[id] != nil || library[id] != nil)
    }
    metadata = Dictionary(model.annotations.metadata.map { ($0.key, $0.value) }) { first, _ in
      first
    }
    notes = file.notes
    edge = file.edge.map(EdgeDocument.init)
  }

  /// Prints the report for people.
  func show() {
    Console.print("\(path): \(format == .edge ? "Ferry .edge" : "ONNX"), \(formattedBytes(bytes))")
    var facts = [["graph", name], ["producer", producer]]
    facts.append([
      "operator sets",
      operatorSets.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        .joined(separator: ", "),
    ])
    facts.append(["size", "\(counted(nodes, "node")), \(counted(parameters, "parameter"))"])
    facts.append(["weights", formattedBytes(weightBytes)])
    if functions > 0 { facts.append(["functions", "\(functions)"]) }
    Console.print(table(facts.filter { !$0[1].isEmpty }))
    section("inputs", inputs.map { [$0.name, $0.type + ($0.hasDefault ? " = default" : "")] })
    section("outputs", outputs.map { [$0.name, $0.type] })
    section(
      "operators",
      operators.map {
        let prefix = $0.domain == "ai.onnx" ? "" : "\($0.domain)::"
        return ["\($0.nodes)", "\(prefix)\($0.name)", $0.isSupported ? "" : "no definition"]
      })
    edge?.show()
    for note in notes { Console.printError("note: \(note)") }
  }

  private func section(_ title: String, _ rows: [[String]]) {
    guard !rows.isEmpty else { return }
    Console.print("\(title)\n\(table(rows))")
  }
}

extension InspectReport.Value {
  fileprivate init(_ value: ValueID, named name: String, of graph: Graph) {
    self.name = name
    type = graph.type(of: value)?.description ?? "?"
    hasDefault = graph.constant(of: value) != nil
  }
}
