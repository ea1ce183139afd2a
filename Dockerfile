# The image of astro-lint itself, from this checkout:
#
#     docker build --tag astro-lint .
#     docker run --rm --volume "$PWD:/work:ro" astro-lint
FROM python:3.14.6-alpine3.24@sha256:26730869004e2b9c4b9ad09cab8625e81d256d1ce97e72df5520e806b1709f92 AS build

WORKDIR /src
COPY pyproject.toml setup.cfg README.md LICENSE ./
COPY dockerfile_astro_lint ./dockerfile_astro_lint
# Nothing needs pip when astro-lint runs, so the pip of the base image installs into an environment without one.
RUN python -m venv --without-pip /opt/astro-lint \
    && python -m pip --python /opt/astro-lint/bin/python install --no-cache-dir --disable-pip-version-check .

FROM python:3.14.6-alpine3.24@sha256:26730869004e2b9c4b9ad09cab8625e81d256d1ce97e72df5520e806b1709f92

COPY --from=build /opt/astro-lint /opt/astro-lint
# `astro-lint catalog update` keeps its copy in the cache folder, which any user can write to here.
ENV PATH=/opt/astro-lint/bin:$PATH \
    XDG_CACHE_HOME=/tmp
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["astro-lint"]
