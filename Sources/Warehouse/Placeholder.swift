internal import CSchema
func x() -> UnsafePointer<CChar>? { lethe_migrations_list()[0] }
