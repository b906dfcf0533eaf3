import IR
import Tensors

extension OperatorFamily {
  /// Operators that map real numbers to few integers or small floats, and back.
  static let quantization = OperatorFamily(
    "quantization", [.dequantizeLinear, .dynamicQuantizeLinear, .quantizeLinear])
}

private let axis = AttributeKey<Int>("axis", default: 1)
private let blockSize = AttributeKey<Int>("block_size", default: 0)
private let outputType = AttributeKey<Int>("output_dtype", default: 0)
private let precision = AttributeKey<Int>("precision", default: 0)
private let saturate = AttributeKey<Bool>("saturate", default: true)

private let quantizedTypes: ElementTypes = [
  .float8, .sixBits, .fourBits, .twoBits, ElementTypes([.int8, .uint8, .int16, .uint16]),
]
private let scaleTypes: ElementTypes = [
  ElementTypes([.float32, .float16, .float8E8M0]), .bfloat16,
]
private let realTypes: ElementTypes = [ElementTypes([.float32, .float16]), .bfloat16]
private let versions = [10, 13, 19, 21, 23, 24, 25, 28]

/// Returns the type that an attribute names, or nil when it is 0.
private func namedType(
  _ key: AttributeKey<Int>, _ number: Int
) throws(OperatorError) -> ElementType? {
  number == 0 ? nil : try ElementType(number: number, of: key.name)
}

/// Returns the zero point of each scale: 0 where none is given.
private func zeroPoints<Scalar: RealScalar>(
  _ tensor: Tensor?, for scale: Tensor, as scalar: Scalar.Type
) throws(OperatorError) -> [Scalar] {
  guard let tensor else { return [Scalar](repeating: 0, count: scale.count) }
  guard tensor.count == scale.count else {
    throw OperatorError(
      .incompatibleShapes,
      "zero points of shape \(tensor.shape) do not match scales of shape \(scale.shape)")
  }
  return tensor.converted(to: Scalar.elementType).scalars(of: Scalar.self)
}

extension QuantizationGrid {
  fileprivate init(
    _ context: borrowing KernelContext, _ tensor: Tensor, scale: Tensor
  ) throws(OperatorError) {
    try self.init(
      tensor.shape, scale: scale, axis: try context.value(of: axis),
      blockSize: try context.value(of: blockSize))
  }
}

// MARK: - DequantizeLinear

/// `(x - zero point) · scale`, in the type of the result.
private func dequantized<Scalar: RealScalar>(
  _ context: borrowing KernelContext, as scalar: Scalar.Type
) throws(OperatorError) -> Tensor {
  let (tensor, scale) = (try context.tensor(0), try context.tensor(1))
  let grid = try QuantizationGrid(context, tensor, scale: scale)
  let zeros = try zeroPoints(try context.optionalTensor(2), for: scale, as: Scalar.self)
  let scales = scale.converted(to: Scalar.elementType).scalars(of: Scalar.self)
  let numbers = tensor.converted(to: Scalar.elementType)
  return numbers.withScalars(of: Scalar.self) { x in
    Tensor(of: Scalar.self, shape: tensor.shape) { result in
      grid.forEachRun { elements, first, step in
        var position = first
        for index in elements {
          result[index] = (x[index] - zeros[position]) * scales[position]
          position += step
        }
      }
    }
  }
}

