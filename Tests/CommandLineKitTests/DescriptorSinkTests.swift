import Foundation
import Testing

@testable import CommandLineKit

@Suite("Output")
struct DescriptorSinkTests {
  @Test("a reader that has gone is told from a failure")
  func closedPipe() throws {
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    close(ends[0])
    defer { close(ends[1]) }
    let sink = DescriptorSink(descriptor: ends[1], name: "pipe")
    try sink.write("a line\n")
    #expect(throws: OutputError.closedPipe) { try sink.flush() }
  }

  @Test("a full disk is an error that names the stream")
  func fullDisk() throws {
    let descriptor = open("/dev/full", O_WRONLY)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    let sink = DescriptorSink(descriptor: descriptor, name: "standard output", isBuffered: false)
    let expected = OutputError.failed(
      stream: "standard output", reason: "No space left on device")
    #expect(throws: expected) { try sink.write("a line\n") }
  }

  @Test("text arrives whole, whatever its size")
  func whole() throws {
    let path = NSTemporaryDirectory() + "lethe-sink-\(UUID().uuidString)"
    defer { unlink(path) }
    let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
    try #require(descriptor >= 0)
    let sink = DescriptorSink(descriptor: descriptor, name: path)
    let lines = (0..<20_000).map { "line \($0)\n" }
    for line in lines { try sink.write(line) }
    try sink.flush()
    close(descriptor)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == lines.joined())
  }

  @Test("the exit code of a closed pipe is 0, that of a full disk 1")
  func exitCodes() {
    #expect(Museum.exitCode(for: OutputError.closedPipe) == .success)
    #expect(Museum.exitCode(for: OutputError.failed(stream: "x", reason: "y")) == .failure)
  }
}
