import FormatSupport
import Tensors

extension ElementType {
  /// Creates the type with a number of ONNX's `TensorProto.DataType`; nil for "undefined".
  ///
  /// - Throws: ``FormatError`` for numbers that ONNX does not define.
  static func imported(_ number: Int32) throws(FormatError) -> ElementType? {
    guard number != 0 else { return nil }
    if let raw = UInt8(exactly: number), let type = ElementType(rawValue: raw) { return type }
    throw FormatError(.invalid, "\(number) is no element type")
      .advising("the file is damaged, or of a newer version of ONNX")
  }
}
