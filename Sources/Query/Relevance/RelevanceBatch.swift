internal import Compute

/// Samples that go through a network together.
///
/// A sample's last bits follow its place modulo 8 in a batch: it stands at its position modulo 8, so
/// that its relevance is the same whatever else is explained.
struct RelevanceBatch {
  /// Eight places; nil where nobody stands.
  let places: [RelevancePlan.Item?]

  /// As few batches as hold all items.
  static func batches(of items: [RelevancePlan.Item]) -> [RelevanceBatch] {
    let queues = (0..<RelevanceRun.batch).map { place in
      items.filter { $0.position % RelevanceRun.batch == place }
    }
    return (0..<(queues.map(\.count).max() ?? 0)).map { turn in
      RelevanceBatch(places: queues.map { turn < $0.count ? $0[turn] : nil })
    }
  }
}
