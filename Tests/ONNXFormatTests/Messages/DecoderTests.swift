import CONNX
import FormatSupport
import ONNXFormat
import Testing

/// Odd but valid input means what protobuf says that it means, and keeps its bytes.
@Suite struct DecoderTests {
  struct OddInput: CustomTestStringConvertible {
    let testDescription: String
    /// A model as it was read.
    let bytes: [UInt8]
    /// The same model in the usual form.
    let canonical: [UInt8]

    init(_ name: String, _ bytes: [UInt8], canonical: [UInt8]? = nil) {
      testDescription = name
      self.bytes = bytes
      self.canonical = canonical ?? bytes
    }

    static func inAttribute(_ name: String, _ bytes: [UInt8], canonical: [UInt8]) -> OddInput {
      func model(_ attribute: [UInt8]) -> [UInt8] {
        Wire.bytes(7, Wire.bytes(1, Wire.bytes(5, attribute)))
      }
      return OddInput(name, model(bytes), canonical: model(canonical))
    }

    static func inTensor(_ name: String, _ bytes: [UInt8], canonical: [UInt8]) -> OddInput {
      func model(_ tensor: [UInt8]) -> [UInt8] { Wire.bytes(7, Wire.bytes(5, tensor)) }
      return OddInput(name, model(bytes), canonical: model(canonical))
    }

    static func inType(_ name: String, _ bytes: [UInt8], canonical: [UInt8]) -> OddInput {
      func model(_ type: [UInt8]) -> [UInt8] {
        Wire.bytes(7, Wire.bytes(11, Wire.bytes(2, type)))
      }
      return OddInput(name, model(bytes), canonical: model(canonical))
    }
  }

  static let unknownFields = [
    OddInput("no field at all", []),
    OddInput("an unknown number", Wire.number(1, 8) + Wire.number(99, 300)),
    OddInput("a long unknown number", Wire.tag(99, 0) + Wire.varint(1, length: 3)),
    OddInput("unknown 32 bits", Wire.fixed32(98, 7)),
    OddInput("unknown 64 bits", Wire.fixed64(98, 7)),
    OddInput("unknown bytes", Wire.bytes(98, [1, 0, 2])),
    OddInput("an unknown group", Wire.group(98, Wire.number(1, 2) + Wire.group(3, []))),
    OddInput("a known field as 32 bits", Wire.fixed32(1, 7)),
    OddInput(
      "an unknown field between known ones",
      Wire.number(1, 8) + Wire.number(99, 1) + Wire.text(2, "p"),
      canonical: Wire.number(1, 8) + Wire.text(2, "p") + Wire.number(99, 1)),
  ]

  static let forms = [
    OddInput(
      "fields out of order", Wire.text(2, "p") + Wire.number(1, 8),
      canonical: Wire.number(1, 8) + Wire.text(2, "p")),
    OddInput(
      "a number twice", Wire.number(1, 8) + Wire.number(1, 9), canonical: Wire.number(1, 9)),
    OddInput("a long tag", Wire.varint(8, length: 3) + [8], canonical: Wire.number(1, 8)),
    OddInput("a long number", [8] + Wire.varint(8, length: 10), canonical: Wire.number(1, 8)),
    OddInput(
      "bits behind the 64th", [8] + [UInt8](repeating: 0xff, count: 9) + [0x7f],
      canonical: Wire.number(1, .max)),
    OddInput(
      "a long length", [0x12] + Wire.varint(1, length: 2) + [0x70], canonical: Wire.text(2, "p")),
    .inTensor(
      "a 32-bit number with high bits", Wire.number(2, 1 << 40 | 7), canonical: Wire.number(2, 7)),
    OddInput("text that is not UTF-8", Wire.bytes(2, [0xff, 0xc0])),
    OddInput("an empty text", Wire.text(2, "")),
  ]

  static let repeated = [
    OddInput.inAttribute(
      "a run where single numbers are usual", Wire.bytes(8, [1, 2]),
      canonical: Wire.number(8, 1) + Wire.number(8, 2)),
    .inAttribute("an empty run", Wire.bytes(8, []), canonical: []),
    .inTensor(
      "single numbers where a run is usual", Wire.number(7, 1) + Wire.number(7, 2),
      canonical: Wire.bytes(7, [1, 2])),
    .inTensor(
      "numbers and runs mixed", Wire.bytes(7, [1, 2]) + Wire.number(7, 3) + Wire.bytes(7, [4]),
      canonical: Wire.bytes(7, [1, 2, 3, 4])),
    .inTensor(
      "two runs of floats", Wire.bytes(4, [1, 2, 3, 4]) + Wire.bytes(4, [5, 6, 7, 8]),
      canonical: Wire.bytes(4, [1, 2, 3, 4, 5, 6, 7, 8])),
  ]

