import FormatSupport
import IR
import ONNXFormat
import Tensors
import Testing

@Suite struct TensorImporterTests {
  @Test func readsTypedDataAndRawDataAlike() throws {
    let typed = try ModelFixtures.load("typed-data").model.graph
    let raw = try ModelFixtures.load("raw-data").model.graph
    let constants = typed.values.filter(typed.isConstant)
    #expect(constants.count == ElementType.allCases.count - 1)
    for value in constants {
      let name = typed.name(of: value)
      #expect(typed.constant(of: value) == raw.constant(named: name), "\(name)")
    }
  }

  @Test func readsEachElementTypeAsItIs() throws {
    let graph = try ModelFixtures.load("typed-data").model.graph
    func bytes(_ name: String) -> [UInt8] {
      graph.constant(named: name).map { Array($0.bytes) } ?? []
    }
    #expect(graph.constant(named: "float")?.scalars(of: Float.self) == [1.5, -2, 0])
    #expect(graph.constant(named: "float16")?.scalars(of: Float16.self) == [1.5, -2, 0])
    #expect(graph.constant(named: "int16")?.scalars(of: Int16.self) == [.min, .max, 5])
    #expect(graph.constant(named: "uint32")?.scalars(of: UInt32.self) == [0, .max, 5])
    #expect(graph.constant(named: "bool")?.scalars(of: Bool.self) == [true, false, true])
    #expect(bytes("int4") == [0x78, 0x03])
    #expect(bytes("uint2") == [0b01_11_00])
    #expect(bytes("complex64").count == 24)
  }

  @Test func viewsDataWhereItLiesInTheFile() throws {
    let graph = try ModelFixtures.load("raw-data").model.graph
    let float = try #require(graph.constant(named: "float"))
    let double = try #require(graph.constant(named: "double"))
    #expect(float.storage === double.storage)
    #expect(float.storage.region?.offset == 0)
  }

  @Test func readsStringsThatAreNotText() throws {
    let graph = try ModelFixtures.load("strings").model.graph
    let expected: [ByteString] = ["", "naïve", ByteString(bytes: [0xff, 0xfe])]
    #expect(graph.constant(named: "text")?.strings == expected)
  }

  @Test func makesBooleansZeroOrOne() throws {
    let bytes = Wire.model(initializer: Wire.tensor(shape: [3], type: 9, raw: [0, 1, 2]))
    let graph = try ONNXImporter.importModel(bytes: bytes).model.graph
    #expect(graph.constant(named: "w")?.scalars(of: Bool.self) == [false, true, true])
  }

  @Test func readsSparseInitializers() throws {
    let graph = try ModelFixtures.load("sparse-initializer").model.graph
    let rows = try #require(graph.constant(named: "rows"))
    #expect(rows.shape == [2, 3])
    #expect(
      rows.encoding
        == .coordinates(indices: Tensor(shape: [2, 2], scalars: [0, 2, 1, 0] as [Int64])))
    #expect(
      graph.type(of: try #require(graph.value(named: "linear"))) == .sparseTensor(.float32, [2, 3]))
  }

