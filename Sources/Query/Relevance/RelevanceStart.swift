internal import Compute

/// Where relevance starts, as a target's name says: `true`, `predicted`, a class, `CLASS-CLASS`.
struct RelevanceStart {
  private enum Kind {
    case label
    case prediction
    case fixed(RelevanceTarget)
  }

  private let name: String
  private let kind: Kind
  private let classes: [String]

  /// Reads a target's name.
  ///
  /// - Throws: `QueryError` that lists the classes if it names none of them.
  init(_ target: String, of model: ModelCard) throws {
    name = target
    classes = model.classes
    switch target {
    case "true": kind = .label
    case "predicted": kind = .prediction
    default:
      guard let fixed = RelevanceStart.fixed(target, model.classes) else {
        throw QueryError.usage(
          "--target \(target) is neither true, predicted, a class nor two of them "
            + "(CLASS-CLASS): \(model.name) has the classes "
            + model.classes.joined(separator: ", "))
      }
      kind = .fixed(fixed)
    }
  }

  /// The start of a sample; nil if its label or prediction is no class of the model.
  func of(label: String?, predicted: String?) -> (target: RelevanceTarget, name: String)? {
    switch kind {
    case .label: start(label)
    case .prediction: start(predicted)
    case .fixed(let target): (target, name)
    }
  }

  private func start(_ text: String?) -> (target: RelevanceTarget, name: String)? {
    guard let text, let index = classes.firstIndex(of: text) else { return nil }
    return (.logit(index), text)
  }

  /// A class, or two with a dash between them; names may hold dashes themselves.
  private static func fixed(_ text: String, _ classes: [String]) -> RelevanceTarget? {
    if let index = classes.firstIndex(of: text) { return .logit(index) }
    for dash in text.indices where text[dash] == "-" {
      let (left, right) = (String(text[..<dash]), String(text[text.index(after: dash)...]))
      if let first = classes.firstIndex(of: left), let second = classes.firstIndex(of: right) {
        return .difference(first, second)
      }
    }
    return nil
  }
}
