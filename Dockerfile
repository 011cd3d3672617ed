# healther in containers: `healther` (API, workers, migrations, command line) and `frontend` (the web app behind Nginx).
#
# Bases are pinned to a release. To renew one: take the newest patch of the same line, build, run `make test`, and pin it by what
# `docker images --digests` shows (`python:3.11.14-slim-trixie@sha256:...`) where a registry could be made to lie.
ARG NODE_IMAGE=node:20.20.2-bookworm-slim
ARG PYTHON_IMAGE=python:3.11.14-slim-trixie
ARG NGINX_IMAGE=nginx:1.28.0-alpine3.21-slim

FROM ${NODE_IMAGE} AS web
WORKDIR /build/web
COPY web/package.json web/package-lock.json ./
RUN npm ci --no-audit --no-fund
# The app and the status pages share their colours.
COPY src/healther/status_pages/assets/tokens.css ../src/healther/status_pages/assets/tokens.css
COPY web ./
RUN npm run build

FROM ${PYTHON_IMAGE} AS python
ENV UV_COMPILE_BYTECODE=1 \
    UV_LINK_MODE=copy \
    UV_PROJECT_ENVIRONMENT=/opt/healther \
    UV_PYTHON_DOWNLOADS=never
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /build
# What changes rarely comes first: with the same lock file this layer is taken from the cache.
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --locked --no-dev --all-extras --no-install-project
COPY src ./src
COPY --from=web /build/src/healther/webapp/dist ./src/healther/webapp/dist
RUN uv sync --locked --no-dev --all-extras --no-editable

FROM ${PYTHON_IMAGE} AS healther
RUN groupadd --gid 10001 healther \
    && useradd --uid 10001 --gid healther --home-dir /var/lib/healther --create-home --shell /usr/sbin/nologin healther \
    && install -d -o healther -g healther -m 0750 /run/healther-secrets
COPY --from=python /opt/healther /opt/healther
COPY --chmod=0755 deploy/compose/make-secrets.sh /usr/local/bin/healther-make-secrets
ENV PATH=/opt/healther/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1
WORKDIR /var/lib/healther
USER 10001:10001
EXPOSE 8000
ENTRYPOINT ["healther"]
CMD ["up", "--host", "0.0.0.0"]

FROM ${NGINX_IMAGE} AS frontend
COPY deploy/nginx/nginx.conf /etc/nginx/nginx.conf
COPY deploy/nginx/healther.conf.template /etc/nginx/templates/healther.conf.template
COPY --from=web /build/src/healther/webapp/dist /usr/share/nginx/html
RUN install -d -o 101 -g 101 /run/healther /var/cache/nginx /etc/nginx/healther.d
# What the entry point of the image fills the template with, and where it puts the result.
ENV HEALTHER_API=api:8000 \
    HEALTHER_PUBLIC_URL=http://127.0.0.1:8080 \
    NGINX_ENTRYPOINT_LOCAL_RESOLVERS=1 \
    NGINX_ENVSUBST_FILTER=^(HEALTHER|NGINX)_ \
    NGINX_ENVSUBST_OUTPUT_DIR=/run/healther \
    NGINX_PORT=8080
USER 101:101
EXPOSE 8080
