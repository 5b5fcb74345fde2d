/** The page "Offline": what is kept, part by part, with its size, and buttons to keep or to drop it. */
import { html, nothing, render, type TemplateResult } from 'lit';
import type { KeepAsk, PartReport, Report } from '../service-worker/protocol.ts';
import { askKeeper, hindrance, register, takeOver, tellUses, whenUpdated } from '../service-worker/client.ts';

const PAGES = 'site';
const megabytes = (bytes: number): string => `${(bytes / 1e6).toLocaleString('en-GB', { minimumFractionDigits: 1, maximumFractionDigits: 1 })} MB`;
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
    const { active } = this.registration;
    if (!active) return;
    try {
      this.report = await askKeeper(active, ask, (doneBytes, totalBytes) => {
        this.filling = { doneBytes, totalBytes };
        this.draw();
      });
      this.note = done;
    } catch (error) {
      this.note = `Not everything could be kept: ${error instanceof Error ? error.message : String(error)}`;
      this.report = await askKeeper(active, { kind: 'report' });
    }
    this.filling = null;
    this.draw();
  }

  private async keepAll({ parts }: Report): Promise<void> {
    // Asks the browser not to clear it when the disk runs short; some ask the reader, some decide alone.
    this.persisted = (await navigator.storage?.persist?.()) ?? false;
    await this.ask({ kind: 'keep', parts: parts.map(({ name }) => name), asked: true }, 'Everything is kept. The network may go.');
  }

  private async look(): Promise<void> {
    try {
      await this.registration.update();
      const { installing, waiting } = this.registration;
      this.note = installing || waiting ? 'A newer version was found.' : 'This is the newest version.';
      installing?.addEventListener('statechange', () => {
        if (installing.state !== 'redundant') return;
        this.note = 'A newer version was found, but could not be taken whole, so this one stays. Try again in a while.';
        this.draw();
      });
    } catch {
      this.note = 'The server could not be reached.';
    }
    this.draw();
  }

  private async update(waiting: ServiceWorker): Promise<void> {
    try {
      await takeOver(waiting);
    } catch (error) {
      this.note = `The newer version could not be taken: ${error instanceof Error ? error.message : String(error)}`;
      this.draw();
    }
  }

  private draw(): void {
    render(this.report ? this.list(this.report) : html`<p>Looking at what is kept …</p>`, this.place);
  }

  private list(report: Report): TemplateResult {
    const kept = report.parts.filter(isKept).length;
    const { waiting, filling } = this;
    return html`
      <p><strong>${megabytes(report.keptBytes)} of ${megabytes(report.totalBytes)} are kept</strong>: ${kept} of ${report.parts.length} parts whole.
        ${this.persisted ? 'The browser has promised not to clear them by itself.' : 'The browser may clear them when its disk runs short.'}</p>
      <div class="row">
        <button type="button" ?disabled=${filling !== null || kept === report.parts.length} @click=${() => this.keepAll(report)}>Keep everything for the workshop</button>
        <button type="button" ?disabled=${filling !== null} @click=${() => this.look()}>Look for an update</button>
      </div>
      ${filling ? html`<progress max=${filling.totalBytes} .value=${filling.doneBytes} aria-label="Kept so far"></progress> ${megabytes(filling.doneBytes)} of ${megabytes(filling.totalBytes)}` : nothing}
      <p role="status">${this.note}</p>
      ${waiting ? html`<p><strong>Update available.</strong> A newer version is here whole, and waits. <button type="button" @click=${() => this.update(waiting)}>Load it now</button></p>` : nothing}
      <div class="scroll" tabindex="0" role="group" aria-label="Parts of the site">
        <table>
          <thead><tr><th scope="col">Part</th><th scope="col" class="number">Size</th><th scope="col">Kept</th><th scope="col"><span class="spoken">Change</span></th></tr></thead>
          <tbody>${report.parts.map((part) => this.row(part))}</tbody>
        </table>
      </div>
      <p class="small">Sizes as they lie on the disk. Parts share files, the engine above all: each counts them, the sum counts them once. Version ${report.id}.</p>`;
  }

  private row(part: PartReport): TemplateResult {
    const { name, title, bytes, keptBytes } = part;
    const whole = isKept(part);
    const state = whole ? 'yes' : keptBytes > 0 ? megabytes(keptBytes) : 'no';
    const verb = whole && part.chosen ? 'drop' : 'keep';
    return html`<tr>
      <th scope="row">${title}</th><td class="number">${megabytes(bytes)}</td><td>${state}</td>
      <td>${name === PAGES ? 'always kept' : html`<button type="button" ?disabled=${this.filling !== null} aria-label=${`${verb === 'keep' ? 'Keep' : 'Drop'} ${title}`}
        @click=${() => this.ask(verb === 'keep' ? { kind: 'keep', parts: [name], asked: true } : { kind: 'drop', parts: [name] }, verb === 'keep' ? `${title} is kept.` : `${title} is dropped.`)}>${verb === 'keep' ? 'Keep' : 'Drop'}</button>`}</td>
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
      place.textContent = `This browser would not keep the site: ${error instanceof Error ? error.message : String(error)}`;
    });
  }
}
