"""What a change is: model, diff, order, brakes, seal, approval, apply, journal, undo.

Knows no system and no operation.
"""
