import IR
import Tensors

extension OperatorFamily {
  /// Parts of images, brought to one size.
  static let regionCropping = OperatorFamily("region cropping", [.cropAndResize])
}

/// Samples images at the points of a grid over each region, corners included.
private enum CropAndResize: RealKernel {
  static let extrapolation = AttributeKey<Float>("extrapolation_value", default: 0)
  static let mode = AttributeKey<String>("mode", default: "bilinear")

  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let (images, regions) = (try context.tensor(0), try context.tensor(1))
    let (batch, size) = (try context.integers(2), try context.integers(3))
    let mode = try context.value(of: mode)
    guard mode == "bilinear" || mode == "nearest" else {
      throw OperatorError(
        .invalidAttribute, "mode is \"\(mode)\"", remedy: "use bilinear or nearest")
    }
    guard images.rank == 4, regions.shape == [batch.count, 4], size.count == 2,
      size.allSatisfy({ $0 > 0 })
    else {
      throw OperatorError(
        .incompatibleShapes,
        "images \(images.shape), rois \(regions.shape), \(batch.count) batch_indices and "
          + "crop_size \(size) do not match")
    }
    guard batch.allSatisfy({ (0..<images.shape[0]).contains($0) }) else {
      throw OperatorError(
        .invalidValue, "batch_indices \(batch.prefix(8)) do not lie in 0..<\(images.shape[0])")
    }
    let shape = [batch.count, images.shape[1]] + size
    let count = try context.checkOutput(Scalar.elementType, shape: shape)
    var result: [Scalar] = []
    result.reserveCapacity(count)
    let outside = Scalar(try context.value(of: extrapolation))
    let corners = regions.scalars(of: Scalar.self).map(\.double)
    images.withScalars(of: Scalar.self) { pixels in
      for (region, image) in batch.enumerated() {
        let corner = corners[(4 * region)..<(4 * region + 4)].map { $0 }
        let rows = coordinates(corner[0], corner[2], size[0], extent: images.shape[2])
        let columns = coordinates(corner[1], corner[3], size[1], extent: images.shape[3])
        for channel in 0..<images.shape[1] {
          let plane = Plane(
            pixels: pixels,
            start: (image * images.shape[1] + channel) * product(images.shape[2...]),
            height: images.shape[2], width: images.shape[3])
          for y in rows {
            for x in columns {
              result.append(plane.sample(y, x, isNearest: mode == "nearest") ?? outside)
            }
          }
        }
      }
    }
    return [Tensor(shape: shape, scalars: result)]
  }

  /// Returns where the points between two relative ends lie on an axis, or in their middle if there
  /// is but one.
  private static func coordinates(
    _ start: Double, _ end: Double, _ count: Int, extent: Int
  ) -> [Double] {
    let last = Double(extent - 1)
    guard count > 1 else { return [0.5 * (start + end) * last] }
    let step = (end - start) * last / Double(count - 1)
    return (0..<count).map { start * last + Double($0) * step }
  }
}

/// One channel of one image.
private struct Plane<Scalar: RealScalar> {
  let pixels: UnsafeBufferPointer<Scalar>
  let start: Int
  let height: Int
  let width: Int

  /// Returns the value at a point, or nil outside of the image.
  func sample(_ y: Double, _ x: Double, isNearest: Bool) -> Scalar? {
    guard y >= 0, y <= Double(height - 1), x >= 0, x <= Double(width - 1) else { return nil }
    if isNearest { return self[Int(y.rounded()), Int(x.rounded())] }
    let (top, left) = (Int(y.rounded(.down)), Int(x.rounded(.down)))
    let (bottom, right) = (Int(y.rounded(.up)), Int(x.rounded(.up)))
    let (dy, dx) = (y - Double(top), x - Double(left))
    let upper = self[top, left].double * (1 - dx) + self[top, right].double * dx
    let lower = self[bottom, left].double * (1 - dx) + self[bottom, right].double * dx
    return Scalar(upper * (1 - dy) + lower * dy)
  }

  private subscript(row: Int, column: Int) -> Scalar { pixels[start + row * width + column] }
}

extension OperatorDefinition {
  fileprivate static let cropAndResize = OperatorDefinition(
    OperatorSchema(
      "CropAndResize", domain: microsoft, versions: [1],
      inputs: [
        .required("X", "T1"), .required("rois", "T1"), .required("batch_indices", "T2"),
        .required("crop_size", "T2"),
      ],
      outputs: [.required("Y", "T1")],
      attributes: [CropAndResize.extrapolation.declaration, CropAndResize.mode.declaration],
      constraints: ["T1": .tensors(.ieeeFloats), "T2": .tensors(.int32)]),
    inferTypes: { context throws(OperatorError) in
      let images = context.shape(0)
      guard images?.rank ?? 4 == 4 else {
        throw OperatorError(.incompatibleShapes, "images of rank \(images?.rank ?? 0) are not 4-D")
      }
      let count = context.shape(2)?.dimensions.first ?? .unknown
      let size = context.elements(3)?.elements ?? []
      let (height, width) = size.count == 2 ? (size[0], size[1]) : (.unknown, .unknown)
      return [
        .tensor(context.elementType(0), [count, images?[1] ?? .unknown, height, width])
      ]
    },
    evaluate: real(CropAndResize.self))
}
