# The product as one image; web, worker, beat and migrate are its commands (docker-compose.yml).
FROM python:3.12-slim AS build
WORKDIR /srv/cpor
RUN python -m venv /opt/venv
COPY requirements.txt requirements-s3.txt ./
RUN /opt/venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --no-deps \
    -r requirements.txt -r requirements-s3.txt
COPY . .
# Collected without a secret: the embedded mode's key is made in a folder that stays in this stage.
RUN CPOR_MODE=embedded DATA_DIR=/tmp/build CPOR_STATIC_DIR=/srv/static \
    /opt/venv/bin/python manage.py collectstatic --noinput --verbosity=0 --ignore=rest_framework

FROM python:3.12-slim
RUN useradd --system --uid 10001 --create-home --home-dir /data cpor
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv /srv
WORKDIR /srv/cpor
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    CPOR_MODE=production \
    CPOR_STATIC_DIR=/srv/static \
    DATA_DIR=/data
USER cpor
EXPOSE 8000
CMD ["gunicorn", "cpor.wsgi", "--bind=0.0.0.0:8000", "--workers=2", "--worker-class=gthread", "--threads=8", \
    "--worker-tmp-dir=/dev/shm", "--no-control-socket", "--log-level=warning"]
