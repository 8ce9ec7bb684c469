internal import CCairo
internal import CPNG
internal import CTurboJPEG
func x() -> Int32 { cairo_version() }
