extension PublicView {
  /// The table functions over stored arrays: `FROM activations('emotion', 'conv5_3')`.
  public static let functions = [activations, activationAt, conceptScore]

  static let activations = PublicView(
    "activations", "a channel of a layer for a sample; every sample of which the layer is stored",
    [
      ("sample_id", "integer", "the sample"), ("channel", "integer", "the channel, from 0"),
      ("mean", "real", "its mean over all positions"), ("max", "real", "its maximum"),
    ], arguments: layer)

  static let activationAt = PublicView(
    "activation_at", "one position of one channel for a sample, where the tier maps is stored",
    [
      ("sample_id", "integer", "the sample"), ("value", "real", "the activation"),
    ],
    arguments: layer + [
      ("channel", "integer", "the channel, from 0"), ("y", "integer", "the row, from the top"),
      ("x", "integer", "the column, from the left"),
    ])

  static let conceptScore = PublicView(
    "concept_score", "an evaluated sample under a stored concept",
    [
      ("sample_id", "integer", "the sample"),
      ("iou", "real", "cells in both prediction and mask / cells in either; NULL: both are empty"),
      ("share", "real", "predicted cells / cells of the grid"),
      ("present", "integer", "1 if the sample shows the action unit, 0 if not"),
      ("peak", "real", "the largest prediction of any cell, 0 to 1"),
    ], arguments: [("concept_id", "integer", "the concept, as the view concepts counts it")])

  private static let layer = [
    ("model", "text", "the model's name"), ("layer", "text", "the layer's name"),
  ]
}
