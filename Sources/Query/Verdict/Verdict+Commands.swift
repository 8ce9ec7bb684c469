extension VerdictQuestion {
  /// The command that gives a point alone.
  func command(_ topic: VerdictPoint.Topic) -> String {
    let pair = "\(quoted(before)) \(quoted(after))"
    switch topic {
    case .flips: return "lethe flips \(pair)\(options)"
    case .classes: return "lethe flips \(pair) --by-class\(options)"
    case .events: return "lethe events \(pair)\(options)"
    case .aus: return "lethe aus \(pair)\(options)"
    case .similarity: return "lethe similar \(pair)\(options)"
    case .probes: return "lethe probe \(pair)\(layerOption)\(options)"
    case .concepts: return "lethe concept compare \(pair)\(layerOption)\(options)"
    case .tcav:
      let models = "\(quoted(before)),\(quoted(after))"
      return "lethe concept tcav --model \(models)\(layerOption)\(options)"
    case .relevance: return "lethe relevance compare \(pair)\(options)"
    case .samples: return "lethe forgotten \(pair)\(options)"
    }
  }

  private var layerOption: String {
    layers.isEmpty ? "" : " --layer " + layers.map { quoted($0) }.joined(separator: ",")
  }

  /// The samples, as options of a command line.
  var options: String {
    var out = ""
    if let dataset = selection.dataset { out += " --dataset \(quoted(dataset))" }
    if let split = selection.split { out += " --split \(split.rawValue)" }
    if let filter = selection.filter { out += " --where \(quoted(filter))" }
    return out
  }

  /// A word as a shell takes it.
  func quoted(_ word: String) -> String {
    let plain = word.allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber || "-_./=,".contains($0))
    }
    return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
}

extension ReportQuestion {
  /// The command that makes the report.
  var command: String {
    "lethe report \(verdict.quoted(verdict.before)) \(verdict.quoted(verdict.after))"
      + "\(verdict.options) -o report.html"
  }
}
