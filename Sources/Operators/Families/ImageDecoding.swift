import CImages
import Glibc
import IR
import Tensors

extension OperatorFamily {
  /// Operators that turn files into tensors.
  static let imageDecoding = OperatorFamily("image decoding", [.imageDecoder])
}

/// The layout of a decoded pixel.
private enum PixelFormat: String {
  case rgb = "RGB"
  case bgr = "BGR"
  case grayscale = "Grayscale"

  static let attribute = AttributeKey<String>("pixel_format", default: PixelFormat.rgb.rawValue)

  init(_ node: Node) throws(OperatorError) {
    let name = try node.attributes.value(of: Self.attribute)
    guard let format = PixelFormat(rawValue: name) else {
      throw OperatorError(
        .invalidAttribute, "pixel_format is \"\(name)\"", remedy: "use RGB, BGR or Grayscale")
    }
    self = format
  }

  var channelCount: Int { self == .grayscale ? 1 : 3 }

  /// Returns what a channel holds of a pixel.
  @inline(__always)
  func sample(_ red: UInt8, _ green: UInt8, _ blue: UInt8, channel: Int) -> UInt8 {
    switch self {
    case .rgb: return channel == 0 ? red : channel == 1 ? green : blue
    case .bgr: return channel == 0 ? blue : channel == 1 ? green : red
    case .grayscale:
      // The luminance of ITU-R BT.601 in 16 bits of fraction.
      let sum = 19595 * UInt32(red) + 38470 * UInt32(green) + 7471 * UInt32(blue)
      return UInt8(truncatingIfNeeded: (sum + 0x8000) >> 16)
    }
  }
}

extension OperatorDefinition {
  /// Decodes an image file to `[height, width, channels]`; what cannot be decoded gives no pixels.
  fileprivate static let imageDecoder = OperatorDefinition(
    OperatorSchema(
      "ImageDecoder", versions: [20], inputs: [.required("encoded_stream", "T1")],
      outputs: [.required("image", "T2")], attributes: [PixelFormat.attribute.declaration],
      constraints: ["T1": .tensors(.uint8), "T2": .tensors(.uint8)]),
    inferTypes: { context throws(OperatorError) in
      let channels = try PixelFormat(context.node).channelCount
      return [.tensor(.uint8, [.unknown, .unknown, .fixed(channels)])]
    },
    evaluate: { context throws(OperatorError) in
      let format = try PixelFormat(context.node)
      let file = try context.tensor(0)
      guard file.rank == 1 else {
        throw OperatorError(
          .incompatibleShapes, "the encoded image has the shape \(file.shape), not one axis")
      }
      return [.tensor(try decoded(file, as: format, byteLimit: context.memoryLimit))]
    })
}

private func decoded(
  _ file: Tensor, as format: PixelFormat, byteLimit: Int
) throws(OperatorError) -> Tensor {
  var image = ferry_image()
  let status = file.withScalars(of: UInt8.self) { bytes in
    bytes.baseAddress.map { ferry_image_decode($0, bytes.count, byteLimit, &image) }
      ?? FERRY_IMAGE_UNREADABLE
  }
  defer { free(image.pixels) }
  switch status {
  case FERRY_IMAGE_DECODED: return pixels(of: image, as: format)
  case FERRY_IMAGE_TOO_LARGE:
    throw OperatorError(
      .limitExceeded, "the image exceeds the memory limit of \(byteLimit) bytes")
  case FERRY_IMAGE_UNAVAILABLE:
    throw OperatorError(
      .unsupported, "this build decodes no images",
      remedy: "build with `swift build --traits ImageDecoding`")
  default:
    return Tensor(.uint8, shape: [0, 0, format.channelCount]) { _ in }
  }
}

private func pixels(of image: ferry_image, as format: PixelFormat) -> Tensor {
  let count = image.width * image.height
  let channels = format.channelCount
  let source = UnsafeBufferPointer(start: image.pixels, count: count * 3)
  return Tensor(
    of: UInt8.self, shape: [Int(image.height), Int(image.width), channels]
  ) { target in
    for pixel in 0..<count {
      let (red, green, blue) = (source[pixel * 3], source[pixel * 3 + 1], source[pixel * 3 + 2])
      for channel in 0..<channels {
        target[pixel * channels + channel] = format.sample(red, green, blue, channel: channel)
      }
    }
  }
}
