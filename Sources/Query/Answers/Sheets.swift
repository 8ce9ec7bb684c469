internal import Compute
internal import Foundation
internal import SQLite

extension ReadOnlySession {
  /// What there is to know of a data set: key and value.
  ///
  /// Samples, subjects and splits, labels per class, action units with the samples that have them
  /// and those that were coded, scores, masks, and records that were rejected.
  public func datasetSheet(_ name: String) throws -> Answer {
    _ = try SampleScope.known(name, in: self)
    return Answer(
      SQLStatement(
        """
        WITH picked AS MATERIALIZED (
          SELECT sample_id, split, subject FROM samples WHERE dataset = :dataset)
        SELECT key, value FROM (
          SELECT 1 AS part, 1 AS place, 'dataset' AS key, dataset AS value
          FROM datasets WHERE dataset = :dataset
          UNION ALL SELECT 1, 2, 'format', format FROM datasets WHERE dataset = :dataset
          UNION ALL SELECT 1, 3, 'root', root FROM datasets WHERE dataset = :dataset
          UNION ALL SELECT 1, 4, 'samples', count(*) FROM picked
          UNION ALL SELECT 1, 5, 'subjects', count(DISTINCT subject) FROM picked
          UNION ALL SELECT 2, 0, 'samples.' || split, count(*) FROM picked GROUP BY split
          UNION ALL SELECT 3, 0, 'subjects.' || split, count(DISTINCT subject)
                    FROM picked GROUP BY split
          UNION ALL SELECT 4, 0, 'labels.' || task || '.' || label, count(*)
                    FROM picked JOIN labels USING (sample_id) GROUP BY task, label
          UNION ALL SELECT 5, 0, 'scores.' || name, count(*)
                    FROM picked JOIN scores USING (sample_id) GROUP BY name
          UNION ALL SELECT 6, au, 'aus.' || au || '.coded', count(DISTINCT sample_id)
                    FROM picked JOIN au_coded USING (sample_id) GROUP BY au
          UNION ALL SELECT 6, au, 'aus.' || au || '.present', count(DISTINCT sample_id)
                    FROM picked JOIN aus USING (sample_id) GROUP BY au
          UNION ALL SELECT 7, 0, 'landmarks', count(DISTINCT sample)
                    FROM picked JOIN landmark_set ON sample = sample_id
          UNION ALL SELECT 7, 1, 'mask files', count(*)
                    FROM picked JOIN mask_file ON sample = sample_id
          UNION ALL SELECT 8, 0, 'rejected', count(*) FROM rejections WHERE dataset = :dataset)
        ORDER BY part, place, key
        """, [.init("dataset", .text(name))]))
  }

  /// The records of a data set that were rejected: file, line, reason.
  public func rejectedRecords(of dataset: String) throws -> Answer {
    _ = try SampleScope.known(dataset, in: self)
    return Answer(
      SQLStatement(
        """
        SELECT dataset, file, line, reason FROM rejections
        WHERE dataset = :dataset ORDER BY file, line
        """, [.init("dataset", .text(dataset))]))
  }

  /// What there is to know of a model: key and value.
  ///
  /// What it is, its classes in the order of the logits, its training, its layers, and its
  /// predictions by data set and split.
  public func modelSheet(_ name: String) throws -> Answer {
    _ = try models([name])
    let words = try preprocessingWords(of: name)
    return Answer(
      SQLStatement(
        """
        SELECT key, value FROM (
          SELECT 1 AS part, 1 AS place, 'model' AS key, model AS value
          FROM models WHERE model = :model
          UNION ALL SELECT 1, 2, 'task', task FROM models WHERE model = :model
          UNION ALL SELECT 1, 3, 'classes', (SELECT group_concat(value, ',') FROM json_each(classes))
                    FROM model WHERE name = :model
          UNION ALL SELECT 1, 4, 'parent', parent FROM models WHERE model = :model
          UNION ALL SELECT 1, 5, 'rung', rung FROM models WHERE model = :model
          UNION ALL SELECT 1, 6, 'trainable_from', trainable_from FROM models WHERE model = :model
          UNION ALL SELECT 1, 7, 'seed', seed FROM models WHERE model = :model
          UNION ALL SELECT 1, 8, 'sha256', sha256 FROM models WHERE model = :model
          UNION ALL SELECT 1, 9, 'preprocessing', preprocessing FROM model WHERE name = :model
          \(words == nil ? "" : "UNION ALL SELECT 1, 10, 'input', :input")
          \(words == nil ? "" : "UNION ALL SELECT 1, 11, 'normalisation', :normalisation")
          UNION ALL SELECT 1, 12, 'training', training FROM model WHERE name = :model
          UNION ALL SELECT 2, 0, 'epochs', max(epoch) FROM epochs WHERE model = :model
          UNION ALL SELECT 2, 1, 'accuracy.val.best', max(accuracy)
                    FROM epochs WHERE model = :model AND split = 'val'
          UNION ALL SELECT 3, 0, 'layers', count(*) FROM layers WHERE model = :model
          UNION ALL SELECT 4, ordinal, 'stored.' || layer, stored
                    FROM layers WHERE model = :model AND stored IS NOT NULL
          UNION ALL SELECT 5, 0, 'predictions.' || dataset || '.' || split, count(*)
                    FROM predictions WHERE model = :model GROUP BY dataset, split
          UNION ALL SELECT 6, 0, 'accuracy.' || dataset || '.' || split, avg(correct)
                    FROM predictions WHERE model = :model AND label IS NOT NULL
                    GROUP BY dataset, split)
        ORDER BY part, place, key
        """,
        [.init("model", .text(name))]
          + (words.map {
            [.init("input", .text($0.input)), .init("normalisation", .text($0.normalisation))]
          } ?? [])))
  }

  /// How pictures become inputs of a model, in words; nil if what is stored tells nothing.
  private func preprocessingWords(
    of model: String
  ) throws -> (input: String, normalisation: String)? {
    struct Stored: Decodable { let geometry: InputGeometry }
    let rows: [[SQLiteValue]]
    do {
      rows = try connection.rows("SELECT preprocessing FROM model WHERE name = ?", model)
    } catch {
      throw QueryError.failed("the models cannot be read: \(error.message)")
    }
    let json = Data((rows.first?[0].string ?? "").utf8)
    guard let geometry = try? JSONDecoder().decode(Stored.self, from: json).geometry,
      let normalisation = try? JSONDecoder().decode(PixelNormalisation.self, from: json)
    else { return nil }
    return (geometry.words, normalisation.words)
  }
}
