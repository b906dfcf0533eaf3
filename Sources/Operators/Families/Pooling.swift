import CKernels
import IR
import Tensors

extension OperatorFamily {
  /// Operators that summarize the elements of a sliding window.
  static let pooling = OperatorFamily("pooling", [.averagePool, .lpPool, .maxPool])
}

/// The windows of a pooling operator on all planes of its input.
private struct PoolingShape {
  let shape: [Int]
  let axes: [WindowAxis]
  let planeCount: Int

  init(_ context: borrowing KernelContext) throws(OperatorError) {
    let input = try context.tensor(0).shape
    try PoolingShape.check(rank: input.count)
    let windows = try PoolingShape.windows(context.node.attributes)
    axes = try windows.axes(on: input[2...])
    shape = input[..<2] + axes.map(\.output)
    planeCount = try context.checkOutput(.uint8, shape: Array(input[..<2]))
    // Of an empty batch too: what is computed once for all planes must fit.
    try context.checkOutput(.float64, shape: axes.map(\.output))
  }

  static func windows(_ attributes: Attributes) throws(OperatorError) -> WindowAttributes {
    let kernel = try attributes.value(of: kernelShape)
    return try WindowAttributes(attributes, kernel: kernel)
  }

  static func check(rank: Int) throws(OperatorError) {
    guard rank >= 3 else {
      throw OperatorError(
        .incompatibleShapes,
        "the input has rank \(rank); a batch, a channel and a spatial axis "
          + "are the least")
    }
  }

  static let kernelShape = AttributeKey<[Int]>("kernel_shape")

  var inputCount: Int { axes.inputCount }
  var outputCount: Int { axes.outputCount }

  /// Calls `body` for every row of windows on every plane: with the row, the plane and where the
  /// outputs of the row lie.
  func forEachRow<Scalar: RealScalar>(
    _ images: UnsafeBufferPointer<Scalar>, _ result: UnsafeMutableBufferPointer<Scalar>,
    _ body: (
      UnsafePointer<ferry_window_row>, UnsafePointer<Scalar>, UnsafeMutablePointer<Scalar>
    ) -> Void
  ) {
    // Without elements in its planes an input may have no address.
    guard !result.isEmpty, let result = result.baseAddress else { return }
    let images = images.baseAddress ?? UnsafePointer(result)
    let rows = WindowRows(axes, sharingOneWeight: true)
    inParallel(planeCount, cost: inputCount + outputCount) { planes in
      rows.forEach { start, row in
        for plane in planes {
          body(row, images + plane * inputCount, result + plane * outputCount + start)
        }
      }
    }
  }
}

/// Batch and channels stay, the spatial extents follow from the windows.
private let pooledShape: OperatorDefinition.TypeRule = { context throws(OperatorError) in
  let type = context.elementType(0)
  let indices = ElementType.int64
  guard let shape = context.shape(0) else { return [.tensor(type), .tensor(indices)] }
  try PoolingShape.check(rank: shape.rank)
  let windows = try PoolingShape.windows(context.node.attributes)
  let spatial = try windows.outputDimensions(on: shape.dimensions[2...])
  let pooled = Shape(shape.dimensions[..<2] + spatial)
  return context.outputCount > 1
    ? [.tensor(type, pooled), .tensor(indices, pooled)] : [.tensor(type, pooled)]
}

// MARK: - MaxPool

private enum MaxPool: NumericKernel {
  static let storageOrder = AttributeKey<Int>("storage_order", default: 0)

