import IR
import Operators

extension OperatorID {
  /// The newest form of an operator of the default operator set: the one that passes write.
  static func newest(_ name: String) -> OperatorID {
    OperatorRegistry.standard[OperatorID(name)]?.schema.id ?? OperatorID(name)
  }
}
