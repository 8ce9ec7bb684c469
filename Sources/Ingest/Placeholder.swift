internal import CFacePack
func x() -> Int { lethe_face_pack_length }
