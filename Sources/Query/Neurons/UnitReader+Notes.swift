internal import Compute
internal import Warehouse

extension UnitReader {
  /// What stands beside an answer: what a reader must know, and if asked how it was found.
  func notes(_ result: BoundedSearch.Result, of samples: Int, explains: Bool) -> [String] {
    var notes: [String] = []
    if result.undefined > 0 {
      notes.append("\(result.undefined) samples are left out: their activations are no numbers")
    }
    if let maps = source as? StoredMaps, !maps.isExact {
      notes.append("maps of \(layer.name) are stored rounded: activations are as stored")
    }
    if explains {
      notes += explanation(of: samples)
    } else if source?.origin == .network, account.resolved > 0 {
      notes.append("\(layer.model) was run again over \(account.resolved) of \(samples) samples")
    }
    return notes
  }

  private func explanation(of samples: Int) -> [String] {
    var notes: [String] = []
    if account.columns > 0 {
      notes.append(
        "read: \(account.columns) of \(layer.channels) channels from the index, exact values")
    }
    if account.pooledRows > 0 {
      notes.append("read: pooled rows of \(account.pooledRows) samples, exact values")
    }
    if account.lists > 0 {
      notes.append(
        "read: \(account.lists) lists of the index of positions, which bound the samples outside")
    }
    switch source?.origin {
    case nil: notes.append("recomputed: nothing")
    case .maps:
      notes.append("read: maps of \(account.resolved) of \(samples) samples; recomputed: nothing")
    case .network:
      notes.append(
        "recomputed: \(layer.name) of \(account.resolved) of \(samples) samples, by running "
          + "\(layer.model) on stored inputs")
    }
    return notes
  }
}
