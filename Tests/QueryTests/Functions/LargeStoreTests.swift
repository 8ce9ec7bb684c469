import Foundation
import Synchronization
import Testing
import Warehouse

@testable import Query

/// Ten pictures of the split test with AU12 on which a channel fell most between two networks.
private let mostFallen = SQLStatement(
  """
  SELECT s.sample_id, s.path, b.mean AS before, c.mean AS after, b.mean - c.mean AS fall
  FROM samples s
  JOIN aus a ON a.sample_id = s.sample_id AND a.au = 12
  JOIN activations('emotion', 'conv5_3') b ON b.sample_id = s.sample_id AND b.channel = 37
  JOIN activations('after', 'conv5_3') c ON c.sample_id = s.sample_id AND c.channel = 37
  WHERE s.split = 'test' ORDER BY fall DESC LIMIT 10
  """)

@Suite("Activations of many pictures in SQL")
struct LargeStoreTests {
  private static let benchmark = ProcessInfo.processInfo.environment["LETHE_BENCHMARK"]

  /// Calls `body` with a small one of these warehouses.
  private func withStore(samples: Int = 700, _ body: (Store) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    _ = try LargeStore(folder, samples: samples, channels: 48)
    let store = try Store.open(folder, for: .reading)
    defer { try? store.close() }
    try body(store)
  }

  @Test("the pictures on which a channel fell most are those that a direct count finds")
  func mostFallen() throws {
    try withStore { store in
      let session = try ReadOnlySession(store)
      let rows = try session.table(QueryTests.mostFallen).rows
      let expected = (0..<700).filter { LargeStore.isTest($0) && LargeStore.shows(12, $0) }
        .map { (id: $0 + 1, fall: LargeStore.mean(0, $0, 37) - LargeStore.mean(1, $0, 37)) }
        .sorted { $0.fall > $1.fall }.prefix(10)
      #expect(rows.map { $0[0].int } == expected.map(\.id))
      for (row, one) in zip(rows, expected) { #expect(agree(row[4].double, Double(one.fall))) }
      // What was read serves the other channels of its chunks.
      let before = session.reader?.rowsRead ?? -1
      _ = try session.table(SQLStatement(QueryTests.mostFallen.sql.replacing("37", with: "41")))
      #expect(session.reader?.rowsRead == before)
      _ = try session.table(SQLStatement(QueryTests.mostFallen.sql.replacing("37", with: "11")))
      #expect(session.reader?.rowsRead == 2 * before)
    }
  }

  @Test(
    "a layer is read to its last sample, however many there are",
    arguments: [("1 = 1", 1...700), ("sample_id > 250", 251...700), ("sample_id < 600", 1...599)])
  func wholeLayer(_ condition: String, _ samples: ClosedRange<Int>) throws {
    try withStore { store in
      let session = try ReadOnlySession(store)
      let row = try session.table(
        SQLStatement(
          """
          SELECT count(*), min(sample_id), max(sample_id), count(DISTINCT sample_id), sum(mean)
          FROM activations('emotion', 'conv5_3') WHERE channel = 7 AND \(condition)
          """)
      ).rows[0]
      let expected = [samples.count, samples.lowerBound, samples.upperBound, samples.count]
      #expect(row.prefix(4).map(\.int) == expected)
      let sum = samples.reduce(0) { $0 + Double(LargeStore.mean(0, $1 - 1, 7)) }
      #expect(abs((row[4].double ?? .nan) - sum) < 1e-6 * abs(sum))
    }
  }

  @Test("samples that follow each other are read ahead, each of them once")
  func ahead() throws {
    try withStore(samples: 3_000) { store in
      let session = try ReadOnlySession(store)
      let sum = { (channel: Int) in
        try session.numbers(
          """
          SELECT count(*), sum(a.max), sum(a.sample_id)
          FROM samples s JOIN activations('after', 'conv5_3') a
            ON a.sample_id = s.sample_id AND a.channel = \(channel)
          """)[0]
      }
      let found = try sum(40)
      let expected = (0..<3_000).reduce(0.0) { $0 + Double(LargeStore.mean(1, $1, 40)) + 1 }
      #expect(found[0] == 3_000)
      #expect(abs((found[1] ?? .nan) - expected) < 1e-6 * expected)
      #expect(found[2] == Double(3_000 * 3_001 / 2))
      #expect(session.reader?.rowsRead == 3_000)
      _ = try sum(33)
      #expect(session.reader?.rowsRead == 3_000)
    }
  }

  @Test("a sample that is asked for alone is read with its block, and nothing ahead")
  func jump() throws {
    try withStore { store in
      let session = try ReadOnlySession(store)
      _ = try session.numbers(
        "SELECT max FROM activations('after', 'conv5_3') WHERE sample_id = 300 AND channel = 1")
      #expect(session.reader?.rowsRead == LargeStore.perSegment)
    }
  }

  @Test("a statement that would run for hours over stored activations stops at its timeout")
  func timeout() throws {
    try withStore { store in
      let session = try ReadOnlySession(store, limits: .init(timeout: .milliseconds(50)))
      let error = queryError {
        _ = try session.numbers(
          """
          SELECT sum(a.mean * b.mean * c.mean) FROM activations('emotion', 'conv5_3') a,
            activations('emotion', 'conv5_3') b, activations('after', 'conv5_3') c
          """)
      }
      #expect(error?.description.contains("ran longer than") == true)
      #expect(try session.numbers("SELECT 1") == [[1]])
    }
  }

  @Test("a statement that is cancelled while a table function works reads no further")
  func cancelled() throws {
    try withStore { store in
      let asked = Mutex(0)
      let session = try ReadOnlySession(
        store,
        limits: .init(isCancelled: {
          asked.withLock {
            $0 += 1
            return $0 > 1
          }
        }))
      let error = queryError {
        _ = try session.numbers("SELECT max(mean) FROM activations('emotion', 'conv5_3')")
      }
      #expect(error?.exitCode == 130)
      #expect(session.reader?.rowsRead == LargeStore.perSegment)
    }
  }

  /// Not a test: `LETHE_BENCHMARK=DIR` writes the warehouse there, once, and prints the times.
  @Test("times of statements", .enabled(if: benchmark != nil))
  func times() throws {
    let folder = URL(filePath: Self.benchmark ?? "")
    if !FileManager.default.fileExists(atPath: folder.path) {
      _ = try LargeStore(folder, samples: 10_000, channels: 512)
    }
    let store = try Store.open(folder, for: .reading)
    defer { try? store.close() }
    print("statement,run,milliseconds,rows")
    let session = try ReadOnlySession(store)
    for run in 1...6 {
      let statement =
        run == 6
        ? SQLStatement(QueryTests.mostFallen.sql.replacing("37", with: "411"))
        : QueryTests.mostFallen
      var rows = 0
      let time = try ContinuousClock().measure { rows = try session.table(statement).rows.count }
      print("most-fallen,\(run),\(time / .milliseconds(1)),\(rows)")
    }
  }
}
