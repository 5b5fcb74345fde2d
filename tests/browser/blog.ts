// An author's own site, on an origin of its own, with the headers that a test gives it.
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test as base } from '@playwright/test';
import { ModelServer } from './model_server.ts';

export { expect } from '@playwright/test';

/** A post of the site: its address. */
export type Blog = (post?: { headers?: Record<string, string>; body?: string }) => Promise<string>;

export const test = base.extend<{ blog: Blog }, { models: ModelServer }>({
  models: [async ({}, use) => (async (server) => (await use(server), await server.stop()))(await ModelServer.start()), { scope: 'worker' }],
  blog: async ({}, use) => {
    const servers: Server[] = [];
    await use(async ({ headers = {}, body = '<p>Words.</p>' } = {}) => {
      const server = createServer((_, response) => {
        response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', ...headers }).end(`<!doctype html><title>A blog</title>${body}`);
      });
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}/post.html`;
    });
    for (const server of servers) server.close();
  },
});