  static let merged = [
    OddInput(
      "the graph twice",
      Wire.bytes(7, Wire.bytes(1, Wire.text(3, "a")) + Wire.text(2, "g"))
        + Wire.bytes(7, Wire.bytes(1, Wire.text(3, "b")) + Wire.text(2, "h") + Wire.number(99, 1)),
      canonical: Wire.bytes(
        7,
        Wire.bytes(1, Wire.text(3, "a")) + Wire.bytes(1, Wire.text(3, "b")) + Wire.text(2, "h")
          + Wire.number(99, 1))),
    .inType(
      "a member of a oneof twice",
      Wire.bytes(1, Wire.number(1, 1)) + Wire.bytes(1, Wire.bytes(2, [])),
      canonical: Wire.bytes(1, Wire.number(1, 1) + Wire.bytes(2, []))),
    .inType(
      "two members of a oneof",
      Wire.bytes(1, Wire.number(1, 1)) + Wire.bytes(4, []), canonical: Wire.bytes(4, [])),
    .inType(
      "a oneof that comes back",
      Wire.bytes(4, []) + Wire.bytes(1, Wire.number(1, 1)) + Wire.bytes(4, [])
        + Wire.bytes(1, Wire.bytes(2, [])), canonical: Wire.bytes(1, Wire.bytes(2, []))),
  ]

  @Test(arguments: [unknownFields, forms, repeated, merged].joined())
  func keepsItsBytesAndItsMeaning(_ input: OddInput) throws {
    let model = try ModelMessage.decode(input.bytes)
    defer { withExtendedLifetime(model) {} }
    #expect(try model.encode() == input.bytes)
    #expect(try MessageEncoder(isCanonical: true).encode(model.root) == input.canonical)
    #expect(try MessageEncoder().size(of: model.root) == input.bytes.count)
  }

  @Test func readsFieldsOfEachKind() throws {
    let model = try ModelMessage.decode(Wire.smallModel)
    defer { withExtendedLifetime(model) {} }
    let root = model.root.pointee
    #expect(root.ir_version == 10)
    #expect(root.base.n_unknown_fields == 1)
    let graph = try #require(root.graph).pointee
    let nodes = UnsafeBufferPointer(messages: graph.node, count: graph.n_node)
    let node = try #require(nodes.first).pointee
    let inputs = UnsafeBufferPointer(strings: node.input, count: node.n_input)
    #expect(inputs.map { String(field: $0) } == ["x", "w"])
    let tensor = try #require(graph.initializer[0]).pointee
    let floats = UnsafeBufferPointer(values: tensor.float_data, count: tensor.n_float_data)
    #expect(Array(floats) == [1, 2])
    let integers = UnsafeBufferPointer(values: tensor.int64_data, count: tensor.n_int64_data)
    #expect(Array(integers) == [1, 255])
    #expect(Array(UnsafeRawBufferPointer(field: tensor.raw_data)) == [1, 2, 3])
  }

  @Test func knowsWhereMessagesAndBytesLie() throws {
    let model = try ModelMessage.decode(Wire.smallModel)
    defer { withExtendedLifetime(model) {} }
    let graph = try #require(model.root.pointee.graph)
    let content = try #require(model.offset(of: UnsafePointer(graph)))
    #expect(Array(Wire.smallModel[(content - 2)..<(content - 1)]) == Wire.tag(7, 2))
    let tensor = try #require(graph.pointee.initializer[0]).pointee
    let raw = try #require(model.offset(of: UnsafeRawBufferPointer(field: tensor.raw_data)))
    #expect(Array(Wire.smallModel[raw..<(raw + 3)]) == [1, 2, 3])
  }

  @Test func pointsIntoTheBytesInsteadOfCopyingThem() throws {
    let weights = [UInt8](repeating: 7, count: 1 << 20)
    let bytes = Wire.bytes(7, Wire.bytes(5, Wire.bytes(9, weights)))
    let model = try ModelMessage.decode(bytes)
    #expect(model.arena.used < 1000)
    #expect(try model.encode() == bytes)
  }
}
