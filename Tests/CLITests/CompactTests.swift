import Foundation
import Testing
import Warehouse

@Suite("lethe compact, and the codec of maps")
struct CompactTests {
  private let place: Workdir

  init() throws {
    place = try Workdir()
    try SmallWarehouse.make(in: place.folder)
  }

  /// Maps of the layer of `before`, and of one that no model has.
  private func addMaps() throws {
    let store = try Store.open(
      place.folder.appending(path: "lethe-warehouse"), for: .writing(create: false))
    for key in ["before", "gone"] {
      let name = SegmentName.arrays(
        dataset: "faces", model: key, key: String(repeating: "0", count: 12), first: 0)
      try store.writeSegment(
        SegmentDescription(
          name: name, dataset: 1, first: 0, count: 12, model: key, key: key, numerics: "strict",
          kernel: "reference")
      ) { writer in
        try writer.maps(
          layer: "logits", key: key, shape: MapShape(channels: 2, height: 1, width: 1), as: .f32
        ).write([Float](repeating: 0, count: 24), at: 0)
      }
    }
    try store.close()
  }

  @Test("says what would change, changes it, and finds nothing the next time")
  func compact() throws {
    try addMaps()
    let arguments = ["compact", "--codec", "relu", "--csv"]
    let planned = try place.lethe(arguments + ["--dry-run"])
    #expect(planned.code == 0, "\(planned)")
    let rows = planned.output.split(separator: "\n")
    #expect(rows.first == "file,action,dropped,recoded,bytes_before,bytes_after", "\(planned)")
    #expect(rows.count == 3 && rows[1].contains("before-000000000000-00000000.h5,rewrite,0,1,"))
    #expect(rows.last?.contains(",remove,1,0,") == true, "\(planned)")
    #expect(planned.error.contains("2 files of "), "\(planned)")
    #expect(planned.error.contains("nothing was done"), "\(planned)")

    let done = try place.lethe(arguments)
    #expect(done.code == 0 && done.error.contains(" before, "), "\(done)")
    let again = try place.lethe(arguments)
    #expect(again.code == 0 && again.output.isEmpty, "\(again)")
    #expect(again.error.contains("nothing to compact"), "\(again)")
    let info = try place.lethe(["info", "--csv"])
    #expect(info.output.contains("maps:f32,faces,12,"), "\(info)")
    #expect(info.output.contains(",relu\n"), "\(info)")
    let verified = try place.lethe(["verify"])
    #expect(verified.code == 0, "\(verified)")
  }

  @Test("an unknown codec is a usage error, and one that does not fit is said")
  func codecs() throws {
    for arguments in [["compact", "--codec", "zip"], ["ingest", "--codec", "zip"]] {
      let run = try place.lethe(arguments)
      #expect(run.code == 2, "\(run)")
      #expect(run.error.contains("deflate") && run.error.contains("relu"), "\(run)")
    }
    let bare = try place.lethe(["ingest", "--codec", "relu"])
    #expect(bare.code == 1 && bare.error.contains("no maps are kept"), "\(bare)")
    let codes = try place.lethe(["ingest", "--keep", "maps:u8", "--codec", "relu"])
    #expect(codes.code == 1 && codes.error.contains("not as u8"), "\(codes)")
  }
}
