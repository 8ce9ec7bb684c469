import Foundation
import SQLite
import Testing
import Warehouse

@testable import Query

@Suite("Activations in SQL")
struct ActivationTests {
  let place: ActivationStore
  let session: ReadOnlySession

  init() throws {
    place = try ActivationStore()
    session = try ReadOnlySession(place.store)
  }

  private var rowsRead: Int { session.reader?.rowsRead ?? -1 }

  @Test("activations has mean and maximum of every channel and sample, as the store reads them")
  func pooled() throws {
    let rows = try session.numbers(
      "SELECT sample_id, channel, mean, max FROM activations('net', 'conv') ORDER BY 1, 2")
    let stored = try place.store.read(
      key: TinyStore.prefix, tier: .pooled, dataset: 1, positions: 0..<7)
    #expect(rows.count == 21)
    for (index, row) in rows.enumerated() {
      // The fixture: sample p has 6p + 2c as mean and 6p + 2c + 1 as maximum of channel c.
      let (p, c) = (index / 3, index % 3)
      #expect(row == [Double(p + 1), Double(c), Double(6 * p + 2 * c), Double(6 * p + 2 * c + 1)])
      #expect(row[2] == Double(stored.values[2 * index]))
      #expect(row[3] == Double(stored.values[2 * index + 1]))
    }
    #expect(rowsRead == 7)
  }

