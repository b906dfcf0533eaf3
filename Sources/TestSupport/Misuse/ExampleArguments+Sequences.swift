import IR
import Tensors

extension ExampleArguments {
  private static let ids = Input.numbers([1, 3], [0, 1, 2])

  /// Of operators on steps in time and on tokens.
  static let sequences: [String: [ExampleArguments]] = [
    "CausalConvWithState": [
      .init(.shape([1, 2, 4]), .shape([2, 1, 3]), .shape([2]), .shape([1, 2, 2]))
    ],
    "DynamicQuantizeLSTM": [
      .init(
        .shape([2, 1, 3]), .shape([1, 3, 16]), .shape([1, 4, 16]), .shape([1, 32]), .integers([1]),
        .shape([1, 1, 4]), .shape([1, 1, 4]), .shape([1, 12]), .integers([1]), .integers([0]),
        .integers([1]), .integers([0]), attributes: ["hidden_size": .int(4)])
    ],
    "EmbedLayerNormalization": [
      .init(
        ids, .numbers([1, 3], [0, 1, 0]), .shape([4, 4]), .shape([5, 4]), .shape([2, 4]),
        .shape([4]), .shape([4]), .numbers([1, 3], [1, 1, 0]), ids)
    ],
    "GRU": [
      .init(
        .shape([2, 1, 3]), .shape([1, 12, 3]), .shape([1, 12, 4]), .shape([1, 24]), .integers([2]),
        .shape([1, 1, 4]), attributes: ["hidden_size": .int(4)])
    ],
    "LSTM": [
      .init(
        .shape([2, 1, 3]), .shape([1, 16, 3]), .shape([1, 16, 4]), .shape([1, 32]), .integers([1]),
        .shape([1, 1, 4]), .shape([1, 1, 4]), .shape([1, 12]), attributes: ["hidden_size": .int(4)])
    ],
    "QEmbedLayerNormalization": [
      .init(
        ids, .numbers([1, 3], [0, 1, 0]), .shape([4, 4]), .shape([5, 4]), .shape([2, 4]),
        .shape([4]), .shape([4]), .numbers([1, 3], [1, 1, 0]), .scalar(1), .scalar(1), .scalar(2),
        .scalar(1), .scalar(1), .scalar(0), .scalar(3), .scalar(0), .scalar(0), .scalar(0))
    ],
    "RNN": [
      .init(
        .shape([2, 1, 3]), .shape([1, 4, 3]), .shape([1, 4, 4]), .shape([1, 8]), .integers([2]),
        .shape([1, 1, 4]), attributes: ["hidden_size": .int(4)])
    ],
    "TfIdfVectorizer": [
      .init(
        .integers([1, 2, 3, 1]),
        attributes: [
          "min_gram_length": .int(1), "max_gram_length": .int(2), "max_skip_count": .int(1),
          "mode": .string("TF"), "ngram_counts": .ints([0, 2]), "ngram_indexes": .ints([0, 1, 2]),
          "pool_int64s": .ints([1, 2, 2, 3]),
        ])
    ],
  ]
}
