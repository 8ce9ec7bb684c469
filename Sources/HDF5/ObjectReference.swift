internal import CHDF5

/// The id of an open group or dataset, closed with its last reference or with its file.
final class ObjectReference {
  /// What an object can be.
  enum Kind: String {
    case group, dataset

    var type: H5I_type_t { self == .group ? H5I_GROUP : H5I_DATASET }
  }

  let file: FileReference
  /// The absolute path.
  let path: String
  private let id: hid_t

  init(file: FileReference, path: String, id: hid_t) {
    self.file = file
    self.path = path
    self.id = id
  }

  deinit {
    // Closing the file closed the object; its id may be somebody else's by now.
    try? locked { if file.isOpen { H5Oclose(id) } }
  }

  var place: Place { file.place(path) }

  /// The object's id; the lock is held by the caller.
  func openID(_ action: String) throws(HDF5Error) -> hid_t {
    guard file.isOpen else { throw place.error(action, "the file has been closed") }
    return id
  }

  /// Opens the object at an absolute path.
  static func open(
    in file: FileReference, path: String, kind: Kind
  ) throws(HDF5Error) -> ObjectReference {
    let place = file.place(path)
    let action = "open the \(kind.rawValue)"
    let id = try locked { () throws(HDF5Error) -> hid_t in
      let root = try file.openID(action)
      guard try exists(path, from: root, place: place) else {
        throw place.error(action, "there is nothing of that name")
      }
      let id = try place.check(action, H5Oopen(root, path, defaults))
      guard H5Iget_type(id) == kind.type else {
        H5Oclose(id)
        throw place.error(action, "it is no \(kind.rawValue)")
      }
      return id
    }
    return ObjectReference(file: file, path: path, id: id)
  }

  /// Whether every link on the way to an absolute path is there; the lock is held by the caller.
  static func exists(
    _ path: String, from root: hid_t, place: Place
  ) throws(HDF5Error) -> Bool {
    var walked = ""
    for part in path.split(separator: "/") {
      walked += "/" + part
      let found = H5Lexists(root, walked, defaults)
      if found == 0 { return false }
      // Below a dataset there can be no link: the library calls that a failure, we call it "no".
      if found < 0 { return false }
    }
    return true
  }
}
