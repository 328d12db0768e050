# syntax=docker/dockerfile:1

# Installs what runs; npm and its shell stay behind in this stage.
FROM node:24-slim AS build

WORKDIR /app

# Only what decides the dependencies, so that this layer is built again only when they change.
COPY package.json package-lock.json .npmrc ./

# No package that runs has an install script (the one of `node`, a dev dependency, is left out with it), so none
# may run: whatever a new version brings along, it executes nothing here.
RUN npm ci --omit=dev --ignore-scripts

# Node and nothing else: no shell, no package manager. `nonroot` is uid 65532.
FROM gcr.io/distroless/nodejs24-debian12:nonroot

# Fastify and pino leave out what is for development only.
ENV NODE_ENV=production

# In a container the loopback default would be unreachable. Hook paths need a token all the same.
ENV HOST=0.0.0.0

WORKDIR /app

# Everything stays root's: the process can read its own code but not change it.
COPY --from=build /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY templates ./templates
# Sources as they are: Node 24 strips the types while it loads them, so there is no build to trust.
COPY src ./src

# As a number, for Kubernetes' runAsNonRoot cannot look a name up.
USER 65532

EXPOSE 8080

# Large requests make V8 grow its young generation far beyond need: under load 104 to 136 MB resident with this
# limit, 235 MB without. The old generation is bounded below the container's memory: judging new tenants makes garbage
# faster than V8 would collect it by itself. The path is where the base image keeps Node.
ENTRYPOINT ["/nodejs/bin/node", "--max-semi-space-size=2", "--max-old-space-size=192", "src/main.ts"]

# The other commands are for people: `docker run IMAGE render …`.
CMD ["serve"]
