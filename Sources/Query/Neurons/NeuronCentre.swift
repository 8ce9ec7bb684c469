internal import SQLite

/// The sample that others are compared with.
struct NeuronCentre {
  let id: Int64
  let dataset: String
  let position: Int

  /// Paths among which a near one is looked for.
  private static let mostPaths = 20_000

  /// Finds a sample by its id or its path.
  ///
  /// - Throws: `QueryError` if there is none, or several data sets have the path.
  init(_ text: String, in session: ReadOnlySession) throws {
    let condition = Int64(text) == nil ? "s.path = :sample" : "s.id = :sample"
    let value = Int64(text).map(Cell.integer) ?? .text(text)
    let rows = try session.table(
      SQLStatement(
        """
        SELECT s.id, d.name, s.position FROM sample s JOIN dataset d ON d.id = s.dataset
        WHERE \(condition) ORDER BY d.id
        """, [.init("sample", value)])
    ).rows
    guard rows.count < 2 else {
      let places = rows.map { "\($0[0].int ?? 0) (\($0[1].string ?? ""))" }
      throw QueryError.usage(
        "several samples are \(text): name one by its id, " + places.joined(separator: " or "))
    }
    guard let row = rows.first, let id = row[0].int, let dataset = row[1].string,
      let position = row[2].int
    else {
      let paths =
        Int64(text) == nil
        ? try session.names("SELECT path FROM sample LIMIT \(NeuronCentre.mostPaths)") : []
      let near = NearNames.question(text, among: paths)
      throw QueryError.usage(
        "there is no sample \(text)"
          + (near.isEmpty ? ": name one by sample_id or path of the view samples" : near))
    }
    (self.id, self.dataset, self.position) = (Int64(id), dataset, position)
  }
}
