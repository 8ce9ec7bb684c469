import Archive
import Compute
import Foundation

/// A file of `torch.save` in the zip form (PyTorch 1.6 and newer).
struct TorchArchive: TorchStorageSource {
  /// The longest pickle that is read; weights lie outside of it.
  static let pickleLimit = 1 << 26

  let isBigEndian: Bool
  private let archive: ZipFile
  /// What stands before the names of all entries, with its slash.
  private let root: String

  /// Finds the parts of a file; no weights are read yet.
  ///
  /// - Throws: `ArchiveError` if an entry cannot be read, `IngestError` if it is no network.
  init(_ archive: ZipFile) throws {
    self.archive = archive
    guard let name = Self.pickleName(in: archive) else {
      throw IngestError(
        "\(archive.url.path): the archive holds no data.pkl, so it is no file of torch.save",
        advice: "save the network with torch.save(model.state_dict(), file)")
    }
    let root = String(name.dropLast("data.pkl".count))
    self.root = root
    guard archive.entry(root + "constants.pkl") == nil,
      !archive.entries.contains(where: { $0.name.hasPrefix(root + "code/") })
    else {
      throw IngestError(
        "\(archive.url.path): this is a TorchScript program, not weights",
        advice: "in Python, save torch.jit.load(file).state_dict() with torch.save")
    }
    if let order = archive.entry(root + "byteorder") {
      isBigEndian = try archive.bytes(order, limit: 16) == Array("big".utf8)
    } else {
      isBigEndian = false
    }
  }

  /// Whether an archive is one of `torch.save`.
  static func recognises(_ archive: ZipFile) -> Bool { pickleName(in: archive) != nil }

  /// The name of the pickle: the one nearest to the root, where there are several.
  private static func pickleName(in archive: ZipFile) -> String? {
    archive.entries.map(\.name)
      .filter { $0 == "data.pkl" || $0.hasSuffix("/data.pkl") }
      .min { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
  }

  /// The floating-point tensors of the state dict that the file holds, by its names.
  ///
  /// - Throws: `ArchiveError`; `IngestError` if the pickle is malformed or there is no state dict.
  func tensors() throws -> [String: Tensor] {
    guard let entry = archive.entry(root + "data.pkl") else { return [:] }
    let pickle = try archive.bytes(entry, limit: Self.pickleLimit)
    return try naming(archive.url) {
      var machine = PickleMachine(PickleBytes(pickle))
      let value = try machine.run()
      return try TorchWeights(source: self).tensors(in: value, of: machine)
    }
  }

  var storedBytes: Int { archive.entries.reduce(0) { $0 + $1.stored.count } }

  func bytes(_ range: Range<Int>, of storage: TorchStorage) throws -> [UInt8]? {
    guard let entry = archive.entry(root + "data/" + storage.key), range.upperBound <= entry.size
    else { return nil }
    guard entry.method == .stored else {
      return Array(try archive.bytes(entry, limit: entry.size)[range])
    }
    var bytes = [UInt8](repeating: 0, count: range.count)
    try bytes.withUnsafeMutableBytes { try archive.read(entry, at: range.lowerBound, into: $0) }
    return bytes
  }
}

/// Runs `body`, and says of which file a problem with a pickle is.
func naming<Result>(_ url: URL, _ body: () throws -> Result) throws -> Result {
  do {
    return try body()
  } catch let problem as PickleProblem {
    throw IngestError("\(url.path): \(problem.reason)", advice: problem.advice)
  }
}
