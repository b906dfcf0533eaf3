import IR
import Tensors

extension OperatorFamily {
  /// Operators that sample regions of an image at places between its elements.
  static let regionAlignment = OperatorFamily("region alignment", [.roiAlign])
}

/// The samples of a region along one axis, and the elements that each lies between.
private struct RegionSamples<Scalar: RealScalar> {
  struct Sample {
    let low: Int
    let high: Int
    let lowWeight: Scalar
    let highWeight: Scalar
  }

  /// The number of samples in a bin.
  let grid: Int
  /// The samples of all bins; nil for one outside of the image, which counts as zero.
  private(set) var samples: [Sample?] = []

  /// Places samples from `start` on in `bins` bins; without a number given, about one an element.
  init(
    from start: Scalar, length: Scalar, bins: Int, samplesPerBin: Int, extent: Int
  ) throws(OperatorError) {
    let bin = length / Scalar(Double(bins))
    grid = samplesPerBin > 0 ? samplesPerBin : try Self.grid(for: bin)
    let (count, overflow) = bins.multipliedReportingOverflow(by: grid)
    guard !overflow, count <= RoiAlign.maximumSampleCount else {
      throw OperatorError(
        .limitExceeded, "\(bins) bins with \(grid) samples each are too many",
        remedy: "check sampling_ratio and the corners of the regions")
    }
    samples.reserveCapacity(count)
    for index in 0..<count {
      let (first, step) = (Scalar(Double(index / grid)), Scalar(Double(index % grid)))
      let place = start + first * bin + (step + 0.5) * bin / Scalar(Double(grid))
      samples.append(Self.sample(at: place, extent: extent))
    }
  }

  private static func grid(for bin: Scalar) throws(OperatorError) -> Int {
    let count = bin.double.rounded(.up)
    // A region that is turned around, or has no size at all, has no samples.
    guard count > 0 else { return 0 }
    guard count <= Double(RoiAlign.maximumSampleCount) else {
      throw OperatorError(
        .limitExceeded, "a region has bins of \(bin) elements", remedy: "set sampling_ratio")
    }
    return Int(count)
  }

  private static func sample(at place: Scalar, extent: Int) -> Sample? {
    let last = extent - 1
    guard place >= -1, place <= Scalar(Double(extent)), extent > 0 else { return nil }
    let inside = max(place, 0)
    let low = Int(inside.double)
    guard low < last else { return Sample(low: last, high: last, lowWeight: 1, highWeight: 0) }
    let ratio = inside - Scalar(Double(low))
    return Sample(low: low, high: low + 1, lowWeight: 1 - ratio, highWeight: ratio)
  }
}

private enum RoiAlign: RealKernel {
  static let transformation = AttributeKey<String>(
    "coordinate_transformation_mode", default: "half_pixel")
  static let mode = AttributeKey<String>("mode", default: "avg")
  static let height = AttributeKey<Int>("output_height", default: 1)
  static let width = AttributeKey<Int>("output_width", default: 1)
  static let samplingRatio = AttributeKey<Int>("sampling_ratio", default: 0)
  static let scale = AttributeKey<Float>("spatial_scale", default: 1)

