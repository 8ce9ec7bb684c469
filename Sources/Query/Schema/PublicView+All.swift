extension PublicView {
  /// Every public view, in the order in which a reader meets them.
  public static let all: [PublicView] = [
    PublicView(
      "datasets", "a data set that was added",
      [
        ("dataset", "text", "its name"),
        ("format", "text", "the layout that was read: csv, folder, …"),
        ("root", "text", "the folder or file that was read"),
        ("samples", "integer", "how many samples it has"),
      ]),
    PublicView(
      "samples", "a picture of a data set",
      [
        sampleID, ("dataset", "text", "its data set"), split, ("subject", "text", "the person"),
        ("sequence", "text", "the recording, if there is one"),
        ("frame", "integer", "the place in the recording"),
        ("path", "text", "the file, relative to the data set's root"),
        ("width", "integer", "pixels of the picture"),
        ("height", "integer", "pixels of the picture"),
      ]),
    PublicView(
      "labels", "a sample's true answer to a task",
      [
        sampleID, ("task", "text", "emotion, pain, …"),
        ("label", "text", "the class, in lower case"),
      ]),
    PublicView(
      "scores", "a number given to a sample",
      [
        sampleID, ("name", "text", "pspi, valence, arousal, vas, …"),
        ("value", "real", "the number"),
      ]),
    PublicView(
      "aus", "an action unit that is present in a sample",
      [
        sampleID, au, ("intensity", "real", "0 to 5; NULL = present, not graded"),
        ("source", "text", "who coded it"),
      ]),
    PublicView(
      "au_coded",
      "an action unit that was looked for in a sample; without a row in aus it is absent",
      [sampleID, au, ("source", "text", "who coded it")]),
    PublicView(
      "landmarks", "a landmark of a face",
      [
        sampleID, ("source", "text", "who placed it"),
        ("point", "integer", "its number, counted from 0 (68 points: iBUG order)"),
        ("x", "real", "pixels of the picture from the left"),
        ("y", "real", "pixels of the picture from the top"),
      ]),
    PublicView("au_masks", "a mask of a present action unit, in input pixels", mask),
    PublicView("au_regions", "the region of an absent action unit, in input pixels", mask),
    PublicView(
      "rejections", "a record that adding a data set rejected",
      [
        ("dataset", "text", "the data set"), ("file", "text", "the file that it stood in"),
        ("line", "integer", "its line, if it has one"), ("reason", "text", "what is wrong with it"),
      ]),
    PublicView(
      "models", "a network",
      [
        ("model", "text", "its name"), ("task", "text", "what it answers: emotion, pain, …"),
        ("parent", "text", "the model that training started from"),
        ("rung", "text", "its place in the ladder of variants"),
        ("trainable_from", "text", "the first layer that training moved"),
        ("seed", "integer", "the seed of its training"),
        ("sha256", "text", "digest of its weights file"),
        ("numerics", "text", "how its convolutions are computed: fast or strict"),
        ("kernel", "text", "the kernels that its activations come from"),
      ]),
    PublicView(
      "layers", "a layer of a model",
      [
        model, ("ordinal", "integer", "its place, from the input on"),
        ("layer", "text", "its name"),
        ("kind", "text", "conv, relu, maxpool, dense, …"),
        ("channels", "integer", "channels of its output"),
        ("height", "integer", "rows of its output"), ("width", "integer", "columns of its output"),
        ("prefix", "text", "digest of all that its output depends on; equal = stored once"),
        ("stored", "text", "tiers that are stored of it, comma-separated"),
      ]),
    PublicView(
      "predictions", "a model's answer about a sample",
      [
        model, sampleID, ("dataset", "text", "the sample's data set"), split,
        ("subject", "text", "the sample's person"), ("task", "text", "the model's task"),
        ("label", "text", "the true class; NULL if the sample has none of this task"),
        ("predicted", "text", "the most probable class"),
        ("correct", "integer", "1 if predicted = label, 0 if not, NULL without a label"),
        ("confidence", "real", "the probability of predicted"),
      ]),
    PublicView(
      "probabilities", "the probability that a model gives a class for a sample",
      [
        model, sampleID, ("task", "text", "the model's task"), ("class", "text", "the class"),
        ("p", "real", "its probability"),
      ]),
    PublicView(
      "transitions", "a labelled sample under two models of one task: every pair has its rows",
      [
        ("before", "text", "the model before"), ("after", "text", "the model after"), sampleID,
        ("dataset", "text", "the sample's data set"), split,
        ("subject", "text", "the sample's person"), ("task", "text", "the models' task"),
        ("label", "text", "the true class"),
        ("predicted_before", "text", "the answer of the model before"),
        ("predicted_after", "text", "the answer of the model after"),
        ("outcome", "text", "retained, forgotten, gained or missed"),
        ("confidence_before", "real", "the probability of predicted_before"),
        ("confidence_after", "real", "the probability of predicted_after"),
      ]),
    PublicView(
      "runs", "something that put data in",
      [
        ("run", "integer", "its number"), ("kind", "text", "dataset, train, ingest"),
        ("model", "text", "the model it was about"),
        ("dataset", "text", "the data set it was about"),
        ("state", "text", "running, done, failed or interrupted"),
        ("started", "text", "UTC, ISO 8601"), ("finished", "text", "UTC, ISO 8601"),
      ]),
    PublicView(
      "epochs", "how a model stood after an epoch of training",
      [
        model, ("epoch", "integer", "counted from 1"), ("split", "text", "train or val"),
        ("loss", "real", "mean cross-entropy"), ("accuracy", "real", "share of right answers"),
      ]),
    PublicView(
      "relevance", "a sample whose answer was explained by relevance propagation",
      [model, sampleID] + method + [
        ("class", "text", "the class that was explained, or two of them"),
        ("start", "real", "the logit, or difference of two, that relevance starts from"),
        ("input", "real", "sum of the relevance of the input"),
      ]),
    PublicView(
      "relevance_sums", "the sum of the relevance of a sample at a layer",
      [model, sampleID] + method + [
        ("ordinal", "integer", "the layer's position, from 0"),
        ("layer", "text", "the layer's name"), ("relevance", "real", "the sum"),
      ]),
    PublicView(
      "relevance_in_au", "how well the relevance of a sample falls on an action unit in it",
      [model, sampleID, method[0], method[1], au] + [
        ("mass", "real", "positive relevance inside the mask over all positive relevance"),
        ("rank", "real", "share of as many strongest pixels as the mask has that lie inside"),
        ("hit", "integer", "1 if the strongest pixel lies inside, else 0"),
        ("area_mass", "real", "mass over the mask's share of the input"), method[2],
      ]),
    concepts, conceptWeights,
    PublicView(
      "hypotheses", "what somebody thinks was forgotten or gained",
      [
        ("hypothesis_id", "integer", "its number"), ("before", "text", "the model before"),
        ("after", "text", "the model after"), ("dataset", "text", "the data set looked at"),
        ("split", "text", "the split looked at"), ("text", "text", "what was seen, in words"),
        ("direction", "text", "less or more than before"),
        ("aus", "text", "action units, a JSON array"),
        ("samples", "text", "samples it was seen on, a JSON array"),
        ("added", "text", "UTC, ISO 8601"),
      ]),
  ]

  private static let method = [
    ("composite", "text", "the rules of propagation"),
    ("target", "text", "true, predicted, a class, or two of them"),
    ("bias", "text", "keep or zero: whether biases take their part"),
  ]

  private static let sampleID = ("sample_id", "integer", "the sample")
  private static let split = ("split", "text", "train, val or test")
  private static let au = ("au", "integer", "the action unit's number")
  private static let model = ("model", "text", "the model's name")
  private static let mask = [
    sampleID, au, ("source", "text", "where it comes from"),
    ("preprocessing", "text", "digest of the geometry of the input"),
    ("pixels", "integer", "input pixels that belong to it"),
  ]
}
