import Query
import SQLite
import Testing

@Suite("Listings")
struct ListingTests {
  private func catalogue() throws -> Catalogue {
    let catalogue = try Catalogue.tiny()
    try catalogue.addPain()
    try catalogue.connection.execute(
      script: """
        INSERT INTO epoch VALUES ('emotion', 1, 'train', 2.0, 0.25), ('emotion', 1, 'val', 2.1, 0.2),
          ('emotion', 2, 'train', 1.0, 0.5), ('emotion', 2, 'val', 1.5, 0.4);
        INSERT INTO layer VALUES (1, 0, 'conv1_1', 'conv', 16, 64, 64, 'p0'),
          (1, 1, 'pool1', 'maxpool', 16, 32, 32, 'p1'), (2, 0, 'conv1_1', 'conv', 16, 64, 64, 'p0');
        INSERT INTO segment VALUES (1, 'arrays/a.h5', 1, 0, 13, 10, 'x');
        INSERT INTO stored_array VALUES ('p0', 'pooled', 1, 0, 1, '/a', 'f32', 5, 'deflate'),
          ('p0', 'maps', 1, 0, 1, '/b', 'f16', 5, 'relu');
        INSERT INTO landmark_set VALUES (1, 'csv', '[[1.5,2.5],[3,4]]');
        INSERT INTO mask_file VALUES (1, 12, 'mask', 'm.png');
        INSERT INTO score VALUES (1, 'pspi', 2.0);
        INSERT INTO rejected VALUES (1, 'labels.csv', 7, 'no picture');
        """)
    return catalogue
  }

  @Test("each lists what there is")
  func lists() throws {
    let session = try catalogue().session()
    func count(_ answer: Answer) throws -> Int { try session.table(answer).rows.count }
    #expect(try session.table(session.datasets())["samples"] == [.integer(13), .integer(4)])
    #expect(try session.table(session.models())["model"].first == .text("emotion"))
    #expect(try count(session.models()) == 4)
    #expect(try count(try session.layers()) == 3)
    let layers = try session.table(try session.layers(of: "emotion"))
    #expect(layers["layer"] == [.text("conv1_1"), .text("pool1")])
    #expect(layers["stored"] == [.text("maps,pooled"), .null])
    #expect(try count(try session.epochs()) == 4)
    #expect(try session.table(session.runs())["model"] == [.text("pain-b1")])
    #expect(queryError { _ = try session.layers(of: "emotio") }?.exitCode == 2)
    #expect(
      try session.table(try session.view("landmarks")).rows[1] == [
        .integer(1), .text("csv"), .integer(1), .integer(3), .integer(4),
      ])
  }

  @Test("a view with samples can be filtered, one without cannot")
  func views() throws {
    let session = try catalogue().session()
    func count(_ view: String, _ selection: Selection) throws -> Int {
      try session.table(try session.view(view, selection)).rows.count
    }
    #expect(try count("samples", Selection()) == 17)
    #expect(try count("samples", Selection(dataset: "pains")) == 4)
    #expect(try count("samples", Selection(split: .test)) == 11)
    #expect(
      try count("labels", Selection(dataset: "faces", split: .test, filter: "subject = 'a'")) == 4)
    #expect(queryError { _ = try count("models", Selection(split: .test)) }?.exitCode == 2)
    #expect(queryError { _ = try count("model", Selection()) }?.exitCode == 2)
    #expect(queryError { _ = try count("samples; SELECT 1", Selection()) }?.exitCode == 2)
    #expect(queryError { _ = try count("labels", Selection(filter: "1) OR (1")) }?.exitCode == 2)
    for view in PublicView.all {
      #expect(throws: Never.self) { _ = try count(view.name, Selection()) }
    }
  }

  @Test("what there is to know of a data set")
  func datasetSheet() throws {
    let session = try catalogue().session()
    let answer = try session.datasetSheet("faces")
    #expect(
      try csv(answer, in: session) == [
        "key,value", "dataset,faces", "format,csv", "root,/data/faces", "samples,13", "subjects,4",
        "samples.test,11", "samples.train,1", "samples.val,1", "subjects.test,3",
        "subjects.train,1", "subjects.val,1", "labels.emotion.happiness,7",
        "labels.emotion.sadness,5", "scores.pspi,1", "aus.1.coded,9", "aus.1.present,3",
        "aus.4.coded,9", "aus.4.present,1", "aus.6.coded,9", "aus.6.present,1", "aus.12.coded,9",
        "aus.12.present,4", "aus.15.coded,9", "aus.15.present,1", "aus.25.coded,9",
        "aus.25.present,1", "landmarks,1", "mask files,1", "rejected,1",
      ])
    #expect(
      try session.table(try session.rejectedRecords(of: "faces")).rows == [
        [.text("faces"), .text("labels.csv"), .integer(7), .text("no picture")]
      ])
    #expect(queryError { _ = try session.datasetSheet("facs") }?.exitCode == 2)
  }

  @Test("what there is to know of a model")
  func modelSheet() throws {
    let session = try catalogue().session()
    #expect(
      try csv(try session.modelSheet("emotion"), in: session) == [
        "key,value", "model,emotion", "task,emotion", "classes,\"neutral,happiness,sadness\"",
        "parent,", "rung,", "trainable_from,", "seed,", "sha256,digest", "preprocessing,{}",
        "training,", "epochs,2", "accuracy.val.best,0.4", "layers,2",
        "stored.conv1_1,\"maps,pooled\"", "predictions.faces.test,11", "predictions.faces.train,1",
        "predictions.faces.val,1", "accuracy.faces.test,0.7", "accuracy.faces.train,1.0",
        "accuracy.faces.val,1.0",
      ])
    #expect(queryError { _ = try session.modelSheet("emotions") }?.exitCode == 2)
  }
}
