import FormatSupport
import TensorFiles
import Tensors
import Testing

@Suite struct NumPyArrayTests {
  static let six = Tensor(shape: [2, 3], scalars: [0, 1, 2, 3, 4, 5] as [Float])

  /// Files that NumPy wrote, and what NumPy reads from them.
  static let files: [(String, Tensor)] = [
    ("float32.npy", six), ("version2.npy", six), ("version3.npy", six),
    ("float64-big-endian.npy", six.converted(to: .float64)),
    ("int16-fortran-big-endian.npy", six.converted(to: .int16)),
    ("complex128-fortran.npy", six.converted(to: .complex128)),
    ("text.npy", Tensor(shape: [2, 2], strings: ["a", "naïve", "", "b\0c"])),
    ("text-fortran-big-endian.npy", Tensor(shape: [2, 2], strings: ["a", "b", "c", "d"])),
    ("bytes.npy", Tensor(shape: [2], strings: ["x", ByteString(bytes: [0x79, 0x7a, 0xff])])),
    ("bool-loose.npy", Tensor(shape: [3], scalars: [false, true, true])),
    ("scalar.npy", Tensor(scalar: Float16(1.5))),
    ("empty.npy", Tensor(shape: [0, 3], scalars: [] as [Int64])),
    ("bfloat16-by-name.npy", Tensor(shape: [2], scalars: [BFloat16(1), BFloat16(-2)])),
    ("python2.npy", Tensor(shape: [3], scalars: [1, 2, 3] as [UInt8])),
  ]

  @Test(arguments: files)
  func readsWhatNumPyWrote(file: String, expected: Tensor) throws {
    let tensors = try NumPyFile.read(path: FixtureFolder.path("NumPy/\(file)"))
    #expect(tensors == [NamedTensor(String(file.dropLast(4)), expected)])
  }

  @Test func lendsElementsFromTheFile() throws {
    let tensor = try NumPyFile.read(path: FixtureFolder.path("NumPy/float32.npy"))[0].tensor
    #expect(tensor.storage.region?.offset == 0)
    #expect(tensor.range == 128..<152)
  }

  static let written: [(Tensor, Tensor)] = [
    (six, six),
    (six.converted(to: .bfloat16), six),
    (six.converted(to: .float8E4M3FN), six),
    (six.converted(to: .uint4), six.converted(to: .uint8)),
    (six.converted(to: .int4), six.converted(to: .int8)),
    (six.converted(to: .complex64), six.converted(to: .complex64)),
    (Tensor(scalar: true), Tensor(scalar: true)),
    (Tensor(shape: [0], strings: []), Tensor(shape: [0], strings: [])),
    (Tensor(shape: [2], strings: ["", "日本"]), Tensor(shape: [2], strings: ["", "日本"])),
    (
      Tensor(shape: [1], strings: [ByteString(bytes: [0xff, 0x41])]),
      Tensor(shape: [1], strings: [ByteString(bytes: [0xff, 0x41])])
    ),
    (
      Tensor(of: UInt8.self, shape: [1, 0] + [Int](repeating: 1, count: 30_000)) { _ in },
      Tensor(of: UInt8.self, shape: [1, 0] + [Int](repeating: 1, count: 30_000)) { _ in }
    ),
  ]

  @Test(arguments: written)
  func readsWhatItWrites(tensor: Tensor, expected: Tensor) throws {
    try FixtureFolder.withTemporaryFile("x.npy") { path in
      try NumPyArray.write(tensor, to: path)
      #expect(try NumPyFile.read(path: path) == [NamedTensor("x", expected)])
    }
  }

  @Test func writesTheBytesThatNumPyWrites() throws {
    try FixtureFolder.withTemporaryFile("x.npy") { path in
      try NumPyArray.write(Self.six, to: path)
      let expected = try FixtureFolder.bytes("NumPy/float32.npy")
      #expect(try FixtureFolder.bytes(of: path) == expected)
    }
  }

  @Test func refusesStringsThatNumPyWouldCut() throws {
    try FixtureFolder.withTemporaryFile("x.npy") { path in
      let error = #expect(throws: FormatError.self) {
        try NumPyArray.write(Tensor(shape: [1], strings: ["a\0"]), to: path)
      }
      #expect(error?.code == .unsupported)
    }
  }
}
