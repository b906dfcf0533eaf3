import IR
import Tensors

extension OperatorFamily {
  /// Products with matrices of few bits.
  static let blockQuantizedProducts = OperatorFamily("block-quantized products", [.matMulNBits])
}

/// The extents of `MatMulNBits`, checked.
private struct BlockedMatrix {
  static let depthKey = AttributeKey<Int>("K")
  static let columnsKey = AttributeKey<Int>("N")
  static let blockSizeKey = AttributeKey<Int>("block_size")
  static let prepacked = AttributeKey<Int>("weight_prepacked", default: 0)

  let depth: Int
  let columns: Int
  let blockSize: Int

  /// The number of blocks of each column.
  var blocks: Int { (depth + blockSize - 1) / blockSize }

  init(_ attributes: Attributes) throws(OperatorError) {
    depth = try attributes.value(of: Self.depthKey)
    columns = try attributes.value(of: Self.columnsKey)
    blockSize = try attributes.value(of: Self.blockSizeKey)
    guard (0...(1 << 40)).contains(depth), (0...(1 << 40)).contains(columns),
      (1...(1 << 24)).contains(blockSize), blockSize % 8 == 0,
      Tensor.elementCount(of: [columns, blocks, blockSize]) != nil
    else {
      throw OperatorError(
        .invalidAttribute, "K is \(depth), N is \(columns) and block_size is \(blockSize)")
    }
    guard try attributes.value(of: Self.prepacked) == 0 else {
      throw OperatorError(
        .unsupported, "weights are packed for one device",
        remedy: "export the model with weight_prepacked 0")
    }
  }

  /// Returns the weights as numbers, a row for each column of the product.
  func weights<Scalar: RealScalar>(
    _ context: borrowing KernelContext, of scalar: Scalar.Type
  ) throws(OperatorError) -> [Scalar] {
    let bits = try context.value(of: PackedNumbers.bits)
    let packed = try PackedNumbers(try context.tensor(1), bits: bits)
    let scales = try context.tensor(2).scalars(of: Scalar.self)
    let rowBytes = blocks * (blockSize * bits / 8)
    guard packed.bytes.count == columns * rowBytes, scales.count == columns * blocks else {
      throw OperatorError(
        .incompatibleShapes,
        "B \(try context.tensor(1).shape) and scales \(try context.tensor(2).shape) do not hold "
          + "\(columns) columns of \(blocks) blocks of \(blockSize) numbers of \(bits) bits")
    }
    let zeros: [Scalar] = try zeroPoints(context, bits: bits)
    let group = try groups(context)
    var weights: [Scalar] = []
    weights.reserveCapacity(columns * depth)
    for column in 0..<columns {
      for index in 0..<depth {
        let block = column * blocks + (group?[index] ?? index / blockSize)
        let number = Scalar(Int(packed.number(index, ofRowAt: column * rowBytes)))
        weights.append((number - zeros[block]) * scales[block])
      }
    }
    return weights
  }

  /// Returns the zero point of each block, which may be packed like the weights.
  private func zeroPoints<Scalar: RealScalar>(
    _ context: borrowing KernelContext, bits: Int
  ) throws(OperatorError) -> [Scalar] {
    let count = columns * blocks
    guard let tensor = try context.optionalTensor(3) else {
      return [Scalar](repeating: Scalar(1 << (bits - 1)), count: count)
    }
    let rowBytes = (blocks * bits + 7) / 8
    if tensor.elementType == .uint8, tensor.count == columns * rowBytes {
      let packed = try PackedNumbers(tensor, bits: bits)
      return (0..<count).map {
        Scalar(Int(packed.number($0 % blocks, ofRowAt: $0 / blocks * rowBytes)))
      }
    }
    guard tensor.elementType != .uint8, tensor.count == count else {
      throw OperatorError(
        .incompatibleShapes,
        "zero_points of \(tensor.elementType)\(tensor.shape) are not those of \(columns) columns "
          + "of \(blocks) blocks")
    }
    return tensor.converted(to: Scalar.elementType).scalars(of: Scalar.self)
  }

  /// Returns the block whose scale each row of the weights has, if that is given.
  private func groups(_ context: borrowing KernelContext) throws(OperatorError) -> [Int]? {
    guard let groups = try context.optionalIntegers(4) else { return nil }
    guard groups.count >= depth, groups.allSatisfy({ (0..<blocks).contains($0) }) else {
      throw OperatorError(
        .invalidValue, "g_idx does not name one of \(blocks) blocks for each of \(depth) rows")
    }
    return groups
  }
}

private enum MatMulNBits: RealKernel {
  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let matrix = try BlockedMatrix(context.node.attributes)
    let input = try context.tensor(0)
    guard input.rank > 0, input.shape[input.rank - 1] == matrix.depth else {
      throw OperatorError(
        .incompatibleShapes,
        "the input has the shape \(input.shape), the weights have \(matrix.depth) rows")
    }
    let shape = input.shape.dropLast() + [matrix.columns]
    let count = try context.checkOutput(Scalar.elementType, shape: Array(shape))
    try context.checkOutput(Scalar.elementType, shape: [matrix.columns, matrix.depth])
    var output = Tensor(
      shape: Array(shape), scalars: [Scalar](repeating: 0, count: count))
    // Weights without elements stand for a projection that is left out.
    if try context.tensor(1).count > 0 {
      let weights = Tensor(
        shape: [matrix.columns, matrix.depth],
        scalars: try matrix.weights(context, of: Scalar.self))
      let columns = try context.output(
        of: "Transpose", weights, with: ["perm": [1, 0].attribute])
      output = try context.output(of: "MatMul", input, columns)
    }
    if let bias = try context.optionalTensor(5) {
      guard bias.shape == [matrix.columns] else {
        throw OperatorError(
          .incompatibleShapes,
          "the bias has the shape \(bias.shape) instead of [\(matrix.columns)]")
      }
      output = try context.output(of: "Add", output, bias)
    }
    return [output]
  }
}

extension OperatorDefinition {
  fileprivate static let matMulNBits = OperatorDefinition(
    OperatorSchema(
      "MatMulNBits", domain: microsoft, versions: [1],
      inputs: [
        .required("A", "T1"), .required("B", "T2"), .required("scales", "T1"),
        .optional("zero_points", "T3"), .optional("g_idx", "T4"), .optional("bias", "T1"),
      ],
      outputs: [.required("Y", "T1")],
      attributes: [
        BlockedMatrix.depthKey.declaration, BlockedMatrix.columnsKey.declaration,
        AttributeKey<Int>("accuracy_level", default: 0).declaration,
        PackedNumbers.bits.declaration, BlockedMatrix.blockSizeKey.declaration,
        BlockedMatrix.prepacked.declaration,
      ],
      constraints: [
        "T1": .tensors([.singleOrHalf, .bfloat16]), "T2": .tensors(.uint8),
        "T3": .tensors([.singleOrHalf, .bfloat16, .uint8]), "T4": .tensors(.int32),
      ]),
    inferTypes: { context throws(OperatorError) in
      let matrix = try BlockedMatrix(context.node.attributes)
      guard let shape = context.shape(0), shape.rank > 0 else {
        return [.tensor(context.elementType(0))]
      }
      let rows: [Dimension] = shape.dimensions.dropLast()
      return [.tensor(context.elementType(0), Shape(rows + [.fixed(matrix.columns)]))]
    },
    evaluate: real(MatMulNBits.self))
}
