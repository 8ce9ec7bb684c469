extension PublicView {
  static let concepts = PublicView(
    "concepts",
    "an action unit in a layer of a model, fitted by concept fit; models that share a layer share "
      + "its concepts",
    [
      ("concept_id", "integer", "the concept"), ("model", "text", "the model's name"),
      ("layer", "text", "the layer's name"), ("au", "integer", "the action unit's number"),
      ("loss", "text", "what was minimised: weighted-bce or published"),
      ("split", "text", "what it was evaluated on: train, val or test"),
      ("set_iou", "real", "intersection / union, summed over samples with the action unit"),
      ("set_iou_all", "real", "the same with samples without it, whose mask is empty"),
      ("presence_auc", "real", "area under ROC of the peak: samples with it against those without"),
      ("best_filter", "integer", "the channel that alone fits the train samples best"),
      ("best_filter_iou", "real", "its set IoU"),
      ("control_iou", "real", "the control to beat: region_iou"),
      ("converged", "integer", "1 if the fit reached its minimum, 0 if not"),
      ("dataset", "text", "the data set"),
      ("n_fit", "integer", "train samples with the action unit, which it was fitted on"),
      ("n_present", "integer", "evaluated samples with the action unit"),
      ("n_absent", "integer", "evaluated samples without it"),
      ("n_unknown", "integer", "samples of the split that were left out: not coded, or no mask"),
      ("mean_iou", "real", "mean over samples with the action unit of intersection / union"),
      ("region_iou", "real", "control: set IoU of a fit on its region where it is absent"),
      ("place_iou", "real", "control: set IoU of a fit on equal areas elsewhere"),
      ("weights_iou", "real", "control: mean set IoU of random weights"),
      ("alpha", "real", "1 - mean share of concept cells where it was fitted"),
      ("loss_value", "real", "mean over these samples of the loss summed over the grid"),
      ("iterations", "integer", "steps of the optimiser"),
      ("options", "text", "how it was fitted: JSON"),
      ("note", "text", "why measures are missing"),
    ])

  static let conceptWeights = PublicView(
    "concept_weights", "a channel's weight in a concept",
    [
      ("concept_id", "integer", "the concept"), ("channel", "integer", "the channel, from 0"),
      ("weight", "real", "its weight"),
    ])
}
