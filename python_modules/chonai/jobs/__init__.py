"""Jobs: which playbooks run when, by whom, under which conditions. One catalogue for this machine and for AWX."""
