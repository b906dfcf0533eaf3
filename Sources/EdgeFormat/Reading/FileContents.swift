import FlatBuffers
import FormatSupport
import IR
import Tensors

/// Everything that the FlatBuffer of a file holds, checked.
struct FileContents {
  let strings: [String]
  let byteStrings: [FlatVector<UInt8>]
  let types: TypeColumns
  let tensors: TensorColumns
  let attributes: AttributeColumns
  let operators: OperatorColumns
  let operatorSets: OperatorSetColumns
  let graph: GraphLayout
  private(set) var functions: [FunctionContents] = []
  let inputNames: [String]
  let outputNames: [String]
  let sourceVersion: Int64
  private(set) var memoryPlan: MemoryPlan?
  let target: TargetProfile?
  let provenance: Provenance?

  init(
    _ model: FlatTable, _ data: SectionData, _ source: EdgeSource, _ limits: ResourceLimits
  ) throws(FormatError) {
    strings = try Self.readStrings(model)
    byteStrings = try Self.readByteStrings(model)
    let count = strings.count
    types = try model.reading(ModelTable.types) { [strings] (table) throws(FormatError) in
      try TypeColumns(table, strings)
    }
    tensors = try model.reading(ModelTable.tensors) { [types] (table) throws(FormatError) in
      try TensorColumns(table, types, data, source)
    }
    let attributeBounds = AttributeColumns.Bounds(
      strings: count, byteStrings: byteStrings.count, tensors: tensors, types: types.count)
    attributes = try model.reading(ModelTable.attributes) { (table) throws(FormatError) in
      try AttributeColumns(table, attributeBounds)
    }
    operators = try model.reading(ModelTable.operators) { (table) throws(FormatError) in
      try OperatorColumns(table, stringCount: count)
    }
    operatorSets = try OperatorSetColumns(
      model, domains: ModelTable.operatorSetDomains, versions: ModelTable.operatorSetVersions,
      strings)
    let bounds = GraphLayout.Bounds(
      operators: operators.count, attributeSets: attributes.setCount, types: types.count,
      tensors: tensors.count)
    graph = try model.reading(ModelTable.graph) { (table) throws(FormatError) in
      guard let table else { throw FormatError(.invalid, "there is no graph") }
      return try GraphLayout(table, bounds)
    }
    inputNames = try model.texts(ModelTable.inputNames)
    outputNames = try model.texts(ModelTable.outputNames)
    sourceVersion = try model.value(of: ModelTable.sourceVersion)
    target = try model.value(of: ModelTable.target).map { (table) throws(FormatError) in
      try locating("target") { () throws(FormatError) in try TargetProfile(table) }
    }
    provenance = try model.value(of: ModelTable.provenance).map { (table) throws(FormatError) in
      try locating("provenance") { () throws(FormatError) in try Provenance(table) }
    }
    try readFunctions(model, bounds, limits)
    try checkBody(model, limits)
  }

  /// The graph of the model, then those of its functions.
  var graphs: [GraphLayout] { [graph] + functions.map(\.graph) }

  private static func readStrings(_ model: FlatTable) throws(FormatError) -> [String] {
    let strings = try model.texts(ModelTable.strings)
    guard strings.first ?? "" == "" else {
      throw FormatError(.invalid, "string 0 is not empty", path: ["strings"])
    }
    return strings
  }

  private static func readByteStrings(
    _ model: FlatTable
  ) throws(FormatError) -> [FlatVector<UInt8>] {
    guard let tables = try model.value(of: ModelTable.byteStrings) else { return [] }
    var strings: [FlatVector<UInt8>] = []
    for index in 0..<tables.count {
      strings.append(try tables.table(at: index).value(of: BytesTable.bytes) ?? FlatVector())
    }
    return strings
  }

  private mutating func readFunctions(
    _ model: FlatTable, _ bounds: GraphLayout.Bounds, _ limits: ResourceLimits
  ) throws(FormatError) {
    guard let tables = try model.value(of: ModelTable.functions) else { return }
    for index in 0..<tables.count {
      let function = try locating("functions[\(index)]") { () throws(FormatError) in
        let table = try tables.table(at: index)
        let function = try FunctionContents(table, bounds, strings, attributes)
        var walk = ExecutionWalk(
          function.graph, attributes, depthLimit: limits.depth, recordsLives: false)
        _ = try walk.run()
        return function
      }
      functions.append(function)
    }
  }

  private mutating func checkBody(
    _ model: FlatTable, _ limits: ResourceLimits
  ) throws(FormatError) {
    let plan = try model.value(of: ModelTable.memoryPlan)
    let lives = try locating("graph") { () throws(FormatError) in
      let sets = graph.nodeAttributes
      for node in 0..<sets.count where sets[node] > 0 {
        guard !attributes.setHasReferences[sets[node] - 1] else {
          throw sets.invalid("a node outside functions refers to a function's attribute", at: node)
        }
      }
      var walk = ExecutionWalk(
        graph, attributes, depthLimit: limits.depth, recordsLives: plan != nil)
      return try walk.run()
    }
    let body = graph.blocks[0]
    guard inputNames.count == body.inputs.count, outputNames.count == body.outputs.count else {
      throw FormatError(
        .invalid,
        "\(inputNames.count) and \(outputNames.count) names do not fit "
          + "\(body.inputs.count) inputs and \(body.outputs.count) outputs",
        path: ["input_names"])
    }
    guard let plan, let lives else { return }
    memoryPlan = try locating("memory_plan") { () throws(FormatError) in
      try MemoryPlan(plan, graph, types, lives)
    }
  }
}

/// A function of a file, checked.
struct FunctionContents {
  let id: OperatorID
  let attributes: Column
  let defaults: Int
  let operatorSets: OperatorSetColumns
  let graph: GraphLayout

  init(
    _ table: FlatTable, _ bounds: GraphLayout.Bounds, _ strings: [String],
    _ sets: AttributeColumns
  ) throws(FormatError) {
    func text(_ field: TableField<UInt32>) throws(FormatError) -> String {
      let number = Int(try table.value(of: field))
      guard number < strings.count else {
        throw FormatError(.invalid, "string \(number) does not exist", path: [field.name])
      }
      return strings[number]
    }
    id = OperatorID(
      try text(FunctionTable.name), domain: try text(FunctionTable.domain),
      version: Int(try table.value(of: FunctionTable.version)),
      overload: try text(FunctionTable.overload))
    attributes = try table.column(FunctionTable.attributes)
    try attributes.check(below: strings.count, "string")
    defaults = Int(try table.value(of: FunctionTable.defaults))
    guard
      defaults == 0
        || defaults <= sets.setCount && sets.setBlocks[defaults - 1] == nil
          && !sets.setHasReferences[defaults - 1]
    else {
      throw FormatError(
        .invalid, "set \(defaults) cannot be the defaults of a function", path: ["defaults"])
    }
    operatorSets = try OperatorSetColumns(
      table, domains: FunctionTable.operatorSetDomains,
      versions: FunctionTable.operatorSetVersions, strings)
    graph = try table.reading(FunctionTable.graph) { (graph) throws(FormatError) in
      guard let graph else { throw FormatError(.invalid, "there is no graph") }
      return try GraphLayout(graph, bounds)
    }
  }
}

extension FlatTable {
  /// Reads a nested table, which may be left out; errors get the field in front of their path.
  fileprivate func reading<Result>(
    _ field: TableField<FlatTable>, _ body: (FlatTable?) throws(FormatError) -> Result
  ) throws(FormatError) -> Result {
    let table = try value(of: field)
    return try locating(field.name) { () throws(FormatError) in try body(table) }
  }
}
