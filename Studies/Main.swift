import CommandLineKit
import Foundation

@main
struct Main {
  static func main() {
    signal(SIGPIPE, SIG_IGN)
    let console = Console(
      output: DescriptorSink.standardOutput(), error: DescriptorSink.standardError(),
      environment: ProcessInfo.processInfo.environment)
    let arguments = Array(CommandLine.arguments.dropFirst())
    exit(Studies.run(arguments: arguments, console: console, version: "0.1.0"))
  }
}
