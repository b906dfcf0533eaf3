import CONNX
import FormatSupport
import Foundation
import ONNXFormat
import Testing

@Suite struct MessageEncoderTests {
  let arena: MessageArena

  init() throws { arena = try MessageArena() }

  @Test func writesWhatWasBuilt() throws {
    let node = try arena.make(Onnx__NodeProto.self)
    node.pointee.input = try arena.copy(["x", ""])
    node.pointee.n_input = 2
    node.pointee.op_type = try arena.copy("Clip")
    let model = try arena.make(Onnx__ModelProto.self)
    model.pointee.has_ir_version = 1
    model.pointee.ir_version = 10
    let graph = try arena.make(Onnx__GraphProto.self)
    graph.pointee.node = try arena.copy([node])
    graph.pointee.n_node = 1
    model.pointee.graph = graph
    let expected =
      Wire.number(1, 10)
      + Wire.bytes(7, Wire.bytes(1, Wire.text(1, "x") + Wire.text(1, "") + Wire.text(4, "Clip")))
    #expect(try MessageEncoder().encode(UnsafePointer(model)) == expected)
  }

  @Test func writesNumbersOfEachSign() throws {
    let tensor = try arena.make(Onnx__TensorProto.self)
    tensor.pointee.int32_data = try arena.copy([-1, 300] as [Int32])
    tensor.pointee.n_int32_data = 2
    tensor.pointee.double_data = try arena.copy([1.5])
    tensor.pointee.n_double_data = 1
    let expected =
      Wire.bytes(5, Wire.varint(.max) + Wire.varint(300))
      + Wire.bytes(10, [0, 0, 0, 0, 0, 0, 0xf8, 0x3f])
    #expect(try MessageEncoder().encode(UnsafePointer(tensor)) == expected)
  }

  @Test func writesOnlyTheNamedMemberOfAOneof() throws {
    let dimension = try arena.make(Onnx__TensorShapeProto__Dimension.self)
    dimension.pointee.dim_value = 7
    dimension.pointee.value_case = ONNX__TENSOR_SHAPE_PROTO__DIMENSION__VALUE_DIM_VALUE
    #expect(try MessageEncoder().encode(UnsafePointer(dimension)) == Wire.number(1, 7))
  }

  @Test func takesDecodedMessagesIntoNewOnes() throws {
    let unusual = Wire.text(2, "g") + Wire.bytes(1, [])
    let source = try DecodedMessage<Onnx__GraphProto>.decode(unusual)
    defer { withExtendedLifetime(source) {} }
    let model = try arena.make(Onnx__ModelProto.self)
    model.pointee.graph = UnsafeMutablePointer(mutating: source.root)
    #expect(try MessageEncoder().encode(UnsafePointer(model)) == Wire.bytes(7, unusual))
  }

  @Test func refusesWhatIsTooDeepToBeRead() throws {
    let graph = try arena.make(Onnx__TypeProto.self)
    var outer = graph
    for _ in 0..<200 {
      let sequence = try arena.make(Onnx__TypeProto__Sequence.self)
      outer.pointee.sequence_type = sequence
      outer.pointee.value_case = ONNX__TYPE_PROTO__VALUE_SEQUENCE_TYPE
      outer = try arena.make()
      sequence.pointee.elem_type = outer
    }
    let error = #expect(throws: FormatError.self) {
      try MessageEncoder().encode(UnsafePointer(graph))
    }
    #expect(error?.code == .limitExceeded)
  }

  @Test func copiesRangesOfMappedFiles() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("ferry-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let weights = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let bytes = Wire.number(1, 10) + Wire.bytes(7, Wire.bytes(5, Wire.bytes(9, weights)))
    let path = folder.appendingPathComponent("model.onnx").path
    try Data(bytes).write(to: URL(fileURLWithPath: path))

    let model = try ModelMessage.decode(MappedFile(path: path))
    let output = try OutputFile(path: "\(path).copy")
    try model.encode(to: output)
    #expect(output.count == bytes.count)
    try output.commit()
    #expect(try Data(contentsOf: URL(fileURLWithPath: "\(path).copy")) == Data(bytes))
  }

  @Test func refusesTextThatNoMessageCanHold() {
    let error = #expect(throws: FormatError.self) { try arena.copy("a\0") }
    #expect(error?.code == .invalid)
  }

  @Test func staysBelowTheLimitOfTheArena() throws {
    let small = try MessageArena(limit: 1000)
    _ = try small.makeArray(of: Int64.self, count: 100)
    let error = #expect(throws: FormatError.self) {
      try small.makeArray(of: Int64.self, count: 100)
    }
    #expect(error?.code == .limitExceeded)
    #expect(throws: FormatError.self) { try small.makeArray(of: Int64.self, count: .max) }
    #expect(small.used == 800)
  }
}
