# Two images: `system` holds a service of the reference system, `harness` what plays experiments against it.
# Node's version is that of package.json; a test holds the two together.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim
ARG K6_IMAGE=grafana/k6:2.2.0

FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts \
  # The image has its own Node, and ONNX Runtime's package brings those of all other platforms along.
  && rm -rf node_modules/node node_modules/onnxruntime-node/bin/*/darwin node_modules/onnxruntime-node/bin/*/win32

FROM packages AS system-packages
# What only the harness needs, by size.
RUN rm -rf node_modules/echarts node_modules/zrender node_modules/@stdlib node_modules/testcontainers

FROM ${NODE_IMAGE} AS system
ENV NODE_ENV=production
WORKDIR /app
COPY --from=system-packages /app/node_modules node_modules
COPY package.json ./
COPY harness/contract harness/contract
COPY sut sut
USER node
# No shell and no npm in between: SIGTERM reaches Node.
ENTRYPOINT ["node"]
CMD ["sut/gateway/main.ts", "--config", "/etc/gauntlet/gateway.json"]

FROM ${K6_IMAGE} AS k6

# Plays experiments against the stack of docker-compose.yml; it writes its runs and its cache, and nothing else.
FROM ${NODE_IMAGE} AS harness
ENV NODE_ENV=production GAUNTLET_CACHE=/home/node/cache
WORKDIR /app
COPY --from=k6 /usr/bin/k6 /usr/local/bin/k6
COPY --from=packages /app/node_modules node_modules
COPY package.json ./
COPY tools tools
COPY scenarios scenarios
COPY chaos chaos
COPY slo slo
COPY reports reports
COPY experiments experiments
COPY harness harness
COPY sut sut
# A new volume is owned as the folder under it is.
RUN mkdir -p reports/runs /home/node/cache && chown node:node reports/runs /home/node/cache
USER node
ENTRYPOINT ["node", "--no-concurrent-recompilation", "harness/cli/gauntlet.js"]
CMD ["list"]
