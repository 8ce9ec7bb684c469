internal import COpenBLAS

/// How memory is asked for while networks run.
public enum Allocator {
  /// Keeps freed memory for the next activation, for the rest of the process.
  ///
  /// Activations come and go by the megabyte: handing each back to the system, to be mapped and
  /// zeroed again, takes an eighth of a forward pass. The peak stays what it was.
  public static func keepFreedMemory() { lethe_keep_freed_memory() }
}
