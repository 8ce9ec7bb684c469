/// A value that a pickle describes: data, never anything that runs.
///
/// Lists, dicts and objects may hold themselves, so they live in a table of the machine and are
/// named here by their place in it; so are tensors and names, which keeps a value small.
enum PickleValue: Sendable, Equatable {
  case none
  case bool(Bool)
  case integer(Int)
  case real(Double)
  case text(String)
  /// A value whose contents do not matter here: bytes, integers above 64 bits.
  case opaque
  /// A class or function, by name alone.
  case global(Int)
  /// A tuple, list or set.
  case sequence(Int)
  case dict(Int)
  /// An instance of a class that this program does not know.
  case object(Int)
  case storage(Int)
  case tensor(Int)
}

/// The name of a class or function in Python.
struct PickleGlobal: Sendable, Hashable, CustomStringConvertible {
  let module: String
  let name: String

  var description: String { "\(module).\(name)" }
}

/// What a place of the machine's table holds.
enum PickleNode: Sendable {
  case sequence([PickleValue])
  case dict([PickleValue], values: [PickleValue])
  /// `state` is what the class would have been given to restore its attributes.
  case object(PickleGlobal?, state: PickleValue)
}
