import IR
import Tensors

extension OperatorFamily {
  /// Operators that put an image together from overlapping blocks.
  static let blockFolding = OperatorFamily("block folding", [.col2Im])
}

/// The blocks of an image, checked against the tensor that holds them.
private struct BlockPlan {
  let batches: Int
  let channels: Int
  /// The blocks as windows on the image.
  let axes: [WindowAxis]

  var shape: [Int] { [batches, channels] + axes.map(\.input) }

  init(_ context: borrowing KernelContext) throws(OperatorError) {
    let input = try context.tensor(0).shape
    let image = try context.integers(1)
    let windows = try WindowAttributes(context.node.attributes, kernel: try context.integers(2))
    axes = try windows.axes(on: image[...])
    batches = input[0]
    channels = try BlockPlan.channels(input[1], blockCount: axes.kernelCount)
    let counts = axes.map(\.output)
    guard Tensor.elementCount(of: counts) == input[2] else {
      throw OperatorError(
        .incompatibleShapes, "an image of \(image) has \(counts) blocks, the input \(input[2])",
        remedy: "check the shapes of image and block, the dilations, the pads and the strides")
    }
  }

  static func check(rank: Int) throws(OperatorError) {
    guard rank == 3 else {
      throw OperatorError(
        .incompatibleShapes, "the input has rank \(rank) instead of 3",
        remedy: "its axes are the batch, the channels with their blocks, and the places of a block")
    }
  }

  /// Returns how many channels there are when each has the elements of one block.
  static func channels(_ count: Int, blockCount: Int) throws(OperatorError) -> Int {
    guard count % blockCount == 0 else {
      throw OperatorError(
        .incompatibleShapes, "\(count) channels do not divide into blocks of \(blockCount) elements"
      )
    }
    return count / blockCount
  }
}

private enum Col2Im: NumericKernel {
  /// Adds up elements, or their parts when the input has a fourth axis for those.
  static func evaluate<Scalar: NumericScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let blocks = try context.tensor(0)
    let plan = try BlockPlan(context)
    let parts = Array(blocks.shape.dropFirst(3))
    try context.checkOutput(Scalar.elementType, shape: plan.shape + parts)
    let output = Tensor(of: Scalar.self, shape: plan.shape + parts) { result in
      result.update(repeating: .zero)
      blocks.withScalars(of: Scalar.self) { source in
        guard !result.isEmpty, !source.isEmpty else { return }
        add(source, to: result, plan, parts: product(parts))
      }
    }
    return [output]
  }

  private static func add<Scalar: NumericScalar>(
    _ source: UnsafeBufferPointer<Scalar>, to result: UnsafeMutableBufferPointer<Scalar>,
    _ plan: BlockPlan, parts: Int
  ) {
    let walk = WindowWalk(plan.axes)
    let step = walk.inputStep
    let (planeCount, blockCount) = (plan.axes.inputCount, plan.axes.outputCount)
    for plane in 0..<(plan.batches * plan.channels) {
      let image = plane * planeCount
      let block = plane * plan.axes.kernelCount * blockCount
      walk.forEachRun { run in
        let first = block + run.tap * blockCount + run.output
        for index in 0..<(run.count * parts) {
          let (element, part) = (index / parts, index % parts)
          let place = (image + run.input + element * step) * parts + part
          result[place] = .sum(result[place], source[first * parts + index])
        }
      }
    }
  }

  /// Adds up complex numbers: real and imaginary parts are added up side by side.
  static func evaluateComplex(
    _ context: borrowing KernelContext, _ tensor: Tensor
  ) throws(OperatorError) -> [RuntimeValue] {
    let type: ElementType = tensor.elementType == .complex64 ? .float32 : .float64
    let parts = Tensor(
      type, shape: tensor.shape + [2], storage: tensor.storage, range: tensor.range)
    guard let parts,
      let sums = try numeric(Col2Im.self)(context.replacingInput(0, with: parts))[0].tensor,
      let result = Tensor(
        tensor.elementType, shape: sums.shape.dropLast(), storage: sums.storage, range: sums.range)
    else {
      throw OperatorError(.limitExceeded, "\(tensor.elementType)\(tensor.shape) is too large")
    }
    return [.tensor(result)]
  }
}

extension OperatorDefinition {
  /// Adds up overlapping blocks at their places in an image.
  fileprivate static let col2Im = OperatorDefinition(
    OperatorSchema(
      "Col2Im", versions: [18],
      inputs: [
        .required("input", "T"), .required("image_shape", "tensor(int64)"),
        .required("block_shape", "tensor(int64)"),
      ],
      outputs: [.required("output", "T")],
      attributes: [
        WindowAttributes.dilations.declaration, WindowAttributes.pads.declaration,
        WindowAttributes.strides.declaration,
      ],
      constraints: ["T": .tensors([.classic, .bfloat16])]),
    inferTypes: { context throws(OperatorError) in
      let type = context.elementType(0)
      let input = context.shape(0)
      try BlockPlan.check(rank: input?.rank ?? 3)
      let rank = context.shape(1)?.dimensions.first ?? context.shape(2)?.dimensions.first
      guard let rank = rank?.fixedValue, (0...SymbolicTensor.maximumCount).contains(rank) else {
        return [.tensor(type)]
      }
      let unknown = [Dimension](repeating: .unknown, count: rank)
      let image = context.elements(1)?.elements ?? unknown
      let block = (context.elements(2)?.elements ?? unknown).product()
      let channels = input.map { $0[1].floorDivided(by: block) } ?? .unknown
      return [.tensor(type, Shape([input?[0] ?? .unknown, channels] + image))]
    },
    evaluate: { context throws(OperatorError) in
      let tensor = try context.tensor(0)
      try BlockPlan.check(rank: tensor.rank)
      switch tensor.elementType {
      case .string: throw OperatorError(.invalidType, "strings cannot be added up")
      case .complex64, .complex128: return try Col2Im.evaluateComplex(context, tensor)
      case .bool:
        // A place is true when one of its elements is.
        let numbers = context.replacingInput(0, with: tensor.converted(to: .int64))
        return try numeric(Col2Im.self)(numbers).map { value in
          value.tensor.map { .tensor($0.converted(to: .bool)) } ?? value
        }
      default: return try numeric(Col2Im.self)(context)
      }
    })
}
