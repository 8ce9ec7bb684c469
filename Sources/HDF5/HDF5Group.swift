internal import CHDF5
internal import Foundation

/// A group of a file: a folder of groups and datasets.
public final class HDF5Group {
  let object: ObjectReference

  init(_ object: ObjectReference) { self.object = object }

  /// The absolute path.
  public var path: String { object.path }

  /// The group's attributes.
  public var attributes: HDF5Attributes { HDF5Attributes(object: object) }

  /// Whether there is a group or dataset at a path relative to this group.
  public func contains(_ path: String) throws(HDF5Error) -> Bool {
    let target = absolute(path)
    return try locked { () throws(HDF5Error) -> Bool in
      let action = "look for \(target)"
      let id = try object.openID(action)
      return try ObjectReference.exists(target, from: id, place: object.place)
    }
  }

  /// The names of the group's members, in ascending order of their bytes.
  ///
  /// - Parameter limit: The most members to expect.
  /// - Returns: The names, without the group's own path.
  /// - Throws: `HDF5Error` if there are more than `limit` or they cannot be read.
  public func members(limit: Int = 1_000_000) throws(HDF5Error) -> [String] {
    let action = "list the members"
    return try locked { () throws(HDF5Error) -> [String] in
      let id = try object.openID(action)
      var info = H5G_info_t()
      try object.place.check(action, H5Gget_info(id, &info))
      guard info.nlinks <= UInt64(limit) else {
        throw object.place.error(action, "\(info.nlinks) members are more than \(limit)")
      }
      var names: [String] = []
      for index in 0..<info.nlinks {
        let length = try object.place.check(
          action,
          H5Lget_name_by_idx(id, ".", H5_INDEX_NAME, H5_ITER_INC, index, nil, 0, defaults))
        guard length < 1 << 16 else {
          throw object.place.error(action, "a name of \(length) bytes")
        }
        var buffer = [CChar](repeating: 0, count: length + 1)
        try object.place.check(
          action,
          H5Lget_name_by_idx(
            id, ".", H5_INDEX_NAME, H5_ITER_INC, index, &buffer, buffer.count, defaults))
        names.append(text(buffer))
      }
      return names
    }
  }

  /// Opens the group at a path relative to this one.
  public func group(_ path: String) throws(HDF5Error) -> HDF5Group {
    HDF5Group(try ObjectReference.open(in: object.file, path: absolute(path), kind: .group))
  }

  /// Opens the dataset at a path relative to this group.
  public func dataset(_ path: String) throws(HDF5Error) -> HDF5Dataset {
    try HDF5Dataset(ObjectReference.open(in: object.file, path: absolute(path), kind: .dataset))
  }

  /// Makes a group at a path relative to this one, and the groups on the way that are missing.
  public func createGroup(_ path: String) throws(HDF5Error) -> HDF5Group {
    let target = absolute(path)
    let place = object.file.place(target)
    let action = "create the group"
    let id = try locked { () throws(HDF5Error) -> hid_t in
      let parent = try object.openID(action)
      let links = try linkProperties(place, action)
      let creation = try place.handle(
        action, H5Pcreate(lethe_h5_group_create()), close: H5Pclose)
      try place.check(action, H5Pset_obj_track_times(creation.id, false))
      return try place.check(
        action, H5Gcreate2(parent, target, links.id, creation.id, defaults))
    }
    return HDF5Group(ObjectReference(file: object.file, path: target, id: id))
  }

  /// Makes a dataset at a path relative to this group, and the groups on the way that are missing.
  ///
  /// - Parameters:
  ///   - path: Where; nothing may be there.
  ///   - type: The type of its elements.
  ///   - shape: The extent of each dimension, outermost first; none may be negative.
  ///   - storage: How the elements lie in the file.
  /// - Returns: The dataset, filled with zeros until it is written.
  /// - Throws: `HDF5Error` if the shape and the storage do not fit or something is there already.
  public func createDataset(
    _ path: String, of type: HDF5ElementType, shape: [Int], storage: HDF5Storage = .contiguous
  ) throws(HDF5Error) -> HDF5Dataset {
    let target = absolute(path)
    let place = object.file.place(target)
    let action = "create the dataset"
    let reason = storage.misfit(shape: shape, elementSize: type.size)
    if let reason { throw place.error(action, reason) }
    let id = try locked { () throws(HDF5Error) -> hid_t in
      let parent = try object.openID(action)
      let links = try linkProperties(place, action)
      let creation = try storage.creationProperties(
        elementSize: type.size, place, action)
      let element = try place.handle(action, type.makeType(), close: H5Tclose)
      let extent = shape.map { hsize_t($0) }
      let space = try place.handle(
        action, H5Screate_simple(Int32(shape.count), extent, nil), close: H5Sclose)
      return try place.check(
        action,
        H5Dcreate2(parent, target, element.id, space.id, links.id, creation.id, defaults))
    }
    return try HDF5Dataset(ObjectReference(file: object.file, path: target, id: id))
  }

  /// Copies the group or dataset at a path with all that belongs to it into another file, chunks as
  /// they are packed.
  ///
  /// - Parameters:
  ///   - path: Where it is, and where it goes; groups on the way that are missing are made.
  ///   - target: A group of the other file.
  /// - Throws: `HDF5Error` if it cannot be read or written, or something is there already.
  public func copy(_ path: String, to target: HDF5Group) throws(HDF5Error) {
    let source = absolute(path)
    let goal = target.absolute(path)
    let place = target.object.file.place(goal)
    let action = "copy \(object.file.url.path): \(source) into it"
    try locked { () throws(HDF5Error) -> Void in
      let from = try object.openID(action)
      let into = try target.object.openID(action)
      let links = try target.linkProperties(place, action)
      try place.check(action, H5Ocopy(from, source, into, goal, defaults, links.id))
    }
  }

  private func absolute(_ path: String) -> String {
    let parts = (path.hasPrefix("/") ? path : self.path + "/" + path).split(separator: "/")
    return "/" + parts.joined(separator: "/")
  }

  private func linkProperties(_ place: Place, _ action: String) throws(HDF5Error) -> Handle {
    let links = try place.handle(action, H5Pcreate(lethe_h5_link_create()), close: H5Pclose)
    try place.check(action, H5Pset_create_intermediate_group(links.id, 1))
    return links
  }
}

/// The text before the first zero byte.
func text(_ buffer: [CChar]) -> String {
  String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
