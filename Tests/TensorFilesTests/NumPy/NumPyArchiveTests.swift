import FormatSupport
import TensorFiles
import Tensors
import Testing

@Suite struct NumPyArchiveTests {
  static let six = NumPyArrayTests.six
  static let both = [NamedTensor("x", six), NamedTensor("y", Tensor(scalar: Int64(7)))]

  @Test(
    arguments: [
      ("stored.npz", both), ("deflated.npz", both), ("streamed.npz", [NamedTensor("x", six)]),
      ("no-suffix.npz", [NamedTensor("x", six)]),
    ])
  func readsWhatNumPyWrote(file: String, expected: [NamedTensor]) throws {
    #expect(try NumPyFile.read(path: FixtureFolder.path("NumPy/\(file)")) == expected)
  }

  @Test(arguments: [NumPyArchive.Compression.none, .deflate])
  func readsWhatItWrites(compression: NumPyArchive.Compression) throws {
    let large = Tensor(shape: [70_000], scalars: (0..<70_000).map { Float($0 % 100) })
    let tensors =
      Self.both + [
        NamedTensor("größe/é", large), NamedTensor("words", Tensor(shape: [1], strings: ["w"])),
      ]
    try FixtureFolder.withTemporaryFile("x.npz") { path in
      try NumPyArchive.write(tensors, to: path, compression: compression)
      #expect(try NumPyFile.read(path: path) == tensors)
      let first = try FixtureFolder.bytes(of: path)
      try NumPyArchive.write(tensors, to: path, compression: compression)
      #expect(try FixtureFolder.bytes(of: path) == first)
      #expect((first.count < 70_000) == (compression == .deflate))
    }
  }

  @Test func lendsAlignedElementsOfStoredEntries() throws {
    try FixtureFolder.withTemporaryFile("x.npz") { path in
      try NumPyArchive.write(Self.both, to: path)
      for named in try NumPyFile.read(path: path) {
        #expect(named.tensor.storage.region?.offset == 0)
        #expect(named.tensor.range.lowerBound % 64 == 0)
      }
    }
  }

  @Test func holdsNoArrays() throws {
    try FixtureFolder.withTemporaryFile("x.npz") { path in
      try NumPyArchive.write([], to: path)
      #expect(try NumPyFile.read(path: path) == [])
    }
  }

  @Test func refusesTwoArraysOfOneName() throws {
    try FixtureFolder.withTemporaryFile("x.npz") { path in
      let error = #expect(throws: FormatError.self) {
        try NumPyArchive.write([Self.both[0], Self.both[0]], to: path)
      }
      #expect(error?.code == .invalid)
      #expect(throws: FormatError.self) { try MappedFile(path: path) }
    }
  }

  @Test func keepsToTheMemoryAllowed() throws {
    let bytes = try FixtureFolder.bytes("NumPy/deflated.npz")
    let error = #expect(throws: FormatError.self) {
      try FixtureFolder.read(bytes, limits: ResourceLimits(memory: 160))
    }
    #expect(error?.code == .limitExceeded)
    #expect(error?.path == ["y.npy"])
  }
}
