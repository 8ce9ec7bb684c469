import Compute
import Foundation

/// Divides the variants of a plan among passes over the data set, so that the weights of a pass fit
/// into memory.
///
/// A variant that starts behind layers that another one of its pass computes needs no weights of
/// theirs. Fewer passes share more, so each takes as many variants, in their order, as fit.
struct IngestPasses {
  let plan: IngestPlan
  /// Bytes that the weights of a pass may take.
  let memory: Int

  /// The plan of each pass.
  ///
  /// - Throws: `IngestError` if a variant's weights alone take more than there is room for.
  func plans() throws -> [IngestPlan] {
    let blocks = Blocks(plan.store, plan.dataset).all
    // What is missing is the same of nearly all blocks: the first one speaks for them.
    guard let block = try blocks.first(where: { try !plan.work(for: $0).isEmpty }) else {
      return []
    }
    var passes: [[Variant]] = []
    for variant in plan.variants {
      if let last = passes.last, try bytes(of: last + [variant], block) <= memory {
        passes[passes.count - 1].append(variant)
        continue
      }
      let needed = try bytes(of: [variant], block)
      guard needed <= memory else {
        throw IngestError(
          "the weights of `\(variant.name)` take \(Self.megabytes(needed)), more than the"
            + " \(Self.megabytes(memory)) of memory allowed",
          advice: "allow more: --memory \(Self.megabytes(needed))")
      }
      passes.append([variant])
    }
    return passes.map(plan.limited)
  }

  private func bytes(of variants: [Variant], _ block: Range<Int>) throws -> Int {
    try plan.limited(to: variants).work(for: block).reduce(0) { try $0 + $1.weightBytes }
  }

  private static func megabytes(_ bytes: Int) -> String { "\((bytes + 999_999) / 1_000_000)M" }
}

extension VariantWork {
  /// Bytes of the weights that it needs, arranged for computing; 0 where the head is at hand.
  var weightBytes: Int {
    get throws {
      guard !computed.isEmpty else { return 0 }
      return try ForwardPass.weightBytes(
        of: try variant.graph, after: start.layer.map { variant.layers[$0].name },
        numerics: try variant.currentNumerics)
    }
  }
}
