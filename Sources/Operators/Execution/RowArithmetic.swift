/// Adds `factor * source` to `target`; the elements of `source` are `step` apart.
@inline(__always)
func addScaled<Scalar: RealScalar>(
  _ source: UnsafePointer<Scalar>, step: Int, by factor: Scalar, count: Int,
  to target: UnsafeMutablePointer<Scalar>
) {
  guard step == 1 else {
    for index in 0..<count { target[index] += factor * source[index &* step] }
    return
  }
  let width = Scalar.Lanes.scalarCount
  var index = 0
  while index &+ width <= count {
    let sum = loadLanes(UnsafePointer(target + index)) + factor * loadLanes(source + index)
    storeLanes(sum, to: target + index)
    index &+= width
  }
  while index < count {
    target[index] += factor * source[index]
    index &+= 1
  }
}

/// Adds one number to `count` elements.
@inline(__always)
func add<Scalar: RealScalar>(
  _ term: Scalar, to target: UnsafeMutablePointer<Scalar>, count: Int
) {
  for index in 0..<count { target[index] += term }
}

/// Returns the sum of `transform` over `count` elements, gathered in 64 bits from first to last.
@inline(__always)
func total<Scalar: RealScalar>(
  _ source: UnsafePointer<Scalar>, count: Int, of transform: (Scalar) -> Double
) -> Double {
  var total = 0.0
  for index in 0..<count { total += transform(source[index]) }
  return total
}
