/// Chooses the channels that go, in bundles that leave each layer a multiple of some number.
struct ChannelSelection {
  /// Whether a class goes.
  private(set) var isRemoved: [Bool]

  private var bundles: [Bundle] = []
  private var resources: ResourceCount

  private struct Bundle {
    let layer: Int
    let classes: [Int]
    let score: Double
  }

  /// Forms bundles of the classes of each layer, the least important ones first.
  ///
  /// With `perResource` what is lost is taken in proportion to the resources that are saved.
  init(
    _ layers: [[Int]], _ importance: [Double], _ resources: ResourceCount, multiple: Int,
    perResource: Bool
  ) {
    self.resources = resources
    isRemoved = [Bool](repeating: false, count: importance.count)
    for (layer, classes) in layers.enumerated() {
      let sorted = classes.sorted { (importance[$0], $0) < (importance[$1], $1) }
      var start = 0
      var score = 0.0
      // What is left at the end stays: a layer without channels is none.
      while sorted.count - start > multiple {
        let excess = (sorted.count - start) % multiple
        let bundle = Array(sorted[start..<(start + (excess == 0 ? multiple : excess))])
        let lost = bundle.reduce(0) { $0 + importance[$1] }
        let saved =
          perResource
          ? bundle.reduce(0) { $0 + resources.cost(of: $1) } : Double(bundle.count)
        // A layer loses its bundles in their order.
        score = max(score, lost / max(1, saved))
        bundles.append(Bundle(layer: layer, classes: bundle, score: score))
        start += bundle.count
      }
    }
    bundles = bundles.enumerated().sorted {
      ($0.element.score, $0.offset) < ($1.element.score, $1.offset)
    }.map(\.element)
  }

  /// Removes bundles of some layers as long as no more than `count` channels go.
  mutating func remove(upTo count: Int, of layers: Set<Int>) {
    var left = count
    for bundle in bundles where layers.contains(bundle.layer) {
      // A smaller one of another layer may still do; of the same layer none is left out.
      guard bundle.classes.count <= left else { continue }
      left -= bundle.classes.count
      remove(bundle)
    }
  }

  /// Removes bundles until the model needs no more than `limit`; false when it still does at the end.
  mutating func remove(untilNeedIs limit: Double) -> Bool {
    for bundle in bundles {
      guard resources.total > limit else { return true }
      remove(bundle)
    }
    return resources.total <= limit
  }

  /// What the model needs with the channels that are left.
  var need: Double { resources.total }

  private mutating func remove(_ bundle: Bundle) {
    for element in bundle.classes {
      isRemoved[element] = true
      resources.remove(element)
    }
  }
}
