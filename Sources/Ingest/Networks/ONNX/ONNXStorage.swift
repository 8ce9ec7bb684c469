import Foundation

/// Where the numbers of a model's tensors lie: the file itself, and files beside it.
///
/// Not `Sendable`; it lives as long as one reading.
final class ONNXStorage {
  /// How many numbers may be made from the files, so that a short file cannot ask for gigabytes:
  /// two a byte, and a million for constants that are computed.
  private(set) var budget: Int
  private let folder: URL
  private var files: [String: Data] = [:]

  /// Storage of a model.
  ///
  /// - Parameters:
  ///   - folder: The model's folder, where external tensors must lie.
  ///   - size: The model's own bytes.
  init(folder: URL, size: Int) {
    self.folder = folder
    budget = 2 * size + 1 << 20
  }

  /// Takes numbers from the budget.
  ///
  /// - Parameter count: How many numbers are about to be made.
  /// - Throws: `ONNXProblem` if they are more than the files can stand for.
  func spend(_ count: Int) throws {
    guard count <= budget else {
      throw ONNXProblem("its constants would take far more memory than its files")
    }
    budget -= count
  }

  /// The place of an external tensor's numbers.
  ///
  /// - Parameters:
  ///   - tensor: A tensor that names a location.
  ///   - bytes: How many bytes its shape needs.
  /// - Returns: The bytes of the file and where in them the tensor lies.
  /// - Throws: `ONNXProblem` if the file lies outside the model's folder, is none, or is too short.
  func place(of tensor: ONNXTensor, bytes: Int) throws -> (bytes: Data, range: Range<Int>) {
    guard let location = tensor.external["location"] else {
      throw ONNXProblem("\(tensor.title) is external, but no location is given")
    }
    let file = try file(at: location, of: tensor)
    let offset = try number("offset", of: tensor) ?? 0
    let length = try number("length", of: tensor) ?? bytes
    guard length == bytes else {
      throw ONNXProblem(
        "\(tensor.title) has \(length) external bytes; its shape \(tensor.dims) needs \(bytes)")
    }
    guard offset <= file.count, length <= file.count - offset else {
      throw ONNXProblem(
        "\(tensor.title) lies at \(offset) in '\(location)', which has only \(file.count) bytes",
        advice: "the file may be incomplete: copy it again")
    }
    return (file, offset..<offset + length)
  }

  private func number(_ key: String, of tensor: ONNXTensor) throws -> Int? {
    guard let text = tensor.external[key] else { return nil }
    guard let value = Int(text), value >= 0 else {
      throw ONNXProblem("\(tensor.title) has the impossible \(key) '\(text.prefix(40))'")
    }
    return value
  }

  private func file(at location: String, of tensor: ONNXTensor) throws -> Data {
    let parts = location.split(separator: "/", omittingEmptySubsequences: false)
    let isPlain = !location.isEmpty && !location.contains("\0") && !parts.contains { $0 == ".." }
    // The real paths decide, since a link may lead anywhere.
    guard isPlain, !location.hasPrefix("/"),
      let home = realPath(folder.path),
      let path = realPath(folder.appendingPathComponent(location).path)
    else {
      throw ONNXProblem(
        "\(tensor.title) names the file '\(location.prefix(120))', which is not there or not beside"
          + " the model", advice: "put the external data beside the model")
    }
    guard path.hasPrefix(home.hasSuffix("/") ? home : home + "/") else {
      throw ONNXProblem(
        "\(tensor.title) lies in '\(location.prefix(120))', which leads out of the model's folder")
    }
    if let known = files[path] { return known }
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    guard attributes?[.type] as? FileAttributeType == .typeRegular,
      let bytes = try? Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
    else { throw ONNXProblem("'\(location.prefix(120))' cannot be read") }
    guard files.count < 1_024 else { throw ONNXProblem("its constants lie in too many files") }
    files[path] = bytes
    budget += 2 * bytes.count
    return bytes
  }

  private func realPath(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}
