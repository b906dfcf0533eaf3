import IR
import Tensors

extension DowngradeRules {
  /// Attributes, and values of them, that older forms did not have.
  static let attributes = DowngradeRules([
    "AveragePool": [.windowsOnPadding, .droppingOnes("dilations", from: 19)],
    "BatchNormalization": [
      OperatorDowngrade(from: 14) { node throws(OperatorError) in
        let isTraining = AttributeKey<Bool>("training_mode", default: false)
        guard try !node.value(of: isTraining), !(1...2).contains(where: node.isUsed) else {
          throw OperatorError(.unsupported, "training_mode is on")
        }
        node.set(isTraining.name, to: nil)
        // More than one output meant training.
        node.new.edit { $0.setOutputCount(1, of: node.id) }
      }
    ],
    "DequantizeLinear": [.oneScale],
    "GridSample": [
      OperatorDowngrade(from: 20) { node throws(OperatorError) in
        guard try node.rank(ofInput: 0) == 4 else {
          throw OperatorError(.unsupported, "X is no batch of images")
        }
        let mode = AttributeKey<String>("mode", default: "linear")
        let names = ["linear": "bilinear", "cubic": "bicubic"]
        let name = try node.value(of: mode)
        node.set(mode.name, to: .string(ByteString(names[name] ?? name)))
      }
    ],
    "LpPool": [.windowsOnPadding, .droppingOnes("dilations", from: 18)],
    "MaxPool": [.windowsOnPadding, .droppingOnes("dilations", from: 10)],
    "QuantizeLinear": [.oneScale],
    "Reshape": [
      OperatorDowngrade(from: 14) { node throws(OperatorError) in
        let allowsZero = AttributeKey<Bool>("allowzero", default: false)
        if try node.value(of: allowsZero) {
          // Without a zero both meanings are one.
          guard try node.integers(1, "shape")?.contains(0) == false else {
            throw OperatorError(.unsupported, "allowzero gives an axis the extent 0")
          }
        }
        node.set(allowsZero.name, to: nil)
      }
    ],
    "RoiAlign": [
      OperatorDowngrade(from: 16) { node throws(OperatorError) in
        let mode = AttributeKey<String>("coordinate_transformation_mode", default: "half_pixel")
        guard try node.value(of: mode) == "output_half_pixel" else {
          throw OperatorError(.unsupported, "\(mode.name) is half_pixel")
        }
        node.set(mode.name, to: nil)
      }
    ],
    "Scan": [
      OperatorDowngrade(from: 9) { _ throws(OperatorError) in
        throw OperatorError(.unsupported, "the operator had a batch axis")
      }
    ],
    "ScatterElements": [
      .refusing("reduction", ["max", "min"], from: 18),
      OperatorDowngrade(from: 11) { node throws(OperatorError) in
        let reduction = AttributeKey<String>("reduction", default: "none")
        guard try node.value(of: reduction) == "none" else {
          throw OperatorError(.unsupported, "reduction came with operator set 16")
        }
        node.set(reduction.name, to: nil)
        node.rename(to: "Scatter")
      },
    ],
    "ScatterND": [.refusing("reduction", ["max", "min"], from: 18)],
  ])
}

extension OperatorDowngrade {
  /// Some words that an attribute can hold are newer than the attribute.
  static func refusing(_ name: String, _ words: Set<String>, from version: Int) -> Self {
    OperatorDowngrade(from: version) { node throws(OperatorError) in
      guard let word = try node.value(of: OptionalAttributeKey<String>(name)) else { return }
      guard !words.contains(word) else {
        throw OperatorError(.unsupported, "\(name) is \"\(word)\"")
      }
    }
  }

  /// All elements had one scale.
  fileprivate static let oneScale = OperatorDowngrade(from: 13) { node throws(OperatorError) in
    guard let scale = node.shape(ofInput: 1), scale.rank == 0 || scale == [1] else {
      throw OperatorError(.unsupported, "the scale is not known to be one number")
    }
    node.set("axis", to: nil)
  }

  /// A list of factors that may be left out when all are 1.
  fileprivate static func droppingOnes(_ name: String, from version: Int) -> Self {
    OperatorDowngrade(from: version) { node throws(OperatorError) in
      let factors = try node.value(of: OptionalAttributeKey<[Int]>(name)) ?? []
      if factors.allSatisfy({ $0 == 1 }) { node.set(name, to: nil) }
    }
  }

  /// Windows that begin behind the last element were counted where extents are rounded up.
  fileprivate static let windowsOnPadding = OperatorDowngrade(from: 22) {
    node throws(OperatorError) in
    let kernel = try node.value(of: AttributeKey<[Int]>("kernel_shape"))
    let windows = try WindowAttributes(node.node.attributes, kernel: kernel)
    guard windows.roundsUp, windows.padding == .explicit else { return }
    for axis in kernel.indices {
      let (span, stride) = (windows.span(axis), windows.strides[axis])
      // A window that ends behind the padding begins before it.
      guard span < windows.padsEnd[axis] + stride else { continue }
      let extent = node.shape(ofInput: 0)?.dimensions.dropFirst(2 + axis).first?.fixedValue
      // Sums of larger extents would overflow.
      let start = extent.flatMap { $0 < 1 << 60 ? $0 + windows.padsBegin[axis] : nil }
      let last = start.map { start in
        (start + windows.padsEnd[axis] - span + stride - 1) / stride * stride
      }
      guard let start, let last, last < start else {
        throw OperatorError(.unsupported, "a window may begin on the padding (ceil_mode is on)")
      }
    }
  }
}
