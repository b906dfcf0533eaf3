import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Softmax and its logarithm along one axis, in the steps of ONNX's function.
///
/// Steps are computed in 64 bits. Below 32 bits each of them is rounded to the type of the tensor;
/// above only what is written is.
struct SoftmaxSteps: Sendable {
  private let layout: AxisLayout
  private let rounding: Rounding

  init(_ layout: AxisLayout, rounding: Rounding) {
    self.layout = layout
    self.rounding = rounding
  }

  /// Writes each element's share of the sum of all exponentials along the axis.
  ///
  /// `result` may be where `x` is.
  func writeSoftmax<Scalar: RealScalar>(
    of x: UnsafeBufferPointer<Scalar>, to result: UnsafeMutableBufferPointer<Scalar>
  ) {
    forEachPlace(in: x) { start, maxima in
      var sums = [Double](repeating: 0, count: layout.width)
      forEachElement(from: start) { element, index in
        let power = rounding(exp(rounding(x[element].double - maxima[index].double)))
        result[element] = Scalar(power)
        sums[index] += power
      }
      for index in sums.indices { sums[index] = rounding(sums[index]) }
      forEachElement(from: start) { element, index in
        result[element] = Scalar(rounding(result[element].double / sums[index]))
      }
    }
  }

  /// Writes the logarithm of what ``writeSoftmax(of:to:)`` does, which is precise where that is
  /// small.
  func writeLogSoftmax<Scalar: RealScalar>(
    of x: UnsafeBufferPointer<Scalar>, to result: UnsafeMutableBufferPointer<Scalar>
  ) {
    forEachPlace(in: x) { start, maxima in
      var sums = [Double](repeating: 0, count: layout.width)
      forEachElement(from: start) { element, index in
        sums[index] += rounding(exp(rounding(x[element].double - maxima[index].double)))
      }
      for index in sums.indices { sums[index] = rounding(log(rounding(sums[index]))) }
      forEachElement(from: start) { element, index in
        let difference = rounding(x[element].double - maxima[index].double)
        result[element] = Scalar(rounding(difference - sums[index]))
      }
    }
  }

  /// Writes one at the first greatest element and zero elsewhere.
  func writeHardmax<Scalar: RealScalar>(
    of x: UnsafeBufferPointer<Scalar>, to result: UnsafeMutableBufferPointer<Scalar>
  ) {
    forEachPlace(in: x) { start, maxima in
      var isFound = [Bool](repeating: false, count: layout.width)
      forEachElement(from: start) { element, index in
        let isFirst = !isFound[index] && x[element] == maxima[index]
        result[element] = isFirst ? 1 : 0
        isFound[index] = isFound[index] || isFirst
      }
    }
  }

  /// Calls `body` with where each outer place starts and the greatest elements along the axis.
  @inline(__always)
  private func forEachPlace<Scalar: RealScalar>(
    in x: UnsafeBufferPointer<Scalar>, _ body: (_ start: Int, _ maxima: [Scalar]) -> Void
  ) {
    guard !x.isEmpty else { return }
    for start in stride(from: 0, to: x.count, by: layout.extent * layout.width) {
      var maxima = [Scalar](repeating: -.infinity, count: layout.width)
      forEachElement(from: start) { element, index in
        if x[element] > maxima[index] { maxima[index] = x[element] }
      }
      body(start, maxima)
    }
  }

  /// Calls `body` with each element of an outer place and where it lies across the axis.
  @inline(__always)
  private func forEachElement(from start: Int, _ body: (_ element: Int, _ index: Int) -> Void) {
    for row in 0..<layout.extent {
      let first = start + row * layout.width
      for index in 0..<layout.width { body(first + index, index) }
    }
  }
}

extension Tensor {
  /// Returns the softmax along the last axis, in the steps and the precision of its own type.
  ///
  /// - Precondition: the elements are floating-point numbers of 16 bits or more.
  func softmaxAlongLastAxis() -> Tensor {
    switch elementType {
    case .float64: softmaxAlongLastAxis(in: Double.self, rounding: Rounding(to: nil))
    case .float32: softmaxAlongLastAxis(in: Float.self, rounding: Rounding(to: nil))
    default:
      converted(to: .float32)
        .softmaxAlongLastAxis(in: Float.self, rounding: Rounding(to: elementType))
        .converted(to: elementType)
    }
  }

  private func softmaxAlongLastAxis<Scalar: RealScalar>(
    in scalar: Scalar.Type, rounding: Rounding
  ) -> Tensor {
    let steps = SoftmaxSteps(AxisLayout(rank - 1, of: shape), rounding: rounding)
    return withScalars(of: Scalar.self) { x in
      Tensor(of: Scalar.self, shape: shape) { steps.writeSoftmax(of: x, to: $0) }
    }
  }
}
