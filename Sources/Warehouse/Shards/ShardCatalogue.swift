internal import Foundation
internal import SQLite

/// The rows that a shard's catalogue has beside those of a warehouse, and how they come there.
enum ShardCatalogue {
  /// The number of the layout of these tables.
  static let format = 2

  static let tables = """
    CREATE TABLE shard (
      id        INTEGER PRIMARY KEY CHECK (id = 1),
      format    INTEGER NOT NULL,
      number    INTEGER NOT NULL,
      count     INTEGER NOT NULL,
      model     TEXT,                  -- the model that is trained; NULL: a part of an ingest
      plan      TEXT NOT NULL,
      kernel    TEXT NOT NULL,
      is_whole  INTEGER NOT NULL,      -- 0 until everything is computed
      inherited INTEGER NOT NULL       -- segments up to this id are the warehouse's
    ) STRICT;
    CREATE TABLE shard_block (
      dataset INTEGER NOT NULL, first INTEGER NOT NULL, count INTEGER NOT NULL,
      PRIMARY KEY (dataset, first)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE shard_dataset (
      dataset        INTEGER PRIMARY KEY,
      has_train      INTEGER NOT NULL,
      has_mask_files INTEGER NOT NULL
    ) STRICT;
    """

  /// Fills a new shard's catalogue from the warehouse, attached as `base`, within a transaction:
  /// what networks are, and what is known of the shard's own samples.
  ///
  /// Training asks for no predictions: they would be by far the most rows.
  static func fill(_ catalogue: Connection, _ request: ShardRequest) throws {
    try catalogue.execute(script: tables)
    for block in request.blocks {
      try catalogue.run(
        "INSERT INTO main.shard_block VALUES (?, ?, ?)", block.dataset,
        block.positions.lowerBound, block.positions.count)
    }
    try catalogue.execute(script: rows)
    for table in ofSamples where table != "prediction" || request.model == nil {
      try catalogue.run(
        """
        INSERT INTO main.\(table)
          SELECT t.* FROM main.sample s CROSS JOIN base.\(table) t WHERE t.sample = s.id
        """)
    }
    try catalogue.run(
      """
      INSERT INTO main.shard VALUES
        (1, ?, ?, ?, ?, ?, ?, 0, (SELECT coalesce(max(id), 0) FROM main.segment))
      """, format, request.shard.number, request.shard.count, request.model, request.plan,
      request.kernel)
  }

  private static let ofSamples = [
    "label", "score", "au", "sample_coding", "landmark_set", "mask_file", "prediction", "au_mask",
  ]

  private static let rows = """
    INSERT INTO main.dataset SELECT * FROM base.dataset;
    INSERT INTO main.model SELECT * FROM base.model;
    INSERT INTO main.layer SELECT * FROM base.layer;
    INSERT INTO main.threshold SELECT * FROM base.threshold;
    INSERT INTO main.provisional_bound SELECT * FROM base.provisional_bound;
    INSERT INTO main.coding SELECT * FROM base.coding;
    INSERT INTO main.shard_dataset
      SELECT d.id,
        EXISTS (SELECT 1 FROM base.sample s WHERE s.dataset = d.id AND s.split = 'train'),
        EXISTS (SELECT 1 FROM base.sample s JOIN base.mask_file m ON m.sample = s.id
                WHERE s.dataset = d.id)
      FROM base.dataset d;
    INSERT INTO main.sample
      SELECT s.* FROM main.shard_block b CROSS JOIN base.sample s
      WHERE s.dataset = b.dataset AND s.position >= b.first AND s.position < b.first + b.count;
    INSERT INTO main.segment
      SELECT g.* FROM base.segment g
      JOIN main.shard_block b ON b.dataset = g.dataset AND b.first = g.first;
    INSERT INTO main.stored_array
      SELECT a.* FROM main.segment g JOIN base.stored_array a ON a.segment = g.id;
    """

  /// What of the samples and networks that a shard was made from is not as in the warehouse any
  /// more; nil if nothing is.
  ///
  /// - Parameters:
  ///   - catalogue: A connection to both.
  ///   - shard: The name of the shard's schema there.
  ///   - base: The name of the warehouse's.
  ///   - model: The model that the shard trains: the warehouse need not have it.
  /// - Returns: What differs first, in words.
  /// - Throws: `SQLiteError` if one of them cannot be read.
  static func difference(
    _ catalogue: Connection, shard: String, base: String, training model: String?
  ) throws -> String? {
    let sample = try catalogue.value(
      """
      SELECT s.path FROM \(shard).sample s
      JOIN \(shard).dataset d ON d.id = s.dataset
      LEFT JOIN \(base).sample t
        ON t.id = s.id AND t.dataset = s.dataset AND t.position = s.position AND t.path = s.path
           AND t.split = s.split
      LEFT JOIN \(base).dataset e ON e.id = d.id AND e.name = d.name
      WHERE t.id IS NULL OR e.id IS NULL LIMIT 1
      """
    ).string
    if let sample { return "its sample \(sample) is not that of the warehouse" }
    // Of a picture that nobody has read since it changed, the warehouse knows no digest.
    let picture = try catalogue.value(
      """
      SELECT s.path FROM \(shard).sample s JOIN \(base).sample t ON t.id = s.id
      WHERE s.picture IS NOT NULL AND CASE WHEN t.picture IS NULL
        THEN t.bytes IS NOT s.bytes OR t.modified IS NOT s.modified
        ELSE t.picture <> s.picture END
      LIMIT 1
      """
    ).string
    if let picture { return "its picture \(picture) is another one than that of the warehouse" }
    let other = try catalogue.value(
      """
      SELECT m.name FROM \(shard).model m
      LEFT JOIN \(base).model n
        ON n.id = m.id AND n.name = m.name AND n.sha256 = m.sha256 AND n.input_key = m.input_key
      WHERE m.name IS NOT ? AND (n.id IS NULL
         OR EXISTS (SELECT 1 FROM \(shard).layer l
                    LEFT JOIN \(base).layer k
                      ON k.model = l.model AND k.ordinal = l.ordinal AND k.prefix = l.prefix
                    WHERE l.model = m.id AND k.model IS NULL))
      LIMIT 1
      """, model
    ).string
    return other.map { "its model \($0) is not that of the warehouse" }
  }
}

/// The row of `shard`: what a shard says of itself.
struct ShardRecord {
  let shard: Shard
  let model: String?
  let plan: String
  let kernel: String
  let isWhole: Bool
  let inherited: Int64

  /// The record in a schema of a connection.
  ///
  /// - Throws: `SQLiteError` if there is none, `WarehouseError` if it makes no sense.
  init(_ catalogue: Connection, schema: String = "main", subject: String) throws {
    let row = try catalogue.row(
      """
      SELECT format, number, count, plan, kernel, is_whole, inherited, model FROM \(schema).shard
      """)
    guard let row, row[0].int == ShardCatalogue.format, let number = row[1].int,
      let count = row[2].int, let shard = Shard(number, of: count), let plan = row[3].string,
      let kernel = row[4].string, let isWhole = row[5].int, let inherited = row[6].int
    else {
      throw WarehouseError(
        .damaged, subject, "this is no shard that this version of lethe makes",
        advice: "remove the folder and run its task again")
    }
    self.shard = shard
    model = row[7].string
    self.plan = plan
    self.kernel = kernel
    self.isWhole = isWhole != 0
    self.inherited = Int64(inherited)
  }
}
