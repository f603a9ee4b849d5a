"""One folder for each task of the system engineers: pure functions from a request and a policy to the desired
state. No I/O.
"""
