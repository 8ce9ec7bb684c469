import Warehouse

extension DatasetUpdate {
  /// What the user is to know of it, a sentence each.
  var notes: [String] {
    var notes: [String] = []
    if counts.pictures > 0 {
      notes.append(
        "\(counts.pictures) pictures are others than before"
          + (byPictures.isEmpty
            ? ""
            : ": " + byPictures.words + " went; networks that were trained on them stay as they are")
      )
    }
    if counts.unstamped > 0 {
      notes.append(
        "it is not known whether \(counts.unstamped) pictures have changed before today: from now"
          + " on it is told")
    }
    if !byFaces.isEmpty {
      notes.append(
        "landmarks or face boxes of \(movedFaces) samples have changed, by which"
          + " \(DatasetUpdate.names(faceModels)) take pictures: \(byFaces.words) went")
    }
    if dropsInputs {
      notes.append(
        "landmarks, action units or masks have changed: lethe ingest stores the inputs anew; "
          + "concepts and relevance that were computed before used the old masks")
    }
    return notes
  }

  private static func names(_ names: [String]) -> String {
    guard !names.isEmpty else { return "networks that are gone" }
    let shown = names.prefix(5).map { "`\($0)`" }.joined(separator: ", ")
    return names.count > 5 ? "\(shown) and \(names.count - 5) more" : shown
  }
}

extension ForgottenArrays {
  /// What went, and how it comes back.
  fileprivate var words: String {
    "\(arrays) arrays, predictions of \(predictions) samples and \(concepts) concepts (whole"
      + " blocks of samples; lethe ingest computes them anew)"
  }
}
