/// What compacting does to one segment, or did.
public struct SegmentCompaction: Sendable, Equatable {
  /// What is done to it.
  public enum Action: String, Sendable, CaseIterable {
    /// Nothing names any of its arrays: it goes.
    case remove
    /// Its file is written anew.
    case rewrite
  }

  /// The file, relative to the warehouse.
  public let file: String
  /// What is done to it.
  public let action: Action
  /// Arrays that nothing names and that are left out.
  public let dropped: Int
  /// Maps that are packed by another codec.
  public let recoded: Int
  /// Bytes of the file as it was.
  public let bytesBefore: Int
  /// Bytes of the file that takes its place; nil where they are not known before it is written.
  public internal(set) var bytesAfter: Int?
}

/// How far compacting has come.
public struct CompactionProgress: Sendable, Equatable {
  /// The file that is worked on.
  public let file: String
  /// Bytes of files that are done.
  public let done: Int
  /// Bytes of all files that change.
  public let total: Int
}

/// A segment that compacting changes, and how.
struct CompactionPlan {
  /// A row of `stored_array` that stays.
  struct Kept {
    let key: String
    let tier: Tier
    let node: String
    let type: StoredType
    /// The codec that its maps are turned into; nil: it is copied as it is.
    var recoding: ArrayCodec?

    /// The paths of what belongs to it in the file.
    var nodes: [String] {
      switch tier {
      case .maps where type == .u8: [node, node + "_range"]
      case .bits: [node, String(node.dropLast("bits".count)) + "thresholds"]
      default: [node]
      }
    }
  }

  let id: Int64
  let file: SegmentName
  let first: Int
  let bytes: Int
  let digest: String
  var kept: [Kept] = []
  /// Keys and tiers of rows that go.
  var dropped: [(key: String, tier: String)] = []
  /// Arrays of the file that no row names.
  var strays: [String] = []

  var recoded: Int { kept.count { $0.recoding != nil } }

  /// What is to be done; nil if nothing is.
  var compaction: SegmentCompaction? {
    let action: SegmentCompaction.Action
    if kept.isEmpty {
      action = .remove
    } else if dropped.isEmpty && strays.isEmpty && recoded == 0 {
      return nil
    } else {
      action = .rewrite
    }
    return SegmentCompaction(
      file: file.path, action: action, dropped: dropped.count + strays.count, recoded: recoded,
      bytesBefore: bytes, bytesAfter: action == .remove ? 0 : nil)
  }
}
