import IR
import Tensors

/// What a classifier calls its classes: integers or strings.
enum ClassLabels {
  case integers([Int])
  case strings([ByteString])

  /// Reads the labels from two attributes, exactly one of which has any.
  init(
    _ attributes: Attributes, integers: OptionalAttributeKey<[Int]>,
    strings: OptionalAttributeKey<[ByteString]>
  ) throws(OperatorError) {
    let numbers = try attributes.value(of: integers) ?? []
    let texts = try attributes.value(of: strings) ?? []
    guard numbers.isEmpty != texts.isEmpty else {
      throw OperatorError(
        .invalidAttribute,
        "\(integers.name) has \(numbers.count) labels and \(strings.name) \(texts.count)",
        remedy: "give the labels in one of both")
    }
    self = texts.isEmpty ? .integers(numbers) : .strings(texts)
  }

  /// The number of classes.
  var count: Int {
    switch self {
    case .integers(let labels): labels.count
    case .strings(let labels): labels.count
    }
  }

  /// The element type of a tensor of labels.
  var elementType: ElementType {
    switch self {
    case .integers: .int64
    case .strings: .string
    }
  }

  /// Returns the labels of classes that are given by their places.
  ///
  /// Nil stands for the class that a model with a single label does not name: 0, or no text.
  func tensor(ofClasses places: [Int?]) -> Tensor {
    switch self {
    case .integers(let labels):
      let chosen = places.map { place in Int64(place.map { labels[$0] } ?? 0) }
      return Tensor(shape: [places.count], scalars: chosen)
    case .strings(let labels):
      let chosen = places.map { place in place.map { labels[$0] } ?? "" }
      return Tensor(shape: [places.count], strings: chosen)
    }
  }
}
