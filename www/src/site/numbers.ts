/** “Numbers”: cards, sizes and speeds out of the files beside this page, and checks and timings on the reader's own machine. */
import { html, nothing, render, type TemplateResult } from 'lit';
import { loadModel, type BackendReport } from '../glasshouse.ts';
import { codeOf, messageOf } from '../api/error.ts';
import { fileSize, local, tiny } from '../marks/numbers.ts';
import { say, t } from '../words/words.ts';
import { markdown, parse, type Block } from './numbers/markdown.ts';
import { median, timeInTurns, type Candidate, type Timing } from './numbers/speed.ts';

interface Listing {
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
}

/** `site/sizes.json`, written with the build. */
interface Sizes {
  readonly release: boolean;
  readonly rows: readonly { readonly what: string; readonly bytes: number; readonly budget: number }[];
}

interface Folder {
  readonly name: string;
  readonly bytes: number;
  readonly files: ReadonlySet<string>;
}

type Checked = { readonly backend: BackendReport } | { readonly refused: string } | 'waiting' | 'running';

const at = (path: string): string => new URL(`./${path}`, document.baseURI).href;

async function read(path: string): Promise<Response> {
  const response = await fetch(at(path));
  if (!response.ok) throw new Error(t`${path} is not there (${response.status}).`);
  return response;
}

class Page {
  #folders: readonly Folder[] = [];
  readonly #cards = new Map<string, readonly Block[] | string>();
  readonly #checks = new Map<string, Checked>();
  #timings: readonly Timing[] = [];
  #timed: AbortController | null = null;
  #note = '';

  constructor(private readonly place: (id: string) => HTMLElement | null) {}

  async start(): Promise<void> {
    this.#draw();
    const [listing, sizes, performance] = await Promise.allSettled([
      read('site/files.json').then((response) => response.json() as Promise<Listing>),
      read('site/sizes.json').then((response) => response.json() as Promise<Sizes>),
      read('site/performance.md').then((response) => response.text()),
    ]);
    if (listing.status === 'fulfilled') this.#folders = modelFolders(listing.value);
    this.#put('models', listing.status === 'fulfilled' ? html`` : trouble(listing.reason));
    this.#put('sizes', sizes.status === 'fulfilled' ? sizeTable(sizes.value) : trouble(sizes.reason));
    this.#put('precomputed', performance.status === 'fulfilled' ? html`<div lang="en">${markdown(parse(performance.value).slice(1), document.baseURI, 1)}</div>` : trouble(performance.reason));
    this.#draw();
  }

