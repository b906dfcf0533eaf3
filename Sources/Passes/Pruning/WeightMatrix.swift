import Tensors

/// The places of weights as a matrix: a row for each output channel, a column for each product
/// that its sum has.
///
/// Columns lie in lines along the input channels, one for each kernel position: patterns of
/// sparsity run along lines, as the kernels that know them do.
struct WeightMatrix {
  /// The place of row r and column c in the tensor is `rows[r] + columns[c]`.
  let rows: [Int]
  let columns: [Int]
  /// The number of input channels, of one group.
  let lineLength: Int
  /// The number of lines.
  var lineCount: Int { columns.count / max(1, lineLength) }

  /// The output channel of each row: rows differ in further axes, such as a direction, too.
  private let outputs: [Int]
  /// The number of channels of the data that the weights are for.
  let inputChannelCount: Int
  /// The number of channels of the result that the weights are for.
  let outputChannelCount: Int
  /// How many output channels share their input channels; 0 where all do.
  private let groupSize: Int

  init(_ use: WeightUse, shape: [Int]) {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * shape[axis + 1]
    }
    let inner = Array(use.kernelAxes) + [use.inputAxis]
    let outer = shape.indices.filter { !inner.contains($0) }
    rows = Self.offsets(of: outer, shape, strides)
    columns = Self.offsets(of: inner, shape, strides)
    lineLength = shape[use.inputAxis]
    let (axis, extent) = (use.outputAxis, shape[use.outputAxis])
    let stride = strides[axis]
    outputs = rows.map { $0 / stride % extent }
    // The weights of a ConvTranspose hold the input channels of all groups.
    let isGrouped = use.groups > 1 && axis < use.inputAxis
    groupSize = isGrouped ? max(1, extent / use.groups) : 0
    inputChannelCount = lineLength * (isGrouped ? use.groups : 1)
    outputChannelCount = extent
  }

  /// The channel of the data that a weight is multiplied with.
  func inputChannel(row: Int, column: Int) -> Int {
    let channel = column % max(1, lineLength)
    guard groupSize > 0 else { return channel }
    return outputs[row] / groupSize * lineLength + channel
  }

  /// The channel of the result that a row is for.
  func outputChannel(row: Int) -> Int { outputs[row] }

  /// The group of channels that a row is of.
  func group(ofRow row: Int) -> Int { groupSize > 0 ? outputs[row] / groupSize : 0 }

  /// Returns what some weights give each output channel on average.
  ///
  /// `means` has the mean of each channel of the data. Data that pads a convolution counts as any.
  func meanResults(
    of values: UnsafeBufferPointer<Float>, _ means: [Double],
    where isCounted: (_ row: Int, _ column: Int) -> Bool
  ) -> [Double] {
    var sums = [Double](repeating: 0, count: outputChannelCount)
    for (row, start) in rows.enumerated() {
      var sum = 0.0
      for (column, offset) in columns.enumerated() where isCounted(row, column) {
        sum += Double(values[start + offset]) * means[inputChannel(row: row, column: column)]
      }
      sums[outputs[row]] += sum
    }
    return sums
  }

  /// The offsets of all positions along some axes, the last one innermost.
  private static func offsets(of axes: [Int], _ shape: [Int], _ strides: [Int]) -> [Int] {
    axes.reduce([0]) { offsets, axis in
      offsets.flatMap { offset in (0..<shape[axis]).map { offset + $0 * strides[axis] } }
    }
  }
}