  static func evaluate<Scalar: NumericScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let shape = try PoolingShape(context)
    try context.checkOutput(Scalar.elementType, shape: shape.shape)
    guard context.wantsOutput(1) else {
      let input = try context.tensor(0)
      guard let real = scalar as? any RealScalar.Type else { return [maxima(input, shape, scalar)] }
      return [realMaxima(input, shape, real)]
    }
    try context.checkOutput(.int64, shape: shape.shape)
    let isColumnMajor = try context.value(of: storageOrder) != 0
    return withIndices(try context.tensor(0), shape, scalar, isColumnMajor: isColumnMajor)
  }

  /// A window that sees nothing but padding has the least number as its maximum.
  private static func realMaxima<Scalar: RealScalar>(
    _ input: Tensor, _ shape: PoolingShape, _ scalar: Scalar.Type
  ) -> Tensor {
    Tensor(of: Scalar.self, shape: shape.shape) { result in
      input.withScalars(of: Scalar.self) { images in
        shape.forEachRow(images, result) { Scalar.maximize($0, $1, into: $2) }
      }
    }
  }

  /// The same for integers.
  private static func maxima<Scalar: NumericScalar>(
    _ input: Tensor, _ shape: PoolingShape, _ scalar: Scalar.Type
  ) -> Tensor {
    let walk = WindowWalk(shape.axes)
    let step = walk.inputStep
    return Tensor(of: Scalar.self, shape: shape.shape) { result in
      result.update(repeating: Scalar.lowest)
      input.withScalars(of: Scalar.self) { images in
        guard !result.isEmpty, let images = images.baseAddress, let result = result.baseAddress
        else { return }
        for plane in 0..<shape.planeCount {
          let image = images + plane * shape.inputCount
          let maxima = result + plane * shape.outputCount
          walk.forEachRun { run in
            let (source, target) = (image + run.input, maxima + run.output)
            for index in 0..<run.count {
              let (value, maximum) = (source[index &* step], target[index])
              target[index] = isGreater(value, than: maximum) ? value : maximum
            }
          }
        }
      }
    }
  }

  /// The maxima and where they are: of several equal ones the first, -1 if all is padding.
  private static func withIndices<Scalar: NumericScalar>(
    _ input: Tensor, _ shape: PoolingShape, _ scalar: Scalar.Type, isColumnMajor: Bool
  ) -> [Tensor] {
    let walk = WindowWalk(shape.axes)
    let step = walk.inputStep
    var maxima: Tensor?
    let indices = Tensor(of: Int64.self, shape: shape.shape) { indices in
      indices.update(repeating: -1)
      maxima = Tensor(of: Scalar.self, shape: shape.shape) { result in
        result.update(repeating: Scalar.lowest)
        input.withScalars(of: Scalar.self) { images in
          guard !result.isEmpty else { return }
          for plane in 0..<shape.planeCount {
            let first = plane * shape.inputCount
            walk.forEachRun { run in
              for index in 0..<run.count {
                let source = first + run.input + index * step
                let target = plane * shape.outputCount + run.output + index
                if indices[target] < 0 || isGreater(images[source], than: result[target]) {
                  result[target] = images[source]
                  indices[target] = Int64(source)
                }
              }
            }
          }
        }
      }
      if isColumnMajor { makeColumnMajor(indices, shape) }
    }
    return [maxima, indices].compactMap { $0 }
  }

  /// Not a number counts as greater than any number: it must not get lost.
  @inline(__always)
  private static func isGreater<Scalar: NumericScalar>(
    _ left: Scalar, than right: Scalar
  ) -> Bool {
    left > right || left != left
  }

  private static func makeColumnMajor(
    _ indices: UnsafeMutableBufferPointer<Int64>, _ shape: PoolingShape
  ) {
    for position in indices.indices where indices[position] >= 0 {
      var rest = Int(indices[position]) % shape.inputCount
      var index = 0
      for axis in shape.axes.reversed() {
        index = index * axis.input + rest % axis.input
        rest /= axis.input
      }
      let plane = Int(indices[position]) / shape.inputCount
      indices[position] = Int64(plane * shape.inputCount + index)
    }
  }
}

// MARK: - AveragePool

