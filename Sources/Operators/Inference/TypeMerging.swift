import Tensors

/// Returns what a declaration and inference say together of a value.
///
/// Where both are precise, inference wins: it follows from what is executed.
func merged(declared: ValueType?, inferred: ValueType?) -> ValueType? {
  switch (declared, inferred) {
  case (nil, let type), (let type, nil): type
  case (.tensor(let element, let shape), .tensor(let inferredElement, let inferredShape)):
    .tensor(inferredElement ?? element, merged(declared: shape, inferred: inferredShape))
  case (.sequence(let element), .sequence(let inferredElement)):
    merged(declared: element, inferred: inferredElement).map { .sequence($0) }
  case (.optional(let content), .optional(let inferredContent)):
    merged(declared: content, inferred: inferredContent).map { .optional($0) }
  default: inferred
  }
}

private func merged(declared: Shape?, inferred: Shape?) -> Shape? {
  guard let declared, let inferred else { return inferred ?? declared }
  guard declared.rank == inferred.rank else { return inferred }
  return Shape(
    zip(declared.dimensions, inferred.dimensions).map { old, new in
      switch (old, new) {
      case (_, .fixed): new
      // Exporters declare the sizes of the sample that they traced. What follows from the inputs
      // holds for every one, and where nothing follows the size may be another one.
      case (.fixed, _): new
      // A name that the model declares is better than one that inference made up.
      case (.symbolic, _): old
      case (.unknown, _): new
      }
    })
}
