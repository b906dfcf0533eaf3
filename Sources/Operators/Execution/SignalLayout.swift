import Tensors

/// Where the numbers of many signals lie in a tensor whose last axis holds their parts: one for
/// real numbers, two for complex ones.
struct SignalLayout {
  /// The number of parts: 1 or 2.
  let parts: Int
  /// The axis along which the signals run.
  let axis: Int
  private let layout: AxisLayout

  /// - Throws: `incompatibleShapes` for a shape without an axis of parts, `invalidAttribute` for an
  ///   axis that is not before it.
  init(_ shape: [Int], axis: Int) throws(OperatorError) {
    guard shape.count >= 2, let parts = shape.last, parts == 1 || parts == 2 else {
      throw OperatorError(
        .incompatibleShapes, "a tensor of shape \(shape) holds no signals",
        remedy: "the last axis holds 1 part for real numbers and 2 for complex ones")
    }
    self.parts = parts
    self.axis = try Self.normalizedAxis(axis, rank: shape.count)
    layout = AxisLayout(self.axis, of: shape.dropLast())
  }

  /// Returns an axis counted from the front; the axis of parts is none of those.
  static func normalizedAxis(_ axis: Int, rank: Int) throws(OperatorError) -> Int {
    let position = try Operators.normalizedAxis(axis, rank: rank)
    guard position < rank - 1 else {
      throw OperatorError(
        .invalidAttribute, "axis \(axis) of a tensor of rank \(rank) holds the parts of numbers",
        remedy: "transform along an axis before the last")
    }
    return position
  }

  /// The number of points of each signal.
  var extent: Int { layout.extent }

  /// The number of signals.
  var count: Int { layout.rows * layout.width }

  /// Returns the numbers `range` of a signal; those that lie behind its end are zero.
  func read<Scalar: RealScalar>(
    _ source: UnsafeBufferPointer<Scalar>, signal: Int, _ range: Range<Int>
  ) -> [Complex] {
    var numbers = [Complex](repeating: .zero, count: range.count)
    var place = start(ofSignal: signal) + range.lowerBound * step
    for index in 0..<max(0, min(range.count, extent - range.lowerBound)) {
      numbers[index] = Complex(source[place].double, parts == 2 ? source[place + 1].double : 0)
      place += step
    }
    return numbers
  }

  /// Sets a signal to the first of `numbers`; real numbers lose their imaginary parts.
  func write<Scalar: RealScalar>(
    _ numbers: [Complex], signal: Int, to target: UnsafeMutableBufferPointer<Scalar>
  ) {
    var place = start(ofSignal: signal)
    for index in 0..<extent {
      target[place] = Scalar(numbers[index].x)
      if parts == 2 { target[place + 1] = Scalar(numbers[index].y) }
      place += step
    }
  }

  /// The distance between neighbouring points of a signal.
  private var step: Int { layout.width * parts }

  private func start(ofSignal signal: Int) -> Int {
    let (row, column) = signal.quotientAndRemainder(dividingBy: layout.width)
    return row * layout.extent * step + column * parts
  }
}
