import CommandLineKit
import Foundation
import Warehouse

/// What commands that work on shards share.
enum ShardOptions {
  static let shard = Option<String?>(
    "shard", value: "I/N",
    help: "Work on part I of N alone, into a folder of its own; lethe merge takes it in."
  ) { (text: String) in
    Shard(text) == nil ? "is not a part such as 2/8" : nil
  }

  static let folder = Option<String?>(
    "shards", value: "DIR", help: "Where shards lie; none: the folder shards in the warehouse.",
    completion: .file())

  static func folder(_ values: ArgumentValues) -> URL? {
    values[folder].map { URL(filePath: $0) }
  }
}