  get #runnable(): readonly Folder[] {
    return this.#folders.filter(({ files }) => files.has('reference.json'));
  }

  /** Loads every model that brings reference values, on the CPU and on what would be chosen by itself. */
  async check(): Promise<void> {
    const jobs = this.#runnable.flatMap(({ name }) => (['cpu', 'auto'] as const).map((choice) => ({ name, choice })));
    for (const { name, choice } of jobs) this.#checks.set(`${name} ${choice}`, 'waiting');
    for (const { name, choice } of jobs) {
      this.#checks.set(`${name} ${choice}`, 'running');
      this.#say(t`Checking ${name} …`);
      this.#checks.set(`${name} ${choice}`, await checked(name, choice));
    }
    const all = [...this.#checks.values()];
    const passed = all.filter((one) => typeof one === 'object' && 'backend' in one && one.backend.selfCheck.ok).length;
    this.#say(t`${passed} of ${all.length} checks passed.`);
  }

  /** Times all models on the CPU and, where there is WebGPU, there too. */
  async time(): Promise<void> {
    if (this.#timed) return this.#timed.abort();
    const controller = (this.#timed = new AbortController());
    const candidates: Candidate[] = [];
    this.#timings = [];
    try {
      for (const choice of ['cpu', 'auto'] as const) {
        for (const { name } of this.#runnable) {
          this.#say(t`Loading ${name} …`);
          const model = await loadModel(at(`models/${name}/`), { backend: choice, signal: controller.signal });
          if (choice === 'auto' && model.backend.kind === 'cpu') model.dispose();
          else candidates.push({ name, model });
        }
      }
      this.#say(t`Timing …`);
      await timeInTurns(candidates, controller.signal, (timings) => {
        this.#timings = timings;
        this.#draw();
      });
      this.#note = t`Done.`;
    } catch (error) {
      this.#note = controller.signal.aborted ? t`Stopped.` : messageOf(error);
    }
    for (const { model } of candidates) model.dispose();
    this.#timed = null;
    this.#draw();
  }

  async #open(name: string): Promise<void> {
    if (this.#cards.has(name)) return;
    this.#cards.set(name, await read(`models/${name}/README.md`).then((response) => response.text()).then((text) => parse(text).slice(1), messageOf));
    this.#draw();
  }

  #say(note: string): void {
    this.#note = note;
    this.#draw();
  }

  #put(id: string, content: TemplateResult): void {
    const place = this.place(id);
    if (place) render(content, place);
  }

  #draw(): void {
    const busy = [...this.#checks.values()].some((one) => one === 'running' || one === 'waiting') || this.#timed !== null;
    this.#put('machine', html`
      <p class="row"><button type="button" class="main" ?disabled=${busy || this.#runnable.length === 0} @click=${() => void this.check()}>${t`Check every model here`}</button>
        <button type="button" ?disabled=${this.#runnable.length === 0 || (busy && !this.#timed)} @click=${() => void this.time()}>${this.#timed ? t`Stop` : t`How fast is this machine?`}</button>
        <span class="small soft" role="status">${this.#note}</span></p>
      ${this.#checks.size > 0 ? this.#checkTable() : nothing} ${this.#timings.length > 0 ? timeTable(this.#timings) : nothing}`);
    if (this.#folders.length > 0) this.#put('models', html`${this.#folders.map((folder) => this.#card(folder))}`);
  }

  #checkTable(): TemplateResult {
    return html`<div class="scroll" tabindex="0" role="group" aria-label=${t`Self-checks`}><table>
      <caption>${t`Answers of this machine against the values stored with each model: largest difference, relative to the largest magnitude of each tensor.`}</caption>
      <thead><tr><th scope="col">${t`Model`}</th><th scope="col">${t`on the CPU`}</th><th scope="col">${t`on what is chosen by itself`}</th></tr></thead>
      <tbody>${this.#runnable.map(({ name }) => html`<tr><th scope="row"><bdi>${name}</bdi></th>
        ${['cpu', 'auto'].map((choice) => html`<td>${outcome(this.#checks.get(`${name} ${choice}`) ?? 'waiting')}</td>`)}</tr>`)}</tbody>
    </table></div>`;
  }

  #card({ name, bytes }: Folder): TemplateResult {
    const card = this.#cards.get(name);
    return html`<details class="card" @toggle=${(event: Event) => (event.target as HTMLDetailsElement).open && void this.#open(name)}>
      <summary><h3><bdi>${name}</bdi></h3> <span class="soft small">${fileSize(bytes)}</span></summary>
      ${card === undefined ? html`<p class="soft">${t`Reading the card …`}</p>` : typeof card === 'string' ? html`<p class="note warn">${card}</p>` : html`<div lang="en">${markdown(card, at(`models/${name}/`), 2)}</div>`}
    </details>`;
  }
}

function modelFolders({ files }: Listing): Folder[] {
  const folders = new Map<string, { bytes: number; files: Set<string> }>();
  for (const { path, bytes } of files) {
    const [top, name, file] = path.split('/');
    if (top !== 'models' || !name || !file) continue;
    const folder = folders.get(name) ?? { bytes: 0, files: new Set<string>() };
    folder.bytes += bytes;
    folder.files.add(file);
    folders.set(name, folder);
  }
  return [...folders].map(([name, folder]) => ({ name, ...folder })).sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

async function checked(name: string, backend: 'cpu' | 'auto'): Promise<Checked> {
  try {
    const model = await loadModel(at(`models/${name}/`), { backend });
    model.dispose();
    return { backend: model.backend };
  } catch (error) {
    return { refused: `${messageOf(error)} (${codeOf(error, 'internal')})` };
  }
}

function outcome(of: Checked): TemplateResult | string {
  if (of === 'waiting') return '';
  if (of === 'running') return '…';
  if ('refused' in of) return of.refused;
  const { kind, adapter, selfCheck } = of.backend;
  return html`${say`${html`<b>${selfCheck.ok ? t`passed` : t`failed`}</b>`}, ${tiny(selfCheck.maxAbsDiff)} of ${tiny(selfCheck.tolerance)} allowed`}
    <div class="small soft">${kind === 'webgpu' ? 'WebGPU' : 'CPU'}${adapter ? `, ${adapter.replace(/^CPU, /, '')}` : ''}. <span lang="en">${selfCheck.reason ?? ''}</span></div>`;
}

const digits = (value: number, significant: number): string => local(value.toPrecision(significant));

function timeTable(timings: readonly Timing[]): TemplateResult {
  return html`<div class="scroll" tabindex="0" role="group" aria-label=${t`Speed of this machine`}><table>
    <caption>${t`Measured just now: one forward pass over the whole context, logits and every attention pattern handed to the page, all models in turns.`}</caption>
    <thead><tr><th scope="col">${t`Model`}</th><th scope="col">${t`backend`}</th><th scope="col" class="number">${t`tokens`}</th><th scope="col" class="number">${t`median, ms`}</th>
      <th scope="col" class="number">${t`fastest, ms`}</th><th scope="col" class="number">${t`turns`}</th><th scope="col" class="number">GFLOP/s</th></tr></thead>
    <tbody>${timings.map(({ name, backend, tokens, times, gflopPerSecond }) => html`<tr><th scope="row"><bdi>${name}</bdi></th><td>${backend === 'webgpu' ? 'WebGPU' : 'CPU'}</td>
      <td class="number">${tokens}</td><td class="number">${digits(median(times), 3)}</td><td class="number">${digits(times[0] ?? Number.NaN, 3)}</td>
      <td class="number">${times.length}</td><td class="number">${digits(gflopPerSecond, 2)}</td></tr>`)}</tbody>
  </table></div>`;
}

/** What a row of site/sizes.json weighs (www/weigh.mjs). */
function weighed(what: string): string {
  const [name = what, how] = what.split(/, (?=[^,]*$)/);
  const named = name === 'glasshouse.js and the largest widget' ? t`glasshouse.js and the largest widget` : name;
  return how === 'brotli' ? t`${named}, brotli` : how === 'on disk' ? t`${named}, on disk` : what;
}

function sizeTable({ release, rows }: Sizes): TemplateResult {
  return html`${release ? nothing : html`<p class="note">${t`This is a development build: its scripts are not compressed, so only the models are weighed.`}</p>`}
    <div class="scroll" tabindex="0" role="group" aria-label=${t`Sizes`}><table>
      <thead><tr><th scope="col">${t`What`}</th><th scope="col" class="number">${t`size`}</th><th scope="col" class="number">${t`at most`}</th></tr></thead>
      <tbody>${rows.map(({ what, bytes, budget }) => html`<tr><th scope="row">${weighed(what)}</th><td class="number">${fileSize(bytes)}</td><td class="number">${fileSize(budget)}</td></tr>`)}</tbody>
    </table></div>`;
}

const trouble = (error: unknown): TemplateResult => html`<p class="note warn" role="alert">${messageOf(error)}</p>`;

void new Page((id) => document.getElementById(id)).start();
