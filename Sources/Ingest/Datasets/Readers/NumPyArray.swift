/// A NumPy file (`.npy`, formats 1 to 3) of numbers or texts.
///
/// Source of the format: NumPy, *numpy.lib.format*.
struct NumPyArray {
  enum Values: Equatable {
    case numbers([Double])
    case texts([String])
  }

  /// Sides of the array; none for a scalar.
  let shape: [Int]
  /// Row after row.
  let values: Values

  /// The array of a file's bytes.
  ///
  /// - Throws: `BadRecord` if the file is none, cut short, or holds anything but numbers and texts
  ///   (Python objects are never read).
  init(_ bytes: [UInt8]) throws {
    var cursor = ByteCursor(bytes[...])
    guard bytes.starts(with: [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]) else {
      throw BadRecord("it is no NumPy file")
    }
    cursor.skip(atMost: 6)
    let version = try cursor.integer(UInt8.self)
    _ = try cursor.integer(UInt8.self)
    guard (1...3).contains(version) else {
      throw BadRecord("version \(version) of NumPy files is not known")
    }
    let length =
      version == 1 ? Int(try cursor.integer(UInt16.self)) : Int(try cursor.integer(UInt32.self))
    let header = try NumPyHeader(String(decoding: try cursor.take(length), as: UTF8.self))
    var count = 1
    for side in header.shape {
      let product = count.multipliedReportingOverflow(by: side)
      guard !product.overflow else { throw BadRecord("its shape is too large") }
      count = product.partialValue
    }
    let size = count.multipliedReportingOverflow(by: max(1, header.element.size))
    guard !size.overflow, size.partialValue <= cursor.remaining else {
      throw BadRecord("the file ends before its \(count) values do")
    }
    shape = header.shape
    cursor.isBigEndian = header.isBigEndian
    switch header.element {
    case .number(let type):
      var numbers: [Double] = []
      numbers.reserveCapacity(count)
      for _ in 0..<count { numbers.append(try type.read(from: &cursor)) }
      values = .numbers(header.isFortran ? NumPyArray.rows(numbers, shape) : numbers)
    case .text(let length, let isWide):
      let texts = try (0..<count).map { _ in
        try NumPyArray.text(from: &cursor, length, isWide: isWide)
      }
      values = .texts(header.isFortran ? NumPyArray.rows(texts, shape) : texts)
    }
  }

  /// All values as numbers, texts being read as such.
  ///
  /// - Throws: `BadRecord` for a text that is no finite number.
  func numbers() throws -> [Double] {
    switch values {
    case .numbers(let numbers): return numbers
    case .texts(let texts):
      return try texts.map { text in
        guard let number = Double(text), number.isFinite else {
          throw BadRecord("\(BadRecord.quoted(text)) is not a number")
        }
        return number
      }
    }
  }

  /// The one number of an array of one value.
  ///
  /// - Throws: `BadRecord` if there are more, or none, or it is no finite number.
  func number() throws -> Double {
    let numbers = try numbers()
    guard numbers.count == 1, numbers[0].isFinite else {
      throw BadRecord("\(numbers.count) values where one number should stand")
    }
    return numbers[0]
  }

  private static func text(
    from cursor: inout ByteCursor, _ length: Int, isWide: Bool
  ) throws -> String {
    var text = String.UnicodeScalarView()
    for _ in 0..<length {
      let code = isWide ? try cursor.integer(UInt32.self) : UInt32(try cursor.integer(UInt8.self))
      guard code != 0 else { continue }
      guard let scalar = Unicode.Scalar(code) else { throw BadRecord("it holds no sound text") }
      text.append(scalar)
    }
    return String(text)
  }

  /// Values in the order of rows, from the order of columns.
  private static func rows<Value>(_ values: [Value], _ shape: [Int]) -> [Value] {
    guard shape.count > 1 else { return values }
    return values.indices.map { index in
      var (rest, place) = (index, 0)
      var strides: [Int] = []
      var stride = 1
      for side in shape {
        strides.append(stride)
        stride *= side
      }
      for (side, stride) in zip(shape, strides).reversed() {
        place += rest % side * stride
        rest /= side
      }
      return values[place]
    }
  }
}
