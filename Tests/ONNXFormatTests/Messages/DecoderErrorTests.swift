import FormatSupport
import ONNXFormat
import Testing

/// Each way in which bytes can be wrong has its code, its byte and its path.
@Suite struct DecoderErrorTests {
  struct BadInput: CustomTestStringConvertible {
    let testDescription: String
    let bytes: [UInt8]
    let code: FormatError.Code
    let offset: Int
    let path: String

    init(
      _ name: String, _ bytes: [UInt8], _ code: FormatError.Code, at offset: Int,
      in path: String = ""
    ) {
      testDescription = name
      self.bytes = bytes
      self.code = code
      self.offset = offset
      self.path = path
    }
  }

  static let damaged = [
    BadInput("a tag is cut", [0x80], .truncated, at: 0),
    BadInput("a number is missing", [0x08], .truncated, at: 1, in: "ir_version"),
    BadInput("a text is cut", [0x08, 8, 0x12, 5, 0x61], .truncated, at: 3, in: "producer_name"),
    BadInput("unknown 32 bits are cut", [0x9d, 6, 1, 2], .truncated, at: 2, in: "#99"),
    BadInput("unknown 64 bits are cut", [0x99, 6, 1, 2], .truncated, at: 2, in: "#99"),
    BadInput(
      "a length is past any file", [0x3a] + Wire.varint(.max), .truncated, at: 1, in: "graph"),
    BadInput(
      "eleven bytes of number", [0x08] + [UInt8](repeating: 0xff, count: 10) + [1], .malformed,
      at: 1, in: "ir_version"),
    BadInput("field number 0", [0x08, 8, 0x00], .malformed, at: 2),
    BadInput("a field number of 30 bits", Wire.tag(1 << 29, 0), .malformed, at: 0),
    BadInput("wire type 6", [0x08, 8, 0x0e], .malformed, at: 2, in: "ir_version"),
    BadInput("wire type 7", [0x0f], .malformed, at: 0, in: "ir_version"),
    BadInput("an end of no group", [0x0c], .malformed, at: 0, in: "ir_version"),
    BadInput("a group without end", Wire.tag(99, 3) + [0x08, 1], .truncated, at: 4, in: "#99"),
    BadInput(
      "a group with another end", Wire.tag(99, 3) + [0x08, 1, 0x0c], .malformed, at: 4, in: "#99"),
  ]

  static let wrongFields = [
    BadInput(
      "half a float", Wire.bytes(7, Wire.bytes(5, Wire.bytes(4, [1, 2, 3, 4, 5, 6]))),
      .malformed, at: 6, in: "graph.initializer[0].float_data[0]"),
    BadInput(
      "a run that ends inside a number",
      Wire.bytes(7, Wire.bytes(5, Wire.bytes(7, [1]) + Wire.bytes(7, [1, 0x80]))),
      .malformed, at: 9, in: "graph.initializer[0].int64_data[1]"),
    BadInput(
      "eleven bytes of number in a run",
      Wire.bytes(7, Wire.bytes(5, Wire.bytes(7, [UInt8](repeating: 0x80, count: 11) + [0]))),
      .malformed, at: 6, in: "graph.initializer[0].int64_data[0]"),
    BadInput(
      "a NUL in a text", Wire.bytes(7, Wire.text(2, "a\0b")), .invalid, at: 5, in: "graph.name"),
    BadInput(
      "a cut tensor in the second node",
      Wire.bytes(7, Wire.bytes(1, []) + Wire.bytes(1, Wire.bytes(5, Wire.bytes(5, [0x4a, 9])))),
      .truncated, at: 11, in: "graph.node[1].attribute[0].t.raw_data"),
  ]

  @Test(arguments: damaged + wrongFields)
  func saysWhatIsWrongAndWhere(_ input: BadInput) {
    let error = #expect(throws: FormatError.self) { try ModelMessage.decode(input.bytes) }
    #expect(error?.code == input.code)
    #expect(error?.offset == input.offset)
    #expect(error?.path.joined(separator: ".") == input.path)
  }

  @Test(arguments: ["graphs", "types", "groups"])
  func refusesDeepNesting(of kind: String) {
    let bytes =
      switch kind {
      case "graphs": Wire.bytes(7, Wire.nested([1, 5, 6], depth: 20_000))
      case "types":
        Wire.bytes(7, Wire.bytes(11, Wire.bytes(2, Wire.nested([4, 1], depth: 20_000))))
      default: [UInt8](repeating: 0x0b, count: 100_000)
      }
    let error = #expect(throws: FormatError.self) { try ModelMessage.decode(bytes) }
    #expect(error?.code == .limitExceeded)
  }

  @Test func namesTheWholeWayToWhatIsTooDeep() {
    let graphs = Wire.nested([6, 1, 5], depth: 3000)
    let bytes = Wire.bytes(7, Wire.bytes(1, Wire.bytes(5, graphs)))
    let limits = ResourceLimits(depth: 8)
    let error = #expect(throws: FormatError.self) {
      try ModelMessage.decode(bytes, limits: limits)
    }
    #expect(error?.code == .limitExceeded)
    #expect(
      error?.path.joined(separator: ".")
        == "graph.node[0].attribute[0].g.node[0].attribute[0].g.node[0]")
    #expect(error?.message == "messages are nested more than 8 deep")
  }

  @Test func acceptsNestingUpToTheLimit() throws {
    let bytes = Wire.bytes(7, Wire.bytes(1, Wire.bytes(5, Wire.nested([6, 1, 5], depth: 196))))
    let model = try ModelMessage.decode(bytes)
    #expect(try model.encode() == bytes)
    #expect(throws: FormatError.self) {
      try ModelMessage.decode(bytes, limits: ResourceLimits(depth: 199))
    }
  }

  @Test func boundsTheMemoryOfManyEmptyMessages() {
    let nodes = Array(repeatElement([0x0a, 0] as [UInt8], count: 1 << 20).joined())
    let bytes = Wire.bytes(7, nodes)
    let error = #expect(throws: FormatError.self) { try ModelMessage.decode(bytes) }
    #expect(error?.code == .limitExceeded)
    #expect(error?.path.first == "graph")
    #expect(error?.remedy != nil)
  }

  @Test func boundsTheMemoryOfRepeatedMerging() {
    // Each occurrence makes the array of nodes one longer.
    let graph = Wire.bytes(7, [0x0a, 0])
    let bytes = Array(repeatElement(graph, count: 20_000).joined())
    let error = #expect(throws: FormatError.self) { try ModelMessage.decode(bytes) }
    #expect(error?.code == .limitExceeded)
  }
}
