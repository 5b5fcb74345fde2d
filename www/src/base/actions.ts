/** The row of buttons by which a reader takes an element along; what they open is fetched when it is asked for. */
import { html, nothing, type ReactiveController, type TemplateResult } from 'lit';
import type { Panel, TakeAway, Words } from './take-away.ts';
import type { GlassWidget } from './widget.ts';
import { t } from '../words/words.ts';

const LABELS: Readonly<Record<Panel, string>> = { share: t`Share`, embed: t`Embed`, download: t`Download`, python: t`Copy as Python` };

/** A row of buttons and, below it, the panel that one of them opened. */
export class Actions implements ReactiveController {
  #open: Panel | null = null;
  #takeAway: TakeAway | null = null;

  /** @param height of the iframe in px */
  constructor(private readonly host: GlassWidget, private readonly words: Words, private readonly height: number) {
    host.addController(this);
  }

  hostConnected(): void {}

  render(): TemplateResult {
    const panels = Object.keys(LABELS) as Panel[];
    return html`
      <div class="row" role="group" aria-label=${t`Take it with you`}>
        ${panels.map((panel) => html`<button type="button" aria-expanded=${this.#open === panel} aria-controls="take-away"
          @click=${() => this.#toggle(panel)}>${LABELS[panel]}</button>`)}
      </div>
      <div id="take-away" class="panel" ?hidden=${!this.#open}>${this.#open ? this.#takeAway?.render(this.#open) : nothing}</div>
      <p class="spoken" role="status">${this.#takeAway?.note}</p>`;
  }

  async #toggle(panel: Panel): Promise<void> {
    this.#open = this.#open === panel ? null : panel;
    const { TakeAway } = await import('./take-away.ts');
    this.#takeAway ??= new TakeAway(this.host, this.words, this.height);
    await this.#takeAway.fill(this.#open);
    this.host.requestUpdate();
  }
}
