# The two commands that matter are `make demo` and `make test`; the rest are parts of them.
CLIENTS := crates/server/tests/clients
CHAOS := crates/server/tests/chaos
VENV := target/clients-venv
# wechatpy's second line, which can't stand beside its first.
VENV2 := target/clients-venv-wechatpy2
WEB_SOURCES := $(shell find web -type f -not -path 'web/node_modules/*' -not -path 'web/dist/*' \
	-not -path 'web/tests/*' 2>/dev/null)

.PHONY: demo run build web bench chaos fuzz test check test-rust test-clients test-chaos test-browser \
	screenshots install clients binary

demo: build
	exec target/release/crier demo $(ARGS)

run: build
	exec target/release/crier serve $(ARGS)

build: web
	cargo build --release --locked -p crier

# Beside its own services; ARGS says what to measure, `make bench ARGS=help` what there is.
bench: build $(VENV)/.installed
	cargo build --release --locked -p crier-bench
	.ci/services target/release/crier-bench $(ARGS)

# Kills and pauses nodes, Redis and PostgreSQL under load: make chaos ARGS="--rounds 100 --seed 7".
# CRIER_BIN=... takes another binary than the release build.
chaos: $(if $(CRIER_BIN),,build) $(VENV)/.installed
	CRIER_BIN=$(or $(CRIER_BIN),target/release/crier) PYTHONPATH=$(CLIENTS) \
		$(VENV)/bin/python $(CHAOS) $(ARGS)

# One target, then libFuzzer's own options: make fuzz ARGS="xml -max_total_time=60"; without ARGS
# it says what targets there are.
fuzz: target/tools/bin/cargo-fuzz
	.ci/fuzz $(ARGS)

target/tools/bin/cargo-fuzz:
	cargo install --locked --version 0.13.2 --root target/tools cargo-fuzz

web: web/dist/.built

# The stamp stands inside dist, so that removing dist builds it again.
web/dist/.built: web/node_modules/.package-lock.json $(WEB_SOURCES)
	cd web && npm run build
	touch $@

web/node_modules/.package-lock.json: web/package-lock.json
	cd web && npm ci
	touch $@

test:
	.ci/test

check:
	.ci/test checks web lint

test-rust:
	.ci/test rust

test-clients:
	.ci/test clients

test-chaos:
	.ci/test chaos

test-browser:
	.ci/test browser

screenshots:
	.ci/test screenshots

install:
	.ci/install

# The third-party packages that the client tests drive, unmodified and pinned.
clients: $(VENV)/.installed $(VENV2)/.installed $(CLIENTS)/node_modules/.package-lock.json

$(VENV)/.installed: $(CLIENTS)/requirements.txt
	.ci/venv $(VENV) $<

$(VENV2)/.installed: $(CLIENTS)/requirements-wechatpy2.txt
	.ci/venv $(VENV2) $<

$(CLIENTS)/node_modules/.package-lock.json: $(CLIENTS)/package-lock.json
	cd $(CLIENTS) && npm ci
	touch $@
