"""One folder for each task of the system engineers: pure functions from a request and a policy to the desired
state. No I/O.
"""

ADDRESS, RRSET = "address", "rrset"
"""Types of objects that an undo has to look around for: told here, so that it need not load their operations."""
ADDRESSING = "addressing"
"""The name of the operation whose plans want things for themselves: told here, so that who meets another operation's
plans need not load it.
"""
