/** Whether anybody can see an element: on screen, in a tab that is shown. */
import type { LitElement, ReactiveController } from 'lit';

export class Sight implements ReactiveController {
  #away = false;
  #observer: IntersectionObserver | null = null;

  constructor(private readonly host: LitElement, private readonly changed: (hidden: boolean) => void) {
    host.addController(this);
  }

  hostConnected(): void {
    this.#observer ??= new IntersectionObserver((entries) => {
      this.#away = !(entries.at(-1)?.isIntersecting ?? true);
      this.#tell();
    });
    this.#observer.observe(this.host);
    document.addEventListener('visibilitychange', this.#tell);
  }

  hostDisconnected(): void {
    this.#observer?.disconnect();
    document.removeEventListener('visibilitychange', this.#tell);
  }

  readonly #tell = (): void => this.changed(document.hidden || this.#away);
}
