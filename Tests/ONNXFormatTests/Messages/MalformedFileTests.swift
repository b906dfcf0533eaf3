import FormatSupport
import Foundation
import ONNXFormat
import Testing

/// The files of Fixtures/Malformed/onnx whose bytes are not protobuf, with what is wrong in each.
@Suite struct MalformedFileTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/Malformed/onnx")

  /// How code and description of the error begin, by file.
  static let expected = [
    "8000-empty-nodes.onnx":
      "limitExceeded graph.node[6151]: the decoded structures need more than 1048576 bytes",
    "end-of-no-group.onnx": "malformed graph.#3: a group ends that did not begin (at byte 32)",
    "field-number-0.onnx": "malformed graph.node[0]: a field number is 0 or longer than 29 bits",
    "group-without-end.onnx":
      "truncated #50: the field reaches past the end of its message (at byte 40)",
    "half-a-float.onnx":
      "malformed graph.initializer[0].float_data[0]: a run of numbers ends inside one of them",
    "length-past-2-gib.onnx":
      "truncated graph: the field reaches past the end of its message (at byte 37)",
    "nested-1000-graphs.onnx":
      "limitExceeded graph.node[0].attribute[0].g.node[0].attribute[0].g.node[0].attribute[0].g",
    "nested-5000-groups.onnx": "limitExceeded graph.#99: messages are nested more than 200 deep",
    "nul-in-node-name.onnx":
      "invalid graph.node[0].name: the string holds a NUL byte (at byte 23); rename",
    "number-of-11-bytes.onnx":
      "malformed graph.node[0].attribute[0].i: a number is longer than ten bytes (at byte 41)",
    "text.onnx": "truncated #15: the field reaches past the end of its message (at byte 2)",
    "truncated-in-value-info.onnx":
      "truncated graph: the field reaches past the end of its message (at byte 10)",
    "wire-type-7.onnx":
      "malformed graph.node[0].attribute[0]: the field has a wire type that protobuf does not",
  ]

  @Test(arguments: expected.keys.sorted())
  func saysWhatIsWrong(file name: String) throws {
    let file = try MappedFile(path: Self.folder.appendingPathComponent(name).path)
    let limits = ResourceLimits(memory: 1 << 20)
    let error = try #require(
      throws: FormatError.self, performing: { try ModelMessage.decode(file, limits: limits) })
    #expect("\(error.code) \(error)".hasPrefix(try #require(Self.expected[name])))
  }
}
