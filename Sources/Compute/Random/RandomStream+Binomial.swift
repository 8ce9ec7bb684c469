extension RandomStream {
  /// How many of `trials` independent trials succeed, each with probability `part` / `whole`.
  ///
  /// By inversion from the mode outward (Kemp 1986, "A modal method for generating binomial
  /// variables"): one uniform number is used up by the probabilities of the mode and of its
  /// neighbours above and below in turn, so that about as many are looked at as the distribution is
  /// wide. Exact to the rounding of doubles.
  ///
  /// - Parameters:
  ///   - trials: How many trials; at least 0.
  ///   - part: The numerator of the probability, 0...whole.
  ///   - whole: Its denominator, above 0.
  /// - Returns: A number in 0...trials.
  public mutating func binomial(trials: Int, part: Int, of whole: Int) -> Int {
    precondition(
      trials >= 0 && whole > 0 && (0...whole).contains(part), "binomial() takes a probability")
    if trials == 0 || part == 0 { return 0 }
    if part == whole { return trials }
    // The complement is formed while it is whole: 1 − p would round.
    if part > whole - part {
      return trials - binomial(trials: trials, part: whole - part, of: whole)
    }
    let p = Double(part) / Double(whole)
    let odds = Double(part) / Double(whole - part)
    let mode = min(trials, Int(Double(trials + 1) * p))
    let peak = Binomial.pmf(mode, trials: trials, probability: p)
    var left = uniform() - peak
    var (above, below) = (mode, mode)
    var (termAbove, termBelow) = (peak, peak)
    while left >= 0 {
      // Terms that no longer count end the search even if rounding leaves a rest of `left`.
      let isAboveOver = above == trials || termAbove < 0x1p-80
      let isBelowOver = below == 0 || termBelow < 0x1p-80
      if isAboveOver && isBelowOver { return mode }
      if !isAboveOver {
        termAbove *= odds * Double(trials - above) / Double(above + 1)
        above += 1
        left -= termAbove
        if left < 0 { return above }
      }
      if !isBelowOver {
        termBelow *= Double(below) / (odds * Double(trials - below + 1))
        below -= 1
        left -= termBelow
        if left < 0 { return below }
      }
    }
    return mode
  }
}
