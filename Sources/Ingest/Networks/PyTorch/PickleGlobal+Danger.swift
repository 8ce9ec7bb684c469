extension PickleGlobal {
  private static let dangerousModules: Set<String> = [
    "os", "posix", "nt", "subprocess", "sys", "socket", "shutil", "runpy", "pty", "importlib",
    "ctypes", "webbrowser", "pickle", "marshal", "popen2",
  ]
  private static let dangerousFunctions: Set<String> = [
    "eval", "exec", "execfile", "compile", "open", "file", "__import__", "breakpoint", "input",
  ]

  /// Whether no network needs the name, and Python would run foreign commands through it.
  ///
  /// This program runs nothing whatever a pickle names. The list only lets it warn: what is on it
  /// does not come into a file of weights by accident.
  var isDangerous: Bool {
    let top = module.prefix { $0 != "." }
    if Self.dangerousModules.contains(String(top)) { return true }
    let isBuiltin = top == "builtins" || top == "__builtin__" || top == "__builtins__"
    return isBuiltin && Self.dangerousFunctions.contains(String(name.prefix { $0 != "." }))
  }
}
