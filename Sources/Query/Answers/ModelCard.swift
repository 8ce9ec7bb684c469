internal import SQLite

/// A model as a question needs it.
struct ModelCard: Equatable {
  let name: String
  let task: String
  /// Labels in the order of the logits.
  let classes: [String]
}

extension ReadOnlySession {
  /// The models of these names, in their order; all of them if there is no name.
  func models(_ names: [String] = []) throws -> [ModelCard] {
    let rows: [[SQLiteValue]]
    do {
      rows = try connection.rows(
        """
        SELECT m.name, m.task, c.value FROM model m LEFT JOIN json_each(m.classes) c
        ORDER BY m.id, c.key
        """)
    } catch {
      throw QueryError.failed("the models cannot be read: \(error.message)")
    }
    var all: [ModelCard] = []
    for row in rows {
      guard let name = row[0].string, let task = row[1].string else { continue }
      let earlier = all.last?.name == name ? all.removeLast().classes : []
      all.append(
        ModelCard(name: name, task: task, classes: earlier + [row[2].string].compactMap { $0 }))
    }
    guard !names.isEmpty else { return all }
    return try names.map { name in
      guard let card = all.first(where: { $0.name == name }) else {
        throw Unknown.model(name, among: all.map(\.name))
      }
      return card
    }
  }

  /// Two models of one task.
  func pair(_ before: String, _ after: String) throws -> (ModelCard, ModelCard) {
    let cards = try models([before, after])
    guard cards[0].task == cards[1].task else {
      throw QueryError.usage(
        "\(before) answers the task \(cards[0].task) and \(after) the task \(cards[1].task): "
          + "only models of one task can be compared")
    }
    return (cards[0], cards[1])
  }
}
