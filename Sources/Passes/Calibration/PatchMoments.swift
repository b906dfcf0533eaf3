import IR
import Operators
import Tensors

/// The first and second moments of what a node multiplies the weights of an output channel with.
///
/// The numbers are in the order of the columns of ``WeightMatrix``, those that pad a convolution
/// included. Of each tensor a bounded number of positions is looked at.
struct PatchMoments {
  /// The bytes that the moments take.
  var byteCount: Int { window.groups * columnCount * columnCount * 8 }

  private let window: PatchWindow
  private let columnCount: Int
  private var count = 0.0
  /// By group: the sum of each column, and of each product of two columns.
  private var sums: [[Double]]
  private var products: [[Double]]

  /// The most columns whose products are formed.
  static let columnLimit = 4096

  /// The most products of columns, of all groups together.
  private static let productLimit = 1 << 26

  /// Prepares the moments of the data of a Conv, Gemm or MatMul; nil where it is not simple enough.
  init?(of use: WeightUse, in graph: Graph) {
    guard let window = PatchWindow(of: use, in: graph), window.columnCount <= Self.columnLimit,
      window.groups <= Self.productLimit / max(1, window.columnCount * window.columnCount)
    else { return nil }
    self.window = window
    columnCount = window.columnCount
    sums = []
    products = []
  }

  /// The mean of each column; empty when nothing was seen.
  func means(ofGroup group: Int) -> [Double] {
    sums.isEmpty ? [] : sums[group].map { $0 / count }
  }

  /// The mean products of columns, less those of their means when `isCentered`; row by row.
  func products(ofGroup group: Int, isCentered: Bool) -> [Double] {
    let means = means(ofGroup: group)
    var result = products[group]
    for row in 0..<columnCount {
      for column in 0..<columnCount {
        let place = row * columnCount + column
        result[place] = result[place] / count - (isCentered ? means[row] * means[column] : 0)
      }
    }
    return result
  }

  /// Adds the patches of a tensor; others than the model declares are passed over.
  mutating func add(_ tensor: Tensor) {
    guard tensor.elementType.isFloatingPoint, tensor.encoding == .dense,
      let positions = window.positions(in: tensor.shape), !positions.isEmpty
    else { return }
    if sums.isEmpty {
      sums = Array(repeating: [Double](repeating: 0, count: columnCount), count: window.groups)
      let zeros = [Double](repeating: 0, count: columnCount * columnCount)
      products = Array(repeating: zeros, count: window.groups)
    }
    let data = tensor.converted(to: .float32)
    for group in 0..<window.groups {
      let patches = window.patches(of: data, at: positions, group: group)
      guard let squares = patches.transposedProduct else { return }
      squares.withScalars(of: Float.self) { squares in
        for index in squares.indices { products[group][index] += Double(squares[index]) }
      }
      patches.withScalars(of: Float.self) { elements in
        for index in elements.indices {
          sums[group][index % columnCount] += Double(elements[index])
        }
      }
    }
    count += Double(positions.count)
  }
}

extension Tensor {
  /// The product of the transposed matrix with itself.
  fileprivate var transposedProduct: Tensor? {
    let id = OperatorID.newest("Gemm")
    let context = KernelContext(
      node: Node(id, attributes: ["transA": .int(1)]), inputs: [.tensor(self), .tensor(self)],
      outputs: [true], memoryLimit: 1 << 30)
    return try? OperatorRegistry.standard[id]?.evaluate(context).first?.tensor
  }
}

extension ActivationSource {
  /// Calls `body` with the moments of the data of each node that is simple enough.
  ///
  /// So that memory is bounded the model is executed for some nodes at a time.
  ///
  /// - Throws: `calibrationFailed` when the model cannot be executed.
  func forEachMoments(
    of uses: [WeightUse], in model: Model, for pass: String,
    _ body: (WeightUse, PatchMoments) -> Void
  ) throws(PassError) {
    var batch: [(use: WeightUse, moments: PatchMoments)] = []
    for (index, use) in uses.enumerated() {
      if let moments = PatchMoments(of: use, in: model.graph) { batch.append((use, moments)) }
      let size = batch.reduce(0) { $0 + $1.moments.byteCount }
      guard size > Self.momentLimit || index == uses.count - 1, !batch.isEmpty else { continue }
      let places = Dictionary(grouping: batch.indices) { batch[$0].use.data?.value }
      try run(model, for: pass) { value, tensor in
        for place in places[value] ?? [] { batch[place].moments.add(tensor) }
      }
      for (use, moments) in batch where !moments.means(ofGroup: 0).isEmpty { body(use, moments) }
      batch = []
    }
  }

  /// The bytes of moments at which the model is executed.
  private static var momentLimit: Int { 256 << 20 }
}
