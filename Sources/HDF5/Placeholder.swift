internal import CHDF5
func x() -> Int64 { lethe_h5_f32() }
