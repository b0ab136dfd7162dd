# Thin aliases; ./run and ./test are the real thing. `make test ARGS="tests/core -k cron"` hands ARGS on.
bin := .venv/bin

.PHONY: fmt lint types test cover bench docs diagrams run venv

fmt: venv
	$(bin)/ruff format . run test
	$(bin)/ruff check --fix . run test

lint: venv
	$(bin)/ruff check . run test
	$(bin)/lint-imports

types: venv
	$(bin)/mypy

test:
	./test $(ARGS)

cover: venv
	$(bin)/coverage run -m pytest $(ARGS)
	$(bin)/coverage report

bench: venv
	$(bin)/python -m benchmarks $(ARGS)

docs: venv
	$(bin)/python -m tools.docs $(ARGS)

diagrams: venv
	$(bin)/python -m tools.diagrams $(ARGS)

run:
	./run $(ARGS)

venv:
	@python3 -m tools.bootstrap dev
