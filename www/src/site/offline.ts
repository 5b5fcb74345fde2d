/** The page "Offline": what is kept, part by part, with its size, and buttons to keep or to drop it. */
import { html, nothing, render, type TemplateResult } from 'lit';
import type { KeepAsk, PartReport, Report } from '../service-worker/protocol.ts';
import { askKeeper, hindrance, keepers, register, takeOver, tellUses, whenUpdated } from '../service-worker/client.ts';
import { bytes as megabytes } from '../marks/numbers.ts';
import { say, t } from '../words/words.ts';
import './header/language.ts';

const PAGES = 'site';
/** Titles of the parts in the reader's language, where the build's list has them in English (www/parts.mjs). */
const TITLES: Readonly<Record<string, string>> = {
  site: t`The pages`, 'glass-induction': t`Induction heads`, 'glass-superposition': t`Superposition`, 'glass-othello': t`Othello-GPT`, 'glass-features': t`Features`,
  'models/stories-sae-x16/': t`Features: the larger dictionary`, 'models/othello-sae/': t`A dictionary of Othello-GPT`,
};
const isKept = ({ keptBytes, bytes }: PartReport): boolean => keptBytes === bytes;

class OfflinePage {
  private report: Report | null = null;
  private filling: { doneBytes: number; totalBytes: number } | null = null;
  private waiting: ServiceWorker | null = null;
  private persisted = false;
  private note = '';

  constructor(private readonly place: HTMLElement, private readonly registration: ServiceWorkerRegistration) {}

  async start(): Promise<void> {
    whenUpdated(this.registration, (waiting) => {
      this.waiting = waiting;
      this.draw();
    });
    this.draw();
    await tellUses(await navigator.serviceWorker.ready).catch(() => {});
    this.persisted = (await navigator.storage?.persisted?.()) ?? false;
    await this.ask({ kind: 'report' }, '');
  }

  private async ask(ask: KeepAsk, done: string): Promise<void> {
    const { own } = await keepers(this.registration);
    if (!own) return;
    try {
      this.report = await askKeeper(own, ask, (doneBytes, totalBytes) => {
        this.filling = { doneBytes, totalBytes };
        this.draw();
      });
      this.note = done;
    } catch (error) {
      this.note = t`Not everything could be kept: ${error instanceof Error ? error.message : String(error)}`;
      this.report = await askKeeper(own, { kind: 'report' });
    }
    this.filling = null;
    this.draw();
  }

  private async keepAll({ parts }: Report): Promise<void> {
    // Asks the browser not to clear it when the disk runs short; some ask the reader, some decide alone.
    this.persisted = (await navigator.storage?.persist?.()) ?? false;
    await this.ask({ kind: 'keep', parts: parts.map(({ name }) => name), asked: true }, t`Everything is kept. The network may go.`);
  }

  private async look(): Promise<void> {
    try {
      await this.registration.update();
      const { installing } = this.registration;
      this.note = installing || (await keepers(this.registration)).newer ? t`A newer version was found.` : t`This is the newest version.`;
      installing?.addEventListener('statechange', () => {
        if (installing.state !== 'redundant') return;
        this.note = t`A newer version was found, but could not be taken whole, so this one stays. Try again in a while.`;
        this.draw();
      });
    } catch {
      this.note = t`The server could not be reached.`;
    }
    this.draw();
  }

  private async update(waiting: ServiceWorker): Promise<void> {
    try {
      await takeOver(waiting);
    } catch (error) {
      this.note = t`The newer version could not be taken: ${error instanceof Error ? error.message : String(error)}`;
      this.draw();
    }
  }

  private draw(): void {
    render(this.report ? this.list(this.report) : html`<p>${t`Looking at what is kept …`}</p>`, this.place);
  }

  private list(report: Report): TemplateResult {
    const kept = report.parts.filter(isKept).length;
    const { waiting, filling } = this;
    return html`
      <p>${say`${html`<strong>${t`${megabytes(report.keptBytes)} of ${megabytes(report.totalBytes)} are kept`}</strong>`}: ${kept} of ${report.parts.length} parts whole.`}
        ${this.persisted ? t`The browser has promised not to clear them by itself.` : t`The browser may clear them when its disk runs short.`}</p>
      <div class="row">
        <button type="button" ?disabled=${filling !== null || kept === report.parts.length} @click=${() => this.keepAll(report)}>${t`Keep everything for the workshop`}</button>
        <button type="button" ?disabled=${filling !== null} @click=${() => this.look()}>${t`Look for an update`}</button>
      </div>
      ${filling ? html`<progress max=${filling.totalBytes} .value=${filling.doneBytes} aria-label=${t`Kept so far`}></progress> ${t`${megabytes(filling.doneBytes)} of ${megabytes(filling.totalBytes)}`}` : nothing}
      <p role="status">${this.note}</p>
      ${waiting ? html`<p>${say`${html`<strong>${t`Update available.`}</strong>`} A newer version is here whole, and waits.`} <button type="button" @click=${() => this.update(waiting)}>${t`Load it now`}</button></p>` : nothing}
      <div class="scroll" tabindex="0" role="group" aria-label=${t`Parts of the site`}>
        <table>
          <thead><tr><th scope="col">${t`Part`}</th><th scope="col" class="number">${t`Size`}</th><th scope="col">${t`Kept`}</th><th scope="col"><span class="spoken">${t`Change`}</span></th></tr></thead>
          <tbody>${report.parts.map((part) => this.row(part))}</tbody>
        </table>
      </div>
      <p class="small">${t`Sizes as they lie on the disk. Parts share files, the engine above all: each counts them, the sum counts them once. Version ${report.id}.`}</p>`;
  }

  private row(part: PartReport): TemplateResult {
    const { name, bytes, keptBytes } = part;
    const title = TITLES[name] ?? part.title;
    const whole = isKept(part);
    const state = whole ? t`yes` : keptBytes > 0 ? megabytes(keptBytes) : t`no`;
    const drops = whole && part.chosen;
    return html`<tr>
      <th scope="row">${title}</th><td class="number">${megabytes(bytes)}</td><td>${state}</td>
      <td>${name === PAGES ? t`always kept` : html`<button type="button" ?disabled=${this.filling !== null} aria-label=${drops ? t`Drop ${title}` : t`Keep ${title}`}
        @click=${() => (drops ? this.ask({ kind: 'drop', parts: [name] }, t`${title} is dropped.`) : this.ask({ kind: 'keep', parts: [name], asked: true }, t`${title} is kept.`))}>${drops ? t`Drop` : t`Keep`}</button>`}</td>
    </tr>`;
  }
}

const place = document.querySelector<HTMLElement>('#kept');
if (place) {
  const why = hindrance();
  place.textContent = why;
  if (why !== null) place.classList.add('note');
  else {
    register().then((registration) => new OfflinePage(place, registration).start()).catch((error: unknown) => {
      place.textContent = t`This browser would not keep the site: ${error instanceof Error ? error.message : String(error)}`;
    });
  }
}
