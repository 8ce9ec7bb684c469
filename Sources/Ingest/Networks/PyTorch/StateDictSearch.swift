/// Finds the weights in what a PyTorch file holds.
///
/// They are at the top, or under one of the names that training scripts use; or the file holds a
/// whole module, whose parameters are gathered from its inert description.
struct StateDictSearch {
  /// Names under which checkpoints keep the weights, the likeliest first.
  private static let names = [
    "state_dict", "model_state_dict", "model_state", "model", "net", "network", "module", "params",
    "weights", "model_ema", "ema", "state_dict_ema", "ema_state_dict",
  ]
  /// Members of checkpoints that hold tensors, but no weights.
  private static let besides: Set<String> = [
    "optimizer", "optimizer_state_dict", "optim", "optim_state_dict", "scheduler",
    "lr_scheduler", "scaler", "amp", "rng_state", "optimizer_states", "lr_schedulers",
  ]
  private static let depthLimit = 64

  /// A found tensor with its name in the state dict.
  typealias Found = [(name: String, tensor: TorchTensor)]

  private let machine: PickleMachine

  init(_ machine: PickleMachine) { self.machine = machine }

  /// The tensors of the state dict in a value.
  ///
  /// - Throws: `PickleProblem` that says what was found in its place.
  func search(_ value: PickleValue) throws -> Found {
    if let found = try find(in: value, depth: 0), !found.isEmpty { return found }
    throw PickleProblem(reason: "it holds no state dict, but \(describe(value))")
  }

  private func find(in value: PickleValue, depth: Int) throws -> Found? {
    // A checkpoint within a checkpoint within …: nobody writes more than a few.
    guard depth < 4 else { return nil }
    if case .object = value { return try module(value) }
    guard let members = texts(value) else { return nil }
    for name in Self.names {
      guard let member = members.first(where: { $0.key == name })?.value else { continue }
      if let found = try find(in: member, depth: depth + 1), !found.isEmpty { return found }
    }
    let direct = members.compactMap { key, value in
      tensor(value).map { (name: key, tensor: $0) }
    }
    if !direct.isEmpty { return unique(direct) }
    let nested = try members.filter { !Self.besides.contains($0.key) }.compactMap { key, value in
      try find(in: value, depth: depth + 1).map { (key, $0) }
    }.filter { !$0.1.isEmpty }
    guard nested.count < 2 else {
      let names = nested.prefix(8).map { String($0.0.prefix(40)) }.joined(separator: ", ")
      throw PickleProblem(
        reason: "it holds several state dicts (\(names))",
        advice: "save the one that is meant: torch.save(checkpoint['\(nested[0].0.prefix(40))'],"
          + " file)")
    }
    return nested.first?.1
  }

  /// The parameters and buffers of a pickled module and of the modules within it.
  private func module(_ value: PickleValue) throws -> Found? {
    var found: Found = []
    // A module may be shared or hold itself, so that visits are counted.
    var visits = 0
    func visit(_ value: PickleValue, _ prefix: String, depth: Int) throws {
      visits += 1
      guard depth < Self.depthLimit, visits <= 10_000, prefix.utf8.count <= 1_000 else {
        throw PickleProblem(reason: "its modules are nested too deep or too many")
      }
      guard case .object(let index) = value, case .object(_, let state) = machine.nodes[index],
        let attributes = texts(state)
      else { return }
      for (key, value) in attributes where key == "_parameters" || key == "_buffers" {
        for (name, member) in texts(value) ?? [] {
          if let tensor = tensor(member) { found.append((prefix + name, tensor)) }
        }
      }
      for (key, value) in attributes where key == "_modules" {
        for (name, member) in texts(value) ?? [] {
          try visit(member, "\(prefix)\(name).", depth: depth + 1)
        }
      }
    }
    try visit(value, "", depth: 0)
    return found.isEmpty ? nil : unique(found)
  }

  /// The members of a dict whose keys are texts; a later key replaces an earlier one.
  private func texts(_ value: PickleValue) -> [(key: String, value: PickleValue)]? {
    guard case .dict(let index) = value, case .dict(let keys, let values) = machine.nodes[index]
    else { return nil }
    return zip(keys, values).compactMap { key, value in
      if case .text(let text) = key { (text, value) } else { nil }
    }
  }

  private func tensor(_ value: PickleValue) -> TorchTensor? {
    if case .tensor(let index) = value { machine.tensors[index] } else { nil }
  }

  /// The last tensor of every name, in the order of first appearance.
  private func unique(_ found: Found) -> Found {
    var places: [String: Int] = [:]
    var result: Found = []
    for item in found {
      if let place = places[item.name] {
        result[place] = item
      } else {
        places[item.name] = result.count
        result.append(item)
      }
    }
    return result
  }

  private func describe(_ value: PickleValue) -> String {
    switch value {
    case .tensor: return "one tensor"
    case .sequence(let index):
      guard case .sequence(let members) = machine.nodes[index] else { return "a list" }
      return "a list of \(members.count) members"
    case .dict:
      let names = (texts(value) ?? []).prefix(8).map { String($0.key.prefix(40)) }
      return names.isEmpty ? "a dict without names" : "a dict of \(names.joined(separator: ", "))"
    case .object(let index):
      guard case .object(let name?, _) = machine.nodes[index] else { return "an object" }
      return "an object of \(name.description.prefix(80)), which is not known here"
    case .global(let index): return "the name \(machine.globals[index].description.prefix(80))"
    default: return "a single value"
    }
  }
}
