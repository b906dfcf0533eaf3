import Tensors

/// Which axes of two shapes with the same elements in the same order stand for each other.
///
///     [batch, 64, 7, 7]   →   [batch, 3136]        axis 1 and axis 1, whose elements are 49 each
struct ViewAxes {
  struct Pair: Equatable {
    let from: Int
    let to: Int
    /// The elements of the first axis that are one channel.
    let fromInner: Int
    /// The elements of the second axis that are one channel.
    let toInner: Int
  }

  private(set) var pairs: [Pair] = []

  init(_ from: Shape, _ to: Shape) {
    var (first, second) = (0, 0)
    while true {
      // Axes of 1 element are anywhere.
      while first < from.rank, from[first] == 1 { first += 1 }
      while second < to.rank, to[second] == 1 { second += 1 }
      guard first < from.rank, second < to.rank else { return }
      if from[first] == to[second], from[first] != .unknown {
        pairs.append(Pair(from: first, to: second, fromInner: 1, toInner: 1))
        (first, second) = (first + 1, second + 1)
        continue
      }
      guard let left = from[first].fixedValue, let right = to[second].fixedValue else { return }
      // One axis holds the other and some of those inside it.
      if left < right {
        guard let end = Self.end(of: right, in: from, at: first) else { return }
        pairs.append(Pair(from: first, to: second, fromInner: 1, toInner: right / max(1, left)))
        (first, second) = (end, second + 1)
      } else {
        guard let end = Self.end(of: left, in: to, at: second) else { return }
        pairs.append(Pair(from: first, to: second, fromInner: left / max(1, right), toInner: 1))
        (first, second) = (first + 1, end)
      }
    }
  }

  /// The axis behind those that have `count` elements together.
  private static func end(of count: Int, in shape: Shape, at start: Int) -> Int? {
    var (axis, product) = (start, 1)
    while product < count, axis < shape.rank, let extent = shape[axis].fixedValue {
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      guard !overflow, extent > 0 else { return nil }
      product = next
      axis += 1
    }
    return product == count ? axis : nil
  }
}
