internal import Compute
internal import Foundation

/// What the probes of two layers say of the same samples, ready to be compared.
struct ProbeReading {
  let samples: ProbeSamples
  let targets: ProbeTargets

  /// The scores of a class, an action unit, larger where it is more likely; all held samples.
  func scores(_ probe: ProbeBattery.Probe, _ kind: ProbeTargets.Kind) -> [Double] {
    let count = samples.held.count
    let outputs = probe.logits.count / max(1, count)
    guard outputs > 1, case .label(_, let label) = kind else { return probe.logits }
    return (0..<count).map { sample in
      let logits = probe.logits[sample * outputs..<(sample + 1) * outputs]
      let largest = logits.max() ?? 0
      let sum = logits.reduce(0) { $0 + exp($1 - largest) }
      return logits[logits.startIndex + label] - largest - log(sum)
    }
  }

  /// The area under the ROC curve of a class or an action unit, before and after.
  func area(
    _ readout: ProbeTargets.Readout, _ before: [Double], _ after: [Double],
    truth target: LogisticTarget, where isChosen: (Int) -> Bool = { _ in true }
  ) -> PairedArea {
    let known = target.labels.indices.filter { target.labels[$0] >= 0 && isChosen($0) }
    let positive: Int32
    if case .label(_, let label) = readout.kind { positive = Int32(label) } else { positive = 1 }
    return PairedArea(
      before: known.map { before[$0] }, after: known.map { after[$0] },
      isPositive: known.map { target.labels[$0] == positive },
      groups: known.map { samples.held[$0].subject }, subjects: samples.subjects.held)
  }

  /// The recall of each class of a task that occurs, before and after.
  func recalls(
    _ target: LogisticTarget, _ before: ProbeBattery.Probe, _ after: ProbeBattery.Probe
  ) -> [PairedRatio] {
    let (was, now) = (answers(before), answers(after))
    return (0..<target.classes).compactMap { label in
      var parts = [PairedRatio.Part](
        repeating: PairedRatio.Part(), count: samples.subjects.held)
      var isThere = false
      for (place, sample) in samples.held.enumerated() where target.labels[place] == label {
        isThere = true
        parts[sample.subject].denominatorBefore += 1
        parts[sample.subject].denominatorAfter += 1
        if was[place] == label { parts[sample.subject].numeratorBefore += 1 }
        if now[place] == label { parts[sample.subject].numeratorAfter += 1 }
      }
      return isThere ? PairedRatio(parts) : nil
    }
  }

  /// The class that a probe gives each sample: the first with the largest output.
  private func answers(_ probe: ProbeBattery.Probe) -> [Int] {
    let outputs = probe.logits.count / max(1, samples.held.count)
    return samples.held.indices.map { sample in
      let logits = probe.logits[sample * outputs..<(sample + 1) * outputs]
      return (logits.firstIndex(of: logits.max() ?? 0) ?? logits.startIndex) - logits.startIndex
    }
  }

  /// The areas of an action unit within each stratum, and the share of pairs that each has.
  ///
  /// Strata in which it is present or absent in fewer than five samples, or in those of one subject,
  /// are left out.
  func strata(
    _ readout: ProbeTargets.Readout, _ before: [Double], _ after: [Double]
  ) -> (areas: [PairedArea], weights: [Double]) {
    let truth = targets.held[readout.target]
    var (areas, pairs): ([PairedArea], [Double]) = ([], [])
    for stratum in Set(targets.heldStratum).sorted() where stratum >= 0 {
      let own = truth.labels.indices.filter { targets.heldStratum[$0] == stratum }
      let counts = (
        own.count { truth.labels[$0] == 1 }, own.count { truth.labels[$0] == 0 }
      )
      guard counts.0 >= 5, counts.1 >= 5 else { continue }
      let area = area(readout, before, after, truth: truth) { targets.heldStratum[$0] == stratum }
      guard PairedMeasure.area(area).effectiveSubjects > 1 else { continue }
      areas.append(area)
      pairs.append(Double(counts.0) * Double(counts.1))
    }
    let total = pairs.reduce(0, +)
    return (areas, pairs.map { $0 / total })
  }
}
