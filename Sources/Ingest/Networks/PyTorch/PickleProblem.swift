/// Why a pickle cannot be read, without the file's name.
struct PickleProblem: Error, Equatable {
  let reason: String
  var advice = "save the network again with torch.save(model.state_dict(), file)"

  /// The pickle itself makes no sense.
  static func damaged(_ reason: String, at position: Int) -> PickleProblem {
    PickleProblem(
      reason: "its pickle is damaged at byte \(position): \(reason)",
      advice: "fetch or save the file again")
  }
}
