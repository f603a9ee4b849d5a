# What people type. Every target works on a fresh clone.
SHELL := /bin/sh
.SHELLFLAGS := -euc
.SUFFIXES:
.DELETE_ON_ERROR:
.NOTPARALLEL:

# Ansible refuses a locale that is not UTF-8 or not installed, so every program gets one that always is;
# the language of messages stays the caller's.
ifndef CHONAI_LANG
CHONAI_LANG := $(if $(filter ja%,$(firstword $(LC_ALL) $(LC_MESSAGES) $(LANG))),ja,en)
endif
export CHONAI_LANG
export LC_ALL := C.UTF-8
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export ANSIBLE_CONFIG := $(CURDIR)/ansible.cfg

READY := .venv/.ready
LAB := ansible-playbook -i inventories/shiomino playbooks/lab.yml

.PHONY: help setup hooks demo test check lint bench honesty mutation lab lab-stop lab-clean requirements clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

setup: $(READY) ## Install packages and .venv (done by the other targets when needed)

$(READY): requirements.txt pyproject.toml scripts/setup
	@scripts/setup

hooks: $(READY) ## Have git run the quickest checks before each commit
	@git config core.hooksPath scripts/hooks

demo: $(READY) ## Start the lab and run a whole personnel change on it, told step by step
	@scripts/demo

test: $(READY) ## Run every test: quick ones first, then those on the lab's real servers (STORE=postgresql: stores on a server)
	@CHONAI_TEST_STORE=$(STORE) scripts/test

check: $(READY) ## Style, types, laws and pure tests: about a minute, no lab
	@scripts/check

lint: $(READY) ## Every linter, ansible-lint and ansible-test sanity included
	@scripts/lint

bench: $(READY) ## Measure against other tools on the lab: make bench [ONLY=name]
	@scripts/bench $(ONLY)

honesty: $(READY) ## Carry out random requests on the lab and see whether plans say what happens (CASES=10)
	@$(LAB)
	@python -m tests.honesty $(or $(CASES),10)

mutation: $(READY) ## Change the engine's code line by line and see whether its tests notice: hours (MODULES="apply drift" JOBS=1)
	@JOBS=$(JOBS) scripts/mutation $(MODULES)

lab: $(READY) ## Start the lab on loopback addresses: Samba domains, OpenLDAP, mail, name servers, stand-ins
	@$(LAB)

lab-stop: $(READY) ## Stop the lab's servers and keep their data
	@$(LAB) -e lab_state=stopped

lab-clean: $(READY) ## Stop the lab's servers and remove their data
	@$(LAB) -e lab_state=absent

requirements: $(READY) ## Resolve the dependencies of pyproject.toml again and hash them
	@scripts/requirements

clean: ## Remove .venv and caches; the store in var/ and the lab stay
	@rm -rf .venv var/test var/bench var/mutation .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build python_modules/*.egg-info