extension OperatorDefinition {
  fileprivate static let dequantizeLinear = OperatorDefinition(
    OperatorSchema(
      "DequantizeLinear", versions: versions,
      inputs: [.required("x", "T1"), .required("x_scale", "T2"), .optional("x_zero_point", "T1")],
      outputs: [.required("y", "T3")],
      attributes: [axis.declaration, blockSize.declaration, outputType.declaration],
      constraints: [
        "T1": .tensors([quantizedTypes, .int32]), "T2": .tensors(scaleTypes),
        "T3": .tensors(realTypes),
      ]),
    inferTypes: { context throws(OperatorError) in
      let named = try namedType(outputType, try context.value(of: outputType))
      return [.tensor(named ?? context.elementType(1), context.shape(0))]
    },
    evaluate: { context throws(OperatorError) in
      let named = try namedType(outputType, try context.value(of: outputType))
      let scaleType = try context.tensor(1).elementType
      let type = context.resultType(for: named ?? scaleType)
      guard type == .float64 || realTypes.contains(type) else {
        throw OperatorError(
          .invalidAttribute, "numbers are not dequantized to \(type)",
          remedy: "set output_dtype to float32, float16 or bfloat16")
      }
      try context.checkOutput(type, shape: try context.tensor(0).shape)
      if type == .float64 { return [.tensor(try dequantized(context, as: Double.self))] }
      return [.tensor(try dequantized(context, as: Float.self).converted(to: type))]
    })
}

// MARK: - QuantizeLinear

/// One quantization: what is divided by what, in which precision.
private struct Quantizer<Scalar: RealScalar> {
  let tensor: Tensor
  let scales: [Scalar]
  let zeros: [Scalar]
  let grid: QuantizationGrid
  /// The type whose precision the quotients have.
  let quotientType: ElementType

  init(_ context: borrowing KernelContext) throws(OperatorError) {
    let scale = try context.tensor(1)
    tensor = try context.tensor(0)
    grid = try QuantizationGrid(context, tensor, scale: scale)
    zeros = try zeroPoints(try context.optionalTensor(2), for: scale, as: Scalar.self)
    scales = scale.converted(to: Scalar.elementType).scalars(of: Scalar.self)
    let named = try namedType(Operators.precision, try context.value(of: Operators.precision))
    quotientType = named ?? scale.elementType
  }

  /// Returns `finish` of every quotient and zero point.
  @inline(__always)
  func map<Output: TensorScalar>(
    to output: Output.Type, _ finish: (_ quotient: Scalar, _ zero: Scalar) -> Output
  ) -> Tensor {
    let type = quotientType
    let numbers = tensor.converted(to: Scalar.elementType)
    return numbers.withScalars(of: Scalar.self) { x in
      Tensor(of: Output.self, shape: tensor.shape) { result in
        grid.forEachRun { elements, first, step in
          var position = first
          for index in elements {
            let quotient = rounded(x[index] / scales[position], to: type)
            result[index] = finish(quotient, zeros[position])
            position += step
          }
        }
      }
    }
  }

  /// Quotients are rounded to integers, halves to even, and limited to the range of the type.
  func integers<Output: FixedWidthInteger & TensorScalar>(
    _ output: Output.Type, _ range: ClosedRange<Int32>
  ) -> Tensor {
    let (low, high) = (Scalar(range.lowerBound), Scalar(range.upperBound))
    return map(to: Output.self) { quotient, zero in
      let value = quotient.rounded(.toNearestOrEven) + zero
      let limited = value >= low ? (value <= high ? value : high) : low
      return Output(truncatingIfNeeded: Int32(limited.double))
    }
  }

  func quantized(to type: ElementType, saturating: Bool) -> Tensor {
    switch type {
    case .int8: integers(Int8.self, -128...127)
    case .uint8: integers(UInt8.self, 0...255)
    case .int16: integers(Int16.self, -32768...32767)
    case .uint16: integers(UInt16.self, 0...65535)
    case .int4: integers(Int8.self, -8...7).packed(as: type)
    case .uint4: integers(UInt8.self, 0...15).packed(as: type)
    case .int2: integers(Int8.self, -2...1).packed(as: type)
    case .uint2: integers(UInt8.self, 0...3).packed(as: type)
    default: map(to: Scalar.self) { $0 + $1 }.converted(to: type, saturating: saturating)
    }
  }
}

/// Returns a quotient with no more precision than a type has.
@inline(__always)
private func rounded<Scalar: RealScalar>(_ value: Scalar, to type: ElementType) -> Scalar {
  switch type {
  case .float16: Scalar(Float16(value))
  case .bfloat16: Scalar(BFloat16(value.double).float)
  default: value
  }
}

