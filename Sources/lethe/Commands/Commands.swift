import CommandLineKit

/// Every command, in the order of the help.
///
/// A new one is a file beside this one and a line here.
enum Commands {
  static let groups = [
    CommandGroup("Try", [DemoCommand.self]),
    CommandGroup(
      "Put in",
      [
        FacesCommand.self, DatasetCommand.self, ModelCommand.self, TrainCommand.self,
        LadderCommand.self, IngestCommand.self, MergeCommand.self,
      ]),
    CommandGroup(
      "Ask",
      [
        SQLCommand.self, SchemaCommand.self, ScoreCommand.self, FlipsCommand.self,
        EventsCommand.self, ForgottenCommand.self, AUsCommand.self, SimilarCommand.self,
        ProbeCommand.self, PairsCommand.self, RelevanceCommand.self, ConceptCommand.self,
        NeuronsCommand.self, HypothesisCommand.self, VerdictCommand.self,
      ]),
    CommandGroup(
      "Show", [SheetCommand.self, PlotCommand.self, ReportCommand.self, ExportCommand.self]),
    CommandGroup(
      "Keep",
      [InfoCommand.self, RunsCommand.self, VerifyCommand.self, CompactCommand.self]),
    CommandGroup("Help", [HelpCommand.self, CompletionsCommand.self]),
  ]

  static let dataset: [any ParsableCommand.Type] = [
    DatasetAddCommand.self, DatasetListCommand.self, DatasetShowCommand.self,
    DatasetMasksCommand.self,
  ]

  static let model: [any ParsableCommand.Type] = [
    ModelAddCommand.self, ModelListCommand.self, ModelShowCommand.self, ModelCheckCommand.self,
    ModelExportCommand.self,
  ]

  static let relevance: [any ParsableCommand.Type] = [
    RelevanceRunCommand.self, RelevanceCompareCommand.self, RelevanceChannelsCommand.self,
    RelevanceCheckCommand.self,
  ]

  static let concept: [any ParsableCommand.Type] = [
    ConceptFitCommand.self, ConceptListCommand.self, ConceptFiltersCommand.self,
    ConceptCompareCommand.self, ConceptTCAVCommand.self,
  ]

  static let neurons: [any ParsableCommand.Type] = [
    NeuronsTopCommand.self, NeuronsNearestCommand.self, NeuronsIndexCommand.self,
  ]

  static let hypothesis: [any ParsableCommand.Type] = [
    HypothesisAddCommand.self, HypothesisListCommand.self, HypothesisTestCommand.self,
  ]

  static let plot: [any ParsableCommand.Type] = [
    PlotFlipsCommand.self, PlotClassesCommand.self, PlotAUsCommand.self, PlotSimilarCommand.self,
    PlotHistoriesCommand.self, PlotConceptCommand.self, PlotProbeCommand.self,
  ]

  static let export: [any ParsableCommand.Type] = [
    ExportCSVCommand.self, ExportJSONLCommand.self, ExportNPYCommand.self,
    ExportSafetensorsCommand.self, ExportViRelAyCommand.self,
  ]
}
