internal import COpenBLAS
func x() { openblas_set_num_threads(1) }
