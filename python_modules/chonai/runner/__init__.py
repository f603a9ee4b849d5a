"""Runs a playbook in a process of its own, by ansible-runner: nothing of it that is secret is kept or passed on."""
