/** The watch stream on sockets that do not keep the process alive; plain fetch has no such sockets. @module */
import { Agent as PlainAgent } from "node:http";
import { Agent as TlsAgent } from "node:https";
import { Socket } from "node:net";
import type { EndpointAccess, WatchBundle } from "@aplomb/client";
import { watchBundle } from "@aplomb/client/connect";
import { createConnectTransport } from "@connectrpc/connect-node";

/** An announcement is a few bytes; nobody needs to send more. */
const MESSAGE_BYTES = 4_096;

/** Listens for announcements over HTTP/1.1, one connection for each stream. */
export function unrefWatch(access: EndpointAccess): WatchBundle {
  const transport = createConnectTransport({
    baseUrl: access.endpoint,
    httpVersion: "1.1",
    nodeOptions: { agent: unrefAgent(access.endpoint.startsWith("https:")) },
    acceptCompression: [],
    readMaxBytes: MESSAGE_BYTES,
  });
  return watchBundle(transport, access);
}

/** An agent whose connections let the process end. */
function unrefAgent(isTls: boolean): PlainAgent {
  const agent = isTls ? new TlsAgent() : new PlainAgent();
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const socket = connect(options, callback);
    if (socket instanceof Socket) socket.unref();
    return socket;
  };
  return agent;
}
