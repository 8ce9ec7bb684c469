public import CommandLineKit
public import Query

/// Which samples an asking command looks at, and how.
enum SelectionOptions {
  static let dataset = Option<String?>(
    "dataset", short: "d", value: "NAME", help: "Only this data set.",
    completion: .datasets)

  static let split = Option<SplitChoice?>(
    "split", help: "The part to look at; if not given: test, else val.")

  /// Exports leave nothing out unless told to.
  static let wholeSplit = Option<SplitChoice?>(
    "split", help: "The part to write; if not given: all.")

  static let condition = Option<String?>(
    "where", value: "SQL",
    help: "Only samples for which this holds, over the columns of the "
      + "view samples.")

  static let group = OptionGroup("Samples", [dataset, split, condition])
  static let wholeGroup = OptionGroup("Samples", [dataset, wholeSplit, condition])

  /// What the options say.
  static func selection(_ values: ArgumentValues) -> Selection {
    Selection(dataset: values[dataset], split: values[split], filter: values[condition])
  }
}

extension SplitChoice: ExpressibleByArgument {}