  static let refused = [
    RefusedModel(
      "too few bytes", Wire.model(initializer: Wire.tensor(shape: [2, 3], raw: [1, 2, 3, 4])),
      #"graph.initializer[0] "w": float32[2, 3] takes 24 bytes, but raw_data has 4; "#
        + "correct the shape, the element type or the data"),
    RefusedModel(
      "too few entries",
      Wire.model(initializer: Wire.tensor(type: 7, extra: Wire.bytes(7, [1]))),
      #"graph.initializer[0] "w": int64[2] takes 2 entries, but int64_data has 1; "#
        + "correct the shape, the element type or the data"),
    RefusedModel(
      "no data", Wire.model(initializer: Wire.tensor()),
      #"graph.initializer[0] "w": float32[2] takes 2 entries, but there is no data; "#
        + "correct the shape, the element type or the data"),
    RefusedModel(
      "the wrong field", Wire.model(initializer: Wire.tensor(extra: Wire.bytes(7, [1, 2]))),
      #"graph.initializer[0] "w": the data of float32[2] lies in int64_data instead of "#
        + "float_data; store it in float_data or in raw_data"),
    RefusedModel(
      "two kinds of data",
      Wire.model(initializer: Wire.tensor(type: 7, raw: [1], extra: Wire.bytes(7, [1, 2]))),
      #"graph.initializer[0] "w": the tensor has raw_data and other data too; keep one of them"#),
    RefusedModel(
      "a number beyond its type",
      Wire.model(initializer: Wire.tensor(type: 2, extra: Wire.bytes(5, [1, 0x80, 0x02]))),
      #"graph.initializer[0] "w": element 1 of uint8[2] is 256, beyond its type; "#
        + "correct the element type or the data"),
    RefusedModel(
      "bits beyond their type",
      Wire.model(initializer: Wire.tensor(type: 22, extra: Wire.bytes(5, [0x80, 0x02]))),
      #"graph.initializer[0] "w": entry 0 of int4[2] is 256, more than 8 bits; "#
        + "int32_data holds the bits of the elements"),
    RefusedModel(
      "more than six bits",
      Wire.model(initializer: Wire.tensor(type: 27, extra: Wire.bytes(5, [1, 0x40]))),
      #"graph.initializer[0] "w": entry 1 of float6e2m3[2] is 64, more than 6 bits; "#
        + "int32_data holds the bits of the elements"),
    RefusedModel(
      "a negative dimension", Wire.model(initializer: Wire.tensor(shape: [3, -2], raw: [])),
      #"graph.initializer[0] "w": dimension 1 of the tensor is -2; "#
        + "dimensions of data are not negative"),
    RefusedModel(
      "a product that overflows",
      Wire.model(initializer: Wire.tensor(shape: [1 << 40, 1 << 40], raw: [])),
      #"graph.initializer[0] "w": the size of float32[1099511627776, 1099511627776] "#
        + "does not fit in 64 bits; correct the shape"),
    RefusedModel(
      "a size that overflows",
      Wire.model(initializer: Wire.tensor(shape: [1 << 62], raw: [])),
      #"graph.initializer[0] "w": the size of float32[4611686018427387904] "#
        + "does not fit in 64 bits; correct the shape"),
    RefusedModel(
      "an unknown element type", Wire.model(initializer: Wire.tensor(type: 99)),
      #"graph.initializer[0] "w": 99 is no element type; "#
        + "the file is damaged, or of a newer version of ONNX"),
    RefusedModel(
      "no element type", Wire.model(initializer: Wire.tensor(type: 0)),
      #"graph.initializer[0] "w": the tensor has no element type; set data_type"#),
    RefusedModel(
      "strings in raw_data", Wire.model(initializer: Wire.tensor(type: 8, raw: [1])),
      #"graph.initializer[0] "w": strings do not lie in raw_data; store them in string_data"#),
    RefusedModel(
      "a segment", Wire.model(initializer: Wire.tensor(extra: Wire.bytes(3, Wire.number(1, 0)))),
      #"graph.initializer[0] "w": the tensor is one segment of a larger one; store it in one piece"#
    ),
    RefusedModel(
      "no name", Wire.model(initializer: Wire.tensor("", raw: [0, 0, 0, 0, 0, 0, 0, 0])),
      "graph.initializer[0]: the initializer has no name; give it one"),
    RefusedModel(
      "two of a name",
      graph: Wire.graph(
        initializers: [Wire.tensor(shape: [0], raw: []), Wire.tensor(shape: [0], raw: [])]),
      #"initializer[1] "w": "w" is defined already; "#
        + "names of initializers are unique; drop one of them"),
  ]

  @Test(arguments: refused)
  func refuses(_ model: RefusedModel) { #expect(model.actualComplaint == model.complaint) }

  /// Returns a model with a sparse initializer of two values in a tensor of shape [2, 3].
  private static func sparse(
    _ indices: [Int64], shape: [Int64], extents: [Int64] = [2, 3]
  ) -> [UInt8] {
    let values = Wire.tensor(shape: [2], raw: [UInt8](repeating: 1, count: 8))
    let raw = indices.flatMap { index in
      (0..<8).map { UInt8(truncatingIfNeeded: index >> ($0 * 8)) }
    }
    let places = Wire.tensor("", shape: shape, type: 7, raw: raw)
    let dimensions = extents.flatMap { Wire.number(3, UInt64(bitPattern: $0)) }
    let sparse = Wire.bytes(1, values) + Wire.bytes(2, places) + dimensions
    return Wire.model(graph: Wire.graph(extra: Wire.bytes(15, sparse)))
  }

  static let refusedIndices = [
    RefusedModel(
      "descending", sparse([3, 1], shape: [2]), "index 1 lies outside float32[2, 3] or"),
    RefusedModel("repeated", sparse([1, 1], shape: [2]), "index 1 lies outside float32[2, 3] or"),
    RefusedModel("too large", sparse([1, 6], shape: [2]), "index 1 lies outside float32[2, 3] or"),
    RefusedModel("negative", sparse([-1, 1], shape: [2]), "index 0 lies outside float32[2, 3] or"),
    RefusedModel(
      "descending rows", sparse([1, 0, 0, 1], shape: [2, 2]),
      "index 1 lies outside float32[2, 3] or"),
    RefusedModel(
      "a coordinate too large", sparse([0, 3, 1, 0], shape: [2, 2]),
      "index 0 lies outside float32[2, 3] or"),
    RefusedModel(
      "too many", sparse([0, 1, 2], shape: [3]),
      "the indices are int64[3]; they are int64[2] or int64[2, 2]"),
    RefusedModel(
      "a negative extent", sparse([0, 1], shape: [2], extents: [2, -3]),
      "dimension 1 of the tensor is -3"),
  ]

  @Test(arguments: refusedIndices)
  func refusesIndices(_ model: RefusedModel) {
    let complaint = model.actualComplaint ?? "nothing"
    #expect(complaint.hasPrefix(#"graph.sparse_initializer[0] "w""#), "\(complaint)")
    #expect(complaint.contains(": \(model.complaint)"), "\(complaint)")
  }
}
