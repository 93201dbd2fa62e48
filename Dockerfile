# The pages and the command line; the database is a container of its own (docker-compose.yml).
FROM debian:bookworm-slim

RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates postgresql-client-15 python3 python3-venv \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --home-dir /opt/observatorio observatorio

USER observatorio
WORKDIR /opt/observatorio
# Files that are sent wait here: the pages write them, the worker reads them.
RUN mkdir --mode=700 home

# What changes seldom comes first, so that a change of code prepares nothing again.
COPY --chown=observatorio observatorio pyproject.toml package.json package-lock.json .npmrc README.md LICENSE ./
COPY --chown=observatorio requirements requirements
COPY --chown=observatorio docs/handbook docs/handbook
COPY --chown=observatorio layers layers
COPY --chown=observatorio sql sql
COPY --chown=observatorio analysis analysis
COPY --chown=observatorio geo_observatorio geo_observatorio
COPY --chown=observatorio web web

# With a DATABASE_URL no PostGIS is looked for in this image; this one is never connected to.
RUN DATABASE_URL=postgresql://none ./observatorio --version && rm -rf .cache .npm node_modules

EXPOSE 8000
CMD ["sh", "-c", "./observatorio db migrate && exec ./observatorio serve --host 0.0.0.0"]
