/// Reads a pickle without running any of it.
///
/// The machine knows the opcodes of protocols 2 to 5 that build data. A class or function is no
/// more than its name; calling one gives data for the few that PyTorch needs to describe tensors,
/// and an inert object for all others. So nothing that a file says is ever executed.
struct PickleMachine {
  /// More opcodes than this are refused: a state dict of 1,000 tensors has some 30,000.
  static let stepLimit = 2_000_000

  /// Tuples, lists, sets, dicts and objects, by the places that values name.
  private(set) var nodes: [PickleNode] = []
  private(set) var globals: [PickleGlobal] = []
  private(set) var storages: [TorchStorage] = []
  private(set) var tensors: [TorchTensor] = []
  private var bytes: PickleBytes
  private var stack: [PickleValue] = []
  /// The heights of the stack at open marks.
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]

  init(_ bytes: PickleBytes) { self.bytes = bytes }

  /// Where the pickle ended.
  var position: Int { bytes.position }

  /// Reads up to the opcode that ends the pickle.
  ///
  /// - Returns: The value that the pickle describes.
  /// - Throws: `PickleProblem`.
  mutating func run() throws -> PickleValue {
    for _ in 0..<Self.stepLimit {
      let start = bytes.position
      let code = try bytes.byte()
      guard let opcode = PickleOpcode(rawValue: code) else {
        throw PickleProblem.damaged("the opcode \(code) is not known", at: start)
      }
      if opcode == .stop { return try pop() }
      if try pushScalar(opcode) { continue }
      if try pushContainer(opcode) { continue }
      try change(opcode)
    }
    throw PickleProblem(reason: "its pickle has more than \(Self.stepLimit) steps")
  }

  // MARK: Opcodes

  /// Opcodes that push a number, a text or a name; false for others.
  private mutating func pushScalar(_ opcode: PickleOpcode) throws -> Bool {
    switch opcode {
    case .none: stack.append(.none)
    case .newTrue: stack.append(.bool(true))
    case .newFalse: stack.append(.bool(false))
    case .binInt: stack.append(.integer(try bytes.signed32()))
    case .binInt1: stack.append(.integer(try bytes.number(1)))
    case .binInt2: stack.append(.integer(try bytes.number(2)))
    case .long1: stack.append(integer(try bytes.integer(size: try bytes.number(1))))
    case .long4: stack.append(integer(try bytes.integer(size: try bytes.number(4))))
    case .binFloat: stack.append(.real(try bytes.double()))
    // Texts of Python 2 (`binString`) are texts here.
    case .shortBinUnicode, .shortBinString: stack.append(.text(try bytes.text(lengthSize: 1)))
    case .binUnicode, .binString: stack.append(.text(try bytes.text(lengthSize: 4)))
    case .binUnicode8: stack.append(.text(try bytes.text(lengthSize: 8)))
    case .shortBinBytes: try pushOpaque(lengthSize: 1)
    case .binBytes: try pushOpaque(lengthSize: 4)
    case .binBytes8, .byteArray8: try pushOpaque(lengthSize: 8)
    case .global:
      let module = try bytes.line()
      stack.append(try global(module, try bytes.line()))
    case .stackGlobal:
      guard case .text(let name) = try pop(), case .text(let module) = try pop() else {
        throw damaged("the name of a class is no text")
      }
      stack.append(try global(module, name))
    default: return false
    }
    return true
  }

  /// Opcodes that make tuples, lists, dicts and sets, and the mark before their members.
  private mutating func pushContainer(_ opcode: PickleOpcode) throws -> Bool {
    switch opcode {
    case .mark: marks.append(stack.count)
    case .emptyTuple, .emptyList, .emptySet: push(.sequence([]))
    case .emptyDict: push(.dict([], values: []))
    case .tuple, .list, .frozenSet: push(.sequence(try popMarked()))
    case .dict:
      let items = try popMarked()
      push(.dict([], values: []))
      try setItems(of: try top(), to: items)
    case .tuple1: push(.sequence(try pop(count: 1)))
    case .tuple2: push(.sequence(try pop(count: 2)))
    case .tuple3: push(.sequence(try pop(count: 3)))
    default: return false
    }
    return true
  }

  /// Opcodes that change the stack, the memo or a container, and those that make objects.
  private mutating func change(_ opcode: PickleOpcode) throws {
    switch opcode {
    case .proto: _ = try bytes.byte()
    case .frame: _ = try bytes.number(8)
    case .pop:
      // Python pops the mark if nothing lies above it.
      if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
    case .popMark: _ = try popMarked()
    case .dup: stack.append(try top())
    case .binPut: memo[try bytes.number(1)] = try top()
    case .longBinPut: memo[try bytes.number(4)] = try top()
    case .memoize: memo[memo.count] = try top()
    case .binGet: stack.append(try remembered(try bytes.number(1)))
    case .longBinGet: stack.append(try remembered(try bytes.number(4)))
    case .append:
      let member = try pop()
      try append([member], to: try top())
    case .appends, .addItems:
      let members = try popMarked()
      try append(members, to: try top())
    case .setItem:
      let item = try pop(count: 2)
      try setItems(of: try top(), to: item)
    case .setItems:
      let items = try popMarked()
      try setItems(of: try top(), to: items)
    case .binPersistentID: stack.append(try persistent(try pop()))
    case .reduce, .newObject:
      let arguments = try pop()
      stack.append(try call(try pop(), arguments))
    case .newObjectExtended:
      _ = try pop()
      let arguments = try pop()
      stack.append(try call(try pop(), arguments))
    case .build: try build(try pop())
    default: throw damaged("an opcode is out of place")
    }
  }

  // MARK: Parts of opcodes

  func damaged(_ reason: String) -> PickleProblem { .damaged(reason, at: bytes.position) }

  /// Adds a node and gives the value that names it.
  mutating func make(_ node: PickleNode) -> PickleValue {
    nodes.append(node)
    switch node {
    case .sequence: return .sequence(nodes.count - 1)
    case .dict: return .dict(nodes.count - 1)
    case .object: return .object(nodes.count - 1)
    }
  }

  mutating func make(_ storage: TorchStorage) -> PickleValue {
    storages.append(storage)
    return .storage(storages.count - 1)
  }

  mutating func make(_ tensor: TorchTensor) -> PickleValue {
    tensors.append(tensor)
    return .tensor(tensors.count - 1)
  }

  /// The members of a tuple, list or set.
  func members(_ value: PickleValue) -> [PickleValue]? {
    guard case .sequence(let index) = value, case .sequence(let members) = nodes[index] else {
      return nil
    }
    return members
  }

  private func integer(_ value: Int?) -> PickleValue { value.map { .integer($0) } ?? .opaque }

  private mutating func pushOpaque(lengthSize: Int) throws {
    _ = try bytes.take(try bytes.number(lengthSize))
    stack.append(.opaque)
  }

  private mutating func push(_ node: PickleNode) { stack.append(make(node)) }

  private mutating func global(_ module: String, _ name: String) throws -> PickleValue {
    let global = PickleGlobal(module: module, name: name)
    guard !global.isDangerous else {
      throw PickleProblem(
        reason: "it names \(String(global.description.prefix(80))), by which loading it in Python"
          + " could run any command",
        advice: "do not load it with PyTorch; ask its maker for the weights as safetensors")
    }
    globals.append(global)
    return .global(globals.count - 1)
  }

  private func top() throws -> PickleValue {
    guard let value = stack.last, stack.count > (marks.last ?? 0) else {
      throw damaged("the stack is empty")
    }
    return value
  }

  private mutating func pop() throws -> PickleValue {
    let value = try top()
    stack.removeLast()
    return value
  }

  private mutating func pop(count: Int) throws -> [PickleValue] {
    guard stack.count - (marks.last ?? 0) >= count else { throw damaged("the stack is empty") }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popMarked() throws -> [PickleValue] {
    guard let mark = marks.popLast() else { throw damaged("there is no mark") }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  private func remembered(_ key: Int) throws -> PickleValue {
    guard let value = memo[key] else { throw damaged("nothing is remembered as \(key)") }
    return value
  }

  private mutating func append(_ members: [PickleValue], to value: PickleValue) throws {
    switch value {
    case .sequence(let index):
      guard case .sequence(var old) = nodes[index] else { return }
      // Let go of the node's own copy, so that appending does not copy the list each time.
      nodes[index] = .sequence([])
      old += members
      nodes[index] = .sequence(old)
    // Members of an unknown class are of no use.
    case .object, .opaque: break
    default: throw damaged("members are added to what is no list")
    }
  }

  /// Adds keys and values, which alternate, to a dict.
  private mutating func setItems(of value: PickleValue, to items: [PickleValue]) throws {
    guard items.count.isMultiple(of: 2) else { throw damaged("a key has no value") }
    switch value {
    case .dict(let index):
      guard case .dict(var keys, var values) = nodes[index] else { return }
      nodes[index] = .dict([], values: [])
      for pair in stride(from: 0, to: items.count, by: 2) {
        keys.append(items[pair])
        values.append(items[pair + 1])
      }
      nodes[index] = .dict(keys, values: values)
    case .object, .opaque: break
    default: throw damaged("a key is set in what is no dict")
    }
  }

  /// Gives an object its state; that of anything else is of no use here.
  private mutating func build(_ state: PickleValue) throws {
    guard case .object(let index) = try top(), case .object(let name, _) = nodes[index] else {
      return
    }
    nodes[index] = .object(name, state: state)
  }
}
