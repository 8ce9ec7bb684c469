import Foundation
import Testing

/// A whole study by the commands alone, too small to learn anything.
@Suite("A study, command by command")
struct StudyTests {
  private let place: Workdir
  private static let network = ["--input-size", "32", "--width", "0.125", "--dense", "16"]
  private static let epochs = [
    "--epochs-emotion", "1", "--epochs-pain", "1", "--epochs-head", "1",
  ]

  init() throws { place = try Workdir() }

  @Test("faces, ladder, ingest, answers; the second time nothing is computed")
  func study() throws {
    for set in ["emotion", "pain"] {
      let faces = try place.lethe([
        "faces", set, "--set", set, "--people", "6", "--per-person", "8", "--size", "32",
      ])
      #expect(faces.code == 0 && faces.error.contains("48 pictures"), "\(faces)")
      let added = try place.lethe(["dataset", "add", set, set])
      #expect(added.code == 0, "\(added)")
    }
    let ladder = try place.lethe(["ladder"] + Self.network + Self.epochs)
    #expect(ladder.code == 0 && ladder.error.contains("trained 13 variants"), "\(ladder)")
    let plan = try place.lethe(["ingest", "--dry-run"])
    #expect(plan.code == 0 && plan.lines.count == 27, "\(plan)")
    let first = try place.lethe(["ingest"])
    #expect(first.code == 0 && first.error.contains("forward passes"), "\(first)")
    let second = try place.lethe(["ingest"])
    #expect(second.code == 0 && second.error.contains("everything is there already"), "\(second)")
    let again = try place.lethe(["ladder"] + Self.network + Self.epochs)
    #expect(again.code == 0 && again.error.contains("every rung is there already"), "\(again)")

    let verify = try place.lethe(["verify"])
    #expect(verify.code == 0 && verify.output.isEmpty, "\(verify)")
    #expect(verify.error.contains("sound"), "\(verify)")
    let info = try place.lethe(["info"])
    #expect(info.output.contains("dataset,emotion,,,emotion,48,"), "\(info)")
    let bytes = try place.lethe(["info", "--bytes"])
    // The first block of a rung that trains the last ones is its parent's.
    #expect(
      bytes.lines.contains {
        $0.hasPrefix("pain-b5,emotion,conv1_1,pooled,f32,48,") && $0.hasSuffix(",0,emotion,deflate")
      }, "\(bytes)")
    let flips = try place.lethe(["flips", "emotion", "emotion-after-pain-b1"])
    #expect(flips.code == 0 && flips.lines.count == 2, "\(flips)")
    try layersAreCompared()
    try conceptsAreFitted()
    try conceptsAreCompared()
    try exportIsWhole()
    try pairsAreMeasured()
    try damageIsFound()
  }

  private func layersAreCompared() throws {
    let run = try place.lethe(["similar", "emotion", "pain-b3", "--dataset", "emotion"])
    #expect(run.code == 0 && run.lines.count == 22, "\(run)")
    #expect(run.lines[0].hasSuffix(",features_before,features_after,cka,procrustes"), "\(run)")
    // Blocks 1 and 2 are the parent's.
    for line in run.lines[1...6] { #expect(line.hasSuffix(",1.0,0.0"), "\(run)") }
    #expect(!run.lines[7].hasSuffix(",1.0,0.0"), "\(run)")
    let few = try place.lethe([
      "similar", "emotion", "pain-b3", "--dataset", "pain", "--layer", "fc6,fc7", "--matrix",
    ])
    #expect(few.code == 0 && few.lines.count == 5, "\(few)")
    let maps = try place.lethe([
      "similar", "emotion", "pain-b3", "--dataset", "emotion", "--layer", "conv5_3", "--features",
      "maps",
    ])
    #expect(maps.code == 1, "\(maps)")
    #expect(maps.error.contains("run: lethe ingest --model emotion"), "\(maps)")
  }

  private func pairsAreMeasured() throws {
    let none = try place.lethe(["pairs"])
    #expect(none.code == 3 && none.error.contains("lethe faces DIR --pairs all"), "\(none)")
    let unknown = try place.lethe(["faces", "pairs", "--pairs", "3"])
    #expect(unknown.code != 0 && unknown.error.contains("do not show AU3"), "\(unknown)")
    let faces = try place.lethe([
      "faces", "pairs", "--pairs", "12,AU4", "--people", "3", "--per-person", "2", "--size", "32",
    ])
    #expect(faces.code == 0 && faces.error.contains("24 pictures"), "\(faces)")
    #expect(try place.lethe(["dataset", "add", "pairs", "pairs"]).code == 0)
    #expect(try place.lethe(["ingest", "--dataset", "pairs"]).code == 0)
    // Seven variants answer emotion with eight classes, six pain with two.
    let all = try place.lethe(["pairs"])
    #expect(all.code == 0 && all.lines.count == 1 + 2 * (7 * 8 + 6 * 2), "\(all)")
    #expect(all.error.contains("12 pairs of 3 subjects"), "\(all)")
    let two = try place.lethe([
      "pairs", "emotion", "pain-b1", "--by", "layer", "--au", "12", "--layer", "conv5_3,fc7",
    ])
    #expect(two.code == 0 && two.lines.count == 3, "\(two)")
    #expect(two.lines[0].hasSuffix(",p,p_holm,noise_before,noise_after"), "\(two)")
    let logits = try place.lethe(["pairs", "emotion", "pain-b1"])
    #expect(logits.code == 2 && logits.error.contains("ask --by layer"), "\(logits)")
    // A statement that never ends within the table function ends at its timeout.
    let runaway = try place.lethe([
      "sql", "--timeout", "0.2",
      """
      SELECT sum(a.mean * b.mean * c.mean * d.mean) FROM activations('emotion', 'fc7') a,
        activations('emotion', 'fc7') b, activations('pain-b1', 'fc7') c,
        activations('pain-b1', 'fc7') d
      """,
    ])
    #expect(runaway.code == 1 && runaway.error.contains("ran longer than"), "\(runaway)")
    // With job control (-m) the shell leaves SIGINT to its background jobs.
    let stopped = try place.bash(
      """
      set -m
      lethe_sql() {
        exec "$LETHE" sql --timeout 60 "SELECT sum(a.mean * b.mean * c.mean * d.mean) \
      FROM activations('emotion', 'fc7') a, activations('emotion', 'fc7') b, \
      activations('pain-b1', 'fc7') c, activations('pain-b1', 'fc7') d"
      }
      lethe_sql & sleep 1; kill -INT $!; wait $!; echo $?
      """)
    #expect(stopped.output == "130\n", "\(stopped)")
  }

  private func conceptsAreFitted() throws {
    let words = ["--au", "AU12,25", "--layer", "conv5_3", "--model", "emotion,pain-fc,pain-b1"]
    let missing = try place.lethe(["concept", "list"])
    #expect(missing.code == 3 && missing.error.contains("run lethe concept fit"), "\(missing)")
    let first = try place.lethe(["concept", "fit"] + words)
    #expect(first.code == 0 && first.lines.count == 7, "\(first)")
    #expect(first.lines[0].hasPrefix("concept_id,model,layer,au,loss,split,set_iou,"), "\(first)")
    // pain-fc has the convolutions of emotion.
    #expect(first.error.contains("4 concepts fitted, 0 already kept"), "\(first)")
    let second = try place.lethe(["concept", "fit"] + words)
    #expect(second.error.contains("0 concepts fitted, 4 already kept"), "\(second)")
    #expect(second.output == first.output, "\(second)")
    let list = try place.lethe(["concept", "list", "--model", "pain-fc", "--au", "all"])
    #expect(list.code == 0 && list.lines.count == 3, "\(list)")
    let scores = try place.lethe([
      "sql",
      """
      SELECT c.au, count(*) FROM concepts c, concept_score(c.concept_id) s
      JOIN samples p USING (sample_id) WHERE c.model = 'pain-fc' GROUP BY c.au ORDER BY 1
      """,
    ])
    #expect(scores.code == 0 && scores.lines.count == 3, "\(scores)")
    let filters = try place.lethe([
      "concept", "filters", "12", "--layer", "conv5_3", "--model", "emotion,pain-fc", "-k", "3",
    ])
    #expect(filters.code == 0 && filters.lines.count == 7, "\(filters)")
    #expect(!filters.error.contains("not kept"), "\(filters)")
    let bare = try place.lethe(["concept", "fit", "--layer", "pool1", "--model", "emotion"])
    #expect(bare.code == 3, "\(bare)")
    #expect(bare.error.contains("--layer pool1 --keep pooled,bits"), "\(bare)")
    let dense = try place.lethe(["concept", "fit", "--layer", "fc6", "--model", "emotion"])
    #expect(dense.code == 2 && dense.error.contains("has one position"), "\(dense)")
    let wrong = try place.lethe(["concept", "fit", "--au", "smile"])
    #expect(wrong.code == 2 && wrong.error.contains("is no number of an action unit"), "\(wrong)")
  }

  private func conceptsAreCompared() throws {
    let words = ["concept", "compare", "emotion"]
    let run = try place.lethe(words + ["pain-b1", "--au", "12,25", "--layer", "conv5_3"])
    #expect(run.code == 0 && run.lines.count == 7, "\(run)")
    #expect(
      run.lines[0].hasPrefix("before,after,dataset,split,layer,au,group,measure,n,"), "\(run)")
    #expect(run.lines[1].contains(",emotion-after-pain-fc,"), "\(run)")
    // Fitted and kept before.
    #expect(!run.error.contains("not kept"), "\(run)")
    let shared = try place.lethe(words + ["pain-fc", "--au", "12", "--layer", "conv5_3"])
    #expect(shared.code == 0 && shared.error.contains("shared by both models"), "\(shared)")
    let contrast = try place.lethe(words + ["pain-b1", "--au", "12", "--contrast"])
    #expect(contrast.code == 3 && contrast.lines.count == 1, "\(contrast)")
    let sql = try place.lethe(words + ["pain-b1", "--layer", "conv5_3", "--show-sql"])
    #expect(sql.code == 0 && sql.output.contains("FROM layers"), "\(sql)")
    let wrong = try place.lethe(words + ["pain-b1", "--layer", "conv5_4"])
    #expect(wrong.code == 2 && wrong.error.contains("did you mean conv5_"), "\(wrong)")
    let margin = try place.lethe(words + ["pain-b1", "--margin", "-1"])
    #expect(margin.code == 2, "\(margin)")
  }

  private func exportIsWhole() throws {
    let export = try place.lethe([
      "export", "npy", "--inputs", "--model", "emotion", "--dataset", "pain", "-o", "inputs.npy",
      "--ids", "ids.csv",
    ])
    #expect(export.code == 0, "\(export)")
    let data = try Data(contentsOf: place.folder.appending(path: "inputs.npy"))
    let header = String(decoding: data.prefix(128), as: UTF8.self)
    #expect(header.contains("(48, 3, 32, 32)"), "\(header)")
    #expect(data.count % 64 == 0 && data.count >= 48 * 3 * 32 * 32)
    let ids = try String(contentsOf: place.folder.appending(path: "ids.csv"), encoding: .utf8)
    #expect(ids.split(separator: "\n").count == 49)
  }

  private func damageIsFound() throws {
    let arrays = place.folder.appending(path: "lethe-warehouse/arrays").path
    let files = try FileManager.default.subpathsOfDirectory(atPath: arrays)
    let name = try #require(files.sorted().first { $0.hasSuffix(".h5") })
    let file = try #require(FileHandle(forUpdatingAtPath: arrays + "/" + name))
    try file.seek(toOffset: 2_000)
    let byte = try #require(try file.read(upToCount: 1)?.first)
    try file.seek(toOffset: 2_000)
    try file.write(contentsOf: Data([byte ^ 1]))
    try file.close()
    let verify = try place.lethe(["verify"])
    #expect(verify.code == 3, "\(verify)")
    #expect(verify.output.contains("digest,arrays/\(name),"), "\(verify)")
  }
}
