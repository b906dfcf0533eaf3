import FormatSupport
import Foundation
import ONNXFormat
import Tensors
import Testing

@Suite struct ValueFileTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private static let tensor = RuntimeValue.tensor(Tensor(shape: [2], scalars: [1, 2] as [Float]))

  private static func sparse() throws -> RuntimeValue {
    let values = Tensor(shape: [1], scalars: [5] as [Float])
    let indices = Tensor(shape: [1], scalars: [2] as [Int64])
    return .tensor(
      try #require(
        Tensor(
          .float32, shape: [3], encoding: .coordinates(indices: indices), storage: values.storage)))
  }

  static let values: [(RuntimeValue, ValueFileKind)] = [
    (tensor, .tensor),
    (.tensor(Tensor(shape: [2], strings: ["a", ""])), .tensor),
    (.sequence([]), .sequence),
    (.sequence([tensor, tensor]), .sequence),
    (.sequence([.sequence([tensor]), .sequence([])]), .sequence),
    (.sequence([.optional(nil), .optional(tensor)]), .sequence),
    (.optional(nil), .optional),
    (.optional(tensor), .optional),
    (.optional(.sequence([tensor])), .optional),
    (.optional(.optional(nil)), .optional),
    (
      .map(
        keys: Tensor(shape: [2], scalars: [7, -1] as [Int64]), values: [tensor, tensor]), .map
    ),
    (.map(keys: Tensor(shape: [1], strings: ["k"]), values: [.sequence([])]), .map),
    (
      .sequence([.map(keys: Tensor(shape: [0], scalars: [] as [Int64]), values: [])]), .sequence
    ),
  ]

  @Test(arguments: values)
  func keepsValues(value: RuntimeValue, kind: ValueFileKind) throws {
    let named = NamedValue(name: "x", value: value)
    let path = "\(folder.path)/value.pb"
    try ONNXExporter.export(named, to: path)
    #expect(try ONNXImporter.importValue(path: path, kind: kind) == named)
  }

  @Test func keepsSparseTensors() throws {
    let value = try Self.sparse()
    let path = "\(folder.path)/value.pb"
    for (value, kind) in [
      (value, .sparseTensor), (.sequence([value]), .sequence), (.optional(value), .optional),
    ] as [(RuntimeValue, ValueFileKind)] {
      let named = NamedValue(name: "s", value: value)
      try ONNXExporter.export(named, to: path)
      #expect(try ONNXImporter.importValue(path: path, kind: kind).value == value)
    }
  }

  static let refused: [([UInt8], ValueFileKind, String)] = [
    (
      Wire.tensor(raw: [1]), .tensor,
      "float32[2] takes 8 bytes, but raw_data has 1; "
        + "correct the shape, the element type or the data"
    ),
    (
      Wire.number(2, 9), .sequence,
      "elem_type: 9 is no kind of element of a sequence; "
        + "the file is damaged, or holds another kind of value"
    ),
    (
      Wire.number(2, 9), .optional,
      "elem_type: 9 is no kind of element of a optional; "
        + "the file is damaged, or holds another kind of value"
    ),
    (
      Wire.number(2, 7) + Wire.bytes(3, [1]), .map,
      "the map has 1 keys and 0 values; give each key one value"
    ),
  ]

  @Test(arguments: refused)
  func refuses(bytes: [UInt8], kind: ValueFileKind, complaint: String) throws {
    let path = try folder.write("value.pb", bytes)
    let error = #expect(throws: FormatError.self) {
      try ONNXImporter.importValue(path: path, kind: kind)
    }
    #expect(error?.description == complaint)
  }

  @Test(arguments: [
    (ValueType.tensor(.float32, nil), ValueFileKind.tensor),
    (.sparseTensor(.float32, nil), .sparseTensor), (.sequence(.tensor(nil, nil)), .sequence),
    (.optional(.tensor(nil, nil)), .optional),
    (.map(key: .int64, value: .tensor(nil, nil)), .map),
  ])
  func knowsTheKindOfFileOfAType(type: ValueType, kind: ValueFileKind) {
    #expect(ValueFileKind(type) == kind)
  }
}
