import IR
import Operators
import Tensors
import TestSupport
import Testing
