"""The fictional city 汐見野市: a seeded generator of everything the tests, the lab and the demo need.

``python -m tests.city`` writes the files under ``inventories/shiomino/files/``. Tests import ``tests.city.build`` for
the city itself and ``tests.city.truth`` for what must be true after the change of 2026-04-01.
"""

import os

# With lxml installed openpyxl writes the same workbooks in other bytes.
os.environ["OPENPYXL_LXML"] = "False"
