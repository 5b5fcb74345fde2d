/** Share, Embed, Download, Copy as Python: how a reader takes an element along. */
import { html, nothing, type TemplateResult } from 'lit';
import type { GlassWidget, Table } from './widget.ts';
import { pageName, t } from '../words/words.ts';

export type Panel = 'share' | 'embed' | 'download' | 'python';

export const csv = ({ rows }: Table): string =>
  rows.map((row) => row.map((cell) => (typeof cell === 'string' ? `"${cell.replaceAll('"', '""')}"` : (cell ?? ''))).join(',')).join('\r\n') + '\r\n';

const attribute = (value: string): string =>
  value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('\n', '&#10;');

type Copied = 'link' | 'lines' | 'frame' | 'program';

/** What the button says, and what it has done. */
const COPY: Readonly<Record<Copied, readonly [string, string]>> = {
  link: [t`Copy link`, t`The link is on the clipboard.`],
  lines: [t`Copy lines`, t`The lines are on the clipboard.`],
  frame: [t`Copy frame`, t`The frame is on the clipboard.`],
  program: [t`Copy program`, t`The program is on the clipboard.`],
};

const THEMES = [['auto', t`auto`], ['light', t`light`], ['dark', t`dark`]] as const;

/** What the panels say where elements differ. */
export interface Words {
  /** Of the iframe's title, and the fallback content of the element. */
  readonly about: string;
  readonly share?: string;
  readonly python?: string;
}

/** What one element has to give, a panel at a time. */
export class TakeAway {
  /** What happened last, for those who listen. */
  note = '';
  #content = '';
  #copied: Copied | null = null;
  /** What the embedded copy has instead of the element's own. */
  readonly #chosen = new Map<string, string>();
  readonly #px: { width: number | null; height: number | null } = { width: null, height: null };
  #tables: Table[] = [];

  /** @param height of the iframe in px */
  constructor(private readonly host: GlassWidget, private readonly words: Words, private readonly height: number) {}

  /** Asks the element for what `panel` shows. */
  async fill(panel: Panel | null): Promise<void> {
    this.note = '';
    this.#copied = null;
    if (panel === 'share') this.#content = this.host.shareLink();
    if (panel === 'python') this.#content = await this.host.exportPython().catch(sentence);
    if (panel === 'download') this.#tables = await this.host.exportTables().catch(() => []);
  }

  render(panel: Panel): TemplateResult {
    return html`${panel === 'download' ? nothing : this.#ownFolders()}${this.#panel(panel)}`;
  }

