import Foundation

/// What libFuzzer calls with each input; the target comes from the environment.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))
  do {
    try chosenTarget.read(bytes)
  } catch {
    // An error is what a malformed file should end in; that its text can be made is part of it.
    let message = "\(error)"
    precondition(!message.isEmpty, "an error without a message")
    if isVerbose { FileHandle.standardError.write(Data("\(message)\n".utf8)) }
  }
  return 0
}

// Says what is wrong with an input, to look at one finding.
private let isVerbose = ProcessInfo.processInfo.environment["LETHE_FUZZ_VERBOSE"] != nil

private let chosenTarget: FuzzTarget = {
  let name = ProcessInfo.processInfo.environment["LETHE_FUZZ_TARGET"] ?? ""
  guard let target = FuzzTarget(rawValue: name) else {
    let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: ", ")
    FileHandle.standardError.write(
      Data("LETHE_FUZZ_TARGET must be one of \(names), not '\(name)'\n".utf8))
    exit(2)
  }
  return target
}()