private enum AveragePool: RealKernel {
  static let countIncludePad = AttributeKey<Bool>("count_include_pad", default: false)

  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let shape = try PoolingShape(context)
    try context.checkOutput(Scalar.elementType, shape: shape.shape)
    let includesPadding = try context.value(of: countIncludePad)
    // The windows of a batch without elements may be too many to count.
    let divisors =
      shape.shape.contains(0) ? [] : divisors(shape.axes, includingPadding: includesPadding)
    let input = try context.tensor(0)
    let output = Tensor(of: Scalar.self, shape: shape.shape) { result in
      input.withScalars(of: Scalar.self) { images in
        var one: Scalar = 1
        withUnsafePointer(to: &one) { one in
          shape.forEachRow(images, result) { Scalar.weigh($0, $1, one, into: $2) }
        }
      }
      for start in stride(from: 0, to: result.count, by: max(1, divisors.count)) {
        for index in divisors.indices { result[start + index] /= Scalar(divisors[index]) }
      }
    }
    return [output]
  }

  /// Returns for each window of a plane the number of its elements.
  ///
  /// Padding that rounding up has added to the declared one is never counted.
  private static func divisors(_ axes: [WindowAxis], includingPadding: Bool) -> [Double] {
    axes.reduce([1]) { outer, axis in
      let counts = (0..<axis.output).map { output -> Double in
        guard includingPadding else { return Double(axis.taps(at: output).count) }
        let room = axis.input + axis.padEnd - axis.position(of: 0, at: output)
        return Double(min(axis.kernel, (room + axis.dilation - 1) / axis.dilation))
      }
      return outer.flatMap { factor in counts.map { factor * $0 } }
    }
  }
}

// MARK: - LpPool

private enum LpPool: RealKernel {
  static let order = AttributeKey<Int>("p", default: 2)

  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let shape = try PoolingShape(context)
    try context.checkOutput(Scalar.elementType, shape: shape.shape)
    let norm = try PowerNorm<Scalar>(order: try context.value(of: order))
    let walk = WindowWalk(shape.axes)
    let step = walk.inputStep
    let input = try context.tensor(0)
    let output = Tensor(of: Scalar.self, shape: shape.shape) { result in
      result.update(repeating: 0)
      input.withScalars(of: Scalar.self) { images in
        guard !result.isEmpty, let images = images.baseAddress, let result = result.baseAddress
        else { return }
        for plane in 0..<shape.planeCount {
          let image = images + plane * shape.inputCount
          let sums = result + plane * shape.outputCount
          walk.forEachRun { run in
            let (source, target) = (image + run.input, sums + run.output)
            for index in 0..<run.count { target[index] += norm.power(source[index &* step]) }
          }
          for index in 0..<shape.outputCount { sums[index] = norm.root(sums[index]) }
        }
      }
    }
    return [output]
  }
}

// MARK: - Definitions

extension OperatorDefinition {
  private static let windowAttributes = [
    WindowAttributes.autoPad.declaration, WindowAttributes.ceilMode.declaration,
    WindowAttributes.dilations.declaration, PoolingShape.kernelShape.declaration,
    WindowAttributes.pads.declaration, WindowAttributes.strides.declaration,
  ]

  /// The average of each window.
  fileprivate static let averagePool = OperatorDefinition(
    OperatorSchema(
      "AveragePool", versions: [1, 7, 10, 11, 19, 22], inputs: [.required("X", "T")],
      outputs: [.required("Y", "T")],
      attributes: windowAttributes + [AveragePool.countIncludePad.declaration],
      constraints: ["T": .tensors(.floats)]),
    inferTypes: pooledShape, evaluate: real(AveragePool.self))

  /// The p-norm of each window.
  fileprivate static let lpPool = OperatorDefinition(
    OperatorSchema(
      "LpPool", versions: [1, 2, 11, 18, 22], inputs: [.required("X", "T")],
      outputs: [.required("Y", "T")], attributes: windowAttributes + [LpPool.order.declaration],
      constraints: ["T": .tensors(.floats)]),
    upgrades: [.normOrderToInteger], inferTypes: pooledShape, evaluate: real(LpPool.self))

  /// The maximum of each window and, if wanted, where it was.
  fileprivate static let maxPool = OperatorDefinition(
    OperatorSchema(
      "MaxPool", versions: [1, 8, 10, 11, 12, 22], inputs: [.required("X", "T")],
      outputs: [.required("Y", "T"), .optional("Indices", "I")],
      attributes: windowAttributes + [MaxPool.storageOrder.declaration],
      constraints: ["T": .tensors([.floats, .int8, .uint8]), "I": .tensors(.int64)]),
    inferTypes: pooledShape, evaluate: numeric(MaxPool.self))
}
