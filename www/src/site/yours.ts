/** “Load your own”: folders from the reader's disk, checked here, and the widgets that they fit. */
import { html, nothing, render, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { createFolderURL, loadModel, type AttachedSae, type Model } from '../glasshouse.ts';
import { codeOf, messageOf } from '../api/error.ts';
import { bytes, count, fileSize, tiny } from '../marks/numbers.ts';
import { say, t } from '../words/words.ts';
import { TooMany, droppedIn, pickedIn } from './yours/drop.ts';
import { offers, type LoadedFolder, type Offer, type TriedSae } from './yours/fits.ts';
import { foldersIn, type Found, type PathedFile, type Unusable } from './yours/folders.ts';

interface Kept extends Found {
  readonly url: string;
}

/** The project's own models, for an SAE that comes without one. */
const SHIPPED = ['stories', 'induction-2l', 'othello'].map((name) => ({ name, url: new URL(`./models/${name}/`, document.baseURI).href }));

class Page {
  readonly #kept: Kept[] = [];
  #refused: readonly Unusable[] = [];
  /** Addresses of what is looked at. */
  #model = '';
  #sae = '';
  #loaded: { readonly folder: LoadedFolder; readonly handle: Model } | null = null;
  #tried: TriedSae | null = null;
  #note = '';
  #failure = '';
  #turn = 0;

  constructor(private readonly place: HTMLElement) {}

  async take(read: () => PathedFile[] | Promise<PathedFile[]>): Promise<void> {
    this.#say(t`Reading the files …`);
    let found: (Found | Unusable)[];
    try {
      found = await foldersIn(await read());
    } catch (error) {
      this.#refused = [{ kind: 'unusable', name: t`The files`, reason: error instanceof TooMany ? error.message : t`They could not be read (${messageOf(error)}).` }];
      this.#say('');
      return;
    }
    this.#refused = found.filter((one) => one.kind === 'unusable');
    for (const one of found) {
      if (one.kind === 'unusable') continue;
      const url = createFolderURL({ files: one.files }, one.name);
      this.#kept.push({ ...one, url });
      if (one.kind === 'model') this.#model = url;
      else this.#sae = url;
    }
    if (this.#model === '' && this.#sae !== '') this.#model = SHIPPED[0]?.url ?? '';
    if (found.some(({ kind }) => kind !== 'unusable')) await this.#look();
    else this.#say('');
  }

  /** Loads the model and tries the SAE on it; what a newer choice overtakes is given back unseen. */
  async #look(): Promise<void> {
    const turn = (this.#turn += 1);
    const [url, sae] = [this.#model, this.#kept.find((one) => one.url === this.#sae)];
    this.#loaded?.handle.dispose();
    this.#loaded = this.#tried = null;
    this.#failure = '';
    const name = this.#nameOf(url);
    this.#say(t`Loading “${name}” …`);
    try {
      const handle = await loadModel(url, {
        onProgress: ({ loadedBytes, totalBytes }) => turn === this.#turn && this.#say(totalBytes ? t`Loading “${name}”: ${bytes(loadedBytes)} of ${bytes(totalBytes)}` : t`Loading “${name}”: ${bytes(loadedBytes)}`),
      });
      if (turn !== this.#turn) return handle.dispose();
      const readsText = await handle.tokenize('a').then(() => true, (error: unknown) => {
        if (codeOf(error, 'internal') === 'no-tokenizer') return false;
        throw error;
      });
      const tried = sae ? await tryOn(handle, sae) : null;
      if (turn !== this.#turn) return handle.dispose();
      this.#loaded = { folder: { name, url, model: handle, readsText }, handle };
      this.#tried = tried;
      handle.onBackendChange = () => this.#draw();
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#failure = t`“${name}” was not loaded. ${messageOf(error)} (${codeOf(error, 'internal')})`;
    }
    this.#say('');
  }

  #nameOf(url: string): string {
    return [...this.#kept, ...SHIPPED].find((one) => one.url === url)?.name ?? '';
  }

  #forget(url: string): void {
    this.#kept.splice(this.#kept.findIndex((one) => one.url === url), 1);
    const left = (kind: Found['kind']) => this.#kept.findLast((one) => one.kind === kind)?.url ?? '';
    if (this.#sae === url) this.#sae = left('sae');
    if (this.#model === url) this.#model = left('model') || (this.#sae && (SHIPPED[0]?.url ?? ''));
    if (this.#model !== '') return void this.#look();
    this.#turn += 1;
    this.#loaded?.handle.dispose();
    this.#loaded = this.#tried = null;
    this.#failure = '';
    this.#say('');
  }

  #say(note: string): void {
    this.#note = note;
    this.#draw();
  }

  #draw(): void {
    render(html`
      <p class="small soft" role="status">${this.#note}</p>
      ${this.#refused.map(({ name, reason }) => html`<p class="note warn" role="alert">${say`${html`<b>${name}</b>`} cannot be used. ${reason}`}</p>`)}
      ${this.#failure === '' ? nothing : html`<p class="note warn" role="alert">${this.#failure}</p>`}
      ${this.#kept.length === 0 ? nothing : html`<h2>${t`What you chose`}</h2>${this.#table()} ${this.#choice()}`}
      ${this.#loaded ? this.#widgets(this.#loaded.folder) : nothing}`, this.place);
  }

  #table(): TemplateResult {
    return html`<div class="scroll" tabindex="0" role="group" aria-label=${t`What you chose`}><table>
      <thead><tr><th scope="col">${t`Folder`}</th><th scope="col">${t`What it is`}</th><th scope="col">${t`Files`}</th><td></td></tr></thead>
      <tbody>${this.#kept.map((one) => html`<tr><th scope="row"><bdi>${one.name}</bdi></th><td>${described(one)}</td>
        <td class="small soft">${[...one.files].map(([name, { size }]) => html`<div>${one.renamed.has(name) ? t`${one.renamed.get(name)} (as ${name})` : html`<bdi>${name}</bdi>`}, ${fileSize(size)}</div>`)}</td>
        <td><button type="button" aria-label=${t`Forget ${one.name}`} @click=${() => this.#forget(one.url)}>${t`Forget`}</button></td></tr>`)}</tbody>
    </table></div>`;
  }

  /** Which model and which SAE, where there are several. */
  #choice(): TemplateResult {
    const saes = this.#kept.filter(({ kind }) => kind === 'sae');
    const models = [...this.#kept.filter(({ kind }) => kind === 'model'), ...(saes.length > 0 ? SHIPPED : [])];
    const select = (label: string, all: readonly { name: string; url: string }[], chosen: string, choose: (url: string) => void) => all.length < 2 ? nothing : html`
      <label class="row small">${label} <select .value=${chosen} @change=${(event: Event) => (choose((event.target as HTMLSelectElement).value), void this.#look())}>
        ${all.map(({ name, url }) => html`<option value=${url} ?selected=${url === chosen}>${SHIPPED.some((one) => one.url === url) ? t`${name} (of this site)` : name}</option>`)}</select></label>`;
    return html`<div class="row">${select(t`Model`, models, this.#model, (url) => (this.#model = url))} ${select('SAE', saes, this.#sae, (url) => (this.#sae = url))}</div>`;
  }

  #widgets(folder: LoadedFolder): TemplateResult {
    const { kind, adapter, selfCheck } = folder.model.backend;
    const own = folder.url.startsWith('chosen:');
    const all = offers(folder, this.#tried).filter(({ tag }) => own || tag === 'glass-features');
    const stored = !own || this.#kept.some(({ url, files }) => url === folder.url && files.has('reference.json'));
    // Without stored values WebGPU is checked against the CPU; the CPU then has nothing to differ from.
    const [from, largest, allowed] = [stored ? 'reference.json' : t`the CPU`, tiny(selfCheck.maxAbsDiff), tiny(selfCheck.tolerance)];
    const check = !stored && kind === 'cpu'
      ? t`Self-check: not possible here: the folder has no reference.json to compare with.`
      : selfCheck.ok
        ? t`Self-check: passed, largest difference from ${from} ${largest}, allowed ${allowed}.`
        : t`Self-check: failed, largest difference from ${from} ${largest}, allowed ${allowed}.`;
    const runs = t`“${folder.name}” runs on ${kind === 'webgpu' ? 'WebGPU' : t`the CPU`}${adapter ? ` (${adapter.replace(/^CPU, /, '')})` : ''}.`;
    const fitting = all.filter(({ attributes }) => attributes);
    const misfits = all.filter(({ attributes }) => !attributes);
    return html`<p class="small" id="checked">${runs} ${check} ${t`${folder.model.hooks.length} hooks, ${count(folder.model.parameters)} parameters.`} <span lang="en">${selfCheck.reason ?? ''}</span></p>
      ${fitting.map((offer) => html`<h2>${offer.title}</h2>${keyed(`${folder.url} ${this.#tried?.url ?? ''}`, element(offer))}`)}
      ${misfits.length === 0 ? nothing : html`<h2>${t`What does not fit`}</h2>
        <ul id="misfits">${misfits.map(({ tag, reason }) => html`<li><code>&lt;${tag}&gt;</code> ${reason}</li>`)}</ul>`}`;
  }
}

function element({ tag, attributes }: Offer): TemplateResult | typeof nothing {
  const of = attributes ?? {};
  if (tag === 'glass-induction') return html`<glass-induction model=${of['model'] ?? ''} tokens=${of['tokens'] ?? nothing}></glass-induction>`;
  if (tag === 'glass-features') return html`<glass-features model=${of['model'] ?? ''} sae=${of['sae'] ?? ''}></glass-features>`;
  return nothing;
}

function described({ kind, config }: Found): string {
  const of = (field: string) => (typeof config[field] === 'number' ? count(config[field]) : '?');
  if (kind === 'model') {
    return t`Model: layers ${of('n_layers')}, heads ${of('n_heads')}, d_model ${of('d_model')}, vocabulary ${of('d_vocab')}, positions ${of('n_ctx')}`;
  }
  const hook = config['hook_name'] ?? (config['metadata'] as { hook_name?: unknown } | undefined)?.hook_name;
  return typeof hook === 'string' ? t`SAE: ${of('d_sae')} features of ${of('d_in')} numbers at ${hook}` : t`SAE: ${of('d_sae')} features of ${of('d_in')} numbers`;
}

async function tryOn(model: Model, sae: Kept): Promise<TriedSae> {
  try {
    const attached: AttachedSae = await model.attachSae(sae.url);
    attached.detach();
    return { name: sae.name, url: sae.url, attached, refusal: '' };
  } catch (error) {
    return { name: sae.name, url: sae.url, attached: null, refusal: t`The SAE “${sae.name}”: ${messageOf(error)}` };
  }
}

function begin(drop: HTMLElement, place: HTMLElement): void {
  const page = new Page(place);
  for (const field of drop.querySelectorAll<HTMLInputElement>('input[type=file]')) {
    field.addEventListener('change', () => {
      if (field.files?.length) void page.take(() => pickedIn(field)).then(() => (field.value = ''));
    });
  }
  // A folder that misses the field must not take the reader to a listing of its files.
  for (const kind of ['dragover', 'drop'] as const) document.addEventListener(kind, (event) => event.preventDefault());
  document.addEventListener('dragover', () => drop.classList.add('over'));
  for (const kind of ['dragleave', 'dragend', 'drop'] as const) document.addEventListener(kind, () => drop.classList.remove('over'));
  document.addEventListener('drop', ({ dataTransfer }) => {
    if (dataTransfer?.types.includes('Files')) void page.take(() => droppedIn(dataTransfer));
  });
}

const [drop, place] = [document.querySelector<HTMLElement>('#drop'), document.querySelector<HTMLElement>('#loaded')];
if (drop && place) begin(drop, place);
