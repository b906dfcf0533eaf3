import FlatBuffers
import FormatSupport

extension Provenance {
  /// Adds the table to a buffer.
  func add(to builder: inout FlatBufferBuilder) -> FlatOffset<FlatTable> {
    let calibration = builder.addVector(calibrationHash)
    let ledgerValues = builder.addVector(ledger.map(\.value))
    let metrics = builder.addStrings(ledger.map(\.metric))
    let ledgerPasses = builder.addDerivedColumn(ledger.map { UInt32(max($0.pass, 0)) })
    let hasOptions = passes.contains { !$0.options.isEmpty }
    let options = hasOptions ? builder.addStrings(passes.map(\.options)) : nil
    let passes = builder.addStrings(passes.map(\.name))
    let version = builder.addText(toolVersion)
    let tool = builder.addText(tool)
    let name = builder.addText(sourceName)
    let source = builder.addVector(sourceHash)
    return builder.addTable {
      $0.set(ProvenanceTable.sourceHash, to: source)
      $0.set(ProvenanceTable.sourceName, to: name)
      $0.set(ProvenanceTable.tool, to: tool)
      $0.set(ProvenanceTable.toolVersion, to: version)
      $0.set(ProvenanceTable.passes, to: passes)
      $0.set(ProvenanceTable.passOptions, to: options)
      $0.set(ProvenanceTable.ledgerPasses, to: ledgerPasses)
      $0.set(ProvenanceTable.ledgerMetrics, to: metrics)
      $0.set(ProvenanceTable.ledgerValues, to: ledgerValues)
      $0.set(ProvenanceTable.calibrationHash, to: calibration)
    }
  }
}

extension TargetProfile {
  /// Adds the table to a buffer.
  func add(to builder: inout FlatBufferBuilder) -> FlatOffset<FlatTable> {
    let features = builder.addStrings(features)
    let processor = builder.addText(processor)
    let name = builder.addText(name)
    return builder.addTable {
      $0.set(TargetTable.name, to: name)
      $0.set(TargetTable.processor, to: processor)
      $0.set(TargetTable.features, to: features)
      $0.set(TargetTable.arenaLimit, to: UInt64(max(arenaLimit, 0)))
    }
  }
}

extension MemoryPlan {
  /// Adds the table to a buffer.
  ///
  /// - Throws: ``FormatError`` when an offset is not aligned or a value is not in the graph.
  func add(
    to builder: inout FlatBufferBuilder, _ numbering: GraphNumbering
  ) throws(FormatError) -> FlatOffset<FlatTable> {
    guard alignment > 0, alignment & (alignment - 1) == 0, alignment <= 1 << 30, arenaSize >= 0
    else {
      throw FormatError(
        .invalid, "a plan with alignment \(alignment) for \(arenaSize) bytes is not possible")
    }
    let firstConstant = Int(numbering.inputCounts.reduce(0, +))
    let constantCount = numbering.constants.count
    var units = [UInt64](repeating: 0, count: numbering.values.count - constantCount)
    for (value, offset) in offsets {
      let number = try number(ofValue: value, numbering)
      let index = number < firstConstant ? number : number - constantCount
      guard number < firstConstant || number >= firstConstant + constantCount, offset >= 0,
        offset % alignment == 0
      else {
        throw FormatError(
          .invalid, "value \(value) cannot lie at \(offset) of an arena aligned to \(alignment)")
      }
      units[index] = UInt64(offset / alignment) + 1
    }
    var pairs: [(value: UInt32, target: UInt32)] = []
    for alias in aliases {
      let value = try number(ofValue: alias.value, numbering)
      let target = try number(ofValue: alias.target, numbering)
      pairs.append((UInt32(value), UInt32(target)))
    }
    pairs.sort { $0.value < $1.value }
    let targets = builder.addDerivedColumn(pairs.map(\.target))
    let values = builder.addColumn(pairs.map(\.value))
    let column = builder.addDerivedColumn(units)
    return builder.addTable {
      $0.set(MemoryPlanTable.arenaSize, to: UInt64(arenaSize))
      $0.set(MemoryPlanTable.alignment, to: alignment == 64 ? 0 : UInt32(alignment))
      $0.set(MemoryPlanTable.offsets, to: column)
      $0.set(MemoryPlanTable.aliasValues, to: values)
      $0.set(MemoryPlanTable.aliasTargets, to: targets)
    }
  }

  private func number(
    ofValue index: Int, _ numbering: GraphNumbering
  ) throws(FormatError) -> Int {
    guard numbering.valueNumbers.indices.contains(index),
      numbering.valueNumbers[index] != UInt32.max
    else { throw FormatError(.invalid, "the plan names value \(index), which does not exist") }
    return Int(numbering.valueNumbers[index])
  }
}
