import CommandLineKit
import Foundation

@main
struct Main {
  static func main() {
    // A closed pipe is an error of write(2), which ends a command quietly.
    signal(SIGPIPE, SIG_IGN)
    Interruption.install()
    let console = Console(
      output: DescriptorSink.standardOutput(), error: DescriptorSink.standardError(),
      environment: ProcessInfo.processInfo.environment)
    let arguments = Array(CommandLine.arguments.dropFirst())
    exit(Lethe.run(arguments: arguments, console: console, version: Lethe.version))
  }
}