  /// The most samples along one axis of a region.
  static let maximumSampleCount = 1 << 24
  /// The most samples of all regions and channels.
  static let maximumWork = 1 << 36

  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let images = try context.tensor(0)
    let plan = try RegionPlan<Scalar>(context, of: images)
    try context.checkOutput(Scalar.elementType, shape: plan.shape)
    let output = try Tensor(of: Scalar.self, shape: plan.shape) { (result) throws(OperatorError) in
      try images.withScalars(of: Scalar.self) { (elements) throws(OperatorError) in
        guard !result.isEmpty else { return }
        var work = 0
        for region in plan.batches.indices {
          let (rows, columns) = try plan.samples(of: region)
          // Both factors are at most 2^24, and channels are elements of the output.
          let (steps, overflow) = (rows.samples.count * columns.samples.count)
            .multipliedReportingOverflow(by: plan.channels)
          work = overflow ? Int.max : work.addingReportingOverflow(steps).partialValue
          guard !overflow, (0...maximumWork).contains(work) else {
            throw OperatorError(
              .limitExceeded, "the regions have more than \(maximumWork) samples",
              remedy: "check sampling_ratio and the corners of the regions")
          }
          plan.write(region, rows, columns, of: elements, to: result)
        }
      }
    }
    return [output]
  }

  /// Returns the shape of the output, as far as it is known.
  static func shape(
    _ attributes: Attributes, images: Shape?, regions: Shape?, indices: Shape?
  ) throws(OperatorError) -> Shape {
    let extents = [try attributes.value(of: height), try attributes.value(of: width)]
    guard extents.allSatisfy({ (1...(1 << 31)).contains($0) }) else {
      throw OperatorError(
        .invalidAttribute, "output_height and output_width are \(extents[0]) and \(extents[1])")
    }
    guard images?.rank ?? 4 == 4, regions?.rank ?? 2 == 2, regions?[1].fixedValue ?? 4 == 4,
      indices?.rank ?? 1 == 1
    else {
      throw OperatorError(
        .incompatibleShapes,
        "regions of shape \(regions ?? []) do not suit images of shape \(images ?? [])",
        remedy: "a region has the four numbers x1, y1, x2 and y2; images have four axes")
    }
    if let regions = regions?[0].fixedValue, let indices = indices?[0].fixedValue,
      regions != indices
    {
      throw OperatorError(
        .incompatibleShapes, "\(indices) batch indices are given for \(regions) regions")
    }
    return [
      regions?[0] ?? indices?[0] ?? .unknown, images?[1] ?? .unknown, .fixed(extents[0]),
      .fixed(extents[1]),
    ]
  }
}

/// The regions and how they are sampled, checked.
private struct RegionPlan<Scalar: RealScalar> {
  let shape: [Int]
  let channels: Int
  /// The image that each region lies in.
  let batches: [Int]
  private let height: Int
  private let width: Int
  private let corners: [Scalar]
  private let scale: Scalar
  private let isHalfPixel: Bool
  private let isMaximum: Bool
  private let samplesPerBin: Int

  init(_ context: borrowing KernelContext, of images: Tensor) throws(OperatorError) {
    let (regions, indices) = (try context.tensor(1), try context.tensor(2))
    let shape = try RoiAlign.shape(
      context.node.attributes, images: Shape(images.shape), regions: Shape(regions.shape),
      indices: Shape(indices.shape))
    self.shape = shape.extents ?? []
    channels = images.shape[1]
    (height, width) = (images.shape[2], images.shape[3])
    batches = try indices.integers
    corners = regions.scalars(of: Scalar.self)
    scale = Scalar(try context.value(of: RoiAlign.scale))
    isHalfPixel = try Self.choice(
      context, RoiAlign.transformation, "half_pixel", "output_half_pixel")
    isMaximum = try Self.choice(context, RoiAlign.mode, "max", "avg")
    samplesPerBin = try context.value(of: RoiAlign.samplingRatio)
    guard samplesPerBin >= 0 else {
      throw OperatorError(.invalidAttribute, "sampling_ratio is \(samplesPerBin)")
    }
    guard batches.allSatisfy({ (0..<images.shape[0]).contains($0) }) else {
      throw OperatorError(
        .invalidValue, "a region lies in image \(batches.max() ?? 0) of \(images.shape[0])")
    }
  }

  /// Returns whether an attribute has the first of two values.
  private static func choice(
    _ context: borrowing KernelContext, _ key: AttributeKey<String>, _ first: String,
    _ second: String
  ) throws(OperatorError) -> Bool {
    let value = try context.value(of: key)
    guard value == first || value == second else {
      throw OperatorError(
        .invalidAttribute, "\(key.name) is \"\(value)\"", remedy: "use \(first) or \(second)")
    }
    return value == first
  }