/// Returns the type to quantize to: the one that is named, that of the zero point, or uint8.
private func quantizedType(
  named number: Int, zeroPoint: ElementType?
) throws(OperatorError) -> ElementType {
  let named = try namedType(outputType, number)
  if let named, let zeroPoint, named != zeroPoint, zeroPoint != .float64 {
    throw OperatorError(
      .invalidType, "output_dtype is \(named), but the zero points are \(zeroPoint)")
  }
  let type = named ?? zeroPoint ?? .uint8
  guard quantizedTypes.contains(type) || type == .float64 else {
    throw OperatorError(.invalidAttribute, "numbers are not quantized to \(type)")
  }
  return type
}

extension OperatorDefinition {
  fileprivate static let quantizeLinear = OperatorDefinition(
    OperatorSchema(
      "QuantizeLinear", versions: versions,
      inputs: [.required("x", "T1"), .required("y_scale", "T2"), .optional("y_zero_point", "T3")],
      outputs: [.required("y", "T3")],
      attributes: [
        axis.declaration, blockSize.declaration, outputType.declaration, precision.declaration,
        saturate.declaration,
      ],
      constraints: [
        "T1": .tensors([realTypes, .int32]), "T2": .tensors([scaleTypes, .int32]),
        "T3": .tensors(quantizedTypes),
      ]),
    inferTypes: { context throws(OperatorError) in
      let number = try context.value(of: outputType)
      // A zero point that is given, but of which nothing is known, leaves the type open.
      let isOpen = number == 0 && context.hasInput(2) && context.elementType(2) == nil
      let type = try quantizedType(named: number, zeroPoint: context.elementType(2))
      return [.tensor(isOpen ? nil : type, context.shape(0))]
    },
    evaluate: { context throws(OperatorError) in
      let tensor = try context.tensor(0)
      let zeroPoint = try context.optionalTensor(2)?.elementType
      let named = try quantizedType(
        named: try context.value(of: outputType), zeroPoint: zeroPoint)
      let type = context.resultType(for: named)
      let saturates = try context.value(of: saturate)
      try context.checkOutput(type, shape: tensor.shape)
      let types = [tensor.elementType, try context.tensor(1).elementType]
      return [
        .tensor(
          types.contains(.float64)
            ? try Quantizer<Double>(context).quantized(to: type, saturating: saturates)
            : try Quantizer<Float>(context).quantized(to: type, saturating: saturates))
      ]
    })
}

// MARK: - DynamicQuantizeLinear

/// Quantizes to uint8 with a scale that fits the elements and zero.
private enum DynamicQuantizeLinear: RealKernel {
  static func evaluate<Scalar: RealScalar>(
    _ context: borrowing KernelContext, in scalar: Scalar.Type
  ) throws(OperatorError) -> [Tensor] {
    let tensor = try context.tensor(0)
    let quantization = tensor.withScalars(of: Scalar.self) { DynamicQuantization(of: $0) }
    let quantized = mapped(tensor, from: Scalar.self, to: UInt8.self) {
      quantization.quantized($0)
    }
    return [
      quantized, Tensor(scalar: quantization.scale), Tensor(scalar: quantization.zeroPoint),
    ]
  }
}

extension OperatorDefinition {
  fileprivate static let dynamicQuantizeLinear = OperatorDefinition(
    OperatorSchema(
      "DynamicQuantizeLinear", versions: [11], inputs: [.required("x", "T1")],
      outputs: [
        .required("y", "T2"), .required("y_scale", "tensor(float)"),
        .required("y_zero_point", "T2"),
      ],
      constraints: ["T1": .tensors(.float32), "T2": .tensors(.uint8)]),
    inferTypes: { context in
      [.tensor(.uint8, context.shape(0)), .tensor(.float32, []), .tensor(.uint8, [])]
    },
    evaluate: real(DynamicQuantizeLinear.self))
}
