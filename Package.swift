// swift-tools-version: 6.2
import PackageDescription

let swiftSettings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

// Activations come and go by the megabyte, candidates and chunks of all sizes between them: glibc's
// malloc either hands each back to the system, to be zeroed again, or falls to pieces.
let allocator: [LinkerSetting] = [.linkedLibrary("tcmalloc_minimal")]

// One system-library module a C library; each has exactly one importer among the targets below.
let systemLibraries: [Target] = [
  .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
  .systemLibrary(name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"])]),
  .systemLibrary(
    name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
  .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
  .systemLibrary(
    name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
  .systemLibrary(name: "CCairo", pkgConfig: "cairo", providers: [.apt(["libcairo2-dev"])]),
  .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
  .systemLibrary(
    name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
  .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
]

// Files that travel inside the binary, by #embed.
let embedded: [Target] = [
  .target(
    name: "CSchema", path: "schema",
    exclude: [
      "0001-initial.sql", "0002-concepts.sql", "0003-relevance.sql", "0004-hypotheses.sql",
      "0005-numerics.sql", "0006-pictures.sql", "0007-codec.sql",
    ],
    cSettings: [.unsafeFlags(["-Wno-c23-extensions"])]),
  .target(
    name: "CFacePack", exclude: ["faces.pack", "LICENSE.md", "PROVENANCE.md"],
    cSettings: [.unsafeFlags(["-Wno-c23-extensions"])]),
  .target(
    name: "CReport", exclude: ["report.css", "report.js"],
    cSettings: [.unsafeFlags(["-Wno-c23-extensions"])]),
]

// Innermost loops, optimised also where the rest is not; the choice of instructions is made at run
// time, so no processor is named here.
let kernels: [Target] = [
  .target(
    name: "CKernels",
    cSettings: [.unsafeFlags(["-O3", "-ffp-contract=off", "-Wno-psabi"])]),
  .target(
    name: "CCodecs", exclude: ["plugin"], cSettings: [.unsafeFlags(["-O3"])],
    linkerSettings: [.linkedLibrary("z")]),
]

// Small modules that know nothing of networks or forgetting.
let baseModules: [Target] = [
  .target(name: "SQLite", dependencies: ["CSQLite"], swiftSettings: swiftSettings),
  .target(
    name: "HDF5", dependencies: ["CHDF5", "CDeflate", "CCodecs"], swiftSettings: swiftSettings),
  .target(name: "Hashing", dependencies: ["CCrypto"], swiftSettings: swiftSettings),
  .target(
    name: "Raster", dependencies: ["CPNG", "CTurboJPEG", "CCairo"], swiftSettings: swiftSettings),
  .target(name: "Archive", dependencies: ["CZlib"], swiftSettings: swiftSettings),
  .target(name: "CommandLineKit", swiftSettings: swiftSettings),
  .target(name: "Jobs", swiftSettings: swiftSettings),
]

// The four rooms and the front door. Arrows: lethe → Ingest, Query, Warehouse;
// Ingest → Warehouse, Compute; Query → Warehouse, Compute. Scripts/check-arrows.sh holds them.
let rooms: [Target] = [
  .target(
    name: "Compute", dependencies: ["CKernels", "COpenBLAS"], swiftSettings: swiftSettings),
  .target(
    name: "Warehouse", dependencies: ["SQLite", "HDF5", "Hashing", "CSchema"],
    swiftSettings: swiftSettings),
  .target(
    name: "Ingest",
    dependencies: [
      "Warehouse", "Compute", "SQLite", "HDF5", "Raster", "Archive", "Hashing", "CFacePack",
    ],
    swiftSettings: swiftSettings),
  .target(
    name: "Query", dependencies: ["Warehouse", "Compute", "SQLite", "HDF5", "Raster", "CReport"],
    swiftSettings: swiftSettings),
  .executableTarget(
    name: "lethe", dependencies: ["Ingest", "Query", "Warehouse", "CommandLineKit", "Jobs"],
    swiftSettings: swiftSettings, linkerSettings: allocator),
]

// What the side-by-side benchmarks time; not part of lethe.
let benchmarks: [Target] = [
  .executableTarget(
    name: "lethe-bench", dependencies: ["Compute"], path: "Benchmarks/net2vec",
    exclude: ["net2vec.py", "report.py", "run.sh"], swiftSettings: swiftSettings),
  .executableTarget(
    name: "relevance-bench", dependencies: ["Compute"], path: "Benchmarks/relevance",
    exclude: ["compare.py", "report.py", "run.sh"], swiftSettings: swiftSettings,
    linkerSettings: allocator),
  .executableTarget(
    name: "codec-bench", dependencies: ["HDF5"], path: "Benchmarks/codec",
    exclude: ["compare.py", "report.py", "run.sh"], swiftSettings: swiftSettings),
  .executableTarget(
    name: "store-bench", dependencies: ["Warehouse", "SQLite"], path: "Benchmarks/units",
    exclude: ["asking.py", "compare.py", "read.py", "report.py", "rerun.py", "scan.py", "run.sh"],
    swiftSettings: swiftSettings, linkerSettings: allocator),
  .executableTarget(
    name: "forward-bench", dependencies: ["Compute"], path: "Benchmarks/forward",
    exclude: ["compare.py", "peers.py", "report.py", "vgg.py", "run.sh"],
    swiftSettings: swiftSettings, linkerSettings: allocator),
]

// Says how far the statistics can be trusted; it stands outside the rooms, and may use them all.
let studies: [Target] = [
  .executableTarget(
    name: "lethe-studies",
    dependencies: [
      "Compute", "Ingest", "Query", "Warehouse", "SQLite", "Raster", "CommandLineKit",
    ],
    path: "Studies", exclude: ["results"], swiftSettings: swiftSettings)
]

func tests(of target: Target.Dependency, _ name: String, with others: Target.Dependency...)
  -> Target
{
  .testTarget(name: name, dependencies: [target] + others, swiftSettings: swiftSettings)
}

// Fixtures lie in Tests/Fixtures and are found beside the test's own source file.
let testTargets: [Target] = [
  tests(of: "SQLite", "SQLiteTests"),
  tests(of: "HDF5", "HDF5Tests", with: "CCodecs"),
  tests(of: "Hashing", "HashingTests"),
  tests(of: "Raster", "RasterTests"),
  tests(of: "Archive", "ArchiveTests"),
  tests(of: "CommandLineKit", "CommandLineKitTests"),
  tests(of: "Jobs", "JobsTests"),
  tests(of: "Compute", "ComputeTests", with: "HDF5"),
  tests(of: "Warehouse", "WarehouseTests", with: "SQLite", "HDF5"),
  tests(
    of: "Ingest", "IngestTests",
    with: "Warehouse", "Compute", "SQLite", "HDF5", "Raster", "Archive"),
  tests(of: "Query", "QueryTests", with: "Warehouse", "Compute", "SQLite", "HDF5", "Raster"),
  // Drives the real binary.
  tests(of: "lethe", "CLITests", with: "CommandLineKit", "Jobs", "Warehouse"),
  tests(of: "lethe-studies", "StudiesTests", with: "Compute", "Query", "Ingest", "Warehouse"),
]

let package = Package(
  name: "lethe",
  products: [.executable(name: "lethe", targets: ["lethe"])],
  targets: systemLibraries + embedded + kernels + baseModules + rooms + benchmarks + studies
    + testTargets,
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu17)
