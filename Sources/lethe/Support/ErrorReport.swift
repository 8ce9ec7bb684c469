import CommandLineKit
import Foundation
import Ingest
import Jobs
import Query
import Warehouse

extension ExitCode {
  /// Nothing was found, or a verification differs.
  static let nothingFound = ExitCode(rawValue: 3)
  /// The user stopped it.
  static let interrupted = ExitCode(rawValue: 130)
}

/// The one place that turns an error into a message and an exit code.
struct ErrorReport {
  let message: String
  let code: ExitCode

  init(_ error: any Error) {
    switch error {
    case let error as ExitCode:
      self.init("", error)
    case let error as ValidationError:
      self.init(error.message, .usage)
    case OutputError.closedPipe:
      self.init("", .success)
    case is Interruption, is CancellationError:
      self.init("interrupted", .interrupted)
    case let error as QueryError:
      self.init(error.description, ExitCode(rawValue: error.exitCode))
    case let error as WarehouseError:
      self.init(error.description, error.cause == .unknownName ? .usage : .failure)
    case let error as JobError:
      self.init(
        error.description, [.invalid, .unknown].contains(error.cause) ? .usage : .failure)
    case let error as IngestError:
      self.init(error.description, .failure)
    case let error as CocoaError:
      self.init(Self.message(for: error), .failure)
    default:
      // What stopped because it was asked to ends like an interrupted command.
      let code = Interruption.isRequested() ? ExitCode.interrupted : .failure
      self.init(String(describing: error), code)
    }
  }

  private init(_ message: String, _ code: ExitCode) {
    self.message = message
    self.code = code
  }

  // Foundation's own words leave out the path.
  private static func message(for error: CocoaError) -> String {
    let path = error.filePath ?? error.url?.path
    let text = error.localizedDescription
    return path.map { text.contains($0) ? text : "\($0): \(text)" } ?? text
  }
}
