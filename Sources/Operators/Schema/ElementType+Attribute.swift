import Tensors

extension ElementType {
  /// Creates the type whose number an attribute holds.
  ///
  /// - Throws: `invalidAttribute` when no type has the number.
  init(number: Int, of attribute: String) throws(OperatorError) {
    guard let code = UInt8(exactly: number), let type = ElementType(rawValue: code) else {
      throw OperatorError(
        .invalidAttribute, "attribute \(attribute) names the element type \(number)",
        remedy: "types are numbered as in TensorProto.DataType")
    }
    self = type
  }
}