  @Test("activation_at has one position of the stored map", arguments: [(0, 0, 0), (2, 1, 0)])
  func maps(channel: Int, y: Int, x: Int) throws {
    let parameters = zip(["c", "y", "x"], [channel, y, x]).map {
      SQLStatement.Parameter($0, .integer(Int64($1)))
    }
    let rows = try session.numbers(
      "SELECT sample_id, value FROM activation_at('net', 'conv', :c, :y, :x)", parameters)
    #expect(
      rows == (0..<7).map { [Double($0 + 1), Double(TinyStore.map($0, channel, y, x))] })
  }

  @Test("a sample and a channel are looked up: only their segment or row is read")
  func pushdown() throws {
    #expect(
      try session.numbers(
        "SELECT mean FROM activations('net', 'conv') WHERE sample_id = 6 AND channel = 1")
        == [[32]])
    // The second segment has three samples.
    #expect(rowsRead == 3)
    #expect(
      try session.numbers(
        "SELECT channel, mean FROM activations('after', 'conv') WHERE sample_id = 1")
        == [[0, 0], [1, -4], [2, -8]])
    #expect(rowsRead == 7)
    #expect(
      try session.numbers(
        "SELECT value FROM activation_at('net', 'conv', 1, 1, 1) WHERE sample_id IN (2, 7)")
        == [1, 6].map { [Double(TinyStore.map($0, 1, 1, 1))] })
    // Small maps are stored many together, too.
    #expect(rowsRead == 14)
    for condition in [
      "sample_id = 99", "sample_id = 1.5", "sample_id = NULL", "channel = 3", "channel = -1",
      "sample_id = x'01'",
    ] {
      let sql = "SELECT * FROM activations('net', 'conv') WHERE \(condition)"
      #expect(try session.numbers(sql).isEmpty, "\(condition)")
    }
    #expect(rowsRead == 14)
  }

  @Test(
    "samples and channels between bounds: only segments that hold them are read",
    arguments: [
      ("sample_id > 4 AND channel >= 1", [5, 6, 7], [1, 2], 3),
      ("sample_id BETWEEN 2 AND 3", [2, 3], [0, 1, 2], 4),
      ("sample_id < 2.5 AND channel < 1", [1, 2], [0], 4),
      ("sample_id >= 6.5", [7], [0, 1, 2], 3), ("sample_id > 7", [], [], 0),
      ("sample_id < -1e30", [], [], 0), ("sample_id > 9e18", [], [], 0), ("channel > 2", [], [], 0),
      ("sample_id > x'00'", [], [], 0),
      ("sample_id < x'00' AND sample_id <= 1", [1], [0, 1, 2], 4),
      ("sample_id > 9223372036854775807", [], [], 0),
      ("sample_id > 6 AND sample_id < 7", [], [], 0),
      ("sample_id <= '1'", [1], [0, 1, 2], 7), ("sample_id > NULL", [], [], 0),
      ("sample_id > 2 AND sample_id <= 5 AND channel BETWEEN 1 AND 1", [3, 4, 5], [1], 7),
    ] as [(String, [Double], [Double], Int)])
  func bounds(condition: String, samples: [Double], channels: [Double], read: Int) throws {
    let rows = try session.numbers(
      "SELECT sample_id, channel FROM activations('net', 'conv') WHERE \(condition)")
    #expect(rows == samples.flatMap { sample in channels.map { [sample, $0] } })
    #expect(rowsRead <= read, "\(rowsRead)")
  }

  @Test("rows ascend by sample and channel, also where samples lie in another order")
  func order() throws {
    let writing = try Store.open(place.store.folder, for: .writing(create: false))
    for (sample, position) in [(1, 100), (7, 0), (1, 6)] {
      try writing.catalogue.run("UPDATE sample SET position = ? WHERE id = ?", position, sample)
    }
    try writing.close()
    let store = try Store.open(place.store.folder, for: .reading)
    let session = try ReadOnlySession(store)
    let plan = try session.table(
      SQLStatement(
        "EXPLAIN QUERY PLAN SELECT * FROM activations('net', 'conv') ORDER BY sample_id, channel"))
    #expect(plan.rows.count == 1)
    let rows = try session.numbers(
      "SELECT sample_id, channel, mean FROM activations('net', 'conv') ORDER BY 1, 2")
    // The numbers stand by position: the first and the last sample have changed places.
    let positions = [6, 1, 2, 3, 4, 5, 0]
    #expect(rows.count == 21)
    for (index, row) in rows.enumerated() {
      let (sample, channel) = (index / 3, index % 3)
      #expect(row[0] == Double(sample + 1))
      #expect(row[2] == Double(6 * positions[sample] + 2 * channel))
    }
    try store.close()
  }

  @Test("the first rows in order are found without reading the rest")
  func first() throws {
    let rows = try session.numbers(
      "SELECT sample_id, channel FROM activations('net', 'conv') ORDER BY sample_id, channel LIMIT 4"
    )
    #expect(rows == [[1, 0], [1, 1], [1, 2], [2, 0]])
    #expect(rowsRead == 4)
  }

  @Test("vectors of samples and networks are compared by their cosine")
  func cosine() throws {
    let rows = try session.numbers(
      """
      WITH v AS (
        SELECT model, sample_id, json_group_array(mean) AS means
        FROM (SELECT m.model, a.* FROM models m, activations(m.model, 'conv') a
              ORDER BY m.model, a.sample_id, a.channel)
        GROUP BY model, sample_id)
      SELECT a.sample_id, cosine(a.means, b.means) FROM v a JOIN v b USING (sample_id)
      WHERE a.model = 'net' AND b.model = 'after' AND sample_id > 5
      """)
    #expect(rows.map { $0[0] } == [6, 7])
    for row in rows { #expect(agree(row[1], -1)) }
  }

  @Test("a text that looks like a number compares as SQLite compares it")
  func affinity() throws {
    let sql = "SELECT count(*) FROM activations('net', 'conv') WHERE sample_id = '6'"
    #expect(try session.numbers(sql) == [[3]])
  }

  @Test(
    "a join reads the samples that it needs, in whatever order it is written",
    arguments: [
      """
      FROM aus a JOIN activations('net', 'conv') b USING (sample_id)
      JOIN activations('after', 'conv') c USING (sample_id)
      WHERE a.au = 6 AND b.channel = 1 AND c.channel = 1
      """,
      """
      FROM activations('net', 'conv') b
      JOIN activations('after', 'conv') c USING (sample_id, channel)
      JOIN aus a USING (sample_id) WHERE a.au = 6 AND channel = 1
      """,
    ])
  func join(from: String) throws {
    // Sample 2, position 1: 6 + 2 before, −16 after.
    #expect(try session.numbers("SELECT sample_id, b.mean, c.mean \(from)") == [[2, 8, -16]])
    // Four samples of the first segment for each of the two models.
    #expect(rowsRead == 8)
  }

  @Test("the pictures with an action unit on which a channel fell most, in one statement")
  func fell() throws {
    let rows = try session.numbers(
      """
      SELECT s.sample_id, b.mean - c.mean AS fall
      FROM samples s JOIN aus a USING (sample_id)
      JOIN activations('net', 'conv') b ON b.sample_id = s.sample_id AND b.channel = 2
      JOIN activations('after', 'conv') c ON c.sample_id = s.sample_id AND c.channel = 2
      WHERE a.au = 12 ORDER BY fall DESC LIMIT 2
      """)
    // Three times 6p + 4 at p = 5 and 4.
    #expect(rows == [[6, 102], [5, 84]])
  }

  @Test("both functions in one statement, LIMIT, OR and repeated reading")
  func together() throws {
    #expect(
      try session.numbers(
        """
        SELECT a.mean, m.value FROM activations('net', 'conv') a
        JOIN activation_at('net', 'conv', 2, 0, 1) m USING (sample_id)
        WHERE a.channel = 0 AND a.sample_id > 6
        """) == [[36, Double(TinyStore.map(6, 2, 0, 1))]])
    let first = "SELECT sample_id FROM activations('after', 'conv') LIMIT 1"
    let before = rowsRead
    #expect(try session.numbers(first) == [[1]])
    #expect(rowsRead == before + 4)
    #expect(try session.numbers(first) == [[1]])
    #expect(rowsRead == before + 4)
    #expect(
      try session.numbers(
        """
        SELECT sample_id, channel FROM activations('net', 'conv')
        WHERE (sample_id = 1 AND channel = 2) OR (sample_id = 5 AND channel = 0) ORDER BY 1
        """) == [[1, 2], [5, 0]])
  }

  @Test("names and arguments may be NULL or come from a table")
  func arguments() throws {
    #expect(try session.numbers("SELECT * FROM activations(NULL, 'conv')").isEmpty)
    #expect(try session.numbers("SELECT * FROM activation_at('net', 'conv', 0, NULL, 0)").isEmpty)
    let rows = try session.numbers(
      """
      SELECT sum(a.mean) FROM models m, activations(m.model, 'conv') a
      WHERE a.sample_id = 2 AND a.channel = 1 GROUP BY m.model ORDER BY m.model
      """)
    #expect(rows == [[-16], [8]])
  }

  @Test(
    "what cannot be answered is an error with near names or the command to run",
    arguments: [
      ("activations('nett', 'conv')", "there is no model nett; did you mean net?", 2),
      ("activations('net', 'cnov')", "there is no layer cnov in net; did you mean conv?", 2),
      (
        "activations('net')",
        "activations needs its argument layer: write activations(model, layer)", 1
      ),
      ("activations", "activations needs its argument model: write activations(model, layer)", 1),
      (
        "activations('after', 'dense')",
        "pooled of layer dense of after are not stored; "
          + "run: lethe ingest --model after --layer dense", 3
      ),
      (
        "activation_at('after', 'conv', 0, 0, 0)",
        "maps of layer conv of after are not stored; "
          + "run: lethe ingest --model after --layer conv --keep pooled,maps", 3
      ),
      (
        "activation_at('net', 'conv', 3, 0, 0)",
        "there is no channel 3 in layer conv of net: 0 to 2 are there", 2
      ),
      (
        "activation_at('net', 'conv', 0, 0, -1)",
        "there is no column (x) -1 in layer conv of net: 0 to 1 are there", 2
      ),
      ("activations(1, 'conv')", "the argument model must be a text", 2),
      ("activatons('net', 'conv')", "no such table: activatons; did you mean activations?", 2),
    ] as [(String, String, Int32)])
  func refusals(call: String, message: String, code: Int32) throws {
    let error = queryError { _ = try session.table(SQLStatement("SELECT * FROM \(call)")) }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "no error")")
    #expect(error?.exitCode == code)
    #expect(try session.numbers("SELECT 1") == [[1]])
  }

  @Test("writing is still refused")
  func readOnly() throws {
    for sql in [
      "DELETE FROM activations WHERE sample_id = 1", "CREATE TABLE t AS SELECT 1",
      "CREATE VIRTUAL TABLE v USING activations", "DROP TABLE activations",
      "INSERT INTO label SELECT sample_id, 'a', 'b' FROM activations('net', 'conv')",
    ] {
      #expect(
        queryError { _ = try session.table(SQLStatement(sql)) }?.exitCode == 2, "\(sql)")
    }
  }

  @Test("a session without a store has no table functions")
  func catalogueAlone() throws {
    let session = try Catalogue.tiny().session()
    let sql = "SELECT * FROM activations(1, 2)"
    let error = queryError { _ = try session.table(SQLStatement(sql)) }
    #expect(error?.description.hasPrefix("no such table: activations") == true)
  }

  @Test("a cancelled statement ends between reads")
  func cancelled() throws {
    let other = try ActivationStore()
    let session = try ReadOnlySession(other.store, limits: .init(isCancelled: { true }))
    let sql = "SELECT sum(mean) FROM activations('net', 'conv')"
    #expect(queryError { _ = try session.numbers(sql) }?.exitCode == 130)
    #expect(session.reader?.rowsRead == 0)
  }

  @Test("the store goes with the session")
  func freed() throws {
    let folder = try TinyStore().folder
    defer { try? FileManager.default.removeItem(at: folder) }
    weak var store: Store?
    do {
      let opened = try Store.open(folder, for: .reading)
      store = opened
      let session = try ReadOnlySession(opened)
      #expect(try session.numbers("SELECT count(*) FROM activations('net', 'conv')") == [[21]])
    }
    #expect(store == nil)
  }
}
