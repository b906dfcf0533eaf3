import Tensors

extension AxisResampling {
  /// Copies the nearest elements along one axis; `constant` stands where the input has nothing.
  func copyNearest<Element: BitwiseCopyable>(
    from source: UnsafeBufferPointer<Element>, _ layout: AxisLayout,
    to target: UnsafeMutableBufferPointer<Element>, outside constant: Element
  ) {
    guard !target.isEmpty, let from = source.baseAddress, var to = target.baseAddress else {
      return
    }
    let width = layout.width
    for row in 0..<layout.rows {
      let start = from + row * layout.extent * width
      for (place, index) in indices.enumerated() {
        if !isOutside.isEmpty, isOutside[place] {
          to.update(repeating: constant, count: width)
        } else if width == 1 {
          to.pointee = start[index]
        } else {
          to.update(from: start + index * width, count: width)
        }
        to += width
      }
    }
  }

  /// Adds up the weighted elements along one axis, in the order of their places.
  func interpolate<Scalar: RealScalar>(
    from source: UnsafeBufferPointer<Scalar>, _ layout: AxisLayout,
    to target: UnsafeMutableBufferPointer<Scalar>
  ) {
    guard !target.isEmpty, let from = source.baseAddress, var to = target.baseAddress else {
      return
    }
    let (width, count) = (layout.width, indices.count / taps)
    let weights = weights.map { Scalar($0) }
    for row in 0..<layout.rows {
      let start = from + row * layout.extent * width
      for place in 0..<count {
        let first = place * taps
        if width == 1 {
          var sum = start[indices[first]] * weights[first]
          for tap in (first + 1)..<(first + taps) { sum += start[indices[tap]] * weights[tap] }
          to.pointee = sum
        } else {
          sumRows(start, first, width, weights, to)
        }
        to += width
      }
    }
  }

  @inline(__always)
  private func sumRows<Scalar: RealScalar>(
    _ start: UnsafePointer<Scalar>, _ first: Int, _ width: Int, _ weights: [Scalar],
    _ to: UnsafeMutablePointer<Scalar>
  ) {
    let (row, weight) = (start + indices[first] * width, weights[first])
    for index in 0..<width { to[index] = row[index] * weight }
    for tap in (first + 1)..<(first + taps) {
      let (row, weight) = (start + indices[tap] * width, weights[tap])
      for index in 0..<width { to[index] += row[index] * weight }
    }
  }

  /// Overwrites what lies outside of the input along one axis.
  func extrapolate<Scalar: RealScalar>(
    _ target: UnsafeMutableBufferPointer<Scalar>, _ layout: AxisLayout, with value: Scalar
  ) {
    for row in 0..<layout.rows {
      for (place, isOutside) in isOutside.enumerated() where isOutside {
        let first = (row * layout.extent + place) * layout.width
        for index in first..<(first + layout.width) { target[index] = value }
      }
    }
  }
}
