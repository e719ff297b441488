FROM python:3.12-slim
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /srv/outreach
COPY requirements.lock pyproject.toml README.md ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY outreach outreach
COPY workers workers
COPY templates templates
COPY schedules.yaml ./
RUN pip install --no-cache-dir --no-deps -e . && useradd --system --home /srv/outreach outreach \
    && mkdir .outreach && chown outreach .outreach
USER outreach
EXPOSE 8000
CMD ["outreach", "web", "--host", "0.0.0.0", "--port", "8000"]
