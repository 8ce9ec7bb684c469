import Foundation
import Testing

@testable import Ingest

@Suite("Files of labels: NumPy, MATLAB, FACS, numbers") struct LabelFileTests {
  private func numpy(
    _ header: String, _ content: [UInt8], version: UInt8 = 1
  ) throws -> NumPyArray {
    let text = Array(header.utf8)
    var bytes: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, version, 0]
    bytes += [UInt8(text.count & 255), UInt8(text.count >> 8)]
    if version > 1 { bytes += [0, 0] }
    return try NumPyArray(bytes + text + content)
  }

  private func head(_ type: String, _ shape: String, fortran: Bool = false) -> String {
    "{'descr': '\(type)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': \(shape), }\n"
  }

  @Test("numbers of every type, byte order and version")
  func numbers() throws {
    #expect(try numpy(head("<i2", "(2,)"), [1, 0, 255, 255]).values == .numbers([1, -1]))
    #expect(try numpy(head(">i2", "(1,)"), [1, 2]).values == .numbers([258]))
    #expect(try numpy(head("|u1", "(3,)"), [1, 2, 255]).values == .numbers([1, 2, 255]))
    #expect(try numpy(head("|b1", "()"), [1]).values == .numbers([1]))
    #expect(
      try numpy(head("<f2", "(3,)"), [0x00, 0x3C, 0x00, 0xC1, 0x01, 0x00]).values
        == .numbers([1, -2.5, 0x1p-24]))
    #expect(try numpy(head("<f4", "()"), [0, 0, 0x80, 0x3F]).number() == 1)
    #expect(try numpy(head("<f8", "()"), [0, 0, 0, 0, 0, 0, 0, 0xC0]).number() == -2)
    #expect(
      try numpy(head("<i8", "(1, 1)"), [7, 0, 0, 0, 0, 0, 0, 0], version: 2).number() == 7)
    #expect(try numpy(head("<i4", "()"), [9, 0, 0, 0], version: 3).number() == 9)
  }

  @Test("texts are read as numbers")
  func texts() throws {
    let content = "-0.5".utf8.flatMap { (byte: UInt8) -> [UInt8] in [byte, 0, 0, 0] }
    #expect(try numpy(head("<U4", "()"), content).values == .texts(["-0.5"]))
    #expect(try numpy(head("<U4", "()"), content).number() == -0.5)
    #expect(try numpy(head("|S3", "()"), Array("12\0".utf8)).number() == 12)
    #expect(throws: BadRecord.self) { try numpy(head("|S3", "()"), Array("abc".utf8)).number() }
  }

  @Test("columns first becomes rows first")
  func fortran() throws {
    let content: [UInt8] = [1, 2, 3, 4, 5, 6]
    #expect(
      try numpy(head("|u1", "(2, 3)", fortran: true), content).values
        == .numbers([1, 3, 5, 2, 4, 6]))
  }

  @Test(
    "what is damaged or of another kind is refused",
    arguments: [
      "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000, 1000000000), }",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (4294967295, 4294967295, 4294967295), }",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }",
      "{'descr': '|O', 'fortran_order': False, 'shape': (), }",
      "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (), }",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }",
      "{'descr': '<U99999999', 'fortran_order': False, 'shape': (), }",
      "{'descr': '<f8', 'shape': (), }", "", "{",
      "{'descr': '<f8', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1), }",
    ])
  func damagedArrays(header: String) {
    #expect(throws: BadRecord.self) { try numpy(header, [UInt8](repeating: 0, count: 8)) }
  }

  @Test("every cut of a NumPy and of a MATLAB file is refused or reads as less, never crashes")
  func cuts() throws {
    let array = FaceArrayFile.numpy([1, 2, 3])
    for length in 0..<array.count {
      #expect(throws: BadRecord.self) { try NumPyArray(Array(array[..<length])) }
    }
    let matrix = FaceArrayFile.mat("pts", [[1, 2], [3, 4]])
    for length in 0..<matrix.count {
      let read = try? MATFile(Array(matrix[..<length]))
      #expect(read?.matrices.isEmpty ?? true, "\(length)")
    }
  }

  @Test("bytes changed at random never crash a reader")
  func noise() throws {
    var state: UInt64 = 9
    let matrix = FaceArrayFile.mat("pts", [[1, 2], [3, 4]])
    for original in [FaceArrayFile.numpy([1, 2, 3]), matrix] {
      var refused = 0
      for _ in 0..<2000 {
        var bytes = original
        for _ in 0..<3 {
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          bytes[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 24)
        }
        if (try? NumPyArray(bytes)) == nil, (try? MATFile(bytes)) == nil { refused += 1 }
      }
      #expect(refused > 0)
    }
  }

  @Test("a matrix row by row; other versions and things are named")
  func matrices() throws {
    let file = try MATFile(FaceArrayFile.mat("pts", [[1, 2], [3, 4], [5, 6]]))
    #expect(file.matrices["pts"] == .init(rows: 3, columns: 2, values: [1, 2, 3, 4, 5, 6]))
    let newer = Array("MATLAB 7.3 MAT-file".utf8) + [UInt8](repeating: 0, count: 200)
    #expect(throws: BadRecord("MATLAB files of version 7.3 are not read; save it with -v7")) {
      try MATFile(newer)
    }
    #expect(throws: BadRecord.self) { try MATFile([UInt8](repeating: 65, count: 300)) }
  }

  @Test("FACS codes: scientific notation, presence without grade, empty, bad lines")
  func facs() throws {
    let codes = try FACSCodes(Array("  1.2e+01 3e0 0 0\n43 0\n12 1\n-1 2\n".utf8))
    #expect(codes.present == [12: 3, 43: nil])
    #expect(codes.invalid.map(\.line) == [4])
    #expect(try FACSCodes([]).present.isEmpty)
    #expect(try FACSCodes(Array(" \r\n\n".utf8)).present.isEmpty)
    for text in ["12", "12 6", "12.5 1", "12 -1", "a b", "1e9 1", "nan 1", "12 inf"] {
      #expect(throws: BadRecord.self, "\(text)") { try FACSCodes(Array(text.utf8)) }
    }
  }

  @Test("numbers: separators, byte-order mark, lines")
  func numberLines() throws {
    let text = "\u{FEFF}1, 2\t3;4\r\n\n 5 \n"
    let lines = try NumberLines(Array(text.utf8)).lines
    #expect(lines.map(\.values) == [[1, 2, 3, 4], [5]] && lines.map(\.number) == [1, 3])
    #expect(throws: BadRecord("“x” is not a number", line: 2)) {
      try NumberLines(Array("1\n2 x".utf8))
    }
    #expect(throws: BadRecord.self) {
      try NumberLines(Array("1 2".utf8)).number(in: 0...5, what: "a score")
    }
    #expect(throws: BadRecord.self) { try NumberLines([]).number(in: 0...5, what: "a score") }
  }
}
