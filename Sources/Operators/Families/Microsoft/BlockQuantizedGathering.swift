import IR
import Tensors

extension OperatorFamily {
  /// Rows of tables of few bits.
  static let blockQuantizedGathering = OperatorFamily(
    "block-quantized gathering", [.gatherBlockQuantized])
}

/// `Gather` from numbers that are dequantized block by block; indices out of range yield zeros.
private enum GatherBlockQuantized {
  static let blockSize = AttributeKey<Int>("block_size", default: 128)
  static let gatherAxis = AttributeKey<Int>("gather_axis", default: 0)
  static let quantizeAxis = AttributeKey<Int>("quantize_axis", default: 1)

  static func evaluate(_ context: borrowing KernelContext) throws(OperatorError) -> Tensor {
    let data = try context.tensor(0)
    let scales = try context.tensor(2).converted(to: context.resultType(for: .float32))
    let zeroPoints = try context.optionalTensor(3)
    let gatherAxis = try normalizedAxis(try context.value(of: gatherAxis), rank: data.rank)
    let quantizeAxis = try normalizedAxis(try context.value(of: quantizeAxis), rank: data.rank)
    let numbers = try unpacked(data, context)
    let extent = numbers.shape[quantizeAxis]
    let blockSize = try context.value(of: blockSize)
    var zeros = try zeroPoints.map { tensor throws(OperatorError) in
      try unpacked(tensor, context)
    }
    if data.elementType == .uint8 {
      // Of the packed zero points of a row, the last byte may hold more than there are blocks.
      let count = scales.rank == data.rank ? scales.shape[data.rank - 1] : 0
      if let all = zeros, all.rank == data.rank, all.shape[data.rank - 1] > count {
        zeros = try context.part(of: all, 0..<count, axis: data.rank - 1)
      }
      let middle = try PackedNumbers(data, bits: try context.value(of: PackedNumbers.bits)).middle
      zeros =
        zeros
        ?? Tensor(
          shape: scales.shape, scalars: [UInt8](repeating: middle, count: scales.count))
    }
    let wide = try context.output(
      of: "DequantizeLinear", numbers, broadcast(scales, over: numbers, quantizeAxis, context),
      zeros,
      with: [
        "axis": .int(Int64(quantizeAxis)),
        "block_size": .int(Int64(blockSize == 0 ? max(1, extent) : blockSize)),
      ])
    return try gathered(wide, axis: gatherAxis, context)
  }

  /// Returns numbers of bytes that may hold several one by one, in the last axis.
  private static func unpacked(
    _ tensor: Tensor, _ context: borrowing KernelContext
  ) throws(OperatorError) -> Tensor {
    guard tensor.elementType == .uint8, let width = tensor.shape.last else { return tensor }
    let bits = try context.value(of: PackedNumbers.bits)
    let packed = try PackedNumbers(tensor, bits: bits)
    let (count, overflow) = width.multipliedReportingOverflow(by: 8 / bits)
    guard !overflow else {
      throw OperatorError(.limitExceeded, "rows of \(width) bytes are too long")
    }
    let shape = tensor.shape.dropLast() + [count]
    try context.checkOutput(.uint8, shape: Array(shape))
    return Tensor(of: UInt8.self, shape: Array(shape)) { result in
      for index in result.indices {
        result[index] = packed.number(index % count, ofRowAt: index / count * width)
      }
    }
  }

  /// Returns scales with one for each place of the axes that are not quantized in blocks.
  private static func broadcast(
    _ scales: Tensor, over numbers: Tensor, _ axis: Int, _ context: borrowing KernelContext
  ) throws(OperatorError) -> Tensor {
    guard scales.rank == numbers.rank else { return scales }
    var shape = numbers.shape
    shape[axis] = scales.shape[axis]
    guard shape != scales.shape else { return scales }
    let target = Tensor(shape: [shape.count], scalars: shape.map(Int64.init))
    return try context.output(of: "Expand", scales, target)
  }

  private static func gathered(
    _ table: Tensor, axis: Int, _ context: borrowing KernelContext
  ) throws(OperatorError) -> Tensor {
    let indices = try context.tensor(1)
    let extent = table.shape[axis]
    let places = try indices.integers
    let isOutside = places.map { !(-extent..<extent).contains($0) }
    let safe = zip(places, isOutside).map { $1 ? Int64(0) : Int64($0) }
    let plain = Tensor(shape: indices.shape, scalars: safe)
    guard isOutside.contains(true) else {
      return try context.output(
        of: "Gather", table, plain, with: ["axis": .int(Int64(axis))])
    }
    guard extent > 0 else {
      let shape = table.shape[..<axis] + indices.shape + table.shape[(axis + 1)...]
      let target = Tensor(shape: [shape.count], scalars: shape.map(Int64.init))
      return try context.output(of: "Expand", context.number(0), target)
    }
    let rows = try context.output(of: "Gather", table, plain, with: ["axis": .int(Int64(axis))])
    let ones = [Int](repeating: 1, count: table.rank - axis - 1)
    let mask = Tensor(shape: indices.shape + ones, scalars: isOutside)
    return try context.output(of: "Where", mask, context.number(0), rows)
  }
}

extension OperatorDefinition {
  fileprivate static let gatherBlockQuantized = OperatorDefinition(
    OperatorSchema(
      "GatherBlockQuantized", domain: microsoft, versions: [1],
      inputs: [
        .required("data", "T1"), .required("indices", "Tind"), .required("scales", "T2"),
        .optional("zero_points", "T1"),
      ],
      outputs: [.required("output", "T2")],
      attributes: [
        PackedNumbers.bits.declaration, GatherBlockQuantized.blockSize.declaration,
        GatherBlockQuantized.gatherAxis.declaration,
        GatherBlockQuantized.quantizeAxis.declaration,
      ],
      constraints: [
        "T1": .tensors([
          ElementTypes([.int4, .uint4, .uint8, .float4E2M1]), .float8,
        ]),
        "T2": .tensors([.singleOrHalf, .bfloat16]), "Tind": .tensors(.indices),
      ]),
    inferTypes: { context throws(OperatorError) in
      let type = context.elementType(2)
      guard let data = context.shape(0), let indices = context.shape(1),
        let kind = context.elementType(0)
      else { return [.tensor(type)] }
      var dimensions = data.dimensions
      let axis = try normalizedAxis(
        try context.value(of: GatherBlockQuantized.gatherAxis), rank: data.rank)
      if kind == .uint8, let last = dimensions.popLast() {
        let bits = try context.value(of: PackedNumbers.bits)
        dimensions.append(last * .fixed([2: 4, 4: 2][bits] ?? 1))
      }
      dimensions.replaceSubrange(axis..<(axis + 1), with: indices.dimensions)
      return [.tensor(type, Shape(dimensions))]
    },
    evaluate: { context throws(OperatorError) in
      let type = context.resultType(for: try context.tensor(2).elementType)
      return [.tensor(try GatherBlockQuantized.evaluate(context).converted(to: type))]
    })
}
