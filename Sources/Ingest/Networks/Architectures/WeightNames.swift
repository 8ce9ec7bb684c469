import Compute

/// The tensors of a state dict, by names in one spelling.
///
/// A name is `layer.suffix`, where the suffix is PyTorch's: weight, bias, running_mean, running_var.
/// Keras' `block1_conv1/kernel:0` becomes `block1_conv1.weight`.
struct WeightNames {
  /// The tensors by their new names.
  let tensors: [String: Tensor]
  /// What the file calls them.
  let original: [String: String]

  /// More tensors than this are refused.
  private static let largestCount = 10_000

  private static let prefixes = [
    "module.", "model.", "backbone.", "encoder.", "net.", "_orig_mod.", "state_dict.",
  ]
  private static let suffixes = [
    "kernel": "weight", "gamma": "weight", "beta": "bias", "moving_mean": "running_mean",
    "moving_variance": "running_var",
  ]

  /// Spells all names alike.
  ///
  /// - Parameter tensors: The file's tensors; counters of batches are left out.
  /// - Throws: `IngestError` for more tensors than a network has.
  init(_ tensors: [String: Tensor]) throws {
    guard tensors.count <= WeightNames.largestCount else {
      throw IngestError(
        "the file holds \(tensors.count) tensors, more than any network that is known",
        advice: "save the weights of the network alone, without those of the optimiser")
    }
    var spelled: [String: (tensor: Tensor, original: String)] = [:]
    // Sorted, so that the outcome is the same should two names become one.
    for name in tensors.keys.sorted() {
      guard let tensor = tensors[name], !name.hasSuffix("num_batches_tracked") else { continue }
      let plain = WeightNames.plain(name)
      spelled[spelled[plain] == nil ? plain : name] = (tensor, name)
    }
    self.tensors = spelled.mapValues(\.tensor)
    original = spelled.mapValues(\.original)
  }

  private init(tensors: [String: Tensor], original: [String: String]) {
    self.tensors = tensors
    self.original = original
  }

  /// The name without Keras' slashes.
  private static func plain(_ name: String) -> String {
    guard name.contains("/") else {
      return name.replacing("features.module.", with: "features.")
    }
    var parts = name.split(separator: "/").map(String.init)
    guard parts.count >= 2, var suffix = parts.popLast() else { return name }
    if suffix.hasSuffix(":0") { suffix.removeLast(2) }
    return "\(parts[parts.count - 1]).\(suffixes[suffix] ?? suffix)"
  }

  /// These names, and those without a prefix that wrappers add: first what all names have, then what
  /// some have.
  var readings: [WeightNames] {
    var common = self
    while let prefix = WeightNames.prefixes.first(where: { common.all(have: $0) }) {
      common = common.stripping(prefix)
    }
    var found = [common]
    // Two wrappers around a part of the network are the most that is met.
    for prefix in WeightNames.prefixes where common.any(has: prefix) {
      let inner = common.stripping(prefix)
      found.append(inner)
      found += WeightNames.prefixes.filter { inner.any(has: $0) }.map { inner.stripping($0) }
    }
    return found
  }

  private func all(have prefix: String) -> Bool {
    !tensors.isEmpty && tensors.keys.allSatisfy { $0.hasPrefix(prefix) && $0 != prefix }
  }

  private func any(has prefix: String) -> Bool { tensors.keys.contains { $0.hasPrefix(prefix) } }

  /// The names without a prefix, where they have it and what remains is free.
  private func stripping(_ prefix: String) -> WeightNames {
    var (stripped, names) = (tensors, original)
    for name in tensors.keys.sorted() where name.hasPrefix(prefix) && name != prefix {
      let rest = String(name.dropFirst(prefix.count))
      guard stripped[rest] == nil else { continue }
      stripped[rest] = stripped.removeValue(forKey: name)
      names[rest] = names.removeValue(forKey: name)
    }
    return WeightNames(tensors: stripped, original: names)
  }
}
