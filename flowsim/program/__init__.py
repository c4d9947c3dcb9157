"""Model and config become a Program: everything resolved to whole numbers, for an engine to run."""

from flowsim.program.compile import compile_program
from flowsim.program.program import Instance, Program

__all__ = ["Instance", "Program", "compile_program"]
