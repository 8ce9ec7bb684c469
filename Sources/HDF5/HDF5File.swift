internal import CHDF5
public import Foundation

/// An open HDF5 file.
///
/// Not `Sendable`: a file and what was opened from it belong to one thread at a time. Different
/// files may be used from different threads; a lock lets one call into the library at a time.
public final class HDF5File {
  /// The file's place.
  public var url: URL { reference.url }
  private let reference: FileReference

  private init(_ reference: FileReference) { self.reference = reference }

  /// Makes a new file.
  ///
  /// - Parameter url: Where; nothing may be there.
  /// - Returns: The file, open for writing.
  /// - Throws: `HDF5Error` if something is there already or cannot be written.
  public static func create(_ url: URL) throws(HDF5Error) -> HDF5File {
    let place = Place(file: url, path: "/")
    let id = try locked { () throws(HDF5Error) -> hid_t in
      let creation = try place.handle(
        "create the file", H5Pcreate(lethe_h5_file_create()), close: H5Pclose)
      // No time stamps: the same contents are the same bytes.
      try place.check("create the file", H5Pset_obj_track_times(creation.id, false))
      let access = try accessProperties(place)
      return try place.check(
        "create the file", H5Fcreate(url.path, lethe_h5_exclusive(), creation.id, access.id))
    }
    return HDF5File(FileReference(url: url, id: id))
  }

  /// Opens a file for reading.
  ///
  /// - Throws: `HDF5Error` if it is missing, unreadable or no HDF5 file.
  public static func open(_ url: URL) throws(HDF5Error) -> HDF5File {
    let place = Place(file: url, path: "/")
    let id = try locked { () throws(HDF5Error) -> hid_t in
      let access = try accessProperties(place)
      return try place.check(
        "open the file", H5Fopen(url.path, lethe_h5_read_only(), access.id))
    }
    return HDF5File(FileReference(url: url, id: id))
  }

  /// The file's root group.
  public func root() throws(HDF5Error) -> HDF5Group {
    HDF5Group(try ObjectReference.open(in: reference, path: "/", kind: .group))
  }

  /// Hands what was written to the operating system.
  public func flush() throws(HDF5Error) {
    try locked { () throws(HDF5Error) -> Void in
      let id = try reference.openID("write to the file")
      try reference.place("/").check("write to the file", H5Fflush(id, H5F_SCOPE_LOCAL))
    }
  }

  /// Closes the file and everything that was opened from it; doing it twice is harmless.
  ///
  /// A writer calls it, for only here does a failed last write show.
  public func close() throws(HDF5Error) { try reference.close() }

  private static func accessProperties(_ place: Place) throws(HDF5Error) -> Handle {
    let access = try place.handle(
      "open the file", H5Pcreate(lethe_h5_file_access()), close: H5Pclose)
    try place.check("open the file", H5Pset_fclose_degree(access.id, H5F_CLOSE_STRONG))
    // Files are written once and never changed, and locks fail on some network file systems.
    try place.check("open the file", H5Pset_file_locking(access.id, false, true))
    return access
  }
}

/// The id of an open file, shared by whatever was opened from it.
final class FileReference {
  let url: URL
  // Read and changed only while the library's lock is held.
  private var id: hid_t?

  init(url: URL, id: hid_t) {
    self.url = url
    self.id = id
  }

  deinit { try? close() }

  func place(_ path: String) -> Place { Place(file: url, path: path) }

  /// Whether the file is open; the lock is held by the caller.
  var isOpen: Bool { id != nil }

  /// The file's id; the lock is held by the caller.
  func openID(_ action: String) throws(HDF5Error) -> hid_t {
    guard let id else { throw place("/").error(action, "the file has been closed") }
    return id
  }

  func close() throws(HDF5Error) {
    try locked { () throws(HDF5Error) -> Void in
      guard let id else { return }
      self.id = nil
      try place("/").check("finish writing the file", H5Fclose(id))
    }
  }
}
