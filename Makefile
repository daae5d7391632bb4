# The two commands that matter are `make demo` and `make test`; the rest are parts of them.
CLIENTS := crates/server/tests/clients
VENV := target/clients-venv
WEB_SOURCES := $(shell find web -type f -not -path 'web/node_modules/*' -not -path 'web/dist/*' \
	-not -path 'web/tests/*' 2>/dev/null)

.PHONY: demo run build web bench test check test-rust test-clients test-browser screenshots \
	install clients binary

demo: build
	exec target/release/crier demo $(ARGS)

run: build
	exec target/release/crier serve $(ARGS)

build: web
	cargo build --release --locked -p crier

bench: build
	cargo run --release --locked -p crier-bench -- $(ARGS)

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

test-browser:
	.ci/test browser

screenshots:
	.ci/test screenshots

install:
	.ci/install

# The third-party packages that the client tests drive, unmodified and pinned.
clients: $(VENV)/.installed $(CLIENTS)/node_modules/.package-lock.json

$(VENV)/.installed: $(CLIENTS)/requirements.txt
	.ci/venv $(VENV) $<

$(CLIENTS)/node_modules/.package-lock.json: $(CLIENTS)/package-lock.json
	cd $(CLIENTS) && npm ci
	touch $@
