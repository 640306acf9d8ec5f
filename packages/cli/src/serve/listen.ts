/** Starts an endpoint on the port that was asked for, or the next one that is free. @module */
import { createResolveServer, type ResolveServer, type ResolveServerOptions } from "@aplomb/server";

/** How many ports are tried. */
const MAX_TRIES = 50;

/**
 * Listens on `port`, or on the first free one after it.
 *
 * @param options - port 0 lets the system choose.
 * @throws FlagError OPTION if none of fifty ports is free, or an option is wrong.
 */
export async function listen(options: ResolveServerOptions & { readonly port: number }): Promise<ResolveServer> {
  for (let tries = 0; ; tries++) {
    try {
      return await createResolveServer({ ...options, port: options.port === 0 ? 0 : options.port + tries });
    } catch (error) {
      if (
        !isPortInUse(error, options.grpcPort) ||
        options.port === 0 ||
        tries + 1 >= MAX_TRIES ||
        options.port + tries >= 65_535
      )
        throw error;
    }
  }
}

/** Whether it is the port of HTTP that is taken: the one of gRPC is in other programs' settings, and stays what it is. */
function isPortInUse(error: unknown, grpcPort: number | undefined): boolean {
  const { cause } = error as Error;
  const isTaken = cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE";
  return isTaken && !("port" in cause && grpcPort !== undefined && cause.port === grpcPort);
}
