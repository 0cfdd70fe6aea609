# Two images: `system` holds a service of the reference system, `harness` what plays experiments against it.
# Node's version is that of package.json; a test holds the two together.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

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
