import CommandLineKit
import Query
import Warehouse

/// What questions about units share.
enum NeuronArguments {
  static let model = Option<String?>(
    "model", value: "M", help: "The variant; needed unless there is only one.",
    completion: .models)
  static let count = Option<Int>(
    "count", short: "k", value: "N", help: "At most N pictures.", default: 10
  ) { $0 > 0 ? nil : "is not above 0" }
  static let pool = Option<ChannelIndex.Pool>(
    "pool", help: "What a whole channel is taken for: its largest activation or its mean.",
    default: .max)
  static let explain = Flag(
    "explain", help: "Say on standard error what was read and what was computed again.")
  static let noIndex = Flag("no-index", help: "Neither use nor make an index.")

  static let lookup: [any ParameterConvertible] = [
    model, count, pool, explain, noIndex, WritingOptions.threads,
  ]

  /// What the options say.
  static func setting(_ values: ArgumentValues) -> NeuronSetting {
    var setting = NeuronSetting()
    setting.usesIndex = !values[noIndex]
    setting.threads = values[WritingOptions.threads]
    setting.explains = values[explain]
    return setting
  }
}
