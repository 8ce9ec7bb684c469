/// Holm's step-down correction for several tests (Holm 1979).
public enum Holm {
  /// The adjusted p values, in the order given: max over j ≤ i of min(1, (m − j)·p₍ⱼ₎).
  ///
  /// A test without a p value stays without one and does not count among the m tests.
  public static func adjust(_ values: [Double?]) -> [Double?] {
    let order = values.indices.filter { values[$0] != nil }
      .sorted { (values[$0] ?? 1, $0) < (values[$1] ?? 1, $1) }
    var adjusted = [Double?](repeating: nil, count: values.count)
    var largest = 0.0
    for (rank, index) in order.enumerated() {
      guard let value = values[index] else { continue }
      largest = max(largest, min(1, Double(order.count - rank) * value))
      adjusted[index] = largest
    }
    return adjusted
  }
}