  /** A folder that the reader chose is in no link. */
  #ownFolders(): TemplateResult | typeof nothing {
    const folders = [...this.host.linkedState().values()].filter((value) => value.startsWith('chosen:'));
    if (folders.length === 0) return nothing;
    const both = ` ${t`and`} `;
    const names = folders.map((url) => `“${decodeURIComponent(url.split('/').at(-2) ?? '')}”`).join(both);
    return html`<p class="small">${folders.length > 1
      ? t`${names} are only in this tab: put the files on a server, and its address in place of ${folders.join(both)}.`
      : t`${names} is only in this tab: put the files on a server, and its address in place of ${folders.join(both)}.`}</p>`;
  }

  #panel(panel: Panel): TemplateResult {
    switch (panel) {
      case 'share':
        return this.#copyable(this.words.share ?? t`Opens exactly this state, with its text and seed. The text stays in the link; it is not sent to a server.`, 'link', this.#content, 2);
      case 'embed':
        return html`${this.#choices()}
          ${this.#copyable(t`Two lines for any page:`, 'lines', this.#elementCode(), 4)}
          ${this.#copyable(t`Or as a frame, where scripts are not allowed:`, 'frame', this.#frameCode(), 4)}`;
      case 'python':
        return this.#copyable(this.words.python ?? t`Computes the same numbers with TransformerLens, from a copy of the model folder:`, 'program', this.#content, 14);
      case 'download':
        return html`<div class="row">
          ${this.#file(t`All numbers (JSON)`, 'json', async () => new Blob([JSON.stringify(await this.host.exportData(), null, 1)], { type: 'application/json' }))}
          ${this.#tables.map((table) => this.#file(t`${table.name} (CSV)`, `${table.name.toLowerCase().replaceAll(' ', '-')}.csv`,
            () => Promise.resolve(new Blob([csv(table)], { type: 'text/csv' }))))}
          ${this.#file(t`Picture (SVG)`, 'svg', () => this.host.exportImage('svg'))}
          ${this.#file(t`Picture (PNG)`, 'png', () => this.host.exportImage('png'))}
        </div>`;
    }
  }

  #copyable(label: string, what: Copied, content: string, rows: number): TemplateResult {
    return html`<label>${label}<textarea readonly rows=${rows} spellcheck="false" .value=${content}
        @focus=${(event: FocusEvent) => (event.target as HTMLTextAreaElement).select()}></textarea></label>
      <div class="row"><button type="button" @click=${() => this.#copy(what, content)}>${COPY[what][0]}</button>
        <span class="small soft" aria-hidden="true">${this.#copied === what ? this.note : nothing}</span></div>`;
  }

  async #copy(what: Copied, content: string): Promise<void> {
    this.#copied = what;
    try {
      await navigator.clipboard.writeText(content);
      this.note = COPY[what][1];
    } catch {
      this.note = t`It could not be copied here; select the text and copy it by hand.`;
    }
    this.host.requestUpdate();
  }

  #file(label: string, extension: string, make: () => Promise<Blob>): TemplateResult {
    const name = extension.includes('.') ? `${this.host.localName}-${extension}` : `${this.host.localName}.${extension}`;
    return html`<button type="button" @click=${async () => {
      try {
        save(name, await make());
        this.note = t`${name} was saved.`;
      } catch (error) {
        this.note = sentence(error);
      }
      this.host.requestUpdate();
    }}>${label}</button>`;
  }

  /** Size, theme and what is hidden, for the code below. */
  #choices(): TemplateResult {
    const chosen = this.#embedded();
    const hidden = new Set((chosen.get('hide') ?? '').split(',').filter(Boolean));
    const set = (name: string, value: string) => {
      this.#chosen.set(name, value);
      this.host.requestUpdate();
    };
    const hide = (part: string, off: boolean) => set('hide', [...(off ? hidden.add(part) : (hidden.delete(part), hidden))].join(','));
    return html`<div class="row" role="group" aria-label=${t`How it is embedded`}>
      ${this.#size('height', t`Height in px`, String(this.#tall()))}
      ${this.#size('width', t`Width in px`, '100%')}
      <label>${t`Theme`}<select @change=${(event: Event) => set('theme', (event.target as HTMLSelectElement).value)}>
        ${THEMES.map(([theme, name]) => html`<option value=${theme} ?selected=${theme === (chosen.get('theme') ?? 'auto')}>${name}</option>`)}</select></label>
      ${([['controls', t`Hide the controls`], ['lesson', t`Hide the lesson`]] as const).map(([part, name]) => html`<label>${name}<input type="checkbox" .checked=${hidden.has(part)}
        @change=${(event: Event) => hide(part, (event.target as HTMLInputElement).checked)}></label>`)}
    </div>`;
  }

  #size(side: 'width' | 'height', label: string, usual: string): TemplateResult {
    return html`<label>${label}<input type="number" min="200" max="9999" step="10" placeholder=${usual} .value=${String(this.#px[side] ?? '')}
      @input=${(event: Event) => {
        const px = Math.round((event.target as HTMLInputElement).valueAsNumber);
        this.#px[side] = px >= 200 && px <= 9999 ? px : null;
        this.host.requestUpdate();
      }}></label>`;
  }

  /** The state with what was chosen for the embedded copy. */
  #embedded(): Map<string, string> {
    const state = this.host.linkedState();
    for (const [name, value] of this.#chosen) {
      if (value === '' || (name === 'theme' && value === 'auto')) state.delete(name);
      else state.set(name, value);
    }
    return state;
  }

  /** How tall the element is at this width while no menu is open. */
  #tall(): number {
    const menu = this.host.renderRoot.querySelector('#take-away')?.getBoundingClientRect().height ?? 0;
    return 10 * Math.ceil((this.host.getBoundingClientRect().height - menu) / 10);
  }

  /** The attributes of this state; addresses are made absolute, because the code will stand on another page. */
  #attributes(): string {
    const addresses = new Set(['model', 'twin', 'probes', 'sae']);
    return [...this.#embedded()]
      .map(([name, value]) => ` ${name}="${attribute(addresses.has(name) && value !== 'none' ? new URL(value, document.baseURI).href : value)}"`)
      .join('');
  }

  #elementCode(): string {
    const tag = this.host.localName;
    const script = new URL('./glasshouse.js', import.meta.url).href;
    const { width, height } = this.#px;
    // The room is there before the script is, so that nothing on the page moves.
    return `<script type="module" src="${script}"></script>\n<${tag}${this.#attributes()} style="display: block;${width === null ? '' : ` max-width: ${width}px;`} min-height: ${height ?? this.#tall()}px">${this.words.about}</${tag}>`;
  }

  #frameCode(): string {
    const tag = this.host.localName;
    const page = new URL(`../${pageName('embed')}?widget=${tag}`, import.meta.url);
    page.hash = new URLSearchParams({ v: '1', widget: tag, ...Object.fromEntries(this.#embedded()) }).toString();
    const { width, height } = this.#px;
    return `<iframe src="${attribute(page.href)}" title="${attribute(this.words.about)}" width="${width ?? '100%'}" height="${height ?? this.height}" loading="lazy" allow="clipboard-write" style="border: 0; max-width: 100%"></iframe>`;
  }
}

const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function save(name: string, blob: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
