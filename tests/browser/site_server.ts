// A plain host of a built site that can go away, and be given another build in the middle of a visit.
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** The built site that is under test. */
export const DIST = process.env.GLASSHOUSE_DIST ?? join(ROOT, 'dist');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.json': 'application/json', '.wasm': 'application/wasm',
};

export class SiteServer {
  /** Paths asked for since it was started or last emptied. */
  readonly asked: string[] = [];

  private constructor(private readonly server: Server, readonly origin: string, public folder: string) {}

  static async start(folder = DIST): Promise<SiteServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const site = new SiteServer(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, folder);
    server.on('request', (request, response) => {
      const path = new URL(request.url ?? '/', site.origin).pathname.slice(1) || 'index.html';
      site.asked.push(path);
      readFile(join(site.folder, path)).then(
        (bytes) => response.writeHead(200, { 'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream', 'Content-Length': bytes.length, 'Access-Control-Allow-Origin': '*' }).end(bytes),
        () => response.writeHead(404, { 'Content-Type': 'text/plain' }).end('Nothing here.'),
      );
    });
    return site;
  }

  /** The network is cut: connections break, and no new one is made. */
  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

/** A copy of the site with some files changed or added, and listed anew: what a later build is. `listed` false leaves it inconsistent. */
export async function otherBuild(changes: Readonly<Record<string, (text: string) => string>>, listed = true): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'glasshouse-build-'));
  await cp(DIST, folder, { recursive: true });
  for (const [path, change] of Object.entries(changes)) await writeFile(join(folder, path), change(await readFile(join(folder, path), 'utf8').catch(() => '')));
  if (listed) await promisify(execFile)(process.execPath, [join(ROOT, 'www', 'list.mjs'), folder]);
  return { folder, remove: () => rm(folder, { recursive: true }) };
}

/** Writes each widget's page as a single file. */
export async function singleFiles(folder: string, language = 'en'): Promise<void> {
  await promisify(execFile)(process.execPath, [join(ROOT, 'www', 'single.mjs'), DIST, folder, '--language', language]);
}
