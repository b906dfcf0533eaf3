import IR
import Tensors

extension OperatorFamily {
  /// Operators that turn signals into the amplitudes of their frequencies, and back.
  static let fourierTransforms = OperatorFamily("Fourier transforms", [.dft])
}

private enum DFT: RealKernel {
  static let isInverse = AttributeKey<Bool>("inverse", default: false)
  static let isOneSided = AttributeKey<Bool>("onesided", default: false)
  static let defaultAxis = -2

  /// Which transform a node asks for.
  enum Direction {
    case forward
    /// From real numbers to the frequencies that are not conjugates of others.
    case forwardOneSided
    case inverse
    /// From such frequencies to real numbers.
    case inverseOneSided

    init(_ attributes: Attributes) throws(OperatorError) {
      let isOneSided = try attributes.value(of: DFT.isOneSided)
      self =
        if try attributes.value(of: DFT.isInverse) {
          isOneSided ? .inverseOneSided : .inverse
        } else { isOneSided ? .forwardOneSided : .forward }
    }

    /// The number of parts of each number of the result.
    var parts: Int { self == .inverseOneSided ? 1 : 2 }

    /// The number of points of the transform, unless it is given.
    func length(ofExtent extent: Dimension) -> Dimension {
      self == .inverseOneSided ? 2 * (extent - 1) : extent
    }

    /// The number of points of the result.
    func extent(ofLength length: Dimension) -> Dimension {
      self == .forwardOneSided ? length.floorDivided(by: 2) + 1 : length
    }

    /// - Throws: `incompatibleShapes` when the transform is not defined for numbers of `parts`.
    func check(parts: Int) throws(OperatorError) {
      let isAllowed =
        switch self {
        case .forwardOneSided: parts == 1
        case .inverseOneSided: parts == 2
        default: true
        }
      guard isAllowed else {
        throw OperatorError(
          .incompatibleShapes,
          "a one-sided transform is given numbers of \(parts) parts",
          remedy: "it leads from 1 part to 2, its inverse from 2 parts to 1")
      }
    }
  }

  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let tensor = try context.tensor(0)
    let axis = try context.optionalSize(2, atLeast: -tensor.rank) ?? defaultAxis
    let source = try SignalLayout(tensor.shape, axis: axis)
    let direction = try Direction(context.node.attributes)
    try direction.check(parts: source.parts)
    let given = try context.optionalSize(1, atLeast: 1)
    let length = given ?? direction.length(ofExtent: .fixed(source.extent)).fixedValue ?? 0
    guard length > 0 else {
      throw OperatorError(.invalidValue, "a Fourier transform of \(length) points is asked for")
    }
    var shape = tensor.shape
    shape[source.axis] = direction.extent(ofLength: .fixed(length)).fixedValue ?? length
    shape[shape.count - 1] = direction.parts
    try context.checkOutput(Scalar.elementType, shape: shape)
    let target = try SignalLayout(shape, axis: source.axis)
    guard target.count > 0 else { return [Tensor(shape: shape, scalars: [] as [Scalar])] }
    let transform = try FourierTransform(length: length, in: context)
    return [
      tensor.withScalars(of: Scalar.self) { input in
        Tensor(of: Scalar.self, shape: shape) { result in
          for signal in 0..<target.count {
            let range = 0..<(direction == .inverseOneSided ? length / 2 + 1 : length)
            let numbers = source.read(input, signal: signal, range)
            target.write(
              apply(transform, direction, to: numbers), signal: signal, to: result)
          }
        }
      }
    ]
  }

  private static func apply(
    _ transform: FourierTransform, _ direction: Direction, to numbers: [Complex]
  ) -> [Complex] {
    switch direction {
    case .forward, .forwardOneSided: transform.transformed(numbers)
    case .inverse: transform.inverse(numbers)
    case .inverseOneSided: transform.inverse(bothSides(of: numbers, length: transform.length))
    }
  }

  /// Returns all frequencies of a real signal: the others are the conjugates of those given.
  private static func bothSides(of half: [Complex], length: Int) -> [Complex] {
    (0..<length).map { index in
      // Frequencies that are their own conjugates are real.
      if index == 0 || 2 * index == length { return Complex(half[index].x, 0) }
      return 2 * index < length ? half[index] : half[length - index].conjugate
    }
  }
}

extension OperatorDefinition {
  /// The discrete Fourier transform along an axis, computed in 64 bits.
  fileprivate static let dft = OperatorDefinition(
    OperatorSchema(
      "DFT", versions: [17, 20],
      inputs: [
        .required("input", "T1"), .optional("dft_length", "T2"), .optional("axis", "tensor(int64)"),
      ],
      outputs: [.required("output", "T1")],
      attributes: [DFT.isInverse.declaration, DFT.isOneSided.declaration],
      constraints: ["T1": .tensors(.floats), "T2": .tensors(.indices)]),
    upgrades: [axisToInput],
    inferTypes: { context throws(OperatorError) in
      let type = context.elementType(0)
      guard let shape = context.shape(0) else { return [.tensor(type)] }
      return [.tensor(type, try dftShape(of: shape, context))]
    },
    evaluate: real(DFT.self))

  private static func dftShape(
    of shape: Shape, _ context: borrowing InferenceContext
  ) throws(OperatorError) -> Shape {
    let direction = try DFT.Direction(context.node.attributes)
    guard shape.rank >= 2 else {
      throw OperatorError(.incompatibleShapes, "a tensor of rank \(shape.rank) holds no signals")
    }
    if let parts = shape[shape.rank - 1].fixedValue { try direction.check(parts: parts) }
    var result = shape
    result[shape.rank - 1] = .fixed(direction.parts)
    let axis = context.hasInput(2) ? context.integers(2)?.first : DFT.defaultAxis
    guard let axis else {
      for index in 0..<(shape.rank - 1) { result[index] = .unknown }
      return result
    }
    let position = try SignalLayout.normalizedAxis(axis, rank: shape.rank)
    let length =
      context.hasInput(1)
      ? try context.size(1, atLeast: 1)
      : direction.length(ofExtent: shape[position])
    guard length.fixedValue ?? 1 > 0 else {
      throw OperatorError(.invalidValue, "a Fourier transform of \(length) points is asked for")
    }
    result[position] = direction.extent(ofLength: length)
    return result
  }

  /// Before version 20 the axis was an attribute, and another one by default.
  private static let axisToInput = OperatorUpgrade(to: 20) { graph, node throws(OperatorError) in
    let axis = try graph[node].attributes.value(of: AttributeKey<Int>("axis", default: 1))
    graph.update(node) { $0.attributes["axis"] = nil }
    graph.setInput(2, of: node, toConstant: Tensor(scalar: Int64(axis)))
  }
}
