internal import SQLite

extension Store {
  /// The digests of the pictures that inputs were made from, by the row ids of their samples.
  ///
  /// - Parameters:
  ///   - dataset: The row id of the data set.
  ///   - positions: Of the samples.
  /// - Returns: SHA-256 of those samples of which inputs were made.
  /// - Throws: `SQLiteError` if the catalogue cannot be read.
  public func pictureDigests(of dataset: Int64, positions: Range<Int>) throws -> [Int64: String] {
    var digests: [Int64: String] = [:]
    for row in try catalogue.rows(
      """
      SELECT id, picture FROM sample
      WHERE dataset = ? AND position >= ? AND position < ? AND picture IS NOT NULL
      """, dataset, positions.lowerBound, positions.upperBound)
    {
      if let id = row[0].int { digests[Int64(id)] = row[1].string }
    }
    return digests
  }

  /// Notes which pictures inputs are made from; within the transaction that stores the inputs.
  ///
  /// - Parameter digests: SHA-256 of each picture, by the row id of its sample.
  /// - Throws: `SQLiteError` if the catalogue cannot be written.
  public func recordPictures(_ digests: [Int64: String]) throws {
    try requireWritable()
    for (sample, digest) in digests {
      try catalogue.run("UPDATE sample SET picture = ? WHERE id = ?", digest, sample)
    }
  }
}
