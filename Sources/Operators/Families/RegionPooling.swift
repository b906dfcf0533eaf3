import IR
import Tensors

extension OperatorFamily {
  /// Operators that summarize the bins of regions of an image.
  static let regionPooling = OperatorFamily("region pooling", [.maxRoiPool])
}

/// A region along one axis, divided into bins that begin and end between elements.
private struct RegionBins {
  /// The elements of each bin that lie in the image.
  let ranges: [Range<Int>]

  /// Divides a region from the element nearest to `start` to that nearest to `end`.
  init<Scalar: RealScalar>(from start: Scalar, to end: Scalar, count: Int, extent: Int) {
    let first = Self.element(start)
    let width = Scalar(Double(max(Self.element(end) - first + 1, 1)))
    let step = width / Scalar(Double(count))
    ranges = (0..<count).map { bin in
      let low = Self.element((Scalar(Double(bin)) * step).rounded(.down), limit: 0x1p50) + first
      let high = Self.element((Scalar(Double(bin + 1)) * step).rounded(.up), limit: 0x1p50) + first
      let lower = min(max(low, 0), extent)
      return lower..<max(lower, min(max(high, 0), extent))
    }
  }

  /// Returns the nearest integer, halves away from zero, within a range that is safe to count with.
  private static func element<Scalar: RealScalar>(_ value: Scalar, limit: Double = 0x1p40) -> Int {
    let rounded = value.double.rounded(.toNearestOrAwayFromZero)
    return rounded.isNaN ? 0 : Int(min(max(rounded, -limit), limit))
  }
}

private enum MaxRoiPool: RealKernel {
  static let pooledShape = AttributeKey<[Int]>("pooled_shape")
  static let scale = AttributeKey<Float>("spatial_scale", default: 1)

  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let (images, regions) = (try context.tensor(0), try context.tensor(1))
    let shape = try shape(
      context.node.attributes, images: Shape(images.shape), regions: Shape(regions.shape))
    let extents = try Self.extents(of: shape)
    try context.checkOutput(Scalar.elementType, shape: extents)
    let scale = Scalar(try context.value(of: Self.scale))
    let batches = try Self.batches(regions.scalars(of: Scalar.self), count: images.shape[0])
    let output = Tensor(of: Scalar.self, shape: extents) { result in
      images.withScalars(of: Scalar.self) { elements in
        let corners = regions.scalars(of: Scalar.self)
        for index in batches.indices where !result.isEmpty {
          let region = corners[(5 * index + 1)...].prefix(4).map { $0 * scale }
          let columns = RegionBins(
            from: region[0], to: region[2], count: extents[3], extent: images.shape[3])
          let rows = RegionBins(
            from: region[1], to: region[3], count: extents[2], extent: images.shape[2])
          let count = result.count / batches.count
          let target = UnsafeMutableBufferPointer(
            rebasing: result[(index * count)...].prefix(count))
          write(elements, images.shape, batches[index], rows, columns, to: target)
        }
      }
    }
    return [output]
  }

  /// Writes the maxima of all channels in the bins of one region.
  private static func write<Scalar: RealScalar>(
    _ elements: UnsafeBufferPointer<Scalar>, _ shape: [Int], _ batch: Int, _ rows: RegionBins,
    _ columns: RegionBins, to result: UnsafeMutableBufferPointer<Scalar>
  ) {
    var place = 0
    for channel in 0..<shape[1] {
      let plane = (batch * shape[1] + channel) * shape[2] * shape[3]
      for row in rows.ranges {
        for column in columns.ranges {
          result[place] = maximum(of: elements, from: plane, width: shape[3], row, column)
          place += 1
        }
      }
    }
  }

  /// Returns the greatest element of a bin; an empty bin has zero.
  private static func maximum<Scalar: RealScalar>(
    of elements: UnsafeBufferPointer<Scalar>, from plane: Int, width: Int, _ rows: Range<Int>,
    _ columns: Range<Int>
  ) -> Scalar {
    guard !rows.isEmpty, !columns.isEmpty else { return 0 }
    var maximum = -Scalar.infinity
    for row in rows {
      for column in columns {
        let element = elements[plane + row * width + column]
        if element > maximum || element.isNaN { maximum = element }
      }
    }
    return maximum
  }

  /// Returns the image that each region lies in.
  private static func batches<Scalar: RealScalar>(
    _ regions: [Scalar], count: Int
  ) throws(OperatorError) -> [Int] {
    var batches: [Int] = []
    for start in stride(from: 0, to: regions.count, by: 5) {
      let batch = regions[start].double
      guard batch >= 0, batch < Double(count), let index = Int(exactly: batch) else {
        throw OperatorError(
          .invalidValue, "a region lies in image \(batch) of \(count)",
          remedy: "the first of its five numbers is the index of the image")
      }
      batches.append(index)
    }
    return batches
  }

  private static func extents(of shape: Shape) throws(OperatorError) -> [Int] {
    guard let extents = shape.extents else {
      throw OperatorError(.incompatibleShapes, "the output would have the shape \(shape)")
    }
    return extents
  }

  /// Returns the shape of the output, as far as it is known.
  static func shape(
    _ attributes: Attributes, images: Shape?, regions: Shape?
  ) throws(OperatorError) -> Shape {
    let pooled = try attributes.value(of: pooledShape)
    try WindowAttributes.check(pooled, "pooled_shape", rank: 2, in: 1...(1 << 31))
    guard images?.rank ?? 4 == 4, regions?.rank ?? 2 == 2, regions?[1].fixedValue ?? 5 == 5 else {
      throw OperatorError(
        .incompatibleShapes,
        "regions of shape \(regions ?? []) do not suit images of shape \(images ?? [])",
        remedy: "a region has the five numbers image, x1, y1, x2 and y2; images have four axes")
    }
    return [
      regions?[0] ?? .unknown, images?[1] ?? .unknown, .fixed(pooled[0]), .fixed(pooled[1]),
    ]
  }
}

extension OperatorDefinition {
  /// The maximum of each bin of each region, whose corners are rounded to elements.
  fileprivate static let maxRoiPool = OperatorDefinition(
    OperatorSchema(
      "MaxRoiPool", versions: [1, 22], inputs: [.required("X", "T"), .required("rois", "T")],
      outputs: [.required("Y", "T")],
      attributes: [MaxRoiPool.pooledShape.declaration, MaxRoiPool.scale.declaration],
      constraints: ["T": .tensors(.floats)]),
    inferTypes: { context throws(OperatorError) in
      let shape = try MaxRoiPool.shape(
        context.node.attributes, images: context.shape(0), regions: context.shape(1))
      return [.tensor(context.elementType(0) ?? context.elementType(1), shape)]
    },
    evaluate: real(MaxRoiPool.self))
}
