import FormatSupport
import Tensors

extension ElementType {
  /// Creates the type with a number of ONNX's `TensorProto.DataType`; nil for "undefined".
  ///
  /// - Throws: ``FormatError`` for numbers that ONNX does not define or Ferry does not have.
  static func imported(_ number: Int32) throws(FormatError) -> ElementType? {
    guard number != 0 else { return nil }
    if let raw = UInt8(exactly: number), let type = ElementType(rawValue: raw) { return type }
    if number == 27 || number == 28 {
      throw FormatError(.unsupported, "6-bit floats (element type \(number)) are not supported")
        .advising("export the model with another element type")
    }
    throw FormatError(.invalid, "\(number) is no element type")
      .advising("the file is damaged, or of a newer version of ONNX")
  }
}
