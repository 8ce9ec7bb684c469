/// How the cells of a grid are packed: rows of whole bytes, samples of whole 64-bit words.
///
/// The least significant bit of a byte and of a word comes first; bits that are no cell are 0.
struct GridRows: Equatable {
  let height: Int
  let width: Int

  /// Bytes of a row.
  var rowBytes: Int { (width + 7) / 8 }
  /// Columns of a row with its padding.
  var stride: Int { rowBytes * 8 }
  /// Words of a sample.
  var words: Int { (height * rowBytes + 7) / 8 }
  /// Cells.
  var cells: Int { height * width }

  /// The bit of a cell within its sample.
  func bit(_ row: Int, _ column: Int) -> Int { row * stride + column }
}
