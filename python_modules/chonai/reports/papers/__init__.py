"""What is printed, stamped and filed: workbooks, password slips, work reports. Further renderings, computed nowhere else."""
