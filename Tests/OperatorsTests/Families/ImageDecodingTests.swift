import CImages
import Foundation
import IR
import Operators
import TestSupport
import Tensors
import Testing

/// The pictures in `Fixtures/Images`, each with the pixels that Pillow decodes it to.
private enum Picture {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/Images")

  static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
    .filter { !$0.hasSuffix(".rgb") }.sorted()

  static func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: folder.appendingPathComponent(name)))
  }
}

private func decode(
  _ bytes: [UInt8], as format: String = "RGB", memoryLimit: Int = 1 << 30
) throws -> Tensor {
  let example = OperatorCase(
    "decodes", "ImageDecoder", ["pixel_format": .string(.init(format))],
    inputs: [Tensor(shape: [bytes.count], scalars: bytes)])
  return try #require(try example.evaluate(memoryLimit: memoryLimit).first)
}

@Suite(.enabled(if: ferry_images_available() != 0)) struct ImageDecodingTests {
  @Test(arguments: Picture.names)
  func decodesAsPillowDoes(name: String) throws {
    let image = try decode(Picture.bytes(name))
    #expect(image == Tensor(shape: [3, 5, 3], scalars: try Picture.bytes("\(name).rgb")))
  }

  @Test func ordersAndWeighsChannels() throws {
    let pixel: [UInt8] = Array("P6 1 1 255 ".utf8) + [200, 100, 50]
    #expect(try decode(pixel, as: "BGR").scalars(of: UInt8.self) == [50, 100, 200])
    #expect(try decode(pixel, as: "Grayscale").scalars(of: UInt8.self) == [124])
    #expect(throws: OperatorError.self) { try decode(pixel, as: "YUV") }
  }

  @Test(
    arguments: [
      ("P1 2 1 0 1", [255, 255, 255, 0, 0, 0]), ("P2 # grey\n1 1 100 50", [128, 128, 128]),
      ("P3 1 1 255 1 2 3", [1, 2, 3]), ("P3 1 1 255 1 2", []), ("P2 1 1 9 10", []),
      ("P6 9 9 255 ", []),
      ("P5 99999999999 1 255 ", []), ("BM", []), ("GIF89a", []), ("", []),
    ] as [(String, [UInt8])])
  func readsTextAndGivesNothingForWhatIsNoImage(file: String, pixels: [UInt8]) throws {
    #expect(try decode(Array(file.utf8)).scalars(of: UInt8.self) == pixels)
  }

  @Test(arguments: Picture.names)
  func survivesEveryTruncation(name: String) throws {
    let bytes = try Picture.bytes(name)
    for count in bytes.indices { _ = try decode(Array(bytes[..<count])) }
  }

  @Test(arguments: Picture.names)
  func keepsTheLimit(name: String) throws {
    #expect(throws: OperatorError.self) {
      try decode(Picture.bytes(name), memoryLimit: 16)
    }
  }
}

@Suite(.enabled(if: ferry_images_available() == 0)) struct MissingImageDecodingTests {
  @Test func saysHowToBuildWithDecoders() {
    let error = #expect(throws: OperatorError.self) { try decode(Array("P3 1 1 1 0 0 0".utf8)) }
    #expect(error?.code == .unsupported)
    #expect(error?.remedy == "build with `swift build --traits ImageDecoding`")
  }
}
