public import CommandLineKit
public import Warehouse

extension ArrayCodec: ExpressibleByArgument {}
