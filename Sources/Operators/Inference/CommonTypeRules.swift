import Tensors

/// The output has the type and the shape of the first input.
let sameAsFirstInput: OperatorDefinition.TypeRule = { context throws(OperatorError) in
  [InferredValue(context.type(0))]
}

/// The output has the type of the first input and the shape that all inputs broadcast to.
let broadcastOfInputs: OperatorDefinition.TypeRule = { context throws(OperatorError) in
  let shapes = context.inputs.indices.map(context.shape)
  guard !shapes.contains(nil) else { return [.tensor(context.elementType(0))] }
  return [.tensor(context.elementType(0), try broadcastShape(of: shapes.compactMap { $0 }))]
}

/// The output holds booleans and has the shape that all inputs broadcast to.
let booleansOfBroadcastInputs: OperatorDefinition.TypeRule = { context throws(OperatorError) in
  [.tensor(.bool, try broadcastOfInputs(context)[0].type?.shape)]
}