  func samples(
    of region: Int
  ) throws(OperatorError) -> (rows: RegionSamples<Scalar>, columns: RegionSamples<Scalar>) {
    let offset: Scalar = isHalfPixel ? 0.5 : 0
    let scaled = corners[(4 * region)..<(4 * region + 4)].map { $0 * scale - offset }
    var lengths = [scaled[2] - scaled[0], scaled[3] - scaled[1]]
    // Without the shift, regions have at least the size of one element.
    if !isHalfPixel { lengths = lengths.map { max($0, 1) } }
    let rows = try RegionSamples(
      from: scaled[1], length: lengths[1], bins: shape[2], samplesPerBin: samplesPerBin,
      extent: height)
    let columns = try RegionSamples(
      from: scaled[0], length: lengths[0], bins: shape[3], samplesPerBin: samplesPerBin,
      extent: width)
    return (rows, columns)
  }

  /// Writes all channels of a region.
  func write(
    _ region: Int, _ rows: RegionSamples<Scalar>, _ columns: RegionSamples<Scalar>,
    of elements: UnsafeBufferPointer<Scalar>, to result: UnsafeMutableBufferPointer<Scalar>
  ) {
    var place = region * channels * shape[2] * shape[3]
    for channel in 0..<channels {
      let plane = (batches[region] * channels + channel) * height * width
      for row in 0..<shape[2] {
        let rowSamples = rows.samples[(row * rows.grid)..<((row + 1) * rows.grid)]
        for column in 0..<shape[3] {
          let bin = columns.samples[(column * columns.grid)..<((column + 1) * columns.grid)]
          result[place] = summary(rowSamples, bin, of: elements, from: plane)
          place += 1
        }
      }
    }
  }

  /// Returns the average of the samples of a bin, or the greatest of their weighed elements.
  private func summary(
    _ rows: ArraySlice<RegionSamples<Scalar>.Sample?>,
    _ columns: ArraySlice<RegionSamples<Scalar>.Sample?>,
    of elements: UnsafeBufferPointer<Scalar>, from plane: Int
  ) -> Scalar {
    var (sum, maximum) = (0 as Scalar, -Scalar.infinity)
    for row in rows {
      for column in columns {
        guard let row, let column else {
          maximum = max(maximum, 0)
          continue
        }
        let (top, bottom) = (plane + row.low * width, plane + row.high * width)
        let a = row.lowWeight * column.lowWeight * elements[top + column.low]
        let b = row.lowWeight * column.highWeight * elements[top + column.high]
        let c = row.highWeight * column.lowWeight * elements[bottom + column.low]
        let d = row.highWeight * column.highWeight * elements[bottom + column.high]
        if isMaximum {
          maximum = max(maximum, max(max(a, b), max(c, d)))
        } else {
          sum += a + b + c + d
        }
      }
    }
    let count = rows.count * columns.count
    guard count > 0 else { return 0 }
    return isMaximum ? maximum : sum / Scalar(Double(count))
  }
}

extension OperatorDefinition {
  /// The average or the maximum of samples in each bin of each region (Mask R-CNN).
  fileprivate static let roiAlign = OperatorDefinition(
    OperatorSchema(
      "RoiAlign", versions: [10, 16, 22],
      inputs: [
        .required("X", "T1"), .required("rois", "T1"), .required("batch_indices", "T2"),
      ],
      outputs: [.required("Y", "T1")],
      attributes: [
        RoiAlign.transformation.declaration, RoiAlign.mode.declaration,
        RoiAlign.height.declaration, RoiAlign.width.declaration,
        RoiAlign.samplingRatio.declaration, RoiAlign.scale.declaration,
      ],
      constraints: ["T1": .tensors(.floats), "T2": .tensors(.int64)]),
    upgrades: [
      // There was no shift by half an element before there was a choice.
      OperatorUpgrade(to: 16) { graph, node in
        graph.update(node) {
          $0.attributes[RoiAlign.transformation.name] = .string("output_half_pixel")
        }
      }
    ],
    inferTypes: { context throws(OperatorError) in
      let shape = try RoiAlign.shape(
        context.node.attributes, images: context.shape(0), regions: context.shape(1),
        indices: context.shape(2))
      return [.tensor(context.elementType(0) ?? context.elementType(1), shape)]
    },
    evaluate: real(RoiAlign.self))
}
