/// The tasks that Lethe knows by name, their classes and their other spellings.
public enum Labels {
  /// The eight emotions in AffectNet's order.
  public static let emotions = [
    "neutral", "happiness", "sadness", "surprise", "fear", "disgust", "anger", "contempt",
  ]
  /// The two classes of the pain task; the positive one is the second.
  public static let pain = ["no_pain", "pain"]

  private static let emotionAliases = [
    "happy": "happiness", "joy": "happiness", "sad": "sadness", "surprised": "surprise",
    "fearful": "fear", "afraid": "fear", "disgusted": "disgust", "angry": "anger",
    "contemptuous": "contempt",
  ]
  private static let painAliases = [
    "0": "no_pain", "1": "pain", "no pain": "no_pain", "no-pain": "no_pain", "nopain": "no_pain",
    "none": "no_pain",
  ]

  /// The label in the warehouse's spelling; nil where a known task has no such class.
  static func canonical(_ text: String, task: String) -> String? {
    let label = text.lowercased()
    switch task {
    case "emotion":
      if let index = Int(label) { return emotions.indices.contains(index) ? emotions[index] : nil }
      let name = emotionAliases[label] ?? label
      return emotions.contains(name) ? name : nil
    case "pain":
      let name = painAliases[label] ?? label
      return pain.contains(name) ? name : nil
    default: return label.isEmpty ? nil : label
    }
  }

  /// The classes of a task in the order of a network's logits, from the labels that occur.
  ///
  /// A known task keeps its full list, so that networks trained on parts of it stay comparable.
  public static func classes(task: String, occurring labels: some Sequence<String>) -> [String] {
    switch task {
    case "emotion": emotions
    case "pain": pain
    default: Set(labels).sorted()
    }
  }
}
