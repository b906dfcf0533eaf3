import FormatSupport
import TensorFiles
import Testing

@Suite struct MalformedNumPyTests {
  static let cases: [(String, FormatError.Code)] = [
    ("pickle.npy", .unsupported), ("records.npy", .unsupported), ("void.npy", .unsupported),
    ("dates.npy", .unsupported), ("version9.npy", .unsupported), ("short.npy", .truncated),
    ("long.npy", .invalid), ("negative-extent.npy", .malformed), ("no-shape.npy", .malformed),
    ("overflowing-shape.npy", .invalid), ("overflowing-size.npy", .truncated),
    ("empty-strings.npy", .limitExceeded), ("surrogate.npy", .malformed), ("deep.npy", .malformed),
    ("no-end.npz", .truncated), ("bad-checksum.npz", .corrupted), ("bomb.npz", .malformed),
    ("larger-than-announced.npz", .malformed), ("encrypted.npz", .unsupported),
    ("other-method.npz", .unsupported), ("other-name.npz", .invalid), ("twice.npz", .invalid),
    ("no-array.npz", .malformed), ("text.npz", .malformed), ("overlapping.npz", .invalid),
  ]

  @Test(arguments: cases)
  func refuses(file: String, code: FormatError.Code) {
    let path = FixtureFolder.path("Malformed/numpy/\(file)")
    let error = #expect(throws: FormatError.self) { try NumPyFile.read(path: path) }
    #expect(error?.code == code)
    #expect(error?.offset != nil)
    #expect(error?.path.first == path)
  }

  @Test func saysWhatToDoAboutTypesOfNumPyAlone() {
    let path = FixtureFolder.path("Malformed/numpy/void.npy")
    let error = #expect(throws: FormatError.self) { try NumPyFile.read(path: path) }
    #expect(error?.message.contains("<V2") == true)
    #expect(error?.remedy == "save the array as float32")
  }

  static let small = [
    "float32.npy", "text-fortran-big-endian.npy", "stored.npz", "deflated.npz", "streamed.npz",
  ]

  /// Cutting a file anywhere must throw.
  @Test(arguments: small)
  func refusesEveryTruncation(file: String) throws {
    let bytes = try FixtureFolder.bytes("NumPy/\(file)")
    for count in bytes.indices {
      #expect(throws: FormatError.self) { try FixtureFolder.read(Array(bytes[..<count])) }
    }
  }

  /// Changing a byte must throw or read, never trap.
  @Test(arguments: small)
  func survivesEveryChangeOfAByte(file: String) throws {
    var bytes = try FixtureFolder.bytes("NumPy/\(file)")
    for index in bytes.indices {
      for change in UInt8(1)...255 {
        bytes[index] ^= change
        _ = try? FixtureFolder.read(bytes)
        bytes[index] ^= change
      }
    }
  }
}
