"""The demonstration: a year's personnel change on the lab, told and proved. `python -m tests.acceptance.demo`"""
