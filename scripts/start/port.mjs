// The port that the local Worker listens on.

import { createServer } from "node:net";
import { Failure } from "../setup/failure.mjs";

export const HOST = "127.0.0.1";

/** A port from the command line. */
export function readPort(text) {
  const port = /^\d{1,5}$/.test(text ?? "") ? Number(text) : 0;
  if (port < 1 || port > 65535) {
    throw new Failure({
      what: "--port needs a number from 1 to 65535",
      advice: "For example: npm start -- --port 8788",
    });
  }
  return port;
}

/** Fails, with the way out, where something else listens already. */
export function wantFree(port) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error) => {
      const reason =
        error.code === "EADDRINUSE" ? "is in use, perhaps by another npm start" : `cannot be opened (${error.code})`;
      const other = port < 65535 ? port + 1 : port - 1;
      reject(
        new Failure({
          what: `Port ${port} ${reason}`,
          advice: `Stop that one, or choose another: npm start -- --port ${other}`,
        }),
      );
    });
    server.listen({ port, host: HOST, exclusive: true }, () => server.close(resolve));
  });
}
