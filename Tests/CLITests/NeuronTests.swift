import Foundation
import SQLite
import Testing
import Warehouse

@Suite("Units from the shell")
struct NeuronTests {
  private let place: Workdir

  /// The picture at position p has 5p mod 12 and −p in the two units of the layer `logits`.
  init() throws {
    place = try Workdir()
    try SmallWarehouse.make(in: place.folder)
    let store = try Store.open(
      place.folder.appending(path: "lethe-warehouse"), for: .writing(create: false))
    let key = String(repeating: "5a", count: 32)
    try store.catalogue.run("UPDATE layer SET prefix = ? WHERE prefix = 'before'", key)
    try store.writeSegment(
      SegmentDescription(
        name: .arrays(dataset: "faces", model: "before", key: key, first: 0), dataset: 1, first: 0,
        count: 12, model: "before", key: key, numerics: "strict", kernel: "reference")
    ) { writer in
      let pooled = try writer.pooled(layer: "logits", key: key, channels: 2)
      for p in 0..<12 {
        let values = [Float(5 * p % 12), -Float(p)]
        try pooled.write(values.flatMap { [$0, $0] }, at: p)
      }
    }
    try store.close()
  }

  @Test("top ranks pictures, and makes an index on the way")
  func top() throws {
    let run = try place.lethe(["neurons", "top", "logits:0", "--model", "before", "-k", "2"])
    #expect(run.code == 0, "\(run)")
    #expect(
      run.lines == [
        "rank,model,layer,units,activation,activations,sample_id,path,dataset,split,subject,label,"
          + "predicted",
        "1,before,logits,0,11.0,11.0,8,7.png,faces,test,p1,happiness,happiness",
        "2,before,logits,0,10.0,10.0,3,2.png,faces,test,p2,neutral,neutral",
      ], "\(run)")
    #expect(run.error.contains("made the index of logits of before over faces"), "\(run)")
    let again = try place.lethe([
      "neurons", "top", "logits:0", "--model", "before", "-k", "2", "--explain",
    ])
    #expect(again.output == run.output)
    #expect(again.error.contains("1 of 2 channels from the index"), "\(again)")
  }

  @Test("nearest leaves the picture itself out")
  func nearest() throws {
    let run = try place.lethe([
      "neurons", "nearest", "4.png", "--layer", "logits", "--units", "1", "--model", "before",
      "-k", "3", "--no-index", "--distance", "l1",
    ])
    #expect(run.code == 0, "\(run)")
    #expect(
      run.lines.dropFirst().map { $0.split(separator: ",")[6...7].joined(separator: " ") }
        == ["1.0 4", "1.0 6", "2.0 3"], "\(run)")
  }

  @Test("index says what was made, and what was there")
  func index() throws {
    for state in ["made", "present"] {
      let run = try place.lethe(["neurons", "index", "logits", "--model", "before"])
      #expect(run.code == 0, "\(run)")
      #expect(
        run.lines.last?.hasPrefix("before,logits,faces,channels,12,2,1,\(state),") == true, "\(run)"
      )
      #expect(run.error.contains("of whole maps of 1 layer in float32"), "\(run)")
    }
  }

  @Test("index waits for nobody, and mends what verify finds")
  func damage() throws {
    let index = ["neurons", "index", "logits", "--model", "before"]
    let top = ["neurons", "top", "logits:0", "--model", "before", "-k", "2"]
    let folder = place.folder.appending(path: "lethe-warehouse")
    let writer = try Store.open(folder, for: .writing(create: false), purpose: "a long ingest")
    let refused = try place.lethe(index)
    #expect(refused.code == 1 && refused.error.contains("a long ingest"), "\(refused)")
    let answered = try place.lethe(top)
    #expect(answered.code == 0 && answered.error.contains("no index is kept"), "\(answered)")
    #expect(try place.lethe(["verify"]).code == 0)
    try writer.close()
    #expect(try place.lethe(index).lines.last?.contains(",made,") == true)
    let file = folder.appending(
      path: "index/faces/\(String(repeating: "5a", count: 6))-channels.h5")
    var bytes = try Data(contentsOf: file)
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: file)
    let found = try place.lethe(["verify", "--csv"])
    #expect(found.code == 3 && found.output.contains("\ndigest,index/faces/5a5a"), "\(found)")
    #expect(found.output.contains("lethe neurons index makes it anew"), "\(found)")
    #expect(try place.lethe(top).output == answered.output)
    #expect(try place.lethe(index).lines.last?.contains(",made,") == true)
    #expect(try place.lethe(["verify"]).code == 0)
  }

  @Test("what is not there is named, and what cannot be computed says why")
  func errors() throws {
    let near = try place.lethe(["neurons", "top", "logit:1", "--model", "before"])
    #expect(near.code == 2 && near.error.contains("did you mean logits?"), "\(near)")
    let model = try place.lethe(["neurons", "top", "logits:1"])
    #expect(model.code == 2 && model.error.contains("--model before | after"), "\(model)")
    let bare = try place.lethe(["neurons", "top", "logits:1", "--model", "after"])
    #expect(bare.code == 1 && bare.error.contains("`after` cannot be run"), "\(bare)")
  }
}
