import CProtobufWire
import FormatSupport

extension FormatError {
  /// Says in words what the decoder found.
  init(_ error: pbwire_error, depth: Int, memory: Int) {
    let (code, message, remedy) = FormatError.words(for: error.code, depth: depth, memory: memory)
    let steps = UnsafeBufferPointer(start: error.steps, count: error.step_count)
    self.init(code, message, at: error.offset, path: steps.map(\.text), remedy: remedy)
  }

  private static func words(
    for code: pbwire_code, depth: Int, memory: Int
  ) -> (Code, String, String?) {
    let damaged = "the file is damaged or is no ONNX file; get it again from its source"
    switch code {
    case PBWIRE_TRUNCATED:
      return (.truncated, "the field reaches past the end of its message", damaged)
    case PBWIRE_BAD_VARINT:
      return (.malformed, "a number is longer than ten bytes", damaged)
    case PBWIRE_BAD_TAG:
      return (.malformed, "a field number is 0 or longer than 29 bits", damaged)
    case PBWIRE_BAD_WIRE_TYPE:
      return (.malformed, "the field has a wire type that protobuf does not define", damaged)
    case PBWIRE_BAD_GROUP:
      return (.malformed, "a group ends that did not begin", damaged)
    case PBWIRE_BAD_PACKED:
      return (.malformed, "a run of numbers ends inside one of them", damaged)
    case PBWIRE_NUL_IN_STRING:
      return (.invalid, "the string holds a NUL byte", "rename what it names and export it again")
    case PBWIRE_TOO_DEEP:
      return (
        .limitExceeded, "messages are nested more than \(depth) deep",
        "export the model with fewer nested subgraphs"
      )
    case PBWIRE_OUT_OF_MEMORY:
      return (
        .limitExceeded, "the decoded structures need more than \(memory) bytes of memory",
        "the file is far from any real model; if it is trusted, raise the limit"
      )
    default:
      return (.unsupported, "the message has more fields than the decoder has room for", nil)
    }
  }
}

extension pbwire_step {
  /// The step as a path shows it: `node[3]`, or `#99` for a field that the schema does not know.
  fileprivate var text: String {
    let field = name.map { String(cString: $0) } ?? "#\(number)"
    return index < 0 ? field : "\(field)[\(index)]"
  }
}
