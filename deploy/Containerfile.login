# An OpenID Connect provider for trying: it asks for no password. Never where others can reach it.
FROM debian:bookworm-slim
# hadolint ignore=DL3008
RUN apt-get update -q \
 && apt-get install -y -q --no-install-recommends python3 python3-venv \
 && rm -rf /var/lib/apt/lists/*
COPY constraints.txt /constraints.txt
RUN python3 -m venv /opt/login \
 && /opt/login/bin/pip install -q --no-cache-dir -c /constraints.txt oidc-provider-mock
USER 65534
EXPOSE 9400
CMD ["/opt/login/bin/python", "-m", "oidc_provider_mock", "--host", "0.0.0.0", \
     "--user-claims", "{\"sub\": \"lesen\", \"email\": \"lesen@kreis.example\", \"name\": \"Lena Lesen\"}", \
     "--user-claims", "{\"sub\": \"planen\", \"email\": \"planen@kreis.example\", \"name\": \"Paul Planen\", \"roles\": [\"kim-planung\"]}", \
     "--user-claims", "{\"sub\": \"verwalten\", \"email\": \"verwalten@kreis.example\", \"name\": \"Vera Walten\", \"roles\": [\"kim-verwaltung\"]}"]
