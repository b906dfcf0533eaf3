extension [OperatorUpgrade] {
  /// Before version 6 an attribute told an executor which buffers to reuse.
  static let consumedInputs: [OperatorUpgrade] = [.dropping(["consumed_inputs"], at: 6)]
}
