internal import CHDF5
internal import Foundation
internal import Synchronization

/// HDF5 is not thread-safe in every build, and its state is global: one lock for the process.
///
/// Public entry points take it and internals do not, for it cannot be taken twice.
private let library = Mutex(false)

/// Runs `body` while no other thread is in the library.
func locked<Result: Sendable>(
  _ body: () throws(HDF5Error) -> Result
) throws(HDF5Error) -> Result {
  try library.withLock { (isPrepared: inout Bool) throws(HDF5Error) -> Result in
    if !isPrepared {
      // Files are closed one by one; at exit there is nothing left that could fail.
      H5dont_atexit()
      // Links to other files would be followed to paths that the file's maker chose.
      H5Lunregister(H5L_TYPE_EXTERNAL)
      HDF5Codec.register()
      isPrepared = true
    }
    // The switch belongs to the thread where the library is thread-safe, so it is set each time.
    H5Eset_auto2(errorStack, nil, nil)
    return try body()
  }
}

let defaults: hid_t = 0
let wholeSpace: hid_t = 0
private let errorStack: hid_t = 0

/// Where in which file something is done, for error messages.
struct Place {
  let file: URL
  let path: String

  /// The result of a call that reports failure by a negative number.
  @discardableResult
  func check<Code: SignedInteger>(
    _ action: String, _ code: Code
  ) throws(HDF5Error) -> Code {
    guard code >= 0 else { throw error(action, stackReason()) }
    return code
  }

  /// An id of the library, closed when it goes out of scope.
  func handle(
    _ action: String, _ id: hid_t, close: @escaping (hid_t) -> herr_t
  ) throws(HDF5Error) -> Handle {
    Handle(try check(action, id), close: close)
  }

  func error(_ action: String, _ reason: String) -> HDF5Error {
    HDF5Error(action, file: file, path: path, reason: reason)
  }
}

/// An id that is closed at the end of its scope; only used while the lock is held.
struct Handle: ~Copyable {
  let id: hid_t
  private let close: (hid_t) -> herr_t

  init(_ id: hid_t, close: @escaping (hid_t) -> herr_t) {
    self.id = id
    self.close = close
  }

  deinit { _ = close(id) }
}

/// The outermost and the innermost message of the error stack of the call that just failed.
private func stackReason() -> String {
  var messages: [String] = []
  withUnsafeMutablePointer(to: &messages) { target in
    _ = H5Ewalk2(
      errorStack, H5E_WALK_DOWNWARD,
      { _, entry, target in
        guard let entry, let target, let text = entry.pointee.desc else { return 0 }
        target.assumingMemoryBound(to: [String].self).pointee.append(String(cString: text))
        return 0
      }, target)
  }
  guard let outer = messages.first, let inner = messages.last else {
    return "the library gave no reason"
  }
  return messages.count == 1 ? outer : "\(outer): \(inner)"
}
