# Two stages: one that builds, one that holds only Python, the locked packages and Dørtrin.
# tests/architecture/test_packaging.py runs these steps in a clean place, so a broken one fails the tests.

FROM python:3.11-slim-bookworm AS build
WORKDIR /src
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 \
    UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    VIRTUAL_ENV=/opt/doertrin
COPY requirements/build.lock requirements/runtime.lock requirements/
RUN python -m venv /opt/build && \
    /opt/build/bin/python -m pip install --require-hashes --only-binary :all: -r requirements/build.lock
RUN python -m venv --without-pip /opt/doertrin && \
    /opt/build/bin/uv pip install --require-hashes --only-binary :all: -r requirements/runtime.lock
COPY pyproject.toml README.md LICENSE doertrin.py ./
COPY LICENSES LICENSES/
COPY content content/
COPY dialogs dialogs/
COPY bot bot/
COPY admin admin/
RUN /opt/build/bin/python -m pip wheel --no-deps --no-build-isolation --wheel-dir /opt/wheel . && \
    /opt/build/bin/uv pip install --offline --no-deps /opt/wheel/*.whl

FROM python:3.11-slim-bookworm
COPY --from=build /opt/doertrin /opt/doertrin
ENV PATH=/opt/doertrin/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DOERTRIN_DATABASE_URL=sqlite:////data/doertrin.db \
    DOERTRIN_HOST=0.0.0.0 \
    DOERTRIN_KEYRING=/run/secrets/doertrin_keyring \
    DOERTRIN_PORT=8080
RUN mkdir -p /data && chown 10001:10001 /data
WORKDIR /data
USER 10001:10001
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as web; web.urlopen(f'http://127.0.0.1:{os.environ[\"DOERTRIN_PORT\"]}/healthz', timeout=4)"]
CMD ["doertrin", "serve"]
