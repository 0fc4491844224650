# SPDX-License-Identifier: Apache-2.0
# An image of the program alone: docker run --rm -v "$PWD:/src" resilint check
FROM debian:12 AS build
WORKDIR /resilint
COPY . .
RUN ./dev run version

FROM scratch
COPY --from=build /resilint/build/release/resilint /resilint
COPY --from=build /resilint/packaging/copyright /copyright
WORKDIR /src
ENTRYPOINT ["/resilint"]
