"""What is printed, stamped and filed: workbooks, password slips, work reports. Renderings only."""
