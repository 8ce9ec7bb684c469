public import Foundation

/// A job's folder, `jobs/NAME` of a warehouse: its scripts, `job.json`, logs, and `state/` with a
/// file a task.
public struct JobFolder: Sendable {
  /// The folder.
  public let url: URL
  /// The job's name.
  public var name: String { url.lastPathComponent }

  static let record = "job.json"
  static let state = "state"

  /// The folder that jobs of a warehouse lie in.
  public static func jobs(of warehouse: URL) -> URL { warehouse.appending(path: "jobs") }

  /// The names of the jobs of a warehouse, in order.
  public static func names(in warehouse: URL) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: jobs(of: warehouse).path))
    return (names ?? []).filter { isName($0) }.sorted()
  }

  private static func isName(_ name: String) -> Bool {
    name.wholeMatch(of: #/[a-z]+-[0-9]{4,9}/#) != nil
  }

  /// The job of a name.
  ///
  /// - Throws: `JobError` if there is none.
  public init(_ name: String, in warehouse: URL) throws {
    url = Self.jobs(of: warehouse).appending(path: name)
    let names = Self.names(in: warehouse)
    guard names.contains(name) else {
      throw JobError(
        .unknown, name, "there is no job of that name",
        advice: names.isEmpty ? "there is none yet" : "there are \(names.joined(separator: ", "))")
    }
  }

  private init(url: URL) { self.url = url }

  /// What a new job of a kind will be called.
  public static func nextName(_ kind: String, in warehouse: URL) -> String {
    let numbers = names(in: warehouse).filter { $0.hasPrefix(kind + "-") }
      .compactMap { Int($0.dropFirst(kind.count + 1)) }
    let number = String((numbers.max() ?? 0) + 1)
    return "\(kind)-" + String(repeating: "0", count: max(0, 4 - number.count)) + number
  }

  /// Makes the folder of a new job, with its scripts and its record.
  ///
  /// - Parameters:
  ///   - graph: The steps.
  ///   - scripts: The scripts that they name.
  ///   - warehouse: The warehouse's folder, absolute.
  ///   - shards: The folder that shards lie in, absolute.
  /// - Returns: The folder.
  /// - Throws: `JobError` if it cannot be written.
  public static func make(
    _ graph: JobGraph, _ scripts: [JobScript], in warehouse: URL, shards: URL
  ) throws -> JobFolder {
    guard !warehouse.path.contains("\\") else {
      throw JobError(
        .invalid, warehouse.path, "Slurm writes no logs into a folder with a backslash in its path",
        advice: "move or link the warehouse to another path")
    }
    do {
      try FileManager.default.createDirectory(
        at: jobs(of: warehouse), withIntermediateDirectories: true)
    } catch { throw failed(jobs(of: warehouse), "the folder cannot be made") }
    // Whoever makes the folder has the number.
    var folder: JobFolder
    repeat {
      folder = JobFolder(
        url: jobs(of: warehouse).appending(path: nextName(graph.kind, in: warehouse)))
      guard mkdir(folder.url.path, 0o777) != 0 else { break }
      guard errno == EEXIST else { throw failed(folder.url, "the folder cannot be made") }
    } while true
    do {
      try FileManager.default.createDirectory(
        at: folder.url.appending(path: state), withIntermediateDirectories: false)
      for script in scripts {
        let file = folder.url.appending(path: script.name)
        try Data(script.text(job: folder.name, folder: folder.url.path).utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
      }
    } catch { throw failed(folder.url, "its scripts cannot be written") }
    try folder.write(
      JobRecord(
        name: folder.name, created: Date().formatted(.iso8601), shards: shards.path, graph: graph))
    return folder
  }

  /// What the job's record says.
  ///
  /// - Throws: `JobError` if it is missing or damaged.
  public func read() throws -> JobRecord {
    let file = url.appending(path: Self.record)
    guard let data = SmallFile.read(file, limit: 64 << 20) else {
      throw JobError(
        .file, file.path, "the file is missing or too large", advice: "write the job anew")
    }
    guard let record = try? JSONDecoder().decode(JobRecord.self, from: data) else {
      throw JobError(
        .file, file.path, "this is no record of a job", advice: "write the job anew")
    }
    try record.check(folder: name)
    return record
  }

  /// Puts a record in the place of the one that is there.
  func write(_ record: JobRecord) throws {
    let file = url.appending(path: Self.record)
    let partial = url.appending(path: Self.record + ".partial")
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      try encoder.encode(record).write(to: partial)
    } catch { throw Self.failed(file, "the file cannot be written") }
    guard rename(partial.path, file.path) == 0 else {
      throw Self.failed(file, "the file cannot be written")
    }
  }

  /// Keeps others from submitting the same job while `body` does.
  func locked<Result>(_ body: () throws -> Result) throws -> Result {
    let path = url.appending(path: "job.lock").path
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Self.failed(url, "its lock cannot be opened") }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw JobError(
        .file, name, "another process submits this job", advice: "wait until it is done")
    }
    return try body()
  }

  /// The name of a task's files: `STEP.N`, or `STEP` where the step is no array.
  static func task(_ step: String, _ number: Int) -> String {
    number == 0 ? step : "\(step).\(number)"
  }

  /// The log of a task.
  func log(_ step: String, _ number: Int) -> URL {
    url.appending(path: "\(name).\(Self.task(step, number)).log")
  }

  /// What a task noted of itself under an id of Slurm.
  func note(_ step: String, _ number: Int, id: String) -> TaskNote {
    let file = url.appending(path: "\(Self.state)/\(Self.task(step, number))")
    let data = SmallFile.read(file, limit: 1 << 20) ?? Data()
    return TaskNote(String(decoding: data, as: UTF8.self), id: id)
  }

  private static func failed(_ url: URL, _ problem: String) -> JobError {
    JobError(
      .file, url.path, "\(problem) (\(String(cString: strerror(errno))))",
      advice: "see whether it may be written to, and whether the disk is full")
  }
}

/// Files that ought to be small.
enum SmallFile {
  /// The contents of a regular file, nil if there is none or it is larger than `limit` bytes.
  static func read(_ url: URL, limit: Int) -> Data? {
    let descriptor = open(url.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      Int(status.st_size) <= limit
    else { return nil }
    return try? FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).readToEnd() ?? Data()
  }

  /// The last line of a text file that says something, at most 300 characters; nil if none does.
  static func lastLine(_ url: URL) -> String? {
    let descriptor = open(url.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = pread(descriptor, &buffer, buffer.count, max(0, status.st_size - 4096))
    let text = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    let lines = text.split(whereSeparator: \.isNewline).map { line in
      line.filter { !$0.unicodeScalars.contains { $0.properties.generalCategory == .control } }
        .trimmingCharacters(in: .whitespaces)
    }
    return lines.last { !$0.isEmpty }.map { String($0.prefix(300)) }
  }
}
