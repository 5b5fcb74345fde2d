// Stock Firefox, driven by WebDriver BiDi: Playwright drives only a Firefox of its own.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import WebSocket from 'ws';

const PLACES = [process.env.FIREFOX, '/usr/bin/firefox-esr', '/usr/bin/firefox', '/Applications/Firefox.app/Contents/MacOS/firefox'];
/** Null where there is none. */
export const FIREFOX = PLACES.find((path) => path !== undefined && existsSync(path)) ?? null;

/** Without a device of its own the answers are the same on every machine; and it talks to nobody but the page. */
const PREFERENCES = { 'dom.webgpu.enabled': false, 'browser.shell.checkDefaultBrowser': false, 'datareporting.policy.dataSubmissionEnabled': false };

type Message = { id: number; result?: unknown; error?: string; message?: string } | { method: string; params: unknown };

export class Firefox {
  /** Errors on the console and thrown ones, since it was emptied. */
  readonly errors: string[] = [];
  /** Addresses asked for, since it was emptied; not those inside the page. */
  readonly requests: string[] = [];
  private lastId = 0;
  private readonly pending = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>();

  private constructor(private readonly program: ChildProcess, private readonly profile: string, private readonly socket: WebSocket, private context: string) {
    socket.on('message', (data: Buffer) => this.hear(JSON.parse(data.toString()) as Message));
  }

  static async start(preferences: Readonly<Record<string, boolean>> = {}): Promise<Firefox> {
    const profile = await mkdtemp(join(tmpdir(), 'glasshouse-firefox-'));
    const lines = Object.entries({ ...PREFERENCES, ...preferences }).map(([name, value]) => `user_pref("${name}", ${value});\n`);
    await writeFile(join(profile, 'user.js'), lines.join(''));
    const program = spawn(FIREFOX ?? '', ['--headless', '--no-remote', '--profile', profile, '--remote-debugging-port', '0', 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe'] });
    const address = await new Promise<string>((resolve, reject) => {
      program.once('error', reject).once('exit', () => reject(new Error('Firefox ended before it listened.')));
      createInterface(program.stderr).on('line', (line) => {
        const listening = /WebDriver BiDi listening on (ws:\S+)/.exec(line);
        if (listening?.[1]) resolve(listening[1]);
      });
    });
    const socket = new WebSocket(`${address}/session`);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    const firefox = new Firefox(program, profile, socket, '');
    await firefox.call('session.new', { capabilities: {} });
    await firefox.call('session.subscribe', { events: ['log.entryAdded', 'network.beforeRequestSent'] });
    const { contexts } = await firefox.call<{ contexts: { context: string }[] }>('browsingContext.getTree', {});
    firefox.context = contexts[0]!.context;
    return firefox;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.program.once('exit', resolve));
    await this.call('browser.close', {}).catch(() => this.program.kill());
    await ended;
    this.socket.terminate();
    await rm(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Opens an address and waits for its load event. */
  async open(url: string): Promise<void> {
    this.errors.length = 0;
    this.requests.length = 0;
    await this.call('browsingContext.navigate', { context: this.context, url, wait: 'complete' });
  }

  /** Calls a function in the page; its answer is carried as JSON. */
  async evaluate<Answer, Given = null>(act: (given: Given) => Answer | Promise<Answer>, given?: Given): Promise<Answer> {
    const { result, exceptionDetails } = await this.call<{ result: { value: string }; exceptionDetails?: { text: string } }>('script.callFunction', {
      functionDeclaration: `async (given) => JSON.stringify((await (${act.toString()})(JSON.parse(given))) ?? null)`,
      arguments: [{ type: 'string', value: JSON.stringify(given ?? null) }],
      awaitPromise: true,
      target: { context: this.context },
    });
    if (exceptionDetails) throw new Error(exceptionDetails.text);
    return JSON.parse(result.value) as Answer;
  }

  private call<Result = unknown>(method: string, params: object): Promise<Result> {
    this.lastId += 1;
    const id = this.lastId;
    return new Promise<Result>((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      this.socket.send(JSON.stringify({ id, method, params }));
    });
  }

  private hear(message: Message): void {
    if ('id' in message) {
      const pending = this.pending.get(message.id);
      this.pending.delete(message.id);
      if (message.error) pending?.reject(new Error(`${message.error}: ${message.message}`));
      else pending?.resolve(message.result as never);
    } else if (message.method === 'log.entryAdded') {
      const { level, text } = message.params as { level: string; text: string };
      if (level === 'error') this.errors.push(text);
    } else if (message.method === 'network.beforeRequestSent') {
      const { url } = (message.params as { request: { url: string } }).request;
      if (!/^(data|blob|about|chrome|resource):/.test(url)) this.requests.push(url);
    }
  }
}
