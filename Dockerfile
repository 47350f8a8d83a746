# Two stages: the first has pip and writes the static files, the second runs and can write to its volumes only.
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
COPY requirements.txt .
RUN pip install --require-hashes -r requirements.txt
WORKDIR /srv/propcomm
COPY . .
# No secret is read here: the values only let the settings load.
RUN SECRET_KEY=build DATABASE_URL=postgres://build@localhost/build STATIC_ROOT=/srv/static \
    python manage.py collectstatic --no-input -v0 \
    && python -m compileall -q . /opt/venv

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --system --gid 10001 propcomm \
    && useradd --system --uid 10001 --gid propcomm --no-create-home --shell /usr/sbin/nologin propcomm \
    && install -d -o propcomm -g propcomm -m 0700 /srv/files /srv/beat
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    STATIC_ROOT=/srv/static STORAGE_ROOT=/srv/files
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/static /srv/static
COPY --from=build /srv/propcomm /srv/propcomm
WORKDIR /srv/propcomm
USER propcomm
EXPOSE 8000
CMD ["gunicorn"]
