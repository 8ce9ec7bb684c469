extension PickleMachine {
  /// What calling a class or function gives: data for the few known ones, else an inert object.
  mutating func call(_ callee: PickleValue, _ arguments: PickleValue) throws -> PickleValue {
    guard case .global(let index) = callee else { return make(.object(nil, state: .none)) }
    let global = globals[index]
    guard let arguments = members(arguments) else { throw damaged("the arguments are no tuple") }
    switch (global.module, global.name) {
    case ("collections", "OrderedDict"), ("collections", "defaultdict"),
      ("collections", "Counter"), ("builtins", "dict"), ("__builtin__", "dict"):
      return make(.dict([], values: []))
    case ("builtins", "set"), ("builtins", "frozenset"), ("builtins", "list"),
      ("builtins", "tuple"), ("__builtin__", "set"), ("__builtin__", "frozenset"),
      ("__builtin__", "list"), ("__builtin__", "tuple"), ("torch", "Size"):
      return make(.sequence(arguments.first.flatMap(members) ?? []))
    case ("torch._utils", "_rebuild_tensor"), ("torch._utils", "_rebuild_tensor_v2"):
      return try tensor(arguments)
    case ("torch._utils", "_rebuild_tensor_v3"):
      guard arguments.count > 6, case .global(let type) = arguments[6] else {
        throw damaged("a tensor has no type")
      }
      return try tensor(arguments, as: TorchNumber(type: globals[type]))
    case ("torch._utils", "_rebuild_parameter"),
      ("torch._utils", "_rebuild_parameter_with_state"):
      return arguments.first ?? .opaque
    case ("torch._tensor", "_rebuild_from_type_v2") where arguments.count == 4:
      // Rebuilds by the function that comes first, then gives the result another class.
      guard case .global(let inner) = arguments[0], globals[inner].module == "torch._utils",
        globals[inner].name.hasPrefix("_rebuild_")
      else { return make(.object(global, state: .none)) }
      return try call(arguments[0], arguments[2])
    case ("copyreg", "_reconstructor"), ("copy_reg", "_reconstructor"):
      guard case .global(let made)? = arguments.first else { break }
      return make(.object(globals[made], state: .none))
    default: break
    }
    return make(.object(global, state: .none))
  }

  /// What a persistent id names: a storage, as ('storage', type, key, device, count), or a class
  /// with its source, as ('module', class, file, source).
  ///
  /// Old files have a sixth part of a storage, which is none but for one within another.
  mutating func persistent(_ id: PickleValue) throws -> PickleValue {
    let parts = members(id) ?? []
    if parts.count == 4, parts[0] == .text("module") { return parts[1] }
    guard parts.count >= 5, parts[0] == .text("storage"),
      case .global(let type) = parts[1], case .text(let key) = parts[2],
      case .integer(let count) = parts[4], count >= 0,
      parts.count == 5 || parts[5] == .none
    else { throw damaged("what lies outside of it is named in an unknown way") }
    return make(TorchStorage(key: key, number: TorchNumber(type: globals[type]), count: count))
  }

  /// A tensor of (storage, offset, sizes, strides, …).
  private mutating func tensor(
    _ arguments: [PickleValue], as number: TorchNumber? = nil
  ) throws -> PickleValue {
    guard arguments.count >= 4, case .storage(let index) = arguments[0],
      case .integer(let offset) = arguments[1],
      let sizes = members(arguments[2])?.map(\.integer),
      let strides = members(arguments[3])?.map(\.integer)
    else { throw damaged("a tensor is described in an unknown way") }
    let storage = storages[index]
    return make(
      try TorchTensor(
        storage: storage, number: number ?? storage.number, offset: offset,
        shape: try sizes.map { try $0 ?? negative() },
        strides: try strides.map { try $0 ?? negative() }))
  }

  private func negative() throws -> Int { throw damaged("a side of a tensor is no number") }
}

extension PickleValue {
  fileprivate var integer: Int? { if case .integer(let value) = self { value } else { nil } }
}
