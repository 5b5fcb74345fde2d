// Chromium with no debugger on its service workers. Playwright attaches one to each, and Chromium then neither stops a service worker in the usual way
// nor always wakes it again: what happens while one takes over from another is not what a reader meets.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from '@playwright/test';
import WebSocket from 'ws';
import { CHROMIUM, QUIET } from '../playwright.config.ts';

interface Message {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

export class Chromium {
  private lastId = 0;
  private readonly pending = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>();

  private constructor(private readonly program: ChildProcess, private readonly profile: string, private readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => {
      const { id = 0, result, error } = JSON.parse(data.toString()) as Message;
      const asked = this.pending.get(id);
      this.pending.delete(id);
      if (error) asked?.reject(new Error(error.message));
      else asked?.resolve(result as never);
    });
  }

  static async start(): Promise<Chromium> {
    const profile = await mkdtemp(join(tmpdir(), 'glasshouse-chromium-'));
    const program = spawn(CHROMIUM, ['--headless=new', ...QUIET, '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe'] });
    const address = await new Promise<string>((resolve, reject) => {
      program.once('error', reject).once('exit', () => reject(new Error('Chromium ended before it listened.')));
      createInterface(program.stderr).on('line', (line) => {
        const listening = /DevTools listening on (ws:\S+)/.exec(line);
        if (listening?.[1]) resolve(listening[1]);
      });
    });
    const socket = new WebSocket(address);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return new Chromium(program, profile, socket);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.program.once('exit', resolve));
    await this.call('Browser.close', {}).catch(() => this.program.kill());
    await ended;
    this.socket.terminate();
    await rm(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }

  /** A new tab that shows `url`. */
  async open(url: string): Promise<Tab> {
    const { targetId } = await this.call<{ targetId: string }>('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.call<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true });
    const tab = new Tab((method, params) => this.call(method, params, sessionId));
    await tab.open(url);
    return tab;
  }

  private call<Result>(method: string, params: object, sessionId?: string): Promise<Result> {
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      this.socket.send(JSON.stringify({ id, method, params, sessionId }));
    });
  }
}

export class Tab {
  constructor(private readonly call: <Result>(method: string, params: object) => Promise<Result>) {}

  open(url: string): Promise<void> {
    return this.loads(() => this.call('Page.navigate', { url }));
  }

  reload(): Promise<void> {
    return this.loads(() => this.call('Page.reload', {}));
  }

  close(): Promise<void> {
    return this.call('Page.close', {});
  }

  /** Does what makes the tab load a page, and waits until that is there. */
  async loads(act: () => Promise<unknown>): Promise<void> {
    await this.evaluate(() => void Object.assign(globalThis, { isBefore: true }));
    await act();
    await expect.poll(() => this.evaluate(() => !('isBefore' in globalThis) && document.readyState === 'complete').catch(() => false), { timeout: 60_000 }).toBe(true);
  }

  /** Calls a function in the page; its answer is carried as JSON. */
  async evaluate<Answer, Given = null>(act: (given: Given) => Answer | Promise<Answer>, given?: Given): Promise<Answer> {
    const expression = `(${act.toString()})(${JSON.stringify(given ?? null)})`;
    const { result, exceptionDetails } = await this.call<{ result: { value: Answer }; exceptionDetails?: { text: string; exception?: { description?: string } } }>('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** Clicks the button of this name, as soon as there is one that can be clicked. */
  async click(name: string): Promise<void> {
    await expect.poll(() => this.evaluate((name) => {
      const button = [...document.querySelectorAll('button')].find(({ textContent, disabled }) => textContent === name && !disabled);
      button?.click();
      return button !== undefined;
    }, name), { timeout: 60_000 }).toBe(true);
  }

  /** What the page says outside its elements. */
  text(): Promise<string> {
    return this.evaluate(() => document.body.innerText);
  }
}
