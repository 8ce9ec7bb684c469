@main struct Lethe {
  static func main() { print("lethe") }
}
