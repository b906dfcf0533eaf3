import IR
import Tensors

extension ExampleArguments {
  private static let ids = Input.numbers([1, 3], [0, 1, 2])

  /// Of attention and what belongs to it.
  static let attention: [String: [ExampleArguments]] = [
    "Attention": [
      .init(
        .shape([1, 2, 3, 4]), .shape([1, 2, 3, 4]), .shape([1, 2, 3, 4]), .shape([3, 5]),
        .shape([1, 2, 2, 4]), .shape([1, 2, 2, 4])),
      .init(
        .shape([1, 3, 8]), .shape([1, 4, 4]), .shape([1, 4, 4]), .shape([3, 4]), .omitted, .omitted,
        .integers([3]), attributes: ["q_num_heads": .int(2), "kv_num_heads": .int(1)]),
    ],
    "GroupQueryAttention": [
      .init(
        .shape([1, 3, 8]), .shape([1, 3, 4]), .shape([1, 3, 4]), .omitted, .omitted, .integers([2]),
        .scalar(3), attributes: ["num_heads": .int(2), "kv_num_heads": .int(1)]),
      .init(
        .shape([1, 1, 8]), .shape([1, 1, 4]), .shape([1, 1, 4]),
        .typed(.float32, .shape([1, 1, 4, 4])), .typed(.float32, .shape([1, 1, 4, 4])),
        .integers([2]), .scalar(3), .shape([6, 2]), .shape([6, 2]),
        attributes: ["num_heads": .int(2), "kv_num_heads": .int(1), "do_rotary": .int(1)]),
    ],
    "LinearAttention": [
      .init(
        .shape([1, 3, 4]), .shape([1, 3, 4]), .shape([1, 3, 4]), .shape([1, 2, 2, 2]),
        .shape([1, 3, 2]), .shape([1, 3, 2]),
        attributes: ["q_num_heads": .int(2), "kv_num_heads": .int(2)])
    ],
    "MultiHeadAttention": [
      .init(
        .shape([1, 3, 4]), .shape([1, 3, 4]), .shape([1, 3, 4]), .shape([12]),
        .numbers([1, 5], [1, 1, 1, 0, 1]), .shape([1, 2, 3, 5]), .shape([1, 2, 2, 2]),
        .shape([1, 2, 2, 2]), attributes: ["num_heads": .int(2)]),
      .init(.shape([1, 3, 2, 3, 2]), attributes: ["num_heads": .int(2)]),
    ],
    "QAttention": [
      .init(
        .shape([1, 3, 4]), .shape([4, 12]), .shape([12]), .scalar(1), .scalar(1), .integers([2]),
        .scalar(1), .scalar(1), .shape([2, 1, 2, 2, 2]), attributes: ["num_heads": .int(2)])
    ],
    "RotaryEmbedding": [
      .init(.shape([1, 2, 3, 4]), .shape([5, 2]), .shape([5, 2]), ids),
      .init(
        .shape([1, 3, 8]), .shape([1, 3, 2]), .shape([1, 3, 2]), attributes: ["num_heads": .int(2)]),
    ],
    "com.microsoft::Attention": [
      .init(
        .shape([1, 3, 4]), .shape([4, 12]), .shape([12]), .integers([2]), .shape([2, 1, 2, 2, 2]),
        .shape([1, 2, 3, 5]), attributes: ["num_heads": .int(2)]),
      .init(.shape([1, 3, 4]), .shape([4, 12]), .shape([12]), attributes: ["num_heads": .int(2)]),
    ],
    "com.microsoft::RotaryEmbedding": [
      .init(.shape([1, 2, 3, 4]), ids, .shape([5, 2]), .shape([5, 2]))
    ],
  ]
}
