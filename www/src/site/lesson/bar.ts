/** The line at the foot of the window: what a link did to the figure, in live numbers, and the way back to the text. */
import { t } from '../../words/words.ts';
import { comeBack } from './figure.ts';

export class Bar {
  readonly #box = document.createElement('aside');
  readonly #text = document.createElement('p');
  readonly #back = Object.assign(document.createElement('button'), { type: 'button', textContent: t`Back to the text` });
  #from: HTMLElement | null = null;

  constructor() {
    this.#box.className = 'bar';
    this.#box.setAttribute('aria-label', t`What the figure shows`);
    this.#text.setAttribute('role', 'status');
    this.#back.hidden = true;
    this.#back.addEventListener('click', () => {
      if (this.#from) comeBack(this.#from);
      this.#from = null;
      this.#back.hidden = true;
    });
    this.#box.append(this.#text, this.#back);
    document.body.append(this.#box);
  }

  /** Where the reader is to come back to; null once there. */
  get from(): HTMLElement | null {
    return this.#from;
  }

  /** @param from where the reader came from, if the figure is elsewhere on the page */
  say(text: string, from: HTMLElement | null): void {
    this.#text.textContent = text;
    this.#from = from ?? this.#from;
    this.#back.hidden = from === null && this.#back.hidden;
  }
}
