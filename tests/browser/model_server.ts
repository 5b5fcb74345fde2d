// A host of model folders that can misbehave, on an origin of its own.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

const GOLDEN = fileURLToPath(new URL('../golden/', import.meta.url));

export class ModelServer {
  /** What was asked for, in order. */
  readonly asked: string[] = [];
  private folders = 0;
  private readonly answers = new Map<string, Answer>();

  private constructor(private readonly server: Server, readonly origin: string) {}

  static async start(): Promise<ModelServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const models = new ModelServer(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('request', (request, response) => void models.answer(request, response));
    return models;
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  /** The address of a folder of reference values. */
  golden(id: string): string {
    return `${this.origin}/golden/${id}/`;
  }

  /** The address of a new folder with these files, some of them answered in a way of their own. */
  folder(files: ReadonlyMap<string, Uint8Array>, answers: Record<string, Answer> = {}): string {
    this.folders += 1;
    const path = `/made/${this.folders}/`;
    for (const [name, bytes] of files) this.answers.set(path + name, (_, response) => void send(response, bytes));
    for (const [name, answer] of Object.entries(answers)) this.answers.set(path + name, answer);
    return this.origin + path;
  }

  /** How often a file of a folder was asked for. */
  asks(address: string): number {
    return this.asked.filter((url) => this.origin + url === address).length;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? '/';
    this.asked.push(url);
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Cache-Control', 'no-store');
    const answer = this.answers.get(url);
    if (answer) return answer(request, response);
    const golden = /^\/golden\/((?:saes\/)?[a-z0-9-]+\/[a-z_]+\.[a-z]+)$/.exec(url);
    try {
      if (!golden?.[1]) throw new Error('not here');
      send(response, await readFile(GOLDEN + golden[1]));
    } catch {
      response.writeHead(404, { 'Content-Type': 'text/plain' }).end('Nothing here.');
    }
  }
}

/** Answers as a plain host does. */
export function send(response: ServerResponse, bytes: Uint8Array, headers: Record<string, string | number> = {}): void {
  response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': bytes.length, ...headers });
  response.end(bytes);
}
