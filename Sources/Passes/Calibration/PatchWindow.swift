import IR
import Tensors

/// Where in its data a node finds what it multiplies the weights of an output channel with.
struct PatchWindow {
  let groups: Int
  /// The input channels of one group.
  let channels: Int
  let columnCount: Int

  private let kernel: [Int]
  private let strides: [Int]
  private let dilations: [Int]
  /// Padding before each spatial axis, and behind each.
  private let pads: [Int]

  /// The most positions of one tensor that are looked at.
  static let positionLimit = 8192

  /// The output positions of a tensor: a sample and, for each spatial axis, where the window starts.
  typealias Position = (sample: Int, starts: [Int])

  /// Describes a Conv with explicit padding, a Gemm or a MatMul with a matrix; nil for others.
  init?(of use: WeightUse, in graph: Graph) {
    guard use.result != nil, use.input == 1,
      let shape = graph.fixedTensor(of: use.weights)?.shape
    else { return nil }
    let attributes = graph[use.node].attributes
    kernel = use.kernelAxes.map { shape[$0] }
    guard shape.count == kernel.count + 2 else { return nil }
    let rank = kernel.count
    if case .string(let padding)? = attributes["auto_pad"], padding != "NOTSET" { return nil }
    strides = attributes.numbers("strides") ?? Array(repeating: 1, count: rank)
    dilations = attributes.numbers("dilations") ?? Array(repeating: 1, count: rank)
    pads = attributes.numbers("pads") ?? Array(repeating: 0, count: 2 * rank)
    guard strides.count == rank, dilations.count == rank, pads.count == 2 * rank,
      strides.allSatisfy({ $0 > 0 }),
      (strides + dilations + pads).allSatisfy((0..<1 << 20).contains)
    else { return nil }
    groups = use.groups
    channels = shape[use.inputAxis]
    columnCount = channels * kernel.reduce(1, *)
  }

  /// Evenly spaced output positions; nil when the shape is not that of the node's data.
  func positions(in shape: [Int]) -> [Position]? {
    let rank = kernel.count
    guard rank > 0 else {
      guard shape.last == channels, channels > 0 else { return nil }
      let count = shape.dropLast().reduce(1, *)
      return stride(from: 0, to: count, by: Self.step(count)).map { ($0, []) }
    }
    guard shape.count == rank + 2, shape[1] == groups * channels else { return nil }
    var extents = [shape[0]]
    for axis in 0..<rank {
      let room = shape[axis + 2] + pads[axis] + pads[axis + rank]
      let extent = (room - (kernel[axis] - 1) * dilations[axis] - 1) / strides[axis] + 1
      guard extent > 0 else { return nil }
      extents.append(extent)
    }
    let count = extents.reduce(1, *)
    return stride(from: 0, to: count, by: Self.step(count)).map { index in
      var rest = index
      var starts = [Int](repeating: 0, count: rank)
      for axis in (0..<rank).reversed() {
        starts[axis] = rest % extents[axis + 1] * strides[axis] - pads[axis]
        rest /= extents[axis + 1]
      }
      return (rest, starts)
    }
  }

  /// Odd, so that not the same columns of an image are met again and again.
  private static func step(_ count: Int) -> Int {
    let step = (count + positionLimit - 1) / positionLimit
    return step > 1 ? step | 1 : 1
  }

  /// Returns a matrix with a row for each position, and a column for each input channel at each
  /// kernel position.
  func patches(of data: Tensor, at positions: [Position], group: Int) -> Tensor {
    let shape = data.shape
    let taps = kernelPositions
    let plane = shape.dropFirst(2).reduce(1, *)
    return data.withScalars(of: Float.self) { source in
      Tensor(of: Float.self, shape: [positions.count, columnCount]) { target in
        var place = 0
        for position in positions {
          for tap in taps {
            let offset = kernel.isEmpty ? 0 : self.offset(position.starts, tap, shape)
            let first =
              kernel.isEmpty
              ? position.sample * channels
              : (position.sample * shape[1] + group * channels) * plane
            for channel in 0..<channels {
              let step = kernel.isEmpty ? channel : channel * plane
              target[place] = offset.map { source[first + step + $0] } ?? 0
              place += 1
            }
          }
        }
      }
    }
  }

  /// The place in a plane of what a kernel position meets; nil in the padding.
  private func offset(_ starts: [Int], _ tap: [Int], _ shape: [Int]) -> Int? {
    var offset = 0
    for axis in kernel.indices {
      let place = starts[axis] + tap[axis] * dilations[axis]
      guard place >= 0, place < shape[axis + 2] else { return nil }
      offset = offset * shape[axis + 2] + place
    }
    return offset
  }

  private var kernelPositions: [[Int]] {
    kernel.reduce([[]]) { positions, extent in
      positions.flatMap { position in (0..<extent).map { position + [$0] } }
    }
  }
}

extension Attributes {
  /// The list of integers `name`; nil where it is left out.
  fileprivate func numbers(_ name: String) -> [Int]? {
    guard case .ints(let list)? = self[name] else { return nil }
    return list.map(Int.init)
  }
}
